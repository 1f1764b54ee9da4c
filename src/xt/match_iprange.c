/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_iprange.c - 'iprange': addresses from ... to. */
#include <linux/in.h>
#include <linux/netfilter/xt_iprange.h>

#include "xt/packet.h"

static bool
is_between(const struct nft_eval *ev, bool is_source,
	   const union nf_inet_addr *least, const union nf_inet_addr *most)
{
	size_t size = ev->family == NFPROTO_IPV6 ? 16 : 4;
	union clew_addr a;

	xt_address(ev, is_source, &a);
	return memcmp(&a, least, size) >= 0 && memcmp(&a, most, size) <= 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_iprange_mtinfo *info = ext->info;

	if (info->flags & IPRANGE_SRC &&
	    is_between(ev, true, &info->src_min, &info->src_max) ==
	    !!(info->flags & IPRANGE_SRC_INV))
		return XT_NO;
	if (info->flags & IPRANGE_DST &&
	    is_between(ev, false, &info->dst_min, &info->dst_max) ==
	    !!(info->flags & IPRANGE_DST_INV))
		return XT_NO;
	return XT_YES;
}

const struct xt_ops xt_match_iprange_1 = {
	.name = "iprange",
	.kind = XT_MATCH,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_iprange_mtinfo),
	.match = match,
};
