/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_mark.c - 'MARK': change the packet's mark. */
#include <linux/netfilter/xt_mark.h>

#include "xt/xt.h"

static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_mark_tginfo2 *info = ext->info;
	struct clew_packet *packet = ev->path->packet;

	packet->mark = (packet->mark & ~info->mask) ^ info->mark;
	return NFT_CONTINUE;
}

const struct xt_ops xt_target_mark_2 = {
	.name = "MARK",
	.kind = XT_TARGET,
	.revision = 2,
	.size = sizeof(struct xt_mark_tginfo2),
	.target = target,
};
