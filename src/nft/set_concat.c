/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_concat.c - concatenations of ranges: boxes, and who is in them.
 *
 * An element has a range in every field: it is a box, and a key is a point.
 * Of several boxes around a point the oldest counts, as in Linux, which
 * refuses a new box when its first or its last corner lies in an old one,
 * but not every overlap.
 *
 * Boxes are packed into trees.  A tree is an array of boxes that was halved
 * again and again, each time along the field that separates best, and the
 * bounds of every half; nothing points to anything.  A tree is never
 * changed, but for boxes that are struck out.  Fresh boxes are loose at
 * first; sixteen of them become a tree, two trees of a size become one of
 * twice the size: each box is moved a few times, log n in all.  When a batch
 * is over and what is beside the largest tree has become a quarter, or half
 * of what is in trees is struck out, all become one.
 *
 * A look-up visits the boxes around its point and little else when boxes lie
 * apart.  Nobody can make it visit more than all of them. */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "nft/set_store.h"

enum {
	LEAF	= 8,			/* boxes that are looked through */
	SAMPLE	= 16,
	STACK	= 64,
	WORDS	= 16,			/* of 32 bits: the longest key */
};

#define STRUCK 0x80000000u	/* removed, but may be restored */

/* A box as it lies in memory: a reference, or 0, its first and its last
 * corner as numbers that compare. */
struct box {
	uint32_t ref;
	uint32_t corner[];		/* words, words */
};

struct box_tree {
	uint32_t count;
	uint32_t depth;			/* of halving */
	uint32_t *bound;		/* of each half: two corners; node n's
					 * halves are 2n + 1 and 2n + 2 */
	uint32_t boxes[];		/* count * box_words() */
};

static uint32_t
box_words(const struct set_store *s)
{
	return 1 + 2u * s->concat.words;
}

static struct box *
box_at(const struct set_store *s, const struct box_tree *t, uint32_t i)
{
	return (void *)(uintptr_t)(t->boxes + (size_t)i * box_words(s));
}

/* Registers as numbers, without what pads the fields. */
static void
load_corner(const struct set_store *s, const void *key, uint32_t *out)
{
	unsigned word = 0;

	for (unsigned f = 0; f < s->concat.fields; f++) {
		unsigned len = s->set.field_len[f];

		for (; word < s->concat.field_end[f]; word++) {
			uint32_t v;

			memcpy(&v, (const char *)key + word * 4, 4);
			v = be32toh(v);
			if (len < 4)
				v &= ~(uint32_t)0 << (32 - 8 * len);
			out[word] = v;
			len -= len < 4 ? len : 4;
		}
	}
}

static void
load_box(const struct set_store *s, uint32_t ref, struct box *b)
{
	const struct elem *e = store_at(s, ref);

	b->ref = ref;
	load_corner(s, e->key, b->corner);
	load_corner(s, e->flags & ELEM_HAS_END ? elem_end(s, e) : e->key,
		    b->corner + s->concat.words);
}

