/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_fib.c - 'fib': what the routing tables say of the packet's source
 * or destination. */
#include <linux/rtnetlink.h>

#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/tell.h"
#include "nft/tracking.h"

enum {
	FLAGS_ALL = NFTA_FIB_F_SADDR | NFTA_FIB_F_DADDR | NFTA_FIB_F_MARK |
		    NFTA_FIB_F_IIF | NFTA_FIB_F_OIF | NFTA_FIB_F_PRESENT,
};

struct fib {
	uint8_t reg;
	uint8_t result;		/* enum nft_fib_result */
	uint8_t flags;		/* enum nft_fib_flags */
};

static const struct nl_policy policy[NFTA_FIB_MAX + 1] = {
	[NFTA_FIB_DREG] = { .kind = NL_U32 },
	[NFTA_FIB_RESULT] = { .kind = NL_U32 },
	[NFTA_FIB_FLAGS] = { .kind = NL_U32, .value_mask = FLAGS_ALL, .is_be = true },
};

/* Just one address, at most one interface. */
static bool
are_flags_good(uint32_t flags)
{
	uint32_t address = flags & (NFTA_FIB_F_SADDR | NFTA_FIB_F_DADDR);
	uint32_t iface = flags & (NFTA_FIB_F_IIF | NFTA_FIB_F_OIF);

	return (address == NFTA_FIB_F_SADDR || address == NFTA_FIB_F_DADDR) &&
	       iface != (NFTA_FIB_F_IIF | NFTA_FIB_F_OIF);
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct fib *fib = nft_priv(expr);
	uint32_t size = sizeof(uint32_t);

	if (!tb[NFTA_FIB_DREG].data || !tb[NFTA_FIB_FLAGS].data)
		return -EINVAL;
	fib->flags = (uint8_t)nl_be32(&tb[NFTA_FIB_FLAGS]);
	fib->result = (uint8_t)nl_be32(&tb[NFTA_FIB_RESULT]);
	if (!are_flags_good(fib->flags))
		return -EINVAL;
	if (fib->result != NFT_FIB_RESULT_ADDRTYPE &&
	    fib->flags & NFTA_FIB_F_OIF)
		return -EINVAL;
	if (fib->result != NFT_FIB_RESULT_OIF &&
	    fib->flags & NFTA_FIB_F_PRESENT)
		return -EINVAL;
	if (fib->result == NFT_FIB_RESULT_OIFNAME)
		size = IFNAMSIZ;
	return nft_reg_store(load, &tb[NFTA_FIB_DREG], &fib->reg,
			     NFT_DATA_BYTES, size);
}

/* Hooks as netlink numbers them: netdev's ingress passes for the first. */
static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	const struct fib *fib = nft_priv(expr);
	uint32_t in = 1u << HOOK_PREROUTING | 1u << HOOK_INPUT |
		      1u << HOOK_FORWARD;
	uint32_t out = 1u << HOOK_OUTPUT | 1u << HOOK_POSTROUTING |
		       1u << HOOK_FORWARD;
	uint32_t hooks = in | out;

	if (fib->result != NFT_FIB_RESULT_ADDRTYPE ||
	    fib->flags & NFTA_FIB_F_IIF)
		hooks = in;
	else if (fib->flags & NFTA_FIB_F_OIF)
		hooks = out;
	if (load->family == NFPROTO_NETDEV)
		hooks &= 1u << NF_NETDEV_INGRESS;
	return nft_chain_validate_hooks(load, hooks);
}

static void
put_iface(const struct fib *fib, uint32_t *to, const struct iface *iface)
{
	if (fib->flags & NFTA_FIB_F_PRESENT) {
		nft_reg_put_u8(to, iface != NULL);
	} else if (fib->result == NFT_FIB_RESULT_OIF) {
		*to = iface ? iface->pub.index : 0;
	} else {
		memset(to, 0, IFNAMSIZ);
		if (iface)
			memcpy(to, iface->pub.name, strnlen(iface->pub.name,
							    IFNAMSIZ - 1));
	}
}

static union clew_addr
address(const struct pkt *p, bool is_source)
{
	union clew_addr a = { .be64 = { 0, 0 } };

	memcpy(&a, is_source ? pkt_src(p) : pkt_dst(p),
	       p->family == CLEW_IPV4 ? 4 : 16);
	return a;
}

static const struct iface *
asked_iface(const struct fib *fib, const struct path *path)
{
	if (fib->flags & NFTA_FIB_F_IIF)
		return path->in;
	return fib->flags & NFTA_FIB_F_OIF ? path->out : NULL;
}

static bool
is_inbound(const struct nft_eval *ev)
{
	return ev->hook == HOOK_PREROUTING || ev->hook == HOOK_INGRESS;
}

/* Link-local, unicast or multicast. */
static bool
is_on_link(const uint8_t *ipv6)
{
	return (ipv6[0] == 0xff && (ipv6[1] & 0x0f) == 2) ||
	       (ipv6[0] == 0xfe && (ipv6[1] & 0xc0) == 0x80);
}

/* A host that looks for a duplicate of its address has no source yet. */
static bool
is_address_probe(const struct nft_eval *ev)
{
	static const uint8_t any[16];
	const struct pkt *p = ev->path->p;

	return ev->has_l4 && ev->l4proto == IPPROTO_ICMPV6 &&
	       memcmp(pkt_src(p), any, sizeof(any)) == 0 &&
	       is_on_link(pkt_dst(p));
}

