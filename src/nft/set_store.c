/* SPDX-License-Identifier: BSD-2-Clause
 * nft/set_store.c - what all stores have in common: elements in memory, their
 * order of index, their times. */
#include "nft/set_store.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint16_t
place(size_t *size, size_t bytes)
{
	size_t at = *size;

	*size += (bytes + 7) & ~(size_t)7;
	return (uint16_t)at;
}

static int
timers_create(struct set_store *s)
{
	struct store_timers *t = malloc(sizeof(*t));

	if (!t)
		return -ENOMEM;
	if (region_init(&t->links, sizeof(struct store_timer), STORE_MOST)) {
		free(t);
		return -ENOMEM;
	}
	wheel_init(&t->wheel, &t->links, offsetof(struct store_timer, link),
		   offsetof(struct store_timer, slot), s->set.now_ms);
	s->timers = t;
	return 0;
}

static void
timers_destroy(struct store_timers *t)
{
	if (!t)
		return;
	region_fini(&t->links);
	free(t);
}

int
store_init(struct set_store *s, const struct store_config *config)
{
	size_t size = sizeof(struct elem);
	int err;

	memset(s, 0, sizeof(*s));
	s->set = *config;
	s->words = (uint8_t)((config->key_len + 7) / 8);
	place(&size, s->words * sizeof(uint64_t));
	if (config->kind == STORE_CONCAT)
		s->end_at = place(&size, s->words * sizeof(uint64_t));
	if (config->data_len)
		s->data_at = place(&size, config->data_len);
	if (config->has_timeout)
		s->time_at = place(&size, sizeof(struct elem_time));
	if (config->has_object)
		s->object_at = place(&size, sizeof(void *));
	if (config->kind == STORE_CONCAT)
		s->serial_at = place(&size, sizeof(uint64_t));
	slab_init(&s->elems, size);
	if (config->has_timeout && timers_create(s))
		return -ENOMEM;
	switch (config->kind) {
	case STORE_HASH:
		return 0;
	case STORE_INTERVAL:
		interval_init(s);
		return 0;
	case STORE_CONCAT:
		err = concat_init(s);
		if (err) {
			timers_destroy(s->timers);
			s->timers = NULL;
		}
		return err;
	}
	return 0;
}

void
store_fini(struct set_store *s)
{
	switch (s->set.kind) {
	case STORE_HASH:
		if (s->hash.is_big)
			table_fini(&s->hash.table);
		break;
	case STORE_INTERVAL:
		slab_fini(&s->interval.nodes);
		break;
	case STORE_CONCAT:
		concat_fini(s);
		break;
	}
	timers_destroy(s->timers);
	s->timers = NULL;
	slab_fini(&s->elems);
}

uint32_t
store_new(struct set_store *s, const void *key, const void *end,
	  uint8_t flags)
{
	uint32_t ref;
	struct elem *e;

	if (s->elems.used >= STORE_MOST - 1 && !s->elems.free)
		return 0;
	ref = slab_get(&s->elems);
	if (!ref)
		return 0;
	e = store_at(s, ref);
	memset(e, 0, s->elems.stride);
	e->flags = flags | ELEM_USED;
	if (!(flags & ELEM_CATCHALL))
		key_load(e->key, key, s->set.key_len);
	if (end) {
		e->flags |= ELEM_HAS_END;
		key_load((uint64_t *)(uintptr_t)elem_end(s, e), end,
			 s->set.key_len);
	}
	return ref;
}

void
store_free(struct set_store *s, uint32_t ref)
{
	struct elem *e = store_at(s, ref);

	assert(e->flags & ELEM_USED && !(e->flags & ELEM_IN));
	if (s->set.kind == STORE_CONCAT && !(e->flags & ELEM_CATCHALL))
		concat_forget(s, ref);
	e->flags = 0;
	slab_put(&s->elems, ref);
}

/* Times. */

static struct store_timer *
timer_at(const struct set_store *s, uint32_t ref)
{
	return region_at(&s->timers->links, ref);
}

static bool
is_timed(const struct set_store *s, uint32_t ref)
{
	return s->time_at && elem_time(s, store_at(s, ref))->timeout_ms;
}

/* => 0 or -ENOMEM; never after it was called for 'ref' once. */
static int
timer_start(struct set_store *s, uint32_t ref)
{
	if (!s->timers)
		return 0;
	if (ref >= s->timers->links.usable &&
	    region_grow(&s->timers->links, ref + 1))
		return -ENOMEM;
	timer_at(s, ref)->slot = WHEEL_IDLE;
	if (is_timed(s, ref))
		wheel_insert(&s->timers->wheel, ref,
			     elem_time(s, store_at(s, ref))->deadline_ms);
	return 0;
}

static void
timer_stop(struct set_store *s, uint32_t ref)
{
	if (s->timers)
		wheel_remove(&s->timers->wheel, ref);
}

void
store_renew(struct set_store *s, uint32_t ref, uint64_t timeout_ms,
	    uint64_t deadline_ms)
{
	struct elem *e = store_at(s, ref);
	struct elem_time *time = elem_time(s, e);
	uint16_t slot;

	time->timeout_ms = timeout_ms;
	time->deadline_ms = deadline_ms;
	if (!(e->flags & ELEM_IN) || !timeout_ms)
		return;		/* the wheel asks when it comes round */
	slot = timer_at(s, ref)->slot;
	if (slot != WHEEL_IDLE) {
		if (!wheel_must_move(&s->timers->wheel, slot, deadline_ms))
			return;
		wheel_remove(&s->timers->wheel, ref);
	}
	wheel_insert(&s->timers->wheel, ref, deadline_ms);
}

