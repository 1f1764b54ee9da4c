/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_elem.c - elements of sets: what a request says of one, what it
 * holds, how it goes. */
#include "nft/set_private.h"

enum { MS_MOST_DIVISOR = 1000000 };	/* a time must fit as nanoseconds */

static const struct nl_policy elem_policy[NFTA_SET_ELEM_MAX + 1] = {
	[NFTA_SET_ELEM_KEY] = { .kind = NL_NESTED },
	[NFTA_SET_ELEM_DATA] = { .kind = NL_NESTED },
	[NFTA_SET_ELEM_FLAGS] = { .kind = NL_U32 },
	[NFTA_SET_ELEM_TIMEOUT] = { .kind = NL_U64 },
	[NFTA_SET_ELEM_EXPIRATION] = { .kind = NL_U64 },
	[NFTA_SET_ELEM_USERDATA] = { .kind = NL_BINARY, .max = NFT_USERDATA_MAXLEN },
	[NFTA_SET_ELEM_EXPR] = { .kind = NL_NESTED },
	[NFTA_SET_ELEM_OBJREF] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_SET_ELEM_KEY_END] = { .kind = NL_NESTED },
	[NFTA_SET_ELEM_EXPRESSIONS] = { .kind = NL_NESTED },
};

int
set_parse_ms(const struct nl_attr *attr, uint64_t *ms)
{
	*ms = nl_be64(attr);
	return *ms < UINT64_MAX / MS_MOST_DIVISOR ? 0 : -ERANGE;
}

/* Linux looks at all of a request's elements before it takes up the first. */
int
elem_check_list(const struct nft_load *load, const struct nl_attr *list)
{
	struct nl_reader r = nl_nested(list);
	struct nl_attr a, tb[NFTA_SET_ELEM_MAX + 1];
	int err = 0;

	while (!err && nl_next(&r, &a))
		err = nl_parse_nested(tb, NFTA_SET_ELEM_MAX, &a, elem_policy,
				      load->extack);
	return err;
}

static bool
has_ranges(const struct nft_set *set)
{
	const uint32_t both = NFT_SET_CONCAT | NFT_SET_INTERVAL;

	return (set->flags & both) == both;
}

static int
parse_flags(const struct nft_set *set, const struct nl_attr *attr,
	    uint32_t *flags)
{
	const uint32_t known = NFT_SET_ELEM_INTERVAL_END |
			       NFT_SET_ELEM_CATCHALL;

	*flags = nl_be32(attr);
	if (*flags & ~known)
		return -EOPNOTSUPP;
	if (*flags & NFT_SET_ELEM_INTERVAL_END &&
	    !(set->flags & NFT_SET_INTERVAL))
		return -EINVAL;
	return *flags == known ? -EINVAL : 0;
}

static int
parse_key(const struct nft_load *load, const struct nft_set *set,
	  const struct nl_attr *attr, uint32_t *key)
{
	struct nft_data_desc desc = {
		.type = NFT_DATA_BYTES,
		.size = STORE_KEY_MAX,
		.len = set->store.set.key_len,
	};
	struct nft_data data;
	int err = nft_data_parse(load, &data, &desc, attr);

	if (!err)
		memcpy(key, data.bytes, STORE_KEY_MAX);
	return err;
}

static int
parse_keys(const struct nft_load *load, const struct nft_set *set,
	   struct elem_draft *d)
{
	const struct nl_attr *end = &d->tb[NFTA_SET_ELEM_KEY_END];
	int err = 0;

	if (d->tb[NFTA_SET_ELEM_KEY].data)
		err = parse_key(load, set, &d->tb[NFTA_SET_ELEM_KEY], d->key);
	if (err || !end->data)
		return err;
	d->has_end = true;
	return parse_key(load, set, end, d->end);
}

