/* SPDX-License-Identifier: BSD-2-Clause
 * track/expect_test.c - expectations: what fits them, what becomes of who was
 * expected, and how many there may be. */
#include "track/expect.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "track/track.h"

enum {
	A = 0x0a000001,
	B = 0x0a000002,
	EPHEMERAL = 1000,
};

static struct track t;
static int told_new, told_gone;

static void
tell_expect(void *ctx, struct track *track, const struct expectation *e,
	    bool is_new)
{
	(void)ctx, (void)track, (void)e;
	told_new += is_new;
	told_gone += !is_new;
}

static bool
tell(void *ctx, struct track *track, struct conn *c,
     enum clew_event_type type, uint32_t bits)
{
	(void)ctx, (void)track, (void)c, (void)type, (void)bits;
	return true;
}

static int
set_up(void **state)
{
	(void)state;
	told_new = told_gone = 0;
	if (track_init(&t, &(struct clew_config){
			.seed = { 1, 2 }, .start_ns = 1000000000 }))
		return -1;
	t.tell = tell;
	t.tell_expect = tell_expect;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	track_fini(&t);
	return 0;
}

static struct key
key_of(uint32_t src, uint32_t dst, uint8_t protocol, uint16_t sport,
       uint16_t dport)
{
	struct clew_tuple tuple = {
		.family = CLEW_IPV4, .protocol = protocol,
		.part.port = { to_be16(sport), to_be16(dport) },
	};
	struct key key;

	put_be32(tuple.src.bytes, src);
	put_be32(tuple.dst.bytes, dst);
	key_from_tuple(&tuple, &key);
	return key;
}

static struct conn *
begin(struct key key)
{
	struct clew_packet in = { 0 };
	enum clew_reason why;
	struct conn *c = conn_create(&t, &key, &in, &why);

	assert_non_null(c);
	return c;
}

static struct conn *
master_with(const char *helper, uint8_t protocol, uint16_t sport)
{
	struct clew_packet in = { 0 };
	struct conn *c = begin(key_of(A, B, protocol, sport, 21));

	c->deadline_ms = 1000;
	c->mark = 7;
	assert_non_null(conn_set_helper(&t, c,
			helper_find(&t.helpers, helper, CLEW_IPV4, protocol)));
	assert_int_equal(conn_insert(&t, c, &in), 0);
	return c;
}

/* From anywhere at A to 'dport' at B. */
static struct expectation
wanted(uint16_t dport)
{
	return (struct expectation){
		.tuple = key_of(A, B, PROTO_TCP, 0, dport),
		.mask = key_of(UINT32_MAX, 0, PROTO_TCP, 0, 0),
	};
}

static int
expect(struct conn *master, uint16_t dport)
{
	struct expectation want = wanted(dport);

	return expect_add(&t, master, &want, 0);
}

static void
test_who_fits_is_related(void **state)
{
	struct conn *master = master_with("ftp", PROTO_TCP, 1), *c;

	(void)state;
	assert_int_equal(expect(master, 5000), 0);
	assert_int_equal(told_new, 1);
	/* Others are not meant. */
	c = begin(key_of(A, B, PROTO_TCP, EPHEMERAL, 5001));
	assert_false(c->status & CLEW_STATUS_EXPECTED);
	conn_discard(&t, c);
	c = begin(key_of(A + 1, B, PROTO_TCP, EPHEMERAL, 5000));
	assert_false(c->status & CLEW_STATUS_EXPECTED);
	conn_discard(&t, c);
	c = begin(key_of(A, B, PROTO_UDP, EPHEMERAL, 5000));
	assert_false(c->status & CLEW_STATUS_EXPECTED);
	conn_discard(&t, c);
	assert_int_equal(t.expects.count, 1);

	c = begin(key_of(A, B, PROTO_TCP, EPHEMERAL, 5000));
	assert_true(c->status & CLEW_STATUS_EXPECTED);
	assert_int_equal(c->mark, 7);
	assert_string_equal(conn_master_helper(&t, c), "ftp");
	assert_null(conn_helper(&t, c));
	assert_int_equal(t.expects.count, 0);
	assert_int_equal(told_gone, 1);
	assert_int_equal(t.stats.expect_new, 1);
	/* It knows its master's tuple, also when that is gone. */
	conn_kill(&t, master);
	assert_string_equal(conn_master_helper(&t, c), "ftp");
	assert_int_equal(key_part(&conn_origin(&t, c)->key.s).port.sport_be,
			 to_be16(1));
	conn_discard(&t, c);
	assert_int_equal(t.helps.count, 0);
	assert_int_equal(t.origins.count, 0);
}

static void
test_flags(void **state)
{
	struct conn *master = master_with("irc", PROTO_TCP, 1), *c;
	struct expectation stays = wanted(5000), sleeps = wanted(5001);

	(void)state;
	stays.flags = CLEW_EXPECT_PERMANENT;
	sleeps.flags = CLEW_EXPECT_INACTIVE;
	assert_int_equal(expect_add(&t, master, &stays, 0), 0);
	assert_int_equal(expect_add(&t, master, &sleeps, 0), 0);
	for (uint16_t i = 0; i < 3; i++) {
		c = begin(key_of(A, B, PROTO_TCP, EPHEMERAL + i, 5000));
		assert_true(c->status & CLEW_STATUS_EXPECTED);
		conn_discard(&t, c);
		c = begin(key_of(A, B, PROTO_TCP, EPHEMERAL + i, 5001));
		assert_false(c->status & CLEW_STATUS_EXPECTED);
		conn_discard(&t, c);
	}
	assert_int_equal(t.expects.count, 2);
}

