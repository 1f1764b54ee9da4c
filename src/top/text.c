/* SPDX-License-Identifier: BSD-2-Clause
 * top/text.c - a look in lines for a person, and as JSON. */
#include "top/text.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	NEARLY_FULL = 90,	/* percent */
	BAR = 20,
};

/* The order of the line about losses: the worst first. */
static const uint8_t losses[] = {
	CTA_STATS_DROP,
	CTA_STATS_EARLY_DROP,
	CTA_STATS_INSERT_FAILED,
	CTA_STATS_CHAIN_TOOLONG,
	CTA_STATS_ERROR,
	CTA_STATS_INVALID,
	CTA_STATS_CLASH_RESOLVE,
};

#define LOSSES (sizeof(losses) / sizeof(losses[0]))

/* What is lost, as against what is merely strange. */
static bool
is_loss(uint8_t stat)
{
	return stat != CTA_STATS_INVALID && stat != CTA_STATS_CLASH_RESOLVE;
}

static unsigned
percent(uint64_t part, uint64_t whole)
{
	return whole ? (unsigned)((double)part * 100 / (double)whole + 0.5) :
		       0;
}

/* A number in at most six places. */
static void
put_short(struct strbuf *sb, double n)
{
	static const char units[] = " kMGTPE";
	int unit = 0;

	if (n < 0)
		n = 0;
	while (n >= 9999.5 && unit < 6) {
		n /= 1000;
		unit++;
	}
	if (unit == 0)
		strbuf_printf(sb, n < 9.95 && n != (double)(int)n ? "%.1f" :
			      "%.0f", n);
	else
		strbuf_printf(sb, n < 99.95 ? "%.1f%c" : "%.0f%c", n,
			      units[unit]);
}

static const char *
short_text(double n, char text[16])
{
	struct strbuf sb;

	strbuf_init(&sb, text, 16);
	put_short(&sb, n);
	return text;
}

/* The head. */

static void
put_fill(const struct top_look *look, struct strbuf *sb)
{
	unsigned full = percent(look->entries, look->most);

	strbuf_printf(sb, "entries   %" PRIu64, look->entries);
	if (look->most) {
		unsigned bars = full > 100 ? BAR : full * BAR / 100;

		strbuf_printf(sb, " of %" PRIu64 " [", look->most);
		for (unsigned i = 0; i < BAR; i++)
			strbuf_putc(sb, i < bars ? '#' : '.');
		strbuf_printf(sb, "] %u%%", full);
	}
	if (look->shown != look->entries)
		strbuf_printf(sb, ", %" PRIu64 " shown", look->shown);
	if (look->is_torn)
		strbuf_puts(sb, " (or more: the table changed meanwhile)");
}

static void
put_rates(const struct top_look *look, struct strbuf *sb)
{
	strbuf_puts(sb, "rates     ");
	if (look->seconds <= 0) {
		strbuf_puts(sb, "known from the second look on");
		return;
	}
	put_short(sb, look_rate(look, look->fresh));
	strbuf_puts(sb, " new/s, ");
	put_short(sb, look_rate(look, look->gone));
	strbuf_puts(sb, " ended/s, ");
	if (look->shown && !look->has_counters) {
		strbuf_puts(sb, "no traffic: nf_conntrack_acct is 0");
		return;
	}
	put_short(sb, look_rate(look, look->more_packets));
	strbuf_puts(sb, " packets/s, ");
	put_short(sb, look_rate(look, look->more_bytes));
	strbuf_puts(sb, " bytes/s");
}

static bool
put_losses(const struct top_look *look, struct strbuf *sb)
{
	bool is_losing = false;

	strbuf_puts(sb, "lost     ");
	for (size_t i = 0; i < LOSSES; i++) {
		uint8_t stat = losses[i];

		if (!(look->has_stat & 1u << stat))
			continue;
		strbuf_printf(sb, " %s %" PRIu64, look_stat_names[stat],
			      look->stat[stat]);
		if (look->more_stat[stat]) {
			strbuf_puts(sb, " (");
			put_short(sb, look_rate(look, look->more_stat[stat]));
			strbuf_puts(sb, "/s)");
			is_losing |= is_loss(stat);
		}
	}
	if (!look->has_stat)
		strbuf_puts(sb, " not told");
	return is_losing;
}

