/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_store.h - the elements of one set, and the three ways to find one.
 *
 * A store knows keys, times and order; what data, objects and expressions
 * mean is for set.c.  Elements are named by index (base/slab.h) and lie in
 * memory as their set needs:
 *
 *	| header | key | end | data | time | object | serial |
 *
 * Life: store_new() makes an element that nobody finds; store_insert() makes
 * it found; store_remove() hides it again, store_restore() undoes that, and
 * store_free() ends it.  So a batch is undone in reverse order without ever
 * asking for memory: what store_restore() may need, store_reserve() has put
 * aside before.  There are no generations: no packet passes and nothing is
 * listed while a batch is half done.
 *
 *	hash	 equal keys; a line of the table, then the element
 *	interval elements are ends of intervals in order of their keys, in a
 *		 B-tree; a start holds from its key on, an end no longer
 *	concat	 several fields, a range in each; packed trees of boxes
 *
 * Keys are what registers hold: bytes in network order. */
#ifndef NFT_SET_STORE_H
#define NFT_SET_STORE_H

#include <endian.h>
#include <linux/netfilter/nf_tables.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/hash.h"
#include "base/region.h"
#include "base/slab.h"
#include "base/wheel.h"
#include "track/table.h"

enum {
	STORE_KEY_MAX	= 64,		/* bytes */
	STORE_WORDS	= 8,		/* of 64 bits: the longest key */
	STORE_FIELDS	= 16,
	STORE_MOST	= 1 << 26,	/* elements that can be timed or hashed */
	STORE_SMALL	= 8,		/* so many are looked through */
	STORE_DEPTH	= 12,		/* of a B-tree; boxes */
	STORE_TREES	= 24,
	STORE_LOOSE	= 16,
};

enum store_kind {
	STORE_HASH,
	STORE_INTERVAL,
	STORE_CONCAT,
};

struct store_config {
	enum store_kind kind;
	uint8_t key_len;		/* 1 to 64 */
	uint8_t fields;			/* concat: and their lengths in bytes */
	uint8_t field_len[STORE_FIELDS];
	uint16_t data_len;		/* 0: none */
	bool has_object;
	bool has_timeout;
	bool is_anonymous;		/* may have starts without ends */
	struct hash_key hash_key;
	uint64_t now_ms;
};

enum elem_flag {
	ELEM_END	= NFT_SET_ELEM_INTERVAL_END,
	ELEM_CATCHALL	= NFT_SET_ELEM_CATCHALL,
	ELEM_WIRE	= ELEM_END | ELEM_CATCHALL,
	ELEM_IN		= 1u << 2,	/* is found */
	ELEM_USED	= 1u << 3,	/* not free */
	ELEM_HAS_END	= 1u << 4,	/* a second key: NFTA_SET_ELEM_KEY_END */
	ELEM_HAS_DATA	= 1u << 5,
	ELEM_IS_NEW	= 1u << 6,	/* of the batch under way */
};

struct elem_extra;	/* set.c's: expressions, user data */

struct elem {
	uint32_t link;			/* the slab's */
	uint8_t flags;			/* enum elem_flag */
	uint8_t unused[3];
	struct elem_extra *extra;
	uint64_t key[];			/* padded with zeros */
};

struct elem_time {
	uint64_t timeout_ms;		/* 0: stays */
	uint64_t deadline_ms;
};

/* The timer wheel's part, beside the elements. */
struct store_timer {
	struct wheel_link link;
	uint16_t slot;
};

struct store_timers {
	struct region links;		/* struct store_timer */
	struct wheel wheel;
};

struct store_hash {
	bool is_big;			/* more than STORE_SMALL: */
	struct table table;
};

struct store_interval {
	struct slab nodes;
	uint32_t root;			/* 0: empty */
	uint8_t depth;			/* of nodes; 1: the root is a leaf */
	uint8_t words;			/* of a key and its kind */
	uint32_t slots_at;		/* where a node's references are */
	uint32_t removed;		/* since the last store_settle() */
	uint32_t start;			/* named last by this batch, was there */
};

