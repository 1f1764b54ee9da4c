/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_length.c - 'length': of the packet, its IP header included. */
#include <linux/netfilter/xt_length.h>

#include "xt/packet.h"

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_length_info *info = ext->info;

	return xt_yes(xt_is_within(ev->path->p->len, info->min, info->max) ^
		      info->invert);
}

const struct xt_ops xt_match_length_0 = {
	.name = "length",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_length_info),
	.match = match,
};