static int
parse_start(const struct nft_load *load, const struct nft_set *set,
	    const struct nl_attr *attr, struct elem_draft *d)
{
	int err;

	memset(d, 0, sizeof(*d));
	err = nl_parse_nested(d->tb, NFTA_SET_ELEM_MAX, attr, elem_policy,
			      load->extack);
	return err ? err : parse_flags(set, &d->tb[NFTA_SET_ELEM_FLAGS],
				       &d->flags);
}

/* A second key makes a range in sets of ranges in several fields alone. */
static bool
is_end_right(const struct nft_set *set, const struct elem_draft *d)
{
	bool has_end = d->tb[NFTA_SET_ELEM_KEY_END].data;

	if (!has_ranges(set))
		return !has_end;
	return !(d->flags & NFT_SET_ELEM_INTERVAL_END) &&
	       !(has_end && d->flags & NFT_SET_ELEM_CATCHALL);
}

int
elem_parse_key(const struct nft_load *load, const struct nft_set *set,
	       const struct nl_attr *attr, struct elem_draft *d)
{
	int err = parse_start(load, set, attr, d);

	if (err)
		return err;
	if (!d->tb[NFTA_SET_ELEM_KEY].data &&
	    !(d->flags & NFT_SET_ELEM_CATCHALL))
		return -EINVAL;
	if (!is_end_right(set, d))
		return -EINVAL;
	return parse_keys(load, set, d);
}

/* Which attributes may, or must, be there together. */
static int
check_shape(const struct nft_set *set, const struct elem_draft *d)
{
	static const uint8_t not_of_ends[] = {
		NFTA_SET_ELEM_DATA, NFTA_SET_ELEM_OBJREF,
		NFTA_SET_ELEM_TIMEOUT, NFTA_SET_ELEM_EXPIRATION,
		NFTA_SET_ELEM_USERDATA, NFTA_SET_ELEM_EXPR,
		NFTA_SET_ELEM_KEY_END, NFTA_SET_ELEM_EXPRESSIONS,
	};
	bool is_end = d->flags & NFT_SET_ELEM_INTERVAL_END;
	bool has_data = d->tb[NFTA_SET_ELEM_DATA].data;
	bool has_object = d->tb[NFTA_SET_ELEM_OBJREF].data;

	if (!d->tb[NFTA_SET_ELEM_KEY].data !=
	    (bool)(d->flags & NFT_SET_ELEM_CATCHALL))
		return -EINVAL;
	if (set->flags & NFT_SET_MAP ? !has_data && !is_end : has_data)
		return -EINVAL;
	if (set->flags & NFT_SET_OBJECT ? !has_object && !is_end : has_object)
		return -EINVAL;
	if (!is_end_right(set, d))
		return -EINVAL;
	for (size_t i = 0; is_end && i < sizeof(not_of_ends); i++) {
		if (d->tb[not_of_ends[i]].data)
			return -EINVAL;
	}
	return 0;
}

static int
parse_times(const struct nft_set *set, struct elem_draft *d)
{
	const struct nl_attr *timeout = &d->tb[NFTA_SET_ELEM_TIMEOUT];
	const struct nl_attr *expires = &d->tb[NFTA_SET_ELEM_EXPIRATION];
	bool is_timed = set->flags & NFT_SET_TIMEOUT;
	int err = 0;

	if ((timeout->data || expires->data) && !is_timed)
		return -EINVAL;
	if (timeout->data)
		err = set_parse_ms(timeout, &d->timeout_ms);
	else if (is_timed && !(d->flags & NFT_SET_ELEM_INTERVAL_END))
		d->timeout_ms = set->timeout_ms;
	if (err || !expires->data)
		return err;
	if (!d->timeout_ms)
		return -EOPNOTSUPP;
	err = set_parse_ms(expires, &d->expires_ms);
	if (!err && d->expires_ms > d->timeout_ms)
		err = -ERANGE;
	return err;
}

