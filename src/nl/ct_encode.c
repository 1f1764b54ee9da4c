/* SPDX-License-Identifier: BSD-2-Clause
 * nl/ct_encode.c - a snapshot as ctnetlink's attributes. */
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>

#include "nl/ct.h"
#include "nl/uapi_ct.h"

static void
put_port(struct nl_writer *w, uint16_t type, uint16_t port_be)
{
	nl_put(w, type, &port_be, sizeof(port_be));
}

/* Which protocols' tuples have ports (or keys); the others' have none. */
static bool
has_ports(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_GRE:
		return true;
	}
	return false;
}

static void
put_proto(struct nl_writer *w, const struct clew_tuple *t)
{
	size_t nest = nl_begin(w, CTA_TUPLE_PROTO);

	nl_put_u8(w, CTA_PROTO_NUM, t->protocol);
	if (t->protocol == IPPROTO_ICMP) {
		put_port(w, CTA_PROTO_ICMP_ID, t->part.icmp.id_be);
		nl_put_u8(w, CTA_PROTO_ICMP_TYPE, t->part.icmp.type);
		nl_put_u8(w, CTA_PROTO_ICMP_CODE, t->part.icmp.code);
	} else if (t->protocol == IPPROTO_ICMPV6) {
		put_port(w, CTA_PROTO_ICMPV6_ID, t->part.icmp.id_be);
		nl_put_u8(w, CTA_PROTO_ICMPV6_TYPE, t->part.icmp.type);
		nl_put_u8(w, CTA_PROTO_ICMPV6_CODE, t->part.icmp.code);
	} else if (has_ports(t->protocol) &&
		   /* Linux tracks no DCCP any more: without ports. */
		   (t->protocol != IPPROTO_DCCP || t->part.word)) {
		put_port(w, CTA_PROTO_SRC_PORT, t->part.port.sport_be);
		put_port(w, CTA_PROTO_DST_PORT, t->part.port.dport_be);
	}
	nl_end(w, nest);
}

void
nl_tuple_encode(struct nl_writer *w, uint16_t type,
		const struct clew_tuple *t, bool with_zone)
{
	bool ipv4 = t->family == CLEW_IPV4;
	size_t nest = nl_begin(w, type);
	size_t ip = nl_begin(w, CTA_TUPLE_IP);

	nl_put(w, ipv4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, t->src.bytes,
	       ipv4 ? 4 : 16);
	nl_put(w, ipv4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, t->dst.bytes,
	       ipv4 ? 4 : 16);
	nl_end(w, ip);
	put_proto(w, t);
	if (with_zone)
		nl_put_be16(w, CTA_TUPLE_ZONE, t->zone);
	nl_end(w, nest);
}

/* One function per group of attributes, all of the same form: a table says
 * in which order which message has them. */
typedef void put_fn(struct nl_writer *w, const struct clew_snapshot *ct,
		    enum nl_ct_use use);

static void
put_orig(struct nl_writer *w, const struct clew_snapshot *ct,
	 enum nl_ct_use use)
{
	(void)use;
	nl_tuple_encode(w, CTA_TUPLE_ORIG, &ct->tuple[CLEW_DIR_ORIG],
			ct->has & CLEW_HAS_ZONE_ORIG);
}

static void
put_reply(struct nl_writer *w, const struct clew_snapshot *ct,
	  enum nl_ct_use use)
{
	(void)use;
	nl_tuple_encode(w, CTA_TUPLE_REPLY, &ct->tuple[CLEW_DIR_REPLY],
			ct->has & CLEW_HAS_ZONE_REPLY);
}

static void
put_master(struct nl_writer *w, const struct clew_snapshot *ct,
	   enum nl_ct_use use)
{
	(void)use;
	nl_tuple_encode(w, CTA_TUPLE_MASTER, &ct->master, false);
}

#define PUT_NUMBER(name, attr, bits, field)				\
	static void							\
	put_##name(struct nl_writer *w, const struct clew_snapshot *ct,	\
		   enum nl_ct_use use)					\
	{								\
		(void)use;						\
		nl_put_be##bits(w, attr, ct->field);			\
	}

