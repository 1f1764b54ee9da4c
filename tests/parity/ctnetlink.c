/* SPDX-License-Identifier: BSD-2-Clause
 * parity/ctnetlink.c - Linux's connection messages as snapshots.
 *
 * Written from linux/netfilter/nfnetlink_conntrack.h (the interface's header)
 * and from what a 6.18 kernel sends.  Strict: an attribute that is not in a
 * table below fails the run, so that nothing Linux says goes uncompared. */
#include "parity/ctnetlink.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

/* Newer than the system's header. */
#define CT_TIMESTAMP_EVENT 27

static uint16_t
u16(const struct nlattr *a)
{
	uint16_t v = 0;

	if (mnl_attr_get_payload_len(a) >= sizeof(v))
		memcpy(&v, mnl_attr_get_payload(a), sizeof(v));
	return v;
}

static uint32_t
u32(const struct nlattr *a)
{
	uint32_t v = 0;

	if (mnl_attr_get_payload_len(a) >= sizeof(v))
		memcpy(&v, mnl_attr_get_payload(a), sizeof(v));
	return ntohl(v);
}

static uint64_t
u64(const struct nlattr *a)
{
	uint64_t v = 0;

	if (mnl_attr_get_payload_len(a) >= sizeof(v))
		memcpy(&v, mnl_attr_get_payload(a), sizeof(v));
	return be64toh(v);
}

static uint8_t
u8(const struct nlattr *a)
{
	return mnl_attr_get_payload_len(a) ? mnl_attr_get_u8(a) : 0;
}

static void
copy(void *to, size_t size, const struct nlattr *a)
{
	size_t len = mnl_attr_get_payload_len(a);

	memcpy(to, mnl_attr_get_payload(a), len < size ? len : size);
}

static const char *
tuple_ip(struct clew_tuple *t, const struct nlattr *nest)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_IP_V4_SRC:
		case CTA_IP_V6_SRC:
			copy(&t->src, sizeof(t->src), a);
			break;
		case CTA_IP_V4_DST:
		case CTA_IP_V6_DST:
			copy(&t->dst, sizeof(t->dst), a);
			break;
		default:
			return "attribute of CTA_TUPLE_IP";
		}
	}
	return NULL;
}

static const char *
tuple_proto(struct clew_tuple *t, const struct nlattr *nest)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_PROTO_NUM:
			t->protocol = u8(a);
			break;
		case CTA_PROTO_SRC_PORT:
			t->part.port.sport_be = u16(a);
			break;
		case CTA_PROTO_DST_PORT:
			t->part.port.dport_be = u16(a);
			break;
		case CTA_PROTO_ICMP_ID:
		case CTA_PROTO_ICMPV6_ID:
			t->part.icmp.id_be = u16(a);
			break;
		case CTA_PROTO_ICMP_TYPE:
		case CTA_PROTO_ICMPV6_TYPE:
			t->part.icmp.type = u8(a);
			break;
		case CTA_PROTO_ICMP_CODE:
		case CTA_PROTO_ICMPV6_CODE:
			t->part.icmp.code = u8(a);
			break;
		default:
			return "attribute of CTA_TUPLE_PROTO";
		}
	}
	return NULL;
}

static const char *
tuple(struct clew_tuple *t, const struct nlattr *nest, uint8_t family,
      bool *has_zone)
{
	const char *error = NULL;
	const struct nlattr *a;

	t->family = family;
	*has_zone = false;
	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_TUPLE_IP:
			error = tuple_ip(t, a);
			break;
		case CTA_TUPLE_PROTO:
			error = tuple_proto(t, a);
			break;
		case CTA_TUPLE_ZONE:
			t->zone = ntohs(u16(a));
			*has_zone = true;
			break;
		default:
			return "attribute of CTA_TUPLE";
		}
		if (error)
			return error;
	}
	return NULL;
}

