/* SPDX-License-Identifier: BSD-2-Clause
 * nl/ct_decode.c - ctnetlink's attributes into a snapshot. */
#include <errno.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>

#include "nl/ct.h"
#include "nl/uapi_ct.h"

static const struct nl_policy tuple_policy[CTA_TUPLE_MAX + 1] = {
	[CTA_TUPLE_IP]		= { .kind = NL_NESTED },
	[CTA_TUPLE_PROTO]	= { .kind = NL_NESTED },
	[CTA_TUPLE_ZONE]	= { .kind = NL_U16 },
};

static const struct nl_policy ip_policy[CTA_IP_MAX + 1] = {
	[CTA_IP_V4_SRC]		= { .kind = NL_UNSPEC, .min = 4 },
	[CTA_IP_V4_DST]		= { .kind = NL_UNSPEC, .min = 4 },
	[CTA_IP_V6_SRC]		= { .kind = NL_UNSPEC, .min = 16 },
	[CTA_IP_V6_DST]		= { .kind = NL_UNSPEC, .min = 16 },
};

static const struct nl_policy proto_policy[CTA_PROTO_MAX + 1] = {
	[CTA_PROTO_NUM]		= { .kind = NL_U8 },
	[CTA_PROTO_SRC_PORT]	= { .kind = NL_U16 },
	[CTA_PROTO_DST_PORT]	= { .kind = NL_U16 },
	[CTA_PROTO_ICMP_ID]	= { .kind = NL_U16 },
	[CTA_PROTO_ICMP_TYPE]	= { .kind = NL_U8 },
	[CTA_PROTO_ICMP_CODE]	= { .kind = NL_U8 },
	[CTA_PROTO_ICMPV6_ID]	= { .kind = NL_U16 },
	[CTA_PROTO_ICMPV6_TYPE]	= { .kind = NL_U8 },
	[CTA_PROTO_ICMPV6_CODE]	= { .kind = NL_U8 },
};

static const struct nl_policy ct_policy[NL_CTA_MAX + 1] = {
	[CTA_TUPLE_ORIG]	= { .kind = NL_NESTED },
	[CTA_TUPLE_REPLY]	= { .kind = NL_NESTED },
	[CTA_STATUS]		= { .kind = NL_U32 },
	[CTA_PROTOINFO]		= { .kind = NL_NESTED },
	[CTA_HELP]		= { .kind = NL_NESTED },
	[CTA_NAT_SRC]		= { .kind = NL_NESTED },
	[CTA_TIMEOUT]		= { .kind = NL_U32 },
	[CTA_MARK]		= { .kind = NL_U32 },
	[CTA_COUNTERS_ORIG]	= { .kind = NL_NESTED },
	[CTA_COUNTERS_REPLY]	= { .kind = NL_NESTED },
	[CTA_USE]		= { .kind = NL_U32 },
	[CTA_ID]		= { .kind = NL_U32 },
	[CTA_NAT_DST]		= { .kind = NL_NESTED },
	[CTA_TUPLE_MASTER]	= { .kind = NL_NESTED },
	[CTA_SEQ_ADJ_ORIG]	= { .kind = NL_NESTED },
	[CTA_SEQ_ADJ_REPLY]	= { .kind = NL_NESTED },
	[CTA_SECMARK]		= { .kind = NL_U32 },
	[CTA_ZONE]		= { .kind = NL_U16 },
	[CTA_SECCTX]		= { .kind = NL_NESTED },
	[CTA_TIMESTAMP]		= { .kind = NL_NESTED },
	[CTA_MARK_MASK]		= { .kind = NL_U32 },
	[CTA_LABELS]		= { .kind = NL_BINARY, .max = CLEW_LABELS_SIZE },
	[CTA_LABELS_MASK]	= { .kind = NL_BINARY, .max = CLEW_LABELS_SIZE },
	[CTA_SYNPROXY]		= { .kind = NL_NESTED },
	[CTA_FILTER]		= { .kind = NL_NESTED },
	[NL_CTA_STATUS_MASK]	= { .kind = NL_U32 },
	[NL_CTA_TIMESTAMP_EVENT] = { .kind = NL_U64 },
};

