/* SPDX-License-Identifier: BSD-2-Clause
 * control/conntrack.c - the subsystem ctnetlink: which request is which, one
 * connection found or deleted, counters, and events. */
#include <errno.h>
#include <stdlib.h>

#include "control/ct.h"

void
ct_put(struct nl_writer *w, uint8_t type, uint16_t flags, uint32_t seq,
       uint32_t portid, const struct clew_snapshot *ct, enum nl_ct_use use)
{
	struct nfgenmsg head = { .nfgen_family = ct->tuple[0].family };
	size_t at = nl_begin_msg(w, CT_TYPE(type), flags, seq, portid);

	nl_put_raw(w, &head, sizeof(head));
	nl_ct_encode(w, ct, use);
	nl_end_msg(w, at);
}

struct clew_packet
ct_packet(const struct nl_zone *zone)
{
	return (struct clew_packet){
		.zone = zone->id,
		.flags = !zone->one_way ? 0 : zone->dir == CLEW_DIR_ORIG ?
			 CLEW_PKT_ZONE_ORIG : CLEW_PKT_ZONE_REPLY,
	};
}

struct conn *
ct_find(const struct track *t, const struct clew_tuple *tuple,
	const struct nl_zone *zone)
{
	struct clew_packet in = ct_packet(zone);
	enum clew_dir dir;
	struct key key;

	if (!key_from_tuple(tuple, &key))
		return NULL;
	key_set_zone(&key.s, track_zone(&in, CLEW_DIR_ORIG));
	if (track_has_one_way_zone(&in))
		return track_lookup_zone(t, &key, &in, &dir);
	return track_lookup(t, &key, (uint32_t)key_hash(&t->hash_key, &key),
			    &dir);
}

void
ct_cause_begin(const struct control_request *r)
{
	ct_track(r)->cause = (struct track_cause){
		.portid = r->port->portid,
		.wants_echo = r->msg->flags & NLM_F_ECHO,
	};
}

void
ct_cause_end(const struct control_request *r)
{
	ct_track(r)->cause = (struct track_cause){ 0 };
}

/* Nobody waits to be confirmed: Linux has no such list any more. */
static int
nothing_next(void *state, struct nl_writer *w)
{
	(void)state;
	(void)w;
	return 0;
}

static void
nothing_end(void *state)
{
	free(state);
}

static const struct dump_ops nothing_ops = {
	.next = nothing_next,
	.end = nothing_end,
};

/* Statistics, as of one processor. */

struct stats_dump {
	struct clew_engine *engine;
	uint32_t seq;
	uint32_t portid;
};

static int
stats_next(void *state, struct nl_writer *w)
{
	const struct stats_dump *d = state;
	struct nfgenmsg head = { .nfgen_family = 0 };
	struct clew_stats s;
	size_t at = nl_begin_msg(w, CT_TYPE(IPCTNL_MSG_CT_GET_STATS_CPU),
				 NLM_F_MULTI, d->seq, d->portid);

	clew_engine_stats(d->engine, &s);
	nl_put_raw(w, &head, sizeof(head));
	nl_put_be32(w, CTA_STATS_FOUND, (uint32_t)s.found);
	nl_put_be32(w, CTA_STATS_INVALID, (uint32_t)s.invalid);
	nl_put_be32(w, CTA_STATS_INSERT, (uint32_t)s.insert);
	nl_put_be32(w, CTA_STATS_INSERT_FAILED, (uint32_t)s.insert_failed);
	nl_put_be32(w, CTA_STATS_DROP, (uint32_t)s.drop);
	nl_put_be32(w, CTA_STATS_EARLY_DROP, (uint32_t)s.early_drop);
	nl_put_be32(w, CTA_STATS_ERROR, (uint32_t)s.error);
	nl_put_be32(w, CTA_STATS_SEARCH_RESTART, (uint32_t)s.search_restart);
	nl_put_be32(w, CTA_STATS_CLASH_RESOLVE, (uint32_t)s.clash_resolve);
	nl_put_be32(w, CTA_STATS_CHAIN_TOOLONG, (uint32_t)s.chaintoolong);
	nl_end_msg(w, at);
	return nl_ok(w) ? 0 : -EMSGSIZE;
}

