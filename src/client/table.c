/* SPDX-License-Identifier: BSD-2-Clause
 * client/table.c - list, get, delete, update, flush and count connections.
 *
 * The other side filters what it can; filter_match() has the last word.
 * Changes go out many at a time while the dump that found them comes in, on
 * a socket of their own: memory stays constant. */
#include "client/table.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "client/filter.h"
#include "client/option.h"
#include "nl/uapi_ct.h"

#define CT_MSG(n) (NFNL_SUBSYS_CTNETLINK << 8 | (n))

int
table_failed(const struct order *o, int err)
{
	bool is_expect = o->table == ORDER_EXPECT;
	const char *words = strerror(-err);

	if (err == -EPERM || err == -EACCES)
		words = "sorry, you must be root or get CAP_NET_ADMIN "
			"capability to do this";
	else if (err == -EINVAL && o->command != ORDER_DELETE)
		words = "invalid parameters";
	else if (err == -ENOENT && is_expect && o->command == ORDER_CREATE)
		words = "master conntrack not found";
	else if (err == -ENOENT && !is_expect)
		words = "such conntrack doesn't exist";
	else if (err == -EEXIST && !is_expect)
		words = "Such conntrack exists, try -U to update";
	else if (err == -ETIME)
		words = "conntrack has expired";
	show_note("Operation failed: %s", words);
	return 1;
}

static void
told(const struct session *s, const char *done)
{
	if (!s->is_quiet)
		show_note("%llu flow entries have been %s.",
			  (unsigned long long)s->count, done);
}

/* The exit status of a command that should have found something. */
static int
found(const struct session *s)
{
	return s->count > 0 || order_has(s->order, OPTION_ZERO_OK) ? 0 : 1;
}

/* List. */

static int
list_one(void *ctx, const struct nl_msg *msg, uint8_t family, uint16_t res_id,
	 const uint8_t *attrs, size_t size)
{
	struct session *s = ctx;
	struct clew_snapshot ct;

	(void)msg;
	(void)res_id;
	if (nl_ct_decode(attrs, size, family, &ct, NULL) ||
	    !filter_match(s->order, &ct))
		return 0;
	show_connection(&s->show, &ct, CLEW_RECORD_ENTRY, NULL);
	s->count++;
	return ferror(s->show.out) ? -EPIPE : 0;
}

static uint16_t
dump_type(const struct order *o)
{
	switch (o->table) {
	case ORDER_DYING:
		return CT_MSG(IPCTNL_MSG_CT_GET_DYING);
	case ORDER_UNCONFIRMED:
		return CT_MSG(IPCTNL_MSG_CT_GET_UNCONFIRMED);
	case ORDER_CONNTRACK:
	case ORDER_EXPECT:
		break;
	}
	return order_has(o, OPTION_ZERO) ? CT_MSG(IPCTNL_MSG_CT_GET_CTRZERO) :
					   CT_MSG(IPCTNL_MSG_CT_GET);
}

/* Ask for all that the order means. */
static int
dump(struct session *s, wire_answer_fn *answer)
{
	const struct order *o = s->order;
	struct nl_writer *w = wire_begin(s->wire, dump_type(o), NLM_F_DUMP,
					 o->family);
	int err;

	if (o->table == ORDER_CONNTRACK)
		filter_encode(w, o);
	err = wire_ask(s->wire, answer, s);
	if (err == -EINTR) {
		show_note("WARNING: the table changed meanwhile: some entries "
			  "may be missing");
		err = 0;
	}
	return err;
}

int
table_list(struct session *s)
{
	int err;

	s->show.is_whole = true;
	err = dump(s, list_one);
	show_end(&s->show);
	if (err)
		return table_failed(s->order, err);
	told(s, "shown");
	return 0;
}

/* Get. */

static bool
has_orig(const struct order *o)
{
	return order_has(o, OPTION_ORIG_SRC) && order_has(o, OPTION_ORIG_DST);
}