uint32_t
store_expire(struct set_store *s, uint64_t now_ms, uint32_t *budget)
{
	struct wheel *w;
	uint16_t slot;

	if (!s->timers)
		return 0;
	w = &s->timers->wheel;
	while ((slot = wheel_turn(w, now_ms)) != WHEEL_IDLE) {
		uint32_t ref;

		if (budget && !*budget)
			return 0;
		if (budget)
			--*budget;
		ref = wheel_take(w, slot);
		if (!is_timed(s, ref))
			continue;
		if (elem_is_expired(s, store_at(s, ref), now_ms)) {
			store_remove(s, ref);
			return ref;
		}
		wheel_insert(w, ref,
			     elem_time(s, store_at(s, ref))->deadline_ms);
	}
	return 0;
}

/* Being found. */

static void
enter(struct set_store *s, uint32_t ref)
{
	store_at(s, ref)->flags |= ELEM_IN;
	s->count++;
}

int
store_insert(struct set_store *s, uint32_t ref, uint32_t *clash)
{
	int err = timer_start(s, ref);

	*clash = 0;
	if (err)
		return err;
	switch (s->set.kind) {
	case STORE_HASH:
		err = hash_insert(s, ref, clash);
		break;
	case STORE_INTERVAL:
		err = interval_insert(s, ref, clash);
		break;
	case STORE_CONCAT:
		err = concat_insert(s, ref, clash,
				    s->timers ? s->timers->wheel.now : 0);
		break;
	}
	if (err)
		timer_stop(s, ref);
	else
		enter(s, ref);
	return err;
}

int
store_reserve(struct set_store *s)
{
	return s->set.kind == STORE_INTERVAL ? interval_reserve(s) : 0;
}

void
store_remove(struct set_store *s, uint32_t ref)
{
	struct elem *e = store_at(s, ref);

	assert(e->flags & ELEM_IN);
	switch (s->set.kind) {
	case STORE_HASH:
		hash_remove(s, ref);
		break;
	case STORE_INTERVAL:
		interval_remove(s, ref);
		break;
	case STORE_CONCAT:
		concat_remove(s, ref);
		break;
	}
	timer_stop(s, ref);
	e->flags &= (uint8_t)~ELEM_IN;
	s->count--;
}

void
store_restore(struct set_store *s, uint32_t ref)
{
	int err = timer_start(s, ref);

	assert(!err);
	(void)err;
	switch (s->set.kind) {
	case STORE_HASH:
		hash_restore(s, ref);
		break;
	case STORE_INTERVAL:
		interval_restore(s, ref);
		break;
	case STORE_CONCAT:
		concat_restore(s, ref);
		break;
	}
	enter(s, ref);
}

void
store_settle(struct set_store *s)
{
	switch (s->set.kind) {
	case STORE_HASH:
		break;
	case STORE_INTERVAL:
		s->interval.removed = 0;
		s->interval.start = 0;
		break;
	case STORE_CONCAT:
		concat_settle(s);
		break;
	}
}

uint32_t
store_lookup(const struct set_store *s, const uint32_t *key, uint64_t now_ms)
{
	uint32_t ref = 0;

	switch (s->set.kind) {
	case STORE_HASH:
		ref = hash_lookup(s, key);
		break;
	case STORE_INTERVAL:
		ref = interval_lookup(s, key);
		break;
	case STORE_CONCAT:
		return concat_lookup(s, key, now_ms);
	}
	if (ref && elem_is_expired(s, store_at(s, ref), now_ms))
		return 0;
	return ref;
}

uint32_t
store_find(const struct set_store *s, const uint32_t *key, uint8_t flags,
	   uint64_t now_ms)
{
	switch (s->set.kind) {
	case STORE_HASH:
		return hash_lookup(s, key);
	case STORE_INTERVAL:
		return interval_find(s, key, flags);
	case STORE_CONCAT:
		return concat_lookup(s, key, now_ms);
	}
	return 0;
}

uint32_t
store_pick(struct set_store *s, const uint32_t *key, uint8_t flags,
	   uint64_t now_ms)
{
	if (s->set.kind == STORE_INTERVAL)
		return interval_pick(s, key, flags);
	return store_find(s, key, flags, now_ms);
}

uint32_t
store_get(const struct set_store *s, const uint32_t *key, uint8_t flags,
	  uint64_t now_ms)
{
	if (s->set.kind == STORE_INTERVAL)
		return interval_get(s, key, flags, now_ms);
	return store_lookup(s, key, now_ms);
}

uint32_t
store_next(const struct set_store *s, uint32_t ref)
{
	while (ref++ < s->elems.used) {
		if (store_at(s, ref)->flags & ELEM_IN)
			return ref;
	}
	return 0;
}

size_t
store_bytes(const struct set_store *s)
{
	size_t bytes = slab_bytes(&s->elems);

	if (s->timers)
		bytes += region_bytes(&s->timers->links);
	switch (s->set.kind) {
	case STORE_HASH:
		if (s->hash.is_big)
			bytes += region_bytes(&s->hash.table.buckets) +
				 region_bytes(&s->hash.table.overflow.region);
		break;
	case STORE_INTERVAL:
		bytes += slab_bytes(&s->interval.nodes);
		break;
	case STORE_CONCAT:
		bytes += concat_bytes(s);
		break;
	}
	return bytes;
}
