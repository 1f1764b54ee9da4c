/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_hash.c - 'jhash' of data, 'symhash' of the packet's flow. */
#include <netinet/in.h>

#include "nft/expr_all.h"
#include "nft/jenkins.h"
#include "nft/nft.h"

struct hash {
	uint32_t modulus;
	uint32_t seed;
	uint32_t offset;
	uint8_t from;		/* words; 'from' and 'len' of jhash only */
	uint8_t to;
	uint8_t len;
	bool has_own_seed;	/* chosen here: not shown */
};

static const struct nl_policy policy[NFTA_HASH_MAX + 1] = {
	[NFTA_HASH_SREG] = { .kind = NL_U32 },
	[NFTA_HASH_DREG] = { .kind = NL_U32 },
	[NFTA_HASH_LEN] = { .kind = NL_U32, .value_max = 255, .is_be = true },
	[NFTA_HASH_MODULUS] = { .kind = NL_U32 },
	[NFTA_HASH_SEED] = { .kind = NL_U32 },
	[NFTA_HASH_OFFSET] = { .kind = NL_U32 },
	[NFTA_HASH_TYPE] = { .kind = NL_U32 },
};

/* 'h', spread over the modulus, from the offset on. */
static uint32_t
scale(const struct hash *hash, uint32_t h)
{
	return (uint32_t)((uint64_t)h * hash->modulus >> 32) + hash->offset;
}

static int
init_result(const struct nft_load *load, struct hash *hash,
	    const struct nl_attr tb[])
{
	uint32_t highest;

	hash->offset = nl_be32(&tb[NFTA_HASH_OFFSET]);
	hash->modulus = nl_be32(&tb[NFTA_HASH_MODULUS]);
	if (!hash->modulus)
		return -ERANGE;
	if (__builtin_add_overflow(hash->offset, hash->modulus - 1, &highest))
		return -EOVERFLOW;
	return nft_reg_store(load, &tb[NFTA_HASH_DREG], &hash->to,
			     NFT_DATA_BYTES, sizeof(uint32_t));
}

static int
init_jhash(const struct nft_load *load, struct nft_expr *expr,
	   const struct nl_attr tb[])
{
	struct hash *hash = nft_priv(expr);
	int err;

	if (!tb[NFTA_HASH_SREG].data || !tb[NFTA_HASH_DREG].data ||
	    !tb[NFTA_HASH_LEN].data || !tb[NFTA_HASH_MODULUS].data)
		return -EINVAL;
	hash->len = (uint8_t)nl_be32(&tb[NFTA_HASH_LEN]);
	if (!hash->len)
		return -ERANGE;
	err = nft_reg_load(load, &tb[NFTA_HASH_SREG], &hash->from, hash->len);
	if (!err)
		err = init_result(load, hash, tb);
	if (err)
		return err;
	hash->has_own_seed = !tb[NFTA_HASH_SEED].data;
	hash->seed = hash->has_own_seed ?
		     random_u32(load->nft->config.random) :
		     nl_be32(&tb[NFTA_HASH_SEED]);
	return 0;
}

static void
eval_jhash(const struct nft_expr *expr, struct nft_regs *regs,
	   struct nft_eval *ev)
{
	const struct hash *hash = nft_priv(expr);

	(void)ev;
	regs->word[hash->to] = scale(hash,
		jenkins_hash(&regs->word[hash->from], hash->len, hash->seed));
}

static void
dump_jhash(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct hash *hash = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_HASH_SREG, hash->from);
	nft_reg_dump(w, NFTA_HASH_DREG, hash->to);
	nl_put_be32(w, NFTA_HASH_LEN, hash->len);
	nl_put_be32(w, NFTA_HASH_MODULUS, hash->modulus);
	if (!hash->has_own_seed)
		nl_put_be32(w, NFTA_HASH_SEED, hash->seed);
	if (hash->offset)
		nl_put_be32(w, NFTA_HASH_OFFSET, hash->offset);
	nl_put_be32(w, NFTA_HASH_TYPE, NFT_HASH_JENKINS);
}

static int
init_symhash(const struct nft_load *load, struct nft_expr *expr,
	     const struct nl_attr tb[])
{
	if (!tb[NFTA_HASH_DREG].data || !tb[NFTA_HASH_MODULUS].data)
		return -EINVAL;
	return init_result(load, nft_priv(expr), tb);
}

static bool
has_ports(const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;

	if (!ev->has_l4 || ev->frag_offset ||
	    pkt_header(p, p->l4, 4) != PKT_HEADER_OK)
		return false;
	switch (ev->l4proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return true;
	}
	return false;
}

/* Both directions of a flow give the same: addresses and ports are put in
 * order first, each pair for itself, as Linux does it. */
static uint32_t
flow_hash(const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;
	uint64_t block[5] = { 0 };
	uint8_t *addrs = (uint8_t *)block;
	size_t size = p->family == CLEW_IPV4 ? 4 : 16;
	bool is_up = memcmp(pkt_src(p), pkt_dst(p), size) < 0;
	uint16_t a, b;

	memcpy(addrs, is_up ? pkt_src(p) : pkt_dst(p), size);
	memcpy(addrs + size, is_up ? pkt_dst(p) : pkt_src(p), size);
	if (has_ports(ev)) {
		a = get_be16(p->ip + p->l4);
		b = get_be16(p->ip + p->l4 + 2);
		block[4] = (uint64_t)(a < b ? a : b) << 16 | (a < b ? b : a);
	}
	block[4] |= (uint64_t)(ev->has_l4 ? ev->l4proto : 0) << 32 |
		    (uint64_t)(sizeof(block) - 1) << 56;
	return (uint32_t)hash_blocks(&ev->path->random->key, block, 5);
}

static void
eval_symhash(const struct nft_expr *expr, struct nft_regs *regs,
	     struct nft_eval *ev)
{
	const struct hash *hash = nft_priv(expr);

	regs->word[hash->to] = scale(hash, flow_hash(ev));
}

static void
dump_symhash(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct hash *hash = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_HASH_DREG, hash->to);
	nl_put_be32(w, NFTA_HASH_MODULUS, hash->modulus);
	if (hash->offset)
		nl_put_be32(w, NFTA_HASH_OFFSET, hash->offset);
	nl_put_be32(w, NFTA_HASH_TYPE, NFT_HASH_SYM);
}

static const struct nft_expr_ops jhash = {
	.name = "hash",
	.size = sizeof(struct hash),
	.eval = eval_jhash,
	.init = init_jhash,
	.dump = dump_jhash,
};

static const struct nft_expr_ops symhash = {
	.name = "hash",
	.size = sizeof(struct hash),
	.eval = eval_symhash,
	.init = init_symhash,
	.dump = dump_symhash,
};

static const struct nft_expr_ops *
choose(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	(void)load;
	switch (nl_be32(&tb[NFTA_HASH_TYPE])) {
	case NFT_HASH_JENKINS:
		return &jhash;
	case NFT_HASH_SYM:
		return &symhash;
	}
	*err = -EOPNOTSUPP;
	return NULL;
}

const struct nft_expr_ops nft_expr_hash = {
	.name = "hash",
	.max_attr = NFTA_HASH_MAX,
	.policy = policy,
	.select = choose,
};
