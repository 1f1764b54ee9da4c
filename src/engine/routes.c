/* SPDX-License-Identifier: BSD-2-Clause
 * engine/routes.c - the router's tables, from outside (clew/route.h). */
#include <errno.h>

#include "engine/engine.h"
#include "route/router.h"

int
clew_interface_add(struct clew_engine *e,
		   const struct clew_interface *interface)
{
	return router_iface_add(e->router, interface);
}

int
clew_interface_remove(struct clew_engine *e, uint32_t index)
{
	return router_iface_remove(e->router, index);
}

const struct clew_interface *
clew_interface_next(const struct clew_engine *e, uint32_t *cursor)
{
	const struct router *r = e->router;

	for (uint32_t i = 0; i < r->iface_count; i++) {
		if (r->iface[i]->pub.index <= *cursor)
			continue;
		*cursor = r->iface[i]->pub.index;
		return &r->iface[i]->pub;
	}
	return NULL;
}

int
clew_address_add(struct clew_engine *e, const struct clew_address *address)
{
	return router_address_add(e->router, address);
}

static void
address_gone(void *ctx, const struct clew_address *address)
{
	(void)ctx;
	(void)address;
}

int
clew_address_remove(struct clew_engine *e, const struct clew_address *address)
{
	return router_address_remove(e->router, address, address_gone, e);
}

int
clew_route_add(struct clew_engine *e, const struct clew_route *route)
{
	return router_route_add(e->router, route);
}

int
clew_route_remove(struct clew_engine *e, const struct clew_route *route)
{
	return router_route_remove(e->router, route);
}

int
clew_route_lookup(const struct clew_engine *e, enum clew_family family,
		  const union clew_addr *dst, uint32_t mark,
		  struct clew_route_answer *answer)
{
	const struct route_flow flow = {
		.family = (uint8_t)family, .dst = *dst, .mark = mark,
	};
	struct route_result found;

	*answer = (struct clew_route_answer){ 0 };
	if (route_lookup(e->router, &flow, &found) == -ENETUNREACH)
		return -ENETUNREACH;
	answer->type = found.type;
	answer->mtu = found.mtu;
	answer->via = found.next_hop;
	if (!found.out)
		return 0;
	answer->ifindex = found.out->pub.index;
	route_own_source(e->router, &found, family, dst, &answer->source);
	return 0;
}
