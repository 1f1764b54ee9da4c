/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set.c - what rules and packets ask of sets: look-ups, elements that
 * rules add, references.
 *
 * A named set lives until it is deleted, which references forbid.  An
 * anonymous one belongs to the one rule that is bound to it: it is deleted
 * and comes back with that rule, and goes with it. */
#include "nft/set.h"

#include <stdlib.h>

#include "nft/set_private.h"
#include "track/track.h"

enum {
	SWEEP		= 8,		/* timers looked at as one is added */
	GC_INTERVAL_MS	= 1000,
};

uint64_t
set_now_ms(const struct nft *nft)
{
	return nft->config.track->now_ms;
}

/* For packets. */

static void
show(const struct nft_set *set, uint32_t ref, struct nft_elem *elem)
{
	struct elem *e = store_at(&set->store, ref);

	elem->data = set_elem_data(set, e);
	elem->object = set_elem_object(set, e);
	elem->expr_count = e->extra ? e->extra->expr_count : 0;
	elem->expr = e->extra ? e->extra->expr : NULL;
	elem->handle = e;
}

static uint32_t
catchall(const struct nft_set *set, uint64_t now_ms)
{
	if (!set->catchall ||
	    elem_is_expired(&set->store, store_at(&set->store, set->catchall),
			    now_ms))
		return 0;
	return set->catchall;
}

bool
set_lookup_key(const struct nft_set *set, const uint32_t *key,
	       struct nft_elem *elem)
{
	uint32_t ref = store_lookup(&set->store, key, set_now_ms(set->nft));

	if (ref)
		show(set, ref, elem);
	return ref != 0;
}

bool
set_lookup_catchall(const struct nft_set *set, struct nft_elem *elem)
{
	uint32_t ref = catchall(set, set_now_ms(set->nft));

	if (ref)
		show(set, ref, elem);
	return ref != 0;
}

bool
nft_set_lookup(struct nft *nft, const struct nft_set *set,
	       const uint32_t *key, struct nft_elem *elem)
{
	(void)nft;
	return set_lookup_key(set, key, elem) ||
	       set_lookup_catchall(set, elem);
}

static int
clone_all(struct nft *nft, struct nft_expr *const from[], uint8_t count,
	  struct nft_expr *to[])
{
	for (uint8_t i = 0; i < count; i++) {
		int err = nft_expr_clone(nft, from[i], &to[i]);

		if (!err)
			continue;
		while (i--)
			nft_expr_destroy(nft, to[i]);
		return err;
	}
	return 0;
}

/* Expressions and data of a fresh element. */
static int
furnish(struct nft_set *set, uint32_t ref, const struct nft_data *data,
	struct nft_expr *const from[], uint8_t count)
{
	struct elem *e = store_at(&set->store, ref);
	struct nft_expr *expr[SET_EXPRS];
	int err;

	if (data) {
		memcpy(elem_data(&set->store, e), data, set->data_len);
		e->flags |= ELEM_HAS_DATA;
	}
	if (!count)
		return 0;
	err = clone_all(set->nft, from, count, expr);
	if (err)
		return err;
	err = elem_set_extra(set, e, expr, count, NULL, 0);
	for (uint8_t i = 0; err && i < count; i++)
		nft_expr_destroy(set->nft, expr[i]);
	return err;
}

static void
drop(struct nft_set *set, uint32_t ref)
{
	elem_release(set, store_at(&set->store, ref));
	elem_destroy(set, ref);
}

/* Drop one whose time has come, with an interval's start its end. */
static bool
expire_one(struct nft_set *set, uint32_t *budget)
{
	struct set_store *s = &set->store;
	uint32_t ref = store_expire(s, set_now_ms(set->nft), budget), end = 0;

	if (!ref)
		return false;
	if (s->set.kind == STORE_INTERVAL)
		end = store_interval_end(s, ref);
	drop(set, ref);
	if (end) {
		store_remove(s, end);
		drop(set, end);
	}
	return true;
}

int
nft_set_add_dynamic(struct nft *nft, struct nft_set *set, const uint32_t *key,
		    const struct nft_data *data, uint64_t timeout_ms,
		    bool update, struct nft_expr *const *expr,
		    uint8_t expr_count, struct nft_elem *elem)
{
	struct set_store *s = &set->store;
	uint64_t now_ms = set_now_ms(nft);
	uint32_t budget = SWEEP, ref, clash;
	int err;

	if (!timeout_ms)
		timeout_ms = set->timeout_ms;
	ref = store_lookup(s, key, now_ms);
	if (ref) {
		if (update && s->time_at &&
		    elem_time(s, store_at(s, ref))->timeout_ms)
			store_renew(s, ref, elem_time(s, store_at(s, ref))->
				    timeout_ms, now_ms + timeout_ms);
		show(set, ref, elem);
		return 0;
	}
	/* One of this key may be there still, its time over. */
	ref = store_find(s, key, 0, now_ms);
	if (ref) {
		store_remove(s, ref);
		drop(set, ref);
	}
	while (budget && expire_one(set, &budget))
		;
	if (s->count >= set->size && !expire_one(set, NULL))
		return -ENFILE;
	ref = store_new(s, key, NULL, 0);
	if (!ref)
		return -ENOMEM;
	if (s->time_at)
		store_renew(s, ref, timeout_ms, now_ms + timeout_ms);
	err = furnish(set, ref, data, expr, expr_count);
	if (!err)
		err = store_insert(s, ref, &clash);
	if (err) {
		elem_destroy(set, ref);
		return err;
	}
	show(set, ref, elem);
	return 0;
}

