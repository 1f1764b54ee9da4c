/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_nat.c - 'SNAT' and 'DNAT': to an address and a port of a range. */
#include "xt/nat.h"
#include "xt/packet.h"

enum {
	SNAT_HOOKS = 1u << HOOK_POSTROUTING | 1u << HOOK_INPUT,
	DNAT_HOOKS = 1u << HOOK_PREROUTING | 1u << HOOK_OUTPUT,
};

static int
check_0(const struct nft_load *load, struct xt_ext *ext)
{
	const struct nf_nat_ipv4_multi_range_compat *many = ext->info;

	(void)load;
	return many->rangesize != 1 ? -EINVAL : 0;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	(void)ext;
	return xt_check_tracked(load);
}

static int32_t
translate(struct nft_eval *ev, struct nat_range range, enum nat_side side)
{
	return nft_nat_verdict(nat_setup(ev->path, &range, side));
}

#define TARGET(id, side, range_of)					\
	static int32_t							\
	id(const struct xt_ext *ext, struct nft_eval *ev)		\
	{								\
		return translate(ev, range_of(ext->info), side);		\
	}

TARGET(snat_0, NAT_SRC, xt_range_old)
TARGET(snat_1, NAT_SRC, xt_range_one)
TARGET(snat_2, NAT_SRC, xt_range_two)
TARGET(dnat_0, NAT_DST, xt_range_old)
TARGET(dnat_1, NAT_DST, xt_range_one)
TARGET(dnat_2, NAT_DST, xt_range_two)

#define OPS_0(name_text, hooks_there, run) {				\
	.name = name_text,						\
	.kind = XT_TARGET,						\
	.families = XT_IPV4,						\
	.size = sizeof(struct nf_nat_ipv4_multi_range_compat),		\
	.hooks = hooks_there,						\
	.table = "nat",							\
	.check = check_0,						\
	.target = run,							\
}

#define OPS(name_text, number, type, hooks_there, run) {		\
	.name = name_text,						\
	.kind = XT_TARGET,						\
	.revision = number,						\
	.size = sizeof(struct type),					\
	.hooks = hooks_there,						\
	.table = "nat",							\
	.check = check,							\
	.target = run,							\
}

const struct xt_ops xt_target_snat_0 = OPS_0("SNAT", SNAT_HOOKS, snat_0);
const struct xt_ops xt_target_dnat_0 = OPS_0("DNAT", DNAT_HOOKS, dnat_0);
const struct xt_ops xt_target_snat_1 =
	OPS("SNAT", 1, nf_nat_range, SNAT_HOOKS, snat_1);
const struct xt_ops xt_target_dnat_1 =
	OPS("DNAT", 1, nf_nat_range, DNAT_HOOKS, dnat_1);
const struct xt_ops xt_target_snat_2 =
	OPS("SNAT", 2, nf_nat_range2, SNAT_HOOKS, snat_2);
const struct xt_ops xt_target_dnat_2 =
	OPS("DNAT", 2, nf_nat_range2, DNAT_HOOKS, dnat_2);
