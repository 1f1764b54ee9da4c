/* SPDX-License-Identifier: BSD-2-Clause
 * text/trace_test.c - traces in nft's words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clew/clew.h"
#include "text/trace.h"
#include "text/trace_sample.h"

static const uint8_t card[14] = {
	2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0,
};

static uint32_t
from_hex(const char *hex, uint8_t *out)
{
	uint32_t n = 0;
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		out[n++] = (uint8_t)byte;
	return n;
}

static const char *
interface_name(void *ctx, uint32_t index)
{
	(void)ctx;
	return index == 2 ? "lan0" : index == 3 ? "wan0" : NULL;
}

static const char *
rule_text(void *ctx, const struct clew_rule *rule)
{
	(void)ctx;
	return rule->handle == 7 ? "tcp dport 22 accept" : NULL;
}

static const struct clew_trace_names names = {
	.interface = interface_name, .rule = rule_text,
};

static struct clew_trace
trace_of(enum clew_trace_type type)
{
	return (struct clew_trace){
		.type = type, .id = 0x3df2,
		.rule = { .family = 1, .table = "filter", .chain = "forward",
			  .handle = 7 },
	};
}

static void
check(const struct clew_trace *trace, const char *expected)
{
	char text[2048];
	size_t len = clew_text_trace(text, sizeof(text), trace, &names);

	assert_string_equal(text, expected);
	assert_int_equal(len, strlen(expected));
}

static void
headers_are_those_of_linux(void **state)
{
	uint8_t bytes[2048], l2[14];
	char text[2048], expected[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct clew_trace t = trace_of(CLEW_TRACE_PACKET);

		t.len = from_hex(samples[i].hex, bytes);
		memcpy(l2, card, sizeof(l2));
		if (bytes[0] >> 4 == 6) {
			l2[12] = 0x86;
			l2[13] = 0xdd;
		}
		t.data = bytes;
		t.l2 = l2;
		t.l2_len = sizeof(l2);
		t.iif = 2;
		t.rule.family = samples[i].family;
		snprintf(expected, sizeof(expected), "trace id 00003df2 %s "
			 "filter forward packet: iif \"lan0\" ether saddr "
			 "02:00:00:00:00:01 ether daddr 02:00:00:00:00:02 %s",
			 clew_table_family_name(t.rule.family),
			 samples[i].words);
		clew_text_trace(text, sizeof(text), &t, &names);
		if (strcmp(text, expected) != 0)
			print_message("sample %zu\n", i);
		assert_string_equal(text, expected);
	}
}

/* Every packet cut everywhere: nothing is read past its end (sanitizers). */
static void
cut_packets(void **state)
{
	uint8_t bytes[2048];
	char text[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		uint32_t len = from_hex(samples[i].hex, bytes);

		for (uint32_t n = 0; n <= len && n < 128; n++) {
			struct clew_trace t = trace_of(CLEW_TRACE_PACKET);
			uint8_t *copy = malloc(n > 0 ? n : 1);

			assert_non_null(copy);
			memcpy(copy, bytes, n);
			t.data = copy;
			t.len = n;
			clew_text_trace(text, sizeof(text), &t, &names);
			t.type = CLEW_TRACE_NAT;
			clew_text_trace(text, sizeof(text), &t, &names);
			clew_json_trace(text, sizeof(text), &t, 1, &names);
			free(copy);
		}
	}
}

static void
generated_ones_have_no_card(void **state)
{
	struct clew_trace t = trace_of(CLEW_TRACE_PACKET);
	uint8_t bytes[128];

	(void)state;
	t.len = from_hex("450000260001000040119edac0a80101c0a80114"
			 "0035c350001200006162636465666768696a", bytes);
	t.data = bytes;
	t.oif = 3;
	check(&t, "trace id 00003df2 inet filter forward packet: oif \"wan0\" "
	      "ip saddr 192.168.1.1 ip daddr 192.168.1.20 ip dscp cs0 "
	      "ip ecn not-ect ip ttl 64 ip id 1 ip protocol udp ip length 38 "
	      "udp sport 53 udp dport 50000 udp length 18 "
	      "@th,64,80 0x6162636465666768696a ");
}

static void
tags_are_shown_where_they_still_are(void **state)
{
	static const uint8_t tagged[18] = {
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x81, 0, 0x60, 5, 8, 0,
	};
	struct clew_trace t = trace_of(CLEW_TRACE_PACKET);
	uint8_t bytes[128];
	char text[1024];

	(void)state;
	t.len = from_hex("450000140001000040fd0000c0a80101c0a80114", bytes);
	t.data = bytes;
	t.l2 = tagged;
	t.l2_len = sizeof(tagged);
	clew_text_trace(text, sizeof(text), &t, &names);
	assert_null(strstr(text, "vlan"));
	t.rule.family = 5;
	clew_text_trace(text, sizeof(text), &t, &names);
	assert_non_null(strstr(text, "ether daddr 02:00:00:00:00:02 vlan pcp 3 "
			       "vlan dei 0 vlan id 5 ip saddr"));
}

