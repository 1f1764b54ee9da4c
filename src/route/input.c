/* SPDX-License-Identifier: BSD-2-Clause
 * route/input.c - for this host, to be forwarded, or neither?
 *
 * What no host may receive goes first (RFC 1812 5.3.7, RFC 4291 2.5.3 and
 * 2.7), with rp_filter, accept_local and route_localnet 0, as a new network
 * namespace has them; then the tables are asked. */
#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>

#include "route/answer.h"
#include "route/forward.h"
#include "route/option.h"
#include "route/router.h"

enum {
	ICMP_UNREACHABLE	= 3,
	ICMP_NET_UNREACHABLE	= 0,
	ICMP_HOST_UNREACHABLE	= 1,
	ICMP_FILTERED		= 13,
	ICMPV6_UNREACHABLE	= 1,
	ICMPV6_NO_ROUTE		= 0,
	ICMPV6_PROHIBITED	= 1,
	ICMPV6_PROBLEM		= 4,
	ICMPV6_UNKNOWN_OPTION	= 2,

	HOP_PAD1		= 0,
	HOP_PADN		= 1,
	HOP_ROUTER_ALERT	= 5,
	HOP_CALIPSO		= 7,
	HOP_IOAM		= 49,
	HOP_JUMBO		= 194,
	HOP_PADDING_MOST	= 7,
	HOP_OPTIONS_MOST	= 8,
};

static bool
is_multicast4(const uint8_t *addr)
{
	return addr[0] >> 4 == 14;
}

static bool
is_zero4(const uint8_t *addr)
{
	return !(addr[0] | addr[1] | addr[2] | addr[3]);
}

static bool
is_everybody4(const uint8_t *addr)
{
	return (addr[0] & addr[1] & addr[2] & addr[3]) == 255;
}

static bool
is_loopback6(const uint8_t *addr)
{
	static const uint8_t one[16] = { [15] = 1 };

	return !memcmp(addr, one, sizeof(one));
}

static bool
is_loopback_iface(const struct iface *iface)
{
	return iface && iface->pub.type == ROUTER_TYPE_LOOPBACK;
}

static bool
is_martian6(const struct path *path)
{
	const uint8_t *src = pkt_src(path->p), *dst = pkt_dst(path->p);

	if ((is_loopback6(src) || is_loopback6(dst)) &&
	    !is_loopback_iface(path->in))
		return true;
	/* Multicast scopes 0 (reserved) and 1 (the host itself). */
	if (dst[0] == 0xff &&
	    ((dst[1] & 15) == 0 ||
	     ((dst[1] & 15) == 1 && !is_loopback_iface(path->in))))
		return true;
	return src[0] == 0xff;
}

/* An option that nobody here knows (RFC 8200 4.2): its highest two bits say
 * what is to be done. => false: the packet is dropped. */
static bool
may_pass_unknown(struct path *path, uint32_t at)
{
	switch (path->p->ip[at] >> 6) {
	case 0:
		return true;
	case 1:
		return false;
	case 3:
		if (pkt_dst(path->p)[0] == 0xff)
			return false;
		break;
	}
	answer_icmp(path, ICMPV6_PROBLEM, ICMPV6_UNKNOWN_OPTION, at);
	return false;
}

/* One option of 'size' bytes. => false: the packet is dropped. */
static bool
check_hop_option(struct path *path, uint32_t at, uint32_t size)
{
	switch (path->p->ip[at]) {
	case HOP_ROUTER_ALERT: return size == 4;
	case HOP_CALIPSO:
	case HOP_IOAM:
	case HOP_JUMBO: return true;
	default: return may_pass_unknown(path, at);
	}
}

/* Padding is no longer than it need be, and empty (RFC 4942 2.1.9.5). */
static bool
is_padding_good(const uint8_t *option, uint32_t size)
{
	for (uint32_t i = 2; i < size; i++) {
		if (option[i])
			return false;
	}
	return true;
}

/* The options for every hop, one after the other: also of a packet that was
 * found malformed, up to where it is. */
