/* SPDX-License-Identifier: BSD-2-Clause
 * clew/route.h - the router around the rules: interfaces, addresses, routes.
 *
 * An engine without interfaces routes nothing: every packet goes prerouting,
 * forward, postrouting, and leaves as the rules made it.  With the first
 * interface added it becomes a router: after prerouting it decides whether a
 * packet is for itself (input) or to be forwarded (TTL, MTU, forward,
 * postrouting), and answers with ICMP errors as Linux does. */
#ifndef CLEW_ROUTE_H
#define CLEW_ROUTE_H

#include "clew/engine.h"

#define CLEW_IFNAME_SIZE 16

struct clew_interface {
	uint32_t index;			/* > 0, the caller's numbering */
	char name[CLEW_IFNAME_SIZE];
	uint16_t type;			/* ARPHRD_*; 0 means ARPHRD_ETHER */
	uint32_t mtu;			/* 0 means 1500 */
	uint32_t group;
	uint8_t mac[6];
	bool is_down;
	char kind[CLEW_IFNAME_SIZE];	/* IFLA_INFO_KIND, "" for none */
};

/* Add or replace by index.  => 0, -EINVAL, -EEXIST (name taken), -ENOMEM. */
CLEW_API int clew_interface_add(struct clew_engine *engine,
				const struct clew_interface *interface);
/* => 0 or -ENOENT.  Its addresses and routes go with it. */
CLEW_API int clew_interface_remove(struct clew_engine *engine, uint32_t index);
/* The one with the next higher index than '*cursor' (begin with 0).
 * => NULL at the end.  => Borrowed: until the next change. */
CLEW_API const struct clew_interface *
clew_interface_next(const struct clew_engine *engine, uint32_t *cursor);

struct clew_address {
	uint32_t ifindex;
	uint8_t family;			/* enum clew_family */
	uint8_t prefix;			/* length, 0-32 or 0-128 */
	union clew_addr addr;
	union clew_addr broadcast;	/* zero: the prefix's own (IPv4) */
};

/* An address brings what Linux adds with it: local, broadcast and prefix
 * routes.  Masquerade reacts to one that goes, as Linux's does. */
CLEW_API int clew_address_add(struct clew_engine *engine,
			      const struct clew_address *address);
CLEW_API int clew_address_remove(struct clew_engine *engine,
				 const struct clew_address *address);

/* RTN_* of linux/rtnetlink.h. */
enum clew_route_type {
	CLEW_ROUTE_UNICAST	= 1,
	CLEW_ROUTE_LOCAL	= 2,
	CLEW_ROUTE_BROADCAST	= 3,
	CLEW_ROUTE_ANYCAST	= 4,
	CLEW_ROUTE_MULTICAST	= 5,
	CLEW_ROUTE_BLACKHOLE	= 6,
	CLEW_ROUTE_UNREACHABLE	= 7,
	CLEW_ROUTE_PROHIBIT	= 8,
	CLEW_ROUTE_THROW	= 9,
};

struct clew_route {
	uint8_t family;
	uint8_t type;			/* enum clew_route_type; 0: unicast */
	uint8_t prefix;
	bool has_via;
	union clew_addr dst;		/* zero beyond 'prefix' */
	union clew_addr via;		/* the next hop */
	union clew_addr source;		/* preferred source, or zero */
	uint32_t ifindex;		/* out; 0 for blackhole and its like */
	uint32_t metric;
	uint32_t mtu;			/* 0: the interface's */
	uint32_t mark;			/* holds for packets whose mark, under */
	uint32_t mark_mask;		/* this mask, is 'mark' (0, 0: all) */
};

/* => 0, -EINVAL, -EEXIST, -ENOENT (interface), -ENOMEM. */
CLEW_API int clew_route_add(struct clew_engine *engine,
			    const struct clew_route *route);
CLEW_API int clew_route_remove(struct clew_engine *engine,
			       const struct clew_route *route);

/* What the router would do with a packet to 'dst'. */
struct clew_route_answer {
	uint8_t type;			/* enum clew_route_type */
	uint32_t ifindex;
	uint32_t mtu;
	union clew_addr via;		/* next hop: 'dst' itself when on link */
	union clew_addr source;		/* that a packet of its own would bear */
};

/* => 0, or -ENETUNREACH. */
CLEW_API int clew_route_lookup(const struct clew_engine *engine,
			       enum clew_family family,
			       const union clew_addr *dst, uint32_t mark,
			       struct clew_route_answer *answer);

#endif
