/* SPDX-License-Identifier: BSD-2-Clause
 * client/tally.h - how many of each: a table of values and what was counted
 * of them.
 *
 * The hash is keyed at random: whoever fills a connection table chooses the
 * values. */
#ifndef CLIENT_TALLY_H
#define CLIENT_TALLY_H

#include "base/hash.h"
#include "client/order.h"

/* An address or a number, with the protocol whose number it is. */
struct tally_value {
	union clew_addr addr;
	uint32_t number;
	uint8_t family;			/* of an address; 0: a number */
	uint8_t protocol;		/* of a state, of a service */
};

struct tally {
	struct tally_value value;
	uint64_t entries;		/* 0: the slot is free */
	uint64_t unreplied;
	uint64_t fresh;			/* of them new since the last look */
	uint64_t packets;		/* both directions */
	uint64_t bytes;
	uint64_t more_packets;		/* since the last look */
	uint64_t more_bytes;
};

struct tallies {
	struct hash_key key;
	struct tally *slot;
	size_t room;			/* a power of two, or 0 */
	size_t used;
};

/* => 0, or -EIO: there is no randomness. */
int tally_init(struct tallies *t);
void tally_fini(struct tallies *t);
void tally_clear(struct tallies *t);

/* The slot of 'value', with all counts 0 if it is new: the caller makes
 * 'entries' at least 1.  => NULL: no memory. */
struct tally *tally_place(struct tallies *t, const struct tally_value *value);

/* Move what is used to the begin of 'slot' and sort it; then only
 * tally_clear() and tally_fini() may follow.  => How many there are. */
size_t tally_sort(struct tallies *t,
		  int (*compare)(const void *a, const void *b));

/* Smaller addresses and numbers first; 0: the same. */
int tally_compare_value(const struct tally_value *a,
			const struct tally_value *b);

#endif