static void
other_link_layers_have_no_words(void **state)
{
	static const uint8_t sll[16] = { 0, 0, 0, 1, 0, 6, [14] = 8, [15] = 0 };
	struct clew_trace t = trace_of(CLEW_TRACE_PACKET);
	uint8_t bytes[128];
	char text[1024];

	(void)state;
	t.len = from_hex("450000140001000040fd0000c0a80101c0a80114", bytes);
	t.data = bytes;
	t.l2 = sll;
	t.l2_len = sizeof(sll);
	clew_text_trace(text, sizeof(text), &t, &names);
	assert_null(strstr(text, "ether"));
}

static void
rules_and_policies(void **state)
{
	struct clew_trace t = trace_of(CLEW_TRACE_RULE);

	(void)state;
	t.verdict = 1;
	check(&t, "trace id 00003df2 inet filter forward rule "
	      "tcp dport 22 accept (verdict accept)");
	t.verdict = -3;
	t.jump = "other";
	check(&t, "trace id 00003df2 inet filter forward rule "
	      "tcp dport 22 accept (verdict jump other)");
	t.verdict = -1;
	t.rule.handle = 9;	/* of which nobody knows the text */
	check(&t, "trace id 00003df2 inet filter forward rule "
	      "handle 9 (verdict continue)");
	t = trace_of(CLEW_TRACE_RETURN);
	t.verdict = -1;
	check(&t, "");
	t = trace_of(CLEW_TRACE_POLICY);
	check(&t, "trace id 00003df2 inet filter forward policy drop ");
	t.verdict = 1;
	t.mark = 7;
	check(&t, "trace id 00003df2 inet filter forward policy accept "
	      "meta mark 0x00000007 ");
}

static void
words_of_our_own(void **state)
{
	struct clew_trace t = trace_of(CLEW_TRACE_TRACK);
	uint8_t bytes[64];

	(void)state;
	t.conn = 1;
	t.ct_state = CLEW_CT_NEW;
	check(&t, "trace id 00003df2 conntrack: ct direction original "
	      "ct state new ");
	t.conn = 0;
	t.ct_state = CLEW_CT_INVALID;
	t.reason = CLEW_WHY_IP_CHECKSUM;
	check(&t, "trace id 00003df2 conntrack: ct state invalid "
	      "reason ip_checksum ");
	t = trace_of(CLEW_TRACE_NAT);
	t.len = from_hex("4500001c000100004011000001020304050607080035c35000080000",
			 bytes);
	t.data = bytes;
	check(&t, "trace id 00003df2 nat: src=1.2.3.4 dst=5.6.7.8 sport=53 "
	      "dport=50000 ");
	t = trace_of(CLEW_TRACE_ROUTE);
	t.oif = 3;
	t.note = "via 192.0.2.1";
	check(&t, "trace id 00003df2 route: oif \"wan0\" via 192.0.2.1 ");
	t = trace_of(CLEW_TRACE_DROP);
	t.reason = CLEW_WHY_IP_CHECKSUM;
	check(&t, "trace id 00003df2 drop: reason ip_checksum ");
}

static void
as_json(void **state)
{
	struct clew_trace t = trace_of(CLEW_TRACE_RULE);
	char text[1024];

	(void)state;
	t.verdict = -3;
	t.jump = "other";
	clew_json_trace(text, sizeof(text), &t, 12, &names);
	assert_string_equal(text,
		"{\"type\":\"trace\",\"packet\":12,\"id\":15858,"
		"\"step\":\"rule\",\"family\":\"inet\",\"table\":\"filter\","
		"\"chain\":\"forward\",\"handle\":7,"
		"\"rule\":\"tcp dport 22 accept\",\"verdict\":\"jump\","
		"\"target\":\"other\"}");
	t = trace_of(CLEW_TRACE_TRACK);
	t.conn = 1;
	t.dir = CLEW_DIR_REPLY;
	t.ct_state = CLEW_CT_ESTABLISHED;
	t.iif = 2;
	t.mark = 3;
	clew_json_trace(text, sizeof(text), &t, 12, &names);
	assert_string_equal(text,
		"{\"type\":\"trace\",\"packet\":12,\"id\":15858,"
		"\"step\":\"conntrack\",\"iif\":\"lan0\",\"mark\":3,"
		"\"ct_state\":\"established\",\"ct_direction\":\"reply\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_those_of_linux),
		cmocka_unit_test(cut_packets),
		cmocka_unit_test(generated_ones_have_no_card),
		cmocka_unit_test(tags_are_shown_where_they_still_are),
		cmocka_unit_test(other_link_layers_have_no_words),
		cmocka_unit_test(rules_and_policies),
		cmocka_unit_test(words_of_our_own),
		cmocka_unit_test(as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
