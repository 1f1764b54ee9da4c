/* SPDX-License-Identifier: BSD-2-Clause
 * nft/chain.h - what the files about chains' messages share. */
#ifndef NFT_CHAIN_H
#define NFT_CHAIN_H

#include "nft/kinds.h"

/* A new chain, one that is gone, or a change of one. */
struct trans_chain {
	struct nft_trans trans;
	struct nft_chain *chain;
	bool is_update;
	int16_t policy;			/* -1: as it is */
	char *name;			/* a new name, or NULL */
	struct nft_link by_rename;	/* nft->renames, with 'name' */
	struct nft_stats *stats;	/* new counters, or NULL */
	struct list devices;		/* to be added, or to be removed */
};

extern const struct nl_policy nft_chain_policy[NFTA_CHAIN_MAX + 1];

/* => NULL with '*err' -ENOENT. */
struct nft_chain *nft_chain_by_handle(const struct nft_table *table,
				      const struct nl_attr *handle,
				      uint8_t gen, int *err);

/* Tell listeners.  With 'devices', of a change of these alone. */
void nft_chain_notify(const struct trans_chain *t, uint16_t message,
		      const struct list *devices);

#endif
