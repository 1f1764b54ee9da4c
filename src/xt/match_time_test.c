/* SPDX-License-Identifier: BSD-2-Clause
 * 'time': days, months and nights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/netfilter/xt_time.h>
#include <time.h>

#include "base/testrandom.h"
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

static struct xt_time_info info;
static struct ext_use use = {
	.kind = XT_MATCH, .name = "time",
	.info = &info, .len = sizeof(info),
};

static const struct xt_time_info always = {
	.date_stop = UINT32_MAX,
	.daytime_stop = XT_TIME_MAX_DAYTIME,
	.monthdays_match = XT_TIME_ALL_MONTHDAYS,
	.weekdays_match = XT_TIME_ALL_WEEKDAYS,
};

static bool
is_at(uint64_t s)
{
	l.track.now_ns = s * 1000000000u;
	return ext_matches(&l, &use);
}

static void
test_days(void **state)
{
	struct testrandom r = { 1 };

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		time_t now = (time_t)testrandom_below(&r, UINT32_MAX);
		struct tm tm;

		gmtime_r(&now, &tm);
		info = always;
		info.weekdays_match = (uint8_t)(1u << (tm.tm_wday ?
						       tm.tm_wday : 7));
		info.monthdays_match = 1u << tm.tm_mday;
		assert_int_equal(ext_load(&l, &use), 0);
		assert_true(is_at((uint64_t)now));
		info.weekdays_match ^= XT_TIME_ALL_WEEKDAYS;
		assert_int_equal(ext_load(&l, &use), 0);
		assert_false(is_at((uint64_t)now));
		info = always;
		info.monthdays_match &= ~(1u << tm.tm_mday);
		assert_int_equal(ext_load(&l, &use), 0);
		assert_false(is_at((uint64_t)now));
	}
}

enum {
	DAY = 24 * 60 * 60,
	MONDAY = 4 * DAY,	/* the 5th of January 1970 */
	HOUR = 60 * 60,
};

static void
test_hours(void **state)
{
	(void)state;
	info = always;
	info.daytime_start = 9 * HOUR;
	info.daytime_stop = 17 * HOUR;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_false(is_at(9 * HOUR - 1));
	assert_true(is_at(9 * HOUR));
	assert_true(is_at(17 * HOUR));
	assert_false(is_at(17 * HOUR + 1));
}

static void
test_nights(void **state)
{
	(void)state;
	/* From 23:00 to 01:00 on Mondays: twice an hour of a Monday, ... */
	info = always;
	info.daytime_start = 23 * HOUR;
	info.daytime_stop = 1 * HOUR;
	info.weekdays_match = 1u << 1;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_true(is_at(MONDAY + HOUR));
	assert_false(is_at(MONDAY + HOUR + 1));
	assert_true(is_at(MONDAY + 23 * HOUR));
	assert_false(is_at(MONDAY + DAY));
	/* ... or the night that begins on Monday. */
	info.flags = XT_TIME_CONTIGUOUS;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_false(is_at(MONDAY + HOUR));
	assert_true(is_at(MONDAY + 23 * HOUR));
	assert_true(is_at(MONDAY + DAY));
	assert_true(is_at(MONDAY + DAY + HOUR));
	assert_false(is_at(MONDAY + DAY + HOUR + 1));
}

static void
test_dates(void **state)
{
	(void)state;
	info = always;
	info.date_start = 100;
	info.date_stop = 200;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_false(is_at(99));
	assert_true(is_at(100));
	assert_true(is_at(200));
	assert_false(is_at(201));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_days, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hours, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nights, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dates, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
