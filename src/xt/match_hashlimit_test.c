/* SPDX-License-Identifier: BSD-2-Clause
 * 'hashlimit': rates, of whom, how many, for how long; and 'limit'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/limits.h>
#include <linux/netfilter/xt_hashlimit.h>
#include <linux/netfilter/xt_limit.h>

#include "base/bytes.h"
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

enum {
	PER_S_V1 = XT_HASHLIMIT_SCALE,
	PER_S = XT_HASHLIMIT_SCALE_v2,
};

static struct xt_hashlimit_mtinfo3 info;
static struct ext_use use = {
	.kind = XT_MATCH, .name = "hashlimit", .revision = 3,
	.info = &info, .len = sizeof(info),
};

static void
set_rule(uint32_t mode, uint64_t avg, uint64_t burst)
{
	info = (struct xt_hashlimit_mtinfo3){
		.name = "name",
		.cfg = {
			.avg = avg, .burst = burst, .mode = mode, .max = 100,
			.size = 16, .gc_interval = 1000, .expire = 10000,
			.srcmask = 32, .dstmask = 32,
		},
	};
}

static bool
from(uint32_t addr)
{
	load_packet(&l, IPPROTO_TCP, 1000, 80);
	put_be32(l.bytes + 12, addr);
	return ext_matches(&l, &use);
}

/* How many of ten packets at once match. */
static unsigned
burst_from(uint32_t addr)
{
	unsigned n = 0;

	for (unsigned i = 0; i < 10; i++)
		n += from(addr);
	return n;
}

static void
test_packets(void **state)
{
	(void)state;
	set_rule(XT_HASHLIMIT_HASH_SIP, PER_S / 2, 3);	/* two in a second */
	assert_int_equal(ext_load(&l, &use), 0);
	assert_int_equal(burst_from(1), 3);
	assert_int_equal(burst_from(2), 3);
	l.track.now_ms += 499;
	assert_int_equal(burst_from(1), 0);
	l.track.now_ms += 1;
	assert_int_equal(burst_from(1), 1);
	l.track.now_ms += 1000;
	assert_int_equal(burst_from(1), 2);
	l.track.now_ms += 9000;
	assert_int_equal(burst_from(1), 3);
}

static void
test_above(void **state)
{
	(void)state;
	set_rule(XT_HASHLIMIT_HASH_SIP | XT_HASHLIMIT_INVERT, PER_S, 4);
	assert_int_equal(ext_load(&l, &use), 0);
	assert_int_equal(burst_from(1), 6);
}

/* The first revision counts in coarser units: 10000 of them would cost 32000
 * credits, and are said to be 30000, so a second pays for a bit more. */
static void
test_first_revision(void **state)
{
	static const struct xt_hashlimit_mtinfo1 first = {
		.name = "name",
		.cfg = {
			.avg = PER_S_V1, .burst = 2, .max = 100, .size = 16,
			.mode = XT_HASHLIMIT_HASH_SIP, .gc_interval = 1000,
			.expire = 10000, .srcmask = 32, .dstmask = 32,
		},
	};
	struct ext_use v1 = use;

	(void)state;
	v1.revision = 1;
	v1.info = &first;
	v1.len = sizeof(first);
	assert_int_equal(ext_load(&l, &v1), 0);
	assert_int_equal(burst_from(1), 2);
	l.track.now_ms += 937;
	assert_int_equal(burst_from(1), 0);
	l.track.now_ms += 1;
	assert_int_equal(burst_from(1), 1);
}

static void
test_masks(void **state)
{
	(void)state;
	set_rule(XT_HASHLIMIT_HASH_SIP, PER_S, 3);
	info.cfg.srcmask = 20;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_int_equal(burst_from(0x0a00a001), 3);
	assert_int_equal(burst_from(0x0a00afff), 0);
	assert_int_equal(burst_from(0x0a00b000), 3);
	info.cfg.srcmask = 0;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_int_equal(burst_from(0), 3);
	assert_int_equal(burst_from(UINT32_MAX), 0);
}

static void
test_ports(void **state)
{
	(void)state;
	set_rule(XT_HASHLIMIT_HASH_DPT, PER_S, 1);
	assert_int_equal(ext_load(&l, &use), 0);
	assert_true(from(1));
	assert_false(from(2));
	load_packet(&l, IPPROTO_UDP, 1000, 81);
	assert_true(ext_matches(&l, &use));
	load_packet(&l, IPPROTO_UDP, 1001, 81);
	assert_false(ext_matches(&l, &use));
	/* What has no ports is all alike. */
	load_packet(&l, IPPROTO_ICMP, 1001, 82);
	assert_true(ext_matches(&l, &use));
	load_packet(&l, IPPROTO_GRE, 1001, 83);
	assert_false(ext_matches(&l, &use));
}