struct store_concat {
	uint8_t words;			/* of 32 bits */
	uint8_t field_end[STORE_FIELDS];/* in words */
	uint8_t fields;
	uint64_t serial;		/* of the last element made */
	uint32_t loose[STORE_LOOSE];	/* not in a tree yet */
	uint32_t loose_count;
	uint32_t dead;			/* entries of trees that are no more */
	struct box_tree *tree[STORE_TREES];	/* the n-th: 2^n * LOOSE */
};

struct set_store {
	struct store_config set;
	struct slab elems;
	uint32_t count;			/* elements that are found */
	uint8_t words;			/* of 64 bits, of a key */
	uint16_t end_at;		/* offsets in an element; 0: not there */
	uint16_t data_at;
	uint16_t time_at;
	uint16_t object_at;
	uint16_t serial_at;
	struct store_timers *timers;
	union {
		struct store_hash hash;
		struct store_interval interval;
		struct store_concat concat;
	};
};

/* => 0, -ENOMEM or, for fields that make no key, -EINVAL. */
int store_init(struct set_store *s, const struct store_config *config);
/* => What elements hold is the caller's to release before. */
void store_fini(struct set_store *s);

/* A fresh element; 'end' may be NULL.  => 0: no memory. */
uint32_t store_new(struct set_store *s, const void *key, const void *end,
		   uint8_t flags);
/* It was never inserted, or is removed. */
void store_free(struct set_store *s, uint32_t ref);

/* => 0; -EEXIST: '*clash' has that very key; -ENOTEMPTY: it overlaps
 * '*clash'; -ECANCELED: is there, and stands for nothing; -EINVAL: ends
 * before it begins; -ENOMEM. */
int store_insert(struct set_store *s, uint32_t ref, uint32_t *clash);
/* See to it that one more removal can be undone. => 0 or -ENOMEM. */
int store_reserve(struct set_store *s);
void store_remove(struct set_store *s, uint32_t ref);
void store_restore(struct set_store *s, uint32_t ref);
/* A batch is over. */
void store_settle(struct set_store *s);

/* What a packet with this key finds.  => 0: nothing. */
uint32_t store_lookup(const struct set_store *s, const uint32_t *key,
		      uint64_t now_ms);
/* What has this key.  => 0: nothing. */
uint32_t store_find(const struct set_store *s, const uint32_t *key,
		    uint8_t flags, uint64_t now_ms);
/* What a request to delete this key means.  => 0: nothing. */
uint32_t store_pick(struct set_store *s, const uint32_t *key, uint8_t flags,
		    uint64_t now_ms);
/* What a request to show this key means: of intervals, the start or, with
 * ELEM_END, the end of the one it is in. => 0: nothing. */
uint32_t store_get(const struct set_store *s, const uint32_t *key,
		   uint8_t flags, uint64_t now_ms);
/* The next that is found, in order of index, after 'ref' (0: the first).
 * => 0: no more. */
uint32_t store_next(const struct set_store *s, uint32_t ref);

/* The end that belongs to the start 'ref' of an interval. => 0: none. */
uint32_t store_interval_end(const struct set_store *s, uint32_t ref);

/* Times.  Set before store_insert(); afterwards by store_renew(). */
void store_renew(struct set_store *s, uint32_t ref, uint64_t timeout_ms,
		 uint64_t deadline_ms);
/* Remove the next element whose time has come, and tell it: the caller frees
 * it.  Looks at no more than '*budget' (counted down), NULL: no limit.
 * => 0: none is left, or the budget is. */
uint32_t store_expire(struct set_store *s, uint64_t now_ms, uint32_t *budget);

size_t store_bytes(const struct set_store *s);

static inline struct elem *
store_at(const struct set_store *s, uint32_t ref)
{
	return slab_at(&s->elems, ref);
}

