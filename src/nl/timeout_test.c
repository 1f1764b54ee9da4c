/* SPDX-License-Identifier: BSD-2-Clause
 * nl/timeout_test.c - a timeout policy of Linux's, read and written back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "nl/timeout.h"

/* A TCP policy as Linux 6.18 dumps it. */
static const uint8_t recorded[] = {
	0x07, 0x00, 0x01, 0x00, 0x74, 0x31, 0x00, 0x00, 0x06, 0x00, 0x02, 0x00,
	0x00, 0x02, 0x00, 0x00, 0x05, 0x00, 0x03, 0x00, 0x06, 0x00, 0x00, 0x00,
	0x08, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x01, 0x5c, 0x00, 0x04, 0x80,
	0x08, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x78, 0x08, 0x00, 0x02, 0x00,
	0x00, 0x00, 0x00, 0x3c, 0x08, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x64,
	0x08, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x78, 0x08, 0x00, 0x05, 0x00,
	0x00, 0x00, 0x00, 0x3c, 0x08, 0x00, 0x06, 0x00, 0x00, 0x00, 0x00, 0x1e,
	0x08, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00, 0x78, 0x08, 0x00, 0x08, 0x00,
	0x00, 0x00, 0x00, 0x0a, 0x08, 0x00, 0x09, 0x00, 0x00, 0x00, 0x00, 0x78,
	0x08, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x01, 0x2c, 0x08, 0x00, 0x0b, 0x00,
	0x00, 0x00, 0x01, 0x2c,
};

static void
reads_and_writes_linuxs(void **state)
{
	struct nl_timeout timeout;
	uint8_t out[512];
	struct nl_writer w = nl_writer(out, sizeof(out));

	(void)state;
	assert_int_equal(nl_timeout_decode(recorded, sizeof(recorded),
					   &timeout, NULL), 0);
	assert_string_equal(timeout.name, "t1");
	assert_int_equal(timeout.family, 2);
	assert_int_equal(timeout.protocol, 6);
	assert_int_equal(timeout.users, 1);
	assert_int_equal(timeout.set, 0x7ff);
	assert_int_equal(timeout.values_s[2], 100);
	nl_timeout_encode(&w, &timeout);
	assert_int_equal(w.used, sizeof(recorded));
	assert_memory_equal(out, recorded, sizeof(recorded));
}

static void
survives_any_bytes(void **state)
{
	struct nl_timeout timeout;

	(void)state;
	for (size_t cut = 0; cut <= sizeof(recorded); cut++) {
		for (size_t i = 0; i <= cut; i++) {
			uint8_t *copy = malloc(cut ? cut : 1);

			memcpy(copy, recorded, cut);
			if (i < cut)
				copy[i] ^= 0xff;
			nl_timeout_decode(copy, cut, &timeout, NULL);
			free(copy);
		}
	}
}

static void
refuses_names_without_end(void **state)
{
	static const uint8_t endless[] = { 6, 0, 1, 0, 'a', 'b', 0, 0 };
	struct nl_timeout timeout;

	(void)state;
	assert_int_equal(nl_timeout_decode(endless, sizeof(endless), &timeout,
					   NULL), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_linuxs),
		cmocka_unit_test(survives_any_bytes),
		cmocka_unit_test(refuses_names_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
