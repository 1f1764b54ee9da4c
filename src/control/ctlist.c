/* SPDX-License-Identifier: BSD-2-Clause
 * control/ctlist.c - lists of connections: filters, dumps, and flushes.
 *
 * A dump goes through the connections as they lie in memory, where none ever
 * moves: so what is there throughout comes once, in an order that follows
 * from what came and went, and nothing need be noted when it begins.  A
 * datagram costs a bounded number of looks, whatever the filter. */
#include <errno.h>
#include <stdlib.h>

#include "control/ct.h"

enum {
	LOOKS = 4096,		/* at connections, for one datagram */
};

/* What a dump or a flush is about. */
struct filter {
	uint8_t family;			/* 0: any */
	bool has_zone;
	uint16_t zone;
	uint32_t mark;
	uint32_t mark_mask;
	uint32_t status;
	uint32_t status_mask;
	uint32_t flags[CLEW_DIRS];	/* enum nl_ct_filter */
	struct clew_tuple tuple[CLEW_DIRS];
};

static int
read_mark(const struct nl_attr tb[], struct filter *f)
{
	if (!tb[CTA_MARK].data)
		return tb[CTA_MARK_MASK].data ? -EINVAL : 0;
	f->mark = nl_be32(&tb[CTA_MARK]);
	f->mark_mask = tb[CTA_MARK_MASK].data ? nl_be32(&tb[CTA_MARK_MASK]) :
						UINT32_MAX;
	return 0;
}

static int
read_status(const struct nl_attr tb[], struct filter *f)
{
	const struct nl_attr *mask = &tb[NL_CTA_STATUS_MASK];

	if (!tb[CTA_STATUS].data)
		return mask->data ? -EINVAL : 0;
	f->status = nl_be32(&tb[CTA_STATUS]);
	f->status_mask = mask->data ? nl_be32(mask) : f->status;
	return f->status_mask ? 0 : -EINVAL;
}

static int
read_tuples(const struct nl_attr tb[], struct filter *f)
{
	static const uint16_t tuples[] = { CTA_TUPLE_ORIG, CTA_TUPLE_REPLY };
	struct nl_zone zone = { .id = f->zone };
	int err = nl_filter_request(&tb[CTA_FILTER], f->flags);

	for (int dir = 0; dir < CLEW_DIRS && !err; dir++) {
		if (!f->flags[dir])
			continue;
		if (!tb[tuples[dir]].data)
			return -EINVAL;
		err = nl_tuple_request(&tb[tuples[dir]], f->family,
				       (enum clew_dir)dir, f->flags[dir],
				       &f->tuple[dir], &zone);
	}
	/* A tuple's own zone counts only beside CTA_ZONE. */
	if (f->has_zone)
		f->zone = zone.id;
	return err;
}

