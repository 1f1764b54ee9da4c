/* SPDX-License-Identifier: BSD-2-Clause
 * route/dup.c - a copy of a packet for another neighbour. */
#include "route/dup.h"

#include "base/bytes.h"
#include "pkt/checksum.h"
#include "route/router.h"

enum { IPV4_DF = 0x4000 };

/* The way to 'gateway', which is a neighbour whatever the routes say of it. */
static bool
find_way(const struct path *path, const union clew_addr *gateway,
	 const struct iface *out, struct route_result *route)
{
	const struct pkt *p = path->p;
	const struct route_flow flow = {
		.family = p->family,
		.dscp = p->family == CLEW_IPV4 ? p->ip[1] >> 2 : 0,
		.dst = *gateway,
		.out = out,
	};

	if (!router_is_on(path->router)) {
		*route = (struct route_result){ .next_hop = *gateway };
		return true;
	}
	if (route_lookup(path->router, &flow, route)) {
		/* With a device named Linux takes an IPv4 neighbour's word. */
		if (!out || p->family != CLEW_IPV4)
			return false;
		*route = (struct route_result){
			.type = CLEW_ROUTE_UNICAST, .out = out,
			.next_hop = *gateway, .mtu = out->pub.mtu,
		};
		return true;
	}
	return true;
}

/* Linux's way to keep two hosts from copying to each other for ever, and to
 * let the sender know of a smaller MTU on the copy's way. */
static void
change_header(uint8_t *ip, uint8_t family, uint8_t hook)
{
	bool is_in = hook == HOOK_PREROUTING || hook == HOOK_INPUT;

	if (family == CLEW_IPV6) {
		ip[7] = (uint8_t)(ip[7] - is_in);
		return;
	}
	put_be16(ip + 6, get_be16(ip + 6) | IPV4_DF);
	ip[8] = (uint8_t)(ip[8] - is_in);
	put_be16(ip + 10, 0);
	put_be16(ip + 10, (uint16_t)~checksum_fold(checksum_add(0, ip,
		(ip[0] & 15u) * 4)));
}

void
route_dup(struct path *path, const union clew_addr *gateway,
	  const struct iface *out)
{
	struct route_result route;
	uint8_t *ip;

	if (path->is_copy || !find_way(path, gateway, out, &route))
		return;
	ip = path->ops->copy(path);
	if (!ip)
		return;
	change_header(ip, path->p->family, path->hook);
	path->ops->send_copy(path, ip, &route, router_is_on(path->router) ?
			     route.out : out);
}