/* The other direction's tuple, for those who gave but one. */
static struct clew_tuple
inverse(const struct clew_tuple *t)
{
	/* ICMP queries and their answers. */
	static const uint8_t answers[256] = {
		[0] = 8 + 1, [8] = 0 + 1, [13] = 14 + 1, [14] = 13 + 1,
		[15] = 16 + 1, [16] = 15 + 1, [17] = 18 + 1, [18] = 17 + 1,
		[128] = 129 + 1, [129] = 128 + 1,
		[139] = 140 + 1, [140] = 139 + 1,
	};
	struct clew_tuple i = *t;

	i.src = t->dst;
	i.dst = t->src;
	if (t->protocol == 1 || t->protocol == 58) {
		if (answers[t->part.icmp.type])
			i.part.icmp.type = (uint8_t)
				(answers[t->part.icmp.type] - 1);
	} else {
		i.part.port.sport_be = t->part.port.dport_be;
		i.part.port.dport_be = t->part.port.sport_be;
	}
	return i;
}

static void
tuple_of(const struct order *o, enum clew_dir dir, struct clew_tuple *t)
{
	*t = o->ct.tuple[dir];
	t->family = o->family;
	t->protocol = o->protocol;
}

int
table_get(struct session *s)
{
	const struct order *o = s->order;
	enum clew_dir dir = has_orig(o) ? CLEW_DIR_ORIG : CLEW_DIR_REPLY;
	struct clew_tuple t;
	struct nl_writer *w;
	int err;

	if (!order_has(o, OPTION_PROTO)) {	/* by id: look at all */
		err = dump(s, list_one);
	} else {
		tuple_of(o, dir, &t);
		w = wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_GET), 0,
			       o->family);
		nl_tuple_encode(w, dir ? CTA_TUPLE_REPLY : CTA_TUPLE_ORIG, &t,
				false);
		if (o->ct.has & CLEW_HAS_ZONE)
			nl_put_be16(w, CTA_ZONE, o->ct.zone);
		err = wire_ask(s->wire, list_one, s);
	}
	show_end(&s->show);
	if (err)
		return table_failed(o, err);
	told(s, "shown");
	return found(s);
}

/* Delete and update: what a dump finds, some at a time. */

struct change {
	struct session *s;
	struct wire *wire;		/* the dump comes in on another */
	int err;			/* the first */
	uint32_t pending;
	bool has_failed[WIRE_BATCH];
	struct clew_snapshot ct[WIRE_BATCH];
};

static void
change_failed(void *ctx, uint32_t number, int err)
{
	struct change *c = ctx;

	c->has_failed[number] = true;
	/* Gone by itself meanwhile: no matter. */
	if (err != -ENOENT && !c->err)
		c->err = err;
}

static void
name_connection(struct nl_writer *w, const struct clew_snapshot *ct)
{
	nl_tuple_encode(w, CTA_TUPLE_ORIG, &ct->tuple[CLEW_DIR_ORIG],
			ct->has & CLEW_HAS_ZONE_ORIG);
	if (ct->has & CLEW_HAS_ZONE)
		nl_put_be16(w, CTA_ZONE, ct->zone);
	/* This very one, not who came in its place. */
	if (ct->has & CLEW_HAS_ID)
		nl_put_be32(w, CTA_ID, ct->id);
}

static int
delete_flush(struct change *c)
{
	struct session *s = c->s;
	int err = wire_flush(c->wire, NULL, change_failed, c);

	for (uint32_t i = 0; i < c->pending && !err; i++) {
		if (c->has_failed[i])
			continue;
		show_connection(&s->show, &c->ct[i],
				s->order->output & (OUTPUT_SAVE | OUTPUT_JSON) ?
				CLEW_RECORD_DESTROY : CLEW_RECORD_ENTRY,
				NULL);
		s->count++;
	}
	c->pending = 0;
	memset(c->has_failed, 0, sizeof(c->has_failed));
	return err ? err : c->err;
}

