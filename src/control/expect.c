/* SPDX-License-Identifier: BSD-2-Clause
 * control/expect.c - ctnetlink's other subsystem: expectations are made,
 * changed, found, listed, deleted, counted, and told of. */
#include <errno.h>
#include <stdlib.h>

#include "control/ct.h"
#include "nl/expect.h"

enum {
	LOOKS = 4096,		/* at expectations, for one datagram */
};

static void
put(struct nl_writer *w, const struct track *t, const struct expectation *e,
    uint8_t type, uint16_t flags, uint32_t seq, uint32_t portid)
{
	struct nfgenmsg head = { .nfgen_family = key_family(&e->tuple.s) };
	struct clew_expectation exp;
	size_t at = nl_begin_msg(w, EXP_TYPE(type), flags, seq, portid);

	expect_snapshot(t, e, &exp);
	nl_put_raw(w, &head, sizeof(head));
	nl_expect_encode(w, &exp, false);
	nl_end_msg(w, at);
}

/* Dumps: of all, or of one master's. */

struct list_dump {
	struct track *track;
	clew_conn_ref master;		/* 0: any */
	uint32_t at;
	uint32_t seq;
	uint32_t portid;
	uint8_t family;
};

static bool
is_listed(const struct list_dump *d, const struct expectation *e)
{
	const struct track *t = d->track;

	return (!d->family || key_family(&e->tuple.s) == d->family) &&
	       (!d->master ||
		conn_ref(t, track_conn(t, e->master)) == d->master);
}

