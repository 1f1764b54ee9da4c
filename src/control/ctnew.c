/* SPDX-License-Identifier: BSD-2-Clause
 * control/ctnew.c - connections made and changed by request
 * (IPCTNL_MSG_CT_NEW).
 *
 * Attributes take effect in Linux's order, one after the other: what was done
 * before one is refused stays done, but of a connection that is being made
 * nothing does. */
#include <errno.h>

#include "control/ct.h"
#include "nat/nat.h"

enum {
	/* Bits no request may ever change. */
	STATUS_FIXED = CLEW_STATUS_EXPECTED | CLEW_STATUS_CONFIRMED |
		       CLEW_STATUS_DYING,
	/* Those that it may set; others are let be, silently. */
	STATUS_SETTABLE = CLEW_STATUS_SEEN_REPLY | CLEW_STATUS_ASSURED |
			  CLEW_STATUS_FIXED_TIMEOUT | CLEW_STATUS_HELPER,

	/* What a message about a request's doings may carry. */
	REPORTED = CLEW_IPCT_REPLY | CLEW_IPCT_ASSURED | CLEW_IPCT_HELPER |
		   CLEW_IPCT_PROTOINFO | CLEW_IPCT_SEQADJ | CLEW_IPCT_MARK |
		   CLEW_IPCT_SYNPROXY,
};

/* A request under way. */
struct making {
	const struct control_request *r;
	struct clew_engine *engine;
	struct track *t;
	struct nl_attr tb[NL_CTA_MAX + 1];
	struct nl_zone zone;
	struct clew_tuple tuple[CLEW_DIRS];
	struct conn *c;
};

/* Attributes, each as Linux takes it. */

static int
change_status(struct making *m)
{
	uint32_t status = nl_be32(&m->tb[CTA_STATUS]);
	/* One that is being made counts as confirmed already. */
	uint32_t is = (m->c->status & CONN_STATUS_SHOWN) |
		      CLEW_STATUS_CONFIRMED;
	uint32_t changed = is ^ status;

	if (changed & STATUS_FIXED ||
	    (changed & ~status & (CLEW_STATUS_SEEN_REPLY |
				  CLEW_STATUS_ASSURED)))
		return -EBUSY;
	m->c->status |= status & STATUS_SETTABLE;
	return 0;
}

static int
change_timeout(struct making *m)
{
	uint32_t timeout_s = nl_be32(&m->tb[CTA_TIMEOUT]);

	if (m->c->status & CLEW_STATUS_FIXED_TIMEOUT)
		return -EPERM;
	if (timeout_s > TIMEOUT_MAX)
		timeout_s = TIMEOUT_MAX;
	conn_set_deadline(m->t, m->c, m->t->now_ms + timeout_s * 1000ull);
	return 0;
}

static int
change_protoinfo(struct making *m)
{
	struct nl_protoinfo info;
	struct conn *c = m->c;
	int err = nl_protoinfo_request(&m->tb[CTA_PROTOINFO],
				       conn_protocol(c), &info);

	if (err)
		return err;
	if (conn_protocol(c) == PROTO_SCTP && info.has_state) {
		c->sctp.state = info.state;
		memcpy(c->sctp.vtag, info.vtag, sizeof(info.vtag));
	}
	if (conn_protocol(c) != PROTO_TCP)
		return 0;
	if (info.has_state)
		c->tcp.state = info.state;
	for (int dir = 0; dir < CLEW_DIRS; dir++)
		c->tcp.flags[dir] = (uint8_t)
			((c->tcp.flags[dir] & ~info.flags_mask[dir]) |
			 (info.flags[dir] & info.flags_mask[dir]));
	if (info.has_scales && c->tcp.flags[0] & c->tcp.flags[1] &
			       TCP_WINDOW_SCALE)
		memcpy(c->tcp.scale, info.scale, sizeof(info.scale));
	return 0;
}

