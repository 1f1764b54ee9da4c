/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_pkttype.c - 'pkttype': whom the link layer sent the packet to. */
#include <linux/netfilter/xt_pkttype.h>

#include "nft/packet.h"
#include "xt/packet.h"

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_pkttype_info *info = ext->info;

	return xt_yes((nft_packet_type(ev) == info->pkttype) ^ info->invert);
}

const struct xt_ops xt_match_pkttype_0 = {
	.name = "pkttype",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_pkttype_info),
	.match = match,
};
