/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_rt.c - 'rt': what is known of the packet's route. */
#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/tell.h"
#include "nft/tracking.h"
#include "route/route.h"

enum {
	MSS_DEFAULT = 536,	/* RFC 9293 3.7.1, where no MTU tells */
	MSS_HEADERS_IPV4 = 40,
	MSS_HEADERS_IPV6 = 60,
};

struct rt {
	uint8_t key;		/* enum nft_rt_keys */
	uint8_t reg;
};

static const struct nl_policy policy[NFTA_RT_MAX + 1] = {
	[NFTA_RT_DREG] = { .kind = NL_U32 },
	[NFTA_RT_KEY] = { .kind = NL_U32, .value_max = 255, .is_be = true },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	static const uint8_t size[] = {
		[NFT_RT_CLASSID] = 4,
		[NFT_RT_NEXTHOP4] = 4,
		[NFT_RT_NEXTHOP6] = 16,
		[NFT_RT_TCPMSS] = 2,
		[NFT_RT_XFRM] = 1,
	};
	struct rt *rt = nft_priv(expr);
	uint32_t key = nl_be32(&tb[NFTA_RT_KEY]);

	if (!tb[NFTA_RT_KEY].data || !tb[NFTA_RT_DREG].data)
		return -EINVAL;
	if (key >= sizeof(size))
		return -EOPNOTSUPP;
	rt->key = (uint8_t)key;
	return nft_reg_store(load, &tb[NFTA_RT_DREG], &rt->reg,
			     NFT_DATA_BYTES, size[key]);
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	const struct rt *rt = nft_priv(expr);

	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	if (rt->key != NFT_RT_TCPMSS)
		return 0;
	return nft_chain_validate_hooks(load, 1u << HOOK_FORWARD |
					1u << HOOK_OUTPUT |
					1u << HOOK_POSTROUTING);
}

/* The segment size that fits the packet's way and the way back. */
static uint16_t
segment_size(const struct nft_eval *ev)
{
	const struct path *path = ev->path;
	uint32_t headers = ev->family == NFPROTO_IPV4 ? MSS_HEADERS_IPV4 :
							MSS_HEADERS_IPV6;
	struct route_flow back = { .family = path->p->family };
	struct route_result result = { 0 };
	uint32_t mtu = path->route.mtu;

	memcpy(&back.dst, pkt_src(path->p),
	       path->p->family == CLEW_IPV4 ? 4 : 16);
	/* The way back to the host itself is the loopback's, and wide. */
	if (route_lookup(path->router, &back, &result) == 0 &&
	    result.type != CLEW_ROUTE_LOCAL && result.mtu < mtu)
		mtu = result.mtu;
	if (mtu <= headers || mtu > UINT16_MAX)
		return MSS_DEFAULT;
	return (uint16_t)(mtu - headers);
}

/* => false when the packet's family has no such next hop. */
static bool
next_hop(const struct nft_eval *ev, enum clew_family family, uint32_t *to)
{
	const struct path *path = ev->path;

	if (path->p->family != family)
		return false;
	memcpy(to, path->route.has_via ? path->route.next_hop.bytes :
					 pkt_dst(path->p),
	       family == CLEW_IPV4 ? 4 : 16);
	return true;
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct rt *rt = nft_priv(expr);
	uint32_t *to = &regs->word[rt->reg];

	if (!ev->path->has_route) {
		regs->verdict = NFT_BREAK;
		return;
	}
	switch ((enum nft_rt_keys)rt->key) {
	case NFT_RT_CLASSID:
		*to = ev->path->route.classid;
		break;
	case NFT_RT_NEXTHOP4:
		if (!next_hop(ev, CLEW_IPV4, to))
			regs->verdict = NFT_BREAK;
		break;
	case NFT_RT_NEXTHOP6:
		if (!next_hop(ev, CLEW_IPV6, to))
			regs->verdict = NFT_BREAK;
		break;
	case NFT_RT_TCPMSS:
		nft_reg_put_u16(to, segment_size(ev));
		break;
	case NFT_RT_XFRM:	/* no IPsec here */
		nft_reg_put_u8(to, 0);
		break;
	case __NFT_RT_MAX:
		break;
	}
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct rt *rt = nft_priv(expr);

	(void)reset;
	nl_put_be32(w, NFTA_RT_KEY, rt->key);
	nft_reg_dump(w, NFTA_RT_DREG, rt->reg);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct rt *rt = nft_priv(expr);
	static const struct {
		const char *name;
		enum nft_show show;
		uint8_t len;
	} keys[] = {
		[NFT_RT_CLASSID] = { "rt classid", NFT_SHOW_HOST_HEX, 4 },
		[NFT_RT_NEXTHOP4] = { "rt ip nexthop", NFT_SHOW_ADDR, 4 },
		[NFT_RT_NEXTHOP6] = { "rt ip6 nexthop", NFT_SHOW_ADDR, 16 },
		[NFT_RT_TCPMSS] = { "rt mtu", NFT_SHOW_HOST, 2 },
		[NFT_RT_XFRM] = { "rt ipsec", NFT_SHOW_HOST, 1 },
	};

	nft_tell_load(t, rt->reg, keys[rt->key].len, keys[rt->key].show, "%s",
		      keys[rt->key].name);
}

const struct nft_expr_ops nft_expr_rt = {
	.name = "rt",
	.size = sizeof(struct rt),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_RT_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
