/* SPDX-License-Identifier: BSD-2-Clause
 * text/json_test.c - one valid object with the names of docs/json.md. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/sample.h"

static const struct sample samples[] = {
	{
		.title = "a TCP entry",
		.protocol = IPPROTO_TCP,
		.orig = { "1.1.1.2", "2.2.2.2", 10, 20 },
		.reply = { "2.2.2.2", "1.1.1.2", 20, 10 },
		.ct = {
			.has = SAMPLE_DUMP | SAMPLE_TCP | CLEW_HAS_LABELS |
			       CLEW_HAS_ZONE,
			.status = CLEW_STATUS_SEEN_REPLY | CLEW_STATUS_ASSURED,
			.timeout_s = 99, .mark = 42,
			.state = CLEW_TCP_ESTABLISHED, .use = 1, .id = 7,
			.tcp_scale = { 7, 8 }, .tcp_flags = { 3, 35 },
			.counter = { { UINT64_MAX, 1 }, { 2, 3 } },
			.labels = { [0] = 8, [15] = 0x80 }, .zone = 9,
			.start_ns = SAMPLE_START,
		},
		.options.label_name = sample_label,
		.want = "{\"type\":\"entry\",\"family\":\"ipv4\","
			"\"protocol\":\"tcp\",\"protocol_number\":6,"
			"\"timeout\":99,\"state\":\"ESTABLISHED\","
			"\"status\":[\"SEEN_REPLY\",\"ASSURED\"],"
			"\"original\":{\"src\":\"1.1.1.2\","
			"\"dst\":\"2.2.2.2\",\"sport\":10,\"dport\":20,"
			"\"packets\":18446744073709551615,\"bytes\":1,"
			"\"tcp_scale\":7,\"tcp_flags\":3},"
			"\"reply\":{\"src\":\"2.2.2.2\",\"dst\":\"1.1.1.2\","
			"\"sport\":20,\"dport\":10,\"packets\":2,\"bytes\":3,"
			"\"tcp_scale\":8,\"tcp_flags\":35},\"mark\":42,"
			"\"zone\":9,\"labels\":[3,127],"
			"\"label_names\":[\"last\"],"
			"\"start_ns\":1795176923052068193,\"delta_time\":0,"
			"\"use\":1,\"id\":7}",
	}, {
		.title = "an event of everything else",
		.protocol = IPPROTO_SCTP,
		.orig = { "::1", "::", 1, 2 },
		.reply = { "::", "::1", 2, 1 },
		.ct = {
			.has = UINT32_MAX & ~(SAMPLE_DUMP | CLEW_HAS_STATE),
			.status = CLEW_STATUS_SEEN_REPLY,
			.tuple = { { .zone = 1 }, { .zone = 2 } },
			.master = { .family = CLEW_IPV4, .protocol = 1,
				    .part.icmp = { .type = 8 } },
			.sctp_vtag = { 0x12345678, 1 },
			.seqadj[CLEW_DIR_REPLY] = { 7, -1, INT32_MIN },
			.synproxy_isn = 1, .synproxy_its = 2,
			.synproxy_tsoff = 3, .stop_ns = 4,
			.secctx = "a\"b", .secmark = 9, .helper = "ftp",
			.portid = 10, .event_ns = 11,
		},
		.record = CLEW_RECORD_DESTROY,
		.options.progname = "x\n",
		.want = "{\"type\":\"destroy\",\"time_ns\":11,"
			"\"family\":\"ipv6\",\"protocol\":\"sctp\","
			"\"protocol_number\":132,\"original\":{"
			"\"src\":\"::1\",\"dst\":\"::\",\"sport\":1,"
			"\"dport\":2,\"zone\":1,\"sctp_vtag\":305419896,"
			"\"seqadj\":{\"position\":0,\"offset_before\":0,"
			"\"offset_after\":0}},\"reply\":{\"src\":\"::\","
			"\"dst\":\"::1\",\"sport\":2,\"dport\":1,\"zone\":2,"
			"\"sctp_vtag\":1,\"seqadj\":{\"position\":7,"
			"\"offset_before\":-1,\"offset_after\":-2147483648}},"
			"\"secmark\":9,\"secctx\":\"a\\\"b\",\"zone\":0,"
			"\"labels\":[],\"helper\":\"ftp\",\"master\":{"
			"\"protocol\":\"icmp\",\"protocol_number\":1,"
			"\"src\":\"0.0.0.0\",\"dst\":\"0.0.0.0\","
			"\"icmp_type\":8,\"icmp_code\":0,\"icmp_id\":0},"
			"\"synproxy\":{\"isn\":1,\"its\":2,\"tsoff\":3},"
			"\"stop_ns\":4,\"portid\":10,\"progname\":"
			"\"x\\u000a\"}",
	}, {
		.title = "GRE, no status at all",
		.protocol = IPPROTO_GRE,
		.orig = { "1.1.1.8", "2.2.2.2", 1, 2 },
		.reply = { "2.2.2.2", "1.1.1.8", 2, 1 },
		.ct.has = CLEW_HAS_STATUS,
		.record = CLEW_RECORD_NEW,
		.want = "{\"type\":\"new\",\"time_ns\":1795176923196919735,"
			"\"family\":\"ipv4\",\"protocol\":\"gre\","
			"\"protocol_number\":47,\"status\":[],"
			"\"original\":{\"src\":\"1.1.1.8\","
			"\"dst\":\"2.2.2.2\",\"src_key\":1,\"dst_key\":2},"
			"\"reply\":{\"src\":\"2.2.2.2\",\"dst\":\"1.1.1.8\","
			"\"src_key\":2,\"dst_key\":1}}",
	},
};

/* RFC 8259, as far as is written here: no exponent, no space.
 * => The place behind one value, or NULL. */
