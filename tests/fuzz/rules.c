/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/rules.c - target: rulesets made of any expressions with any
 * attributes, loaded and run over any packets.
 *
 * The input says what is done: batches of tables, chains, rules and sets,
 * that are committed or not; listings; packets at hooks.  Names are few, so
 * that what is made is also met.  Beyond what the sanitizers see: a verdict is
 * one, what is listed twice is the same, and running ends. */
#include "fuzz/fuzz.h"

#include <linux/netfilter/nfnetlink.h>

#include "nft/testload.h"

enum {
	EXPRS_MOST = 8,
	ATTRS_MOST = 12,
	STEPS_MOST = 300,
	PACKET_MOST = 200,
	DEPTH_MOST = 3,
};

static const char *const expr_names[] = {
	"immediate", "cmp", "payload", "meta", "bitwise", "byteorder",
	"range", "counter", "lookup", "dynset", "ct", "exthdr", "limit",
	"quota", "connlimit", "last", "log", "reject", "nat", "masq", "redir",
	"notrack", "fib", "rt", "numgen", "hash", "objref", "queue", "tproxy",
	"socket",
};
static const char *const names[] = { "a", "b", "c", "d" };
static const uint8_t families[] = {
	NFPROTO_INET, NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_NETDEV,
};

struct run {
	struct load l;
	struct food food;
	bool is_in_batch;
};

static const char *
name(struct run *r)
{
	return names[eat(&r->food, 1) % 4];
}

static uint8_t
family(struct run *r)
{
	return families[eat(&r->food, 1) % 4];
}

/* A number as they usually are: small, or any. */
static uint32_t
number(struct run *r)
{
	uint8_t kind = (uint8_t)eat(&r->food, 1);

	if (kind < 128)
		return kind % 24;
	if (kind < 250)
		return (uint32_t)eat(&r->food, 1 + kind % 4);
	return (uint32_t)-(int)(kind - 249);	/* NFT_CONTINUE, ... */
}

static void
put_bytes(struct run *r, uint16_t type)
{
	size_t size = eat(&r->food, 1) % 24, got;
	uint8_t *bytes = eat_bytes(&r->food, size, &got);

	nl_put(&r->l.w, type, bytes, got);
	free(bytes);
}

static void put_expr(struct run *r, unsigned depth);

static void
put_verdict(struct run *r)
{
	size_t nest = nl_begin(&r->l.w, NFTA_DATA_VERDICT);

	nl_put_be32(&r->l.w, NFTA_VERDICT_CODE, number(r));
	nl_put_string(&r->l.w, NFTA_VERDICT_CHAIN, name(r));
	nl_end(&r->l.w, nest);
}

/* One attribute, of a kind that there is. */
static void
put_attr(struct run *r, uint16_t type, unsigned depth)
{
	size_t nest;

	switch (eat(&r->food, 1) % 8) {
	case 0:
	case 1:
	case 2:
		nl_put_be32(&r->l.w, type, number(r));
		break;
	case 3:
		nest = nl_begin(&r->l.w, type);
		put_bytes(r, NFTA_DATA_VALUE);
		nl_end(&r->l.w, nest);
		break;
	case 4:
		nest = nl_begin(&r->l.w, type);
		put_verdict(r);
		nl_end(&r->l.w, nest);
		break;
	case 5:
		nl_put_string(&r->l.w, type, name(r));
		break;
	case 6:
		nl_put_be64(&r->l.w, type, number(r));
		break;
	default:
		if (depth < DEPTH_MOST && eat(&r->food, 1) & 1) {
			nest = nl_begin(&r->l.w, type);
			put_expr(r, depth + 1);
			nl_end(&r->l.w, nest);
		} else {
			put_bytes(r, type);
		}
	}
}

static void
put_expr(struct run *r, unsigned depth)
{
	unsigned which = eat(&r->food, 1) % (sizeof(expr_names) /
					     sizeof(expr_names[0]));
	unsigned count = eat(&r->food, 1) % ATTRS_MOST;
	size_t data;

	nl_put_string(&r->l.w, NFTA_EXPR_NAME, expr_names[which]);
	data = nl_begin(&r->l.w, NFTA_EXPR_DATA);
	for (unsigned i = 0; i < count; i++)
		put_attr(r, (uint16_t)(i + 1), depth);
	nl_end(&r->l.w, data);
}

/* Rules that are right more often than not. */
static void
put_known(struct run *r)
{
	struct load *l = &r->l;
	uint8_t value[16] = { 0 };
	uint16_t len = (uint16_t)(1 + eat(&r->food, 1) % 4);

	switch (eat(&r->food, 1) % 6) {
	case 0:
		load_meta(l, number(r) % 40, NFT_REG_1);
		break;
	case 1:
		load_payload(l, number(r) % 5, number(r), number(r) % 20,
			     NFT_REG_1);
		break;
	case 2:
		value[0] = (uint8_t)eat(&r->food, 1);
		load_cmp(l, NFT_REG_1, number(r) % 7, value, len);
		break;
	case 3:
		value[0] = (uint8_t)eat(&r->food, 1);
		load_value(l, NFT_REG_1 + number(r) % 4, value, len);
		break;
	case 4:
		load_verdict(l, -(int)(eat(&r->food, 1) % 7) + 1, name(r));
		break;
	default:
		load_counter(l);
	}
}