static bool
check_hop_options(struct path *path)
{
	const struct pkt *p = path->p;
	const uint8_t *ip = p->ip;
	uint32_t at = 40, end, padding = 0, count = 0;

	if (pkt_header(p, at, 8) != PKT_HEADER_OK)
		return false;
	end = at + (ip[at + 1] + 1u) * 8;
	if (pkt_header(p, at, end - at) != PKT_HEADER_OK)
		return false;
	for (at += 2; at < end; ) {
		uint32_t size = ip[at] == HOP_PAD1 ? 1 :
				end - at < 2 ? 256 : ip[at + 1] + 2u;

		if (size > end - at)
			return false;
		if (ip[at] == HOP_PAD1 || ip[at] == HOP_PADN) {
			padding += size;
			if (padding > HOP_PADDING_MOST ||
			    !is_padding_good(ip + at, size))
				return false;
		} else {
			padding = 0;
			if (++count > HOP_OPTIONS_MOST ||
			    !check_hop_option(path, at, size))
				return false;
		}
		at += size;
	}
	return true;
}

bool
route_receive(struct path *path, enum clew_reason *why)
{
	*why = CLEW_WHY_MARTIAN;
	if (path->p->family != CLEW_IPV6)
		return true;
	if (is_martian6(path))
		return false;
	*why = CLEW_WHY_IP_HEADER;
	return path->p->ip[6] || check_hop_options(path);
}

static enum route_way
nowhere(enum clew_reason reason, enum clew_reason *why)
{
	*why = reason;
	return ROUTE_NOWHERE;
}

static struct route_flow
flow_to(const struct path *path, const uint8_t *dst)
{
	const struct pkt *p = path->p;
	struct route_flow flow = {
		.family = p->family,
		.dst = router_addr(p->family, dst),
		.mark = path->packet->mark,
		.in = path->in,
	};

	flow.src = router_addr(p->family, dst == pkt_dst(p) ? pkt_src(p) :
			       pkt_dst(p));
	flow.dscp = p->family == CLEW_IPV4 ? p->ip[1] >> 2 :
		    (uint8_t)((p->ip[0] << 4 | p->ip[1] >> 4) & 255) >> 2;
	return flow;
}

/* IPv4. */

/* Is the source one that nobody outside may have: one of ours?  '*on_link'
 * is set when it is reached directly, by the interface it came in by. */
static bool
is_source_bad(const struct path *path, const struct iface *out, bool *on_link)
{
	struct route_flow flow = flow_to(path, pkt_src(path->p));
	struct route_result back;

	*on_link = false;
	if (is_loopback_iface(path->in))
		return false;
	if (!out || out != path->in || !path->track->set.send_redirects)
		return route_address_type(path->router, CLEW_IPV4, &flow.dst,
					  NULL) == CLEW_ROUTE_LOCAL;
	/* It would leave where it came in: Linux looks closer. */
	flow.mark = 0;
	if (route_lookup(path->router, &flow, &back))
		return false;
	if (back.type != CLEW_ROUTE_UNICAST)
		return true;
	*on_link = back.out == path->in && !back.has_via;
	return false;
}

static enum route_way
to_host(struct path *path, uint8_t type, enum clew_reason *why)
{
	bool on_link;

	path->route.type = type;
	path->route.out = path->in;
	path->route.mtu = path->in ? path->in->pub.mtu : 65535;
	path->has_route = true;
	if (!is_zero4(pkt_src(path->p)) && is_source_bad(path, NULL, &on_link))
		return nowhere(CLEW_WHY_MARTIAN, why);
	return ROUTE_TO_HOST;
}

/* Hosts are in the group of all hosts; who listens to others is unknown. */
static enum route_way
input_multicast4(struct path *path, enum clew_reason *why)
{
	const uint8_t *src = pkt_src(path->p), *dst = pkt_dst(path->p);
	static const uint8_t all_hosts[4] = { 224, 0, 0, 1 };

	if (memcmp(dst, all_hosts, 4) || is_multicast4(src) ||
	    is_everybody4(src) || src[0] == 127)
		return nowhere(CLEW_WHY_MARTIAN, why);
	return to_host(path, CLEW_ROUTE_MULTICAST, why);
}

