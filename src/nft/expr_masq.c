/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_masq.c - 'masquerade': to an address of the way out. */
#include "nat/nat.h"
#include "nft/expr_all.h"
#include "nft/nat_range.h"
#include "nft/nft.h"
#include "nft/tell.h"
#include "nft/tracking.h"

struct masq {
	uint8_t proto[2];	/* words of the first and the last; 0: none */
	uint8_t flags;		/* enum nat_range_flag */
};

static const struct nl_policy policy[NFTA_MASQ_MAX + 1] = {
	[NFTA_MASQ_REG_PROTO_MIN] = { .kind = NL_U32 },
	[NFTA_MASQ_REG_PROTO_MAX] = { .kind = NL_U32 },
	[NFTA_MASQ_FLAGS] = { .kind = NL_U32, .value_mask = NFT_NAT_RANGE_MASK,
			      .is_be = true },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct masq *masq = nft_priv(expr);

	masq->flags = (uint8_t)nl_be32(&tb[NFTA_MASQ_FLAGS]);
	return nft_range_load(load, &tb[NFTA_MASQ_REG_PROTO_MIN],
			      &tb[NFTA_MASQ_REG_PROTO_MAX], masq->proto, 2);
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	int err;

	(void)expr;
	err = nft_chain_validate_type(load, NFT_CHAIN_NAT);
	if (err)
		return err;
	return nft_chain_validate_hooks(load, 1u << HOOK_POSTROUTING);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct masq *masq = nft_priv(expr);
	struct nat_range range = { .flags = masq->flags };

	if (masq->proto[0])
		range.flags |= NAT_RANGE_PROTO_SPECIFIED;
	nft_range_ports(regs, masq->proto, &range);
	regs->verdict = nft_nat_verdict(nat_masquerade(ev->path, &range));
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct masq *masq = nft_priv(expr);

	(void)reset;
	if (masq->flags)
		nl_put_be32(w, NFTA_MASQ_FLAGS, masq->flags);
	nft_range_dump(w, NFTA_MASQ_REG_PROTO_MIN, NFTA_MASQ_REG_PROTO_MAX,
		       masq->proto);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	(void)expr;
	t->is_load = true;	/* as nat */
}

const struct nft_expr_ops nft_expr_masq = {
	.name = "masq",
	.size = sizeof(struct masq),
	.families = NFT_INET_FAMILIES,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_MASQ_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
