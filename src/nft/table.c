/* SPDX-License-Identifier: BSD-2-Clause
 * nft/table.c - tables: NFT_MSG_*TABLE, and with them 'flush ruleset'. */
#include <stdlib.h>

#include "nft/kinds.h"

struct trans_table {
	struct nft_trans trans;
	bool is_update;
};

static const struct nl_policy policy[NFTA_TABLE_MAX + 1] = {
	[NFTA_TABLE_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_TABLE_FLAGS] = { .kind = NL_U32 },
	[NFTA_TABLE_HANDLE] = { .kind = NL_U64 },
	[NFTA_TABLE_USERDATA] = { .kind = NL_BINARY, .max = NFT_USERDATA_MAXLEN },
};

enum {
	FLAGS_KNOWN = NFT_TABLE_F_DORMANT | NFT_TABLE_F_OWNER |
		      NFT_TABLE_F_PERSIST,
};

static struct nft_table *
owned(struct nft_named *n, uint32_t portid, int *err)
{
	struct nft_table *table;

	*err = -ENOENT;
	if (!n)
		return NULL;
	table = list_entry(n, struct nft_table, named);
	*err = -EPERM;
	if (table->flags & NFT_TABLE_F_OWNER && portid &&
	    table->owner != portid)
		return NULL;
	*err = 0;
	return table;
}

struct nft_table *
nft_table_find(const struct nft *nft, const struct nl_attr *name,
	       uint8_t family, uint8_t gen, uint32_t portid, int *err)
{
	*err = -EINVAL;
	if (!name->data)
		return NULL;
	return owned(nft_names_lookup(&nft->table_names, family, name, gen),
		     portid, err);
}

static int
find_for(struct nft_load *load, const struct nl_attr *name, uint8_t gen,
	 uint32_t portid)
{
	int err;

	load->table = nft_table_find(load->nft, name, load->family, gen,
				     portid, &err);
	if (!load->table)
		nl_blame(load->extack, name);
	return err;
}

int
nft_table_seen(struct nft_load *load, const struct nl_attr *name)
{
	return find_for(load, name, nft_gen_now(load->nft), 0);
}

int
nft_table_changed(struct nft_load *load, const struct nl_attr *name)
{
	return find_for(load, name, nft_gen_next(load->nft), load->portid);
}

static struct nft_table *
find_by_handle(const struct nft *nft, const struct nl_attr *handle,
	       uint8_t family, uint8_t gen, uint32_t portid, int *err)
{
	struct nft_named *n;

	n = nft_names_by_handle(&nft->table_names, nl_be64(handle), gen);
	if (n && n->space != family)
		n = NULL;
	return owned(n, portid, err);
}

/* Listing. */

static void
put(const struct nft *nft, struct nl_writer *w, uint16_t message,
    uint16_t flags, uint32_t seq, uint32_t portid,
    const struct nft_table *table)
{
	size_t at = nft_begin_msg(nft, w, message, flags, seq, portid,
				  table->family);

	nl_put_string(w, NFTA_TABLE_NAME, table->named.name);
	nl_put_be32(w, NFTA_TABLE_USE, table->use);
	nl_put_be64(w, NFTA_TABLE_HANDLE, table->named.handle);
	if (message != NFT_MSG_DELTABLE) {
		nl_put_be32(w, NFTA_TABLE_FLAGS, table->flags & FLAGS_KNOWN);
		if (table->flags & NFT_TABLE_F_OWNER)
			nl_put_be32(w, NFTA_TABLE_OWNER, table->owner);
		if (table->udata)
			nl_put(w, NFTA_TABLE_USERDATA, table->udata,
			       table->udata_len);
	}
	nl_end_msg(w, at);
}

static void
notify(const struct nft_trans *t, uint16_t message)
{
	struct nl_writer *w = nft_notify_begin(&t->load);

	if (!w)
		return;
	put(t->load.nft, w, message,
	    t->load.flags & (NLM_F_CREATE | NLM_F_EXCL), t->load.seq,
	    t->load.portid, t->load.table);
	nft_notify_end(&t->load);
}

static struct list *
dump_list(const struct nft_dump *d, unsigned level, struct list *outer)
{
	(void)level;
	(void)outer;
	return &d->nft->tables;
}

