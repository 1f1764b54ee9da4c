/* SPDX-License-Identifier: BSD-2-Clause
 * 'recent': what is remembered of addresses, for how long, of how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter/xt_recent.h>

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

static struct xt_recent_mtinfo_v1 info;
static struct ext_use use = {
	.kind = XT_MATCH, .name = "recent", .revision = 1,
	.info = &info, .len = sizeof(info),
};

static void
set_rule(uint8_t what, uint32_t seconds, uint32_t hits)
{
	info = (struct xt_recent_mtinfo_v1){
		.seconds = seconds, .hit_count = hits, .check_set = what,
		.name = "list",
	};
	memset(&info.mask, 0xff, sizeof(info.mask));
}

static bool
from(uint32_t addr)
{
	load_packet(&l, IPPROTO_TCP, 1, 2);
	put_be32(l.bytes + 12, addr);
	l.path.out = NULL;
	return ext_matches(&l, &use);
}

static void
pass(uint64_t ms)
{
	l.track.now_ms += ms;
}

static void
test_set(void **state)
{
	(void)state;
	set_rule(XT_RECENT_SET, 0, 0);
	assert_int_equal(ext_load(&l, &use), 0);
	assert_true(from(1));	/* new or not, it is set */
	assert_true(from(1));
	info.invert = 1;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_false(from(1));
	assert_false(from(1));
}

static void
test_unknown(void **state)
{
	(void)state;
	set_rule(XT_RECENT_CHECK, 0, 0);
	assert_int_equal(ext_load(&l, &use), 0);
	assert_false(from(1));
	info.invert = 1;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_true(from(1));
}

/* Two rules of one list: one that sets, at input, and 'info' at forward. */
static struct ext_use second = {
	.kind = XT_MATCH, .name = "recent", .revision = 1,
	.info = &info, .len = sizeof(info), .hook = HOOK_FORWARD,
};

static void
load_two(void)
{
	struct xt_recent_mtinfo_v1 set = info;
	struct ext_use first = use;

	set.check_set = XT_RECENT_SET;
	set.seconds = set.hit_count = 0;
	first.info = &set;
	assert_int_equal(ext_load(&l, &first), 0);
	assert_int_equal(ext_add(&l, &second), 0);
}

static void
see(uint32_t addr)
{
	assert_true(from(addr));
}

static bool
is_known(uint32_t addr)
{
	load_packet(&l, IPPROTO_TCP, 1, 2);
	put_be32(l.bytes + 12, addr);
	l.path.out = NULL;
	return ext_matches(&l, &second);
}

static void
test_seconds(void **state)
{
	(void)state;
	set_rule(XT_RECENT_CHECK, 10, 0);
	load_two();
	see(1);
	assert_true(is_known(1));
	assert_false(is_known(2));
	pass(10000);
	assert_true(is_known(1));
	pass(1);
	assert_false(is_known(1));
	see(1);
	assert_true(is_known(1));
}

static void
test_hits(void **state)
{
	(void)state;
	set_rule(XT_RECENT_CHECK, 10, 3);
	load_two();
	see(1);
	pass(6000);
	see(1);
	assert_false(is_known(1));
	see(1);
	assert_true(is_known(1));
	pass(4001);	/* the first one is too long ago */
	assert_false(is_known(1));
}

static void
test_update(void **state)
{
	(void)state;
	set_rule(XT_RECENT_UPDATE, 10, 0);
	load_two();
	see(1);
	for (unsigned i = 0; i < 5; i++) {
		pass(10000);	/* each packet begins it anew */
		assert_true(is_known(1));
	}
	pass(10001);
	assert_false(is_known(1));
	assert_false(is_known(1));
}

static void
test_remove(void **state)
{
	(void)state;
	set_rule(XT_RECENT_REMOVE, 0, 0);
	load_two();
	see(1);
	assert_true(is_known(1));
	assert_false(is_known(1));
}

static void
test_reap(void **state)
{
	(void)state;
	set_rule(XT_RECENT_CHECK | XT_RECENT_REAP, 10, 0);
	load_two();
	see(1);
	pass(5000);
	see(2);
	pass(5001);
	assert_true(is_known(2));	/* and 1 is gone for good */
	info.check_set = XT_RECENT_CHECK;
	l.track.now_ms -= 5001;
	assert_false(is_known(1));
}

static void
test_most(void **state)
{
	(void)state;
	set_rule(XT_RECENT_CHECK, 0, 0);
	load_two();
	for (uint32_t i = 0; i < 100; i++)
		see(i);
	see(0);		/* used again: 1 is the oldest now */
	see(100);
	assert_true(is_known(0));
	assert_false(is_known(1));
	assert_true(is_known(2));
	assert_true(is_known(100));
}

static void
test_times(void **state)
{
	(void)state;
	/* Four times are kept for three hits: the fifth overwrites the first. */
	set_rule(XT_RECENT_CHECK, 0, 3);
	load_two();
	/* The rule that sets brings 32 of them, so 33 leave as many. */
	for (unsigned i = 0; i < 100; i++)
		see(1);
	assert_true(is_known(1));
	set_rule(XT_RECENT_CHECK, 0, 33);
	load_two();
	assert_false(is_known(1));	/* more times: the list is empty */
	for (unsigned i = 0; i < 32; i++)
		see(1);
	assert_false(is_known(1));
	see(1);
	assert_true(is_known(1));
}

static void
test_ttl(void **state)
{
	(void)state;
	set_rule(XT_RECENT_CHECK | XT_RECENT_TTL, 0, 0);
	load_two();
	see(1);
	assert_true(is_known(1));
	l.bytes[8]--;
	assert_int_equal(load_run(&l, HOOK_FORWARD), NFT_VERDICT_ACCEPT);
	/* Forwarded, it had one more before. */
	l.path.out = &l.out;
	assert_int_equal(load_run(&l, HOOK_FORWARD), NFT_VERDICT_DROP);
}

static void
test_mask(void **state)
{
	(void)state;
	set_rule(XT_RECENT_CHECK, 0, 0);
	memset(&info.mask, 0, sizeof(info.mask));
	put_be32((uint8_t *)&info.mask, 0xffffff00);
	load_two();
	see(0x0a000001);
	assert_true(is_known(0x0a0000ff));
	assert_false(is_known(0x0a000100));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_set, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seconds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_update, setup, teardown),
		cmocka_unit_test_setup_teardown(test_remove, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_most, setup, teardown),
		cmocka_unit_test_setup_teardown(test_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ttl, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mask, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
