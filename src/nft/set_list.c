/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_list.c - elements shown: NFT_MSG_GETSETELEM, one, some or all, and
 * what is told of changes. */
#include "nft/set_private.h"

enum {
	LIST_MOST = 60000,		/* bytes: a nest's length has 16 bits */
	/* struct nft_dump.own: */
	OWN_NEXT = 0,			/* the element listed last */
	OWN_ENDS = 1,			/* only the catch-all is left */
};

static const struct nl_policy list_policy[NFTA_SET_ELEM_LIST_MAX + 1] = {
	[NFTA_SET_ELEM_LIST_TABLE] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_SET_ELEM_LIST_SET] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_SET_ELEM_LIST_ELEMENTS] = { .kind = NL_NESTED },
	[NFTA_SET_ELEM_LIST_SET_ID] = { .kind = NL_U32 },
};

static void
put_exprs(struct nl_writer *w, const struct elem_extra *x, bool reset)
{
	size_t list;

	if (x->expr_count == 1)
		nft_expr_dump(w, NFTA_SET_ELEM_EXPR, x->expr[0], reset);
	if (x->expr_count < 2)
		return;
	list = nl_begin_bare(w, NFTA_SET_ELEM_EXPRESSIONS);
	for (uint8_t i = 0; i < x->expr_count; i++)
		nft_expr_dump(w, NFTA_LIST_ELEM, x->expr[i], reset);
	nl_end(w, list);
}

static void
put_times(const struct nft_set *set, struct nl_writer *w, const struct elem *e)
{
	const struct elem_time *time = elem_time(&set->store, e);
	uint64_t now_ms = set_now_ms(set->nft);

	if (time->timeout_ms != set->timeout_ms)
		nl_put_be64(w, NFTA_SET_ELEM_TIMEOUT, time->timeout_ms);
	if (time->timeout_ms)
		nl_put_be64(w, NFTA_SET_ELEM_EXPIRATION,
			    time->deadline_ms > now_ms ?
			    time->deadline_ms - now_ms : 0);
}

static void
put_key(struct nl_writer *w, uint16_t type, const void *key, uint8_t len)
{
	size_t at = nl_begin_bare(w, type);

	nl_put(w, NFTA_DATA_VALUE, key, len);
	nl_end(w, at);
}

void
elem_put(const struct nft_set *set, struct nl_writer *w, const struct elem *e,
	 bool reset)
{
	uint8_t key_len = set->store.set.key_len;
	const struct nft_data *data = set_elem_data(set, e);
	struct nft_object *object = set_elem_object(set, e);
	size_t at = nl_begin_bare(w, NFTA_LIST_ELEM);

	if (!(e->flags & ELEM_CATCHALL))
		put_key(w, NFTA_SET_ELEM_KEY, e->key, key_len);
	if (e->flags & ELEM_HAS_END)
		put_key(w, NFTA_SET_ELEM_KEY_END, elem_end(&set->store, e),
			key_len);
	if (data)
		nft_data_dump(w, NFTA_SET_ELEM_DATA, data, set_data_kind(set),
			      set->data_len);
	if (e->extra)
		put_exprs(w, e->extra, reset);
	if (object)
		nl_put_string(w, NFTA_SET_ELEM_OBJREF,
			      nft_object_name(object));
	if (e->flags & ELEM_WIRE)
		nl_put_be32(w, NFTA_SET_ELEM_FLAGS, e->flags & ELEM_WIRE);
	if (set->store.time_at && !(e->flags & ELEM_END))
		put_times(set, w, e);
	if (e->extra && e->extra->udata_len)
		nl_put(w, NFTA_SET_ELEM_USERDATA, e->extra->udata,
		       e->extra->udata_len);
	nl_end(w, at);
}

/* A message about elements of a set, as far as its list. => For end_list(). */
struct list_msg {
	size_t msg;
	size_t list;
};

