/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_message.c - sets made, shown and deleted: NFT_MSG_NEWSET, _GETSET,
 * _DELSET. */
#include <stdio.h>
#include <stdlib.h>

#include "nft/set_private.h"

static const struct nl_policy set_policy[NFTA_SET_MAX + 1] = {
	[NFTA_SET_TABLE] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_SET_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_SET_FLAGS] = { .kind = NL_U32 },
	[NFTA_SET_KEY_TYPE] = { .kind = NL_U32 },
	[NFTA_SET_KEY_LEN] = { .kind = NL_U32 },
	[NFTA_SET_DATA_TYPE] = { .kind = NL_U32 },
	[NFTA_SET_DATA_LEN] = { .kind = NL_U32 },
	[NFTA_SET_POLICY] = { .kind = NL_U32 },
	[NFTA_SET_DESC] = { .kind = NL_NESTED },
	[NFTA_SET_ID] = { .kind = NL_U32 },
	[NFTA_SET_TIMEOUT] = { .kind = NL_U64 },
	[NFTA_SET_GC_INTERVAL] = { .kind = NL_U32 },
	[NFTA_SET_USERDATA] = { .kind = NL_BINARY, .max = NFT_USERDATA_MAXLEN },
	[NFTA_SET_OBJ_TYPE] = { .kind = NL_U32 },
	[NFTA_SET_HANDLE] = { .kind = NL_U64 },
	[NFTA_SET_EXPR] = { .kind = NL_NESTED },
	[NFTA_SET_EXPRESSIONS] = { .kind = NL_NESTED_ARRAY },
};

/* Showing. */

static void
put_desc(struct nl_writer *w, const struct nft_set *set)
{
	size_t desc = nl_begin_bare(w, NFTA_SET_DESC), concat, field;

	if (set->size)
		nl_put_be32(w, NFTA_SET_DESC_SIZE, set->size);
	if (set->fields > 1) {
		concat = nl_begin_bare(w, NFTA_SET_DESC_CONCAT);
		for (uint8_t i = 0; i < set->fields; i++) {
			field = nl_begin_bare(w, NFTA_LIST_ELEM);
			nl_put_be32(w, NFTA_SET_FIELD_LEN, set->field_len[i]);
			nl_end(w, field);
		}
		nl_end(w, concat);
	}
	nl_end(w, desc);
}

static void
put_exprs(struct nl_writer *w, const struct nft_set *set)
{
	size_t list;

	if (set->expr_count == 1)
		nft_expr_dump(w, NFTA_SET_EXPR, set->expr[0], false);
	if (set->expr_count < 2)
		return;
	list = nl_begin_bare(w, NFTA_SET_EXPRESSIONS);
	for (uint8_t i = 0; i < set->expr_count; i++)
		nft_expr_dump(w, NFTA_LIST_ELEM, set->expr[i], false);
	nl_end(w, list);
}

static void
put_types(struct nl_writer *w, const struct nft_set *set)
{
	if (set->flags)
		nl_put_be32(w, NFTA_SET_FLAGS, set->flags);
	nl_put_be32(w, NFTA_SET_KEY_TYPE, set->key_type);
	nl_put_be32(w, NFTA_SET_KEY_LEN, set->store.set.key_len);
	if (set->flags & NFT_SET_MAP) {
		nl_put_be32(w, NFTA_SET_DATA_TYPE, set->data_type);
		nl_put_be32(w, NFTA_SET_DATA_LEN, set->data_len);
	}
	if (set->flags & NFT_SET_OBJECT)
		nl_put_be32(w, NFTA_SET_OBJ_TYPE, set->object_type);
}

static void
put_kind(struct nl_writer *w, const struct nft_set *set)
{
	static const char *const names[] = {
		[STORE_HASH] = "hash",
		[STORE_INTERVAL] = "interval",
		[STORE_CONCAT] = "concat",
	};
	enum store_kind kind = set->store.set.kind;

	nl_put_string(w, NFTA_SET_TYPE, names[kind]);
	/* Of intervals there are starts and ends. */
	nl_put_be32(w, NFTA_SET_COUNT, kind == STORE_INTERVAL ?
		    set->store.count / 2 : set->store.count);
}

