/* SPDX-License-Identifier: BSD-2-Clause
 * cli/print.c - the records of a replay, in the format asked for.
 *
 * A connection's record is the formatter's (clew/text.h).  What conntrack has
 * no words for is ours: INVALID packets and the summary.  An INVALID packet's
 * tuple goes through the same formatter, as that of a connection of which
 * nothing but the tuple is known, so that its fields have the same names.
 *
 * Each record is built on the stack and handed to stdio in one piece; whoever
 * owns the stream asks once, at the end, whether all of it was written. */
#include "cli/print_parts.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/strbuf.h"


/* The counters of 'conntrack -S', in its order. */
struct counter {
	const char *name;
	size_t offset;
};

#define COUNTER(field) { #field, offsetof(struct clew_stats, field) }

static const struct counter counters[] = {
	COUNTER(found),
	COUNTER(invalid),
	COUNTER(insert),
	COUNTER(insert_failed),
	COUNTER(drop),
	COUNTER(early_drop),
	COUNTER(error),
	COUNTER(search_restart),
	COUNTER(clash_resolve),
	COUNTER(chaintoolong),
};

/* And those that clew has besides. */
static const struct counter more_counters[] = {
	COUNTER(packets),
	COUNTER(created),
	COUNTER(destroyed),
	COUNTER(clock_clamped),
	COUNTER(cut),
	COUNTER(checksum_bad),
	COUNTER(checksum_unverified),
	COUNTER(frag_held),
	COUNTER(frag_reassembled),
	COUNTER(frag_timeout),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t
counter_value(const struct clew_stats *stats, const struct counter *counter)
{
	uint64_t value;

	memcpy(&value, (const char *)stats + counter->offset, sizeof(value));
	return value;
}

void
print_record(struct printer *p, const struct strbuf *sb)
{
	size_t len = sb->len < sb->size ? sb->len : sb->size - 1;

	fwrite_unlocked(sb->text, 1, len, p->out);
	putc_unlocked('\n', p->out);
}

static void
print_ct(struct printer *p, const struct clew_snapshot *ct,
	 enum clew_record record, uint64_t now_ns)
{
	char text[CLEW_TEXT_MAX];
	size_t len;

	p->text.now_ns = now_ns;
	len = clew_text_format(text, sizeof(text), ct, record, &p->text);
	if (len >= sizeof(text))
		len = sizeof(text) - 1;
	fwrite_unlocked(text, 1, len, p->out);
	putc_unlocked('\n', p->out);
}

void
print_begin(struct printer *p)
{
	if (p->text.format == CLEW_FORMAT_XML)
		fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		      "<conntrack>\n", p->out);
}

void
print_end(struct printer *p)
{
	if (p->text.format == CLEW_FORMAT_XML)
		fputs("</conntrack>\n", p->out);
}

void
print_event(struct printer *p, const struct clew_event *event)
{
	static const enum clew_record records[] = {
		[CLEW_EVENT_NEW] = CLEW_RECORD_NEW,
		[CLEW_EVENT_UPDATE] = CLEW_RECORD_UPDATE,
		[CLEW_EVENT_DESTROY] = CLEW_RECORD_DESTROY,
	};

	print_ct(p, event->ct, records[event->type], event->time_ns);
}

void
print_entry(struct printer *p, const struct clew_snapshot *ct,
	    uint64_t now_ns)
{
	print_ct(p, ct, CLEW_RECORD_ENTRY, now_ns);
}

/* Seconds with all nine places behind the point. */
void
print_put_time(struct strbuf *sb, uint64_t time_ns)
{
	strbuf_printf(sb, "%" PRIu64 ".%09u", time_ns / NS_PER_S,
		      (unsigned)(time_ns % NS_PER_S));
}

/* A file's name on one line, whatever is in it. */
void
print_put_plain(struct strbuf *sb, const char *text)
{
	for (; *text != '\0'; text++)
		strbuf_putc(sb, (unsigned char)*text < ' ' ? '?' : *text);
}