static void
change_mark(struct making *m)
{
	uint32_t keep = m->tb[CTA_MARK_MASK].data ?
			~nl_be32(&m->tb[CTA_MARK_MASK]) : 0;

	m->c->mark = (m->c->mark & keep) ^ nl_be32(&m->tb[CTA_MARK]);
}

static int
change_seqadj(struct making *m)
{
	static const uint16_t types[] = { CTA_SEQ_ADJ_ORIG, CTA_SEQ_ADJ_REPLY };
	struct conn_ext *ext;

	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		struct clew_seqadj adj;
		int err;

		if (!m->tb[types[dir]].data)
			continue;
		err = nl_seqadj_request(&m->tb[types[dir]], &adj);
		if (err)
			return err;
		ext = conn_extend(m->t, m->c);
		if (!ext)
			return -ENOMEM;
		ext->has_seqadj = true;
		ext->seqadj[dir] = adj;
		m->c->status |= CLEW_STATUS_SEQ_ADJUST;
	}
	return 0;
}

/* Only of a connection that has such numbers: one that a synproxy stands
 * before, or that was made by request. */
static int
change_synproxy(struct making *m)
{
	struct conn_ext *ext = track_ext(m->t, m->c);

	if (!ext || !ext->has_synproxy)
		return 0;
	return nl_synproxy_request(&m->tb[CTA_SYNPROXY], &ext->synproxy.isn,
				   &ext->synproxy.its, &ext->synproxy.tsoff);
}

/* Words under the mask are replaced by exclusive or, as Linux does; what is
 * beyond those given is cleared. */
static int
change_labels(struct making *m)
{
	const struct nl_attr *labels = &m->tb[CTA_LABELS];
	const struct nl_attr *mask = &m->tb[CTA_LABELS_MASK];
	uint8_t new[CLEW_LABELS_SIZE] = { 0 };
	struct conn_ext *ext;

	if (labels->len % 4)
		return -EINVAL;
	if (mask->data && (mask->len == 0 || mask->len != labels->len))
		return -EINVAL;
	ext = conn_extend(m->t, m->c);
	if (!ext)
		return -ENOSPC;
	for (size_t i = 0; i < labels->len; i++) {
		uint8_t keep = mask->data ? (uint8_t)~mask->data[i] : 0;

		new[i] = (uint8_t)((ext->labels[i] & keep) ^ labels->data[i]);
	}
	if (memcmp(new, ext->labels, sizeof(new)))
		conn_event(m->c, CLEW_IPCT_LABEL);
	memcpy(ext->labels, new, sizeof(new));
	ext->has_labels = true;
	return 0;
}

/* A user's helper keeps private data. */
static void
set_help_info(struct making *m, struct conn_help *help,
	      const struct nl_attr *info)
{
	const struct helper *h = conn_helper(m->t, m->c);

	if (!h || !h->data_size || !info->data)
		return;
	memset(help->data, 0, sizeof(help->data));
	memcpy(help->data, info->data, info->len < sizeof(help->data) ?
	       info->len : sizeof(help->data));
}

static int
change_helper(struct making *m)
{
	struct conn_help *help = conn_help(m->t, m->c);
	const struct helper *now = conn_helper(m->t, m->c);
	char name[CLEW_HELPER_SIZE];
	struct nl_attr info;
	uint32_t number;
	int err = nl_help_request(&m->tb[CTA_HELP], name, &info);

	if (err)
		return err;
	/* Of one that was expected it stays. */
	if (conn_origin(m->t, m->c))
		return now && !strcmp(now->name, name) ? 0 : -EBUSY;
	if (name[0] == '\0') {
		if (now) {
			expect_remove_all(m->t, m->c);
			help->helper = 0;
		}
		return 0;
	}
	number = helper_find(&m->t->helpers, name, conn_family(m->c),
			     conn_protocol(m->c));
	if (!number || !help)
		return -EOPNOTSUPP;
	if (help->helper != number)
		return -EBUSY;
	set_help_info(m, help, &info);
	return 0;
}

