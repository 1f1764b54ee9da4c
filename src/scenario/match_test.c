/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/match_test.c - patterns that fit, and those that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/scenario.h"

static void
lines_match_by_words(void **state)
{
	static const struct {
		const char *pattern, *line;
		unsigned late_s;
		bool want;
	} cases[] = {
		{ "tcp 6 120", "tcp      6 120", 0, true },
		{ "tcp 6 120", "tcp      6 120 ", 0, true },
		{ "tcp 6 120", "tcp      6 120 SYN_SENT", 0, false },
		{ "tcp 6 120 SYN_SENT", "tcp      6 120", 0, false },
		{ "tcp 6 ...", "tcp      6 120 SYN_SENT", 0, true },
		{ "tcp 6 ...", "tcp 6", 0, true },
		{ "... [ASSURED]", "tcp 6 [ASSURED]", 0, true },
		{ "... [ASSURED]", "tcp 6 [ASSURED] mark=0", 0, false },
		{ "... a ... b", "a b a c b", 0, true },
		{ "... a ... b ...", "a c", 0, false },
		{ "...", "", 0, true },
		{ "", "", 0, true },
		{ "udp * src=10.*", "udp 17 src=10.0.0.1", 0, true },
		{ "udp * src=10.*", "udp 17 src=11.0.0.1", 0, false },
		{ "id=*7*", "id=1672", 0, true },
		{ "id=*7*", "id=1622", 0, false },
		{ "tcp 6 120 X", "tcp 6 119 X", 1, true },
		{ "tcp 6 120 X", "tcp 6 118 X", 1, false },
		{ "tcp 6 120 X", "tcp 6 121 X", 1, false },
		{ "tcp 7 120 X", "tcp 6 120 X", 1, false },
		{ "tcp 6 120 9", "tcp 6 120 8", 1, false },
		{ "[NEW] tcp 6 120", "    [NEW] tcp      6 119", 1, true },
		{ "[NEW] tcp 6 120", "    [NEW] tcp      5 120", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (scenario_match(cases[i].pattern, cases[i].line,
				   cases[i].late_s) != cases[i].want)
			fail_msg("'%s' and '%s'", cases[i].pattern,
				 cases[i].line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_match_by_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
