/* SPDX-License-Identifier: BSD-2-Clause
 * base/region.h - an array that grows in place.
 *
 * Address space for the most it may ever hold is reserved at the start and
 * costs nothing; memory is taken step by step as the array grows.  Elements
 * never move, so growth is cheap, pointers into it stay good, and indices
 * of 32 bits can stand for pointers.  Memory beyond the first huge page is
 * asked to be huge pages, for the sake of the TLB. */
#ifndef BASE_REGION_H
#define BASE_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct region {
	char *base;		/* aligned to a huge page */
	size_t stride;		/* bytes of an element */
	size_t usable;		/* elements that may be touched */
	size_t reserved;	/* elements there is address space for */
	void *map;		/* what mmap gave, for munmap */
	size_t map_size;
};

/* Reserve room for 'most' elements of 'stride' bytes; none usable yet.
 * => 0 or -ENOMEM. */
int region_init(struct region *r, size_t stride, size_t most);

/* Give everything back.  A zeroed region is allowed. */
void region_fini(struct region *r);

/* Make at least 'count' elements usable; new ones are zero.
 * => 0 or -ENOMEM, then nothing has changed. */
int region_grow(struct region *r, size_t count);

static inline void *
region_at(const struct region *r, size_t index)
{
	return r->base + index * r->stride;
}

static inline size_t
region_bytes(const struct region *r)
{
	return r->usable * r->stride;
}

#endif
