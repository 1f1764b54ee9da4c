/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_xfrm.c - 'ipsec' and 'tunnel': how a packet was wrapped, or will be.
 *
 * Nothing here unwraps packets: they do what they do in Linux for one that
 * was in no tunnel. */
#include <linux/xfrm.h>

#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/tracking.h"

enum { DEPTH_MOST = 6 };	/* XFRM_MAX_DEPTH */

struct xfrm {
	uint8_t key;		/* enum nft_xfrm_keys */
	uint8_t dir;		/* XFRM_POLICY_IN or _OUT */
	uint8_t number;
	uint8_t reg;
};

static const struct nl_policy xfrm_policy[NFTA_XFRM_MAX + 1] = {
	[NFTA_XFRM_DREG] = { .kind = NL_U32 },
	[NFTA_XFRM_KEY] = { .kind = NL_U32, .value_max = 255, .is_be = true },
	[NFTA_XFRM_DIR] = { .kind = NL_U8 },
	[NFTA_XFRM_SPNUM] = { .kind = NL_U32, .value_max = 255,
			      .is_be = true },
};

static int
xfrm_init(const struct nft_load *load, struct nft_expr *expr,
	  const struct nl_attr tb[])
{
	static const uint8_t size[] = {
		[NFT_XFRM_KEY_DADDR_IP4] = 4,
		[NFT_XFRM_KEY_DADDR_IP6] = 16,
		[NFT_XFRM_KEY_SADDR_IP4] = 4,
		[NFT_XFRM_KEY_SADDR_IP6] = 16,
		[NFT_XFRM_KEY_REQID] = 4,
		[NFT_XFRM_KEY_SPI] = 4,
	};
	struct xfrm *xfrm = nft_priv(expr);
	uint32_t key = nl_be32(&tb[NFTA_XFRM_KEY]);
	uint32_t number = nl_be32(&tb[NFTA_XFRM_SPNUM]);

	if (!tb[NFTA_XFRM_KEY].data || !tb[NFTA_XFRM_DIR].data ||
	    !tb[NFTA_XFRM_DREG].data)
		return -EINVAL;
	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	if (key >= sizeof(size) || !size[key])
		return -EINVAL;
	xfrm->key = (uint8_t)key;
	xfrm->dir = nl_u8(&tb[NFTA_XFRM_DIR]);
	if (xfrm->dir != XFRM_POLICY_IN && xfrm->dir != XFRM_POLICY_OUT)
		return -EINVAL;
	if (number >= DEPTH_MOST)
		return -ERANGE;
	xfrm->number = (uint8_t)number;
	return nft_reg_store(load, &tb[NFTA_XFRM_DREG], &xfrm->reg,
			     NFT_DATA_BYTES, size[key]);
}

static int
xfrm_validate(const struct nft_load *load, const struct nft_expr *expr)
{
	const struct xfrm *xfrm = nft_priv(expr);
	uint32_t hooks = xfrm->dir == XFRM_POLICY_IN ?
			 1u << HOOK_PREROUTING | 1u << HOOK_INPUT :
			 1u << HOOK_OUTPUT | 1u << HOOK_POSTROUTING;

	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	return nft_chain_validate_hooks(load, hooks | 1u << HOOK_FORWARD);
}

static void
no_tunnel(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	(void)expr;
	(void)ev;
	regs->verdict = NFT_BREAK;
}

static void
xfrm_dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct xfrm *xfrm = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_XFRM_DREG, xfrm->reg);
	nl_put_be32(w, NFTA_XFRM_KEY, xfrm->key);
	nl_put_u8(w, NFTA_XFRM_DIR, xfrm->dir);
	nl_put_be32(w, NFTA_XFRM_SPNUM, xfrm->number);
}

const struct nft_expr_ops nft_expr_xfrm = {
	.name = "xfrm",
	.size = sizeof(struct xfrm),
	.eval = no_tunnel,
	.init = xfrm_init,
	.max_attr = NFTA_XFRM_MAX,
	.policy = xfrm_policy,
	.validate = xfrm_validate,
	.dump = xfrm_dump,
};

/* tunnel */

struct tunnel {
	uint8_t key;		/* enum nft_tunnel_keys */
	uint8_t mode;		/* enum nft_tunnel_mode */
	uint8_t reg;
};

static const struct nl_policy tunnel_policy[NFTA_TUNNEL_MAX + 1] = {
	[NFTA_TUNNEL_KEY] = { .kind = NL_U32, .value_max = 255,
			      .is_be = true },
	[NFTA_TUNNEL_DREG] = { .kind = NL_U32 },
	[NFTA_TUNNEL_MODE] = { .kind = NL_U32, .value_max = 255,
			       .is_be = true },
};

static int
tunnel_init(const struct nft_load *load, struct nft_expr *expr,
	    const struct nl_attr tb[])
{
	struct tunnel *tunnel = nft_priv(expr);
	uint32_t key = nl_be32(&tb[NFTA_TUNNEL_KEY]);
	uint32_t mode = nl_be32(&tb[NFTA_TUNNEL_MODE]);

	if (!tb[NFTA_TUNNEL_KEY].data || !tb[NFTA_TUNNEL_DREG].data)
		return -EINVAL;
	if (key > NFT_TUNNEL_MAX || mode > NFT_TUNNEL_MODE_MAX)
		return -EOPNOTSUPP;
	tunnel->key = (uint8_t)key;
	tunnel->mode = (uint8_t)mode;
	return nft_reg_store(load, &tb[NFTA_TUNNEL_DREG], &tunnel->reg,
			     NFT_DATA_BYTES, key == NFT_TUNNEL_PATH ? 1 : 4);
}

static void
tunnel_eval(const struct nft_expr *expr, struct nft_regs *regs,
	    struct nft_eval *ev)
{
	const struct tunnel *tunnel = nft_priv(expr);

	(void)ev;
	if (tunnel->key == NFT_TUNNEL_PATH)
		nft_reg_put_u8(&regs->word[tunnel->reg], 0);
	else
		regs->verdict = NFT_BREAK;
}

static void
tunnel_dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct tunnel *tunnel = nft_priv(expr);

	(void)reset;
	nl_put_be32(w, NFTA_TUNNEL_KEY, tunnel->key);
	nft_reg_dump(w, NFTA_TUNNEL_DREG, tunnel->reg);
	nl_put_be32(w, NFTA_TUNNEL_MODE, tunnel->mode);
}

const struct nft_expr_ops nft_expr_tunnel = {
	.name = "tunnel",
	.size = sizeof(struct tunnel),
	.families = 1u << NFPROTO_NETDEV,
	.eval = tunnel_eval,
	.init = tunnel_init,
	.max_attr = NFTA_TUNNEL_MAX,
	.policy = tunnel_policy,
	.dump = tunnel_dump,
};
