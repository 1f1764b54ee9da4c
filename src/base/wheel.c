/* SPDX-License-Identifier: BSD-2-Clause
 * base/wheel.c - see base/wheel.h for how it works.
 *
 *	deadline ^ now:	 ...|  level 2  |  level 1  |  level 0  |
 *			    | 6 bits    | 6 bits    | 6 bits    |
 *
 * The highest group of six bits in which the deadline differs from 'now'
 * names the level, the deadline's own value there names the slot.  Slots of
 * a level before the present one in the same turn cannot be busy, because a
 * deadline there would differ in a higher group too. */
#include "base/wheel.h"

#include <assert.h>
#include <string.h>

static struct wheel_link *
link_of(const struct wheel *w, uint32_t index)
{
	return (struct wheel_link *)((char *)region_at(w->elements, index) +
				     w->link_offset);
}

static uint16_t *
slot_of(const struct wheel *w, uint32_t index)
{
	return (uint16_t *)((char *)region_at(w->elements, index) +
			    w->slot_offset);
}

void
wheel_init(struct wheel *w, const struct region *elements,
	   size_t link_offset, size_t slot_offset, uint64_t now_ms)
{
	memset(w, 0, sizeof(*w));
	w->now = now_ms;
	w->turning = WHEEL_IDLE;
	w->elements = elements;
	w->link_offset = link_offset;
	w->slot_offset = slot_offset;
}

static unsigned
slot_for(const struct wheel *w, uint64_t deadline_ms)
{
	uint64_t at = deadline_ms > w->now ? deadline_ms : w->now;
	uint64_t differs = at ^ w->now;
	unsigned level;

	level = differs ? (63u - (unsigned)__builtin_clzll(differs)) /
			  WHEEL_BITS : 0;
	return level * WHEEL_SLOTS +
	       ((at >> (level * WHEEL_BITS)) & (WHEEL_SLOTS - 1));
}

void
wheel_insert(struct wheel *w, uint32_t index, uint64_t deadline_ms)
{
	unsigned slot = slot_for(w, deadline_ms);
	struct wheel_link *link = link_of(w, index);

	*slot_of(w, index) = (uint16_t)slot;
	link->prev = 0;
	link->next = w->head[slot];
	if (link->next)
		link_of(w, link->next)->prev = index;
	w->head[slot] = index;
	w->busy[slot / WHEEL_SLOTS] |= 1ULL << (slot % WHEEL_SLOTS);
	w->count++;
}

void
wheel_remove(struct wheel *w, uint32_t index)
{
	struct wheel_link *link = link_of(w, index);
	unsigned slot = *slot_of(w, index);

	if (slot == WHEEL_IDLE)
		return;
	if (link->next)
		link_of(w, link->next)->prev = link->prev;
	if (link->prev)
		link_of(w, link->prev)->next = link->next;
	else
		w->head[slot] = link->next;
	if (!w->head[slot])
		w->busy[slot / WHEEL_SLOTS] &= ~(1ULL << (slot % WHEEL_SLOTS));
	*slot_of(w, index) = WHEEL_IDLE;
	w->count--;
}

/* The busy slot looked at first, as its time and number. */
static bool
first_busy(const struct wheel *w, uint64_t *when_ms, unsigned *slot)
{
	/* Busy slots of a lower level lie within the present slot of the
	 * level above it, so the lowest busy level is the earliest. */
	for (unsigned level = 0; level < WHEEL_LEVELS; level++) {
		unsigned shift = level * WHEEL_BITS;
		uint64_t ahead = w->busy[level];
		unsigned n;

		if (!ahead)
			continue;
		n = (unsigned)__builtin_ctzll(ahead);
		*slot = level * WHEEL_SLOTS + n;
		*when_ms = ((w->now >> shift >> WHEEL_BITS) << WHEEL_BITS | n)
			   << shift;
		return true;
	}
	return false;
}

static bool
is_turning(const struct wheel *w)
{
	return w->turning != WHEEL_IDLE && w->head[w->turning];
}

uint16_t
wheel_turn(struct wheel *w, uint64_t until_ms)
{
	unsigned slot = WHEEL_IDLE;
	uint64_t when;

	if (is_turning(w))
		return w->turning;
	w->turning = WHEEL_IDLE;
	if (!first_busy(w, &when, &slot) || when > until_ms) {
		if (until_ms > w->now)
			w->now = until_ms;
		return WHEEL_IDLE;
	}
	assert(when >= w->now);
	w->now = when;
	w->turning = (uint16_t)slot;
	return w->turning;
}

uint32_t
wheel_take(struct wheel *w, uint16_t slot)
{
	uint32_t index = w->head[slot];

	if (index)
		wheel_remove(w, index);
	return index;
}

uint32_t
wheel_take_all(struct wheel *w, uint16_t slot)
{
	uint32_t first = w->head[slot];

	w->head[slot] = 0;
	w->busy[slot / WHEEL_SLOTS] &= ~(1ULL << (slot % WHEEL_SLOTS));
	for (uint32_t i = first; i; i = link_of(w, i)->next) {
		*slot_of(w, i) = WHEEL_IDLE;
		w->count--;
	}
	return first;
}

bool
wheel_next(const struct wheel *w, uint64_t *when_ms)
{
	unsigned slot;

	if (is_turning(w)) {
		*when_ms = w->now;
		return true;
	}
	return first_busy(w, when_ms, &slot);
}
