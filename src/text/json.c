/* SPDX-License-Identifier: BSD-2-Clause
 * text/json.c - a connection as one JSON object; docs/json.md has the names.
 *
 * Everything the snapshot has is written, whatever 'show' says.  Names are
 * stable: none changes its meaning, new ones may come.  Numbers are exact
 * 64-bit integers (RFC 8259 section 6 lets a reader keep less). */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/number.h"
#include "text/parts.h"

/* Append ',"name":', without the comma behind an opening bracket. */
static void
put_name(struct strbuf *sb, bool *first, const char *name)
{
	strbuf_puts(sb, *first ? "\"" : ",\"");
	strbuf_puts(sb, name);
	strbuf_puts(sb, "\":");
	*first = false;
}

static void
put_u64(struct strbuf *sb, bool *first, const char *name, uint64_t n)
{
	put_name(sb, first, name);
	strbuf_put_u64(sb, n);
}

static void
put_i64(struct strbuf *sb, bool *first, const char *name, int64_t n)
{
	put_name(sb, first, name);
	if (n < 0)
		strbuf_putc(sb, '-');
	strbuf_put_u64(sb, n < 0 ? (uint64_t)-n : (uint64_t)n);
}

static void
put_text(struct strbuf *sb, bool *first, const char *name, const char *text)
{
	put_name(sb, first, name);
	strbuf_put_json(sb, text);
}

static void
put_addr(struct strbuf *sb, bool *first, const char *name, uint8_t family,
	 const union clew_addr *addr)
{
	char text[NUMBER_IPV6_MAX];
	char *end = number_put_addr(text, family, addr);

	put_name(sb, first, name);
	strbuf_putc(sb, '"');
	strbuf_put(sb, text, (size_t)(end - text));
	strbuf_putc(sb, '"');
}

static void
put_tuple(struct strbuf *sb, bool *first, const struct clew_tuple *t)
{
	put_addr(sb, first, "src", t->family, &t->src);
	put_addr(sb, first, "dst", t->family, &t->dst);
	switch (text_part(t->protocol)) {
	case TEXT_PART_PORTS:
		put_u64(sb, first, "sport", ntohs(t->part.port.sport_be));
		put_u64(sb, first, "dport", ntohs(t->part.port.dport_be));
		break;
	case TEXT_PART_ICMP:
		put_u64(sb, first, "icmp_type", t->part.icmp.type);
		put_u64(sb, first, "icmp_code", t->part.icmp.code);
		put_u64(sb, first, "icmp_id", ntohs(t->part.icmp.id_be));
		break;
	case TEXT_PART_KEYS:
		put_u64(sb, first, "src_key", ntohs(t->part.gre.src_key_be));
		put_u64(sb, first, "dst_key", ntohs(t->part.gre.dst_key_be));
		break;
	case TEXT_PART_NONE:
		break;
	}
}

static void
put_protoinfo(struct strbuf *sb, bool *first, const struct clew_snapshot *ct,
	      enum clew_dir dir)
{
	switch (ct->tuple[dir].protocol) {
	case IPPROTO_TCP:
		put_u64(sb, first, "tcp_scale", ct->tcp_scale[dir]);
		put_u64(sb, first, "tcp_flags", ct->tcp_flags[dir]);
		break;
	case IPPROTO_SCTP:
		put_u64(sb, first, "sctp_vtag", ct->sctp_vtag[dir]);
		break;
	}
}

static void
put_seqadj(struct strbuf *sb, bool *outer, const struct clew_seqadj *adj)
{
	bool first = true;

	put_name(sb, outer, "seqadj");
	strbuf_putc(sb, '{');
	put_u64(sb, &first, "position", adj->correction_pos);
	put_i64(sb, &first, "offset_before", adj->offset_before);
	put_i64(sb, &first, "offset_after", adj->offset_after);
	strbuf_putc(sb, '}');
}

