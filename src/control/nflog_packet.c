/* SPDX-License-Identifier: BSD-2-Clause
 * control/nflog_packet.c - a logged packet as a message (NFULNL_MSG_PACKET),
 * and what Linux would think beforehand that it takes.
 *
 * What is not told, for there is none: owners of sockets, ports of bridges. */
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>

#include "control/nflog.h"
#include "engine/engine.h"
#include "nft/nft.h"
#include "nl/ct.h"

enum {
	LINK_HEADER	= 14,		/* Ethernet's */
	VLAN_HEADER	= 18,
};

static size_t
attr_size(size_t payload)
{
	return NLA_ALIGN(NLA_HDRLEN + payload);
}

static bool
is_link_hook(const struct nft_eval *ev)
{
	uint8_t hook = ev->path->hook;

	return hook == HOOK_INGRESS || hook == HOOK_EGRESS;
}

/* A chain of inet sees at ingress what one of its family does elsewhere. */
static uint8_t
family_of(const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;

	if (is_link_hook(ev) && ev->base->table->family == NFPROTO_INET)
		return p->family == CLEW_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	return ev->family;
}

static uint8_t
hook_of(const struct nft_eval *ev)
{
	if (family_of(ev) != NFPROTO_NETDEV)
		return ev->path->hook;
	return ev->path->hook == HOOK_EGRESS ? NF_NETDEV_EGRESS :
					       NF_NETDEV_INGRESS;
}

static bool
has_link(const struct path *path)
{
	return path->in && path->l2 && path->l2_len >= LINK_HEADER;
}

static bool
has_conn(const struct nflog_group *group, const struct nft_eval *ev)
{
	return group->flags & NFULNL_CFG_F_CONNTRACK && nft_conn(ev);
}

/* What Linux reserves for a connection; one number for each attribute that
 * there could be. */
