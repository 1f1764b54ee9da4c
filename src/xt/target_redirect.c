/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_redirect.c - 'REDIRECT': to this host itself. */
#include "xt/nat.h"

static int
check_ipv4(const struct nft_load *load, struct xt_ext *ext)
{
	(void)load;
	return xt_check_old(ext, false);
}

static int
check_ipv6(const struct nft_load *load, struct xt_ext *ext)
{
	(void)load;
	return xt_check_one(ext, false);
}

static int32_t
target_ipv4(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct nat_range range = xt_range_old(ext->info);

	return nft_nat_verdict(nat_redirect(ev->path, &range));
}

static int32_t
target_ipv6(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct nat_range range = xt_range_one(ext->info);

	return nft_nat_verdict(nat_redirect(ev->path, &range));
}

const struct xt_ops xt_target_redirect_ipv4 = {
	.name = "REDIRECT",
	.kind = XT_TARGET,
	.families = XT_IPV4,
	.size = sizeof(struct nf_nat_ipv4_multi_range_compat),
	.hooks = 1u << HOOK_PREROUTING | 1u << HOOK_OUTPUT,
	.table = "nat",
	.check = check_ipv4,
	.target = target_ipv4,
};

const struct xt_ops xt_target_redirect_ipv6 = {
	.name = "REDIRECT",
	.kind = XT_TARGET,
	.families = XT_IPV6,
	.size = sizeof(struct nf_nat_range),
	.hooks = 1u << HOOK_PREROUTING | 1u << HOOK_OUTPUT,
	.table = "nat",
	.check = check_ipv6,
	.target = target_ipv6,
};