static void
test_they_end_with_their_master(void **state)
{
	struct conn *master = master_with("irc", PROTO_TCP, 1);

	(void)state;
	assert_int_equal(expect(master, 5000), 0);
	assert_int_equal(expect(master, 5001), 0);
	conn_kill(&t, master);
	assert_int_equal(t.expects.count, 0);
	assert_int_equal(told_gone, 2);
}

static void
test_they_end_in_time(void **state)
{
	struct conn *master = master_with("ftp", PROTO_TCP, 1);
	uint32_t budget = UINT32_MAX;

	(void)state;
	assert_int_equal(expect(master, 5000), 0);
	track_advance(&t, t.now_ns + 299999000000, &budget);
	assert_int_equal(t.expects.count, 1);
	track_advance(&t, t.now_ns + 1000000, &budget);
	assert_int_equal(t.expects.count, 0);
	assert_int_equal(told_gone, 1);
}

static void
test_a_new_timeout_counts(void **state)
{
	struct conn *master = master_with("ftp", PROTO_TCP, 1);
	uint32_t budget = UINT32_MAX, at = 0;

	(void)state;
	assert_int_equal(expect(master, 5000), 0);
	expect_set_timeout(&t, expect_next(&t, &at), 500);
	track_advance(&t, t.now_ns + 400000000000, &budget);
	assert_int_equal(t.expects.count, 1);
	at = 0;
	expect_set_timeout(&t, expect_next(&t, &at), 0);
	track_advance(&t, t.now_ns + 1000000, &budget);
	assert_int_equal(t.expects.count, 0);
}

static void
test_how_many(void **state)
{
	struct conn *master = master_with("irc", PROTO_TCP, 1);
	struct expectation *e;
	uint32_t at = 0;

	(void)state;
	/* The oldest goes when there are eight. */
	for (uint16_t i = 0; i < 20; i++)
		assert_int_equal(expect(master, 5000 + i), 0);
	assert_int_equal(t.expects.count, 8);
	assert_int_equal(conn_help(&t, master)->expecting[0], 8);
	while ((e = expect_next(&t, &at)))
		assert_true(key_part(&e->tuple.s).port.dport_be >=
			    to_be16(5012));
	t.set.expect_max = 8;
	assert_int_equal(expect(master_with("ftp", PROTO_TCP, 2), 6000),
			 -EMFILE);
}

static void
test_clashes(void **state)
{
	struct conn *one = master_with("sip", PROTO_TCP, 1);
	struct conn *other = master_with("irc", PROTO_TCP, 2);
	struct expectation any = wanted(5000), narrow = wanted(5000);

	(void)state;
	any.class_id = narrow.class_id = 1;
	memset(key_addr(&any.mask, 0), 0, 4);
	assert_int_equal(expect_add(&t, one, &any, 0), 0);
	/* What both masks cover must differ somewhere. */
	assert_int_equal(expect_add(&t, one, &narrow, 0), -EBUSY);
	assert_int_equal(expect(other, 5000), -EBUSY);
	/* The same takes its own place; not in another class. */
	assert_int_equal(expect_add(&t, one, &any, 0), 0);
	any.class_id = 2;
	assert_int_equal(expect_add(&t, one, &any, 0), -EALREADY);
	assert_int_equal(t.expects.count, 1);
}

static void
test_a_helper_goes(void **state)
{
	struct helper mine = {
		.name = "mine", .family = CLEW_IPV4, .protocol = PROTO_TCP,
		.is_user = true, .classes = 1, .policy = { { "", 4, 100 } },
	};
	int number = helper_add(&t.helpers, &mine);
	struct conn *master;

	(void)state;
	assert_true(number > 0);
	master = master_with("mine", PROTO_TCP, 1);
	assert_int_equal(expect(master, 5000), 0);
	assert_int_equal(helper_remove(&t, (uint32_t)number), 0);
	assert_int_equal(t.expects.count, 0);
	assert_null(conn_helper(&t, master));
	assert_non_null(conn_help(&t, master));
}

static void
test_zones_are_apart(void **state)
{
	struct conn *master = master_with("ftp", PROTO_TCP, 1);
	struct key key = key_of(A, B, PROTO_TCP, EPHEMERAL, 5000);

	(void)state;
	assert_int_equal(expect(master, 5000), 0);
	assert_null(expect_lookup(&t, &key, 1));
	assert_non_null(expect_lookup(&t, &key, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_who_fits_is_related),
		TEST(test_flags),
		TEST(test_they_end_with_their_master),
		TEST(test_they_end_in_time),
		TEST(test_a_new_timeout_counts),
		TEST(test_how_many),
		TEST(test_clashes),
		TEST(test_a_helper_goes),
		TEST(test_zones_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
