/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/parse_test.c - what is understood, and where what is not stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario.h"

#define TCP "a: tcp 1.1.1.1:1 > 2.2.2.2:2 "
#define UDP "a: udp 1.1.1.1:1 > 2.2.2.2:2 "
#define PING "a: icmp 1.1.1.1 > 2.2.2.2 "

/* Every refusal: its place and a part of its words. */
static void
mistakes_are_refused(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *want;
	} cases[] = {
		{ "", 1, 1, "no test" },
		{ "# nothing\n\n", 3, 1, "no test" },
		{ "set a = 1\n", 2, 1, "no test" },
		{ "bogus", 1, 1, "begins no statement" },
		{ "\"a\" b", 1, 1, "begins no statement" },
		{ "test", 1, 5, "title is missing" },
		{ UDP "=> new\ntest late", 2, 1, "before the first packet" },
		{ UDP, 1, 29, "what becomes of the packet is missing" },
		{ UDP "=>", 1, 32, "what becomes of the packet is missing" },
		{ UDP "=> maybe", 1, 33, "nothing that becomes" },
		{ UDP "=> new new", 1, 37, "not understood" },
		{ UDP "=> new by x", 1, 40, "'x' where by should be" },
		{ UDP "=> new why x", 1, 41, "no reason" },
		{ UDP "=> any", 1, 1, "expects nothing" },
		{ UDP "\"=>\" any", 1, 30, "not understood" },
		{ "test t\n+1s", 1, 1, "expects nothing" },
		{ ": udp 1.1.1.1:1 > 2.2.2.2:2 => new", 1, 1, "interface" },
		{ "a:", 1, 3, "a protocol is missing" },
		{ "a: xyz", 1, 4, "no protocol" },
		{ "a: udp 1.1.1.1 > 2.2.2.2:1 => new", 1, 8, "lacks a port" },
		{ "a: udp 1.1.1.1:x > 2.2.2.2:1 => new", 1, 8, "no port" },
		{ "a: udp 1.1.1.1:65536 > 2.2.2.2:1 => new", 1, 8, "no port" },
		{ "a: udp 1.1.1:1 > 2.2.2.2:1 => new", 1, 8, "no address" },
		{ "a: udp [::1:1 > [::2]:1 => new", 1, 8, "no address" },
		{ "a: udp 1.1.1.1:1 > [::2]:1 => new", 1, 20, "IPv4 and" },
		{ "a: udp 1.1.1.1:1 < 2.2.2.2:1 => new", 1, 18, "'<' where" },
		{ "a: gre 1.1.1.1:1 > 2.2.2.2 => new", 1, 8, "no ports" },
		{ UDP "length 1 length 1 => new", 1, 39, "second time" },
		{ UDP "length 65536 => new", 1, 37, "at most 65535" },
		{ UDP "length 65530 => new", 1, 4, "longer than 65535" },
		{ UDP "length x => new", 1, 37, "'x' where length" },
		{ UDP "ttl => new", 1, 34, "'=>' where ttl should be" },
		{ UDP "hex 123 => new", 1, 4, "hexadecimal" },
		{ UDP "hex 12 length 1 => new", 1, 4, "no 'length'" },
		{ UDP "frag 4: => new", 1, 35, "multiple of 8" },
		{ UDP "frag 8:4 => new", 1, 35, "behind its begin" },
		{ UDP "frag 8 => new", 1, 35, "no range" },
		{ UDP "ext hop-by-hop => new", 1, 34, "only IPv6" },
		{ UDP "snap 99 => new", 1, 4, "only 28 bytes" },
		{ UDP "cut 20 snap 24 => new", 1, 4, "captured more" },
		{ UDP "zone 1 zone-orig 1 => new", 1, 4, "one zone" },
		{ UDP "no-checksum bad-checksum => new", 1, 4, "bad one?" },
		{ UDP "seq 1 => new", 1, 30, "not understood in a packet" },
		{ "a: udp [::1]:1 > [::2]:2 df => new", 1, 4, "IPv6 has no" },
		{ TCP "seq 1 => new", 1, 30, "flags" },
		{ TCP "SS seq 1 => new", 1, 30, "flag S twice" },
		{ TCP "A seq 1 => new", 1, 4, "no 'ack'" },
		{ TCP "S seq 1 seq 1 => new", 1, 38, "second time" },
		{ TCP "S seq 4294967296 => new", 1, 36, "sequence number" },
		{ TCP "S seq 1:70000 => new", 1, 36, "more than 65535" },
		{ TCP "S seq 1:2 length 1 => new", 1, 4, "range" },
		{ TCP "S seq 1:3 hex 01 => new", 1, 4, "as many bytes" },
		{ TCP "S seq 1 <mss> => new", 1, 42, "'>' where mss" },
		{ TCP "S seq 1 <foo> => new", 1, 39, "no TCP option" },
		{ TCP "S seq 1 <nop => new", 1, 43, "'=>' where '>'" },
		{ TCP "S seq 1 <sack 1:2 3:4 5:6 7:8 9:10> => new", 1, 60,
		  "more than four" },
		{ PING "echo => new", 1, 4, "'id' is missing" },
		{ PING "foo => new", 1, 27, "no icmp message" },
		{ PING "unreachable quoting last => new", 1, 47,
		  "no packet 'last'" },
		{ PING "unreachable port => new", 1, 4, "'quoting' is" },
		{ UDP "=> new\n" PING "unreachable quoting last => new", 2,
		  4, "code of 'unreachable'" },
		{ UDP "=> new\n" PING "unreachable port quoting #2 => new",
		  2, 52, "no packet '#2'" },
		{ UDP "=> new\n" PING "unreachable port quoting #1 bytes 99 "
		  "=> new", 2, 4, "only 28 bytes" },
		{ PING "echo id 1 mtu 5 => new", 1, 4, "of queries" },
		{ PING "unreachable port quoting { udp 1.1.1.1:1 } => new",
		  1, 68, "'}' where '>'" },
		{ PING "unreachable port quoting { udp 1.1.1.1:1 > "
		  "2.2.2.2:2 => new", 1, 80, "'=>' where '}'" },
		{ "a: sctp 1.1.1.1:1 > 2.2.2.2:2 init tag 1 => new", 1, 31,
		  "'init' where 'tag'" },
		{ "a: sctp 1.1.1.1:1 > 2.2.2.2:2 tag 1 init => new", 1, 37,
		  "lacks its tag" },
		{ "a: sctp 1.1.1.1:1 > 2.2.2.2:2 tag 1 sack + => new", 1, 44,
		  "no chunk" },
		{ "a: gre 1.1.1.1 > 2.2.2.2 version 1 => new", 1, 4,
		  "wants 'call'" },
		{ "a: gre 1.1.1.1 > 2.2.2.2 call 1 => new", 1, 4,
		  "of 'version 1'" },
		{ "a: raw => new", 1, 8, "digits are missing" },
		{ "a: raw 45 ttl 1 => new", 1, 4, "are what they are" },
		{ "a: raw 4 => new", 1, 8, "not understood" },
		{ "set", 1, 4, "name is missing" },
		{ "set a 1", 1, 7, "'1' where '='" },
		{ "set a = b", 1, 9, "the value" },
		{ "set a = 18446744073709551616", 1, 9, "the value" },
		{ "set a = 1 2", 1, 11, "not understood" },
		{ "set a = 1 => error x", 1, 20, "stands in quotes" },
		{ "policy p ipv4 tcp foo = 1", 1, 19, "no timeout" },
		{ "policy p ipv5 tcp close = 1", 1, 10, "ipv4 or ipv6" },
		{ "policy p ipv4 xyz close = 1", 1, 15, "no protocol" },
		{ "policy p ipv4 tcp close = 1, close = 2", 1, 30, "second" },
		{ "test t\n+5", 2, 1, "is no time" },
		{ "test t\n+s", 2, 1, "is no time" },
		{ "test t\n+1.s5", 2, 1, "is no time" },
		{ "test t\n+999999999999d", 2, 1, "too long a time" },
		{ "test t\n+2s\n@1s", 3, 1, "never runs back" },
		{ "test t\nevent", 2, 6, "the line is missing" },
		{ "test t\nno event", 2, 4, "'event' where 'events'" },
		{ "test t\ntable", 2, 6, "is missing" },
		{ "test t\ntable is", 2, 7, "has or lacks" },
		{ "test t\ntable {\n tcp", 2, 8, "'}' is missing" },
		{ "test t\ntable { tcp", 2, 9, "not understood" },
		{ "test t\nstats foo=1", 2, 7, "no counter" },
		{ "test t\nstats found", 2, 12, "= is missing" },
		{ "test t\nconn #1 mark = 1", 2, 6, "no packet '#1'" },
		{ UDP "=> new\nconn #1 foo = 1", 2, 9, "be changed" },
		{ UDP "=> new\nconn #1 status = DYING", 2, 18, "be set" },
		{ UDP "=> new\nconn #1 labels = 128", 2, 18, "at most 127" },
		{ "test \"a", 1, 6, "no closing quote" },
		{ UDP "=> accept out", 1, 43, "an interface is missing" },
		{ UDP "=> accept snat x", 1, 45, "no address" },
		{ UDP "=> accept snat 1.1.1.1:x", 1, 45, "no port" },
		{ UDP "=> accept dnat [::1", 1, 45, "no address" },
		{ UDP "=> accept dnat :65536", 1, 45, "no port" },
		{ UDP "=> accept snat :1 snat :2", 1, 48, "not understood" },
		{ UDP "=> accept mark x", 1, 45, "'x' where mark" },
		{ UDP "=> reject", 1, 39, "what is answered" },
		{ UDP "=> reject politely", 1, 40, "icmp, icmpv6" },
		{ UDP "=> reject icmp no-route", 1, 45, "no error" },
		{ UDP "=> drop answer icmpv6", 1, 51, "which error" },
		{ "interface a = 1.1.1.1", 1, 1, "ADDRESS/LENGTH" },
		{ "route default", 1, 1, "PREFIX=NAME" },
		{ "rules", 1, 6, "'{' or file" },
		{ "rules text", 1, 7, "'text' where" },
		{ "rules {\ntable ip t {\n}", 1, 8, "'}' is missing" },
		{ "rules {\n} # no", 3, 1, "no test" },
		{ "rules {\n} x", 1, 8, "must stand alone" },
		{ "rules {\n} => error \"a", 1, 8, "closing quote" },
		{ "rules file", 1, 11, "file's name" },
		{ "ruleset", 1, 8, "has or lacks" },
		{ "ruleset is", 1, 9, "'is' where" },
		{ "ruleset has", 1, 12, "line is missing" },
		{ "expect counter", 1, 15, "counter's name" },
		{ "expect counter a bytes 1", 1, 18, "'bytes' where" },
		{ "expect counter a packets x", 1, 26, "'x' where" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scenario_error error;
		struct scenario *s;

		if (scenario_parse(&s, "x", cases[i].text,
				   strlen(cases[i].text), &error) == 0)
			fail_msg("not refused: %s", cases[i].text);
		assert_null(s);
		if (error.line != cases[i].line ||
		    error.column != cases[i].column ||
		    !strstr(error.text, cases[i].want))
			fail_msg("%s\n%u:%u: %s (and not %u:%u: %s)",
				 cases[i].text, error.line, error.column,
				 error.text, cases[i].line, cases[i].column,
				 cases[i].want);
	}
}

