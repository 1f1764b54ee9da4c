/* SPDX-License-Identifier: BSD-2-Clause
 * text/line_test.c - lines that conntrack 1.4.7 printed on Linux 6.18. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "text/sample.h"

#define REPLIED (CLEW_STATUS_SEEN_REPLY | CLEW_STATUS_CONFIRMED)
#define ASSURED (REPLIED | CLEW_STATUS_ASSURED)
#define EVERYTHING (CLEW_SHOW_EXTENDED | CLEW_SHOW_ID | \
		    CLEW_SHOW_KTIMESTAMP | CLEW_SHOW_LABELS | \
		    CLEW_SHOW_TIMESTAMP)

static const struct sample samples[] = {
	{
		.title = "a TCP entry",
		.protocol = IPPROTO_TCP,
		.orig = { "1.1.1.2", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.2", 20, 10 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP,
			.status = ASSURED, .timeout_s = 99, .mark = 42,
			.state = CLEW_TCP_ESTABLISHED, .use = 1,
			.start_ns = SAMPLE_START,
		},
		.want = "tcp      6 99 ESTABLISHED src=1.1.1.2 dst=2.2.2.2 "
			"sport=10 dport=20 packets=0 bytes=0 src=2.2.2.2 "
			"dst=1.1.1.2 sport=20 dport=10 packets=0 bytes=0 "
			"[ASSURED] mark=42 delta-time=0 use=1",
	}, {
		.title = "the same, extended",
		.protocol = IPPROTO_TCP,
		.orig = { "1.1.1.2", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.2", 20, 10 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP,
			.status = ASSURED, .timeout_s = 99, .mark = 42,
			.state = CLEW_TCP_ESTABLISHED, .use = 1,
			.id = 3212097631, .start_ns = SAMPLE_START,
		},
		.options.show = CLEW_SHOW_EXTENDED | CLEW_SHOW_ID |
				CLEW_SHOW_KTIMESTAMP,
		.want = "ipv4     2 tcp      6 99 ESTABLISHED src=1.1.1.2 "
			"dst=2.2.2.2 sport=10 dport=20 packets=0 bytes=0 "
			"src=2.2.2.2 dst=1.1.1.2 sport=20 dport=10 packets=0 "
			"bytes=0 [ASSURED] mark=42 delta-time=0 "
			"[start=Fri Nov 20 12:15:23 2026] use=1 "
			"id=3212097631",
	}, {
		.title = "IPv6 with source NAT",
		.protocol = IPPROTO_TCP,
		.orig = { "fd00::1", "fd00::2", 1, 2 },
		.reply = { "fd00::2", "fd00::99", 2, 77 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP,
			.timeout_s = 99, .use = 1, .id = 2838380278,
			.status = CLEW_STATUS_CONFIRMED | CLEW_STATUS_SRC_NAT,
			.state = CLEW_TCP_ESTABLISHED,
			.start_ns = SAMPLE_START,
		},
		.options.show = CLEW_SHOW_EXTENDED | CLEW_SHOW_ID |
				CLEW_SHOW_KTIMESTAMP,
		.want = "ipv6     10 tcp      6 99 ESTABLISHED src=fd00::1 "
			"dst=fd00::2 sport=1 dport=2 packets=0 bytes=0 "
			"[UNREPLIED] src=fd00::2 dst=fd00::99 sport=2 "
			"dport=77 packets=0 bytes=0 mark=0 delta-time=0 "
			"[start=Fri Nov 20 12:15:23 2026] use=1 "
			"id=2838380278",
	}, {
		.title = "ICMP",
		.protocol = IPPROTO_ICMP,
		.orig = { "1.1.1.6", "2.2.2.2", 8 << 8, 4660 },
		.reply = { "2.2.2.2", "1.1.1.6", 0, 4660 },
		.ct = {
			.has = SAMPLE_DUMP, .timeout_s = 99, .use = 1,
			.start_ns = SAMPLE_START,
		},
		.want = "icmp     1 99 src=1.1.1.6 dst=2.2.2.2 type=8 code=0 "
			"id=4660 packets=0 bytes=0 [UNREPLIED] src=2.2.2.2 "
			"dst=1.1.1.6 type=0 code=0 id=4660 packets=0 bytes=0 "
			"mark=0 delta-time=0 use=1",
	}, {
		.title = "ICMPv6",
		.protocol = IPPROTO_ICMPV6,
		.orig = { "fd00::6", "fd00:1::2", 128 << 8, 4660 },
		.reply = { "fd00:1::2", "fd00::6", 129 << 8, 4660 },
		.ct = {
			.has = SAMPLE_DUMP, .timeout_s = 99, .use = 1,
			.start_ns = SAMPLE_START,
		},
		.want = "icmpv6   58 99 src=fd00::6 dst=fd00:1::2 type=128 "
			"code=0 id=4660 packets=0 bytes=0 [UNREPLIED] "
			"src=fd00:1::2 dst=fd00::6 type=129 code=0 id=4660 "
			"packets=0 bytes=0 mark=0 delta-time=0 use=1",
	}, {
		.title = "addresses that embed IPv4 ones, SCTP",
		.protocol = IPPROTO_SCTP,
		.orig = { "::ffff:1.2.3.4", "::1.2.3.4", 1, 2 },
		.reply = { "::1.2.3.4", "::ffff:1.2.3.4", 2, 1 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP, .timeout_s = 99,
			.state = CLEW_SCTP_CLOSED, .use = 1,
			.start_ns = SAMPLE_START,
		},
		.want = "sctp     132 99 CLOSED src=::ffff:1.2.3.4 "
			"dst=::1.2.3.4 sport=1 dport=2 packets=0 bytes=0 "
			"[UNREPLIED] src=::1.2.3.4 dst=::ffff:1.2.3.4 "
			"sport=2 dport=1 packets=0 bytes=0 mark=0 "
			"delta-time=0 use=1",
	}, {
		.title = "the longest state",
		.protocol = IPPROTO_SCTP,
		.orig = { "1.1.1.7", "2.2.2.2", 11, 20 },
		.reply = { "2.2.2.2", "1.1.1.7", 20, 11 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP, .timeout_s = 99,
			.state = CLEW_SCTP_SHUTDOWN_ACK_SENT, .use = 1,
			.start_ns = SAMPLE_START,
		},
		.want = "sctp     132 99 SHUTDOWN_ACK_SENT src=1.1.1.7 "
			"dst=2.2.2.2 sport=11 dport=20 packets=0 bytes=0 "
			"[UNREPLIED] src=2.2.2.2 dst=1.1.1.7 sport=20 "
			"dport=11 packets=0 bytes=0 mark=0 delta-time=0 "
			"use=1",
	}, {
		.title = "GRE",
		.protocol = IPPROTO_GRE,
		.orig = { "1.1.1.8", "2.2.2.2", 0x1122, 0x3344 },
		.reply = { "2.2.2.2", "1.1.1.8", 0x3344, 0x1122 },
		.ct = {
			.has = SAMPLE_DUMP, .timeout_s = 99, .use = 1,
			.start_ns = SAMPLE_START,
		},
		.want = "gre      47 99 src=1.1.1.8 dst=2.2.2.2 srckey=0x1122 "
			"dstkey=0x3344 packets=0 bytes=0 [UNREPLIED] "
			"src=2.2.2.2 dst=1.1.1.8 srckey=0x3344 dstkey=0x1122 "
			"packets=0 bytes=0 mark=0 delta-time=0 use=1",
	}, {
		.title = "UDP-Lite",
		.protocol = IPPROTO_UDPLITE,
		.orig = { "1.1.1.5", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.5", 20, 10 },
		.ct = {
			.has = SAMPLE_DUMP, .timeout_s = 99, .use = 1,
			.start_ns = SAMPLE_START,
		},
		.want = "udplite  136 99 src=1.1.1.5 dst=2.2.2.2 sport=10 "
			"dport=20 packets=0 bytes=0 [UNREPLIED] src=2.2.2.2 "
			"dst=1.1.1.5 sport=20 dport=10 packets=0 bytes=0 "
			"mark=0 delta-time=0 use=1",
	}, {
		.title = "DCCP, which Linux no longer tracks",
		.protocol = IPPROTO_DCCP,
		.orig = { "1.1.1.17", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.17", 0, 0 },
		.ct = {
			.has = SAMPLE_DUMP, .timeout_s = 99, .use = 1,
			.start_ns = SAMPLE_START,
		},
		.want = "dccp     33 99 src=1.1.1.17 dst=2.2.2.2 sport=0 "
			"dport=0 packets=0 bytes=0 [UNREPLIED] src=2.2.2.2 "
			"dst=1.1.1.17 sport=0 dport=0 packets=0 bytes=0 "
			"mark=0 delta-time=0 use=1",
	}, {
		.title = "a protocol without tracker, the largest mark",
		.protocol = 99,
		.orig = { "1.1.1.9", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.9", 0, 0 },
		.ct = {
			.has = SAMPLE_DUMP, .timeout_s = 99, .use = 2,
			.mark = UINT32_MAX, .start_ns = SAMPLE_START,
		},
		.want = "unknown  99 99 src=1.1.1.9 dst=2.2.2.2 packets=0 "
			"bytes=0 [UNREPLIED] src=2.2.2.2 dst=1.1.1.9 "
			"packets=0 bytes=0 mark=4294967295 delta-time=0 "
			"use=2",
	}, {
		.title = "a zone",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.10", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.10", 2, 1 },
		.ct = {
			.has = SAMPLE_DUMP | CLEW_HAS_ZONE, .timeout_s = 99,
			.zone = 7, .use = 1, .start_ns = SAMPLE_START,
		},
		.want = "udp      17 99 src=1.1.1.10 dst=2.2.2.2 sport=1 "
			"dport=2 packets=0 bytes=0 [UNREPLIED] src=2.2.2.2 "
			"dst=1.1.1.10 sport=2 dport=1 packets=0 bytes=0 "
			"mark=0 zone=7 delta-time=0 use=1",
	}, {
		.title = "a zone of the original direction",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.11", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.11", 2, 1 },
		.ct = {
			.has = SAMPLE_DUMP | CLEW_HAS_ZONE_ORIG,
			.tuple[CLEW_DIR_ORIG].zone = 7, .timeout_s = 99,
			.use = 1, .start_ns = SAMPLE_START,
		},
		.want = "udp      17 99 src=1.1.1.11 dst=2.2.2.2 sport=1 "
			"dport=2 zone-orig=7 packets=0 bytes=0 [UNREPLIED] "
			"src=2.2.2.2 dst=1.1.1.11 sport=2 dport=1 packets=0 "
			"bytes=0 mark=0 delta-time=0 use=1",
	}, {
		.title = "a zone of the reply direction",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.12", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.12", 2, 1 },
		.ct = {
			.has = SAMPLE_DUMP | CLEW_HAS_ZONE_REPLY,
			.tuple[CLEW_DIR_REPLY].zone = 7, .timeout_s = 99,
			.use = 1, .start_ns = SAMPLE_START,
		},
		.want = "udp      17 99 src=1.1.1.12 dst=2.2.2.2 sport=1 "
			"dport=2 packets=0 bytes=0 [UNREPLIED] src=2.2.2.2 "
			"dst=1.1.1.12 sport=2 dport=1 zone-reply=7 packets=0 "
			"bytes=0 mark=0 delta-time=0 use=1",
	}, {
		.title = "a helper, named labels",
		.protocol = IPPROTO_TCP,
		.orig = { "127.0.0.1", "127.0.0.2", 56948, 2121 },
		.reply = { "127.0.0.2", "127.0.0.1", 2121, 56948 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP | CLEW_HAS_HELPER |
			       CLEW_HAS_LABELS,
			.status = ASSURED, .timeout_s = 119, .use = 1,
			.state = CLEW_TCP_TIME_WAIT, .helper = "ftp",
			.counter = { { 5, 271 }, { 3, 164 } },
			.labels = { 2 }, .id = 2223771099,
			.start_ns = SAMPLE_START,
		},
		.options = { .show = CLEW_SHOW_LABELS | CLEW_SHOW_ID,
			     .label_name = sample_label },
		.want = "tcp      6 119 TIME_WAIT src=127.0.0.1 "
			"dst=127.0.0.2 sport=56948 dport=2121 packets=5 "
			"bytes=271 src=127.0.0.2 dst=127.0.0.1 sport=2121 "
			"dport=56948 packets=3 bytes=164 [ASSURED] mark=0 "
			"delta-time=0 helper=ftp use=1 id=2223771099 "
			"labels=eth0-in",
	}, {
		.title = "labels not asked for",
		.protocol = 99,
		.orig = { "1.1.1.9", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.9", 0, 0 },
		.ct = {
			.has = CLEW_HAS_LABELS, .labels = { 1 },
		},
		.options.label_name = sample_label,
		.want = "unknown  99 src=1.1.1.9 dst=2.2.2.2 src=2.2.2.2 "
			"dst=1.1.1.9",
	}, {
		.title = "several labels",
		.protocol = 99,
		.orig = { "1.1.1.9", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.9", 0, 0 },
		.ct = {
			.has = CLEW_HAS_LABELS,
			.labels = { [0] = 0x9, [15] = 0x80 },
		},
		.options = { .show = CLEW_SHOW_LABELS,
			     .label_name = sample_label },
		.want = "unknown  99 src=1.1.1.9 dst=2.2.2.2 src=2.2.2.2 "
			"dst=1.1.1.9 labels=web traffic,last",
	}, {
		.title = "a label without a name",
		.protocol = 99,
		.orig = { "1.1.1.9", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.9", 0, 0 },
		.ct = {
			.has = CLEW_HAS_LABELS, .labels = { 8 },
		},
		.options = { .show = CLEW_SHOW_LABELS,
			     .label_name = sample_label },
		.want = "unknown  99 src=1.1.1.9 dst=2.2.2.2 src=2.2.2.2 "
			"dst=1.1.1.9 labels",
	}, {
		.title = "labels by number, no label file",
		.protocol = 99,
		.orig = { "1.1.1.9", "2.2.2.2", 0, 0 },
		.reply = { "2.2.2.2", "1.1.1.9", 0, 0 },
		.ct = {
			.has = CLEW_HAS_LABELS,
			.labels = { [0] = 0x9, [15] = 0x80 },
		},
		.options.show = CLEW_SHOW_LABELS,
		.want = "unknown  99 src=1.1.1.9 dst=2.2.2.2 src=2.2.2.2 "
			"dst=1.1.1.9 labels=0,3,127",
	}, {
		.title = "NEW by a packet",
		.protocol = IPPROTO_UDP,
		.orig = { "127.0.0.1", "127.0.0.1", 59306, 99 },
		.reply = { "127.0.0.1", "127.0.0.1", 99, 59306 },
		.ct = { .has = SAMPLE_EVENT, .timeout_s = 30 },
		.record = CLEW_RECORD_NEW,
		.want = "    [NEW] udp      17 30 src=127.0.0.1 dst=127.0.0.1 "
			"sport=59306 dport=99 [UNREPLIED] src=127.0.0.1 "
			"dst=127.0.0.1 sport=99 dport=59306",
	}, {
		.title = "NEW by a tool",
		.protocol = IPPROTO_TCP,
		.orig = { "1.1.1.1", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.1", 20, 10 },
		.ct = {
			.has = SAMPLE_EVENT | SAMPLE_TCP | CLEW_HAS_MARK |
			       CLEW_HAS_PORTID,
			.timeout_s = 100, .state = CLEW_TCP_SYN_SENT,
			.portid = 5502,
		},
		.record = CLEW_RECORD_NEW,
		.options.progname = "conntrack",
		.want = "    [NEW] tcp      6 100 SYN_SENT src=1.1.1.1 "
			"dst=2.2.2.2 sport=10 dport=20 [UNREPLIED] "
			"src=2.2.2.2 dst=1.1.1.1 sport=20 dport=10 mark=0 "
			"[USERSPACE] portid=5502 progname=conntrack",
	}, {
		.title = "UPDATE, extended, by who has gone",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.4", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.4", 20, 10 },
		.ct = {
			.has = SAMPLE_EVENT | CLEW_HAS_MARK | CLEW_HAS_PORTID,
			.status = REPLIED, .timeout_s = 99, .mark = 9,
			.portid = 2833555606,
		},
		.record = CLEW_RECORD_UPDATE,
		.options.show = CLEW_SHOW_EXTENDED,
		.want = " [UPDATE] ipv4     2 udp      17 99 src=1.1.1.4 "
			"dst=2.2.2.2 sport=10 dport=20 src=2.2.2.2 "
			"dst=1.1.1.4 sport=20 dport=10 mark=9 [USERSPACE] "
			"portid=2833555606",
	}, {
		.title = "DESTROY with time stamps",
		.protocol = IPPROTO_TCP,
		.orig = { "1.1.1.2", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.2", 20, 10 },
		.ct = {
			.has = SAMPLE_EVENT | CLEW_HAS_STATE | CLEW_HAS_MARK |
			       CLEW_HAS_COUNTERS | CLEW_HAS_START |
			       CLEW_HAS_STOP | CLEW_HAS_PORTID,
			.status = ASSURED, .timeout_s = 99, .mark = 42,
			.state = CLEW_TCP_ESTABLISHED, .id = 3212097631,
			.start_ns = SAMPLE_START,
			.stop_ns = 1795176923196919735, .portid = 2905863216,
		},
		.record = CLEW_RECORD_DESTROY,
		.options = { .show = CLEW_SHOW_TIMESTAMP | CLEW_SHOW_ID |
				     CLEW_SHOW_KTIMESTAMP,
			     .now_ns = 1795176923197477000 },
		.want = "[1795176923.197477]\t[DESTROY] tcp      6 99 "
			"ESTABLISHED src=1.1.1.2 dst=2.2.2.2 sport=10 "
			"dport=20 packets=0 bytes=0 src=2.2.2.2 dst=1.1.1.2 "
			"sport=20 dport=10 packets=0 bytes=0 [ASSURED] "
			"mark=42 delta-time=0 "
			"[start=Fri Nov 20 12:15:23 2026] "
			"[stop=Fri Nov 20 12:15:23 2026] id=3212097631 "
			"[USERSPACE] portid=2905863216",
	}, {
		.title = "delta-time counts seconds begun, not passed",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.15", "2.2.2.2", 1, 2 },
		.reply = { "9.9.9.9", "8.8.8.8", 2, 1 },
		.ct = {
			.has = SAMPLE_EVENT | CLEW_HAS_COUNTERS |
			       CLEW_HAS_START | CLEW_HAS_STOP,
			.status = ASSURED, .timeout_s = 97,
			.start_ns = 1795177038900000000,
			.stop_ns = 1795177040100000000,
		},
		.record = CLEW_RECORD_DESTROY,
		.want = "[DESTROY] udp      17 97 src=1.1.1.15 dst=2.2.2.2 "
			"sport=1 dport=2 packets=0 bytes=0 src=9.9.9.9 "
			"dst=8.8.8.8 sport=2 dport=1 packets=0 bytes=0 "
			"[ASSURED] delta-time=2",
	}, {
		.title = "expired: no timeout",
		.protocol = IPPROTO_TCP,
		.orig = { "1.1.1.15", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.15", 20, 10 },
		.ct = {
			.has = CLEW_HAS_STATUS | CLEW_HAS_STATE |
			       CLEW_HAS_COUNTERS | CLEW_HAS_START |
			       CLEW_HAS_STOP | CLEW_HAS_ID,
			.state = CLEW_TCP_TIME_WAIT, .id = 280905510,
			.start_ns = 1, .stop_ns = 2,
		},
		.record = CLEW_RECORD_DESTROY,
		.options.show = CLEW_SHOW_ID,
		.want = "[DESTROY] tcp      6 TIME_WAIT src=1.1.1.15 "
			"dst=2.2.2.2 sport=10 dport=20 packets=0 bytes=0 "
			"[UNREPLIED] src=2.2.2.2 dst=1.1.1.15 sport=20 "
			"dport=10 packets=0 bytes=0 delta-time=0 "
			"id=280905510",
	}, {
		.title = "offload hides ASSURED; a name cannot break the line",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.1", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.1", 2, 1 },
		.ct = {
			.has = CLEW_HAS_STATUS | CLEW_HAS_PORTID,
			.status = ASSURED | CLEW_STATUS_OFFLOAD,
		},
		.record = CLEW_RECORD_UPDATE,
		.options.progname = "a\nb\x7f",
		.want = " [UPDATE] udp      17 src=1.1.1.1 dst=2.2.2.2 "
			"sport=1 dport=2 src=2.2.2.2 dst=1.1.1.1 sport=2 "
			"dport=1 [OFFLOAD] [USERSPACE] portid=0 "
			"progname=a?b?",
	}, {
		.title = "hardware offload hides both",
		.protocol = IPPROTO_UDP,
		.orig = { "1.1.1.1", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.1", 2, 1 },
		.ct = {
			.has = CLEW_HAS_STATUS,
			.status = ASSURED | CLEW_STATUS_OFFLOAD |
				  CLEW_STATUS_HW_OFFLOAD,
		},
		.want = "udp      17 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 "
			"src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 "
			"[HW_OFFLOAD]",
	}, {
		.title = "everything at its longest",
		.protocol = IPPROTO_SCTP,
		.orig = { "1111:2222:3333:4444:5555:6666:7777:8888",
			  "1111:2222:3333:4444:5555:6666:7777:8888",
			  65535, 65535 },
		.reply = { "1111:2222:3333:4444:5555:6666:7777:8888",
			   "1111:2222:3333:4444:5555:6666:7777:8888",
			   65535, 65535 },
		.ct = {
			.has = UINT32_MAX, .timeout_s = UINT32_MAX,
			.state = CLEW_SCTP_SHUTDOWN_ACK_SENT,
			.status = CLEW_STATUS_HW_OFFLOAD,
			.tuple = { { .zone = 65535 }, { .zone = 65535 } },
			.counter = { { UINT64_MAX, UINT64_MAX },
				     { UINT64_MAX, UINT64_MAX } },
			.mark = UINT32_MAX, .secmark = UINT32_MAX,
			.secctx = "ssssssssssssssssssssssssssssssss"
				  "ssssssssssssssssssssssssssssssss",
			.zone = 65535, .stop_ns = UINT64_MAX,
			.event_ns = UINT64_MAX,
			.helper = "hhhhhhhhhhhhhhhh",
			.use = UINT32_MAX, .id = UINT32_MAX,
			.portid = UINT32_MAX,
		},
		.record = CLEW_RECORD_DESTROY,
		.options = { .show = EVERYTHING },
		.want = "[18446744073.709551]\t[DESTROY] ipv6     10 "
			"sctp     132 4294967295 SHUTDOWN_ACK_SENT "
			"src=1111:2222:3333:4444:5555:6666:7777:8888 "
			"dst=1111:2222:3333:4444:5555:6666:7777:8888 "
			"sport=65535 dport=65535 zone-orig=65535 "
			"packets=18446744073709551615 "
			"bytes=18446744073709551615 [UNREPLIED] "
			"src=1111:2222:3333:4444:5555:6666:7777:8888 "
			"dst=1111:2222:3333:4444:5555:6666:7777:8888 "
			"sport=65535 dport=65535 zone-reply=65535 "
			"packets=18446744073709551615 "
			"bytes=18446744073709551615 [HW_OFFLOAD] "
			"mark=4294967295 secmark=4294967295 "
			"secctx=ssssssssssssssssssssssssssssssss"
			"ssssssssssssssssssssssssssssssss "
			"zone=65535 delta-time=18446744073 "
			"[start=Thu Jan  1 00:00:00 1970] "
			"[stop=Sun Jul 21 23:34:33 2554] "
			"helper=hhhhhhhhhhhhhhhh use=4294967295 "
			"id=4294967295 [USERSPACE] portid=4294967295",
	},
};

static void
lines_are_those_of_conntrack(void **state)
{
	char got[CLEW_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		struct clew_snapshot ct = sample_snapshot(s);
		struct clew_text_options options = s->options;
		size_t len;

		if (options.now_ns == 0)
			options.now_ns = SAMPLE_NOW;
		len = clew_text_format(got, sizeof(got), &ct, s->record,
				       &options);
		if (strcmp(got, s->want) != 0)
			print_message("%s\n", s->title);
		assert_string_equal(got, s->want);
		assert_int_equal(len, strlen(got));
	}
}

static void
a_line_of_nothing_is_empty(void **state)
{
	struct clew_snapshot ct = { 0 };
	struct clew_text_options options = { 0 };
	char got[8] = "x";

	(void)state;
	assert_int_equal(clew_text_format(got, sizeof(got), &ct,
					  CLEW_RECORD_ENTRY, &options), 0);
	assert_string_equal(got, "");
}

static void
tuples_stand_alone(void **state)
{
	static const struct sample_tuple tuple = { "::1", "::", 1, 65535 };
	struct clew_tuple t = { 0 };
	char got[64];

	(void)state;
	sample_set_tuple(&t, IPPROTO_UDP, &tuple);
	assert_int_equal(clew_text_tuple(got, sizeof(got), &t), 34);
	assert_string_equal(got, "src=::1 dst=:: sport=1 dport=65535");
	assert_int_equal(clew_text_tuple(got, 8, &t), 34);
	assert_string_equal(got, "src=::1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_those_of_conntrack),
		cmocka_unit_test(a_line_of_nothing_is_empty),
		cmocka_unit_test(tuples_stand_alone),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