static size_t
conn_size(const struct conn *c)
{
	enum {
		NEST = NLA_HDRLEN,
		U8 = NLA_HDRLEN + 4,
		U16 = U8,
		U32 = U8,
		U64 = 2 * NLA_HDRLEN + 8,
		ADDRESSES = 2 * U32 + 2 * (NLA_HDRLEN + 16),
		HELPER_NAME = NLA_HDRLEN + 16,
		COMMON = 9 * NEST + 3 * U8 + 3 * U32 + 2 * NEST + HELPER_NAME +
			 2 * NEST + 6 * U32 + U32 + U16 + 3 * ADDRESSES,
		PORTS = 3 * 2 * U16,
		ICMP = 3 * (2 * U8 + U16),
	};
	size_t size = COMMON;

	if (c->status & CONN_ACCT)
		size += 2 * NEST + 4 * U64;
	if (c->status & CONN_TSTAMP)
		size += NEST + 2 * U64;
	switch (conn_protocol(c)) {
	case PROTO_TCP:
		return size + PORTS + NEST + 5 * U8;
	case PROTO_SCTP:
		return size + PORTS + NEST + U8 + 2 * U32;
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_GRE:
		return size + PORTS;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		return size + ICMP;
	default:
		return size;
	}
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

size_t
nflog_packet_size(const struct nflog_group *group,
		  const struct nft_log_record *record, uint32_t *payload)
{
	const struct nft_eval *ev = record->ev;
	const struct path *path = ev->path;
	size_t size = 2 * NLMSG_SPACE(sizeof(struct nfgenmsg)) +
		      attr_size(sizeof(struct nfulnl_msg_packet_hdr)) +
		      7 * attr_size(4) +	/* devices, mark, owner */
		      attr_size(strlen(record->prefix) + 1) +
		      attr_size(sizeof(struct nfulnl_msg_packet_hw)) +
		      attr_size(sizeof(struct nfulnl_msg_packet_timestamp));

	if (has_link(path))
		size += attr_size(LINK_HEADER) + 2 * attr_size(2);
	if (group->flags & NFULNL_CFG_F_SEQ)
		size += attr_size(4);
	if (group->flags & NFULNL_CFG_F_SEQ_GLOBAL)
		size += attr_size(4);
	if (has_conn(group, ev))
		size += conn_size(nft_conn(ev));
	if (family_of(ev) == NFPROTO_NETDEV && path->l2_len >= LINK_HEADER)
		size += attr_size(LINK_HEADER) +
			(path->l2_len == VLAN_HEADER ?
			 attr_size(0) + 2 * attr_size(2) : 0);
	*payload = 0;
	if (group->copy_mode != NFULNL_COPY_PACKET)
		return size;
	*payload = group->copy_range;
	if (record->has_snaplen)
		*payload = least(*payload, record->snaplen);
	*payload = least(*payload, path->p->len);
	return size + attr_size(*payload);
}

/* The link-layer header as a driver hands it up: a VLAN's tag beside it. */
static void
put_link_header(struct nl_writer *w, uint16_t type, const struct path *path)
{
	uint8_t header[LINK_HEADER];

	memcpy(header, path->l2, 12);
	memcpy(header + 12, path->l2 + path->l2_len - 2, 2);
	nl_put(w, type, header, sizeof(header));
}

static void
put_link(struct nl_writer *w, const struct path *path)
{
	const struct iface *dev = path->hook == HOOK_POSTROUTING && path->out ?
				  path->out : path->in;
	struct nfulnl_msg_packet_hw hw = { .hw_addrlen = to_be16(6) };

	memcpy(hw.hw_addr, path->l2 + 6, 6);
	nl_put(w, NFULA_HWADDR, &hw, sizeof(hw));
	nl_put_be16(w, NFULA_HWTYPE, dev->pub.type ? dev->pub.type : 1);
	nl_put_be16(w, NFULA_HWLEN, LINK_HEADER);
	put_link_header(w, NFULA_HWHEADER, path);
}

static void
put_time(struct nl_writer *w, uint64_t ns)
{
	uint8_t time[sizeof(struct nfulnl_msg_packet_timestamp)] = { 0 };
	uint64_t sec = ns / 1000000000;

	put_be32(time, (uint32_t)(sec >> 32));
	put_be32(time + 4, (uint32_t)sec);
	put_be32(time + 12, (uint32_t)(ns % 1000000000 / 1000));
	nl_put(w, NFULA_TIMESTAMP, time, sizeof(time));
}

/* enum ip_conntrack_info */
static uint32_t
conn_info(const struct clew_packet *packet)
{
	static const uint8_t info[] = {
		[CLEW_CT_ESTABLISHED] = 0,
		[CLEW_CT_RELATED] = 1,
		[CLEW_CT_NEW] = 2,
		[CLEW_CT_UNTRACKED] = 7,
	};

	return info[packet->ct_state] + (packet->dir == CLEW_DIR_REPLY ? 3u :
					 0u);
}

static void
put_conn(struct nl_writer *w, const struct nft_eval *ev)
{
	size_t nest = nl_begin(w, NFULA_CT);
	struct clew_snapshot ct;

	conn_snapshot_entry(ev->path->track, nft_conn(ev), &ct);
	if (!ct.mark)
		ct.has &= ~(uint32_t)CLEW_HAS_MARK;
	nl_ct_encode(w, &ct, NL_CT_ATTACHED);
	nl_end(w, nest);
	nl_put_be32(w, NFULA_CT_INFO, conn_info(ev->path->packet));
}

static void
put_vlan(struct nl_writer *w, const struct path *path)
{
	size_t nest;

	if (path->l2_len == VLAN_HEADER) {
		nest = nl_begin(w, NFULA_VLAN);
		nl_put(w, NFULA_VLAN_TCI, path->l2 + 14, 2);
		nl_put(w, NFULA_VLAN_PROTO, path->l2 + 12, 2);
		nl_end(w, nest);
	}
	if (path->l2_len >= LINK_HEADER)
		put_link_header(w, NFULA_L2HDR, path);
}

static void
put_devices(struct nl_writer *w, const struct path *path)
{
	if (path->in)
		nl_put_be32(w, NFULA_IFINDEX_INDEV, path->in->pub.index);
	if (path->out)
		nl_put_be32(w, NFULA_IFINDEX_OUTDEV, path->out->pub.index);
}

/* Its number counts whether or not it gets through. */
static void
put_numbers(struct nl_writer *w, struct nflog *log, struct nflog_group *group)
{
	if (group->flags & NFULNL_CFG_F_SEQ)
		nl_put_be32(w, NFULA_SEQ, group->seq++);
	if (group->flags & NFULNL_CFG_F_SEQ_GLOBAL)
		nl_put_be32(w, NFULA_SEQ_GLOBAL, ++log->seq);
}

bool
nflog_packet_put(struct nflog *log, struct nflog_group *group,
		 const struct nft_log_record *record, uint32_t payload)
{
	const struct nft_eval *ev = record->ev;
	const struct path *path = ev->path;
	const struct pkt *p = path->p;
	struct nfgenmsg head = {
		.nfgen_family = family_of(ev),
		.res_id = to_be16(group->number),
	};
	struct nfulnl_msg_packet_hdr packet = {
		.hw_protocol = to_be16(p->family == CLEW_IPV4 ? ETH_P_IP :
								ETH_P_IPV6),
		.hook = hook_of(ev),
	};
	struct nl_writer *w = &group->buffer;
	size_t at = nl_begin_msg(w, NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET,
				 0, 0, 0);

	nl_put_raw(w, &head, sizeof(head));
	nl_put(w, NFULA_PACKET_HDR, &packet, sizeof(packet));
	nl_put_string(w, NFULA_PREFIX, record->prefix);
	put_devices(w, path);
	if (path_mark(path))
		nl_put_be32(w, NFULA_MARK, path_mark(path));
	if (has_link(path))
		put_link(w, path);
	if (hook_of(ev) <= HOOK_FORWARD)
		put_time(w, path->packet->time_ns);
	put_numbers(w, log, group);
	if (has_conn(group, ev))
		put_conn(w, ev);
	if (head.nfgen_family == NFPROTO_NETDEV && path->l2)
		put_vlan(w, path);
	/* A capture may have cut it. */
	payload = least(payload, p->have);
	if (payload)
		nl_put(w, NFULA_PAYLOAD, p->ip, payload);
	nl_end_msg(w, at);
	if (nl_ok(w))
		return true;
	nl_cancel(w, at);
	return false;
}