static void
statements_become_steps(void **state)
{
	static const char text[] =
		"# before the tests: for all of them\r\n"
		"set a = 0x10\n"
		"test first # a comment\n"
		"  lan0: udp 1.1.1.1:1 > 2.2.2.2:2 \\\n"
		"\tlength 5 as ask => new original \"x # y\" by 3\n"
		"event [NEW] udp ... dport=53 # here too\n"
		"+1.5s\n"
		"@1min\n"
		"wan0: udp 2.2.2.2:2 > 1.1.1.1:1 zone-reply 7 => any\n"
		"table {\n"
		"	udp 17 ...   # a comment\n"
		"\n"
		"}\n"
		"conn ask labels = 0, 127\n"
		"stats invalid=1 tcp_rst = 2\n"
		"test second\n"
		"no events\n";
	struct scenario_error error;
	const struct scenario_test *test;
	struct scenario *s;

	(void)state;
	assert_int_equal(scenario_parse(&s, "dir/x.clew", text,
					sizeof(text) - 1, &error), 0);
	assert_int_equal(s->count, 2);
	test = &s->test[0];
	assert_string_equal(test->title, "x: first");
	assert_int_equal(test->line, 3);
	assert_int_equal(test->count, 9);
	assert_int_equal(test->duration_ns, 60000000000);
	assert_int_equal(test->step[0].type, SCENARIO_STEP_SET);
	assert_int_equal(test->step[0].value, 16);
	assert_int_equal(test->step[1].line, 4);
	assert_int_equal(test->step[1].column, 3);
	assert_int_equal(test->step[1].expect.off_by, 3);
	assert_string_equal(test->step[1].expect.reason, "x # y");
	assert_string_equal(test->step[1].packet->name, "ask");
	assert_int_equal(test->step[1].packet->side, 0);
	assert_string_equal(test->step[2].lines[0],
			    "[NEW] udp ... dport=53");
	assert_int_equal(test->step[3].ns, 1500000000);
	assert_int_equal(test->step[5].packet->side, 1);
	assert_int_equal(test->step[5].packet->flags, CLEW_PKT_ZONE_REPLY);
	assert_string_equal(test->step[6].lines[0], "udp 17 ...");
	assert_null(test->step[6].lines[1]);
	assert_int_equal(test->step[7].change->packet, 1);
	assert_int_equal(test->step[7].change->labels[15], 0x80);
	assert_int_equal(test->step[8].stats_count, 2);
	assert_string_equal(s->test[1].title, "x: second");
	assert_int_equal(s->test[1].count, 2);
	scenario_destroy(s);

	assert_int_equal(scenario_parse(&s, "dir/x.clew", "no events", 9,
					&error), 0);
	assert_string_equal(s->test[0].title, "x");
	scenario_destroy(s);
}

