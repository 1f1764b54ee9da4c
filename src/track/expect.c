/* SPDX-License-Identifier: BSD-2-Clause
 * track/expect.c - connections that are expected of others.
 *
 * How many there may be is bounded per master and class by its helper's
 * policy, and for all by nf_conntrack_expect_max. */
#include "track/expect.h"

#include <errno.h>
#include <string.h>

#include "track/track.h"

enum {
	EXPECTS_MOST	= 1 << 20,	/* whatever nf_conntrack_expect_max says */
	HELPS_MOST	= 1 << 26,
};

static const char *const fn_names[EXPECT_FNS] = {
	[EXPECT_FN_FOLLOW_MASTER]	= "nat-follow-master",
	[EXPECT_FN_Q931]		= "Q.931",
	[EXPECT_FN_CALL_FORWARDING]	= "callforwarding",
	[EXPECT_FN_SIP]			= "sip",
};

const char *
expect_fn_name(enum expect_fn fn)
{
	return fn_names[fn];
}

bool
expect_fn_find(const char *name, enum expect_fn *fn)
{
	for (*fn = EXPECT_FN_NONE + 1; *fn < EXPECT_FNS; (*fn)++) {
		if (!strcmp(name, fn_names[*fn]))
			return true;
	}
	return false;
}

int
expects_init(struct track *t)
{
	struct expects *es = &t->expects;

	if (pool_init(&es->pool, sizeof(struct expectation), EXPECTS_MOST) ||
	    table_init(&es->table, EXPECTS_MOST) ||
	    pool_init(&t->helps, sizeof(struct conn_help), HELPS_MOST) ||
	    pool_init(&t->origins, sizeof(struct conn_origin), HELPS_MOST))
		return -ENOMEM;
	wheel_init(&es->wheel, &es->pool.region,
		   offsetof(struct expectation, link),
		   offsetof(struct expectation, slot), t->now_ms);
	return 0;
}

void
expects_fini(struct track *t)
{
	table_fini(&t->expects.table);
	pool_fini(&t->expects.pool);
	pool_fini(&t->helps);
	pool_fini(&t->origins);
}

static struct expectation *
at(const struct track *t, uint32_t index)
{
	return pool_at(&t->expects.pool, index);
}

static uint32_t
index_of(const struct track *t, const struct expectation *e)
{
	return (uint32_t)(((const char *)e - t->expects.pool.region.base) /
			  sizeof(*e));
}

/* Tuples under masks. */

/* The source's address and port: what a mask is about. */
static void
clear_source(struct key *k)
{
	union clew_proto_part part = key_part(&k->s);

	memset(key_addr(k, 0), 0, key_addr_size(&k->s));
	part.port.sport_be = 0;
	key_set_part(&k->s, part);
}

static uint32_t
destination_hash(const struct track *t, const struct key *tuple)
{
	struct key k = *tuple;

	clear_source(&k);
	return (uint32_t)key_hash(&t->hash_key, &k);
}

static bool
is_same_key(const struct key *a, const struct key *b)
{
	return a->s.addr == b->s.addr && a->s.meta == b->s.meta &&
	       (!key_is_ipv6(&a->s) ||
		!memcmp(&a->addr6, &b->addr6, sizeof(a->addr6)));
}

/* Do they agree, in the source where both masks say so? */
static bool
agree(const struct key *a, const struct key *mask_a, const struct key *b,
      const struct key *mask_b)
{
	struct key x = *a, y = *b, m = *mask_a, n = *mask_b;
	union clew_proto_part p = key_part(&a->s), q = key_part(&b->s);
	const uint8_t *i, *j, *k, *l;

	if (p.port.dport_be != q.port.dport_be ||
	    (p.port.sport_be ^ q.port.sport_be) &
	    key_part(&m.s).port.sport_be & key_part(&n.s).port.sport_be ||
	    (a->s.meta ^ b->s.meta) >> 32 ||
	    memcmp(key_addr(&x, 1), key_addr(&y, 1), key_addr_size(&x.s)))
		return false;
	i = key_addr(&x, 0);
	j = key_addr(&y, 0);
	k = key_addr(&m, 0);
	l = key_addr(&n, 0);
	for (uint32_t o = 0; o < key_addr_size(&x.s); o++) {
		if ((i[o] ^ j[o]) & k[o] & l[o])
			return false;
	}
	return true;
}

