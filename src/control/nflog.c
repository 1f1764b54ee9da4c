/* SPDX-License-Identifier: BSD-2-Clause
 * control/nflog.c - the subsystem log (NFNL_SUBSYS_ULOG): groups are bound,
 * told what to copy, and given their packets. */
#include "control/nflog.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <stdlib.h>

#include "engine/engine.h"

enum {
	THRESHOLD_USUAL	= 100,
	TIMEOUT_USUAL	= 100,
	TICK_MS		= 10,		/* what timeouts count */
	FAMILIES	= 11,		/* of Linux's table of loggers */
	ERRNO_NOTSUPP	= 524,		/* not one of user space's */
};

static struct list *
bucket(struct nflog *log, uint16_t number)
{
	return &log->groups[number % NFLOG_HASH];
}

static struct nflog_group *
lookup(struct nflog *log, uint16_t number)
{
	struct nflog_group *group;

	list_each(group, bucket(log, number), link) {
		if (group->number == number)
			return group;
	}
	return NULL;
}

/* Sending. */

static void
flush(struct clew_control *c, struct nflog_group *group)
{
	struct nl_writer *w = &group->buffer;
	struct nfgenmsg head = { .res_id = to_be16(group->number) };
	struct clew_port *port;

	list_remove(&group->waiting);
	if (group->count == 0)
		return;
	if (group->count > 1) {
		size_t at = nl_begin_msg(w, NLMSG_DONE, 0, 0, 0);

		nl_put_raw(w, &head, sizeof(head));
		nl_end_msg(w, at);
	}
	port = port_lookup(c, CLEW_PORT_NETFILTER, group->portid);
	if (port)
		port_put(port, w->base, w->used, 0);
	w->used = 0;
	w->is_full = false;
	group->count = 0;
}

/* Its turn comes after all that are due before. */
static void
wait(struct nflog *log, struct nflog_group *group, uint64_t now_ms)
{
	struct list *at = log->waiting.prev;

	group->deadline_ms = now_ms + (uint64_t)group->timeout * TICK_MS;
	while (at != &log->waiting &&
	       list_entry(at, struct nflog_group, waiting)->deadline_ms >
	       group->deadline_ms)
		at = at->prev;
	list_insert(at->next, &group->waiting);
}

/* What Linux's allocator makes of a buffer: with what it keeps at its end
 * itself, a power of two. */
static size_t
room_for(size_t size)
{
	size_t all = 4096;

	while (all < size + (4096 - CONTROL_ANSWER))
		all *= 2;
	return all - (4096 - CONTROL_ANSWER);
}

/* => false when there is no memory. */
static bool
make_room(struct nflog_group *group, size_t size)
{
	struct nl_writer *w = &group->buffer;
	uint8_t *bytes;

	group->room = room_for(size > group->buffer_size ? size :
			       group->buffer_size);
	if (w->size >= group->room)
		return true;
	bytes = malloc(group->room);
	if (!bytes)
		return false;
	free(w->base);
	*w = nl_writer(bytes, group->room);
	return true;
}

static void
log_packet(void *ctx, const struct nft_log_record *record)
{
	struct clew_control *c = ctx;
	struct nflog_group *group = lookup(c->nflog, record->group);
	uint32_t threshold, payload;
	size_t size;

	if (!group)
		return;
	size = nflog_packet_size(group, record, &payload);
	if (group->count > 0 && size > group->room - group->buffer.used)
		flush(c, group);
	if (group->count == 0 && !make_room(group, size))
		return;
	if (!nflog_packet_put(c->nflog, group, record, payload))
		return;
	group->count++;
	threshold = group->threshold;
	if (record->threshold && record->threshold < threshold)
		threshold = record->threshold;
	if (group->count >= threshold)
		flush(c, group);
	else if (list_is_empty(&group->waiting))
		wait(c->nflog, group, c->engine->track.now_ms);
}

/* Time. */

static bool
next_due(void *ctx, uint64_t *due_ms)
{
	const struct nflog *log = ((struct clew_control *)ctx)->nflog;

	if (list_is_empty(&log->waiting))
		return false;
	*due_ms = list_entry(log->waiting.next, struct nflog_group,
			     waiting)->deadline_ms;
	return true;
}

static void
advance(void *ctx, uint64_t now_ms)
{
	struct clew_control *c = ctx;
	uint64_t due_ms;

	while (next_due(c, &due_ms) && due_ms <= now_ms)
		flush(c, list_entry(c->nflog->waiting.next,
				    struct nflog_group, waiting));
}

/* Groups. */

static int
bind_group(struct clew_control *c, uint16_t number, uint32_t portid,
	   struct nflog_group **out)
{
	struct nflog_group *group = calloc(1, sizeof(*group));

	if (!group)
		return -ENOMEM;
	*group = (struct nflog_group){
		.portid = portid,
		.number = number,
		.buffer_size = NFLOG_BUFFER_LEAST,
		.threshold = THRESHOLD_USUAL,
		.timeout = TIMEOUT_USUAL,
		.copy_range = NFLOG_COPY_MOST,
		.copy_mode = NFULNL_COPY_PACKET,
	};
	list_init(&group->waiting);
	list_insert(bucket(c->nflog, number)->next, &group->link);
	*out = group;
	return 0;
}

/* What waits is sent before. */
static void
unbind_group(struct clew_control *c, struct nflog_group *group)
{
	flush(c, group);
	list_remove(&group->link);
	free(group->buffer.base);
	free(group);
}

