/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object.c - named objects: their kinds, their messages (NFT_MSG_*OBJ),
 * who refers to them. */
#include "nft/object.h"

#include <stdlib.h>

#include "nft/object_private.h"

static const struct nft_object_ops *const kinds[] = {
	[NFT_OBJECT_COUNTER] = &nft_object_counter,
	[NFT_OBJECT_QUOTA] = &nft_object_quota,
	[NFT_OBJECT_CT_HELPER] = &nft_object_ct_helper,
	[NFT_OBJECT_LIMIT] = &nft_object_limit,
	[NFT_OBJECT_CONNLIMIT] = &nft_object_connlimit,
	[NFT_OBJECT_CT_TIMEOUT] = &nft_object_ct_timeout,
	[NFT_OBJECT_SYNPROXY] = &nft_object_synproxy,
	[NFT_OBJECT_CT_EXPECT] = &nft_object_ct_expect,
};

enum { ATTRS_MOST = 16 };	/* of any kind */

static const struct nl_policy object_policy[NFTA_OBJ_MAX + 1] = {
	[NFTA_OBJ_TABLE] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_OBJ_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_OBJ_TYPE] = { .kind = NL_U32 },
	[NFTA_OBJ_DATA] = { .kind = NL_NESTED },
	[NFTA_OBJ_HANDLE] = { .kind = NL_U64 },
	[NFTA_OBJ_USERDATA] = { .kind = NL_BINARY, .max = NFT_USERDATA_MAXLEN },
};

static const struct nft_object_ops *
kind_of(uint32_t type)
{
	return type < sizeof(kinds) / sizeof(kinds[0]) ? kinds[type] : NULL;
}

bool
nft_object_kind_runs(uint32_t type)
{
	const struct nft_object_ops *ops = kind_of(type);

	return !ops || ops->eval;	/* of what is not there are none */
}

/* What others may know and do. */

void *
nft_object_priv(struct nft_object *object)
{
	return object->data;
}

const struct nft_object_ops *
nft_object_ops(const struct nft_object *object)
{
	return object->ops;
}

const char *
nft_object_name(const struct nft_object *object)
{
	return object->named.name;
}

static struct nft_object *
lookup(const struct nft_table *table, uint32_t type,
       const struct nl_attr *name, uint8_t gen)
{
	struct nft_named *n = nft_names_lookup(&table->object_names, type,
					       name, gen);

	return n ? list_entry(n, struct nft_object, named) : NULL;
}

int
nft_object_find(const struct nft_load *load, const struct nl_attr *name,
		uint32_t type, struct nft_object **object)
{
	*object = lookup(load->table, type, name, nft_gen_next(load->nft));
	return *object ? 0 : -ENOENT;
}

void
nft_object_hold(struct nft_object *object)
{
	object->use++;
}

void
nft_object_release(struct nft_object *object)
{
	nft_use_dec(&object->use);
}

/* Showing. */

static void
put(struct nl_writer *w, uint16_t message, uint16_t flags, uint32_t seq,
    uint32_t portid, struct nft_object *object, bool reset)
{
	size_t at = nft_begin_msg(object->nft, w, message, flags, seq, portid,
				  object->table->family);
	size_t data;

	nl_put_string(w, NFTA_OBJ_TABLE, object->table->named.name);
	nl_put_string(w, NFTA_OBJ_NAME, object->named.name);
	nl_put_be32(w, NFTA_OBJ_TYPE, object->ops->type);
	nl_put_be64(w, NFTA_OBJ_HANDLE, object->named.handle);
	if (message != NFT_MSG_DELOBJ) {
		nl_put_be32(w, NFTA_OBJ_USE, object->use);
		data = nl_begin_bare(w, NFTA_OBJ_DATA);
		object->ops->dump(w, object, reset);
		nl_end(w, data);
		if (object->udata_len)
			nl_put(w, NFTA_OBJ_USERDATA, object->udata,
			       object->udata_len);
	}
	nl_end_msg(w, at);
}