PUT_NUMBER(zone, CTA_ZONE, 16, zone)
PUT_NUMBER(status, CTA_STATUS, 32, status)
PUT_NUMBER(timeout, CTA_TIMEOUT, 32, timeout_s)
PUT_NUMBER(mark, CTA_MARK, 32, mark)
PUT_NUMBER(id, CTA_ID, 32, id)
PUT_NUMBER(use_count, CTA_USE, 32, use)
PUT_NUMBER(secmark, CTA_SECMARK, 32, secmark)
PUT_NUMBER(event_time, NL_CTA_TIMESTAMP_EVENT, 64, event_ns)

/* A request says which flags it means; an answer has no mask. */
static void
put_tcp_flags(struct nl_writer *w, uint16_t type, uint8_t flags,
	      enum nl_ct_use use)
{
	struct nf_ct_tcp_flags value = {
		.flags = flags,
		.mask = use == NL_CT_REQUEST ? flags : 0,
	};

	nl_put(w, type, &value, sizeof(value));
}

static void
put_tcp(struct nl_writer *w, const struct clew_snapshot *ct,
	enum nl_ct_use use)
{
	size_t nest = nl_begin(w, CTA_PROTOINFO_TCP);

	if (ct->has & CLEW_HAS_STATE)
		nl_put_u8(w, CTA_PROTOINFO_TCP_STATE, ct->state);
	if (ct->has & CLEW_HAS_PROTOINFO && use != NL_CT_DESTROY) {
		nl_put_u8(w, CTA_PROTOINFO_TCP_WSCALE_ORIGINAL,
			  ct->tcp_scale[0]);
		nl_put_u8(w, CTA_PROTOINFO_TCP_WSCALE_REPLY,
			  ct->tcp_scale[1]);
		put_tcp_flags(w, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL,
			      ct->tcp_flags[0], use);
		put_tcp_flags(w, CTA_PROTOINFO_TCP_FLAGS_REPLY,
			      ct->tcp_flags[1], use);
	}
	nl_end(w, nest);
}

static void
put_sctp(struct nl_writer *w, const struct clew_snapshot *ct,
	 enum nl_ct_use use)
{
	size_t nest = nl_begin(w, CTA_PROTOINFO_SCTP);

	if (ct->has & CLEW_HAS_STATE)
		nl_put_u8(w, CTA_PROTOINFO_SCTP_STATE, ct->state);
	if (ct->has & CLEW_HAS_PROTOINFO && use != NL_CT_DESTROY) {
		nl_put_be32(w, CTA_PROTOINFO_SCTP_VTAG_ORIGINAL,
			    ct->sctp_vtag[0]);
		nl_put_be32(w, CTA_PROTOINFO_SCTP_VTAG_REPLY,
			    ct->sctp_vtag[1]);
	}
	nl_end(w, nest);
}

static void
put_protoinfo(struct nl_writer *w, const struct clew_snapshot *ct,
	      enum nl_ct_use use)
{
	uint8_t protocol = ct->tuple[ct->has & CLEW_HAS_ORIG ?
				     CLEW_DIR_ORIG : CLEW_DIR_REPLY].protocol;
	size_t nest;

	if (protocol != IPPROTO_TCP && protocol != IPPROTO_SCTP)
		return;
	nest = nl_begin(w, CTA_PROTOINFO);
	if (protocol == IPPROTO_TCP)
		put_tcp(w, ct, use);
	else
		put_sctp(w, ct, use);
	nl_end(w, nest);
}

static void
put_counters(struct nl_writer *w, const struct clew_snapshot *ct,
	     enum nl_ct_use use)
{
	(void)use;
	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		size_t nest = nl_begin(w, dir ? CTA_COUNTERS_REPLY :
						CTA_COUNTERS_ORIG);

		nl_put_be64(w, CTA_COUNTERS_PACKETS,
			    ct->counter[dir].packets);
		nl_put_be64(w, CTA_COUNTERS_BYTES, ct->counter[dir].bytes);
		nl_end(w, nest);
	}
}

static void
put_timestamp(struct nl_writer *w, const struct clew_snapshot *ct,
	      enum nl_ct_use use)
{
	size_t nest = nl_begin(w, CTA_TIMESTAMP);