static struct list_msg
begin_list(const struct nft_set *set, struct nl_writer *w, uint16_t message,
	   uint16_t flags, uint32_t seq, uint32_t portid)
{
	struct list_msg m;

	m.msg = nft_begin_msg(set->nft, w, message, flags, seq, portid,
			      set->table->family);
	nl_put_string(w, NFTA_SET_ELEM_LIST_TABLE, set->table->named.name);
	nl_put_string(w, NFTA_SET_ELEM_LIST_SET, set->named.name);
	m.list = nl_begin_bare(w, NFTA_SET_ELEM_LIST_ELEMENTS);
	return m;
}

static void
end_list(struct nl_writer *w, struct list_msg m)
{
	nl_end(w, m.list);
	nl_end_msg(w, m.msg);
}

void
elem_notify(const struct nft_load *load, const struct nft_set *set,
	    uint32_t ref, uint16_t message)
{
	struct nl_writer *w = nft_notify_begin(load);
	struct list_msg m;

	if (!w)
		return;
	m = begin_list(set, w, message,
		       load->flags & (NLM_F_CREATE | NLM_F_EXCL), load->seq,
		       load->portid);
	elem_put(set, w, store_at(&set->store, ref), false);
	end_list(w, m);
	nft_notify_end(load);
}

/* All of them. */

static int
dump_begin(struct nft_dump *d, const struct nl_attr tb[])
{
	struct nft_table *table;
	struct nft_set *set;
	int err;

	table = nft_table_find(d->nft, &tb[NFTA_SET_ELEM_LIST_TABLE],
			       d->family, nft_gen_now(d->nft), 0, &err);
	if (!table) {
		nl_blame(d->extack, &tb[NFTA_SET_ELEM_LIST_TABLE]);
		return err;
	}
	set = set_lookup(table, &tb[NFTA_SET_ELEM_LIST_SET], NULL,
			 nft_gen_now(d->nft));
	if (!set) {
		nl_blame(d->extack, &tb[NFTA_SET_ELEM_LIST_SET]);
		return -ENOENT;
	}
	err = nft_dump_filter(&d->table, &tb[NFTA_SET_ELEM_LIST_TABLE]);
	return err ? err : nft_dump_filter(&d->name,
					   &tb[NFTA_SET_ELEM_LIST_SET]);
}

static struct list *
dump_list(const struct nft_dump *d, unsigned level, struct list *outer)
{
	if (level == 0)
		return &d->nft->tables;
	return &list_entry(outer, struct nft_table, link)->sets;
}

static bool
dump_wants(const struct nft_dump *d, unsigned level, const struct list *l)
{
	const struct nft_set *set;

	if (level == 0)
		return nft_dump_wants_table(d, l);
	set = list_entry(l, struct nft_set, link);
	return nft_gen_is_in_now(d->nft, set->named.inactive) &&
	       strcmp(set->named.name, d->name) == 0;
}

/* => Did it fit?  If not it is not there. */
static bool
put_one(const struct nft_set *set, struct nl_writer *w, size_t begin,
	uint32_t ref, bool reset)
{
	const struct elem *e = store_at(&set->store, ref);
	size_t at = w->used;

	if (elem_is_expired(&set->store, e, set_now_ms(set->nft)))
		return true;
	elem_put(set, w, e, false);
	if (!nl_ok(w) || w->used - begin > LIST_MOST) {
		nl_cancel(w, at);
		return false;
	}
	if (reset) {			/* only what is shown is reset */
		nl_cancel(w, at);
		elem_put(set, w, e, true);
	}
	return true;
}

