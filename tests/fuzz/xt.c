/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/xt.c - target: matches and targets of iptables with any bytes as their
 * structures, and any packets through them.
 *
 * The input is rules of one extension each, packets, listings.  A rule's
 * extension is chosen by a number of two bytes, that of its name (number_of(),
 * the same in xt-seeds), so that a seed means the same when there are more of
 * them. */
#include "fuzz/fuzz.h"

#include <linux/netfilter/nfnetlink.h>

#include "xt/testext.h"

#define XT(id) extern const struct xt_ops id;
#include "xt/matches.def"
#include "xt/targets.def"
#undef XT

#define XT(id) &id,
static const struct xt_ops *const all[] = {
#include "xt/matches.def"
#include "xt/targets.def"
};
#undef XT

enum {
	EXTENSIONS = sizeof(all) / sizeof(all[0]),
	INFO_MOST = 2048,
	STEPS_MOST = 120,
	PACKET_MOST = 200,
};

/* What a rule's third byte says. */
enum {
	IS_SIX		= 1,
	IS_INVERTED	= 2,	/* ! -p */
	IS_LONG		= 4,	/* other than the structure's size */
	IS_BESIDE	= 8,	/* what is loaded stays */
	HOOK_SHIFT	= 4,	/* 0 to 4, above: 0 */
	IS_MANGLE	= 128,	/* if the extension may be in any table */
};

static uint16_t
number_of(const struct xt_ops *xt)
{
	uint16_t number = (uint16_t)(xt->kind * 7u + xt->revision);

	for (const char *c = xt->name; *c; c++)
		number = (uint16_t)(number * 31u + (uint8_t)*c);
	return number;
}

static const struct xt_ops *
choose(struct food *food, bool is_six)
{
	uint16_t number = (uint16_t)eat(food, 2);
	uint8_t family = is_six ? NFPROTO_IPV6 : NFPROTO_IPV4;
	const struct xt_ops *found = NULL;

	for (size_t i = 0; i < EXTENSIONS; i++) {
		if (number_of(all[i]) == number &&
		    (!found || all[i]->families & 1u << family))
			found = all[i];
	}
	return found ? found : all[number % EXTENSIONS];
}

/* The rule's chain is where the extension wants to be.
 * => Is it one of type nat?  Those see only what begins a connection, and
 *    here is none. */
static bool
make_rule(struct load *l, struct food *food)
{
	uint8_t how = (uint8_t)eat(food, 1);
	const struct xt_ops *xt = choose(food, how & IS_SIX);
	struct ext_use use = {
		.kind = xt->kind, .name = xt->name, .revision = xt->revision,
		.family = how & IS_SIX ? NFPROTO_IPV6 : NFPROTO_IPV4,
		.table = xt->table ? xt->table :
			 how & IS_MANGLE ? "mangle" : NULL,
		.protocol = (uint16_t)eat(food, 1),
		.is_not_protocol = how & IS_INVERTED,
	};
	unsigned hook = how >> HOOK_SHIFT & 7;
	uint8_t *info, padded[INFO_MOST] = { 0 };
	size_t got, len = (xt->size + 7u) & ~7u;

	use.hook = hook == 0 || hook > 4 ? -1 : (int)hook;
	if (use.table && !strcmp(use.table, "nat"))
		use.type = "nat";
	if (how & IS_LONG) {
		len = eat(food, 1);
		use.is_cut = true;
	}
	if (len > INFO_MOST)
		len = INFO_MOST;
	info = eat_bytes(food, len, &got);
	memcpy(padded, info, got);
	free(info);
	use.info = padded;
	use.len = (uint16_t)len;
	if (how & IS_BESIDE)
		ext_add(l, &use);
	else
		ext_load(l, &use);
	return use.type;
}

static bool
is_verdict(uint32_t verdict)
{
	return (verdict & 0xff) <= NFT_VERDICT_QUEUE;
}

/* A packet with a usual header, or any bytes; the room ends with it. */
static void
run_packet(struct load *l, struct food *food)
{
	uint8_t protocol = (uint8_t)eat(food, 1);
	uint8_t kind = (uint8_t)eat(food, 1);
	uint16_t sport = (uint16_t)eat(food, 2);
	uint16_t dport = (uint16_t)eat(food, 2);
	uint8_t *bytes = NULL;
	size_t size;

	if (kind & 1)
		load_packet6(l, protocol, sport, dport);
	else
		load_packet(l, protocol, sport, dport);
	if (kind & 2) {		/* other bytes, or fewer */
		bytes = eat_bytes(food, eat(food, 1) % PACKET_MOST, &size);
		l->p.flags = CLEW_PKT_IP_CSUM_OK;
		pkt_parse(&l->p, bytes, (uint32_t)size,
			  (uint32_t)(size + (kind & 4 ? 10 : 0)));
		l->path.room_size = l->p.have < sizeof(l->room) ?
				    l->p.have : 0;
	}
	if (l->p.kind != PKT_BAD && l->p.kind != PKT_CUT) {
		for (uint8_t hook = 0; hook < 5; hook++) {
			if (kind >> (3 + hook) & 1)
				MUST(is_verdict(load_run(l, hook)));
		}
	}
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct load l;
	struct food food = { data, size };
	bool has_nat = false;

	load_init(&l);
	for (unsigned i = 0; food.left && i < STEPS_MOST; i++) {
		uint8_t step = (uint8_t)eat(&food, 1);

		if (step < 100)
			has_nat |= make_rule(&l, &food);
		else if (step < 240 && !has_nat)
			run_packet(&l, &food);
		else if (step >= 240)
			MUST(load_count(&l, NFT_MSG_GETRULE, 0) ==
			     load_count(&l, NFT_MSG_GETRULE, 0));
	}
	load_fini(&l);
	return 0;
}
