/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_frag.c - 'frag': IPv6's fragment header. */
#include <linux/netfilter_ipv6/ip6t_frag.h>

#include "xt/header6.h"

enum {
	HEADER_SIZE	= 8,
	OFFSET		= 0xfff8,
	RESERVED	= 0x0006,
	MORE		= 0x0001,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ip6t_frag *info = ext->info;

	(void)load;
	return info->invflags & ~IP6T_FRAG_INV_MASK ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ip6t_frag *info = ext->info;
	enum xt_answer answer;
	const uint8_t *h;
	uint16_t word;
	uint32_t at;

	h = xt_find_header6(ev, IPPROTO_FRAGMENT, HEADER_SIZE, &at, &answer);
	if (!h)
		return answer;
	word = get_be16(h + 2);
	if (xt_is_within(get_be32(h + 4), info->ids[0], info->ids[1]) ==
	    !!(info->invflags & IP6T_FRAG_INV_IDS))
		return XT_NO;
	return xt_yes(!(info->flags & IP6T_FRAG_RES &&
			(h[1] || word & RESERVED)) &&
		      !(info->flags & IP6T_FRAG_FST && word & OFFSET) &&
		      !(info->flags & IP6T_FRAG_MF && !(word & MORE)) &&
		      !(info->flags & IP6T_FRAG_NMF && word & MORE));
}

const struct xt_ops xt_match_frag_0 = {
	.name = "frag",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_frag),
	.check = check,
	.match = match,
};
