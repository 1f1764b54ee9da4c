/* SPDX-License-Identifier: BSD-2-Clause
 * nft/rule.h - expressions on their way into a rule. */
#ifndef NFT_RULE_H
#define NFT_RULE_H

#include "nft/expr.h"

enum { NFT_EXPR_ATTRS_MOST = 32 };	/* of any one expression */

/* An expression as the request has it, its kind found. */
struct nft_expr_draft {
	const struct nft_expr_ops *ops;
	struct nl_attr attr;		/* NFTA_LIST_ELEM */
	struct nl_attr tb[NFT_EXPR_ATTRS_MOST + 1];
};

/* => 0, -EINVAL, -ENOENT (no such expression), -EOPNOTSUPP, ... */
int nft_expr_parse(const struct nft_load *load, const struct nl_attr *attr,
		   struct nft_expr_draft *draft);
/* Where nft_expr_size() bytes are.  => 0, or -errno with nothing held. */
int nft_expr_init(const struct nft_load *load, struct nft_expr *expr,
		  const struct nft_expr_draft *draft);
void nft_expr_fini(struct nft *nft, struct nft_expr *expr);

#endif
