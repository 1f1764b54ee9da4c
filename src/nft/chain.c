/* SPDX-License-Identifier: BSD-2-Clause
 * nft/chain.c - chains made, changed and shown: NFT_MSG_NEWCHAIN, _GETCHAIN. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "nft/chain.h"

const struct nl_policy nft_chain_policy[NFTA_CHAIN_MAX + 1] = {
	[NFTA_CHAIN_TABLE] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_CHAIN_HANDLE] = { .kind = NL_U64 },
	[NFTA_CHAIN_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_CHAIN_HOOK] = { .kind = NL_NESTED },
	[NFTA_CHAIN_POLICY] = { .kind = NL_U32 },
	[NFTA_CHAIN_TYPE] = { .kind = NL_STRING, .max = 127 },
	[NFTA_CHAIN_COUNTERS] = { .kind = NL_NESTED },
	[NFTA_CHAIN_FLAGS] = { .kind = NL_U32 },
	[NFTA_CHAIN_ID] = { .kind = NL_U32 },
	[NFTA_CHAIN_USERDATA] = { .kind = NL_BINARY, .max = NFT_USERDATA_MAXLEN },
};

static const struct nl_policy counter_policy[NFTA_COUNTER_MAX + 1] = {
	[NFTA_COUNTER_BYTES] = { .kind = NL_U64 },
	[NFTA_COUNTER_PACKETS] = { .kind = NL_U64 },
};

struct nft_chain *
nft_chain_find(const struct nft_table *table, const struct nl_attr *name,
	       uint8_t gen, int *err)
{
	struct nft_named *n;

	*err = -EINVAL;
	if (!name->data)
		return NULL;
	*err = -ENOENT;
	n = nft_names_lookup(&table->chain_names, 0, name, gen);
	if (!n)
		return NULL;
	*err = 0;
	return list_entry(n, struct nft_chain, named);
}

struct nft_chain *
nft_chain_by_handle(const struct nft_table *table,
		    const struct nl_attr *handle, uint8_t gen, int *err)
{
	struct nft_named *n;

	n = nft_names_by_handle(&table->chain_names, nl_be64(handle), gen);
	*err = n ? 0 : -ENOENT;
	return n ? list_entry(n, struct nft_chain, named) : NULL;
}

/* Listing. */

static void
put_stats(struct nl_writer *w, const struct nft_stats *stats)
{
	size_t at = nl_begin_bare(w, NFTA_CHAIN_COUNTERS);

	nl_put_be64(w, NFTA_COUNTER_PACKETS, stats->packets);
	nl_put_be64(w, NFTA_COUNTER_BYTES, stats->bytes);
	nl_end(w, at);
}

/* 'devices', when given, are all the message is about. */
static void
put(const struct nft *nft, struct nl_writer *w, uint16_t message,
    uint16_t flags, uint32_t seq, uint32_t portid,
    const struct nft_chain *chain, const struct list *devices)
{
	size_t at = nft_begin_msg(nft, w, message, flags, seq, portid,
				  chain->table->family);
	const struct nft_base *base = nft_chain_is_base(chain) ?
				      nft_base_of(chain) : NULL;

	nl_put_string(w, NFTA_CHAIN_TABLE, chain->table->named.name);
	nl_put_string(w, NFTA_CHAIN_NAME, chain->named.name);
	nl_put_be64(w, NFTA_CHAIN_HANDLE, chain->named.handle);
	if (message == NFT_MSG_DELCHAIN && !devices) {
		nl_end_msg(w, at);
		return;
	}
	if (base) {
		nft_hook_put(w, base, devices ? devices : &base->devices,
			     devices ? 0 : nft_gen_now(nft));
		nl_put_be32(w, NFTA_CHAIN_POLICY, base->policy);
		nl_put_string(w, NFTA_CHAIN_TYPE,
			      nft_chain_type_name(base->type));
		if (base->stats)
			put_stats(w, base->stats);
	}
	if (chain->flags)
		nl_put_be32(w, NFTA_CHAIN_FLAGS, chain->flags);
	nl_put_be32(w, NFTA_CHAIN_USE, chain->use);
	if (chain->udata)
		nl_put(w, NFTA_CHAIN_USERDATA, chain->udata,
		       chain->udata_len);
	nl_end_msg(w, at);
}

