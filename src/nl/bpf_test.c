/* SPDX-License-Identifier: BSD-2-Clause
 * nl/bpf_test.c - which programs may run, and what they do. */
#include "nl/bpf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(p) (sizeof(p) / sizeof((p)[0]))
#define RET(k) { BPF_RET | BPF_K, 0, 0, (k) }

static bool
checks(const struct sock_filter *program, size_t count)
{
	return bpf_check(program, count);
}

#define REFUSED(...)							\
	do {								\
		const struct sock_filter p[] = { __VA_ARGS__ };		\
		assert_false(checks(p, COUNT(p)));			\
	} while (0)

static uint32_t
run(const struct sock_filter *p, size_t count, const void *data, size_t size)
{
	/* In memory of just its size: a read behind it is found. */
	uint8_t *copy = malloc(size ? size : 1);
	uint32_t result;

	assert_non_null(copy);
	memcpy(copy, data, size);
	assert_true(bpf_check(p, count));
	result = bpf_run(p, count, copy, (uint32_t)size);
	free(copy);
	return result;
}

static void
test_what_is_refused(void **state)
{
	(void)state;
	assert_false(bpf_check(NULL, 0));
	REFUSED({ BPF_LD | BPF_IMM, 0, 0, 1 });
	REFUSED({ 0xffff, 0, 0, 0 }, RET(0));
	REFUSED({ BPF_JMP | BPF_JA, 0, 0, 1 }, RET(0));
	REFUSED({ BPF_JMP | BPF_JA, 0, 0, 0xffffffff }, RET(0));
	REFUSED({ BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0 }, RET(0));
	REFUSED({ BPF_JMP | BPF_JEQ | BPF_K, 0, 255, 0 }, RET(0));
	REFUSED({ BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0 }, RET(0));
	REFUSED({ BPF_ALU | BPF_MOD | BPF_K, 0, 0, 0 }, RET(0));
	REFUSED({ BPF_ALU | BPF_LSH | BPF_K, 0, 0, 32 }, RET(0));
	REFUSED({ BPF_ST, 0, 0, 16 }, RET(0));
	REFUSED({ BPF_LD | BPF_MEM, 0, 0, 0 }, RET(0));
	REFUSED({ BPF_LD | BPF_W | BPF_ABS, 0, 0, 0xfffff001 }, RET(0));
	/* Written on one way alone. */
	REFUSED({ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0 }, { BPF_ST, 0, 0, 3 },
		{ BPF_LD | BPF_MEM, 0, 0, 3 }, RET(0));
	REFUSED({ BPF_RET | BPF_X, 0, 0, 0 });
}

static void
test_it_computes(void **state)
{
	const struct sock_filter p[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 },
		{ BPF_ST, 0, 0, 2 },
		{ BPF_LD | BPF_H | BPF_ABS, 0, 0, 4 },
		{ BPF_MISC | BPF_TAX, 0, 0, 0 },
		{ BPF_LD | BPF_MEM, 0, 0, 2 },
		{ BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0x01020809 },
		RET(77),
		{ BPF_RET | BPF_A, 0, 0, 0 },
	};

	(void)state;
	assert_int_equal(run(p, COUNT(p), "\1\2\3\4\5\5", 6), 77);
	assert_int_equal(run(p, COUNT(p), "\1\2\3\4\5\6", 6), 0x0102080a);
	/* What lies outside passes nothing. */
	for (size_t size = 0; size < 6; size++)
		assert_int_equal(run(p, COUNT(p), "\1\2\3\4\5\5", size), 0);
}

static void
test_a_division_by_0_passes_nothing(void **state)
{
	const struct sock_filter p[] = {
		{ BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0 }, RET(1),
	};

	(void)state;
	assert_int_equal(run(p, COUNT(p), "", 0), 0);
}

/* An attribute within a nest: offset of what has type 3 in what has type 1,
 * from byte 4 on. */
static void
test_attributes_are_found(void **state)
{
	static const struct sock_filter p[] = {
		{ BPF_LD | BPF_IMM, 0, 0, 4 },
		{ BPF_LDX | BPF_IMM, 0, 0, 1 },
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0,
		  (uint32_t)(SKF_AD_OFF + SKF_AD_NLATTR) },
		{ BPF_LDX | BPF_IMM, 0, 0, 3 },
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0,
		  (uint32_t)(SKF_AD_OFF + SKF_AD_NLATTR_NEST) },
		{ BPF_RET | BPF_A, 0, 0, 0 },
	};
	uint8_t data[] = {
		0, 0, 0, 0,
		5, 0, 9, 0, 1, 0, 0, 0,
		16, 0, 1, 0x80,
		4, 0, 2, 0,
		8, 0, 3, 0, 1, 2, 3, 4,
	};

	(void)state;
	assert_int_equal(run(p, COUNT(p), data, sizeof(data)), 20);
	/* Cut and broken ones are not found, nor is anything read behind
	 * them. */
	for (size_t size = 0; size < sizeof(data); size++)
		assert_int_equal(run(p, COUNT(p), data, size), 0);
	for (size_t i = 0; i < sizeof(data); i++) {
		for (int v = 0; v < 256; v += 5) {
			uint8_t was = data[i];

			data[i] = (uint8_t)v;
			(void)run(p, COUNT(p), data, sizeof(data));
			data[i] = was;
		}
	}
}

/* Whatever passes the check runs to its end, and reads nothing outside. */
static void
test_any_program(void **state)
{
	static const uint16_t codes[] = {
		BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_H | BPF_ABS,
		BPF_LD | BPF_B | BPF_ABS, BPF_LD | BPF_W | BPF_IND,
		BPF_LD | BPF_B | BPF_IND, BPF_LD | BPF_IMM,
		BPF_LDX | BPF_IMM, BPF_LDX | BPF_B | BPF_MSH,
		BPF_ST, BPF_LD | BPF_MEM, BPF_MISC | BPF_TAX,
		BPF_ALU | BPF_ADD | BPF_X, BPF_ALU | BPF_MUL | BPF_K,
		BPF_JMP | BPF_JA, BPF_JMP | BPF_JGT | BPF_K,
	};
	uint32_t seed = 1;
	int ran = 0;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		struct sock_filter p[8];

		for (size_t k = 0; k < COUNT(p); k++) {
			uint32_t r[2];

			for (int j = 0; j < 2; j++) {
				seed = seed * 1664525 + 1013904223;
				r[j] = seed >> 8;
			}
			p[k] = (struct sock_filter){
				codes[r[0] % COUNT(codes)], r[0] >> 8 & 3,
				r[0] >> 10 & 3,
				r[1] & 1 ? r[1] >> 4 & 31 :
				(uint32_t)SKF_AD_OFF + (r[1] >> 4 & 31) };
		}
		p[COUNT(p) - 1] = (struct sock_filter)RET(1);
		if (!bpf_check(p, COUNT(p)))
			continue;
		ran++;
		(void)run(p, COUNT(p), "\x0c\0\1\0\x08\0\2\0abcd", 12);
	}
	assert_true(ran > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_it_computes),
		cmocka_unit_test(test_a_division_by_0_passes_nothing),
		cmocka_unit_test(test_attributes_are_found),
		cmocka_unit_test(test_any_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
