/* SPDX-License-Identifier: BSD-2-Clause
 * client/tally.c - how many of each. */
#include "client/tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { ROOM_FIRST = 1024 };

int
tally_init(struct tallies *t)
{
	*t = (struct tallies){ .room = 0 };
	return getrandom(&t->key, sizeof(t->key), 0) == sizeof(t->key) ?
	       0 : -EIO;
}

void
tally_fini(struct tallies *t)
{
	free(t->slot);
	t->slot = NULL;
	t->room = t->used = 0;
}

void
tally_clear(struct tallies *t)
{
	if (t->slot)
		memset(t->slot, 0, t->room * sizeof(*t->slot));
	t->used = 0;
}

int
tally_compare_value(const struct tally_value *a, const struct tally_value *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

static struct tally *
find(const struct tallies *t, const struct tally_value *value)
{
	uint64_t words[3] = {
		value->addr.be64[0], value->addr.be64[1],
		value->number | (uint64_t)value->family << 32 |
		(uint64_t)value->protocol << 40 | 24ULL << 56,
	};
	size_t i = (size_t)hash_blocks(&t->key, words, 3) & (t->room - 1);

	while (t->slot[i].entries &&
	       tally_compare_value(&t->slot[i].value, value))
		i = (i + 1) & (t->room - 1);
	return &t->slot[i];
}

static int
grow(struct tallies *t)
{
	struct tallies more = {
		.key = t->key,
		.room = t->room ? 2 * t->room : ROOM_FIRST,
	};

	if (4 * t->used < 3 * t->room)
		return 0;
	more.slot = calloc(more.room, sizeof(*more.slot));
	if (!more.slot)
		return -ENOMEM;
	for (size_t i = 0; i < t->room; i++) {
		if (t->slot[i].entries)
			*find(&more, &t->slot[i].value) = t->slot[i];
	}
	free(t->slot);
	t->slot = more.slot;
	t->room = more.room;
	return 0;
}

struct tally *
tally_place(struct tallies *t, const struct tally_value *value)
{
	struct tally *slot;

	if (grow(t))
		return NULL;
	slot = find(t, value);
	if (!slot->entries) {
		slot->value = *value;
		t->used++;
	}
	return slot;
}

size_t
tally_sort(struct tallies *t, int (*compare)(const void *a, const void *b))
{
	size_t n = 0;

	for (size_t i = 0; i < t->room; i++) {
		if (t->slot[i].entries)
			t->slot[n++] = t->slot[i];
	}
	if (n)
		qsort(t->slot, n, sizeof(*t->slot), compare);
	return n;
}
