/* SPDX-License-Identifier: BSD-2-Clause
 * route/answer.c - ICMP and ICMPv6 errors as Linux sends them
 * (RFC 792, RFC 1812 4.3.2, RFC 4443 2.4). */
#include "route/answer.h"

#include <linux/if_packet.h>
#include <string.h>

#include "base/bytes.h"
#include "pkt/checksum.h"
#include "route/option.h"
#include "route/router.h"
#include "track/proto.h"

enum {
	IPV4_HEADER	= 20,
	IPV6_HEADER	= 40,
	ICMP_HEADER	= 8,
	IPV4_ERROR_MOST	= 576,
	IPV6_ERROR_MOST	= 1280,

	IPV4_OFFSET	= 0x1fff,
	TOS_BITS	= 0x1e,
	TOS_CONTROL	= 0xc0,		/* internetwork control */

	ICMP_UNREACHABLE = 3,
	ICMP_FRAG_NEEDED = 4,
	ICMP_TYPES	= 18,		/* highest that is known */
	ICMPV6_TOO_BIG	= 2,
	ICMPV6_PROBLEM	= 4,
	ICMPV6_REDIRECT	= 137,
	REDIRECT_HEADER	= 40,
	OPTION_REDIRECTED = 4,		/* RFC 4861 4.6.3 */
	ICMPV6_QUERY	= 0x80,		/* types from here on are no errors */
};

static bool
is_loopback(const struct iface *iface)
{
	return iface && iface->pub.type == ROUTER_TYPE_LOOPBACK;
}

/* The answer goes where the packet came from. */
static struct route_flow
flow_back(const struct path *path)
{
	const struct pkt *p = path->p;

	return (struct route_flow){
		.family = p->family,
		.dst = router_addr(p->family, pkt_src(p)),
	};
}

/* May there be one more?  'every_ms' is the limit for each host. */
static bool
is_within_limits(struct path *path, const struct route_flow *flow,
		 const struct route_result *route, uint32_t every_ms)
{
	struct limits *limits = &path->router->limits;
	struct peer *peer;

	if (!is_loopback(route->out) && route->type != CLEW_ROUTE_LOCAL) {
		peer = limits_peer(limits, &path->track->hash_key,
				   (enum clew_family)flow->family, &flow->dst,
				   path->track->now_ms);
		if (peer && !limits_peer_allow(peer, path->track->now_ms,
					       every_ms))
			return false;
	}
	limits_consume(limits, path->random);
	return true;
}

static bool
is_limit_reached(const struct path *path)
{
	const struct settings *set = &path->track->set;

	return !limits_allow(&path->router->limits, path->track->now_ms,
			     set->icmp_msgs_per_sec, set->icmp_msgs_burst);
}

/* Is this packet's own the address it was sent to? */
static bool
is_to_this_host(const struct path *path)
{
	return !router_is_on(path->router) ||
	       (path->has_route && path->route.type == CLEW_ROUTE_LOCAL);
}

/* ICMP. */

static bool
is_icmp_error(uint8_t type)
{
	static const uint32_t errors = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 |
		1 << 5 | 1 << 6 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 11 |
		1 << 12;

	/* One that is unknown may be an error: none about those. */
	return type > ICMP_TYPES || (errors >> type & 1);
}

/* RFC 1812 4.3.2.7: which packets are never answered. */
static bool
may_answer4(const struct path *path)
{
	const struct pkt *p = path->p;
	uint32_t header = (p->ip[0] & 15u) * 4;

	if (path->pkttype != PACKET_HOST ||
	    (get_be16(p->ip + 6) & IPV4_OFFSET))
		return false;
	if (path->has_route && (path->route.type == CLEW_ROUTE_BROADCAST ||
				path->route.type == CLEW_ROUTE_MULTICAST))
		return false;
	if (p->ip[9] != PROTO_ICMP)
		return true;
	return pkt_header(p, header, 1) == PKT_HEADER_OK &&
	       !is_icmp_error(p->ip[header]);
}

static bool
is_limited4(const struct path *path, uint8_t type, uint8_t code)
{
	/* RFC 1191: path MTU discovery is not to be held up. */
	if (type == ICMP_UNREACHABLE && code == ICMP_FRAG_NEEDED)
		return false;
	return path->track->set.icmp_ratemask >> type & 1;
}

/* With what address, and over what MTU.  => false: it cannot be sent. */
static bool
choose_source4(struct path *path, const struct route_flow *flow,
	       struct route_result *route, union clew_addr *source)
{
	static const union clew_addr dummy = { .bytes = { 192, 0, 0, 8 } };

