/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_fwd.c - 'fwd': the packet leaves by another device at once, in the
 * frame it came in or for a neighbour there. */
#include "base/bytes.h"
#include "nft/expr_all.h"
#include "nft/nft.h"
#include "pkt/checksum.h"
#include "route/route.h"

struct fwd {
	uint8_t dev;		/* words */
	uint8_t addr;
	uint8_t family;		/* NFPROTO_* of the neighbour */
};

static const struct nl_policy policy[NFTA_FWD_MAX + 1] = {
	[NFTA_FWD_SREG_DEV] = { .kind = NL_U32 },
	[NFTA_FWD_SREG_ADDR] = { .kind = NL_U32 },
	[NFTA_FWD_NFPROTO] = { .kind = NL_U32, .value_max = 255,
			       .is_be = true },
};

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	(void)expr;
	return nft_chain_validate_hooks(load, 1u << NF_NETDEV_INGRESS |
					1u << NF_NETDEV_EGRESS);
}

static int
init_device(const struct nft_load *load, struct nft_expr *expr,
	    const struct nl_attr tb[])
{
	struct fwd *fwd = nft_priv(expr);

	return nft_reg_load(load, &tb[NFTA_FWD_SREG_DEV], &fwd->dev, 4);
}

static void
eval_device(const struct nft_expr *expr, struct nft_regs *regs,
	    struct nft_eval *ev)
{
	const struct fwd *fwd = nft_priv(expr);
	struct path *path = ev->path;
	const struct iface *out = router_iface(path->router,
					       regs->word[fwd->dev]);

	regs->verdict = out && path->ops->leave(path, out, NULL, true) ?
			NFT_VERDICT_STOLEN : NFT_VERDICT_DROP;
}

static void
dump_device(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct fwd *fwd = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_FWD_SREG_DEV, fwd->dev);
}

static const struct nft_expr_ops to_device = {
	.name = "fwd",
	.size = sizeof(struct fwd),
	.families = 1u << NFPROTO_NETDEV,
	.eval = eval_device,
	.init = init_device,
	.max_attr = NFTA_FWD_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump_device,
};

/* Neighbours. */

static int
init_neighbour(const struct nft_load *load, struct nft_expr *expr,
	       const struct nl_attr tb[])
{
	struct fwd *fwd = nft_priv(expr);
	uint32_t family = nl_be32(&tb[NFTA_FWD_NFPROTO]);
	int err;

	if (!tb[NFTA_FWD_SREG_DEV].data || !tb[NFTA_FWD_NFPROTO].data)
		return -EINVAL;
	if (family != NFPROTO_IPV4 && family != NFPROTO_IPV6)
		return -EOPNOTSUPP;
	fwd->family = (uint8_t)family;
	err = nft_reg_load(load, &tb[NFTA_FWD_SREG_DEV], &fwd->dev, 4);
	if (err)
		return err;
	return nft_reg_load(load, &tb[NFTA_FWD_SREG_ADDR], &fwd->addr,
			    family == NFPROTO_IPV4 ? 4 : 16);
}

/* It is one hop further. => false: it may not be, or there is no memory. */
static bool
step_ttl(struct path *path)
{
	const uint8_t *was = path->p->ip;
	uint8_t *ip;

	if (was[path->p->family == CLEW_IPV6 ? 7 : 8] <= 1)
		return false;
	ip = path_own(path);
	if (!ip)
		return false;
	if (path->p->family == CLEW_IPV6) {
		ip[7]--;
		return true;
	}
	put_be16(ip + 10, checksum_replace16(get_be16(ip + 10),
		get_be16(ip + 8), (uint16_t)(get_be16(ip + 8) - 0x100)));
	ip[8]--;
	return true;
}

static void
eval_neighbour(const struct nft_expr *expr, struct nft_regs *regs,
	       struct nft_eval *ev)
{
	const struct fwd *fwd = nft_priv(expr);
	struct path *path = ev->path;
	const struct iface *out;
	union clew_addr next_hop = { { 0 } };
	bool is_ipv4 = fwd->family == NFPROTO_IPV4;

	if (path->p->family != (is_ipv4 ? CLEW_IPV4 : CLEW_IPV6)) {
		regs->verdict = NFT_BREAK;
		return;
	}
	if (path->p->have < (is_ipv4 ? 20u : 40u) || !step_ttl(path)) {
		regs->verdict = NFT_VERDICT_DROP;
		return;
	}
	out = router_iface(path->router, regs->word[fwd->dev]);
	if (!out)
		return;		/* it goes on, a hop further, as in Linux */
	memcpy(next_hop.bytes, &regs->word[fwd->addr], is_ipv4 ? 4 : 16);
	regs->verdict = path->ops->leave(path, out, &next_hop, true) ?
			NFT_VERDICT_STOLEN : NFT_VERDICT_DROP;
}

static void
dump_neighbour(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct fwd *fwd = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_FWD_SREG_DEV, fwd->dev);
	nft_reg_dump(w, NFTA_FWD_SREG_ADDR, fwd->addr);
	nl_put_be32(w, NFTA_FWD_NFPROTO, fwd->family);
}

static const struct nft_expr_ops to_neighbour = {
	.name = "fwd",
	.size = sizeof(struct fwd),
	.families = 1u << NFPROTO_NETDEV,
	.eval = eval_neighbour,
	.init = init_neighbour,
	.max_attr = NFTA_FWD_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump_neighbour,
};

static const struct nft_expr_ops *
select_ops(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	(void)load;
	if (tb[NFTA_FWD_SREG_ADDR].data)
		return &to_neighbour;
	if (tb[NFTA_FWD_SREG_DEV].data)
		return &to_device;
	*err = -EOPNOTSUPP;
	return NULL;
}

const struct nft_expr_ops nft_expr_fwd = {
	.name = "fwd",
	.families = 1u << NFPROTO_NETDEV,
	.max_attr = NFTA_FWD_MAX,
	.policy = policy,
	.select = select_ops,
};
