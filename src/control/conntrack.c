/* SPDX-License-Identifier: BSD-2-Clause
 * control/conntrack.c - the subsystem ctnetlink: connections are listed,
 * found, changed, deleted, counted, and their events told.
 *
 * What cannot be done yet (connections made by request, expectations,
 * helpers) is refused with -EOPNOTSUPP. */
#include <errno.h>
#include <stdlib.h>

#include "control/control.h"
#include "engine/engine.h"
#include "nl/ct.h"
#include "nl/uapi_ct.h"

#define CT_TYPE(n) (NFNL_SUBSYS_CTNETLINK << 8 | (n))

/* What a dump or a flush is about. */
struct filter {
	uint8_t family;			/* 0: any */
	bool has_mark;
	bool has_status;
	bool has_zone;
	uint32_t mark;
	uint32_t mark_mask;
	uint32_t status;
	uint32_t status_mask;
	uint16_t zone;
	uint32_t flags[CLEW_DIRS];	/* enum nl_ct_filter */
	struct clew_tuple tuple[CLEW_DIRS];
};

static int
read_filter_flags(const struct nl_attr *nest, const struct nl_attr tb[],
		  struct filter *f, struct nl_extack *extack)
{
	static const uint16_t tuples[] = { CTA_TUPLE_ORIG, CTA_TUPLE_REPLY };
	static const uint16_t flags[] = {
		CTA_FILTER_ORIG_FLAGS, CTA_FILTER_REPLY_FLAGS,
	};
	struct nl_attr in[CTA_FILTER_MAX + 1];

	nl_parse_nested(in, CTA_FILTER_MAX, nest, NULL, NULL);
	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		int err;

		f->flags[dir] = nl_u32(&in[flags[dir]]);
		if (!f->flags[dir])
			continue;
		if (!tb[tuples[dir]].data || !f->family)
			return -EINVAL;
		err = nl_tuple_decode(&tb[tuples[dir]], f->family,
				      &f->tuple[dir], NULL, extack);
		if (err)
			return err;
	}
	return 0;
}

static int
read_filter(const struct control_request *r, uint8_t family, struct filter *f)
{
	struct nl_attr tb[NL_CTA_MAX + 1];
	int err = nl_parse(tb, NL_CTA_MAX, r->attrs, r->attrs_len, NULL,
			   r->extack);

	if (err)
		return err;
	*f = (struct filter){
		.family = family,
		.has_mark = tb[CTA_MARK].data != NULL,
		.has_status = tb[CTA_STATUS].data != NULL,
		.has_zone = tb[CTA_ZONE].data != NULL,
		.mark = nl_be32(&tb[CTA_MARK]),
		.mark_mask = tb[CTA_MARK_MASK].data ?
			     nl_be32(&tb[CTA_MARK_MASK]) : UINT32_MAX,
		.status = nl_be32(&tb[CTA_STATUS]),
		.status_mask = tb[NL_CTA_STATUS_MASK].data ?
			       nl_be32(&tb[NL_CTA_STATUS_MASK]) :
			       nl_be32(&tb[CTA_STATUS]),
		.zone = nl_be16(&tb[CTA_ZONE]),
	};
	return tb[CTA_FILTER].data ?
	       read_filter_flags(&tb[CTA_FILTER], tb, f, r->extack) : 0;
}

static bool
has_addresses(const struct clew_tuple *want, const struct clew_tuple *t,
	      uint32_t flags)
{
	return !((flags & NL_CT_FILTER_SRC &&
		  memcmp(&want->src, &t->src, sizeof(t->src))) ||
		 (flags & NL_CT_FILTER_DST &&
		  memcmp(&want->dst, &t->dst, sizeof(t->dst))));
}

