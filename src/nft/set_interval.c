/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_interval.c - intervals: their starts and ends, in order.
 *
 * On the wire an interval is two elements, its start and the first key
 * behind it, marked as an end; an interval up to the last key has no end.
 * Both are kept as points in a B-tree, and a look-up asks for the last point
 * not above the key: a start holds it, an end does not.
 *
 * A point's place is given by its key's bytes and one more: 0 for an end, 1
 * for a start, so that where one interval ends and the next begins, the
 * start is the later one.  These bytes are kept in the nodes as words of 64
 * bits that compare as numbers.
 *
 *	node	| count | previous | next | keys ... | references ... |
 *
 * A node's keys are its children's first ones, or lower; its leaves are
 * linked both ways.  Leaves that become empty go at once, neighbours that
 * have become sparse are put together, and nothing is ever rebuilt.
 *
 * Overlaps are refused as Linux's nft_set_rbtree does, by the kinds of the
 * two neighbours of a new point. */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "nft/set_store.h"

enum {
	SLOTS	= 32,
	SPARSE	= 16,		/* two neighbours with no more become one */
	WORDS_MAX = STORE_WORDS + 1,
	KIND_END = 0,
	KIND_START = 1,
};

struct node {
	uint32_t count;
	uint32_t prev;		/* leaves */
	uint32_t next;
	uint32_t unused;
	uint64_t key[];		/* SLOTS * words, then SLOTS references */
};

/* Where a point is, or would be: before slot 'at' of the leaf. */
struct place {
	uint32_t leaf;
	uint32_t at;
};

/* The way to a leaf: its ancestors and which child was taken. */
struct way {
	uint32_t node[STORE_DEPTH];
	uint32_t at[STORE_DEPTH];
};

static struct node *
node_at(const struct set_store *s, uint32_t index)
{
	return slab_at(&s->interval.nodes, index);
}

static uint32_t *
node_refs(const struct set_store *s, const struct node *n)
{
	return (void *)((char *)(uintptr_t)n + s->interval.slots_at);
}

static uint64_t *
node_key(const struct set_store *s, const struct node *n, uint32_t slot)
{
	return (uint64_t *)(uintptr_t)n->key + (size_t)slot * s->interval.words;
}

void
interval_init(struct set_store *s)
{
	struct store_interval *t = &s->interval;

	t->words = (uint8_t)(s->set.key_len / 8 + 1);
	t->slots_at = (uint32_t)(sizeof(struct node) +
				 (size_t)SLOTS * t->words * 8);
	slab_init(&t->nodes, t->slots_at + SLOTS * sizeof(uint32_t));
}

/* A key's place in order. */
static void
order_of(const struct set_store *s, const void *key, uint8_t kind,
	 uint64_t *out)
{
	unsigned words = s->interval.words, len = s->set.key_len;

	for (unsigned i = 0; i < words; i++)
		out[i] = (uint64_t)be32toh(key_word(key, i * 2, len)) << 32 |
			 be32toh(key_word(key, i * 2 + 1, len));
	out[words - 1] |= (uint64_t)kind << (56 - len % 8 * 8);
}

static void
order_of_elem(const struct set_store *s, uint32_t ref, uint64_t *out)
{
	const struct elem *e = store_at(s, ref);

	order_of(s, e->key, e->flags & ELEM_END ? KIND_END : KIND_START, out);
}

static bool
is_above(const uint64_t *a, const uint64_t *b, unsigned words)
{
	for (unsigned i = 0; i < words; i++) {
		if (a[i] != b[i])
			return a[i] > b[i];
	}
	return false;
}

/* How many of the node's keys are not above 'key'. */
static uint32_t
count_to(const struct set_store *s, const struct node *n, const uint64_t *key)
{
	uint32_t low = 0, len = n->count;

	if (s->interval.words == 1) {	/* no branch to be mispredicted */
		while (len) {
			uint32_t half = (len + 1) / 2;

			low += n->key[low + half - 1] <= key[0] ? half : 0;
			len -= half;
		}
		return low;
	}
	while (len) {
		uint32_t half = len / 2;

		if (is_above(node_key(s, n, low + half), key,
			     s->interval.words)) {
			len = half;
		} else {
			low += half + 1;
			len -= half + 1;
		}
	}
	return low;
}

