/* SPDX-License-Identifier: BSD-2-Clause
 * text/reason_test.c - every reason has a name, and words with its numbers. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clew/clew.h"

static const char *const upper[] = {
#define NAME(name, effect, log, words) #name,
	CLEW_REASONS(NAME)
#undef NAME
};

static void
names_are_the_list_in_lower_case(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CLEW_REASONS_COUNT; i++) {
		const char *name = clew_reason_name((enum clew_reason)i);

		assert_non_null(name);
		assert_int_equal(strlen(name), strlen(upper[i]));
		for (size_t j = 0; name[j] != '\0'; j++)
			assert_int_equal(toupper(name[j]), upper[i][j]);
	}
}

static void
the_list_is_reported(void **state)
{
	(void)state;
	assert_int_equal(clew_reason_effect(CLEW_WHY_NONE), CLEW_REASON_NOTE);
	assert_int_equal(clew_reason_effect(CLEW_WHY_TCP_RST),
			 CLEW_REASON_INVALID);
	assert_int_equal(clew_reason_effect(CLEW_WHY_CLASH),
			 CLEW_REASON_DROP);
	assert_int_equal(clew_reason_log_protocol(CLEW_WHY_SCTP_SHORT), 132);
	assert_int_equal(clew_reason_log_protocol(CLEW_WHY_ICMP_NEW), 0);
}

static void
words_take_their_numbers(void **state)
{
	static const struct {
		enum clew_reason reason;
		struct clew_detail detail;
		const char *want;
		const char *alone;
	} cases[] = {
		{ CLEW_WHY_NONE, { .n = { 0 } }, "", "" },
		{ CLEW_WHY_TCP_SEQ_OVER, { .n = { 4294967295 } },
		  "SEQ is over upper bound 4294967295 (over the window of the "
		  "receiver)",
		  "SEQ is over upper bound (over the window of the receiver)" },
		{ CLEW_WHY_TCP_STATE,
		  { .n = { 4, 1 }, .state = CLEW_TCP_SYN_SENT },
		  "packet (index 4) in dir 1 invalid, state SYN_SENT",
		  "packet (index) in dir invalid, state" },
		{ CLEW_WHY_TCP_OVERSHOT, { .n = { 12 } },
		  "12 bytes more than expected", "bytes more than expected" },
		{ CLEW_WHY_SCTP_STATE,
		  { .n = { 8, 0, 2 }, .state = CLEW_SCTP_CLOSED },
		  "Invalid, old_state 8, dir 0, type 2",
		  "Invalid, old_state, dir, type" },
		{ CLEW_WHY_SCTP_VTAG,
		  { .n = { 0xabcdef01, 0, 1 } },
		  "verification tag check failed abcdef01 vs 0 for dir 1",
		  "verification tag check failed vs for dir" },
		{ CLEW_WHY_SCTP_CHUNKS,
		  { .n = { 1, 10, 4096, 0 } },
		  "do_basic_checks failed. chunk num 1, type 10, len 4096 "
		  "flag 0",
		  "do_basic_checks failed. chunk num, type, len flag" },
		{ CLEW_WHY_ICMP_BOGUS,
		  { .family = CLEW_IPV4,
		    .addr = { { 10, 0, 0, 1 }, { 192, 0, 2, 255 } } },
		  "outer daddr 10.0.0.1 != inner 192.0.2.255",
		  "outer daddr != inner" },
		{ CLEW_WHY_ICMPV6_BOGUS,
		  { .family = CLEW_IPV6,
		    .addr = { { [15] = 1 }, { 0x20, 1, 0xd, 0xb8 } } },
		  "outer daddr 0000:0000:0000:0000:0000:0000:0000:0001 != "
		  "inner 2001:0db8:0000:0000:0000:0000:0000:0000",
		  "outer daddr != inner" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[128];

		assert_int_equal(clew_reason_format(got, sizeof(got),
						    cases[i].reason,
						    &cases[i].detail),
				 strlen(cases[i].want));
		assert_string_equal(got, cases[i].want);
		clew_reason_format(got, sizeof(got), cases[i].reason, NULL);
		assert_string_equal(got, cases[i].alone);
		clew_reason_format(got, 4, cases[i].reason, &cases[i].detail);
		assert_int_equal(strncmp(got, cases[i].want, 3), 0);
		assert_true(strlen(got) <= 3);
	}
}

static void
what_is_not_in_the_list_is_harmless(void **state)
{
	enum clew_reason beyond = (enum clew_reason)200;
	char got[8] = "x";

	(void)state;
	assert_string_equal(clew_reason_name(beyond), "unknown");
	assert_int_equal(clew_reason_format(got, sizeof(got), beyond, NULL),
			 0);
	assert_string_equal(got, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_the_list_in_lower_case),
		cmocka_unit_test(the_list_is_reported),
		cmocka_unit_test(words_take_their_numbers),
		cmocka_unit_test(what_is_not_in_the_list_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