/* What is changed of one that is there. */
static int
change(struct making *m)
{
	const struct nl_attr *tb = m->tb;
	int err = 0;

	if (tb[CTA_NAT_SRC].data || tb[CTA_NAT_DST].data ||
	    tb[CTA_TUPLE_MASTER].data)
		return -EOPNOTSUPP;
	if (tb[CTA_HELP].data)
		err = change_helper(m);
	if (!err && tb[CTA_TIMEOUT].data)
		err = change_timeout(m);
	if (!err && tb[CTA_STATUS].data)
		err = change_status(m);
	if (!err && tb[CTA_PROTOINFO].data)
		err = change_protoinfo(m);
	if (err)
		return err;
	if (tb[CTA_MARK].data)
		change_mark(m);
	err = change_seqadj(m);
	if (!err && tb[CTA_SYNPROXY].data)
		err = change_synproxy(m);
	if (!err && tb[CTA_LABELS].data)
		err = change_labels(m);
	return err;
}

/* What is set of one that is being made. */

static int
set_helper(struct making *m)
{
	char name[CLEW_HELPER_SIZE];
	struct conn_help *help;
	struct nl_attr info;
	uint32_t number;
	int err = nl_help_request(&m->tb[CTA_HELP], name, &info);

	if (err)
		return err;
	number = helper_find(&m->t->helpers, name, conn_family(m->c),
			     conn_protocol(m->c));
	if (!number)
		return -EOPNOTSUPP;
	help = conn_set_helper(m->t, m->c, number);
	if (!help)
		return -ENOMEM;
	set_help_info(m, help, &info);
	m->c->status |= CLEW_STATUS_HELPER;
	return 0;
}

static int
bind(struct making *m, const struct nl_attr *a, enum nat_side side)
{
	struct nat_range range = { 0 };
	struct nl_nat nat;
	int err;

	if (!a->data)
		return nat_bind_null(m->t, &m->engine->random, m->c, side) ?
		       -ENOMEM : 0;
	err = nl_nat_decode(a, conn_family(m->c), &nat, NULL);
	if (err)
		return err;
	if (nat.has_addr)
		range.flags |= NAT_RANGE_MAP_IPS;
	if (nat.has_port)
		range.flags |= NAT_RANGE_PROTO_SPECIFIED;
	range.min_addr = nat.min_addr;
	range.max_addr = nat.max_addr;
	range.min_proto_be = nat.min_port_be;
	range.max_proto_be = nat.max_port_be;
	return nat_bind(m->t, &m->engine->random, m->c, &range, side) ?
	       -ENOMEM : 0;
}

static int
set_nat(struct making *m)
{
	int err;

	if (!m->tb[CTA_NAT_SRC].data && !m->tb[CTA_NAT_DST].data)
		return 0;
	err = bind(m, &m->tb[CTA_NAT_DST], NAT_DST);
	return err ? err : bind(m, &m->tb[CTA_NAT_SRC], NAT_SRC);
}

static int
set_master(struct making *m)
{
	struct clew_tuple tuple;
	struct conn *master;
	int err = nl_tuple_request(&m->tb[CTA_TUPLE_MASTER], m->r->family,
				   CLEW_DIR_ORIG, NL_CT_FILTER_ALL, &tuple,
				   NULL);

	if (err)
		return err;
	master = ct_find(m->t, &tuple, &m->zone);
	if (!master)
		return -ENOENT;
	if (!conn_set_master(m->t, m->c, master))
		return -ENOMEM;
	m->c->status |= CLEW_STATUS_EXPECTED;
	return 0;
}

/* Linux gives what is made by request all extensions, and a synproxy's is
 * shown. */
static int
set_extensions(struct making *m)
{
	struct conn_ext *ext = conn_extend(m->t, m->c);

	if (!ext)
		return -ENOMEM;
	ext->has_synproxy = true;
	return 0;
}

