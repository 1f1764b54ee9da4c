/* SPDX-License-Identifier: BSD-2-Clause
 * client/resync.h - which connections are known, to tell after a loss what
 * has become of them.
 *
 * 32 bytes for each: a hash of what names it, its id, and a digest of what is
 * shown of it.  The tuples of those that ended meanwhile are gone with the
 * lost events: they are told by id alone. */
#ifndef CLIENT_RESYNC_H
#define CLIENT_RESYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "clew/snapshot.h"

struct known;

struct resync {
	struct hash_key key;
	struct known *slot;
	size_t room;		/* a power of two, or 0 */
	size_t count;
	uint32_t round;		/* of reading the table */
};

enum resync_change {
	RESYNC_SAME,
	RESYNC_NEW,
	RESYNC_CHANGED,
};

void resync_init(struct resync *r, const struct hash_key *key);
void resync_fini(struct resync *r);

/* An event, or an entry of the table being read.
 * => What is other than it was known; RESYNC_SAME without memory. */
enum resync_change resync_note(struct resync *r,
			       const struct clew_snapshot *ct);
/* Its NEW was shown though the event was not seen yet; was it so?
 * => Asking again, no: the next is another's. */
void resync_tell(struct resync *r, const struct clew_snapshot *ct);
bool resync_was_told(struct resync *r, const struct clew_snapshot *ct);
/* It ended.  => Was it known? */
bool resync_forget(struct resync *r, const struct clew_snapshot *ct);

/* Begin to read the table; then note each entry; at the end those that were
 * not seen again are forgotten, 'gone' being called for each. */
void resync_begin(struct resync *r);
void resync_end(struct resync *r, void (*gone)(void *ctx, uint32_t id),
		void *ctx);

#endif
