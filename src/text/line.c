/* SPDX-License-Identifier: BSD-2-Clause
 * text/line.c - the lines of conntrack -L and -E, byte for byte.
 *
 * Each field ends with a space and the last space is taken off again, as
 * conntrack(8) does it, since any field may be the last.  All but labels and
 * program name have a greatest length: they are written without a check for
 * each, and copied at once.
 *
 * Source: what conntrack 1.4.7 prints on Linux 6.18; line_test.c has it. */
#include "base/number.h"
#include "text/parts.h"

/* More than the sum of all fields; line_test.c fills them all. */
#define BOUNDED_MAX 1024

static char *
put_word(char *p, const char *word)
{
	size_t len = strlen(word);

	return (char *)memcpy(p, word, len) + len;
}

/* "%-8s %u " */
static char *
put_named_number(char *p, const char *name, unsigned number)
{
	size_t len = strlen(name);

	memset(p, ' ', 9);
	memcpy(p, name, len);
	p = number_put_u64(p + 9, number);
	*p++ = ' ';
	return p;
}

static char *
put_event(char *p, const struct clew_snapshot *ct, enum clew_record record,
	  const struct clew_text_options *options)
{
	if (record == CLEW_RECORD_ENTRY)
		return p;
	if (options->show & CLEW_SHOW_TIMESTAMP) {
		uint64_t ns = text_event_ns(ct, options);

		*p++ = '[';
		p = number_put_padded(p, ns / 1000000000, 8);
		*p++ = '.';
		p = number_put_padded(p, ns / 1000 % 1000000, 6);
		TEXT_PUT(p, "]\t");
	}
	switch (record) {
	case CLEW_RECORD_NEW:
		TEXT_PUT(p, "    [NEW] ");
		break;
	case CLEW_RECORD_UPDATE:
		TEXT_PUT(p, " [UPDATE] ");
		break;
	case CLEW_RECORD_DESTROY:
		TEXT_PUT(p, "[DESTROY] ");
		break;
	case CLEW_RECORD_ENTRY:
		break;
	}
	return p;
}

static char *
put_side(char *p, const struct clew_snapshot *ct, enum clew_dir dir)
{
	const struct clew_tuple *t = &ct->tuple[dir];
	bool is_orig = dir == CLEW_DIR_ORIG;

	if (ct->has & (is_orig ? CLEW_HAS_ORIG : CLEW_HAS_REPLY)) {
		p = text_put_tuple(p, t);
		*p++ = ' ';
	}
	if (ct->has & (is_orig ? CLEW_HAS_ZONE_ORIG : CLEW_HAS_ZONE_REPLY)) {
		if (is_orig)
			TEXT_PUT(p, "zone-orig=");
		else
			TEXT_PUT(p, "zone-reply=");
		p = number_put_u64(p, t->zone);
		*p++ = ' ';
	}
	if (ct->has & CLEW_HAS_COUNTERS) {
		TEXT_PUT(p, "packets=");
		p = number_put_u64(p, ct->counter[dir].packets);
		TEXT_PUT(p, " bytes=");
		p = number_put_u64(p, ct->counter[dir].bytes);
		*p++ = ' ';
	}
	return p;
}

static char *
put_times(char *p, const struct clew_snapshot *ct,
	  const struct clew_text_options *options)
{
	if (ct->has & CLEW_HAS_START) {
		TEXT_PUT(p, "delta-time=");
		p = number_put_u64(p, text_delta_s(ct, options->now_ns));
		*p++ = ' ';
	}
	if (!(options->show & CLEW_SHOW_KTIMESTAMP))
		return p;
	if (ct->has & CLEW_HAS_START) {
		TEXT_PUT(p, "[start=");
		p = text_put_time(p, ct->start_ns);
		TEXT_PUT(p, "] ");
	}
	if (ct->has & CLEW_HAS_STOP) {
		TEXT_PUT(p, "[stop=");
		p = text_put_time(p, ct->stop_ns);
		TEXT_PUT(p, "] ");
	}
	return p;
}

