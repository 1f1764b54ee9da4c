/* SPDX-License-Identifier: BSD-2-Clause
 * base/slab_test.c - indices handed out once, elements that stay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/slab.h"
#include "base/testrandom.h"

enum { MOST = 5000 };

struct element {
	uint32_t free;
	uint32_t mark;
	uint8_t rest[12];
};

static void
counts_from_one(void **state)
{
	struct slab slab;

	(void)state;
	slab_init(&slab, 5);
	assert_int_equal(slab.stride, 8);
	assert_int_equal(slab_bytes(&slab), 0);
	for (uint32_t i = 1; i <= MOST; i++) {
		assert_int_equal(slab_get(&slab), i);
		memset(slab_at(&slab, i), (int)i, 8);
	}
	assert_int_equal(slab_bytes(&slab), (8192 - 8) * 8);
	for (uint32_t i = 1; i <= MOST; i++) {
		uint8_t want[8];

		memset(want, (int)i, sizeof(want));
		assert_memory_equal(slab_at(&slab, i), want, 8);
	}
	slab_put(&slab, 9);
	slab_put(&slab, 8);
	assert_int_equal(slab_get(&slab), 8);
	assert_int_equal(slab_get(&slab), 9);
	assert_int_equal(slab_get(&slab), MOST + 1);
	assert_int_equal(slab_reserve(&slab, 3), 0);
	assert_int_equal(slab.count, MOST + 1);
	assert_int_equal(slab.used, MOST + 4);
	assert_int_equal(slab_get(&slab), MOST + 4);
	slab_fini(&slab);
}

/* Nobody gets what another has, and elements do not move. */
static void
nothing_is_shared(void **state)
{
	static uint32_t held[MOST], marks[MOST + 1];
	static struct element *place[MOST + 1];
	struct testrandom r = { 11 };
	uint32_t count = 0;
	struct slab slab;

	(void)state;
	slab_init(&slab, sizeof(struct element));
	for (uint32_t round = 1; round < 50000; round++) {
		if (count < MOST && testrandom_below(&r, 100) < 55) {
			uint32_t i = slab_get(&slab);
			struct element *e;

			assert_in_range(i, 1, MOST);
			e = slab_at(&slab, i);
			assert_true(!place[i] || place[i] == e);
			place[i] = e;
			if (marks[i])
				assert_int_equal(e->mark, marks[i]);
			e->mark = marks[i] = round;
			e->free = 0xffffffff;
			held[count++] = i;
		} else if (count) {
			uint32_t n = testrandom_below(&r, count);

			assert_int_equal(place[held[n]]->free, 0xffffffff);
			slab_put(&slab, held[n]);
			held[n] = held[--count];
		}
		assert_int_equal(slab.count, count);
	}
	slab_fini(&slab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_from_one),
		cmocka_unit_test(nothing_is_shared),
	};

	return cmocka_run_group_tests_name("base/slab", tests, NULL, NULL);
}