static const char *
proto_tcp(struct clew_snapshot *ct, const struct nlattr *nest)
{
	struct nf_ct_tcp_flags flags;
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_PROTOINFO_TCP_STATE:
			ct->has |= CLEW_HAS_STATE;
			ct->state = u8(a);
			break;
		case CTA_PROTOINFO_TCP_WSCALE_ORIGINAL:
			ct->has |= CLEW_HAS_PROTOINFO;
			ct->tcp_scale[0] = u8(a);
			break;
		case CTA_PROTOINFO_TCP_WSCALE_REPLY:
			ct->tcp_scale[1] = u8(a);
			break;
		case CTA_PROTOINFO_TCP_FLAGS_ORIGINAL:
			copy(&flags, sizeof(flags), a);
			ct->tcp_flags[0] = flags.flags;
			break;
		case CTA_PROTOINFO_TCP_FLAGS_REPLY:
			copy(&flags, sizeof(flags), a);
			ct->tcp_flags[1] = flags.flags;
			break;
		default:
			return "attribute of CTA_PROTOINFO_TCP";
		}
	}
	return NULL;
}

static const char *
proto_sctp(struct clew_snapshot *ct, const struct nlattr *nest)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_PROTOINFO_SCTP_STATE:
			ct->has |= CLEW_HAS_STATE;
			ct->state = u8(a);
			break;
		case CTA_PROTOINFO_SCTP_VTAG_ORIGINAL:
			ct->has |= CLEW_HAS_PROTOINFO;
			ct->sctp_vtag[0] = u32(a);
			break;
		case CTA_PROTOINFO_SCTP_VTAG_REPLY:
			ct->sctp_vtag[1] = u32(a);
			break;
		default:
			return "attribute of CTA_PROTOINFO_SCTP";
		}
	}
	return NULL;
}

static const char *
protoinfo(struct clew_snapshot *ct, const struct nlattr *nest)
{
	const char *error = NULL;
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_PROTOINFO_TCP:
			error = proto_tcp(ct, a);
			break;
		case CTA_PROTOINFO_SCTP:
			error = proto_sctp(ct, a);
			break;
		default:
			return "attribute of CTA_PROTOINFO";
		}
		if (error)
			return error;
	}
	return NULL;
}

static const char *
counters(struct clew_snapshot *ct, unsigned dir, const struct nlattr *nest)
{
	const struct nlattr *a;

	ct->has |= CLEW_HAS_COUNTERS;
	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_COUNTERS_PACKETS:
			ct->counter[dir].packets = u64(a);
			break;
		case CTA_COUNTERS_BYTES:
			ct->counter[dir].bytes = u64(a);
			break;
		case CTA_COUNTERS_PAD:
			break;
		default:
			return "attribute of CTA_COUNTERS";
		}
	}
	return NULL;
}

static const char *
timestamp(struct clew_snapshot *ct, const struct nlattr *nest)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_TIMESTAMP_START:
			ct->has |= CLEW_HAS_START;
			ct->start_ns = u64(a);
			break;
		case CTA_TIMESTAMP_STOP:
			ct->has |= CLEW_HAS_STOP;
			ct->stop_ns = u64(a);
			break;
		case CTA_TIMESTAMP_PAD:
			break;
		default:
			return "attribute of CTA_TIMESTAMP";
		}
	}
	return NULL;
}

static const char *
seqadj(struct clew_snapshot *ct, unsigned dir, const struct nlattr *nest)
{
	const struct nlattr *a;

	ct->has |= CLEW_HAS_SEQADJ;
	mnl_attr_for_each_nested(a, nest) {
		switch (mnl_attr_get_type(a)) {
		case CTA_SEQADJ_CORRECTION_POS:
			ct->seqadj[dir].correction_pos = u32(a);
			break;
		case CTA_SEQADJ_OFFSET_BEFORE:
			ct->seqadj[dir].offset_before = (int32_t)u32(a);
			break;
		case CTA_SEQADJ_OFFSET_AFTER:
			ct->seqadj[dir].offset_after = (int32_t)u32(a);
			break;
		default:
			return "attribute of CTA_SEQ_ADJ";
		}
	}
	return NULL;
}

static const char *
helper(struct clew_snapshot *ct, const struct nlattr *nest)
{
	const struct nlattr *a;

	ct->has |= CLEW_HAS_HELPER;
	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) == CTA_HELP_NAME)
			copy(ct->helper, sizeof(ct->helper) - 1, a);
	}
	return NULL;
}

