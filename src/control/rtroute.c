/* SPDX-License-Identifier: BSD-2-Clause
 * control/rtroute.c - RTM_GETROUTE: all routes, or the one to somewhere.
 *
 * The router's tables have no numbers; they get Linux's: local, main, and for
 * those that hold for a mark 1, 2, 3 and so on. */
#include <errno.h>
#include <linux/rtnetlink.h>

#include "control/rtnetlink.h"

static const struct nl_policy policy[RTA_MAX + 1] = {
	[RTA_DST] = { .kind = NL_BINARY, .max = 16 },
	[RTA_SRC] = { .kind = NL_BINARY, .max = 16 },
	[RTA_IIF] = { .kind = NL_U32 },
	[RTA_OIF] = { .kind = NL_U32 },
	[RTA_TABLE] = { .kind = NL_U32 },
	[RTA_MARK] = { .kind = NL_U32 },
};

/* One route as it is listed. */
struct row {
	const struct fib_route *route;
	uint32_t table;
	uint32_t oif;
};

static bool
is_local(uint8_t type)
{
	return type == CLEW_ROUTE_LOCAL || type == CLEW_ROUTE_BROADCAST ||
	       type == CLEW_ROUTE_ANYCAST || type == CLEW_ROUTE_MULTICAST;
}

static uint32_t
table_of(const struct router *router, const struct clew_route *r)
{
	if (is_local(r->type))
		return RT_TABLE_LOCAL;
	for (uint32_t i = 1; i + 1 < router->table_count; i++) {
		if (router->table[i]->mark == r->mark &&
		    router->table[i]->mask == r->mark_mask)
			return i < RT_TABLE_DEFAULT ? i : i + 1000;
	}
	return RT_TABLE_MAIN;
}

