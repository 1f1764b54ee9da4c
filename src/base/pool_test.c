/* SPDX-License-Identifier: BSD-2-Clause
 * base/pool_test.c - indices handed out, taken back, handed out again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/pool.h"
#include "base/testrandom.h"

enum { MOST = 1000 };

struct element {
	uint32_t free;
	uint32_t mark;
};

static void
hands_out_all_and_no_more(void **state)
{
	struct pool pool;

	(void)state;
	assert_int_equal(pool_init(&pool, sizeof(struct element), MOST), 0);
	for (uint32_t i = 1; i <= MOST; i++)
		assert_int_equal(pool_get(&pool), i);
	assert_int_equal(pool_get(&pool), 0);
	assert_int_equal(pool.count, MOST);
	pool_put(&pool, 7);
	pool_put(&pool, 3);
	assert_int_equal(pool_get(&pool), 3);
	assert_int_equal(pool_get(&pool), 7);
	assert_int_equal(pool_get(&pool), 0);
	pool_fini(&pool);
}

/* Nobody gets what another has, and what was left is found again. */
static void
nothing_is_shared(void **state)
{
	uint32_t held[MOST], count = 0, marks[MOST + 1] = { 0 };
	struct testrandom r = { 3 };
	struct pool pool;

	(void)state;
	assert_int_equal(pool_init(&pool, sizeof(struct element), MOST), 0);
	for (uint32_t round = 1; round < 20000; round++) {
		struct element *e;
		uint32_t i;

		if (count < MOST && testrandom_below(&r, 100) < 52) {
			i = pool_get(&pool);
			assert_in_range(i, 1, MOST);
			e = pool_at(&pool, i);
			assert_int_equal(e->mark, marks[i]);
			for (uint32_t n = 0; n < count; n++)
				assert_int_not_equal(held[n], i);
			e->mark = marks[i] = round;
			held[count++] = i;
		} else if (count) {
			uint32_t n = testrandom_below(&r, count);

			pool_put(&pool, held[n]);
			held[n] = held[--count];
		}
		assert_int_equal(pool.count, count);
		assert_in_range(pool.used, count, MOST);
	}
	pool_fini(&pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_out_all_and_no_more),
		cmocka_unit_test(nothing_is_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
