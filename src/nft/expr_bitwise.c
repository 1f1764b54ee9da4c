/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_bitwise.c - and, or, xor and shifts of registers.
 *
 * Registers are words of the host; a shift runs over several of them as if
 * the first were the highest, which is what Linux does. */
#include "nft/expr_all.h"
#include "nft/expr_fast.h"
#include "nft/tell.h"

enum {
	SHIFT_BITS = 32,
	VALUE_MOST = 16,
};

static const struct nl_policy policy[NFTA_BITWISE_SREG2 + 1] = {
	[NFTA_BITWISE_SREG] = { .kind = NL_U32 },
	[NFTA_BITWISE_DREG] = { .kind = NL_U32 },
	[NFTA_BITWISE_LEN] = { .kind = NL_U32 },
	[NFTA_BITWISE_MASK] = { .kind = NL_NESTED },
	[NFTA_BITWISE_XOR] = { .kind = NL_NESTED },
	[NFTA_BITWISE_OP] = { .kind = NL_U32, .value_max = UINT8_MAX, .is_be = true },
	[NFTA_BITWISE_DATA] = { .kind = NL_NESTED },
	[NFTA_BITWISE_SREG2] = { .kind = NL_U32 },
};

/* A constant of just 'len' bytes. */
static int
parse_value(const struct nft_load *load, const struct nl_attr *attr,
	    uint16_t len, uint32_t value[4])
{
	struct nft_data_desc desc = {
		.type = NFT_DATA_BYTES,
		.size = VALUE_MOST,
		.len = len,
	};
	struct nft_data data;
	int err = nft_data_parse(load, &data, &desc, attr);

	if (!err)
		memcpy(value, data.bytes, VALUE_MOST);
	return err;
}

static int
init_mask(const struct nft_load *load, struct nft_bitwise *b,
	  const struct nl_attr tb[])
{
	int err;

	if (tb[NFTA_BITWISE_DATA].data || tb[NFTA_BITWISE_SREG2].data)
		return -EINVAL;
	if (!tb[NFTA_BITWISE_MASK].data || !tb[NFTA_BITWISE_XOR].data)
		return -EINVAL;
	err = parse_value(load, &tb[NFTA_BITWISE_MASK], b->len, b->mask);
	return err ? err : parse_value(load, &tb[NFTA_BITWISE_XOR], b->len,
				       b->value);
}

static int
init_shift(const struct nft_load *load, struct nft_bitwise *b,
	   const struct nl_attr tb[])
{
	int err;

	if (tb[NFTA_BITWISE_MASK].data || tb[NFTA_BITWISE_XOR].data ||
	    tb[NFTA_BITWISE_SREG2].data || !tb[NFTA_BITWISE_DATA].data)
		return -EINVAL;
	err = parse_value(load, &tb[NFTA_BITWISE_DATA], sizeof(b->value[0]),
			  b->value);
	if (err)
		return err;
	return b->value[0] >= SHIFT_BITS ? -EINVAL : 0;
}

/* With a constant or with another register. */
static int
init_second(const struct nft_load *load, struct nft_bitwise *b,
	    const struct nl_attr tb[])
{
	const struct nl_attr *sreg2 = &tb[NFTA_BITWISE_SREG2];
	const struct nl_attr *data = &tb[NFTA_BITWISE_DATA];

	if (tb[NFTA_BITWISE_MASK].data || tb[NFTA_BITWISE_XOR].data)
		return -EINVAL;
	if (!sreg2->data == !data->data)
		return -EINVAL;
	if (data->data)
		return parse_value(load, data, b->len, b->value);
	return nft_reg_load(load, sreg2, &b->sreg2, b->len);
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nft_bitwise *b = nft_priv(expr);
	uint32_t len;
	int err;

	if (!tb[NFTA_BITWISE_SREG].data || !tb[NFTA_BITWISE_DREG].data ||
	    !tb[NFTA_BITWISE_LEN].data)
		return -EINVAL;
	err = nft_parse_be32(&tb[NFTA_BITWISE_LEN], UINT8_MAX, &len);
	if (err)
		return err;
	b->len = (uint8_t)len;
	err = nft_reg_load(load, &tb[NFTA_BITWISE_SREG], &b->sreg, len);
	if (err)
		return err;
	err = nft_reg_store(load, &tb[NFTA_BITWISE_DREG], &b->dreg,
			    NFT_DATA_BYTES, len);
	if (err)
		return err;
	b->op = (uint8_t)nl_be32(&tb[NFTA_BITWISE_OP]);
	switch (b->op) {
	case NFT_BITWISE_BOOL:
		return init_mask(load, b, tb);
	case NFT_BITWISE_LSHIFT:
	case NFT_BITWISE_RSHIFT:
		return init_shift(load, b, tb);
	case NFT_BITWISE_AND:
	case NFT_BITWISE_OR:
	case NFT_BITWISE_XOR:
		return init_second(load, b, tb);
	default:
		return -EOPNOTSUPP;
	}
}

