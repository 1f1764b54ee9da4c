/* SPDX-License-Identifier: BSD-2-Clause
 * control/batch.c - batches of NETLINK_NETFILTER: all or nothing.
 *
 *	NFNL_MSG_BATCH_BEGIN (whose subsystem it is, maybe which generation of
 *		it is meant), messages, NFNL_MSG_BATCH_END
 *
 * All messages are tried, also behind one that failed, so that one attempt
 * shows all errors.  What is to be said is collected and sent when all is
 * done, for the subsystem may want the whole batch a second time to find the
 * message that makes it invalid.  Without its end a batch is tried and undone:
 * 'nft --check'.
 *
 * How long a batch is, is bounded by its port's send limit: it is one
 * datagram. */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "control/control.h"

/* What is to be said to one message. */
struct note {
	struct nl_msg msg;
	struct nl_extack extack;
	int error;
};

struct batch {
	struct clew_port *port;
	const struct subsystem *subsystem;
	const struct nl_msg *begin;
	const void *data;		/* behind the begin */
	size_t size;
	struct nl_msg first;		/* the first message: to Linux it stands
					 * for the batch that has begun */
	struct nl_msg end;		/* when 'is_ended' */
	bool is_ended;
	bool has_failed;
	struct note *notes;
	size_t count;
	size_t room;
};

static int
note_add(struct batch *b, const struct nl_msg *msg, int error,
	 const struct nl_extack *extack)
{
	if (b->count == b->room) {
		size_t room = b->room ? b->room * 2 : 16;
		struct note *more = realloc(b->notes, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		b->notes = more;
		b->room = room;
	}
	b->notes[b->count++] = (struct note){
		.msg = *msg,
		.extack = extack ? *extack : (struct nl_extack){ 0 },
		.error = error,
	};
	return 0;
}

static int
one_message(struct batch *b, const struct nl_msg *msg,
	    struct nl_extack *extack)
{
	const struct subsystem *s = b->subsystem;
	struct control_request r;
	uint8_t type = NFNL_MSG_TYPE(msg->type);

	if (!(msg->flags & NLM_F_REQUEST) || msg->type < NLMSG_MIN_TYPE ||
	    NFNL_SUBSYS_ID(msg->type) != s->id || !s->is_known(type) ||
	    !s->is_batched(type))
		return -EINVAL;
	return s->message(control_read(&r, b->port, msg, extack));
}

/* => 0, or -ENOMEM: forget all notes, and say just that. */
static int
try_message(struct batch *b, const struct nl_msg *msg)
{
	struct nl_extack extack = { 0 };
	int err = one_message(b, msg, &extack);

	if (err)
		b->has_failed = true;
	if (!err && !(msg->flags & NLM_F_ACK))
		return 0;
	if (err == -ENOMEM)
		return err;
	return note_add(b, msg, err, &extack);
}

/* Walk through the messages, until the end or what is malformed. */
static void
try_all(struct batch *b)
{
	struct nl_reader r = nl_reader(b->data, b->size);
	struct nl_msg msg;

	b->count = 0;
	b->is_ended = false;
	b->first = *b->begin;
	if (b->begin->flags & NLM_F_ACK && note_add(b, b->begin, 0, NULL) != 0)
		goto no_memory;
	while (nl_next_msg(&r, &msg)) {
		if (b->first.header == b->begin->header)
			b->first = msg;
		if (msg.body_len < sizeof(struct nfgenmsg) ||
		    msg.type == NFNL_MSG_BATCH_BEGIN)
			goto malformed;
		if (msg.type == NFNL_MSG_BATCH_END) {
			b->is_ended = true;
			b->end = msg;
			return;
		}
		if (try_message(b, &msg) != 0)
			goto no_memory;
	}
	if ((size_t)(r.end - r.at) < NLMSG_HDRLEN)
		return;
malformed:
	b->count = 0;
	b->has_failed = true;
	return;
no_memory:
	b->count = 0;
	b->has_failed = true;
	message_ack(b->port, &b->first, -ENOMEM, NULL);
}

/* Make it so, or undo it.  => -EAGAIN: once more, to find who is at fault. */
static int
settle(struct batch *b, bool may_repeat)
{
	struct clew_control *c = b->port->control;
	const struct subsystem *s = b->subsystem;
	int err;

	if (b->has_failed || !b->is_ended) {
		err = !b->has_failed && may_repeat && s->validate ?
		      s->validate(c) : 0;
		if (err == -EAGAIN)
			return err;
		s->abort(c);
		return 0;
	}
	control_gather(c);
	err = s->commit(c);
	control_deliver(c);
	if (err == -EAGAIN && may_repeat)
		return err;
	if (err)
		message_ack(b->port, &b->first, err, NULL);
	else if (b->end.flags & NLM_F_ACK)
		note_add(b, &b->end, 0, NULL);
	return 0;
}

static void
run(struct batch *b, uint32_t genid, bool has_genid)
{
	struct clew_control *c = b->port->control;
	bool is_first = true;
	int err;

	do {
		err = b->subsystem->begin(c, genid, has_genid);
		if (err) {
			message_ack(b->port, b->begin, err, NULL);
			return;
		}
		try_all(b);
		err = settle(b, is_first);
		is_first = false;
	} while (err == -EAGAIN);
	for (size_t i = 0; i < b->count; i++) {
		const struct note *n = &b->notes[i];

		message_ack(b->port, &n->msg, n->error, &n->extack);
	}
}

/* Whose batch is it?  Old programs wrote nf_tables' number as their own
 * machine does.  As in Linux a beginning that is too short borrows what is
 * missing from what stands behind it. */
static uint16_t
subsystem_of(const struct nl_msg *begin)
{
	const uint8_t *id = begin->body + 2;

	return load16(id) == NFNL_SUBSYS_NFTABLES ? load16(id) : get_be16(id);
}

void
batch_receive(struct clew_port *port, const struct nl_msg *begin,
	      const void *data, size_t size)
{
	static const struct nl_policy policy[NFNL_BATCH_MAX + 1] = {
		[NFNL_BATCH_GENID] = { .kind = NL_U32 },
	};
	struct nl_attr tb[NFNL_BATCH_MAX + 1];
	const uint8_t *end = (const uint8_t *)data + size;
	uint32_t attrs_len = 0;
	struct batch b = {
		.port = port,
		.begin = begin,
		.data = data,
		.size = size,
	};
	uint32_t genid;
	uint16_t id;
	int err;

	if ((size_t)(end - begin->body) < sizeof(struct nfgenmsg))
		return;
	if (begin->body_len > sizeof(struct nfgenmsg))
		attrs_len = begin->body_len - (uint32_t)sizeof(struct nfgenmsg);
	err = nl_parse(tb, NFNL_BATCH_MAX,
		       begin->body + sizeof(struct nfgenmsg), attrs_len,
		       policy, NULL);
	id = subsystem_of(begin);
	if (!err && id >= NFNL_SUBSYS_COUNT)
		err = -EINVAL;
	if (!err) {
		b.subsystem = id < CONTROL_SUBSYSTEMS ?
			      port->control->subsystem[id] : NULL;
		if (!b.subsystem || !b.subsystem->begin)
			err = -EOPNOTSUPP;
		else if (port->can_read_only)
			err = -EPERM;
	}
	if (err) {
		message_ack(port, begin, err, NULL);
		return;
	}
	genid = nl_be32(&tb[NFNL_BATCH_GENID]);
	run(&b, genid, genid != 0);
	free(b.notes);
}