static int
decode_ip(const struct nl_attr *nest, struct clew_tuple *t,
	  struct nl_extack *extack)
{
	struct nl_attr tb[CTA_IP_MAX + 1];
	bool ipv4 = t->family == CLEW_IPV4;
	const struct nl_attr *src = &tb[ipv4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC];
	const struct nl_attr *dst = &tb[ipv4 ? CTA_IP_V4_DST : CTA_IP_V6_DST];
	size_t size = ipv4 ? 4 : 16;
	int err = nl_parse_nested(tb, CTA_IP_MAX, nest, ip_policy, extack);

	if (err)
		return err;
	if (src->data)
		memcpy(t->src.bytes, src->data, size);
	if (dst->data)
		memcpy(t->dst.bytes, dst->data, size);
	return 0;
}

static int
decode_proto(const struct nl_attr *nest, struct clew_tuple *t,
	     struct nl_extack *extack)
{
	struct nl_attr tb[CTA_PROTO_MAX + 1];
	int err = nl_parse_nested(tb, CTA_PROTO_MAX, nest, proto_policy,
				  extack);

	if (err)
		return err;
	t->protocol = nl_u8(&tb[CTA_PROTO_NUM]);
	switch (t->protocol) {
	case IPPROTO_ICMP:
		t->part.icmp.id_be = nl_u16(&tb[CTA_PROTO_ICMP_ID]);
		t->part.icmp.type = nl_u8(&tb[CTA_PROTO_ICMP_TYPE]);
		t->part.icmp.code = nl_u8(&tb[CTA_PROTO_ICMP_CODE]);
		break;
	case IPPROTO_ICMPV6:
		t->part.icmp.id_be = nl_u16(&tb[CTA_PROTO_ICMPV6_ID]);
		t->part.icmp.type = nl_u8(&tb[CTA_PROTO_ICMPV6_TYPE]);
		t->part.icmp.code = nl_u8(&tb[CTA_PROTO_ICMPV6_CODE]);
		break;
	default:		/* GRE's keys travel as ports */
		t->part.port.sport_be = nl_u16(&tb[CTA_PROTO_SRC_PORT]);
		t->part.port.dport_be = nl_u16(&tb[CTA_PROTO_DST_PORT]);
	}
	return 0;
}

int
nl_tuple_decode(const struct nl_attr *nest, uint8_t family,
		struct clew_tuple *t, bool *has_zone, struct nl_extack *extack)
{
	struct nl_attr tb[CTA_TUPLE_MAX + 1];
	int err;

	memset(t, 0, sizeof(*t));
	t->family = family;
	if (family != CLEW_IPV4 && family != CLEW_IPV6)
		return -EOPNOTSUPP;
	err = nl_parse_nested(tb, CTA_TUPLE_MAX, nest, tuple_policy, extack);
	if (!err)
		err = decode_ip(&tb[CTA_TUPLE_IP], t, extack);
	if (!err)
		err = decode_proto(&tb[CTA_TUPLE_PROTO], t, extack);
	if (err)
		return err;
	t->zone = nl_be16(&tb[CTA_TUPLE_ZONE]);
	if (has_zone)
		*has_zone = tb[CTA_TUPLE_ZONE].data != NULL;
	return 0;
}

static void
decode_tcp(const struct nl_attr *nest, struct clew_snapshot *ct)
{
	struct nl_attr tb[CTA_PROTOINFO_TCP_MAX + 1];

	nl_parse_nested(tb, CTA_PROTOINFO_TCP_MAX, nest, NULL, NULL);
	if (tb[CTA_PROTOINFO_TCP_STATE].data) {
		ct->has |= CLEW_HAS_STATE;
		ct->state = nl_u8(&tb[CTA_PROTOINFO_TCP_STATE]);
	}
	if (tb[CTA_PROTOINFO_TCP_WSCALE_ORIGINAL].data ||
	    tb[CTA_PROTOINFO_TCP_FLAGS_ORIGINAL].data ||
	    tb[CTA_PROTOINFO_TCP_WSCALE_REPLY].data ||
	    tb[CTA_PROTOINFO_TCP_FLAGS_REPLY].data)
		ct->has |= CLEW_HAS_PROTOINFO;
	ct->tcp_scale[0] = nl_u8(&tb[CTA_PROTOINFO_TCP_WSCALE_ORIGINAL]);
	ct->tcp_scale[1] = nl_u8(&tb[CTA_PROTOINFO_TCP_WSCALE_REPLY]);
	/* struct nf_ct_tcp_flags: flags, then the mask of those that count. */
	ct->tcp_flags[0] = nl_u8(&tb[CTA_PROTOINFO_TCP_FLAGS_ORIGINAL]);
	ct->tcp_flags[1] = nl_u8(&tb[CTA_PROTOINFO_TCP_FLAGS_REPLY]);
}

