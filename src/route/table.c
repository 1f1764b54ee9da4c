/* SPDX-License-Identifier: BSD-2-Clause
 * route/table.c - interfaces, addresses and routes come and go.
 *
 * Never while a packet is under way.  What an address brings with it is what
 * Linux's tables show when one is added (ip route show table all), on a host
 * that forwards. */
#include "route/router.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	METRIC_IPV6_PREFIX	= 256,	/* with an address */
	METRIC_IPV6_USER	= 1024,	/* when none is said */
	MTU_DEFAULT		= 1500,
	MTU_LOOPBACK		= 65536,
	TABLE_LOCAL		= 0,
};

/* Tables. */

static struct fib_table *
table_create(struct router *router, uint32_t mark, uint32_t mask)
{
	uint32_t count = router->table_count;
	struct fib_table **bigger, *t = calloc(1, sizeof(*t));

	bigger = realloc(router->table, (count + 1) * sizeof(*bigger));
	if (bigger)
		router->table = bigger;
	if (!bigger || !t) {
		free(t);
		return NULL;
	}
	t->mark = mark;
	t->mask = mask;
	/* Main stays the last. */
	if (count > 1) {
		bigger[count] = bigger[count - 1];
		count--;
	}
	bigger[count] = t;
	router->table_count++;
	return t;
}

static struct fib_table *
table_by_mark(const struct router *router, uint32_t mark, uint32_t mask)
{
	for (uint32_t i = 1; i < router->table_count; i++) {
		if (router->table[i]->mark == mark &&
		    router->table[i]->mask == mask)
			return router->table[i];
	}
	return NULL;
}

/* A table for a mark that no route asks for any more. */
static void
table_tidy(struct router *router, struct fib_table *t)
{
	uint32_t last = router->table_count - 1;

	for (uint32_t i = 1; i < last && !t->routes; i++) {
		if (router->table[i] != t)
			continue;
		lpm_fini(&t->lpm[0]);
		lpm_fini(&t->lpm[1]);
		free(t);
		memmove(&router->table[i], &router->table[i + 1],
			(last - i) * sizeof(*router->table));
		router->table_count--;
		return;
	}
}

static bool
is_for_local_table(const struct clew_route *pub)
{
	return pub->type == CLEW_ROUTE_LOCAL ||
	       pub->type == CLEW_ROUTE_BROADCAST ||
	       pub->type == CLEW_ROUTE_ANYCAST ||
	       pub->type == CLEW_ROUTE_MULTICAST;
}

static struct fib_table *
table_for(const struct router *router, const struct clew_route *pub)
{
	if (is_for_local_table(pub))
		return router->table[TABLE_LOCAL];
	return table_by_mark(router, pub->mark, pub->mark_mask);
}

/* Routes in tables. */

static int
route_insert(struct router *router, struct fib_table *t,
	     struct fib_route *route)
{
	const struct clew_route *pub = &route->pub;
	struct lpm *lpm = &t->lpm[router_family(pub->family)];
	struct lpm_entry *found = lpm_find(lpm, &pub->dst, pub->prefix);
	struct fib_entry *e = (struct fib_entry *)found;
	struct fib_route **at;

	if (!e) {
		e = calloc(1, sizeof(*e));
		if (!e)
			return -ENOMEM;
		e->lpm.addr = pub->dst;
		e->lpm.prefix = pub->prefix;
		if (lpm_insert(lpm, &e->lpm)) {
			free(e);
			return -ENOMEM;
		}
	}
	for (at = &e->routes; *at; at = &(*at)->next) {
		if ((*at)->pub.metric > pub->metric)
			break;
	}
	route->next = *at;
	*at = route;
	list_insert(&router->routes, &route->link);
	t->routes++;
	return 0;
}

static void
route_delete(struct router *router, struct fib_route *route)
{
	const struct clew_route *pub = &route->pub;
	struct fib_table *t = table_for(router, pub);
	struct lpm *lpm = &t->lpm[router_family(pub->family)];
	struct fib_entry *e;
	struct fib_route **at;

	e = (struct fib_entry *)lpm_find(lpm, &pub->dst, pub->prefix);
	for (at = &e->routes; *at != route; at = &(*at)->next)
		;
	*at = route->next;
	list_remove(&route->link);
	free(route);
	t->routes--;
	if (e->routes)
		return;
	lpm_remove(lpm, &e->lpm);
	free(e);
	table_tidy(router, t);
}

