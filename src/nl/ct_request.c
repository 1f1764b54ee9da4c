/* SPDX-License-Identifier: BSD-2-Clause
 * nl/ct_request.c - requests to ctnetlink, read as strictly as Linux does. */
#include "nl/ct_request.h"

#include <errno.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>

enum {
	TCP_SCALE_MAX = 14,
	SCTP_STATE_MAX = CLEW_SCTP_STATES - 1,
	TCP_STATE_MAX = CLEW_TCP_STATES - 1,
	EXPECT_FLAGS = CLEW_EXPECT_PERMANENT | CLEW_EXPECT_INACTIVE |
		       CLEW_EXPECT_USERSPACE,
	PROTO_FLAGS = NL_CT_FILTER_SPORT | NL_CT_FILTER_DPORT |
		      NL_CT_FILTER_ICMP_TYPE | NL_CT_FILTER_ICMP_CODE |
		      NL_CT_FILTER_ICMP_ID | NL_CT_FILTER_ICMPV6_TYPE |
		      NL_CT_FILTER_ICMPV6_CODE | NL_CT_FILTER_ICMPV6_ID,
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
	[CTA_ID]		= { .kind = NL_U32 },
	[CTA_NAT_DST]		= { .kind = NL_NESTED },
	[CTA_TUPLE_MASTER]	= { .kind = NL_NESTED },
	[CTA_SEQ_ADJ_ORIG]	= { .kind = NL_NESTED },
	[CTA_SEQ_ADJ_REPLY]	= { .kind = NL_NESTED },
	[CTA_ZONE]		= { .kind = NL_U16 },
	[CTA_MARK_MASK]		= { .kind = NL_U32 },
	[CTA_LABELS]		= { .kind = NL_BINARY, .max = CLEW_LABELS_SIZE },
	[CTA_LABELS_MASK]	= { .kind = NL_BINARY, .max = CLEW_LABELS_SIZE },
	[CTA_FILTER]		= { .kind = NL_NESTED },
	[NL_CTA_STATUS_MASK]	= { .kind = NL_U32 },
	[NL_CTA_TIMESTAMP_EVENT] = { .kind = NL_REJECT },
};

static const struct nl_policy expect_policy[CTA_EXPECT_MAX + 1] = {
	[CTA_EXPECT_MASTER]	= { .kind = NL_NESTED },
	[CTA_EXPECT_TUPLE]	= { .kind = NL_NESTED },
	[CTA_EXPECT_MASK]	= { .kind = NL_NESTED },
	[CTA_EXPECT_TIMEOUT]	= { .kind = NL_U32 },
	[CTA_EXPECT_ID]		= { .kind = NL_U32 },
	[CTA_EXPECT_HELP_NAME]	= { .kind = NL_NUL_STRING,
				    .max = CLEW_HELPER_SIZE - 1 },
	[CTA_EXPECT_ZONE]	= { .kind = NL_U16 },
	[CTA_EXPECT_FLAGS]	= { .kind = NL_U32, .is_be = true,
				    .value_mask = EXPECT_FLAGS },
	[CTA_EXPECT_CLASS]	= { .kind = NL_U32 },
	[CTA_EXPECT_NAT]	= { .kind = NL_NESTED },
	[CTA_EXPECT_FN]		= { .kind = NL_NUL_STRING },
};

int
nl_ct_request(struct nl_attr tb[NL_CTA_MAX + 1], const void *attrs,
	      size_t size, struct nl_extack *extack)
{
	return nl_parse(tb, NL_CTA_MAX, attrs, size, ct_policy, extack);
}

int
nl_expect_request(struct nl_attr tb[CTA_EXPECT_MAX + 1], const void *attrs,
		  size_t size, struct nl_extack *extack)
{
	return nl_parse(tb, CTA_EXPECT_MAX, attrs, size, expect_policy,
			extack);
}

struct nl_zone
nl_zone_request(const struct nl_attr *a)
{
	return (struct nl_zone){ .id = nl_be16(a) };
}

/* Tuples. */

/* A part that counts must be there. */
static bool
lacks(const struct nl_attr tb[], uint32_t flags, uint32_t flag, uint16_t type)
{
	return flags & flag && !tb[type].data;
}

