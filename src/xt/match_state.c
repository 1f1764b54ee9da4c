/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_state.c - 'state': what the packet is to its connection. */
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/xt_state.h>

#include "xt/conntrack.h"
#include "xt/packet.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	(void)ext;
	return xt_check_tracked(load);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	static const uint32_t bits[] = {
		[XT_CT_INVALID]		= XT_STATE_INVALID,
		[XT_CT_ESTABLISHED]	= XT_STATE_BIT(IP_CT_ESTABLISHED),
		[XT_CT_RELATED]		= XT_STATE_BIT(IP_CT_RELATED),
		[XT_CT_NEW]		= XT_STATE_BIT(IP_CT_NEW),
		[XT_CT_UNTRACKED]	= XT_STATE_UNTRACKED,
	};
	const struct xt_state_info *info = ext->info;

	return xt_yes(info->statemask & bits[xt_ct_state(ev)]);
}

const struct xt_ops xt_match_state_0 = {
	.name = "state",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_state_info),
	.check = check,
	.match = match,
};