static void
test_most(void **state)
{
	(void)state;
	set_rule(XT_HASHLIMIT_HASH_SIP | XT_HASHLIMIT_INVERT, PER_S, 5);
	info.cfg.max = 0;	/* eight times the size: 128 */
	assert_int_equal(ext_load(&l, &use), 0);
	for (uint32_t i = 0; i < 128; i++)
		assert_false(from(i));
	assert_true(from(128));		/* dropped: there is no room */
	/* They end when they are looked for. */
	l.track.now_ms += 9999;
	assert_true(from(128));
	l.track.now_ms += 1;
	assert_false(from(128));
}

static void
test_expiry(void **state)
{
	(void)state;
	set_rule(XT_HASHLIMIT_HASH_SIP, 3600 * (uint64_t)PER_S, 2);
	info.cfg.gc_interval = 4000;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_int_equal(burst_from(1), 2);
	l.track.now_ms += 11999;	/* expired, not yet looked for */
	assert_int_equal(burst_from(1), 0);
	l.track.now_ms += 11999;
	assert_int_equal(burst_from(1), 0);
	l.track.now_ms += 12002;
	assert_int_equal(burst_from(1), 2);
}

static void
test_shared(void **state)
{
	struct ext_use other = use;

	(void)state;
	set_rule(XT_HASHLIMIT_HASH_SIP, PER_S, 3);
	assert_int_equal(ext_load(&l, &use), 0);
	other.hook = HOOK_FORWARD;
	info.cfg.burst = 9;	/* the table is as the first rule made it */
	assert_int_equal(ext_add(&l, &other), 0);
	assert_true(from(1));
	assert_true(ext_matches(&l, &other));
	assert_true(ext_matches(&l, &other));
	assert_false(ext_matches(&l, &other));
	assert_false(from(1));
}

static void
test_bytes(void **state)
{
	(void)state;
	/* 16 bytes cost 2^20 credits of 4000 * 2^20 in a second.
	 * A packet of 40 bytes is three. */
	set_rule(XT_HASHLIMIT_HASH_SIP | XT_HASHLIMIT_BYTES,
		 1073742, 0);
	assert_int_equal(ext_load(&l, &use), 0);
	for (unsigned i = 0; i < 1333; i++)
		assert_true(from(1));
	assert_false(from(1));
	l.track.now_ms += 1;	/* four chunks */
	assert_true(from(1));
	assert_false(from(1));
}

static void
test_rate_match(void **state)
{
	(void)state;
	/* Five in an interval of two seconds, and a burst of two. */
	set_rule(XT_HASHLIMIT_HASH_SIP | XT_HASHLIMIT_RATE_MATCH, PER_S / 5,
		 2);
	info.cfg.interval = 2;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_int_equal(burst_from(1), 7);
	l.track.now_ms += 1999;
	assert_int_equal(burst_from(1), 0);
	l.track.now_ms += 1;
	assert_int_equal(burst_from(1), 0);	/* there were too many */
	l.track.now_ms += 4000;
	/* Ten in four seconds are five in two. */
	assert_int_equal(burst_from(1), 7);
}

static void
test_limit(void **state)
{
	static const struct xt_rateinfo rate = {
		.avg = XT_LIMIT_SCALE / 2, .burst = 3,
	};
	struct xt_rateinfo shown;
	const struct ext_use limit = {
		.kind = XT_MATCH, .name = "limit",
		.info = &rate, .len = sizeof(rate),
	};
	unsigned n = 0;

	(void)state;
	assert_int_equal(ext_load(&l, &limit), 0);
	for (unsigned i = 0; i < 10; i++)
		n += ext_matches(&l, &limit);
	assert_int_equal(n, 3);
	l.track.now_ms += 499;
	assert_false(ext_matches(&l, &limit));
	l.track.now_ms += 1;
	assert_true(ext_matches(&l, &limit));
	assert_false(ext_matches(&l, &limit));
	ext_shown(&l, &limit, &shown, sizeof(shown));
	assert_memory_equal(&shown, &rate, sizeof(rate));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_packets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_above, setup, teardown),
		cmocka_unit_test_setup_teardown(test_first_revision, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_masks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ports, setup, teardown),
		cmocka_unit_test_setup_teardown(test_most, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expiry, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shared, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rate_match, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_limit, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
