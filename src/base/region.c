/* SPDX-License-Identifier: BSD-2-Clause
 * base/region.c - reserve address space once, take memory as it is needed. */
#include "base/region.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE	((size_t)2 << 20)
#define STEP_MIN	((size_t)64 << 10)
#define STEP_MAX	((size_t)32 << 20)

static_assert(sizeof(size_t) == 8, "address space to reserve");

static size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

int
region_init(struct region *r, size_t stride, size_t most)
{
	size_t bytes = round_up(stride * most, HUGE_PAGE);
	char *map;

	memset(r, 0, sizeof(*r));
	map = mmap(NULL, bytes + HUGE_PAGE, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return -ENOMEM;
	r->map = map;
	r->map_size = bytes + HUGE_PAGE;
	r->base = (char *)round_up((size_t)map, HUGE_PAGE);
	r->stride = stride;
	r->reserved = most;
	return 0;
}

void
region_fini(struct region *r)
{
	if (r->map)
		munmap(r->map, r->map_size);
	memset(r, 0, sizeof(*r));
}

int
region_grow(struct region *r, size_t count)
{
	size_t have = round_up(region_bytes(r), 4096);
	size_t want, step, limit = r->reserved * r->stride;

	if (count <= r->usable)
		return 0;
	if (count > r->reserved)
		return -ENOMEM;

	/* A quarter more than there is, within reason: system calls stay
	 * rare, and little of the region is unused. */
	step = have / 4 < STEP_MIN ? STEP_MIN :
	       have / 4 > STEP_MAX ? STEP_MAX : have / 4;
	want = round_up(count * r->stride, STEP_MIN);
	if (want < have + step)
		want = round_up(have + step, STEP_MIN);
	if (want > HUGE_PAGE)
		want = round_up(want, HUGE_PAGE);
	if (want > round_up(limit, 4096))
		want = round_up(limit, 4096);

	if (mprotect(r->base + have, want - have, PROT_READ | PROT_WRITE))
		return -ENOMEM;
	if (want > HUGE_PAGE) {
		size_t from = have > HUGE_PAGE ? have : HUGE_PAGE;

		/* Only a hint: without huge pages all works, slower. */
		(void)madvise(r->base + from, want - from, MADV_HUGEPAGE);
	}
	r->usable = want / r->stride;
	if (r->usable > r->reserved)
		r->usable = r->reserved;
	return 0;
}
