/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_policy.c - 'policy': how IPsec treated the packet, or will.  There
 * is no IPsec here: what is matched is "not at all" (--pol none). */
#include <linux/in.h>
#include <linux/netfilter/xt_policy.h>

#include "xt/packet.h"

enum {
	IS_IN	= 1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_IN,
	IS_OUT	= 1u << NF_INET_POST_ROUTING | 1u << NF_INET_LOCAL_OUT,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_policy_info *info = ext->info;
	uint32_t hooks = xt_hook_mask(load);

	if (!(info->flags & (XT_POLICY_MATCH_IN | XT_POLICY_MATCH_OUT)))
		return -EINVAL;
	if ((hooks & IS_IN && info->flags & XT_POLICY_MATCH_OUT) ||
	    (hooks & IS_OUT && info->flags & XT_POLICY_MATCH_IN))
		return -EINVAL;
	return info->len > XT_POLICY_MAX_ELEM ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_policy_info *info = ext->info;

	(void)ev;
	return xt_yes(info->flags & XT_POLICY_MATCH_NONE);
}

const struct xt_ops xt_match_policy_0 = {
	.name = "policy",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_policy_info),
	.check = check,
	.match = match,
};