static bool
has_parts(const struct clew_tuple *want, const struct clew_tuple *t,
	  uint32_t flags)
{
	uint32_t type = NL_CT_FILTER_ICMP_TYPE | NL_CT_FILTER_ICMPV6_TYPE;
	uint32_t code = NL_CT_FILTER_ICMP_CODE | NL_CT_FILTER_ICMPV6_CODE;
	uint32_t id = NL_CT_FILTER_ICMP_ID | NL_CT_FILTER_ICMPV6_ID;

	if (!(flags & NL_CT_FILTER_PROTO))
		return true;	/* the rest means nothing then */
	if (want->protocol != t->protocol)
		return false;
	if (t->protocol == PROTO_ICMP || t->protocol == PROTO_ICMPV6)
		return !((flags & type &&
			  want->part.icmp.type != t->part.icmp.type) ||
			 (flags & code &&
			  want->part.icmp.code != t->part.icmp.code) ||
			 (flags & id &&
			  want->part.icmp.id_be != t->part.icmp.id_be));
	return !((flags & NL_CT_FILTER_SPORT &&
		  want->part.port.sport_be != t->part.port.sport_be) ||
		 (flags & NL_CT_FILTER_DPORT &&
		  want->part.port.dport_be != t->part.port.dport_be));
}

static bool
matches(const struct filter *f, const struct clew_snapshot *ct)
{
	if ((f->family && ct->tuple[0].family != f->family) ||
	    (f->has_mark && (ct->mark & f->mark_mask) != f->mark) ||
	    (f->has_status && (ct->status & f->status_mask) != f->status) ||
	    (f->has_zone && (ct->has & CLEW_HAS_ZONE ? ct->zone : 0) !=
	     f->zone))
		return false;
	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		if (!has_addresses(&f->tuple[dir], &ct->tuple[dir],
				   f->flags[dir]) ||
		    !has_parts(&f->tuple[dir], &ct->tuple[dir],
			       f->flags[dir]))
			return false;
	}
	return true;
}

/* Messages. */

static void
put_connection(struct nl_writer *w, uint8_t type, uint16_t flags,
	       uint32_t seq, uint32_t portid, const struct clew_snapshot *ct,
	       enum nl_ct_use use)
{
	struct nfgenmsg head = { .nfgen_family = ct->tuple[0].family };
	size_t at = nl_begin_msg(w, CT_TYPE(type), flags, seq, portid);

	nl_put_raw(w, &head, sizeof(head));
	nl_ct_encode(w, ct, use);
	nl_end_msg(w, at);
}

/* Dumps. */

struct list_dump {
	struct clew_engine *engine;
	struct filter filter;
	clew_conn_ref cursor;
	uint32_t seq;
	uint32_t portid;
	bool is_zeroing;
};

static void
zero_counters(struct clew_engine *e, clew_conn_ref ref)
{
	struct conn *c = conn_from_ref(&e->track, ref);

	if (c && c->status & CONN_ACCT)
		memset(track_acct(&e->track, track_index(&e->track, c)), 0,
		       sizeof(struct conn_acct));
}

static int
list_next(void *state, struct nl_writer *w)
{
	struct list_dump *d = state;
	clew_conn_ref at = d->cursor;

	while (clew_conn_next(d->engine, &at)) {
		struct clew_snapshot ct;
		size_t before = w->used;

		if (clew_conn_snapshot(d->engine, at, &ct) ||
		    !matches(&d->filter, &ct)) {
			d->cursor = at;
			continue;
		}
		put_connection(w, IPCTNL_MSG_CT_NEW, NLM_F_MULTI, d->seq,
			       d->portid, &ct, NL_CT_ENTRY);
		if (!nl_ok(w)) {
			nl_cancel(w, before);
			return before > 0 ? 1 : -EMSGSIZE;
		}
		if (d->is_zeroing)
			zero_counters(d->engine, at);
		d->cursor = at;
	}
	return 0;
}

static void
list_end(void *state)
{
	free(state);
}

static const struct dump_ops list_ops = {
	.next = list_next,
	.end = list_end,
};

/* The lists of the dying and the unconfirmed: nobody waits there. */
static int
nothing_next(void *state, struct nl_writer *w)
{
	(void)state;
	(void)w;
	return 0;
}

static const struct dump_ops nothing_ops = {
	.next = nothing_next,
	.end = list_end,
};

static int
list(const struct control_request *r, bool is_zeroing)
{
	struct list_dump *d;
	int err;

	if (r->port->dump.ops)
		return -EBUSY;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	*d = (struct list_dump){
		.engine = r->port->control->engine,
		.seq = r->msg->seq,
		.portid = r->port->portid,
		.is_zeroing = is_zeroing,
	};
	err = read_filter(r, r->family, &d->filter);
	if (err) {
		free(d);
		return err;
	}
	return dump_start(r->port, r->msg, &list_ops, d);
}

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
	.end = list_end,
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

