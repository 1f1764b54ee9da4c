/* SPDX-License-Identifier: BSD-2-Clause
 * control/rtnetlink.h - what NETLINK_ROUTE's lists are made with; shared by
 * the files that make them. */
#ifndef CONTROL_RTNETLINK_H
#define CONTROL_RTNETLINK_H

#include <stdlib.h>
#include <sys/socket.h>

#include "control/control.h"
#include "route/router.h"

/* A list, made as a whole when it is asked for and handed out in parts: what
 * changes meanwhile neither repeats nor tears it. */
struct rtlist {
	struct clew_port *port;
	const struct router *router;
	const struct nl_msg *msg;	/* while it is being made */
	uint16_t flags;			/* of its messages */
	struct nl_writer w;		/* its buffer grows */
	size_t at;			/* how much has been handed out */
	bool has_failed;		/* no memory */
};

/* Put 'PUT(w, ...)' into the list, with more room if that is needed. */
#define rtlist_put(l, put, ...)						\
	do {								\
		size_t before_ = (l)->w.used;				\
									\
		put(&(l)->w, __VA_ARGS__);				\
		while (!nl_ok(&(l)->w) && rtlist_grow(l, before_))	\
			put(&(l)->w, __VA_ARGS__);			\
	} while (0)

/* => false: no memory. */
bool rtlist_grow(struct rtlist *l, size_t back_to);

/* Families are AF_*, as in enum clew_family. */
static inline bool
rt_is_asked(uint8_t asked, uint8_t family)
{
	return asked == AF_UNSPEC || asked == family;
}

/* rtlink.c, rtroute.c: fill a list; or answer for one. */
int rtlink_list(struct rtlist *l, struct nl_extack *extack);
int rtaddr_list(struct rtlist *l, struct nl_extack *extack);
int rtroute_list(struct rtlist *l, struct nl_extack *extack);
int rtlink_get(struct clew_port *port, const struct nl_msg *msg,
	       struct nl_extack *extack);
int rtroute_get(struct clew_port *port, const struct nl_msg *msg,
		struct nl_extack *extack);

const struct router *rt_router(const struct clew_port *port);

/* The interfaces in order, one after '*cursor' (begin with 0).  The loopback
 * that the router has of its own, without a number, is number 1 here, as it
 * is everywhere; unless the caller has numbered another so. */
const struct iface *rt_iface_next(const struct router *router,
				  uint32_t *cursor);
uint32_t rt_index(const struct router *router, const struct iface *iface);
/* => NULL when there is none. */
const struct iface *rt_iface(const struct router *router, uint32_t index);
const struct iface *rt_iface_by_name(const struct router *router,
				     const char *name);

#endif
