/* SPDX-License-Identifier: BSD-2-Clause
 * nft/flowtable.c - flowtables: NFT_MSG_*FLOWTABLE.
 *
 * They are kept and listed.  A flowtable makes forwarding faster and changes
 * no packet's fate, so here packets take the usual way all the same. */
#include "nft/flowtable.h"

#include <stdlib.h>

#include "nft/kinds.h"

enum {
	FLAGS_KNOWN = NFT_FLOWTABLE_HW_OFFLOAD | NFT_FLOWTABLE_COUNTER,
	HOOK_NETDEV_INGRESS = 0,
};

struct nft_flowtable {
	struct nft_named named;
	struct list link;		/* table->flowtables */
	struct nft_table *table;
	struct list devices;		/* nft_device.link */
	int32_t priority;
	uint32_t flags;			/* NFT_FLOWTABLE_* */
	uint32_t use;
};

struct trans_flowtable {
	struct nft_trans trans;
	struct nft_flowtable *ft;
	bool is_update;
	uint32_t flags;
	struct list devices;		/* of an update */
};

static const struct nl_policy policy[NFTA_FLOWTABLE_MAX + 1] = {
	[NFTA_FLOWTABLE_TABLE] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_FLOWTABLE_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_FLOWTABLE_HOOK] = { .kind = NL_NESTED },
	[NFTA_FLOWTABLE_HANDLE] = { .kind = NL_U64 },
	[NFTA_FLOWTABLE_FLAGS] = { .kind = NL_U32 },
};

static const struct nl_policy hook_policy[NFTA_FLOWTABLE_HOOK_MAX + 1] = {
	[NFTA_FLOWTABLE_HOOK_NUM] = { .kind = NL_U32 },
	[NFTA_FLOWTABLE_HOOK_PRIORITY] = { .kind = NL_U32 },
	[NFTA_FLOWTABLE_HOOK_DEVS] = { .kind = NL_NESTED },
};

struct nft_flowtable *
nft_flowtable_find(const struct nft_table *table, const struct nl_attr *name,
		   uint8_t gen, int *err)
{
	struct nft_named *n;

	*err = -EINVAL;
	if (!name->data)
		return NULL;
	*err = -ENOENT;
	n = nft_names_lookup(&table->flowtable_names, 0, name, gen);
	return n ? list_entry(n, struct nft_flowtable, named) : NULL;
}

bool
nft_flowtable_hold(struct nft_flowtable *ft)
{
	return nft_use_inc(&ft->use);
}

void
nft_flowtable_release(struct nft_flowtable *ft)
{
	nft_use_dec(&ft->use);
}

const char *
nft_flowtable_name(const struct nft_flowtable *ft)
{
	return ft->named.name;
}

/* Listing. */

/* 'devices', when given, are all the message is about. */
static void
put(const struct nft *nft, struct nl_writer *w, uint16_t message,
    uint16_t flags, uint32_t seq, uint32_t portid,
    const struct nft_flowtable *ft, const struct list *devices)
{
	size_t at = nft_begin_msg(nft, w, message, flags, seq, portid,
				  ft->table->family);
	size_t nest;

	nl_put_string(w, NFTA_FLOWTABLE_TABLE, ft->table->named.name);
	nl_put_string(w, NFTA_FLOWTABLE_NAME, ft->named.name);
	nl_put_be64(w, NFTA_FLOWTABLE_HANDLE, ft->named.handle);
	if (message == NFT_MSG_DELFLOWTABLE && !devices) {
		nl_end_msg(w, at);
		return;
	}
	nl_put_be32(w, NFTA_FLOWTABLE_USE, ft->use);
	nl_put_be32(w, NFTA_FLOWTABLE_FLAGS, ft->flags);
	nest = nl_begin_bare(w, NFTA_FLOWTABLE_HOOK);
	nl_put_be32(w, NFTA_FLOWTABLE_HOOK_NUM, HOOK_NETDEV_INGRESS);
	nl_put_be32(w, NFTA_FLOWTABLE_HOOK_PRIORITY, (uint32_t)ft->priority);
	nft_devices_put(w, NFTA_FLOWTABLE_HOOK_DEVS,
			devices ? devices : &ft->devices, 0);
	nl_end(w, nest);
	nl_end_msg(w, at);
}

static void
notify(const struct trans_flowtable *t, uint16_t message,
       const struct list *devices)
{
	const struct nft_load *load = &t->trans.load;
	struct nl_writer *w = nft_notify_begin(load);

	if (!w)
		return;
	put(load->nft, w, message, load->flags & (NLM_F_CREATE | NLM_F_EXCL),
	    load->seq, load->portid, t->ft, devices);
	nft_notify_end(load);
}

