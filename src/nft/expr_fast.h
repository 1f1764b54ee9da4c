/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_fast.h - the commonest expressions' own bytes and what they do,
 * for eval.c to run without a call.  Those that can fail say whether the
 * rule goes on. */
#ifndef NFT_EXPR_FAST_H
#define NFT_EXPR_FAST_H

#include "nft/expr.h"
#include "nft/nft.h"

static inline void
nft_break(struct nft_regs *regs)
{
	regs->verdict = NFT_BREAK;
}

struct nft_immediate {
	uint8_t dreg;
	uint8_t len;
	int32_t verdict;		/* with dreg NFT_REG_VERDICT */
	union {
		struct nft_chain *chain;
		uint32_t value[4];
	};
};

static inline void
nft_copy_words(uint32_t *to, const uint32_t *from, uint32_t len)
{
	for (uint32_t i = 0; i < (len + 3) / 4; i++)
		to[i] = from[i];
}

static inline void
nft_immediate_run(const struct nft_immediate *imm, struct nft_regs *regs)
{
	if (imm->dreg == NFT_REG_VERDICT) {
		regs->verdict = imm->verdict;
		regs->chain = imm->chain;
	} else {
		nft_copy_words(&regs->word[imm->dreg], imm->value, imm->len);
	}
}

struct nft_cmp {
	uint32_t value[4];
	uint32_t mask;		/* a word or less, (un)equal: of what counts;
				 * 0: any other */
	uint8_t sreg;
	uint8_t len;
	uint8_t op;		/* enum nft_cmp_ops */
};

static inline void
nft_cmp_prepare(struct nft_cmp *cmp)
{
	cmp->mask = 0;
	if (cmp->len <= sizeof(cmp->mask) &&
	    (cmp->op == NFT_CMP_EQ || cmp->op == NFT_CMP_NEQ))
		memset(&cmp->mask, 0xff, cmp->len);
}

static inline bool
nft_cmp_holds(uint8_t op, int difference)
{
	switch ((enum nft_cmp_ops)op) {
	case NFT_CMP_EQ: return difference == 0;
	case NFT_CMP_NEQ: return difference != 0;
	case NFT_CMP_LT: return difference < 0;
	case NFT_CMP_LTE: return difference <= 0;
	case NFT_CMP_GT: return difference > 0;
	case NFT_CMP_GTE: return difference >= 0;
	}
	return false;
}

static inline bool
nft_cmp_run(const struct nft_cmp *cmp, const struct nft_regs *regs)
{
	const uint32_t *value = &regs->word[cmp->sreg];

	if (__builtin_expect(cmp->mask != 0, 1)) {
		bool is_other = (*value ^ cmp->value[0]) & cmp->mask;

		return is_other == (cmp->op == NFT_CMP_NEQ);
	}
	return nft_cmp_holds(cmp->op, memcmp(value, cmp->value, cmp->len));
}

struct nft_bitwise {
	uint32_t mask[4];
	uint32_t value[4];	/* the xor, the constant, the shift */
	uint8_t sreg;
	uint8_t sreg2;		/* 0: the constant */
	uint8_t dreg;
	uint8_t len;
	uint8_t op;		/* NFT_BITWISE_* */
};

static inline void
nft_bitwise_mask(const struct nft_bitwise *b, struct nft_regs *regs)
{
	const uint32_t *src = &regs->word[b->sreg];
	uint32_t *dst = &regs->word[b->dreg];

	for (uint32_t i = 0; i < (b->len + 3u) / 4; i++)
		dst[i] = (src[i] & b->mask[i]) ^ b->value[i];
}

struct nft_counter {
	struct nft_stats *total;
};

static inline void
nft_counter_run(const struct nft_counter *counter, const struct nft_eval *ev)
{
	counter->total->packets++;
	counter->total->bytes += ev->path->p->len;
}

struct nft_payload {
	uint16_t offset;
	uint8_t base;		/* enum nft_payload_bases */
	uint8_t dreg;
	uint8_t len;
};

/* One aligned word.  Of later fragments Linux reads such, and no others, as
 * if the transport header were there. */
static inline bool
nft_payload_is_word(const struct nft_payload *pay)
{
	return (pay->len == 1 || pay->len == 2 || pay->len == 4) &&
	       pay->offset % pay->len == 0;
}

/* Of the network or transport header. */
static inline bool
nft_payload_run(const struct nft_payload *pay, struct nft_regs *regs,
		const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;
	uint32_t *dst = &regs->word[pay->dreg];
	uint32_t at = pay->offset;

	if (pay->base == NFT_PAYLOAD_TRANSPORT_HEADER) {
		if (!nft_has_l4_header(ev) &&
		    !(ev->has_l4 && nft_payload_is_word(pay)))
			return false;
		at += ev->l4;
	}
	if (__builtin_expect(pkt_header(p, at, pay->len) != PKT_HEADER_OK,
			     0))
		return false;
	if (pay->len == 4) {
		*dst = load32(p->ip + at);
	} else if (pay->len == 2) {
		*dst = 0;
		memcpy(dst, p->ip + at, 2);
	} else if (pay->len == 1) {
		nft_reg_put_u8(dst, p->ip[at]);
	} else if (pay->len == 16) {
		memcpy(dst, p->ip + at, 16);
	} else {
		if (pay->len % 4)
			dst[pay->len / 4] = 0;
		memcpy(dst, p->ip + at, pay->len);
	}
	return true;
}

struct nft_meta {
	uint8_t key;		/* enum nft_meta_keys */
	uint8_t reg;
	uint8_t len;
};

bool nft_meta_run_other(const struct nft_meta *meta, struct nft_regs *regs,
			const struct nft_eval *ev);

static inline uint32_t
nft_ifindex(const struct iface *dev)
{
	return dev ? dev->pub.index : 0;
}

static inline bool
nft_meta_run(const struct nft_meta *meta, struct nft_regs *regs,
	     const struct nft_eval *ev)
{
	uint32_t *dst = &regs->word[meta->reg];

	switch (meta->key) {
	case NFT_META_L4PROTO:
		if (!ev->has_l4)
			return false;
		nft_reg_put_u8(dst, ev->l4proto);
		return true;
	case NFT_META_NFPROTO:
		nft_reg_put_u8(dst, ev->family);
		return true;
	case NFT_META_IIF:
		*dst = nft_ifindex(ev->path->in);
		return true;
	case NFT_META_OIF:
		*dst = nft_ifindex(ev->path->out);
		return true;
	case NFT_META_MARK:
		*dst = path_mark(ev->path);
		return true;
	default:
		return nft_meta_run_other(meta, regs, ev);
	}
}

#endif
