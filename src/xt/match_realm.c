/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_realm.c - 'realm': what the packet's route is marked with. */
#include <linux/netfilter/xt_realm.h>

#include "xt/packet.h"

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_realm_info *info = ext->info;

	return xt_yes((info->id == (ev->path->classid & info->mask)) ^
		      info->invert);
}

const struct xt_ops xt_match_realm_0 = {
	.name = "realm",
	.kind = XT_MATCH,
	.families = XT_IPV4,
	.size = sizeof(struct xt_realm_info),
	.hooks = 1u << NF_INET_LOCAL_IN | 1u << NF_INET_FORWARD |
		 1u << NF_INET_LOCAL_OUT | 1u << NF_INET_POST_ROUTING,
	.match = match,
};
