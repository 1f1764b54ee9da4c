/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_range.c - is a register within two constants? */
#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/tell.h"

struct range {
	uint8_t from[16];
	uint8_t to[16];
	uint8_t sreg;
	uint8_t len;
	uint8_t op;		/* enum nft_range_ops */
};

static const struct nl_policy policy[NFTA_RANGE_MAX + 1] = {
	[NFTA_RANGE_SREG] = { .kind = NL_U32 },
	[NFTA_RANGE_OP] = { .kind = NL_U32, .value_max = UINT8_MAX, .is_be = true },
	[NFTA_RANGE_FROM_DATA] = { .kind = NL_NESTED },
	[NFTA_RANGE_TO_DATA] = { .kind = NL_NESTED },
};

static int
parse_end(const struct nft_load *load, const struct nl_attr *attr,
	  uint8_t end[16], uint16_t *len)
{
	struct nft_data_desc desc = { .type = NFT_DATA_BYTES, .size = 16 };
	struct nft_data data;
	int err = nft_data_parse(load, &data, &desc, attr);

	if (err)
		return err;
	memcpy(end, data.bytes, 16);
	*len = desc.len;
	return 0;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct range *range = nft_priv(expr);
	uint16_t from_len, to_len;
	uint32_t op;
	int err;

	if (!tb[NFTA_RANGE_SREG].data || !tb[NFTA_RANGE_OP].data ||
	    !tb[NFTA_RANGE_FROM_DATA].data || !tb[NFTA_RANGE_TO_DATA].data)
		return -EINVAL;
	err = parse_end(load, &tb[NFTA_RANGE_FROM_DATA], range->from,
			&from_len);
	if (err)
		return err;
	err = parse_end(load, &tb[NFTA_RANGE_TO_DATA], range->to, &to_len);
	if (err)
		return err;
	if (from_len != to_len)
		return -EINVAL;
	err = nft_reg_load(load, &tb[NFTA_RANGE_SREG], &range->sreg, from_len);
	if (err)
		return err;
	op = nl_be32(&tb[NFTA_RANGE_OP]);
	if (op != NFT_RANGE_EQ && op != NFT_RANGE_NEQ)
		return -EINVAL;
	range->op = (uint8_t)op;
	range->len = (uint8_t)from_len;
	return 0;
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct range *range = nft_priv(expr);
	const uint32_t *value = &regs->word[range->sreg];
	bool is_in = memcmp(value, range->from, range->len) >= 0 &&
		     memcmp(value, range->to, range->len) <= 0;

	(void)ev;
	if (is_in != (range->op == NFT_RANGE_EQ))
		regs->verdict = NFT_BREAK;
}

static void
dump_end(struct nl_writer *w, uint16_t attr, const uint8_t end[16],
	 uint8_t len)
{
	struct nft_data data = { 0 };

	memcpy(data.bytes, end, 16);
	nft_data_dump(w, attr, &data, NFT_DATA_BYTES, len);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct range *range = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_RANGE_SREG, range->sreg);
	nl_put_be32(w, NFTA_RANGE_OP, range->op);
	dump_end(w, NFTA_RANGE_FROM_DATA, range->from, range->len);
	dump_end(w, NFTA_RANGE_TO_DATA, range->to, range->len);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct range *range = nft_priv(expr);

	nft_tell_between(t, range->sreg, range->len,
			 range->op == NFT_RANGE_NEQ ? "not in" : "in",
			 range->from, range->to);
}

const struct nft_expr_ops nft_expr_range = {
	.name = "range",
	.size = sizeof(struct range),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_RANGE_MAX,
	.policy = policy,
	.dump = dump,
	.tell = tell,
};
