/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_quota.c - 'quota': so many bytes, and then no more.  A packet that
 * does not fit uses up what is left. */
#include <linux/netfilter/xt_quota.h>

#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_quota_info *info = ext->info;
	uint64_t *left = ext->own;

	(void)load;
	*left = info->quota;
	return info->flags & ~XT_QUOTA_MASK ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_quota_info *info = ext->info;
	uint32_t len = ev->path->p->len;
	uint64_t *left = ext->own;
	bool fits = *left >= len;

	*left = fits ? *left - len : 0;
	return xt_yes(fits != !!(info->flags & XT_QUOTA_INVERT));
}

const struct xt_ops xt_match_quota_0 = {
	.name = "quota",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_quota_info),
	.shown = offsetof(struct xt_quota_info, master),
	.own = sizeof(uint64_t),
	.check = check,
	.match = match,
};