static void
put_direction(struct strbuf *sb, bool *outer, const char *name,
	      const struct clew_snapshot *ct, enum clew_dir dir)
{
	bool is_orig = dir == CLEW_DIR_ORIG;
	bool first = true;

	put_name(sb, outer, name);
	strbuf_putc(sb, '{');
	put_tuple(sb, &first, &ct->tuple[dir]);
	if (ct->has & (is_orig ? CLEW_HAS_ZONE_ORIG : CLEW_HAS_ZONE_REPLY))
		put_u64(sb, &first, "zone", ct->tuple[dir].zone);
	if (ct->has & CLEW_HAS_COUNTERS) {
		put_u64(sb, &first, "packets", ct->counter[dir].packets);
		put_u64(sb, &first, "bytes", ct->counter[dir].bytes);
	}
	if (ct->has & CLEW_HAS_PROTOINFO)
		put_protoinfo(sb, &first, ct, dir);
	if (ct->has & CLEW_HAS_SEQADJ)
		put_seqadj(sb, &first, &ct->seqadj[dir]);
	strbuf_putc(sb, '}');
}

static void
put_status(struct strbuf *sb, bool *outer, uint32_t status)
{
	const char *name;
	char separator = '[';

	put_name(sb, outer, "status");
	for (unsigned bit = 0; (name = text_status_name(bit)); bit++) {
		if (!(status >> bit & 1))
			continue;
		strbuf_putc(sb, separator);
		strbuf_put_json(sb, name);
		separator = ',';
	}
	strbuf_puts(sb, separator == '[' ? "[]" : "]");
}

static void
put_labels(struct strbuf *sb, bool *outer, const struct clew_snapshot *ct)
{
	char separator = '[';

	put_name(sb, outer, "labels");
	for (unsigned bit = 0; bit < TEXT_LABELS; bit++) {
		if (!text_label_is_set(ct, bit))
			continue;
		strbuf_putc(sb, separator);
		strbuf_put_u64(sb, bit);
		separator = ',';
	}
	strbuf_puts(sb, separator == '[' ? "[]" : "]");
}

static void
put_label_names(struct strbuf *sb, bool *outer, const struct clew_snapshot *ct,
		const struct clew_text_options *options)
{
	char separator = '[';

	put_name(sb, outer, "label_names");
	for (unsigned bit = 0; bit < TEXT_LABELS; bit++) {
		const char *name;

		if (!text_label_is_set(ct, bit))
			continue;
		name = options->label_name(options->ctx, bit);
		if (!name)
			continue;
		strbuf_putc(sb, separator);
		strbuf_put_json(sb, name);
		separator = ',';
	}
	strbuf_puts(sb, separator == '[' ? "[]" : "]");
}

static void
put_master(struct strbuf *sb, bool *outer, const struct clew_tuple *master)
{
	bool first = true;

	put_name(sb, outer, "master");
	strbuf_putc(sb, '{');
	put_text(sb, &first, "protocol",
		 clew_protocol_name(master->protocol));
	put_u64(sb, &first, "protocol_number", master->protocol);
	put_tuple(sb, &first, master);
	strbuf_putc(sb, '}');
}

static void
put_synproxy(struct strbuf *sb, bool *outer, const struct clew_snapshot *ct)
{
	bool first = true;

	put_name(sb, outer, "synproxy");
	strbuf_putc(sb, '{');
	put_u64(sb, &first, "isn", ct->synproxy_isn);
	put_u64(sb, &first, "its", ct->synproxy_its);
	put_u64(sb, &first, "tsoff", ct->synproxy_tsoff);
	strbuf_putc(sb, '}');
}