/* The youngest with this destination of which 'is_it' is true. */
static struct expectation *
find(const struct track *t, const struct key *tuple,
     bool (*is_it)(const struct expectation *e, const void *ctx),
     const void *ctx)
{
	uint32_t hash = destination_hash(t, tuple);
	const struct bucket *b = table_bucket(&t->expects.table, hash);
	struct expectation *found = NULL;

	for (; b; b = table_more(&t->expects.table, b)) {
		for (unsigned m = table_match(b, hash); m; m &= m - 1) {
			uint32_t ref = b->ref[__builtin_ctz(m)];
			struct expectation *e = at(t, ref >> 1);

			if (ref && (!found || e->serial > found->serial) &&
			    is_it(e, ctx))
				found = e;
		}
	}
	return found;
}

static bool
fits(const struct expectation *e, const void *tuple)
{
	return agree(tuple, &e->mask, &e->tuple, &e->mask);
}

static bool
fits_active(const struct expectation *e, const void *tuple)
{
	return !(e->flags & CLEW_EXPECT_INACTIVE) && fits(e, tuple);
}

struct expectation *
expect_lookup(const struct track *t, const struct key *tuple, uint16_t zone)
{
	struct key k = *tuple;

	if (!t->expects.count)
		return NULL;
	key_set_zone(&k.s, zone);
	return find(t, &k, fits, &k);
}

static bool
is_equal(const struct expectation *e, const void *ctx)
{
	const struct expectation *want = ctx;

	return e->master == want->master &&
	       is_same_key(&e->tuple, &want->tuple) &&
	       is_same_key(&e->mask, &want->mask);
}

static bool
clashes(const struct expectation *e, const void *ctx)
{
	const struct expectation *want = ctx;

	return agree(&e->tuple, &e->mask, &want->tuple, &want->mask);
}

/* Life. */

static void
tell(struct track *t, const struct expectation *e, bool is_new)
{
	const struct conn *master = track_conn(t, e->master);
	const struct conn_ext *ext = track_ext(t, master);

	if (ext && ext->has_event_mask &&
	    !(ext->expect_mask >> (is_new ? 0 : 1) & 1))
		return;
	if (t->tell_expect && master->status & CONN_EVENTS)
		t->tell_expect(t->tell_ctx, t, e, is_new);
}

static void
unlink(struct track *t, struct expectation *e)
{
	struct conn_help *help = conn_help(t, track_conn(t, e->master));

	if (e->younger)
		at(t, e->younger)->older = e->older;
	else
		help->youngest = e->older;
	if (e->older)
		at(t, e->older)->younger = e->younger;
	help->expecting[e->class_id]--;
}

/* Out of all lists, but for the pool. */
static void
take_out(struct track *t, struct expectation *e)
{
	uint32_t index = index_of(t, e);

	wheel_remove(&t->expects.wheel, index);
	table_remove(&t->expects.table, destination_hash(t, &e->tuple),
		     index << 1);
	t->expects.count--;
	unlink(t, e);
	tell(t, e, false);
	t->stats.expect_delete++;
}

void
expect_remove(struct track *t, struct expectation *e)
{
	take_out(t, e);
	e->serial = 0;
	pool_put(&t->expects.pool, index_of(t, e));
}

static void
remove_silently_caused(struct track *t, struct expectation *e)
{
	struct track_cause cause = t->cause;

	t->cause = (struct track_cause){ 0 };
	expect_remove(t, e);
	t->cause = cause;
}

