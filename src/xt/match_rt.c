/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_rt.c - 'rt': IPv6's routing header. */
#include <linux/in6.h>
#include <linux/netfilter_ipv6/ip6t_rt.h>

#include "xt/header6.h"

enum {
	HEADER_SIZE = 4,
	RESERVED_AT = 4,	/* of type 0 (RFC 2460 4.4) */
	ADDRS_AT = 8,
	ADDR_SIZE = 16,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ip6t_rt *info = ext->info;
	bool is_type_0 = info->flags & IP6T_RT_TYP && !info->rt_type &&
			 !(info->invflags & IP6T_RT_INV_TYP);

	(void)load;
	if (info->invflags & ~IP6T_RT_INV_MASK ||
	    info->addrnr > IP6T_RT_HOPS)
		return -EINVAL;
	/* The reserved word and the addresses are type 0's. */
	if (info->flags & (IP6T_RT_RES | IP6T_RT_FST_MASK) && !is_type_0)
		return -EINVAL;
	return 0;
}

static bool
has_fields(const struct ip6t_rt *info, const uint8_t *h)
{
	return xt_is_within(h[3], info->segsleft[0], info->segsleft[1]) !=
	       !!(info->invflags & IP6T_RT_INV_SGS) &&
	       (!(info->flags & IP6T_RT_LEN) ||
		(info->hdrlen == xt_header6_size(h)) !=
		!!(info->invflags & IP6T_RT_INV_LEN)) &&
	       (!(info->flags & IP6T_RT_TYP) || (info->rt_type == h[2]) !=
		!!(info->invflags & IP6T_RT_INV_TYP));
}

/* The addresses asked for: in that order, with others between them or, if
 * 'is_strict', just those. */
static enum xt_answer
has_addresses(const struct ip6t_rt *info, const struct nft_eval *ev,
	      uint32_t at, uint32_t count)
{
	bool is_strict = !(info->flags & IP6T_RT_FST_NSTRICT);
	uint32_t found = 0;

	if (info->addrnr > count || (is_strict && info->addrnr != count))
		return XT_NO;
	for (uint32_t i = 0; i < count && found < info->addrnr; i++) {
		const uint8_t *addr = xt_bytes(ev, at + i * ADDR_SIZE,
					       ADDR_SIZE);

		if (!addr)
			return XT_DROP;
		if (memcmp(addr, &info->addrs[found], ADDR_SIZE) == 0)
			found++;
		else if (is_strict)
			return XT_NO;
	}
	return xt_yes(found == info->addrnr);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ip6t_rt *info = ext->info;
	enum xt_answer answer;
	const uint8_t *h, *reserved;
	uint32_t at, size;
	bool is_it;

	h = xt_find_header6(ev, IPPROTO_ROUTING, HEADER_SIZE, &at, &answer);
	if (!h)
		return answer;
	size = xt_header6_size(h);
	if (ev->path->p->len - at < size)
		return XT_DROP;
	is_it = has_fields(info, h);
	if (is_it && info->flags & IP6T_RT_RES) {
		reserved = xt_bytes(ev, at + RESERVED_AT, 4);
		if (!reserved)
			return XT_DROP;
		is_it = get_be32(reserved) == 0;
	}
	if (!(info->flags & IP6T_RT_FST))
		return xt_yes(is_it);
	answer = has_addresses(info, ev, at + ADDRS_AT,
			       (size - ADDRS_AT) / ADDR_SIZE);
	return answer == XT_YES ? xt_yes(is_it) : answer;
}

const struct xt_ops xt_match_rt_0 = {
	.name = "rt",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_rt),
	.check = check,
	.match = match,
};