static int
delete_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	   uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct change *c = ctx;
	struct clew_snapshot *ct = &c->ct[c->pending];
	int err;

	(void)msg;
	(void)res_id;
	if (nl_ct_decode(attrs, size, family, ct, NULL) ||
	    !filter_match(c->s->order, ct))
		return 0;
	name_connection(wire_add(c->wire, CT_MSG(IPCTNL_MSG_CT_DELETE), 0,
				 family), ct);
	err = wire_added(c->wire);
	c->pending += err != -EMSGSIZE;
	return err == -ENOSPC ? delete_flush(c) : err;
}

/* Run a dump whose finds are changed on a second socket. */
static int
change_all(struct session *s, wire_answer_fn *one,
	   int (*flush)(struct change *))
{
	struct change *c = calloc(1, sizeof(*c));
	struct clew_error error;
	struct nl_writer *w;
	int err;

	if (!c)
		return -ENOMEM;
	c->s = s;
	err = wire_open(&c->wire, s->order->netns, &error);
	if (!err) {
		w = wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_GET),
			       NLM_F_DUMP, s->order->family);
		filter_encode(w, s->order);
		err = wire_ask(s->wire, one, c);
		/* A torn dump: what it gave is done all the same. */
		if (!err || err == -EINTR)
			err = flush(c);
	}
	wire_close(c->wire);
	free(c);
	return err;
}

