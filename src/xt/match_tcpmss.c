/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_tcpmss.c - 'tcpmss': the segment size that a SYN offers. */
#include <linux/netfilter/xt_tcpmss.h>

#include "base/bytes.h"
#include "xt/packet.h"
#include "xt/tcp.h"

enum {
	OPTION_MSS = 2,
	OPTION_MSS_SIZE = 4,
};

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_tcpmss_match_info *info = ext->info;
	struct xt_tcp_options o;

	if (!xt_tcp_options(ev, &o))
		return XT_DROP;
	while (xt_tcp_next(&o)) {
		if (o.at[0] != OPTION_MSS || o.end - o.at < OPTION_MSS_SIZE ||
		    o.at[1] != OPTION_MSS_SIZE)
			continue;
		return xt_yes(xt_is_within(get_be16(o.at + 2), info->mss_min,
					   info->mss_max) ^ info->invert);
	}
	return xt_yes(info->invert);
}

const struct xt_ops xt_match_tcpmss_0 = {
	.name = "tcpmss",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_tcpmss_match_info),
	.protocol = IPPROTO_TCP,
	.match = match,
};