static void
notify(const struct nft_load *load, struct nft_object *object,
       uint16_t message)
{
	struct nl_writer *w = nft_notify_begin(load);

	if (!w)
		return;
	put(w, message, load->flags & (NLM_F_CREATE | NLM_F_EXCL), load->seq,
	    load->portid, object, false);
	nft_notify_end(load);
}

void
nft_object_tell(struct nft_object *object)
{
	struct nft_load load = {
		.nft = object->nft,
		.table = object->table,
		.family = object->table->family,
	};

	notify(&load, object, NFT_MSG_NEWOBJ);
}

static int
dump_begin(struct nft_dump *d, const struct nl_attr tb[])
{
	d->filter = nl_be32(&tb[NFTA_OBJ_TYPE]);
	return nft_dump_filter(&d->table, &tb[NFTA_OBJ_TABLE]);
}

static struct list *
dump_list(const struct nft_dump *d, unsigned level, struct list *outer)
{
	if (level == 0)
		return &d->nft->tables;
	return &list_entry(outer, struct nft_table, link)->objects;
}

static bool
dump_wants(const struct nft_dump *d, unsigned level, const struct list *l)
{
	const struct nft_object *object;

	if (level == 0)
		return nft_dump_wants_table(d, l);
	object = list_entry(l, struct nft_object, link);
	return nft_gen_is_in_now(d->nft, object->named.inactive) &&
	       (!d->filter || d->filter == object->ops->type);
}

static bool
dump_put(struct nft_dump *d, struct nl_writer *w, struct list *l)
{
	struct nft_object *object = list_entry(l, struct nft_object, link);
	uint16_t flags = nft_dump_flags(d) | NLM_F_APPEND;
	size_t at = w->used;

	put(w, NFT_MSG_NEWOBJ, flags, d->seq, d->portid, object, false);
	if (d->has_reset && nl_ok(w)) {	/* only what is shown is reset */
		nl_cancel(w, at);
		put(w, NFT_MSG_NEWOBJ, flags, d->seq, d->portid, object, true);
	}
	return true;
}

static const struct nft_dump_ops dump = {
	.levels = 2,
	.begin = dump_begin,
	.list = dump_list,
	.wants = dump_wants,
	.put = dump_put,
};

static int
get_one(struct nft_load *load, const struct nl_attr tb[],
	struct nl_writer *answer, bool reset)
{
	struct nft_object *object;
	int err;

	if (!tb[NFTA_OBJ_NAME].data || !tb[NFTA_OBJ_TYPE].data)
		return -EINVAL;
	err = nft_table_seen(load, &tb[NFTA_OBJ_TABLE]);
	if (err)
		return err;
	object = lookup(load->table, nl_be32(&tb[NFTA_OBJ_TYPE]),
			&tb[NFTA_OBJ_NAME], nft_gen_now(load->nft));
	if (!object) {
		nl_blame(load->extack, &tb[NFTA_OBJ_NAME]);
		return -ENOENT;
	}
	put(answer, NFT_MSG_NEWOBJ, 0, load->seq, load->portid, object, reset);
	return 0;
}

static int
get(struct nft_load *load, const struct nl_attr tb[], struct nl_writer *answer)
{
	return get_one(load, tb, answer, false);
}

static int
get_reset(struct nft_load *load, const struct nl_attr tb[],
	  struct nl_writer *answer)
{
	return get_one(load, tb, answer, true);
}

const struct nft_handler nft_object_get = {
	.max_attr = NFTA_OBJ_MAX,
	.policy = object_policy,
	.get = get,
	.dump = &dump,
};

const struct nft_handler nft_object_get_reset = {
	.max_attr = NFTA_OBJ_MAX,
	.policy = object_policy,
	.get = get_reset,
	.dump = &dump,
	.is_reset = true,
};

/* Life. */

struct trans_object {
	struct nft_trans trans;
	struct nft_object *object;
	struct nft_object *newer;	/* of an update */
};

