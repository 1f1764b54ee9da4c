/* SPDX-License-Identifier: BSD-2-Clause
 * cli/flow_filter_test.c - what names a connection, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/flow_filter.h"

/* tcp 10.0.0.1:1234 > 10.0.0.2:80 in zone 3 */
static const struct clew_tuple tcp = {
	.src.bytes = { 10, 0, 0, 1 }, .dst.bytes = { 10, 0, 0, 2 },
	.part.port = { .sport_be = __builtin_bswap16(1234),
		       .dport_be = __builtin_bswap16(80) },
	.zone = 3, .family = CLEW_IPV4, .protocol = 6,
};

/* icmpv6 2001:db8::1 > 2001:db8::2 id 7 */
static const struct clew_tuple ping = {
	.src.bytes = { 0x20, 1, 0x0d, 0xb8, [15] = 1 },
	.dst.bytes = { 0x20, 1, 0x0d, 0xb8, [15] = 2 },
	.part.icmp = { .id_be = __builtin_bswap16(7), .type = 128 },
	.family = CLEW_IPV6, .protocol = 58,
};

static bool
names(const char *text, const struct clew_tuple *t)
{
	struct flow_filter f = { .has_protocol = false };
	struct clew_error error = { "" };

	assert_int_equal(flow_filter_parse(&f, text, &error), 0);
	assert_string_equal(error.text, "");
	assert_true(flow_filter_is_set(&f));
	return flow_filter_matches(&f, t);
}

static void
either_way_round(void **state)
{
	(void)state;
	assert_true(names("10.0.0.1:1234-10.0.0.2:80", &tcp));
	assert_true(names("10.0.0.2:80-10.0.0.1:1234", &tcp));
	assert_true(names("tcp,10.0.0.2:80-10.0.0.1:1234", &tcp));
	assert_true(names("6,10.0.0.2-10.0.0.1,zone=3", &tcp));
	assert_true(names("*-*:80", &tcp));
	assert_true(names("*-10.0.0.1", &tcp));
	assert_true(names("2001:db8::1-2001:db8::2", &ping));
	assert_true(names("[2001:db8::2]:7-[2001:db8::1]:7", &ping));
	assert_true(names("icmpv6,*:7-*", &ping));
}

static void
but_not_any_other(void **state)
{
	(void)state;
	assert_false(names("10.0.0.1:80-10.0.0.2:1234", &tcp));
	assert_false(names("udp,10.0.0.1:1234-10.0.0.2:80", &tcp));
	assert_false(names("10.0.0.1-10.0.0.2,zone=4", &tcp));
	assert_false(names("10.0.0.1-10.0.0.3", &tcp));
	assert_false(names("2001:db8::1-2001:db8::2", &tcp));
	assert_false(names("*:8-*", &ping));
}

static void
refused(void **state)
{
	static const char *const texts[] = {
		"", "10.0.0.1", "-", "10.0.0.1-", "10.0.0.1:70000-10.0.0.2",
		"10.0.0.1:x-10.0.0.2", "10.0.0.300-10.0.0.2",
		"[2001:db8::1-10.0.0.1", "[2001:db8::1]x-2001:db8::2",
		"10.0.0.1-2001:db8::1", "tcpp,10.0.0.1-10.0.0.2",
		"300,10.0.0.1-10.0.0.2", "10.0.0.1-10.0.0.2,zone=65536",
		"10.0.0.1-10.0.0.2,zone=", "10.0.0.1-10.0.0.2,",
	};
	char longest[400];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct flow_filter f = { .has_protocol = false };
		struct clew_error error = { "" };

		if (flow_filter_parse(&f, texts[i], &error) == 0)
			fail_msg("'%s' was taken", texts[i]);
		assert_true(strlen(error.text) > 0);
	}
	memset(longest, '-', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_not_equal(flow_filter_parse(&(struct flow_filter){
		.has_zone = false }, longest, &(struct clew_error){ "" }), 0);
}

static void
by_options(void **state)
{
	struct flow_filter f = { .has_protocol = false };
	struct clew_error error = { "" };

	(void)state;
	assert_false(flow_filter_is_set(&f));
	assert_int_equal(flow_filter_port(&f, true, "80", &error), 0);
	assert_true(flow_filter_matches(&f, &tcp));
	assert_int_equal(flow_filter_address(&f, true, "10.0.0.2", &error),
			 0);
	assert_true(flow_filter_matches(&f, &tcp));
	assert_int_equal(flow_filter_protocol(&f, "udp", &error), 0);
	assert_false(flow_filter_matches(&f, &tcp));
	assert_int_not_equal(flow_filter_port(&f, false, "-1", &error), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_way_round),
		cmocka_unit_test(but_not_any_other),
		cmocka_unit_test(refused),
		cmocka_unit_test(by_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
