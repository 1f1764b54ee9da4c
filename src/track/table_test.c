/* SPDX-License-Identifier: BSD-2-Clause
 * track/table_test.c - the hash table against a plain list; how it grows;
 * and what somebody who aims at it can do. */
#include "track/table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/testrandom.h"
#include "track/tuple.h"

struct entry {
	uint32_t hash;
	uint32_t ref;
};

static bool
is_found(const struct table *table, uint32_t hash, uint32_t ref)
{
	const struct bucket *b = table_bucket(table, hash);

	for (; b; b = table_more(table, b)) {
		unsigned m = table_match(b, hash);

		for (; m; m &= m - 1) {
			if (b->ref[__builtin_ctz(m)] == ref)
				return true;
		}
	}
	return false;
}

/* Every bucket: dense, of its own hashes only, nothing counted twice.
 * => The buckets of the longest chain. */
static unsigned
check_shape(const struct table *table)
{
	unsigned longest = 0, overflow = 0;
	uint64_t entries = 0;

	assert_true((table->mask & (table->mask + 1)) == 0);
	assert_true(table->count - 1 <= table->mask &&
		    table->count > table->mask >> 1);
	for (uint32_t i = 0; i < table->count; i++) {
		const struct bucket *b = region_at(&table->buckets, i);
		unsigned chain = 0;

		for (; b; b = table_more(table, b)) {
			bool ended = false;

			chain++;
			for (unsigned n = 0; n < BUCKET_SLOTS; n++) {
				if (!b->ref[n]) {
					assert_int_equal(b->hash[n], 0);
					ended = true;
					continue;
				}
				assert_false(ended);
				assert_ptr_equal(table_bucket(table,
							      b->hash[n]),
						 region_at(&table->buckets,
							   i));
				entries++;
			}
			if (b->more)
				assert_false(ended);
			assert_true(chain == 1 || b->ref[0]);
		}
		overflow += chain - 1;
		if (chain > longest)
			longest = chain;
	}
	assert_true(entries == table->entries);
	assert_int_equal(overflow, table->overflow.count);
	return longest;
}

/* Hashes of many kinds: random, of few values, with few bits, zero. */
static uint32_t
some_hash(struct testrandom *r, unsigned kind)
{
	uint32_t h = (uint32_t)testrandom_next(r);

	switch (kind) {
	case 0: return h;
	case 1: return h % 50;
	case 2: return h & 0xffff0000;
	case 3: return h & 0x1000f;
	default: return 0;
	}
}

static void
agrees_with_a_list(void **state)
{
	enum { MOST = 3000, STEPS = 40000 };
	struct entry *list = malloc(MOST * sizeof(*list));
	struct testrandom r = { 1 };

	(void)state;
	for (unsigned kind = 0; kind < 5; kind++) {
		/* The plain list costs as much as its chains are long. */
		unsigned most = kind == 0 ? MOST : 600;
		uint32_t next = 1, count = 0;
		struct table table;

		assert_int_equal(table_init(&table, 2 * MOST), 0);
		for (unsigned step = 0; step < STEPS; step++) {
			bool grows = step / 8000 % 2 == 0;
			struct entry *e;

			if (count < most && testrandom_below(&r, 100) <
			    (grows ? 70u : 30u)) {
				e = &list[count++];
				e->hash = some_hash(&r, kind);
				e->ref = next++;
				assert_int_equal(table_insert(&table, e->hash,
							      e->ref), 0);
				continue;
			}
			if (!count)
				continue;
			e = &list[testrandom_below(&r, count)];
			assert_true(is_found(&table, e->hash, e->ref));
			table_remove(&table, e->hash, e->ref);
			assert_false(is_found(&table, e->hash, e->ref));
			*e = list[--count];
			if (step % 2000 != 0)
				continue;
			check_shape(&table);
			for (uint32_t i = 0; i < count; i++)
				assert_true(is_found(&table, list[i].hash,
						     list[i].ref));
		}
		while (count) {
			count--;
			table_remove(&table, list[count].hash,
				     list[count].ref);
		}
		check_shape(&table);
		assert_int_equal(table.entries, 0);
		assert_int_equal(table.overflow.count, 0);
		table_fini(&table);
	}
	free(list);
}

/* One bucket at a time, each insertion paying for no more than two. */
static void
grows_smoothly(void **state)
{
	enum { COUNT = 200000 };
	struct testrandom r = { 2 };
	struct table table;

	(void)state;
	assert_int_equal(table_init(&table, COUNT), 0);
	for (uint32_t ref = 1; ref <= COUNT; ref++) {
		uint32_t before = table.count;

		assert_int_equal(table_insert(&table, (uint32_t)
					      testrandom_next(&r), ref), 0);
		assert_in_range(table.count - before, 0, 2);
	}
	/* Not more than so full, and not much emptier. */
	assert_in_range(table.count, COUNT / 4, COUNT / 3);
	assert_in_range(check_shape(&table), 1, 4);
	/* Few look-ups read a second line. */
	assert_in_range(table.overflow.count, 0, table.count / 10);
	table_fini(&table);
}

