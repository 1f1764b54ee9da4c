/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_connmark.c - 'connmark': the connection's mark. */
#include <linux/netfilter/xt_connmark.h>

#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	(void)ext;
	return xt_check_tracked(load);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_connmark_mtinfo1 *info = ext->info;
	const struct conn *c = nft_conn(ev);
	uint32_t mark = c ? c->mark : 0;

	if (!c && !nft_has_template(ev))
		return XT_NO;
	return xt_yes(((mark & info->mask) == info->mark) ^ info->invert);
}

const struct xt_ops xt_match_connmark_1 = {
	.name = "connmark",
	.kind = XT_MATCH,
	.revision = 1,
	.size = sizeof(struct xt_connmark_mtinfo1),
	.check = check,
	.match = match,
};
