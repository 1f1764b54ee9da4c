/* SPDX-License-Identifier: BSD-2-Clause
 * engine/routes.c - the router's tables, from outside (clew/route.h). */
#include <errno.h>

#include "engine/engine.h"
#include "nat/nat.h"
#include "route/router.h"

static void
link_gone(struct clew_engine *e, uint32_t index)
{
	nat_address_gone(&e->track, index, CLEW_IPV4, NULL);
	nat_address_gone(&e->track, index, CLEW_IPV6, NULL);
}

int
clew_interface_add(struct clew_engine *e,
		   const struct clew_interface *interface)
{
	int err = router_iface_add(e->router, interface);

	if (!err && interface->is_down)
		link_gone(e, interface->index);
	return err;
}

int
clew_interface_remove(struct clew_engine *e, uint32_t index)
{
	int err = router_iface_remove(e->router, index);

	if (!err)
		link_gone(e, index);
	return err;
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

/* Masqueraded connections end with the address they bear. */
static void
address_gone(void *ctx, const struct clew_address *address)
{
	struct clew_engine *e = ctx;

	nat_address_gone(&e->track, address->ifindex,
			 (enum clew_family)address->family, &address->addr);
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