static bool
dump_put(struct nft_dump *d, struct nl_writer *w, struct list *l)
{
	const struct nft_set *set = list_entry(l, struct nft_set, link);
	uint32_t last = (uint32_t)d->own[OWN_NEXT], ref = 0;
	struct list_msg m;
	bool is_whole = true, is_empty = true;

	m = begin_list(set, w, NFT_MSG_NEWSETELEM, nft_dump_flags(d), d->seq,
		       d->portid);
	if (!d->own[OWN_ENDS]) {
		for (ref = store_next(&set->store, last); ref;
		     ref = store_next(&set->store, ref)) {
			is_whole = put_one(set, w, m.list, ref, d->has_reset);
			if (!is_whole)
				break;
			last = ref;
			is_empty = false;
		}
		d->own[OWN_ENDS] = is_whole;
	}
	if (is_whole && set->catchall) {
		is_whole = put_one(set, w, m.list, set->catchall,
				   d->has_reset);
		is_empty &= !is_whole;
	}
	if (!is_whole && is_empty)
		w->is_full = true;	/* not one fits: another buffer */
	else
		d->own[OWN_NEXT] = last;
	end_list(w, m);
	return is_whole;
}

static const struct nft_dump_ops dump = {
	.levels = 2,
	.begin = dump_begin,
	.list = dump_list,
	.wants = dump_wants,
	.put = dump_put,
};

/* Some of them. */

static int
get_one(const struct nft_load *load, const struct nft_set *set,
	const struct nl_attr *attr, struct nl_writer *w, bool reset)
{
	uint64_t now_ms = set_now_ms(load->nft);
	struct elem_draft d;
	struct list_msg m;
	uint32_t ref;
	int err = elem_parse_key(load, set, attr, &d);

	if (err)
		return err;
	if (!(d.flags & NFT_SET_ELEM_CATCHALL)) {
		ref = store_get(&set->store, d.key, (uint8_t)d.flags, now_ms);
	} else {
		ref = set->catchall;
		if (ref && elem_is_expired(&set->store,
					   store_at(&set->store, ref), now_ms))
			ref = 0;
	}
	if (!ref)
		return -ENOENT;
	m = begin_list(set, w, NFT_MSG_NEWSETELEM, 0, load->seq,
		       load->portid);
	elem_put(set, w, store_at(&set->store, ref), reset);
	end_list(w, m);
	return 0;
}

static int
get_some(struct nft_load *load, const struct nl_attr tb[],
	 struct nl_writer *answer, bool reset)
{
	const struct nl_attr *list = &tb[NFTA_SET_ELEM_LIST_ELEMENTS];
	struct nl_reader r = nl_nested(list);
	const struct nft_set *set;
	struct nl_attr a;
	int err = elem_check_list(load, list);

	if (err)
		return err;
	err = nft_table_seen(load, &tb[NFTA_SET_ELEM_LIST_TABLE]);
	if (err)
		return err;
	set = set_lookup(load->table, &tb[NFTA_SET_ELEM_LIST_SET], NULL,
			 nft_gen_now(load->nft));
	if (!set) {
		nl_blame(load->extack, &tb[NFTA_SET_ELEM_LIST_SET]);
		return -ENOENT;
	}
	if (!list->data)
		return -EINVAL;
	while (nl_next(&r, &a)) {
		err = get_one(load, set, &a, answer, reset);
		if (err) {
			nl_blame(load->extack, &a);
			return err;
		}
	}
	return 0;
}

static int
get(struct nft_load *load, const struct nl_attr tb[], struct nl_writer *answer)
{
	return get_some(load, tb, answer, false);
}

static int
get_reset(struct nft_load *load, const struct nl_attr tb[],
	  struct nl_writer *answer)
{
	return get_some(load, tb, answer, true);
}

const struct nft_handler nft_elem_get = {
	.max_attr = NFTA_SET_ELEM_LIST_MAX,
	.policy = list_policy,
	.get = get,
	.dump = &dump,
};

const struct nft_handler nft_elem_get_reset = {
	.max_attr = NFTA_SET_ELEM_LIST_MAX,
	.policy = list_policy,
	.get = get_reset,
	.dump = &dump,
	.is_reset = true,
};
