/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_ecn.c - 'ecn': congestion notification, in the IP header and in
 * TCP's (RFC 3168). */
#include <linux/netfilter/xt_ecn.h>

#include "xt/packet.h"
#include "xt/tcp.h"

enum {
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
	OF_TCP	= XT_ECN_OP_MATCH_ECE | XT_ECN_OP_MATCH_CWR,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_ecn_info *info = ext->info;

	(void)load;
	if (info->operation & XT_ECN_OP_MATCH_MASK ||
	    info->invert & XT_ECN_OP_MATCH_MASK)
		return -EINVAL;
	if (info->operation & OF_TCP &&
	    (ext->protocol != IPPROTO_TCP || ext->is_not_protocol))
		return -EINVAL;
	return 0;
}

static bool
has_flag(const struct xt_ecn_info *info, uint8_t flags, uint8_t flag,
	 uint8_t operation)
{
	return !(info->operation & operation) ||
	       !!(flags & flag) != !!(info->invert & operation);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_ecn_info *info = ext->info;
	const uint8_t *ip = xt_header(ev), *tcp;
	uint8_t ect;

	if (!ip)
		return XT_NO;
	ect = (ev->family == NFPROTO_IPV6 ? ip[1] >> 4 : ip[1]) &
	      XT_ECN_IP_MASK;
	if (info->operation & XT_ECN_OP_MATCH_IP &&
	    (ect == info->ip_ect) == !!(info->invert & XT_ECN_OP_MATCH_IP))
		return XT_NO;
	if (!(info->operation & OF_TCP))
		return XT_YES;
	tcp = xt_transport(ev, XT_TCP_SIZE);
	return xt_yes(tcp &&
		      has_flag(info, tcp[13], TCP_ECE, XT_ECN_OP_MATCH_ECE) &&
		      has_flag(info, tcp[13], TCP_CWR, XT_ECN_OP_MATCH_CWR));
}

const struct xt_ops xt_match_ecn_0 = {
	.name = "ecn",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_ecn_info),
	.check = check,
	.match = match,
};
