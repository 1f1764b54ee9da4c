/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_synproxy.c - 'synproxy': handshakes on behalf of servers; and its
 * parameters with a name. */
#include <linux/netfilter/nf_synproxy.h>

#include "nat/synproxy.h"
#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/object_private.h"
#include "nft/tracking.h"

static const struct nl_policy policy[NFTA_SYNPROXY_MAX + 1] = {
	[NFTA_SYNPROXY_MSS] = { .kind = NL_U16 },
	[NFTA_SYNPROXY_WSCALE] = { .kind = NL_U8 },
	[NFTA_SYNPROXY_FLAGS] = { .kind = NL_U32 },
};

static int
parse(struct synproxy *says, const struct nl_attr tb[])
{
	uint32_t flags = nl_be32(&tb[NFTA_SYNPROXY_FLAGS]);

	says->mss = nl_be16(&tb[NFTA_SYNPROXY_MSS]);
	says->wscale = nl_u8(&tb[NFTA_SYNPROXY_WSCALE]);
	says->options = (uint8_t)flags;
	return flags & ~(uint32_t)NF_SYNPROXY_OPT_MASK ? -EOPNOTSUPP : 0;
}

static void
put(struct nl_writer *w, const struct synproxy *says)
{
	nl_put_be16(w, NFTA_SYNPROXY_MSS, says->mss);
	nl_put_u8(w, NFTA_SYNPROXY_WSCALE, says->wscale);
	nl_put_be32(w, NFTA_SYNPROXY_FLAGS, says->options);
}

static void
judge(const struct synproxy *says, struct nft_regs *regs, struct nft_eval *ev)
{
	switch (synproxy_rule(ev->path, says)) {
	case SYNPROXY_NOT_FOR_ME:
		break;
	case SYNPROXY_NOT_TCP:
		regs->verdict = NFT_BREAK;
		break;
	case SYNPROXY_TAKEN:
		regs->verdict = NFT_VERDICT_STOLEN;
		break;
	case SYNPROXY_DROP:
		regs->verdict = NFT_VERDICT_DROP;
		break;
	}
}

/* The expression. */

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	int err = parse(nft_priv(expr), tb);

	if (err)
		return err;
	if (!nft_family_is_tracked(load->family))
		return -EPROTO;
	load->nft->config.track->synproxies++;
	return 0;
}

static void
fini(struct nft *nft, struct nft_expr *expr)
{
	(void)expr;
	nft->config.track->synproxies--;
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	(void)expr;
	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	return nft_chain_validate_hooks(load, 1u << HOOK_INPUT |
					1u << HOOK_FORWARD);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	judge(nft_priv(expr), regs, ev);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	(void)reset;
	put(w, nft_priv(expr));
}

const struct nft_expr_ops nft_expr_synproxy = {
	.name = "synproxy",
	.size = sizeof(struct synproxy),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_SYNPROXY_MAX,
	.policy = policy,
	.fini = fini,
	.validate = validate,
	.dump = dump,
};

/* The object. */

static int
object_init(const struct nft_load *load, struct nft_object *object,
	    const struct nl_attr tb[])
{
	int err;

	if (!nft_family_is_tracked(load->family))
		return -EPROTO;
	err = parse(nft_object_priv(object), tb);
	if (!err)
		load->nft->config.track->synproxies++;
	return err;
}

static void
object_fini(struct nft *nft, struct nft_object *object)
{
	(void)object;
	nft->config.track->synproxies--;
}

static void
object_eval(struct nft_object *object, struct nft_regs *regs,
	    struct nft_eval *ev)
{
	judge(nft_object_priv(object), regs, ev);
}

static void
object_dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	(void)reset;
	put(w, nft_object_priv(object));
}

static void
object_update(struct nft_object *object, struct nft_object *newer)
{
	struct synproxy *says = nft_object_priv(object);

	*says = *(struct synproxy *)nft_object_priv(newer);
}

const struct nft_object_ops nft_object_synproxy = {
	.type = NFT_OBJECT_SYNPROXY,
	.size = sizeof(struct synproxy),
	.max_attr = NFTA_SYNPROXY_MAX,
	.policy = policy,
	.init = object_init,
	.fini = object_fini,
	.eval = object_eval,
	.dump = object_dump,
	.update = object_update,
};
