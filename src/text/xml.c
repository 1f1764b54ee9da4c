/* SPDX-License-Identifier: BSD-2-Clause
 * text/xml.c - a connection as the <flow> element of conntrack -o xml.
 *
 * Where conntrack 1.4.7 is right this is the same, byte for byte.  It differs
 * where that leaves out or garbles: ICMP's type, code and id, SCTP's states
 * and tags, offload, master, sequence adjustment and SYN proxy are there, and
 * the sender of an event is an element, not text behind </flow>.
 *
 * Elements of ours stand at the end of what holds them. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <time.h>

#include "base/number.h"
#include "text/parts.h"

static void
put_u64(struct strbuf *sb, const char *element, uint64_t n)
{
	strbuf_putc(sb, '<');
	strbuf_puts(sb, element);
	strbuf_putc(sb, '>');
	strbuf_put_u64(sb, n);
	strbuf_puts(sb, "</");
	strbuf_puts(sb, element);
	strbuf_putc(sb, '>');
}

static void
put_i64(struct strbuf *sb, const char *element, int64_t n)
{
	strbuf_putc(sb, '<');
	strbuf_puts(sb, element);
	strbuf_putc(sb, '>');
	if (n < 0)
		strbuf_putc(sb, '-');
	strbuf_put_u64(sb, n < 0 ? (uint64_t)-n : (uint64_t)n);
	strbuf_puts(sb, "</");
	strbuf_puts(sb, element);
	strbuf_putc(sb, '>');
}

static void
put_hex(struct strbuf *sb, const char *element, uint16_t n)
{
	char hex[NUMBER_HEX32_MAX];

	strbuf_putc(sb, '<');
	strbuf_puts(sb, element);
	strbuf_puts(sb, ">0x");
	strbuf_put(sb, hex, (size_t)(number_put_hex(hex, n) - hex));
	strbuf_puts(sb, "</");
	strbuf_puts(sb, element);
	strbuf_putc(sb, '>');
}

static void
put_text(struct strbuf *sb, const char *element, const char *text)
{
	strbuf_putc(sb, '<');
	strbuf_puts(sb, element);
	strbuf_putc(sb, '>');
	strbuf_put_xml(sb, text);
	strbuf_puts(sb, "</");
	strbuf_puts(sb, element);
	strbuf_putc(sb, '>');
}

static void
put_addr(struct strbuf *sb, const char *element, uint8_t family,
	 const union clew_addr *addr)
{
	char text[NUMBER_IPV6_MAX + 1];

	*number_put_addr(text, family, addr) = '\0';
	put_text(sb, element, text);
}

static void
put_layer3(struct strbuf *sb, const struct clew_tuple *t)
{
	strbuf_puts(sb, "<layer3 protonum=\"");
	strbuf_put_u64(sb, t->family);
	strbuf_puts(sb, "\" protoname=\"");
	strbuf_puts(sb, text_family_name(t->family));
	strbuf_puts(sb, "\">");
	put_addr(sb, "src", t->family, &t->src);
	put_addr(sb, "dst", t->family, &t->dst);
	strbuf_puts(sb, "</layer3>");
}

static void
put_layer4(struct strbuf *sb, const struct clew_tuple *t)
{
	strbuf_puts(sb, "<layer4 protonum=\"");
	strbuf_put_u64(sb, t->protocol);
	strbuf_puts(sb, "\" protoname=\"");
	strbuf_puts(sb, clew_protocol_name(t->protocol));
	strbuf_puts(sb, "\">");
	switch (text_part(t->protocol)) {
	case TEXT_PART_PORTS:
		put_u64(sb, "sport", ntohs(t->part.port.sport_be));
		put_u64(sb, "dport", ntohs(t->part.port.dport_be));
		break;
	case TEXT_PART_ICMP:
		put_u64(sb, "type", t->part.icmp.type);
		put_u64(sb, "code", t->part.icmp.code);
		put_u64(sb, "id", ntohs(t->part.icmp.id_be));
		break;
	case TEXT_PART_KEYS:
		put_hex(sb, "srckey", ntohs(t->part.gre.src_key_be));
		put_hex(sb, "dstkey", ntohs(t->part.gre.dst_key_be));
		break;
	case TEXT_PART_NONE:
		break;
	}
	strbuf_puts(sb, "</layer4>");
}

static void
put_seqadj(struct strbuf *sb, const struct clew_seqadj *adj)
{
	strbuf_puts(sb, "<seqadj>");
	put_u64(sb, "pos", adj->correction_pos);
	put_i64(sb, "before", adj->offset_before);
	put_i64(sb, "after", adj->offset_after);
	strbuf_puts(sb, "</seqadj>");
}

static void
put_direction(struct strbuf *sb, const struct clew_snapshot *ct,
	      enum clew_dir dir)
{
	const struct clew_tuple *t = &ct->tuple[dir];
	bool is_orig = dir == CLEW_DIR_ORIG;

	strbuf_puts(sb, is_orig ? "<meta direction=\"original\">" :
				  "<meta direction=\"reply\">");
	put_layer3(sb, t);
	put_layer4(sb, t);
	if (ct->has & (is_orig ? CLEW_HAS_ZONE_ORIG : CLEW_HAS_ZONE_REPLY))
		put_u64(sb, "zone", t->zone);
	if (ct->has & CLEW_HAS_COUNTERS) {
		strbuf_puts(sb, "<counters>");
		put_u64(sb, "packets", ct->counter[dir].packets);
		put_u64(sb, "bytes", ct->counter[dir].bytes);
		strbuf_puts(sb, "</counters>");
	}
	if (ct->has & CLEW_HAS_PROTOINFO && t->protocol == IPPROTO_SCTP)
		put_u64(sb, "vtag", ct->sctp_vtag[dir]);
	if (ct->has & CLEW_HAS_SEQADJ)
		put_seqadj(sb, &ct->seqadj[dir]);
	strbuf_puts(sb, "</meta>");
}

static void
put_labels(struct strbuf *sb, const struct clew_snapshot *ct,
	   const struct clew_text_options *options)
{
	strbuf_puts(sb, "<labels>");
	for (unsigned bit = 0; bit < TEXT_LABELS; bit++) {
		const char *name;

		if (!text_label_is_set(ct, bit))
			continue;
		if (!options->label_name) {
			put_u64(sb, "label", bit);
			continue;
		}
		name = options->label_name(options->ctx, bit);
		if (name)
			put_text(sb, "label", name);
	}
	strbuf_puts(sb, "</labels>");
}

static void
put_status(struct strbuf *sb, const struct clew_snapshot *ct)
{
	if (!(ct->has & CLEW_HAS_STATUS))
		return;
	if (ct->status & CLEW_STATUS_ASSURED)
		strbuf_puts(sb, "<assured/>");
	if (!(ct->status & CLEW_STATUS_SEEN_REPLY))
		strbuf_puts(sb, "<unreplied/>");
}

static void
put_offload(struct strbuf *sb, const struct clew_snapshot *ct)
{
	if (!(ct->has & CLEW_HAS_STATUS))
		return;
	if (ct->status & CLEW_STATUS_OFFLOAD)
		strbuf_puts(sb, "<offload/>");
	if (ct->status & CLEW_STATUS_HW_OFFLOAD)
		strbuf_puts(sb, "<hw_offload/>");
}

static void
put_times(struct strbuf *sb, const struct clew_snapshot *ct,
	  const struct clew_text_options *options)
{
	uint64_t delta_s = text_delta_s(ct, options->now_ns);

	if (options->show & CLEW_SHOW_KTIMESTAMP &&
	    ct->has & (CLEW_HAS_START | CLEW_HAS_STOP)) {
		strbuf_puts(sb, "<timestamp>");
		if (ct->has & CLEW_HAS_START)
			put_u64(sb, "start", ct->start_ns);
		if (ct->has & CLEW_HAS_STOP)
			put_u64(sb, "stop", ct->stop_ns);
		strbuf_puts(sb, "</timestamp>");
	}
	if (!(ct->has & CLEW_HAS_START))
		return;
	/* here, unlike in a line, it is the whole seconds between */
	if (ct->has & CLEW_HAS_STOP && ct->stop_ns >= ct->start_ns)
		delta_s = (ct->stop_ns - ct->start_ns) / 1000000000;
	put_u64(sb, "deltatime", delta_s);
}