static uint8_t
scope_of(const struct clew_route *r)
{
	if (r->family == CLEW_IPV6)
		return RT_SCOPE_UNIVERSE;
	switch (r->type) {
	case CLEW_ROUTE_LOCAL:
		return RT_SCOPE_HOST;
	case CLEW_ROUTE_BROADCAST:
	case CLEW_ROUTE_MULTICAST:
	case CLEW_ROUTE_ANYCAST:
		return RT_SCOPE_LINK;
	case CLEW_ROUTE_UNICAST:
		return r->has_via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

static void
put_mtu(struct nl_writer *w, uint32_t mtu)
{
	size_t nest;

	if (!mtu)
		return;
	nest = nl_begin_bare(w, RTA_METRICS);
	nl_put_u32(w, RTAX_MTU, mtu);
	nl_end(w, nest);
}

/* The source it prefers: of what came with an address, that address. */
static const union clew_addr *
source_of(const struct fib_route *route)
{
	if (route->owner && route->pub.family == CLEW_IPV4)
		return &route->owner->pub.addr;
	return &route->pub.source;
}

/* Linux writes the two families' attributes in different orders. */
static void
put_details(struct nl_writer *w, const struct fib_route *route, uint32_t oif)
{
	const struct clew_route *r = &route->pub;
	const union clew_addr *source = source_of(route);
	size_t size = router_addr_size(r->family);
	bool is_v6 = r->family == CLEW_IPV6;

	if (is_v6 && !router_is_zero(source))
		nl_put(w, RTA_PREFSRC, source->bytes, size);
	if (!is_v6 && r->metric)
		nl_put_u32(w, RTA_PRIORITY, r->metric);
	put_mtu(w, r->mtu);
	if (is_v6)
		nl_put_u32(w, RTA_PRIORITY, r->metric);
	else if (!router_is_zero(source))
		nl_put(w, RTA_PREFSRC, source->bytes, size);
	if (r->has_via)
		nl_put(w, RTA_GATEWAY, r->via.bytes, size);
	if (oif)
		nl_put_u32(w, RTA_OIF, oif);
}

static void
put_preference(struct nl_writer *w)
{
	const struct rta_cacheinfo none = { 0 };

	nl_put(w, RTA_CACHEINFO, &none, sizeof(none));
	nl_put_u8(w, RTA_PREF, 0);
}

static void
put_route(struct nl_writer *w, const struct row *row, uint16_t flags,
	  uint32_t seq, uint32_t portid)
{
	const struct clew_route *r = &row->route->pub;
	const struct rtmsg header = {
		.rtm_family = r->family,
		.rtm_dst_len = r->prefix,
		.rtm_table = row->table < 256 ? (uint8_t)row->table :
						RT_TABLE_COMPAT,
		.rtm_protocol = row->route->owner ? RTPROT_KERNEL :
						    RTPROT_BOOT,
		.rtm_scope = scope_of(r),
		.rtm_type = r->type,
	};
	size_t at = nl_begin_msg(w, RTM_NEWROUTE, flags, seq, portid);

	nl_put_raw(w, &header, sizeof(header));
	nl_put_u32(w, RTA_TABLE, row->table);
	if (r->prefix)
		nl_put(w, RTA_DST, r->dst.bytes, router_addr_size(r->family));
	put_details(w, row->route, row->oif);
	if (r->family == CLEW_IPV6)
		put_preference(w);
	nl_end_msg(w, at);
}

/* By family, table, prefix; main before local, as the numbers have it. */
static int
compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	const struct clew_route *r = &x->route->pub, *s = &y->route->pub;
	int order;

	if (r->family != s->family)
		return r->family == CLEW_IPV4 ? -1 : 1;
	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	order = memcmp(r->dst.bytes, s->dst.bytes, sizeof(r->dst.bytes));
	if (order)
		return order;
	if (r->prefix != s->prefix)
		return r->prefix < s->prefix ? -1 : 1;
	return r->metric < s->metric ? -1 : r->metric > s->metric;
}

/* What a list may be restricted to, by who asked for strict checking. */
struct filter {
	uint8_t family;
	uint32_t table;
	uint8_t protocol;
	uint8_t type;
	uint32_t oif;
};

static bool
is_wanted(const struct filter *f, const struct row *row)
{
	const struct fib_route *route = row->route;

	return rt_is_asked(f->family, route->pub.family) &&
	       (!route->out || row->oif) &&	/* it has a number */
	       (!f->table || f->table == row->table) &&
	       (!f->protocol || f->protocol == (route->owner ? RTPROT_KERNEL :
							       RTPROT_BOOT)) &&
	       (!f->type || f->type == route->pub.type) &&
	       (!f->oif || row->oif == f->oif);
}

static int
read_filter(struct rtlist *l, struct filter *f, struct nl_extack *extack)
{
	const struct nl_msg *msg = l->msg;
	struct nl_attr tb[RTA_MAX + 1];
	struct rtmsg header;
	int err;

	*f = (struct filter){ .family = msg->body[0] };
	if (!port_has(l->port, NETLINK_GET_STRICT_CHK) ||
	    msg->body_len < sizeof(header))
		return 0;
	memcpy(&header, msg->body, sizeof(header));
	err = nl_parse(tb, RTA_MAX, msg->body + sizeof(header),
		       msg->body_len - sizeof(header), policy, extack);
	if (err)
		return err;
	f->table = tb[RTA_TABLE].data ? nl_u32(&tb[RTA_TABLE]) :
					header.rtm_table;
	f->protocol = header.rtm_protocol;
	f->type = header.rtm_type;
	f->oif = nl_u32(&tb[RTA_OIF]);
	l->flags |= NLM_F_DUMP_FILTERED;
	return 0;
}

int
rtroute_list(struct rtlist *l, struct nl_extack *extack)
{
	const struct fib_route *route;
	struct filter filter;
	struct row *rows;
	size_t count = 0;
	int err = read_filter(l, &filter, extack);

	if (err)
		return err;
	list_each(route, &l->router->routes, link)
		count++;
	rows = calloc(count + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	count = 0;
	list_each(route, &l->router->routes, link)
		rows[count++] = (struct row){
			.route = route,
			.table = table_of(l->router, &route->pub),
			.oif = rt_index(l->router, route->out),
		};
	qsort(rows, count, sizeof(*rows), compare);
	for (size_t i = 0; i < count; i++) {
		if (is_wanted(&filter, &rows[i]))
			rtlist_put(l, put_route, &rows[i], l->flags,
				   l->msg->seq, l->port->portid);
	}
	free(rows);
	return 0;
}

/* One look-up. */

static union clew_addr
address_of(uint8_t family, const struct nl_attr *a)
{
	union clew_addr addr = { { 0 } };

	if (a->data && a->len >= router_addr_size(family))
		memcpy(addr.bytes, a->data, router_addr_size(family));
	return addr;
}

static uint32_t
answer_flags(uint8_t family, const struct route_result *found)
{
	enum { LOCAL = 1u << 31, BROADCAST = 1 << 28, MULTICAST = 1 << 29 };
	uint32_t flags = family == CLEW_IPV4 ? RTM_F_CLONED : 0;

	if (family == CLEW_IPV6)
		return flags;
	switch (found->type) {
	case CLEW_ROUTE_LOCAL:
		return flags | LOCAL;
	case CLEW_ROUTE_BROADCAST:
		return flags | LOCAL | BROADCAST;
	case CLEW_ROUTE_MULTICAST:
		return flags | LOCAL | MULTICAST;
	default:
		return flags;
	}
}

static void
put_found(struct nl_writer *w, const struct router *router,
	  const struct route_flow *flow, const struct route_result *found,
	  const struct nl_msg *msg, uint32_t portid)
{
	const struct rta_cacheinfo info = { 0 };
	bool is_v6 = flow->family == CLEW_IPV6;
	size_t size = router_addr_size(flow->family);
	bool is_local_v6 = is_v6 && found->type == CLEW_ROUTE_LOCAL;
	uint8_t table = is_local_v6 ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
	const struct iface *out = found->type == CLEW_ROUTE_LOCAL ?
				  router_loopback(router) : found->out;
	const struct rtmsg header = {
		.rtm_family = flow->family,
		.rtm_dst_len = (uint8_t)(size * 8),
		.rtm_src_len = router_is_zero(&flow->src) ? 0 :
			       (uint8_t)(size * 8),
		.rtm_table = table,
		.rtm_type = found->type,
		.rtm_flags = answer_flags(flow->family, found),
	};
	size_t at = nl_begin_msg(w, RTM_NEWROUTE, 0, msg->seq, portid);
	union clew_addr source = flow->src;

	nl_put_raw(w, &header, sizeof(header));
	nl_put_u32(w, RTA_TABLE, table);
	nl_put(w, RTA_DST, flow->dst.bytes, size);
	if (!router_is_zero(&flow->src))
		nl_put(w, RTA_SRC, flow->src.bytes, size);
	if (rt_index(router, out))
		nl_put_u32(w, RTA_OIF, rt_index(router, out));
	if (router_is_zero(&flow->src) &&
	    route_own_source(router, found, flow->family, &flow->dst, &source))
		nl_put(w, RTA_PREFSRC, source.bytes, size);
	if (found->has_via)
		nl_put(w, RTA_GATEWAY, found->next_hop.bytes, size);
	if (flow->mark)
		nl_put_u32(w, RTA_MARK, flow->mark);
	if (!is_v6)
		nl_put_u32(w, RTA_UID, 0);
	if (flow->in)
		nl_put_u32(w, RTA_IIF, rt_index(router, flow->in));
	nl_put(w, RTA_CACHEINFO, &info, sizeof(info));
	if (is_v6)
		nl_put_u8(w, RTA_PREF, 0);
	nl_end_msg(w, at);
}

/* An interface that is asked for by number.  => 0 or -ENODEV. */
static int
iface_of(const struct router *router, const struct nl_attr *a,
	 const struct iface **iface)
{
	uint32_t index = nl_u32(a);

	*iface = index ? rt_iface(router, index) : NULL;
	return index && !*iface ? -ENODEV : 0;
}

int
rtroute_get(struct clew_port *port, const struct nl_msg *msg,
	    struct nl_extack *extack)
{
	struct nl_writer w = nl_writer(port->control->scratch,
				       CONTROL_ANSWER);
	const struct router *router = rt_router(port);
	struct nl_attr tb[RTA_MAX + 1];
	struct route_result found = { 0 };
	struct route_flow flow = { 0 };
	struct rtmsg header;
	int err;

	if (msg->body_len < sizeof(header))
		return -EINVAL;
	memcpy(&header, msg->body, sizeof(header));
	flow.family = header.rtm_family;
	if (flow.family != CLEW_IPV4 && flow.family != CLEW_IPV6)
		return -EOPNOTSUPP;
	err = nl_parse(tb, RTA_MAX, msg->body + sizeof(header),
		       msg->body_len - sizeof(header), policy, extack);
	if (!err)
		err = iface_of(router, &tb[RTA_IIF], &flow.in);
	if (!err)
		err = iface_of(router, &tb[RTA_OIF], &flow.out);
	if (err)
		return err;
	flow.dst = address_of(flow.family, &tb[RTA_DST]);
	flow.src = address_of(flow.family, &tb[RTA_SRC]);
	flow.mark = nl_u32(&tb[RTA_MARK]);
	flow.dscp = header.rtm_tos;
	err = route_lookup(router, &flow, &found);
	if (err)
		return err;
	put_found(&w, router, &flow, &found, msg, port->portid);
	return message_answer(port, &w);
}