/* One without a name. */
static int
create(const struct nft_load *load, const struct nft_object_ops *ops,
       const struct nl_attr *data, struct nft_object **out)
{
	struct nl_attr tb[ATTRS_MOST + 1];
	struct nft_object *object;
	int err;

	err = nl_parse_nested(tb, ops->max_attr, data, ops->policy,
			      load->extack);
	if (err)
		return err;
	object = calloc(1, sizeof(*object) + ops->size);
	if (!object)
		return -ENOMEM;
	object->nft = load->nft;
	object->table = load->table;
	object->ops = ops;
	err = ops->init(load, object, tb);
	if (err) {
		free(object);
		return err;
	}
	*out = object;
	return 0;
}

static void
destroy(struct nft_object *object)
{
	if (object->ops->fini)
		object->ops->fini(object->nft, object);
	free(object->named.name);
	free(object->udata);
	free(object);
}

static void
unlink_object(struct nft *nft, struct nft_object *object)
{
	nft_unlink(nft, &object->link);
	nft_names_remove(&object->table->object_names, &object->named);
}

static void
commit_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_object *t = (struct trans_object *)trans;

	if (t->newer)
		t->object->ops->update(t->object, t->newer);
	else
		nft_gen_keep(nft, &t->object->named.inactive);
	notify(&trans->load, t->object, NFT_MSG_NEWOBJ);
}

static void
abort_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_object *t = (struct trans_object *)trans;

	if (t->newer)
		return;
	nft_use_dec(&t->object->table->use);
	unlink_object(nft, t->object);
}

static void
release_new(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_object *t = (struct trans_object *)trans;

	(void)nft;
	if (t->newer)
		destroy(t->newer);
	else if (is_aborted)
		destroy(t->object);
}

static const struct nft_trans_ops trans_new = {
	.size = sizeof(struct trans_object),
	.commit = commit_new,
	.abort = abort_new,
	.release = release_new,
};

static int
update(struct nft_load *load, const struct nl_attr tb[],
       struct nft_object *object)
{
	struct trans_object *t;
	int err;

	if (load->flags & NLM_F_EXCL) {
		nl_blame(load->extack, &tb[NFTA_OBJ_NAME]);
		return -EEXIST;
	}
	if (load->flags & NLM_F_REPLACE)
		return -EOPNOTSUPP;
	if (!object->ops->update)
		return 0;
	t = nft_trans_create(load, &trans_new);
	if (!t)
		return -ENOMEM;
	err = create(load, object->ops, &tb[NFTA_OBJ_DATA], &t->newer);
	if (err) {
		nft_trans_destroy(&t->trans);
		return err;
	}
	t->object = object;
	nft_trans_add(&t->trans);
	return 0;
}

static int
name(struct nft_object *object, const struct nl_attr tb[])
{
	const struct nl_attr *udata = &tb[NFTA_OBJ_USERDATA];

	object->named.name = nft_strdup(&tb[NFTA_OBJ_NAME]);
	if (!object->named.name)
		return -ENOMEM;
	if (!udata->data)
		return 0;
	object->udata = nft_memdup(udata);
	object->udata_len = udata->len;
	return object->udata ? 0 : -ENOMEM;
}

static int
add(struct nft_load *load, const struct nl_attr tb[], uint32_t type)
{
	const struct nft_object_ops *ops = kind_of(type);
	struct nft_object *object;
	struct trans_object *t;
	int err;

	if (!ops || (ops->family && ops->family != load->family))
		return -ENOENT;
	err = create(load, ops, &tb[NFTA_OBJ_DATA], &object);
	if (err)
		return err;
	err = name(object, tb);
	if (err)
		goto err_object;
	err = -EMFILE;
	if (!nft_use_inc(&load->table->use))
		goto err_object;
	err = -ENOMEM;
	t = nft_trans_create(load, &trans_new);
	if (!t)
		goto err_use;
	t->object = object;
	object->named.space = type;
	object->named.handle = nft_table_handle(load->table);
	nft_gen_add(load->nft, &object->named.inactive);
	nft_names_insert(&load->table->object_names, &object->named);
	list_insert(&load->table->objects, &object->link);
	nft_trans_add(&t->trans);
	return 0;

err_use:
	nft_use_dec(&load->table->use);
err_object:
	destroy(object);
	return err;
}

