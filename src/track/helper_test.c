/* SPDX-License-Identifier: BSD-2-Clause
 * track/helper_test.c - which helpers there are, and which may be added. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "track/proto.h"
#include "track/track.h"

static struct track track;

static int
set_up(void **state)
{
	(void)state;
	return track_init(&track, &(struct clew_config){ .start_ns = 1 });
}

static int
tear_down(void **state)
{
	(void)state;
	track_fini(&track);
	return 0;
}

static struct helper
named(const char *name, uint16_t family, uint8_t protocol)
{
	struct helper h = {
		.family = family, .protocol = protocol,
		.is_user = true, .classes = 1,
		.policy = { { "default", 8, 60 } },
	};

	snprintf(h.name, sizeof(h.name), "%s", name);
	return h;
}

static void
test_builtins_are_there(void **state)
{
	const struct helpers *hs = &track.helpers;
	uint32_t ftp = helper_find(hs, "ftp", CLEW_IPV4, PROTO_TCP);

	(void)state;
	assert_int_not_equal(ftp, 0);
	assert_int_equal(helper_at(hs, ftp)->policy[0].max_expected, 1);
	assert_int_equal(helper_at(hs, ftp)->policy[0].timeout_s, 300);
	assert_int_not_equal(ftp, helper_find(hs, "ftp", CLEW_IPV6,
					      PROTO_TCP));
	assert_int_equal(helper_find(hs, "ftp", CLEW_IPV4, PROTO_UDP), 0);
	assert_int_equal(helper_find(hs, "irc", CLEW_IPV6, PROTO_TCP), 0);
	assert_int_equal(helper_find(hs, "H.245", CLEW_IPV4, PROTO_UDP),
			 helper_find(hs, "H.245", CLEW_IPV6, PROTO_UDP));
	assert_int_equal(helper_find(hs, "", CLEW_IPV4, PROTO_TCP), 0);
	assert_int_equal(helper_next_user(hs, 0), 0);
}

static void
test_a_user_adds_and_removes(void **state)
{
	struct helper h = named("mine", CLEW_IPV4, PROTO_TCP);
	struct helper clash = named("ftp", CLEW_IPV4, PROTO_TCP);
	struct helper many = named("many", CLEW_IPV4, PROTO_TCP);
	int number = helper_add(&track.helpers, &h);

	(void)state;
	assert_true(number > 0);
	assert_int_equal(helper_add(&track.helpers, &h), -EEXIST);
	assert_int_equal(helper_add(&track.helpers, &clash), -EEXIST);
	many.policy[0].max_expected = HELPER_EXPECT_MAX + 1;
	assert_int_equal(helper_add(&track.helpers, &many), -EINVAL);
	assert_int_equal(helper_next_user(&track.helpers, 0), number);
	assert_int_equal(helper_next_user(&track.helpers, (uint32_t)number),
			 0);
	helper_hold(&track.helpers, (uint32_t)number);
	assert_int_equal(helper_remove(&track, (uint32_t)number), -EBUSY);
	helper_release(&track.helpers, (uint32_t)number);
	assert_int_equal(helper_remove(&track, (uint32_t)number), 0);
	assert_int_equal(helper_find(&track.helpers, "mine", CLEW_IPV4,
				     PROTO_TCP), 0);
}

static void
test_there_is_an_end(void **state)
{
	char name[CLEW_HELPER_SIZE];
	int number = 0;

	(void)state;
	for (int i = 0; number >= 0; i++) {
		struct helper h;

		snprintf(name, sizeof(name), "h%d", i);
		h = named(name, CLEW_IPV4, PROTO_TCP);
		number = helper_add(&track.helpers, &h);
		assert_true(i <= HELPERS_MAX);
	}
	assert_int_equal(number, -ENOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_builtins_are_there),
		TEST(test_a_user_adds_and_removes),
		TEST(test_there_is_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
