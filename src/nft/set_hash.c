/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_hash.c - equal keys.
 *
 * Up to STORE_SMALL elements are looked through: most sets are that small,
 * and their elements share a few lines.  More are found by a table of cache
 * lines (track/table.h), keyed SipHash before it: who chooses keys cannot
 * choose buckets. */
#include <assert.h>
#include <errno.h>

#include "nft/set_store.h"

static uint32_t
hash_of(const struct set_store *s, const uint64_t *key)
{
	switch (s->words) {
	case 1:
		return (uint32_t)hash_blocks(&s->set.hash_key, key, 1);
	case 2:
		return (uint32_t)hash_blocks(&s->set.hash_key, key, 2);
	default:
		return (uint32_t)hash_blocks(&s->set.hash_key, key, s->words);
	}
}

static uint32_t
look_through(const struct set_store *s, const uint64_t *key)
{
	for (uint32_t ref = 1; ref <= s->elems.used; ref++) {
		const struct elem *e = store_at(s, ref);

		if (e->flags & ELEM_IN && !(e->flags & ELEM_CATCHALL) &&
		    key_is_equal(e->key, key, s->words))
			return ref;
	}
	return 0;
}

static uint32_t
find(const struct set_store *s, const uint64_t *key)
{
	const struct table *table = &s->hash.table;
	const struct bucket *b;
	uint32_t hash;

	if (!s->hash.is_big)
		return look_through(s, key);
	hash = hash_of(s, key);
	for (b = table_bucket(table, hash); b; b = table_more(table, b)) {
		for (unsigned m = table_match(b, hash); m; m &= m - 1) {
			uint32_t ref = b->ref[__builtin_ctz(m)];

			if (ref && key_is_equal(store_at(s, ref)->key, key,
						s->words))
				return ref;
		}
	}
	return 0;
}

uint32_t
hash_lookup(const struct set_store *s, const uint32_t *key)
{
	uint64_t words[STORE_WORDS];

	key_load(words, key, s->set.key_len);
	return find(s, words);
}

/* The table is made when the slab has handed out more than can be looked
 * through, be they found or not: an element's number decides. */
static int
become_big(struct set_store *s)
{
	struct table *table = &s->hash.table;

	if (table_init(table, STORE_MOST))
		return -ENOMEM;
	for (uint32_t ref = store_next(s, 0); ref; ref = store_next(s, ref)) {
		const struct elem *e = store_at(s, ref);

		if (e->flags & ELEM_CATCHALL)
			continue;
		if (table_insert(table, hash_of(s, e->key), ref)) {
			table_fini(table);
			return -ENOMEM;
		}
	}
	s->hash.is_big = true;
	return 0;
}

int
hash_insert(struct set_store *s, uint32_t ref, uint32_t *clash)
{
	const struct elem *e = store_at(s, ref);

	*clash = find(s, e->key);
	if (*clash)
		return -EEXIST;
	if (!s->hash.is_big && s->elems.used > STORE_SMALL && become_big(s))
		return -ENOMEM;
	if (!s->hash.is_big)
		return 0;
	return table_insert(&s->hash.table, hash_of(s, e->key), ref);
}

void
hash_remove(struct set_store *s, uint32_t ref)
{
	if (s->hash.is_big)
		table_remove(&s->hash.table,
			     hash_of(s, store_at(s, ref)->key), ref);
}

/* Buckets are only ever split since 'ref' was there, and overflow buckets
 * are kept for the next: there is room. */
void
hash_restore(struct set_store *s, uint32_t ref)
{
	int err;

	if (!s->hash.is_big)
		return;
	err = table_insert(&s->hash.table,
			   hash_of(s, store_at(s, ref)->key), ref);
	assert(!err);
	(void)err;
}