static void
put_master(struct strbuf *sb, const struct clew_snapshot *ct)
{
	strbuf_puts(sb, "<master>");
	put_layer3(sb, &ct->master);
	put_layer4(sb, &ct->master);
	strbuf_puts(sb, "</master>");
}

static void
put_synproxy(struct strbuf *sb, const struct clew_snapshot *ct)
{
	strbuf_puts(sb, "<synproxy>");
	put_u64(sb, "isn", ct->synproxy_isn);
	put_u64(sb, "its", ct->synproxy_its);
	put_u64(sb, "tsoff", ct->synproxy_tsoff);
	strbuf_puts(sb, "</synproxy>");
}

static void
put_independent(struct strbuf *sb, const struct clew_snapshot *ct,
		const struct clew_text_options *options)
{
	const char *state = text_state_name(ct);

	strbuf_puts(sb, "<meta direction=\"independent\">");
	if (state)
		put_text(sb, "state", state);
	if (ct->has & CLEW_HAS_TIMEOUT)
		put_u64(sb, "timeout", ct->timeout_s);
	if (ct->has & CLEW_HAS_MARK)
		put_u64(sb, "mark", ct->mark);
	if (options->show & CLEW_SHOW_LABELS && text_has_labels(ct))
		put_labels(sb, ct, options);
	if (ct->has & CLEW_HAS_SECMARK)
		put_u64(sb, "secmark", ct->secmark);
	if (ct->has & CLEW_HAS_SECCTX) {
		char secctx[CLEW_SECCTX_SIZE + 1];

		put_text(sb, "secctx", text_field(secctx, ct->secctx,
						  CLEW_SECCTX_SIZE));
	}
	if (ct->has & CLEW_HAS_ZONE && ct->zone != 0)
		put_u64(sb, "zone", ct->zone);
	if (ct->has & CLEW_HAS_USE)
		put_u64(sb, "use", ct->use);
	if (ct->has & CLEW_HAS_ID)
		put_u64(sb, "id", ct->id);
	put_status(sb, ct);
	put_times(sb, ct, options);
	put_offload(sb, ct);
	if (ct->has & CLEW_HAS_MASTER)
		put_master(sb, ct);
	/* entries that a tool made have it, all zero */
	if (ct->has & CLEW_HAS_SYNPROXY &&
	    (ct->synproxy_isn | ct->synproxy_its | ct->synproxy_tsoff))
		put_synproxy(sb, ct);
	strbuf_puts(sb, "</meta>");
}

