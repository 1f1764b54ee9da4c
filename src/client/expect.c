/* SPDX-License-Identifier: BSD-2-Clause
 * client/expect.c - list, get, create, delete, flush, count expectations. */
#include "client/expect.h"

#include <errno.h>

#include "client/option.h"
#include "nl/expect.h"
#include "nl/uapi_ct.h"

#define EXP_MSG(n) (NFNL_SUBSYS_CTNETLINK_EXP << 8 | (n))

static void
told(const struct session *s, const char *done)
{
	if (!s->is_quiet)
		show_note("%llu expectations have been %s.",
			  (unsigned long long)s->count, done);
}

static int
show_one(void *ctx, const struct nl_msg *msg, uint8_t family, uint16_t res_id,
	 const uint8_t *attrs, size_t size)
{
	struct session *s = ctx;
	struct clew_expectation exp;

	(void)msg;
	(void)res_id;
	if (nl_expect_decode(attrs, size, family, &exp, NULL))
		return 0;
	s->count++;
	if (s->order->command != ORDER_COUNT)
		show_expectation(&s->show, &exp, CLEW_RECORD_ENTRY);
	return 0;
}

int
expect_list(struct session *s)
{
	int err;

	s->show.is_whole = true;
	wire_begin(s->wire, EXP_MSG(IPCTNL_MSG_EXP_GET), NLM_F_DUMP,
		   s->order->family);
	err = wire_ask(s->wire, show_one, s);
	show_end(&s->show);
	if (err && err != -EINTR)
		return table_failed(s->order, err);
	told(s, "shown");
	return 0;
}

int
expect_count(struct session *s)
{
	int err;

	wire_begin(s->wire, EXP_MSG(IPCTNL_MSG_EXP_GET), NLM_F_DUMP, 0);
	err = wire_ask(s->wire, show_one, s);
	if (err && err != -EINTR)
		return table_failed(s->order, err);
	printf("%llu\n", (unsigned long long)s->count);
	return 0;
}

static struct clew_tuple
master_of(const struct order *o)
{
	struct clew_tuple t = o->ct.tuple[CLEW_DIR_ORIG];

	t.family = o->family;
	t.protocol = o->protocol;
	return t;
}

/* Get and delete name an expectation by its master, as the original does. */
static void
begin_named(struct session *s, uint16_t type, uint16_t flags)
{
	struct nl_writer *w = wire_begin(s->wire, type, flags,
					 s->order->family);
	struct clew_tuple t = master_of(s->order);

	nl_tuple_encode(w, CTA_EXPECT_TUPLE, &t, false);
}

int
expect_get(struct session *s)
{
	int err;

	begin_named(s, EXP_MSG(IPCTNL_MSG_EXP_GET), 0);
	err = wire_ask(s->wire, show_one, s);
	show_end(&s->show);
	if (err)
		return table_failed(s->order, err);
	told(s, "shown");
	return 0;
}

int
expect_delete(struct session *s)
{
	int err;

	begin_named(s, EXP_MSG(IPCTNL_MSG_EXP_DELETE), NLM_F_ACK);
	err = wire_ask(s->wire, NULL, NULL);
	if (err)
		return table_failed(s->order, err);
	s->count++;
	show_done(&s->show, s->count);
	told(s, "deleted");
	return 0;
}

int
expect_create(struct session *s)
{
	const struct order *o = s->order;
	struct clew_expectation exp = {
		.tuple = o->expect_tuple,
		.mask = o->expect_mask,
		.master = master_of(o),
		.has_timeout = true,
		.timeout_s = o->ct.timeout_s,
	};
	struct nl_writer *w;
	int err;

	exp.tuple.family = exp.mask.family = o->family;
	exp.tuple.protocol = exp.mask.protocol = o->protocol;
	w = wire_begin(s->wire, EXP_MSG(IPCTNL_MSG_EXP_NEW),
		       NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, o->family);
	nl_expect_encode(w, &exp, true);
	err = wire_ask(s->wire, NULL, NULL);
	if (err)
		return table_failed(o, err);
	s->count++;
	show_done(&s->show, s->count);
	told(s, "created");
	return 0;
}

int
expect_flush(struct session *s)
{
	int err;

	wire_begin(s->wire, EXP_MSG(IPCTNL_MSG_EXP_DELETE), NLM_F_ACK, 0);
	err = wire_ask(s->wire, NULL, NULL);
	if (err)
		return table_failed(s->order, err);
	show_done(&s->show, 0);
	if (!s->is_quiet)
		show_note("expectation table has been emptied.");
	return 0;
}
