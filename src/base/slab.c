/* SPDX-License-Identifier: BSD-2-Clause
 * base/slab.c - chunks that double. */
#include "base/slab.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

static size_t
chunk_bytes(const struct slab *slab, unsigned n)
{
	return ((size_t)1 << (n + SLAB_FIRST_BITS)) * slab->stride;
}

void
slab_init(struct slab *slab, size_t size)
{
	memset(slab, 0, sizeof(*slab));
	slab->stride = (uint32_t)((size + 7) & ~(size_t)7);
	assert(slab->stride);
}

void
slab_fini(struct slab *slab)
{
	for (unsigned n = 0; n < SLAB_CHUNKS; n++)
		free(slab->chunk[n]);
	memset(slab->chunk, 0, sizeof(slab->chunk));
	slab->free = slab->used = slab->count = 0;
}

/* The chunk for the next index. */
static int
grow(struct slab *slab)
{
	uint32_t at = slab->used + (1u << SLAB_FIRST_BITS);
	unsigned n = 31u - (unsigned)__builtin_clz(at) - SLAB_FIRST_BITS;
	size_t bytes;
	char *chunk;

	if (n >= SLAB_CHUNKS)
		return -ENOMEM;
	if (slab->chunk[n])		/* kept from an earlier try */
		return 0;
	bytes = chunk_bytes(slab, n);
	if (bytes < HUGE_PAGE) {
		chunk = aligned_alloc(64, (bytes + 63) & ~(size_t)63);
	} else {
		bytes = (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
		chunk = aligned_alloc(HUGE_PAGE, bytes);
		if (chunk)		/* only a hint */
			(void)madvise(chunk, bytes, MADV_HUGEPAGE);
	}
	if (!chunk)
		return -ENOMEM;
	slab->chunk[n] = chunk;
	return 0;
}

uint32_t
slab_get_fresh(struct slab *slab)
{
	uint32_t index = slab->used + 1;

	/* Chunks begin at 1, 9, 25, 57: powers of two, less 7. */
	if (!((index + 7) & (index + 6)) && grow(slab))
		return 0;
	slab->used = index;
	slab->count++;
	return index;
}

int
slab_reserve(struct slab *slab, uint32_t spare)
{
	while (slab->used - slab->count < spare) {
		uint32_t index = slab_get_fresh(slab);

		if (!index)
			return -ENOMEM;
		slab_put(slab, index);
	}
	return 0;
}

size_t
slab_bytes(const struct slab *slab)
{
	size_t bytes = 0;

	for (unsigned n = 0; n < SLAB_CHUNKS && slab->chunk[n]; n++)
		bytes += chunk_bytes(slab, n);
	return bytes;
}
