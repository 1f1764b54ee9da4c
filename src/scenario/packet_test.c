/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/packet_test.c - packets in words and in bytes.
 *
 * tcpdump -vvv has read them all, found every field where it belongs and
 * every checksum right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario.h"

/* The bytes of the last packet of 'text', in hexadecimal. */
static void
build(const char *text, char *hex, size_t size)
{
	struct scenario_error error;
	const struct scenario_packet *packet = NULL;
	struct scenario *s;

	if (scenario_parse(&s, "x.clew", text, strlen(text), &error) != 0)
		fail_msg("%u:%u: %s: %s", error.line, error.column,
			 error.text, text);
	for (size_t i = 0; i < s->test[0].count; i++) {
		if (s->test[0].step[i].packet)
			packet = s->test[0].step[i].packet;
	}
	assert_non_null(packet);
	hex[0] = '\0';
	for (uint32_t i = 0; packet && i < packet->len && 2 * i + 2 < size; i++)
		snprintf(hex + 2 * i, 3, "%02x", packet->data[i]);
	scenario_destroy(s);
}

static void
packets_have_their_bytes(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "a: udp 10.0.0.1:1024 > 10.0.0.2:53 hex 0102 => new",
		  "4500001e000000004011" "66cd" "0a000001" "0a000002"
		  "04000035" "000a" "e6a0" "0102" },
		{ "a: udp 10.0.0.1:1024 > 10.0.0.2:53 hex 0102 no-checksum "
		  "ttl 1 tos 8 ipid 7 df => new",
		  "4508001e000740000111" "65be" "0a000001" "0a000002"
		  "04000035" "000a" "0000" "0102" },
		{ "a: tcp 10.0.0.1:1 > 10.0.0.2:2 SEW seq 1 win 2 "
		  "<mss 1460,sackOK,wscale 7> => new",
		  "45000034000000004006" "66c2" "0a000001" "0a000002"
		  "0001" "0002" "00000001" "00000000" "80c2" "0002" "5551"
		  "0000" "020405b4" "0402" "030307" "000000" },
		{ "a: icmp 10.0.0.1 > 10.0.0.2 echo id 1 seq 2 => new",
		  "4500001c000000004001" "66df" "0a000001" "0a000002"
		  "0800" "f7fc" "0001" "0002" },
		{ "a: icmp 10.0.0.1 > 10.0.0.2 unreachable fragment mtu 9 "
		  "quoting { proto 9 1.1.1.1 > 2.2.2.2 hex aabb } bytes 21 "
		  "=> any\na: raw 00 => new",
		  "00" },
		{ "a: proto 9 10.0.0.1 > 10.0.0.2 length 20 fill 1 "
		  "frag 8:16+ => new",
		  "4500001c000020014009" "46d6" "0a000001" "0a000002"
		  "0101010101010101" },
		{ "a: udp [::1]:1 > [::2]:2 length 1 ext hop-by-hop "
		  "ext destination ipid 5 frag 0:8+ => new",
		  "60000000" "0018" "00" "40"
		  "00000000000000000000000000000001"
		  "00000000000000000000000000000002"
		  "2c00010400000000" "3c000001" "00000005"
		  "1100010400000000" },
		{ "a: gre 10.0.0.1 > 10.0.0.2 version 1 call 7 seq 1 ack 2 "
		  "hex ff => new",
		  "4500002500000000402f" "66a8" "0a000001" "0a000002"
		  "3081" "880b" "0001" "0007" "00000001" "00000002" "ff" },
		{ "a: sctp 10.0.0.1:1 > 10.0.0.2:2 tag 0x102 cookie-ack "
		  "+ abort T => new",
		  "45000028000000004084" "6650" "0a000001" "0a000002"
		  "0001" "0002" "00000102" "fbad3050"
		  "0b000004" "06010004" },
	};
	char hex[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		build(cases[i].text, hex, sizeof(hex));
		assert_string_equal(hex, cases[i].want);
	}
}

/* An error quotes the packet as it was sent, and no more than it may. */
static void
errors_quote(void **state)
{
	char quoted[256], error[2048], bytes[64];

	(void)state;
	build("a: udp 10.0.0.1:1 > 10.0.0.2:2 hex 00 => new", quoted,
	      sizeof(quoted));
	build("a: udp 10.0.0.1:1 > 10.0.0.2:2 hex 00 as q => new\n"
	      "b: icmp 10.0.0.2 > 10.0.0.1 unreachable port quoting q => new",
	      error, sizeof(error));
	assert_string_equal(error + 2 * 28, quoted);
	build("a: udp 10.0.0.1:1 > 10.0.0.2:2 hex 00 => new\n"
	      "b: icmp 10.0.0.2 > 10.0.0.1 time-exceeded transit quoting #1 "
	      "bytes 24 => new", error, sizeof(error));
	assert_int_equal(strlen(error), 2 * (28 + 24));
	snprintf(bytes, sizeof(bytes), "%.48s", quoted);
	assert_string_equal(error + 2 * 28, bytes);
	build("a: udp 10.0.0.1:1 > 10.0.0.2:2 length 1000 => new\n"
	      "b: icmp 10.0.0.2 > 10.0.0.1 source-quench quoting last => new",
	      error, sizeof(error));
	assert_int_equal(strlen(error), 2 * 576);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_have_their_bytes),
		cmocka_unit_test(errors_quote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
