/* SPDX-License-Identifier: BSD-2-Clause
 * cli/layers_test.c - headers read, and cut at every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/layers.h"

/* tcp 10.0.0.1:1000 > 10.0.0.2:80 SYN with all the options there are */
static const uint8_t syn[60] = {
	0x45, 0, 0, 60, 0, 7, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	0x03, 0xe8, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0xa0, 0x02, 0xfa, 0xf0,
	0, 0, 0, 0,
	2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7,
};

/* An ICMPv6 error that quotes a fragment's first part, UDP. */
static const uint8_t error[104] = {
	0x60, 0, 0, 0, 0, 64, 58, 64,
	0x20, 1, [23] = 1, 0x20, 1, [39] = 2,
	1, 4, 0, 0, 0, 0, 0, 0,
	0x60, 0, 0, 0, 0, 16, 44, 64,
	0x20, 1, [71] = 2, 0x20, 1, [87] = 1,
	17, 0, 0, 1, 0, 0, 0, 5,
	0, 53, 0, 54, 0, 8, 0, 0,
};

static const char *
value(const struct layers *layers, const char *layer, const char *field)
{
	for (size_t i = 0; i < layers->count; i++) {
		const struct layer *l = &layers->layer[i];

		for (size_t k = 0; k < l->fields; k++) {
			if (strcmp(l->name, layer) == 0 &&
			    strcmp(l->field[k].name, field) == 0)
				return l->field[k].value;
		}
	}
	return "(none)";
}

static void
fields(void **state)
{
	struct layers l;

	(void)state;
	layers_read(&l, NULL, 0, syn, sizeof(syn), sizeof(syn));
	assert_int_equal(l.count, 2);
	assert_string_equal(value(&l, "ipv4", "src"), "10.0.0.1");
	assert_string_equal(value(&l, "ipv4", "df"), "DF");
	assert_string_equal(value(&l, "tcp", "dport"), "80");
	assert_string_equal(value(&l, "tcp", "flags"), "SYN");
	assert_string_equal(value(&l, "tcp", "mss"), "1460");
	assert_string_equal(value(&l, "tcp", "scale"), "7");
	assert_string_equal(value(&l, "tcp", "timestamp"), "9");
	assert_string_equal(value(&l, "tcp", "data"), "0");
	layers_read(&l, NULL, 0, error, sizeof(error), sizeof(error));
	assert_string_equal(value(&l, "icmpv6", "icmp_code"), "4");
	assert_string_equal(value(&l, "udp", "sport"), "53");
}

/* Each length in memory of its own, so that a byte too many is found. */
static void
at_every_length(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t size;
	} packets[] = { { syn, sizeof(syn) }, { error, sizeof(error) } };

	(void)state;
	for (size_t n = 0; n < 2; n++) {
		for (size_t len = 0; len <= packets[n].size; len++) {
			uint8_t *copy = malloc(len ? len : 1);
			struct layers l;

			memcpy(copy, packets[n].bytes, len);
			layers_read(&l, copy, len, copy, len,
				    packets[n].size);
			assert_true(l.count <= LAYERS_MOST);
			free(copy);
		}
	}
}

/* Errors that quote errors end somewhere. */
static void
quotes_without_end(void **state)
{
	enum { QUOTES = 60, EACH = 28 };
	static uint8_t bytes[QUOTES * EACH];
	struct layers l;

	(void)state;
	for (size_t i = 0; i < QUOTES; i++) {
		uint8_t *ip = bytes + i * EACH;

		ip[0] = 0x45;
		ip[2] = 255;
		ip[9] = 1;
		ip[20] = 3;
	}
	layers_read(&l, NULL, 0, bytes, sizeof(bytes), sizeof(bytes));
	assert_int_equal(l.count, LAYERS_MOST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(at_every_length),
		cmocka_unit_test(quotes_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
