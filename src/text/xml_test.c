/* SPDX-License-Identifier: BSD-2-Clause
 * text/xml_test.c - elements of conntrack 1.4.7 -o xml, and where ours are
 * better. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "text/sample.h"

#define NO_COUNT "<counters><packets>0</packets><bytes>0</bytes></counters>"

static const struct sample samples[] = {
	{
		.title = "observed: an entry with NAT",
		.protocol = IPPROTO_TCP,
		.orig = { "fd00::1", "fd00::2", 1, 2 },
		.reply = { "fd00::2", "fd00::99", 2, 77 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP,
			.timeout_s = 99, .use = 1, .id = 2838380278,
			.state = CLEW_TCP_ESTABLISHED,
			.start_ns = SAMPLE_START,
		},
		.want = "<flow><meta direction=\"original\"><layer3 "
			"protonum=\"10\" protoname=\"ipv6\"><src>fd00::1</src>"
			"<dst>fd00::2</dst></layer3><layer4 protonum=\"6\" "
			"protoname=\"tcp\"><sport>1</sport><dport>2</dport>"
			"</layer4>" NO_COUNT "</meta><meta direction=\""
			"reply\"><layer3 protonum=\"10\" protoname=\"ipv6\">"
			"<src>fd00::2</src><dst>fd00::99</dst></layer3>"
			"<layer4 protonum=\"6\" protoname=\"tcp\"><sport>2"
			"</sport><dport>77</dport></layer4>" NO_COUNT
			"</meta><meta direction=\"independent\"><state>"
			"ESTABLISHED</state><timeout>99</timeout><mark>0"
			"</mark><use>1</use><id>2838380278</id><unreplied/>"
			"<deltatime>0</deltatime></meta></flow>",
	}, {
		.title = "observed: NEW with a zone, labels, time and helper",
		.protocol = IPPROTO_TCP,
		.orig = { "127.0.0.1", "127.0.0.2", 56948, 2121 },
		.reply = { "127.0.0.2", "127.0.0.1", 2121, 56948 },
		.ct = {
			.has = SAMPLE_EVENT | SAMPLE_TCP | CLEW_HAS_LABELS |
			       CLEW_HAS_HELPER | CLEW_HAS_ZONE,
			.timeout_s = 120, .id = 2223771099, .zone = 7,
			.state = CLEW_TCP_SYN_SENT, .labels = { 2 },
			.helper = "ftp",
		},
		.record = CLEW_RECORD_NEW,
		.options = { .show = CLEW_SHOW_LABELS | CLEW_SHOW_TIMESTAMP |
				     CLEW_SHOW_KTIMESTAMP,
			     .now_ns = 1795177039000000000,
			     .label_name = sample_label },
		.want = "<flow type=\"new\"><meta direction=\"original\">"
			"<layer3 protonum=\"2\" protoname=\"ipv4\"><src>"
			"127.0.0.1</src><dst>127.0.0.2</dst></layer3><layer4 "
			"protonum=\"6\" protoname=\"tcp\"><sport>56948</sport>"
			"<dport>2121</dport></layer4></meta><meta direction=\""
			"reply\"><layer3 protonum=\"2\" protoname=\"ipv4\">"
			"<src>127.0.0.2</src><dst>127.0.0.1</dst></layer3>"
			"<layer4 protonum=\"6\" protoname=\"tcp\"><sport>2121"
			"</sport><dport>56948</dport></layer4></meta><meta "
			"direction=\"independent\"><state>SYN_SENT</state>"
			"<timeout>120</timeout><labels><label>eth0-in</label>"
			"</labels><zone>7</zone><id>2223771099</id>"
			"<unreplied/></meta><when><hour>12</hour><min>17</min>"
			"<sec>19</sec><wday>6</wday><day>20</day><month>11"
			"</month><year>2026</year></when><helper>ftp</helper>"
			"</flow>",
	}, {
		.title = "observed: DESTROY; delta time is what has passed",
		.protocol = IPPROTO_GRE,
		.orig = { "1.1.1.8", "2.2.2.2", 0x1122, 0x3344 },
		.reply = { "2.2.2.2", "1.1.1.8", 0x3344, 0x1122 },
		.ct = {
			.has = CLEW_HAS_STATUS | CLEW_HAS_ID |
			       CLEW_HAS_COUNTERS | CLEW_HAS_START |
			       CLEW_HAS_STOP | CLEW_HAS_ZONE_ORIG,
			.tuple[CLEW_DIR_ORIG].zone = 7,
			.status = CLEW_STATUS_SEEN_REPLY | CLEW_STATUS_ASSURED,
			.start_ns = 1795177038900000000,
			.stop_ns = 1795177040100000000,
		},
		.record = CLEW_RECORD_DESTROY,
		.options.show = CLEW_SHOW_KTIMESTAMP,
		.want = "<flow type=\"destroy\"><meta direction=\"original\">"
			"<layer3 protonum=\"2\" protoname=\"ipv4\"><src>"
			"1.1.1.8</src><dst>2.2.2.2</dst></layer3><layer4 "
			"protonum=\"47\" protoname=\"gre\"><srckey>0x1122"
			"</srckey><dstkey>0x3344</dstkey></layer4><zone>7"
			"</zone>" NO_COUNT "</meta><meta direction=\"reply\">"
			"<layer3 protonum=\"2\" protoname=\"ipv4\"><src>"
			"2.2.2.2</src><dst>1.1.1.8</dst></layer3><layer4 "
			"protonum=\"47\" protoname=\"gre\"><srckey>0x3344"
			"</srckey><dstkey>0x1122</dstkey></layer4>" NO_COUNT
			"</meta><meta direction=\"independent\"><id>0</id>"
			"<assured/><timestamp><start>1795177038900000000"
			"</start><stop>1795177040100000000</stop></timestamp>"
			"<deltatime>1</deltatime></meta></flow>",
	}, {
		.title = "ours: ICMP's numbers, the sender as an element",
		.protocol = IPPROTO_ICMP,
		.orig = { "1.1.1.6", "2.2.2.2", 8 << 8, 4660 },
		.reply = { "2.2.2.2", "1.1.1.6", 0, 4660 },
		.ct = {
			.has = CLEW_HAS_PORTID, .portid = 5502,
		},
		.record = CLEW_RECORD_UPDATE,
		.options.progname = "<a>\n",
		.want = "<flow type=\"update\"><meta direction=\"original\">"
			"<layer3 protonum=\"2\" protoname=\"ipv4\"><src>"
			"1.1.1.6</src><dst>2.2.2.2</dst></layer3><layer4 "
			"protonum=\"1\" protoname=\"icmp\"><type>8</type>"
			"<code>0</code><id>4660</id></layer4></meta><meta "
			"direction=\"reply\"><layer3 protonum=\"2\" "
			"protoname=\"ipv4\"><src>2.2.2.2</src><dst>1.1.1.6"
			"</dst></layer3><layer4 protonum=\"1\" protoname=\""
			"icmp\"><type>0</type><code>0</code><id>4660</id>"
			"</layer4></meta><meta direction=\"independent\">"
			"</meta><userspace><portid>5502</portid><progname>"
			"&lt;a&gt;?</progname></userspace></flow>",
	}, {
		.title = "ours: SCTP's state and tags, and the rare rest",
		.protocol = IPPROTO_SCTP,
		.orig = { "1.1.1.7", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.7", 20, 10 },
		.ct = {
			.has = CLEW_HAS_STATE | CLEW_HAS_PROTOINFO |
			       CLEW_HAS_SEQADJ | CLEW_HAS_SYNPROXY |
			       CLEW_HAS_MASTER | CLEW_HAS_STATUS |
			       CLEW_HAS_SECCTX | CLEW_HAS_SECMARK,
			.state = CLEW_SCTP_ESTABLISHED,
			.sctp_vtag = { 0x12345678, 1 },
			.seqadj[CLEW_DIR_REPLY] = { 7, -1, INT32_MIN },
			.synproxy_isn = 1, .synproxy_its = 2,
			.synproxy_tsoff = 3,
			.master = { .family = CLEW_IPV4, .protocol = 99 },
			.status = CLEW_STATUS_SEEN_REPLY |
				  CLEW_STATUS_OFFLOAD |
				  CLEW_STATUS_HW_OFFLOAD,
			.secctx = "a&b", .secmark = 9,
		},
		.want = "<flow><meta direction=\"original\"><layer3 "
			"protonum=\"2\" protoname=\"ipv4\"><src>1.1.1.7</src>"
			"<dst>2.2.2.2</dst></layer3><layer4 protonum=\"132\" "
			"protoname=\"sctp\"><sport>10</sport><dport>20"
			"</dport></layer4><vtag>305419896</vtag><seqadj><pos>0"
			"</pos><before>0</before><after>0</after></seqadj>"
			"</meta><meta direction=\"reply\"><layer3 protonum="
			"\"2\" protoname=\"ipv4\"><src>2.2.2.2</src><dst>"
			"1.1.1.7</dst></layer3><layer4 protonum=\"132\" "
			"protoname=\"sctp\"><sport>20</sport><dport>10"
			"</dport></layer4><vtag>1</vtag><seqadj><pos>7</pos>"
			"<before>-1</before><after>-2147483648</after>"
			"</seqadj></meta><meta direction=\"independent\">"
			"<state>ESTABLISHED</state><secmark>9</secmark>"
			"<secctx>a&amp;b</secctx><offload/><hw_offload/>"
			"<master><layer3 protonum=\"2\" protoname=\"ipv4\">"
			"<src>0.0.0.0</src><dst>0.0.0.0</dst></layer3><layer4 "
			"protonum=\"99\" protoname=\"unknown\"></layer4>"
			"</master><synproxy><isn>1</isn><its>2</its><tsoff>3"
			"</tsoff></synproxy></meta></flow>",
	},
};

static void
elements_are_whole(void **state)
{
	char got[CLEW_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		struct clew_snapshot ct = sample_snapshot(s);
		struct clew_text_options options = s->options;

		options.format = CLEW_FORMAT_XML;
		if (options.now_ns == 0)
			options.now_ns = SAMPLE_NOW;
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
		cmocka_unit_test(elements_are_whole),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