void
nft_chain_notify(const struct trans_chain *t, uint16_t message,
		 const struct list *devices)
{
	const struct nft_load *load = &t->trans.load;
	struct nl_writer *w = nft_notify_begin(load);

	if (!w)
		return;
	put(load->nft, w, message, load->flags & (NLM_F_CREATE | NLM_F_EXCL),
	    load->seq, load->portid, t->chain, devices);
	nft_notify_end(load);
}

static bool
dump_put(struct nft_dump *d, struct nl_writer *w, struct list *l)
{
	put(d->nft, w, NFT_MSG_NEWCHAIN, nft_dump_flags(d), d->seq, d->portid,
	    list_entry(l, struct nft_chain, link), NULL);
	return true;
}

static const struct nft_dump_ops dump = {
	.levels = 2,
	.list = nft_dump_kind_list,
	.wants = nft_dump_kind_wants,
	.table_list = offsetof(struct nft_table, chains),
	.inactive = NFT_DUMP_INACTIVE(struct nft_chain),
	.put = dump_put,
};

static int
get(struct nft_load *load, const struct nl_attr tb[], struct nl_writer *answer)
{
	uint8_t gen = nft_gen_now(load->nft);
	int err;

	err = nft_table_seen(load, &tb[NFTA_CHAIN_TABLE]);
	if (err)
		return err;
	load->chain = nft_chain_find(load->table, &tb[NFTA_CHAIN_NAME], gen,
				     &err);
	if (!load->chain) {
		nl_blame(load->extack, &tb[NFTA_CHAIN_NAME]);
		return err;
	}
	put(load->nft, answer, NFT_MSG_NEWCHAIN, 0, load->seq, load->portid,
	    load->chain, NULL);
	return 0;
}

const struct nft_handler nft_chain_get = {
	.max_attr = NFTA_CHAIN_MAX,
	.policy = nft_chain_policy,
	.get = get,
	.dump = &dump,
};

/* Life. */

void
nft_chain_free(struct nft_chain *chain)
{
	if (nft_chain_is_base(chain)) {
		nft_devices_free(&nft_base_of(chain)->devices);
		free(nft_base_of(chain)->stats);
	}
	nft_blob_destroy(chain->blob);
	free(chain->udata);
	free(chain->named.name);
	free(chain);
}

void
nft_chain_unlink(struct nft *nft, struct nft_chain *chain)
{
	if (nft_chain_is_base(chain))
		nft_base_unregister(nft, nft_base_of(chain));
	nft_chain_forget(nft, chain);
	nft_unlink(nft, &chain->link);
	nft_names_remove(&chain->table->chain_names, &chain->named);
}

static void
rename_to(struct nft_chain *chain, char *name)
{
	struct nft_names *names = &chain->table->chain_names;

	nft_names_remove(names, &chain->named);
	free(chain->named.name);
	chain->named.name = name;
	nft_names_insert(names, &chain->named);
}

static void
commit_update(struct nft *nft, struct trans_chain *t)
{
	struct nft_base *base = nft_base_of(t->chain);

	if (!list_is_empty(&t->devices)) {
		struct nft_device *d;

		nft_chain_notify(t, NFT_MSG_NEWCHAIN, &t->devices);
		list_each(d, &t->devices, link)
			nft_gen_keep(nft, &d->inactive);
		nft_devices_move(&base->devices, &t->devices);
		return;
	}
	if (t->name) {
		rename_to(t->chain, t->name);
		t->name = NULL;
	}
	if (nft_chain_is_base(t->chain)) {
		if (t->policy >= 0)
			base->policy = (uint8_t)t->policy;
		if (t->stats) {
			free(base->stats);
			base->stats = t->stats;
			t->stats = NULL;
		}
	}
	nft_chain_notify(t, NFT_MSG_NEWCHAIN, NULL);
}

