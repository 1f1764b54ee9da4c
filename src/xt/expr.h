/* SPDX-License-Identifier: BSD-2-Clause
 * xt/expr.h - the expressions by which nf_tables runs xtables' extensions. */
#ifndef XT_EXPR_H
#define XT_EXPR_H

#include "nft/expr.h"

/* For nft_config: 'match' and 'target', NULL at the end. */
extern const struct nft_expr_ops *const xt_expressions[];

#endif
