/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_all.h - all expressions there are, for the table in expr.c. */
#ifndef NFT_EXPR_ALL_H
#define NFT_EXPR_ALL_H

#include "nft/expr.h"

/* One per line, sorted; several of one name are for several families. */
extern const struct nft_expr_ops nft_expr_counter;
extern const struct nft_expr_ops nft_expr_last;

#endif
