/* SPDX-License-Identifier: BSD-2-Clause
 * base/pool.h - fixed-size elements handed out by index from a region.
 *
 * Indices start at 1, so 0 can mean "none".  A free element's first four
 * bytes name the next free one.  Elements come back as they were left: the
 * taker clears what it needs.  Never a heap call; memory that was taken once
 * is kept for the next. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/region.h"

struct pool {
	struct region region;
	uint32_t free;		/* first free element, or 0 */
	uint32_t used;		/* highest index ever handed out */
	uint32_t count;		/* elements in use */
};

static inline int
pool_init(struct pool *pool, size_t stride, size_t most)
{
	pool->free = pool->used = pool->count = 0;
	return region_init(&pool->region, stride, most + 1);
}

static inline void
pool_fini(struct pool *pool)
{
	region_fini(&pool->region);
}

static inline void *
pool_at(const struct pool *pool, uint32_t index)
{
	return region_at(&pool->region, index);
}

/* => An index, or 0 when there is no memory. */
static inline uint32_t
pool_get(struct pool *pool)
{
	uint32_t index = pool->free;

	if (index) {
		pool->free = *(uint32_t *)pool_at(pool, index);
	} else {
		index = pool->used + 1;
		if (index >= pool->region.usable &&
		    region_grow(&pool->region, index + 1))
			return 0;
		pool->used = index;
	}
	pool->count++;
	return index;
}

static inline void
pool_put(struct pool *pool, uint32_t index)
{
	*(uint32_t *)pool_at(pool, index) = pool->free;
	pool->free = index;
	pool->count--;
}

#endif
