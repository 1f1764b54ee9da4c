/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_connlimit.c - 'ct count': connections at the same time. */
#include "nft/conncount.h"
#include "nft/expr_all.h"
#include "nft/tell.h"

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	return nft_connlimit_init(load, nft_priv(expr), tb);
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	nft_connlimit_fini(nft, nft_priv(expr));
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	int32_t verdict = nft_connlimit_take(nft_priv(expr), ev);

	if (verdict != NFT_CONTINUE)
		regs->verdict = verdict;
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	(void)reset;
	nft_connlimit_dump(w, nft_priv(expr));
}

static int
clone(struct nft *nft, struct nft_expr *to, const struct nft_expr *from)
{
	return nft_connlimit_clone(nft, nft_priv(to), nft_priv(from));
}

static bool
gc(struct nft *nft, const struct nft_expr *expr)
{
	return nft_connlimit_sweep(nft, nft_priv(expr));
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	nft_connlimit_tell(t, nft_priv(expr));
}

const struct nft_expr_ops nft_expr_connlimit = {
	.name = "connlimit",
	.size = sizeof(struct nft_connlimit),
	.flags = NFT_EXPR_IS_STATEFUL | NFT_EXPR_HAS_GC,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_CONNLIMIT_MAX,
	.policy = nft_connlimit_policy,
	.fini = fini,
	.dump = dump,
	.clone = clone,
	.gc = gc,
	.tell = tell,
};