void
expect_remove_all(struct track *t, struct conn *master)
{
	struct conn_help *help = conn_help(t, master);

	while (help && help->youngest)
		remove_silently_caused(t, at(t, help->youngest));
}

/* The oldest of that class goes. */
static bool
evict(struct track *t, struct conn_help *help, uint8_t class_id)
{
	struct expectation *oldest = NULL;

	for (uint32_t i = help->youngest; i; i = at(t, i)->older) {
		if (at(t, i)->class_id == class_id)
			oldest = at(t, i);
	}
	if (oldest)
		remove_silently_caused(t, oldest);
	return oldest != NULL;
}

/* May one more be expected?  The same, once more, replaces the first. */
static int
make_room(struct track *t, struct conn_help *help,
	  const struct expectation *want)
{
	const struct helper_policy *policy;
	struct expectation *same;

	same = find(t, &want->tuple, is_equal, want);
	if (same && same->class_id != want->class_id)
		return -EALREADY;
	if (same)
		remove_silently_caused(t, same);
	else if (find(t, &want->tuple, clashes, want))
		return -EBUSY;
	if (help->helper) {
		policy = &helper_at(&t->helpers, help->helper)
			 ->policy[want->class_id];
		if (policy->max_expected &&
		    help->expecting[want->class_id] >= policy->max_expected &&
		    !evict(t, help, want->class_id))
			return -EMFILE;
	}
	return t->expects.count < t->set.expect_max &&
	       help->expecting[want->class_id] < UINT16_MAX ? 0 : -EMFILE;
}

int
expect_add(struct track *t, struct conn *master,
	   const struct expectation *want, uint64_t timeout_ms)
{
	struct conn_help *help = conn_help(t, master);
	struct expectation e = *want;
	uint32_t index;
	int err;

	e.master = track_index(t, master);
	key_set_zone(&e.tuple.s, conn_zone(master));
	key_set_zone(&e.mask.s, conn_zone(master));
	err = make_room(t, help, &e);
	if (err)
		return err;
	index = pool_get(&t->expects.pool);
	if (!index)
		return -ENOMEM;
	if (table_insert(&t->expects.table, destination_hash(t, &e.tuple),
			 index << 1)) {
		pool_put(&t->expects.pool, index);
		return -ENOMEM;
	}
	if (help->helper)
		timeout_ms = helper_at(&t->helpers, help->helper)
			     ->policy[e.class_id].timeout_s * 1000ull;
	e.serial = ++t->expects.serial;
	e.deadline_ms = t->now_ms + timeout_ms;
	e.slot = WHEEL_IDLE;
	e.younger = 0;
	e.older = help->youngest;
	if (e.older)
		at(t, e.older)->younger = index;
	help->youngest = index;
	help->expecting[e.class_id]++;
	t->expects.count++;
	*at(t, index) = e;
	wheel_insert(&t->expects.wheel, index, e.deadline_ms);
	t->stats.expect_create++;
	tell(t, at(t, index), true);
	return 0;
}

void
expect_set_timeout(struct track *t, struct expectation *e, uint32_t timeout_s)
{
	uint32_t index = index_of(t, e);

	if (timeout_s > TIMEOUT_MAX)
		timeout_s = TIMEOUT_MAX;
	wheel_remove(&t->expects.wheel, index);
	e->deadline_ms = t->now_ms + timeout_s * 1000ull;
	wheel_insert(&t->expects.wheel, index, e->deadline_ms);
}

struct expectation *
expect_next(const struct track *t, uint32_t *cursor)
{
	while (*cursor < t->expects.pool.used) {
		struct expectation *e = at(t, ++*cursor);

		if (e->serial)
			return e;
	}
	return NULL;
}

