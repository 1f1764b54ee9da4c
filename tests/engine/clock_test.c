/* SPDX-License-Identifier: BSD-2-Clause
 * engine/clock_test.c - time as the engine knows it: from packets and calls,
 * never back, exact, and however far it jumps. */
#include "engine/world.h"

#include <arpa/inet.h>
#include <stdlib.h>

static void
packets_move_the_clock(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, NULL);
	assert_true(clew_engine_now(w.e) == START_NS);
	w.now_ns += 17;
	world_udp(&w, 0);
	assert_true(clew_engine_now(w.e) == START_NS + 17);
	w.now_ns += 3 * SECOND;
	world_udp(&w, 0);
	assert_true(clew_engine_now(w.e) == w.now_ns);
	assert_int_equal(world_stats(&w).clock_clamped, 0);
	/* Also packets that are dropped at once. */
	w.now_ns += SECOND;
	world_send_bytes(&w, (const uint8_t *)"", 1, 1);
	assert_true(clew_engine_now(w.e) == w.now_ns);
	world_fini(&w);
}

static void
it_never_runs_back(void **state)
{
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	w.now_ns += 10 * SECOND;
	p = world_udp(&w, 0);
	w.now_ns -= 5 * SECOND;
	world_forget(&w);
	world_udp(&w, 1);
	assert_true(clew_engine_now(w.e) == START_NS + 10 * SECOND);
	assert_true(w.told[0].time_ns == START_NS + 10 * SECOND);
	assert_int_equal(world_stats(&w).clock_clamped, 1);
	w.now_ns = 0;
	world_udp(&w, 0);
	assert_int_equal(world_stats(&w).clock_clamped, 2);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 30);
	/* The same moment is not before. */
	w.now_ns = START_NS + 10 * SECOND;
	world_udp(&w, 0);
	assert_int_equal(world_stats(&w).clock_clamped, 2);
	assert_true(clew_engine_advance(w.e, 5, 0));
	assert_true(clew_engine_now(w.e) == START_NS + 10 * SECOND);
	world_fini(&w);
}

static void
expiry_is_exact(void **state)
{
	const struct told *told;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	w.now_ns += 123 * MSECOND + 456789;
	world_udp(&w, 0);
	world_forget(&w);
	w.now_ns += 30 * SECOND - MSECOND;
	world_wait(&w, 0);
	assert_int_equal(clew_engine_count(w.e), 1);
	/* To the millisecond, and that is when it is said to have been. */
	world_wait(&w, 1000 * SECOND);
	assert_int_equal(clew_engine_count(w.e), 0);
	told = world_only(&w, CLEW_EVENT_DESTROY);
	assert_true(told->time_ns == START_NS + 123 * MSECOND + 30 * SECOND);
	world_fini(&w);
}

/* What is due goes before the packet is looked at. */
static void
the_dead_do_not_answer(void **state)
{
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_udp(&w, 0);
	w.now_ns += 30 * SECOND - MSECOND;
	assert_int_equal(world_udp(&w, 1).ct_state, CLEW_CT_ESTABLISHED);
	w.now_ns += 30 * SECOND;
	world_forget(&w);
	p = world_udp(&w, 1);
	assert_int_equal(p.ct_state, CLEW_CT_NEW);
	assert_int_equal(p.dir, CLEW_DIR_ORIG);
	assert_int_equal(w.told[0].type, CLEW_EVENT_DESTROY);
	assert_int_equal(w.told[1].type, CLEW_EVENT_NEW);
	world_fini(&w);
}

static void
ends_come_in_order(void **state)
{
	uint64_t last_ns = 0;
	uint16_t last = 0;
	struct rng r = { 1 };
	struct world w;

	(void)state;
	world_init(&w, NULL);
	for (unsigned i = 0; i < 3000; i++) {
		w.now_ns += rng_below(&r, 3) * MSECOND;
		w.port[0] = (uint16_t)(1000 + i);
		switch (rng_below(&r, 3)) {
		case 0: world_udp(&w, 0); break;
		case 1: world_tcp(&w, 0, TH_SYN, 1, 0, 0); break;
		default:
			world_connect(&w);
			world_tcp(&w, 0, TH_RST, 1001, 0, 0);
			break;
		}
	}
	/* Some with timeouts of their own, longer and shorter. */
	for (unsigned i = 0; i < 1000; i++) {
		size_t k = rng_below(&r, (uint32_t)w.told_count);

		clew_conn_set_timeout(w.e, w.told[k].conn,
				      rng_below(&r, 1000));
	}
	world_forget(&w);
	world_wait(&w, 1000000 * SECOND);
	assert_in_range(w.told_count, 2000, 3000);
	for (size_t i = 0; i < w.told_count; i++) {
		uint16_t port = ntohs(w.told[i].ct.tuple[0].part.port.sport_be);

		assert_int_equal(w.told[i].type, CLEW_EVENT_DESTROY);
		assert_true(w.told[i].time_ns >= last_ns);
		if (w.told[i].time_ns == last_ns)
			assert_true(port > last);
		last_ns = w.told[i].time_ns;
		last = port;
	}
	world_fini(&w);
}