	(void)use;
	nl_put_be64(w, CTA_TIMESTAMP_START, ct->start_ns);
	if (ct->has & CLEW_HAS_STOP)
		nl_put_be64(w, CTA_TIMESTAMP_STOP, ct->stop_ns);
	nl_end(w, nest);
}

static void
put_helper(struct nl_writer *w, const struct clew_snapshot *ct,
	   enum nl_ct_use use)
{
	size_t nest = nl_begin(w, CTA_HELP);

	(void)use;
	nl_put_string(w, CTA_HELP_NAME, ct->helper);
	if (ct->help_info_size)
		nl_put(w, CTA_HELP_INFO, ct->help_info, ct->help_info_size);
	nl_end(w, nest);
}

static void
put_secctx(struct nl_writer *w, const struct clew_snapshot *ct,
	   enum nl_ct_use use)
{
	size_t nest = nl_begin(w, CTA_SECCTX);

	(void)use;
	nl_put_string(w, CTA_SECCTX_NAME, ct->secctx);
	nl_end(w, nest);
}

static void
put_labels(struct nl_writer *w, const struct clew_snapshot *ct,
	   enum nl_ct_use use)
{
	(void)use;
	nl_put(w, CTA_LABELS, ct->labels, sizeof(ct->labels));
}

static void
put_seqadj(struct nl_writer *w, const struct clew_snapshot *ct,
	   enum nl_ct_use use)
{
	(void)use;
	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		const struct clew_seqadj *adj = &ct->seqadj[dir];
		size_t nest = nl_begin(w, dir ? CTA_SEQ_ADJ_REPLY :
						CTA_SEQ_ADJ_ORIG);

		nl_put_be32(w, CTA_SEQADJ_CORRECTION_POS,
			    adj->correction_pos);
		nl_put_be32(w, CTA_SEQADJ_OFFSET_BEFORE,
			    (uint32_t)adj->offset_before);
		nl_put_be32(w, CTA_SEQADJ_OFFSET_AFTER,
			    (uint32_t)adj->offset_after);
		nl_end(w, nest);
	}
}

static void
put_synproxy(struct nl_writer *w, const struct clew_snapshot *ct,
	     enum nl_ct_use use)
{
	size_t nest = nl_begin(w, CTA_SYNPROXY);

	(void)use;
	nl_put_be32(w, CTA_SYNPROXY_ISN, ct->synproxy_isn);
	nl_put_be32(w, CTA_SYNPROXY_ITS, ct->synproxy_its);
	nl_put_be32(w, CTA_SYNPROXY_TSOFF, ct->synproxy_tsoff);
	nl_end(w, nest);
}

struct field {
	uint32_t has;		/* any of them */
	put_fn *put;
};

#define FIELDS_MAX 20

/* The orders are Linux 6.18's; parity's codec test holds them to it. */
static const struct field entry_order[FIELDS_MAX] = {
	{ CLEW_HAS_ORIG,	put_orig },
	{ CLEW_HAS_REPLY,	put_reply },
	{ CLEW_HAS_ZONE,	put_zone },
	{ CLEW_HAS_STATUS,	put_status },
	{ CLEW_HAS_MARK,	put_mark },
	{ CLEW_HAS_SECMARK,	put_secmark },
	{ CLEW_HAS_SECCTX,	put_secctx },
	{ CLEW_HAS_ID,		put_id },
	{ CLEW_HAS_USE,		put_use_count },
	{ CLEW_HAS_MASTER,	put_master },
	{ CLEW_HAS_TIMEOUT,	put_timeout },
	{ CLEW_HAS_STATE | CLEW_HAS_PROTOINFO, put_protoinfo },
	{ CLEW_HAS_COUNTERS,	put_counters },
	{ CLEW_HAS_START,	put_timestamp },
	{ CLEW_HAS_HELPER,	put_helper },
	{ CLEW_HAS_LABELS,	put_labels },
	{ CLEW_HAS_SEQADJ,	put_seqadj },
	{ CLEW_HAS_SYNPROXY,	put_synproxy },
};