static const struct dump_ops stats_ops = {
	.next = stats_next,
	.end = nothing_end,
};

static int
list_stats(const struct control_request *r)
{
	struct stats_dump *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	*d = (struct stats_dump){
		r->port->control->engine, r->msg->seq, r->port->portid,
	};
	return dump_start(r->port, r->msg, &stats_ops, d);
}

static int
count(const struct control_request *r)
{
	struct clew_control *c = r->port->control;
	struct nl_writer w = nl_writer(c->scratch, CONTROL_ANSWER);
	struct nfgenmsg head = { .nfgen_family = 0 };
	uint64_t most = 0;
	size_t at = nl_begin_msg(&w, CT_TYPE(IPCTNL_MSG_CT_GET_STATS),
				 NLM_F_MULTI, r->msg->seq, r->port->portid);

	clew_engine_get(c->engine, "nf_conntrack_max", &most);
	nl_put_raw(&w, &head, sizeof(head));
	nl_put_be32(&w, CTA_STATS_GLOBAL_ENTRIES,
		    (uint32_t)clew_engine_count(c->engine));
	nl_put_be32(&w, CTA_STATS_GLOBAL_MAX_ENTRIES, (uint32_t)most);
	nl_end_msg(&w, at);
	return message_answer(r->port, &w);
}

/* One connection. */

/* The one that a request names by a tuple.
 * => 0, -ENOENT, or what is wrong with the request. */
static int
find(const struct control_request *r, const struct nl_attr tb[],
     struct conn **c)
{
	enum clew_dir dir = tb[CTA_TUPLE_ORIG].data ? CLEW_DIR_ORIG :
						      CLEW_DIR_REPLY;
	struct nl_zone zone = nl_zone_request(&tb[CTA_ZONE]);
	struct clew_tuple tuple;
	int err;

	if (!tb[CTA_TUPLE_ORIG].data && !tb[CTA_TUPLE_REPLY].data)
		return -EINVAL;
	err = nl_tuple_request(&tb[dir == CLEW_DIR_ORIG ? CTA_TUPLE_ORIG :
							  CTA_TUPLE_REPLY],
			       r->family, dir, NL_CT_FILTER_ALL, &tuple,
			       &zone);
	if (err)
		return err;
	*c = ct_find(ct_track(r), &tuple, &zone);
	return *c ? 0 : -ENOENT;
}

static int
get(const struct control_request *r, bool is_zeroing)
{
	struct clew_control *c = r->port->control;
	struct nl_writer w = nl_writer(c->scratch, CONTROL_ANSWER);
	struct nl_attr tb[NL_CTA_MAX + 1];
	struct clew_snapshot ct;
	struct conn *conn;
	int err = nl_ct_request(tb, r->attrs, r->attrs_len, r->extack);

	if (!err)
		err = find(r, tb, &conn);
	if (err)
		return err;
	conn_snapshot_entry(ct_track(r), conn, &ct);
	if (is_zeroing)
		ct_zero_counters(ct_track(r), conn);
	ct_put(&w, IPCTNL_MSG_CT_NEW, NLM_F_MULTI, r->msg->seq,
	       r->port->portid, &ct, NL_CT_ENTRY);
	return nl_ok(&w) ? message_answer(r->port, &w) : -EMSGSIZE;
}

static int
delete(const struct control_request *r)
{
	struct nl_attr tb[NL_CTA_MAX + 1];
	struct conn *c;
	bool has_filter;
	int err = nl_ct_request(tb, r->attrs, r->attrs_len, r->extack);

	if (err)
		return err;
	has_filter = tb[CTA_FILTER].data != NULL;
	if (has_filter || (!tb[CTA_TUPLE_ORIG].data &&
			   !tb[CTA_TUPLE_REPLY].data))
		/* A family is meant only by who says version 1. */
		return ct_flush(r, tb, r->msg->body[1] || has_filter ?
				r->family : 0);
	err = find(r, tb, &c);
	if (err)
		return err;
	if (tb[CTA_ID].data && nl_be32(&tb[CTA_ID]) !=
			       conn_id(ct_track(r), c))
		return -ENOENT;
	ct_cause_begin(r);
	conn_kill(ct_track(r), c);
	ct_cause_end(r);
	return 0;
}

