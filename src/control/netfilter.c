/* SPDX-License-Identifier: BSD-2-Clause
 * control/netfilter.c - NETLINK_NETFILTER: which subsystem is meant. */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>

#include "control/control.h"

const struct control_request *
control_read(struct control_request *r, struct clew_port *port,
	     const struct nl_msg *msg, struct nl_extack *extack)
{
	if (msg->body_len < sizeof(struct nfgenmsg))
		return NULL;
	*r = (struct control_request){
		.port = port,
		.msg = msg,
		.attrs = msg->body + sizeof(struct nfgenmsg),
		.attrs_len = msg->body_len - (uint32_t)sizeof(struct nfgenmsg),
		.family = msg->body[0],
		.res_id = get_be16(msg->body + 2),
		.extack = extack,
	};
	return r;
}

static int
receive(struct clew_port *port, const struct nl_msg *msg,
	struct nl_extack *extack)
{
	uint8_t id = NFNL_SUBSYS_ID(msg->type);
	uint8_t type = NFNL_MSG_TYPE(msg->type);
	const struct subsystem *s;
	struct control_request r;

	if (!control_read(&r, port, msg, extack))
		return 0;
	s = id < CONTROL_SUBSYSTEMS ? port->control->subsystem[id] : NULL;
	if (!s || !s->is_known(type))
		return -EINVAL;
	if (port->can_read_only && s->is_change(type))
		return -EPERM;
	if (s->is_batched(type))
		return -EINVAL;
	return s->request(&r);
}

void
netfilter_receive(struct clew_port *port, const void *data, size_t size)
{
	struct nl_reader r = nl_reader(data, size);
	struct nl_msg first;

	if (!nl_next_msg(&r, &first))
		return;
	if (first.type == NFNL_MSG_BATCH_BEGIN)
		batch_receive(port, &first, r.at, (size_t)(r.end - r.at));
	else
		message_each(port, data, size, receive);
}