int
elem_expr_create(const struct nft_load *load, struct nft_set *set,
		 const struct nl_attr *attr, struct nft_expr **expr)
{
	int err = nft_expr_create(load, attr, true, expr);

	if (err || !((*expr)->ops->flags & NFT_EXPR_HAS_GC))
		return err;
	if (set->flags & NFT_SET_TIMEOUT || !set->can_update) {
		nft_expr_destroy(load->nft, *expr);
		*expr = NULL;
		return -EOPNOTSUPP;
	}
	set->has_gc = true;
	if (list_is_empty(&set->timed))
		list_insert(&load->nft->timed_sets, &set->timed);
	return 0;
}

static void
drop_exprs(struct nft *nft, struct elem_draft *d)
{
	while (d->expr_count)
		nft_expr_destroy(nft, d->expr[--d->expr_count]);
}

/* If the set has expressions, its elements have the same ones. */
static int
parse_expr(const struct nft_load *load, struct nft_set *set,
	   const struct nl_attr *attr, struct elem_draft *d)
{
	struct nft_expr *expr;
	int err = elem_expr_create(load, set, attr, &expr);

	if (err)
		return err;
	if (set->expr_count && set->expr[d->expr_count]->ops != expr->ops) {
		nft_expr_destroy(load->nft, expr);
		return -EOPNOTSUPP;
	}
	d->expr[d->expr_count++] = expr;
	return 0;
}

static int
parse_expr_list(const struct nft_load *load, struct nft_set *set,
		const struct nl_attr *list, struct elem_draft *d)
{
	struct nl_reader r = nl_nested(list);
	struct nl_attr a;
	int err;

	while (nl_next(&r, &a)) {
		if (d->expr_count == SET_EXPRS ||
		    (set->expr_count && d->expr_count == set->expr_count))
			return -E2BIG;
		if (a.type != NFTA_LIST_ELEM)
			return -EINVAL;
		err = parse_expr(load, set, &a, d);
		if (err)
			return err;
	}
	return set->expr_count && d->expr_count != set->expr_count ?
	       -EOPNOTSUPP : 0;
}

static int
clone_exprs(const struct nft_set *set, struct elem_draft *d)
{
	while (d->expr_count < set->expr_count) {
		int err = nft_expr_clone(set->nft, set->expr[d->expr_count],
					 &d->expr[d->expr_count]);

		if (err)
			return err;
		d->expr_count++;
	}
	return 0;
}

static int
parse_exprs(const struct nft_load *load, struct nft_set *set,
	    struct elem_draft *d)
{
	const struct nl_attr *one = &d->tb[NFTA_SET_ELEM_EXPR];
	const struct nl_attr *many = &d->tb[NFTA_SET_ELEM_EXPRESSIONS];

	if (one->data)
		return set->expr_count > 1 ? -EOPNOTSUPP :
		       parse_expr(load, set, one, d);
	if (many->data)
		return parse_expr_list(load, set, many, d);
	if (!(d->flags & NFT_SET_ELEM_INTERVAL_END))
		return clone_exprs(set, d);
	return 0;
}

/* Jumps are validated when the batch is committed. */
static void
note_jump(const struct nft_load *load, const struct nft_set *set,
	  const struct nft_data *data)
{
	if (!list_is_empty(&set->bindings) &&
	    (data->verdict == NFT_JUMP || data->verdict == NFT_GOTO))
		nft_table_validate_later(load->table);
}

static int
parse_data(const struct nft_load *load, const struct nft_set *set,
	   struct elem_draft *d)
{
	enum nft_data_type kind = set_data_kind(set);
	struct nft_data_desc desc = {
		.type = (uint8_t)kind,
		.is_elem = true,
		.size = NFT_DATA_VALUE_MAXLEN,
		.len = set->data_len,
	};
	int err;

	if (!d->tb[NFTA_SET_ELEM_DATA].data)
		return 0;
	err = nft_data_parse(load, &d->data, &desc,
			     &d->tb[NFTA_SET_ELEM_DATA]);
	if (err)
		return err;
	d->has_data = true;
	if (kind == NFT_DATA_JUDGEMENT)
		note_jump(load, set, &d->data);
	return 0;
}