bool
nft_set_delete_dynamic(struct nft *nft, struct nft_set *set,
		       const uint32_t *key)
{
	uint32_t ref = store_lookup(&set->store, key, set_now_ms(nft));

	if (!ref)
		return false;
	store_remove(&set->store, ref);
	drop(set, ref);
	return true;
}

/* Time. */

void
set_expire(struct nft_set *set, uint32_t *budget)
{
	uint32_t ref = set->catchall;

	if (ref && !catchall(set, set_now_ms(set->nft))) {
		set->catchall = 0;
		drop(set, ref);
	}
	while (expire_one(set, budget))
		;
}

/* Elements whose expressions say that they are done: connlimit's without
 * connections.  A round every interval; the hand remembers where it was. */
static void
collect(struct nft_set *set, uint32_t *budget)
{
	struct set_store *s = &set->store;
	uint64_t now_ms = set_now_ms(set->nft);
	uint32_t ref = set->gc_hand;

	if (!ref && now_ms < set->gc_due_ms)
		return;
	while ((ref = store_next(s, ref)) != 0 && *budget) {
		const struct elem_extra *x = store_at(s, ref)->extra;
		bool is_done = false;

		for (uint8_t i = 0; x && i < x->expr_count; i++) {
			const struct nft_expr *e = x->expr[i];

			is_done |= e->ops->gc && e->ops->gc(set->nft, e);
		}
		set->gc_hand = ref;
		--*budget;
		if (is_done) {
			store_remove(s, ref);
			drop(set, ref);
		}
	}
	if (ref)
		return;
	set->gc_hand = 0;
	set->gc_due_ms = now_ms + (set->gc_interval_ms ? set->gc_interval_ms :
				   GC_INTERVAL_MS);
}

/* Sets take turns: one that has been looked at waits behind the others. */
bool
nft_set_work(struct nft *nft, uint32_t *budget)
{
	struct list *sets = &nft->timed_sets, *last = sets->prev;
	struct list *l;

	if (list_is_empty(sets))
		return false;
	do {
		struct nft_set *set = list_entry(sets->next, struct nft_set,
						 timed);

		l = &set->timed;
		list_remove(l);
		list_insert(sets, l);
		*budget -= *budget > 0;
		set_expire(set, budget);
		if (set->has_gc)
			collect(set, budget);
	} while (*budget && l != last);
	return !*budget;
}

/* Finding sets. */

struct nft_set *
set_lookup(const struct nft_table *table, const struct nl_attr *name,
	   const struct nl_attr *handle, uint8_t gen)
{
	struct nft_named *n;

	if (handle && handle->data)
		n = nft_names_by_handle(&table->set_names, nl_be64(handle),
					gen);
	else
		n = nft_names_lookup(&table->set_names, 0, name, gen);
	return n ? set_of(n) : NULL;
}

int
nft_set_find(const struct nft_load *load, const struct nl_attr *name,
	     const struct nl_attr *id, struct nft_set **set)
{
	*set = name->data ? set_lookup(load->table, name, NULL,
				       nft_gen_next(load->nft)) : NULL;
	if (!*set && id->data)
		*set = set_by_id(load->nft, load->table, nl_be32(id));
	return *set ? 0 : -ENOENT;
}

/* References. */

int
set_each(const struct nft_set *set,
	 int (*visit)(void *ctx, const struct nft_set *set, uint32_t ref),
	 void *ctx)
{
	const struct set_store *s = &set->store;
	int err;

	for (uint32_t ref = store_next(s, 0); ref; ref = store_next(s, ref)) {
		err = visit(ctx, set, ref);
		if (err)
			return err;
	}
	return set->catchall ? visit(ctx, set, set->catchall) : 0;
}

int
nft_set_bind(const struct nft_load *load, struct nft_set *set,
	     struct nft_set_binding *binding)
{
	if (set_is_anonymous(set) && !list_is_empty(&set->bindings))
		return -EBUSY;
	if (!nft_use_inc(&set->use))
		return -EMFILE;
	binding->chain = load->chain;
	list_insert(&set->bindings, &binding->link);
	set->is_bound = set_is_anonymous(set);
	return 0;
}

static int
hold_visit(void *ctx, const struct nft_set *set, uint32_t ref)
{
	(void)ctx;
	elem_hold(set, store_at(&set->store, ref));
	return 0;
}

