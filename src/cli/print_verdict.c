/* SPDX-License-Identifier: BSD-2-Clause
 * cli/print_verdict.c - what the rules did: traces, verdicts, the ruleset.
 *
 * A trace's lines are the formatter's (clew/text.h).  A verdict is a line of
 * ours, after the manner of a connection's: tag, words with '=', the tuple
 * before and, if it is another, behind "=>" the tuple after; last, since it
 * has blanks in it, what decided. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/print_parts.h"

static void
put_file(struct strbuf *sb, const struct print_origin *origin)
{
	strbuf_printf(sb, "packet=%" PRIu64, origin->number);
	if (origin->file != NULL) {
		strbuf_puts(sb, " file=");
		print_put_plain(sb, origin->file);
	}
	strbuf_puts(sb, " time=");
	print_put_time(sb, origin->time_ns);
}

static void
put_json_origin(struct strbuf *sb, const struct print_origin *origin)
{
	strbuf_printf(sb, ",\"packet\":%" PRIu64, origin->number);
	if (origin->file != NULL) {
		strbuf_puts(sb, ",\"file\":");
		strbuf_put_json(sb, origin->file);
	}
	strbuf_printf(sb, ",\"time_ns\":%" PRIu64, origin->time_ns);
}

/* A line of text as a record: for conntrack -R it is a comment, in XML an
 * element. */
static void
print_line(struct printer *p, const char *element, const char *line)
{
	char text[RECORD_MAX];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	if (p->text.format == CLEW_FORMAT_XML) {
		strbuf_printf(&sb, "<%s>", element);
		strbuf_put_xml(&sb, line);
		strbuf_printf(&sb, "</%s>", element);
	} else {
		if (p->text.format == CLEW_FORMAT_SAVE)
			strbuf_puts(&sb, "# ");
		strbuf_puts(&sb, line);
	}
	print_record(p, &sb);
}

void
print_traced(struct printer *p, const struct clew_trace *trace,
	     const struct print_origin *origin)
{
	char line[4096 + 128];
	struct strbuf sb;

	if (p->text.format == CLEW_FORMAT_JSON)
		return;		/* every step has its packet's number */
	strbuf_init(&sb, line, sizeof(line));
	strbuf_printf(&sb, "trace id %08" PRIx32 " %s: ", trace->id,
		      trace->is_generated ? "answer" : "capture");
	put_file(&sb, origin);
	strbuf_putc(&sb, ' ');
	print_line(p, "trace", line);
}

void
print_trace(struct printer *p, const struct clew_trace *trace,
	    const struct print_origin *origin,
	    const struct clew_trace_names *names)
{
	char text[CLEW_TEXT_MAX];
	struct strbuf sb;

	if (p->text.format == CLEW_FORMAT_JSON) {
		strbuf_init(&sb, text, sizeof(text));
		sb.len = clew_json_trace(text, sizeof(text), trace,
					 origin->number, names);
		print_record(p, &sb);
		return;
	}
	if (clew_text_trace(text, sizeof(text), trace, names) > 0)
		print_line(p, "trace", text);
}

void
print_log(struct printer *p, const struct clew_log *log,
	  const struct print_origin *origin)
{
	char text[RECORD_MAX];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	if (p->text.format == CLEW_FORMAT_JSON) {
		strbuf_puts(&sb, "{\"type\":\"log\"");
		put_json_origin(&sb, origin);
		if (log->is_nflog)
			strbuf_printf(&sb, ",\"group\":%u", log->group);
		strbuf_puts(&sb, ",\"text\":");
		strbuf_put_json(&sb, log->text);
		strbuf_putc(&sb, '}');
		print_record(p, &sb);
		return;
	}
	strbuf_printf(&sb, "%9s ", "[LOG]");
	put_file(&sb, origin);
	strbuf_putc(&sb, ' ');
	print_put_plain(&sb, log->text);
	print_line(p, "log", text);
}

static const char *
verdict_word(const struct print_verdict *v)
{
	if (v->is_answer)
		return "ANSWER";
	if (v->is_held)
		return "HELD";
	if (v->packet->result & CLEW_RES_CUT)
		return "CUT";
	return v->packet->verdict == CLEW_DROP ? "DROP" : "ACCEPT";
}

static const char *
interface_name(const struct print_verdict *v, uint32_t index)
{
	return index != 0 && v->names->interface != NULL ?
	       v->names->interface(v->names->ctx, index) : NULL;
}