int
elem_parse(const struct nft_load *load, struct nft_set *set,
	   const struct nl_attr *attr, struct elem_draft *d)
{
	int err = parse_start(load, set, attr, d);

	if (!err)
		err = check_shape(set, d);
	if (!err)
		err = parse_times(set, d);
	if (err)
		return err;
	err = parse_exprs(load, set, d);
	if (!err)
		err = parse_keys(load, set, d);
	if (!err && d->tb[NFTA_SET_ELEM_OBJREF].data)
		err = nft_object_find(load, &d->tb[NFTA_SET_ELEM_OBJREF],
				      set->object_type, &d->object);
	if (!err)
		err = parse_data(load, set, d);
	if (err) {
		drop_exprs(load->nft, d);
		return err;
	}
	if (d->object)
		nft_object_hold(d->object);
	return 0;
}

void
elem_drop(struct nft *nft, const struct nft_set *set, struct elem_draft *d)
{
	drop_exprs(nft, d);
	if (d->has_data)
		nft_data_release(&d->data, set_data_kind(set));
	if (d->object)
		nft_object_release(d->object);
}

/* Elements in memory. */

int
elem_set_extra(struct nft_set *set, struct elem *e,
	       struct nft_expr *const expr[], uint8_t expr_count,
	       const void *udata, uint16_t udata_len)
{
	struct elem_extra *x;

	if (!expr_count && !udata_len)
		return 0;
	x = nft_alloc(set->nft, sizeof(*x) + udata_len);
	if (!x)
		return -ENOMEM;
	x->udata_len = udata_len;
	if (udata_len)
		memcpy(x->udata, udata, udata_len);
	x->expr_count = expr_count;
	for (uint8_t i = 0; i < expr_count; i++)
		x->expr[i] = expr[i];
	e->extra = x;
	return 0;
}

uint32_t
elem_create(struct nft_set *set, struct elem_draft *d)
{
	const struct nl_attr *udata = &d->tb[NFTA_SET_ELEM_USERDATA];
	struct set_store *s = &set->store;
	uint32_t ref = store_new(s, d->key, d->has_end ? d->end : NULL,
				 (uint8_t)d->flags);
	struct elem *e;

	if (!ref)
		return 0;
	e = store_at(s, ref);
	if (elem_set_extra(set, e, d->expr, d->expr_count, udata->data,
			   udata->data ? udata->len : 0)) {
		store_free(s, ref);
		return 0;
	}
	if (d->has_data) {
		memcpy(elem_data(s, e), &d->data, set->data_len);
		e->flags |= ELEM_HAS_DATA;
	}
	if (d->object)
		*elem_object(s, e) = d->object;
	if (s->time_at)
		store_renew(s, ref, d->timeout_ms, set_now_ms(set->nft) +
			    (d->expires_ms ? d->expires_ms : d->timeout_ms));
	return ref;
}

void
elem_hold(const struct nft_set *set, const struct elem *e)
{
	const struct nft_data *data = set_elem_data(set, e);
	struct nft_object *object = set_elem_object(set, e);

	if (data)
		nft_data_hold(data, set_data_kind(set));
	if (object)
		nft_object_hold(object);
}

void
elem_release(const struct nft_set *set, const struct elem *e)
{
	const struct nft_data *data = set_elem_data(set, e);
	struct nft_object *object = set_elem_object(set, e);

	if (data)
		nft_data_release(data, set_data_kind(set));
	if (object)
		nft_object_release(object);
}

void
elem_fini(const struct nft_set *set, struct elem *e)
{
	struct elem_extra *x = e->extra;

	if (!x)
		return;
	for (uint8_t i = 0; i < x->expr_count; i++)
		nft_expr_destroy(set->nft, x->expr[i]);
	nft_free(set->nft, x, sizeof(*x) + x->udata_len);
	e->extra = NULL;
}

void
elem_destroy(struct nft_set *set, uint32_t ref)
{
	elem_fini(set, store_at(&set->store, ref));
	store_free(&set->store, ref);
}