static inline void *
elem_data(const struct set_store *s, const struct elem *e)
{
	return (char *)(uintptr_t)e + s->data_at;
}

static inline struct elem_time *
elem_time(const struct set_store *s, const struct elem *e)
{
	return (void *)((char *)(uintptr_t)e + s->time_at);
}

static inline void **
elem_object(const struct set_store *s, const struct elem *e)
{
	return (void *)((char *)(uintptr_t)e + s->object_at);
}

static inline const void *
elem_end(const struct set_store *s, const struct elem *e)
{
	return (const char *)e + s->end_at;
}

static inline bool
elem_is_expired(const struct set_store *s, const struct elem *e,
		uint64_t now_ms)
{
	const struct elem_time *time;

	if (__builtin_expect(!s->time_at, 1))
		return false;
	time = elem_time(s, e);
	return time->timeout_ms && now_ms >= time->deadline_ms;
}

/* The n-th four bytes of a key of 'len', as they lie in memory; zero where
 * the key has ended. */
static inline uint32_t
key_word(const void *key, unsigned n, unsigned len)
{
	uint32_t v;

	if (n * 4 >= len)
		return 0;
	memcpy(&v, (const char *)key + n * 4, 4);
	if (n * 4 + 4 > len)	/* of a register, the rest of its last word */
		v &= htobe32(~(uint32_t)0 << (32 - 8 * (len % 4)));
	return v;
}

/* A register key as words of 64 bits, padded with zeros.  Not by memcpy():
 * reading at once what was written in pieces would wait for everything that
 * is under way, the last packet's look-up too. */
static inline void
key_load(uint64_t *out, const void *key, unsigned len)
{
	for (unsigned i = 0; i * 8 < len; i++) {
		uint64_t first = key_word(key, i * 2, len);
		uint64_t second = key_word(key, i * 2 + 1, len);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		out[i] = first | second << 32;
#else
		out[i] = first << 32 | second;
#endif
	}
}

static inline bool
key_is_equal(const uint64_t *a, const uint64_t *b, unsigned words)
{
	for (unsigned i = 0; i < words; i++) {
		if (a[i] != b[i])
			return false;
	}
	return true;
}

/* The three ways (set_hash.c, set_interval.c, set_concat.c); the functions
 * above choose among them. */
int hash_insert(struct set_store *s, uint32_t ref, uint32_t *clash);
void hash_remove(struct set_store *s, uint32_t ref);
void hash_restore(struct set_store *s, uint32_t ref);
uint32_t hash_lookup(const struct set_store *s, const uint32_t *key);

void interval_init(struct set_store *s);
int interval_insert(struct set_store *s, uint32_t ref, uint32_t *clash);
int interval_reserve(struct set_store *s);
void interval_remove(struct set_store *s, uint32_t ref);
void interval_restore(struct set_store *s, uint32_t ref);
uint32_t interval_lookup(const struct set_store *s, const uint32_t *key);
uint32_t interval_find(const struct set_store *s, const uint32_t *key,
		       uint8_t flags);
uint32_t interval_pick(struct set_store *s, const uint32_t *key,
		       uint8_t flags);
uint32_t interval_get(const struct set_store *s, const uint32_t *key,
		      uint8_t flags, uint64_t now_ms);

int concat_init(struct set_store *s);
void concat_fini(struct set_store *s);
int concat_insert(struct set_store *s, uint32_t ref, uint32_t *clash,
		  uint64_t now_ms);
void concat_remove(struct set_store *s, uint32_t ref);
void concat_restore(struct set_store *s, uint32_t ref);
void concat_forget(struct set_store *s, uint32_t ref);
void concat_settle(struct set_store *s);
uint32_t concat_lookup(const struct set_store *s, const uint32_t *key,
		       uint64_t now_ms);
size_t concat_bytes(const struct set_store *s);

#endif
