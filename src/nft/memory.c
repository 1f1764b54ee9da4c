/* SPDX-License-Identifier: BSD-2-Clause
 * nft/memory.c - small memory that packets may take: counters, limits and
 * elements that rules make. */
#include "nft/memory.h"

#include <errno.h>
#include <string.h>

#include "nft/nft.h"

enum {
	MOST_BYTES = 1 << 30,		/* of one class */
};

int
nft_memory_init(struct nft_memory *m)
{
	unsigned i;

	for (i = 0; i < NFT_MEMORY_CLASSES; i++) {
		size_t stride = (size_t)1 << (NFT_MEMORY_LEAST + i);

		if (pool_init(&m->pool[i], stride, MOST_BYTES / stride))
			break;
	}
	if (i == NFT_MEMORY_CLASSES)
		return 0;
	while (i--)
		pool_fini(&m->pool[i]);
	return -ENOMEM;
}

void
nft_memory_fini(struct nft_memory *m)
{
	for (unsigned i = 0; i < NFT_MEMORY_CLASSES; i++)
		pool_fini(&m->pool[i]);
}

static unsigned
class_of(size_t size)
{
	unsigned i = 0;

	while (i < NFT_MEMORY_CLASSES &&
	       (size_t)1 << (NFT_MEMORY_LEAST + i) < size)
		i++;
	return i;
}

void *
nft_alloc(struct nft *nft, size_t size)
{
	unsigned i = class_of(size);
	struct pool *pool;
	uint32_t index;

	if (i == NFT_MEMORY_CLASSES)
		return NULL;
	pool = &nft->memory.pool[i];
	index = pool_get(pool);
	if (!index)
		return NULL;
	return memset(pool_at(pool, index), 0, pool->region.stride);
}

void
nft_free(struct nft *nft, void *at, size_t size)
{
	struct pool *pool;

	if (!at)
		return;
	pool = &nft->memory.pool[class_of(size)];
	pool_put(pool, (uint32_t)((size_t)((char *)at - pool->region.base) /
				  pool->region.stride));
}
