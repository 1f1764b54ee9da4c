/* SPDX-License-Identifier: BSD-2-Clause
 * engine/outputs.c - packets that leave other than they came in, or were
 * made here: the list, and the bytes. */
#include <errno.h>

#include "engine/engine.h"

enum {
	OUTPUTS_MOST = 1 << 20,
	BYTES_MOST = 1 << 30,
};

int
outputs_init(struct clew_engine *e)
{
	if (region_init(&e->outputs, sizeof(struct clew_output),
			OUTPUTS_MOST) ||
	    region_init(&e->output_bytes, 1, BYTES_MOST) ||
	    region_init(&e->made_bytes, 1, BYTES_MOST)) {
		outputs_fini(e);
		return -ENOMEM;
	}
	return 0;
}

void
outputs_fini(struct clew_engine *e)
{
	region_fini(&e->outputs);
	region_fini(&e->output_bytes);
	region_fini(&e->made_bytes);
}

void
outputs_clear(struct clew_engine *e)
{
	e->output_count = 0;
	e->output_used = 0;
	e->made_used = 0;
}

uint8_t *
outputs_room_after(struct clew_engine *e, size_t used, uint32_t len)
{
	size_t need = e->output_used + used + len;

	if (need > e->output_bytes.usable &&
	    region_grow(&e->output_bytes, need))
		return NULL;
	return region_at(&e->output_bytes, e->output_used + used);
}

uint8_t *
outputs_room(struct clew_engine *e)
{
	return outputs_room_after(e, 0, FRAG_DATAGRAM_MAX);
}

uint8_t *
outputs_made_room(struct clew_engine *e, uint32_t len)
{
	uint8_t *room = region_at(&e->made_bytes, e->made_used);
	size_t need = e->made_used + len;

	if (need > e->made_bytes.usable && region_grow(&e->made_bytes, need))
		return NULL;
	e->made_used = need;
	return room;
}

struct clew_output *
outputs_add(struct clew_engine *e)
{
	if (e->output_count + 1 > e->outputs.usable &&
	    region_grow(&e->outputs, e->output_count + 1))
		return NULL;
	return region_at(&e->outputs, e->output_count++);
}

void
outputs_keep(struct clew_engine *e, uint32_t len)
{
	e->output_used += len;
}

const struct clew_output *
clew_engine_outputs(const struct clew_engine *e, size_t *count)
{
	*count = e->output_count;
	return (const struct clew_output *)e->outputs.base;
}
