/* SPDX-License-Identifier: BSD-2-Clause
 * parity/router.h - the router that both sides are: links, addresses, routes,
 * in the words of io/network.h. */
#ifndef PARITY_ROUTER_H
#define PARITY_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUTER_LINKS 3
#define ROUTER_FRAME 14			/* bytes before the IP header */
#define ROUTER_TABLE "parity-harness"	/* ours, not to be compared */

extern const char *const router_links[ROUTER_LINKS];	/* of tap 0, 1, 2 */
extern const char *const router_addresses[];		/* NULL at the end */
extern const char *const router_routes_own[];

/* Which tap a packet from this address comes in by: SIDE_HOST for the
 * router's own. */
unsigned router_side(const uint8_t *addr, bool six);

/* A packet that a raw socket sends as it is, and a host might.
 * => false: it would be refused or filled in, or is an ICMP error. */
bool router_can_send(const uint8_t *p, size_t len);

#endif