static void
a_full_table_changes_nothing(void **state)
{
	enum { MOST = 400 };
	struct table table;
	uint32_t ref = 1;

	(void)state;
	assert_int_equal(table_init(&table, MOST), 0);
	/* All of one hash: every one of them needs its overflow bucket. */
	while (table_insert(&table, 7, ref) == 0) {
		ref++;
		assert_in_range(ref, 1, 10 * MOST);
	}
	assert_in_range(ref, MOST, 10 * MOST);
	assert_int_equal(table.entries, ref - 1);
	check_shape(&table);
	for (uint32_t i = 1; i < ref; i++)
		assert_true(is_found(&table, 7, i));
	assert_false(is_found(&table, 7, ref));
	table_remove(&table, 7, 1);
	for (uint32_t i = 2; i < ref; i++)
		assert_true(is_found(&table, 7, i));
	while (--ref > 1)
		table_remove(&table, 7, ref);
	check_shape(&table);
	table_fini(&table);
}

/* Aim: tuples that share a bucket, found by trying, under a key that is
 * known.  Under another they are spread like any. */
enum { AIMED = 1000, SHARED_BITS = 8 };

static struct key
some_key(struct testrandom *r)
{
	struct key k = { .s.addr = testrandom_next(r) };

	k.s.meta = key_meta((uint32_t)testrandom_next(r), 6, 0,
			    testrandom_next(r) & 1);
	if (key_is_ipv6(&k.s)) {
		k.s.addr = 0;
		for (unsigned i = 0; i < 4; i++)
			k.addr6.word[i] = testrandom_next(r);
	}
	return k;
}

static unsigned
longest_chain(const struct key *keys, unsigned count,
	      const struct hash_key *secret)
{
	struct table table;
	unsigned longest;

	assert_int_equal(table_init(&table, 100000), 0);
	/* Among as many others, so that there are buckets to miss. */
	for (uint32_t i = 0; i < count; i++) {
		uint32_t hash = (uint32_t)key_hash(secret, &keys[i]);

		assert_int_equal(table_insert(&table, hash, i + 1), 0);
	}
	longest = check_shape(&table);
	table_fini(&table);
	return longest;
}

static void
an_aim_misses_under_another_key(void **state)
{
	const struct hash_key known = { { 1, 2 } };
	struct key *keys = malloc(AIMED * sizeof(*keys));
	struct testrandom r = { 3 };
	unsigned count = 0;

	(void)state;
	while (count < AIMED) {
		keys[count] = some_key(&r);
		if ((key_hash(&known, &keys[count]) &
		     ((1u << SHARED_BITS) - 1)) == 0)
			count++;
	}
	/* 256 or so buckets: all in a few of them. */
	assert_in_range(longest_chain(keys, AIMED, &known), 40, AIMED);
	for (unsigned i = 0; i < 20; i++) {
		struct hash_key other = {
			{ testrandom_next(&r), testrandom_next(&r) },
		};

		assert_in_range(longest_chain(keys, AIMED, &other), 1, 4);
		/* One half of the key is as good as the whole. */
		other = known;
		other.k[i & 1] ^= 1ull << 3 * i;
		assert_in_range(longest_chain(keys, AIMED, &other), 1, 4);
	}
	free(keys);
}

/* Tuples that differ as a scan's do: by one port, by one address. */
static void
neighbours_are_spread(void **state)
{
	enum { COUNT = 60000 };
	const struct hash_key secret = { { 5, 6 } };
	struct key *keys = calloc(COUNT, sizeof(*keys));

	(void)state;
	for (unsigned kind = 0; kind < 4; kind++) {
		for (uint32_t i = 0; i < COUNT; i++) {
			uint32_t port = kind == 0 ? i : kind == 1 ? i << 16 :
					0x50001234;

			keys[i].s.addr = 0x0100000a0200000aull +
				(kind == 2 ? (uint64_t)i << 32 : 0);
			keys[i].s.meta = key_meta(port, 6, kind == 3 ?
						  (uint16_t)i : 0, false);
		}
		assert_in_range(longest_chain(keys, COUNT, &secret), 1, 4);
	}
	free(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_list),
		cmocka_unit_test(grows_smoothly),
		cmocka_unit_test(a_full_table_changes_nothing),
		cmocka_unit_test(an_aim_misses_under_another_key),
		cmocka_unit_test(neighbours_are_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