static void
shift_left(uint32_t *dst, const uint32_t *src, uint32_t words, uint32_t by)
{
	uint32_t carry = 0;

	for (uint32_t i = words; i > 0; i--) {
		uint32_t word = src[i - 1];

		dst[i - 1] = word << by | carry;
		carry = by ? word >> (SHIFT_BITS - by) : 0;
	}
}

static void
shift_right(uint32_t *dst, const uint32_t *src, uint32_t words, uint32_t by)
{
	uint32_t carry = 0;

	for (uint32_t i = 0; i < words; i++) {
		uint32_t word = src[i];

		dst[i] = carry | word >> by;
		carry = by ? word << (SHIFT_BITS - by) : 0;
	}
}

static void
combine(const struct nft_bitwise *b, struct nft_regs *regs, uint32_t words)
{
	const uint32_t *src = &regs->word[b->sreg];
	const uint32_t *second = b->sreg2 ? &regs->word[b->sreg2] : b->value;
	uint32_t *dst = &regs->word[b->dreg];

	for (uint32_t i = 0; i < words; i++) {
		if (b->op == NFT_BITWISE_AND)
			dst[i] = src[i] & second[i];
		else if (b->op == NFT_BITWISE_OR)
			dst[i] = src[i] | second[i];
		else
			dst[i] = src[i] ^ second[i];
	}
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct nft_bitwise *b = nft_priv(expr);
	uint32_t words = (b->len + 3u) / 4;

	(void)ev;
	if (b->op == NFT_BITWISE_BOOL)
		nft_bitwise_mask(b, regs);
	else if (b->op == NFT_BITWISE_LSHIFT)
		shift_left(&regs->word[b->dreg], &regs->word[b->sreg], words,
			   b->value[0]);
	else if (b->op == NFT_BITWISE_RSHIFT)
		shift_right(&regs->word[b->dreg], &regs->word[b->sreg], words,
			    b->value[0]);
	else
		combine(b, regs, words);
}

static void
dump_value(struct nl_writer *w, uint16_t attr, const uint32_t value[4],
	   uint16_t len)
{
	struct nft_data data = { 0 };

	memcpy(data.bytes, value, VALUE_MOST);
	nft_data_dump(w, attr, &data, NFT_DATA_BYTES, len);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_bitwise *b = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_BITWISE_SREG, b->sreg);
	nft_reg_dump(w, NFTA_BITWISE_DREG, b->dreg);
	nl_put_be32(w, NFTA_BITWISE_LEN, b->len);
	nl_put_be32(w, NFTA_BITWISE_OP, b->op);
	if (b->op == NFT_BITWISE_BOOL) {
		dump_value(w, NFTA_BITWISE_MASK, b->mask, b->len);
		dump_value(w, NFTA_BITWISE_XOR, b->value, b->len);
	} else if (b->sreg2) {
		nft_reg_dump(w, NFTA_BITWISE_SREG2, b->sreg2);
	} else if (b->op == NFT_BITWISE_LSHIFT ||
		   b->op == NFT_BITWISE_RSHIFT) {
		dump_value(w, NFTA_BITWISE_DATA, b->value,
			   sizeof(b->value[0]));
	} else {
		dump_value(w, NFTA_BITWISE_DATA, b->value, b->len);
	}
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct nft_bitwise *b = nft_priv(expr);
	const struct nft_origin from = t->origin[b->sreg];
	struct nft_origin *o = &t->origin[b->dreg];
	const char *what = from.len ? from.what : "register";

	nft_tell_load(t, b->dreg, b->len, from.len ?
		      (enum nft_show)from.show : NFT_SHOW_HEX, "%s",
		      b->op == NFT_BITWISE_BOOL ? what : "shifted or joined");
	if (b->op != NFT_BITWISE_BOOL || b->len > NFT_TELL_WIDE)
		return;
	o->is_masked = true;
	memcpy(o->raw, &t->saw->word[b->sreg], b->len);
	memcpy(o->mask, b->mask, b->len);
}

const struct nft_expr_ops nft_expr_bitwise = {
	.name = "bitwise",
	.size = sizeof(struct nft_bitwise),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_BITWISE_SREG2,
	.policy = policy,
	.dump = dump,
	.tell = tell,
};
