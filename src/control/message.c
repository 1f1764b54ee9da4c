/* SPDX-License-Identifier: BSD-2-Clause
 * control/message.c - a datagram's messages one by one, and what is said to
 * each: acknowledgements, with the attribute at fault and words for it. */
#include <errno.h>
#include <stdlib.h>

#include "control/control.h"

void
message_each(struct clew_port *port, const void *data, size_t size,
	     message_fn *fn)
{
	struct nl_reader r = nl_reader(data, size);
	struct nl_msg msg;

	while (nl_next_msg(&r, &msg)) {
		struct nl_extack extack = { 0 };
		int err = 0;

		if (msg.flags & NLM_F_REQUEST && msg.type >= NLMSG_MIN_TYPE)
			err = fn(port, &msg, &extack);
		if (err == -EINTR)
			continue;
		if (err || msg.flags & NLM_F_ACK)
			message_ack(port, &msg, err, &extack);
	}
}

/* Where in 'msg' is 'at'?  => false: not in it. */
static bool
offset_in(const struct nl_msg *msg, const uint8_t *at, uint32_t *offset)
{
	if (!at || at < msg->header || at >= msg->header + msg->len)
		return false;
	*offset = (uint32_t)(at - msg->header);
	return true;
}

static void
put_extack(struct nl_writer *w, const struct nl_msg *msg, int error,
	   const struct nl_extack *extack)
{
	uint32_t offset;

	if (extack->text)
		nl_put_string(w, NLMSGERR_ATTR_MSG, extack->text);
	if (!error)
		return;
	if (offset_in(msg, extack->bad, &offset))
		nl_put_u32(w, NLMSGERR_ATTR_OFFS, offset);
	if (extack->miss_type)
		nl_put_u32(w, NLMSGERR_ATTR_MISS_TYPE, extack->miss_type);
	if (offset_in(msg, extack->miss_nest, &offset))
		nl_put_u32(w, NLMSGERR_ATTR_MISS_NEST, offset);
}

/* Is there anything in it that would be told? */
static bool
has_words(const struct clew_port *port, int error,
	  const struct nl_extack *extack)
{
	if (!extack || !port_has(port, NETLINK_EXT_ACK))
		return false;
	return extack->text || (error && (extack->bad || extack->miss_type ||
					  extack->miss_nest));
}

void
message_ack(struct clew_port *port, const struct nl_msg *msg, int error,
	    const struct nl_extack *extack)
{
	bool is_capped = !error || port_has(port, NETLINK_CAP_ACK);
	bool has_tlvs = has_words(port, error, extack);
	size_t text = has_tlvs && extack->text ? strlen(extack->text) : 0;
	size_t size = NLMSG_HDRLEN + sizeof(struct nlmsgerr) + msg->len +
		      text + 64;
	struct nl_writer w;
	struct nlmsgerr e = { .error = error };
	uint8_t *space = size > sizeof(port->control->scratch) ?
			 malloc(size) : (uint8_t *)port->control->scratch;
	size_t at;

	if (error && extack && extack->text)
		port->control->refusal = extack->text;
	if (!space) {
		port_overrun(port);
		return;
	}
	w = nl_writer(space, size);
	at = nl_begin_msg(&w, NLMSG_ERROR,
			  (is_capped ? NLM_F_CAPPED : 0) |
			  (has_tlvs ? NLM_F_ACK_TLVS : 0),
			  msg->seq, port->portid);
	memcpy(&e.msg, msg->header, sizeof(e.msg));
	nl_put_raw(&w, &e, sizeof(e));
	if (!is_capped)
		nl_put_raw(&w, msg->body, msg->body_len);
	if (has_tlvs)
		put_extack(&w, msg, error, extack);
	nl_end_msg(&w, at);
	port_put(port, w.base, w.used, 0);
	if (space != (uint8_t *)port->control->scratch)
		free(space);
}

int
message_answer(struct clew_port *port, const struct nl_writer *w)
{
	struct nl_reader r = nl_reader(w->base, w->used);
	struct nl_msg msg;

	while (nl_next_msg(&r, &msg)) {
		if (port_put(port, msg.header, NLMSG_ALIGN(msg.len), 0) != 0)
			return -ENOBUFS;
	}
	return 0;
}
