/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_netmap.c - 'NETMAP': another prefix, the same host part. */
#include "xt/nat.h"

enum {
	HOOKS_OF_NAT = 1u << HOOK_PREROUTING | 1u << HOOK_INPUT |
		       1u << HOOK_OUTPUT | 1u << HOOK_POSTROUTING,
};

static int
check_ipv4(const struct nft_load *load, struct xt_ext *ext)
{
	(void)load;
	return xt_check_old(ext, true);
}

static int
check_ipv6(const struct nft_load *load, struct xt_ext *ext)
{
	(void)load;
	return xt_check_one(ext, true);
}

/* The prefix is what both ends agree in; the rest is the packet's own. */
static int32_t
map(struct nft_eval *ev, struct nat_range range, uint32_t size)
{
	enum nat_side side = nat_side_of(ev->hook);
	const struct pkt *p = ev->path->p;
	const uint8_t *own = side == NAT_DST ? pkt_dst(p) : pkt_src(p);

	for (uint32_t i = 0; i < size; i++) {
		uint8_t *to = &range.min_addr.bytes[i];
		uint8_t host = *to ^ range.max_addr.bytes[i];

		*to = (uint8_t)((*to & ~host) | (own[i] & host));
	}
	range.max_addr = range.min_addr;
	range.flags |= NAT_RANGE_MAP_IPS;
	return nft_nat_verdict(nat_setup(ev->path, &range, side));
}

static int32_t
target_ipv4(const struct xt_ext *ext, struct nft_eval *ev)
{
	return map(ev, xt_range_old(ext->info), 4);
}

static int32_t
target_ipv6(const struct xt_ext *ext, struct nft_eval *ev)
{
	return map(ev, xt_range_one(ext->info), 16);
}

const struct xt_ops xt_target_netmap_ipv4 = {
	.name = "NETMAP",
	.kind = XT_TARGET,
	.families = XT_IPV4,
	.size = sizeof(struct nf_nat_ipv4_multi_range_compat),
	.hooks = HOOKS_OF_NAT,
	.table = "nat",
	.check = check_ipv4,
	.target = target_ipv4,
};

const struct xt_ops xt_target_netmap_ipv6 = {
	.name = "NETMAP",
	.kind = XT_TARGET,
	.families = XT_IPV6,
	.size = sizeof(struct nf_nat_range),
	.hooks = HOOKS_OF_NAT,
	.table = "nat",
	.check = check_ipv6,
	.target = target_ipv6,
};