bool
nft_dump_wants_table(const struct nft_dump *d, const struct list *l)
{
	const struct nft_table *table = list_entry(l, struct nft_table, link);

	return (d->family == NFPROTO_UNSPEC || d->family == table->family) &&
	       nft_gen_is_in_now(d->nft, table->named.inactive) &&
	       (!d->table || strcmp(d->table, table->named.name) == 0);
}

static bool
dump_wants(const struct nft_dump *d, unsigned level, const struct list *l)
{
	(void)level;
	return nft_dump_wants_table(d, l);
}

static bool
dump_put(struct nft_dump *d, struct nl_writer *w, struct list *l)
{
	put(d->nft, w, NFT_MSG_NEWTABLE, nft_dump_flags(d), d->seq, d->portid,
	    list_entry(l, struct nft_table, link));
	return true;
}

static const struct nft_dump_ops dump = {
	.levels = 1,
	.list = dump_list,
	.wants = dump_wants,
	.put = dump_put,
};

static int
get(struct nft_load *load, const struct nl_attr tb[], struct nl_writer *answer)
{
	struct nft *nft = load->nft;
	int err;

	err = nft_table_seen(load, &tb[NFTA_TABLE_NAME]);
	if (err)
		return err;
	put(nft, answer, NFT_MSG_NEWTABLE, 0, load->seq, load->portid,
	    load->table);
	return 0;
}

const struct nft_handler nft_table_get = {
	.max_attr = NFTA_TABLE_MAX,
	.policy = policy,
	.get = get,
	.dump = &dump,
};

/* Dormant tables: their base chains are not run. */

static void
unregister_all(struct nft *nft, struct nft_table *table)
{
	struct nft_chain *chain;

	list_each(chain, &table->chains, link) {
		if (nft_chain_is_base(chain))
			nft_base_unregister(nft, nft_base_of(chain));
	}
}

static int
register_all(struct nft *nft, struct nft_table *table)
{
	struct nft_chain *chain;
	int err;

	list_each(chain, &table->chains, link) {
		if (!nft_chain_is_base(chain) ||
		    !nft_gen_is_in_next(nft, chain->named.inactive))
			continue;
		err = nft_base_register(nft, nft_base_of(chain));
		if (err) {
			unregister_all(nft, table);
			return err;
		}
	}
	return 0;
}

/* Life. */

static void
destroy(struct nft_table *table)
{
	nft_names_fini(&table->chain_names);
	nft_names_fini(&table->set_names);
	nft_names_fini(&table->object_names);
	nft_names_fini(&table->flowtable_names);
	nft_hash_fini(&table->rules);
	free(table->udata);
	free(table->named.name);
	free(table);
}

static void
unlink_table(struct nft *nft, struct nft_table *table)
{
	nft_unlink(nft, &table->link);
	nft_names_remove(&nft->table_names, &table->named);
}

static void
commit_new(struct nft *nft, struct nft_trans *t)
{
	struct nft_table *table = t->load.table;

	if (((struct trans_table *)t)->is_update) {
		table->has_update = false;
		if (table->flags & NFT_TABLE_F_DORMANT)
			unregister_all(nft, table);
	} else {
		nft_gen_keep(nft, &table->named.inactive);
	}
	notify(t, NFT_MSG_NEWTABLE);
}

static void
abort_new(struct nft *nft, struct nft_trans *t)
{
	struct nft_table *table = t->load.table;

	if (!((struct trans_table *)t)->is_update) {
		unlink_table(nft, table);
		return;
	}
	table->has_update = false;
	if (table->was_flags & NFT_TABLE_F_DORMANT)
		unregister_all(nft, table);
	table->flags = table->was_flags;
}

static void
release_new(struct nft *nft, struct nft_trans *t, bool is_aborted)
{
	(void)nft;
	if (is_aborted && !((struct trans_table *)t)->is_update)
		destroy(t->load.table);
}

static const struct nft_trans_ops trans_new = {
	.size = sizeof(struct trans_table),
	.commit = commit_new,
	.abort = abort_new,
	.release = release_new,
};

