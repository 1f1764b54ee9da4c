/* SPDX-License-Identifier: BSD-2-Clause
 * client/dump.c - ask for the connections an order means.
 *
 * Three ways.  A whole tuple with its zone is looked up.  What names ports but
 * no family is two dumps at once, one a family, since Linux filters by tuples
 * only within one.  All else is one dump.  See filter_encode() for what the
 * other side then filters. */
#include "client/dump.h"

#include <errno.h>

#include "client/ahead.h"
#include "client/filter.h"
#include "client/option.h"
#include "nl/uapi_ct.h"

#define CT_MSG(n) (NFNL_SUBSYS_CTNETLINK << 8 | (n))

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

static void
begin(struct wire *wire, const struct order *o, uint8_t family)
{
	struct nl_writer *w = wire_begin(wire, dump_type(o), NLM_F_DUMP,
					 family);

	if (o->table == ORDER_CONNTRACK)
		filter_encode_for(w, o, family);
}

/* Both families, each on a wire of its own. */
static int
dump_both(struct session *s, wire_answer_fn *answer, void *ctx)
{
	struct wire *wires[2] = { s->wire, NULL };
	struct clew_error error;
	int err = wire_open(&wires[1], s->order->netns, &error);

	if (err)
		return err;
	begin(wires[0], s->order, CLEW_IPV4);
	begin(wires[1], s->order, CLEW_IPV6);
	err = ahead_ask(wires, 2, answer, ctx);
	wire_close(wires[1]);
	return err;
}

/* => s->is_looked_up while 'answer' is called: see table.h. */
static int
look_up(struct session *s, const struct clew_tuple *t, uint16_t zone,
	wire_answer_fn *answer, void *ctx)
{
	struct nl_writer *w = wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_GET),
					 0, t->family);
	int err;

	nl_tuple_encode(w, CTA_TUPLE_ORIG, t, false);
	nl_put_be16(w, CTA_ZONE, zone);
	s->is_looked_up = true;
	err = wire_ask(s->wire, answer, ctx);
	s->is_looked_up = false;
	return err == -ENOENT ? 0 : err;
}

int
dump_connections(struct session *s, wire_answer_fn *answer, void *ctx)
{
	const struct order *o = s->order;
	struct clew_tuple t;
	uint16_t zone;

	if (o->table == ORDER_CONNTRACK && !order_has(o, OPTION_ZERO)) {
		if (filter_names_one(o, &t, &zone))
			return look_up(s, &t, zone, answer, ctx);
		if (filter_wants_family(o))
			return dump_both(s, answer, ctx);
	}
	begin(s->wire, o, o->family);
	return ahead_ask(&s->wire, 1, answer, ctx);
}
