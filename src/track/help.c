/* SPDX-License-Identifier: BSD-2-Clause
 * track/help.c - what a connection keeps of helpers: its own, and that of
 * the master it was expected of. */
#include <string.h>

#include "track/expect.h"
#include "track/track.h"

struct conn_help *
conn_help(const struct track *t, const struct conn *c)
{
	const struct conn_ext *ext = track_ext(t, c);

	return ext && ext->help ? pool_at(&t->helps, ext->help) : NULL;
}

struct conn_help *
conn_set_helper(struct track *t, struct conn *c, uint32_t number)
{
	struct conn_ext *ext = conn_extend(t, c);
	struct conn_help *help;

	if (!ext)
		return NULL;
	if (!ext->help) {
		ext->help = pool_get(&t->helps);
		if (!ext->help)
			return NULL;
		memset(pool_at(&t->helps, ext->help), 0, sizeof(*help));
	}
	help = pool_at(&t->helps, ext->help);
	help->helper = number;
	return help;
}

const struct helper *
conn_helper(const struct track *t, const struct conn *c)
{
	const struct conn_help *help = conn_help(t, c);

	return help && help->helper ? helper_at(&t->helpers, help->helper) :
				      NULL;
}

bool
conn_set_master(struct track *t, struct conn *c, const struct conn *master)
{
	const struct helper *helper = conn_helper(t, master);
	struct conn_ext *ext = conn_extend(t, c);
	struct conn_origin *o;

	if (!ext)
		return false;
	if (!ext->origin)
		ext->origin = pool_get(&t->origins);
	if (!ext->origin)
		return false;
	o = pool_at(&t->origins, ext->origin);
	memset(o, 0, sizeof(*o));
	o->ref = conn_ref(t, master);
	conn_key(t, master, CLEW_DIR_ORIG, &o->key);
	if (helper)
		memcpy(o->helper, helper->name, sizeof(o->helper));
	return true;
}

const struct conn_origin *
conn_origin(const struct track *t, const struct conn *c)
{
	const struct conn_ext *ext = track_ext(t, c);

	return ext && ext->origin ? pool_at(&t->origins, ext->origin) : NULL;
}

const char *
conn_master_helper(const struct track *t, const struct conn *c)
{
	const struct conn_origin *o = conn_origin(t, c);
	const struct conn *master;
	const struct helper *helper;

	if (!o)
		return NULL;
	master = conn_from_ref(t, o->ref);
	if (!master)
		return o->helper[0] ? o->helper : NULL;
	helper = conn_helper(t, master);
	return helper ? helper->name : NULL;
}

void
conn_forget_help(struct track *t, struct conn *c)
{
	struct conn_ext *ext = track_ext(t, c);

	if (ext->help) {
		expect_remove_all(t, c);
		pool_put(&t->helps, ext->help);
		ext->help = 0;
	}
	if (ext->origin) {
		pool_put(&t->origins, ext->origin);
		ext->origin = 0;
	}
}

void
expect_forget_helper(struct track *t, uint32_t number)
{
	struct expectation *e;

	for (uint32_t i = 0; (e = expect_next(t, &i)); ) {
		const struct conn_help *help =
			conn_help(t, track_conn(t, e->master));

		if (e->helper == number || help->helper == number)
			expect_remove(t, e);
	}
	for (uint32_t i = 1; i <= t->conns.used; i++) {
		struct conn *c = track_conn(t, i);
		struct conn_help *help = c->serial ? conn_help(t, c) : NULL;

		if (!help || help->helper != number)
			continue;
		if (!(c->status & CLEW_STATUS_DYING) && conn_is_confirmed(c))
			conn_report(t, c, CLEW_IPCT_HELPER);
		help->helper = 0;
	}
}