/* At a terminal, a whole table is not deleted by a slip. */
static bool
is_sure(const struct session *s, const char *what)
{
	int answer, next;

	if (s->is_quiet || order_has(s->order, OPTION_YES) ||
	    !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return true;
	fprintf(stderr, "%s? [y/N] ", what);
	fflush(stderr);
	answer = next = getchar();
	while (next != '\n' && next != EOF)
		next = getchar();
	return answer == 'y' || answer == 'Y';
}

int
table_delete(struct session *s)
{
	const struct order *o = s->order;
	int err;

	if (filter_is_empty(o) && order_has(o, OPTION_TIMEOUT)) {
		show_note("-t is nothing to look for: this would delete "
			  "everything. Give a filter, or no option");
		return 2;
	}
	if (filter_is_empty(o) &&
	    !is_sure(s, "Delete every connection there is"))
		return 1;
	err = change_all(s, delete_one, delete_flush);
	show_end(&s->show);
	if (err)
		return table_failed(o, err);
	told(s, "deleted");
	return found(s);
}

/* Update. */

/* What there is to set for 'ct'.  => false: nothing would change. */
static bool
new_values(const struct order *o, const struct clew_snapshot *ct,
	   struct clew_snapshot *to)
{
	*to = (struct clew_snapshot){
		.has = CLEW_HAS_ORIG | (ct->has & (CLEW_HAS_ZONE |
			CLEW_HAS_ZONE_ORIG | CLEW_HAS_ID)),
		.zone = ct->zone,
		.id = ct->id,
	};
	to->tuple[CLEW_DIR_ORIG] = ct->tuple[CLEW_DIR_ORIG];
	if (order_has(o, OPTION_MARK)) {
		to->mark = (ct->mark & ~o->mark_mask) ^ o->ct.mark;
		if (to->mark != ct->mark)
			to->has |= CLEW_HAS_MARK;
	}
	if (order_has(o, OPTION_STATUS)) {	/* bits are never taken away */
		to->status = ct->status | o->ct.status;
		if (to->status != ct->status)
			to->has |= CLEW_HAS_STATUS;
	}
	if (order_has(o, OPTION_TIMEOUT) &&
	    o->ct.timeout_s != ct->timeout_s) {
		to->timeout_s = o->ct.timeout_s;
		to->has |= CLEW_HAS_TIMEOUT;
	}
	if (o->proto_given & 1u << PROTO_STATE && ct->has & CLEW_HAS_STATE &&
	    o->ct.state != ct->state) {
		to->state = o->ct.state;
		to->has |= CLEW_HAS_STATE;
	}
	for (size_t i = 0; i < CLEW_LABELS_SIZE; i++) {
		uint8_t old = ct->has & CLEW_HAS_LABELS ? ct->labels[i] : 0;
		uint8_t del = o->label_del[i];

		if (o->has_label_del && !order_has(o, OPTION_LABEL_ADD))
			to->labels[i] = old & (uint8_t)~del;
		else
			to->labels[i] = old | o->label_add[i];
		if (to->labels[i] != old)
			to->has |= CLEW_HAS_LABELS;
	}
	return to->has & (CLEW_HAS_MARK | CLEW_HAS_STATUS | CLEW_HAS_TIMEOUT |
			  CLEW_HAS_STATE | CLEW_HAS_LABELS);
}

/* --label-del without names: all of them. */
static bool
deletes_all_labels(const struct order *o)
{
	for (size_t i = 0; i < CLEW_LABELS_SIZE; i++) {
		if (o->label_del[i])
			return false;
	}
	return o->has_label_del;
}

static int
update_flush(struct change *c)
{
	struct session *s = c->s;
	int err = wire_flush(c->wire, NULL, change_failed, c);

	for (uint32_t i = 0; i < c->pending && !err; i++) {
		if (c->has_failed[i])
			continue;
		s->count++;
		name_connection(wire_add(c->wire, CT_MSG(IPCTNL_MSG_CT_GET),
					 0, c->ct[i].tuple[0].family),
				&c->ct[i]);
		wire_added(c->wire);
	}
	c->pending = 0;
	memset(c->has_failed, 0, sizeof(c->has_failed));
	if (!err) {	/* what they are now; list_one() counts them, too */
		uint64_t count = s->count;

		err = wire_flush(c->wire, list_one, NULL, s);
		s->count = count;
	}
	return err ? err : c->err;
}

static int
update_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	   uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct change *c = ctx;
	const struct order *o = c->s->order;
	struct clew_snapshot *ct = &c->ct[c->pending], to;
	struct nl_writer *w;
	int err;

	(void)msg;
	(void)res_id;
	if (nl_ct_decode(attrs, size, family, ct, NULL) ||
	    !filter_match(o, ct))
		return 0;
	if (deletes_all_labels(o) && ct->has & CLEW_HAS_LABELS) {
		struct order all = *o;

		memset(all.label_del, 0xff, sizeof(all.label_del));
		if (!new_values(&all, ct, &to))
			return 0;
	} else if (!new_values(o, ct, &to)) {
		return 0;
	}
	w = wire_add(c->wire, CT_MSG(IPCTNL_MSG_CT_NEW), 0, family);
	nl_ct_encode(w, &to, NL_CT_REQUEST);
	err = wire_added(c->wire);
	c->pending += err != -EMSGSIZE;
	return err == -ENOSPC ? update_flush(c) : err;
}

int
table_update(struct session *s)
{
	int err = change_all(s, update_one, update_flush);

	show_end(&s->show);
	if (err)
		return table_failed(s->order, err);
	told(s, "updated");
	return found(s);
}

/* Create. */

/* Translations: what the reply is to be addressed to, as a range of one. */
static void
encode_nat(struct nl_writer *w, const struct order *o)
{
	static const uint16_t types[] = { CTA_NAT_SRC, CTA_NAT_DST };

	for (int side = ORDER_NAT_SRC; side <= ORDER_NAT_DST; side++) {
		const struct order_nat *nat = &o->nat[side];
		struct nl_nat range = {
			.is_set = true,
			.has_addr = nat->has_addr,
			.has_port = nat->has_port,
			.min_addr = nat->addr,
			.max_addr = nat->addr,
		};

		if (!nat->is_set || (!nat->has_addr && !nat->has_port))
			continue;
		put_be16((uint8_t *)&range.min_port_be, nat->port);
		range.max_port_be = range.min_port_be;
		nl_nat_encode(w, types[side], o->family, &range);
	}
}