/* The subsystem. */

static bool
is_known(uint8_t type)
{
	return type <= IPCTNL_MSG_CT_GET_UNCONFIRMED;
}

static bool
is_change(uint8_t type)
{
	return type == IPCTNL_MSG_CT_NEW || type == IPCTNL_MSG_CT_DELETE ||
	       type == IPCTNL_MSG_CT_GET_CTRZERO;
}

static bool
is_batched(uint8_t type)
{
	(void)type;
	return false;
}

static int
check(const struct control_request *r)
{
	struct nl_attr tb[NL_CTA_MAX + 1];

	return nl_ct_request(tb, r->attrs, r->attrs_len, r->extack);
}

static int
list(const struct control_request *r, bool is_zeroing)
{
	int err = check(r);

	return err ? err : ct_list(r, is_zeroing);
}

static int
request(const struct control_request *r)
{
	bool is_dump = r->msg->flags & NLM_F_DUMP;

	switch (NFNL_MSG_TYPE(r->msg->type)) {
	case IPCTNL_MSG_CT_NEW:
		return ct_new(r);
	case IPCTNL_MSG_CT_GET:
		return is_dump ? list(r, false) : get(r, false);
	case IPCTNL_MSG_CT_GET_CTRZERO:
		return is_dump ? list(r, true) : get(r, true);
	case IPCTNL_MSG_CT_DELETE:
		return delete(r);
	case IPCTNL_MSG_CT_GET_STATS_CPU:
		return is_dump ? list_stats(r) : 0;
	case IPCTNL_MSG_CT_GET_STATS:
		return count(r);
	case IPCTNL_MSG_CT_GET_DYING:
		return is_dump ? ct_list_dying(r) : -EOPNOTSUPP;
	case IPCTNL_MSG_CT_GET_UNCONFIRMED:
		return is_dump ? dump_start(r->port, r->msg, &nothing_ops,
					    NULL) : -EOPNOTSUPP;
	}
	return -EINVAL;
}

const struct subsystem conntrack_subsystem = {
	.id = NFNL_SUBSYS_CTNETLINK,
	.is_known = is_known,
	.is_change = is_change,
	.is_batched = is_batched,
	.request = request,
};

/* Events. */

static const uint32_t event_groups[] = {
	[CLEW_EVENT_NEW]	= NFNLGRP_CONNTRACK_NEW,
	[CLEW_EVENT_UPDATE]	= NFNLGRP_CONNTRACK_UPDATE,
	[CLEW_EVENT_DESTROY]	= NFNLGRP_CONNTRACK_DESTROY,
};

bool
conntrack_wants(void *ctx, enum clew_event_type type)
{
	return control_listens(ctx, event_groups[type]);
}

bool
ct_deliver(struct clew_control *c, uint32_t group, const struct nl_writer *w)
{
	const struct track_cause *cause = &c->engine->track.cause;

	if (!nl_ok(w))
		return true;
	return control_tell(c, group, w->base, w->used, cause->portid,
			    cause->wants_echo);
}

bool
conntrack_event(void *ctx, const struct clew_event *event)
{
	struct clew_control *c = ctx;
	uint64_t space[CONTROL_ANSWER / 8];
	struct nl_writer w = nl_writer(space, sizeof(space));
	bool is_destroy = event->type == CLEW_EVENT_DESTROY;

	ct_put(&w, is_destroy ? IPCTNL_MSG_CT_DELETE : IPCTNL_MSG_CT_NEW,
	       event->type == CLEW_EVENT_NEW ? NLM_F_CREATE | NLM_F_EXCL : 0,
	       0, event->ct->portid, event->ct,
	       is_destroy ? NL_CT_DESTROY : NL_CT_EVENT);
	return ct_deliver(c, event_groups[event->type], &w);
}
