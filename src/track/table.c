/* SPDX-License-Identifier: BSD-2-Clause
 * track/table.c - chains of buckets, kept dense, split in order.
 *
 * A chain is a bucket and its overflow buckets.  Its entries fill the slots
 * from the front without holes: removal moves the last one into the gap. */
#include "track/table.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum {
	BUCKETS_MIN = 64,
	/* Entries per bucket, in quarters, above which one is split.  Half
	 * of the buckets may be twice as full as the others, so this leaves
	 * room: few lookups ever read a second line. */
	LOAD_QUARTERS = 13,
};

static_assert(sizeof(struct bucket) == 64, "one cache line");

int
table_init(struct table *table, size_t most_entries)
{
	size_t most = most_entries * 4 / LOAD_QUARTERS + BUCKETS_MIN;

	memset(table, 0, sizeof(*table));
	if (region_init(&table->buckets, sizeof(struct bucket), most) ||
	    pool_init(&table->overflow, sizeof(struct bucket), most) ||
	    region_grow(&table->buckets, BUCKETS_MIN)) {
		table_fini(table);
		return -ENOMEM;
	}
	table->count = BUCKETS_MIN;
	table->mask = BUCKETS_MIN - 1;
	return 0;
}

void
table_fini(struct table *table)
{
	region_fini(&table->buckets);
	pool_fini(&table->overflow);
}

static unsigned
filled(const struct bucket *b)
{
	unsigned n = 0;

	while (n < BUCKET_SLOTS && b->ref[n])
		n++;
	return n;
}

static int
chain_put(struct table *table, struct bucket *b, uint32_t hash, uint32_t ref)
{
	unsigned n;

	while (b->more)
		b = pool_at(&table->overflow, b->more);
	n = filled(b);
	if (n == BUCKET_SLOTS) {
		uint32_t more = pool_get(&table->overflow);

		if (!more)
			return -ENOMEM;
		b->more = more;
		b = pool_at(&table->overflow, more);
		memset(b, 0, sizeof(*b));
		n = 0;
	}
	b->hash[n] = hash;
	b->ref[n] = ref;
	return 0;
}

/* Take slot 'n' of 'b', a bucket of the chain that begins with 'first'. */
static void
chain_take(struct table *table, struct bucket *first, struct bucket *b,
	   unsigned n)
{
	struct bucket *last = first, *before = NULL;
	unsigned tail;

	while (last->more) {
		before = last;
		last = pool_at(&table->overflow, last->more);
	}
	tail = filled(last) - 1;
	b->hash[n] = last->hash[tail];
	b->ref[n] = last->ref[tail];
	last->hash[tail] = 0;
	last->ref[tail] = 0;
	if (before && tail == 0) {
		pool_put(&table->overflow, before->more);
		before->more = 0;
	}
}

/* Split the next bucket in order into itself and a new last one. */
static int
split(struct table *table)
{
	uint32_t fresh = table->count;
	uint32_t mask = fresh > table->mask ? table->mask << 1 | 1 :
			table->mask;
	struct bucket *first, *to, *b;
	uint32_t spare = 1;

	/* All memory first: half a split would lose entries. */
	if (region_grow(&table->buckets, fresh + 1))
		return -ENOMEM;
	first = region_at(&table->buckets, fresh & mask >> 1);
	for (b = first; b->more; b = pool_at(&table->overflow, b->more))
		spare++;
	if (spare > 1 && region_grow(&table->overflow.region,
				     table->overflow.used + spare + 1))
		return -ENOMEM;
	to = region_at(&table->buckets, fresh);
	table->mask = mask;
	table->count++;
	__builtin_prefetch(region_at(&table->buckets,
				     (fresh + 1) & mask >> 1), 1);

	for (b = first; b; ) {
		unsigned n = 0;

		while (n < BUCKET_SLOTS && b->ref[n]) {
			if ((b->hash[n] & mask) != fresh) {
				n++;
				continue;
			}
			(void)chain_put(table, to, b->hash[n], b->ref[n]);
			chain_take(table, first, b, n);
		}
		b = n == BUCKET_SLOTS ? table_more(table, b) : NULL;
	}
	return 0;
}

int
table_insert(struct table *table, uint32_t hash, uint32_t ref)
{
	int err = chain_put(table, table_bucket(table, hash), hash, ref);

	if (err)
		return err;
	table->entries++;
	while (table->entries * 4 > (uint64_t)table->count * LOAD_QUARTERS &&
	       !split(table))
		;
	return 0;
}

void
table_remove(struct table *table, uint32_t hash, uint32_t ref)
{
	struct bucket *first = table_bucket(table, hash), *b;

	for (b = first; b; b = table_more(table, b)) {
		for (unsigned n = 0; n < BUCKET_SLOTS; n++) {
			if (b->ref[n] != ref)
				continue;
			chain_take(table, first, b, n);
			table->entries--;
			return;
		}
	}
	assert(!"entry not in table");
}
