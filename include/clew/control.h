/* SPDX-License-Identifier: BSD-2-Clause
 * clew/control.h - an engine's netlink face: datagrams in, datagrams out.
 *
 * A port is what a netlink socket is to Linux: requests go in, answers and
 * the messages of the groups it joined come out.  No socket is owned here;
 * who has some carries datagrams between them and ports.  Dumps are made as
 * their reader takes them, so that a slow one costs nothing.
 *
 * Threads and re-entry: as the engine's. */
#ifndef CLEW_CONTROL_H
#define CLEW_CONTROL_H

#include <sys/types.h>

#include "clew/engine.h"
#include "clew/route.h"

struct clew_control;
struct clew_port;

/* => 0 or -ENOMEM.  => Borrows the engine, which must outlive it and has at
 * most one. */
CLEW_API int clew_control_create(struct clew_control **control,
				 struct clew_engine *engine);
CLEW_API void clew_control_destroy(struct clew_control *control);

/* An interface as NETLINK_ROUTE shows it: that with '*index' or, when it is 0,
 * with that name.  Fills in both.  => 0 or -ENODEV. */
CLEW_API int clew_control_interface(const struct clew_control *control,
				    uint32_t *index,
				    char name[CLEW_IFNAME_SIZE]);

/* Why a request was refused, in words, for those who did not ask for them
 * with NETLINK_EXT_ACK: iptables, for one.  Of the last that was refused in
 * words since this was last asked.  => NULL: none was.  => Static storage. */
CLEW_API const char *clew_control_refusal(struct clew_control *control);

enum clew_port_protocol {
	CLEW_PORT_ROUTE		= 0,	/* NETLINK_ROUTE: look-ups */
	CLEW_PORT_NETFILTER	= 12,	/* NETLINK_NETFILTER */
};

/* What Linux would know of the socket. */
struct clew_port_options {
	uint32_t portid;		/* 0: chosen when it is needed */
	uint32_t wish;			/* what is chosen then, if it is free:
					 * Linux takes the process's id */
	uint32_t process;		/* whose it is: told with changes */
	const char *process_name;	/* NULL: unknown */
	size_t receive_limit;		/* SO_RCVBUF: bytes queued, 0: 212992 */
	size_t send_limit;		/* SO_SNDBUF, 0: 212992 */
	bool can_read_only;		/* requests that change: -EPERM */
	/* Called when the port becomes readable, from within any call. */
	void (*on_readable)(void *ctx);
	void *ctx;
};

/* => 0, -ENOMEM, -EPROTONOSUPPORT, -EADDRINUSE (portid taken). */
CLEW_API int clew_port_open(struct clew_control *control,
			    enum clew_port_protocol protocol,
			    const struct clew_port_options *options,
			    struct clew_port **port);
CLEW_API void clew_port_close(struct clew_port *port);
/* 0 until it is bound, which the first request does at the latest. */
CLEW_API uint32_t clew_port_portid(const struct clew_port *port);

/* bind(): 'portid' 0 lets one be chosen; 'groups' is a mask of the first 32.
 * => 0, -EADDRINUSE, or -EINVAL (it is bound to another already). */
CLEW_API int clew_port_bind(struct clew_port *port, uint32_t portid,
			    uint32_t groups);

/* setsockopt and getsockopt at level SOL_NETLINK (NETLINK_ADD_MEMBERSHIP,
 * _DROP_MEMBERSHIP, _PKTINFO, _EXT_ACK, _CAP_ACK, _BROADCAST_ERROR,
 * _NO_ENOBUFS, _GET_STRICT_CHK, ...).  => 0 or -errno as Linux's. */
CLEW_API int clew_port_option(struct clew_port *port, int option, int value);
CLEW_API int clew_port_option_get(const struct clew_port *port, int option,
				  int *value);
/* The groups it is a member of: bit n is group n + 1; '*count' (may be NULL)
 * is how many there are in its protocol. */
CLEW_API uint64_t clew_port_groups(const struct clew_port *port,
				   uint32_t *count);
/* Bytes, as SO_RCVBUF and SO_SNDBUF have them in the end; 0: as it is.
 * There are bounds. */
CLEW_API void clew_port_limits(struct clew_port *port, size_t *receive,
			       size_t *send);

/* SO_ATTACH_FILTER: 'count' instructions of classic BPF (struct sock_filter),
 * 0: none any more.  => 0, -EINVAL, -ENOMEM, -ENOENT (there was none). */
CLEW_API int clew_port_filter(struct clew_port *port, const void *program,
			      size_t count);

/* A datagram from the client.  When it returns, the first answer there will
 * be is queued (or clew_port_is_pending()), and a batch has been done as a
 * whole.
 * => 'size', or -errno as sendmsg() on a netlink socket. */
CLEW_API ssize_t clew_port_send(struct clew_port *port, const void *data,
				size_t size);

/* The next datagram for the client.  => Its size, cut to 'size' in the
 * buffer; -EAGAIN when there is none; -ENOBUFS once after some were lost.
 * With 'peek' it stays. */
CLEW_API ssize_t clew_port_receive(struct clew_port *port, void *data,
				   size_t size, bool peek);

/* The same in two steps and without a copy.  peek => 0, -EAGAIN, -ENOBUFS;
 * borrowed until any other call.  take removes what peek showed; 'reader' is
 * how much its reader has room for: a dump's next datagrams grow up to it. */
struct clew_datagram {
	const uint8_t *data;
	size_t size;
	uint32_t group;			/* that it was sent to, 0: an answer */
};
CLEW_API int clew_port_peek(struct clew_port *port,
			    struct clew_datagram *datagram);
CLEW_API void clew_port_take(struct clew_port *port, size_t reader);
CLEW_API bool clew_port_is_readable(const struct clew_port *port);
/* Does more follow the first datagram?  It is there, or it is made when that
 * one is taken. */
CLEW_API bool clew_port_has_more(const struct clew_port *port);

/* A list that was asked for may look at much before it finds something: it
 * pauses then, and is_pending() until there is a datagram.  work() goes on
 * with all such, a bounded piece each.  => Is there more to do? */
CLEW_API bool clew_port_is_pending(const struct clew_port *port);
CLEW_API bool clew_control_work(struct clew_control *control);

#endif