static const char *
skip_value(const char *s)
{
	char close;

	if (*s == '"') {
		for (s++; *s != '"'; s++) {
			if ((unsigned char)*s < 0x20)
				return NULL;
			if (*s == '\\')
				s++;
		}
		return s + 1;
	}
	if (*s == '-' || isdigit(*s)) {
		for (s++; isdigit(*s);)
			s++;
		return s;
	}
	if (*s != '{' && *s != '[')
		return NULL;
	close = *s == '{' ? '}' : ']';
	if (s[1] == close)
		return s + 2;
	do {
		s++;
		if (close == '}') {
			s = *s == '"' ? skip_value(s) : NULL;
			if (!s || *s++ != ':')
				return NULL;
		}
		s = skip_value(s);
		if (!s)
			return NULL;
	} while (*s == ',');
	return *s == close ? s + 1 : NULL;
}

static void
objects_are_whole(void **state)
{
	char got[CLEW_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		struct clew_snapshot ct = sample_snapshot(s);
		struct clew_text_options options = s->options;

		options.format = CLEW_FORMAT_JSON;
		if (options.now_ns == 0)
			options.now_ns = SAMPLE_NOW;
		clew_text_format(got, sizeof(got), &ct, s->record, &options);
		if (strcmp(got, s->want) != 0)
			print_message("%s\n", s->title);
		assert_string_equal(got, s->want);
	}
}

/* Each subset that lacks one thing, and each of one thing. */
static void
every_subset_is_valid(void **state)
{
	char got[CLEW_TEXT_MAX];
	struct clew_text_options options = { .format = CLEW_FORMAT_JSON };

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		struct clew_snapshot ct = sample_snapshot(&samples[1]);
		const char *end;

		ct.has = i < 32 ? 1u << i : ~(1u << (i - 32));
		clew_text_format(got, sizeof(got), &ct,
				 (enum clew_record)(i & 3), &options);
		end = skip_value(got);
		assert_non_null(end);
		assert_int_equal(*end, '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_whole),
		cmocka_unit_test(every_subset_is_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