static void
gone(struct clew_control *c, uint32_t portid)
{
	struct nflog_group *group, *then;

	for (unsigned i = 0; i < NFLOG_HASH; i++) {
		list_each_safe(group, then, &c->nflog->groups[i], link) {
			if (group->portid == portid)
				unbind_group(c, group);
		}
	}
}

/* Requests.  What is out of bounds is left as it was, without a word, as in
 * Linux. */

static void
set_mode(struct nflog_group *group, const struct nl_attr *attr)
{
	struct nfulnl_msg_config_mode mode;
	uint32_t range = get_be32(attr->data);

	memcpy(&mode, attr->data, sizeof(mode));
	switch (mode.copy_mode) {
	case NFULNL_COPY_NONE:
	case NFULNL_COPY_META:
		range = 0;
		break;
	case NFULNL_COPY_PACKET:
		if (range == 0 || range > NFLOG_COPY_MOST)
			range = NFLOG_COPY_MOST;
		break;
	default:
		return;
	}
	group->copy_mode = mode.copy_mode;
	group->copy_range = range;
}

static void
configure(struct nflog_group *group, const struct nl_attr tb[])
{
	uint32_t size = nl_be32(&tb[NFULA_CFG_NLBUFSIZ]);

	if (tb[NFULA_CFG_MODE].data)
		set_mode(group, &tb[NFULA_CFG_MODE]);
	if (tb[NFULA_CFG_TIMEOUT].data)
		group->timeout = nl_be32(&tb[NFULA_CFG_TIMEOUT]);
	if (size >= NFLOG_BUFFER_LEAST && size <= NFLOG_BUFFER_MOST)
		group->buffer_size = size;
	if (tb[NFULA_CFG_QTHRESH].data)
		group->threshold = nl_be32(&tb[NFULA_CFG_QTHRESH]);
	if (tb[NFULA_CFG_FLAGS].data)
		group->flags = nl_be16(&tb[NFULA_CFG_FLAGS]);
}

/* For packets that are logged without a group, of which there are none. */
static int
bind_family(uint8_t family)
{
	return family < FAMILIES ? 0 : -EINVAL;
}

static int
config(const struct control_request *r)
{
	static const struct nl_policy policy[NFULA_CFG_MAX + 1] = {
		[NFULA_CFG_CMD] = {
			.min = sizeof(struct nfulnl_msg_config_cmd) },
		[NFULA_CFG_MODE] = {
			.min = sizeof(struct nfulnl_msg_config_mode) },
		[NFULA_CFG_TIMEOUT] = { .kind = NL_U32 },
		[NFULA_CFG_QTHRESH] = { .kind = NL_U32 },
		[NFULA_CFG_NLBUFSIZ] = { .kind = NL_U32 },
		[NFULA_CFG_FLAGS] = { .kind = NL_U16 },
	};
	struct clew_control *c = r->port->control;
	struct nl_attr tb[NFULA_CFG_MAX + 1];
	struct nflog_group *group;
	int err = nl_parse(tb, NFULA_CFG_MAX, r->attrs, r->attrs_len, policy,
			   r->extack);
	int command = tb[NFULA_CFG_CMD].data ? nl_u8(&tb[NFULA_CFG_CMD]) : -1;

	if (err)
		return err;
	if (command == NFULNL_CFG_CMD_PF_BIND)
		return bind_family(r->family);
	if (command == NFULNL_CFG_CMD_PF_UNBIND)
		return 0;
	group = lookup(c->nflog, r->res_id);
	if (group && group->portid != r->port->portid)
		return -EPERM;
	switch (command) {
	case -1:
		if (!group)
			return -ENODEV;
		break;
	case NFULNL_CFG_CMD_BIND:
		if (group)
			return -EBUSY;
		err = bind_group(c, r->res_id, r->port->portid, &group);
		if (err)
			return err;
		break;
	case NFULNL_CFG_CMD_UNBIND:
		if (!group)
			return -ENODEV;
		unbind_group(c, group);
		return 0;
	default:
		return -ERRNO_NOTSUPP;
	}
	configure(group, tb);
	return 0;
}

static int
request(const struct control_request *r)
{
	return NFNL_MSG_TYPE(r->msg->type) == NFULNL_MSG_CONFIG ?
	       config(r) : -ERRNO_NOTSUPP;
}

static bool
is_known(uint8_t type)
{
	return type < NFULNL_MSG_MAX;
}

static bool
is_change(uint8_t type)
{
	(void)type;
	return true;
}

static bool
is_batched(uint8_t type)
{
	(void)type;
	return false;
}

const struct subsystem nflog_subsystem = {
	.id = NFNL_SUBSYS_ULOG,
	.is_known = is_known,
	.is_change = is_change,
	.is_batched = is_batched,
	.request = request,
	.gone = gone,
};

int
nflog_create(struct clew_control *c)
{
	struct nflog *log = calloc(1, sizeof(*log));

	if (!log)
		return -ENOMEM;
	for (unsigned i = 0; i < NFLOG_HASH; i++)
		list_init(&log->groups[i]);
	list_init(&log->waiting);
	c->nflog = log;
	c->engine->face.log = log_packet;
	c->engine->face.advance = advance;
	c->engine->face.next_due = next_due;
	return 0;
}

/* All ports are gone by then, and their groups with them. */
void
nflog_destroy(struct clew_control *c)
{
	free(c->nflog);
}