static void
commit_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_chain *t = (struct trans_chain *)trans;

	if (t->is_update) {
		commit_update(nft, t);
		return;
	}
	if (nft_chain_is_base(t->chain) && t->policy >= 0)
		nft_base_of(t->chain)->policy = (uint8_t)t->policy;
	nft_gen_keep(nft, &t->chain->named.inactive);
	nft_chain_notify(t, NFT_MSG_NEWCHAIN, NULL);
}

static void
abort_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_chain *t = (struct trans_chain *)trans;

	if (t->is_update)
		return;
	/* A rule's own chain goes with that rule. */
	if (t->chain->is_owned) {
		t->chain = NULL;
		return;
	}
	nft_use_dec(&t->chain->table->use);
	nft_chain_unlink(nft, t->chain);
}

static void
release_new(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_chain *t = (struct trans_chain *)trans;

	(void)nft;
	if (t->is_update) {
		nft_devices_free(&t->devices);
		free(t->name);
		free(t->stats);
	} else if (is_aborted && t->chain) {
		nft_chain_free(t->chain);
	}
}

/* A rule's own chain must have its rule. */
static int
check_new(struct nft *nft, struct nft_trans *trans)
{
	const struct trans_chain *t = (const struct trans_chain *)trans;

	(void)nft;
	if (!t->is_update && t->chain->flags & NFT_CHAIN_BINDING &&
	    !t->chain->is_bound)
		return -EINVAL;
	return 0;
}

static const struct nft_trans_ops trans_new = {
	.size = sizeof(struct trans_chain),
	.check = check_new,
	.commit = commit_new,
	.abort = abort_new,
	.release = release_new,
};

static bool
is_in_next(const struct nft *nft, const struct nft_trans *trans)
{
	const struct trans_chain *t = (const struct trans_chain *)trans;

	return !t->is_update &&
	       nft_gen_is_in_next(nft, t->chain->named.inactive);
}

struct nft_chain *
nft_chain_by_id(const struct nft *nft, const struct nft_table *table,
		uint32_t id)
{
	struct nft_trans *t = nft_trans_by_id(nft, &trans_new, table, id,
					      is_in_next);

	return t ? ((struct trans_chain *)t)->chain : NULL;
}

/* Adding. */

static int
parse_stats(const struct nl_attr *attr, struct nft_stats **stats)
{
	struct nl_attr tb[NFTA_COUNTER_MAX + 1];
	int err;

	err = nl_parse_nested(tb, NFTA_COUNTER_MAX, attr, counter_policy,
			      NULL);
	if (err)
		return err;
	if (!tb[NFTA_COUNTER_BYTES].data || !tb[NFTA_COUNTER_PACKETS].data)
		return -EINVAL;
	*stats = calloc(1, sizeof(**stats));
	if (!*stats)
		return -ENOMEM;
	(*stats)->bytes = nl_be64(&tb[NFTA_COUNTER_BYTES]);
	(*stats)->packets = nl_be64(&tb[NFTA_COUNTER_PACKETS]);
	return 0;
}