	*route = (struct route_result){ .mtu = IPV4_ERROR_MOST };
	if (router_is_on(path->router)) {
		if (route_lookup(path->router, flow, route))
			return false;
		if (!route->mtu)
			route->mtu = IPV4_ERROR_MOST;
	}
	*source = router_addr(CLEW_IPV4, pkt_dst(path->p));
	if (is_to_this_host(path))
		return true;
	/* Before routing, about a packet that claims to be from us: Linux
	 * takes the way back for the packet's own, to this host. */
	if (!path->has_route && route->type == CLEW_ROUTE_LOCAL)
		return route_address_type(path->router, CLEW_IPV4, source,
					  NULL) == CLEW_ROUTE_LOCAL;
	if (path->track->set.icmp_inbound_ifaddr && path->in &&
		 route_select_source(path->router, path->in, CLEW_IPV4,
				     &flow->dst, source))
		return true;
	else if (!route_own_source(path->router, route, CLEW_IPV4,
				   &flow->dst, source))
		*source = dummy;	/* RFC 7600 4.8 */
	return true;
}

static void
build4(struct path *path, uint8_t *out, const union clew_addr *source,
       const uint8_t *options, uint32_t options_size, uint32_t quoted)
{
	const struct pkt *p = path->p;
	uint32_t header = IPV4_HEADER + options_size;
	uint32_t size = header + ICMP_HEADER + quoted;

	out[0] = (uint8_t)(0x40 | header / 4);
	out[1] = (uint8_t)((p->ip[1] & TOS_BITS) | TOS_CONTROL);
	put_be16(out + 2, (uint16_t)size);
	put_be16(out + 4, (uint16_t)random_u32(path->random));
	put_be16(out + 6, 0);
	out[8] = (uint8_t)path->track->set.ip_default_ttl;
	out[9] = PROTO_ICMP;
	put_be16(out + 10, 0);
	memcpy(out + 12, source->bytes, 4);
	memcpy(out + 16, pkt_src(p), 4);
	memcpy(out + IPV4_HEADER, options, options_size);
	put_be16(out + 10, (uint16_t)~checksum_fold(
		checksum_add(0, out, header)));
	memcpy(out + header + ICMP_HEADER, p->ip, quoted);
	put_be16(out + header + 2, (uint16_t)~checksum_fold(
		checksum_add(0, out + header, ICMP_HEADER + quoted)));
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void
answer4(struct path *path, uint8_t type, uint8_t code, uint32_t info)
{
	const struct route_flow flow = flow_back(path);
	bool is_limited = !is_loopback(path->in) &&
			  is_limited4(path, type, code);
	uint8_t out[IPV4_ERROR_MOST], options[40];
	uint32_t room, header, options_size = 0;
	struct route_result route;
	union clew_addr source;

	if (!may_answer4(path) || (is_limited && is_limit_reached(path)) ||
	    !choose_source4(path, &flow, &route, &source))
		return;
	if (is_limited && !is_within_limits(path, &flow, &route,
				path->track->set.icmp_ratelimit_ms))
		return;
	if ((path->p->ip[0] & 15) > 5)
		options_size = option_echo(path, &source, options);
	header = IPV4_HEADER + options_size;
	room = least(route.mtu, IPV4_ERROR_MOST);
	if (room <= header + ICMP_HEADER + IPV4_HEADER)
		return;
	room = least(room - header - ICMP_HEADER,
		     least(path->p->have, path->p->len));
	out[header] = type;
	out[header + 1] = code;
	put_be16(out + header + 2, 0);
	put_be32(out + header + 4, info);
	build4(path, out, &source, options, options_size, room);
	path->ops->send(path, out, header + ICMP_HEADER + room,
			PATH_SEND_RELATED);
}

/* ICMPv6. */

static bool
is_multicast6(const uint8_t *addr)
{
	return addr[0] == 0xff;
}

/* RFC 4443 2.4 (e). */
static bool
may_answer6(const struct path *path, uint8_t type, uint8_t code)
{
	static const uint8_t any[16];
	const struct pkt *p = path->p;

	if ((is_multicast6(pkt_dst(p)) || path->pkttype != PACKET_HOST) &&
	    type != ICMPV6_TOO_BIG && !(type == ICMPV6_PROBLEM && code == 2))
		return false;
	if (is_multicast6(pkt_src(p)) || !memcmp(pkt_src(p), any, 16))
		return false;
	if (p->kind != PKT_WHOLE || p->protocol != PROTO_ICMPV6)
		return true;
	return pkt_header(p, p->l4, 1) == PKT_HEADER_OK &&
	       (p->ip[p->l4] & ICMPV6_QUERY);
}

/* Errors about what was sent to this host bear the address it was sent to;
 * of anycast ones too (RFC 4443 2.2). */
static bool
is_to_this_host6(const struct path *path)
{
	union clew_addr dst = router_addr(CLEW_IPV6, pkt_dst(path->p));
	uint8_t type = path->route.type;

	if (!path->has_route)
		type = route_address_type(path->router, CLEW_IPV6, &dst,
					  dst.bytes[0] == 0xfe ? path->in :
					  NULL);
	return type == CLEW_ROUTE_LOCAL || type == CLEW_ROUTE_ANYCAST;
}

static bool
choose_source6(struct path *path, const struct route_flow *flow,
	       struct route_result *route, union clew_addr *source)
{
	*source = router_addr(CLEW_IPV6, pkt_dst(path->p));
	*route = (struct route_result){ .mtu = IPV6_ERROR_MOST };
	if (!router_is_on(path->router))
		return true;
	if (route_lookup(path->router, flow, route) ||
	    route->type == CLEW_ROUTE_ANYCAST)
		return false;
	if (is_to_this_host6(path))
		return true;
	if (!router_is_zero(&route->source)) {
		*source = route->source;
		return true;
	}
	if (path->in && route_select_source(path->router, path->in, CLEW_IPV6,
					    &flow->dst, source))
		return true;
	return route_own_source(path->router, route, CLEW_IPV6, &flow->dst,
				source);
}

/* Linux gives every flow a label of its own (RFC 6437). */
static uint32_t
flow_label(const struct path *path, const union clew_addr *source)
{
	const union clew_addr dst = router_addr(CLEW_IPV6, pkt_src(path->p));
	const uint64_t blocks[5] = {
		source->be64[0], source->be64[1], dst.be64[0], dst.be64[1],
		(uint64_t)33 << 56 | PROTO_ICMPV6,
	};

	return hash_blocks(&path->track->id_key, blocks, 5) & 0xfffff;
}

static void
build6(const struct path *path, uint8_t *out, const union clew_addr *source,
       uint32_t quoted)
{
	struct pkt made = { .ip = out, .family = CLEW_IPV6 };
	uint32_t size = ICMP_HEADER + quoted;

	put_be32(out, 6u << 28 | flow_label(path, source));
	put_be16(out + 4, (uint16_t)size);
	out[6] = PROTO_ICMPV6;
	out[7] = (uint8_t)path->track->set.ip6_hop_limit;
	memcpy(out + 8, source->bytes, 16);
	memcpy(out + 24, pkt_src(path->p), 16);
	memcpy(out + IPV6_HEADER + ICMP_HEADER, path->p->ip, quoted);
	put_be16(out + IPV6_HEADER + 2, (uint16_t)~checksum_fold(
		checksum_pseudo(&made, PROTO_ICMPV6, size) +
		checksum_add(0, out + IPV6_HEADER, size)));
}

static void
answer6(struct path *path, uint8_t type, uint8_t code, uint32_t info)
{
	struct route_flow flow = flow_back(path);
	bool is_limited = !is_loopback(path->in) && type != ICMPV6_TOO_BIG;
	uint8_t out[IPV6_ERROR_MOST];
	struct route_result route;
	union clew_addr source;
	uint32_t quoted;

	/* A neighbour's address means nothing on other links. */
	flow.in = path->in;
	if (!may_answer6(path, type, code) ||
	    (is_limited && is_limit_reached(path)) ||
	    !choose_source6(path, &flow, &route, &source))
		return;
	if (is_limited && !is_within_limits(path, &flow, &route,
				path->track->set.icmp6_ratelimit_ms >>
				(128 - route.prefix) / 32))
		return;
	quoted = least(least(path->p->have, path->p->len),
		       IPV6_ERROR_MOST - IPV6_HEADER - ICMP_HEADER);
	out[IPV6_HEADER] = type;
	out[IPV6_HEADER + 1] = code;
	put_be16(out + IPV6_HEADER + 2, 0);
	put_be32(out + IPV6_HEADER + 4, info);
	build6(path, out, &source, quoted);
	path->ops->send(path, out, IPV6_HEADER + ICMP_HEADER + quoted,
			PATH_SEND_RELATED);
}

void
answer_redirect6(struct path *path, const union clew_addr *source,
		 const uint8_t *target)
{
	const struct pkt *p = path->p;
	struct pkt made = { .family = CLEW_IPV6 };
	uint8_t out[IPV6_ERROR_MOST] = { 0x60 };
	uint8_t *icmp = out + IPV6_HEADER, *option = icmp + REDIRECT_HEADER;
	uint32_t most = IPV6_ERROR_MOST - IPV6_HEADER - REDIRECT_HEADER;
	uint32_t quoted = least(least(p->have, p->len) + 8, most) & ~7u;
	uint32_t size = REDIRECT_HEADER + quoted;

	put_be16(out + 4, (uint16_t)size);
	out[6] = PROTO_ICMPV6;
	out[7] = 255;
	memcpy(out + 8, source->bytes, 16);
	memcpy(out + 24, pkt_src(p), 16);
	icmp[0] = ICMPV6_REDIRECT;
	memcpy(icmp + 8, target, 16);
	memcpy(icmp + 24, pkt_dst(p), 16);
	option[0] = OPTION_REDIRECTED;
	option[1] = (uint8_t)(quoted / 8);
	memcpy(option + 8, p->ip, quoted - 8);
	made.ip = out;
	put_be16(icmp + 2, (uint16_t)~checksum_fold(
		checksum_pseudo(&made, PROTO_ICMPV6, size) +
		checksum_add(0, icmp, size)));
	path->ops->send(path, out, IPV6_HEADER + size, PATH_SEND_ALONE);
}

void
answer_icmp(struct path *path, uint8_t type, uint8_t code, uint32_t info)
{
	if (path->p->family == CLEW_IPV4)
		answer4(path, type, code, info);
	else
		answer6(path, type, code, info);
}
