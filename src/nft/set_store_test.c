/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_store_test.c - the three stores against a list that is looked
 * through: random elements, batches that are undone, times that pass. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/testrandom.h"
#include "nft/set_store.h"

enum { MOST = 600, KEY_WORDS = 16 };

/* What the list knows of an element. */
struct entry {
	uint32_t ref;
	uint32_t key[KEY_WORDS];
	uint32_t end[KEY_WORDS];
	uint8_t flags;
	uint64_t timeout;
	uint64_t deadline;
	uint64_t serial;
};

struct model {
	struct set_store s;
	struct testrandom r;
	struct entry e[MOST];
	unsigned count;
	uint64_t serial;
	uint64_t now;
	uint32_t start;		/* that was there when it was added again */
	uint32_t spread;	/* how many values a field has */
	unsigned words;
	unsigned hits;		/* that tests do not pass for want of luck */
};

static void
put_be(uint32_t *out, uint32_t value)
{
	uint8_t b[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
			 (uint8_t)(value >> 8), (uint8_t)value };

	memcpy(out, b, 4);
}

/* Only the last byte that counts of each word varies, or few bits at the
 * top: both make neighbours and equals. */
static void
random_key(struct model *m, uint32_t *key)
{
	unsigned len = m->s.set.key_len, left = len % 4;

	memset(key, 0, KEY_WORDS * sizeof(*key));
	for (unsigned w = 0; w < m->words; w++) {
		unsigned shift = w == m->words - 1 && left ? 32 - 8 * left : 0;
		uint32_t v = testrandom_below(&m->r, m->spread);

		if (w != m->words - 1 && m->s.set.kind != STORE_CONCAT)
			v = w ? 7 : testrandom_below(&m->r, 2);
		put_be(&key[w], v << shift);
	}
}

static bool
is_live(const struct model *m, const struct entry *e)
{
	return !e->timeout || m->now < e->deadline;
}

static bool
is_in_box(const struct model *m, const struct entry *e, const uint32_t *key)
{
	unsigned at = 0;

	for (unsigned f = 0; f < m->s.set.fields; f++) {
		unsigned len = m->s.set.field_len[f];

		if (memcmp(key + at, e->key + at, len) < 0 ||
		    memcmp(key + at, e->end + at, len) > 0)
			return false;
		at += (len + 3) / 4;
	}
	return true;
}

static int
compare(const struct model *m, const struct entry *a, const uint32_t *key,
	uint8_t flags)
{
	int d = memcmp(a->key, key, m->s.set.key_len);

	if (d)
		return d;
	return !(a->flags & ELEM_END) - !(flags & ELEM_END);
}

/* The element next to a point, below (or at) it or above it. */
static const struct entry *
neighbour(const struct model *m, const uint32_t *key, uint8_t flags,
	  bool below)
{
	const struct entry *best = NULL;

	for (unsigned i = 0; i < m->count; i++) {
		const struct entry *e = &m->e[i];
		int d = compare(m, e, key, flags);

		if (below ? d > 0 : d <= 0)
			continue;
		if (!best || (compare(m, e, best->key, best->flags) > 0) ==
			     below)
			best = e;
	}
	return best;
}

static const struct entry *
model_lookup(const struct model *m, const uint32_t *key)
{
	const struct entry *best = NULL;

	if (m->s.set.kind == STORE_INTERVAL) {
		best = neighbour(m, key, 0, true);
		return best && !(best->flags & ELEM_END) && is_live(m, best) ?
		       best : NULL;
	}
	for (unsigned i = 0; i < m->count; i++) {
		const struct entry *e = &m->e[i];

		if (!is_live(m, e))
			continue;
		if (m->s.set.kind == STORE_HASH ?
		    !memcmp(e->key, key, m->s.set.key_len) :
		    is_in_box(m, e, key) &&
		    (!best || e->serial < best->serial))
			best = e;
	}
	return best;
}

/* An end that is there already: a null one, of the start named before it,
 * or of another's. */
