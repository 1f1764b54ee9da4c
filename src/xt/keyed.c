/* SPDX-License-Identifier: BSD-2-Clause
 * xt/keyed.c - what extensions remember for each address. */
#include "xt/keyed.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* Before the owner's bytes. */
struct head {
	uint32_t next_free;	/* the pool's */
	uint32_t hash;
	uint32_t older;		/* 0: none */
	uint32_t newer;
};

int
xt_keyed_init(struct xt_keyed *k, const struct hash_key *hash_key,
	      uint32_t key_words, size_t size, size_t most)
{
	size_t stride = sizeof(struct head) + ((size + 7) & ~(size_t)7);

	assert(key_words < XT_KEYED_WORDS);
	memset(k, 0, sizeof(*k));
	k->hash_key = *hash_key;
	k->key_words = key_words;
	if (pool_init(&k->entries, stride, most) ||
	    table_init(&k->table, most)) {
		xt_keyed_fini(k);
		return -ENOMEM;
	}
	return 0;
}

void
xt_keyed_fini(struct xt_keyed *k)
{
	table_fini(&k->table);
	pool_fini(&k->entries);
}

static struct head *
head_at(const struct xt_keyed *k, uint32_t index)
{
	return pool_at(&k->entries, index);
}

static struct head *
head_of(void *entry)
{
	return (struct head *)entry - 1;
}

static uint32_t
index_of(const struct xt_keyed *k, const struct head *h)
{
	return (uint32_t)((size_t)((const char *)h -
				   k->entries.region.base) /
			  k->entries.region.stride);
}

/* The last block says how long the message is: base/hash.h. */
static uint32_t
hash_of(const struct xt_keyed *k, const uint64_t *key)
{
	uint64_t blocks[XT_KEYED_WORDS];

	memcpy(blocks, key, k->key_words * sizeof(*key));
	blocks[k->key_words] = (uint64_t)k->key_words << 59;
	return (uint32_t)hash_blocks(&k->hash_key, blocks, k->key_words + 1);
}

static void *
find(const struct xt_keyed *k, const uint64_t *key, uint32_t hash)
{
	const struct bucket *b = table_bucket(&k->table, hash);

	for (; b; b = table_more(&k->table, b)) {
		for (unsigned m = table_match(b, hash); m; m &= m - 1) {
			uint32_t ref = b->ref[__builtin_ctz(m)];
			struct head *h;

			if (!ref)
				continue;
			h = head_at(k, ref);
			if (memcmp(h + 1, key,
				   k->key_words * sizeof(*key)) == 0)
				return h + 1;
		}
	}
	return NULL;
}

void *
xt_keyed_find(const struct xt_keyed *k, const uint64_t *key)
{
	return find(k, key, hash_of(k, key));
}

/* At the newest end. */
static void
link_in(struct xt_keyed *k, struct head *h)
{
	uint32_t index = index_of(k, h);

	h->older = k->newest;
	h->newer = 0;
	if (k->newest)
		head_at(k, k->newest)->newer = index;
	else
		k->oldest = index;
	k->newest = index;
}

static void
unlink_from(struct xt_keyed *k, struct head *h)
{
	if (h->older)
		head_at(k, h->older)->newer = h->newer;
	else
		k->oldest = h->newer;
	if (h->newer)
		head_at(k, h->newer)->older = h->older;
	else
		k->newest = h->older;
}

void *
xt_keyed_add(struct xt_keyed *k, const uint64_t *key)
{
	uint32_t index = pool_get(&k->entries);
	struct head *h;

	if (!index)
		return NULL;
	h = head_at(k, index);
	memset(h, 0, k->entries.region.stride);
	memcpy(h + 1, key, k->key_words * sizeof(*key));
	h->hash = hash_of(k, key);
	if (table_insert(&k->table, h->hash, index)) {
		pool_put(&k->entries, index);
		return NULL;
	}
	link_in(k, h);
	return h + 1;
}

void
xt_keyed_use(struct xt_keyed *k, void *entry)
{
	struct head *h = head_of(entry);

	if (!h->newer)
		return;
	unlink_from(k, h);
	link_in(k, h);
}

void
xt_keyed_remove(struct xt_keyed *k, void *entry)
{
	struct head *h = head_of(entry);
	uint32_t index = index_of(k, h);

	unlink_from(k, h);
	table_remove(&k->table, h->hash, index);
	pool_put(&k->entries, index);
}

void *
xt_keyed_oldest(const struct xt_keyed *k)
{
	return k->oldest ? head_at(k, k->oldest) + 1 : NULL;
}