/* The one that a request names, by either tuple, and by its id if it gives
 * that.  => 0 with '*ref', or -errno. */
static int
find(const struct control_request *r, const struct clew_snapshot *ct,
     clew_conn_ref *ref)
{
	struct clew_engine *e = r->port->control->engine;
	enum clew_dir dir = ct->has & CLEW_HAS_ORIG ? CLEW_DIR_ORIG :
						      CLEW_DIR_REPLY;
	struct clew_tuple t = ct->tuple[dir];
	struct clew_snapshot found;

	if (!(ct->has & (CLEW_HAS_ORIG | CLEW_HAS_REPLY)))
		return -EINVAL;
	if (!(ct->has & (CLEW_HAS_ZONE_ORIG << dir)))
		t.zone = ct->has & CLEW_HAS_ZONE ? ct->zone : 0;
	*ref = clew_conn_lookup(e, &t, NULL);
	if (!*ref)
		return -ENOENT;
	if (ct->has & CLEW_HAS_ID &&
	    (clew_conn_snapshot(e, *ref, &found) || found.id != ct->id))
		return -ENOENT;
	return 0;
}

static int
get(const struct control_request *r)
{
	struct clew_control *c = r->port->control;
	struct nl_writer w = nl_writer(c->scratch, CONTROL_ANSWER);
	struct clew_snapshot ct;
	clew_conn_ref ref;
	int err = nl_ct_decode(r->attrs, r->attrs_len, r->family, &ct,
			       r->extack);

	if (!err)
		err = find(r, &ct, &ref);
	if (!err)
		err = clew_conn_snapshot(c->engine, ref, &ct);
	if (err)
		return err;
	put_connection(&w, IPCTNL_MSG_CT_NEW, NLM_F_MULTI, r->msg->seq,
		       r->port->portid, &ct, NL_CT_ENTRY);
	return nl_ok(&w) ? message_answer(r->port, &w) : -EMSGSIZE;
}

static int
flush(const struct control_request *r)
{
	struct clew_engine *e = r->port->control->engine;
	/* Its family is meant only by who says version 1. */
	bool means_family = r->msg->body[1] != 0;
	clew_conn_ref at = 0;
	struct filter f;
	int err = read_filter(r, means_family ? r->family : 0, &f);

	while (!err && clew_conn_next(e, &at)) {
		struct clew_snapshot ct;

		if (clew_conn_snapshot(e, at, &ct) == 0 && matches(&f, &ct))
			clew_conn_delete(e, at);
	}
	return err;
}

static int
delete(const struct control_request *r)
{
	struct clew_snapshot ct;
	clew_conn_ref ref;
	int err = nl_ct_decode(r->attrs, r->attrs_len, r->family, &ct,
			       r->extack);

	/* Without a tuple no family need be one of ours. */
	if (!(ct.has & (CLEW_HAS_ORIG | CLEW_HAS_REPLY)) &&
	    (err == 0 || err == -EOPNOTSUPP))
		return flush(r);
	if (!err)
		err = find(r, &ct, &ref);
	return err ? err : clew_conn_delete(r->port->control->engine, ref);
}

/* Labels: those under CTA_LABELS_MASK change, all without one. */
static int
set_labels(struct clew_engine *e, clew_conn_ref ref,
	   const struct clew_snapshot *want, const struct clew_snapshot *is,
	   const struct nl_attr *mask)
{
	uint8_t labels[CLEW_LABELS_SIZE];

	for (size_t i = 0; i < CLEW_LABELS_SIZE; i++) {
		uint8_t old = is->has & CLEW_HAS_LABELS ? is->labels[i] : 0;
		uint8_t m = !mask->data ? 0xff :
			    i < mask->len ? mask->data[i] : 0;

		labels[i] = (uint8_t)((old & ~m) | (want->labels[i] & m));
	}
	return clew_conn_set_labels(e, ref, labels);
}