static void
decode_sctp(const struct nl_attr *nest, struct clew_snapshot *ct)
{
	struct nl_attr tb[CTA_PROTOINFO_SCTP_MAX + 1];

	nl_parse_nested(tb, CTA_PROTOINFO_SCTP_MAX, nest, NULL, NULL);
	if (tb[CTA_PROTOINFO_SCTP_STATE].data) {
		ct->has |= CLEW_HAS_STATE;
		ct->state = nl_u8(&tb[CTA_PROTOINFO_SCTP_STATE]);
	}
	if (tb[CTA_PROTOINFO_SCTP_VTAG_ORIGINAL].data ||
	    tb[CTA_PROTOINFO_SCTP_VTAG_REPLY].data)
		ct->has |= CLEW_HAS_PROTOINFO;
	ct->sctp_vtag[0] = nl_be32(&tb[CTA_PROTOINFO_SCTP_VTAG_ORIGINAL]);
	ct->sctp_vtag[1] = nl_be32(&tb[CTA_PROTOINFO_SCTP_VTAG_REPLY]);
}

static void
decode_protoinfo(const struct nl_attr *nest, struct clew_snapshot *ct)
{
	struct nl_attr tb[CTA_PROTOINFO_MAX + 1];

	nl_parse_nested(tb, CTA_PROTOINFO_MAX, nest, NULL, NULL);
	if (tb[CTA_PROTOINFO_TCP].data)
		decode_tcp(&tb[CTA_PROTOINFO_TCP], ct);
	else if (tb[CTA_PROTOINFO_SCTP].data)
		decode_sctp(&tb[CTA_PROTOINFO_SCTP], ct);
}

static void
decode_counter(const struct nl_attr *nest, struct clew_counter *counter)
{
	struct nl_attr tb[CTA_COUNTERS_MAX + 1];

	nl_parse_nested(tb, CTA_COUNTERS_MAX, nest, NULL, NULL);
	counter->packets = nl_be64(&tb[CTA_COUNTERS_PACKETS]);
	counter->bytes = nl_be64(&tb[CTA_COUNTERS_BYTES]);
	if (!tb[CTA_COUNTERS_PACKETS].data)
		counter->packets = nl_be32(&tb[CTA_COUNTERS32_PACKETS]);
	if (!tb[CTA_COUNTERS_BYTES].data)
		counter->bytes = nl_be32(&tb[CTA_COUNTERS32_BYTES]);
}

static void
decode_timestamp(const struct nl_attr *nest, struct clew_snapshot *ct)
{
	struct nl_attr tb[CTA_TIMESTAMP_MAX + 1];

	nl_parse_nested(tb, CTA_TIMESTAMP_MAX, nest, NULL, NULL);
	if (tb[CTA_TIMESTAMP_START].data) {
		ct->has |= CLEW_HAS_START;
		ct->start_ns = nl_be64(&tb[CTA_TIMESTAMP_START]);
	}
	if (tb[CTA_TIMESTAMP_STOP].data) {
		ct->has |= CLEW_HAS_STOP;
		ct->stop_ns = nl_be64(&tb[CTA_TIMESTAMP_STOP]);
	}
}

static void
decode_seqadj(const struct nl_attr *nest, struct clew_seqadj *adj)
{
	struct nl_attr tb[CTA_SEQADJ_MAX + 1];

	nl_parse_nested(tb, CTA_SEQADJ_MAX, nest, NULL, NULL);
	adj->correction_pos = nl_be32(&tb[CTA_SEQADJ_CORRECTION_POS]);
	adj->offset_before = (int32_t)nl_be32(&tb[CTA_SEQADJ_OFFSET_BEFORE]);
	adj->offset_after = (int32_t)nl_be32(&tb[CTA_SEQADJ_OFFSET_AFTER]);
}