/* The words of the reason, with the prefix of Linux's log, or with ours when
 * Linux has no words for it. */
static void
put_reason(struct strbuf *sb, const struct clew_packet *packet)
{
	unsigned protocol = clew_reason_log_protocol(packet->reason);
	char words[256];

	clew_reason_format(words, sizeof(words), packet->reason,
			   &packet->detail);
	if (protocol != 0)
		strbuf_printf(sb, "nf_ct_proto_%u: %s", protocol, words);
	else
		strbuf_printf(sb, "clew: %s", words);
}

static void
put_invalid_line(struct strbuf *sb, const struct clew_packet *packet,
		 const struct print_origin *origin)
{
	const struct clew_detail *detail = &packet->detail;
	char tuple[256];

	strbuf_printf(sb, "[INVALID] packet=%" PRIu64, origin->number);
	if (origin->file != NULL) {
		strbuf_puts(sb, " file=");
		print_put_plain(sb, origin->file);
	}
	strbuf_puts(sb, " time=");
	print_put_time(sb, origin->time_ns);
	strbuf_putc(sb, ' ');
	if (packet->result & CLEW_RES_TUPLE) {
		clew_text_tuple(tuple, sizeof(tuple), &packet->tuple);
		strbuf_printf(sb, "%-8s %u %s ",
			      clew_protocol_name(packet->tuple.protocol),
			      packet->tuple.protocol, tuple);
	}
	put_reason(sb, packet);
	if (detail->has_bound)
		strbuf_printf(sb, " value=%u bound=%u off_by=%u",
			      detail->value, detail->bound, detail->off_by);
}

const char *
print_format_tuple(char *text, size_t size, const struct clew_tuple *tuple,
		   enum clew_format format, const char *before,
		   const char *behind, size_t *len)
{
	struct clew_snapshot ct = { .has = 0 };
	struct clew_text_options options = { .format = format };

	if (tuple != NULL) {
		ct.has = CLEW_HAS_ORIG;
		ct.tuple[CLEW_DIR_ORIG] = *tuple;
	}
	*len = clew_text_format(text, size, &ct, CLEW_RECORD_ENTRY, &options);
	assert(*len < size && strncmp(text, before, strlen(before)) == 0);
	*len -= strlen(before) + strlen(behind);
	return text + strlen(before);
}

static const struct clew_tuple *
invalid_tuple(const struct clew_packet *packet)
{
	return packet->result & CLEW_RES_TUPLE ? &packet->tuple : NULL;
}

static void
put_invalid_json(struct strbuf *sb, const struct clew_packet *packet,
		 const struct print_origin *origin)
{
	const struct clew_detail *detail = &packet->detail;
	char tuple[CLEW_TEXT_MAX], words[256];
	unsigned protocol = clew_reason_log_protocol(packet->reason);
	const char *at;
	size_t len;

	strbuf_printf(sb, "{\"type\":\"invalid\",\"packet\":%" PRIu64,
		      origin->number);
	if (origin->file != NULL) {
		strbuf_puts(sb, ",\"file\":");
		strbuf_put_json(sb, origin->file);
	}
	strbuf_printf(sb, ",\"time_ns\":%" PRIu64, origin->time_ns);
	at = print_format_tuple(tuple, sizeof(tuple), invalid_tuple(packet),
				CLEW_FORMAT_JSON, "{\"type\":\"entry\"", "}",
				&len);
	strbuf_put(sb, at, len);
	strbuf_puts(sb, ",\"reason\":");
	strbuf_put_json(sb, clew_reason_name(packet->reason));
	clew_reason_format(words, sizeof(words), packet->reason, detail);
	strbuf_puts(sb, ",\"words\":");
	strbuf_put_json(sb, words);
	if (protocol != 0)
		strbuf_printf(sb, ",\"log_protocol\":%u", protocol);
	if (detail->has_bound)
		strbuf_printf(sb, ",\"value\":%u,\"bound\":%u,\"off_by\":%u",
			      detail->value, detail->bound, detail->off_by);
	strbuf_putc(sb, '}');
}