static int
release_visit(void *ctx, const struct nft_set *set, uint32_t ref)
{
	(void)ctx;
	elem_release(set, store_at(&set->store, ref));
	return 0;
}

void
set_hold_all(struct nft_set *set)
{
	if (set_has_map(set))
		(void)set_each(set, hold_visit, NULL);
}

void
set_release_all(struct nft_set *set)
{
	if (set_has_map(set))
		(void)set_each(set, release_visit, NULL);
}

void
nft_set_activate(const struct nft_load *load, struct nft_set *set)
{
	if (set_is_anonymous(set)) {
		set_hold_all(set);
		nft_gen_keep(load->nft, &set->named.inactive);
	}
	set->use++;
}

/* The rule is gone, and with it an anonymous set. */
static void
unbind(const struct nft_load *load, struct nft_set *set,
       struct nft_set_binding *binding, bool is_final)
{
	list_remove(&binding->link);
	if (!set_is_anonymous(set) || !list_is_empty(&set->bindings))
		return;
	set_unlink(load->nft, set);
	if (is_final)
		set_notify(load, set, NFT_MSG_DELSET);
}

void
nft_set_deactivate(const struct nft_load *load, struct nft_set *set,
		   struct nft_set_binding *binding, enum nft_phase phase)
{
	switch (phase) {
	case NFT_PHASE_PREPARE_ERROR:
		/* The batch is about to fail; it takes its sets back. */
		list_remove(&binding->link);
		set->is_bound = false;
		if (set_is_anonymous(set))
			nft_gen_delete(load->nft, &set->named.inactive);
		nft_use_dec(&set->use);
		return;
	case NFT_PHASE_PREPARE:
		if (set_is_anonymous(set)) {
			set_release_all(set);
			nft_gen_delete(load->nft, &set->named.inactive);
		}
		nft_use_dec(&set->use);
		return;
	case NFT_PHASE_ABORT:
	case NFT_PHASE_RELEASE:
		if (set_is_anonymous(set))
			set_release_all(set);
		nft_use_dec(&set->use);
		break;
	case NFT_PHASE_COMMIT:
		break;
	}
	unbind(load, set, binding, phase == NFT_PHASE_COMMIT);
}

void
nft_set_unbind(struct nft *nft, struct nft_set *set,
	       struct nft_set_binding *binding)
{
	(void)binding;
	if (set_is_anonymous(set) && set->is_bound &&
	    list_is_empty(&set->bindings))
		set_destroy(nft, set);
}

void
set_unlink(struct nft *nft, struct nft_set *set)
{
	nft_unlink(nft, &set->link);
	set->table->set_number = 0;	/* its name may be free again */
	nft_names_remove(&set->table->set_names, &set->named);
}

/* Free all elements; those that are found no more, their requests do. */
static void
destroy_elems(struct nft_set *set)
{
	struct set_store *s = &set->store;

	for (uint32_t ref = store_next(s, 0); ref; ref = store_next(s, ref))
		elem_fini(set, store_at(s, ref));
	if (set->catchall)
		elem_fini(set, store_at(s, set->catchall));
}

/* Its elements' references have been released. */
void
set_destroy(struct nft *nft, struct nft_set *set)
{
	destroy_elems(set);
	for (uint8_t i = 0; i < set->expr_count; i++)
		nft_expr_destroy(nft, set->expr[i]);
	store_fini(&set->store);
	list_remove(&set->timed);
	free(set->udata);
	free(set->named.name);
	free(set);
}

/* What others may know. */

const char *
nft_set_name(const struct nft_set *set)
{
	return set->named.name;
}

uint32_t
nft_set_flags(const struct nft_set *set)
{
	return set->flags;
}

uint16_t
nft_set_key_len(const struct nft_set *set)
{
	return set->store.set.key_len;
}

uint16_t
nft_set_data_len(const struct nft_set *set)
{
	return set->data_len;
}

uint32_t
nft_set_data_type(const struct nft_set *set)
{
	return set->data_type;
}

uint32_t
nft_set_object_type(const struct nft_set *set)
{
	return set->object_type;
}

uint64_t
nft_set_timeout_ms(const struct nft_set *set)
{
	return set->timeout_ms;
}

struct nft_expr *const *
nft_set_exprs(const struct nft_set *set, uint8_t *count)
{
	*count = set->expr_count;
	return set->expr;
}

struct data_visit {
	const struct nft_load *load;
	int (*visit)(const struct nft_load *load, const struct nft_data *data);
};

static int
data_visit(void *ctx, const struct nft_set *set, uint32_t ref)
{
	struct data_visit *v = ctx;
	const struct nft_data *data =
		set_elem_data(set, store_at(&set->store, ref));

	return data ? v->visit(v->load, data) : 0;
}

int
nft_set_each_data(const struct nft_load *load, const struct nft_set *set,
		  int (*visit)(const struct nft_load *load,
			       const struct nft_data *data))
{
	struct data_visit v = { load, visit };

	return set_each(set, data_visit, &v);
}
