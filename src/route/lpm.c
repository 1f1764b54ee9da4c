/* SPDX-License-Identifier: BSD-2-Clause
 * route/lpm.c - the longest prefix: a trie of bytes.
 *
 * The prefixes that end within a node's byte are numbered as the nodes of a
 * complete binary tree: 1 is the whole byte (0 bits), 2 and 3 its halves, and
 * so on to 128-255 (7 bits).  So the ones that hold a byte are found by
 * halving its number. */
#include "route/lpm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct bits {
	uint64_t word[4];
};

struct lpm_node {
	struct bits own;		/* prefixes that end here */
	struct bits below;		/* bytes that lead on */
	struct lpm_entry **entry;	/* of 'own', in order */
	uintptr_t *child;		/* of 'below': nodes; or an entry, plus 1 */
};

static bool
bits_test(const struct bits *b, unsigned n)
{
	return b->word[n / 64] >> n % 64 & 1;
}

/* How many are set below 'n'? */
static unsigned
bits_rank(const struct bits *b, unsigned n)
{
	unsigned rank = 0;

	for (unsigned i = 0; i < n / 64; i++)
		rank += (unsigned)__builtin_popcountll(b->word[i]);
	return rank + (unsigned)__builtin_popcountll(
		b->word[n / 64] & ((1ull << n % 64) - 1));
}

static unsigned
bits_count(const struct bits *b)
{
	unsigned count = 0;

	for (unsigned i = 0; i < 4; i++)
		count += (unsigned)__builtin_popcountll(b->word[i]);
	return count;
}

static void
bits_flip(struct bits *b, unsigned n)
{
	b->word[n / 64] ^= 1ull << n % 64;
}

/* The number within its last byte of a prefix. */
static unsigned
own_number(const union clew_addr *addr, uint8_t prefix)
{
	unsigned len = prefix % 8;

	if (!len)
		return 1;
	return 1u << len | addr->bytes[prefix / 8] >> (8 - len);
}

static unsigned
byte_at(const union clew_addr *addr, unsigned depth)
{
	return depth < sizeof(addr->bytes) ? addr->bytes[depth] : 0;
}

static bool
is_entry(uintptr_t child)
{
	return child & 1;
}

static struct lpm_entry *
to_entry(uintptr_t child)
{
	return (struct lpm_entry *)(child - 1);
}

static struct lpm_node *
to_node(uintptr_t child)
{
	return (struct lpm_node *)child;
}

bool
lpm_holds(const union clew_addr *net, uint8_t prefix,
	  const union clew_addr *addr)
{
	unsigned whole = prefix / 8, rest = prefix % 8;

	if (memcmp(net->bytes, addr->bytes, whole))
		return false;
	return !rest ||
	       (net->bytes[whole] ^ addr->bytes[whole]) >> (8 - rest) == 0;
}

static bool
is_same(const struct lpm_entry *e, const union clew_addr *addr,
	uint8_t prefix)
{
	return e->prefix == prefix && lpm_holds(&e->addr, prefix, addr);
}

/* Arrays ordered by their bitmaps. */

static bool
slot_add(void *array, struct bits *bits, unsigned n, uintptr_t value)
{
	unsigned count = bits_count(bits), at = bits_rank(bits, n);
	uintptr_t **slots = array, *bigger;

	bigger = realloc(*slots, (count + 1) * sizeof(*bigger));
	if (!bigger)
		return false;
	memmove(bigger + at + 1, bigger + at, (count - at) * sizeof(*bigger));
	bigger[at] = value;
	*slots = bigger;
	bits_flip(bits, n);
	return true;
}

static void
slot_remove(void *array, struct bits *bits, unsigned n)
{
	uintptr_t **slots = array;
	unsigned count, at;

	bits_flip(bits, n);
	count = bits_count(bits);
	at = bits_rank(bits, n);
	memmove(*slots + at, *slots + at + 1, (count - at) * sizeof(**slots));
	if (!count) {
		free(*slots);
		*slots = NULL;
	}
}

static uintptr_t *
child_of(const struct lpm_node *node, unsigned byte)
{
	if (!bits_test(&node->below, byte))
		return NULL;
	return &node->child[bits_rank(&node->below, byte)];
}

static struct lpm_node *
node_create(struct lpm *lpm)
{
	struct lpm_node *node = calloc(1, sizeof(*node));

	lpm->nodes += node != NULL;
	return node;
}

static void
node_destroy(struct lpm *lpm, struct lpm_node *node)
{
	if (!node)
		return;
	free(node->entry);
	free(node->child);
	free(node);
	lpm->nodes--;
}

static void
tree_destroy(struct lpm *lpm, struct lpm_node *node)
{
	unsigned count = bits_count(&node->below);

	for (unsigned i = 0; i < count; i++) {
		if (!is_entry(node->child[i]))
			tree_destroy(lpm, to_node(node->child[i]));
	}
	node_destroy(lpm, node);
}

void
lpm_fini(struct lpm *lpm)
{
	if (lpm->root)
		tree_destroy(lpm, lpm->root);
	lpm->root = NULL;
}