static int
make_base(const struct nft_load *load, const struct nl_attr tb[],
	  uint32_t flags, struct nft_chain **chain)
{
	struct nft_hook_draft draft;
	struct nft_stats *stats = NULL;
	struct nft_base *base;
	int err;

	if (load->table->has_update)	/* asleep or awake: not known yet */
		return -EINVAL;
	if (flags & NFT_CHAIN_BINDING)
		return -EOPNOTSUPP;
	err = nft_hook_parse(load, tb, NULL, flags, &draft);
	if (err)
		return err;
	err = -EOPNOTSUPP;	/* no hardware to do it */
	if (flags & NFT_CHAIN_HW_OFFLOAD)
		goto err_devices;
	if (tb[NFTA_CHAIN_COUNTERS].data) {
		err = parse_stats(&tb[NFTA_CHAIN_COUNTERS], &stats);
		if (err)
			goto err_devices;
	}
	err = -ENOMEM;
	base = calloc(1, sizeof(*base));
	if (!base)
		goto err_stats;
	base->chain.flags = NFT_CHAIN_BASE | (uint8_t)flags;
	base->type = draft.type;
	base->wire_hook = draft.wire_hook;
	base->priority = draft.priority;
	base->policy = NFT_VERDICT_ACCEPT;
	base->stats = stats;
	list_init(&base->devices);
	nft_devices_move(&base->devices, &draft.devices);
	*chain = &base->chain;
	return 0;

err_stats:
	free(stats);
err_devices:
	nft_devices_free(&draft.devices);
	return err;
}

static int
make(const struct nft_load *load, const struct nl_attr tb[], uint32_t flags,
     struct nft_chain **chain)
{
	if (tb[NFTA_CHAIN_HOOK].data)
		return make_base(load, tb, flags, chain);
	if (flags & NFT_CHAIN_BASE)
		return -EINVAL;
	if (flags & NFT_CHAIN_HW_OFFLOAD)
		return -EOPNOTSUPP;
	*chain = calloc(1, sizeof(**chain));
	if (!*chain)
		return -ENOMEM;
	(*chain)->flags = (uint8_t)flags;
	return 0;
}

/* A rule's own chain needs no name: it gets one that none has. */
static int
fill_name(struct nft *nft, struct nft_chain *chain, const struct nl_attr *name)
{
	char own[32];

	if (name->data) {
		chain->named.name = nft_strdup(name);
	} else {
		if (!(chain->flags & NFT_CHAIN_BINDING))
			return -EINVAL;
		snprintf(own, sizeof(own), "__chain%" PRIu64,
			 ++nft->last_chain_id);
		chain->named.name = strdup(own);
	}
	return chain->named.name ? 0 : -ENOMEM;
}

static int
fill(struct nft *nft, struct nft_chain *chain, const struct nl_attr tb[])
{
	const struct nl_attr *udata = &tb[NFTA_CHAIN_USERDATA];
	int err = fill_name(nft, chain, &tb[NFTA_CHAIN_NAME]);

	if (err)
		return err;
	if (udata->data) {
		chain->udata = nft_memdup(udata);
		if (!chain->udata)
			return -ENOMEM;
		chain->udata_len = udata->len;
	}
	return nft_blob_init(chain);
}

static int
add(struct nft_load *load, const struct nl_attr tb[], uint8_t verdict,
    uint32_t flags)
{
	struct nft *nft = load->nft;
	struct nft_table *table = load->table;
	struct nft_chain *chain;
	struct trans_chain *t;
	int err;

	err = make(load, tb, flags, &chain);
	if (err)
		return err;
	list_init(&chain->rules);
	chain->table = table;
	chain->named.handle = nft_table_handle(table);
	err = fill(nft, chain, tb);
	if (err)
		goto err_chain;
	err = -EMFILE;
	if (!nft_use_inc(&table->use))
		goto err_chain;
	load->chain = chain;
	err = -ENOMEM;
	t = nft_trans_create(load, &trans_new);
	if (!t)
		goto err_use;
	t->chain = chain;
	t->policy = nft_chain_is_base(chain) ? verdict : -1;
	list_init(&t->devices);
	if (nft_chain_is_base(chain) &&
	    !(table->flags & NFT_TABLE_F_DORMANT)) {
		err = nft_base_register(nft, nft_base_of(chain));
		if (err)
			goto err_trans;
	}
	nft_gen_add(nft, &chain->named.inactive);
	nft_names_insert(&table->chain_names, &chain->named);
	list_insert(&table->chains, &chain->link);
	nft_trans_add_id(&t->trans, table, nl_be32(&tb[NFTA_CHAIN_ID]));
	return 0;

err_trans:
	nft_trans_destroy(&t->trans);
err_use:
	nft_use_dec(&table->use);
err_chain:
	nft_chain_free(chain);
	return err;
}