static int
route_create(struct router *router, const struct clew_route *pub,
	     const struct iface *out, const struct iface_addr *owner)
{
	struct fib_table *t = table_for(router, pub);
	struct fib_route *route = calloc(1, sizeof(*route));
	int err = -ENOMEM;

	if (!t)
		t = table_create(router, pub->mark, pub->mark_mask);
	if (t && route) {
		route->pub = *pub;
		route->out = out;
		route->owner = owner;
		err = route_insert(router, t, route);
	}
	if (err) {
		free(route);
		if (t)
			table_tidy(router, t);
	}
	return err;
}

static bool
is_address_clean(unsigned family, const union clew_addr *addr)
{
	return family == CLEW_IPV6 ||
	       !(addr->be32[1] | addr->be32[2] | addr->be32[3]);
}

static union clew_addr
masked(const union clew_addr *addr, unsigned prefix)
{
	union clew_addr net = { { 0 } };

	memcpy(net.bytes, addr->bytes, prefix / 8);
	if (prefix % 8)
		net.bytes[prefix / 8] = (uint8_t)
			(addr->bytes[prefix / 8] & 0xff00 >> prefix % 8);
	return net;
}

/* Where a next hop is on link, when no interface is said. */
static const struct iface *
out_by_next_hop(const struct router *router, const struct clew_route *pub)
{
	const struct route_flow flow = {
		.family = pub->family, .dst = pub->via, .mark = pub->mark,
	};
	struct route_result found;

	if (route_lookup(router, &flow, &found) || found.has_via ||
	    found.type != CLEW_ROUTE_UNICAST)
		return NULL;
	return found.out;
}

static bool
is_route_sane(const struct clew_route *pub)
{
	union clew_addr net;

	if ((pub->family != CLEW_IPV4 && pub->family != CLEW_IPV6) ||
	    pub->type < CLEW_ROUTE_UNICAST || pub->type > CLEW_ROUTE_THROW ||
	    pub->prefix > router_addr_bits(pub->family) ||
	    (pub->mark & ~pub->mark_mask))
		return false;
	net = masked(&pub->dst, pub->prefix);
	return router_is_same(&net, &pub->dst) &&
	       is_address_clean(pub->family, &pub->via) &&
	       is_address_clean(pub->family, &pub->source);
}

/* The route with the same prefix and metric, in its table. */
static struct fib_route *
route_find(const struct router *router, const struct clew_route *pub)
{
	const struct fib_table *t = table_for(router, pub);
	const struct fib_entry *e;

	if (!t)
		return NULL;
	e = (const struct fib_entry *)
		lpm_find(&t->lpm[router_family(pub->family)], &pub->dst,
			 pub->prefix);
	for (struct fib_route *r = e ? e->routes : NULL; r; r = r->next) {
		if (r->pub.metric == pub->metric)
			return r;
	}
	return NULL;
}

static void
route_complete(struct clew_route *pub)
{
	if (!pub->type)
		pub->type = CLEW_ROUTE_UNICAST;
	if (!pub->metric && pub->family == CLEW_IPV6)
		pub->metric = METRIC_IPV6_USER;
	/* What is local is so whatever the mark. */
	if (is_for_local_table(pub))
		pub->mark = pub->mark_mask = 0;
}

int
router_route_add(struct router *router, const struct clew_route *wanted)
{
	struct clew_route pub = *wanted;
	const struct iface *out = NULL;

	route_complete(&pub);
	if (!is_route_sane(&pub))
		return -EINVAL;
	if (pub.type <= CLEW_ROUTE_MULTICAST) {
		out = pub.ifindex ? router_iface(router, pub.ifindex) :
		      pub.has_via ? out_by_next_hop(router, &pub) :
		      pub.type == CLEW_ROUTE_LOCAL ?
		      router_loopback(router) : NULL;
		if (!out)
			return pub.ifindex ? -ENOENT : -EINVAL;
	}
	if (route_find(router, &pub))
		return -EEXIST;
	return route_create(router, &pub, out, NULL);
}

int
router_route_remove(struct router *router, const struct clew_route *wanted)
{
	struct clew_route pub = *wanted;
	struct fib_route *route;

	route_complete(&pub);
	if (!is_route_sane(&pub))
		return -EINVAL;
	route = route_find(router, &pub);
	if (!route)
		return -ENOENT;
	route_delete(router, route);
	return 0;
}

/* Addresses. */

static void
forget_routes(struct router *router, const struct iface *out,
	      const struct iface_addr *owner)
{
	struct fib_route *r, *then;

	list_each_safe(r, then, &router->routes, link) {
		if ((out && r->out == out) || (owner && r->owner == owner))
			route_delete(router, r);
	}
}

