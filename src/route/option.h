/* SPDX-License-Identifier: BSD-2-Clause
 * route/option.h - the options of an IPv4 header that routers work on
 * (RFC 791 3.1, RFC 1812 4.2.2.1 and 5.2.4). */
#ifndef ROUTE_OPTION_H
#define ROUTE_OPTION_H

#include "route/path.h"

enum option_outcome {
	OPTION_GOOD,
	OPTION_BAD,		/* a parameter problem, at '*pointer' */
	OPTION_SOURCE_ROUTED,	/* refused: accept_source_route is 0 */
	OPTION_NO_MEMORY,
};

/* On receipt, once it is known where the packet goes: check, and write our
 * address and the time into records of the route and timestamps. */
enum option_outcome option_receive(struct path *path, uint8_t *pointer);

/* On forwarding: the address written above becomes that of the way out. */
void option_forward(struct path *path);

/* What of the options of 'p' goes into an ICMP error about it
 * (RFC 1812 4.3.2.6), 'out' with room for 40 bytes.  'source' is the error's.
 * => The size, a multiple of 4. */
uint32_t option_echo(const struct path *path, const union clew_addr *source,
		     uint8_t out[40]);

/* Of all fragments but the first: options that are not copied become no-ops
 * (RFC 791 3.1). */
void option_fragment(uint8_t *ip);

#endif
