/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_ct.h - what reading and setting with 'ct' share. */
#ifndef NFT_EXPR_CT_H
#define NFT_EXPR_CT_H

#include "nft/expr_all.h"

struct nft_ct {
	uint8_t key;		/* enum nft_ct_keys */
	uint8_t dir;		/* enum clew_dir, CLEW_DIRS: none given */
	uint8_t reg;
};

extern const struct nft_expr_ops nft_ct_set;	/* expr_ct_set.c */

/* => 0 or -EINVAL. */
int nft_ct_direction(const struct nl_attr *attr, uint8_t *dir);

#endif
