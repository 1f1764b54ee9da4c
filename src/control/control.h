/* SPDX-License-Identifier: BSD-2-Clause
 * control/control.h - what a control face and its ports are made of; shared
 * by the files of this room alone.
 *
 *	port.c		a port's life: number, groups, options, its queue
 *	message.c	a datagram's messages one by one; acknowledgements
 *	dump.c		answers in several datagrams, made as they are read
 *	netfilter.c	NETLINK_NETFILTER: which subsystem is meant
 *	batch.c		its batches: all or nothing
 *	nftables.c	the subsystem nf_tables
 *	compat.c	the subsystem nft-compat: what iptables-nft asks
 *	conntrack.c	the subsystem ctnetlink: connections
 *	ctlist.c	its lists, filters and flushes
 *	ctnew.c		connections made and changed by request
 *	expect.c	ctnetlink's other subsystem: expectations
 *	cthelper.c	the subsystem cthelper: helpers of user space
 *	cttimeout.c	the subsystem cttimeout: policies of timeouts
 *	nflog.c		the subsystem log: packets that rules log
 *	osf.c		the subsystem osf: fingerprints
 *	rtnetlink.c	NETLINK_ROUTE: interfaces, addresses, routes */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include "base/list.h"
#include "clew/control.h"
#include "control/queue.h"
#include "nl/attr.h"

enum {
	CONTROL_GROUPS		= 64,	/* most of a protocol */
	/* What Linux takes for one answer: a page less a buffer's own, or what
	 * the reader has room for, up to 32 KiB less the same. */
	CONTROL_ANSWER		= 4096 - 320,
	CONTROL_ANSWER_MOST	= 32768 - 320,
	CONTROL_SUBSYSTEMS	= 16,
};

struct expectation;
struct nflog;
struct subsystem;
struct track;

/* A dump under way.  'next' is as nft_dump_next(); with 'ends_apart' the
 * message that ends it comes in a datagram of its own. */
struct dump_ops {
	int (*next)(void *state, struct nl_writer *w);
	/* Has it been torn by a change since the last 'next'?  May be NULL. */
	bool (*is_torn)(void *state);
	void (*end)(void *state);
	bool ends_apart;
};

struct dump {
	const struct dump_ops *ops;	/* NULL: none is under way */
	void *state;
	uint32_t seq;
	bool is_over;			/* 'next' has given its last */
	bool is_paused;			/* it found nothing yet */
	int error;
};

struct clew_port {
	struct list link;
	struct clew_control *control;
	uint8_t protocol;		/* enum clew_port_protocol */
	bool is_bound;
	bool can_read_only;
	bool is_congested;		/* lost some, until it is empty */
	int error;			/* for the next peek: ENOBUFS */
	uint32_t portid;
	uint32_t wish;
	uint32_t process;
	char process_name[16];
	uint32_t options;		/* 1 << NETLINK_* */
	uint64_t groups;
	size_t receive_limit;
	size_t send_limit;
	size_t reader;			/* largest room a reader has shown */
	struct queue queue;
	struct dump dump;
	struct sock_filter *filter;	/* SO_ATTACH_FILTER, or NULL */
	size_t filter_count;
	void (*on_readable)(void *ctx);
	void *ctx;
};

struct clew_control {
	struct clew_engine *engine;
	struct list ports;
	const struct subsystem *subsystem[CONTROL_SUBSYSTEMS];
	uint32_t listeners[CONTROL_GROUPS];	/* NETLINK_NETFILTER's */
	uint32_t rover;			/* the last portid chosen */
	const char *refusal;		/* why, in words; static */
	struct nflog *nflog;
	/* Notifications of one commit, together in one datagram. */
	bool is_gathering;
	bool gathered_echo;
	uint32_t gathered_group;
	uint32_t gathered_portid;
	struct nl_writer gathered;
	uint64_t gather_space[CONTROL_ANSWER / 8];
	uint64_t scratch[CONTROL_ANSWER_MOST / 8];
};

/* A message with struct nfgenmsg before its attributes. */
struct control_request {
	struct clew_port *port;
	const struct nl_msg *msg;
	const uint8_t *attrs;
	uint32_t attrs_len;
	uint8_t family;
	uint16_t res_id;
	struct nl_extack *extack;
};