static const struct field event_order[FIELDS_MAX] = {
	{ CLEW_HAS_ORIG,	put_orig },
	{ CLEW_HAS_REPLY,	put_reply },
	{ CLEW_HAS_ZONE,	put_zone },
	{ CLEW_HAS_ID,		put_id },
	{ CLEW_HAS_STATUS,	put_status },
	{ CLEW_HAS_TIMEOUT,	put_timeout },
	{ CLEW_HAS_STATE | CLEW_HAS_PROTOINFO, put_protoinfo },
	{ CLEW_HAS_HELPER,	put_helper },
	{ CLEW_HAS_SECCTX,	put_secctx },
	{ CLEW_HAS_LABELS,	put_labels },
	{ CLEW_HAS_MASTER,	put_master },
	{ CLEW_HAS_SEQADJ,	put_seqadj },
	{ CLEW_HAS_SYNPROXY,	put_synproxy },
	{ CLEW_HAS_MARK,	put_mark },
	{ CLEW_HAS_EVENT_TIME,	put_event_time },
};

static const struct field destroy_order[FIELDS_MAX] = {
	{ CLEW_HAS_ORIG,	put_orig },
	{ CLEW_HAS_REPLY,	put_reply },
	{ CLEW_HAS_ZONE,	put_zone },
	{ CLEW_HAS_ID,		put_id },
	{ CLEW_HAS_STATUS,	put_status },
	{ CLEW_HAS_TIMEOUT,	put_timeout },
	{ CLEW_HAS_COUNTERS,	put_counters },
	{ CLEW_HAS_START,	put_timestamp },
	{ CLEW_HAS_STATE | CLEW_HAS_PROTOINFO, put_protoinfo },
	{ CLEW_HAS_MARK,	put_mark },
	{ CLEW_HAS_EVENT_TIME,	put_event_time },
};

static const struct field attached_order[FIELDS_MAX] = {
	{ CLEW_HAS_ORIG,	put_orig },
	{ CLEW_HAS_REPLY,	put_reply },
	{ CLEW_HAS_ZONE,	put_zone },
	{ CLEW_HAS_ID,		put_id },
	{ CLEW_HAS_STATUS,	put_status },
	{ CLEW_HAS_TIMEOUT,	put_timeout },
	{ CLEW_HAS_STATE | CLEW_HAS_PROTOINFO, put_protoinfo },
	{ CLEW_HAS_COUNTERS,	put_counters },
	{ CLEW_HAS_START,	put_timestamp },
	{ CLEW_HAS_HELPER,	put_helper },
	{ CLEW_HAS_SECCTX,	put_secctx },
	{ CLEW_HAS_MASTER,	put_master },
	{ CLEW_HAS_SEQADJ,	put_seqadj },
	{ CLEW_HAS_SYNPROXY,	put_synproxy },
	{ CLEW_HAS_MARK,	put_mark },
	{ CLEW_HAS_LABELS,	put_labels },
};

void
nl_ct_encode(struct nl_writer *w, const struct clew_snapshot *ct,
	     enum nl_ct_use use)
{
	const struct field *order = entry_order;

	if (use == NL_CT_EVENT)
		order = event_order;
	else if (use == NL_CT_DESTROY)
		order = destroy_order;
	else if (use == NL_CT_ATTACHED)
		order = attached_order;
	for (size_t i = 0; i < FIELDS_MAX && order[i].put; i++) {
		if (ct->has & order[i].has)
			order[i].put(w, ct, use);
	}
}

void
nl_nat_encode(struct nl_writer *w, uint16_t type, uint8_t family,
	      const struct nl_nat *nat)
{
	bool ipv4 = family == CLEW_IPV4;
	size_t size = ipv4 ? 4 : 16;
	size_t nest = nl_begin(w, type);

	if (nat->has_addr) {
		nl_put(w, ipv4 ? CTA_NAT_V4_MINIP : CTA_NAT_V6_MINIP,
		       nat->min_addr.bytes, size);
		nl_put(w, ipv4 ? CTA_NAT_V4_MAXIP : CTA_NAT_V6_MAXIP,
		       nat->max_addr.bytes, size);
	}
	if (nat->has_port) {
		size_t ports = nl_begin(w, CTA_NAT_PROTO);

		put_port(w, CTA_PROTONAT_PORT_MIN, nat->min_port_be);
		put_port(w, CTA_PROTONAT_PORT_MAX, nat->max_port_be);
		nl_end(w, ports);
	}
	nl_end(w, nest);
}
