/* SPDX-License-Identifier: BSD-2-Clause
 * top/option_test.c - command lines of clew top, right and wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/filter.h"
#include "top/option.h"

enum { WORDS = 12 };

static const struct {
	const char *words[WORDS];
	const char *wrong;		/* NULL: it is right */
} lines[] = {
	{ { "top" }, NULL },
	{ { "top", "--once", "-o", "json", "--lines=3" }, NULL },
	{ { "top", "--once", "-ojson", "--interval", "0" }, NULL },
	{ { "top", "-p", "tcp", "--dport", "80,443", "-s", "10.0.0.0/8" },
	  NULL },
	{ { "top", "--by", "dst,zone", "--sort=bytes", "-Nblue" }, NULL },
	{ { "top", "--by", "colour" }, "cannot count by 'colour'" },
	{ { "top", "--by", "" }, "--by wants a field" },
	{ { "top", "--sort", "name" }, "cannot sort by 'name'" },
	{ { "top", "--interval", "-1" }, "bad interval '-1'" },
	{ { "top", "--interval", "nan" }, "bad interval 'nan'" },
	{ { "top", "--interval", "0" }, "an interval of 0 is for --once" },
	{ { "top", "--interval" }, "--interval wants a value" },
	{ { "top", "--lines", "0" }, "bad number of lines '0'" },
	{ { "top", "-o", "json" }, "-o json is for --once" },
	{ { "top", "--once", "-o", "xml" }, "'xml' is no format of top" },
	{ { "top", "-D" }, "" },
	{ { "top", "expect" }, "" },
	{ { "top", "-z" }, "--zero filters nothing" },
	{ { "top", "--count-by", "src" }, "--count-by filters nothing" },
	{ { "top", "-s", "nowhere.invalid" }, "" },
	{ { "top", "-s" }, "" },
};

static void
reads_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *argv[WORDS + 1] = { NULL };
		struct clew_error error = { "" };
		struct top_options o;
		int argc = 0, err;

		while (lines[i].words[argc]) {
			argv[argc] = (char *)(uintptr_t)lines[i].words[argc];
			argc++;
		}
		err = top_options_read(&o, argc, argv, &error);
		assert_int_equal(err, lines[i].wrong ? -1 : 0);
		if (lines[i].wrong) {
			assert_non_null(strstr(error.text, lines[i].wrong));
			assert_int_not_equal(error.text[0], '\0');
		}
		top_options_fini(&o);
	}
}

/* A filter that is wrong leaves the old one in its place. */
static void
keeps_the_old_filter(void **state)
{
	char *argv[] = { (char *)(uintptr_t)"top", NULL };
	struct clew_snapshot tcp = { .tuple[0].protocol = 6 };
	struct clew_snapshot udp = { .tuple[0].protocol = 17 };
	struct clew_error error;
	struct top_options o;

	(void)state;
	tcp.tuple[0].family = udp.tuple[0].family = CLEW_IPV4;
	assert_int_equal(top_options_read(&o, 1, argv, &error), 0);
	assert_true(filter_match(&o.filter->order, &udp));
	assert_int_equal(top_filter_set(&o, "-p tcp", &error), 0);
	assert_true(filter_match(&o.filter->order, &tcp));
	assert_false(filter_match(&o.filter->order, &udp));
	assert_int_equal(top_filter_set(&o, "-p \"tcp", &error), -1);
	assert_int_equal(top_filter_set(&o, "-p nothing", &error), -1);
	assert_string_equal(o.filter->text, "-p tcp");
	assert_false(filter_match(&o.filter->order, &udp));
	top_options_fini(&o);
}

/* What narrows to a row's value is a filter that conntrack's parser takes and
 * that the row's connections pass, others not. */
static void
narrows_to_a_value(void **state)
{
	char *argv[] = { (char *)(uintptr_t)"top", NULL };
	struct clew_snapshot ct = {
		.has = CLEW_HAS_ORIG | CLEW_HAS_REPLY | CLEW_HAS_STATUS |
		       CLEW_HAS_STATE | CLEW_HAS_MARK | CLEW_HAS_ZONE,
		.status = CLEW_STATUS_SEEN_REPLY,
		.state = CLEW_TCP_ESTABLISHED,
		.mark = 7,
		.zone = 3,
		.tuple = {
			{ .src.bytes = { 10, 0, 0, 1 },
			  .dst.bytes = { 10, 0, 0, 2 },
			  .part.port = { 0x0102, 0x5000 },
			  .family = CLEW_IPV4, .protocol = 6 },
			{ .src.bytes = { 10, 0, 0, 2 },
			  .dst.bytes = { 10, 0, 0, 1 },
			  .part.port = { 0x5000, 0x0102 },
			  .family = CLEW_IPV4, .protocol = 6 },
		},
	};
	struct clew_snapshot other = { .tuple[0].family = CLEW_IPV4,
				       .tuple[0].protocol = 132 };
	struct clew_error error;
	struct top_options o;

	(void)state;
	assert_int_equal(top_options_read(&o, 1, argv, &error), 0);
	for (int v = 0; v < TOP_VIEWS; v++) {
		struct tally_value value;
		char text[256];

		assert_true(top_value((enum top_view)v, &ct, &value));
		assert_true(top_value_filter((enum top_view)v, &value, text,
					     sizeof(text)));
		assert_int_equal(top_filter_set(&o, text, &error), 0);
		assert_true(filter_match(&o.filter->order, &ct));
		assert_false(filter_match(&o.filter->order, &other));
	}
	ct.has &= ~(uint32_t)CLEW_HAS_STATE;
	for (int assured = 0; assured < 2; assured++) {
		struct tally_value value;
		char text[256];

		ct.status |= assured ? CLEW_STATUS_ASSURED : 0;
		top_value(TOP_STATE, &ct, &value);
		top_value_filter(TOP_STATE, &value, text, sizeof(text));
		assert_int_equal(top_filter_set(&o, text, &error), 0);
		assert_true(filter_match(&o.filter->order, &ct));
	}
	top_options_fini(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lines),
		cmocka_unit_test(keeps_the_old_filter),
		cmocka_unit_test(narrows_to_a_value),
	};

	return cmocka_run_group_tests_name("option", tests, NULL, NULL);
}