const char *
ctnetlink_decode(struct clew_snapshot *ct, const struct nlmsghdr *nlh)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const char *error = NULL;
	const struct nlattr *a;
	bool zoned;

	memset(ct, 0, sizeof(*ct));
	mnl_attr_for_each(a, nlh, sizeof(*nfg)) {
		switch (mnl_attr_get_type(a)) {
		case CTA_TUPLE_ORIG:
			ct->has |= CLEW_HAS_ORIG;
			error = tuple(&ct->tuple[0], a, nfg->nfgen_family,
				      &zoned);
			if (zoned)
				ct->has |= CLEW_HAS_ZONE_ORIG;
			break;
		case CTA_TUPLE_REPLY:
			ct->has |= CLEW_HAS_REPLY;
			error = tuple(&ct->tuple[1], a, nfg->nfgen_family,
				      &zoned);
			if (zoned)
				ct->has |= CLEW_HAS_ZONE_REPLY;
			break;
		case CTA_TUPLE_MASTER:
			ct->has |= CLEW_HAS_MASTER;
			error = tuple(&ct->master, a, nfg->nfgen_family,
				      &zoned);
			break;
		case CTA_STATUS:
			ct->has |= CLEW_HAS_STATUS;
			ct->status = u32(a);
			break;
		case CTA_TIMEOUT:
			ct->has |= CLEW_HAS_TIMEOUT;
			ct->timeout_s = u32(a);
			break;
		case CTA_PROTOINFO:
			error = protoinfo(ct, a);
			break;
		case CTA_COUNTERS_ORIG:
			error = counters(ct, 0, a);
			break;
		case CTA_COUNTERS_REPLY:
			error = counters(ct, 1, a);
			break;
		case CTA_TIMESTAMP:
			error = timestamp(ct, a);
			break;
		case CTA_MARK:
			ct->has |= CLEW_HAS_MARK;
			ct->mark = u32(a);
			break;
		case CTA_ZONE:
			ct->has |= CLEW_HAS_ZONE;
			ct->zone = ntohs(u16(a));
			break;
		case CTA_ID:
			ct->has |= CLEW_HAS_ID;
			ct->id = u32(a);
			break;
		case CTA_USE:
			ct->has |= CLEW_HAS_USE;
			ct->use = u32(a);
			break;
		case CTA_LABELS:
			ct->has |= CLEW_HAS_LABELS;
			copy(ct->labels, sizeof(ct->labels), a);
			break;
		case CTA_HELP:
			error = helper(ct, a);
			break;
		case CTA_SEQ_ADJ_ORIG:
			error = seqadj(ct, 0, a);
			break;
		case CTA_SEQ_ADJ_REPLY:
			error = seqadj(ct, 1, a);
			break;
		case CT_TIMESTAMP_EVENT:
			ct->has |= CLEW_HAS_EVENT_TIME;
			ct->event_ns = u64(a);
			break;
		default:
			return "attribute of a connection";
		}
		if (error)
			return error;
	}
	if (ct->has & CLEW_HAS_ZONE)	/* one zone for both directions */
		ct->tuple[0].zone = ct->tuple[1].zone = ct->zone;
	return NULL;
}

const char *
ctnetlink_stats(struct clew_stats *stats, const struct nlmsghdr *nlh)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg)) {
		switch (mnl_attr_get_type(a)) {
		case CTA_STATS_FOUND:
			stats->found += u32(a);
			break;
		case CTA_STATS_INVALID:
			stats->invalid += u32(a);
			break;
		case CTA_STATS_INSERT:
			stats->insert += u32(a);
			break;
		case CTA_STATS_INSERT_FAILED:
			stats->insert_failed += u32(a);
			break;
		case CTA_STATS_DROP:
			stats->drop += u32(a);
			break;
		case CTA_STATS_EARLY_DROP:
			stats->early_drop += u32(a);
			break;
		case CTA_STATS_ERROR:
			stats->error += u32(a);
			break;
		case CTA_STATS_SEARCH_RESTART:
			stats->search_restart += u32(a);
			break;
		case CTA_STATS_CLASH_RESOLVE:
			stats->clash_resolve += u32(a);
			break;
		case CTA_STATS_CHAIN_TOOLONG:
			stats->chaintoolong += u32(a);
			break;
		default:
			return "attribute of CTA_STATS";
		}
	}
	return NULL;
}