static int
model_end(struct model *m, const struct entry *end)
{
	static const uint32_t zero[KEY_WORDS];
	const struct entry *before = NULL;
	uint32_t start = m->start;

	if (!memcmp(end->key, zero, sizeof(zero)))
		return -ECANCELED;
	m->start = 0;
	for (unsigned i = 0; i < m->count; i++) {
		const struct entry *e = &m->e[i];

		if (compare(m, e, end->key, end->flags) < 0 &&
		    (!before || compare(m, e, before->key, before->flags) > 0))
			before = e;
	}
	return start && (!before || before->ref != start) ? -ENOTEMPTY :
	       -EEXIST;
}

static int
model_clash(struct model *m, const struct entry *new)
{
	static const uint32_t zero[KEY_WORDS];
	const struct entry *b, *a;

	switch (m->s.set.kind) {
	case STORE_HASH:
		return model_lookup(m, new->key) ? -EEXIST : 0;
	case STORE_CONCAT:
		b = model_lookup(m, new->key);
		if (b)
			return memcmp(b->key, new->key, 64) ||
			       memcmp(b->end, new->end, 64) ? -ENOTEMPTY :
			       -EEXIST;
		return model_lookup(m, new->end) ? -ENOTEMPTY : 0;
	case STORE_INTERVAL:
		b = neighbour(m, new->key, new->flags, true);
		a = neighbour(m, new->key, new->flags, false);
		if (!(new->flags & ELEM_END) ||
		    !memcmp(new->key, zero, sizeof(zero)))
			m->start = 0;
		if (b && !compare(m, b, new->key, new->flags)) {
			if (new->flags & ELEM_END)
				return model_end(m, b);
			m->start = b->ref;
			return -EEXIST;
		}
		if (!(new->flags & ELEM_END))
			return b && !(b->flags & ELEM_END) ? -ENOTEMPTY : 0;
		return (b && b->flags & ELEM_END) ||
		       (a && a->flags & ELEM_END) ? -ENOTEMPTY : 0;
	}
	return 0;
}

static void
add(struct model *m)
{
	struct entry new = { .serial = ++m->serial }, *e = &new;
	struct set_store *s = &m->s;
	uint32_t clash;
	int want, err;

	random_key(m, e->key);
	memcpy(e->end, e->key, sizeof(e->end));
	if (s->set.kind == STORE_CONCAT) {
		for (unsigned w = 0; w < m->words; w++) {
			uint32_t v = __builtin_bswap32(e->key[w]);

			v += testrandom_below(&m->r, 3);
			put_be(&e->end[w], v);
		}
	}
	if (s->set.kind == STORE_INTERVAL && testrandom_below(&m->r, 2))
		e->flags = ELEM_END;
	if (s->set.has_timeout && !(e->flags & ELEM_END) &&
	    testrandom_below(&m->r, 2)) {
		e->timeout = 1 + testrandom_below(&m->r, 50);
		e->deadline = m->now + e->timeout;
	}
	want = model_clash(m, e);
	e->ref = store_new(s, e->key,
			   s->set.kind == STORE_CONCAT ? e->end : NULL,
			   e->flags);
	assert_int_not_equal(e->ref, 0);
	if (s->set.has_timeout)
		store_renew(s, e->ref, e->timeout, e->deadline);
	err = store_insert(s, e->ref, &clash);
	assert_int_equal(err, want);
	if (err) {
		if (err != -ECANCELED)
			assert_int_not_equal(clash, 0);
		store_free(s, e->ref);
		return;
	}
	m->e[m->count++] = *e;
}

static void
look(struct model *m)
{
	for (unsigned i = 0; i < 8; i++) {
		uint32_t key[KEY_WORDS];
		const struct entry *e;

		random_key(m, key);
		e = model_lookup(m, key);
		assert_int_equal(store_lookup(&m->s, key, m->now),
				 e ? e->ref : 0);
		m->hits += e != NULL;
	}
	assert_int_equal(m->s.count, m->count);
}