/* Put 'entry' into the node at 'depth', or right below it. */
static bool
node_put(struct lpm_node *node, unsigned depth, struct lpm_entry *entry)
{
	if (entry->prefix / 8u == depth)
		return slot_add(&node->entry, &node->own,
				own_number(&entry->addr, entry->prefix),
				(uintptr_t)entry);
	return slot_add(&node->child, &node->below,
			byte_at(&entry->addr, depth), (uintptr_t)entry + 1);
}

/* Where an entry hangs alone, put a node that holds it. */
static struct lpm_node *
push_down(struct lpm *lpm, uintptr_t *child, unsigned depth)
{
	struct lpm_node *node = node_create(lpm);

	if (!node || !node_put(node, depth, to_entry(*child))) {
		node_destroy(lpm, node);
		return NULL;
	}
	*child = (uintptr_t)node;
	return node;
}

int
lpm_insert(struct lpm *lpm, struct lpm_entry *entry)
{
	struct lpm_node *node;
	unsigned depth = 0;

	if (!lpm->root)
		lpm->root = node_create(lpm);
	node = lpm->root;
	for (; node && entry->prefix / 8u > depth; depth++) {
		uintptr_t *child = child_of(node,
					    byte_at(&entry->addr, depth));

		if (!child)
			break;
		node = is_entry(*child) ? push_down(lpm, child, depth + 1) :
		       to_node(*child);
	}
	return node && node_put(node, depth, entry) ? 0 : -ENOMEM;
}

/* A node with nothing below but one entry is not needed.
 * => Its entry, plus 1; 0 when it must stay. */
static uintptr_t
only_entry(const struct lpm_node *node)
{
	unsigned own = bits_count(&node->own);
	unsigned below = bits_count(&node->below);

	if (own + below != 1)
		return 0;
	if (own)
		return (uintptr_t)node->entry[0] + 1;
	return is_entry(node->child[0]) ? node->child[0] : 0;
}

void
lpm_remove(struct lpm *lpm, const struct lpm_entry *entry)
{
	struct lpm_node *path[LPM_DEPTH], *node = lpm->root;
	unsigned depth = 0;

	for (;; depth++) {
		uintptr_t *child;

		path[depth] = node;
		if (entry->prefix / 8u == depth) {
			slot_remove(&node->entry, &node->own,
				    own_number(&entry->addr, entry->prefix));
			break;
		}
		child = child_of(node, byte_at(&entry->addr, depth));
		if (is_entry(*child)) {
			slot_remove(&node->child, &node->below,
				    byte_at(&entry->addr, depth));
			break;
		}
		node = to_node(*child);
	}
	for (; depth; depth--) {
		unsigned byte = byte_at(&entry->addr, depth - 1);
		uintptr_t only = only_entry(path[depth]);

		if (!only)
			return;
		*child_of(path[depth - 1], byte) = only;
		node_destroy(lpm, path[depth]);
	}
}

struct lpm_entry *
lpm_find(const struct lpm *lpm, const union clew_addr *addr, uint8_t prefix)
{
	const struct lpm_node *node = lpm->root;

	for (unsigned depth = 0; node; depth++) {
		const uintptr_t *child;

		if (prefix / 8u == depth) {
			unsigned n = own_number(addr, prefix);

			return bits_test(&node->own, n) ?
			       node->entry[bits_rank(&node->own, n)] : NULL;
		}
		child = child_of(node, byte_at(addr, depth));
		if (!child)
			return NULL;
		if (is_entry(*child))
			return is_same(to_entry(*child), addr, prefix) ?
			       to_entry(*child) : NULL;
		node = to_node(*child);
	}
	return NULL;
}

struct lpm_entry *
lpm_first(const struct lpm *lpm, const union clew_addr *addr,
	  struct lpm_walk *walk)
{
	const struct lpm_node *node = lpm->root;
	const uintptr_t *child;

	walk->addr = addr;
	walk->depth = -1;
	walk->leaf = NULL;
	while (node) {
		unsigned byte = byte_at(addr, (unsigned)++walk->depth);

		walk->node[walk->depth] = node;
		walk->bit = (256 + byte) / 2;
		child = child_of(node, byte);
		if (!child)
			break;
		if (is_entry(*child)) {
			struct lpm_entry *e = to_entry(*child);

			if (lpm_holds(&e->addr, e->prefix, addr))
				walk->leaf = e;
			break;
		}
		node = to_node(*child);
	}
	return lpm_next(walk);
}

struct lpm_entry *
lpm_next(struct lpm_walk *walk)
{
	struct lpm_entry *leaf = walk->leaf;

	if (leaf) {
		walk->leaf = NULL;
		return leaf;
	}
	for (; walk->depth >= 0; walk->depth--) {
		const struct lpm_node *node = walk->node[walk->depth];

		for (; walk->bit; walk->bit /= 2) {
			unsigned n = walk->bit;

			if (!bits_test(&node->own, n))
				continue;
			walk->bit /= 2;
			return node->entry[bits_rank(&node->own, n)];
		}
		walk->bit = (256 + byte_at(walk->addr, (unsigned)
					   (walk->depth - 1))) / 2;
	}
	return NULL;
}
