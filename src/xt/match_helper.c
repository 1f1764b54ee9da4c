/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_helper.c - 'helper': packets of connections that a helper has
 * expected.  Nothing expects any here yet, so none is. */
#include <linux/netfilter/xt_helper.h>

#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	struct xt_helper_info *info = ext->info;

	info->name[sizeof(info->name) - 1] = '\0';
	return xt_check_tracked(load);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_helper_info *info = ext->info;

	(void)ev;
	return xt_yes(info->invert);
}

const struct xt_ops xt_match_helper_0 = {
	.name = "helper",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_helper_info),
	.check = check,
	.match = match,
};