static int
read_ip(const struct nl_attr *nest, uint32_t flags, struct clew_tuple *t)
{
	static const struct nl_policy policy[CTA_IP_MAX + 1] = {
		[CTA_IP_V4_SRC]	= { .kind = NL_U32 },
		[CTA_IP_V4_DST]	= { .kind = NL_U32 },
		[CTA_IP_V6_SRC]	= { .min = 16 },
		[CTA_IP_V6_DST]	= { .min = 16 },
	};
	bool ipv4 = t->family == CLEW_IPV4;
	uint16_t src = ipv4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC;
	uint16_t dst = ipv4 ? CTA_IP_V4_DST : CTA_IP_V6_DST;
	size_t size = ipv4 ? 4 : 16;
	struct nl_attr tb[CTA_IP_MAX + 1];
	int err = nl_parse_nested(tb, CTA_IP_MAX, nest, policy, NULL);

	if (err)
		return err;
	if (lacks(tb, flags, NL_CT_FILTER_SRC, src) ||
	    lacks(tb, flags, NL_CT_FILTER_DST, dst))
		return -EINVAL;
	if (flags & NL_CT_FILTER_SRC)
		memcpy(t->src.bytes, tb[src].data, size);
	if (flags & NL_CT_FILTER_DST)
		memcpy(t->dst.bytes, tb[dst].data, size);
	return 0;
}

static int
read_ports(const struct nl_attr *nest, const struct nl_attr tb[],
	   uint32_t flags, struct clew_tuple *t)
{
	static const struct nl_policy policy[CTA_PROTO_MAX + 1] = {
		[CTA_PROTO_SRC_PORT]	= { .kind = NL_U16 },
		[CTA_PROTO_DST_PORT]	= { .kind = NL_U16 },
	};
	struct nl_attr again[CTA_PROTO_MAX + 1];
	int err = nl_parse_nested(again, CTA_PROTO_MAX, nest, policy, NULL);

	if (err)
		return err;
	if (lacks(tb, flags, NL_CT_FILTER_SPORT, CTA_PROTO_SRC_PORT) ||
	    lacks(tb, flags, NL_CT_FILTER_DPORT, CTA_PROTO_DST_PORT))
		return -EINVAL;
	if (flags & NL_CT_FILTER_SPORT)
		t->part.port.sport_be = nl_u16(&tb[CTA_PROTO_SRC_PORT]);
	if (flags & NL_CT_FILTER_DPORT)
		t->part.port.dport_be = nl_u16(&tb[CTA_PROTO_DST_PORT]);
	return 0;
}

/* Only queries have an answer. */
static bool
is_icmp_query(uint8_t type)
{
	switch (type) {
	case 0:		/* echo, and its answer */
	case 8:
	case 13:	/* timestamp */
	case 14:
	case 15:	/* information */
	case 16:
	case 17:	/* address mask */
	case 18:
		return true;
	}
	return false;
}

static bool
is_icmpv6_query(uint8_t type)
{
	switch (type) {
	case 128:	/* echo */
	case 129:
	case 139:	/* node information */
	case 140:
		return true;
	}
	return false;
}

static int
read_icmp(const struct nl_attr *nest, const struct nl_attr tb[],
	  uint32_t flags, struct clew_tuple *t)
{
	static const struct nl_policy policy[2][CTA_PROTO_MAX + 1] = {
		{ [CTA_PROTO_ICMP_TYPE]	= { .kind = NL_U8 },
		  [CTA_PROTO_ICMP_CODE]	= { .kind = NL_U8 },
		  [CTA_PROTO_ICMP_ID]	= { .kind = NL_U16 } },
		{ [CTA_PROTO_ICMPV6_TYPE] = { .kind = NL_U8 },
		  [CTA_PROTO_ICMPV6_CODE] = { .kind = NL_U8 },
		  [CTA_PROTO_ICMPV6_ID]	= { .kind = NL_U16 } },
	};
	bool v6 = t->protocol == IPPROTO_ICMPV6;
	uint16_t type = v6 ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE;
	uint16_t code = v6 ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE;
	uint16_t id = v6 ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID;
	uint32_t f = v6 ? flags / (NL_CT_FILTER_ICMPV6_TYPE /
				   NL_CT_FILTER_ICMP_TYPE) : flags;
	struct nl_attr again[CTA_PROTO_MAX + 1];
	int err = nl_parse_nested(again, CTA_PROTO_MAX, nest, policy[v6],
				  NULL);

	if (err)
		return err;
	if (lacks(tb, f, NL_CT_FILTER_ICMP_TYPE, type) ||
	    lacks(tb, f, NL_CT_FILTER_ICMP_CODE, code) ||
	    lacks(tb, f, NL_CT_FILTER_ICMP_ID, id))
		return -EINVAL;
	if (f & NL_CT_FILTER_ICMP_TYPE) {
		t->part.icmp.type = nl_u8(&tb[type]);
		if (v6 ? !is_icmpv6_query(t->part.icmp.type) :
			 !is_icmp_query(t->part.icmp.type))
			return -EINVAL;
	}
	if (f & NL_CT_FILTER_ICMP_CODE)
		t->part.icmp.code = nl_u8(&tb[code]);
	if (f & NL_CT_FILTER_ICMP_ID)
		t->part.icmp.id_be = nl_u16(&tb[id]);
	return 0;
}