static int
bring(struct router *router, const struct iface *iface,
      const struct iface_addr *a, uint8_t type, const union clew_addr *dst,
      unsigned prefix, const union clew_addr *source)
{
	struct clew_route pub = {
		.family = a->pub.family, .type = type,
		.prefix = (uint8_t)prefix, .dst = *dst,
		.ifindex = iface->pub.index,
	};

	if (source)
		pub.source = *source;
	if (type == CLEW_ROUTE_UNICAST && a->pub.family == CLEW_IPV6)
		pub.metric = METRIC_IPV6_PREFIX;
	return route_create(router, &pub, iface, a);
}

/* The primary address of a secondary one. */
static const struct iface_addr *
primary_of(const struct iface *iface, const struct clew_address *pub)
{
	const struct iface_addr *a;

	list_each(a, &iface->addrs, link) {
		if (a->pub.family == CLEW_IPV4 && !a->is_secondary &&
		    a->pub.prefix == pub->prefix &&
		    lpm_holds(&a->pub.addr, pub->prefix, &pub->addr))
			return a;
	}
	return NULL;
}

static int
bring_ipv4(struct router *router, const struct iface *iface,
	   const struct iface_addr *a)
{
	const union clew_addr everybody = { .be32 = { UINT32_MAX } };
	const union clew_addr *source = &a->pub.addr;
	union clew_addr net = masked(source, a->pub.prefix), last = net;
	bool is_lo = iface->pub.type == ROUTER_TYPE_LOOPBACK;
	unsigned prefix = a->pub.prefix;
	int err;

	for (unsigned bit = prefix; bit < 32; bit++)
		last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	if (a->is_secondary)
		source = &primary_of(iface, &a->pub)->pub.addr;
	err = bring(router, iface, a, CLEW_ROUTE_LOCAL, &a->pub.addr, 32,
		    source);
	if (!err && !router_is_zero(&a->pub.broadcast) &&
	    !router_is_same(&a->pub.broadcast, &everybody) &&
	    !router_is_same(&a->pub.broadcast, &last))
		err = bring(router, iface, a, CLEW_ROUTE_BROADCAST,
			    &a->pub.broadcast, 32, source);
	if (err || a->is_secondary || router_is_zero(&net) || prefix == 32)
		return err;
	err = bring(router, iface, a,
		    is_lo ? CLEW_ROUTE_LOCAL : CLEW_ROUTE_UNICAST,
		    &net, prefix, source);
	if (!err && prefix < 31)
		err = bring(router, iface, a, CLEW_ROUTE_BROADCAST, &last, 32,
			    source);
	return err;
}

static int
bring_ipv6(struct router *router, const struct iface *iface,
	   const struct iface_addr *a)
{
	union clew_addr net = masked(&a->pub.addr, a->pub.prefix);
	unsigned prefix = a->pub.prefix;
	int err;

	err = bring(router, iface, a, CLEW_ROUTE_LOCAL, &a->pub.addr, 128,
		    NULL);
	if (err || iface->pub.type == ROUTER_TYPE_LOOPBACK)
		return err;
	/* RFC 6164: links of two have no subnet-router anycast address. */
	if (prefix < 127 && !router_is_zero(&net))
		err = bring(router, iface, a, CLEW_ROUTE_ANYCAST, &net, 128,
			    NULL);
	if (err)
		return err;
	return bring(router, iface, a, CLEW_ROUTE_UNICAST, &net, prefix,
		     NULL);
}

/* 0 global, 1 link, 2 host: as IPv6 addresses are sorted. */
static int
scope_order(const union clew_addr *addr)
{
	if (addr->bytes[0] == 0xfe && (addr->bytes[1] & 0xc0) == 0x80)
		return 1;
	return !addr->be64[0] && addr->be32[2] == 0 && addr->bytes[12] == 0 &&
	       addr->bytes[13] == 0 && addr->bytes[14] == 0 ? 2 : 0;
}

/* Where Linux puts an address in its list: a primary one after the others,
 * a secondary one at the end; IPv6 by scope, the newest first. */
static struct list *
place_of(struct iface *iface, const struct iface_addr *a)
{
	struct iface_addr *it;

	list_each(it, &iface->addrs, link) {
		if (it->pub.family != a->pub.family)
			continue;
		if (a->pub.family == CLEW_IPV4 ?
		    !a->is_secondary && it->is_secondary :
		    scope_order(&it->pub.addr) >= scope_order(&a->pub.addr))
			return &it->link;
	}
	return &iface->addrs;
}

