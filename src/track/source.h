/* SPDX-License-Identifier: BSD-2-Clause
 * track/source.h - connections whose source was translated, by where they
 * come from: address, port or id, protocol and zone of the original side.
 *
 * NAT wants the same source to get the same translation (RFC 4787 REQ-1).
 * A hash table names the youngest connection of every source, the others
 * hang behind it, so that many of one source cost no more than one.  Only
 * what NAT changed is in here: Linux lists every connection that passed its
 * hooks, but an unchanged one never answers what is asked of the list. */
#ifndef TRACK_SOURCE_H
#define TRACK_SOURCE_H

#include <stdint.h>

#include "base/region.h"
#include "track/table.h"
#include "track/tuple.h"

struct conn;
struct track;

struct sources {
	struct table table;	/* refs: index << 1 of the youngest */
	struct region links;	/* struct source_link, by connection */
	/* A guess what the next connection's source becomes: what that of
	 * the last one became.  For prefetching alone. */
	bool has_guess;
	union clew_addr guess;
};

/* What NAT keeps of a connection; valid by its status bits alone. */
struct source_link {
	uint32_t younger;
	uint32_t older;
	uint32_t masq_ifindex;	/* with CONN_MASQ */
};

int sources_init(struct sources *s, size_t most);
void sources_fini(struct sources *s);

/* Make room for what NAT keeps of 'c'.  => 0 or -ENOMEM. */
int source_reserve(struct track *t, const struct conn *c);

static inline struct source_link *
source_link(const struct sources *s, uint32_t index)
{
	return region_at(&s->links, index);
}

/* The youngest connection from the source of 'key', then the next older.
 * => NULL when there is none. */
struct conn *source_youngest(const struct track *t, const struct key *key);
struct conn *source_older(const struct track *t, const struct conn *c);

/* Ask for what a new connection of this key will look at, if its source is
 * translated as the last one's was. */
void source_prefetch(const struct track *t, const struct key *key);

/* 'c' is the youngest of its source now.  => 0 or -ENOMEM. */
int source_insert(struct track *t, struct conn *c);
/* Take out one that is in. */
void source_remove(struct track *t, struct conn *c);

#endif