static int
list_next(void *state, struct nl_writer *w)
{
	struct list_dump *d = state;

	for (uint32_t looks = 0; looks < LOOKS; looks++) {
		size_t before = w->used;
		uint32_t at = d->at;
		const struct expectation *e = expect_next(d->track, &at);

		if (!e)
			return 0;
		if (is_listed(d, e))
			put(w, d->track, e, IPCTNL_MSG_EXP_NEW, NLM_F_MULTI,
			    d->seq, d->portid);
		if (!nl_ok(w)) {
			nl_cancel(w, before);
			return before > 0 ? 1 : -EMSGSIZE;
		}
		d->at = at;
	}
	return 1;
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

/* The connection in CTA_EXPECT_MASTER. */
static int
find_master(const struct control_request *r, const struct nl_attr tb[],
	    struct conn **master)
{
	struct nl_zone zone = nl_zone_request(&tb[CTA_EXPECT_ZONE]);
	struct clew_tuple tuple;
	int err = nl_tuple_request(&tb[CTA_EXPECT_MASTER], r->family,
				   CLEW_DIR_ORIG, NL_CT_FILTER_ALL, &tuple,
				   NULL);

	if (err)
		return err;
	*master = ct_find(ct_track(r), &tuple, &zone);
	return *master ? 0 : -ENOENT;
}

static int
list(const struct control_request *r, const struct nl_attr tb[])
{
	struct track *t = ct_track(r);
	clew_conn_ref ref = 0;
	struct list_dump *d;

	if (tb[CTA_EXPECT_MASTER].data) {
		struct conn *master;
		int err = find_master(r, tb, &master);

		if (err)
			return err;
		if (!conn_help(t, master))
			return 0;	/* it expects nothing */
		ref = conn_ref(t, master);
	}
	if (r->port->dump.ops)
		return -EBUSY;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	*d = (struct list_dump){
		.track = t,
		.master = ref,
		.seq = r->msg->seq,
		.portid = r->port->portid,
		.family = r->family,
	};
	return dump_start(r->port, r->msg, &list_ops, d);
}

/* One expectation. */

/* What fits the tuple in attribute 'type', and has the id if one is given. */
static int
find(const struct control_request *r, const struct nl_attr tb[],
     uint16_t type, struct expectation **e)
{
	struct nl_zone zone = nl_zone_request(&tb[CTA_EXPECT_ZONE]);
	struct clew_tuple tuple;
	struct key key;
	int err = nl_tuple_request(&tb[type], r->family, CLEW_DIR_ORIG,
				   NL_CT_FILTER_ALL, &tuple, NULL);

	if (err)
		return err;
	key_from_tuple(&tuple, &key);
	*e = expect_lookup(ct_track(r), &key, zone.id);
	return *e ? 0 : -ENOENT;
}

static bool
has_other_id(const struct control_request *r, const struct nl_attr *id,
	     const struct expectation *e)
{
	return id->data && nl_be32(id) != expect_id(ct_track(r), e);
}

static int
get(const struct control_request *r, const struct nl_attr tb[])
{
	struct clew_control *c = r->port->control;
	struct nl_writer w = nl_writer(c->scratch, CONTROL_ANSWER);
	struct expectation *e;
	int err;

	if (!tb[CTA_EXPECT_TUPLE].data && !tb[CTA_EXPECT_MASTER].data)
		return -EINVAL;
	err = find(r, tb, tb[CTA_EXPECT_TUPLE].data ? CTA_EXPECT_TUPLE :
						      CTA_EXPECT_MASTER, &e);
	if (err)
		return err;
	if (has_other_id(r, &tb[CTA_EXPECT_ID], e))
		return -ENOENT;
	put(&w, ct_track(r), e, IPCTNL_MSG_EXP_NEW, NLM_F_MULTI, r->msg->seq,
	    r->port->portid);
	return nl_ok(&w) ? message_answer(r->port, &w) : -EMSGSIZE;
}

/* Those of masters with a helper of this name (NULL: all). */
static void
flush(const struct control_request *r, const char *name)
{
	struct track *t = ct_track(r);
	struct expectation *e;
	uint32_t at = 0;

	while ((e = expect_next(t, &at))) {
		const struct helper *h = conn_helper(t, track_conn(t,
								   e->master));

		if (!name || (h && !strcmp(h->name, name)))
			expect_remove(t, e);
	}
}

static int
delete(const struct control_request *r, const struct nl_attr tb[])
{
	char name[CLEW_HELPER_SIZE];
	struct expectation *e = NULL;

	if (tb[CTA_EXPECT_TUPLE].data) {
		int err = find(r, tb, CTA_EXPECT_TUPLE, &e);

		if (err)
			return err;
		if (has_other_id(r, &tb[CTA_EXPECT_ID], e))
			return -ENOENT;
	}
	ct_cause_begin(r);
	if (e) {
		expect_remove(ct_track(r), e);
	} else if (tb[CTA_EXPECT_HELP_NAME].data) {
		nl_string(&tb[CTA_EXPECT_HELP_NAME], name, sizeof(name));
		flush(r, name);
	} else {
		flush(r, NULL);
	}
	ct_cause_end(r);
	return 0;
}

/* New ones. */

static int
read_tuple(const struct control_request *r, const struct nl_attr *a,
	   struct key *key)
{
	struct clew_tuple tuple;
	int err = nl_tuple_request(a, r->family, CLEW_DIR_ORIG,
				   NL_CT_FILTER_ALL, &tuple, NULL);

	if (!err)
		key_from_tuple(&tuple, key);
	return err;
}

/* What the attributes say besides the tuples. */
static int
read_rest(const struct nl_attr tb[], const struct conn *master,
	  const struct helper *helper, struct expectation *want)
{
	uint32_t class_id = nl_be32(&tb[CTA_EXPECT_CLASS]);
	struct clew_tuple saved;
	char name[CLEW_EXPECT_FN_SIZE];
	enum expect_fn fn;
	int err;

	if (class_id >= helper->classes)
		return -EINVAL;
	want->class_id = (uint8_t)class_id;
	/* That it was a user who asked is not remembered. */
	want->flags = (uint8_t)(nl_be32(&tb[CTA_EXPECT_FLAGS]) &
				~(uint32_t)CLEW_EXPECT_USERSPACE);
	if (tb[CTA_EXPECT_FN].data) {
		nl_string(&tb[CTA_EXPECT_FN], name, sizeof(name));
		if (!expect_fn_find(name, &fn))
			return -EINVAL;
		want->fn = (uint8_t)fn;
	}
	if (!tb[CTA_EXPECT_NAT].data)
		return 0;
	err = nl_expect_nat_request(&tb[CTA_EXPECT_NAT], conn_family(master),
				    &want->dir, &saved);
	want->saved_addr = saved.src;
	want->saved_part_be = saved.part.port.sport_be;
	return err;
}

static int
create(const struct control_request *r, const struct nl_attr tb[])
{
	struct expectation want = { 0 };
	struct track *t = ct_track(r);
	const struct helper *helper;
	struct conn *master;
	int err = read_tuple(r, &tb[CTA_EXPECT_TUPLE], &want.tuple);

	if (!err)
		err = read_tuple(r, &tb[CTA_EXPECT_MASK], &want.mask);
	if (!err)
		err = find_master(r, tb, &master);
	if (err)
		return err;
	helper = conn_helper(t, master);
	if (!helper)
		return -EOPNOTSUPP;
	err = read_rest(tb, master, helper, &want);
	if (err)
		return err;
	ct_cause_begin(r);
	err = expect_add(t, master, &want, 0);
	ct_cause_end(r);
	return err;
}

static int
new(const struct control_request *r, const struct nl_attr tb[])
{
	struct expectation *e;
	int err;

	if (!tb[CTA_EXPECT_TUPLE].data || !tb[CTA_EXPECT_MASK].data ||
	    !tb[CTA_EXPECT_MASTER].data)
		return -EINVAL;
	err = find(r, tb, CTA_EXPECT_TUPLE, &e);
	if (err == -ENOENT && r->msg->flags & NLM_F_CREATE)
		return create(r, tb);
	if (err)
		return err;
	if (r->msg->flags & NLM_F_EXCL)
		return -EEXIST;
	if (tb[CTA_EXPECT_TIMEOUT].data)
		expect_set_timeout(ct_track(r), e,
				   nl_be32(&tb[CTA_EXPECT_TIMEOUT]));
	return 0;
}

/* Statistics, as of one processor. */

struct stats_dump {
	struct track *track;
	uint32_t seq;
	uint32_t portid;
};

static int
stats_next(void *state, struct nl_writer *w)
{
	const struct stats_dump *d = state;
	const struct clew_stats *s = &d->track->stats;
	struct nfgenmsg head = { .nfgen_family = 0 };
	size_t at = nl_begin_msg(w, EXP_TYPE(IPCTNL_MSG_EXP_GET_STATS_CPU),
				 NLM_F_MULTI, d->seq, d->portid);

	nl_put_raw(w, &head, sizeof(head));
	nl_put_be32(w, CTA_STATS_EXP_NEW, (uint32_t)s->expect_new);
	nl_put_be32(w, CTA_STATS_EXP_CREATE, (uint32_t)s->expect_create);
	nl_put_be32(w, CTA_STATS_EXP_DELETE, (uint32_t)s->expect_delete);
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
		ct_track(r), r->msg->seq, r->port->portid,
	};
	return dump_start(r->port, r->msg, &stats_ops, d);
}