static int
dump_begin(struct nft_dump *d, const struct nl_attr tb[])
{
	return nft_dump_filter(&d->table, &tb[NFTA_FLOWTABLE_TABLE]);
}

static bool
dump_put(struct nft_dump *d, struct nl_writer *w, struct list *l)
{
	put(d->nft, w, NFT_MSG_NEWFLOWTABLE, nft_dump_flags(d) | NLM_F_APPEND,
	    d->seq, d->portid, list_entry(l, struct nft_flowtable, link),
	    NULL);
	return true;
}

static const struct nft_dump_ops dump = {
	.levels = 2,
	.begin = dump_begin,
	.list = nft_dump_kind_list,
	.wants = nft_dump_kind_wants,
	.table_list = offsetof(struct nft_table, flowtables),
	.inactive = NFT_DUMP_INACTIVE(struct nft_flowtable),
	.put = dump_put,
};

static int
get(struct nft_load *load, const struct nl_attr tb[], struct nl_writer *answer)
{
	uint8_t gen = nft_gen_now(load->nft);
	struct nft_flowtable *ft;
	int err;

	if (!tb[NFTA_FLOWTABLE_NAME].data)
		return -EINVAL;
	err = nft_table_seen(load, &tb[NFTA_FLOWTABLE_TABLE]);
	if (err)
		return err;
	ft = nft_flowtable_find(load->table, &tb[NFTA_FLOWTABLE_NAME], gen,
				&err);
	if (!ft) {
		nl_blame(load->extack, &tb[NFTA_FLOWTABLE_NAME]);
		return err;
	}
	put(load->nft, answer, NFT_MSG_NEWFLOWTABLE, 0, load->seq,
	    load->portid, ft, NULL);
	return 0;
}

const struct nft_handler nft_flowtable_get = {
	.max_attr = NFTA_FLOWTABLE_MAX,
	.policy = policy,
	.get = get,
	.dump = &dump,
};

/* Life. */

static void
destroy(struct nft_flowtable *ft)
{
	nft_devices_free(&ft->devices);
	free(ft->named.name);
	free(ft);
}

static void
unlink_flowtable(struct nft *nft, struct nft_flowtable *ft)
{
	nft_unlink(nft, &ft->link);
	nft_names_remove(&ft->table->flowtable_names, &ft->named);
}

static void
commit_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_flowtable *t = (struct trans_flowtable *)trans;

	if (t->is_update) {
		t->ft->flags = t->flags;
		notify(t, NFT_MSG_NEWFLOWTABLE, &t->devices);
		nft_devices_move(&t->ft->devices, &t->devices);
		return;
	}
	nft_gen_keep(nft, &t->ft->named.inactive);
	notify(t, NFT_MSG_NEWFLOWTABLE, NULL);
}

static void
abort_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_flowtable *t = (struct trans_flowtable *)trans;

	if (t->is_update)
		return;
	nft_use_dec(&t->ft->table->use);
	unlink_flowtable(nft, t->ft);
}

static void
release_new(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_flowtable *t = (struct trans_flowtable *)trans;

	(void)nft;
	nft_devices_free(&t->devices);
	if (is_aborted && !t->is_update)
		destroy(t->ft);
}

static const struct nft_trans_ops trans_new = {
	.size = sizeof(struct trans_flowtable),
	.commit = commit_new,
	.abort = abort_new,
	.release = release_new,
};

struct draft {
	int32_t priority;
	struct list devices;
};

/* 'ft': the one that is changed, or NULL. */
static int
parse_hook(const struct nft_load *load, const struct nl_attr *attr,
	   const struct nft_flowtable *ft, struct draft *draft)
{
	struct nl_attr tb[NFTA_FLOWTABLE_HOOK_MAX + 1];
	const struct nl_attr none = { 0 };
	const struct nl_attr *num = &tb[NFTA_FLOWTABLE_HOOK_NUM];
	const struct nl_attr *priority = &tb[NFTA_FLOWTABLE_HOOK_PRIORITY];
	int err;

	list_init(&draft->devices);
	err = nl_parse_nested(tb, NFTA_FLOWTABLE_HOOK_MAX, attr, hook_policy,
			      NULL);
	if (err)
		return err;
	if (!ft && (!num->data || !priority->data)) {
		nl_blame(load->extack, attr);
		return -ENOENT;
	}
	if (num->data && nl_be32(num) != HOOK_NETDEV_INGRESS)
		return -EOPNOTSUPP;
	draft->priority = (int32_t)nl_be32(priority);
	if (ft && priority->data && draft->priority != ft->priority)
		return -EOPNOTSUPP;
	return nft_devices_parse(&none, &tb[NFTA_FLOWTABLE_HOOK_DEVS],
				 &draft->devices, load->extack);
}

