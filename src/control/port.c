/* SPDX-License-Identifier: BSD-2-Clause
 * control/port.c - a port's life: its number, its groups and options, and
 * what waits for its reader.
 *
 * A port that is full loses what comes, says so once (ENOBUFS), and loses
 * everything else until its reader has taken all there is; so that a reader
 * that lags sees one gap, not many, and delays nobody. */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "control/control.h"
#include "nl/bpf.h"

enum {
	LIMIT_USUAL	= 212992,	/* net.core.rmem_default */
	RECEIVE_LEAST	= 2304,
	SEND_LEAST	= 4608,
	RECEIVE_MOST	= 64 << 20,	/* a port's memory is bounded */
	SEND_MOST	= 256 << 20,
	SEND_HEAD	= 32,		/* Linux keeps these of SO_SNDBUF */
	ROVER_FIRST	= -4096,	/* portids that are no process's */
};

static size_t
bounded(size_t n, size_t least, size_t most)
{
	return n < least ? least : n > most ? most : n;
}

struct clew_port *
port_lookup(const struct clew_control *c, uint8_t protocol, uint32_t portid)
{
	struct clew_port *port;

	list_each(port, &c->ports, link) {
		if (port->is_bound && port->protocol == protocol &&
		    port->portid == portid)
			return port;
	}
	return NULL;
}

static int
bind_to(struct clew_port *port, uint32_t portid)
{
	if (port_lookup(port->control, port->protocol, portid))
		return -EADDRINUSE;
	port->portid = portid;
	port->is_bound = true;
	return 0;
}

int
port_autobind(struct clew_port *port)
{
	struct clew_control *c = port->control;
	uint32_t portid = port->wish;

	if (port->is_bound)
		return 0;
	while (portid == 0 || bind_to(port, portid) != 0) {
		c->rover = c->rover > (uint32_t)INT32_MAX + 1 ?
			   c->rover - 1 : (uint32_t)ROVER_FIRST;
		portid = c->rover;
	}
	return 0;
}

int
clew_port_open(struct clew_control *control, enum clew_port_protocol protocol,
	       const struct clew_port_options *options, struct clew_port **out)
{
	struct clew_port *port;
	int err;

	if (protocol != CLEW_PORT_ROUTE && protocol != CLEW_PORT_NETFILTER)
		return -EPROTONOSUPPORT;
	port = calloc(1, sizeof(*port));
	if (!port)
		return -ENOMEM;
	port->control = control;
	port->protocol = (uint8_t)protocol;
	port->wish = options->wish;
	port->process = options->process;
	if (options->process_name)
		strncpy(port->process_name, options->process_name,
			sizeof(port->process_name) - 1);
	port->can_read_only = options->can_read_only;
	port->on_readable = options->on_readable;
	port->ctx = options->ctx;
	port->receive_limit = port->send_limit = LIMIT_USUAL;
	list_init(&port->link);
	if (options->portid) {
		err = bind_to(port, options->portid);
		if (err) {
			free(port);
			return err;
		}
	}
	list_insert(&control->ports, &port->link);
	clew_port_limits(port, &(size_t){ options->receive_limit },
			 &(size_t){ options->send_limit });
	*out = port;
	return 0;
}

/* Groups as a whole, counting listeners. */
static void
set_groups(struct clew_port *port, uint64_t groups)
{
	struct clew_control *c = port->control;
	uint64_t changed = port->groups ^ groups;

	port->groups = groups;
	if (port->protocol != CLEW_PORT_NETFILTER)
		return;
	for (uint32_t i = 0; i < CONTROL_GROUPS; i++) {
		if (changed >> i & 1)
			c->listeners[i] += groups >> i & 1 ? 1 : UINT32_MAX;
	}
}

void
clew_port_close(struct clew_port *port)
{
	struct clew_control *c;

	if (!port)
		return;
	c = port->control;
	dump_stop(port);
	set_groups(port, 0);
	list_remove(&port->link);
	if (port->is_bound && port->protocol == CLEW_PORT_NETFILTER) {
		for (int i = 0; i < CONTROL_SUBSYSTEMS; i++) {
			const struct subsystem *s = c->subsystem[i];

			if (s && s->gone)
				s->gone(c, port->portid);
		}
	}
	queue_fini(&port->queue);
	free(port->filter);
	free(port);
}

uint32_t
clew_port_portid(const struct clew_port *port)
{
	return port->portid;
}

/* Linux has at least 32 groups for every protocol. */
static uint32_t
groups_most(const struct clew_port *port)
{
	return port->protocol == CLEW_PORT_ROUTE && RTNLGRP_MAX > 32 ?
	       RTNLGRP_MAX : 32;
}

uint64_t
clew_port_groups(const struct clew_port *port, uint32_t *count)
{
	if (count)
		*count = groups_most(port);
	return port->groups;
}

int
clew_port_bind(struct clew_port *port, uint32_t portid, uint32_t groups)
{
	int err;

	if (port->is_bound && portid != port->portid)
		return -EINVAL;
	err = portid && !port->is_bound ? bind_to(port, portid) :
					  port_autobind(port);
	if (err)
		return err;
	set_groups(port, (port->groups & ~(uint64_t)UINT32_MAX) | groups);
	return 0;
}

