/* SPDX-License-Identifier: BSD-2-Clause
 * base/strbuf_test.c - texts that fit, that just fit, and that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"

static void
appends_in_order(void **state)
{
	char buf[64];
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, buf, sizeof(buf));
	assert_string_equal(buf, "");
	strbuf_puts(&sb, "src=");
	strbuf_put(&sb, "1.2.3.4!", 7);
	strbuf_putc(&sb, ' ');
	strbuf_put_u64(&sb, 0);
	strbuf_putc(&sb, ' ');
	strbuf_put_u64(&sb, UINT64_MAX);
	strbuf_printf(&sb, " %u/%s", 7u, "x");
	assert_string_equal(buf, "src=1.2.3.4 0 18446744073709551615 7/x");
	assert_int_equal(sb.len, strlen(buf));
	assert_false(strbuf_is_cut(&sb));
}

static void
cuts_and_goes_on_counting(void **state)
{
	char buf[8] = "#######";
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, buf, 4);
	strbuf_puts(&sb, "abc");
	assert_false(strbuf_is_cut(&sb));
	strbuf_puts(&sb, "d");
	assert_true(strbuf_is_cut(&sb));
	strbuf_printf(&sb, "%d", 56);
	strbuf_putc(&sb, 'g');
	assert_string_equal(buf, "abc");
	assert_int_equal(sb.len, 7);
	assert_memory_equal(buf + 4, "###", 4);

	strbuf_init(&sb, buf, 4);
	strbuf_printf(&sb, "%s", "abcdef");
	assert_string_equal(buf, "abc");
	assert_int_equal(sb.len, 6);
}

static void
measures_without_a_buffer(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, NULL, 0);
	strbuf_puts(&sb, "abc");
	strbuf_printf(&sb, "%d", 1234);
	strbuf_put_json(&sb, "x");
	assert_int_equal(sb.len, 10);
	assert_true(strbuf_is_cut(&sb));
}

static void
json_is_always_valid(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "\"\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\n\x01\x7f", "\"\\u000a\\u0001\\u007f\"" },
		{ "\xc3\xa9", "\"\xc3\xa9\"" },
		{ "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"" },
		{ "\xe9", "\"\xc3\xa9\"" },		/* Latin-1 */
		{ "\xc3", "\"\xc3\x83\"" },		/* cut off */
		{ "\xed\xa0\x80", "\"\xc3\xad\xc2\xa0\xc2\x80\"" },
		{ "\xc0\xaf", "\"\xc3\x80\xc2\xaf\"" },	/* overlong */
	};
	char buf[64];
	struct strbuf sb;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		strbuf_init(&sb, buf, sizeof(buf));
		strbuf_put_json(&sb, cases[i].in);
		assert_string_equal(buf, cases[i].out);
	}
}

static void
xml_is_always_valid(void **state)
{
	char buf[64];
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, buf, sizeof(buf));
	strbuf_put_xml(&sb, "<a b=\"&\">\x02\xff");
	assert_string_equal(buf, "&lt;a b=&quot;&amp;&quot;&gt;?\xc3\xbf");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends_in_order),
		cmocka_unit_test(cuts_and_goes_on_counting),
		cmocka_unit_test(measures_without_a_buffer),
		cmocka_unit_test(json_is_always_valid),
		cmocka_unit_test(xml_is_always_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
