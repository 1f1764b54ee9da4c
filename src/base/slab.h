/* SPDX-License-Identifier: BSD-2-Clause
 * base/slab.h - fixed-size elements handed out by index, few or many.
 *
 * A pool (base/pool.h) reserves address space for millions; a slab is for
 * what there are thousands of, most of them small: chunks of 8, 16, 32, ...
 * elements are taken as it grows, so an empty one costs nothing and a
 * full one wastes no more than half.  Elements never move.  Indices begin at
 * 1; a free element's first four bytes name the next free one, and it comes
 * back as it was left.  Memory that was taken once is kept for the next:
 * after warm-up there is no heap call. */
#ifndef BASE_SLAB_H
#define BASE_SLAB_H

#include <stddef.h>
#include <stdint.h>

enum {
	SLAB_FIRST_BITS	= 3,
	SLAB_CHUNKS	= 26,
	SLAB_MOST	= (8 << SLAB_CHUNKS) - 8,	/* elements */
};

struct slab {
	uint32_t stride;	/* bytes of an element, a multiple of 8 */
	uint32_t free;		/* first free element, or 0 */
	uint32_t used;		/* highest index ever handed out */
	uint32_t count;		/* elements in use */
	char *chunk[SLAB_CHUNKS];
};

/* Begin empty, with elements of 'size' bytes; aligned to 8.  No memory is
 * taken yet. */
void slab_init(struct slab *slab, size_t size);
/* Give everything back.  A zeroed slab is allowed. */
void slab_fini(struct slab *slab);
/* One that was never used before.  => 0: no memory. */
uint32_t slab_get_fresh(struct slab *slab);

static inline void *
slab_at(const struct slab *slab, uint32_t index)
{
	uint32_t at = index - 1 + (1u << SLAB_FIRST_BITS);
	unsigned top = 31u - (unsigned)__builtin_clz(at);

	return slab->chunk[top - SLAB_FIRST_BITS] +
	       (size_t)(at ^ 1u << top) * slab->stride;
}

/* => An index, or 0 when there is no memory. */
static inline uint32_t
slab_get(struct slab *slab)
{
	uint32_t index = slab->free;

	if (!index)
		return slab_get_fresh(slab);
	slab->free = *(uint32_t *)slab_at(slab, index);
	slab->count++;
	return index;
}

static inline void
slab_put(struct slab *slab, uint32_t index)
{
	*(uint32_t *)slab_at(slab, index) = slab->free;
	slab->free = index;
	slab->count--;
}

/* See to it that 'spare' more can be had for certain. => 0 or -ENOMEM. */
int slab_reserve(struct slab *slab, uint32_t spare);

/* Bytes taken. */
size_t slab_bytes(const struct slab *slab);

#endif
