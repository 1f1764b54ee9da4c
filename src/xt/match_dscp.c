/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_dscp.c - 'dscp' and 'tos': the traffic class. */
#include <linux/netfilter/xt_dscp.h>

#include "xt/packet.h"

static bool
read_class(const struct nft_eval *ev, uint8_t *class)
{
	const uint8_t *ip = xt_header(ev);

	if (!ip)
		return false;
	*class = ev->family == NFPROTO_IPV6 ?
		 (uint8_t)(ip[0] << 4 | ip[1] >> 4) : ip[1];
	return true;
}

static int
dscp_check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_dscp_info *info = ext->info;

	(void)load;
	return info->dscp > XT_DSCP_MAX ? -EDOM : 0;
}

static enum xt_answer
dscp_match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_dscp_info *info = ext->info;
	uint8_t class;

	return xt_yes(read_class(ev, &class) &&
		      (class >> XT_DSCP_SHIFT == info->dscp) !=
		      !!info->invert);
}

static enum xt_answer
tos_match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_tos_match_info *info = ext->info;
	uint8_t class;

	return xt_yes(read_class(ev, &class) &&
		      ((class & info->tos_mask) == info->tos_value) !=
		      !!info->invert);
}

const struct xt_ops xt_match_dscp_0 = {
	.name = "dscp",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_dscp_info),
	.check = dscp_check,
	.match = dscp_match,
};

const struct xt_ops xt_match_tos_1 = {
	.name = "tos",
	.kind = XT_MATCH,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_tos_match_info),
	.match = tos_match,
};