static void
decode_synproxy(const struct nl_attr *nest, struct clew_snapshot *ct)
{
	struct nl_attr tb[CTA_SYNPROXY_MAX + 1];

	nl_parse_nested(tb, CTA_SYNPROXY_MAX, nest, NULL, NULL);
	ct->synproxy_isn = nl_be32(&tb[CTA_SYNPROXY_ISN]);
	ct->synproxy_its = nl_be32(&tb[CTA_SYNPROXY_ITS]);
	ct->synproxy_tsoff = nl_be32(&tb[CTA_SYNPROXY_TSOFF]);
}

static void
decode_name(const struct nl_attr *nest, uint16_t type, char *out, size_t size)
{
	struct nl_attr tb[2 + 1];

	nl_parse_nested(tb, 2, nest, NULL, NULL);
	nl_string(&tb[type], out, size);
}

/* The tuples. */
static int
decode_tuples(const struct nl_attr tb[], uint8_t family,
	      struct clew_snapshot *ct, struct nl_extack *extack)
{
	static const uint16_t type[CLEW_DIRS] = {
		CTA_TUPLE_ORIG, CTA_TUPLE_REPLY,
	};
	int err;

	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		bool has_zone;

		if (!tb[type[dir]].data)
			continue;
		err = nl_tuple_decode(&tb[type[dir]], family, &ct->tuple[dir],
				      &has_zone, extack);
		if (err)
			return err;
		ct->has |= CLEW_HAS_ORIG << dir;
		if (has_zone)
			ct->has |= CLEW_HAS_ZONE_ORIG << dir;
	}
	if (tb[CTA_TUPLE_MASTER].data) {
		err = nl_tuple_decode(&tb[CTA_TUPLE_MASTER], family,
				      &ct->master, NULL, extack);
		if (err)
			return err;
		ct->has |= CLEW_HAS_MASTER;
	}
	return 0;
}

/* Attributes that are one number each. */
static void
decode_numbers(const struct nl_attr tb[], struct clew_snapshot *ct)
{
	const struct {
		uint16_t type;
		uint32_t has;
		uint32_t *to;
	} numbers[] = {
		{ CTA_STATUS,	CLEW_HAS_STATUS,	&ct->status },
		{ CTA_TIMEOUT,	CLEW_HAS_TIMEOUT,	&ct->timeout_s },
		{ CTA_MARK,	CLEW_HAS_MARK,		&ct->mark },
		{ CTA_ID,	CLEW_HAS_ID,		&ct->id },
		{ CTA_USE,	CLEW_HAS_USE,		&ct->use },
		{ CTA_SECMARK,	CLEW_HAS_SECMARK,	&ct->secmark },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (!tb[numbers[i].type].data)
			continue;
		ct->has |= numbers[i].has;
		*numbers[i].to = nl_be32(&tb[numbers[i].type]);
	}
	if (tb[CTA_ZONE].data) {
		ct->has |= CLEW_HAS_ZONE;
		ct->zone = nl_be16(&tb[CTA_ZONE]);
	}
	if (tb[NL_CTA_TIMESTAMP_EVENT].data) {
		ct->has |= CLEW_HAS_EVENT_TIME;
		ct->event_ns = nl_be64(&tb[NL_CTA_TIMESTAMP_EVENT]);
	}
}