/* Whatever has a place is found by it, and in the walk. */
static void
look_at_all(struct model *m)
{
	uint32_t ref = 0, seen = 0;

	for (unsigned i = 0; i < m->count; i++) {
		const struct entry *e = &m->e[i];
		uint32_t found = store_find(&m->s, e->key, e->flags, m->now);

		if (m->s.set.kind != STORE_CONCAT)
			assert_int_equal(found, e->ref);
	}
	while ((ref = store_next(&m->s, ref)) != 0)
		seen++;
	assert_int_equal(seen, m->count);
}

static void
forget(struct model *m, uint32_t ref)
{
	unsigned i = 0;

	while (i < m->count && m->e[i].ref != ref)
		i++;
	assert_int_not_equal(i, m->count);
	m->e[i] = m->e[--m->count];
}

/* Time passes: what is due goes, and with an interval's start its end. */
static void
pass_time(struct model *m)
{
	uint32_t ref;

	m->now += testrandom_below(&m->r, 20);
	look(m);
	while ((ref = store_expire(&m->s, m->now, NULL)) != 0) {
		uint32_t end = 0;

		for (unsigned i = 0; i < m->count; i++) {
			if (m->e[i].ref == ref)
				assert_false(is_live(m, &m->e[i]));
		}
		if (m->s.set.kind == STORE_INTERVAL)
			end = store_interval_end(&m->s, ref);
		forget(m, ref);
		store_free(&m->s, ref);
		if (end) {
			store_remove(&m->s, end);
			store_free(&m->s, end);
			forget(m, end);
		}
	}
	for (unsigned i = 0; i < m->count; i++)
		assert_true(is_live(m, &m->e[i]));
}

/* Some steps, then all of them undone in reverse, or made final. */
static void
batch(struct model *m)
{
	struct { struct entry e; bool is_new; } log[64];
	struct model was = *m;
	unsigned n = testrandom_below(&m->r, 64);
	bool is_aborted = testrandom_below(&m->r, 2);

	for (unsigned i = 0; i < n; i++) {
		unsigned before = m->count, k;

		if (before && (before > MOST / 2 || m->words % 3 == 0 ?
			       testrandom_below(&m->r, 3) :
			       !testrandom_below(&m->r, 3))) {
			k = testrandom_below(&m->r, before);
			assert_int_equal(store_reserve(&m->s), 0);
			store_remove(&m->s, m->e[k].ref);
			log[i].e = m->e[k];
			log[i].is_new = false;
			m->e[k] = m->e[--m->count];
			continue;
		}
		log[i].e.ref = 0;
		if (before < MOST)
			add(m);
		if (m->count > before) {
			log[i].e = m->e[before];
			log[i].is_new = true;
		}
	}
	look(m);
	while (is_aborted && n--) {
		uint32_t ref = log[n].e.ref;

		if (!ref)
			continue;
		if (log[n].is_new)
			store_remove(&m->s, ref);
		else
			store_restore(&m->s, ref);
	}
	if (is_aborted) {
		memcpy(m->e, was.e, sizeof(m->e));
		m->count = was.count;
	}
	/* Release: what is in neither state any more. */
	for (uint32_t ref = 1; ref <= m->s.elems.used; ref++) {
		const struct elem *e = store_at(&m->s, ref);

		if (e->flags & ELEM_USED && !(e->flags & ELEM_IN))
			store_free(&m->s, ref);
	}
	store_settle(&m->s);
	m->start = 0;
}

static void
run(const struct store_config *config, uint32_t spread, unsigned rounds)
{
	struct model *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->r.state = 5 + config->key_len;
	m->spread = spread;
	m->words = (config->key_len + 3u) / 4;
	m->now = config->now_ms;
	assert_int_equal(store_init(&m->s, config), 0);
	for (unsigned i = 0; i < rounds; i++) {
		switch (testrandom_below(&m->r, 8)) {
		case 0:
			batch(m);
			break;
		case 1:
			if (config->has_timeout)
				pass_time(m);
			break;
		case 2:
			look_at_all(m);
			break;
		case 3: case 4: case 5:
			if (m->count < MOST)
				add(m);
			break;
		default:
			look(m);
		}
	}
	assert_in_range(m->hits, rounds / 50, ~0u);
	assert_int_not_equal(store_bytes(&m->s), 0);
	store_fini(&m->s);
	free(m);
}