static int
read_proto(const struct nl_attr *nest, uint32_t flags, struct clew_tuple *t)
{
	static const struct nl_policy policy[CTA_PROTO_MAX + 1] = {
		[CTA_PROTO_NUM] = { .kind = NL_U8 },
	};
	struct nl_attr tb[CTA_PROTO_MAX + 1];
	int err = nl_parse_nested(tb, CTA_PROTO_MAX, nest, policy, NULL);

	if (err)
		return err;
	if (!tb[CTA_PROTO_NUM].data)
		return -EINVAL;
	t->protocol = nl_u8(&tb[CTA_PROTO_NUM]);
	switch (t->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_GRE:
		return read_ports(nest, tb, flags, t);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return read_icmp(nest, tb, flags, t);
	}
	return 0;
}

static int
read_zone(const struct nl_attr *a, enum clew_dir dir, struct nl_zone *zone)
{
	if (!zone || zone->id)
		return -EINVAL;
	*zone = (struct nl_zone){
		.id = nl_be16(a), .one_way = true, .dir = dir,
	};
	return 0;
}

int
nl_tuple_request(const struct nl_attr *nest, uint8_t family,
		 enum clew_dir dir, uint32_t flags, struct clew_tuple *t,
		 struct nl_zone *zone)
{
	static const struct nl_policy policy[CTA_TUPLE_MAX + 1] = {
		[CTA_TUPLE_IP]		= { .kind = NL_NESTED },
		[CTA_TUPLE_PROTO]	= { .kind = NL_NESTED },
		[CTA_TUPLE_ZONE]	= { .kind = NL_U16 },
	};
	struct nl_attr tb[CTA_TUPLE_MAX + 1];
	int err = nl_parse_nested(tb, CTA_TUPLE_MAX, nest, policy, NULL);

	memset(t, 0, sizeof(*t));
	if (err)
		return err;
	if (family != CLEW_IPV4 && family != CLEW_IPV6)
		return -EOPNOTSUPP;
	t->family = family;
	if (flags & (NL_CT_FILTER_SRC | NL_CT_FILTER_DST)) {
		if (!tb[CTA_TUPLE_IP].data)
			return -EINVAL;
		err = read_ip(&tb[CTA_TUPLE_IP], flags, t);
		if (err)
			return err;
	}
	if (flags & NL_CT_FILTER_PROTO) {
		if (!tb[CTA_TUPLE_PROTO].data)
			return -EINVAL;
		err = read_proto(&tb[CTA_TUPLE_PROTO], flags, t);
		if (err)
			return err;
	} else if (flags & PROTO_FLAGS) {
		return -EINVAL;
	}
	if (flags & NL_CT_FILTER_ZONE && tb[CTA_TUPLE_ZONE].data)
		return read_zone(&tb[CTA_TUPLE_ZONE], dir, zone);
	return 0;
}

/* Linux reads this one nest strictly: marked as one, nothing unknown in it,
 * sizes exact. */
