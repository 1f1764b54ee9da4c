/* SPDX-License-Identifier: BSD-2-Clause
 * nft/blob.h - a chain as packets run it: one block of memory.
 *
 *	| struct nft_rule_run | expression | expression | ...	a rule
 *	| struct nft_rule_run | ...				the next
 *	| struct nft_rule_run, is_last |			the end
 *
 * The expressions are copies of the rules' own; what packets change lies
 * behind pointers that both share. */
#ifndef NFT_BLOB_H
#define NFT_BLOB_H

#include "nft/expr.h"

struct nft_rule_run {
	uint64_t handle;
	uint32_t size;		/* bytes of expressions */
	bool is_last;		/* no rule: the chain's end */
	uint64_t data[];
};

struct nft_blob {
	uint64_t count;		/* rules */
	uint64_t data[];
};

static inline const struct nft_rule_run *
nft_blob_first(const struct nft_blob *blob)
{
	return (const struct nft_rule_run *)blob->data;
}

static inline const struct nft_rule_run *
nft_run_next(const struct nft_rule_run *run)
{
	return (const struct nft_rule_run *)
		((uintptr_t)run->data + run->size);
}

#endif