/* As Linux's: a route to nowhere, through which errors go back. */
static enum route_way
refuse4(struct path *path, int err, enum clew_reason *why)
{
	struct limits *limits = &path->router->limits;
	union clew_addr src = router_addr(CLEW_IPV4, pkt_src(path->p));
	uint64_t now_ms = path->track->now_ms;
	struct peer *peer;
	uint8_t code;

	switch (err) {
	case -EHOSTUNREACH: code = ICMP_HOST_UNREACHABLE; break;
	case -ENETUNREACH: code = ICMP_NET_UNREACHABLE; break;
	case -EACCES: code = ICMP_FILTERED; break;
	default: return nowhere(CLEW_WHY_ROUTE_REFUSES, why);
	}
	peer = limits_peer(limits, &path->track->hash_key, CLEW_IPV4, &src,
			   now_ms);
	if (!peer || limits_no_route_allow(peer, now_ms))
		answer_icmp(path, ICMP_UNREACHABLE, code, 0);
	return nowhere(err == -ENETUNREACH ? CLEW_WHY_NO_ROUTE :
		       CLEW_WHY_ROUTE_REFUSES, why);
}

static enum route_way
forward4(struct path *path, enum clew_reason *why)
{
	bool on_link;

	if (path->route.type != CLEW_ROUTE_UNICAST)
		return nowhere(CLEW_WHY_MARTIAN, why);
	if (is_source_bad(path, path->route.out, &on_link))
		return nowhere(CLEW_WHY_MARTIAN, why);
	path->out = path->route.out;
	path->is_redirected = on_link && path->out == path->in;
	return ROUTE_ON;
}

/* '*err' is what the look-up said, when it refused. */
static enum route_way
decide4(struct path *path, int *err, enum clew_reason *why)
{
	const uint8_t *src = pkt_src(path->p), *dst = pkt_dst(path->p);
	struct route_flow flow = flow_to(path, dst);
	bool is_lo = is_loopback_iface(path->in);

	if (is_multicast4(dst))
		return input_multicast4(path, why);
	if (is_multicast4(src) || is_everybody4(src))
		return nowhere(CLEW_WHY_MARTIAN, why);
	if (is_everybody4(dst) || (is_zero4(src) && is_zero4(dst)))
		return to_host(path, CLEW_ROUTE_BROADCAST, why);
	if (is_zero4(src) || is_zero4(dst) ||
	    (!is_lo && (src[0] == 127 || dst[0] == 127)))
		return nowhere(CLEW_WHY_MARTIAN, why);
	*err = route_lookup(path->router, &flow, &path->route);
	path->has_route = true;
	if (*err) {
		path->route.type = CLEW_ROUTE_UNREACHABLE;
		return ROUTE_NOWHERE;
	}
	if (path->route.type == CLEW_ROUTE_LOCAL ||
	    path->route.type == CLEW_ROUTE_BROADCAST)
		return to_host(path, path->route.type, why);
	return forward4(path, why);
}

static enum route_way
input4(struct path *path, enum clew_reason *why)
{
	int err = 0;
	enum route_way way = decide4(path, &err, why);
	uint8_t pointer;

	if (way == ROUTE_NOWHERE && !err)
		return way;
	if ((path->p->ip[0] & 15) == 5)
		return err ? refuse4(path, err, why) : way;
	switch (option_receive(path, &pointer)) {
	case OPTION_GOOD:
		return err ? refuse4(path, err, why) : way;
	case OPTION_SOURCE_ROUTED:
		return nowhere(CLEW_WHY_ROUTE_REFUSES, why);
	case OPTION_BAD:
		answer_icmp(path, 12, 0, (uint32_t)pointer << 24);
		return nowhere(CLEW_WHY_IP_HEADER, why);
	case OPTION_NO_MEMORY:
		return nowhere(CLEW_WHY_FRAG_MEMORY, why);
	}
	return way;
}

/* IPv6. */

