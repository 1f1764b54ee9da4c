/* SPDX-License-Identifier: BSD-2-Clause
 * nft/jenkins_test.c - lookup3 against its author's own values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nft/jenkins.h"

/* From lookup3.c's own self-test (driver5). */
static void
published_values(void **state)
{
	static const char text[] = "Four score and seven years ago";

	(void)state;
	assert_int_equal(jenkins_hash("", 0, 0), 0xdeadbeef);
	assert_int_equal(jenkins_hash("", 0, 0xdeadbeef), 0xbd5b7dde);
	assert_int_equal(jenkins_hash(text, 30, 0), 0x17770551);
	assert_int_equal(jenkins_hash(text, 30, 1), 0xcd628161);
}

/* No byte of the last block is left out: no two lengths give the same. */
static void
every_length(void **state)
{
	uint8_t key[64];
	uint32_t seen[65];

	(void)state;
	for (unsigned i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(7 * i + 1);
	for (unsigned n = 0; n <= 64; n++) {
		seen[n] = jenkins_hash(key, n, 42);
		for (unsigned m = 0; m < n; m++)
			assert_int_not_equal(seen[m], seen[n]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_values),
		cmocka_unit_test(every_length),
	};

	return cmocka_run_group_tests_name("nft/jenkins", tests, NULL, NULL);
}
