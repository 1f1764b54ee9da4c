/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_dup.c - 'dup': a copy of the packet to another host or, in the
 * family netdev, out of another device. */
#include "nft/expr_all.h"
#include "nft/nft.h"
#include "route/dup.h"

struct dup {
	uint8_t addr;		/* words; 0: not given */
	uint8_t dev;
};

static const struct nl_policy policy[NFTA_DUP_MAX + 1] = {
	[NFTA_DUP_SREG_ADDR] = { .kind = NL_U32 },
	[NFTA_DUP_SREG_DEV] = { .kind = NL_U32 },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct dup *dup = nft_priv(expr);
	int err;

	if (!tb[NFTA_DUP_SREG_ADDR].data)
		return -EINVAL;
	err = nft_reg_load(load, &tb[NFTA_DUP_SREG_ADDR], &dup->addr,
			   load->family == NFPROTO_IPV4 ? 4 : 16);
	if (err || !tb[NFTA_DUP_SREG_DEV].data)
		return err;
	return nft_reg_load(load, &tb[NFTA_DUP_SREG_DEV], &dup->dev, 4);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct dup *dup = nft_priv(expr);
	struct path *path = ev->path;
	union clew_addr gateway = { { 0 } };
	const struct iface *out = NULL;

	memcpy(gateway.bytes, &regs->word[dup->addr],
	       path->p->family == CLEW_IPV4 ? 4 : 16);
	if (dup->dev) {
		out = router_iface(path->router, regs->word[dup->dev]);
		if (!out)
			return;		/* no way leads there */
	}
	route_dup(path, &gateway, out);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct dup *dup = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_DUP_SREG_ADDR, dup->addr);
	if (dup->dev)
		nft_reg_dump(w, NFTA_DUP_SREG_DEV, dup->dev);
}

const struct nft_expr_ops nft_expr_dup = {
	.name = "dup",
	.size = sizeof(struct dup),
	.families = 1u << NFPROTO_IPV4 | 1u << NFPROTO_IPV6,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_DUP_MAX,
	.policy = policy,
	.dump = dump,
};

/* Of netdev. */

static int
init_netdev(const struct nft_load *load, struct nft_expr *expr,
	    const struct nl_attr tb[])
{
	struct dup *dup = nft_priv(expr);

	if (!tb[NFTA_DUP_SREG_DEV].data)
		return -EINVAL;
	return nft_reg_load(load, &tb[NFTA_DUP_SREG_DEV], &dup->dev, 4);
}

static void
eval_netdev(const struct nft_expr *expr, struct nft_regs *regs,
	    struct nft_eval *ev)
{
	const struct dup *dup = nft_priv(expr);
	struct path *path = ev->path;
	const struct iface *out = router_iface(path->router,
					       regs->word[dup->dev]);

	if (out)
		path->ops->leave(path, out, NULL, false);
}

static void
dump_netdev(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct dup *dup = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_DUP_SREG_DEV, dup->dev);
}

const struct nft_expr_ops nft_expr_dup_netdev = {
	.name = "dup",
	.size = sizeof(struct dup),
	.families = 1u << NFPROTO_NETDEV,
	.eval = eval_netdev,
	.init = init_netdev,
	.max_attr = NFTA_DUP_MAX,
	.policy = policy,
	.dump = dump_netdev,
};
