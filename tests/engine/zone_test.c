/* SPDX-License-Identifier: BSD-2-Clause
 * engine/zone_test.c - equal addresses in different networks: zones, of both
 * directions and of one alone. */
#include "engine/world.h"

static void
each_zone_has_its_own(void **state)
{
	static const uint16_t zones[] = { 0, 1, 2, 0xffff };
	clew_conn_ref conn[4];
	struct world w;

	(void)state;
	world_init(&w, NULL);
	for (unsigned i = 0; i < 4; i++) {
		struct clew_packet p;
		struct clew_snapshot s;

		w.zone = zones[i];
		p = world_udp(&w, 0);
		assert_int_equal(p.ct_state, CLEW_CT_NEW);
		conn[i] = p.conn;
		s = world_snapshot(&w, p.conn);
		assert_int_equal(s.has & CLEW_HAS_ZONE, zones[i] ?
				 CLEW_HAS_ZONE : 0);
		assert_int_equal(s.zone, zones[i]);
		assert_int_equal(s.tuple[0].zone, zones[i]);
		assert_int_equal(s.tuple[1].zone, zones[i]);
	}
	assert_int_equal(clew_engine_count(w.e), 4);
	for (unsigned i = 0; i < 4; i++) {
		struct clew_packet p;

		w.zone = zones[i];
		p = world_udp(&w, 1);
		assert_int_equal(p.ct_state, CLEW_CT_ESTABLISHED);
		assert_int_equal(p.dir, CLEW_DIR_REPLY);
		assert_true(p.conn == conn[i]);
	}
	world_fini(&w);
}

/* An error belongs to a connection of its own zone. */
static void
errors_stay_in_their_zone(void **state)
{
	struct packet quoted;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	w.zone = 5;
	world_udp(&w, 0);
	quoted = w.p;
	build_icmp(&w.p, &w.ends, 1, 3, 3, 0, quoted.b, 28);
	assert_int_equal(world_send(&w).ct_state, CLEW_CT_RELATED);
	w.zone = 6;
	assert_int_equal(world_send(&w).ct_state, CLEW_CT_INVALID);
	world_fini(&w);
}

/* Rules that set a zone come after reassembly: the whole is in that of its
 * last part. */
static void
fragments_know_no_zone(void **state)
{
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	build_udp(&w.p, &w.ends, 0, 17, 1, 2, 8);
	put16(w.p.b + 6, 0x2000);
	packet_end(&w.p);
	w.zone = 1;
	w.flags = CLEW_PKT_CSUM_OK;
	assert_int_equal(world_send(&w).verdict, CLEW_STOLEN);
	put16(w.p.b + 6, 0x0002);
	packet_end(&w.p);
	w.zone = 2;
	p = world_send(&w);
	assert_int_equal(p.result, CLEW_RES_REASSEMBLED | CLEW_RES_NEW_CONN);
	assert_int_equal(world_snapshot(&w, p.conn).zone, 2);
	world_fini(&w);
}

/* A datagram's checksum is known good only if all its parts' is. */
static void
one_part_cannot_vouch_for_the_whole(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, NULL);
	build_udp(&w.p, &w.ends, 0, 17, 1, 2, 8);
	put16(w.p.b + 26, 0x1234);
	put16(w.p.b + 6, 0x2000);
	packet_end(&w.p);
	assert_int_equal(world_send(&w).verdict, CLEW_STOLEN);
	put16(w.p.b + 6, 0x0002);
	packet_end(&w.p);
	w.flags = CLEW_PKT_CSUM_OK;
	assert_int_equal(world_send(&w).reason, CLEW_WHY_UDP_CHECKSUM);
	world_fini(&w);
}

static void
a_zone_may_hold_for_the_original_alone(void **state)
{
	struct clew_packet p, q;
	struct clew_snapshot s;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	w.zone = 7;
	w.flags = CLEW_PKT_ZONE_ORIG;
	p = world_udp(&w, 0);
	assert_int_equal(p.ct_state, CLEW_CT_NEW);
	s = world_snapshot(&w, p.conn);
	assert_int_equal(s.has & (CLEW_HAS_ZONE | CLEW_HAS_ZONE_ORIG |
				  CLEW_HAS_ZONE_REPLY), CLEW_HAS_ZONE_ORIG);
	assert_int_equal(s.zone, 7);
	assert_int_equal(s.tuple[0].zone, 7);
	assert_int_equal(s.tuple[1].zone, 0);
	/* Again, and the answer, with the zone and without. */
	assert_true(world_udp(&w, 0).conn == p.conn);
	q = world_udp(&w, 1);
	assert_true(q.conn == p.conn);
	assert_int_equal(q.dir, CLEW_DIR_REPLY);
	w.flags = w.zone = 0;
	q = world_udp(&w, 1);
	assert_true(q.conn == p.conn);
	assert_int_equal(q.dir, CLEW_DIR_REPLY);
	/* The original without it is somebody else, whose answers would be
	 * taken already: this cannot be. */
	q = world_udp(&w, 0);
	assert_int_equal(q.verdict, CLEW_DROP);
	assert_int_equal(q.reason, CLEW_WHY_CLASH);
	world_fini(&w);
}

