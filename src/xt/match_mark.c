/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_mark.c - 'mark': the packet's mark. */
#include <linux/netfilter/xt_mark.h>

#include "xt/packet.h"

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_mark_mtinfo1 *info = ext->info;
	bool is_it = (path_mark(ev->path) & info->mask) == info->mark;

	return xt_yes(is_it ^ info->invert);
}

const struct xt_ops xt_match_mark_1 = {
	.name = "mark",
	.kind = XT_MATCH,
	.revision = 1,
	.size = sizeof(struct xt_mark_mtinfo1),
	.match = match,
};