static int
update(struct nft_load *load, const struct nl_attr tb[])
{
	struct nft_table *table = load->table;
	struct trans_table *t;
	uint32_t flags;
	int err;

	if (!tb[NFTA_TABLE_FLAGS].data)
		return 0;
	flags = nl_be32(&tb[NFTA_TABLE_FLAGS]);
	if (flags & ~(uint32_t)FLAGS_KNOWN)
		return -EOPNOTSUPP;
	if (flags == table->flags)
		return 0;
	if (table->flags & NFT_TABLE_F_OWNER && !(flags & NFT_TABLE_F_OWNER))
		return -EOPNOTSUPP;
	/* One that persists without its owner is taken over so. */
	if (flags & NFT_TABLE_F_OWNER &&
	    (table->flags & (NFT_TABLE_F_OWNER | NFT_TABLE_F_PERSIST)) !=
	    NFT_TABLE_F_PERSIST)
		return -EOPNOTSUPP;
	if ((table->flags ^ flags) & NFT_TABLE_F_PERSIST)
		return -EOPNOTSUPP;
	if (table->has_update)
		return -EINVAL;
	t = nft_trans_create(load, &trans_new);
	if (!t)
		return -ENOMEM;
	t->is_update = true;
	if (table->flags & NFT_TABLE_F_DORMANT &&
	    !(flags & NFT_TABLE_F_DORMANT)) {
		err = register_all(load->nft, table);
		if (err) {
			nft_trans_destroy(&t->trans);
			return err;
		}
	}
	table->has_update = true;
	table->was_flags = table->flags;
	table->flags = flags;
	if (flags & NFT_TABLE_F_OWNER)
		table->owner = load->portid;
	nft_trans_add(&t->trans);
	return 0;
}

static int
fill(struct nft_table *table, const struct nl_attr tb[], struct nft *nft)
{
	const struct nl_attr *udata = &tb[NFTA_TABLE_USERDATA];

	table->named.name = nft_strdup(&tb[NFTA_TABLE_NAME]);
	if (!table->named.name)
		return -ENOMEM;
	if (udata->data) {
		table->udata = nft_memdup(udata);
		if (!table->udata) {
			free(table->named.name);
			return -ENOMEM;
		}
		table->udata_len = udata->len;
	}
	list_init(&table->chains);
	list_init(&table->sets);
	list_init(&table->objects);
	list_init(&table->flowtables);
	nft_names_init(&table->chain_names, &nft->key);
	nft_names_init(&table->set_names, &nft->key);
	nft_names_init(&table->object_names, &nft->key);
	nft_names_init(&table->flowtable_names, &nft->key);
	nft_hash_init(&table->rules);
	return 0;
}

static int
add(struct nft_load *load, const struct nl_attr tb[])
{
	struct nft *nft = load->nft;
	uint32_t flags = nl_be32(&tb[NFTA_TABLE_FLAGS]);
	struct trans_table *t;
	struct nft_table *table;
	int err;

	if (flags & ~(uint32_t)FLAGS_KNOWN)
		return -EOPNOTSUPP;
	table = calloc(1, sizeof(*table));
	if (!table)
		return -ENOMEM;
	err = fill(table, tb, nft);
	if (err)
		goto err_table;
	load->table = table;
	t = nft_trans_create(load, &trans_new);
	if (!t) {
		destroy(table);
		return -ENOMEM;
	}
	table->family = load->family;
	table->flags = flags;
	if (flags & NFT_TABLE_F_OWNER)
		table->owner = load->portid;
	table->named.space = load->family;
	table->named.handle = ++nft->last_table_handle;
	nft_gen_add(nft, &table->named.inactive);
	nft_names_insert(&nft->table_names, &table->named);
	list_insert(&nft->tables, &table->link);
	nft_trans_add(&t->trans);
	return 0;

err_table:
	free(table);
	return err;
}

static bool
is_family(uint8_t family)
{
	return family == NFPROTO_INET || family == NFPROTO_IPV4 ||
	       family == NFPROTO_IPV6 || family == NFPROTO_ARP ||
	       family == NFPROTO_NETDEV || family == NFPROTO_BRIDGE;
}