static void
gateways_become_steps(void **state)
{
	static const char text[] =
		"interface lan0 = 10.0.0.1/8 , fd00::1/64, mtu 1400\n"
		"route default = lan0 ,via 10.0.0.2\n"
		"rules {\n"
		"	table ip t { # one {\n"
		"		chain c { ip saddr 1.1.1.1 comment \"}\"; }\n"
		"	}\n"
		"} => error \"some words\"\n"
		"test t\n"
		"lan0: udp 10.0.0.9:1 > 2.2.2.2:2 => accept out wan0 snat "
		"[fd00::1]:9 dnat 2.2.2.3 mark 0x10 local\n"
		"self: udp 10.0.0.9:1 > 2.2.2.2:2 => reject icmp "
		"host-unreachable\n"
		"rules file \"x.nft\"\n"
		"expect counter c packets 3 bytes 4\n"
		"ruleset lacks a ...\n";
	const struct scenario_expect *expect;
	const struct scenario_step *step;
	struct scenario_error error;
	struct scenario *s;

	(void)state;
	if (scenario_parse(&s, "dir/x.clew", text, sizeof(text) - 1, &error))
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	step = s->test[0].step;
	assert_int_equal(s->test[0].count, 8);
	assert_string_equal(step[0].text,
			    "lan0=10.0.0.1/8,fd00::1/64,mtu 1400");
	assert_string_equal(step[1].text, "default=lan0,via 10.0.0.2");
	assert_int_equal(step[2].type, SCENARIO_STEP_RULES);
	assert_int_equal(strspn(step[2].text, "\n"), 3);
	assert_non_null(strstr(step[2].text, "comment \"}\"; }\n\t}\n"));
	assert_null(strstr(step[2].text, "=>"));
	assert_string_equal(step[2].error, "some words");
	expect = &step[3].expect;
	assert_int_equal(expect->class, SCENARIO_ACCEPTED);
	assert_string_equal(expect->out, "wan0");
	assert_true(expect->local && expect->has_snat && expect->has_dnat);
	assert_int_equal(expect->snat.port, 9);
	assert_int_equal(expect->snat.addr.bytes[0], 0xfd);
	assert_false(expect->dnat.has_port);
	assert_int_equal(expect->dnat.addr.bytes[3], 3);
	assert_int_equal(expect->mark, 16);
	assert_int_equal(step[4].packet->flags, CLEW_PKT_LOCAL_OUT);
	assert_int_equal(step[4].expect.class, SCENARIO_DROPPED);
	assert_int_equal(step[4].expect.answer.type, 3);
	assert_int_equal(step[4].expect.answer.code, 1);
	assert_string_equal(step[5].name, "dir/x.nft");
	assert_null(step[5].text);
	assert_int_equal(step[6].stats[1].value, 4);
	assert_int_equal(step[7].type, SCENARIO_STEP_RULESET_LACKS);
	scenario_destroy(s);
}

