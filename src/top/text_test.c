/* SPDX-License-Identifier: BSD-2-Clause
 * top/text_test.c - a look in lines and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "top/text.h"

struct page {
	struct strbuf sb;
	char text[8192];
	unsigned alarms;
};

static void
put_line(void *ctx, enum top_tone tone, const char *text)
{
	struct page *p = ctx;

	strbuf_printf(&p->sb, "%s\n", text);
	p->alarms += tone == TONE_ALARM;
}

static void
add(struct top_look *look, uint8_t last, uint64_t entries, uint64_t fresh,
    uint64_t bytes)
{
	struct tally_value value = {
		.addr.bytes = { 10, 0, 0, last }, .family = CLEW_IPV4,
	};
	struct tally *t = tally_place(&look->tallies[TOP_SRC], &value);

	t->entries = entries;
	t->unreplied = entries / 2;
	t->fresh = fresh;
	t->more_bytes = bytes;
	t->more_packets = bytes / 100;
	t->bytes = 10 * bytes;
	look->shown += entries;
	look->unreplied += entries / 2;
	look->entries += entries;
}

static void
begin(struct top_look *look)
{
	assert_int_equal(look_init(look), 0);
	look->views = 1u << TOP_SRC;
	look->seconds = 2;
	look->has_counters = true;
	look->most = 4000;
	look->time_ns = 1500000000123456789;
	look->has_stat = 1u << CTA_STATS_DROP | 1u << CTA_STATS_INVALID;
	look->stat[CTA_STATS_INVALID] = 12;
	add(look, 1, 700, 40, 1000);
	add(look, 2, 300, 4000, 3000000);
}

static void
prints_lines(void **state)
{
	struct page p = { .alarms = 0 };
	struct top_look look;

	(void)state;
	begin(&look);
	look_sort(&look, TOP_BY_BYTES);
	strbuf_init(&p.sb, p.text, sizeof(p.text));
	top_text_head(&look, put_line, &p);
	top_text_panel(&look, TOP_SRC, TOP_BY_BYTES, 0, 10,
		       top_text_width(&look, look.views, 10), put_line, &p);
	assert_string_equal(p.text,
"entries   1000 of 4000 [#####...............] 25%\n"
"rates     0 new/s, 0 ended/s, 0 packets/s, 0 bytes/s\n"
"lost      drop 0 invalid 12\n"
"filled by 10.0.0.1: 70%, 50% of them unreplied, 20 new/s; "
"all sources: 50% unreplied\n"
"source             entries    %   new/s   pkt/s >byte/s  unrepl\n"
"10.0.0.2               300   30    2000   15.0k   1500k     150\n"
"10.0.0.1               700   70      20       5     500     350\n");
	assert_int_equal(p.alarms, 0);
	look_fini(&look);
}

static void
raises_alarm(void **state)
{
	struct page p = { .alarms = 0 };
	struct top_look look;

	(void)state;
	begin(&look);
	look.most = 1100;
	look.stat[CTA_STATS_DROP] = 5;
	look.more_stat[CTA_STATS_DROP] = 5;
	look_sort(&look, TOP_BY_ENTRIES);
	strbuf_init(&p.sb, p.text, sizeof(p.text));
	top_text_head(&look, put_line, &p);
	assert_int_equal(p.alarms, 2);
	assert_non_null(strstr(p.text, "drop 5 (2.5/s)"));
	look_fini(&look);
}

static void
prints_json(void **state)
{
	struct strbuf sb;
	struct top_look look;
	char text[4096];

	(void)state;
	begin(&look);
	look.has_counters = false;
	look_sort(&look, TOP_BY_ENTRIES);
	strbuf_init(&sb, text, sizeof(text));
	top_text_json(&look, 1, &sb);
	assert_string_equal(text,
		"{\"type\":\"top\",\"time\":1500000000.123,\"entries\":1000,"
		"\"shown\":1000,\"unreplied\":500,\"most\":4000,"
		"\"seconds\":2.000,\"new_per_s\":0.0,\"ended_per_s\":0.0,"
		"\"stats\":{\"drop\":0,\"invalid\":12},"
		"\"by\":{\"src\":[{\"value\":\"10.0.0.1\",\"entries\":700,"
		"\"unreplied\":350,\"new_per_s\":20.0}]}}");
	look_fini(&look);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_lines),
		cmocka_unit_test(raises_alarm),
		cmocka_unit_test(prints_json),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
