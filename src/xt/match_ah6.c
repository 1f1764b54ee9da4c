/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_ah6.c - IPv6's 'ah': the authentication header. */
#include <linux/netfilter_ipv6/ip6t_ah.h>

#include "xt/header6.h"

enum { HEADER_SIZE = 12 };

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct ip6t_ah *info = ext->info;

	(void)load;
	return info->invflags & ~IP6T_AH_INV_MASK ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct ip6t_ah *info = ext->info;
	enum xt_answer answer;
	const uint8_t *h;
	uint32_t at;

	h = xt_find_header6(ev, IPPROTO_AH, HEADER_SIZE, &at, &answer);
	if (!h)
		return answer;
	return xt_yes(xt_is_within(get_be32(h + 4), info->spis[0],
				   info->spis[1]) !=
		      !!(info->invflags & IP6T_AH_INV_SPI) &&
		      (!info->hdrlen || (info->hdrlen == (h[1] + 2u) * 4) !=
		       !!(info->invflags & IP6T_AH_INV_LEN)) &&
		      !(info->hdrres && get_be16(h + 2)));
}

const struct xt_ops xt_match_ah_v6_0 = {
	.name = "ah",
	.kind = XT_MATCH,
	.families = XT_IPV6,
	.size = sizeof(struct ip6t_ah),
	.check = check,
	.match = match,
};