/* The source that has most of the table, whatever the panels sort by. */
static const struct tally *
filler(const struct top_look *look)
{
	const struct tallies *t = &look->tallies[TOP_SRC];
	const struct tally *most = NULL;

	for (size_t i = 0; i < look->rows[TOP_SRC]; i++) {
		if (!most || t->slot[i].entries > most->entries)
			most = &t->slot[i];
	}
	return most;
}

static void
put_filler(const struct top_look *look, struct strbuf *sb)
{
	const struct tally *most = filler(look);
	char text[TOP_VALUE_SIZE];

	strbuf_puts(sb, "filled by ");
	if (!most) {
		strbuf_puts(sb, look->shown ? "(sources are not counted)" :
					      "nobody");
		return;
	}
	top_value_text(TOP_SRC, &most->value, text);
	strbuf_printf(sb, "%s: %u%%, %u%% of them unreplied", text,
		      percent(most->entries, look->shown),
		      percent(most->unreplied, most->entries));
	if (most->fresh) {
		strbuf_puts(sb, ", ");
		put_short(sb, look_rate(look, most->fresh));
		strbuf_puts(sb, " new/s");
	}
	strbuf_printf(sb, "; all sources: %u%% unreplied",
		      percent(look->unreplied, look->shown));
}

void
top_text_head(const struct top_look *look, top_line_fn *line, void *ctx)
{
	char text[TOP_LINE_SIZE];
	struct strbuf sb;
	bool is_losing;

	strbuf_init(&sb, text, sizeof(text));
	put_fill(look, &sb);
	line(ctx, look->most && percent(look->entries, look->most) >=
	     NEARLY_FULL ? TONE_ALARM : TONE_PLAIN, text);
	strbuf_init(&sb, text, sizeof(text));
	put_rates(look, &sb);
	line(ctx, TONE_PLAIN, text);
	strbuf_init(&sb, text, sizeof(text));
	is_losing = put_losses(look, &sb);
	line(ctx, is_losing ? TONE_ALARM : TONE_PLAIN, text);
	strbuf_init(&sb, text, sizeof(text));
	put_filler(look, &sb);
	line(ctx, TONE_PLAIN, text);
}

/* Panels. */

unsigned
top_text_width(const struct top_look *look, uint32_t views, size_t lines)
{
	size_t width = TOP_VALUE_LEAST;

	for (int v = 0; v < TOP_VIEWS; v++) {
		if (!(views & 1u << v))
			continue;
		for (size_t i = 0; i < look->rows[v] && i < lines; i++) {
			char text[TOP_VALUE_SIZE];

			top_value_text((enum top_view)v,
				       &look->tallies[v].slot[i].value, text);
			if (strlen(text) > width)
				width = strlen(text);
		}
	}
	return (unsigned)width;
}

/* The one that is sorted by bears a mark. */
static void
put_heading(struct strbuf *sb, enum top_view view, enum top_sort sort,
	    unsigned width)
{
	static const struct {
		const char *text;
		unsigned width;
		enum top_sort sort;
	} columns[] = {
		{ "entries",	9,	TOP_BY_ENTRIES },
		{ "%",		4,	TOP_SORTS },
		{ "new/s",	7,	TOP_BY_NEW },
		{ "pkt/s",	7,	TOP_BY_PACKETS },
		{ "byte/s",	7,	TOP_BY_BYTES },
		{ "unrepl",	7,	TOP_BY_UNREPLIED },
	};
	bool is_total = sort == TOP_BY_TOTAL;

	strbuf_printf(sb, "%-*.*s", (int)width, (int)width,
		      top_view_infos[view].heading);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		char text[16];
		bool is_bytes = columns[i].sort == TOP_BY_BYTES;

		snprintf(text, sizeof(text), "%s%s",
			 columns[i].sort == sort || (is_total && is_bytes) ?
			 ">" : "", is_total && is_bytes ? "bytes" :
			 columns[i].text);
		strbuf_printf(sb, " %*s", (int)columns[i].width, text);
	}
}

static void
put_row(struct strbuf *sb, const struct top_look *look, enum top_view view,
	const struct tally *t, enum top_sort sort, unsigned width)
{
	char value[TOP_VALUE_SIZE], n[4][16];
	double bytes = sort == TOP_BY_TOTAL ? (double)t->bytes :
					      look_rate(look, t->more_bytes);
	bool has_rates = look->seconds > 0;
	bool has_bytes = look->has_counters &&
			 (has_rates || sort == TOP_BY_TOTAL);

	top_value_text(view, &t->value, value);
	if (strlen(value) > width)
		value[width - 1] = '~';
	strbuf_printf(sb, "%-*.*s %9" PRIu64 " %4u %7s %7s %7s %7s",
		      (int)width, (int)width, value, t->entries,
		      percent(t->entries, look->shown),
		      has_rates ? short_text(look_rate(look, t->fresh), n[0]) :
				  "-",
		      has_rates && look->has_counters ?
		      short_text(look_rate(look, t->more_packets), n[1]) : "-",
		      has_bytes ? short_text(bytes, n[2]) : "-",
		      short_text((double)t->unreplied, n[3]));
}

