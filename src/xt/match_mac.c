/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_mac.c - 'mac': the Ethernet address that the packet came from. */
#include <linux/if_ether.h>
#include <linux/netfilter/xt_mac.h>

#include "xt/packet.h"

/* An interface that is not known, or whose type is not, is taken for one. */
static bool
is_ethernet(const struct path *path)
{
	return path->l2 && path->l2_len >= ETH_HLEN &&
	       (!path->in || !path->in->pub.type ||
		path->in->pub.type == ARPHRD_ETHER);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_mac_info *info = ext->info;
	const struct path *path = ev->path;

	if (!is_ethernet(path))
		return XT_NO;
	return xt_yes((memcmp(path->l2 + ETH_ALEN, info->srcaddr,
			      ETH_ALEN) == 0) ^ info->invert);
}

const struct xt_ops xt_match_mac_0 = {
	.name = "mac",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_mac_info),
	.hooks = 1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_IN |
		 1u << NF_INET_FORWARD,
	.match = match,
};