static void
make_rule(struct run *r)
{
	unsigned count = eat(&r->food, 1) % EXPRS_MOST;
	uint8_t of = family(r);
	const char *table = name(r);

	load_rule(&r->l, of, table, name(r));
	for (unsigned i = 0; i < count; i++) {
		if (eat(&r->food, 1) & 1) {
			put_known(r);
		} else {
			size_t elem = nl_begin(&r->l.w, NFTA_LIST_ELEM);

			put_expr(r, 0);
			nl_end(&r->l.w, elem);
		}
	}
	load_rule_end(&r->l);
}

/* Any message with any attributes: flat ones. */
static void
make_any(struct run *r)
{
	unsigned count = eat(&r->food, 1) % ATTRS_MOST;
	uint16_t type = (uint16_t)(eat(&r->food, 1) % 40);

	load_msg(&r->l, type, (uint16_t)eat(&r->food, 2), family(r));
	for (unsigned i = 0; i < count; i++) {
		if (i < 2)
			nl_put_string(&r->l.w, (uint16_t)(i + 1), name(r));
		else
			put_attr(r, (uint16_t)(i + 1), 0);
	}
	load_send(&r->l);
}

static void
make(struct run *r)
{
	struct load *l = &r->l;
	uint8_t of = family(r);
	const char *table = name(r);

	switch (eat(&r->food, 1) % 8) {
	case 0:
		load_table(l, of, table);
		break;
	case 1:
		load_chain(l, of, table, name(r));
		break;
	case 2:
		load_base(l, of, table, name(r), eat(&r->food, 1) % 4 ?
			  "filter" : "nat", (uint32_t)eat(&r->food, 1) % 6,
			  (int8_t)eat(&r->food, 1), eat(&r->food, 1) & 1);
		break;
	case 3:
		load_delete(l, (uint16_t)(NFT_MSG_NEWTABLE +
					  eat(&r->food, 1) % 33), of, table,
			    name(r));
		break;
	case 4:
		make_any(r);
		break;
	default:
		make_rule(r);
	}
}

static void
end_batch(struct run *r, bool is_wanted)
{
	if (!r->is_in_batch)
		return;
	r->is_in_batch = false;
	if (!is_wanted)
		nft_batch_abort(r->l.nft);
	else if (nft_batch_commit(r->l.nft) == -EAGAIN)
		MUST(load_count(&r->l, NFT_MSG_GETRULE, 0) < 1000000);
}

static void
list(struct run *r)
{
	static const uint16_t types[] = {
		NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETRULE,
		NFT_MSG_GETSET, NFT_MSG_GETOBJ, NFT_MSG_GETFLOWTABLE,
		NFT_MSG_GETRULE_RESET,
	};
	uint16_t type = types[eat(&r->food, 1) % 7];

	MUST(load_count(&r->l, type, 0) == load_count(&r->l, type, 0));
}

static bool
is_verdict(uint32_t verdict)
{
	return (verdict & 0xff) <= NFT_VERDICT_QUEUE;
}

/* A packet with a usual header, or any bytes; the room ends with it. */
static void
run_packet(struct run *r)
{
	struct load *l = &r->l;
	uint8_t protocol = (uint8_t)eat(&r->food, 1), kind;
	size_t size;
	uint8_t *bytes = NULL;

	kind = (uint8_t)eat(&r->food, 1);
	if (kind & 1)
		load_packet(l, protocol, (uint16_t)eat(&r->food, 2),
			    (uint16_t)eat(&r->food, 2));
	else
		load_packet6(l, protocol, (uint16_t)eat(&r->food, 2),
			     (uint16_t)eat(&r->food, 2));
	if (kind & 2) {		/* other bytes, or fewer */
		size_t want = eat(&r->food, 1) % PACKET_MOST;

		bytes = eat_bytes(&r->food, want, &size);
		l->p.flags = CLEW_PKT_IP_CSUM_OK;
		pkt_parse(&l->p, bytes, (uint32_t)size,
			  (uint32_t)(size + (kind & 4 ? 10 : 0)));
		l->path.room_size = l->p.have < sizeof(l->room) ?
				    l->p.have : 0;
	}
	if (l->p.kind != PKT_BAD && l->p.kind != PKT_CUT) {
		l->path.is_traced = kind & 8;
		MUST(is_verdict(load_run(l, (uint8_t)(kind >> 4) % HOOKS)));
	}
	free(bytes);
}

/* Something to begin with, so that most of what follows meets something. */
static void
begin(struct load *l)
{
	load_init(l);
	load_begin(l);
	load_table(l, NFPROTO_INET, "a");
	load_base(l, NFPROTO_INET, "a", "a", "filter", NF_INET_LOCAL_IN, 0, 1);
	load_base(l, NFPROTO_INET, "a", "d", "nat", NF_INET_PRE_ROUTING, 0, 1);
	load_chain(l, NFPROTO_INET, "a", "b");
	load_chain(l, NFPROTO_INET, "a", "c");
	MUST(load_end(l) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run run;
	struct run *r = &run;

	r->food = (struct food){ data, size };
	r->is_in_batch = false;
	begin(&r->l);
	for (unsigned i = 0; r->food.left && i < STEPS_MOST; i++) {
		uint8_t step = (uint8_t)eat(&r->food, 1);

		if (step < 200) {
			if (!r->is_in_batch)
				load_begin(&r->l);
			r->is_in_batch = true;
			make(r);
			continue;
		}
		end_batch(r, step & 7);
		if (step < 220)
			list(r);
		else
			run_packet(r);
	}
	if (size & 1)
		end_batch(r, true);
	load_fini(&r->l);
	return 0;
}
