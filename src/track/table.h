/* SPDX-License-Identifier: BSD-2-Clause
 * track/table.h - find a connection by either of its two keys.
 *
 * A hash table of cache lines.  A bucket is one line: seven hashes, seven
 * references (connection and direction), a link to an overflow bucket for
 * the rare eighth.  So a look-up reads one line, then the connection.
 *
 *	 0              28   32             60   64
 *	| hash 0 ... 6 |more| ref 0 ... 6  |unused|
 *
 * It grows one bucket at a time (linear hashing, Litwin 1980): buckets are
 * split in order, each insertion pays for at most two, and nothing ever
 * stops to rehash.  32 bits of hash are kept per entry, so a split reads no
 * connection.  The hash is keyed: nobody outside can fill a bucket. */
#ifndef TRACK_TABLE_H
#define TRACK_TABLE_H

#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/pool.h"
#include "base/region.h"
#include "clew/tuple.h"

#define BUCKET_SLOTS 7

struct bucket {
	uint32_t hash[BUCKET_SLOTS];
	uint32_t more;			/* overflow bucket, or 0 */
	uint32_t ref[BUCKET_SLOTS];	/* index << 1 | direction; 0: empty */
	uint32_t unused;
};

struct table {
	struct region buckets;
	struct pool overflow;
	uint32_t count;		/* buckets in use */
	uint32_t mask;		/* least 2^n - 1 >= count - 1 */
	uint64_t entries;
};

/* Begin empty, with address space for 'most_entries'.  => 0 or -ENOMEM. */
int table_init(struct table *table, size_t most_entries);
/* Give the memory back.  => The connections are not the table's. */
void table_fini(struct table *table);

static inline struct bucket *
table_bucket(const struct table *table, uint32_t hash)
{
	uint32_t i = hash & table->mask;

	if (i >= table->count)
		i &= table->mask >> 1;
	return region_at(&table->buckets, i);
}

static inline uint32_t
table_ref(uint32_t index, enum clew_dir dir)
{
	return index << 1 | (uint32_t)dir;
}

/* A bit per slot of 'b' whose hash is this one.  An empty slot has hash 0
 * and ref 0: who follows a match looks at the ref first. */
static inline unsigned
table_match(const struct bucket *b, uint32_t hash)
{
#if defined(__SSE2__)
	__m128i want = _mm_set1_epi32((int)hash);
	__m128i low = _mm_load_si128((const __m128i *)(const void *)b);
	__m128i high = _mm_load_si128((const __m128i *)(const void *)b + 1);
	int m = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(low, want)));

	m |= _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(high, want)))
	     << 4;
	return (unsigned)m & 0x7f;	/* the eighth is 'more' */
#else
	unsigned m = 0;

	for (unsigned i = 0; i < BUCKET_SLOTS; i++)
		m |= (unsigned)(b->hash[i] == hash) << i;
	return m;
#endif
}

static inline struct bucket *
table_more(const struct table *table, const struct bucket *b)
{
	return b->more ? pool_at(&table->overflow, b->more) : NULL;
}

/* => 0 or -ENOMEM, then nothing has changed. */
int table_insert(struct table *table, uint32_t hash, uint32_t ref);

/* Remove an entry that is there. */
void table_remove(struct table *table, uint32_t hash, uint32_t ref);

#endif
