/* SPDX-License-Identifier: BSD-2-Clause
 * engine/limit_test.c - nf_conntrack_max: who must go, who may stay, and who
 * is not let in. */
#include "engine/world.h"

#include <arpa/inet.h>
#include <errno.h>

static void
fill(struct world *w, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		w->port[0] = (uint16_t)(1000 + i);
		assert_int_equal(world_udp(w, 0).ct_state, CLEW_CT_NEW);
	}
}

static uint16_t
port_of(const struct told *told)
{
	return ntohs(told->ct.tuple[0].part.port.sport_be);
}

/* Nobody has proved himself: the oldest goes, told before the newcomer. */
static void
the_oldest_makes_room(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_max", 10);
	fill(&w, 10);
	for (unsigned i = 0; i < 25; i++) {
		world_forget(&w);
		w.port[0] = (uint16_t)(1010 + i);
		assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
		assert_int_equal(w.told_count, 2);
		assert_int_equal(w.told[0].type, CLEW_EVENT_DESTROY);
		assert_int_equal(port_of(&w.told[0]), 1000 + i);
		assert_int_equal(w.told[1].type, CLEW_EVENT_NEW);
		assert_int_equal(port_of(&w.told[1]), 1010 + i);
		assert_int_equal(clew_engine_count(w.e), 10);
		assert_int_equal(world_stats(&w).early_drop, i + 1);
	}
	assert_int_equal(world_stats(&w).drop, 0);
	world_fini(&w);
}

static void
connect_from(struct world *w, uint16_t port)
{
	w->port[0] = port;
	world_connect(w);
}

static void
the_assured_stay(void **state)
{
	struct clew_stats before, after;
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_max", 10);
	for (unsigned i = 0; i < 10; i++)
		connect_from(&w, (uint16_t)(1000 + i));
	world_forget(&w);
	before = world_stats(&w);
	for (unsigned i = 0; i < 20; i++) {
		w.port[0] = (uint16_t)(2000 + i);
		p = world_tcp(&w, 0, TH_SYN, 1, 0, 0);
		assert_int_equal(p.verdict, CLEW_DROP);
		assert_int_equal(p.ct_state, CLEW_CT_INVALID);
		assert_int_equal(p.reason, CLEW_WHY_TABLE_FULL);
		assert_int_equal(p.conn, 0);
		assert_true(p.result & CLEW_RES_TUPLE);
	}
	after = world_stats(&w);
	assert_int_equal(after.drop, before.drop + 20);
	assert_int_equal(after.reason[CLEW_WHY_TABLE_FULL], 20);
	assert_int_equal(after.early_drop, 0);
	assert_int_equal(after.invalid, before.invalid);
	assert_int_equal(w.told_count, 0);
	/* Who is in the table goes on. */
	w.port[0] = 1003;
	p = world_tcp(&w, 0, TH_ACK, 1001, 5001, 10);
	assert_int_equal(p.ct_state, CLEW_CT_ESTABLISHED);
	world_fini(&w);
}

/* One that is not assured goes, however young it is. */
static void
the_unassured_go_before_the_closing(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_max", 10);
	for (unsigned i = 0; i < 9; i++)
		connect_from(&w, (uint16_t)(1000 + i));
	/* The fifth is closing. */
	w.port[0] = 1004;
	world_tcp(&w, 0, TH_FIN | TH_ACK, 1001, 5001, 0);
	w.port[0] = 1500;
	world_udp(&w, 0);
	world_forget(&w);

	w.port[0] = 2000;
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	assert_int_equal(w.told[0].type, CLEW_EVENT_DESTROY);
	assert_int_equal(port_of(&w.told[0]), 1500);
	/* Make that one assured too: now the closing one goes. */
	world_udp(&w, 1);
	world_wait(&w, 3 * SECOND);
	world_udp(&w, 0);
	world_forget(&w);
	w.port[0] = 2001;
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	assert_int_equal(w.told[0].type, CLEW_EVENT_DESTROY);
	assert_int_equal(port_of(&w.told[0]), 1004);
	assert_int_equal(world_stats(&w).early_drop, 2);
	world_fini(&w);
}

/* In a large table not everybody is looked at for one packet, but sooner or
 * later everybody is. */
static void
the_search_goes_round(void **state)
{
	unsigned refused = 0;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_max", 1000);
	for (unsigned i = 0; i < 1000; i++)
		connect_from(&w, (uint16_t)(1000 + i));
	clew_conn_delete(w.e, clew_conn_lookup(w.e,
		&world_snapshot(&w, w.told[3 * 700].conn).tuple[0], NULL));
	w.port[0] = 5000;
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	for (w.port[0] = 6000; world_udp(&w, 0).verdict == CLEW_DROP;
	     w.port[0]++)
		refused++;
	assert_in_range(refused, 1, 1000);
	world_fini(&w);
}

static void
zero_means_no_limit(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_max", 0);
	fill(&w, 5000);
	assert_int_equal(clew_engine_count(w.e), 5000);
	world_fini(&w);
}

/* Lowered below what is there: one goes for one that comes. */
static void
a_lower_limit_drops_nobody_by_itself(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, NULL);
	fill(&w, 20);
	world_set(&w, "nf_conntrack_max", 5);
	assert_int_equal(clew_engine_count(w.e), 20);
	w.port[0] = 3000;
	assert_int_equal(world_udp(&w, 0).verdict, CLEW_ACCEPT);
	assert_int_equal(clew_engine_count(w.e), 20);
	assert_int_equal(world_stats(&w).early_drop, 1);
	world_fini(&w);
}

static void
the_count_can_be_read(void **state)
{
	struct world w;
	uint64_t count;

	(void)state;
	world_init(&w, NULL);
	fill(&w, 7);
	assert_int_equal(clew_engine_get(w.e, "nf_conntrack_count", &count),
			 0);
	assert_int_equal(count, 7);
	assert_int_equal(clew_engine_set(w.e, "nf_conntrack_count", 0, NULL),
			 -EACCES);
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_makes_room),
		cmocka_unit_test(the_assured_stay),
		cmocka_unit_test(the_unassured_go_before_the_closing),
		cmocka_unit_test(the_search_goes_round),
		cmocka_unit_test(zero_means_no_limit),
		cmocka_unit_test(a_lower_limit_drops_nobody_by_itself),
		cmocka_unit_test(the_count_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
