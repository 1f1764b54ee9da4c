/* SPDX-License-Identifier: BSD-2-Clause
 * base/wheel_test.c - the timer wheel against a list that is searched from
 * end to end, and what it costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/testrandom.h"
#include "base/wheel.h"

enum { MOST = 400 };

struct element {
	uint64_t deadline;
	struct wheel_link link;
	uint16_t slot;
	bool waits;
};

struct fixture {
	struct region elements;
	struct wheel wheel;
	unsigned turns;		/* slots whose time came */
	uint16_t turned;
	unsigned moves;		/* elements put back */
	uint64_t last_fired;	/* when */
};

static struct element *
at(const struct fixture *f, uint32_t i)
{
	return region_at(&f->elements, i);
}

static void
init(struct fixture *f, uint64_t now)
{
	*f = (struct fixture){ .last_fired = now, .turned = WHEEL_IDLE };
	assert_int_equal(region_init(&f->elements, sizeof(struct element),
				     MOST + 1), 0);
	assert_int_equal(region_grow(&f->elements, MOST + 1), 0);
	for (uint32_t i = 0; i <= MOST; i++)
		at(f, i)->slot = WHEEL_IDLE;
	wheel_init(&f->wheel, &f->elements, offsetof(struct element, link),
		   offsetof(struct element, slot), now);
}

static void
fini(struct fixture *f)
{
	region_fini(&f->elements);
}

static void
insert(struct fixture *f, uint32_t i, uint64_t deadline)
{
	at(f, i)->deadline = deadline;
	at(f, i)->waits = true;
	wheel_insert(&f->wheel, i, deadline);
}

/* Later is not told; earlier is, when it has to be. */
static void
rearm(struct fixture *f, uint32_t i, uint64_t deadline)
{
	struct element *e = at(f, i);

	e->deadline = deadline;
	if (wheel_must_move(&f->wheel, e->slot, deadline)) {
		wheel_remove(&f->wheel, i);
		wheel_insert(&f->wheel, i, deadline);
	}
}

/* Turn until 'until', as the owners of wheels do.  => How many fired, each
 * at its time and not a moment later. */
static unsigned
advance(struct fixture *f, uint64_t until)
{
	uint64_t before = f->wheel.now;
	unsigned fired = 0;

	for (;;) {
		uint16_t slot = wheel_turn(&f->wheel, until);
		struct element *e;
		uint32_t i;

		if (slot == WHEEL_IDLE)
			break;
		f->turns += slot != f->turned;
		f->turned = slot;
		assert_true(f->wheel.now >= before && f->wheel.now <= until);
		i = wheel_take(&f->wheel, slot);
		assert_int_not_equal(i, 0);
		e = at(f, i);
		assert_true(e->waits);
		assert_int_equal(e->slot, WHEEL_IDLE);
		if (slot >= WHEEL_SLOTS || e->deadline > f->wheel.now) {
			wheel_insert(&f->wheel, i, e->deadline);
			assert_int_not_equal(e->slot, slot);
			f->moves++;
			continue;
		}
		assert_true(e->deadline == f->wheel.now ||
			    f->wheel.now == before);
		assert_true(f->wheel.now >= f->last_fired);
		f->last_fired = f->wheel.now;
		e->waits = false;
		fired++;
	}
	assert_true(f->wheel.now == (until > before ? until : before));
	return fired;
}

static void
fires_in_order(void **state)
{
	static const uint64_t offsets[] = {
		0, 1, 2, 62, 63, 64, 65, 127, 128, 4031, 4095, 4096, 4097,
		262143, 262144, 16777215, 16777216, 1ull << 40, 1ull << 62,
	};
	enum { COUNT = sizeof(offsets) / sizeof(*offsets) };
	static const uint64_t starts[] = {
		0, 1, 63, 64, 4095, 1700000000000, 1ull << 63,
	};

	(void)state;
	for (size_t s = 0; s < sizeof(starts) / sizeof(*starts); s++) {
		struct fixture f;

		init(&f, starts[s]);
		for (uint32_t i = 0; i < COUNT; i++)
			insert(&f, COUNT - i, starts[s] +
			       offsets[COUNT - 1 - i]);
		for (uint32_t i = 0; i < COUNT; i++) {
			uint64_t due = starts[s] + offsets[i], when;

			assert_true(wheel_next(&f.wheel, &when));
			assert_true(when <= due);
			if (due > starts[s])
				assert_int_equal(advance(&f, due - 1), 0);
			assert_true(at(&f, i + 1)->waits);
			assert_int_equal(advance(&f, due), 1);
			assert_false(at(&f, i + 1)->waits);
		}
		assert_false(wheel_next(&f.wheel, &(uint64_t){ 0 }));
		assert_int_equal(f.wheel.count, 0);
		fini(&f);
	}
}

