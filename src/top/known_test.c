/* SPDX-License-Identifier: BSD-2-Clause
 * top/known_test.c - what is new, gone and more, against a plain list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/testrandom.h"
#include "top/known.h"

enum { MANY = 3000, LOOKS = 40 };

static struct clew_snapshot
connection(uint32_t n, uint64_t bytes)
{
	struct clew_snapshot ct = {
		.has = CLEW_HAS_ORIG | CLEW_HAS_ID | CLEW_HAS_COUNTERS,
		.id = n * 2654435761u,
		.counter[0] = { .packets = bytes / 10, .bytes = bytes },
	};

	ct.tuple[0].src.be32[0] = n;
	return ct;
}

static void
tells_what_is_more(void **state)
{
	struct clew_snapshot first = connection(1, 100);
	struct clew_snapshot later = connection(1, 350);
	struct clew_snapshot reset = connection(1, 20);
	struct known_more more;
	struct known k;

	(void)state;
	assert_int_equal(known_init(&k), 0);
	known_begin(&k);
	assert_int_equal(known_note(&k, &first, &more), 0);
	assert_true(more.is_new);
	assert_int_equal(more.bytes, 100);
	known_begin(&k);
	known_note(&k, &later, &more);
	assert_false(more.is_new);
	assert_int_equal(more.bytes, 250);
	assert_int_equal(more.packets, 25);
	/* Its counters were read and reset. */
	known_note(&k, &reset, &more);
	assert_int_equal(more.bytes, 20);
	assert_int_equal(known_end(&k), 0);
	known_begin(&k);
	assert_int_equal(known_end(&k), 1);
	known_fini(&k);
}

/* Connections come and go at random; a list of booleans knows better. */
static void
agrees_with_a_list(void **state)
{
	static bool was[MANY], is[MANY];
	struct testrandom r = { .state = 7 };
	struct known k;

	(void)state;
	memset(was, 0, sizeof(was));
	known_init(&k);
	for (int look = 0; look < LOOKS; look++) {
		uint64_t gone = 0, used = 0;

		known_begin(&k);
		for (uint32_t n = 0; n < MANY; n++) {
			struct clew_snapshot ct = connection(n, 1);
			struct known_more more;

			is[n] = testrandom_below(&r, 3) != 0;
			if (is[n]) {
				assert_int_equal(known_note(&k, &ct, &more), 0);
				assert_int_equal(more.is_new, !was[n]);
			}
			gone += was[n] && !is[n];
			used += is[n];
		}
		assert_int_equal(known_end(&k), gone);
		assert_int_equal(k.used, used);
		memcpy(was, is, sizeof(was));
	}
	known_fini(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_what_is_more),
		cmocka_unit_test(agrees_with_a_list),
	};

	return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
