/* SPDX-License-Identifier: BSD-2-Clause
 * route/route.c - where does it go? */
#include "route/route.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "route/router.h"

/* Destinations of IPv6 that mean another host on every link. */
static bool
is_of_link(const union clew_addr *dst)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	return dst->bytes[0] == 0xff ||
	       (dst->bytes[0] == 0xfe && (dst->bytes[1] & 0xc0) == 0x80) ||
	       !memcmp(dst->bytes, loopback, sizeof(loopback));
}

/* The interface that a route must lead out of, or NULL. */
static const struct iface *
wanted_out(const struct route_flow *flow)
{
	if (flow->out || flow->family == CLEW_IPV4 || !is_of_link(&flow->dst))
		return flow->out;
	return flow->in;
}

static bool
is_usable(const struct fib_route *route, const struct iface *wanted)
{
	if (!route->out)
		return true;
	/* Linux keeps what is local of IPv4 on an interface that is down. */
	if (route->out->pub.is_down && (route->pub.family == CLEW_IPV6 ||
					route->pub.type != CLEW_ROUTE_LOCAL))
		return false;
	return !wanted || route->out == wanted;
}

static const struct fib_route *
table_lookup(const struct fib_table *t, const struct route_flow *flow,
	     const struct iface *wanted)
{
	const struct lpm *lpm = &t->lpm[router_family(flow->family)];
	struct lpm_walk walk;
	struct lpm_entry *e = lpm_first(lpm, &flow->dst, &walk);

	for (; e; e = lpm_next(&walk)) {
		const struct fib_route *r = ((struct fib_entry *)e)->routes;

		for (; r; r = r->next) {
			if (is_usable(r, wanted))
				return r;
		}
	}
	return NULL;
}

static int
error_of(uint8_t type)
{
	switch (type) {
	case CLEW_ROUTE_BLACKHOLE: return -EINVAL;
	case CLEW_ROUTE_UNREACHABLE: return -EHOSTUNREACH;
	case CLEW_ROUTE_PROHIBIT: return -EACCES;
	default: return 0;
	}
}

static int
answer(const struct router *router, const struct route_flow *flow,
       const struct fib_route *route, struct route_result *out)
{
	const struct clew_route *pub = &route->pub;

	*out = (struct route_result){
		.type = pub->type,
		.out = route->out == &router->lo ? router->loopback :
		       route->out,
		.next_hop = pub->has_via ? pub->via : flow->dst,
		.source = pub->source,
		.mtu = pub->mtu,
		.has_via = pub->has_via,
		.prefix = pub->prefix,
	};
	if (!out->mtu && out->out)
		out->mtu = out->out->pub.mtu;
	return error_of(pub->type);
}

int
route_lookup(const struct router *router, const struct route_flow *flow,
	     struct route_result *out)
{
	const struct iface *wanted = wanted_out(flow);

	for (uint32_t i = 0; i < router->table_count; i++) {
		const struct fib_table *t = router->table[i];
		const struct fib_route *route;

		if (i && (flow->mark & t->mask) != t->mark)
			continue;
		route = table_lookup(t, flow, wanted);
		if (route && route->pub.type != CLEW_ROUTE_THROW)
			return answer(router, flow, route, out);
	}
	memset(out, 0, sizeof(*out));
	return -ENETUNREACH;
}

/* Address types. */

static uint8_t
type_ipv4(const struct router *router, const union clew_addr *addr,
	  const struct iface *dev)
{
	const struct route_flow flow = { .family = CLEW_IPV4, .dst = *addr };
	const struct fib_route *route;

	if (!addr->be32[0] || addr->be32[0] == UINT32_MAX)
		return CLEW_ROUTE_BROADCAST;
	if (addr->bytes[0] >> 4 == 14)
		return CLEW_ROUTE_MULTICAST;
	route = table_lookup(router->table[0], &flow, NULL);
	if (!route || (dev && dev != route->out &&
		       !(dev == router->loopback &&
			 route->out == &router->lo)))
		return CLEW_ROUTE_UNICAST;
	return route->pub.type;
}

static bool
has_address(const struct iface *dev, const union clew_addr *addr)
{
	const struct iface_addr *a;

	list_each(a, &dev->addrs, link) {
		if (a->pub.family == CLEW_IPV6 &&
		    router_is_same(&a->pub.addr, addr))
			return true;
	}
	return false;
}

static bool
is_mapped(const union clew_addr *addr)
{
	return get_be32(addr->bytes + 8) == 0xffff;
}

static uint8_t
type_ipv6(const struct router *router, const union clew_addr *addr,
	  const struct iface *dev)
{
	struct route_flow flow = { .family = CLEW_IPV6, .dst = *addr };
	struct route_result found;
	int err;

	if (is_of_link(addr))
		flow.out = dev;
	err = route_lookup(router, &flow, &found);
	switch (err) {
	case 0: break;
	case -EINVAL: return CLEW_ROUTE_BLACKHOLE;
	case -EACCES: return CLEW_ROUTE_PROHIBIT;
	default: return CLEW_ROUTE_UNREACHABLE;
	}
	if (found.type == CLEW_ROUTE_ANYCAST)
		return CLEW_ROUTE_ANYCAST;
	if (dev ? has_address(dev, addr) : found.type == CLEW_ROUTE_LOCAL)
		return CLEW_ROUTE_LOCAL;
	if (addr->bytes[0] == 0xff)
		return CLEW_ROUTE_MULTICAST;
	/* "::" and what is mapped from IPv4 have no type. */
	if (!addr->be64[0] && (!addr->be64[1] || is_mapped(addr)))
		return 0;
	return CLEW_ROUTE_UNICAST;
}

uint8_t
route_address_type(const struct router *router, enum clew_family family,
		   const union clew_addr *addr, const struct iface *dev)
{
	return family == CLEW_IPV4 ? type_ipv4(router, addr, dev) :
	       type_ipv6(router, addr, dev);
}
