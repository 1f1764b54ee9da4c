/* SPDX-License-Identifier: BSD-2-Clause
 * control/rtnetlink.c - NETLINK_ROUTE: interfaces, addresses and routes, to
 * be read. */
#include "control/rtnetlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "engine/engine.h"

const struct router *
rt_router(const struct clew_port *port)
{
	return port->control->engine->router;
}

/* Interfaces. */

enum { LOOPBACK = 1 };

uint32_t
rt_index(const struct router *router, const struct iface *iface)
{
	if (!iface)
		return 0;
	if (iface->pub.index || router_iface(router, LOOPBACK))
		return iface->pub.index;
	return LOOPBACK;
}

const struct iface *
rt_iface(const struct router *router, uint32_t index)
{
	const struct iface *iface = router_iface(router, index);
	const struct iface *loopback = router_loopback(router);

	if (index == 0 || iface || rt_index(router, loopback) != index)
		return index ? iface : NULL;
	return loopback;
}

const struct iface *
rt_iface_by_name(const struct router *router, const char *name)
{
	const struct iface *iface = router_iface_by_name(router, name);
	const struct iface *loopback = router_loopback(router);

	return iface || strcmp(loopback->pub.name, name) ? iface : loopback;
}

const struct iface *
rt_iface_next(const struct router *router, uint32_t *cursor)
{
	const struct iface *iface = *cursor < LOOPBACK ?
				    rt_iface(router, LOOPBACK) : NULL;

	for (uint32_t i = 0; i < router->iface_count && !iface; i++) {
		if (router->iface[i]->pub.index > *cursor)
			iface = router->iface[i];
	}
	if (iface)
		*cursor = rt_index(router, iface);
	return iface;
}

int
clew_control_interface(const struct clew_control *c, uint32_t *index,
		       char name[CLEW_IFNAME_SIZE])
{
	const struct router *router = c->engine->router;
	const struct iface *iface = *index ? rt_iface(router, *index) :
				    rt_iface_by_name(router, name);

	*index = rt_index(router, iface);
	if (!*index)
		return -ENODEV;
	memcpy(name, iface->pub.name, CLEW_IFNAME_SIZE);
	return 0;
}

/* Lists. */

bool
rtlist_grow(struct rtlist *l, size_t back_to)
{
	size_t size = l->w.size ? l->w.size * 2 : 4096;
	uint8_t *base = l->has_failed ? NULL : realloc(l->w.base, size);

	nl_cancel(&l->w, back_to);
	if (!base) {
		l->has_failed = true;
		return false;
	}
	l->w.base = base;
	l->w.size = size;
	return true;
}

/* As many whole messages as fit. */
static int
list_next(void *state, struct nl_writer *w)
{
	struct rtlist *l = state;
	struct nl_reader r = nl_reader(l->w.base, l->w.used);
	struct nl_msg msg;
	size_t before = w->used;

	r.at += l->at;
	while (nl_next_msg(&r, &msg)) {
		size_t len = NLMSG_ALIGN(msg.len);

		if (len > w->size - w->used)
			return w->used > before ? 1 : -EMSGSIZE;
		nl_put_raw(w, msg.header, len);
		l->at += len;
	}
	return 0;
}

static void
list_end(void *state)
{
	struct rtlist *l = state;

	free(l->w.base);
	free(l);
}

static const struct dump_ops list_ops = {
	.next = list_next,
	.end = list_end,
	.ends_apart = true,
};

typedef int fill_fn(struct rtlist *l, struct nl_extack *extack);

static int
list_start(struct clew_port *port, const struct nl_msg *msg,
	   struct nl_extack *extack, fill_fn *fill)
{
	struct rtlist *l;
	int err;

	if (port->dump.ops)
		return -EBUSY;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->port = port;
	l->router = rt_router(port);
	l->msg = msg;
	l->flags = NLM_F_MULTI;
	err = rtlist_grow(l, 0) ? fill(l, extack) : -ENOMEM;
	l->msg = NULL;
	if (!err && l->has_failed)
		err = -ENOMEM;
	if (!err)
		return dump_start(port, msg, &list_ops, l);
	list_end(l);
	return err;
}

/* Of families and tables that are not here there is nothing. */
static int
list_nothing(struct rtlist *l, struct nl_extack *extack)
{
	(void)l;
	(void)extack;
	return 0;
}

static fill_fn *
list_for(uint16_t type)
{
	switch (type) {
	case RTM_GETLINK:
		return rtlink_list;
	case RTM_GETADDR:
		return rtaddr_list;
	case RTM_GETROUTE:
		return rtroute_list;
	case RTM_GETNEIGH:
	case RTM_GETQDISC:
	case RTM_GETTCLASS:
	case RTM_GETNSID:
	case RTM_GETNETCONF:
		return list_nothing;
	default:
		return NULL;
	}
}

/* Types come in fours: new, delete, get, set. */
static bool
is_get(uint16_t type)
{
	return (type - RTM_BASE) % 4 == 2;
}

static int
receive(struct clew_port *port, const struct nl_msg *msg,
	struct nl_extack *extack)
{
	fill_fn *fill;

	if (msg->type > RTM_MAX)
		return -EOPNOTSUPP;
	if (msg->body_len < sizeof(struct rtgenmsg))
		return 0;
	if (!is_get(msg->type))
		return -EPERM;	/* they are changed by the engine's owner */
	if (msg->flags & NLM_F_DUMP) {
		fill = list_for(msg->type);
		return fill ? list_start(port, msg, extack, fill) :
			      -EOPNOTSUPP;
	}
	switch (msg->type) {
	case RTM_GETLINK:
		return rtlink_get(port, msg, extack);
	case RTM_GETROUTE:
		return rtroute_get(port, msg, extack);
	default:
		return -EOPNOTSUPP;
	}
}

void
rtnetlink_receive(struct clew_port *port, const void *data, size_t size)
{
	message_each(port, data, size, receive);
}
