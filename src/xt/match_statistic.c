/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_statistic.c - 'statistic': every nth packet, or some by chance. */
#include <linux/netfilter/xt_statistic.h>

#include "xt/packet.h"

struct statistic {
	uint32_t count;
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_statistic_info *info = ext->info;
	struct statistic *own = ext->own;

	(void)load;
	if (info->mode > XT_STATISTIC_MODE_MAX ||
	    info->flags & ~XT_STATISTIC_MASK)
		return -EINVAL;
	own->count = info->u.nth.count;
	return 0;
}

/* 'every' is one less than users say: the count goes from 0 to it. */
static bool
is_nth(struct statistic *own, uint32_t every)
{
	own->count = own->count == every ? 0 : own->count + 1;
	return own->count == 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_statistic_info *info = ext->info;
	bool is_inverted = info->flags & XT_STATISTIC_INVERT;

	if (info->mode == XT_STATISTIC_MODE_NTH)
		return xt_yes(is_nth(ext->own, info->u.nth.every) !=
			      is_inverted);
	return xt_yes(((random_u32(ev->path->random) & INT32_MAX) <
		       info->u.random.probability) != is_inverted);
}

const struct xt_ops xt_match_statistic_0 = {
	.name = "statistic",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_statistic_info),
	.shown = offsetof(struct xt_statistic_info, master),
	.own = sizeof(struct statistic),
	.check = check,
	.match = match,
};