static void
decode_nests(const struct nl_attr tb[], struct clew_snapshot *ct)
{
	static const uint16_t counters[] = {
		CTA_COUNTERS_ORIG, CTA_COUNTERS_REPLY,
	};
	static const uint16_t adjustments[] = {
		CTA_SEQ_ADJ_ORIG, CTA_SEQ_ADJ_REPLY,
	};

	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		if (tb[counters[dir]].data) {
			ct->has |= CLEW_HAS_COUNTERS;
			decode_counter(&tb[counters[dir]], &ct->counter[dir]);
		}
		if (tb[adjustments[dir]].data) {
			ct->has |= CLEW_HAS_SEQADJ;
			decode_seqadj(&tb[adjustments[dir]], &ct->seqadj[dir]);
		}
	}
	if (tb[CTA_PROTOINFO].data)
		decode_protoinfo(&tb[CTA_PROTOINFO], ct);
	if (tb[CTA_TIMESTAMP].data)
		decode_timestamp(&tb[CTA_TIMESTAMP], ct);
	if (tb[CTA_SYNPROXY].data) {
		ct->has |= CLEW_HAS_SYNPROXY;
		decode_synproxy(&tb[CTA_SYNPROXY], ct);
	}
	if (tb[CTA_HELP].data) {
		ct->has |= CLEW_HAS_HELPER;
		decode_name(&tb[CTA_HELP], CTA_HELP_NAME, ct->helper,
			    sizeof(ct->helper));
	}
	if (tb[CTA_SECCTX].data) {
		ct->has |= CLEW_HAS_SECCTX;
		decode_name(&tb[CTA_SECCTX], CTA_SECCTX_NAME, ct->secctx,
			    sizeof(ct->secctx));
	}
	if (tb[CTA_LABELS].data) {
		ct->has |= CLEW_HAS_LABELS;
		memcpy(ct->labels, tb[CTA_LABELS].data, tb[CTA_LABELS].len);
	}
}

int
nl_ct_decode(const void *attrs, size_t size, uint8_t family,
	     struct clew_snapshot *ct, struct nl_extack *extack)
{
	struct nl_attr tb[NL_CTA_MAX + 1];
	int err = nl_parse(tb, NL_CTA_MAX, attrs, size, ct_policy, extack);

	memset(ct, 0, sizeof(*ct));
	if (!err)
		err = decode_tuples(tb, family, ct, extack);
	if (err)
		return err;
	decode_numbers(tb, ct);
	decode_nests(tb, ct);
	return 0;
}

int
nl_nat_decode(const struct nl_attr *nest, uint8_t family, struct nl_nat *nat,
	      struct nl_extack *extack)
{
	static const struct nl_policy policy[CTA_NAT_MAX + 1] = {
		[CTA_NAT_V4_MINIP]	= { .kind = NL_U32 },
		[CTA_NAT_V4_MAXIP]	= { .kind = NL_U32 },
		[CTA_NAT_PROTO]		= { .kind = NL_NESTED },
		[CTA_NAT_V6_MINIP]	= { .kind = NL_UNSPEC, .min = 16 },
		[CTA_NAT_V6_MAXIP]	= { .kind = NL_UNSPEC, .min = 16 },
	};
	bool ipv4 = family == CLEW_IPV4;
	static const struct nl_policy port_policy[CTA_PROTONAT_MAX + 1] = {
		[CTA_PROTONAT_PORT_MIN]	= { .kind = NL_U16 },
		[CTA_PROTONAT_PORT_MAX]	= { .kind = NL_U16 },
	};
	struct nl_attr tb[CTA_NAT_MAX + 1], ports[CTA_PROTONAT_MAX + 1];
	const struct nl_attr *min, *max;
	int err = nl_parse_nested(tb, CTA_NAT_MAX, nest, policy, extack);

	memset(nat, 0, sizeof(*nat));
	if (err)
		return err;
	nat->is_set = true;
	min = &tb[ipv4 ? CTA_NAT_V4_MINIP : CTA_NAT_V6_MINIP];
	max = &tb[ipv4 ? CTA_NAT_V4_MAXIP : CTA_NAT_V6_MAXIP];
	if (min->data) {
		nat->has_addr = true;
		memcpy(nat->min_addr.bytes, min->data, ipv4 ? 4 : 16);
		nat->max_addr = nat->min_addr;
	}
	if (max->data)
		memcpy(nat->max_addr.bytes, max->data, ipv4 ? 4 : 16);
	err = nl_parse_nested(ports, CTA_PROTONAT_MAX, &tb[CTA_NAT_PROTO],
			      port_policy, extack);
	if (err)
		return err;
	nat->has_port = ports[CTA_PROTONAT_PORT_MIN].data ||
			ports[CTA_PROTONAT_PORT_MAX].data;
	nat->min_port_be = nl_u16(&ports[CTA_PROTONAT_PORT_MIN]);
	nat->max_port_be = ports[CTA_PROTONAT_PORT_MAX].data ?
			   nl_u16(&ports[CTA_PROTONAT_PORT_MAX]) :
			   nat->min_port_be;
	return 0;
}
