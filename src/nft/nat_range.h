/* SPDX-License-Identifier: BSD-2-Clause
 * nft/nat_range.h - what 'nat', 'masq' and 'redir' share: ranges given by
 * pairs of registers. */
#ifndef NFT_NAT_RANGE_H
#define NFT_NAT_RANGE_H

#include "nat/nat.h"
#include "nft/load.h"

enum { NFT_NAT_RANGE_MASK = 0x7f };	/* all of enum nat_range_flag */

/* The first and the last word of a range; without 'max' both are one, and
 * without 'min' 0.  => 0 or -errno as nft_reg_load(). */
static inline int
nft_range_load(const struct nft_load *load, const struct nl_attr *min,
	       const struct nl_attr *max, uint8_t reg[2], uint32_t size)
{
	int err;

	reg[0] = reg[1] = 0;
	if (!min->data)
		return 0;
	err = nft_reg_load(load, min, &reg[0], size);
	if (err)
		return err;
	reg[1] = reg[0];
	return max->data ? nft_reg_load(load, max, &reg[1], size) : 0;
}

static inline void
nft_range_dump(struct nl_writer *w, uint16_t min, uint16_t max,
	       const uint8_t reg[2])
{
	if (!reg[0])
		return;
	nft_reg_dump(w, min, reg[0]);
	nft_reg_dump(w, max, reg[1]);
}

/* The ports that are in two registers by now. */
static inline void
nft_range_ports(const struct nft_regs *regs, const uint8_t reg[2],
		struct nat_range *range)
{
	if (!reg[0])
		return;
	range->min_proto_be = load16(&regs->word[reg[0]]);
	range->max_proto_be = load16(&regs->word[reg[1]]);
}

static inline int32_t
nft_nat_verdict(enum clew_verdict verdict)
{
	return verdict == CLEW_ACCEPT ? NFT_VERDICT_ACCEPT : NFT_VERDICT_DROP;
}

#endif
