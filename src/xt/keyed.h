/* SPDX-License-Identifier: BSD-2-Clause
 * xt/keyed.h - what extensions remember for each address: entries found by a
 * key of a few words, and in the order in which they were used.
 *
 * Made when a rule is loaded; entries come and go with packets, out of memory
 * that is kept once it was taken.  Who chooses keys cannot choose buckets:
 * the hash is keyed. */
#ifndef XT_KEYED_H
#define XT_KEYED_H

#include "base/hash.h"
#include "base/pool.h"
#include "track/table.h"

enum { XT_KEYED_WORDS = 6 };	/* of 64 bits: the longest key, and its end */

struct xt_keyed {
	struct pool entries;
	struct table table;
	struct hash_key hash_key;
	uint32_t key_words;	/* of 64 bits */
	uint32_t oldest;	/* 0: empty */
	uint32_t newest;
};

/* Empty, of at most 'most' entries of 'size' bytes, of which the first
 * 'key_words' words of 64 bits are the key.  => 0 or -ENOMEM. */
int xt_keyed_init(struct xt_keyed *k, const struct hash_key *hash_key,
		  uint32_t key_words, size_t size, size_t most);
void xt_keyed_fini(struct xt_keyed *k);

/* => NULL: there is none. */
void *xt_keyed_find(const struct xt_keyed *k, const uint64_t *key);
/* A new one, used last; zero beyond its key.  => NULL: no memory, or as many
 * as there may be. */
void *xt_keyed_add(struct xt_keyed *k, const uint64_t *key);
/* It is used: the last one to be oldest. */
void xt_keyed_use(struct xt_keyed *k, void *entry);
void xt_keyed_remove(struct xt_keyed *k, void *entry);
/* The one that was not used for the longest.  => NULL: there is none. */
void *xt_keyed_oldest(const struct xt_keyed *k);

static inline uint32_t
xt_keyed_count(const struct xt_keyed *k)
{
	return k->entries.count;
}

#endif