/* Changing. */

/* The devices of 'draft' that the chain has not got yet. */
static int
new_devices(const struct nft_load *load, struct nft_hook_draft *draft,
	    struct trans_chain *t)
{
	struct nft_base *base = nft_base_of(load->chain);
	struct nft_device *d, *then;

	list_each_safe(d, then, &draft->devices, link) {
		list_remove(&d->link);
		if (nft_devices_find(&base->devices, d)) {
			free(d);
			continue;
		}
		nft_gen_add(load->nft, &d->inactive);
		list_insert(&t->devices, &d->link);
	}
	return 0;
}

/* Does the hook that is named fit the chain?  New devices go into 't'. */
static int
update_hook(const struct nft_load *load, const struct nl_attr tb[],
	    const struct nl_attr *attr, struct trans_chain *t)
{
	struct nft_chain *chain = load->chain;
	struct nft_hook_draft draft;
	int err;

	if (!nft_chain_is_base(chain)) {
		nl_blame(load->extack, attr);
		return -EEXIST;
	}
	err = nft_hook_parse(load, tb, nft_base_of(chain), chain->flags,
			     &draft);
	if (err)
		return err;
	if (nft_base_of(chain)->type != draft.type) {
		nft_devices_free(&draft.devices);
		nl_blame(load->extack, attr);
		return -EEXIST;
	}
	if (load->table->has_update && !list_is_empty(&draft.devices)) {
		nft_devices_free(&draft.devices);
		return -EINVAL;
	}
	return new_devices(load, &draft, t);
}

/* Does this batch give that name to another chain already? */
static bool
is_taken(const struct nft *nft, const struct nft_table *table, uint64_t hash,
	 const struct nl_attr *name)
{
	struct nft_link *l;

	for (l = nft_hash_first(&nft->renames, hash); l; l = l->next) {
		const struct trans_chain *t = list_entry(l, struct trans_chain,
							 by_rename);

		if (l->hash == hash && t->trans.load.table == table &&
		    nl_string_is(name, t->name))
			return true;
	}
	return false;
}

static int
update_name(const struct nft_load *load, const struct nl_attr tb[],
	    struct trans_chain *t)
{
	const struct nl_attr *name = &tb[NFTA_CHAIN_NAME];
	struct nft *nft = load->nft;
	uint64_t hash;
	int err;

	if (!tb[NFTA_CHAIN_HANDLE].data || !name->data)
		return 0;
	hash = nft_hash_name(&nft->key, load->table->named.handle,
			     (const char *)name->data,
			     strnlen((const char *)name->data, name->len));
	if (nft_chain_find(load->table, name, nft_gen_next(nft), &err) ||
	    is_taken(nft, load->table, hash, name)) {
		nl_blame(load->extack, name);
		return -EEXIST;
	}
	t->name = nft_strdup(name);
	if (!t->name)
		return -ENOMEM;
	nft_hash_insert(&nft->renames, &t->by_rename, hash);
	return 0;
}

