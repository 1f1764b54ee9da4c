/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_ttl.c - 'ttl' and 'hl': how many routers may still pass it on. */
#include <linux/netfilter_ipv4/ipt_ttl.h>
#include <linux/netfilter_ipv6/ip6t_hl.h>

#include "xt/packet.h"

enum {
	TTL_AT = 8,
	HOP_LIMIT_AT = 7,
};

/* Both structures are the same. */
static_assert(sizeof(struct ipt_ttl_info) == sizeof(struct ip6t_hl_info) &&
	      (int)IPT_TTL_EQ == (int)IP6T_HL_EQ &&
	      (int)IPT_TTL_NE == (int)IP6T_HL_NE &&
	      (int)IPT_TTL_LT == (int)IP6T_HL_LT &&
	      (int)IPT_TTL_GT == (int)IP6T_HL_GT, "one match is for both");

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ipt_ttl_info *info = ext->info;
	const uint8_t *ip = xt_header(ev);
	uint8_t ttl;

	if (!ip)
		return XT_NO;
	ttl = ip[ev->family == NFPROTO_IPV6 ? HOP_LIMIT_AT : TTL_AT];
	switch (info->mode) {
	case IPT_TTL_EQ:
		return xt_yes(ttl == info->ttl);
	case IPT_TTL_NE:
		return xt_yes(ttl != info->ttl);
	case IPT_TTL_LT:
		return xt_yes(ttl < info->ttl);
	case IPT_TTL_GT:
		return xt_yes(ttl > info->ttl);
	default:
		return XT_NO;
	}
}

const struct xt_ops xt_match_ttl_0 = {
	.name = "ttl",
	.kind = XT_MATCH,
	.families = XT_IPV4,
	.size = sizeof(struct ipt_ttl_info),
	.match = match,
};

const struct xt_ops xt_match_hl_0 = {
	.name = "hl",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_hl_info),
	.match = match,
};
