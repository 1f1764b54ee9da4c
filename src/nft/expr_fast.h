/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_fast.h - the commonest expressions' own bytes and what they do,
 * for eval.c to run without a call. */
#ifndef NFT_EXPR_FAST_H
#define NFT_EXPR_FAST_H

#include "nft/expr.h"
#include "nft/nft.h"

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

#endif