static void
the_past_is_due_at_once(void **state)
{
	struct fixture f;

	(void)state;
	init(&f, 1000);
	insert(&f, 1, 0);
	insert(&f, 2, 999);
	insert(&f, 3, 1000);
	insert(&f, 4, 1001);
	assert_int_equal(advance(&f, 1000), 3);
	/* Back is not a way time goes. */
	assert_int_equal(advance(&f, 5), 0);
	assert_true(f.wheel.now == 1000);
	assert_int_equal(advance(&f, 1001), 1);
	fini(&f);
}

static void
removal_leaves_the_others(void **state)
{
	struct fixture f;

	(void)state;
	init(&f, 0);
	for (uint32_t i = 1; i <= 5; i++)
		insert(&f, i, 100);
	wheel_remove(&f.wheel, 3);
	wheel_remove(&f.wheel, 5);
	wheel_remove(&f.wheel, 1);
	wheel_remove(&f.wheel, 1);
	assert_int_equal(f.wheel.count, 2);
	assert_int_equal(advance(&f, 100), 2);
	assert_false(at(&f, 2)->waits);
	assert_false(at(&f, 4)->waits);
	insert(&f, 3, 200);
	wheel_remove(&f.wheel, 3);
	assert_false(wheel_next(&f.wheel, &(uint64_t){ 0 }));
	fini(&f);
}

/* A timer pushed on with every packet: never touched by that, looked at only
 * when a slot it once was put into has its time. */
static void
lazy_timers_cost_little(void **state)
{
	enum { PACKETS = 100000, TIMEOUT = 120000 };
	struct fixture f;

	(void)state;
	init(&f, 1700000000000);
	insert(&f, 1, f.wheel.now + TIMEOUT);
	for (unsigned i = 0; i < PACKETS; i++) {
		assert_int_equal(advance(&f, f.wheel.now + 10), 0);
		rearm(&f, 1, f.wheel.now + TIMEOUT);
	}
	/* A million milliseconds: eight timeouts, three levels each. */
	assert_in_range(f.moves, 1, 4 * (PACKETS * 10 / TIMEOUT + 1));
	assert_int_equal(advance(&f, f.wheel.now + TIMEOUT), 1);
	fini(&f);
}

static void
years_cost_no_more_than_moments(void **state)
{
	const uint64_t year = 365ull * 86400 * 1000;
	struct fixture f;

	(void)state;
	init(&f, 1700000000000);
	assert_int_equal(advance(&f, f.wheel.now + 500 * year), 0);
	assert_int_equal(f.turns, 0);

	/* One timer, from now on to the end of the world. */
	for (unsigned bits = 0; bits < 63; bits++) {
		f.turns = f.moves = 0;
		insert(&f, 1, f.wheel.now + (1ull << bits) - 1);
		assert_int_equal(advance(&f, f.wheel.now + (1ull << bits)), 1);
		assert_in_range(f.turns, 1, WHEEL_LEVELS);
		assert_in_range(f.moves, 0, WHEEL_LEVELS - 1);
		fini(&f);
		init(&f, 1700000000000);
	}

	/* Many, of five days, and a jump of a hundred years: each moves down
	 * at most once a level, however far the jump goes. */
	f.turns = f.moves = 0;
	for (uint32_t i = 1; i <= MOST; i++)
		insert(&f, i, f.wheel.now + 432000000 - i * 777);
	assert_int_equal(advance(&f, f.wheel.now + 100 * year), MOST);
	assert_in_range(f.moves, MOST, MOST * 5);
	assert_in_range(f.turns, 1, MOST * 5);
	fini(&f);
}

/* An owner that may only do so much at a time: nothing is lost, and nobody
 * comes out of turn, also not who comes in between. */
static void
a_slot_may_be_emptied_slowly(void **state)
{
	uint32_t next = 101;
	struct fixture f;
	uint64_t when;

	(void)state;
	init(&f, 0);
	for (uint32_t i = 1; i <= 100; i++)
		insert(&f, i, 5000 + i % 3);
	for (unsigned round = 0; f.wheel.count; round++) {
		uint16_t slot = wheel_turn(&f.wheel, 6000);
		uint32_t i = wheel_take(&f.wheel, slot);

		if (f.wheel.head[slot])
			assert_int_equal(wheel_turn(&f.wheel, 6000), slot);
		if (f.wheel.count)
			assert_true(wheel_next(&f.wheel, &when) &&
				    when <= 5002);
		if (at(&f, i)->deadline > f.wheel.now ||
		    slot >= WHEEL_SLOTS) {
			wheel_insert(&f.wheel, i, at(&f, i)->deadline);
		} else {
			assert_true(f.wheel.now == at(&f, i)->deadline ||
				    (i > 100 && f.wheel.now <= 5002));
			at(&f, i)->waits = false;
		}
		/* One that is due at once, and one that is taken away. */
		if (round % 10 == 0 && next < 110 && f.wheel.now)
			insert(&f, next++, 17);
		if (round == 60) {
			wheel_remove(&f.wheel, 50);
			at(&f, 50)->waits = false;
		}
	}
	for (uint32_t i = 1; i < next; i++)
		assert_false(at(&f, i)->waits);
	assert_int_equal(wheel_turn(&f.wheel, 6000), WHEEL_IDLE);
	assert_true(f.wheel.now == 6000);
	fini(&f);
}

