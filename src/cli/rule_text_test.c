/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rule_text_test.c - listings as nft 1.0.6 prints them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/rule_text.h"

static const char listing[] =
"table inet filter { # handle 3\n"
"	comment \"the # handle 9\"\n"
"	counter c1 { # handle 20\n"
"		packets 0 bytes 0\n"
"	}\n"
"\n"
"	set s { # handle 7\n"
"		type ipv4_addr\n"
"		elements = { 10.0.0.1, 10.0.0.2,\n"
"			     10.0.0.3 }\n"
"	}\n"
"\n"
"	chain input { # handle 1\n"
"		comment \"what comes in\"\n"
"		type filter hook input priority filter; policy drop;\n"
"		ct state established,related accept # handle 4\n"
"		tcp dport 22 accept comment \"not # handle 5\" # handle 6\n"
"		ip saddr vmap { 10.0.0.1 : accept,\n"
"				10.0.0.2 : drop } # handle 11\n"
"		jump other # handle 12\n"
"	}\n"
"\n"
"	chain empty { # handle 2\n"
"	}\n"
"}\n"
"table ip filter { # handle 4\n"
"	chain input { # handle 1\n"
"		counter packets 0 bytes 0 # handle 4\n"
"	}\n"
"}\n";

static const char *
text_of(const struct rule_texts *texts, uint8_t family, const char *table,
	uint64_t handle)
{
	return rule_texts_lookup(texts, &(struct clew_rule){
		.family = family, .table = table, .handle = handle });
}

static void
rules_by_handle(void **state)
{
	struct rule_texts texts = { 0 };

	(void)state;
	assert_int_equal(rule_texts_read(&texts, listing,
					 sizeof(listing) - 1), 0);
	assert_int_equal(texts.count, 5);
	assert_string_equal(text_of(&texts, 1, "filter", 4),
			    "ct state established,related accept");
	assert_string_equal(text_of(&texts, 1, "filter", 6),
			    "tcp dport 22 accept comment \"not # handle 5\"");
	assert_string_equal(text_of(&texts, 1, "filter", 11),
			    "ip saddr vmap { 10.0.0.1 : accept, "
			    "10.0.0.2 : drop }");
	assert_string_equal(text_of(&texts, 1, "filter", 12), "jump other");
	assert_string_equal(text_of(&texts, 2, "filter", 4),
			    "counter packets 0 bytes 0");
	assert_null(text_of(&texts, 1, "filter", 7));
	assert_null(text_of(&texts, 2, "filter", 6));
	assert_null(text_of(&texts, 1, "nat", 4));
	rule_texts_fini(&texts);
}

static void
any_part_of_a_listing(void **state)
{
	struct rule_texts texts = { 0 };

	(void)state;
	for (size_t len = 0; len < sizeof(listing); len++) {
		assert_int_equal(rule_texts_read(&texts, listing, len), 0);
		assert_null(text_of(&texts, 1, "filter", 99));
		rule_texts_fini(&texts);
	}
}

static void
iptables_rules_by_place(void **state)
{
	static const struct rule_place places[] = {
		{ 2, "filter", "INPUT", 9 },
		{ 2, "filter", "INPUT", 4 },
		{ 2, "filter", "mine", 7 },
		{ 2, "nat", "INPUT", 2 },
	};
	static const char saved[] =
		"*filter\n"
		":INPUT ACCEPT [0:0]\n"
		"-A INPUT -j mine\n"
		"-A INPUT -j DROP\n"
		"-A INPUT -j more than there are\n"
		"-A mine -s 10.0.0.0/8\n"
		"-A nowhere -j DROP\n"
		"COMMIT\n"
		"*nat\n"
		"-A INPUT -j ACCEPT\n"
		"COMMIT\n";
	struct rule_texts texts = { 0 };

	(void)state;
	assert_int_equal(rule_texts_read(&texts, listing,
					 sizeof(listing) - 1), 0);
	assert_int_equal(rule_texts_read_iptables(&texts, 2, saved, places, 4),
			 0);
	assert_string_equal(text_of(&texts, 2, "filter", 9),
			    "1 -A INPUT -j mine");
	assert_string_equal(text_of(&texts, 2, "filter", 4),
			    "2 -A INPUT -j DROP");
	assert_string_equal(text_of(&texts, 2, "filter", 7),
			    "1 -A mine -s 10.0.0.0/8");
	assert_string_equal(text_of(&texts, 2, "nat", 2),
			    "1 -A INPUT -j ACCEPT");
	assert_string_equal(text_of(&texts, 1, "filter", 12), "jump other");
	rule_texts_fini(&texts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_by_handle),
		cmocka_unit_test(any_part_of_a_listing),
		cmocka_unit_test(iptables_rules_by_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
