/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_meta.c - 'MARK', 'CLASSIFY' and 'TRACE': what is known of a packet
 * besides its bytes. */
#include <linux/netfilter_arp.h>
#include <linux/netfilter/xt_CLASSIFY.h>
#include <linux/netfilter/xt_mark.h>

#include "xt/xt.h"

static int32_t
mark_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_mark_tginfo2 *info = ext->info;
	struct clew_packet *packet = ev->path->packet;

	packet->mark = (packet->mark & ~info->mask) ^ info->mark;
	return NFT_CONTINUE;
}

static int32_t
classify_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_classify_target_info *info = ext->info;

	ev->path->priority = info->priority;
	return NFT_CONTINUE;
}

static int32_t
trace_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	(void)ext;
	ev->path->is_traced = true;
	return NFT_CONTINUE;
}

const struct xt_ops xt_target_mark_2 = {
	.name = "MARK",
	.kind = XT_TARGET,
	.revision = 2,
	.families = XT_IP | 1u << NFPROTO_ARP,
	.size = sizeof(struct xt_mark_tginfo2),
	.target = mark_target,
};

const struct xt_ops xt_target_classify_0 = {
	.name = "CLASSIFY",
	.kind = XT_TARGET,
	.families = XT_IP,
	.size = sizeof(struct xt_classify_target_info),
	.hooks = 1u << NF_INET_LOCAL_OUT | 1u << NF_INET_FORWARD |
		 1u << NF_INET_POST_ROUTING,
	.target = classify_target,
};

/* arp's hooks have numbers of their own. */
const struct xt_ops xt_target_classify_arp = {
	.name = "CLASSIFY",
	.kind = XT_TARGET,
	.families = 1u << NFPROTO_ARP,
	.size = sizeof(struct xt_classify_target_info),
	.hooks = 1u << NF_ARP_OUT | 1u << NF_ARP_FORWARD,
	.target = classify_target,
};

const struct xt_ops xt_target_trace_0 = {
	.name = "TRACE",
	.kind = XT_TARGET,
	.families = XT_IP,
	.table = "raw",
	.target = trace_target,
};
