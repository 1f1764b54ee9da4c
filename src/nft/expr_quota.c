/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_quota.c - 'quota': so many bytes, and no more. */
#include "nft/expr_all.h"
#include "nft/quota.h"
#include "nft/tell.h"

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	return nft_quota_init(load, nft_priv(expr), tb);
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	nft_quota_fini(nft, nft_priv(expr));
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	if (!nft_quota_take(nft_priv(expr), ev->path->p->len, NULL))
		regs->verdict = NFT_BREAK;
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	nft_quota_dump(w, nft_priv(expr), reset);
}

static int
clone(struct nft *nft, struct nft_expr *to, const struct nft_expr *from)
{
	return nft_quota_clone(nft, nft_priv(to), nft_priv(from));
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	nft_quota_tell(t, nft_priv(expr));
}

const struct nft_expr_ops nft_expr_quota = {
	.name = "quota",
	.size = sizeof(struct nft_quota),
	.flags = NFT_EXPR_IS_STATEFUL,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_QUOTA_MAX,
	.policy = nft_quota_policy,
	.fini = fini,
	.dump = dump,
	.clone = clone,
	.tell = tell,
};
