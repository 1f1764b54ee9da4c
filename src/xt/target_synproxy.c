/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_synproxy.c - 'SYNPROXY': handshakes on behalf of servers. */
#include <linux/netfilter/nf_synproxy.h>

#include "nat/synproxy.h"
#include "track/track.h"
#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	(void)ext;
	load->nft->config.track->synproxies++;
	return 0;
}

static void
fini(struct nft *nft, struct xt_ext *ext)
{
	(void)ext;
	nft->config.track->synproxies--;
}

static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct nf_synproxy_info *info = ext->info;
	const struct synproxy says = {
		.options = info->options,
		.wscale = info->wscale,
		.mss = info->mss,
	};

	switch (synproxy_rule(ev->path, &says)) {
	case SYNPROXY_NOT_FOR_ME:
		return NFT_CONTINUE;
	case SYNPROXY_TAKEN:
		return NFT_VERDICT_STOLEN;
	case SYNPROXY_NOT_TCP:
	case SYNPROXY_DROP:
		break;
	}
	return NFT_VERDICT_DROP;
}

const struct xt_ops xt_target_synproxy_0 = {
	.name = "SYNPROXY",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct nf_synproxy_info),
	.hooks = 1u << NF_INET_LOCAL_IN | 1u << NF_INET_FORWARD,
	.protocol = IPPROTO_TCP,
	.check = check,
	.fini = fini,
	.target = target,
};