static void
put_invalid_xml(struct strbuf *sb, const struct clew_packet *packet,
		const struct print_origin *origin)
{
	const struct clew_detail *detail = &packet->detail;
	struct strbuf reason;
	char tuple[CLEW_TEXT_MAX], words[320];
	const char *at;
	size_t len;

	strbuf_printf(sb, "<invalid packet=\"%" PRIu64 "\"", origin->number);
	if (origin->file != NULL) {
		strbuf_puts(sb, " file=\"");
		strbuf_put_xml(sb, origin->file);
		strbuf_putc(sb, '"');
	}
	strbuf_puts(sb, " time=\"");
	print_put_time(sb, origin->time_ns);
	strbuf_puts(sb, "\">");
	at = print_format_tuple(tuple, sizeof(tuple), invalid_tuple(packet),
				CLEW_FORMAT_XML, "<flow>",
				"<meta direction=\"independent\"></meta>"
				"</flow>", &len);
	strbuf_put(sb, at, len);
	strbuf_printf(sb, "<reason name=\"%s\"",
		      clew_reason_name(packet->reason));
	if (detail->has_bound)
		strbuf_printf(sb, " value=\"%u\" bound=\"%u\" off_by=\"%u\"",
			      detail->value, detail->bound, detail->off_by);
	strbuf_putc(sb, '>');
	strbuf_init(&reason, words, sizeof(words));
	put_reason(&reason, packet);
	strbuf_put_xml(sb, words);
	strbuf_puts(sb, "</reason></invalid>");
}

void
print_invalid(struct printer *p, const struct clew_packet *packet,
	      const struct print_origin *origin)
{
	char text[RECORD_MAX];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	switch (p->text.format) {
	case CLEW_FORMAT_LINE:
		put_invalid_line(&sb, packet, origin);
		break;
	case CLEW_FORMAT_SAVE:	/* for conntrack -R a comment */
		strbuf_puts(&sb, "# ");
		put_invalid_line(&sb, packet, origin);
		break;
	case CLEW_FORMAT_XML:
		put_invalid_xml(&sb, packet, origin);
		break;
	case CLEW_FORMAT_JSON:
		put_invalid_json(&sb, packet, origin);
		break;
	}
	print_record(p, &sb);
}

/* Each counter's name and number, with something before, between, behind. */
static void
put_counters(struct strbuf *sb, const struct clew_stats *stats,
	     const struct counter *counter, size_t count, const char *before,
	     const char *between, const char *behind)
{
	for (; count > 0; counter++, count--) {
		strbuf_puts(sb, before);
		strbuf_puts(sb, counter->name);
		strbuf_puts(sb, between);
		strbuf_put_u64(sb, counter_value(stats, counter));
		strbuf_puts(sb, behind);
	}
}

static void
put_stats_json(struct strbuf *sb, const struct clew_stats *stats)
{
	const char *separator = "";

	strbuf_puts(sb, "{\"type\":\"stats\"");
	put_counters(sb, stats, counters, COUNT(counters), ",\"", "\":", "");
	put_counters(sb, stats, more_counters, COUNT(more_counters),
		     ",\"", "\":", "");
	strbuf_puts(sb, ",\"reasons\":{");
	for (int i = CLEW_WHY_NONE + 1; i < CLEW_REASONS_COUNT; i++) {
		if (stats->reason[i] == 0)
			continue;
		strbuf_printf(sb, "%s\"%s\":%" PRIu64, separator,
			      clew_reason_name(i), stats->reason[i]);
		separator = ",";
	}
	strbuf_puts(sb, "}}");
}

