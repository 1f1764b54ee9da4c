/* SPDX-License-Identifier: BSD-2-Clause
 * route/lpm.h - prefixes, found by an address: the longest first.
 *
 * A trie of eight bits a step.  A node knows by two bitmaps which prefixes
 * end within its byte and which bytes lead on, and holds just those.  Where
 * only one prefix is left below a byte, it hangs there itself: so there are
 * never more nodes than pairs of prefixes have bytes in common, and a look-up
 * reads at most 5 nodes for IPv4, 17 for IPv6.
 *
 * Entries lie in their owner's structures and belong to it. */
#ifndef ROUTE_LPM_H
#define ROUTE_LPM_H

#include <stdbool.h>
#include <stdint.h>

#include "clew/tuple.h"

enum { LPM_DEPTH = 17 };

struct lpm_entry {
	union clew_addr addr;	/* zero beyond 'prefix' */
	uint8_t prefix;
};

struct lpm_node;

/* Zeroed is empty. */
struct lpm {
	struct lpm_node *root;
	uint32_t nodes;
};

/* Give the memory back; entries are the owner's. */
void lpm_fini(struct lpm *lpm);

/* Put in an entry whose prefix is not there yet.  => 0 or -ENOMEM. */
int lpm_insert(struct lpm *lpm, struct lpm_entry *entry);
/* Take out an entry that is there. */
void lpm_remove(struct lpm *lpm, const struct lpm_entry *entry);

/* => NULL when there is none of just this prefix. */
struct lpm_entry *lpm_find(const struct lpm *lpm, const union clew_addr *addr,
			   uint8_t prefix);

/* Walk over all entries that hold an address, the longest first.  Not to be
 * mixed with changes. */
struct lpm_walk {
	const struct lpm_node *node[LPM_DEPTH];
	const union clew_addr *addr;
	struct lpm_entry *leaf;
	int depth;
	unsigned bit;
};

struct lpm_entry *lpm_first(const struct lpm *lpm,
			    const union clew_addr *addr,
			    struct lpm_walk *walk);
struct lpm_entry *lpm_next(struct lpm_walk *walk);

/* Is 'addr' within 'prefix' bits of 'net'? */
bool lpm_holds(const union clew_addr *net, uint8_t prefix,
	       const union clew_addr *addr);

#endif
