/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_reject.c - 'reject': drop, and say so to the sender. */
#include <linux/icmpv6.h>
#include <netinet/ip_icmp.h>

#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/tell.h"
#include "nft/tracking.h"
#include "route/answer.h"

struct reject {
	uint8_t type;		/* enum nft_reject_types */
	uint8_t code;		/* of ICMP, or enum nft_reject_inet_code */
};

static const struct nl_policy policy[NFTA_REJECT_MAX + 1] = {
	[NFTA_REJECT_TYPE] = { .kind = NL_U32, .value_max = 255, .is_be = true },
	[NFTA_REJECT_ICMP_CODE] = { .kind = NL_U8 },
};

/* The codes that have a name for both families. */
static const uint8_t icmpx[NFT_REJECT_ICMPX_MAX + 1][2] = {
	[NFT_REJECT_ICMPX_NO_ROUTE] = {
		ICMP_NET_UNREACH, ICMPV6_NOROUTE },
	[NFT_REJECT_ICMPX_PORT_UNREACH] = {
		ICMP_PORT_UNREACH, ICMPV6_PORT_UNREACH },
	[NFT_REJECT_ICMPX_HOST_UNREACH] = {
		ICMP_HOST_UNREACH, ICMPV6_ADDR_UNREACH },
	[NFT_REJECT_ICMPX_ADMIN_PROHIBITED] = {
		ICMP_PKT_FILTERED, ICMPV6_ADM_PROHIBITED },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct reject *reject = nft_priv(expr);
	uint32_t type = nl_be32(&tb[NFTA_REJECT_TYPE]);

	(void)load;
	if (!tb[NFTA_REJECT_TYPE].data || type > NFT_REJECT_ICMPX_UNREACH)
		return -EINVAL;
	reject->type = (uint8_t)type;
	if (type == NFT_REJECT_TCP_RST)
		return 0;
	if (!tb[NFTA_REJECT_ICMP_CODE].data)
		return -EINVAL;
	reject->code = nl_u8(&tb[NFTA_REJECT_ICMP_CODE]);
	return type == NFT_REJECT_ICMPX_UNREACH &&
	       reject->code > NFT_REJECT_ICMPX_MAX ? -EINVAL : 0;
}

/* Hooks as netlink numbers them: netdev's only one that may is ingress. */
static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	uint32_t hooks = 1u << HOOK_PREROUTING | 1u << HOOK_INPUT |
			 1u << HOOK_FORWARD | 1u << HOOK_OUTPUT;

	(void)expr;
	if (load->family == NFPROTO_INET)
		hooks |= 1u << HOOK_INGRESS;
	if (load->family == NFPROTO_NETDEV)
		hooks = 1u << NF_NETDEV_INGRESS;
	return nft_chain_validate_hooks(load, hooks);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct reject *reject = nft_priv(expr);

	switch ((enum nft_reject_types)reject->type) {
	case NFT_REJECT_ICMP_UNREACH:
		answer_reject_icmp(ev->path, reject->code);
		break;
	case NFT_REJECT_TCP_RST:
		answer_reject_tcp(ev->path);
		break;
	case NFT_REJECT_ICMPX_UNREACH:
		answer_reject_icmp(ev->path, icmpx[reject->code]
				   [ev->path->p->family == CLEW_IPV6]);
		break;
	}
	regs->verdict = NFT_VERDICT_DROP;
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct reject *reject = nft_priv(expr);

	(void)reset;
	nl_put_be32(w, NFTA_REJECT_TYPE, reject->type);
	if (reject->type != NFT_REJECT_TCP_RST)
		nl_put_u8(w, NFTA_REJECT_ICMP_CODE, reject->code);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	(void)expr;
	t->is_load = true;	/* the answer is told, and the verdict */
}

const struct nft_expr_ops nft_expr_reject = {
	.name = "reject",
	.size = sizeof(struct reject),
	.families = NFT_INET_FAMILIES | 1u << NFPROTO_NETDEV,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_REJECT_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