void
table_encode_new(struct nl_writer *w, const struct order *o)
{
	struct clew_snapshot ct = o->ct;

	tuple_of(o, CLEW_DIR_ORIG, &ct.tuple[CLEW_DIR_ORIG]);
	tuple_of(o, CLEW_DIR_REPLY, &ct.tuple[CLEW_DIR_REPLY]);
	if (!has_orig(o))
		ct.tuple[0] = inverse(&ct.tuple[1]);
	else if (!order_has(o, OPTION_REPLY_SRC) ||
		 !order_has(o, OPTION_REPLY_DST))
		ct.tuple[1] = inverse(&ct.tuple[0]);
	/* Ports that were given for the other direction alone. */
	if (option_proto(o->protocol) && o->protocol != 1 &&
	    o->protocol != 58) {
		bool has_ports = o->proto_given & 3u << PROTO_ORIG_SPORT;
		bool has_reply = o->proto_given & 3u << PROTO_REPLY_SPORT;

		if (!has_ports && has_reply) {
			ct.tuple[1].part = o->ct.tuple[1].part;
			ct.tuple[0].part = inverse(&ct.tuple[1]).part;
		} else if (!has_reply) {
			ct.tuple[0].part = o->ct.tuple[0].part;
			ct.tuple[1].part = inverse(&ct.tuple[0]).part;
		}
	}
	ct.has |= CLEW_HAS_ORIG | CLEW_HAS_REPLY;
	ct.has &= ~(uint32_t)(CLEW_HAS_ID | CLEW_HAS_LABELS);
	/* Linux counts it as confirmed already, and no bit may go. */
	if (ct.has & CLEW_HAS_STATUS)
		ct.status |= CLEW_STATUS_CONFIRMED;
	if (o->protocol == 6) {
		/* Both windows are unknown: be liberal, as the original. */
		ct.has |= CLEW_HAS_PROTOINFO;
		ct.tcp_flags[0] = ct.tcp_flags[1] = 0x0a |
			(ct.state >= CLEW_TCP_TIME_WAIT ? 0x04 : 0);
	}
	if (order_has(o, OPTION_LABEL_ADD)) {
		ct.has |= CLEW_HAS_LABELS;
		memcpy(ct.labels, o->label_add, sizeof(ct.labels));
	}
	nl_ct_encode(w, &ct, NL_CT_REQUEST);
	encode_nat(w, o);
}

int
table_create(struct session *s)
{
	const struct order *o = s->order;
	bool may_exist = o->command == ORDER_ADD;
	uint16_t flags = NLM_F_ACK | NLM_F_CREATE;
	struct nl_writer *w;
	int err;

	w = wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_NEW),
		       may_exist ? flags : flags | NLM_F_EXCL, o->family);
	table_encode_new(w, o);
	err = wire_ask(s->wire, NULL, NULL);
	if (err)
		return table_failed(o, err);
	s->count++;
	told(s, may_exist ? "added" : "created");
	return 0;
}

/* Flush, count, statistics. */

int
table_flush(struct session *s)
{
	const struct order *o = s->order;
	struct nl_writer *w;
	int err;

	if (filter_is_empty(o) && !is_sure(s, "Empty the whole table"))
		return 1;
	w = wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_DELETE), NLM_F_ACK,
		       o->family);
	if (o->family)
		wire_mean_family(s->wire);
	filter_encode(w, o);
	err = wire_ask(s->wire, NULL, NULL);
	if (err)
		return table_failed(o, err);
	if (!s->is_quiet)
		show_note("connection tracking table has been emptied.");
	return 0;
}

