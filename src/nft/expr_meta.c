/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_meta.c - what is known of a packet besides its bytes.
 *
 * Keys of what packets cannot have here (sockets' owners, control groups)
 * are taken as Linux takes them and never match, as they would not for a
 * forwarded packet there.  Those of bridges' ports are refused, as by a
 * Linux without bridges. */
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "nft/expr_all.h"
#include "nft/expr_fast.h"
#include "nft/packet.h"
#include "nft/tell_load.h"

enum {
	DAY_S = 24 * 60 * 60,
	DAY_OF_EPOCH = 4,		/* a Thursday */
	NS_PER_S = 1000000000,
};

static const struct nl_policy policy[NFTA_META_MAX + 1] = {
	[NFTA_META_KEY] = { .kind = NL_U32, .value_max = UINT8_MAX, .is_be = true },
	[NFTA_META_DREG] = { .kind = NL_U32 },
	[NFTA_META_SREG] = { .kind = NL_U32 },
};

/* Reading. */

/* A name or kind: all 16 bytes of it, zeros at the end. */
static void
put_name(uint32_t *dst, const char name[CLEW_IFNAME_SIZE])
{
	char padded[CLEW_IFNAME_SIZE] = { 0 };

	memcpy(padded, name, strnlen(name, sizeof(padded) - 1));
	memcpy(dst, padded, sizeof(padded));
}

static void
get_name(const struct iface *dev, uint32_t *dst)
{
	static const char none[CLEW_IFNAME_SIZE];

	put_name(dst, dev ? dev->pub.name : none);
}

static bool
get_kind(const struct iface *dev, uint32_t *dst)
{
	if (!dev || !dev->pub.kind[0])
		return false;
	put_name(dst, dev->pub.kind);
	return true;
}

static bool
get_type(const struct iface *dev, uint32_t *dst)
{
	if (!dev)
		return false;
	nft_reg_put_u16(dst, dev->pub.type ? dev->pub.type : 1);
	return true;
}

static bool
get_group(const struct iface *dev, uint32_t *dst)
{
	if (!dev)
		return false;
	*dst = dev->pub.group;
	return true;
}

static bool
get_time(uint8_t key, const struct nft_eval *ev, uint32_t *dst)
{
	uint64_t ns = ev->path->track->now_ns, s = ns / NS_PER_S;

	if (key == NFT_META_TIME_NS)
		memcpy(dst, &ns, sizeof(ns));
	else if (key == NFT_META_TIME_DAY)
		nft_reg_put_u8(dst, (uint8_t)((s / DAY_S + DAY_OF_EPOCH) % 7));
	else
		*dst = (uint32_t)(s % DAY_S);
	return true;
}

static bool
get(const struct nft_meta *meta, const struct nft_eval *ev, uint32_t *dst)
{
	const struct path *path = ev->path;

	switch (meta->key) {
	case NFT_META_LEN:
		*dst = path->p->len;
		return true;
	case NFT_META_PROTOCOL:
		nft_reg_put_u16(dst, htobe16(path->p->family == CLEW_IPV4 ?
					     ETH_P_IP : ETH_P_IPV6));
		return true;
	case NFT_META_PRIORITY:
		*dst = path->priority;
		return true;
	case NFT_META_IIFNAME:
		get_name(path->in, dst);
		return true;
	case NFT_META_OIFNAME:
		get_name(path->out, dst);
		return true;
	case NFT_META_IIFTYPE:
		return get_type(path->in, dst);
	case NFT_META_OIFTYPE:
		return get_type(path->out, dst);
	case NFT_META_IIFGROUP:
		return get_group(path->in, dst);
	case NFT_META_OIFGROUP:
		return get_group(path->out, dst);
	case NFT_META_IIFKIND:
		return get_kind(path->in, dst);
	case NFT_META_OIFKIND:
		return get_kind(path->out, dst);
	case NFT_META_NFTRACE:
		nft_reg_put_u8(dst, path->is_traced);
		return true;
	case NFT_META_RTCLASSID:
		*dst = path->classid;
		return path->has_route;
	case NFT_META_PKTTYPE:
		nft_reg_put_u8(dst, nft_packet_type(ev));
		return true;
	case NFT_META_PRANDOM:
		*dst = random_u32(path->random);
		return true;
	case NFT_META_TIME_NS:
	case NFT_META_TIME_DAY:
	case NFT_META_TIME_HOUR:
		return get_time(meta->key, ev, dst);
	case NFT_META_SDIFNAME:
		get_name(NULL, dst);
		return true;
	case NFT_META_SECMARK:
	case NFT_META_CPU:
	case NFT_META_SECPATH:
	case NFT_META_SDIF:
		*dst = 0;	/* no labels, one processor, no IPsec, no VRF */
		return true;
	default:
		return false;
	}
}

bool
nft_meta_run_other(const struct nft_meta *meta, struct nft_regs *regs,
		   const struct nft_eval *ev)
{
	return get(meta, ev, &regs->word[meta->reg]);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	if (!nft_meta_run(nft_priv(expr), regs, ev))
		nft_break(regs);
}

/* Bytes of a key's value; 0: there is no such key here. */
static uint8_t
len_of(uint32_t key)
{
	switch (key) {
	case NFT_META_PROTOCOL:
	case NFT_META_IIFTYPE:
	case NFT_META_OIFTYPE:
		return sizeof(uint16_t);
	case NFT_META_NFPROTO:
	case NFT_META_L4PROTO:
	case NFT_META_LEN:
	case NFT_META_PRIORITY:
	case NFT_META_MARK:
	case NFT_META_IIF:
	case NFT_META_OIF:
	case NFT_META_SDIF:
	case NFT_META_SKUID:
	case NFT_META_SKGID:
	case NFT_META_RTCLASSID:
	case NFT_META_SECMARK:
	case NFT_META_PKTTYPE:
	case NFT_META_CPU:
	case NFT_META_IIFGROUP:
	case NFT_META_OIFGROUP:
	case NFT_META_CGROUP:
	case NFT_META_PRANDOM:
	case NFT_META_TIME_HOUR:
		return sizeof(uint32_t);
	case NFT_META_NFTRACE:
	case NFT_META_SECPATH:
	case NFT_META_TIME_DAY:
		return sizeof(uint8_t);
	case NFT_META_TIME_NS:
		return sizeof(uint64_t);
	case NFT_META_IIFNAME:
	case NFT_META_OIFNAME:
	case NFT_META_IIFKIND:
	case NFT_META_OIFKIND:
	case NFT_META_SDIFNAME:
		return CLEW_IFNAME_SIZE;
	default:
		return 0;
	}
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nft_meta *meta = nft_priv(expr);
	uint32_t key = nl_be32(&tb[NFTA_META_KEY]);

	meta->key = (uint8_t)key;
	meta->len = len_of(key);
	if (!meta->len)
		return -EOPNOTSUPP;
	return nft_reg_store(load, &tb[NFTA_META_DREG], &meta->reg,
			     NFT_DATA_BYTES, meta->len);
}

#define BIT(n) (1u << (n))

static bool
is_inet(uint8_t family)
{
	return family == NFPROTO_IPV4 || family == NFPROTO_IPV6 ||
	       family == NFPROTO_INET;
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	const struct nft_meta *meta = nft_priv(expr);
	uint32_t hooks = BIT(NF_INET_LOCAL_IN) | BIT(NF_INET_FORWARD);

	if (meta->key == NFT_META_SECPATH) {
		if (is_inet(load->family))
			hooks |= BIT(NF_INET_PRE_ROUTING);
		else if (load->family == NFPROTO_NETDEV ||
			 load->family == NFPROTO_BRIDGE)
			hooks = BIT(0);	/* ingress, prerouting */
		else
			return -EOPNOTSUPP;
	} else if (meta->key == NFT_META_SDIF ||
		   meta->key == NFT_META_SDIFNAME) {
		if (!is_inet(load->family))
			return -EOPNOTSUPP;
	} else {
		return 0;
	}
	return nft_chain_validate_hooks(load, hooks);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_meta *meta = nft_priv(expr);

	(void)reset;
	nl_put_be32(w, NFTA_META_KEY, meta->key);
	nft_reg_dump(w, NFTA_META_DREG, meta->reg);
}

/* Writing. */

static void
eval_set(const struct nft_expr *expr, struct nft_regs *regs,
	 struct nft_eval *ev)
{
	const struct nft_meta *meta = nft_priv(expr);
	const uint32_t *src = &regs->word[meta->reg];
	struct path *path = ev->path;
	uint8_t small;

	memcpy(&small, src, sizeof(small));
	switch (meta->key) {
	case NFT_META_MARK:
		path->packet->mark = *src;
		break;
	case NFT_META_PRIORITY:
		path->priority = *src;
		break;
	case NFT_META_PKTTYPE:
		if (small <= PACKET_OTHERHOST &&
		    path->pkttype <= PACKET_OTHERHOST)
			path->pkttype = small;
		break;
	case NFT_META_NFTRACE:
		path->is_traced = small != 0;
		break;
	}
}

static int
init_set(const struct nft_load *load, struct nft_expr *expr,
	 const struct nl_attr tb[])
{
	struct nft_meta *meta = nft_priv(expr);
	uint32_t key = nl_be32(&tb[NFTA_META_KEY]);

	switch (key) {
	case NFT_META_MARK:
	case NFT_META_PRIORITY:
	case NFT_META_SECMARK:
		meta->len = sizeof(uint32_t);
		break;
	case NFT_META_NFTRACE:
	case NFT_META_PKTTYPE:
		meta->len = sizeof(uint8_t);
		break;
	default:
		return -EOPNOTSUPP;
	}
	meta->key = (uint8_t)key;
	return nft_reg_load(load, &tb[NFTA_META_SREG], &meta->reg, meta->len);
}

static int
validate_set(const struct nft_load *load, const struct nft_expr *expr)
{
	const struct nft_meta *meta = nft_priv(expr);

	if (meta->key != NFT_META_PKTTYPE)
		return 0;
	if (!is_inet(load->family) && load->family != NFPROTO_BRIDGE &&
	    load->family != NFPROTO_NETDEV)
		return -EOPNOTSUPP;
	return nft_chain_validate_hooks(load, BIT(NF_INET_PRE_ROUTING));
}

static void
dump_set(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_meta *meta = nft_priv(expr);

	(void)reset;
	nl_put_be32(w, NFTA_META_KEY, meta->key);
	nft_reg_dump(w, NFTA_META_SREG, meta->reg);
}

static void
tell_set(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct nft_meta *meta = nft_priv(expr);

	nft_tell_meta_set(t, meta->key, meta->reg);
}

static const struct nft_expr_ops set_ops = {
	.name = "meta",
	.size = sizeof(struct nft_meta),
	.eval = eval_set,
	.init = init_set,
	.max_attr = NFTA_META_MAX,
	.validate = validate_set,
	.dump = dump_set,
	.tell = tell_set,
};

static const struct nft_expr_ops *
pick(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	bool is_get = tb[NFTA_META_DREG].data, is_set = tb[NFTA_META_SREG].data;

	(void)load;
	*err = -EINVAL;
	if (!tb[NFTA_META_KEY].data || is_get == is_set)
		return NULL;
	return is_set ? &set_ops : &nft_expr_meta;
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct nft_meta *meta = nft_priv(expr);

	nft_tell_meta(t, meta->key, meta->reg);
}

const struct nft_expr_ops nft_expr_meta = {
	.name = "meta",
	.size = sizeof(struct nft_meta),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_META_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump,
	.select = pick,
	.tell = tell,
};
