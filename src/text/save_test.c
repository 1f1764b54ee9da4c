/* SPDX-License-Identifier: BSD-2-Clause
 * text/save_test.c - what conntrack 1.4.7 -R loads, and comments for the
 * rest.  Lines without "# " here were loaded on Linux 6.18 and made the very
 * connection they are of, NAT status included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/sample.h"

#define BASIC (CLEW_HAS_STATUS | CLEW_HAS_TIMEOUT)
#define ASSURED (CLEW_STATUS_SEEN_REPLY | CLEW_STATUS_ASSURED | \
		 CLEW_STATUS_CONFIRMED)
#define SNAT CLEW_STATUS_SRC_NAT
#define DNAT CLEW_STATUS_DST_NAT

static const struct sample samples[] = {
	{
		.title = "TCP, mark behind status, what cannot be set is not",
		.protocol = IPPROTO_TCP,
		.orig = { "1.1.1.2", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.2", 20, 10 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP | CLEW_HAS_HELPER,
			.status = ASSURED | CLEW_STATUS_EXPECTED,
			.timeout_s = 99, .mark = 42,
			.state = CLEW_TCP_ESTABLISHED,
		},
		.want = "-A -t 99 -u SEEN_REPLY,ASSURED -m 42 -s 1.1.1.2 "
			"-d 2.2.2.2 -r 2.2.2.2 -q 1.1.1.2 -p tcp --sport 10 "
			"--dport 20 --reply-port-src 20 --reply-port-dst 10 "
			"--state ESTABLISHED",
	}, {
		.title = "UPDATE may set the mark back",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.2", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "3.3.3.3", 20, 11 },
		.ct = {
			.has = BASIC | CLEW_HAS_MARK,
			.status = ASSURED | SNAT, .timeout_s = 120,
		},
		.record = CLEW_RECORD_UPDATE,
		.want = "-U -t 120 -u SEEN_REPLY,ASSURED -m 0 -s 1.1.1.2 "
			"-d 2.2.2.2 -r 2.2.2.2 -q 3.3.3.3 -p udp --sport 10 "
			"--dport 20 --reply-port-src 20 --reply-port-dst 11",
	}, {
		.title = "UPDATE leaves a fixed timeout alone",
		.protocol = 50,
		.orig = { "fd00::1", "fd00::2", 0, 0 },
		.reply = { "fd00::2", "fd00::1", 0, 0 },
		.ct = {
			.has = BASIC, .timeout_s = 120,
			.status = CLEW_STATUS_FIXED_TIMEOUT,
		},
		.record = CLEW_RECORD_UPDATE,
		.want = "-U -u FIXED_TIMEOUT -s fd00::1 -d fd00::2 "
			"-r fd00::2 -q fd00::1 -p 50",
	}, {
		.title = "DESTROY is found by zone and tuples alone",
		.protocol = IPPROTO_SCTP,
		.orig = { "1.1.1.2", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.2", 20, 10 },
		.ct = {
			.has = BASIC | CLEW_HAS_STATE | CLEW_HAS_ZONE |
			       CLEW_HAS_MARK | CLEW_HAS_PORTID,
			.state = CLEW_SCTP_HEARTBEAT_SENT, .zone = 5,
			.mark = 7,
		},
		.record = CLEW_RECORD_DESTROY,
		.want = "-D -w 5 -s 1.1.1.2 -d 2.2.2.2 -r 2.2.2.2 -q 1.1.1.2 "
			"-p sctp --sport 10 --dport 20 --reply-port-src 20 "
			"--reply-port-dst 10",
	}, {
		.title = "source NAT of UDP: the port, no reply tuple",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "8.8.8.8", 2, 99 },
		.ct = {
			.has = BASIC, .status = ASSURED | SNAT,
			.timeout_s = 100,
		},
		.want = "-A -t 100 -u SEEN_REPLY,ASSURED -s 1.1.1.15 "
			"-d 2.2.2.2 -n 8.8.8.8:99 -p udp --sport 1 --dport 2",
	}, {
		.title = "both kinds of NAT of IPv6 TCP",
		.protocol = IPPROTO_TCP,
		.orig = { "fd00::1", "fd00::2", 1, 2 },
		.reply = { "fd00::3", "fd00::9", 99, 77 },
		.ct = {
			.has = BASIC | CLEW_HAS_STATE,
			.status = SNAT | DNAT, .timeout_s = 100,
			.state = CLEW_TCP_SYN_SENT,
		},
		.want = "-A -t 100 -u UNSET -s fd00::1 -d fd00::2 "
			"-g [fd00::3]:99 -n [fd00::9]:77 -p tcp --sport 1 "
			"--dport 2 --state SYN_SENT",
	}, {
		.title = "another reply without NAT is spelt out",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "8.8.8.8", 2, 99 },
		.ct = { .has = BASIC, .timeout_s = 100 },
		.want = "-A -t 100 -u UNSET -s 1.1.1.15 -d 2.2.2.2 "
			"-r 2.2.2.2 -q 8.8.8.8 -p udp --sport 1 --dport 2 "
			"--reply-port-src 2 --reply-port-dst 99",
	}, {
		.title = "half of it NAT: not loadable",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "3.3.3.3", "8.8.8.8", 2, 99 },
		.ct = { .has = BASIC, .timeout_s = 100, .status = SNAT },
		.want = "# -A -t 100 -u UNSET -s 1.1.1.15 -d 2.2.2.2 "
			"-n 8.8.8.8:99 -p udp --sport 1 --dport 2",
	}, {
		.title = "SCTP: NAT beside the reply's ports",
		.protocol = IPPROTO_SCTP,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.9", 2, 99 },
		.ct = {
			.has = BASIC | SAMPLE_TCP, .timeout_s = 100,
			.status = SNAT, .state = CLEW_SCTP_ESTABLISHED,
			.sctp_vtag = { 0x1234, UINT32_MAX },
		},
		.want = "-A -t 100 -u UNSET -s 1.1.1.15 -d 2.2.2.2 "
			"-r 2.2.2.2 -n 1.1.1.9 -p sctp --sport 1 --dport 2 "
			"--reply-port-src 2 --reply-port-dst 99 "
			"--state ESTABLISHED --orig-vtag 4660 "
			"--reply-vtag 4294967295",
	}, {
		.title = "SCTP: a port alone",
		.protocol = IPPROTO_SCTP,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.15", 2, 99 },
		.ct = {
			.has = BASIC | SAMPLE_TCP, .timeout_s = 100,
			.status = SNAT, .state = CLEW_SCTP_ESTABLISHED,
		},
		.want = "# -A -t 100 -u UNSET -s 1.1.1.15 -d 2.2.2.2 "
			"-r 2.2.2.2 -n 1.1.1.15 -p sctp --sport 1 --dport 2 "
			"--reply-port-src 2 --reply-port-dst 99 "
			"--state ESTABLISHED --orig-vtag 0 --reply-vtag 0",
	}, {
		.title = "SCTP: the state that makes 1.4.7 crash",
		.protocol = IPPROTO_SCTP,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.15", 2, 1 },
		.ct = {
			.has = CLEW_HAS_STATE | CLEW_HAS_TIMEOUT |
			       CLEW_HAS_PROTOINFO,
			.state = CLEW_SCTP_HEARTBEAT_SENT, .timeout_s = 30,
		},
		.want = "# -A -t 30 -s 1.1.1.15 -d 2.2.2.2 -r 2.2.2.2 "
			"-q 1.1.1.15 -p sctp --sport 1 --dport 2 "
			"--reply-port-src 2 --reply-port-dst 1 "
			"--state HEARTBEAT_SENT --orig-vtag 0 --reply-vtag 0",
	}, {
		.title = "UDP-Lite, both kinds of NAT: addresses only",
		.protocol = IPPROTO_UDPLITE,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "9.9.9.9", "8.8.8.8", 2, 1 },
		.ct = { .has = BASIC, .timeout_s = 1, .status = SNAT | DNAT },
		.want = "-A -t 1 -u UNSET -s 1.1.1.15 -d 2.2.2.2 -g 9.9.9.9 "
			"-n 8.8.8.8 -p udplite --sport 1 --dport 2",
	}, {
		.title = "UDP-Lite, both kinds of NAT and a port",
		.protocol = IPPROTO_UDPLITE,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "9.9.9.9", "8.8.8.8", 2, 3 },
		.ct = { .has = BASIC, .timeout_s = 1, .status = SNAT | DNAT },
		.want = "# -A -t 1 -u UNSET -s 1.1.1.15 -d 2.2.2.2 "
			"-g 9.9.9.9 -n 8.8.8.8 -p udplite --sport 1 "
			"--dport 2",
	}, {
		.title = "GRE",
		.protocol = IPPROTO_GRE,
		.orig = { "1.1.1.8", "2.2.2.2", 4386, 13124 },
		.reply = { "2.2.2.2", "5.5.5.5", 13124, 9 },
		.ct = { .has = BASIC, .timeout_s = 1, .status = SNAT },
		.want = "-A -t 1 -u UNSET -s 1.1.1.8 -d 2.2.2.2 -r 2.2.2.2 "
			"-n 5.5.5.5 -p gre --srckey 4386 --dstkey 13124 "
			"--reply-key-src 13124 --reply-key-dst 9",
	}, {
		.title = "ICMP",
		.protocol = IPPROTO_ICMP,
		.orig = { "1.1.1.8", "2.2.2.2", 13 << 8, 77 },
		.reply = { "2.2.2.2", "5.5.5.5", 14 << 8, 77 },
		.ct = { .has = BASIC, .timeout_s = 1, .status = SNAT },
		.want = "-A -t 1 -u UNSET -s 1.1.1.8 -d 2.2.2.2 -r 2.2.2.2 "
			"-n 5.5.5.5 -p icmp --icmp-type 13 --icmp-code 0 "
			"--icmp-id 77",
	}, {
		.title = "ICMPv6, whose id NAT has changed",
		.protocol = IPPROTO_ICMPV6,
		.orig = { "fd00::1", "fd00::2", 128 << 8, 77 },
		.reply = { "fd00::2", "fd00::3", 129 << 8, 78 },
		.ct = { .has = BASIC, .timeout_s = 1, .status = SNAT },
		.want = "# -A -t 1 -u UNSET -s fd00::1 -d fd00::2 -r fd00::2 "
			"-n fd00::3 -p icmpv6 --icmpv6-type 128 "
			"--icmpv6-code 0 --icmpv6-id 77",
	}, {
		.title = "DCCP",
		.protocol = IPPROTO_DCCP,
		.orig = { "1.1.1.8", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.8", 0, 0 },
		.ct = { .has = BASIC, .timeout_s = 1 },
		.want = "-A -t 1 -u UNSET -s 1.1.1.8 -d 2.2.2.2 -r 2.2.2.2 "
			"-q 1.1.1.8 -p dccp --sport 0 --dport 0 "
			"--reply-port-src 0 --reply-port-dst 0 "
			"--state REQUEST --role client",
	}, {
		.title = "a zone; labels by the names that there are",
		.protocol = 99,
		.orig = { "1.1.1.8", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.8", 0, 0 },
		.ct = {
			.has = BASIC | CLEW_HAS_ZONE | CLEW_HAS_LABELS,
			.timeout_s = 1, .zone = 7,
			.labels = { [0] = 0x9, [15] = 0x80 },
		},
		.options = { .show = CLEW_SHOW_LABELS,
			     .label_name = sample_label },
		.want = "-A -t 1 -u UNSET -w 7 -s 1.1.1.8 -d 2.2.2.2 "
			"-r 2.2.2.2 -q 1.1.1.8 -p 99 "
			"--label-add \"web traffic,last\"",
	}, {
		.title = "labels not asked for, a zone of one direction",
		.protocol = 99,
		.orig = { "1.1.1.8", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.8", 0, 0 },
		.ct = {
			.has = BASIC | CLEW_HAS_ZONE_REPLY | CLEW_HAS_LABELS,
			.tuple[CLEW_DIR_REPLY].zone = 3, .timeout_s = 1,
			.labels = { 1 },
		},
		.options.label_name = sample_label,
		.want = "-A -t 1 -u UNSET --reply-zone 3 -s 1.1.1.8 "
			"-d 2.2.2.2 -r 2.2.2.2 -q 1.1.1.8 -p 99",
	}, {
		.title = "UPDATE knows no zones",
		.protocol = 99,
		.orig = { "1.1.1.8", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.8", 0, 0 },
		.ct = {
			.has = BASIC | CLEW_HAS_ZONE, .zone = 3,
			.timeout_s = 1,
		},
		.record = CLEW_RECORD_UPDATE,
		.want = "# -U -t 1 -u UNSET -w 3 -s 1.1.1.8 -d 2.2.2.2 "
			"-r 2.2.2.2 -q 1.1.1.8 -p 99",
	},
};

static void
lines_can_be_loaded(void **state)
{
	char got[CLEW_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		struct clew_snapshot ct = sample_snapshot(s);
		struct clew_text_options options = s->options;

		options.format = CLEW_FORMAT_SAVE;
		clew_text_format(got, sizeof(got), &ct, s->record, &options);
		if (strcmp(got, s->want) != 0)
			print_message("%s\n", s->title);
		assert_string_equal(got, s->want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_can_be_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