static int
add(struct nft_load *load, const struct nl_attr tb[])
{
	struct nft_table *table = load->table;
	uint32_t flags = nl_be32(&tb[NFTA_FLOWTABLE_FLAGS]);
	struct trans_flowtable *t;
	struct nft_flowtable *ft;
	struct draft draft;
	int err;

	if (load->family != NFPROTO_INET && load->family != NFPROTO_IPV4 &&
	    load->family != NFPROTO_IPV6)
		return -ENOENT;
	if (flags & ~(uint32_t)FLAGS_KNOWN)
		return -EOPNOTSUPP;
	err = parse_hook(load, &tb[NFTA_FLOWTABLE_HOOK], NULL, &draft);
	if (err)
		return err;
	err = -ENOMEM;
	ft = calloc(1, sizeof(*ft));
	if (!ft)
		goto err_devices;
	ft->named.name = nft_strdup(&tb[NFTA_FLOWTABLE_NAME]);
	if (!ft->named.name)
		goto err_flowtable;
	t = nft_trans_create(load, &trans_new);
	if (!t)
		goto err_flowtable;
	err = -EMFILE;
	if (!nft_use_inc(&table->use))
		goto err_trans;
	t->ft = ft;
	list_init(&t->devices);
	list_init(&ft->devices);
	nft_devices_move(&ft->devices, &draft.devices);
	ft->table = table;
	ft->priority = draft.priority;
	ft->flags = flags;
	ft->named.handle = nft_table_handle(table);
	nft_gen_add(load->nft, &ft->named.inactive);
	nft_names_insert(&table->flowtable_names, &ft->named);
	list_insert(&table->flowtables, &ft->link);
	nft_trans_add(&t->trans);
	return 0;

err_trans:
	nft_trans_destroy(&t->trans);
err_flowtable:
	free(ft->named.name);
	free(ft);
err_devices:
	nft_devices_free(&draft.devices);
	return err;
}

/* More devices, other flags. */
static int
update(const struct nft_load *load, const struct nl_attr tb[],
       struct nft_flowtable *ft)
{
	struct nft_device *d, *then;
	struct trans_flowtable *t;
	uint32_t flags = ft->flags;
	struct draft draft;
	int err;

	if (tb[NFTA_FLOWTABLE_FLAGS].data)
		flags = nl_be32(&tb[NFTA_FLOWTABLE_FLAGS]);
	if (flags & ~(uint32_t)FLAGS_KNOWN ||
	    (flags ^ ft->flags) & NFT_FLOWTABLE_HW_OFFLOAD)
		return -EOPNOTSUPP;
	err = parse_hook(load, &tb[NFTA_FLOWTABLE_HOOK], ft, &draft);
	if (err)
		return err;
	t = nft_trans_create(load, &trans_new);
	if (!t) {
		nft_devices_free(&draft.devices);
		return -ENOMEM;
	}
	t->ft = ft;
	t->is_update = true;
	t->flags = flags;
	list_init(&t->devices);
	list_each_safe(d, then, &draft.devices, link) {
		list_remove(&d->link);
		if (nft_devices_find(&ft->devices, d))
			free(d);
		else
			list_insert(&t->devices, &d->link);
	}
	nft_trans_add(&t->trans);
	return 0;
}

static int
change_new(struct nft_load *load, const struct nl_attr tb[])
{
	uint8_t gen = nft_gen_next(load->nft);
	struct nft_flowtable *ft;
	int err;

	if (!tb[NFTA_FLOWTABLE_TABLE].data || !tb[NFTA_FLOWTABLE_NAME].data ||
	    !tb[NFTA_FLOWTABLE_HOOK].data)
		return -EINVAL;
	err = nft_table_changed(load, &tb[NFTA_FLOWTABLE_TABLE]);
	if (err)
		return err;
	ft = nft_flowtable_find(load->table, &tb[NFTA_FLOWTABLE_NAME], gen,
				&err);
	if (!ft)
		return add(load, tb);
	if (load->flags & NLM_F_EXCL) {
		nl_blame(load->extack, &tb[NFTA_FLOWTABLE_NAME]);
		return -EEXIST;
	}
	return update(load, tb, ft);
}

const struct nft_handler nft_flowtable_new = {
	.max_attr = NFTA_FLOWTABLE_MAX,
	.policy = policy,
	.change = change_new,
};

/* Deletion. */

static void
commit_del(struct nft *nft, struct nft_trans *trans)
{
	struct trans_flowtable *t = (struct trans_flowtable *)trans;

	if (t->is_update) {
		notify(t, NFT_MSG_DELFLOWTABLE, &t->devices);
		return;
	}
	unlink_flowtable(nft, t->ft);
	notify(t, NFT_MSG_DELFLOWTABLE, NULL);
}

