/* SPDX-License-Identifier: BSD-2-Clause
 * client/resync.c - which connections are known.
 *
 * Open addressing, linear probes, at most three quarters full; what is taken
 * out leaves no mark: those behind it move up. */
#include "client/resync.h"

#include <stdlib.h>
#include <string.h>

struct known {
	uint64_t name;		/* 0: free */
	uint64_t digest;
	uint32_t id;
	uint32_t round;
	uint64_t is_told;	/* a slot is half a cache line */
};

void
resync_init(struct resync *r, const struct hash_key *key)
{
	*r = (struct resync){ .key = *key };
}

void
resync_fini(struct resync *r)
{
	free(r->slot);
	r->slot = NULL;
	r->room = r->count = 0;
}

/* The tuple, with its zone: what no two connections share at a time. */
static uint64_t
name_of(const struct resync *r, const struct clew_snapshot *ct)
{
	const struct clew_tuple *t = &ct->tuple[CLEW_DIR_ORIG];
	uint64_t zone = (ct->has & CLEW_HAS_ZONE ? ct->zone : 0) |
			(uint64_t)(ct->has & CLEW_HAS_ZONE_ORIG ?
				   t->zone : 0) << 16;
	uint64_t words[6] = {
		t->src.be64[0], t->src.be64[1], t->dst.be64[0],
		t->dst.be64[1],
		t->part.word | (uint64_t)t->protocol << 32 |
		(uint64_t)t->family << 40,
		zone | 48ULL << 56,
	};

	/* 0 is for free slots. */
	return hash_blocks(&r->key, words, 6) | 1;
}

/* Only what an event would have told: not times or counters. */
static uint64_t
digest_of(const struct resync *r, const struct clew_snapshot *ct)
{
	uint64_t words[5] = {
		ct->mark | (uint64_t)ct->status << 32,
		ct->state, 0, 0, 40ULL << 56,
	};

	if (ct->has & CLEW_HAS_LABELS)
		memcpy(&words[2], ct->labels, sizeof(ct->labels));
	return hash_blocks(&r->key, words, 5);
}

static size_t
place(const struct resync *r, uint64_t name)
{
	size_t i = (size_t)name & (r->room - 1);

	while (r->slot[i].name && r->slot[i].name != name)
		i = (i + 1) & (r->room - 1);
	return i;
}

static bool
grow(struct resync *r)
{
	struct known *old = r->slot;
	size_t old_room = r->room;

	if (r->count * 4 < r->room * 3)
		return true;
	r->room = old_room ? 2 * old_room : 1024;
	r->slot = calloc(r->room, sizeof(*r->slot));
	if (!r->slot) {
		r->slot = old;
		r->room = old_room;
		return r->count + 1 < r->room;
	}
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].name)
			r->slot[place(r, old[i].name)] = old[i];
	}
	free(old);
	return true;
}

enum resync_change
resync_note(struct resync *r, const struct clew_snapshot *ct)
{
	uint64_t name = name_of(r, ct), digest = digest_of(r, ct);
	enum resync_change change = RESYNC_SAME;
	struct known *k;

	if (!grow(r))
		return RESYNC_SAME;
	k = &r->slot[place(r, name)];
	if (!k->name || k->id != ct->id)
		change = RESYNC_NEW;
	else if (k->digest != digest)
		change = RESYNC_CHANGED;
	r->count += !k->name;
	*k = (struct known){
		.name = name, .digest = digest, .id = ct->id,
		.round = r->round,
	};
	return change;
}

/* Empty a slot, and move up those that were kept from their place by it. */
static void
take_out(struct resync *r, size_t i)
{
	size_t mask = r->room - 1;

	for (size_t k = (i + 1) & mask; r->slot[k].name; k = (k + 1) & mask) {
		size_t home = (size_t)r->slot[k].name & mask;

		if (((k - home) & mask) >= ((k - i) & mask)) {
			r->slot[i] = r->slot[k];
			i = k;
		}
	}
	r->slot[i].name = 0;
	r->count--;
}

static struct known *
lookup(const struct resync *r, const struct clew_snapshot *ct)
{
	struct known *k;

	if (!r->room)
		return NULL;
	k = &r->slot[place(r, name_of(r, ct))];
	return k->name && k->id == ct->id ? k : NULL;
}

void
resync_tell(struct resync *r, const struct clew_snapshot *ct)
{
	struct known *k = lookup(r, ct);

	if (k)
		k->is_told = true;
}

bool
resync_was_told(struct resync *r, const struct clew_snapshot *ct)
{
	struct known *k = lookup(r, ct);
	bool was = k && k->is_told;

	if (was)
		k->is_told = false;
	return was;
}

bool
resync_forget(struct resync *r, const struct clew_snapshot *ct)
{
	size_t i;

	if (!r->room)
		return false;
	i = place(r, name_of(r, ct));
	if (!r->slot[i].name)
		return false;
	take_out(r, i);
	return true;
}

void
resync_begin(struct resync *r)
{
	r->round++;
}

void
resync_end(struct resync *r, void (*gone)(void *ctx, uint32_t id), void *ctx)
{
	size_t i = 0;

	while (i < r->room) {
		struct known *k = &r->slot[i];

		if (k->name && k->round != r->round) {
			gone(ctx, k->id);
			take_out(r, i);	/* another may stand here now */
		} else {
			i++;
		}
	}
}
