/* SPDX-License-Identifier: BSD-2-Clause
 * base/number_test.c - against printf and inet_ntop, which know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "base/number.h"

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void
check_number(uint64_t n)
{
	char got[32], want[32];

	*number_put_u64(got, n) = '\0';
	snprintf(want, sizeof(want), "%llu", (unsigned long long)n);
	assert_string_equal(got, want);
	*number_put_padded(got, n, 6) = '\0';
	snprintf(want, sizeof(want), "%.6llu", (unsigned long long)n);
	assert_string_equal(got, want);
	*number_put_hex(got, (uint32_t)n) = '\0';
	snprintf(want, sizeof(want), "%x", (uint32_t)n);
	assert_string_equal(got, want);
}

static void
numbers_are_those_of_printf(void **state)
{
	uint64_t seed = 1, power = 1;

	(void)state;
	for (uint64_t n = 0; n < 100000; n++)
		check_number(n);
	for (unsigned i = 0; i < 20; i++, power *= 10) {
		check_number(power - 1);
		check_number(power);
		check_number(power + 1);
	}
	check_number(UINT64_MAX);
	for (unsigned i = 0; i < 100000; i++)
		check_number(next_random(&seed) >> i % 64);
}

static void
addresses_are_those_of_inet_ntop(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (unsigned i = 0; i < 300000; i++) {
		char got[NUMBER_IPV6_MAX + 1], want[INET6_ADDRSTRLEN];
		uint8_t addr[16];
		uint64_t mask = next_random(&seed);

		for (unsigned j = 0; j < 16; j++)
			addr[j] = (uint8_t)(next_random(&seed) >> 20);
		for (unsigned j = 0; j < 8; j++) {	/* some groups 0 */
			if (mask >> j & 1)
				memset(addr + 2 * j, 0, 2);
			if ((mask >> (8 + 2 * j) & 3) == 3)
				addr[2 * j] = 0;
		}
		if ((mask >> 30 & 3) == 3)
			memset(addr + 10, 0xff, 2);
		*number_put_ipv6(got, addr) = '\0';
		inet_ntop(AF_INET6, addr, want, sizeof(want));
		assert_string_equal(got, want);
		*number_put_ipv4(got, addr) = '\0';
		inet_ntop(AF_INET, addr, want, sizeof(want));
		assert_string_equal(got, want);
	}
}

static void
a_full_address_leaves_nothing_out(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "::", "0000:0000:0000:0000:0000:0000:0000:0000" },
		{ "::ffff:1.2.3.4", "0000:0000:0000:0000:0000:ffff:0102:0304" },
		{ "2001:db8:a::c0de",
		  "2001:0db8:000a:0000:0000:0000:0000:c0de" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[NUMBER_IPV6_MAX + 1];
		uint8_t addr[16];

		assert_int_equal(inet_pton(AF_INET6, cases[i].in, addr), 1);
		*number_put_ipv6_full(got, addr) = '\0';
		assert_string_equal(got, cases[i].out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_printf),
		cmocka_unit_test(addresses_are_those_of_inet_ntop),
		cmocka_unit_test(a_full_address_leaves_nothing_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
