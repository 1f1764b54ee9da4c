/* SPDX-License-Identifier: BSD-2-Clause
 * base/region_test.c - arrays that grow without moving. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/region.h"

static void
grows_in_place_and_zeroed(void **state)
{
	static const size_t strides[] = { 1, 4, 28, 44, 64, 128, 4096, 5000 };
	struct region r;

	(void)state;
	for (size_t s = 0; s < sizeof(strides) / sizeof(*strides); s++) {
		size_t stride = strides[s], had = 0;
		char *base;

		assert_int_equal(region_init(&r, stride, 3000), 0);
		base = r.base;
		assert_int_equal((size_t)base % 4096, 0);
		assert_int_equal(r.usable, 0);
		for (size_t count = 1; count <= 3000; count += 1 + count / 3) {
			assert_int_equal(region_grow(&r, count), 0);
			assert_in_range(r.usable, count, 3000);
			assert_ptr_equal(r.base, base);
			for (; had < r.usable; had++) {
				char *at = region_at(&r, had);

				for (size_t i = 0; i < stride; i++)
					assert_int_equal(at[i], 0);
				memset(at, 0x5a, stride);
			}
		}
		assert_int_equal(((char *)region_at(&r, 0))[0], 0x5a);
		region_fini(&r);
	}
}

static void
ends_where_it_was_told(void **state)
{
	struct region r;

	(void)state;
	assert_int_equal(region_init(&r, 100, 1000), 0);
	assert_int_equal(region_grow(&r, 1001), -ENOMEM);
	assert_int_equal(r.usable, 0);
	assert_int_equal(region_grow(&r, 1000), 0);
	assert_int_equal(r.usable, 1000);
	memset(r.base, 1, 100 * 1000);
	assert_int_equal(region_grow(&r, 1001), -ENOMEM);
	assert_int_equal(r.usable, 1000);
	assert_int_equal(region_bytes(&r), 100 * 1000);
	region_fini(&r);
}

/* Beyond the first huge page, where steps are larger. */
static void
grows_large(void **state)
{
	struct region r;

	(void)state;
	assert_int_equal(region_init(&r, 128, 1 << 20), 0);
	for (size_t count = 1; count <= 1 << 17; count += 4097) {
		assert_int_equal(region_grow(&r, count), 0);
		/* At most as much again as there is, in whole huge pages. */
		assert_in_range(region_bytes(&r), count * 128,
				2 * count * 128 + (4 << 20));
		memset(region_at(&r, r.usable - 1), 1, 128);
	}
	region_fini(&r);
}

static void
refuses_the_impossible(void **state)
{
	struct region r;

	(void)state;
	assert_int_equal(region_init(&r, 1 << 20, (size_t)1 << 40), -ENOMEM);
	region_fini(&r);
	memset(&r, 0, sizeof(r));
	region_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_in_place_and_zeroed),
		cmocka_unit_test(ends_where_it_was_told),
		cmocka_unit_test(grows_large),
		cmocka_unit_test(refuses_the_impossible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
