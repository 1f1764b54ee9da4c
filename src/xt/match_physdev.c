/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_physdev.c - 'physdev': the ports of a bridge.  No packet comes by
 * one here: what is matched is that it did not. */
#include <linux/in.h>
#include <linux/netfilter/xt_physdev.h>

#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_physdev_info *info = ext->info;
	bool is_bridged = info->bitmask & XT_PHYSDEV_OP_BRIDGED &&
			  !(info->invert & XT_PHYSDEV_OP_BRIDGED);

	if (!info->bitmask || info->bitmask & ~XT_PHYSDEV_OP_MASK)
		return -EINVAL;
	if (info->bitmask & (XT_PHYSDEV_OP_OUT | XT_PHYSDEV_OP_ISOUT) &&
	    !is_bridged && xt_hook_mask(load) & 1u << NF_INET_LOCAL_OUT)
		return -EINVAL;
	return 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_physdev_info *info = ext->info;

	(void)ev;
	return xt_yes(!(info->bitmask & ~info->invert));
}

const struct xt_ops xt_match_physdev_0 = {
	.name = "physdev",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_physdev_info),
	.check = check,
	.match = match,
};
