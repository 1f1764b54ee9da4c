/* SPDX-License-Identifier: BSD-2-Clause
 * route/dup.h - a copy of a packet for another neighbour, for rules that ask
 * for one ('dup to', TEE). */
#ifndef ROUTE_DUP_H
#define ROUTE_DUP_H

#include "route/path.h"

/* Send a copy to 'gateway', out of 'out' (NULL: as it is routed), as
 * nf_dup_ipv4() and nf_dup_ipv6() do.  A copy is not copied once more, nor is
 * what it provokes.  The packet itself stays as it is. */
void route_dup(struct path *path, const union clew_addr *gateway,
	       const struct iface *out);

#endif