static int
change_new(struct nft_load *load, const struct nl_attr tb[])
{
	uint32_t type = nl_be32(&tb[NFTA_OBJ_TYPE]);
	struct nft_object *object;
	int err;

	if (!tb[NFTA_OBJ_TYPE].data || !tb[NFTA_OBJ_NAME].data ||
	    !tb[NFTA_OBJ_DATA].data)
		return -EINVAL;
	err = nft_table_changed(load, &tb[NFTA_OBJ_TABLE]);
	if (err)
		return err;
	object = lookup(load->table, type, &tb[NFTA_OBJ_NAME],
			nft_gen_next(load->nft));
	return object ? update(load, tb, object) : add(load, tb, type);
}

const struct nft_handler nft_object_new = {
	.max_attr = NFTA_OBJ_MAX,
	.policy = object_policy,
	.change = change_new,
};

/* Deletion. */

static void
commit_del(struct nft *nft, struct nft_trans *trans)
{
	struct nft_object *object = ((struct trans_object *)trans)->object;

	unlink_object(nft, object);
	notify(&trans->load, object, NFT_MSG_DELOBJ);
}

static void
abort_del(struct nft *nft, struct nft_trans *trans)
{
	struct nft_object *object = ((struct trans_object *)trans)->object;

	object->table->use++;
	nft_gen_keep(nft, &object->named.inactive);
}

static void
release_del(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	(void)nft;
	if (!is_aborted)
		destroy(((struct trans_object *)trans)->object);
}

static const struct nft_trans_ops trans_del = {
	.size = sizeof(struct trans_object),
	.commit = commit_del,
	.abort = abort_del,
	.release = release_del,
};

static int
delete(const struct nft_load *load, struct nft_object *object)
{
	struct trans_object *t = nft_trans_create(load, &trans_del);

	if (!t)
		return -ENOMEM;
	t->object = object;
	nft_gen_delete(load->nft, &object->named.inactive);
	nft_use_dec(&load->table->use);
	nft_trans_add(&t->trans);
	return 0;
}

int
nft_object_flush(struct nft_load *load)
{
	struct nft_object *object;

	list_each(object, &load->table->objects, link) {
		int err;

		if (!nft_gen_is_in_next(load->nft, object->named.inactive))
			continue;
		err = delete(load, object);
		if (err)
			return err;
	}
	return 0;
}

static struct nft_object *
by_handle(const struct nft_table *table, uint32_t type,
	  const struct nl_attr *handle, uint8_t gen)
{
	struct nft_named *n = nft_names_by_handle(&table->object_names,
						  nl_be64(handle), gen);

	return n && n->space == type ?
	       list_entry(n, struct nft_object, named) : NULL;
}

static int
change_del(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *handle = &tb[NFTA_OBJ_HANDLE];
	const struct nl_attr *by_name = &tb[NFTA_OBJ_NAME];
	uint32_t type = nl_be32(&tb[NFTA_OBJ_TYPE]);
	uint8_t gen = nft_gen_next(load->nft);
	struct nft_object *object;
	int err;

	if (!tb[NFTA_OBJ_TYPE].data || (!by_name->data && !handle->data))
		return -EINVAL;
	err = nft_table_changed(load, &tb[NFTA_OBJ_TABLE]);
	if (err)
		return err;
	object = handle->data ? by_handle(load->table, type, handle, gen) :
		 lookup(load->table, type, by_name, gen);
	if (!object && load->is_destroy)
		return 0;
	if (!object || object->use) {
		nl_blame(load->extack, handle->data ? handle : by_name);
		return object ? -EBUSY : -ENOENT;
	}
	return delete(load, object);
}

const struct nft_handler nft_object_del = {
	.max_attr = NFTA_OBJ_MAX,
	.policy = object_policy,
	.change = change_del,
};