/* The leaf for 'key', and how many of its points are not above it. */
static struct place
descend(const struct set_store *s, const uint64_t *key, struct way *way)
{
	uint32_t index = s->interval.root;
	struct node *n = node_at(s, index);
	uint32_t at;

	for (unsigned level = s->interval.depth - 1; level; level--) {
		at = count_to(s, n, key);
		at -= at > 0;
		if (way) {
			way->node[level] = index;
			way->at[level] = at;
		}
		index = node_refs(s, n)[at];
		n = node_at(s, index);
	}
	at = count_to(s, n, key);
	if (way) {
		way->node[0] = index;
		way->at[0] = at;
	}
	return (struct place){ index, at };
}

/* The point before a place. => 0: none. */
static uint32_t
point_before(const struct set_store *s, struct place p)
{
	const struct node *n = node_at(s, p.leaf);

	if (p.at)
		return node_refs(s, n)[p.at - 1];
	if (!n->prev)
		return 0;
	n = node_at(s, n->prev);
	return node_refs(s, n)[n->count - 1];
}

static uint32_t
point_after(const struct set_store *s, struct place p)
{
	const struct node *n = node_at(s, p.leaf);

	if (p.at < n->count)
		return node_refs(s, n)[p.at];
	return n->next ? node_refs(s, node_at(s, n->next))[0] : 0;
}

static bool
is_end(const struct set_store *s, uint32_t ref)
{
	return store_at(s, ref)->flags & ELEM_END;
}

static bool
has_key(const struct set_store *s, uint32_t ref, const uint64_t *key)
{
	return key_is_equal(store_at(s, ref)->key, key, s->words);
}

/* Looking up. */

uint32_t
interval_lookup(const struct set_store *s, const uint32_t *key)
{
	uint64_t order[WORDS_MAX];
	uint32_t ref;

	if (!s->interval.root)
		return 0;
	order_of(s, key, KIND_START, order);
	ref = point_before(s, descend(s, order, NULL));
	return ref && !is_end(s, ref) ? ref : 0;
}

uint32_t
interval_find(const struct set_store *s, const uint32_t *key, uint8_t flags)
{
	uint64_t order[WORDS_MAX], words[STORE_WORDS];
	uint32_t ref;

	if (!s->interval.root)
		return 0;
	order_of(s, key, flags & ELEM_END ? KIND_END : KIND_START, order);
	ref = point_before(s, descend(s, order, NULL));
	key_load(words, key, s->set.key_len);
	return ref && has_key(s, ref, words) &&
	       is_end(s, ref) == (bool)(flags & ELEM_END) ? ref : 0;
}

/* The end of the interval that a key is in is the first end not below it:
 * who asks for [from, to] gives the key behind 'to'. */
uint32_t
interval_get(const struct set_store *s, const uint32_t *key, uint8_t flags,
	     uint64_t now_ms)
{
	uint64_t order[WORDS_MAX];
	struct place p;
	uint32_t ref;

	if (!s->interval.root)
		return 0;
	if (!(flags & ELEM_END)) {
		ref = interval_lookup(s, key);
	} else {
		ref = interval_find(s, key, flags);
		if (ref)
			return ref;
		order_of(s, key, KIND_START, order);
		p = descend(s, order, NULL);
		ref = point_after(s, p);
		ref = ref && is_end(s, ref) ? ref : 0;
	}
	return ref && !elem_is_expired(s, store_at(s, ref), now_ms) ? ref : 0;
}

uint32_t
store_interval_end(const struct set_store *s, uint32_t ref)
{
	uint64_t order[WORDS_MAX];
	uint32_t end;

	if (!s->interval.root)
		return 0;
	order_of_elem(s, ref, order);
	end = point_after(s, descend(s, order, NULL));
	return end && is_end(s, end) ? end : 0;
}

