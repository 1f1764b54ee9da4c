/* SPDX-License-Identifier: BSD-2-Clause
 * base/wheel.h - a hierarchical timer wheel over the elements of a region.
 *
 * Eleven levels of 64 slots cover 64 bits of milliseconds: level n turns
 * once in 64^(n+1) ms.  An element waits in the slot of the level where its
 * deadline first differs from the present, and moves down a level when that
 * slot's time has come, so each costs at most eleven moves whatever the
 * number of the others; a bitmap per level finds the next busy slot, so a
 * jump of years costs no more than one of a millisecond.
 *
 * Lazy: the owner keeps the true deadline.  When it becomes later the wheel
 * is not told; the element is looked at when its slot's time comes, and put
 * back.  wheel_must_move() tells whether a new deadline comes before that.
 *
 * Elements are named by index, 1 or more; 0 ends a list.  Each holds, at
 * fixed offsets, a struct wheel_link and the uint16_t number of the slot it
 * is in: level * WHEEL_SLOTS + slot, or WHEEL_IDLE.
 *
 * A slot whose time has come is emptied one element at a time, as slowly as
 * the owner likes; until it is empty the wheel does not move on. */
#ifndef BASE_WHEEL_H
#define BASE_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/region.h"

#define WHEEL_BITS	6
#define WHEEL_SLOTS	(1u << WHEEL_BITS)
#define WHEEL_LEVELS	11
#define WHEEL_IDLE	0xffff		/* slot of an element in no list */

struct wheel_link {
	uint32_t prev;
	uint32_t next;
};

struct wheel {
	uint64_t now;			/* ms; every slot before it is empty */
	uint16_t turning;		/* the slot being emptied, or IDLE */
	uint64_t busy[WHEEL_LEVELS];	/* bit n: slot n is not empty */
	uint32_t head[WHEEL_LEVELS * WHEEL_SLOTS];
	const struct region *elements;
	size_t link_offset;
	size_t slot_offset;
	size_t count;
};

/* Begin empty, at 'now_ms'.  'link_offset' and 'slot_offset' are where an
 * element has its struct wheel_link and the number of its slot.
 * => Borrows 'elements'; owns no memory. */
void wheel_init(struct wheel *w, const struct region *elements,
		size_t link_offset, size_t slot_offset, uint64_t now_ms);

/* Put 'index', which is in no list, where it is found at 'deadline_ms' or
 * before.  A deadline that has passed is due at once. */
void wheel_insert(struct wheel *w, uint32_t index, uint64_t deadline_ms);

/* Take 'index' out.  => One that is in no list is let be. */
void wheel_remove(struct wheel *w, uint32_t index);

/* The time at which 'slot' is looked at next. */
static inline uint64_t
wheel_slot_time(const struct wheel *w, uint16_t slot)
{
	unsigned shift = slot / WHEEL_SLOTS * WHEEL_BITS;
	uint64_t turn = w->now >> shift;
	uint64_t ahead = (slot % WHEEL_SLOTS - turn) % WHEEL_SLOTS;

	return (turn + ahead) << shift;
}

/* Would an element in 'slot' be looked at too late for 'deadline_ms'? */
static inline bool
wheel_must_move(const struct wheel *w, uint16_t slot, uint64_t deadline_ms)
{
	return wheel_slot_time(w, slot) > deadline_ms;
}

/* Move on towards 'until_ms', but no further than the next busy slot.
 * => That slot: the caller takes out of it what it likes to and calls again.
 *    Due elements are its business, others go back by wheel_insert(), never
 *    into the same slot.  In a slot below WHEEL_SLOTS, of level 0, wait all
 *    that are due at 'now'; in another one some may be, and go to level 0.
 * => WHEEL_IDLE when 'until_ms' was reached with nothing found. */
uint16_t wheel_turn(struct wheel *w, uint64_t until_ms);

/* Take the first element out of 'slot'.  => 0 when it is empty. */
uint32_t wheel_take(struct wheel *w, uint16_t slot);

/* Take all out of 'slot'.  => The first, the others linked through 'next'. */
uint32_t wheel_take_all(struct wheel *w, uint16_t slot);

/* When the next slot is to be looked at.  => false when all are empty. */
bool wheel_next(const struct wheel *w, uint64_t *when_ms);

#endif