static struct iface_addr *
address_find(const struct iface *iface, const struct clew_address *pub)
{
	struct iface_addr *a;

	list_each(a, &iface->addrs, link) {
		if (a->pub.family == pub->family &&
		    a->pub.prefix == pub->prefix &&
		    router_is_same(&a->pub.addr, &pub->addr))
			return a;
	}
	return NULL;
}

static void
address_destroy(struct router *router, struct iface_addr *a)
{
	forget_routes(router, NULL, a);
	list_remove(&a->link);
	free(a);
}

static int
address_create(struct router *router, struct iface *iface,
	       const struct clew_address *pub)
{
	struct iface_addr *a = calloc(1, sizeof(*a));
	int err;

	if (!a)
		return -ENOMEM;
	a->pub = *pub;
	a->is_secondary = pub->family == CLEW_IPV4 && primary_of(iface, pub);
	list_insert(place_of(iface, a), &a->link);
	err = pub->family == CLEW_IPV4 ? bring_ipv4(router, iface, a) :
	      bring_ipv6(router, iface, a);
	if (err)
		address_destroy(router, a);
	return err;
}

static bool
is_address_sane(const struct clew_address *pub)
{
	return (pub->family == CLEW_IPV4 || pub->family == CLEW_IPV6) &&
	       pub->prefix <= router_addr_bits(pub->family) &&
	       is_address_clean(pub->family, &pub->addr) &&
	       is_address_clean(pub->family, &pub->broadcast);
}

int
router_address_add(struct router *router, const struct clew_address *pub)
{
	struct iface *iface;

	if (!is_address_sane(pub))
		return -EINVAL;
	iface = (struct iface *)router_iface(router, pub->ifindex);
	if (!iface)
		return -ENOENT;
	if (address_find(iface, pub))
		return -EEXIST;
	return address_create(router, iface, pub);
}

int
router_address_remove(struct router *router, const struct clew_address *pub,
		      void (*gone)(void *ctx, const struct clew_address *),
		      void *ctx)
{
	struct iface_addr *a, *it, *then;
	struct clew_address removed;
	struct iface *iface;

	if (!is_address_sane(pub))
		return -EINVAL;
	iface = (struct iface *)router_iface(router, pub->ifindex);
	a = iface ? address_find(iface, pub) : NULL;
	if (!a)
		return -ENOENT;
	/* promote_secondaries is 0: they go with their primary. */
	list_each_safe(it, then, &iface->addrs, link) {
		if (!it->is_secondary || a->is_secondary ||
		    primary_of(iface, &it->pub) != a)
			continue;
		removed = it->pub;
		address_destroy(router, it);
		gone(ctx, &removed);
	}
	removed = a->pub;
	address_destroy(router, a);
	gone(ctx, &removed);
	return 0;
}

/* Interfaces. */

