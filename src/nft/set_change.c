/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_change.c - elements added to sets and taken out of them by
 * requests: NFT_MSG_NEWSETELEM, _DELSETELEM.
 *
 * One transaction stands for all elements of one message.  The set shows the
 * next generation at once; nobody looks until the batch is over. */
#include <stdlib.h>

#include "nft/set_private.h"

enum { CHANGES_FIRST = 8 };

/* One element; with 'is_update' it was there, and gets another time. */
struct change {
	uint32_t ref;
	bool is_update;
	bool has_timeout;
	bool has_deadline;
	uint64_t timeout_ms;
	uint64_t deadline_ms;
};

struct trans_elem {
	struct nft_trans trans;
	struct nft_set *set;
	bool is_gone;			/* aborted, with its anonymous set */
	size_t count;
	size_t size;
	struct change *change;
};

static const struct nl_policy list_policy[NFTA_SET_ELEM_LIST_MAX + 1] = {
	[NFTA_SET_ELEM_LIST_TABLE] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_SET_ELEM_LIST_SET] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_SET_ELEM_LIST_ELEMENTS] = { .kind = NL_NESTED },
	[NFTA_SET_ELEM_LIST_SET_ID] = { .kind = NL_U32 },
};

/* The transaction is in its batch from its first element on.
 * => Room for one more, or NULL. */
static struct change *
next_change(struct trans_elem *t)
{
	size_t size = t->size ? t->size * 2 : CHANGES_FIRST;
	struct change *change;

	if (t->count < t->size)
		return &t->change[t->count];
	change = realloc(t->change, size * sizeof(*change));
	if (!change)
		return NULL;
	t->change = change;
	t->size = size;
	return &change[t->count];
}

static struct trans_elem *
trans_begin(const struct nft_load *load, struct nft_set *set,
	    const struct nft_trans_ops *ops)
{
	struct trans_elem *t = nft_trans_create(load, ops);

	if (!t)
		return NULL;
	t->set = set;
	nft_trans_add(&t->trans);
	return t;
}

/* Added. */

static void
renew(struct nft_set *set, const struct change *c)
{
	struct set_store *s = &set->store;
	struct elem_time time = *elem_time(s, store_at(s, c->ref));

	if (c->has_timeout)
		time.timeout_ms = c->timeout_ms;
	if (c->has_deadline)
		time.deadline_ms = c->deadline_ms;
	store_renew(s, c->ref, time.timeout_ms, time.deadline_ms);
}

static void
commit_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_elem *t = (struct trans_elem *)trans;

	(void)nft;
	for (size_t i = 0; i < t->count; i++) {
		if (t->change[i].is_update)
			renew(t->set, &t->change[i]);
		elem_notify(&trans->load, t->set, t->change[i].ref,
			    NFT_MSG_NEWSETELEM);
	}
	store_settle(&t->set->store);
}

static void
withdraw(struct nft_set *set, uint32_t ref)
{
	if (ref == set->catchall)
		set->catchall = 0;
	else
		store_remove(&set->store, ref);
	elem_release(set, store_at(&set->store, ref));
}

/* What an anonymous set holds goes with its rule. */
static void
abort_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_elem *t = (struct trans_elem *)trans;

	(void)nft;
	t->is_gone = t->set->is_bound;
	for (size_t i = t->count; !t->is_gone && i--; ) {
		if (!t->change[i].is_update)
			withdraw(t->set, t->change[i].ref);
	}
}

static void
release_new(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_elem *t = (struct trans_elem *)trans;

	(void)nft;
	for (size_t i = t->count; is_aborted && !t->is_gone && i--; ) {
		if (!t->change[i].is_update)
			elem_destroy(t->set, t->change[i].ref);
	}
	if (is_aborted && !t->is_gone)
		store_settle(&t->set->store);
	free(t->change);
}

static const struct nft_trans_ops trans_new = {
	.size = sizeof(struct trans_elem),
	.commit = commit_new,
	.abort = abort_new,
	.release = release_new,
};

/* Do they differ in what they stand for? */
static bool
is_different(const struct nft_set *set, const struct elem *a,
	     const struct elem *b)
{
	const struct nft_data *x = set_elem_data(set, a);
	const struct nft_data *y = set_elem_data(set, b);

	if (!x != !y || set_elem_object(set, a) != set_elem_object(set, b))
		return true;
	if (!x)
		return false;
	if (set_data_kind(set) == NFT_DATA_BYTES)
		return memcmp(x, y, set->data_len) != 0;
	return x->verdict != y->verdict || x->chain != y->chain;
}

