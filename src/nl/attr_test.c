/* SPDX-License-Identifier: BSD-2-Clause
 * nl/attr_test.c - attributes: what fits, what does not, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "nl/attr.h"

static void
reads_what_it_wrote(void **state)
{
	uint8_t bytes[256];
	struct nl_writer w = nl_writer(bytes, sizeof(bytes));
	struct nl_attr tb[8], inner[3];
	struct nl_reader r;
	struct nl_msg m;
	size_t msg, nest;
	char name[8];

	(void)state;
	msg = nl_begin_msg(&w, 0x0a01, NLM_F_REQUEST, 5, 6);
	nl_put_u8(&w, 1, 0x12);
	nl_put_be16(&w, 2, 0x1234);
	nl_put_be32(&w, 3, 0x12345678);
	nl_put_be64(&w, 4, 0x123456789abcdef0);
	nl_put_string(&w, 5, "clew");
	nest = nl_begin(&w, 6);
	nl_put_flag(&w, 1);
	nl_end(&w, nest);
	nl_end_msg(&w, msg);
	assert_true(nl_ok(&w));
	r = nl_reader(bytes, w.used);
	assert_true(nl_next_msg(&r, &m));
	assert_int_equal(m.type, 0x0a01);
	assert_int_equal(m.seq, 5);
	assert_int_equal(m.portid, 6);
	assert_int_equal(nl_parse(tb, 7, m.body, m.body_len, NULL, NULL), 0);
	assert_int_equal(nl_u8(&tb[1]), 0x12);
	assert_int_equal(nl_be16(&tb[2]), 0x1234);
	assert_int_equal(nl_be32(&tb[3]), 0x12345678);
	assert_true(nl_be64(&tb[4]) == 0x123456789abcdef0);
	assert_int_equal(nl_string(&tb[5], name, sizeof(name)), 4);
	assert_string_equal(name, "clew");
	assert_true(nl_string_is(&tb[5], "clew"));
	assert_false(nl_string_is(&tb[5], "cle"));
	assert_int_equal(tb[6].flags, NLA_F_NESTED);
	nl_parse_nested(inner, 2, &tb[6], NULL, NULL);
	assert_non_null(inner[1].data);
	assert_null(inner[2].data);
	assert_null(tb[7].data);
	assert_int_equal(nl_be32(&tb[7]), 0);
	assert_false(nl_next_msg(&r, &m));
}

/* In a buffer of any size the writer either has it all or says so. */
static void
is_full_once_and_for_all(void **state)
{
	(void)state;
	for (size_t size = 0; size < 48; size++) {
		uint8_t *bytes = malloc(size + 1);
		struct nl_writer w = nl_writer(bytes, size);
		size_t msg = nl_begin_msg(&w, 1, 0, 0, 0);
		size_t nest = nl_begin(&w, 1);

		nl_put_string(&w, 2, "0123456789");
		nl_end(&w, nest);
		nl_put_u8(&w, 3, 1);
		nl_end_msg(&w, msg);
		assert_int_equal(nl_ok(&w), size >= 16 + 4 + 16 + 8);
		assert_true(w.used <= size);
		nl_cancel(&w, 0);
		assert_true(nl_ok(&w));
		free(bytes);
	}
}

static void
refuses_what_no_length_can_say(void **state)
{
	static uint8_t bytes[200000], data[65532];
	struct nl_writer w = nl_writer(bytes, sizeof(bytes));
	size_t nest;

	(void)state;
	nl_put(&w, 1, data, sizeof(data));
	assert_false(nl_ok(&w));
	nl_cancel(&w, 0);
	nest = nl_begin(&w, 1);
	nl_put(&w, 1, data, 40000);
	nl_put(&w, 1, data, 40000);
	assert_true(nl_ok(&w));
	nl_end(&w, nest);
	assert_false(nl_ok(&w));
}

static void
validates(void **state)
{
	static const struct nl_policy policy[] = {
		[1] = { .kind = NL_U32 },
		[2] = { .kind = NL_STRING, .max = 4 },
		[3] = { .kind = NL_NUL_STRING, .max = 4 },
		[4] = { .kind = NL_EXACT, .max = 6 },
		[5] = { .kind = NL_FLAG },
		[6] = { .kind = NL_BINARY, .max = 2 },
		[7] = { .kind = NL_NESTED },
		[8] = { .kind = NL_REJECT },
		[9] = { .kind = NL_U32, .is_be = true, .value_max = 255 },
		[10] = { .kind = NL_UNSPEC, .min = 4 },
	};
	static const struct {
		uint16_t type;
		uint16_t size;
		const char *data;
		int expect;
	} cases[] = {
		{ 1, 3, "abc", -ERANGE }, { 1, 4, "abcd", 0 },
		{ 1, 8, "abcdefgh", 0 },
		{ 2, 0, "", -ERANGE }, { 2, 4, "abcd", 0 },
		{ 2, 5, "abcd", 0 }, { 2, 5, "abcde", -ERANGE },
		{ 3, 4, "abcd", -EINVAL }, { 3, 5, "abcd", 0 },
		{ 3, 3, "ab", 0 }, { 3, 0, "", -EINVAL },
		{ 3, 8, "abcdefg", -EINVAL },
		{ 4, 5, "abcde", -ERANGE }, { 4, 6, "abcdef", 0 },
		{ 4, 7, "abcdefg", -ERANGE },
		{ 5, 0, "", 0 }, { 5, 1, "a", -ERANGE },
		{ 6, 2, "ab", 0 }, { 6, 3, "abc", -ERANGE },
		{ 7, 0, "", 0 }, { 7, 3, "abc", -ERANGE },
		{ 8, 0, "", -EINVAL },
		{ 9, 4, "\0\0\0\377", 0 }, { 9, 4, "\0\0\1\0", -ERANGE },
		{ 10, 3, "abc", -ERANGE }, { 10, 4, "abcd", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[64];
		struct nl_writer w = nl_writer(bytes, sizeof(bytes));
		struct nl_extack extack = { 0 };
		struct nl_attr tb[11];

		nl_put_u8(&w, 0, 0);
		nl_put(&w, cases[i].type, cases[i].data, cases[i].size);
		assert_int_equal(nl_parse(tb, 10, bytes, w.used, policy,
					  &extack), cases[i].expect);
		assert_ptr_equal(extack.bad,
				 cases[i].expect ? bytes + 8 : NULL);
	}
}

static void
stops_at_what_is_malformed(void **state)
{
	uint8_t too_long[] = { 9, 0, 1, 0, 1, 2, 3, 4 };
	uint8_t too_short[] = { 3, 0, 1, 0, 1, 2, 3, 4 };
	uint8_t unpadded[] = { 5, 0, 1, 0, 7 };
	struct nl_reader r = nl_reader(too_long, sizeof(too_long));
	struct nl_attr a;

	(void)state;
	assert_false(nl_next(&r, &a));
	assert_true(r.at != r.end);
	r = nl_reader(too_short, sizeof(too_short));
	assert_false(nl_next(&r, &a));
	r = nl_reader(unpadded, sizeof(unpadded));
	assert_true(nl_next(&r, &a));
	assert_int_equal(nl_u8(&a), 7);
	assert_false(nl_next(&r, &a));
	assert_ptr_equal(r.at, r.end);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_wrote),
		cmocka_unit_test(is_full_once_and_for_all),
		cmocka_unit_test(refuses_what_no_length_can_say),
		cmocka_unit_test(validates),
		cmocka_unit_test(stops_at_what_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
