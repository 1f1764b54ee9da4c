/* SPDX-License-Identifier: BSD-2-Clause
 * route/forward.c - what happens to a packet that is forwarded
 * (RFC 1812 5.2 and 5.3, RFC 8200 3, 4.5 and 5). */
#include "route/forward.h"

#include <linux/if_packet.h>

#include "base/bytes.h"
#include "pkt/checksum.h"
#include "route/answer.h"
#include "route/option.h"
#include "route/router.h"

enum {
	ICMP_UNREACHABLE	= 3,
	ICMP_FRAG_NEEDED	= 4,
	ICMP_REDIRECT		= 5,
	ICMP_REDIRECT_HOST	= 1,
	ICMP_TIME_EXCEEDED	= 11,
	ICMPV6_UNREACHABLE	= 1,
	ICMPV6_NOT_NEIGHBOUR	= 2,
	ICMPV6_TOO_BIG		= 2,
	ICMPV6_TIME_EXCEEDED	= 3,

	IPV4_DF			= 0x4000,
	IPV6_MTU_LEAST		= 1280,
	REDIRECT_EVERY_MS	= 1000,
};

static bool
refuse(enum clew_reason reason, enum clew_reason *why)
{
	*why = reason;
	return false;
}

/* IPv4. */

static bool
exceeds_mtu4(const struct path *path)
{
	const struct pkt *p = path->p;
	uint32_t mtu = path->route.mtu;

	if (p->len <= mtu || !(get_be16(p->ip + 6) & IPV4_DF))
		return false;
	/* What was put together may be taken apart, unless its own parts
	 * were too big already. */
	if (path->frag_max)
		return path->frag_max > mtu;
	return !(p->flags & CLEW_PKT_GSO);
}

static void
redirect(struct path *path)
{
	union clew_addr src = router_addr(CLEW_IPV4, pkt_src(path->p));
	struct peer *peer;

	peer = limits_peer(&path->router->limits, &path->track->hash_key,
			   CLEW_IPV4, &src, path->track->now_ms);
	if (!peer || limits_redirect_allow(peer, path->track->now_ms))
		answer_icmp(path, ICMP_REDIRECT, ICMP_REDIRECT_HOST,
			    get_be32(path->route.next_hop.bytes));
}

static bool
forward4(struct path *path, enum clew_reason *why)
{
	uint8_t *ip;

	if (path->p->ip[8] <= 1) {
		answer_icmp(path, ICMP_TIME_EXCEEDED, 0, 0);
		return refuse(CLEW_WHY_TTL, why);
	}
	if (exceeds_mtu4(path)) {
		answer_icmp(path, ICMP_UNREACHABLE, ICMP_FRAG_NEEDED,
			    path->route.mtu);
		return refuse(CLEW_WHY_MTU, why);
	}
	ip = path_own(path);
	if (!ip)
		return refuse(CLEW_WHY_FRAG_MEMORY, why);
	put_be16(ip + 10, checksum_replace16(get_be16(ip + 10),
		get_be16(ip + 8), (uint16_t)(get_be16(ip + 8) - 0x100)));
	ip[8]--;
	if (path->is_redirected)
		redirect(path);
	return true;
}

/* IPv6. */

static bool
is_too_big6(const struct path *path, uint32_t mtu)
{
	const struct pkt *p = path->p;

	if (p->len <= mtu)
		return false;
	if (path->frag_max)
		return path->frag_max > mtu;
	return !(p->flags & CLEW_PKT_GSO);
}

/* Addresses that must not leave their link (RFC 4291 2.5.6).
 * => An ICMPv6 error may have gone back. */
static bool
is_source_kept6(struct path *path)
{
	static const uint8_t zero[15];
	const uint8_t *src = pkt_src(path->p);

	if (!__builtin_memcmp(src, zero, 15) && src[15] <= 1)
		return true;
	if (src[0] != 0xfe || (src[1] & 0xc0) != 0x80)
		return false;
	answer_icmp(path, ICMPV6_UNREACHABLE, ICMPV6_NOT_NEIGHBOUR, 0);
	return true;
}

static bool
may_redirect6(const struct path *path, const uint8_t *to)
{
	union clew_addr addr = router_addr(CLEW_IPV6, to);
	struct peer *peer;

	peer = limits_peer(&path->router->limits, &path->track->hash_key,
			   CLEW_IPV6, &addr, path->track->now_ms);
	return !peer || limits_peer_allow(peer, path->track->now_ms,
					  REDIRECT_EVERY_MS);
}

/* Limited by both ends.  An answer needs a link-local address of ours, a
 * neighbour to go to, and a target that is one. */
static void
redirect6(struct path *path)
{
	const uint8_t *target = path->route.has_via ?
		path->route.next_hop.bytes : pkt_dst(path->p);
	const union clew_addr link_local = { .bytes = { 0xfe, 0x80 } };
	const struct route_flow back = {
		.family = CLEW_IPV6, .in = path->in, .out = path->in,
		.dst = router_addr(CLEW_IPV6, pkt_src(path->p)),
	};
	struct route_result route;
	union clew_addr own;

	if (!may_redirect6(path, pkt_dst(path->p)) ||
	    !route_first_address(path->router, path->in, CLEW_IPV6,
				 &link_local, &own))
		return;
	if (path->route.has_via &&
	    (target[0] != 0xfe || (target[1] & 0xc0) != 0x80))
		return;
	if (route_lookup(path->router, &back, &route) || route.has_via ||
	    !may_redirect6(path, pkt_src(path->p)))
		return;
	answer_redirect6(path, &own, target);
}

static bool
forward6(struct path *path, enum clew_reason *why)
{
	/* A route's own MTU counts when it leaves, not here. */
	uint32_t mtu = path->out->pub.mtu;
	uint8_t *ip;

	if (path->p->ip[7] <= 1) {
		answer_icmp(path, ICMPV6_TIME_EXCEEDED, 0, 0);
		return refuse(CLEW_WHY_TTL, why);
	}
	if (path->in && path->in == path->out)
		redirect6(path);
	else if (is_source_kept6(path))
		return refuse(CLEW_WHY_MARTIAN, why);
	if (mtu < IPV6_MTU_LEAST)
		mtu = IPV6_MTU_LEAST;
	if (is_too_big6(path, mtu)) {
		answer_icmp(path, ICMPV6_TOO_BIG, 0, mtu);
		return refuse(CLEW_WHY_MTU, why);
	}
	ip = path_own(path);
	if (!ip)
		return refuse(CLEW_WHY_FRAG_MEMORY, why);
	ip[7]--;
	return true;
}

bool
route_forward(struct path *path, enum clew_reason *why)
{
	/* What everybody on a link got is nobody's to forward. */
	if (path->pkttype != PACKET_HOST)
		return refuse(CLEW_WHY_MARTIAN, why);
	return path->p->family == CLEW_IPV4 ? forward4(path, why) :
	       forward6(path, why);
}

void
route_forwarded(struct path *path)
{
	if (path->p->family == CLEW_IPV4)
		option_forward(path);
}
