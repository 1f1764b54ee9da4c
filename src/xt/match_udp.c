/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_udp.c - 'udp' and 'udplite': ports. */
#include <linux/netfilter/xt_tcpudp.h>

#include "base/bytes.h"
#include "xt/packet.h"

enum { UDP_SIZE = 8 };

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_udp *info = ext->info;

	(void)load;
	return info->invflags & ~XT_UDP_INV_MASK ? -EINVAL : 0;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_udp *info = ext->info;
	const uint8_t *udp;

	if (ev->frag_offset)
		return XT_NO;
	udp = xt_transport(ev, UDP_SIZE);
	if (!udp)
		return XT_DROP;
	return xt_yes(xt_is_within(get_be16(udp), info->spts[0],
				   info->spts[1]) !=
		      !!(info->invflags & XT_UDP_INV_SRCPT) &&
		      xt_is_within(get_be16(udp + 2), info->dpts[0],
				   info->dpts[1]) !=
		      !!(info->invflags & XT_UDP_INV_DSTPT));
}

const struct xt_ops xt_match_udp_0 = {
	.name = "udp",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_udp),
	.protocol = IPPROTO_UDP,
	.check = check,
	.match = match,
};

const struct xt_ops xt_match_udplite_0 = {
	.name = "udplite",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_udp),
	.protocol = IPPROTO_UDPLITE,
	.check = check,
	.match = match,
};
