/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_devgroup.c - 'devgroup': the groups of the interfaces. */
#include <linux/netfilter/xt_devgroup.h>

#include "xt/packet.h"

enum {
	FLAGS = XT_DEVGROUP_MATCH_SRC | XT_DEVGROUP_INVERT_SRC |
		XT_DEVGROUP_MATCH_DST | XT_DEVGROUP_INVERT_DST,
	HAS_IN = 1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_IN |
		 1u << NF_INET_FORWARD,
	HAS_OUT = 1u << NF_INET_FORWARD | 1u << NF_INET_LOCAL_OUT |
		  1u << NF_INET_POST_ROUTING,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_devgroup_info *info = ext->info;
	uint32_t hooks = xt_hook_mask(load);

	if (info->flags & ~(uint32_t)FLAGS ||
	    (info->flags & XT_DEVGROUP_MATCH_SRC && hooks & ~HAS_IN) ||
	    (info->flags & XT_DEVGROUP_MATCH_DST && hooks & ~HAS_OUT))
		return -EINVAL;
	return 0;
}

/* Without an interface (of a chain that is reached from elsewhere): no. */
static bool
is_in(const struct iface *dev, uint32_t group, uint32_t mask,
      bool is_inverted)
{
	return dev && !((group ^ dev->pub.group) & mask) != is_inverted;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_devgroup_info *info = ext->info;

	if (info->flags & XT_DEVGROUP_MATCH_SRC &&
	    !is_in(ev->path->in, info->src_group, info->src_mask,
		   info->flags & XT_DEVGROUP_INVERT_SRC))
		return XT_NO;
	if (info->flags & XT_DEVGROUP_MATCH_DST &&
	    !is_in(ev->path->out, info->dst_group, info->dst_mask,
		   info->flags & XT_DEVGROUP_INVERT_DST))
		return XT_NO;
	return XT_YES;
}

const struct xt_ops xt_match_devgroup_0 = {
	.name = "devgroup",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_devgroup_info),
	.check = check,
	.match = match,
};
