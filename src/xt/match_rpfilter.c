/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_rpfilter.c - 'rpfilter': would an answer leave by the interface
 * that the packet came in by? */
#include <linux/if_packet.h>
#include <linux/netfilter/xt_rpfilter.h>
#include <linux/rtnetlink.h>

#include "base/bytes.h"
#include "xt/packet.h"

enum {
	FLAGS = XT_RPFILTER_LOOSE | XT_RPFILTER_VALID_MARK |
		XT_RPFILTER_ACCEPT_LOCAL | XT_RPFILTER_INVERT,
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_rpfilter_info *info = ext->info;
	const char *table = load->table->named.name;

	if (info->flags & ~FLAGS)
		return -EINVAL;
	if (strcmp(table, "mangle") != 0 && strcmp(table, "raw") != 0)
		return xt_refuse(load, -EINVAL,
				 "rpfilter is for tables 'mangle' and 'raw'");
	return 0;
}

static bool
is_link_local(const union clew_addr *a)
{
	return a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

/* Who has no address yet asks for one: that is nobody's to answer. */
static bool
is_asking_ipv4(const union clew_addr *src, const union clew_addr *dst)
{
	uint32_t to = get_be32(dst->bytes);

	return src->bytes[0] == 0 && (to == UINT32_MAX || to >> 8 == 0xe00000);
}

static bool
is_exempt(const struct nft_eval *ev, const union clew_addr *src,
	  const union clew_addr *dst)
{
	if (nft_is_loopback(ev->path->in) ||
	    ev->path->pkttype == PACKET_LOOPBACK)
		return true;
	if (ev->family == NFPROTO_IPV4)
		return is_asking_ipv4(src, dst);
	return !src->be64[0] && !src->be64[1];
}

/* An address that no answer can come from: none is asked for then. */
static bool
is_no_source(uint8_t family, const union clew_addr *a)
{
	if (family == NFPROTO_IPV6)
		return a->bytes[0] == 0xff;
	return a->bytes[0] == 0 || a->bytes[0] >> 4 == 0xe ||
	       a->be32[0] == UINT32_MAX;
}

/* Of several routes for one prefix IPv6 takes the one through the interface
 * the packet came in by; a longer prefix through another counts, though.  But
 * for link-local addresses: those are asked for on that interface alone. */
static int
lookup(const struct nft_eval *ev, uint8_t flags,
       const struct route_flow *flow, struct route_result *result)
{
	struct route_flow there = *flow;
	struct route_result back = { 0 };
	int err = route_lookup(ev->path->router, flow, result);

	if (err || flow->out || flags & XT_RPFILTER_LOOSE ||
	    ev->family == NFPROTO_IPV4 || result->type == RTN_LOCAL)
		return err;
	there.out = ev->path->in;
	if (!route_lookup(ev->path->router, &there, &back) &&
	    back.prefix == result->prefix)
		*result = back;
	return 0;
}

static bool
is_way_back(const struct nft_eval *ev, uint8_t flags,
	    const struct route_flow *flow)
{
	struct route_result result = { 0 };

	if (lookup(ev, flags, flow, &result))
		return false;
	/* A local address of IPv6 has done with that. */
	if (result.type == RTN_LOCAL &&
	    (!(flags & XT_RPFILTER_ACCEPT_LOCAL) || ev->family ==
						    NFPROTO_IPV6))
		return flags & XT_RPFILTER_ACCEPT_LOCAL;
	if (result.type != RTN_LOCAL && result.type != RTN_UNICAST &&
	    (ev->family == NFPROTO_IPV4 || result.type == RTN_ANYCAST))
		return false;
	return result.out == ev->path->in || flags & XT_RPFILTER_LOOSE;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_rpfilter_info *info = ext->info;
	bool is_inverted = info->flags & XT_RPFILTER_INVERT;
	const struct path *path = ev->path;
	struct route_flow flow = { .family = ev->family };

	if (!xt_address(ev, true, &flow.dst) ||
	    !xt_address(ev, false, &flow.src))
		return XT_NO;
	if (is_exempt(ev, &flow.dst, &flow.src))
		return xt_yes(!is_inverted);
	if (is_no_source(ev->family, &flow.src))
		memset(&flow.src, 0, sizeof(flow.src));
	if (info->flags & XT_RPFILTER_VALID_MARK)
		flow.mark = path_mark(path);
	if (ev->family == NFPROTO_IPV4)
		flow.dscp = path->p->ip[1] >> 2;
	else if (is_link_local(&flow.dst))
		flow.out = path->in;
	return xt_yes(is_way_back(ev, info->flags, &flow) != is_inverted);
}

const struct xt_ops xt_match_rpfilter_0 = {
	.name = "rpfilter",
	.kind = XT_MATCH,
	.families = XT_IP,
	.size = sizeof(struct xt_rpfilter_info),
	.hooks = 1u << NF_INET_PRE_ROUTING,
	.check = check,
	.match = match,
};
