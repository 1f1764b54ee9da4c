/* SPDX-License-Identifier: BSD-2-Clause
 * 'string' finds what a plain search finds, wherever it lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <linux/netfilter/xt_string.h>

#include "base/testrandom.h"
#include "xt/testext.h"

static struct load l;

static int
setup(void **state)
{
	(void)state;
	load_init(&l);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	load_fini(&l);
	return 0;
}

enum {
	HEADER = 40,
	TEXT = 60,
};

static struct xt_string_info info;
static struct ext_use use = {
	.kind = XT_MATCH, .name = "string", .revision = 1,
	.info = &info, .len = sizeof(info),
};

static void
set_text(const uint8_t *text, uint32_t size)
{
	uint8_t bytes[HEADER + TEXT];

	load_packet(&l, IPPROTO_TCP, 1, 2);
	memcpy(bytes, l.bytes, HEADER);
	bytes[3] = (uint8_t)(HEADER + size);
	memcpy(bytes + HEADER, text, size);
	load_bytes(&l, bytes, HEADER + size, HEADER + size);
}

static void
set_pattern(const void *pattern, uint8_t len, uint16_t from, uint16_t to)
{
	info = (struct xt_string_info){
		.from_offset = from, .to_offset = to, .algo = "kmp",
		.patlen = len,
	};
	memcpy(info.pattern, pattern, len);
}

/* As Linux has it: the first one there is, if it lies before 'to'. */
static bool
is_in_plainly(bool no_case)
{
	const uint8_t *pattern = (const uint8_t *)info.pattern;

	for (uint32_t at = info.from_offset;
	     at + info.patlen <= l.p.len; at++) {
		uint32_t n = 0;

		while (n < info.patlen &&
		       (no_case ? toupper(l.p.ip[at + n]) ==
				  toupper(pattern[n]) :
				  l.p.ip[at + n] == pattern[n]))
			n++;
		if (n == info.patlen)
			return at + n <= info.to_offset;
	}
	return false;
}

static void
test_any(void **state)
{
	struct testrandom r = { 1 };
	unsigned found = 0;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		uint8_t text[TEXT], pattern[8];
		bool no_case = testrandom_below(&r, 2);
		uint32_t size = testrandom_below(&r, TEXT);
		uint16_t from = (uint16_t)testrandom_below(&r, HEADER + TEXT);

		for (unsigned n = 0; n < TEXT; n++)
			text[n] = "abAB"[testrandom_below(&r, no_case ? 4 : 2)];
		for (unsigned n = 0; n < sizeof(pattern); n++)
			pattern[n] = "abAB"[testrandom_below(&r, 4)];
		set_pattern(pattern, (uint8_t)(1 + testrandom_below(&r, 5)),
			    from, (uint16_t)(from + testrandom_below(&r, 80)));
		info.u.v1.flags = no_case ? XT_STRING_FLAG_IGNORECASE : 0;
		assert_int_equal(ext_load(&l, &use), 0);
		set_text(text, size);
		found += is_in_plainly(no_case);
		assert_int_equal(ext_matches(&l, &use),
				 is_in_plainly(no_case));
	}
	assert_in_range(found, 300, 2700);
}

static void
test_offsets(void **state)
{
	(void)state;
	/* The offsets count from the IP header; the end is the first byte
	 * that must not be in it. */
	set_pattern("word", 4, 41, 45);
	assert_int_equal(ext_load(&l, &use), 0);
	set_text((const uint8_t *)"-word", 5);
	assert_true(ext_matches(&l, &use));
	set_pattern("word", 4, 41, 44);
	assert_int_equal(ext_load(&l, &use), 0);
	set_text((const uint8_t *)"-word", 5);
	assert_false(ext_matches(&l, &use));
	set_pattern("word", 4, 42, 65535);
	assert_int_equal(ext_load(&l, &use), 0);
	set_text((const uint8_t *)"-word", 5);
	assert_false(ext_matches(&l, &use));
	info.u.v1.flags = XT_STRING_FLAG_INVERT;
	assert_int_equal(ext_load(&l, &use), 0);
	assert_true(ext_matches(&l, &use));
}

static void
test_long(void **state)
{
	uint8_t all[XT_STRING_MAX_PATTERN_SIZE] = { 0 };

	(void)state;
	/* Longer than any packet here, and all the same: the worst case. */
	set_pattern(all, sizeof(all), 0, 65535);
	assert_int_equal(ext_load(&l, &use), 0);
	set_text(all, TEXT);
	assert_false(ext_matches(&l, &use));
	set_pattern(all, TEXT, 0, 65535);
	assert_int_equal(ext_load(&l, &use), 0);
	set_text(all, TEXT);
	assert_true(ext_matches(&l, &use));
}

static void
test_letters(void **state)
{
	(void)state;
	/* Latin-1 as the kernel knows it. */
	set_pattern("\xe4\xdf\xf7", 3, 0, 65535);
	info.u.v1.flags = XT_STRING_FLAG_IGNORECASE;
	assert_int_equal(ext_load(&l, &use), 0);
	set_text((const uint8_t *)"\xc4\xbf\xf7", 3);
	assert_true(ext_matches(&l, &use));
	set_text((const uint8_t *)"\xc4\xbf\xd7", 3);
	assert_false(ext_matches(&l, &use));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_any, setup, teardown),
		cmocka_unit_test_setup_teardown(test_offsets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_letters, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
