/* SPDX-License-Identifier: BSD-2-Clause
 * control/rtnetlink.c - NETLINK_ROUTE: interfaces, addresses, routes. */
#include <errno.h>

#include "control/control.h"

static int
receive(struct clew_port *port, const struct nl_msg *msg,
	struct nl_extack *extack)
{
	(void)port;
	(void)msg;
	(void)extack;
	return -EOPNOTSUPP;
}

void
rtnetlink_receive(struct clew_port *port, const void *data, size_t size)
{
	message_each(port, data, size, receive);
}