int
nl_filter_request(const struct nl_attr *nest, uint32_t flags[CLEW_DIRS])
{
	struct nl_reader r = nl_nested(nest);
	struct nl_attr a;

	if (!(nest->flags & NLA_F_NESTED))
		return -EINVAL;
	while (nl_next(&r, &a)) {
		if ((a.type != CTA_FILTER_ORIG_FLAGS &&
		     a.type != CTA_FILTER_REPLY_FLAGS) || a.len != 4 ||
		    nl_u32(&a) & ~NL_CT_FILTER_ALL)
			return -EINVAL;
		flags[a.type == CTA_FILTER_REPLY_FLAGS] = nl_u32(&a);
	}
	return r.at == r.end ? 0 : -EINVAL;
}

int
nl_help_request(const struct nl_attr *nest, char name[CLEW_HELPER_SIZE],
		struct nl_attr *info)
{
	static const struct nl_policy policy[CTA_HELP_MAX + 1] = {
		[CTA_HELP_NAME] = { .kind = NL_NUL_STRING,
				    .max = CLEW_HELPER_SIZE - 1 },
	};
	struct nl_attr tb[CTA_HELP_MAX + 1];
	int err = nl_parse_nested(tb, CTA_HELP_MAX, nest, policy, NULL);

	if (err)
		return err;
	if (!tb[CTA_HELP_NAME].data)
		return -EINVAL;
	nl_string(&tb[CTA_HELP_NAME], name, CLEW_HELPER_SIZE);
	*info = tb[CTA_HELP_INFO];
	return 0;
}

/* Protocols. */

static int
read_tcp(const struct nl_attr *nest, struct nl_protoinfo *info)
{
	static const struct nl_policy policy[CTA_PROTOINFO_TCP_MAX + 1] = {
		[CTA_PROTOINFO_TCP_STATE] = {
			.kind = NL_U8, .value_max = TCP_STATE_MAX },
		[CTA_PROTOINFO_TCP_WSCALE_ORIGINAL] = {
			.kind = NL_U8, .value_max = TCP_SCALE_MAX },
		[CTA_PROTOINFO_TCP_WSCALE_REPLY] = {
			.kind = NL_U8, .value_max = TCP_SCALE_MAX },
		[CTA_PROTOINFO_TCP_FLAGS_ORIGINAL] = {
			.min = sizeof(struct nf_ct_tcp_flags) },
		[CTA_PROTOINFO_TCP_FLAGS_REPLY] = {
			.min = sizeof(struct nf_ct_tcp_flags) },
	};
	struct nl_attr tb[CTA_PROTOINFO_TCP_MAX + 1];
	int err = nl_parse_nested(tb, CTA_PROTOINFO_TCP_MAX, nest, policy,
				  NULL);

	if (err)
		return err;
	info->has_state = tb[CTA_PROTOINFO_TCP_STATE].data != NULL;
	info->state = nl_u8(&tb[CTA_PROTOINFO_TCP_STATE]);
	info->has_scales = tb[CTA_PROTOINFO_TCP_WSCALE_ORIGINAL].data &&
			   tb[CTA_PROTOINFO_TCP_WSCALE_REPLY].data;
	info->scale[0] = nl_u8(&tb[CTA_PROTOINFO_TCP_WSCALE_ORIGINAL]);
	info->scale[1] = nl_u8(&tb[CTA_PROTOINFO_TCP_WSCALE_REPLY]);
	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		const struct nl_attr *flags =
			&tb[dir ? CTA_PROTOINFO_TCP_FLAGS_REPLY :
				  CTA_PROTOINFO_TCP_FLAGS_ORIGINAL];

		if (!flags->data)
			continue;
		info->flags[dir] = flags->data[0];
		info->flags_mask[dir] = flags->data[1];
	}
	return 0;
}

static int
read_sctp(const struct nl_attr *nest, struct nl_protoinfo *info)
{
	static const struct nl_policy policy[CTA_PROTOINFO_SCTP_MAX + 1] = {
		[CTA_PROTOINFO_SCTP_STATE] = {
			.kind = NL_U8, .value_max = SCTP_STATE_MAX },
		[CTA_PROTOINFO_SCTP_VTAG_ORIGINAL] = { .kind = NL_U32 },
		[CTA_PROTOINFO_SCTP_VTAG_REPLY] = { .kind = NL_U32 },
	};
	struct nl_attr tb[CTA_PROTOINFO_SCTP_MAX + 1];
	int err = nl_parse_nested(tb, CTA_PROTOINFO_SCTP_MAX, nest, policy,
				  NULL);

	if (err)
		return err;
	if (!tb[CTA_PROTOINFO_SCTP_STATE].data ||
	    !tb[CTA_PROTOINFO_SCTP_VTAG_ORIGINAL].data ||
	    !tb[CTA_PROTOINFO_SCTP_VTAG_REPLY].data)
		return -EINVAL;
	info->has_state = info->has_vtags = true;
	info->state = nl_u8(&tb[CTA_PROTOINFO_SCTP_STATE]);
	info->vtag[0] = nl_be32(&tb[CTA_PROTOINFO_SCTP_VTAG_ORIGINAL]);
	info->vtag[1] = nl_be32(&tb[CTA_PROTOINFO_SCTP_VTAG_REPLY]);
	return 0;
}

