/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_tee.c - 'TEE': a copy of the packet for another host. */
#include <linux/netfilter/xt_TEE.h>
#include <stddef.h>

#include "route/dup.h"
#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	static const union nf_inet_addr nowhere;
	const struct xt_tee_tginfo *info = ext->info;

	(void)load;
	return memcmp(&info->gw, &nowhere, sizeof(nowhere)) == 0 ||
	       (info->oif[0] && info->oif[sizeof(info->oif) - 1]) ?
	       -EINVAL : 0;
}

/* Its device may come and go: without it no way leads there. */
static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_tee_tginfo *info = ext->info;
	struct path *path = ev->path;
	union clew_addr gateway = { { 0 } };
	const struct iface *out = NULL;

	if (info->oif[0]) {
		out = router_iface_by_name(path->router, info->oif);
		if (!out)
			return NFT_CONTINUE;
	}
	memcpy(gateway.bytes, &info->gw, ev->family == NFPROTO_IPV6 ? 16 : 4);
	route_dup(path, &gateway, out);
	return NFT_CONTINUE;
}

const struct xt_ops xt_target_tee_1 = {
	.name = "TEE",
	.kind = XT_TARGET,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_tee_tginfo),
	.shown = offsetof(struct xt_tee_tginfo, priv),
	.check = check,
	.target = target,
};
