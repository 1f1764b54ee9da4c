/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_ipv6header.c - 'ipv6header': which headers follow IPv6's. */
#include <linux/in6.h>
#include <linux/netfilter_ipv6/ip6t_ipv6header.h>

#include "xt/header6.h"

enum { IPV6_SIZE = 40 };

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ip6t_ipv6header_info *info = ext->info;

	(void)load;
	return !info->modeflag && info->invflags && info->invflags != 0xff ?
	       -EINVAL : 0;
}

/* => 0: a protocol, no header of IPv6's own. */
static uint8_t
flag_of(uint8_t next)
{
	switch (next) {
	case IPPROTO_HOPOPTS:	return MASK_HOPOPTS;
	case IPPROTO_DSTOPTS:	return MASK_DSTOPTS;
	case IPPROTO_ROUTING:	return MASK_ROUTING;
	case IPPROTO_FRAGMENT:	return MASK_FRAGMENT;
	case IPPROTO_AH:	return MASK_AH;
	case IPPROTO_ESP:	return MASK_ESP;
	case IPPROTO_NONE:	return MASK_NONE;
	default:		return 0;
	}
}

static uint32_t
size_of(uint8_t next, const uint8_t *h)
{
	if (next == IPPROTO_FRAGMENT)
		return 8;
	return next == IPPROTO_AH ? (h[1] + 2u) * 4 : xt_header6_size(h);
}

/* What there is.  => YES, or what is to be answered at once. */
static enum xt_answer
collect(const struct nft_eval *ev, uint8_t *there)
{
	const uint8_t *h = xt_header(ev);
	uint32_t at = IPV6_SIZE, len = ev->path->p->len;
	uint8_t next, flag;

	*there = 0;
	if (!h)
		return XT_NO;
	for (next = h[6]; (flag = flag_of(next)); next = h[0]) {
		if (next == IPPROTO_NONE) {
			*there |= flag;
			return XT_YES;
		}
		if (len < at + 2)
			return XT_NO;
		*there |= flag;
		if (next == IPPROTO_ESP)
			return XT_YES;
		h = xt_bytes(ev, at, 2);
		if (!h)
			return XT_DROP;
		at += size_of(next, h);
		if (at > len) {
			next = h[0];
			break;
		}
	}
	if (next != IPPROTO_NONE && next != IPPROTO_ESP)
		*there |= MASK_PROTO;
	return XT_YES;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ip6t_ipv6header_info *info = ext->info;
	enum xt_answer answer;
	uint8_t there;

	answer = collect(ev, &there);
	if (answer != XT_YES)
		return answer;
	if (info->modeflag)	/* --soft: these at least */
		return xt_yes(!((there ^ info->matchflags ^ info->invflags) &
				info->matchflags));
	return xt_yes((there == info->matchflags) != !!info->invflags);
}

const struct xt_ops xt_match_ipv6header_0 = {
	.name = "ipv6header",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_ipv6header_info),
	.check = check,
	.match = match,
};
