/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_limit.c - 'limit rate': a token bucket. */
#include "nft/expr_all.h"
#include "nft/limit.h"
#include "nft/tell.h"
#include "track/track.h"

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	return nft_limit_init(load, nft_priv(expr), tb);
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	nft_limit_fini(nft, nft_priv(expr));
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	if (!nft_limit_take(nft_priv(expr), ev->path->track->now_ns,
			    ev->path->p->len))
		regs->verdict = NFT_BREAK;
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	(void)reset;
	nft_limit_dump(w, nft_priv(expr));
}

static int
clone(struct nft *nft, struct nft_expr *to, const struct nft_expr *from)
{
	return nft_limit_clone(nft, nft_priv(to), nft_priv(from));
}

static const struct nft_expr_ops *
choose(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	(void)load;
	if (nl_be32(&tb[NFTA_LIMIT_TYPE]) <= NFT_LIMIT_PKT_BYTES)
		return &nft_expr_limit;
	*err = -EOPNOTSUPP;
	return NULL;
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	nft_limit_tell(t, nft_priv(expr));
}

const struct nft_expr_ops nft_expr_limit = {
	.name = "limit",
	.size = sizeof(struct nft_limit),
	.flags = NFT_EXPR_IS_STATEFUL,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_LIMIT_MAX,
	.policy = nft_limit_policy,
	.fini = fini,
	.dump = dump,
	.clone = clone,
	.select = choose,
	.tell = tell,
};
