/* SPDX-License-Identifier: BSD-2-Clause
 * client/table.c - list, get, create and flush connections.
 *
 * The other side filters what it can; filter_match() has the last word. */
#include "client/table.h"

#include <errno.h>
#include <unistd.h>

#include "client/dump.h"
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

void
table_told(const struct session *s, const char *done)
{
	if (!s->is_quiet)
		show_note("%llu flow entries have been %s.",
			  (unsigned long long)s->count, done);
}

int
table_found(const struct session *s)
{
	return s->count > 0 || order_has(s->order, OPTION_ZERO_OK) ? 0 : 1;
}

bool
table_is_sure(const struct session *s, const char *what)
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

/* List. */

bool
table_decode(const struct session *s, const uint8_t *attrs, size_t size,
	     uint8_t family, struct clew_snapshot *ct)
{
	if (nl_ct_decode(attrs, size, family, ct, NULL))
		return false;
	if (s->is_looked_up && ct->has & CLEW_HAS_USE && ct->use > 1)
		ct->use--;
	return filter_match(s->order, ct);
}

int
table_show_one(void *ctx, const struct nl_msg *msg, uint8_t family, uint16_t res_id,
	 const uint8_t *attrs, size_t size)
{
	struct session *s = ctx;
	struct clew_snapshot ct;

	(void)msg;
	(void)res_id;
	if (!table_decode(s, attrs, size, family, &ct))
		return 0;
	show_connection(&s->show, &ct, CLEW_RECORD_ENTRY, NULL);
	s->count++;
	return ferror(s->show.out) ? -EPIPE : 0;
}

static int
dump(struct session *s)
{
	int err = dump_connections(s, table_show_one, s);

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
	err = dump(s);
	show_end(&s->show);
	if (err)
		return table_failed(s->order, err);
	table_told(s, "shown");
	return 0;
}

/* Get. */

static bool
has_orig(const struct order *o)
{
	return order_has(o, OPTION_ORIG_SRC) && order_has(o, OPTION_ORIG_DST);
}

static bool
has_reply(const struct order *o)
{
	return order_has(o, OPTION_REPLY_SRC) &&
	       order_has(o, OPTION_REPLY_DST);
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

	s->show.is_whole = true;
	if (!has_orig(o) && !has_reply(o)) {	/* by id: look at all */
		err = dump(s);
		if (!err && s->count == 0 && !order_has(o, OPTION_ZERO_OK))
			err = -ENOENT;
	} else {
		tuple_of(o, dir, &t);
		w = wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_GET), 0,
			       o->family);
		nl_tuple_encode(w, dir ? CTA_TUPLE_REPLY : CTA_TUPLE_ORIG, &t,
				false);
		if (o->ct.has & CLEW_HAS_ZONE)
			nl_put_be16(w, CTA_ZONE, o->ct.zone);
		err = wire_ask(s->wire, table_show_one, s);
	}
	show_end(&s->show);
	if (err)
		return table_failed(o, err);
	table_told(s, "shown");
	return table_found(s);
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

size_t
table_encode_new(struct nl_writer *w, const struct order *o)
{
	struct clew_snapshot ct = o->ct;
	size_t plain;

	tuple_of(o, CLEW_DIR_ORIG, &ct.tuple[CLEW_DIR_ORIG]);
	tuple_of(o, CLEW_DIR_REPLY, &ct.tuple[CLEW_DIR_REPLY]);
	if (!has_orig(o)) {
		ct.tuple[0] = inverse(&ct.tuple[1]);
	} else {	/* what was said of the replies stands */
		ct.tuple[1] = inverse(&ct.tuple[0]);
		if (order_has(o, OPTION_REPLY_SRC))
			ct.tuple[1].src = o->ct.tuple[1].src;
		if (order_has(o, OPTION_REPLY_DST))
			ct.tuple[1].dst = o->ct.tuple[1].dst;
		if (o->proto_given & 3u << PROTO_REPLY_SPORT)
			ct.tuple[1].part = o->ct.tuple[1].part;
	}
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
	for (int dir = 0; dir < CLEW_DIRS; dir++)
		ct.tuple[dir].zone = o->ct.tuple[dir].zone;
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
	plain = w->used;
	encode_nat(w, o);
	return plain;
}

static bool
has_nat(const struct order *o)
{
	return o->nat[ORDER_NAT_SRC].is_set || o->nat[ORDER_NAT_DST].is_set;
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
	if (err == -EOPNOTSUPP && may_exist && has_nat(o)) {
		/* It exists: what it is translated to stays. */
		struct order plain = *o;

		memset(plain.nat, 0, sizeof(plain.nat));
		w = wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_NEW), NLM_F_ACK,
			       o->family);
		table_encode_new(w, &plain);
		err = wire_ask(s->wire, NULL, NULL);
	}
	if (err)
		return table_failed(o, err);
	s->count++;
	show_done(&s->show, s->count);
	table_told(s, may_exist ? "added" : "created");
	return 0;
}

/* Flush. */

int
table_flush(struct session *s)
{
	const struct order *o = s->order;
	struct nl_writer *w;
	int err;

	if (filter_is_empty(o) && !table_is_sure(s, "Empty the whole table"))
		return 1;
	w = wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_DELETE), NLM_F_ACK,
		       o->family);
	if (o->family)
		wire_mean_family(s->wire);
	filter_encode(w, o);
	err = wire_ask(s->wire, NULL, NULL);
	if (err)
		return table_failed(o, err);
	show_done(&s->show, 0);
	if (!s->is_quiet)
		show_note("connection tracking table has been emptied.");
	return 0;
}