#define NOW 1000000

static void
hash_is_as_a_list(void **state)
{
	static const uint8_t lens[] = { 1, 2, 4, 6, 8, 12, 16, 64 };

	(void)state;
	for (unsigned i = 0; i < sizeof(lens); i++) {
		struct store_config c = { .kind = STORE_HASH,
			.key_len = lens[i], .now_ms = NOW };

		run(&c, 200, 1500);
		run(&c, 6, 600);
		c.has_timeout = true;
		c.data_len = 16;
		run(&c, 200, 1500);
	}
}

static void
interval_is_as_a_list(void **state)
{
	static const uint8_t lens[] = { 2, 4, 6, 8, 16, 64 };

	(void)state;
	for (unsigned i = 0; i < sizeof(lens); i++) {
		struct store_config c = { .kind = STORE_INTERVAL,
			.key_len = lens[i], .now_ms = NOW };

		run(&c, 1000, 2000);
		run(&c, 40, 1000);
		c.has_timeout = true;
		run(&c, 1000, 2000);
	}
}

static void
concat_is_as_a_list(void **state)
{
	static const struct {
		uint8_t len, fields, field[4];
		uint32_t spread;
	} kinds[] = {
		{ 8, 2, { 4, 2 }, 60 },
		{ 8, 2, { 4, 4 }, 60 },
		{ 16, 4, { 4, 2, 1, 4 }, 12 },
		{ 24, 3, { 16, 4, 4 }, 6 },
		{ 12, 2, { 6, 4 }, 30 },
		{ 4, 1, { 4 }, 2000 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct store_config c = { .kind = STORE_CONCAT,
			.key_len = kinds[i].len, .fields = kinds[i].fields,
			.now_ms = NOW };

		memcpy(c.field_len, kinds[i].field, 4);
		run(&c, kinds[i].spread, 2000);
		c.has_timeout = true;
		run(&c, kinds[i].spread, 2000);
	}
}

static void
concat_fields_make_a_key(void **state)
{
	struct store_config c = { .kind = STORE_CONCAT, .key_len = 8,
		.fields = 2, .field_len = { 4, 4 } };
	struct set_store s;

	(void)state;
	assert_int_equal(store_init(&s, &c), 0);
	store_fini(&s);
	c.field_len[1] = 5;
	assert_int_equal(store_init(&s, &c), -EINVAL);
	c.field_len[1] = 0;
	assert_int_equal(store_init(&s, &c), -EINVAL);
	c.field_len[1] = 64;
	assert_int_equal(store_init(&s, &c), -EINVAL);
}

/* In order, the tree fills its leaves. */
static void
interval_is_dense_in_order(void **state)
{
	struct store_config c = { .kind = STORE_INTERVAL, .key_len = 4 };
	struct set_store s;

	(void)state;
	assert_int_equal(store_init(&s, &c), 0);
	for (uint32_t i = 1; i <= 20000; i++) {
		uint32_t key, ref, clash;

		put_be(&key, i);
		ref = store_new(&s, &key, NULL, i % 2 ? 0 : ELEM_END);
		assert_int_equal(store_insert(&s, ref, &clash), 0);
	}
	assert_in_range(s.interval.nodes.count, 1, 20000 / 31 + 30);
	assert_int_equal(s.interval.depth, 3);
	for (uint32_t ref = 1; ref <= 20000; ref++)
		store_remove(&s, ref);
	assert_int_equal(s.interval.nodes.count, 0);
	assert_int_equal(s.interval.root, 0);
	store_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_is_as_a_list),
		cmocka_unit_test(interval_is_as_a_list),
		cmocka_unit_test(concat_is_as_a_list),
		cmocka_unit_test(concat_fields_make_a_key),
		cmocka_unit_test(interval_is_dense_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
