/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_comment.c - 'comment': words for whoever reads the rules. */
#include <linux/netfilter/xt_comment.h>

#include "xt/xt.h"

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	(void)ext;
	(void)ev;
	return XT_YES;
}

const struct xt_ops xt_match_comment_0 = {
	.name = "comment",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_comment_info),
	.match = match,
};
