/* SPDX-License-Identifier: BSD-2-Clause
 * engine/tape.h - all that engines say, as bytes to compare. */
#ifndef ENGINE_TAPE_H
#define ENGINE_TAPE_H

#include <stddef.h>
#include <stdint.h>

#include "clew/clew.h"

struct tape {
	uint8_t *bytes;
	size_t size;
	size_t room;
};

void tape_put(struct tape *t, const void *bytes, size_t size);
/* All that was decided about a packet. */
void tape_put_packet(struct tape *t, const struct clew_packet *p);
void tape_put_event(struct tape *t, const struct clew_event *event);
/* The table, the counters, the clock. */
void tape_put_engine(struct tape *t, struct clew_engine *e);
void tape_free(struct tape *t);

#endif
