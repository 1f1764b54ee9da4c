/* SPDX-License-Identifier: BSD-2-Clause
 * io/network.h - a gateway's interfaces, addresses and routes, as text.
 *
 *	struct network n = { 0 };
 *	network_add_interface(&n, "lan0=192.168.1.1/24,fd00::1/64", &error);
 *	network_add_route(&n, "default=lan0,via 192.168.1.254", &error);
 *	network_apply(&n, engine, &error);
 *	network_fini(&n);
 *
 * Interfaces are numbered as they are named, from 2 on: 1 is the loopback,
 * which every gateway has. */
#ifndef IO_NETWORK_H
#define IO_NETWORK_H

#include "clew/route.h"

struct network {
	struct clew_interface *iface;
	size_t ifaces;
	struct clew_address *addr;
	size_t addrs;
	struct network_route {
		struct clew_route route;
		char out[CLEW_IFNAME_SIZE];	/* "" for blackhole and such */
	} *route;
	size_t routes;
};

/* "NAME[=WORD,...]", a word being ADDRESS/LENGTH or "mtu N".
 * => 0, or -EINVAL or -ENOMEM and 'error'. */
int network_add_interface(struct network *n, const char *text,
			  struct clew_error *error);

/* "PREFIX=NAME[,via ADDRESS][,mtu N]", where PREFIX may be "default" and in
 * the place of NAME may stand "blackhole", "unreachable" or "prohibit".  The
 * interface may be added later.  => As above. */
int network_add_route(struct network *n, const char *text,
		      struct clew_error *error);

/* Make an engine such a gateway; one without interfaces stays as it is.
 * => As above; -EINVAL too for a route out of an interface there is not. */
int network_apply(const struct network *n, struct clew_engine *engine,
		  struct clew_error *error);

void network_fini(struct network *n);

/* => 0 when there is none. */
uint32_t network_index(const struct network *n, const char *name);
/* => NULL when there is none. */
const char *network_name(const struct network *n, uint32_t index);

/* Where a packet with source address 'src' comes in: where one to it would
 * leave.  => 0: nowhere.  => '*is_own': it is the gateway's. */
uint32_t network_source(const struct clew_engine *engine,
			enum clew_family family, const union clew_addr *src,
			bool *is_own);

#endif