void
print_stats(struct printer *p, const struct clew_stats *stats)
{
	char text[RECORD_MAX];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	switch (p->text.format) {
	case CLEW_FORMAT_SAVE:
		strbuf_puts(&sb, "# ");
		/* fallthrough */
	case CLEW_FORMAT_LINE:
		strbuf_puts(&sb, "cpu=0   \t");
		put_counters(&sb, stats, counters, COUNT(counters),
			     "", "=", " ");
		break;
	case CLEW_FORMAT_XML:
		strbuf_puts(&sb, "<stats cpu=\"0\"");
		put_counters(&sb, stats, counters, COUNT(counters),
			     " ", "=\"", "\"");
		strbuf_puts(&sb, "/>");
		break;
	case CLEW_FORMAT_JSON:
		put_stats_json(&sb, stats);
		break;
	}
	print_record(p, &sb);
}

static void
put_gateway_json(struct strbuf *sb, const struct print_gateway *g)
{
	strbuf_printf(sb, ",\"forwarded\":%" PRIu64 ",\"local\":%" PRIu64
		      ",\"own\":%" PRIu64 ",\"answers\":%" PRIu64 ",\"untranslated\":%" PRIu64
		      ",\"known_leaving\":%" PRIu64
		      ",\"known_leaving_otherwise\":%" PRIu64
		      ",\"unknown_leaving\":%" PRIu64
		      ",\"between_neighbours\":%" PRIu64,
		      g->forwarded, g->local, g->own, g->answers, g->untranslated,
		      g->left, g->left_other, g->left_only, g->neighbours);
}

void
print_totals(struct printer *p, const struct print_totals *t)
{
	char text[RECORD_MAX];
	struct strbuf sb;

	if (p->text.format != CLEW_FORMAT_JSON)
		return;
	strbuf_init(&sb, text, sizeof(text));
	strbuf_puts(&sb, "{\"type\":\"summary\"");
	strbuf_printf(&sb, ",\"frames\":%" PRIu64 ",\"packets\":%" PRIu64
		      ",\"not_ip\":%" PRIu64 ",\"frames_cut\":%" PRIu64
		      ",\"packets_snapped\":%" PRIu64,
		      t->captures.frames, t->captures.packets,
		      t->captures.other, t->captures.cut,
		      t->captures.snapped);
	strbuf_printf(&sb, ",\"span_ns\":%" PRIu64 ",\"created\":%" PRIu64
		      ",\"destroyed\":%" PRIu64 ",\"left\":%" PRIu64
		      ",\"invalid\":%" PRIu64 ",\"dropped\":%" PRIu64
		      ",\"cut\":%" PRIu64 ",\"checksum_bad\":%" PRIu64
		      ",\"clock_clamped\":%" PRIu64,
		      t->span_ns, t->stats.created, t->stats.destroyed,
		      t->left, t->invalid, t->dropped, t->stats.cut,
		      t->stats.checksum_bad, t->stats.clock_clamped);
	if (t->has_gateway)
		put_gateway_json(&sb, &t->gateway);
	strbuf_putc(&sb, '}');
	print_record(p, &sb);
}

/* " (tcp_rst 3, tcp_flags 1)": the reasons of one effect, in their order. */
static void
print_reasons(FILE *out, const struct clew_stats *stats,
	      enum clew_reason_effect effect)
{
	const char *separator = " (";

