/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_ecn.c - 'ECN': the congestion bits of IPv4 and TCP (RFC 3168). */
#include <linux/netfilter_ipv4/ipt_ECN.h>

#include "xt/write.h"
#include "xt/xt.h"

enum {
	OPS_OF_TCP = IPT_ECN_OP_SET_ECE | IPT_ECN_OP_SET_CWR,
	IPV4_PROTOCOL = 9,
	TCP_FLAGS = 12,		/* of the word they are in */
	FLAG_ECE = 0x40,
	FLAG_CWR = 0x80,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ipt_ECN_info *info = ext->info;

	(void)load;
	if (info->operation & IPT_ECN_OP_MASK ||
	    info->ip_ect & ~IPT_ECN_IP_MASK)
		return -EINVAL;
	return info->operation & OPS_OF_TCP &&
	       ((uint8_t)ext->protocol != IPPROTO_TCP ||
		ext->is_not_protocol) ? -EINVAL : 0;
}

static bool
set_ip(const struct ipt_ECN_info *info, struct path *path)
{
	const uint8_t *old = path->p->ip;
	uint8_t tos = (uint8_t)((old[1] & ~IPT_ECN_IP_MASK) |
				(info->ip_ect & IPT_ECN_IP_MASK));
	uint8_t *ip;

	if (tos == old[1])
		return true;
	ip = xt_writable(path, IPV4_HEADER);
	if (!ip)
		return false;
	xt_fix_ipv4(ip, ip[1], tos);
	ip[1] = tos;
	return true;
}

static uint16_t
with_flags(const struct ipt_ECN_info *info, uint16_t word)
{
	if (info->operation & IPT_ECN_OP_SET_ECE)
		word = (uint16_t)((word & ~FLAG_ECE) |
				  (info->proto.tcp.ece ? FLAG_ECE : 0));
	if (info->operation & IPT_ECN_OP_SET_CWR)
		word = (uint16_t)((word & ~FLAG_CWR) |
				  (info->proto.tcp.cwr ? FLAG_CWR : 0));
	return word;
}

/* Of fragments, too: Linux takes what is there for the header. */
static bool
set_tcp(const struct ipt_ECN_info *info, struct path *path)
{
	const struct pkt *p = path->p;
	uint32_t at = (p->ip[0] & 15u) * 4;
	uint16_t from, to;
	uint8_t *ip;

	if (pkt_header(p, at, TCP_HEADER) != PKT_HEADER_OK)
		return false;
	from = get_be16(p->ip + at + TCP_FLAGS);
	to = with_flags(info, from);
	if (from == to)
		return true;
	ip = xt_writable(path, at + TCP_HEADER);
	if (!ip)
		return false;
	put_be16(ip + at + TCP_FLAGS, to);
	xt_fix_tcp(p, ip + at, from, to);
	return true;
}

static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ipt_ECN_info *info = ext->info;
	struct path *path = ev->path;

	if (pkt_header(path->p, 0, IPV4_HEADER) != PKT_HEADER_OK)
		return NFT_VERDICT_DROP;
	if (info->operation & IPT_ECN_OP_SET_IP && !set_ip(info, path))
		return NFT_VERDICT_DROP;
	if (info->operation & OPS_OF_TCP &&
	    path->p->ip[IPV4_PROTOCOL] == IPPROTO_TCP && !set_tcp(info, path))
		return NFT_VERDICT_DROP;
	return NFT_CONTINUE;
}

const struct xt_ops xt_target_ecn_0 = {
	.name = "ECN",
	.kind = XT_TARGET,
	.families = XT_IPV4,
	.size = sizeof(struct ipt_ECN_info),
	.table = "mangle",
	.check = check,
	.target = target,
};
