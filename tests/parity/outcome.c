/* SPDX-License-Identifier: BSD-2-Clause
 * parity/outcome.c - growing lists of what was said. */
#include "parity/outcome.h"

#include <stdlib.h>
#include <string.h>

void
outcomes_init(struct outcomes *o, size_t steps)
{
	memset(o, 0, sizeof(*o));
	o->steps = steps;
	o->step = xmalloc((steps + 1) * sizeof(*o->step));
	memset(o->step, 0, (steps + 1) * sizeof(*o->step));
}

void
outcomes_fini(struct outcomes *o)
{
	size_t i;

	free(o->step);
	free(o->said);
	free(o->table);
	for (i = 0; i < o->frame_count; i++)
		free(o->frame[i].bytes);
	free(o->frame);
	free(o->listing);
	memset(o, 0, sizeof(*o));
}

struct said *
outcomes_say(struct outcomes *o)
{
	if (o->said_count == o->said_room) {
		o->said_room = o->said_room ? 2 * o->said_room : 256;
		o->said = xrealloc(o->said, o->said_room * sizeof(*o->said));
	}
	memset(&o->said[o->said_count], 0, sizeof(*o->said));
	return &o->said[o->said_count++];
}

const struct said *
outcomes_newest(const struct outcomes *o, unsigned n)
{
	const struct said *said;
	size_t i = o->said_count, j;

	while (i--)
		if (o->said[i].type == CLEW_EVENT_NEW && n-- == 0)
			break;
	if (i >= o->said_count)
		return NULL;
	said = &o->said[i];
	if (said->ct.has & (CLEW_HAS_ZONE_ORIG | CLEW_HAS_ZONE_REPLY))
		return NULL;
	for (j = i + 1; j < o->said_count; j++)
		if (o->said[j].type == CLEW_EVENT_NEW &&
		    !memcmp(&o->said[j].ct.tuple[0], &said->ct.tuple[0],
			    sizeof(said->ct.tuple[0])))
			return NULL;
	return said;
}

void
outcomes_frame(struct outcomes *o, struct outcome *out, unsigned to,
	       const void *bytes, size_t len)
{
	struct frame *f;

	if (o->frame_count == o->frame_room) {
		o->frame_room = o->frame_room ? 2 * o->frame_room : 256;
		o->frame = xrealloc(o->frame,
				    o->frame_room * sizeof(*o->frame));
	}
	if (!out->frames++)
		out->first_frame = o->frame_count;
	f = &o->frame[o->frame_count++];
	memset(f, 0, sizeof(*f));
	f->to = to;
	f->len = len;
	f->bytes = xmalloc(len);
	memcpy(f->bytes, bytes, len);
}

struct clew_snapshot *
outcomes_entry(struct outcomes *o)
{
	if (o->table_count == o->table_room) {
		o->table_room = o->table_room ? 2 * o->table_room : 256;
		o->table = xrealloc(o->table,
				    o->table_room * sizeof(*o->table));
	}
	return &o->table[o->table_count++];
}

uint64_t
outcome_hash(uint64_t hash, const void *data, size_t len)
{
	const uint8_t *p = data;

	hash ^= 0xcbf29ce484222325u;
	while (len--)
		hash = (hash ^ *p++) * 0x100000001b3u;
	return hash;
}
