/* SPDX-License-Identifier: BSD-2-Clause
 * nft/chain.c - chains: NFT_MSG_*CHAIN. */
#include "nft/nft.h"

struct trans_chain {
	struct nft_trans trans;
	struct nft_chain *chain;
};

static const struct nft_trans_ops trans_new = {
	.size = sizeof(struct trans_chain),
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

static bool
is_in_next(const struct nft *nft, const struct nft_trans *t)
{
	const struct trans_chain *tc = (const struct trans_chain *)t;

	return nft_gen_is_in_next(nft, tc->chain->named.inactive);
}

struct nft_chain *
nft_chain_by_id(const struct nft *nft, const struct nft_table *table,
		uint32_t id)
{
	struct nft_trans *t = nft_trans_by_id(nft, &trans_new, table, id,
					      is_in_next);

	return t ? ((struct trans_chain *)t)->chain : NULL;
}
