/* SPDX-License-Identifier: BSD-2-Clause
 * route/forward.h - what a router does between the hooks.
 *
 *	prerouting > route_input() > input
 *	                           > route_forward() > forward >
 *			route_forwarded() > postrouting > route_fragment()
 *	route_output() > output (> route_again()) > postrouting > ...
 *
 * All of them answer with ICMP errors where Linux does. */
#ifndef ROUTE_FORWARD_H
#define ROUTE_FORWARD_H

#include "route/path.h"

enum route_way {
	ROUTE_TO_HOST,		/* for this host itself */
	ROUTE_ON,		/* to be forwarded */
	ROUTE_NOWHERE,		/* dropped, '*why' */
};

/* Before any hook: IPv6 packets from outside whose addresses no packet on a
 * link may bear, or whose options for every hop forbid it, go no further.
 * (IPv4's are looked at by route_input().)  => false: dropped, '*why'. */
bool route_receive(struct path *path, enum clew_reason *why);

/* Decide about a packet that came in; path->route and path->out follow, and
 * the options of IPv4 are worked on. */
enum route_way route_input(struct path *path, enum clew_reason *why);

/* Make ready to be forwarded: TTL, MTU, redirects.
 * => false: dropped, '*why'. */
bool route_forward(struct path *path, enum clew_reason *why);

/* It will be: record the way out in IPv4's options. */
void route_forwarded(struct path *path);

/* Where a packet of this host's own goes: path->route, path->out. 'out' is
 * the interface it was sent through, or NULL.  => false: nowhere. */
bool route_output(struct path *path, const struct iface *out);
/* The same once more, after rules changed it. */
bool route_again(struct path *path);

/* The way out needs parts: give them out in order.
 * => FRAGMENT_NOT_NEEDED: leave it as it is. */
enum route_fragments {
	FRAGMENT_NOT_NEEDED,
	FRAGMENT_DONE,
	FRAGMENT_REFUSED,	/* an ICMP error went back: CLEW_WHY_MTU */
};

/* 'room' is for one part, of a length up to the packet's. */
typedef uint8_t *route_part_fn(void *ctx, uint32_t len);
enum route_fragments route_fragment(struct path *path, route_part_fn *part,
				    void *ctx);

#endif
