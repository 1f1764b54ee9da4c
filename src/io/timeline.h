/* SPDX-License-Identifier: BSD-2-Clause
 * io/timeline.h - several captures as one, in order of time, in bursts. */
#ifndef IO_TIMELINE_H
#define IO_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clew/packet.h"
#include "io/capture.h"

struct timeline;

enum { TIMELINE_BURST = 32 };

/* Packets for clew_engine_process(), and where each came from. */
struct timeline_burst {
	size_t count;
	struct clew_packet packet[TIMELINE_BURST];
	struct timeline_origin {
		uint64_t number;	/* of the frame in its file, from 1 */
		uint64_t time_ns;	/* as the file has it */
		const char *interface;	/* as the capture names it, or NULL;
					 * lives as long as the timeline */
		uint32_t ifindex;	/* as it numbers it, or 0 */
		uint32_t file;		/* index into the paths */
	} origin[TIMELINE_BURST];
};

/* Open 'count' captures.  Those that cannot be opened are left out, see
 * timeline_error().
 * => 0 or -ENOMEM.  => '*timeline' is for timeline_destroy(). */
int timeline_create(struct timeline **timeline, const char *const *paths,
		    size_t count);

/* NULL is allowed. */
void timeline_destroy(struct timeline *timeline);

/* When the first packet comes that timeline_next() has not given out yet.
 * => false when that is not known, or there is none. */
bool timeline_first(const struct timeline *timeline, uint64_t *time_ns);

/* The next packets, at most 'max': by time, and at the same time by the order
 * of the files; never against the order within a file.  Fewer come when the
 * next one would have to be waited for.
 * => Borrowed, its bytes too, until the next call.  => NULL at the end of it
 *    all, or with no memory left: then timeline_error() has it. */
struct timeline_burst *timeline_next(struct timeline *timeline, size_t max);

/* What ended file number 'file' before its time.
 * => Borrowed.  => NULL when all is well. */
const char *timeline_error(const struct timeline *timeline, size_t file);

/* All files' counts together. */
void timeline_counts(const struct timeline *timeline,
		     struct capture_counts *out);

/* Will the next timeline_next() wait for somebody to write?  Then it is time to
 * show what there is.  A guess: a packet may have come in part. */
bool timeline_may_wait(const struct timeline *timeline);

/* How many bytes of how many have been read.
 * => false when that cannot be told. */
bool timeline_progress(const struct timeline *timeline, uint64_t *at,
		       uint64_t *size);

#endif