/* Who or what marked the connection. */
static void
put_marks(struct strbuf *sb, bool *first, const struct clew_snapshot *ct,
	  const struct clew_text_options *options)
{
	if (ct->has & CLEW_HAS_MARK)
		put_u64(sb, first, "mark", ct->mark);
	if (ct->has & CLEW_HAS_SECMARK)
		put_u64(sb, first, "secmark", ct->secmark);
	if (ct->has & CLEW_HAS_SECCTX) {
		char secctx[CLEW_SECCTX_SIZE + 1];

		put_text(sb, first, "secctx",
			 text_field(secctx, ct->secctx, CLEW_SECCTX_SIZE));
	}
	if (ct->has & CLEW_HAS_ZONE)
		put_u64(sb, first, "zone", ct->zone);
	if (ct->has & CLEW_HAS_LABELS) {
		put_labels(sb, first, ct);
		if (options->label_name)
			put_label_names(sb, first, ct, options);
	}
	if (ct->has & CLEW_HAS_HELPER) {
		char helper[CLEW_HELPER_SIZE + 1];

		put_text(sb, first, "helper",
			 text_field(helper, ct->helper, CLEW_HELPER_SIZE));
	}
	if (ct->has & CLEW_HAS_MASTER)
		put_master(sb, first, &ct->master);
	if (ct->has & CLEW_HAS_SYNPROXY)
		put_synproxy(sb, first, ct);
}

static void
put_times(struct strbuf *sb, bool *first, const struct clew_snapshot *ct,
	  const struct clew_text_options *options)
{
	if (ct->has & CLEW_HAS_START) {
		put_u64(sb, first, "start_ns", ct->start_ns);
		if (ct->has & CLEW_HAS_STOP)
			put_u64(sb, first, "stop_ns", ct->stop_ns);
		put_u64(sb, first, "delta_time",
			text_delta_s(ct, options->now_ns));
	} else if (ct->has & CLEW_HAS_STOP) {
		put_u64(sb, first, "stop_ns", ct->stop_ns);
	}
}

static const char *
type_name(enum clew_record record)
{
	switch (record) {
	case CLEW_RECORD_NEW:		return "new";
	case CLEW_RECORD_UPDATE:	return "update";
	case CLEW_RECORD_DESTROY:	return "destroy";
	case CLEW_RECORD_ENTRY:		break;
	}
	return "entry";
}

/* What a line begins with. */
static void
put_head(struct strbuf *sb, bool *first, const struct clew_snapshot *ct,
	 enum clew_record record, const struct clew_text_options *options)
{
	const struct clew_tuple *t = text_main_tuple(ct);
	const char *state = text_state_name(ct);

	put_text(sb, first, "type", type_name(record));
	if (record != CLEW_RECORD_ENTRY)
		put_u64(sb, first, "time_ns", text_event_ns(ct, options));
	if (t) {
		put_text(sb, first, "family", text_family_name(t->family));
		put_text(sb, first, "protocol",
			 clew_protocol_name(t->protocol));
		put_u64(sb, first, "protocol_number", t->protocol);
	}
	if (ct->has & CLEW_HAS_TIMEOUT)
		put_u64(sb, first, "timeout", ct->timeout_s);
	if (state)
		put_text(sb, first, "state", state);
	if (ct->has & CLEW_HAS_STATUS)
		put_status(sb, first, ct->status);
}

void
text_json(struct strbuf *sb, const struct clew_snapshot *ct,
	  enum clew_record record, const struct clew_text_options *options)
{
	bool first = true;

	strbuf_putc(sb, '{');
	put_head(sb, &first, ct, record, options);
	if (ct->has & CLEW_HAS_ORIG)
		put_direction(sb, &first, "original", ct, CLEW_DIR_ORIG);
	if (ct->has & CLEW_HAS_REPLY)
		put_direction(sb, &first, "reply", ct, CLEW_DIR_REPLY);
	put_marks(sb, &first, ct, options);
	put_times(sb, &first, ct, options);
	if (ct->has & CLEW_HAS_USE)
		put_u64(sb, &first, "use", ct->use);
	if (ct->has & CLEW_HAS_ID)
		put_u64(sb, &first, "id", ct->id);
	if (record != CLEW_RECORD_ENTRY && ct->has & CLEW_HAS_PORTID) {
		put_u64(sb, &first, "portid", ct->portid);
		if (options->progname)
			put_text(sb, &first, "progname", options->progname);
	}
	strbuf_putc(sb, '}');
}
