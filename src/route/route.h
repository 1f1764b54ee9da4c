/* SPDX-License-Identifier: BSD-2-Clause
 * route/route.h - interfaces, addresses, and where packets go.
 *
 * Pure functions over tables that are handed in; the router changes nothing
 * on its own but the token buckets that limit its ICMP errors. */
#ifndef ROUTE_ROUTE_H
#define ROUTE_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "clew/route.h"

struct iface {
	struct clew_interface pub;
	/* the room's own fields follow */
	struct list addrs;		/* struct iface_addr, as Linux lists
					 * them: primary before secondary */
};

struct route_result {
	uint8_t type;			/* enum clew_route_type */
	const struct iface *out;	/* of local ones the address's own:
					 * router_loopback() is their way */
	union clew_addr next_hop;	/* the destination when on link */
	union clew_addr source;		/* preferred source, zero: none said */
	uint32_t mtu;
	bool has_via;
	uint8_t prefix;			/* its length */
	uint32_t classid;
};

/* What a look-up is made with: a flow, in Linux's words. */
struct route_flow {
	uint8_t family;
	uint8_t dscp;
	union clew_addr dst;
	union clew_addr src;		/* zero: any */
	uint32_t mark;
	const struct iface *in;		/* NULL: the packet is our own */
	const struct iface *out;	/* must leave there (fib . oif), or NULL */
};

struct router;

int router_create(struct router **router);
void router_destroy(struct router *router);

/* Are there interfaces at all? */
bool router_is_on(const struct router *router);

/* => NULL when there is none. */
const struct iface *router_iface(const struct router *router, uint32_t index);
const struct iface *router_iface_by_name(const struct router *router,
					 const char *name);
/* The caller's loopback interface (ARPHRD_LOOPBACK), or the router's own
 * "lo", which has index 0, 127.0.0.1/8 and ::1/128. */
const struct iface *router_loopback(const struct router *router);

/* => 0, or -ENETUNREACH, -EHOSTUNREACH, -EACCES (prohibit), -EINVAL
 *    (blackhole); 'out' is filled in as far as it is known. */
int route_lookup(const struct router *router, const struct route_flow *flow,
		 struct route_result *out);

/* RTN_* of an address as Linux's inet_addr_type() (IPv4) and nft's fib type
 * (IPv6) say it: 'dev' restricts to that interface, or NULL. */
uint8_t route_address_type(const struct router *router,
			   enum clew_family family,
			   const union clew_addr *addr,
			   const struct iface *dev);

/* The address that masquerading on 'out' towards 'next_hop' takes
 * (inet_select_addr, ipv6_dev_get_saddr).  => false when it has none. */
bool route_select_source(const struct router *router, const struct iface *out,
			 enum clew_family family,
			 const union clew_addr *next_hop,
			 union clew_addr *source);
/* The first address of an interface, for 'redirect' of packets to 'dst': for
 * a link-local one of IPv6 only link-local ones. => false: none. */
bool route_first_address(const struct router *router, const struct iface *in,
			 enum clew_family family, const union clew_addr *dst,
			 union clew_addr *addr);
/* The source that a packet of this host's own to 'dst' would bear, by what
 * route_lookup() said.  => false: none. */
bool route_own_source(const struct router *router,
		      const struct route_result *route,
		      enum clew_family family, const union clew_addr *dst,
		      union clew_addr *source);

#endif
