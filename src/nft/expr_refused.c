/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_refused.c - expressions that Linux knows and this engine does not
 * have yet: they are refused, by name, when a rule is loaded.
 *
 * The words go to the client in the acknowledgement, with the expression
 * marked as the one at fault. */
#include "nft/expr_all.h"
#include "nft/tracking.h"

#define REFUSED(id, text_name, where)					\
	static const struct nft_expr_ops *				\
	refuse_##id(const struct nft_load *load,			\
		    const struct nl_attr tb[], int *err)		\
	{								\
		(void)tb;						\
		if (load->extack)					\
			load->extack->text = "clew does not have '"	\
					     text_name "' yet";		\
		*err = -EOPNOTSUPP;					\
		return NULL;						\
	}								\
	const struct nft_expr_ops nft_expr_##id = {			\
		.name = text_name,					\
		.families = where,					\
		.select = refuse_##id,					\
	}

REFUSED(osf, "osf", 0);
