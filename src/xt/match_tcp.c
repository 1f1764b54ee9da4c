/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_tcp.c - 'tcp': ports, flags, an option's presence. */
#include <linux/netfilter/xt_tcpudp.h>

#include "base/bytes.h"
#include "xt/packet.h"
#include "xt/tcp.h"

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_tcp *info = ext->info;

	(void)load;
	return info->invflags & ~XT_TCP_INV_MASK ? -EINVAL : 0;
}

static bool
has_ports(const struct xt_tcp *info, const uint8_t *tcp)
{
	return xt_is_within(get_be16(tcp), info->spts[0], info->spts[1]) !=
	       !!(info->invflags & XT_TCP_INV_SRCPT) &&
	       xt_is_within(get_be16(tcp + 2), info->dpts[0], info->dpts[1]) !=
	       !!(info->invflags & XT_TCP_INV_DSTPT);
}

static bool
has_flags(const struct xt_tcp *info, const uint8_t *tcp)
{
	return ((tcp[13] & info->flg_mask) == info->flg_cmp) !=
	       !!(info->invflags & XT_TCP_INV_FLAGS);
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_tcp *info = ext->info;
	const uint8_t *tcp;
	struct xt_tcp_options o;

	/* Who sends a fragment that begins at the flags wants to write over
	 * those that were let in. */
	if (ev->frag_offset)
		return ev->frag_offset == 1 ? XT_DROP : XT_NO;
	tcp = xt_transport(ev, XT_TCP_SIZE);
	if (!tcp)
		return XT_DROP;
	if (!has_ports(info, tcp) || !has_flags(info, tcp))
		return XT_NO;
	if (!info->option)
		return XT_YES;
	if (!xt_tcp_options(ev, &o))
		return XT_DROP;
	while (xt_tcp_next(&o))
		if (*o.at == info->option)
			return xt_yes(!(info->invflags & XT_TCP_INV_OPTION));
	return xt_yes(info->invflags & XT_TCP_INV_OPTION);
}

const struct xt_ops xt_match_tcp_0 = {
	.name = "tcp",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_tcp),
	.protocol = IPPROTO_TCP,
	.check = check,
	.match = match,
};