void
top_text_panel(const struct top_look *look, enum top_view view,
	       enum top_sort sort, size_t from, size_t lines, unsigned width,
	       top_line_fn *line, void *ctx)
{
	char text[TOP_LINE_SIZE];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	put_heading(&sb, view, sort, width);
	line(ctx, TONE_HEAD, text);
	for (size_t i = from; i < look->rows[view] && i < from + lines; i++) {
		strbuf_init(&sb, text, sizeof(text));
		put_row(&sb, look, view, &look->tallies[view].slot[i], sort,
			width);
		line(ctx, TONE_PLAIN, text);
	}
}

/* JSON. */

static void
json_rate(struct strbuf *sb, const char *name, const struct top_look *look,
	  uint64_t more)
{
	if (look->seconds > 0)
		strbuf_printf(sb, ",\"%s\":%.1f", name, look_rate(look, more));
}

static void
json_row(struct strbuf *sb, const struct top_look *look, enum top_view view,
	 const struct tally *t)
{
	char text[TOP_VALUE_SIZE];

	top_value_text(view, &t->value, text);
	strbuf_puts(sb, "{\"value\":");
	strbuf_put_json(sb, text);
	strbuf_printf(sb, ",\"entries\":%" PRIu64 ",\"unreplied\":%" PRIu64,
		      t->entries, t->unreplied);
	json_rate(sb, "new_per_s", look, t->fresh);
	if (look->has_counters) {
		strbuf_printf(sb, ",\"packets\":%" PRIu64
			      ",\"bytes\":%" PRIu64, t->packets, t->bytes);
		json_rate(sb, "packets_per_s", look, t->more_packets);
		json_rate(sb, "bytes_per_s", look, t->more_bytes);
	}
	strbuf_putc(sb, '}');
}

static void
json_stats(struct strbuf *sb, const struct top_look *look)
{
	const char *comma = "";

	strbuf_puts(sb, ",\"stats\":{");
	for (size_t i = 0; i < LOSSES; i++) {
		if (!(look->has_stat & 1u << losses[i]))
			continue;
		strbuf_printf(sb, "%s\"%s\":%" PRIu64, comma,
			      look_stat_names[losses[i]],
			      look->stat[losses[i]]);
		comma = ",";
	}
	strbuf_putc(sb, '}');
}

void
top_text_json(const struct top_look *look, size_t lines, struct strbuf *sb)
{
	const char *comma = "";

	strbuf_printf(sb, "{\"type\":\"top\",\"time\":%" PRIu64 ".%03" PRIu64
		      ",\"entries\":%" PRIu64 ",\"shown\":%" PRIu64
		      ",\"unreplied\":%" PRIu64,
		      look->time_ns / 1000000000,
		      look->time_ns / 1000000 % 1000, look->entries,
		      look->shown, look->unreplied);
	if (look->most)
		strbuf_printf(sb, ",\"most\":%" PRIu64, look->most);
	if (look->seconds > 0)
		strbuf_printf(sb, ",\"seconds\":%.3f", look->seconds);
	json_rate(sb, "new_per_s", look, look->fresh);
	json_rate(sb, "ended_per_s", look, look->gone);
	if (look->has_counters) {
		json_rate(sb, "packets_per_s", look, look->more_packets);
		json_rate(sb, "bytes_per_s", look, look->more_bytes);
	}
	json_stats(sb, look);
	strbuf_puts(sb, ",\"by\":{");
	for (int v = 0; v < TOP_VIEWS; v++) {
		if (!(look->views & 1u << v))
			continue;
		strbuf_printf(sb, "%s\"%s\":[", comma,
			      top_view_infos[v].name);
		comma = ",";
		for (size_t i = 0; i < look->rows[v] && i < lines; i++) {
			if (i > 0)
				strbuf_putc(sb, ',');
			json_row(sb, look, (enum top_view)v,
				 &look->tallies[v].slot[i]);
		}
		strbuf_putc(sb, ']');
	}
	strbuf_puts(sb, "}}");
}