	for (int i = CLEW_WHY_NONE + 1; i < CLEW_REASONS_COUNT; i++) {
		if (stats->reason[i] == 0 || clew_reason_effect(i) != effect)
			continue;
		fprintf(out, "%s%s %" PRIu64, separator, clew_reason_name(i),
			stats->reason[i]);
		separator = ", ";
	}
	if (*separator == ',')
		putc(')', out);
}

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* What the vantage meant, if it meant anything. */
static void
print_vantage(FILE *out, const struct print_gateway *g)
{
	if (g->untranslated > 0)
		fprintf(out, "clew: %" PRIu64 " packet%s had been translated "
			"back where the capture was made: put through as "
			"their peers had sent them (--vantage)\n",
			g->untranslated, plural(g->untranslated));
	if (g->neighbours > 0)
		fprintf(out, "clew: %" PRIu64 " packet%s between hosts of one "
			"network: the gateway has no part in them\n",
			g->neighbours, plural(g->neighbours));
	if (g->left > 0)
		fprintf(out, "clew: %" PRIu64 " packet%s known again on "
			"leaving, %" PRIu64 " of them with other addresses "
			"or ports than here\n", g->left,
			g->left == 1 ? " was" : "s were", g->left_other);
	if (g->left_only > 0)
		fprintf(out, "clew: %" PRIu64 " packet%s left the gateway "
			"that was captured, but not this one: not put "
			"through\n", g->left_only, plural(g->left_only));
}

static void
print_gateway(FILE *out, const struct print_gateway *g)
{
	fprintf(out, "clew: %" PRIu64 " packet%s forwarded, %" PRIu64
		" for the gateway itself, %" PRIu64 " of its own, %" PRIu64
		" answer%s\n", g->forwarded, plural(g->forwarded), g->local,
		g->own, g->answers, plural(g->answers));
	print_vantage(out, g);
}

void
print_summary(FILE *out, const struct print_totals *t)
{
	const struct clew_stats *stats = &t->stats;

	fprintf(out, "clew: %" PRIu64 " IP packet%s in %" PRIu64 ".%03u s",
		t->captures.packets, plural(t->captures.packets),
		t->span_ns / NS_PER_S,
		(unsigned)(t->span_ns % NS_PER_S / 1000000));
	if (t->captures.other > 0)
		fprintf(out, "; %" PRIu64 " other frame%s skipped",
			t->captures.other, plural(t->captures.other));
	if (t->captures.cut > 0)
		fprintf(out, "; %" PRIu64 " frame%s cut off before IP",
			t->captures.cut, plural(t->captures.cut));
	fprintf(out, "\nclew: %" PRIu64 " connection%s, %" PRIu64
		" in the table; %" PRIu64 " packet%s INVALID",
		stats->created, plural(stats->created), t->left, t->invalid,
		plural(t->invalid));
	print_reasons(out, stats, CLEW_REASON_INVALID);
	if (t->dropped > 0) {
		fprintf(out, ", %" PRIu64 " dropped", t->dropped);
		print_reasons(out, stats, CLEW_REASON_DROP);
	}
	putc('\n', out);
	if (t->has_gateway)
		print_gateway(out, &t->gateway);
	if (t->captures.snapped > 0)
		fprintf(out, "clew: %" PRIu64 " packet%s cut by the snap "
			"length; %" PRIu64 " end before a header that is "
			"needed: counted, not judged\n",
			t->captures.snapped, plural(t->captures.snapped),
			stats->cut);
	if (stats->clock_clamped > 0)
		fprintf(out, "clew: %" PRIu64 " packet%s stamped earlier than "
			"the one before: taken for as late\n",
			stats->clock_clamped, plural(stats->clock_clamped));
	if (stats->reason[CLEW_WHY_IP_CHECKSUM] > 0)
		fprintf(out, "clew: %" PRIu64 " bad IP header checksum%s: "
			"a receiver drops such packets before it tracks them; "
			"--offloaded takes them for right\n",
			stats->reason[CLEW_WHY_IP_CHECKSUM],
			plural(stats->reason[CLEW_WHY_IP_CHECKSUM]));
	if (stats->checksum_bad > 0)
		fprintf(out, "clew: %" PRIu64 " bad checksum%s; if a network "
			"card was to fill them in, as in captures taken on "
			"the sender, ignore them with "
			"--set nf_conntrack_checksum=0\n",
			stats->checksum_bad, plural(stats->checksum_bad));
}