static int
change_new(struct nft_load *load, const struct nl_attr tb[])
{
	int err;

	if (!is_family(load->family))
		return -EOPNOTSUPP;
	load->table = nft_table_find(load->nft, &tb[NFTA_TABLE_NAME],
				     load->family, nft_gen_next(load->nft),
				     load->portid, &err);
	if (!load->table)
		return err == -ENOENT ? add(load, tb) : err;
	if (load->flags & NLM_F_EXCL) {
		nl_blame(load->extack, &tb[NFTA_TABLE_NAME]);
		return -EEXIST;
	}
	if (load->flags & NLM_F_REPLACE)
		return -EOPNOTSUPP;
	return update(load, tb);
}

const struct nft_handler nft_table_new = {
	.max_attr = NFTA_TABLE_MAX,
	.policy = policy,
	.change = change_new,
};

/* Deletion. */

static void
commit_del(struct nft *nft, struct nft_trans *t)
{
	unlink_table(nft, t->load.table);
	notify(t, NFT_MSG_DELTABLE);
}

static void
abort_del(struct nft *nft, struct nft_trans *t)
{
	nft_gen_keep(nft, &t->load.table->named.inactive);
}

static void
release_del(struct nft *nft, struct nft_trans *t, bool is_aborted)
{
	(void)nft;
	if (!is_aborted)
		destroy(t->load.table);
}

static const struct nft_trans_ops trans_del = {
	.size = sizeof(struct trans_table),
	.commit = commit_del,
	.abort = abort_del,
	.release = release_del,
};

/* Everything in load->table, then the table.  => 0 or -errno. */
static int
flush(struct nft_load *load)
{
	/* Users before what they use. */
	static int (*const steps[])(struct nft_load *load) = {
		nft_rule_flush,
		nft_set_flush,
		nft_flowtable_flush,
		nft_object_flush,
		nft_chain_flush,
	};
	struct trans_table *t;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int err = steps[i](load);

		if (err)
			return err;
	}
	load->chain = NULL;
	t = nft_trans_create(load, &trans_del);
	if (!t)
		return -ENOMEM;
	nft_gen_delete(load->nft, &load->table->named.inactive);
	nft_trans_add(&t->trans);
	return 0;
}

/* All tables of a family, or of all families; with that name, if there is
 * one; but others' own. */
static int
flush_all(struct nft_load *load, const struct nl_attr *name)
{
	uint8_t family = load->family;
	struct nft *nft = load->nft;
	struct nft_table *table;

	list_each(table, &nft->tables, link) {
		int err;

		if (family != NFPROTO_UNSPEC && family != table->family)
			continue;
		if (!nft_gen_is_in_next(nft, table->named.inactive))
			continue;
		if (table->flags & NFT_TABLE_F_OWNER &&
		    table->owner != load->portid)
			continue;
		if (name->data && !nl_string_is(name, table->named.name))
			continue;
		load->family = table->family;
		load->table = table;
		err = flush(load);
		if (err)
			return err;
	}
	return 0;
}

static int
change_del(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *name = &tb[NFTA_TABLE_NAME];
	const struct nl_attr *handle = &tb[NFTA_TABLE_HANDLE];
	uint8_t gen = nft_gen_next(load->nft);
	int err;

	if (load->family == NFPROTO_UNSPEC || (!name->data && !handle->data))
		return flush_all(load, name);
	if (handle->data)
		load->table = find_by_handle(load->nft, handle, load->family,
					     gen, load->portid, &err);
	else
		load->table = nft_table_find(load->nft, name, load->family,
					     gen, load->portid, &err);
	if (!load->table) {
		if (err == -ENOENT && load->is_destroy)
			return 0;
		nl_blame(load->extack, handle->data ? handle : name);
		return err;
	}
	if (load->flags & NLM_F_NONREC && load->table->use > 0)
		return -EBUSY;
	return flush(load);
}

const struct nft_handler nft_table_del = {
	.max_attr = NFTA_TABLE_MAX,
	.policy = policy,
	.change = change_del,
};

int
nft_tables_flush(struct nft *nft, uint32_t owner)
{
	struct nft_load load = { .nft = nft };
	struct nft_table *table;

	list_each(table, &nft->tables, link) {
		int err;

		if (owner && (!(table->flags & NFT_TABLE_F_OWNER) ||
			      table->owner != owner))
			continue;
		load.family = table->family;
		load.table = table;
		err = flush(&load);
		if (err)
			return err;
	}
	return 0;
}