static int
update(const struct nft_load *load, const struct nl_attr tb[],
       uint8_t verdict, uint32_t flags, const struct nl_attr *attr)
{
	struct nft_chain *chain = load->chain;
	struct trans_chain *t;
	int err;

	if (chain->flags ^ flags)
		return -EOPNOTSUPP;
	t = nft_trans_create(load, &trans_new);
	if (!t)
		return -ENOMEM;
	t->chain = chain;
	t->is_update = true;
	t->policy = tb[NFTA_CHAIN_POLICY].data ? verdict : -1;
	list_init(&t->devices);
	if (tb[NFTA_CHAIN_HOOK].data) {
		err = update_hook(load, tb, attr, t);
		if (err)
			goto err_trans;
	}
	if (tb[NFTA_CHAIN_COUNTERS].data) {
		err = -EOPNOTSUPP;
		if (!nft_chain_is_base(chain))
			goto err_trans;
		err = parse_stats(&tb[NFTA_CHAIN_COUNTERS], &t->stats);
		if (err)
			goto err_trans;
	}
	err = update_name(load, tb, t);	/* enters a table: the last step */
	if (err)
		goto err_trans;
	nft_trans_add(&t->trans);
	return 0;

err_trans:
	release_new(load->nft, &t->trans, true);
	nft_trans_destroy(&t->trans);
	return err;
}

/* The chain that a request names. => 0 with *chain NULL: there is none. */
static int
find_named(const struct nft_load *load, const struct nl_attr tb[],
	   const struct nl_attr **attr, struct nft_chain **chain)
{
	uint8_t gen = nft_gen_next(load->nft);
	int err = 0;

	*attr = &tb[NFTA_CHAIN_NAME];
	if (tb[NFTA_CHAIN_HANDLE].data) {
		*attr = &tb[NFTA_CHAIN_HANDLE];
		*chain = nft_chain_by_handle(load->table, *attr, gen, &err);
	} else if (tb[NFTA_CHAIN_NAME].data) {
		*chain = nft_chain_find(load->table, *attr, gen, &err);
		if (err == -ENOENT)
			err = 0;
	} else if (!tb[NFTA_CHAIN_ID].data) {
		return -EINVAL;
	}
	if (err)
		nl_blame(load->extack, *attr);
	return err;
}

static int
parse_policy(const struct nft_load *load, const struct nl_attr tb[],
	     uint8_t *verdict)
{
	const struct nl_attr *attr = &tb[NFTA_CHAIN_POLICY];
	uint32_t value;

	*verdict = NFT_VERDICT_ACCEPT;
	if (!attr->data)
		return 0;
	if (load->chain ? !nft_chain_is_base(load->chain) :
	    !tb[NFTA_CHAIN_HOOK].data) {
		nl_blame(load->extack, attr);
		return -EOPNOTSUPP;
	}
	value = nl_be32(attr);
	if (value != NFT_VERDICT_DROP && value != NFT_VERDICT_ACCEPT)
		return -EINVAL;
	*verdict = (uint8_t)value;
	return 0;
}

static int
change_new(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *attr;
	struct nft_chain *chain = NULL;
	uint32_t flags = 0;
	uint8_t verdict;
	int err;

	err = nft_table_changed(load, &tb[NFTA_CHAIN_TABLE]);
	if (err)
		return err;
	err = find_named(load, tb, &attr, &chain);
	if (err)
		return err;
	load->chain = chain;
	err = parse_policy(load, tb, &verdict);
	if (err)
		return err;
	if (tb[NFTA_CHAIN_FLAGS].data)
		flags = nl_be32(&tb[NFTA_CHAIN_FLAGS]);
	else if (chain)
		flags = chain->flags;
	if (flags & ~(uint32_t)NFT_CHAIN_FLAGS)
		return -EOPNOTSUPP;
	if (!chain)
		return add(load, tb, verdict, flags);
	if (chain->flags & NFT_CHAIN_BINDING)
		return -EINVAL;
	if (load->flags & NLM_F_EXCL) {
		nl_blame(load->extack, attr);
		return -EEXIST;
	}
	if (load->flags & NLM_F_REPLACE)
		return -EOPNOTSUPP;
	flags |= chain->flags & NFT_CHAIN_BASE;
	return update(load, tb, verdict, flags, attr);
}

const struct nft_handler nft_chain_new = {
	.max_attr = NFTA_CHAIN_MAX,
	.policy = nft_chain_policy,
	.change = change_new,
};