static int
set_all(struct making *m)
{
	const struct nl_attr *tb = m->tb;
	uint32_t timeout_s = nl_be32(&tb[CTA_TIMEOUT]);
	int err = 0;

	if (!tb[CTA_TIMEOUT].data)
		return -EINVAL;
	if (tb[CTA_HELP].data)
		err = set_helper(m);
	if (!err)
		err = set_nat(m);
	if (!err)
		err = set_extensions(m);
	if (err)
		return err;
	m->c->deadline_ms = timeout_s < TIMEOUT_MAX ? timeout_s : TIMEOUT_MAX;
	if (tb[CTA_STATUS].data)
		err = change_status(m);
	if (!err)
		err = change_seqadj(m);
	if (!err && tb[CTA_PROTOINFO].data)
		err = change_protoinfo(m);
	if (!err && tb[CTA_SYNPROXY].data)
		err = change_synproxy(m);
	if (!err && tb[CTA_MARK].data)
		change_mark(m);
	if (!err && tb[CTA_TUPLE_MASTER].data)
		err = set_master(m);
	return err;
}

/* => 0 with m->c, or -errno. */
static int
create(struct making *m)
{
	struct clew_packet in = ct_packet(&m->zone);
	struct key key, reply;
	enum clew_reason why;
	int err;

	if (!m->tb[CTA_TUPLE_ORIG].data || !m->tb[CTA_TUPLE_REPLY].data ||
	    m->tuple[0].protocol != m->tuple[1].protocol)
		return -EINVAL;
	key_from_tuple(&m->tuple[CLEW_DIR_ORIG], &key);
	key_from_tuple(&m->tuple[CLEW_DIR_REPLY], &reply);
	key_set_zone(&reply.s, track_zone(&in, CLEW_DIR_REPLY));
	m->c = conn_create_alone(m->t, &key, &in, &why);
	if (!m->c)
		return -ENOMEM;
	conn_set_reply(m->t, m->c, &reply);
	err = set_all(m);
	if (!err)
		err = conn_insert(m->t, m->c, &in);
	if (err)
		conn_discard(m->t, m->c);
	return err;
}

static int
make(struct making *m)
{
	uint32_t bits;
	int err = create(m);

	if (err)
		return err;
	bits = m->c->status & CLEW_STATUS_EXPECTED ? CLEW_IPCT_RELATED :
						     CLEW_IPCT_NEW;
	if (m->tb[CTA_LABELS].data && change_labels(m) == 0)
		bits |= CLEW_IPCT_LABEL;
	ct_cause_begin(m->r);
	conn_report(m->t, m->c, REPORTED | bits);
	ct_cause_end(m->r);
	return 0;
}

/* The tuples that the request has, and the connection they name. */
static int
read_tuples(struct making *m)
{
	static const uint16_t types[] = { CTA_TUPLE_ORIG, CTA_TUPLE_REPLY };
	int named = -1;

	m->zone = nl_zone_request(&m->tb[CTA_ZONE]);
	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		int err;

		if (!m->tb[types[dir]].data)
			continue;
		err = nl_tuple_request(&m->tb[types[dir]], m->r->family,
				       (enum clew_dir)dir, NL_CT_FILTER_ALL,
				       &m->tuple[dir], &m->zone);
		if (err)
			return err;
		if (named < 0)
			named = dir;
	}
	if (named >= 0)
		m->c = ct_find(m->t, &m->tuple[named], &m->zone);
	return 0;
}

int
ct_new(const struct control_request *r)
{
	struct making m = {
		.r = r,
		.engine = r->port->control->engine,
		.t = ct_track(r),
	};
	int err = nl_ct_request(m.tb, r->attrs, r->attrs_len, r->extack);

	if (!err)
		err = read_tuples(&m);
	if (err)
		return err;
	if (!m.c)
		return r->msg->flags & NLM_F_CREATE ? make(&m) : -ENOENT;
	if (r->msg->flags & NLM_F_EXCL)
		return -EEXIST;
	err = change(&m);
	if (err)
		return err;
	ct_cause_begin(r);
	conn_report(m.t, m.c, REPORTED | CLEW_IPCT_LABEL);
	ct_cause_end(r);
	return 0;
}