/* Each at its own time, by asking when that is. */
static void
next_due_is_never_too_late(void **state)
{
	struct rng r = { 2 };
	unsigned asked = 0;
	struct world w;
	uint64_t due;

	(void)state;
	world_init(&w, NULL);
	assert_false(clew_engine_next_due(w.e, &due));
	for (unsigned i = 0; i < 500; i++) {
		w.now_ns += rng_below(&r, 1000) * MSECOND;
		w.port[0] = (uint16_t)i;
		if (i % 2)
			world_udp(&w, 0);
		else
			world_connect(&w);
	}
	/* A fragment that waits for the rest. */
	build_udp(&w.p, &w.ends, 0, 17, 1, 2, 8);
	put16(w.p.b + 6, 0x2000);
	packet_end(&w.p);
	assert_int_equal(world_send(&w).verdict, CLEW_STOLEN);
	world_forget(&w);
	while (clew_engine_next_due(w.e, &due)) {
		size_t told = w.told_count;

		assert_true(due > clew_engine_now(w.e));
		/* A moment before it nothing happens. */
		clew_engine_advance(w.e, due - 1, 0);
		assert_int_equal(w.told_count, told);
		clew_engine_advance(w.e, due, 0);
		for (; told < w.told_count; told++)
			assert_true(w.told[told].time_ns == due);
		assert_in_range(asked++, 0, 11 * 501);
	}
	assert_int_equal(clew_engine_count(w.e), 0);
	assert_int_equal(world_stats(&w).frag_timeout, 1);
	world_fini(&w);
}

static void
a_jump_of_years(void **state)
{
	const uint64_t year = 365ull * 86400 * SECOND;
	struct world w;

	(void)state;
	/* A clock that was never set, and is now. */
	world_init(&w, &(struct clew_config){ .start_ns = 0 });
	world_udp(&w, 0);
	world_connect(&w);
	w.now_ns = START_NS;
	world_forget(&w);
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	assert_int_equal(w.told_count, 3);
	assert_true(w.told[0].time_ns == 30 * SECOND);
	assert_true(w.told[1].time_ns == 432000 * SECOND);
	assert_true(w.told[2].time_ns == START_NS);
	w.now_ns += 500 * year;
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	assert_int_equal(clew_engine_count(w.e), 1);
	world_fini(&w);
}

/* As late as 64 bits can say, and the end of what comes later. */
static void
the_end_of_time(void **state)
{
	unsigned asked = 0;
	struct world w;
	uint64_t due;

	(void)state;
	world_init(&w, NULL);
	world_udp(&w, 0);
	w.now_ns = UINT64_MAX;
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	assert_int_equal(world_udp(&w, 1).ct_state, CLEW_CT_ESTABLISHED);
	/* What is due after the end is never due. */
	while (clew_engine_next_due(w.e, &due)) {
		assert_true(due > clew_engine_now(w.e));
		clew_engine_advance(w.e, due, 0);
		assert_in_range(asked++, 0, 20);
	}
	assert_int_equal(clew_engine_count(w.e), 1);
	world_fini(&w);
}

static void
a_timeout_of_zero(void **state)
{
	struct world w;
	uint64_t due;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_udp_timeout", 0);
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	assert_true(clew_engine_next_due(w.e, &due));
	assert_true(due <= clew_engine_now(w.e));
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	assert_int_equal(clew_engine_count(w.e), 1);
	assert_true(clew_engine_advance(w.e, w.now_ns, 0));
	assert_int_equal(clew_engine_count(w.e), 0);
	world_fini(&w);
}

/* expire_budget: a packet pays for so many and no more. */
static void
a_budget_spreads_the_work(void **state)
{
	struct clew_stats s;
	struct world w;

	(void)state;
	world_init(&w, &(struct clew_config){
		.start_ns = START_NS, .expire_budget = 8 });
	for (unsigned i = 0; i < 100; i++) {
		w.port[0] = (uint16_t)i;
		world_udp(&w, 0);
	}
	w.now_ns += 31 * SECOND;
	/* 100 are due; each has to be looked at up to four times until its
	 * timer has come down to the millisecond. */
	for (unsigned i = 1; i <= 30; i++) {
		uint64_t before = world_stats(&w).destroyed;

		w.port[0] = (uint16_t)(1000 + i);
		w.now_ns += MSECOND;
		assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
		assert_in_range(world_stats(&w).destroyed - before, 0, 8);
	}
	s = world_stats(&w);
	assert_in_range(s.destroyed, 1, 90);
	/* Who is overdue is not found any more: one of the last. */
	w.port[0] = 99;
	world_forget(&w);
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	assert_int_equal(w.told[w.told_count - 2].type, CLEW_EVENT_DESTROY);
	assert_int_equal(w.told[w.told_count - 1].type, CLEW_EVENT_NEW);
	/* The rest, in steps. */
	while (!clew_engine_advance(w.e, w.now_ns, 7)) {
		uint64_t before = s.destroyed;

		s = world_stats(&w);
		assert_in_range(s.destroyed - before, 0, 20);
	}
	assert_int_equal(clew_engine_count(w.e), 31);
	/* Newcomers are as old as ever when they go. */
	world_forget(&w);
	world_wait(&w, 29 * SECOND);
	assert_int_equal(w.told_count, 0);
	world_wait(&w, SECOND);
	while (!clew_engine_advance(w.e, w.now_ns, 0))
		;
	assert_int_equal(clew_engine_count(w.e), 0);
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_move_the_clock),
		cmocka_unit_test(it_never_runs_back),
		cmocka_unit_test(expiry_is_exact),
		cmocka_unit_test(the_dead_do_not_answer),
		cmocka_unit_test(ends_come_in_order),
		cmocka_unit_test(next_due_is_never_too_late),
		cmocka_unit_test(a_jump_of_years),
		cmocka_unit_test(the_end_of_time),
		cmocka_unit_test(a_timeout_of_zero),
		cmocka_unit_test(a_budget_spreads_the_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