/* An element that is there already, of the same meaning, may get other
 * times. => Is there a change? */
static bool
is_update(const struct nft_set *set, uint32_t ref, const struct elem_draft *d,
	  struct change *c)
{
	const struct elem *e = store_at(&set->store, ref);
	uint64_t expires_ms = d->expires_ms;

	*c = (struct change){ .ref = ref, .is_update = true };
	if (!set->store.time_at || e->flags & ELEM_END)
		return false;
	if (d->timeout_ms != elem_time(&set->store, e)->timeout_ms) {
		c->has_timeout = true;
		c->timeout_ms = d->timeout_ms;
		if (!expires_ms)
			expires_ms = d->timeout_ms;
	}
	if (expires_ms) {
		c->has_deadline = true;
		c->deadline_ms = set_now_ms(set->nft) + expires_ms;
	}
	return c->has_timeout || c->has_deadline;
}

static int
insert(struct nft_set *set, uint32_t ref, const struct elem_draft *d,
       uint32_t *clash)
{
	if (!(d->flags & NFT_SET_ELEM_CATCHALL))
		return store_insert(&set->store, ref, clash);
	*clash = set->catchall;
	if (*clash)
		return -EEXIST;
	set->catchall = ref;
	return 0;
}

/* How many elements there may be.  Of intervals two make one, and the end
 * with which nft says that nothing is below the first does not count. */
static bool
is_full(const struct nft_set *set)
{
	uint64_t most = set->size;
	uint32_t zero[STORE_KEY_MAX / 4] = { 0 };

	if (!most)
		return false;
	if (set->store.set.kind == STORE_INTERVAL) {
		most *= 2;
		most += store_find(&set->store, zero, ELEM_END, 0) != 0;
	}
	return set->store.count > most;
}

static int
add_draft(const struct nft_load *load, struct nft_set *set,
	  struct elem_draft *d, struct change *c)
{
	uint32_t ref = elem_create(set, d), clash;
	struct set_store *s = &set->store;
	int err;

	*c = (struct change){ .ref = 0 };
	if (!ref)
		return -ENOMEM;
	err = insert(set, ref, d, &clash);
	if (err == -EEXIST) {
		if (!is_different(set, store_at(s, ref),
				  store_at(s, clash)) &&
		    !(load->flags & NLM_F_EXCL)) {
			err = 0;
			if (!is_update(set, clash, d, c))
				c->ref = 0;	/* nothing changes */
		}
	} else if (err == -ENOTEMPTY) {
		err = -EEXIST;
	} else if (err == -ECANCELED) {
		err = 0;
	} else if (!err) {
		/* If it is one too many it is there all the same, until the
		 * batch is undone. */
		c->ref = ref;
		return d->flags & NFT_SET_ELEM_CATCHALL || !is_full(set) ?
		       0 : -ENFILE;
	}
	/* The draft has it all again. */
	if (store_at(s, ref)->extra) {
		store_at(s, ref)->extra->expr_count = 0;
		elem_fini(set, store_at(s, ref));
	}
	store_free(s, ref);
	elem_drop(load->nft, set, d);
	return err;
}

static int
add(const struct nft_load *load, struct trans_elem *t,
    const struct nl_attr *attr)
{
	struct elem_draft d;
	struct change *c;
	int err = elem_parse(load, t->set, attr, &d);

	if (err)
		return err;
	c = next_change(t);
	if (!c) {
		elem_drop(load->nft, t->set, &d);
		return -ENOMEM;
	}
	err = add_draft(load, t->set, &d, c);
	if (c->ref)
		t->count++;
	return err;
}

/* The set of a request, in the next generation. */
static struct nft_set *
find_set(struct nft_load *load, const struct nl_attr tb[], bool by_id,
	 int *err)
{
	static const struct nl_attr none;
	struct nft_set *set;

	load->table = nft_table_find(load->nft, &tb[NFTA_SET_ELEM_LIST_TABLE],
				     load->family, nft_gen_next(load->nft),
				     load->portid, err);
	if (!load->table) {
		nl_blame(load->extack, &tb[NFTA_SET_ELEM_LIST_TABLE]);
		return NULL;
	}
	*err = nft_set_find(load, &tb[NFTA_SET_ELEM_LIST_SET],
			    by_id ? &tb[NFTA_SET_ELEM_LIST_SET_ID] : &none,
			    &set);
	if (*err) {
		nl_blame(load->extack, &tb[NFTA_SET_ELEM_LIST_SET]);
		return NULL;
	}
	*err = -EBUSY;
	if (!list_is_empty(&set->bindings) &&
	    set->flags & (NFT_SET_CONSTANT | NFT_SET_ANONYMOUS))
		return NULL;
	set_expire(set, NULL);
	return set;
}

