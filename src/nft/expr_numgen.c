/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_numgen.c - 'numgen': numbers in turn, or at random. */
#include "nft/expr_all.h"
#include "nft/nft.h"

struct numgen {
	uint32_t *last;		/* incremental: the number before */
	uint32_t modulus;
	uint32_t offset;
	uint8_t reg;
};

static const struct nl_policy policy[NFTA_NG_MAX + 1] = {
	[NFTA_NG_DREG] = { .kind = NL_U32 },
	[NFTA_NG_MODULUS] = { .kind = NL_U32 },
	[NFTA_NG_TYPE] = { .kind = NL_U32 },
	[NFTA_NG_OFFSET] = { .kind = NL_U32 },
};

static const struct nft_expr_ops incremental;
static const struct nft_expr_ops at_random;

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct numgen *numgen = nft_priv(expr);
	uint32_t highest;

	numgen->offset = nl_be32(&tb[NFTA_NG_OFFSET]);
	numgen->modulus = nl_be32(&tb[NFTA_NG_MODULUS]);
	if (!numgen->modulus)
		return -ERANGE;
	if (__builtin_add_overflow(numgen->offset, numgen->modulus - 1,
				   &highest))
		return -EOVERFLOW;
	return nft_reg_store(load, &tb[NFTA_NG_DREG], &numgen->reg,
			     NFT_DATA_BYTES, sizeof(uint32_t));
}

static int
init_incremental(const struct nft_load *load, struct nft_expr *expr,
		 const struct nl_attr tb[])
{
	struct numgen *numgen = nft_priv(expr);
	int err = init(load, expr, tb);

	if (err)
		return err;
	numgen->last = nft_alloc(load->nft, sizeof(*numgen->last));
	if (!numgen->last)
		return -ENOMEM;
	*numgen->last = numgen->modulus - 1;	/* the first one is 0 */
	return 0;
}

static void
fini_incremental(struct nft *nft, struct nft_expr *expr)
{
	struct numgen *numgen = nft_priv(expr);

	nft_free(nft, numgen->last, sizeof(*numgen->last));
}

static void
eval_incremental(const struct nft_expr *expr, struct nft_regs *regs,
		 struct nft_eval *ev)
{
	const struct numgen *numgen = nft_priv(expr);

	(void)ev;
	if (++*numgen->last >= numgen->modulus)
		*numgen->last = 0;
	regs->word[numgen->reg] = *numgen->last + numgen->offset;
}

static void
eval_random(const struct nft_expr *expr, struct nft_regs *regs,
	    struct nft_eval *ev)
{
	const struct numgen *numgen = nft_priv(expr);

	regs->word[numgen->reg] = numgen->offset +
		random_below(ev->path->random, numgen->modulus);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct numgen *numgen = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_NG_DREG, numgen->reg);
	nl_put_be32(w, NFTA_NG_MODULUS, numgen->modulus);
	nl_put_be32(w, NFTA_NG_TYPE, expr->ops == &incremental ?
		    NFT_NG_INCREMENTAL : NFT_NG_RANDOM);
	nl_put_be32(w, NFTA_NG_OFFSET, numgen->offset);
}

static const struct nft_expr_ops *
choose(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	(void)load;
	*err = -EINVAL;
	if (!tb[NFTA_NG_DREG].data || !tb[NFTA_NG_MODULUS].data ||
	    !tb[NFTA_NG_TYPE].data)
		return NULL;
	switch (nl_be32(&tb[NFTA_NG_TYPE])) {
	case NFT_NG_INCREMENTAL:
		return &incremental;
	case NFT_NG_RANDOM:
		return &at_random;
	}
	return NULL;
}

static const struct nft_expr_ops incremental = {
	.name = "numgen",
	.size = sizeof(struct numgen),
	.eval = eval_incremental,
	.init = init_incremental,
	.fini = fini_incremental,
	.dump = dump,
};

static const struct nft_expr_ops at_random = {
	.name = "numgen",
	.size = sizeof(struct numgen),
	.eval = eval_random,
	.init = init,
	.dump = dump,
};

const struct nft_expr_ops nft_expr_numgen = {
	.name = "numgen",
	.max_attr = NFTA_NG_MAX,
	.policy = policy,
	.select = choose,
};
