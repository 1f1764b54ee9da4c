/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_redir.c - 'redirect': to this host itself. */
#include "nat/nat.h"
#include "nft/expr_all.h"
#include "nft/nat_range.h"
#include "nft/nft.h"
#include "nft/tell.h"
#include "nft/tracking.h"

struct redir {
	uint8_t proto[2];	/* words of the first and the last; 0: none */
	uint8_t flags;		/* enum nat_range_flag */
};

static const struct nl_policy policy[NFTA_REDIR_MAX + 1] = {
	[NFTA_REDIR_REG_PROTO_MIN] = { .kind = NL_U32 },
	[NFTA_REDIR_REG_PROTO_MAX] = { .kind = NL_U32 },
	[NFTA_REDIR_FLAGS] = { .kind = NL_U32, .value_mask = NFT_NAT_RANGE_MASK,
			      .is_be = true },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct redir *redir = nft_priv(expr);

	/* Flags that are given say it all. */
	if (tb[NFTA_REDIR_FLAGS].data)
		redir->flags = (uint8_t)nl_be32(&tb[NFTA_REDIR_FLAGS]);
	else if (tb[NFTA_REDIR_REG_PROTO_MIN].data)
		redir->flags = NAT_RANGE_PROTO_SPECIFIED;
	return nft_range_load(load, &tb[NFTA_REDIR_REG_PROTO_MIN],
			      &tb[NFTA_REDIR_REG_PROTO_MAX], redir->proto, 2);
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	int err;

	(void)expr;
	err = nft_chain_validate_type(load, NFT_CHAIN_NAT);
	if (err)
		return err;
	return nft_chain_validate_hooks(load, 1u << HOOK_PREROUTING |
					1u << HOOK_OUTPUT);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct redir *redir = nft_priv(expr);
	struct nat_range range = { .flags = redir->flags };

	nft_range_ports(regs, redir->proto, &range);
	regs->verdict = nft_nat_verdict(nat_redirect(ev->path, &range));
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct redir *redir = nft_priv(expr);

	(void)reset;
	nft_range_dump(w, NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX,
		       redir->proto);
	if (redir->flags)
		nl_put_be32(w, NFTA_REDIR_FLAGS, redir->flags);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	(void)expr;
	t->is_load = true;	/* as nat */
}

const struct nft_expr_ops nft_expr_redir = {
	.name = "redir",
	.size = sizeof(struct redir),
	.families = NFT_INET_FAMILIES,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_REDIR_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
