/* SPDX-License-Identifier: BSD-2-Clause
 * route/router.h - the tables behind route/route.h, and how they change.
 *
 * As in Linux there is a table of what is local, which goes first, and the
 * main one, which goes last; between them one for each mark that routes ask
 * for, in the order in which they were first asked for.  Who finds nothing in
 * one table looks into the next, and so does who meets 'throw'. */
#ifndef ROUTE_ROUTER_H
#define ROUTE_ROUTER_H

#include "route/limit.h"
#include "route/lpm.h"
#include "route/route.h"

enum {
	ROUTER_TYPE_LOOPBACK	= 772,	/* ARPHRD_LOOPBACK */
	ROUTER_TYPE_ETHER	= 1,
	ROUTER_DIRECT		= 64,	/* small indices need no search */
	ROUTER_FAMILIES		= 2,	/* of router_family() */
};

struct iface_addr {
	struct list link;
	struct clew_address pub;
	bool is_secondary;
};

struct fib_route {
	struct fib_route *next;		/* same prefix, by metric */
	struct list link;		/* of all there are */
	struct clew_route pub;
	const struct iface *out;	/* NULL for blackhole and its like */
	const struct iface_addr *owner;	/* it came with this address */
};

struct fib_entry {
	struct lpm_entry lpm;
	struct fib_route *routes;
};

struct fib_table {
	uint32_t mark;
	uint32_t mask;
	struct lpm lpm[ROUTER_FAMILIES];
	uint32_t routes;
};

struct router {
	struct iface **iface;		/* ascending by index */
	uint32_t iface_count;
	struct iface *direct[ROUTER_DIRECT];
	struct iface lo;		/* when the caller has none */
	const struct iface *loopback;
	struct fib_table **table;	/* local, by mark, main */
	uint32_t table_count;
	struct list routes;		/* struct fib_route */
	struct limits limits;
};

/* See clew/route.h: the same, but for what connections notice. */
int router_iface_add(struct router *router, const struct clew_interface *pub);
int router_iface_remove(struct router *router, uint32_t index);
int router_address_add(struct router *router, const struct clew_address *pub);
/* Secondary addresses of a primary one go with it: 'gone' is told of each. */
int router_address_remove(struct router *router,
			  const struct clew_address *pub,
			  void (*gone)(void *ctx, const struct clew_address *),
			  void *ctx);
int router_route_add(struct router *router, const struct clew_route *pub);
int router_route_remove(struct router *router, const struct clew_route *pub);

static inline unsigned
router_family(unsigned family)
{
	return family == CLEW_IPV6;
}

static inline unsigned
router_addr_bits(unsigned family)
{
	return family == CLEW_IPV6 ? 128 : 32;
}

static inline size_t
router_addr_size(unsigned family)
{
	return family == CLEW_IPV6 ? 16 : 4;
}

/* Of 'family' bytes at 'from', as packets have them. */
static inline union clew_addr
router_addr(unsigned family, const uint8_t *from)
{
	union clew_addr addr = { { 0 } };

	__builtin_memcpy(addr.bytes, from, router_addr_size(family));
	return addr;
}

static inline bool
router_is_zero(const union clew_addr *addr)
{
	return !(addr->be64[0] | addr->be64[1]);
}

static inline bool
router_is_same(const union clew_addr *a, const union clew_addr *b)
{
	return a->be64[0] == b->be64[0] && a->be64[1] == b->be64[1];
}

#endif