static int
change_new(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *list = &tb[NFTA_SET_ELEM_LIST_ELEMENTS];
	struct nl_reader r = nl_nested(list);
	struct trans_elem *t;
	struct nft_set *set;
	struct nl_attr a;
	int err;

	err = elem_check_list(load, list);
	if (err)
		return err;
	if (!list->data)
		return -EINVAL;
	set = find_set(load, tb, true, &err);
	if (!set)
		return err;
	t = trans_begin(load, set, &trans_new);
	if (!t)
		return -ENOMEM;
	while (nl_next(&r, &a)) {
		err = add(load, t, &a);
		if (err) {
			nl_blame(load->extack, &a);
			return err;
		}
	}
	if (load->nft->is_finding)
		return nft_table_validate(load->nft, load->table);
	return 0;
}

const struct nft_handler nft_elem_new = {
	.max_attr = NFTA_SET_ELEM_LIST_MAX,
	.policy = list_policy,
	.change = change_new,
};

/* Taken out. */

static void
commit_del(struct nft *nft, struct nft_trans *trans)
{
	struct trans_elem *t = (struct trans_elem *)trans;

	(void)nft;
	for (size_t i = 0; i < t->count; i++)
		elem_notify(&trans->load, t->set, t->change[i].ref,
			    NFT_MSG_DELSETELEM);
}

static void
abort_del(struct nft *nft, struct nft_trans *trans)
{
	struct trans_elem *t = (struct trans_elem *)trans;

	(void)nft;
	for (size_t i = t->count; i--; ) {
		uint32_t ref = t->change[i].ref;
		struct elem *e = store_at(&t->set->store, ref);

		elem_hold(t->set, e);
		if (e->flags & ELEM_CATCHALL)
			t->set->catchall = ref;
		else
			store_restore(&t->set->store, ref);
	}
}

static void
release_del(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_elem *t = (struct trans_elem *)trans;

	(void)nft;
	for (size_t i = 0; !is_aborted && i < t->count; i++)
		elem_destroy(t->set, t->change[i].ref);
	store_settle(&t->set->store);
	free(t->change);
}

static const struct nft_trans_ops trans_del = {
	.size = sizeof(struct trans_elem),
	.commit = commit_del,
	.abort = abort_del,
	.release = release_del,
};

static int
take(struct trans_elem *t, uint32_t ref)
{
	struct change *c = next_change(t);

	if (!c || store_reserve(&t->set->store))
		return -ENOMEM;
	*c = (struct change){ .ref = ref };
	t->count++;
	withdraw(t->set, ref);
	return 0;
}

static int
take_all(struct trans_elem *t)
{
	struct set_store *s = &t->set->store;
	int err = 0;

	for (uint32_t ref = store_next(s, 0); ref && !err;
	     ref = store_next(s, ref))
		err = take(t, ref);
	if (!err && t->set->catchall)
		err = take(t, t->set->catchall);
	return err;
}

static int
take_one(const struct nft_load *load, struct trans_elem *t,
	 const struct nl_attr *attr)
{
	struct elem_draft d;
	uint32_t ref;
	int err = elem_parse_key(load, t->set, attr, &d);

	if (err)
		return err;
	if (d.flags & NFT_SET_ELEM_CATCHALL)
		ref = t->set->catchall;
	else
		ref = store_pick(&t->set->store, d.key, (uint8_t)d.flags,
				 set_now_ms(load->nft));
	if (!ref)
		return load->is_destroy ? 0 : -ENOENT;
	return take(t, ref);
}

static int
change_del(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *list = &tb[NFTA_SET_ELEM_LIST_ELEMENTS];
	struct nl_reader r = nl_nested(list);
	struct trans_elem *t;
	struct nft_set *set;
	struct nl_attr a;
	int err;

	err = elem_check_list(load, list);
	if (err)
		return err;
	set = find_set(load, tb, false, &err);
	if (!set)
		return err;
	t = trans_begin(load, set, &trans_del);
	if (!t)
		return -ENOMEM;
	if (!list->data)
		return take_all(t);
	while (nl_next(&r, &a)) {
		err = take_one(load, t, &a);
		if (err) {
			nl_blame(load->extack, &a);
			return err;
		}
	}
	return 0;
}

const struct nft_handler nft_elem_del = {
	.max_attr = NFTA_SET_ELEM_LIST_MAX,
	.policy = list_policy,
	.change = change_del,
};
