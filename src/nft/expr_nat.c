/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_nat.c - 'snat to', 'dnat to': addresses and ports from registers. */
#include "nat/nat.h"
#include "nft/expr_all.h"
#include "nft/nat_range.h"
#include "nft/nft.h"
#include "nft/tell.h"
#include "nft/tracking.h"

struct nat {
	uint8_t addr[2];	/* words of the first and the last; 0: none */
	uint8_t proto[2];
	uint8_t side;		/* enum nat_side */
	uint8_t family;		/* NFPROTO_* of the address; INET: of both */
	uint8_t flags;		/* enum nat_range_flag */
};

static const struct nl_policy policy[NFTA_NAT_MAX + 1] = {
	[NFTA_NAT_TYPE] = { .kind = NL_U32 },
	[NFTA_NAT_FAMILY] = { .kind = NL_U32 },
	[NFTA_NAT_REG_ADDR_MIN] = { .kind = NL_U32 },
	[NFTA_NAT_REG_ADDR_MAX] = { .kind = NL_U32 },
	[NFTA_NAT_REG_PROTO_MIN] = { .kind = NL_U32 },
	[NFTA_NAT_REG_PROTO_MAX] = { .kind = NL_U32 },
	[NFTA_NAT_FLAGS] = { .kind = NL_U32, .value_mask = NFT_NAT_RANGE_MASK,
			     .is_be = true },
};

static uint32_t
address_size(const struct nat *nat)
{
	return nat->family == NFPROTO_IPV4 ? 4 : 16;
}

static int
init_side(struct nat *nat, const struct nl_attr *type)
{
	switch (nl_be32(type)) {
	case NFT_NAT_SNAT:
		nat->side = NAT_SRC;
		return 0;
	case NFT_NAT_DNAT:
		nat->side = NAT_DST;
		return 0;
	}
	return -EOPNOTSUPP;
}

static int
init_family(const struct nft_load *load, struct nat *nat,
	    const struct nl_attr tb[])
{
	uint32_t family = nl_be32(&tb[NFTA_NAT_FAMILY]);

	if (!tb[NFTA_NAT_FAMILY].data)
		return -EINVAL;
	if (load->family != NFPROTO_INET && load->family != family)
		return -EOPNOTSUPP;
	if (family != NFPROTO_IPV4 && family != NFPROTO_IPV6 &&
	    tb[NFTA_NAT_REG_ADDR_MIN].data)
		return -EAFNOSUPPORT;
	nat->family = (uint8_t)family;	/* 256 more are taken for it */
	return 0;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nat *nat = nft_priv(expr);
	int err;

	if (!tb[NFTA_NAT_TYPE].data || (!tb[NFTA_NAT_REG_ADDR_MIN].data &&
					!tb[NFTA_NAT_REG_PROTO_MIN].data))
		return -EINVAL;
	err = init_side(nat, &tb[NFTA_NAT_TYPE]);
	if (!err)
		err = init_family(load, nat, tb);
	if (!err)
		err = nft_range_load(load, &tb[NFTA_NAT_REG_ADDR_MIN],
				     &tb[NFTA_NAT_REG_ADDR_MAX], nat->addr,
				     address_size(nat));
	if (!err)
		err = nft_range_load(load, &tb[NFTA_NAT_REG_PROTO_MIN],
				     &tb[NFTA_NAT_REG_PROTO_MAX], nat->proto,
				     2);
	if (err)
		return err;
	nat->flags = (uint8_t)nl_be32(&tb[NFTA_NAT_FLAGS]);
	if (nat->addr[0])
		nat->flags |= NAT_RANGE_MAP_IPS;
	if (nat->proto[0])
		nat->flags |= NAT_RANGE_PROTO_SPECIFIED;
	return nft_family_is_tracked(nat->family) ? 0 : -EPROTO;
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	const struct nat *nat = nft_priv(expr);
	int err;

	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	err = nft_chain_validate_type(load, NFT_CHAIN_NAT);
	if (err)
		return err;
	return nft_chain_validate_hooks(load, nat->side == NAT_SRC ?
		1u << HOOK_POSTROUTING | 1u << HOOK_INPUT :
		1u << HOOK_PREROUTING | 1u << HOOK_OUTPUT);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct nat *nat = nft_priv(expr);
	struct nat_range range = { .flags = nat->flags };

	if (nat->family != ev->family && nat->family != NFPROTO_INET)
		return;		/* an inet table's rule for the other one */
	if (nat->addr[0]) {
		memcpy(&range.min_addr, &regs->word[nat->addr[0]],
		       address_size(nat));
		memcpy(&range.max_addr, &regs->word[nat->addr[1]],
		       address_size(nat));
	}
	nft_range_ports(regs, nat->proto, &range);
	regs->verdict = nft_nat_verdict(nat_setup(ev->path, &range,
						  nat->side));
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nat *nat = nft_priv(expr);

	(void)reset;
	nl_put_be32(w, NFTA_NAT_TYPE, nat->side == NAT_SRC ? NFT_NAT_SNAT :
							     NFT_NAT_DNAT);
	nl_put_be32(w, NFTA_NAT_FAMILY, nat->family);
	nft_range_dump(w, NFTA_NAT_REG_ADDR_MIN, NFTA_NAT_REG_ADDR_MAX,
		       nat->addr);
	nft_range_dump(w, NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_REG_PROTO_MAX,
		       nat->proto);
	if (nat->flags)
		nl_put_be32(w, NFTA_NAT_FLAGS, nat->flags);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	(void)expr;
	t->is_load = true;	/* nat tells it all: what range, which try */
}

const struct nft_expr_ops nft_expr_nat = {
	.name = "nat",
	.size = sizeof(struct nat),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_NAT_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
