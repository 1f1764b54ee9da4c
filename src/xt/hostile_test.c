/* SPDX-License-Identifier: BSD-2-Clause
 * No match reads beyond the bytes of a packet, whatever the packet and the
 * structure hold.  Most useful with sanitizers: bytes lie at the end of a heap
 * block of just their size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/limits.h>
#include <linux/netfilter/xt_hashlimit.h>
#include <linux/netfilter/xt_policy.h>
#include <linux/netfilter/xt_recent.h>
#include <linux/netfilter/xt_string.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/testrandom.h"
#include "pkt/pkt.h"
#include "xt/testext.h"

static struct load l;

static int
setup(void **state)
{
	(void)state;
	load_init(&l);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	load_fini(&l);
	return 0;
}

#define XT(id) extern const struct xt_ops id;
#include "xt/matches.def"
#undef XT

#define XT(id) &id,
static const struct xt_ops *const matches[] = {
#include "xt/matches.def"
};
#undef XT

enum {
	COUNT = sizeof(matches) / sizeof(matches[0]),
	ROUNDS = 40,
	PACKETS = 30,
	SIZE_MOST = 120,
};

/* Mostly zeros, small numbers, and 0xff: more of it is taken than of noise. */
static void
fill(struct testrandom *r, uint8_t *info, uint16_t size)
{
	uint32_t kind = testrandom_below(r, 4);

	for (uint16_t i = 0; i < size; i++) {
		uint32_t n = testrandom_below(r, 100);

		info[i] = kind == 0 ? 0 : kind == 1 && n < 90 ? 0 :
			  kind == 2 && n < 80 ? (uint8_t)testrandom_below(r, 4) :
			  n < 95 ? (uint8_t)testrandom_next(r) : 0xff;
	}
}

static const struct hashlimit_cfg3 rates = {
	.avg = 100000, .burst = 5, .size = 16, .max = 100, .expire = 10000,
	.gc_interval = 1000,
};

/* What would hardly ever be right by chance. */
static void
put_right(struct testrandom *r, const struct xt_ops *xt, void *info)
{
	struct xt_hashlimit_mtinfo1 *h1 = info;
	struct xt_hashlimit_mtinfo2 *h2 = info;
	struct xt_hashlimit_mtinfo3 *h3 = info;
	struct xt_recent_mtinfo_v1 *recent = info;
	struct xt_string_info *string = info;
	struct xt_policy_info *policy = info;
	uint8_t mode = (uint8_t)testrandom_below(r, 64);
	uint8_t prefix = (uint8_t)testrandom_below(r, 33);

#define PUT(h) do {							\
		memcpy((h)->name, "n", 2);				\
		(h)->cfg.mode = mode;					\
		(h)->cfg.avg = rates.avg;				\
		(h)->cfg.burst = rates.burst;				\
		(h)->cfg.size = rates.size;				\
		(h)->cfg.max = rates.max;				\
		(h)->cfg.expire = rates.expire;				\
		(h)->cfg.gc_interval = rates.gc_interval;		\
		(h)->cfg.srcmask = (h)->cfg.dstmask = prefix;		\
	} while (0)
	if (strcmp(xt->name, "hashlimit") == 0 && xt->revision == 1)
		PUT(h1);
	else if (strcmp(xt->name, "hashlimit") == 0 && xt->revision == 2)
		PUT(h2);
	else if (strcmp(xt->name, "hashlimit") == 0)
		PUT(h3);
#undef PUT
	if (strcmp(xt->name, "recent") == 0) {
		memcpy(recent->name, "n", 2);
		recent->check_set = (uint8_t)(1u << testrandom_below(r, 4));
		recent->seconds = recent->hit_count = 0;
	} else if (strcmp(xt->name, "string") == 0) {
		memcpy(string->algo, "kmp\0\0\0\0\0\0\0\0\0\0\0\0", 16);
		string->from_offset = (uint16_t)testrandom_below(r, 100);
		string->to_offset = UINT16_MAX;
		string->patlen = (uint8_t)(1 + testrandom_below(r, 128));
		string->u.v1.flags = (uint8_t)testrandom_below(r, 4);
	} else if (strcmp(xt->name, "policy") == 0) {
		policy->flags = 1;
		policy->len = 0;
	}
}

static void
make_packet(struct testrandom *r, uint8_t family, uint8_t protocol,
	    uint32_t size)
{
	static const uint8_t next[] = { 0, 43, 44, 50, 51, 59, 60, 135 };
	uint8_t bytes[SIZE_MOST];
	uint32_t have = testrandom_below(r, 4) ? size :
			testrandom_below(r, size + 1);

	for (uint32_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(testrandom_next(r) &
				     testrandom_next(r));
	if (family == NFPROTO_IPV4) {
		bytes[0] = (uint8_t)(0x45 + testrandom_below(r, 4) / 3);
		put_be16(bytes + 2, (uint16_t)size);
		put_be16(bytes + 6, testrandom_below(r, 4) ? 0 :
			 (uint16_t)testrandom_below(r, 3));
		bytes[9] = protocol;
	} else {
		bytes[0] = 0x60;
		put_be16(bytes + 4, (uint16_t)(size - 40));
		bytes[6] = testrandom_below(r, 2) ? protocol :
			   next[testrandom_below(r, sizeof(next))];
		if (size > 42 && testrandom_below(r, 2))
			bytes[40] = next[testrandom_below(r, sizeof(next))];
	}
	load_bytes(&l, bytes, have, size);
}

/* Run it from a block of the heap that ends with the packet. */
static void
run(const struct ext_use *use)
{
	uint32_t have = l.p.have;
	uint8_t *block = malloc(have ? have : 1);

	memcpy(block, l.bytes, have);
	l.p.ip = block;
	ext_matches(&l, use);
	free(block);
}

static unsigned
try_all(struct testrandom *r, const struct xt_ops *xt, uint8_t family)
{
	static uint8_t info[4096];
	struct ext_use use = {
		.kind = XT_MATCH, .name = xt->name, .revision = xt->revision,
		.info = info, .len = xt->size, .family = family,
		.protocol = xt->protocol ? xt->protocol : IPPROTO_TCP,
		.table = "raw", .hook = -1,
	};
	uint32_t least = family == NFPROTO_IPV4 ? 20 : 40;

	fill(r, info, xt->size);
	put_right(r, xt, info);
	if (ext_load(&l, &use)) {
		use.hook = 0;
		if (ext_load(&l, &use))
			return 0;
	}
	for (unsigned i = 0; i < PACKETS; i++) {
		make_packet(r, family, (uint8_t)use.protocol, least +
			    testrandom_below(r, SIZE_MOST - least));
		if (l.p.kind == PKT_BAD || l.p.kind == PKT_CUT)
			continue;
		run(&use);
		l.track.now_ms += testrandom_below(r, 3000);
	}
	return 1;
}

static void
test_hostile(void **state)
{
	struct testrandom r = { 1 };

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		const struct xt_ops *xt = matches[i];
		unsigned loaded = 0;

		if (xt->refused)
			continue;
		for (unsigned n = 0; n < ROUNDS; n++) {
			if (!xt->families || xt->families & XT_IPV4)
				loaded += try_all(&r, xt, NFPROTO_IPV4);
			if (!xt->families || xt->families & XT_IPV6)
				loaded += try_all(&r, xt, NFPROTO_IPV6);
		}
		assert_true(loaded > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
