/* SPDX-License-Identifier: BSD-2-Clause
 * nft/chain_delete.c - chains, or some of their devices, deleted:
 * NFT_MSG_DELCHAIN. */
#include "nft/chain.h"

static void
commit_del(struct nft *nft, struct nft_trans *trans)
{
	struct trans_chain *t = (struct trans_chain *)trans;

	if (t->is_update) {
		nft_chain_notify(t, NFT_MSG_DELCHAIN, &t->devices);
		return;
	}
	nft_chain_notify(t, NFT_MSG_DELCHAIN, NULL);
	nft_chain_unlink(nft, t->chain);
}

static void
abort_del(struct nft *nft, struct nft_trans *trans)
{
	struct trans_chain *t = (struct trans_chain *)trans;

	if (t->is_update) {
		nft_devices_move(&nft_base_of(t->chain)->devices, &t->devices);
		return;
	}
	nft_gen_keep(nft, &t->chain->named.inactive);
	t->chain->table->use++;
}

static void
release_del(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_chain *t = (struct trans_chain *)trans;

	(void)nft;
	nft_devices_free(&t->devices);
	if (!is_aborted && !t->is_update)
		nft_chain_free(t->chain);
}

static const struct nft_trans_ops trans_del = {
	.size = sizeof(struct trans_chain),
	.commit = commit_del,
	.abort = abort_del,
	.release = release_del,
};

static int
delete(const struct nft_load *load)
{
	struct trans_chain *t = nft_trans_create(load, &trans_del);

	if (!t)
		return -ENOMEM;
	t->chain = load->chain;
	list_init(&t->devices);
	nft_use_dec(&load->table->use);
	nft_gen_delete(load->nft, &load->chain->named.inactive);
	nft_trans_add(&t->trans);
	return 0;
}

/* Of a chain for devices, only those that are named. */
static int
delete_devices(const struct nft_load *load, const struct nl_attr tb[])
{
	struct nft_base *base = nft_base_of(load->chain);
	struct nft_hook_draft draft;
	struct nft_device *d, *own;
	struct trans_chain *t;
	int err;

	if (load->table->has_update)
		return -EINVAL;
	err = nft_hook_parse(load, tb, base, load->chain->flags, &draft);
	if (err)
		return err;
	t = nft_trans_create(load, &trans_del);
	if (!t) {
		nft_devices_free(&draft.devices);
		return -ENOMEM;
	}
	t->chain = load->chain;
	t->is_update = true;
	list_init(&t->devices);
	list_each(d, &draft.devices, link) {
		own = nft_devices_find(&base->devices, d);
		if (!own) {
			nft_devices_move(&base->devices, &t->devices);
			nft_devices_free(&draft.devices);
			nft_trans_destroy(&t->trans);
			return -ENOENT;
		}
		list_remove(&own->link);
		list_insert(&t->devices, &own->link);
	}
	nft_devices_free(&draft.devices);
	nft_trans_add(&t->trans);
	return 0;
}

static bool
has_devices(const struct nft_load *load)
{
	return nft_chain_is_base(load->chain) &&
	       nft_hook_is_netdev(load->family,
				  nft_base_of(load->chain)->wire_hook);
}

static int
change_del(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *attr = &tb[NFTA_CHAIN_NAME];
	uint8_t gen = nft_gen_next(load->nft);
	int err;

	err = nft_table_changed(load, &tb[NFTA_CHAIN_TABLE]);
	if (err)
		return err;
	if (tb[NFTA_CHAIN_HANDLE].data) {
		attr = &tb[NFTA_CHAIN_HANDLE];
		load->chain = nft_chain_by_handle(load->table, attr, gen, &err);
	} else {
		load->chain = nft_chain_find(load->table, attr, gen, &err);
	}
	if (!load->chain) {
		if (err == -ENOENT && load->is_destroy)
			return 0;
		nl_blame(load->extack, attr);
		return err;
	}
	if (load->chain->flags & NFT_CHAIN_BINDING)
		return -EOPNOTSUPP;
	if (tb[NFTA_CHAIN_HOOK].data) {
		if (load->is_destroy ||
		    load->chain->flags & NFT_CHAIN_HW_OFFLOAD)
			return -EOPNOTSUPP;
		if (has_devices(load))
			return delete_devices(load, tb);
	}
	if (load->flags & NLM_F_NONREC && load->chain->use > 0)
		return -EBUSY;
	err = nft_rule_delete_all(load);
	if (err)
		return err;
	if (load->chain->use > 0) {	/* jumps to it */
		nl_blame(load->extack, attr);
		return -EBUSY;
	}
	return delete(load);
}

const struct nft_handler nft_chain_del = {
	.max_attr = NFTA_CHAIN_MAX,
	.policy = nft_chain_policy,
	.change = change_del,
};

int
nft_chain_flush(struct nft_load *load)
{
	struct nft_chain *chain;

	list_each(chain, &load->table->chains, link) {
		int err;

		if (!nft_gen_is_in_next(load->nft, chain->named.inactive) ||
		    chain->flags & NFT_CHAIN_BINDING)
			continue;
		load->chain = chain;
		err = delete(load);
		if (err)
			return err;
	}
	return 0;
}