static int
take_entries(void *ctx, const struct nl_msg *msg, uint8_t family,
	     uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct session *s = ctx;
	struct nl_attr tb[CTA_STATS_GLOBAL_MAX + 1];

	(void)msg;
	(void)family;
	(void)res_id;
	nl_parse(tb, CTA_STATS_GLOBAL_MAX, attrs, size, NULL, NULL);
	s->count = nl_be32(&tb[CTA_STATS_GLOBAL_ENTRIES]);
	return 0;
}

int
table_count(struct session *s)
{
	int err;

	wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_GET_STATS), 0, 0);
	err = wire_ask(s->wire, take_entries, s);
	if (err)
		return table_failed(s->order, err);
	if (s->order->output & OUTPUT_JSON)
		printf("{\"type\":\"count\",\"entries\":%llu}\n",
		       (unsigned long long)s->count);
	else
		printf("%llu\n", (unsigned long long)s->count);
	return 0;
}

/* Names of CTA_STATS_*; those the kernel sends no more have none. */
static const char *const stat_names[CTA_STATS_MAX + 1] = {
	[CTA_STATS_SEARCHED]		= "searched",
	[CTA_STATS_FOUND]		= "found",
	[CTA_STATS_NEW]			= "new",
	[CTA_STATS_INVALID]		= "invalid",
	[CTA_STATS_IGNORE]		= "ignore",
	[CTA_STATS_DELETE]		= "delete",
	[CTA_STATS_DELETE_LIST]		= "delete_list",
	[CTA_STATS_INSERT]		= "insert",
	[CTA_STATS_INSERT_FAILED]	= "insert_failed",
	[CTA_STATS_DROP]		= "drop",
	[CTA_STATS_EARLY_DROP]		= "early_drop",
	[CTA_STATS_ERROR]		= "error",
	[CTA_STATS_SEARCH_RESTART]	= "search_restart",
	[CTA_STATS_CLASH_RESOLVE]	= "clash_resolve",
	[CTA_STATS_CHAIN_TOOLONG]	= "chaintoolong",
};

static const char *const expect_stat_names[CTA_STATS_EXP_MAX + 1] = {
	[CTA_STATS_EXP_NEW]		= "expect_new",
	[CTA_STATS_EXP_CREATE]		= "expect_create",
	[CTA_STATS_EXP_DELETE]		= "expect_delete",
};

static int
show_cpu(void *ctx, const struct nl_msg *msg, uint8_t family,
	 uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct session *s = ctx;
	bool is_expect = s->order->table == ORDER_EXPECT;
	bool is_json = s->order->output & OUTPUT_JSON;
	unsigned max = is_expect ? CTA_STATS_EXP_MAX : CTA_STATS_MAX;
	struct nl_reader r = nl_reader(attrs, size);
	struct nl_attr a;
	unsigned unknown = 0;

	(void)msg;
	(void)family;
	printf(is_json ? "{\"type\":\"stats\",\"cpu\":%u" : "cpu=%-4u\t",
	       res_id);
	while (nl_next(&r, &a)) {
		const char *name = a.type > max ? NULL :
				   is_expect ? expect_stat_names[a.type] :
					       stat_names[a.type];

		if (name)
			printf(is_json ? ",\"%s\":%u" : "%s=%u ", name,
			       nl_be32(&a));
		else
			printf(is_json ? ",\"unknown%u\":%u" :
			       "unknown%u=%u ", ++unknown, nl_be32(&a));
	}
	puts(is_json ? "}" : "");
	return 0;
}

int
table_stats(struct session *s)
{
	uint16_t type = s->order->table == ORDER_EXPECT ?
			NFNL_SUBSYS_CTNETLINK_EXP << 8 |
			IPCTNL_MSG_EXP_GET_STATS_CPU :
			CT_MSG(IPCTNL_MSG_CT_GET_STATS_CPU);
	int err;

	wire_begin(s->wire, type, NLM_F_DUMP, 0);
	err = wire_ask(s->wire, show_cpu, s);
	return err ? table_failed(s->order, err) : 0;
}