/* The subsystem. */

static bool
is_known(uint8_t type)
{
	return type <= IPCTNL_MSG_EXP_GET_STATS_CPU;
}

static bool
is_change(uint8_t type)
{
	return type == IPCTNL_MSG_EXP_NEW || type == IPCTNL_MSG_EXP_DELETE;
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
	bool is_dump = r->msg->flags & NLM_F_DUMP;
	struct nl_attr tb[CTA_EXPECT_MAX + 1];
	int err;

	if (NFNL_MSG_TYPE(r->msg->type) == IPCTNL_MSG_EXP_GET_STATS_CPU)
		return is_dump ? list_stats(r) : 0;
	err = nl_expect_request(tb, r->attrs, r->attrs_len, r->extack);
	if (err)
		return err;
	switch (NFNL_MSG_TYPE(r->msg->type)) {
	case IPCTNL_MSG_EXP_NEW:
		return new(r, tb);
	case IPCTNL_MSG_EXP_GET:
		return is_dump ? list(r, tb) : get(r, tb);
	case IPCTNL_MSG_EXP_DELETE:
		return delete(r, tb);
	}
	return -EINVAL;
}

const struct subsystem expect_subsystem = {
	.id = NFNL_SUBSYS_CTNETLINK_EXP,
	.is_known = is_known,
	.is_change = is_change,
	.is_batched = is_batched,
	.request = request,
};

/* Events. */

void
expect_event(void *ctx, const struct track *t, const struct expectation *e,
	     bool is_new)
{
	uint32_t group = is_new ? NFNLGRP_CONNTRACK_EXP_NEW :
				  NFNLGRP_CONNTRACK_EXP_DESTROY;
	struct clew_control *c = ctx;
	uint64_t space[CONTROL_ANSWER / 8];
	struct nl_writer w = nl_writer(space, sizeof(space));

	if (!t->cause.wants_echo && !control_listens(c, group))
		return;
	put(&w, t, e, is_new ? IPCTNL_MSG_EXP_NEW : IPCTNL_MSG_EXP_DELETE,
	    is_new ? NLM_F_CREATE | NLM_F_EXCL : 0, 0, t->cause.portid);
	ct_deliver(c, group, &w);
}
