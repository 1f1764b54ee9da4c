/* SPDX-License-Identifier: BSD-2-Clause
 * client/change.c - delete and update connections.
 *
 * Changes go out many at a time, on a wire of their own, while the dump that
 * finds what to change comes in on another: memory stays constant. */
#include <errno.h>
#include <stdlib.h>

#include "client/dump.h"
#include "client/filter.h"
#include "client/option.h"
#include "nl/uapi_ct.h"

#define CT_MSG(n) (NFNL_SUBSYS_CTNETLINK << 8 | (n))

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
	if (!table_decode(c->s, attrs, size, family, ct))
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
	int err;

	if (!c)
		return -ENOMEM;
	c->s = s;
	err = wire_open(&c->wire, s->order->netns, &error);
	if (!err) {
		err = dump_connections(s, one, c);
		/* A torn dump: what it gave is done all the same. */
		if (!err || err == -EINTR)
			err = flush(c);
	}
	wire_close(c->wire);
	free(c);
	return err;
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
	    !table_is_sure(s, "Delete every connection there is"))
		return 1;
	s->show.is_whole = !s->is_quiet;
	err = change_all(s, delete_one, delete_flush);
	show_end(&s->show);
	if (err)
		return table_failed(o, err);
	table_told(s, "deleted");
	return table_found(s);
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
	if (!err) {	/* what they are now; table_show_one() counts them, too */
		uint64_t count = s->count;

		err = wire_flush(c->wire, table_show_one, NULL, s);
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
	if (!table_decode(c->s, attrs, size, family, ct))
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
	int err;

	s->show.is_whole = !s->is_quiet;
	err = change_all(s, update_one, update_flush);

	show_end(&s->show);
	if (err)
		return table_failed(s->order, err);
	table_told(s, "updated");
	return table_found(s);
}