static void
put(struct nl_writer *w, uint16_t message, uint16_t flags, uint32_t seq,
    uint32_t portid, const struct nft_set *set)
{
	size_t at = nft_begin_msg(set->nft, w, message, flags, seq, portid,
				  set->table->family);

	nl_put_string(w, NFTA_SET_TABLE, set->table->named.name);
	nl_put_string(w, NFTA_SET_NAME, set->named.name);
	nl_put_be64(w, NFTA_SET_HANDLE, set->named.handle);
	if (message != NFT_MSG_DELSET) {
		put_types(w, set);
		if (set->timeout_ms)
			nl_put_be64(w, NFTA_SET_TIMEOUT, set->timeout_ms);
		if (set->gc_interval_ms)
			nl_put_be32(w, NFTA_SET_GC_INTERVAL,
				    set->gc_interval_ms);
		if (set->policy != NFT_SET_POL_PERFORMANCE)
			nl_put_be32(w, NFTA_SET_POLICY, set->policy);
		if (set->udata_len)
			nl_put(w, NFTA_SET_USERDATA, set->udata,
			       set->udata_len);
		put_desc(w, set);
		put_exprs(w, set);
		put_kind(w, set);
	}
	nl_end_msg(w, at);
}

void
set_notify(const struct nft_load *load, const struct nft_set *set,
	   uint16_t message)
{
	struct nl_writer *w = nft_notify_begin(load);

	if (!w)
		return;
	put(w, message, load->flags & (NLM_F_CREATE | NLM_F_EXCL), load->seq,
	    load->portid, set);
	nft_notify_end(load);
}

static int
dump_begin(struct nft_dump *d, const struct nl_attr tb[])
{
	int err;

	if (!tb[NFTA_SET_TABLE].data)
		return 0;
	if (!nft_table_find(d->nft, &tb[NFTA_SET_TABLE], d->family,
			    nft_gen_now(d->nft), 0, &err)) {
		nl_blame(d->extack, &tb[NFTA_SET_TABLE]);
		return err;
	}
	return nft_dump_filter(&d->table, &tb[NFTA_SET_TABLE]);
}

static bool
dump_put(struct nft_dump *d, struct nl_writer *w, struct list *l)
{
	put(w, NFT_MSG_NEWSET, nft_dump_flags(d), d->seq, d->portid,
	    list_entry(l, struct nft_set, link));
	return true;
}

static const struct nft_dump_ops dump = {
	.levels = 2,
	.begin = dump_begin,
	.list = nft_dump_kind_list,
	.wants = nft_dump_kind_wants,
	.table_list = offsetof(struct nft_table, sets),
	.inactive = NFT_DUMP_INACTIVE(struct nft_set),
	.put = dump_put,
};

static int
get(struct nft_load *load, const struct nl_attr tb[], struct nl_writer *answer)
{
	const struct nft_set *set;
	int err;

	if (load->family == NFPROTO_UNSPEC)
		return -EAFNOSUPPORT;
	err = nft_table_seen(load, &tb[NFTA_SET_TABLE]);
	if (err)
		return err;
	if (!tb[NFTA_SET_NAME].data)
		return -EINVAL;
	set = set_lookup(load->table, &tb[NFTA_SET_NAME], NULL,
			 nft_gen_now(load->nft));
	if (!set) {
		nl_blame(load->extack, &tb[NFTA_SET_NAME]);
		return -ENOENT;
	}
	put(answer, NFT_MSG_NEWSET, 0, load->seq, load->portid, set);
	return 0;
}

const struct nft_handler nft_set_get = {
	.max_attr = NFTA_SET_MAX,
	.policy = set_policy,
	.get = get,
	.dump = &dump,
};

/* Making. */

struct trans_set {
	struct nft_trans trans;
	struct nft_set *set;
	bool is_update;
	bool is_gone;			/* aborted, with the rule it is for */
	uint64_t timeout_ms;		/* of an update */
	uint32_t gc_interval_ms;
	uint32_t size;
};

static void
commit_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_set *t = (struct trans_set *)trans;
	struct nft_set *set = t->set;

	if (t->is_update) {
		set->timeout_ms = t->timeout_ms;
		set->gc_interval_ms = t->gc_interval_ms;
		if (t->size)
			set->size = t->size;
	} else {
		nft_gen_keep(nft, &set->named.inactive);
		/* From now on it is the rule's, not the table's. */
		if (set_is_anonymous(set) && !list_is_empty(&set->bindings))
			nft_use_dec(&set->table->use);
	}
	set_notify(&trans->load, set, NFT_MSG_NEWSET);
}