static void
a_zone_may_hold_for_the_reply_alone(void **state)
{
	struct clew_packet p, q;
	struct clew_snapshot s;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	w.zone = 9;
	w.flags = CLEW_PKT_ZONE_REPLY;
	p = world_udp(&w, 0);
	s = world_snapshot(&w, p.conn);
	assert_int_equal(s.has & (CLEW_HAS_ZONE | CLEW_HAS_ZONE_ORIG |
				  CLEW_HAS_ZONE_REPLY), CLEW_HAS_ZONE_REPLY);
	assert_int_equal(s.tuple[0].zone, 0);
	assert_int_equal(s.tuple[1].zone, 9);
	assert_true(world_udp(&w, 0).conn == p.conn);
	q = world_udp(&w, 1);
	assert_true(q.conn == p.conn);
	assert_int_equal(q.dir, CLEW_DIR_REPLY);
	/* Without the flag the zone holds for both, as the answer's does. */
	w.flags = 0;
	assert_true(world_udp(&w, 1).conn == p.conn);
	/* An answer from no zone answers nobody. */
	w.zone = 0;
	q = world_udp(&w, 1);
	assert_true(q.conn != p.conn);
	assert_int_equal(q.ct_state, CLEW_CT_NEW);
	world_fini(&w);
}

/* Two originals in two zones whose answers are to come in one. */
static void
answers_may_clash(void **state)
{
	struct clew_packet p, q;
	struct clew_stats before, after;
	struct world w;

	(void)state;
	for (unsigned udp = 0; udp < 2; udp++) {
		world_init(&w, NULL);
		w.flags = CLEW_PKT_ZONE_ORIG;
		w.zone = 1;
		p = udp ? world_udp(&w, 0) :
		    world_tcp(&w, 0, TH_SYN, 1, 0, 0);
		assert_int_equal(p.verdict, CLEW_ACCEPT);
		before = world_stats(&w);
		world_forget(&w);
		w.zone = 2;
		q = udp ? world_udp(&w, 0) :
		    world_tcp(&w, 0, TH_SYN, 1, 0, 0);
		after = world_stats(&w);
		assert_int_equal(q.verdict, CLEW_DROP);
		assert_int_equal(q.reason, CLEW_WHY_CLASH);
		assert_int_equal(q.conn, 0);
		assert_true(q.result & CLEW_RES_TUPLE);
		assert_int_equal(q.tuple.zone, 2);
		assert_int_equal(after.insert_failed, before.insert_failed + 1);
		assert_int_equal(after.drop, before.drop + 1);
		assert_int_equal(after.reason[CLEW_WHY_CLASH], 1);
		assert_int_equal(clew_engine_count(w.e), 1);
		assert_int_equal(w.told_count, 0);
		/* When the first is gone there is no clash any more. */
		assert_int_equal(clew_conn_delete(w.e, p.conn), 0);
		q = udp ? world_udp(&w, 0) :
		    world_tcp(&w, 0, TH_SYN, 1, 0, 0);
		assert_int_equal(q.ct_state, CLEW_CT_NEW);
		world_fini(&w);
	}
}

/* A host that talks to itself: found as the answer, as in Linux, ever after,
 * whatever else comes and goes. */
static void
talking_to_oneself(void **state)
{
	struct clew_packet p;
	struct world w;

	(void)state;
	for (unsigned six = 0; six < 2; six++) {
		world_init(&w, NULL);
		w.ends.six = six;
		memcpy(w.ends.addr[1], w.ends.addr[0], 16);
		w.port[0] = w.port[1] = 7;
		p = world_udp(&w, 0);
		assert_int_equal(p.ct_state, CLEW_CT_NEW);
		assert_int_equal(world_udp(&w, 0).dir, CLEW_DIR_REPLY);
		for (unsigned i = 0; i < 2000; i++) {
			w.port[0] = (uint16_t)(100 + i);
			world_udp(&w, 0);
		}
		w.port[0] = 7;
		assert_true(world_udp(&w, 0).conn == p.conn);
		assert_int_equal(world_udp(&w, 0).dir, CLEW_DIR_REPLY);
		assert_int_equal(clew_conn_delete(w.e, p.conn), 0);
		assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
		world_fini(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_zone_has_its_own),
		cmocka_unit_test(errors_stay_in_their_zone),
		cmocka_unit_test(fragments_know_no_zone),
		cmocka_unit_test(one_part_cannot_vouch_for_the_whole),
		cmocka_unit_test(a_zone_may_hold_for_the_original_alone),
		cmocka_unit_test(a_zone_may_hold_for_the_reply_alone),
		cmocka_unit_test(answers_may_clash),
		cmocka_unit_test(talking_to_oneself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