/* Why it was dropped, whatever tracking had to say of it before. */
static enum clew_reason
dropped_by(const struct clew_packet *packet)
{
	return (enum clew_reason)(packet->detail.dropped != CLEW_WHY_NONE ?
				  packet->detail.dropped : packet->reason);
}

/* Who decided: a rule, a chain's policy, or the engine by a reason. */
static void
put_decision(struct strbuf *sb, const struct print_verdict *v)
{
	const struct clew_rule *rule = v->rule;
	const char *text;

	if (rule != NULL && !v->is_answer) {
		strbuf_printf(sb, " by %s %s %s: ",
			      clew_table_family_name(rule->family),
			      rule->table, rule->chain);
		text = rule->handle != 0 && v->names->rule != NULL ?
		       v->names->rule(v->names->ctx, rule) : NULL;
		if (text != NULL)
			strbuf_puts(sb, text);
		else if (rule->handle != 0)
			strbuf_printf(sb, "handle %" PRIu64, rule->handle);
		else
			strbuf_puts(sb, "policy");
	} else if (v->packet->verdict == CLEW_DROP && !v->is_answer) {
		strbuf_printf(sb, " by %s", clew_reason_name(
			dropped_by(v->packet)));
	}
}

static void
put_tuple(struct strbuf *sb, const struct clew_tuple *t)
{
	char text[256];

	clew_text_tuple(text, sizeof(text), t);
	strbuf_puts(sb, text);
}

static void
put_verdict_line(struct strbuf *sb, const struct print_verdict *v)
{
	const char *iif = interface_name(v, v->packet->ifindex);
	const char *oif = interface_name(v, v->out_ifindex);
	char tag[16];
	struct strbuf word;

	strbuf_init(&word, tag, sizeof(tag));
	strbuf_printf(&word, "[%s]", verdict_word(v));
	strbuf_printf(sb, "%9s ", tag);
	put_file(sb, v->origin);
	if (iif != NULL && !v->is_answer)
		strbuf_printf(sb, " iif=%s", iif);
	if (oif != NULL)
		strbuf_printf(sb, " oif=%s", oif);
	if (v->packet->result & CLEW_RES_LOCAL && !v->is_answer)
		strbuf_puts(sb, " local");
	if (!v->is_answer && !v->is_held)
		strbuf_printf(sb, " ct=%s",
			      clew_ct_state_name(v->packet->ct_state));
	if (v->before != NULL) {
		strbuf_printf(sb, " %-8s %u ",
			      clew_protocol_name(v->before->protocol),
			      v->before->protocol);
		put_tuple(sb, v->before);
	}
	if (v->after != NULL) {
		strbuf_puts(sb, " => ");
		put_tuple(sb, v->after);
	}
	put_decision(sb, v);
}

/* ,"NAME":{...}: the tuple's own part of a connection's record. */
static void
put_json_tuple(struct strbuf *sb, const char *name,
	       const struct clew_tuple *t)
{
	static const char mark[] = "\"original\":";
	char text[CLEW_TEXT_MAX];
	const char *at, *found;
	size_t len;

	at = print_format_tuple(text, sizeof(text), t, CLEW_FORMAT_JSON,
				"{\"type\":\"entry\"", "}", &len);
	found = strstr(at, mark);
	if (found == NULL)
		return;
	found += sizeof(mark) - 1;
	strbuf_printf(sb, ",\"%s\":", name);
	strbuf_put(sb, found, len - (size_t)(found - at));
}

static void
put_json_rule(struct strbuf *sb, const struct print_verdict *v)
{
	const struct clew_rule *rule = v->rule;
	const char *text = rule->handle != 0 && v->names->rule != NULL ?
			   v->names->rule(v->names->ctx, rule) : NULL;

	strbuf_printf(sb, ",\"rule\":{\"family\":\"%s\",\"table\":",
		      clew_table_family_name(rule->family));
	strbuf_put_json(sb, rule->table);
	strbuf_puts(sb, ",\"chain\":");
	strbuf_put_json(sb, rule->chain);
	if (rule->handle != 0)
		strbuf_printf(sb, ",\"handle\":%" PRIu64, rule->handle);
	if (text != NULL) {
		strbuf_puts(sb, ",\"text\":");
		strbuf_put_json(sb, text);
	}
	strbuf_putc(sb, '}');
}