static void
abort_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_set *t = (struct trans_set *)trans;

	if (t->is_update)
		return;
	nft_use_dec(&t->set->table->use);
	t->is_gone = t->set->is_bound;
	if (!t->is_gone)
		set_unlink(nft, t->set);
}

static void
release_new(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_set *t = (struct trans_set *)trans;

	if (is_aborted && !t->is_update && !t->is_gone)
		set_destroy(nft, t->set);
}

static int
check_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_set *t = (struct trans_set *)trans;

	(void)nft;
	return !t->is_update && set_is_anonymous(t->set) &&
	       !t->set->is_bound ? -EINVAL : 0;
}

static const struct nft_trans_ops trans_new = {
	.size = sizeof(struct trans_set),
	.commit = commit_new,
	.abort = abort_new,
	.release = release_new,
	.check = check_new,
};

static bool
is_in_next(const struct nft *nft, const struct nft_trans *trans)
{
	const struct trans_set *t = (const struct trans_set *)trans;

	return nft_gen_is_in_next(nft, t->set->named.inactive);
}

struct nft_set *
set_by_id(const struct nft *nft, const struct nft_table *table, uint32_t id)
{
	struct nft_trans *t = nft_trans_by_id(nft, &trans_new, table, id,
					      is_in_next);

	return t ? ((struct trans_set *)t)->set : NULL;
}

/* The expressions that every element of the set is to have. */
static int
create_exprs(const struct nft_load *load, struct nft_set *set,
	     const struct nl_attr tb[], uint32_t flags,
	     struct nft_expr *expr[], uint8_t *count)
{
	struct nl_reader r = nl_nested(&tb[NFTA_SET_EXPRESSIONS]);
	struct nl_attr a;
	int err = 0;

	*count = 0;
	if (tb[NFTA_SET_EXPR].data) {
		err = elem_expr_create(load, set, &tb[NFTA_SET_EXPR], expr);
		*count = !err;
		return err;
	}
	if (tb[NFTA_SET_EXPRESSIONS].data && !(flags & NFT_SET_EXPR))
		return -EINVAL;
	while (!err && nl_next(&r, &a)) {
		if (*count == SET_EXPRS)
			err = -E2BIG;
		else if (a.type != NFTA_LIST_ELEM)
			err = -EINVAL;
		else
			err = elem_expr_create(load, set, &a, &expr[*count]);
		*count += !err;
	}
	while (err && *count)
		nft_expr_destroy(load->nft, expr[--*count]);
	return err;
}

static bool
is_same(const struct nft_set *set, const struct set_draft *d,
	struct nft_expr *const expr[], uint8_t count)
{
	if (set->key_type != d->key_type || set->data_type != d->data_type ||
	    set->flags != d->flags ||
	    set->store.set.key_len != d->key_len ||
	    set->data_len != d->data_len || set->fields != d->fields ||
	    memcmp(set->field_len, d->field_len, d->fields) != 0 ||
	    set->expr_count != count)
		return false;
	for (uint8_t i = 0; i < count; i++) {
		if (set->expr[i]->ops != expr[i]->ops)
			return false;
	}
	return true;
}

static int
update(struct nft_load *load, const struct nl_attr tb[], struct nft_set *set,
       const struct set_draft *d)
{
	struct nft_expr *expr[SET_EXPRS];
	struct trans_set *t;
	uint8_t count;
	int err;

	if (load->flags & NLM_F_EXCL) {
		nl_blame(load->extack, &tb[NFTA_SET_NAME]);
		return -EEXIST;
	}
	if (load->flags & NLM_F_REPLACE || set_is_anonymous(set))
		return -EOPNOTSUPP;
	err = create_exprs(load, set, tb, d->flags, expr, &count);
	if (err)
		return err;
	if (!is_same(set, d, expr, count)) {
		nl_blame(load->extack, &tb[NFTA_SET_NAME]);
		err = -EEXIST;
	}
	while (count)
		nft_expr_destroy(load->nft, expr[--count]);
	if (err)
		return err;
	t = nft_trans_create(load, &trans_new);
	if (!t)
		return -ENOMEM;
	t->set = set;
	t->is_update = true;
	t->timeout_ms = d->timeout_ms;
	t->gc_interval_ms = d->gc_interval_ms;
	t->size = d->size;
	nft_trans_add(&t->trans);
	return 0;
}

