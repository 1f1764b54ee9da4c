/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_byteorder.c - registers from network to host order and back. */
#include <endian.h>

#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/tell.h"

struct byteorder {
	uint8_t sreg;
	uint8_t dreg;
	uint8_t op;		/* enum nft_byteorder_ops: the same both ways */
	uint8_t len;
	uint8_t size;		/* of each number in it */
};

static const struct nl_policy policy[NFTA_BYTEORDER_MAX + 1] = {
	[NFTA_BYTEORDER_SREG] = { .kind = NL_U32 },
	[NFTA_BYTEORDER_DREG] = { .kind = NL_U32 },
	[NFTA_BYTEORDER_OP] = { .kind = NL_U32, .value_max = UINT8_MAX,
				.is_be = true },
	[NFTA_BYTEORDER_LEN] = { .kind = NL_U32, .value_max = UINT8_MAX,
				 .is_be = true },
	[NFTA_BYTEORDER_SIZE] = { .kind = NL_U32, .value_max = UINT8_MAX,
				  .is_be = true },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct byteorder *b = nft_priv(expr);
	uint32_t op, size, len;
	int err;

	for (unsigned i = NFTA_BYTEORDER_SREG; i <= NFTA_BYTEORDER_MAX; i++) {
		if (!tb[i].data)
			return -EINVAL;
	}
	op = nl_be32(&tb[NFTA_BYTEORDER_OP]);
	if (op != NFT_BYTEORDER_NTOH && op != NFT_BYTEORDER_HTON)
		return -EINVAL;
	err = nft_parse_be32(&tb[NFTA_BYTEORDER_SIZE], UINT8_MAX, &size);
	if (err)
		return err;
	if (size != 2 && size != 4 && size != 8)
		return -EINVAL;
	err = nft_parse_be32(&tb[NFTA_BYTEORDER_LEN], UINT8_MAX, &len);
	if (err)
		return err;
	b->op = (uint8_t)op;
	b->size = (uint8_t)size;
	b->len = (uint8_t)len;
	err = nft_reg_load(load, &tb[NFTA_BYTEORDER_SREG], &b->sreg, len);
	if (err)
		return err;
	return nft_reg_store(load, &tb[NFTA_BYTEORDER_DREG], &b->dreg,
			     NFT_DATA_BYTES, len);
}

static void
turn(uint8_t *dst, const uint8_t *src, uint8_t size)
{
	uint64_t v8;
	uint32_t v4;
	uint16_t v2;

	switch (size) {
	case 2:
		v2 = be16toh(load16(src));
		memcpy(dst, &v2, sizeof(v2));
		break;
	case 4:
		v4 = be32toh(load32(src));
		memcpy(dst, &v4, sizeof(v4));
		break;
	case 8:
		v8 = be64toh(load64(src));
		memcpy(dst, &v8, sizeof(v8));
		break;
	}
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct byteorder *b = nft_priv(expr);
	const uint8_t *src = (const uint8_t *)&regs->word[b->sreg];
	uint8_t *dst = (uint8_t *)&regs->word[b->dreg];

	(void)ev;
	for (uint32_t i = 0; i + b->size <= b->len; i += b->size)
		turn(dst + i, src + i, b->size);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct byteorder *b = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_BYTEORDER_SREG, b->sreg);
	nft_reg_dump(w, NFTA_BYTEORDER_DREG, b->dreg);
	nl_put_be32(w, NFTA_BYTEORDER_OP, b->op);
	nl_put_be32(w, NFTA_BYTEORDER_LEN, b->len);
	nl_put_be32(w, NFTA_BYTEORDER_SIZE, b->size);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct byteorder *b = nft_priv(expr);
	const struct nft_origin from = t->origin[b->sreg];
	enum nft_show show = (enum nft_show)from.show;

	if (show == NFT_SHOW_HOST)
		show = NFT_SHOW_NUMBER;
	else if (show == NFT_SHOW_NUMBER)
		show = NFT_SHOW_HOST;
	nft_tell_load(t, b->dreg, b->len, show, "%s",
		      from.len ? from.what : "register");
}

const struct nft_expr_ops nft_expr_byteorder = {
	.name = "byteorder",
	.size = sizeof(struct byteorder),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_BYTEORDER_MAX,
	.policy = policy,
	.dump = dump,
	.tell = tell,
};
