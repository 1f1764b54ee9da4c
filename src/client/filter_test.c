/* SPDX-License-Identifier: BSD-2-Clause
 * client/filter_test.c - command lines, and which connections they mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/filter.h"
#include "client/parse.h"
#include "nl/uapi_ct.h"

static struct clew_snapshot
sample(void)
{
	struct clew_snapshot ct = {
		.has = CLEW_HAS_ORIG | CLEW_HAS_REPLY | CLEW_HAS_STATUS |
		       CLEW_HAS_MARK | CLEW_HAS_STATE | CLEW_HAS_ID |
		       CLEW_HAS_LABELS,
		.status = CLEW_STATUS_CONFIRMED | CLEW_STATUS_SEEN_REPLY |
			  CLEW_STATUS_ASSURED,
		.mark = 0x25, .id = 77, .state = CLEW_TCP_ESTABLISHED,
	};
	static const uint8_t client[] = { 10, 0, 0, 7 };
	static const uint8_t server[] = { 192, 0, 2, 80 };
	static const uint8_t gateway[] = { 203, 0, 113, 2 };

	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		ct.tuple[dir].family = CLEW_IPV4;
		ct.tuple[dir].protocol = 6;
	}
	memcpy(ct.tuple[0].src.bytes, client, 4);
	memcpy(ct.tuple[0].dst.bytes, server, 4);
	memcpy(ct.tuple[1].src.bytes, server, 4);
	memcpy(ct.tuple[1].dst.bytes, gateway, 4);
	put_be16((uint8_t *)&ct.tuple[0].part.port.sport_be, 40000);
	put_be16((uint8_t *)&ct.tuple[0].part.port.dport_be, 443);
	put_be16((uint8_t *)&ct.tuple[1].part.port.sport_be, 443);
	put_be16((uint8_t *)&ct.tuple[1].part.port.dport_be, 40000);
	ct.labels[0] = 4;
	return ct;
}

/* Words of a line, parsed; the line itself is cut to pieces. */
static int
parse(struct order *o, const char *line)
{
	static char text[256];
	struct labels labels = { .is_read = false };
	struct parse_error error;
	char *words[32] = { text };
	int count;

	strcpy(text, line);
	count = parse_line(text, words + 1, 31);
	assert_true(count >= 0);
	return parse_order(o, count + 1, words, &labels, &error);
}

static void
means_just_these(void **state)
{
	static const struct {
		const char *line;
		bool matches;
	} cases[] = {
		{ "-L", true },
		{ "-L -s 10.0.0.7", true },
		{ "-L -s 10.0.0.8", false },
		{ "-L -s 10.0.0.0/24", true },
		{ "-L -s !10.0.0.0/24", false },
		{ "-L -s 10.0.0.9,10.0.0.7", true },
		{ "-L -s 10.9.0.7 --mask-src 255.0.255.255", true },
		{ "-L -d 192.0.2.80", true },
		{ "-L -r 192.0.2.0/24 -q 203.0.113.2", true },
		{ "-L -q 10.0.0.7", false },
		{ "-L -f ipv6", false },
		{ "-L -p udp", false },
		{ "-L -p tcp --dport 443", true },
		{ "-L -p tcp --dport 80,443", true },
		{ "-L -p tcp --dport 400-500", true },
		{ "-L -p tcp --dport !443", false },
		{ "-L -p tcp --sport 1-39999", false },
		{ "-L -p tcp --state ESTABLISHED", true },
		{ "-L -p tcp --state CLOSE,TIME_WAIT", false },
		{ "-L -p tcp --state !CLOSE", true },
		{ "-L -p icmp --icmp-type 8", false },
		{ "-L -m 0x25", true },
		{ "-L -m 5/0xf", true },
		{ "-L -m !5/0xf", false },
		{ "-L -m 6/0xf", false },
		{ "-L -u ASSURED", true },
		{ "-L -u !ASSURED", false },
		{ "-L -u UNREPLIED", false },
		{ "-L -u ASSURED,EXPECTED", false },
		{ "-L -w 0", true },
		{ "-L -w 5", false },
		{ "-L -n", true },
		{ "-L -n 203.0.113.2", true },
		{ "-L -n 203.0.113.3", false },
		{ "-L -n 203.0.113.2:40000", true },
		{ "-L -n 203.0.113.2:1", false },
		{ "-L -g", false },
		{ "-L -j", true },
		{ "-D -i 77", true },
		{ "-D -i 78", false },
		/* What an update sets is nothing to look for. */
		{ "-U -m 9 -u EXPECTED -p tcp --state CLOSE", true },
		{ "-U -m 9 -s 10.0.0.8", false },
	};
	struct clew_snapshot ct = sample();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct order o;

		print_message("# %s\n", cases[i].line);
		assert_int_equal(parse(&o, cases[i].line), 0);
		assert_int_equal(filter_match(&o, &ct), cases[i].matches);
		order_fini(&o);
	}
}