static void
a_slot_may_be_emptied_at_once(void **state)
{
	struct fixture f;
	unsigned count = 0;
	uint16_t slot;

	(void)state;
	init(&f, 0);
	for (uint32_t i = 1; i <= 10; i++)
		insert(&f, i, 20);
	insert(&f, 11, 21);
	slot = wheel_turn(&f.wheel, 100);
	for (uint32_t i = wheel_take_all(&f.wheel, slot); i;
	     i = at(&f, i)->link.next) {
		assert_int_equal(at(&f, i)->slot, WHEEL_IDLE);
		count++;
	}
	assert_int_equal(count, 10);
	assert_int_equal(f.wheel.count, 1);
	assert_true(f.wheel.now == 20);
	slot = wheel_turn(&f.wheel, 100);
	assert_int_equal(wheel_take(&f.wheel, slot), 11);
	assert_int_equal(wheel_take(&f.wheel, slot), 0);
	assert_int_equal(wheel_take_all(&f.wheel, slot), 0);
	fini(&f);
}

/* The model: every element is looked at, always. */
static void
check_model(const struct fixture *f, uint64_t until)
{
	uint64_t earliest = UINT64_MAX, when;
	size_t waiting = 0;

	for (uint32_t i = 1; i <= MOST; i++) {
		const struct element *e = at(f, i);

		if (!e->waits) {
			assert_int_equal(e->slot, WHEEL_IDLE);
			continue;
		}
		waiting++;
		assert_true(e->deadline > until);
		assert_false(wheel_must_move(&f->wheel, e->slot,
					     e->deadline));
		if (e->deadline < earliest)
			earliest = e->deadline;
	}
	assert_int_equal(f->wheel.count, waiting);
	assert_int_equal(wheel_next(&f->wheel, &when), waiting != 0);
	if (waiting)
		assert_true(when <= earliest && when >= f->wheel.now);
}

static uint64_t
some_time(struct testrandom *r, uint64_t now)
{
	uint64_t by = testrandom_any(r);

	switch (testrandom_below(r, 8)) {
	case 0:
		return now > by ? now - by : 0;
	case 1:		/* at the edge of a slot */
		by = now + testrandom_below(r, 1000);
		return by | ((1ull << testrandom_below(r, 40)) - 1);
	case 2:
		return UINT64_MAX - testrandom_below(r, 100);
	case 3:
	case 4:
	case 5:
		by = testrandom_below(r, 200000);
		break;
	default:
		by >>= 16;
		break;
	}
	return by > UINT64_MAX - now ? UINT64_MAX : now + by;
}

static void
agrees_with_the_model(void **state)
{
	static const uint64_t starts[] = {
		0, 1700000000000, (1ull << 60) - 5, UINT64_MAX - 1000000,
		UINT64_MAX,
	};
	struct testrandom r = { 4 };

	(void)state;
	for (unsigned run = 0; run < 50; run++) {
		struct fixture f;

		init(&f, starts[run % 5]);
		for (unsigned step = 0; step < 2000; step++) {
			uint32_t i = 1 + testrandom_below(&r, MOST);
			uint64_t to = some_time(&r, f.wheel.now);

			if (testrandom_below(&r, 40) == 0) {
				/* Mostly little steps, or all would end. */
				if (testrandom_below(&r, 4))
					to = f.wheel.now +
					     testrandom_below(&r, 3000);
				if (to < f.wheel.now)
					to = UINT64_MAX;
				advance(&f, to);
				check_model(&f, f.wheel.now);
			} else if (!at(&f, i)->waits) {
				insert(&f, i, to);
			} else if (testrandom_below(&r, 3) == 0) {
				wheel_remove(&f.wheel, i);
				at(&f, i)->waits = false;
			} else {
				rearm(&f, i, to);
			}
		}
		advance(&f, UINT64_MAX);
		assert_int_equal(f.wheel.count, 0);
		fini(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fires_in_order),
		cmocka_unit_test(the_past_is_due_at_once),
		cmocka_unit_test(removal_leaves_the_others),
		cmocka_unit_test(lazy_timers_cost_little),
		cmocka_unit_test(years_cost_no_more_than_moments),
		cmocka_unit_test(a_slot_may_be_emptied_slowly),
		cmocka_unit_test(a_slot_may_be_emptied_at_once),
		cmocka_unit_test(agrees_with_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