/* "name%d" asks for the least number that is free. */
static int
make_name(const struct nft_load *load, const struct nl_attr *attr, char **out)
{
	char format[NFT_NAME_MOST + 1], name[NFT_NAME_MOST + 16], *percent;
	struct nl_attr a = { .data = (const uint8_t *)name };
	uint32_t n = 0;

	(void)nl_string(attr, format, sizeof(format));
	percent = strchr(format, '%');
	if (!percent) {
		*out = strdup(format);
		return *out ? 0 : -ENOMEM;
	}
	if (percent[1] != 'd' || strchr(percent + 2, '%'))
		return -EINVAL;
	*percent = '\0';
	if (!strcmp(load->table->set_prefix, format))
		n = load->table->set_number;	/* those before are taken */
	do {
		a.len = (uint16_t)snprintf(name, sizeof(name), "%s%u%s",
					   format, n++, percent + 2);
	} while (set_lookup(load->table, &a, NULL, nft_gen_next(load->nft)));
	if (strlen(format) < sizeof(load->table->set_prefix)) {
		strcpy(load->table->set_prefix, format);
		load->table->set_number = n;
	}
	*out = strdup(name);
	return *out ? 0 : -ENOMEM;
}

static enum store_kind
kind_of(const struct set_draft *d)
{
	if (!(d->flags & NFT_SET_INTERVAL))
		return STORE_HASH;
	return d->fields > 1 ? STORE_CONCAT : STORE_INTERVAL;
}

/* Linux chooses among several kinds of tables, of which one can take what
 * packets add. */
static bool
can_update(const struct set_draft *d, bool has_exprs)
{
	if (d->flags & NFT_SET_INTERVAL)
		return false;
	if (d->flags & (NFT_SET_TIMEOUT | NFT_SET_EVAL))
		return true;
	if (d->size)
		return false;
	return d->key_len > 2 || has_exprs ||
	       d->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
}

static int
init_store(struct nft_set *set, const struct set_draft *d)
{
	struct store_config config = {
		.kind = kind_of(d),
		.key_len = (uint8_t)d->key_len,
		.fields = d->fields,
		.data_len = (uint16_t)d->data_len,
		.has_object = d->flags & NFT_SET_OBJECT,
		.has_timeout = d->flags & NFT_SET_TIMEOUT,
		.is_anonymous = d->flags & NFT_SET_ANONYMOUS,
		.hash_key = set->nft->key,
		.now_ms = set_now_ms(set->nft),
	};

	memcpy(config.field_len, d->field_len, sizeof(config.field_len));
	return store_init(&set->store, &config);
}

static void
fill(struct nft_set *set, const struct set_draft *d)
{
	set->flags = d->flags;
	set->key_type = d->key_type;
	set->data_type = d->data_type;
	set->data_len = (uint16_t)d->data_len;
	set->object_type = d->object_type;
	set->policy = d->policy;
	set->size = d->size;
	set->timeout_ms = d->timeout_ms;
	set->gc_interval_ms = d->gc_interval_ms;
	set->fields = d->fields;
	memcpy(set->field_len, d->field_len, sizeof(set->field_len));
}

static int
create(const struct nft_load *load, const struct nl_attr tb[],
       const struct set_draft *d, struct nft_set **out)
{
	const struct nl_attr *udata = &tb[NFTA_SET_USERDATA];
	struct nft_set *set = calloc(1, sizeof(*set));
	int err;

	if (!set)
		return -ENOMEM;
	set->nft = load->nft;
	set->table = load->table;
	list_init(&set->bindings);
	list_init(&set->timed);
	fill(set, d);
	set->can_update = can_update(d, tb[NFTA_SET_EXPR].data ||
				     tb[NFTA_SET_EXPRESSIONS].data);
	err = make_name(load, &tb[NFTA_SET_NAME], &set->named.name);
	if (err)
		goto err_set;
	err = init_store(set, d);
	if (err)
		goto err_name;
	err = -ENOMEM;
	if (udata->data) {
		set->udata = nft_memdup(udata);
		if (!set->udata)
			goto err_store;
		set->udata_len = udata->len;
	}
	err = create_exprs(load, set, tb, d->flags, set->expr,
			   &set->expr_count);
	if (err)
		goto err_udata;
	*out = set;
	return 0;

err_udata:
	free(set->udata);
	list_remove(&set->timed);
err_store:
	store_fini(&set->store);
err_name:
	free(set->named.name);
err_set:
	free(set);
	return err;
}