int
clew_port_option(struct clew_port *port, int option, int value)
{
	uint32_t group = (uint32_t)value - 1;

	switch (option) {
	case NETLINK_ADD_MEMBERSHIP:
	case NETLINK_DROP_MEMBERSHIP:
		if (value == 0 || group >= groups_most(port))
			return -EINVAL;
		set_groups(port, option == NETLINK_ADD_MEMBERSHIP ?
			   port->groups | (uint64_t)1 << group :
			   port->groups & ~((uint64_t)1 << group));
		return 0;
	case NETLINK_NO_ENOBUFS:
		if (value) {
			port->is_congested = false;
			port->error = 0;
		}
		break;
	case NETLINK_PKTINFO:
	case NETLINK_BROADCAST_ERROR:
	case NETLINK_LISTEN_ALL_NSID:
	case NETLINK_CAP_ACK:
	case NETLINK_EXT_ACK:
	case NETLINK_GET_STRICT_CHK:
		break;
	default:
		return -ENOPROTOOPT;
	}
	if (value)
		port->options |= 1u << option;
	else
		port->options &= ~(1u << option);
	return 0;
}

int
clew_port_option_get(const struct clew_port *port, int option, int *value)
{
	switch (option) {
	case NETLINK_PKTINFO:
	case NETLINK_BROADCAST_ERROR:
	case NETLINK_NO_ENOBUFS:
	case NETLINK_LISTEN_ALL_NSID:
	case NETLINK_CAP_ACK:
	case NETLINK_EXT_ACK:
	case NETLINK_GET_STRICT_CHK:
		*value = port_has(port, option);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

void
clew_port_limits(struct clew_port *port, size_t *receive, size_t *send)
{
	if (*receive)
		port->receive_limit = bounded(*receive, RECEIVE_LEAST,
					      RECEIVE_MOST);
	if (*send)
		port->send_limit = bounded(*send, SEND_LEAST, SEND_MOST);
	*receive = port->receive_limit;
	*send = port->send_limit;
}

ssize_t
clew_port_send(struct clew_port *port, const void *data, size_t size)
{
	port_autobind(port);
	if (size == 0)
		return -ENODATA;
	if (size > port->send_limit - SEND_HEAD)
		return -EMSGSIZE;
	if (port->protocol == CLEW_PORT_ROUTE)
		rtnetlink_receive(port, data, size);
	else
		netfilter_receive(port, data, size);
	return (ssize_t)size;
}

/* Receiving. */

void
port_overrun(struct clew_port *port)
{
	if (port_has(port, NETLINK_NO_ENOBUFS) || port->is_congested)
		return;
	port->is_congested = true;
	port->error = ENOBUFS;
	if (port->on_readable)
		port->on_readable(port->ctx);
}

size_t
port_filter(const struct clew_port *port, const void *data, size_t size)
{
	uint32_t passes;

	if (!port->filter)
		return size;
	passes = bpf_run(port->filter, port->filter_count, data,
			 (uint32_t)size);
	return passes < size ? passes : size;
}

int
clew_port_filter(struct clew_port *port, const void *program, size_t count)
{
	struct sock_filter *copy = NULL;

	if (count > BPF_MAXINSNS)
		return -EINVAL;
	if (count) {
		copy = malloc(count * sizeof(*copy));
		if (!copy)
			return -ENOMEM;
		memcpy(copy, program, count * sizeof(*copy));
		if (!bpf_check(copy, count)) {
			free(copy);
			return -EINVAL;
		}
	} else if (!port->filter) {
		return -ENOENT;
	}
	free(port->filter);
	port->filter = copy;
	port->filter_count = count;
	return 0;
}

int
port_put(struct clew_port *port, const void *data, size_t size, uint32_t group)
{
	/* What does not pass was never sent. */
	size = port_filter(port, data, size);
	if (size == 0)
		return 0;
	if (port->is_congested ||
	    !queue_has_room(&port->queue, size, port->receive_limit) ||
	    queue_put(&port->queue, data, size, group) != 0) {
		port_overrun(port);
		return -EAGAIN;
	}
	if (port->on_readable)
		port->on_readable(port->ctx);
	return 0;
}

bool
port_multicast(struct clew_control *c, uint32_t group, const void *data,
	       size_t size, uint32_t except)
{
	struct clew_port *port;
	bool is_told = true;

	if (!control_listens(c, group))
		return true;
	list_each(port, &c->ports, link) {
		if (port->protocol == CLEW_PORT_NETFILTER &&
		    port->groups >> (group - 1) & 1 &&
		    (except == 0 || port->portid != except) &&
		    port_put(port, data, size, group) != 0 &&
		    port_has(port, NETLINK_BROADCAST_ERROR))
			is_told = false;
	}
	return is_told;
}

bool
clew_port_is_readable(const struct clew_port *port)
{
	return port->error || port->queue.count > 0;
}

bool
clew_port_has_more(const struct clew_port *port)
{
	return port->queue.count > 1 || port->dump.ops;
}

int
clew_port_peek(struct clew_port *port, struct clew_datagram *datagram)
{
	if (port->error) {
		int err = -port->error;

		port->error = 0;
		if (port->queue.count == 0)
			port->is_congested = false;
		return err;
	}
	datagram->data = queue_first(&port->queue, &datagram->size,
				     &datagram->group);
	return datagram->data ? 0 : -EAGAIN;
}

void
clew_port_take(struct clew_port *port, size_t reader)
{
	if (reader > CONTROL_ANSWER_MOST)
		reader = CONTROL_ANSWER_MOST;
	if (reader > port->reader)
		port->reader = reader;
	queue_remove(&port->queue);
	if (port->queue.charge <= port->receive_limit / 2)
		dump_go_on(port);
	if (port->queue.count == 0)
		port->is_congested = false;
}

ssize_t
clew_port_receive(struct clew_port *port, void *data, size_t size, bool peek)
{
	struct clew_datagram d = { 0 };
	int err = clew_port_peek(port, &d);
	ssize_t full;

	if (err)
		return err;
	full = (ssize_t)d.size;
	if (size && d.data)
		memcpy(data, d.data, d.size < size ? d.size : size);
	if (!peek)
		clew_port_take(port, size);
	return full;
}