int
nl_protoinfo_request(const struct nl_attr *nest, uint8_t protocol,
		     struct nl_protoinfo *info)
{
	static const struct nl_policy policy[CTA_PROTOINFO_MAX + 1] = {
		[CTA_PROTOINFO_TCP]	= { .kind = NL_NESTED },
		[CTA_PROTOINFO_SCTP]	= { .kind = NL_NESTED },
	};
	struct nl_attr tb[CTA_PROTOINFO_MAX + 1];
	int err = nl_parse_nested(tb, CTA_PROTOINFO_MAX, nest, policy, NULL);

	memset(info, 0, sizeof(*info));
	if (err)
		return err;
	if (protocol == IPPROTO_TCP && tb[CTA_PROTOINFO_TCP].data)
		return read_tcp(&tb[CTA_PROTOINFO_TCP], info);
	if (protocol == IPPROTO_SCTP && tb[CTA_PROTOINFO_SCTP].data)
		return read_sctp(&tb[CTA_PROTOINFO_SCTP], info);
	return 0;
}

/* Three numbers of 32 bits, types 1 to 3, all of them. */
static int
read_three(const struct nl_attr *nest, uint32_t value[3])
{
	static const struct nl_policy policy[3 + 1] = {
		[1] = { .kind = NL_U32 },
		[2] = { .kind = NL_U32 },
		[3] = { .kind = NL_U32 },
	};
	struct nl_attr tb[3 + 1];
	int err = nl_parse_nested(tb, 3, nest, policy, NULL);

	for (int i = 0; i < 3 && !err; i++) {
		if (!tb[i + 1].data)
			return -EINVAL;
		value[i] = nl_be32(&tb[i + 1]);
	}
	return err;
}

int
nl_seqadj_request(const struct nl_attr *nest, struct clew_seqadj *adj)
{
	uint32_t value[3];
	int err = read_three(nest, value);

	if (!err)
		*adj = (struct clew_seqadj){
			value[0], (int32_t)value[1], (int32_t)value[2],
		};
	return err;
}

int
nl_synproxy_request(const struct nl_attr *nest, uint32_t *isn, uint32_t *its,
		    uint32_t *tsoff)
{
	uint32_t value[3];
	int err = read_three(nest, value);

	if (err)
		return err;
	*isn = value[0];
	*its = value[1];
	*tsoff = value[2];
	return 0;
}

int
nl_expect_nat_request(const struct nl_attr *nest, uint8_t family,
		      uint8_t *dir, struct clew_tuple *t)
{
	static const struct nl_policy policy[CTA_EXPECT_NAT_MAX + 1] = {
		[CTA_EXPECT_NAT_DIR]	= { .kind = NL_U32, .is_be = true,
					    .value_max = CLEW_DIR_REPLY },
		[CTA_EXPECT_NAT_TUPLE]	= { .kind = NL_NESTED },
	};
	struct nl_attr tb[CTA_EXPECT_NAT_MAX + 1];
	int err = nl_parse_nested(tb, CTA_EXPECT_NAT_MAX, nest, policy, NULL);

	if (err)
		return err;
	if (!tb[CTA_EXPECT_NAT_DIR].data || !tb[CTA_EXPECT_NAT_TUPLE].data)
		return -EINVAL;
	*dir = (uint8_t)nl_be32(&tb[CTA_EXPECT_NAT_DIR]);
	return nl_tuple_request(&tb[CTA_EXPECT_NAT_TUPLE], family,
				CLEW_DIR_ORIG, NL_CT_FILTER_ALL, t, NULL);
}