/* => 1: there is a filter, 0: there is none, or -errno. */
static int
read_filter(const struct nl_attr tb[], uint8_t family, struct filter *f)
{
	int err;

	*f = (struct filter){
		.family = family,
		.has_zone = tb[CTA_ZONE].data != NULL,
		.zone = nl_be16(&tb[CTA_ZONE]),
	};
	if (!family && !tb[CTA_MARK].data && !tb[CTA_FILTER].data &&
	    !tb[CTA_STATUS].data && !tb[CTA_ZONE].data)
		return 0;
	err = read_mark(tb, f);
	if (!err)
		err = read_status(tb, f);
	if (!err && tb[CTA_FILTER].data)
		err = read_tuples(tb, f);
	return err ? err : 1;
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
has_icmp(const struct clew_tuple *want, const struct clew_tuple *t,
	 uint32_t flags)
{
	uint32_t f = t->protocol == PROTO_ICMPV6 ?
		     flags / (NL_CT_FILTER_ICMPV6_TYPE /
			      NL_CT_FILTER_ICMP_TYPE) : flags;

	return !((f & NL_CT_FILTER_ICMP_TYPE &&
		  want->part.icmp.type != t->part.icmp.type) ||
		 (f & NL_CT_FILTER_ICMP_CODE &&
		  want->part.icmp.code != t->part.icmp.code) ||
		 (f & NL_CT_FILTER_ICMP_ID &&
		  want->part.icmp.id_be != t->part.icmp.id_be));
}

/* Of other protocols than these Linux does not look at the ports. */
static bool
has_parts(const struct clew_tuple *want, const struct clew_tuple *t,
	  uint32_t flags)
{
	if (flags & NL_CT_FILTER_PROTO && want->protocol != t->protocol)
		return false;
	switch (t->protocol) {
	case PROTO_TCP:
	case PROTO_UDP:
		return !((flags & NL_CT_FILTER_SPORT &&
			  want->part.port.sport_be !=
			  t->part.port.sport_be) ||
			 (flags & NL_CT_FILTER_DPORT &&
			  want->part.port.dport_be !=
			  t->part.port.dport_be));
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		return has_icmp(want, t, flags);
	}
	return true;
}

static bool
matches(const struct track *t, const struct filter *f, const struct conn *c)
{
	if ((f->family && conn_family(c) != f->family) ||
	    (c->mark & f->mark_mask) != f->mark ||
	    (c->status & f->status_mask & CONN_STATUS_SHOWN) != f->status ||
	    (f->has_zone && conn_zone(c) != f->zone))
		return false;
	for (enum clew_dir dir = 0; dir < CLEW_DIRS; dir++) {
		struct clew_tuple tuple;
		struct key k;

		if (!f->flags[dir])
			continue;
		conn_key(t, c, dir, &k);
		key_to_tuple(&k, &tuple);
		if (!has_addresses(&f->tuple[dir], &tuple, f->flags[dir]) ||
		    !has_parts(&f->tuple[dir], &tuple, f->flags[dir]))
			return false;
	}
	return true;
}

/* Dumps. */

struct list_dump {
	struct track *track;
	struct filter filter;
	uint32_t at;			/* index of the last one looked at */
	uint32_t seq;
	uint32_t portid;
	uint16_t flags;
	bool is_zeroing;
	bool is_of_dying;
};

void
ct_zero_counters(struct track *t, const struct conn *c)
{
	if (c->status & CONN_ACCT)
		memset(track_acct(t, track_index(t, c)), 0,
		       sizeof(struct conn_acct));
}

/* Is it one to be listed?  One that is overdue is no more. */
static bool
is_listed(const struct list_dump *d, const struct conn *c)
{
	if (!c->serial || !conn_is_confirmed(c))
		return false;
	if (d->is_of_dying)
		return c->status & CONN_UNTOLD;
	return !(c->status & CLEW_STATUS_DYING) &&
	       c->deadline_ms > d->track->now_ms;
}

static int
list_next(void *state, struct nl_writer *w)
{
	struct list_dump *d = state;
	struct track *t = d->track;

	for (uint32_t looks = 0; d->at < t->conns.used; looks++) {
		const struct conn *c = track_conn(t, d->at + 1);
		struct clew_snapshot ct;
		size_t before = w->used;

		if (looks == LOOKS)
			return 1;
		if (!is_listed(d, c) || !matches(t, &d->filter, c)) {
			d->at++;
			continue;
		}
		conn_snapshot_entry(t, c, &ct);
		ct_put(w, IPCTNL_MSG_CT_NEW, d->flags, d->seq, d->portid, &ct,
		       NL_CT_ENTRY);
		if (!nl_ok(w)) {
			nl_cancel(w, before);
			return before > 0 ? 1 : -EMSGSIZE;
		}
		if (d->is_zeroing)
			ct_zero_counters(t, c);
		d->at++;
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

static int
start(const struct control_request *r, struct list_dump **out)
{
	struct list_dump *d;

	*out = NULL;
	if (r->port->dump.ops)
		return -EBUSY;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	*d = (struct list_dump){
		.track = ct_track(r),
		.seq = r->msg->seq,
		.portid = r->port->portid,
		.flags = NLM_F_MULTI,
	};
	*out = d;
	return 0;
}

int
ct_list(const struct control_request *r, bool is_zeroing)
{
	struct nl_attr tb[NL_CTA_MAX + 1];
	struct list_dump *d;
	int err = start(r, &d), has_filter;

	if (err)
		return err;
	nl_ct_request(tb, r->attrs, r->attrs_len, NULL);
	has_filter = read_filter(tb, r->family, &d->filter);
	if (has_filter < 0) {
		free(d);
		return has_filter;
	}
	d->is_zeroing = is_zeroing;
	if (has_filter)
		d->flags |= NLM_F_DUMP_FILTERED;
	return dump_start(r->port, r->msg, &list_ops, d);
}

int
ct_list_dying(const struct control_request *r)
{
	struct list_dump *d;
	int err = start(r, &d);

	if (err)
		return err;
	d->is_of_dying = true;
	d->filter.family = r->family;
	if (!d->track->untold_count)
		d->at = UINT32_MAX;
	return dump_start(r->port, r->msg, &list_ops, d);
}

/* Flushes. */

int
ct_flush(const struct control_request *r, const struct nl_attr tb[],
	 uint8_t family)
{
	struct track *t = ct_track(r);
	struct filter f;
	int err = read_filter(tb, family, &f);

	if (err < 0)
		return err;
	ct_cause_begin(r);
	for (uint32_t i = 1; i <= t->conns.used; i++) {
		struct conn *c = track_conn(t, i);

		if (c->serial && conn_is_confirmed(c) &&
		    !(c->status & CLEW_STATUS_DYING) && matches(t, &f, c))
			conn_kill(t, c);
	}
	ct_cause_end(r);
	return 0;
}
