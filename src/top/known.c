/* SPDX-License-Identifier: BSD-2-Clause
 * top/known.c - what each connection had counted at the last look. */
#include "top/known.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { ROOM_FIRST = 1024 };

int
known_init(struct known *k)
{
	*k = (struct known){ .room = 0 };
	return getrandom(&k->key, sizeof(k->key), 0) == sizeof(k->key) ?
	       0 : -EIO;
}

void
known_fini(struct known *k)
{
	free(k->slot);
	k->slot = NULL;
	k->room = k->used = 0;
}

void
known_begin(struct known *k)
{
	k->look++;
}

static uint64_t
name_of(const struct known *k, const struct clew_snapshot *ct)
{
	const struct clew_tuple *t = &ct->tuple[CLEW_DIR_ORIG];
	uint64_t words[6] = {
		t->src.be64[0], t->src.be64[1], t->dst.be64[0], t->dst.be64[1],
		ct->id | (uint64_t)ct->zone << 32 |
		(uint64_t)t->protocol << 48 | (uint64_t)t->family << 56,
		t->part.port.sport_be | (uint64_t)t->part.port.dport_be << 16 |
		48ULL << 56,
	};

	return hash_blocks(&k->key, words, 6) | 1;
}

static struct known_slot *
find(const struct known *k, uint64_t name)
{
	size_t i = (size_t)(name >> 1) & (k->room - 1);

	while (k->slot[i].name && k->slot[i].name != name)
		i = (i + 1) & (k->room - 1);
	return &k->slot[i];
}

static int
grow(struct known *k)
{
	struct known more = {
		.room = k->room ? 2 * k->room : ROOM_FIRST,
	};

	if (4 * k->used < 3 * k->room)
		return 0;
	more.slot = calloc(more.room, sizeof(*more.slot));
	if (!more.slot)
		return -ENOMEM;
	for (size_t i = 0; i < k->room; i++) {
		if (k->slot[i].name)
			*find(&more, k->slot[i].name) = k->slot[i];
	}
	free(k->slot);
	k->slot = more.slot;
	k->room = more.room;
	return 0;
}

int
known_note(struct known *k, const struct clew_snapshot *ct,
	   struct known_more *more)
{
	uint64_t packets = ct->counter[0].packets + ct->counter[1].packets;
	uint64_t bytes = ct->counter[0].bytes + ct->counter[1].bytes;
	uint64_t name = name_of(k, ct);
	struct known_slot *slot;

	if (grow(k))
		return -ENOMEM;
	slot = find(k, name);
	more->is_new = !slot->name;
	/* Counters go back to 0 when somebody reads them so (-z). */
	if (slot->name && bytes >= slot->bytes) {
		more->packets = (uint32_t)packets - slot->packets;
		more->bytes = bytes - slot->bytes;
	} else {
		more->packets = packets;
		more->bytes = bytes;
	}
	k->used += !slot->name;
	*slot = (struct known_slot){
		.name = name,
		.bytes = bytes,
		.packets = (uint32_t)packets,
		.look = k->look,
	};
	return 0;
}

/* Free slot 'i', and move up what would not be found behind a free one. */
static void
forget(struct known *k, size_t i)
{
	size_t mask = k->room - 1, next = i;

	for (;;) {
		size_t home;

		next = (next + 1) & mask;
		if (!k->slot[next].name)
			break;
		home = (size_t)(k->slot[next].name >> 1) & mask;
		if (((next - home) & mask) < ((next - i) & mask))
			continue;
		k->slot[i] = k->slot[next];
		i = next;
	}
	k->slot[i].name = 0;
	k->used--;
}

uint64_t
known_end(struct known *k)
{
	uint64_t gone = 0;

	for (size_t i = 0; i < k->room; ) {
		if (k->slot[i].name && k->slot[i].look != k->look) {
			forget(k, i);	/* another may be here now */
			gone++;
		} else {
			i++;
		}
	}
	return gone;
}