/* Only exact values go to the other side, and never fewer than are meant. */
static void
asks_the_other_side(void **state)
{
	static const struct {
		const char *line;
		uint32_t orig;
		uint32_t reply;
	} cases[] = {
		{ "-L -s 10.0.0.7", NL_CT_FILTER_SRC, 0 },
		{ "-L -s 10.0.0.0/24", 0, 0 },
		{ "-L -s !10.0.0.7", 0, 0 },
		{ "-L -s 10.0.0.7,10.0.0.8", 0, 0 },
		{ "-L -s 10.0.0.7 -p tcp --dport 443", NL_CT_FILTER_SRC |
		  NL_CT_FILTER_PROTO | NL_CT_FILTER_DPORT, 0 },
		{ "-L -s 10.0.0.7 -p tcp --dport 1-5", NL_CT_FILTER_SRC |
		  NL_CT_FILTER_PROTO, 0 },
		{ "-L -q 10.0.0.7", 0, NL_CT_FILTER_DST },
		/* Linux has IPv6 addresses the wrong way round. */
		{ "-L -s fd00::1 -p udp --dport 53", NL_CT_FILTER_PROTO |
		  NL_CT_FILTER_DPORT, 0 },
		/* Without a family there is nobody to ask. */
		{ "-L -p tcp --dport 443", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nl_attr tb[NL_CTA_MAX + 1], in[CTA_FILTER_MAX + 1];
		uint8_t bytes[512];
		struct nl_writer w = nl_writer(bytes, sizeof(bytes));
		struct order o;

		print_message("# %s\n", cases[i].line);
		assert_int_equal(parse(&o, cases[i].line), 0);
		filter_encode(&w, &o);
		nl_parse(tb, NL_CTA_MAX, bytes, w.used, NULL, NULL);
		nl_parse_nested(in, CTA_FILTER_MAX, &tb[CTA_FILTER], NULL,
				NULL);
		assert_int_equal(nl_u32(&in[CTA_FILTER_ORIG_FLAGS]),
				 cases[i].orig);
		assert_int_equal(nl_u32(&in[CTA_FILTER_REPLY_FLAGS]),
				 cases[i].reply);
		order_fini(&o);
	}
}

static void
knows_the_shorter_ways(void **state)
{
	static const struct {
		const char *line;
		bool wants_family;
		bool names_one;
	} cases[] = {
		{ "-L -p tcp --dport 443", true, false },
		{ "-L -f ipv4 -p tcp --dport 443", false, false },
		{ "-L -p tcp --dport 443,80", false, false },
		{ "-L -p tcp", false, false },
		/* Linux does not look at SCTP's ports. */
		{ "-L -p sctp --dport 443", false, false },
		{ "-L -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2 -w 5",
		  false, true },
		{ "-L -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2",
		  false, false },
		{ "-L -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2 -w 0",
		  false, false },
		{ "-L -p tcp -s 1.1.1.0/24 -d 2.2.2.2 --sport 1 --dport 2 "
		  "-w 5", false, false },
		{ "-L -p tcp -s fd00::1 -d fd00::2 --sport 1 --dport 2 -w 5",
		  false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct clew_tuple t;
		struct order o;
		uint16_t zone;

		print_message("# %s\n", cases[i].line);
		assert_int_equal(parse(&o, cases[i].line), 0);
		assert_int_equal(filter_wants_family(&o),
				 cases[i].wants_family);
		assert_int_equal(filter_names_one(&o, &t, &zone),
				 cases[i].names_one);
		order_fini(&o);
	}
}

static void
takes_lines_apart(void **state)
{
	static const struct {
		const char *line;
		int count;
		const char *last;
	} cases[] = {
		{ "", 0, NULL },
		{ "  -L \t -p  tcp\n", 3, "tcp" },
		{ "-l \"web traffic\"", 2, "web traffic" },
		{ "-l web\\ traffic", 2, "web traffic" },
		{ "a\"b c\"d", 1, "ab cd" },
		{ "\"", -1, NULL },
		{ "a b c d e", -1, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64], *words[4];
		int count;

		strcpy(text, cases[i].line);
		count = parse_line(text, words, 4);
		assert_int_equal(count, cases[i].count);
		if (cases[i].last)
			assert_string_equal(words[count - 1], cases[i].last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(means_just_these),
		cmocka_unit_test(asks_the_other_side),
		cmocka_unit_test(knows_the_shorter_ways),
		cmocka_unit_test(takes_lines_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
