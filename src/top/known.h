/* SPDX-License-Identifier: BSD-2-Clause
 * top/known.h - what each connection had counted at the last look: so that a
 * look tells which are new and what passed since.
 *
 * 24 bytes a slot, at most three of four in use.  A connection is known by a
 * keyed hash of its tuple and id. */
#ifndef TOP_KNOWN_H
#define TOP_KNOWN_H

#include <stdbool.h>

#include "base/hash.h"
#include "clew/snapshot.h"

struct known_slot {
	uint64_t name;			/* 0: free */
	uint64_t bytes;
	uint32_t packets;
	uint32_t look;			/* when it was last there */
};

struct known {
	struct hash_key key;
	struct known_slot *slot;
	size_t room;			/* a power of two, or 0 */
	size_t used;
	uint32_t look;
};

/* => 0 or -EIO. */
int known_init(struct known *k);
void known_fini(struct known *k);

/* A look begins. */
void known_begin(struct known *k);

struct known_more {
	bool is_new;
	uint64_t packets;
	uint64_t bytes;
};

/* 'ct' is there.  => 0 with what is new of it, or -ENOMEM. */
int known_note(struct known *k, const struct clew_snapshot *ct,
	       struct known_more *more);

/* The look is over: forget those that were not there.
 * => How many they were. */
uint64_t known_end(struct known *k);

#endif
