/* SPDX-License-Identifier: BSD-2-Clause
 * nft/table.c - tables: NFT_MSG_*TABLE. */
#include "nft/nft.h"

struct nft_table *
nft_table_find(const struct nft *nft, const struct nl_attr *name,
	       uint8_t family, uint8_t gen, uint32_t portid, int *err)
{
	struct nft_named *n;
	struct nft_table *table;

	*err = -EINVAL;
	if (!name->data)
		return NULL;
	*err = -ENOENT;
	n = nft_names_lookup(&nft->table_names, family, name, gen);
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
