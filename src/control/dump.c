/* SPDX-License-Identifier: BSD-2-Clause
 * control/dump.c - answers in several datagrams, made as they are read.
 *
 * One dump at a time per port.  Its first datagram is made by the request,
 * the others each when the reader has taken enough of what was there.  One
 * that looked at much and found nothing to say pauses, so that packets get
 * their turn, and goes on in clew_control_work(). */
#include <errno.h>

#include "control/control.h"

bool
clew_port_is_pending(const struct clew_port *port)
{
	return port->dump.is_paused && port->queue.count == 0 && !port->error;
}

bool
clew_control_work(struct clew_control *c)
{
	struct clew_port *port;
	bool is_more = false;

	list_each(port, &c->ports, link) {
		if (port->dump.is_paused)
			dump_go_on(port);
		is_more |= port->dump.is_paused;
	}
	return is_more;
}

void
dump_stop(struct clew_port *port)
{
	struct dump *d = &port->dump;

	if (!d->ops)
		return;
	d->ops->end(d->state);
	*d = (struct dump){ 0 };
}

int
dump_start(struct clew_port *port, const struct nl_msg *msg,
	   const struct dump_ops *ops, void *state)
{
	if (port->dump.ops) {
		ops->end(state);
		return -EBUSY;
	}
	port->dump = (struct dump){
		.ops = ops,
		.state = state,
		.seq = msg->seq,
	};
	dump_go_on(port);
	return -EINTR;
}

/* The message that ends a dump.  => false: no room for it here. */
static bool
put_done(struct clew_port *port, struct nl_writer *w)
{
	struct dump *d = &port->dump;
	uint16_t flags = NLM_F_MULTI;
	size_t before = w->used;
	size_t at;

	if (d->ops->is_torn && d->ops->is_torn(d->state))
		flags |= NLM_F_DUMP_INTR;
	at = nl_begin_msg(w, NLMSG_DONE, flags, d->seq, port->portid);
	nl_put_raw(w, &d->error, sizeof(d->error));
	nl_end_msg(w, at);
	if (nl_ok(w))
		return true;
	nl_cancel(w, before);
	return false;
}

/* Fill 'w' with what comes next.  => Has the dump ended with it? */
static bool
fill(struct clew_port *port, struct nl_writer *w)
{
	struct dump *d = &port->dump;

	if (!d->is_over) {
		int more = d->ops->next(d->state, w);

		if (more > 0)
			return false;
		d->is_over = true;
		d->error = more;
		if (w->used > 0 && d->ops->ends_apart)
			return false;
	}
	return put_done(port, w);
}

void
dump_go_on(struct clew_port *port)
{
	struct clew_control *c = port->control;
	size_t size = port->reader > CONTROL_ANSWER ? port->reader :
						      CONTROL_ANSWER;
	struct nl_writer w = nl_writer(c->scratch, size);
	bool is_end;

	if (!port->dump.ops || port->queue.charge >= port->receive_limit)
		return;
	is_end = fill(port, &w);
	port->dump.is_paused = !is_end && w.used == 0;
	if (port->dump.is_paused)
		return;
	w.used = port_filter(port, w.base, w.used);
	if (w.used == 0) {
		/* Its filter let nothing of this pass: on with the next. */
		port->dump.is_paused = !is_end;
	} else if (queue_put(&port->queue, w.base, w.used, 0) != 0) {
		port_overrun(port);
		is_end = true;
	} else if (port->on_readable) {
		port->on_readable(port->ctx);
	}
	if (is_end)
		dump_stop(port);
}