/* Bytes at random, and good text cut and damaged: nothing but an answer. */
static void
nothing_crashes_it(void **state)
{
	static const char good[] =
		"test a\nset b = 1\n"
		TCP "SA seq 1:5 ack 2 <mss 1,sack 1:2,kind 9 hex 00> => new\n"
		PING "unreachable port quoting { udp 1.1.1.1:1 > 2.2.2.2:2 "
		"length 9 } bytes 30 => related \"x\"\n"
		"a: sctp [::1]:1 > [::2]:2 tag 1 init tag 2 + data ext "
		"routing frag 8:16+ => held\n"
		"table {\n x\n}\n+1s\nevent y\nstats found=1\n"
		"conn #1 seqadj reply position 1 before -2 after 3\n"
		"interface a = 1.1.1.1/8, ::1/9\nroute default = a\n"
		"rules {\ntable ip t { \"{\"\n} } => error \"x\"\n"
		"a: udp 1.1.1.1:1 > 2.2.2.2:2 => accept out a snat [::1]:1 "
		"dnat :1 mark 1 answer icmp net-unreachable\n"
		"expect counter a packets 1 bytes 1\nruleset has x\n";
	static const char letters[] = " \t\n\"#\\<>,{}=:+@.0x19aA-[]";
	uint64_t seed = 7;

	(void)state;
	for (unsigned i = 0; i < 6000; i++) {
		struct scenario_error error;
		struct scenario *s;
		size_t len = sizeof(good) - 1;
		char *text = malloc(len);

		assert_non_null(text);
		memcpy(text, good, len);
		for (unsigned j = 0; j <= i % 8; j++) {
			seed = seed * 6364136223846793005u + 1;
			text[(seed >> 33) % len] =
				letters[(seed >> 20) % (sizeof(letters) - 1)];
		}
		if (i % 3 == 0)
			len = (seed >> 40) % len;
		scenario_parse(&s, "x", text, len, &error);
		scenario_destroy(s);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_refused),
		cmocka_unit_test(statements_become_steps),
		cmocka_unit_test(gateways_become_steps),
		cmocka_unit_test(nothing_crashes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
