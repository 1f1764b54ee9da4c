/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_multiport.c - 'multiport': up to fifteen ports and ranges. */
#include <linux/netfilter/xt_multiport.h>

#include "base/bytes.h"
#include "xt/packet.h"

static bool
has_ports(const struct xt_ext *ext)
{
	switch (ext->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return !ext->is_not_protocol;
	default:
		return false;
	}
}

/* A range is a port with a flag, then one without that is no less. */
static bool
are_ranges_good(const struct xt_multiport_v1 *info)
{
	for (uint32_t i = 0; i < info->count; i++) {
		if (!info->pflags[i])
			continue;
		if (++i == info->count || info->pflags[i] ||
		    info->ports[i - 1] > info->ports[i])
			return false;
	}
	return true;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_multiport_v1 *info = ext->info;

	(void)load;
	return has_ports(ext) && info->flags <= XT_MULTIPORT_EITHER &&
	       info->count <= XT_MULTI_PORTS && are_ranges_good(info) ?
	       0 : -EINVAL;
}

static bool
is_listed(const struct xt_multiport_v1 *info, uint16_t src, uint16_t dst)
{
	for (uint32_t i = 0; i < info->count; i++) {
		uint16_t low = info->ports[i], high = low;

		if (info->pflags[i])
			high = info->ports[++i];
		if ((info->flags != XT_MULTIPORT_DESTINATION &&
		     xt_is_within(src, low, high)) ||
		    (info->flags != XT_MULTIPORT_SOURCE &&
		     xt_is_within(dst, low, high)))
			return true;
	}
	return false;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_multiport_v1 *info = ext->info;
	const uint8_t *ports;
	bool is_it;

	if (ev->frag_offset)
		return XT_NO;
	ports = xt_transport(ev, 4);
	if (!ports)
		return XT_DROP;
	is_it = is_listed(info, get_be16(ports), get_be16(ports + 2));
	return xt_yes(is_it ^ info->invert);
}

const struct xt_ops xt_match_multiport_1 = {
	.name = "multiport",
	.kind = XT_MATCH,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_multiport_v1),
	.check = check,
	.match = match,
};