/* How many have a lower index? */
static uint32_t
place_of_index(const struct router *router, uint32_t index)
{
	uint32_t low = 0, high = router->iface_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (router->iface[middle]->pub.index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct iface *
router_iface(const struct router *router, uint32_t index)
{
	uint32_t at;

	if (index < ROUTER_DIRECT)
		return router->direct[index];
	at = place_of_index(router, index);
	return at < router->iface_count &&
	       router->iface[at]->pub.index == index ?
	       router->iface[at] : NULL;
}

const struct iface *
router_iface_by_name(const struct router *router, const char *name)
{
	for (uint32_t i = 0; i < router->iface_count; i++) {
		if (!strcmp(router->iface[i]->pub.name, name))
			return router->iface[i];
	}
	return NULL;
}

static void
find_loopback(struct router *router)
{
	router->loopback = &router->lo;
	for (uint32_t i = router->iface_count; i-- > 0; ) {
		if (router->iface[i]->pub.type == ROUTER_TYPE_LOOPBACK)
			router->loopback = router->iface[i];
	}
}

static void
iface_set(struct iface *iface, const struct clew_interface *pub)
{
	iface->pub = *pub;
	if (!iface->pub.type)
		iface->pub.type = ROUTER_TYPE_ETHER;
	if (!iface->pub.mtu)
		iface->pub.mtu = iface->pub.type == ROUTER_TYPE_LOOPBACK ?
				 MTU_LOOPBACK : MTU_DEFAULT;
}

/* Every interface takes part in IPv6 multicast. */
static int
bring_multicast(struct router *router, const struct iface *iface)
{
	const struct clew_route pub = {
		.family = CLEW_IPV6, .type = CLEW_ROUTE_MULTICAST,
		.prefix = 8, .dst = { .bytes = { 0xff } },
		.ifindex = iface->pub.index, .metric = METRIC_IPV6_PREFIX,
	};

	return route_create(router, &pub, iface, NULL);
}

static int
iface_create(struct router *router, const struct clew_interface *pub)
{
	uint32_t at = place_of_index(router, pub->index);
	struct iface *iface = calloc(1, sizeof(*iface)), **bigger;

	bigger = realloc(router->iface,
			 (router->iface_count + 1) * sizeof(*bigger));
	if (bigger)
		router->iface = bigger;
	if (!bigger || !iface) {
		free(iface);
		return -ENOMEM;
	}
	iface_set(iface, pub);
	list_init(&iface->addrs);
	if (bring_multicast(router, iface)) {
		free(iface);
		return -ENOMEM;
	}
	memmove(bigger + at + 1, bigger + at,
		(router->iface_count - at) * sizeof(*bigger));
	bigger[at] = iface;
	router->iface_count++;
	if (pub->index < ROUTER_DIRECT)
		router->direct[pub->index] = iface;
	return 0;
}

int
router_iface_add(struct router *router, const struct clew_interface *pub)
{
	const struct iface *named;
	struct iface *old;
	int err = 0;

	if (!pub->index || !pub->name[0] ||
	    !memchr(pub->name, 0, sizeof(pub->name)) ||
	    !memchr(pub->kind, 0, sizeof(pub->kind)))
		return -EINVAL;
	named = router_iface_by_name(router, pub->name);
	if (named && named->pub.index != pub->index)
		return -EEXIST;
	old = (struct iface *)router_iface(router, pub->index);
	if (old)
		iface_set(old, pub);
	else
		err = iface_create(router, pub);
	find_loopback(router);
	return err;
}

static void
iface_destroy(struct router *router, struct iface *iface)
{
	struct iface_addr *a, *then;

	forget_routes(router, iface, NULL);
	list_each_safe(a, then, &iface->addrs, link)
		address_destroy(router, a);
}

int
router_iface_remove(struct router *router, uint32_t index)
{
	struct iface *iface = (struct iface *)router_iface(router, index);
	uint32_t at = place_of_index(router, index);

	if (!iface)
		return -ENOENT;
	iface_destroy(router, iface);
	router->iface_count--;
	memmove(router->iface + at, router->iface + at + 1,
		(router->iface_count - at) * sizeof(*router->iface));
	if (index < ROUTER_DIRECT)
		router->direct[index] = NULL;
	free(iface);
	find_loopback(router);
	return 0;
}

/* The router. */

static int
lo_create(struct router *router)
{
	const struct clew_address addrs[] = {
		{ .family = CLEW_IPV4, .prefix = 8,
		  .addr = { .bytes = { 127, 0, 0, 1 } } },
		{ .family = CLEW_IPV6, .prefix = 128,
		  .addr = { .bytes = { [15] = 1 } } },
	};

	iface_set(&router->lo, &(struct clew_interface){
		.name = "lo", .type = ROUTER_TYPE_LOOPBACK });
	if (address_create(router, &router->lo, &addrs[0]))
		return -ENOMEM;
	return address_create(router, &router->lo, &addrs[1]);
}

int
router_create(struct router **out)
{
	struct router *router = calloc(1, sizeof(*router));

	*out = router;
	if (!router)
		return -ENOMEM;
	list_init(&router->routes);
	list_init(&router->lo.addrs);
	router->loopback = &router->lo;
	if (limits_init(&router->limits)) {
		router_destroy(router);
		*out = NULL;
		return -ENOMEM;
	}
	/* The local table, and main: it is found as the one for mark 0/0. */
	if (table_create(router, 0, UINT32_MAX) &&
	    table_create(router, 0, 0) && !lo_create(router))
		return 0;
	router_destroy(router);
	*out = NULL;
	return -ENOMEM;
}

void
router_destroy(struct router *router)
{
	if (!router)
		return;
	while (router->iface_count)
		router_iface_remove(router, router->iface[0]->pub.index);
	iface_destroy(router, &router->lo);
	while (!list_is_empty(&router->routes))
		route_delete(router, list_entry(router->routes.next,
						struct fib_route, link));
	for (uint32_t i = 0; i < router->table_count; i++) {
		lpm_fini(&router->table[i]->lpm[0]);
		lpm_fini(&router->table[i]->lpm[1]);
		free(router->table[i]);
	}
	limits_fini(&router->limits);
	free(router->table);
	free(router->iface);
	free(router);
}

bool
router_is_on(const struct router *router)
{
	return router->iface_count;
}

const struct iface *
router_loopback(const struct router *router)
{
	return router->loopback;
}