static inline int
compare(const uint32_t *a, const uint32_t *b, unsigned words)
{
	for (unsigned i = 0; i < words; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

/* Is 'point' between the corners in every field? */
static bool
is_inside(const struct set_store *s, const uint32_t *corner,
	  const uint32_t *point)
{
	const uint32_t *far = corner + s->concat.words;
	unsigned from = 0;

	for (unsigned f = 0; f < s->concat.fields; f++) {
		unsigned end = s->concat.field_end[f];

		if (end - from == 1) {
			if (point[from] < corner[from] ||
			    point[from] > far[from])
				return false;
		} else if (compare(point + from, corner + from,
				   end - from) < 0 ||
			   compare(point + from, far + from, end - from) > 0) {
			return false;
		}
		from = end;
	}
	return true;
}

/* Walking through boxes around a point. */

struct walk {
	const struct set_store *s;
	const uint32_t *point;
	uint64_t now_ms;
	uint32_t want;			/* find this very box, struck or not */
	uint32_t best;
	uint64_t serial;
	struct box *box;		/* that was wanted */
};

static uint64_t
serial_of(const struct set_store *s, const struct elem *e)
{
	return *(const uint64_t *)(const void *)
	       ((const char *)e + s->serial_at);
}

static void
meet(struct walk *w, uint32_t ref, struct box *box)
{
	const struct elem *e;

	if (w->want) {
		if ((ref & ~STRUCK) == w->want)
			w->box = box;
		return;
	}
	if (!ref || ref & STRUCK)
		return;
	e = store_at(w->s, ref);
	if (elem_is_expired(w->s, e, w->now_ms) ||
	    (w->best && serial_of(w->s, e) >= w->serial))
		return;
	w->best = ref;
	w->serial = serial_of(w->s, e);
}

struct half {
	uint32_t node;
	uint32_t from;
	uint32_t to;
};

static void
walk_tree(struct walk *w, const struct box_tree *t)
{
	uint32_t pair = 2u * w->s->concat.words;
	struct half stack[STACK], h;
	unsigned top = 0;

	stack[top++] = (struct half){ 0, 0, t->count };
	while (top) {
		uint32_t middle;

		h = stack[--top];
		if (!is_inside(w->s, t->bound + (size_t)h.node * pair,
			       w->point))
			continue;
		if (h.to - h.from <= LEAF) {
			for (uint32_t i = h.from; i < h.to; i++) {
				struct box *b = box_at(w->s, t, i);

				if (is_inside(w->s, b->corner, w->point))
					meet(w, b->ref, b);
			}
			continue;
		}
		middle = h.from + (h.to - h.from) / 2;
		stack[top++] = (struct half){ 2 * h.node + 2, middle, h.to };
		stack[top++] = (struct half){ 2 * h.node + 1, h.from, middle };
	}
}

/* Loose boxes are read from their elements. */
static void
walk_loose(struct walk *w)
{
	const struct store_concat *c = &w->s->concat;
	uint32_t room[1 + 2 * WORDS];
	struct box *b = (void *)room;

	for (uint32_t i = 0; i < c->loose_count; i++) {
		load_box(w->s, c->loose[i], b);
		if (is_inside(w->s, b->corner, w->point))
			meet(w, b->ref, NULL);
	}
}

static uint32_t
find(const struct set_store *s, const uint32_t *point, uint64_t now_ms)
{
	struct walk w = { .s = s, .point = point, .now_ms = now_ms };

	walk_loose(&w);
	for (unsigned n = 0; n < STORE_TREES; n++) {
		if (s->concat.tree[n])
			walk_tree(&w, s->concat.tree[n]);
	}
	return w.best;
}

uint32_t
concat_lookup(const struct set_store *s, const uint32_t *key,
	      uint64_t now_ms)
{
	uint32_t point[WORDS];

	load_corner(s, key, point);
	return find(s, point, now_ms);
}

/* The box of 'ref' in some tree. => NULL: it is loose, or nowhere. */
static struct box *
find_box(const struct set_store *s, uint32_t ref)
{
	struct walk w = { .s = s, .want = ref };
	uint32_t point[WORDS];

	load_corner(s, store_at(s, ref)->key, point);
	w.point = point;
	for (unsigned n = 0; n < STORE_TREES && !w.box; n++) {
		if (s->concat.tree[n])
			walk_tree(&w, s->concat.tree[n]);
	}
	return w.box;
}

/* Building. */

struct build {
	const struct set_store *s;
	struct box_tree *t;
	struct random random;		/* whom to ask for the middle: nobody
					 * outside can make that a bad choice */
	unsigned from;			/* the field at hand, in words */
	unsigned words;
};

static const uint32_t *
side(const struct build *b, uint32_t i)
{
	return box_at(b->s, b->t, i)->corner + b->from;
}

static void
swap(const struct build *b, uint32_t i, uint32_t j)
{
	uint32_t *x = &box_at(b->s, b->t, i)->ref;
	uint32_t *y = &box_at(b->s, b->t, j)->ref;

	for (uint32_t n = box_words(b->s); n--; x++, y++) {
		uint32_t was = *x;

		*x = *y;
		*y = was;
	}
}

/* Order [from, to) so far that what is before 'middle' begins no later than
 * what is behind it, in the field at hand (Hoare's selection). */
static void
select_middle(struct build *b, uint32_t from, uint32_t to, uint32_t middle)
{
	uint32_t pivot[WORDS];

	while (to - from > 1) {
		uint32_t low = from, at = from, high = to;
		size_t size = b->words * sizeof(*pivot);

		memcpy(pivot, side(b, from + random_below(&b->random,
							  to - from)), size);
		while (at < high) {
			int d = compare(side(b, at), pivot, b->words);

			if (d < 0)
				swap(b, low++, at++);
			else if (d > 0)
				swap(b, at, --high);
			else
				at++;
		}
		if (middle < low)
			to = low;
		else if (middle >= high)
			from = high;
		else
			return;
	}
}

/* How badly does the field at hand separate [from, to)?  Asked of a sample:
 * how many boxes lie across its middle, or begin there with many others.
 * The first word of a field is enough to guess by. */
static uint32_t
cost(const struct build *b, uint32_t from, uint32_t to)
{
	uint32_t step = (to - from + SAMPLE - 1) / SAMPLE, n = 0;
	uint32_t low[SAMPLE], high[SAMPLE], best = ~0u;

	for (uint32_t i = from; i < to; i += step, n++) {
		low[n] = *side(b, i);
		high[n] = side(b, i)[b->s->concat.words];
	}
	for (uint32_t m = 1; m < 4; m++) {	/* three middles */
		uint32_t middle = low[m * n / 4], left = 0, across = 0, lean;

		for (uint32_t i = 0; i < n; i++) {
			left += low[i] < middle;
			across += low[i] < middle && high[i] >= middle;
		}
		lean = left > n - left ? 2 * left - n : n - 2 * left;
		if (across + lean < best)
			best = across + lean;
	}
	return best;
}

static void
choose_field(struct build *b, uint32_t from, uint32_t to)
{
	const struct store_concat *c = &b->s->concat;
	uint32_t least = ~0u;
	unsigned at = 0, begin = 0, words = 0;

	for (unsigned f = 0; f < c->fields; f++) {
		uint32_t now;

		b->from = at;
		b->words = c->field_end[f] - at;
		now = cost(b, from, to);
		if (now < least) {
			least = now;
			begin = b->from;
			words = b->words;
		}
		at = c->field_end[f];
	}
	b->from = begin;
	b->words = words;
}

static inline void
copy(uint32_t *to, const uint32_t *from, unsigned words)
{
	while (words--)
		*to++ = *from++;
}

static void
widen(const struct set_store *s, uint32_t *bound, const uint32_t *corner)
{
	unsigned words = s->concat.words, at = 0;

	for (unsigned f = 0; f < s->concat.fields; f++) {
		unsigned n = s->concat.field_end[f] - at;

		if (compare(corner + at, bound + at, n) < 0)
			copy(bound + at, corner + at, n);
		if (compare(corner + words + at, bound + words + at, n) > 0)
			copy(bound + words + at, corner + words + at, n);
		at = s->concat.field_end[f];
	}
}

/* As deep as the tree is: a few dozen. */
static void
halve(struct build *b, uint32_t node, uint32_t from, uint32_t to)
{
	uint32_t pair = 2u * b->s->concat.words, middle;
	uint32_t *bound = b->t->bound + (size_t)node * pair;

	if (to - from <= LEAF) {
		memcpy(bound, box_at(b->s, b->t, from)->corner,
		       pair * sizeof(*bound));
		for (uint32_t i = from + 1; i < to; i++)
			widen(b->s, bound, box_at(b->s, b->t, i)->corner);
		return;
	}
	middle = from + (to - from) / 2;
	choose_field(b, from, to);
	select_middle(b, from, to, middle);
	halve(b, 2 * node + 1, from, middle);
	halve(b, 2 * node + 2, middle, to);
	memcpy(bound, b->t->bound + (size_t)(2 * node + 1) * pair,
	       pair * sizeof(*bound));
	widen(b->s, bound, b->t->bound + (size_t)(2 * node + 2) * pair);
}

/* Nodes for 'count' boxes, halved until no more than LEAF are together. */
static size_t
count_nodes(uint32_t count)
{
	size_t nodes = 1;

	/* The larger half decides. */
	for (; count > LEAF; count = count - count / 2)
		nodes = 2 * nodes + 1;
	return nodes;
}

static struct box_tree *
tree_create(const struct set_store *s, uint32_t most)
{
	size_t boxes = (size_t)most * box_words(s) * sizeof(uint32_t);
	struct box_tree *t = malloc(sizeof(*t) + boxes);

	if (!t)
		return NULL;
	t->count = 0;
	t->bound = malloc(count_nodes(most) * 2 * s->concat.words *
			  sizeof(*t->bound));
	if (!t->bound) {
		free(t);
		return NULL;
	}
	return t;
}

static void
tree_destroy(struct box_tree *t)
{
	if (!t)
		return;
	free(t->bound);
	free(t);
}

static void
tree_build(const struct set_store *s, struct box_tree *t)
{
	struct build b = { .s = s, .t = t };

	random_init(&b.random, s->set.hash_key.k[0]);
	halve(&b, 0, 0, t->count);
}

/* Put the loose boxes and the first 'trees' trees into one. */
static int
merge(struct set_store *s, unsigned trees, unsigned level)
{
	struct store_concat *c = &s->concat;
	uint32_t count = c->loose_count;
	size_t size = box_words(s) * sizeof(uint32_t);
	struct box_tree *t;

	for (unsigned n = 0; n < trees; n++)
		count += c->tree[n] ? c->tree[n]->count : 0;
	t = tree_create(s, count);
	if (!t)
		return -ENOMEM;	/* nothing has changed */
	for (uint32_t i = 0; i < c->loose_count; i++)
		load_box(s, c->loose[i], box_at(s, t, t->count++));
	c->loose_count = 0;
	for (unsigned n = 0; n < trees; n++) {
		struct box_tree *old = c->tree[n];

		for (uint32_t i = 0; old && i < old->count; i++) {
			if (box_at(s, old, i)->ref)
				memcpy(box_at(s, t, t->count++),
				       box_at(s, old, i), size);
			else
				c->dead--;
		}
		tree_destroy(old);
		c->tree[n] = NULL;
	}
	if (t->count) {
		tree_build(s, t);
		c->tree[level] = t;
	} else {
		tree_destroy(t);
	}
	return 0;
}

static int
make_room(struct set_store *s)
{
	unsigned level = 0;

	while (s->concat.tree[level]) {
		if (++level == STORE_TREES)
			return -ENOMEM;
	}
	return merge(s, level, level);
}

int
concat_init(struct set_store *s)
{
	struct store_concat *c = &s->concat;
	unsigned words = 0;

	c->fields = s->set.fields;
	for (unsigned f = 0; f < c->fields; f++) {
		words += (s->set.field_len[f] + 3u) / 4;
		if (words > WORDS || !s->set.field_len[f])
			return -EINVAL;
		c->field_end[f] = (uint8_t)words;
	}
	if (!words || words * 4 != s->set.key_len)
		return -EINVAL;
	c->words = (uint8_t)words;
	return 0;
}

void
concat_fini(struct set_store *s)
{
	for (unsigned n = 0; n < STORE_TREES; n++)
		tree_destroy(s->concat.tree[n]);
}

static bool
is_same(const struct set_store *s, uint32_t a, uint32_t b)
{
	const struct elem *x = store_at(s, a), *y = store_at(s, b);
	const void *xe = x->flags & ELEM_HAS_END ? elem_end(s, x) : x->key;
	const void *ye = y->flags & ELEM_HAS_END ? elem_end(s, y) : y->key;

	return !memcmp(x->key, y->key, s->set.key_len) &&
	       !memcmp(xe, ye, s->set.key_len);
}

static bool
is_backwards(const struct set_store *s, const struct box *b)
{
	const uint32_t *far = b->corner + s->concat.words;
	unsigned at = 0;

	for (unsigned f = 0; f < s->concat.fields; f++) {
		unsigned end = s->concat.field_end[f];

		if (compare(b->corner + at, far + at, end - at) > 0)
			return true;
		at = end;
	}
	return false;
}

int
concat_insert(struct set_store *s, uint32_t ref, uint32_t *clash,
	      uint64_t now_ms)
{
	struct store_concat *c = &s->concat;
	uint32_t room[1 + 2 * WORDS];
	struct box *b = (void *)room;

	load_box(s, ref, b);
	*clash = find(s, b->corner, now_ms);
	if (*clash)
		return is_same(s, ref, *clash) ? -EEXIST : -ENOTEMPTY;
	*clash = find(s, b->corner + c->words, now_ms);
	if (*clash)
		return -ENOTEMPTY;
	if (is_backwards(s, b))
		return -EINVAL;
	if (c->loose_count == STORE_LOOSE && make_room(s))
		return -ENOMEM;
	c->loose[c->loose_count++] = ref;
	*(uint64_t *)(void *)((char *)store_at(s, ref) + s->serial_at) =
		++c->serial;
	return 0;
}

void
concat_remove(struct set_store *s, uint32_t ref)
{
	struct store_concat *c = &s->concat;
	struct box *b;

	for (uint32_t i = 0; i < c->loose_count; i++) {
		if (c->loose[i] == ref) {
			c->loose[i] = c->loose[--c->loose_count];
			return;
		}
	}
	b = find_box(s, ref);
	assert(b);
	b->ref |= STRUCK;
}

/* What was loose when it was removed finds its place among the loose: they
 * are not more now than they were then. */
void
concat_restore(struct set_store *s, uint32_t ref)
{
	struct store_concat *c = &s->concat;
	struct box *b = find_box(s, ref);

	if (b) {
		b->ref &= ~STRUCK;
		return;
	}
	assert(c->loose_count < STORE_LOOSE);
	c->loose[c->loose_count++] = ref;
}

/* Its element is about to be freed, and its number to be used again. */
void
concat_forget(struct set_store *s, uint32_t ref)
{
	struct box *b = find_box(s, ref);

	if (b) {
		b->ref = 0;
		s->concat.dead++;
	}
}

void
concat_settle(struct set_store *s)
{
	struct store_concat *c = &s->concat;
	uint32_t all = 0, largest = 0;
	unsigned level = 0;

	for (unsigned n = 0; n < STORE_TREES; n++) {
		if (!c->tree[n])
			continue;
		all += c->tree[n]->count;
		largest = c->tree[n]->count;
	}
	if (c->dead * 2 <= all && (all - largest) * 4 <= all)
		return;
	while (level < STORE_TREES - 1 &&
	       (uint32_t)STORE_LOOSE << level < all - c->dead +
						c->loose_count)
		level++;
	(void)merge(s, STORE_TREES, level);	/* else: as it was */
}

size_t
concat_bytes(const struct set_store *s)
{
	size_t bytes = 0;

	for (unsigned n = 0; n < STORE_TREES; n++) {
		const struct box_tree *t = s->concat.tree[n];

		if (t)
			bytes += t->count * box_words(s) * sizeof(uint32_t) +
				 count_nodes(t->count) * 2 * s->concat.words *
				 sizeof(uint32_t);
	}
	return bytes;
}