/* Packets that came the way they came, whatever the tables say. */
static bool
is_exempt(const struct nft_eval *ev)
{
	const struct path *path = ev->path;
	const struct pkt *p = path->p;
	const uint8_t *dst = pkt_dst(p);

	if ((is_inbound(ev) || ev->hook == HOOK_INPUT) &&
	    nft_is_loopback(path->in))
		return true;
	if (p->family == CLEW_IPV6)
		return is_inbound(ev) && is_address_probe(ev);
	/* 0.0.0.0/8 to the broadcast address or 224.0.0.0/24: who has no
	 * address yet asks for one. */
	return pkt_src(p)[0] == 0 &&
	       (get_be32(dst) == 0xffffffff || get_be32(dst) >> 8 == 0xe00000);
}

/* A source that no route is chosen by. */
static bool
is_no_source(const struct pkt *p, const union clew_addr *a)
{
	if (p->family == CLEW_IPV6)
		return a->bytes[0] == 0xff;
	return a->bytes[0] == 0 || a->bytes[0] >> 4 == 0xe ||
	       a->be32[0] == 0xffffffff;
}

static void
eval_iface(const struct fib *fib, uint32_t *to, const struct nft_eval *ev)
{
	const struct path *path = ev->path;
	const struct pkt *p = path->p;
	const struct iface *asked = asked_iface(fib, path);
	bool is_source = fib->flags & NFTA_FIB_F_SADDR;
	struct route_result result = { 0 };
	struct route_flow flow = {
		.family = p->family,
		.dst = address(p, is_source),
		.src = address(p, !is_source),
		.mark = fib->flags & NFTA_FIB_F_MARK ? path_mark(path) : 0,
	};

	if (is_exempt(ev)) {
		put_iface(fib, to, path->in ? path->in : path->out);
		return;
	}
	put_iface(fib, to, NULL);
	if (is_no_source(p, &flow.src))
		memset(&flow.src, 0, sizeof(flow.src));
	flow.dscp = p->family == CLEW_IPV4 ? p->ip[1] >> 2 : 0;
	if (p->family == CLEW_IPV6 && is_on_link(flow.dst.bytes))
		flow.out = asked ? asked : path->in ? path->in : path->out;
	if (route_lookup(path->router, &flow, &result))
		return;
	if (result.type == RTN_LOCAL ||
	    (p->family == CLEW_IPV6 && result.type == RTN_ANYCAST))
		return;
	if (!asked || asked == result.out)
		put_iface(fib, to, result.out);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct fib *fib = nft_priv(expr);
	uint32_t *to = &regs->word[fib->reg];
	union clew_addr a;

	if (fib->result != NFT_FIB_RESULT_ADDRTYPE) {
		eval_iface(fib, to, ev);
		return;
	}
	a = address(ev->path->p, fib->flags & NFTA_FIB_F_SADDR);
	*to = route_address_type(ev->path->router, ev->path->p->family, &a,
				 asked_iface(fib, ev->path));
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct fib *fib = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_FIB_DREG, fib->reg);
	nl_put_be32(w, NFTA_FIB_RESULT, fib->result);
	nl_put_be32(w, NFTA_FIB_FLAGS, fib->flags);
}

static const struct nft_expr_ops *
choose(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	uint32_t result = nl_be32(&tb[NFTA_FIB_RESULT]);
	bool is_one_family = load->family == NFPROTO_IPV4 ||
			     load->family == NFPROTO_IPV6;

	if (result > NFT_FIB_RESULT_UNSPEC &&
	    result <= NFT_FIB_RESULT_ADDRTYPE)
		return &nft_expr_fib;
	*err = is_one_family && tb[NFTA_FIB_RESULT].data ? -EOPNOTSUPP :
							   -EINVAL;
	return NULL;
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct fib *fib = nft_priv(expr);
	static const struct {
		const char *name;
		enum nft_show show;
		uint8_t len;
	} results[] = {
		[NFT_FIB_RESULT_OIF] = { "oif", NFT_SHOW_IFACE, 4 },
		[NFT_FIB_RESULT_OIFNAME] = { "oifname", NFT_SHOW_STRING, 16 },
		[NFT_FIB_RESULT_ADDRTYPE] = { "type", NFT_SHOW_ADDR_TYPE, 4 },
	};
	unsigned r = fib->result <= NFT_FIB_RESULT_ADDRTYPE ? fib->result :
		     NFT_FIB_RESULT_OIF;
	bool asks = fib->flags & NFTA_FIB_F_PRESENT;

	nft_tell_load(t, fib->reg, asks ? 1 : results[r].len,
		      asks ? NFT_SHOW_HOST : results[r].show, "fib %s%s%s%s %s",
		      fib->flags & NFTA_FIB_F_SADDR ? "saddr" : "daddr",
		      fib->flags & NFTA_FIB_F_MARK ? " . mark" : "",
		      fib->flags & NFTA_FIB_F_IIF ? " . iif" : "",
		      fib->flags & NFTA_FIB_F_OIF ? " . oif" : "",
		      results[r].name);
}

const struct nft_expr_ops nft_expr_fib = {
	.name = "fib",
	.size = sizeof(struct fib),
	.families = NFT_INET_FAMILIES | 1u << NFPROTO_NETDEV,
	.eval = eval,
	.init = init,
	.max_attr = NFTA_FIB_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump,
	.select = choose,
	.tell = tell,
};
