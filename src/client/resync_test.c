/* SPDX-License-Identifier: BSD-2-Clause
 * client/resync_test.c - what is new, other and gone, against a plain list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/testrandom.h"
#include "client/resync.h"

enum { MANY = 4000 };

static const struct hash_key key = { { 1, 2 } };

static struct clew_snapshot
connection(uint32_t n, uint32_t id, uint32_t mark)
{
	struct clew_snapshot ct = {
		.has = CLEW_HAS_ORIG | CLEW_HAS_ID | CLEW_HAS_MARK,
		.id = id,
		.mark = mark,
	};

	ct.tuple[0].src.be32[0] = n;
	return ct;
}

static unsigned gone_count;
static uint32_t gone_id;

static void
count_gone(void *ctx, uint32_t id)
{
	(void)ctx;
	gone_count++;
	gone_id = id;
}

static void
tells_what_changed(void **state)
{
	struct clew_snapshot a = connection(1, 10, 0);
	struct clew_snapshot marked = connection(1, 10, 5);
	struct clew_snapshot again = connection(1, 11, 5);
	struct resync r;

	(void)state;
	resync_init(&r, &key);
	assert_int_equal(resync_note(&r, &a), RESYNC_NEW);
	assert_int_equal(resync_note(&r, &a), RESYNC_SAME);
	assert_int_equal(resync_note(&r, &marked), RESYNC_CHANGED);
	/* Another in the same place is new. */
	assert_int_equal(resync_note(&r, &again), RESYNC_NEW);
	assert_int_equal(r.count, 1);
	assert_true(resync_forget(&r, &a));
	assert_false(resync_forget(&r, &a));
	resync_fini(&r);
}

static void
finds_those_that_are_gone(void **state)
{
	struct clew_snapshot a = connection(1, 10, 0);
	struct clew_snapshot b = connection(2, 20, 0);
	struct resync r;

	(void)state;
	resync_init(&r, &key);
	resync_note(&r, &a);
	resync_note(&r, &b);
	gone_count = 0;
	resync_begin(&r);
	assert_int_equal(resync_note(&r, &a), RESYNC_SAME);
	resync_end(&r, count_gone, NULL);
	assert_int_equal(gone_count, 1);
	assert_int_equal(gone_id, 20);
	assert_int_equal(resync_note(&r, &b), RESYNC_NEW);
	resync_fini(&r);
}

/* Growth, and holes that are filled by those behind them. */
static void
loses_none_of_many(void **state)
{
	static bool is_there[MANY];
	struct testrandom random = { 7 };
	struct resync r;
	size_t count = 0;

	(void)state;
	resync_init(&r, &key);
	memset(is_there, 0, sizeof(is_there));
	for (unsigned i = 0; i < 20 * MANY; i++) {
		uint32_t n = testrandom_below(&random, MANY);
		struct clew_snapshot ct = connection(n, n + 1, 0);

		if (testrandom_below(&random, 2)) {
			assert_int_equal(resync_note(&r, &ct), is_there[n] ?
					 RESYNC_SAME : RESYNC_NEW);
			count += !is_there[n];
			is_there[n] = true;
		} else {
			assert_int_equal(resync_forget(&r, &ct), is_there[n]);
			count -= is_there[n];
			is_there[n] = false;
		}
		assert_int_equal(r.count, count);
	}
	gone_count = 0;
	resync_begin(&r);
	resync_end(&r, count_gone, NULL);
	assert_int_equal(gone_count, count);
	assert_int_equal(r.count, 0);
	resync_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_what_changed),
		cmocka_unit_test(finds_those_that_are_gone),
		cmocka_unit_test(loses_none_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
