/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_dccp.c - 'dccp': ports, types of packets, an option's presence. */
#include <linux/netfilter/xt_dccp.h>

#include "base/bytes.h"
#include "nft/exthdr.h"
#include "xt/packet.h"

enum { DCCP_SIZE = 12 };

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_dccp_info *info = ext->info;

	(void)load;
	return info->flags & ~XT_DCCP_VALID_FLAGS ||
	       info->invflags & ~XT_DCCP_VALID_FLAGS ||
	       info->invflags & ~info->flags ? -EINVAL : 0;
}

/* Options are walked along as TCP's: the first two kinds alone have no
 * length.  => DROP: the header is not all there, or too short. */
static enum xt_answer
has_option(const struct xt_dccp_info *info, const struct nft_eval *ev,
	   const uint8_t *h)
{
	uint32_t begin = exthdr_dccp_size(h), end = h[4] * 4u;

	if (end < begin || !xt_transport(ev, end))
		return XT_DROP;
	while (begin < end) {
		uint8_t size;

		if (h[begin] == info->option)
			return XT_YES;
		size = h[begin] > 1 && begin + 1 < end ? h[begin + 1] : 1;
		begin += size ? size : 1;
	}
	return XT_NO;
}

static bool
fails(const struct xt_dccp_info *info, uint16_t flag, bool is_so)
{
	return info->flags & flag && is_so == !!(info->invflags & flag);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_dccp_info *info = ext->info;
	enum xt_answer answer;
	const uint8_t *h;

	if (ev->frag_offset)
		return XT_NO;
	h = xt_transport(ev, DCCP_SIZE);
	if (!h)
		return XT_DROP;
	if (fails(info, XT_DCCP_SRC_PORTS,
		  xt_is_within(get_be16(h), info->spts[0], info->spts[1])) ||
	    fails(info, XT_DCCP_DEST_PORTS,
		  xt_is_within(get_be16(h + 2), info->dpts[0],
			       info->dpts[1])) ||
	    fails(info, XT_DCCP_TYPE,
		  info->typemask & 1u << (h[8] >> 1 & 15)))
		return XT_NO;
	if (!(info->flags & XT_DCCP_OPTION))
		return XT_YES;
	answer = has_option(info, ev, h);
	if (answer == XT_DROP)
		return answer;
	return xt_yes(!fails(info, XT_DCCP_OPTION, answer == XT_YES));
}

const struct xt_ops xt_match_dccp_0 = {
	.name = "dccp",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_dccp_info),
	.protocol = IPPROTO_DCCP,
	.check = check,
	.match = match,
};
