/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_cpu.c - 'cpu': the processor at work; there is but one, number 0. */
#include <linux/netfilter/xt_cpu.h>

#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_cpu_info *info = ext->info;

	(void)load;
	return info->invert & ~1u ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_cpu_info *info = ext->info;

	(void)ev;
	return xt_yes((info->cpu == 0) ^ info->invert);
}

const struct xt_ops xt_match_cpu_0 = {
	.name = "cpu",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_cpu_info),
	.check = check,
	.match = match,
};