/* Inserting. */

static void
slot_put(struct set_store *s, struct node *n, uint32_t at,
	 const uint64_t *key, uint32_t ref)
{
	uint32_t *refs = node_refs(s, n);
	size_t word = s->interval.words * sizeof(uint64_t);

	memmove(node_key(s, n, at + 1), node_key(s, n, at),
		(n->count - at) * word);
	memmove(refs + at + 1, refs + at, (n->count - at) * sizeof(*refs));
	memcpy(node_key(s, n, at), key, word);
	refs[at] = ref;
	n->count++;
}

static void
slots_move(struct set_store *s, struct node *to, struct node *from,
	   uint32_t first)
{
	uint32_t moved = from->count - first;
	size_t word = s->interval.words * sizeof(uint64_t);

	memcpy(node_key(s, to, to->count), node_key(s, from, first),
	       moved * word);
	memcpy(node_refs(s, to) + to->count, node_refs(s, from) + first,
	       moved * sizeof(uint32_t));
	to->count += moved;
	from->count = first;
}

/* Nodes for every full one on the way, and for a new root, before anything
 * is changed. */
static int
take_nodes(struct set_store *s, const struct way *way, uint32_t *nodes,
	   unsigned *count)
{
	struct store_interval *t = &s->interval;
	unsigned need = 0;

	while (need < t->depth &&
	       node_at(s, way->node[need])->count == SLOTS)
		need++;
	need += need == t->depth;
	assert(need < STORE_DEPTH);	/* sixteen children and more a node */
	for (*count = 0; *count < need; ++*count) {
		nodes[*count] = slab_get(&t->nodes);
		if (!nodes[*count])
			goto no_memory;
		memset(node_at(s, nodes[*count]), 0, sizeof(struct node));
	}
	return 0;

no_memory:
	while (*count)
		slab_put(&t->nodes, nodes[--*count]);
	return -ENOMEM;
}

static void
link_leaf(struct set_store *s, uint32_t left, uint32_t right)
{
	struct node *l = node_at(s, left), *r = node_at(s, right);

	r->prev = left;
	r->next = l->next;
	if (l->next)
		node_at(s, l->next)->prev = right;
	l->next = right;
}

/* Split the full node 'left' into itself and 'right' and put the entry where
 * it belongs.  Who adds at the very end will add more there: the left one
 * stays full. */
static void
split(struct set_store *s, uint32_t left, uint32_t right, uint32_t at,
      const uint64_t *key, uint32_t ref, bool is_last)
{
	struct node *l = node_at(s, left), *r = node_at(s, right);
	uint32_t half = is_last && at == SLOTS ? SLOTS : SLOTS / 2;

	slots_move(s, r, l, half);
	if (at > half || half == SLOTS)
		slot_put(s, r, at - half, key, ref);
	else
		slot_put(s, l, at, key, ref);
}

static void
put_along(struct set_store *s, const struct way *way, const uint32_t *nodes,
	  unsigned have, const uint64_t *order, uint32_t ref)
{
	struct store_interval *t = &s->interval;
	uint64_t key[WORDS_MAX];
	bool is_last = true;
	unsigned level;

	for (level = 1; level < t->depth; level++)
		is_last &= way->at[level] + 1 ==
			   node_at(s, way->node[level])->count;
	memcpy(key, order, t->words * sizeof(*key));
	for (level = 0; level < have && level < t->depth; level++) {
		uint32_t left = way->node[level], right = nodes[level];

		split(s, left, right, way->at[level] + (level > 0), key, ref,
		      is_last);
		if (!level)
			link_leaf(s, left, right);
		memcpy(key, node_at(s, right)->key, t->words * sizeof(*key));
		ref = right;
	}
	if (level < t->depth) {
		slot_put(s, node_at(s, way->node[level]),
			 way->at[level] + (level > 0), key, ref);
		return;
	}
	slot_put(s, node_at(s, nodes[level]), 0,
		 node_at(s, t->root)->key, t->root);
	slot_put(s, node_at(s, nodes[level]), 1, key, ref);
	t->root = nodes[level];
	t->depth++;
}