static enum route_way
refuse6(struct path *path, int err, enum clew_reason *why)
{
	path->route.type = CLEW_ROUTE_UNREACHABLE;
	path->has_route = true;
	if (err == -EINVAL)
		return nowhere(CLEW_WHY_ROUTE_REFUSES, why);
	answer_icmp(path, ICMPV6_UNREACHABLE, err == -EACCES ?
		    ICMPV6_PROHIBITED : ICMPV6_NO_ROUTE, 0);
	return nowhere(err == -ENETUNREACH ? CLEW_WHY_NO_ROUTE :
		       CLEW_WHY_ROUTE_REFUSES, why);
}

/* Groups that every router is in: all nodes, all routers, and the solicited
 * node of each of its addresses (RFC 4291 2.8). */
static bool
is_in_group(const struct path *path, const uint8_t *dst)
{
	static const uint8_t solicited[13] = {
		0xff, 2, [11] = 1, [12] = 0xff,
	};
	static const uint8_t zero[13];
	const struct iface_addr *a;

	if (!memcmp(dst + 2, zero, 13))
		return (dst[15] == 1 && (dst[1] == 1 || dst[1] == 2)) ||
		       (dst[15] == 2 && (dst[1] == 1 || dst[1] == 2 ||
					 dst[1] == 5));
	if (memcmp(dst, solicited, sizeof(solicited)) || !path->in)
		return false;
	list_each(a, &path->in->addrs, link) {
		if (a->pub.family == CLEW_IPV6 &&
		    !memcmp(a->pub.addr.bytes + 13, dst + 13, 3))
			return true;
	}
	return false;
}

static enum route_way
input6(struct path *path, enum clew_reason *why)
{
	const uint8_t *dst = pkt_dst(path->p);
	struct route_flow flow = flow_to(path, dst);
	int err;

	err = route_lookup(path->router, &flow, &path->route);
	if (err)
		return refuse6(path, err, why);
	path->has_route = true;
	switch (path->route.type) {
	case CLEW_ROUTE_LOCAL:
	case CLEW_ROUTE_ANYCAST:
		return ROUTE_TO_HOST;
	case CLEW_ROUTE_MULTICAST:
		return is_in_group(path, dst) ? ROUTE_TO_HOST :
		       nowhere(CLEW_WHY_MARTIAN, why);
	default:
		path->out = path->route.out;
		return ROUTE_ON;
	}
}

enum route_way
route_input(struct path *path, enum clew_reason *why)
{
	return path->p->family == CLEW_IPV4 ? input4(path, why) :
	       input6(path, why);
}

/* Packets of this host's own. */

static bool
output_flow(struct path *path, struct route_flow *flow)
{
	const uint8_t *dst = pkt_dst(path->p);

	if (path->p->family == CLEW_IPV4 && is_everybody4(dst)) {
		if (!flow->out)
			return false;
		path->route = (struct route_result){
			.type = CLEW_ROUTE_BROADCAST, .out = flow->out,
			.next_hop = flow->dst, .mtu = flow->out->pub.mtu,
		};
		return true;
	}
	if (route_lookup(path->router, flow, &path->route))
		return false;
	return true;
}

static bool
output(struct path *path, const struct iface *out)
{
	struct route_flow flow = flow_to(path, pkt_dst(path->p));
	const uint8_t *dst = flow.dst.bytes;

	flow.in = NULL;
	/* The unspecified address means this host (as BSD has it). */
	if (path->p->family == CLEW_IPV6 && router_is_zero(&flow.dst))
		flow.dst.bytes[15] = 1;
	/* Only what means a link needs to be told which. */
	if (path->p->family == CLEW_IPV4 ?
	    is_multicast4(dst) || is_everybody4(dst) :
	    dst[0] == 0xff || (dst[0] == 0xfe && (dst[1] & 0xc0) == 0x80))
		flow.out = out;
	if (!output_flow(path, &flow))
		return false;
	path->has_route = true;
	path->out = path->route.out;
	if (path->route.type == CLEW_ROUTE_LOCAL) {
		path->out = router_loopback(path->router);
		path->route.mtu = path->out->pub.mtu;
	}
	return true;
}

bool
route_output(struct path *path, const struct iface *out)
{
	return output(path, out);
}

bool
route_again(struct path *path)
{
	return output(path, path->out);
}
