/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_cmp.c - compare a register with a constant. */
#include "nft/expr_all.h"
#include "nft/expr_fast.h"
#include "nft/tell.h"

static const struct nl_policy policy[NFTA_CMP_MAX + 1] = {
	[NFTA_CMP_SREG] = { .kind = NL_U32 },
	[NFTA_CMP_OP] = { .kind = NL_U32, .value_max = UINT8_MAX, .is_be = true },
	[NFTA_CMP_DATA] = { .kind = NL_NESTED },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nft_cmp *cmp = nft_priv(expr);
	struct nft_data_desc desc = {
		.type = NFT_DATA_BYTES,
		.size = sizeof(cmp->value),
	};
	struct nft_data data;
	uint32_t op;
	int err;

	if (!tb[NFTA_CMP_SREG].data || !tb[NFTA_CMP_OP].data ||
	    !tb[NFTA_CMP_DATA].data)
		return -EINVAL;
	op = nl_be32(&tb[NFTA_CMP_OP]);
	if (op > NFT_CMP_GTE)
		return -EINVAL;
	err = nft_data_parse(load, &data, &desc, &tb[NFTA_CMP_DATA]);
	if (err)
		return err;
	err = nft_reg_load(load, &tb[NFTA_CMP_SREG], &cmp->sreg, desc.len);
	if (err)
		return err;
	cmp->op = (uint8_t)op;
	cmp->len = (uint8_t)desc.len;
	memcpy(cmp->value, data.bytes, sizeof(cmp->value));
	nft_cmp_prepare(cmp);
	return 0;
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	(void)ev;
	if (!nft_cmp_run(nft_priv(expr), regs))
		nft_break(regs);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_cmp *cmp = nft_priv(expr);
	struct nft_data data = { 0 };

	(void)reset;
	memcpy(data.bytes, cmp->value, sizeof(cmp->value));
	nft_reg_dump(w, NFTA_CMP_SREG, cmp->sreg);
	nl_put_be32(w, NFTA_CMP_OP, cmp->op);
	nft_data_dump(w, NFTA_CMP_DATA, &data, NFT_DATA_BYTES, cmp->len);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	static const char *const ops[] = {
		[NFT_CMP_EQ] = "==", [NFT_CMP_NEQ] = "!=",
		[NFT_CMP_LT] = "<", [NFT_CMP_LTE] = "<=",
		[NFT_CMP_GT] = ">", [NFT_CMP_GTE] = ">=",
	};
	const struct nft_cmp *cmp = nft_priv(expr);

	nft_tell_compare(t, cmp->sreg, cmp->len, ops[cmp->op], cmp->value);
}

const struct nft_expr_ops nft_expr_cmp = {
	.name = "cmp",
	.size = sizeof(struct nft_cmp),
	.run = NFT_RUN_CMP,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_CMP_MAX,
	.policy = policy,
	.dump = dump,
	.tell = tell,
};