/* What NETLINK_NETFILTER carries; one entry of the table in netfilter.c. */
struct subsystem {
	uint8_t id;			/* NFNL_SUBSYS_* */
	/* Does a message of this type, by its number in the subsystem, change
	 * anything?  Is it known at all?  Must it be in a batch? */
	bool (*is_known)(uint8_t type);
	bool (*is_change)(uint8_t type);
	bool (*is_batched)(uint8_t type);
	/* One request outside a batch.  => 0 or -errno; -EINTR: a dump has
	 * begun and is its own acknowledgement. */
	int (*request)(const struct control_request *r);
	/* Batches; 'begin' NULL: there are none.  commit and validate may say
	 * -EAGAIN: all is undone, give the same once more. */
	int (*begin)(struct clew_control *c, uint32_t genid, bool has_genid);
	int (*message)(const struct control_request *r);
	int (*commit)(struct clew_control *c);
	int (*validate)(struct clew_control *c);
	void (*abort)(struct clew_control *c);
	/* A port has closed. */
	void (*gone)(struct clew_control *c, uint32_t portid);
};

extern const struct subsystem compat_subsystem;
extern const struct subsystem conntrack_subsystem;
extern const struct subsystem expect_subsystem;
extern const struct subsystem cthelper_subsystem;
extern const struct subsystem cttimeout_subsystem;
extern const struct subsystem nflog_subsystem;
extern const struct subsystem nftables_subsystem;
extern const struct subsystem osf_subsystem;

/* port.c */
/* Queue a datagram, or count it as lost.  => 0, or -EAGAIN. */
int port_put(struct clew_port *port, const void *data, size_t size,
	     uint32_t group);
void port_overrun(struct clew_port *port);
/* How much of a datagram passes the port's filter.  => 0: nothing. */
size_t port_filter(const struct clew_port *port, const void *data,
		   size_t size);
struct clew_port *port_lookup(const struct clew_control *c, uint8_t protocol,
			      uint32_t portid);
int port_autobind(struct clew_port *port);
/* Send to all members of a NETLINK_NETFILTER group but 'except'.
 * => false: one that wants that known (NETLINK_BROADCAST_ERROR) lost it. */
bool port_multicast(struct clew_control *c, uint32_t group, const void *data,
		    size_t size, uint32_t except);
static inline bool
port_has(const struct clew_port *port, int option)
{
	return port->options & 1u << option;
}

/* message.c */
typedef int message_fn(struct clew_port *port, const struct nl_msg *msg,
		       struct nl_extack *extack);
/* Each message of a datagram, as netlink_rcv_skb(). */
void message_each(struct clew_port *port, const void *data, size_t size,
		  message_fn *fn);
void message_ack(struct clew_port *port, const struct nl_msg *msg, int error,
		 const struct nl_extack *extack);
/* Answer with the messages in 'w', each in a datagram of its own.
 * => 0 or -ENOBUFS. */
int message_answer(struct clew_port *port, const struct nl_writer *w);

/* dump.c */
/* => -EINTR: begun, 'state' is the dump's; or -EBUSY and the like: 'state'
 * has been ended. */
int dump_start(struct clew_port *port, const struct nl_msg *msg,
	       const struct dump_ops *ops, void *state);
/* Make the next datagram, if there is room for it. */
void dump_go_on(struct clew_port *port);
void dump_stop(struct clew_port *port);

/* netfilter.c, batch.c, rtnetlink.c */
void netfilter_receive(struct clew_port *port, const void *data, size_t size);
/* => NULL when the message is too short for struct nfgenmsg. */
const struct control_request *
control_read(struct control_request *r, struct clew_port *port,
	     const struct nl_msg *msg, struct nl_extack *extack);
void batch_receive(struct clew_port *port, const struct nl_msg *begin,
		   const void *data, size_t size);
void rtnetlink_receive(struct clew_port *port, const void *data, size_t size);

/* conntrack.c: events, as engine/engine.h has them. */
bool conntrack_event(void *ctx, const struct clew_event *event);
bool conntrack_wants(void *ctx, enum clew_event_type type);

/* control.c: as nlmsg_notify(): to the group, and to the one that caused it
 * once, if it asked for an echo.  => As port_multicast(). */
bool control_tell(struct clew_control *c, uint32_t group, const void *data,
		  size_t size, uint32_t portid, bool echo);

/* expect.c */
void expect_event(void *ctx, const struct track *t,
		  const struct expectation *e, bool is_new);

/* control.c: notifications, gathered while a batch is committed. */
void control_notify(void *ctx, uint32_t group, const void *message,
		    size_t size, uint32_t portid, bool echo);
bool control_listens(void *ctx, uint32_t group);
void control_gather(struct clew_control *c);
void control_deliver(struct clew_control *c);

#endif
