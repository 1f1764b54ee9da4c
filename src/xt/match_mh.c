/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_mh.c - 'mh': the type of a Mobile IPv6 message (RFC 6275 6.1). */
#include <linux/netfilter_ipv6/ip6t_mh.h>

#include "xt/packet.h"

enum { HEADER_SIZE = 6 };

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ip6t_mh *info = ext->info;

	(void)load;
	return info->invflags & ~IP6T_MH_INV_MASK ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ip6t_mh *info = ext->info;
	const uint8_t *h;

	if (ev->frag_offset)
		return XT_NO;
	h = xt_transport(ev, HEADER_SIZE);
	if (!h || h[0] != IPPROTO_NONE)	/* nothing may follow it */
		return XT_DROP;
	return xt_yes(xt_is_within(h[2], info->types[0], info->types[1]) !=
		      !!(info->invflags & IP6T_MH_INV_TYPE));
}

const struct xt_ops xt_match_mh_0 = {
	.name = "mh",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_mh),
	.protocol = IPPROTO_MH,
	.check = check,
	.match = match,
};