static int
enter(struct set_store *s, const uint64_t *order, uint32_t ref)
{
	struct store_interval *t = &s->interval;
	uint32_t nodes[STORE_DEPTH + 1];
	unsigned have;
	struct way way;

	if (!t->root) {
		t->root = slab_get(&t->nodes);
		if (!t->root)
			return -ENOMEM;
		memset(node_at(s, t->root), 0, sizeof(struct node));
		t->depth = 1;
	}
	descend(s, order, &way);
	if (take_nodes(s, &way, nodes, &have))
		return -ENOMEM;
	put_along(s, &way, nodes, have, order, ref);
	return 0;
}

/* nft says that nothing lies below the first interval by an end at 0. */
static bool
is_null(const struct set_store *s, const struct elem *e)
{
	static const uint64_t zero[STORE_WORDS];

	return e->flags & ELEM_END && key_is_equal(e->key, zero, s->words);
}

/* In an anonymous set the end of an interval may be left out where the next
 * begins; it is not changed once it is used. */
static bool
splits_interval(const struct set_store *s, uint32_t after)
{
	return !s->set.is_anonymous || (after && is_end(s, after));
}

/* An end that is there already must be of the same interval as the start
 * before it in the request, if that was there already. */
static int
meet_end(struct set_store *s, uint32_t ref, struct place p)
{
	struct store_interval *t = &s->interval;
	uint32_t start = t->start;

	if (is_null(s, store_at(s, ref)))
		return -ECANCELED;
	t->start = 0;
	p.at--;				/* it is the point before */
	return start && point_before(s, p) != start ? -ENOTEMPTY : -EEXIST;
}

/* What the neighbours of a new point say.  Points alternate: a start may not
 * follow a start nor an end an end. */
static int
check_overlap(struct set_store *s, const struct elem *e, struct place p,
	      uint32_t *clash)
{
	uint32_t before = point_before(s, p), after = point_after(s, p);
	bool new_is_end = e->flags & ELEM_END;

	*clash = before;
	if (before && has_key(s, before, e->key) &&
	    is_end(s, before) == new_is_end) {
		if (new_is_end)
			return meet_end(s, before, p);
		s->interval.start = before;
		return -EEXIST;
	}
	if (!new_is_end)
		return before && !is_end(s, before) &&
		       splits_interval(s, after) ? -ENOTEMPTY : 0;
	if (before && is_end(s, before))
		return -ENOTEMPTY;
	*clash = after;
	return after && is_end(s, after) ? -ENOTEMPTY : 0;
}

int
interval_insert(struct set_store *s, uint32_t ref, uint32_t *clash)
{
	const struct elem *e = store_at(s, ref);
	uint64_t order[WORDS_MAX];
	int err = 0;

	if (!(e->flags & ELEM_END) || is_null(s, e))
		s->interval.start = 0;
	order_of_elem(s, ref, order);
	if (s->interval.root)
		err = check_overlap(s, e, descend(s, order, NULL), clash);
	return err ? err : enter(s, order, ref);
}

/* An end may be deleted alone, or with its own start, not with another's. */
static bool
is_same_interval(const struct set_store *s, const uint64_t *end_order)
{
	uint64_t start[WORDS_MAX], before[WORDS_MAX];
	struct place p = descend(s, end_order, NULL);
	uint32_t ref;

	p.at--;				/* the end itself is there */
	ref = point_before(s, p);
	order_of_elem(s, s->interval.start, start);
	if (is_above(start, end_order, s->interval.words))
		return false;
	if (!ref)
		return true;
	order_of_elem(s, ref, before);
	return is_above(start, before, s->interval.words);
}

