/* SPDX-License-Identifier: BSD-2-Clause
 * nft/memory.h - small memory that packets may take: counters, limits and
 * elements that rules make.
 *
 * Pools by size: what was taken once is kept for the next, and nothing ever
 * moves.  No heap calls. */
#ifndef NFT_MEMORY_H
#define NFT_MEMORY_H

#include <stddef.h>

#include "base/pool.h"

enum {
	NFT_MEMORY_LEAST = 4,		/* 2^4 bytes: the smallest class */
	NFT_MEMORY_CLASSES = 8,		/* to 2 KiB */
};

struct nft_memory {
	struct pool pool[NFT_MEMORY_CLASSES];
};

/* => 0 or -ENOMEM. */
int nft_memory_init(struct nft_memory *m);
void nft_memory_fini(struct nft_memory *m);

struct nft;

/* Zeroed, aligned to 16 bytes.  => NULL: no memory, or more than 2 KiB. */
void *nft_alloc(struct nft *nft, size_t size);
/* 'size' as it was asked for; NULL is fine. */
void nft_free(struct nft *nft, void *at, size_t size);

#endif
