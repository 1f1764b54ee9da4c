/* SPDX-License-Identifier: BSD-2-Clause
 * nft/flowtable.h - flowtables, as rules refer to them. */
#ifndef NFT_FLOWTABLE_H
#define NFT_FLOWTABLE_H

#include "nft/nft.h"

struct nft_flowtable;

/* In generation 'gen'.  => NULL with '*err' -EINVAL or -ENOENT. */
struct nft_flowtable *nft_flowtable_find(const struct nft_table *table,
					 const struct nl_attr *name,
					 uint8_t gen, int *err);
/* => false when there are too many: -EMFILE. */
bool nft_flowtable_hold(struct nft_flowtable *ft);
void nft_flowtable_release(struct nft_flowtable *ft);
const char *nft_flowtable_name(const struct nft_flowtable *ft);

#endif