/* Everything behind the reply tuple but labels and USERSPACE. */
static char *
put_attributes(char *p, const struct clew_snapshot *ct,
	       const struct clew_text_options *options)
{
	uint32_t status = ct->has & CLEW_HAS_STATUS ? ct->status : 0;

	if (status & CLEW_STATUS_HW_OFFLOAD)
		TEXT_PUT(p, "[HW_OFFLOAD] ");
	else if (status & CLEW_STATUS_OFFLOAD)
		TEXT_PUT(p, "[OFFLOAD] ");
	else if (status & CLEW_STATUS_ASSURED)
		TEXT_PUT(p, "[ASSURED] ");
	if (ct->has & CLEW_HAS_MARK) {
		TEXT_PUT(p, "mark=");
		p = number_put_u64(p, ct->mark);
		*p++ = ' ';
	}
	if (ct->has & CLEW_HAS_SECMARK) {
		TEXT_PUT(p, "secmark=");
		p = number_put_u64(p, ct->secmark);
		*p++ = ' ';
	}
	if (ct->has & CLEW_HAS_SECCTX) {
		char secctx[CLEW_SECCTX_SIZE + 1];

		TEXT_PUT(p, "secctx=");
		p = put_word(p, text_field(secctx, ct->secctx,
					   CLEW_SECCTX_SIZE));
		*p++ = ' ';
	}
	if (ct->has & CLEW_HAS_ZONE && ct->zone != 0) {
		TEXT_PUT(p, "zone=");
		p = number_put_u64(p, ct->zone);
		*p++ = ' ';
	}
	p = put_times(p, ct, options);
	if (ct->has & CLEW_HAS_HELPER) {
		char helper[CLEW_HELPER_SIZE + 1];

		TEXT_PUT(p, "helper=");
		p = put_word(p, text_field(helper, ct->helper,
					   CLEW_HELPER_SIZE));
		*p++ = ' ';
	}
	if (ct->has & CLEW_HAS_USE) {
		TEXT_PUT(p, "use=");
		p = number_put_u64(p, ct->use);
		*p++ = ' ';
	}
	if (options->show & CLEW_SHOW_ID && ct->has & CLEW_HAS_ID) {
		TEXT_PUT(p, "id=");
		p = number_put_u64(p, ct->id);
		*p++ = ' ';
	}
	return p;
}

static char *
put_bounded(char *p, const struct clew_snapshot *ct, enum clew_record record,
	    const struct clew_text_options *options)
{
	const struct clew_tuple *t = text_main_tuple(ct);
	const char *state = text_state_name(ct);

	p = put_event(p, ct, record, options);
	if (options->show & CLEW_SHOW_EXTENDED && t)
		p = put_named_number(p, text_family_name(t->family),
				     t->family);
	if (t)
		p = put_named_number(p, clew_protocol_name(t->protocol),
				     t->protocol);
	if (ct->has & CLEW_HAS_TIMEOUT) {
		p = number_put_u64(p, ct->timeout_s);
		*p++ = ' ';
	}
	if (state) {
		p = put_word(p, state);
		*p++ = ' ';
	}
	p = put_side(p, ct, CLEW_DIR_ORIG);
	if (ct->has & CLEW_HAS_STATUS &&
	    !(ct->status & CLEW_STATUS_SEEN_REPLY))
		TEXT_PUT(p, "[UNREPLIED] ");
	p = put_side(p, ct, CLEW_DIR_REPLY);
	return put_attributes(p, ct, options);
}

/* "labels=a,b ", or "labels " when no bit that is set has a name. */
static void
put_labels(struct strbuf *sb, const struct clew_snapshot *ct,
	   const struct clew_text_options *options)
{
	char separator = '=';

	strbuf_puts(sb, "labels");
	for (unsigned bit = 0; bit < TEXT_LABELS; bit++) {
		const char *name = "";

		if (!text_label_is_set(ct, bit))
			continue;
		if (options->label_name) {
			name = options->label_name(options->ctx, bit);
			if (!name)
				continue;
		}
		strbuf_putc(sb, separator);
		if (options->label_name)
			strbuf_puts(sb, name);
		else
			strbuf_put_u64(sb, bit);
		separator = ',';
	}
	strbuf_putc(sb, ' ');
}

/* Any process chooses its own name: it may not break the line. */
static void
put_progname(struct strbuf *sb, const char *name)
{
	strbuf_puts(sb, " progname=");
	for (; *name != '\0'; name++) {
		bool is_control = (unsigned char)*name < 0x20 || *name == 0x7f;

		strbuf_putc(sb, is_control ? '?' : *name);
	}
}

/* Take off the space at the end. */
static void
drop_last(struct strbuf *sb)
{
	if (sb->len == 0)
		return;
	sb->len--;
	if (sb->len < sb->size)
		sb->text[sb->len] = '\0';
}

void
text_line(struct strbuf *sb, const struct clew_snapshot *ct,
	  enum clew_record record, const struct clew_text_options *options)
{
	char line[BOUNDED_MAX];
	char *end = put_bounded(line, ct, record, options);

	strbuf_put(sb, line, (size_t)(end - line));
	if (options->show & CLEW_SHOW_LABELS && text_has_labels(ct))
		put_labels(sb, ct, options);
	drop_last(sb);
	if (record == CLEW_RECORD_ENTRY || !(ct->has & CLEW_HAS_PORTID))
		return;
	strbuf_puts(sb, " [USERSPACE] portid=");
	strbuf_put_u64(sb, ct->portid);
	if (options->progname)
		put_progname(sb, options->progname);
}
