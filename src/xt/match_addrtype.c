/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_addrtype.c - 'addrtype': what the routing tables call an address:
 * of this host, broadcast, multicast, ... */
#include <linux/netfilter/xt_addrtype.h>
#include <linux/rtnetlink.h>

#include "xt/packet.h"

enum {
	IS_IN	= 1u << NF_INET_PRE_ROUTING | 1u << NF_INET_LOCAL_IN,
	IS_OUT	= 1u << NF_INET_POST_ROUTING | 1u << NF_INET_LOCAL_OUT,
	TO_BE_LOOKED_UP	= XT_ADDRTYPE_LOCAL | XT_ADDRTYPE_ANYCAST |
			  XT_ADDRTYPE_UNREACHABLE,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_addrtype_info_v1 *info = ext->info;
	bool is_by_in = info->flags & XT_ADDRTYPE_LIMIT_IFACE_IN;
	bool is_by_out = info->flags & XT_ADDRTYPE_LIMIT_IFACE_OUT;
	uint16_t types = info->source | info->dest;
	uint32_t hooks = xt_hook_mask(load);

	if ((is_by_in && (is_by_out || hooks & IS_OUT)) ||
	    (is_by_out && hooks & IS_IN))
		return -EINVAL;
	if (load->family == NFPROTO_IPV6 &&
	    (types & (XT_ADDRTYPE_BLACKHOLE | XT_ADDRTYPE_BROADCAST) ||
	     types >= XT_ADDRTYPE_PROHIBIT))
		return -EINVAL;
	return 0;
}

static bool
is_mapped(const union clew_addr *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(a, prefix, sizeof(prefix)) == 0;
}

/* Is it so by its looks alone? */
static bool
looks_like(const union clew_addr *a, uint16_t types)
{
	bool is_multicast = a->bytes[0] == 0xff;
	bool is_any = !a->be64[0] && !a->be64[1];
	bool is_unicast = !is_multicast && !is_any && !is_mapped(a);

	return (is_multicast || !(types & XT_ADDRTYPE_MULTICAST)) &&
	       (is_unicast || !(types & XT_ADDRTYPE_UNICAST)) &&
	       (is_any || !(types & XT_ADDRTYPE_UNSPEC));
}

static uint16_t
look_up_ipv6(const struct router *router, const union clew_addr *a,
	     const struct iface *dev)
{
	struct route_flow flow = {
		.family = CLEW_IPV6, .dst = *a, .out = dev,
	};
	struct route_result result = { 0 };
	uint16_t types = 0;

	if (route_lookup(router, &flow, &result))
		return XT_ADDRTYPE_UNREACHABLE;
	if (dev ? route_address_type(router, CLEW_IPV6, a, dev) == RTN_LOCAL :
		  result.type == RTN_LOCAL)
		types |= XT_ADDRTYPE_LOCAL;
	if (result.type == RTN_ANYCAST)
		types |= XT_ADDRTYPE_ANYCAST;
	return types;
}

static bool
is_of(const struct nft_eval *ev, const struct iface *dev, bool is_source,
      uint16_t types)
{
	const struct router *router = ev->path->router;
	union clew_addr a;

	if (!xt_address(ev, is_source, &a))
		return false;
	if (ev->family == NFPROTO_IPV4)
		return types & 1u << route_address_type(router, CLEW_IPV4, &a,
							dev);
	return looks_like(&a, types) &&
	       (!(types & TO_BE_LOOKED_UP) ||
		types & look_up_ipv6(router, &a, dev));
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_addrtype_info_v1 *info = ext->info;
	const struct iface *dev = NULL;

	if (info->flags & XT_ADDRTYPE_LIMIT_IFACE_IN)
		dev = ev->path->in;
	else if (info->flags & XT_ADDRTYPE_LIMIT_IFACE_OUT)
		dev = ev->path->out;
	if (info->source && is_of(ev, dev, true, info->source) ==
			    !!(info->flags & XT_ADDRTYPE_INVERT_SOURCE))
		return XT_NO;
	return xt_yes(!info->dest || is_of(ev, dev, false, info->dest) !=
				     !!(info->flags & XT_ADDRTYPE_INVERT_DEST));
}

static enum xt_answer
match_v0(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_addrtype_info *info = ext->info;

	return xt_yes((!info->source ||
		       (is_of(ev, NULL, true, info->source) ^
			info->invert_source)) &&
		      (!info->dest ||
		       (is_of(ev, NULL, false, info->dest) ^
			info->invert_dest)));
}

const struct xt_ops xt_match_addrtype_0 = {
	.name = "addrtype",
	.kind = XT_MATCH,
	.families = XT_IPV4,
	.size = sizeof(struct xt_addrtype_info),
	.match = match_v0,
};

const struct xt_ops xt_match_addrtype_1 = {
	.name = "addrtype",
	.kind = XT_MATCH,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_addrtype_info_v1),
	.check = check,
	.match = match,
};