static void
abort_del(struct nft *nft, struct nft_trans *trans)
{
	struct trans_flowtable *t = (struct trans_flowtable *)trans;

	if (t->is_update) {
		nft_devices_move(&t->ft->devices, &t->devices);
		return;
	}
	t->ft->table->use++;
	nft_gen_keep(nft, &t->ft->named.inactive);
}

static void
release_del(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_flowtable *t = (struct trans_flowtable *)trans;

	(void)nft;
	nft_devices_free(&t->devices);
	if (!is_aborted && !t->is_update)
		destroy(t->ft);
}

static const struct nft_trans_ops trans_del = {
	.size = sizeof(struct trans_flowtable),
	.commit = commit_del,
	.abort = abort_del,
	.release = release_del,
};

static int
delete(const struct nft_load *load, struct nft_flowtable *ft)
{
	struct trans_flowtable *t = nft_trans_create(load, &trans_del);

	if (!t)
		return -ENOMEM;
	t->ft = ft;
	list_init(&t->devices);
	nft_use_dec(&load->table->use);
	nft_gen_delete(load->nft, &ft->named.inactive);
	nft_trans_add(&t->trans);
	return 0;
}

/* Only the devices that are named. */
static int
delete_devices(const struct nft_load *load, const struct nl_attr *hook,
	       struct nft_flowtable *ft)
{
	struct nft_device *d, *own;
	struct trans_flowtable *t;
	struct draft draft;
	int err;

	err = parse_hook(load, hook, ft, &draft);
	if (err)
		return err;
	err = -ENOMEM;
	t = nft_trans_create(load, &trans_del);
	if (!t)
		goto err_draft;
	t->ft = ft;
	t->is_update = true;
	list_init(&t->devices);
	list_each(d, &draft.devices, link) {
		err = -ENOENT;
		own = nft_devices_find(&ft->devices, d);
		if (!own)
			goto err_trans;
		list_remove(&own->link);
		list_insert(&t->devices, &own->link);
	}
	nft_devices_free(&draft.devices);
	nft_trans_add(&t->trans);
	return 0;

err_trans:
	nft_devices_move(&ft->devices, &t->devices);
	nft_trans_destroy(&t->trans);
err_draft:
	nft_devices_free(&draft.devices);
	return err;
}

static struct nft_flowtable *
find_deleted(const struct nft_load *load, const struct nl_attr tb[],
	     const struct nl_attr **attr, int *err)
{
	uint8_t gen = nft_gen_next(load->nft);
	struct nft_named *n;

	*attr = &tb[NFTA_FLOWTABLE_NAME];
	if (!tb[NFTA_FLOWTABLE_HANDLE].data)
		return nft_flowtable_find(load->table, *attr, gen, err);
	*attr = &tb[NFTA_FLOWTABLE_HANDLE];
	*err = -ENOENT;
	n = nft_names_by_handle(&load->table->flowtable_names, nl_be64(*attr),
				gen);
	return n ? list_entry(n, struct nft_flowtable, named) : NULL;
}

static int
change_del(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *attr;
	struct nft_flowtable *ft;
	int err;

	if (!tb[NFTA_FLOWTABLE_TABLE].data ||
	    (!tb[NFTA_FLOWTABLE_NAME].data && !tb[NFTA_FLOWTABLE_HANDLE].data))
		return -EINVAL;
	err = nft_table_changed(load, &tb[NFTA_FLOWTABLE_TABLE]);
	if (err)
		return err;
	ft = find_deleted(load, tb, &attr, &err);
	if (!ft) {
		if (err == -ENOENT && load->is_destroy)
			return 0;
		nl_blame(load->extack, attr);
		return err;
	}
	if (tb[NFTA_FLOWTABLE_HOOK].data)
		return delete_devices(load, &tb[NFTA_FLOWTABLE_HOOK], ft);
	if (ft->use > 0) {
		nl_blame(load->extack, attr);
		return -EBUSY;
	}
	return delete(load, ft);
}

const struct nft_handler nft_flowtable_del = {
	.max_attr = NFTA_FLOWTABLE_MAX,
	.policy = policy,
	.change = change_del,
};

int
nft_flowtable_flush(struct nft_load *load)
{
	struct nft_flowtable *ft;

	load->chain = NULL;
	list_each(ft, &load->table->flowtables, link) {
		int err;

		if (!nft_gen_is_in_next(load->nft, ft->named.inactive))
			continue;
		err = delete(load, ft);
		if (err)
			return err;
	}
	return 0;
}
