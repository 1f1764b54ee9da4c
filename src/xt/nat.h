/* SPDX-License-Identifier: BSD-2-Clause
 * xt/nat.h - what SNAT, DNAT, MASQUERADE, REDIRECT and NETMAP share: their
 * structures as nat_range. */
#ifndef XT_NAT_H
#define XT_NAT_H

#include <linux/netfilter/nf_nat.h>

#include "nft/nat_range.h"
#include "xt/xt.h"

static_assert(NAT_RANGE_MAP_IPS == NF_NAT_RANGE_MAP_IPS &&
	      NAT_RANGE_NETMAP == NF_NAT_RANGE_NETMAP,
	      "flags are as they come");

/* IPv4's of old: one range, in a frame that is for many. */
static inline struct nat_range
xt_range_old(const void *info)
{
	const struct nf_nat_ipv4_multi_range_compat *many = info;
	const struct nf_nat_ipv4_range *one = &many->range[0];
	struct nat_range range = {
		.flags = one->flags,
		.min_proto_be = one->min.all,
		.max_proto_be = one->max.all,
	};

	memcpy(&range.min_addr, &one->min_ip, sizeof(one->min_ip));
	memcpy(&range.max_addr, &one->max_ip, sizeof(one->max_ip));
	return range;
}

static inline struct nat_range
xt_range_one(const void *info)
{
	const struct nf_nat_range *one = info;
	struct nat_range range = {
		.flags = one->flags,
		.min_proto_be = one->min_proto.all,
		.max_proto_be = one->max_proto.all,
	};

	memcpy(&range.min_addr, &one->min_addr, sizeof(one->min_addr));
	memcpy(&range.max_addr, &one->max_addr, sizeof(one->max_addr));
	return range;
}

static inline struct nat_range
xt_range_two(const void *info)
{
	const struct nf_nat_range2 *two = info;
	struct nat_range range = xt_range_one(info);

	range.base_proto_be = two->base_proto.all;
	return range;
}

/* Is it one range, with an address or without, as it must be? */
static inline int
xt_check_old(const struct xt_ext *ext, bool has_address)
{
	const struct nf_nat_ipv4_multi_range_compat *many = ext->info;
	bool has = many->range[0].flags & NF_NAT_RANGE_MAP_IPS;

	return many->rangesize != 1 || has != has_address ? -EINVAL : 0;
}

static inline int
xt_check_one(const struct xt_ext *ext, bool has_address)
{
	const struct nf_nat_range *one = ext->info;
	bool has = one->flags & NF_NAT_RANGE_MAP_IPS;

	return has != has_address ? -EINVAL : 0;
}

#endif