/* Bits that a request may never change (ctnetlink_change_status). */
enum {
	STATUS_FIXED = CLEW_STATUS_EXPECTED | CLEW_STATUS_CONFIRMED |
		       CLEW_STATUS_DYING,
};

static int
update(const struct control_request *r, clew_conn_ref ref,
       const struct clew_snapshot *want)
{
	struct clew_engine *e = r->port->control->engine;
	struct nl_attr tb[NL_CTA_MAX + 1];
	struct clew_snapshot is;
	int err = clew_conn_snapshot(e, ref, &is);

	nl_parse(tb, NL_CTA_MAX, r->attrs, r->attrs_len, NULL, NULL);
	if (err)
		return err;
	if (tb[CTA_NAT_SRC].data || tb[CTA_NAT_DST].data ||
	    want->has & (CLEW_HAS_HELPER | CLEW_HAS_STATE))
		return -EOPNOTSUPP;
	if (want->has & CLEW_HAS_STATUS) {
		uint32_t changed = want->status ^ is.status;

		if (changed & STATUS_FIXED ||
		    is.status & ~want->status & (CLEW_STATUS_SEEN_REPLY |
						 CLEW_STATUS_ASSURED))
			return -EBUSY;
	}
	if (want->has & CLEW_HAS_TIMEOUT) {
		if (is.status & CLEW_STATUS_FIXED_TIMEOUT)
			return -EPERM;
		clew_conn_set_timeout(e, ref, want->timeout_s);
	}
	if (want->has & CLEW_HAS_STATUS)
		clew_conn_add_status(e, ref, want->status);
	if (want->has & CLEW_HAS_MARK) {
		uint32_t mask = tb[CTA_MARK_MASK].data ?
				nl_be32(&tb[CTA_MARK_MASK]) : UINT32_MAX;

		clew_conn_set_mark(e, ref, (is.mark & ~mask) ^ want->mark);
	}
	if (want->has & CLEW_HAS_LABELS)
		err = set_labels(e, ref, want, &is, &tb[CTA_LABELS_MASK]);
	return err;
}

static int
new(const struct control_request *r)
{
	struct clew_snapshot ct;
	clew_conn_ref ref;
	int err = nl_ct_decode(r->attrs, r->attrs_len, r->family, &ct,
			       r->extack);

	if (!err)
		err = find(r, &ct, &ref);
	if (err == -ENOENT)	/* made by packets alone, so far */
		return r->msg->flags & NLM_F_CREATE ? -EOPNOTSUPP : -ENOENT;
	if (err)
		return err;
	return r->msg->flags & NLM_F_EXCL ? -EEXIST : update(r, ref, &ct);
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
request(const struct control_request *r)
{
	bool is_dump = (r->msg->flags & NLM_F_DUMP) == NLM_F_DUMP;

	switch (NFNL_MSG_TYPE(r->msg->type)) {
	case IPCTNL_MSG_CT_NEW:
		return new(r);
	case IPCTNL_MSG_CT_GET:
		return is_dump ? list(r, false) : get(r);
	case IPCTNL_MSG_CT_GET_CTRZERO:
		return is_dump ? list(r, true) : get(r);
	case IPCTNL_MSG_CT_DELETE:
		return delete(r);
	case IPCTNL_MSG_CT_GET_STATS_CPU:
		return is_dump ? list_stats(r) : 0;
	case IPCTNL_MSG_CT_GET_STATS:
		return count(r);
	case IPCTNL_MSG_CT_GET_DYING:
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

void
conntrack_event(void *ctx, const struct clew_event *event)
{
	struct clew_control *c = ctx;
	uint64_t space[CONTROL_ANSWER / 8];
	struct nl_writer w = nl_writer(space, sizeof(space));
	bool is_destroy = event->type == CLEW_EVENT_DESTROY;

	put_connection(&w, is_destroy ? IPCTNL_MSG_CT_DELETE :
		       IPCTNL_MSG_CT_NEW, event->type == CLEW_EVENT_NEW ?
		       NLM_F_CREATE | NLM_F_EXCL : 0, 0, 0, event->ct,
		       is_destroy ? NL_CT_DESTROY : NL_CT_EVENT);
	if (nl_ok(&w))
		port_multicast(c, event_groups[event->type], w.base, w.used,
			       0);
}