static int
add(struct nft_load *load, const struct nl_attr tb[],
    const struct set_draft *d)
{
	struct nft *nft = load->nft;
	struct nft_set *set;
	struct trans_set *t;
	int err;

	if (!(load->flags & NLM_F_CREATE))
		return -ENOENT;
	if (set_has_both(d->flags, NFT_SET_INTERVAL, NFT_SET_EVAL))
		return -EOPNOTSUPP;
	err = create(load, tb, d, &set);
	if (err)
		return err;
	t = nft_trans_create(load, &trans_new);
	if (!t || !nft_use_inc(&load->table->use)) {
		err = t ? -EMFILE : -ENOMEM;
		if (t)
			nft_trans_destroy(&t->trans);
		set_destroy(nft, set);
		return err;
	}
	t->set = set;
	set->named.handle = nft_table_handle(load->table);
	nft_gen_add(nft, &set->named.inactive);
	nft_names_insert(&load->table->set_names, &set->named);
	list_insert(&load->table->sets, &set->link);
	if (d->flags & NFT_SET_TIMEOUT)
		list_insert(&nft->timed_sets, &set->timed);
	nft_trans_add_id(&t->trans, load->table,
			 nl_be32(&tb[NFTA_SET_ID]));
	return 0;
}

static int
change_new(struct nft_load *load, const struct nl_attr tb[])
{
	struct nft_set *set;
	struct set_draft d;
	int err = set_draft_parse(load, tb, &d);

	if (err)
		return err;
	err = nft_table_changed(load, &tb[NFTA_SET_TABLE]);
	if (err)
		return err;
	set = set_lookup(load->table, &tb[NFTA_SET_NAME], NULL,
			 nft_gen_next(load->nft));
	return set ? update(load, tb, set, &d) : add(load, tb, &d);
}

const struct nft_handler nft_set_new = {
	.max_attr = NFTA_SET_MAX,
	.policy = set_policy,
	.change = change_new,
};

/* Deleting. */

static void
commit_del(struct nft *nft, struct nft_trans *trans)
{
	struct nft_set *set = ((struct trans_set *)trans)->set;

	set_unlink(nft, set);
	set_notify(&trans->load, set, NFT_MSG_DELSET);
}

static void
abort_del(struct nft *nft, struct nft_trans *trans)
{
	struct nft_set *set = ((struct trans_set *)trans)->set;

	set->table->use++;
	nft_gen_keep(nft, &set->named.inactive);
	set_hold_all(set);
}

static void
release_del(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	if (!is_aborted)
		set_destroy(nft, ((struct trans_set *)trans)->set);
}

static const struct nft_trans_ops trans_del = {
	.size = sizeof(struct trans_set),
	.commit = commit_del,
	.abort = abort_del,
	.release = release_del,
};

static int
delete(const struct nft_load *load, struct nft_set *set)
{
	struct trans_set *t = nft_trans_create(load, &trans_del);

	if (!t)
		return -ENOMEM;
	t->set = set;
	set_release_all(set);
	nft_gen_delete(load->nft, &set->named.inactive);
	nft_use_dec(&load->table->use);
	nft_trans_add(&t->trans);
	return 0;
}

int
nft_set_flush(struct nft_load *load)
{
	struct nft_set *set;

	list_each(set, &load->table->sets, link) {
		int err;

		/* Anonymous ones go with their rules. */
		if (set_is_anonymous(set) ||
		    !nft_gen_is_in_next(load->nft, set->named.inactive))
			continue;
		err = delete(load, set);
		if (err)
			return err;
	}
	return 0;
}

static int
change_del(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *blame = &tb[NFTA_SET_HANDLE];
	struct nft_set *set;
	int err;

	if (load->family == NFPROTO_UNSPEC)
		return -EAFNOSUPPORT;
	err = nft_table_changed(load, &tb[NFTA_SET_TABLE]);
	if (err)
		return err;
	if (!blame->data)
		blame = &tb[NFTA_SET_NAME];
	if (!blame->data)
		return -EINVAL;
	set = set_lookup(load->table, &tb[NFTA_SET_NAME],
			 &tb[NFTA_SET_HANDLE], nft_gen_next(load->nft));
	if (!set && load->is_destroy)
		return 0;
	if (!set) {
		nl_blame(load->extack, blame);
		return -ENOENT;
	}
	if (set->use ||
	    (load->flags & NLM_F_NONREC && set->store.count > 0)) {
		nl_blame(load->extack, blame);
		return -EBUSY;
	}
	return delete(load, set);
}

const struct nft_handler nft_set_del = {
	.max_attr = NFTA_SET_MAX,
	.policy = set_policy,
	.change = change_del,
};