uint32_t
interval_pick(struct set_store *s, const uint32_t *key, uint8_t flags)
{
	struct store_interval *t = &s->interval;
	uint32_t ref = interval_find(s, key, flags);
	uint64_t order[WORDS_MAX];
	bool is_same;

	if (!(flags & ELEM_END)) {
		t->start = ref;
		return ref;
	}
	if (!ref)
		return 0;
	if (is_null(s, store_at(s, ref)) || !t->start) {
		t->start = 0;
		return ref;
	}
	order_of(s, key, KIND_END, order);
	is_same = is_same_interval(s, order);
	t->start = 0;
	return is_same ? ref : 0;
}

/* Removing. */

static void
slot_take(struct set_store *s, struct node *n, uint32_t at)
{
	uint32_t *refs = node_refs(s, n), behind = n->count - at - 1;

	memmove(node_key(s, n, at), node_key(s, n, at + 1),
		behind * s->interval.words * sizeof(uint64_t));
	memmove(refs + at, refs + at + 1, behind * sizeof(*refs));
	n->count--;
}

/* Take a leaf or, higher up, a node that has become empty out of the tree. */
static void
drop_node(struct set_store *s, const struct way *way, unsigned level)
{
	struct store_interval *t = &s->interval;
	struct node *n = node_at(s, way->node[level]);

	if (!level) {
		if (n->prev)
			node_at(s, n->prev)->next = n->next;
		if (n->next)
			node_at(s, n->next)->prev = n->prev;
	}
	slab_put(&t->nodes, way->node[level]);
	if (level + 1u == t->depth) {
		t->root = 0;
		t->depth = 0;
		return;
	}
	n = node_at(s, way->node[level + 1]);
	slot_take(s, n, way->at[level + 1]);
	if (!n->count)
		drop_node(s, way, level + 1);
}

/* Put the node's right neighbour, of the same parent, into it if both are
 * sparse. */
static void
join(struct set_store *s, struct way *way, unsigned level)
{
	struct node *parent, *l, *r;
	uint32_t right;

	if (level + 1u >= s->interval.depth)
		return;
	parent = node_at(s, way->node[level + 1]);
	if (way->at[level + 1] + 1 >= parent->count)
		return;
	right = node_refs(s, parent)[way->at[level + 1] + 1];
	l = node_at(s, way->node[level]);
	r = node_at(s, right);
	if (l->count + r->count > SPARSE)
		return;
	slots_move(s, l, r, 0);
	way->node[level] = right;
	way->at[level + 1]++;
	drop_node(s, way, level);
}

void
interval_remove(struct set_store *s, uint32_t ref)
{
	struct store_interval *t = &s->interval;
	uint64_t order[WORDS_MAX];
	struct way way;
	struct node *n;

	order_of_elem(s, ref, order);
	descend(s, order, &way);
	n = node_at(s, way.node[0]);
	assert(way.at[0] && node_refs(s, n)[way.at[0] - 1] == ref);
	slot_take(s, n, way.at[0] - 1);
	t->removed++;
	if (!n->count)
		drop_node(s, &way, 0);
	else
		join(s, &way, 0);
	while (t->depth > 1 && node_at(s, t->root)->count == 1) {
		uint32_t root = t->root;

		t->root = node_refs(s, node_at(s, root))[0];
		slab_put(&t->nodes, root);
		t->depth--;
	}
}

/* To put n points back takes a node for each neighbour that was full when
 * theirs went away, and one for every sixteen after that; and as many above
 * as fit in a level each.  One for each eight, and some, is more. */
int
interval_reserve(struct set_store *s)
{
	struct store_interval *t = &s->interval;

	return slab_reserve(&t->nodes, t->removed / 8 + 2 * STORE_DEPTH);
}

void
interval_restore(struct set_store *s, uint32_t ref)
{
	uint64_t order[WORDS_MAX];
	int err;

	order_of_elem(s, ref, order);
	err = enter(s, order, ref);
	assert(!err);
	(void)err;
}