static void
put_verdict_json(struct strbuf *sb, const struct print_verdict *v)
{
	const char *iif = interface_name(v, v->packet->ifindex);
	const char *oif = interface_name(v, v->out_ifindex);

	strbuf_puts(sb, "{\"type\":\"verdict\"");
	put_json_origin(sb, v->origin);
	strbuf_puts(sb, ",\"verdict\":\"");
	for (const char *c = verdict_word(v); *c != '\0'; c++)
		strbuf_putc(sb, (char)(*c | 0x20));
	strbuf_putc(sb, '"');
	if (iif != NULL && !v->is_answer) {
		strbuf_puts(sb, ",\"iif\":");
		strbuf_put_json(sb, iif);
	}
	if (oif != NULL) {
		strbuf_puts(sb, ",\"oif\":");
		strbuf_put_json(sb, oif);
	}
	if (!v->is_answer && v->packet->result & CLEW_RES_LOCAL)
		strbuf_puts(sb, ",\"local\":true");
	if (!v->is_answer && !v->is_held)
		strbuf_printf(sb, ",\"ct_state\":\"%s\"",
			      clew_ct_state_name(v->packet->ct_state));
	if (v->before != NULL) {
		strbuf_printf(sb, ",\"protocol\":\"%s\","
			      "\"protocol_number\":%u",
			      clew_protocol_name(v->before->protocol),
			      v->before->protocol);
		put_json_tuple(sb, "before", v->before);
	}
	if (v->after != NULL)
		put_json_tuple(sb, "after", v->after);
	if (v->rule != NULL && !v->is_answer)
		put_json_rule(sb, v);
	if (!v->is_answer && v->packet->reason != CLEW_WHY_NONE) {
		strbuf_puts(sb, ",\"reason\":");
		strbuf_put_json(sb, clew_reason_name(
			(enum clew_reason)v->packet->reason));
	}
	if (!v->is_answer && v->packet->reason != CLEW_WHY_NONE &&
	    v->packet->detail.dropped != CLEW_WHY_NONE) {
		strbuf_puts(sb, ",\"dropped\":");
		strbuf_put_json(sb, clew_reason_name(dropped_by(v->packet)));
	}
	strbuf_putc(sb, '}');
}

void
print_verdict(struct printer *p, const struct print_verdict *v)
{
	char text[RECORD_MAX];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	if (p->text.format == CLEW_FORMAT_JSON) {
		put_verdict_json(&sb, v);
		print_record(p, &sb);
		return;
	}
	put_verdict_line(&sb, v);
	print_line(p, "verdict", text);
}

/* Every line with "# " before it. */
static void
print_comment(struct printer *p, const char *text, size_t len)
{
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t size = end != NULL ? (size_t)(end - text) + 1 : len;

		fputs("# ", p->out);
		fwrite(text, 1, size, p->out);
		text += size;
		len -= size;
	}
}

static void
print_ruleset_xml(struct printer *p, const char *text)
{
	size_t room = 6 * strlen(text) + 1;
	char *escaped = malloc(room);
	struct strbuf sb;

	if (escaped == NULL)
		return;
	fputs("<ruleset>", p->out);
	for (const char *line = text; *line != '\0';) {
		size_t size = strcspn(line, "\n");
		char *copy = strndup(line, size);

		if (copy == NULL)
			break;
		strbuf_init(&sb, escaped, room);
		strbuf_put_xml(&sb, copy);
		fwrite(escaped, 1, sb.len, p->out);
		free(copy);
		line += size;
		if (*line == '\n') {
			putc('\n', p->out);
			line++;
		}
	}
	fputs("</ruleset>\n", p->out);
	free(escaped);
}

void
print_ruleset(struct printer *p, const char *text, size_t len)
{
	switch (p->text.format) {
	case CLEW_FORMAT_LINE:
		fwrite(text, 1, len, p->out);
		break;
	case CLEW_FORMAT_SAVE:
		print_comment(p, text, len);
		break;
	case CLEW_FORMAT_XML:
		print_ruleset_xml(p, text);
		break;
	case CLEW_FORMAT_JSON:	/* objects in a line each: what they are */
		while (len > 1 && text[0] == '{') {
			const char *end = memchr(text, '\n', len);
			size_t n = end != NULL ? (size_t)(end - text) + 1 : len;

			fputs("{\"type\":\"ruleset\",", p->out);
			fwrite(text + 1, 1, n - 1, p->out);
			text += n;
			len -= n;
		}
		break;
	}
}