static void
put_when(struct strbuf *sb, uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		return;
	strbuf_puts(sb, "<when>");
	put_i64(sb, "hour", tm.tm_hour);
	put_i64(sb, "min", tm.tm_min);
	put_i64(sb, "sec", tm.tm_sec);
	put_i64(sb, "wday", tm.tm_wday + 1);
	put_i64(sb, "day", tm.tm_mday);
	put_i64(sb, "month", tm.tm_mon + 1);
	put_i64(sb, "year", tm.tm_year + 1900);
	strbuf_puts(sb, "</when>");
}

static void
put_userspace(struct strbuf *sb, const struct clew_snapshot *ct,
	      const char *progname)
{
	strbuf_puts(sb, "<userspace>");
	put_u64(sb, "portid", ct->portid);
	if (progname)
		put_text(sb, "progname", progname);
	strbuf_puts(sb, "</userspace>");
}

static const char *
flow_tag(enum clew_record record)
{
	switch (record) {
	case CLEW_RECORD_NEW:		return "<flow type=\"new\">";
	case CLEW_RECORD_UPDATE:	return "<flow type=\"update\">";
	case CLEW_RECORD_DESTROY:	return "<flow type=\"destroy\">";
	case CLEW_RECORD_ENTRY:		break;
	}
	return "<flow>";
}

void
text_xml(struct strbuf *sb, const struct clew_snapshot *ct,
	 enum clew_record record, const struct clew_text_options *options)
{
	bool is_event = record != CLEW_RECORD_ENTRY;

	strbuf_puts(sb, flow_tag(record));
	if (ct->has & CLEW_HAS_ORIG)
		put_direction(sb, ct, CLEW_DIR_ORIG);
	if (ct->has & CLEW_HAS_REPLY)
		put_direction(sb, ct, CLEW_DIR_REPLY);
	put_independent(sb, ct, options);
	if (is_event && options->show & CLEW_SHOW_TIMESTAMP)
		put_when(sb, text_event_ns(ct, options));
	if (ct->has & CLEW_HAS_HELPER) {
		char helper[CLEW_HELPER_SIZE + 1];

		put_text(sb, "helper", text_field(helper, ct->helper,
						  CLEW_HELPER_SIZE));
	}
	if (is_event && ct->has & CLEW_HAS_PORTID)
		put_userspace(sb, ct, options->progname);
	strbuf_puts(sb, "</flow>");
}
