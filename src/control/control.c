/* SPDX-License-Identifier: BSD-2-Clause
 * control/control.c - an engine's netlink face: its life, and what it tells
 * those who listen. */
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "control/control.h"
#include "control/nflog.h"
#include "engine/engine.h"

/* Everything NETLINK_NETFILTER carries; Linux without a subsystem's module
 * answers as this does for what is not here. */
static const struct subsystem *const subsystems[] = {
	&compat_subsystem,
	&conntrack_subsystem,
	&cthelper_subsystem,
	&cttimeout_subsystem,
	&expect_subsystem,
	&nflog_subsystem,
	&nftables_subsystem,
	&osf_subsystem,
};

int
clew_control_create(struct clew_control **out, struct clew_engine *engine)
{
	struct clew_control *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->engine = engine;
	list_init(&c->ports);
	for (size_t i = 0; i < sizeof(subsystems) / sizeof(subsystems[0]); i++)
		c->subsystem[subsystems[i]->id] = subsystems[i];
	engine->face = (struct engine_face){
		.notify = control_notify,
		.listens = control_listens,
		.event = conntrack_event,
		.wants = conntrack_wants,
		.expect_event = expect_event,
		.ctx = c,
	};
	if (nflog_create(c) != 0) {
		engine->face = (struct engine_face){ 0 };
		free(c);
		return -ENOMEM;
	}
	engine_set_tell(engine);
	*out = c;
	return 0;
}

void
clew_control_destroy(struct clew_control *c)
{
	if (!c)
		return;
	while (!list_is_empty(&c->ports))
		clew_port_close(list_entry(c->ports.next, struct clew_port,
					   link));
	c->engine->face = (struct engine_face){ 0 };
	engine_set_tell(c->engine);
	nflog_destroy(c);
	free(c);
}

const char *
clew_control_refusal(struct clew_control *c)
{
	const char *refusal = c->refusal;

	c->refusal = NULL;
	return refusal;
}

bool
control_listens(void *ctx, uint32_t group)
{
	const struct clew_control *c = ctx;

	return group >= 1 && group <= CONTROL_GROUPS &&
	       c->listeners[group - 1] > 0;
}

bool
control_tell(struct clew_control *c, uint32_t group, const void *data,
	     size_t size, uint32_t portid, bool echo)
{
	bool is_told = port_multicast(c, group, data, size,
				      echo ? portid : 0);
	struct clew_port *port = echo ? port_lookup(c, CLEW_PORT_NETFILTER,
						    portid) : NULL;

	if (port && port_put(port, data, size, group) != 0)
		is_told = false;
	return is_told;
}

static void
deliver_gathered(struct clew_control *c)
{
	if (c->gathered.used > 0)
		control_tell(c, c->gathered_group, c->gathered.base,
			c->gathered.used, c->gathered_portid,
			c->gathered_echo);
	c->gathered.used = 0;
}

/* Messages of one commit share datagrams, as in Linux; the one that names the
 * new generation stands alone. */
void
control_gather(struct clew_control *c)
{
	c->gathered = nl_writer(c->gather_space, sizeof(c->gather_space));
	c->is_gathering = true;
}

void
control_deliver(struct clew_control *c)
{
	deliver_gathered(c);
	c->is_gathering = false;
}

static bool
stands_alone(const void *message)
{
	struct nlmsghdr h;

	memcpy(&h, message, sizeof(h));
	return h.nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN);
}

static void
lost(struct clew_control *c, uint32_t group)
{
	struct clew_port *port;

	list_each(port, &c->ports, link) {
		if (port->protocol == CLEW_PORT_NETFILTER &&
		    port->groups >> (group - 1) & 1)
			port_overrun(port);
	}
}

void
control_notify(void *ctx, uint32_t group, const void *message, size_t size,
	       uint32_t portid, bool echo)
{
	struct clew_control *c = ctx;

	if (!message) {
		if (control_listens(c, group))
			lost(c, group);
		return;
	}
	if (!c->is_gathering) {
		control_tell(c, group, message, size, portid, echo);
		return;
	}
	if (c->gathered.used > 0 &&
	    (c->gathered_group != group || c->gathered_echo != echo ||
	     c->gathered_portid != portid || stands_alone(message) ||
	     c->gathered.used + size > c->gathered.size))
		deliver_gathered(c);
	if (stands_alone(message) || size > c->gathered.size) {
		control_tell(c, group, message, size, portid, echo);
		return;
	}
	c->gathered_group = group;
	c->gathered_echo = echo;
	c->gathered_portid = portid;
	nl_put_raw(&c->gathered, message, size);
}