/* A connection that was expected: nf_conntrack's init_conntrack(). */
bool
expect_meet(struct track *t, struct conn *c, uint16_t zone)
{
	struct expectation *e, met;
	struct conn *master;
	struct key k;

	conn_key(t, c, CLEW_DIR_ORIG, &k);
	key_set_zone(&k.s, zone);
	e = find(t, &k, fits_active, &k);
	if (!e)
		return true;
	master = track_conn(t, e->master);
	/* Before its packet has left, nobody can answer it. */
	if (!conn_is_confirmed(master) || master->status & CLEW_STATUS_DYING)
		return true;
	if (!conn_set_master(t, c, master) ||
	    (e->helper && !conn_set_helper(t, c, e->helper)))
		return false;
	c->status |= CLEW_STATUS_EXPECTED;
	c->mark = master->mark;
	t->stats.expect_new++;
	met = *e;
	if (!(e->flags & CLEW_EXPECT_PERMANENT))
		remove_silently_caused(t, e);
	if (met.fn != EXPECT_FN_NONE && t->follow)
		t->follow(t->follow_ctx, c, master, &met);
	return true;
}

bool
expect_expire(struct track *t, uint64_t until_ms, uint32_t *budget)
{
	struct wheel *w = &t->expects.wheel;

	while (*budget) {
		uint16_t slot = wheel_turn(w, until_ms);

		if (slot == WHEEL_IDLE)
			break;
		while (*budget) {
			uint32_t i = wheel_take(w, slot);

			if (!i)
				break;
			(*budget)--;
			if (at(t, i)->deadline_ms > w->now)
				wheel_insert(w, i, at(t, i)->deadline_ms);
			else
				remove_silently_caused(t, at(t, i));
		}
	}
	return *budget != 0;
}

/* What is said of it. */

uint32_t
expect_id(const struct track *t, const struct expectation *e)
{
	uint64_t blocks[2] = { ~e->serial, (uint64_t)8 << 56 };

	return (uint32_t)hash_blocks(&t->id_key, blocks, 2);
}

static void
put_mask(const struct expectation *e, struct clew_tuple *out)
{
	uint16_t sport_be;

	key_to_tuple(&e->mask, out);
	sport_be = out->part.port.sport_be;
	memset(&out->dst, 0, sizeof(out->dst));
	memset(&out->dst, 0xff, key_addr_size(&e->mask.s));
	out->part.word = UINT32_MAX;
	out->part.port.sport_be = sport_be;
	out->protocol = key_protocol(&e->tuple.s);
}

static void
put_nat(const struct expectation *e, const struct clew_tuple *master,
	struct clew_expectation *out)
{
	static const union clew_addr any;

	out->has_nat = e->saved_part_be ||
		       memcmp(&e->saved_addr, &any, sizeof(any));
	out->nat_dir = e->dir;
	out->nat = (struct clew_tuple){
		.family = master->family,
		.protocol = master->protocol,
		.src = e->saved_addr,
		.part.port.sport_be = e->saved_part_be,
	};
}

void
expect_snapshot(const struct track *t, const struct expectation *e,
		struct clew_expectation *out)
{
	const struct conn *master = track_conn(t, e->master);
	const struct helper *helper = conn_helper(t, master);
	struct key k;

	memset(out, 0, sizeof(*out));
	key_to_tuple(&e->tuple, &out->tuple);
	put_mask(e, &out->mask);
	conn_key(t, master, CLEW_DIR_ORIG, &k);
	key_to_tuple(&k, &out->master);
	put_nat(e, &out->master, out);
	out->has_timeout = true;
	out->timeout_s = e->deadline_ms <= t->now_ms ? 0 :
			 (uint32_t)((e->deadline_ms - t->now_ms) / 1000);
	out->id = expect_id(t, e);
	out->flags = e->flags;
	out->class_id = e->class_id;
	if (helper)
		memcpy(out->helper, helper->name, sizeof(out->helper));
	if (e->fn != EXPECT_FN_NONE)
		strcpy(out->fn, fn_names[e->fn]);
}
