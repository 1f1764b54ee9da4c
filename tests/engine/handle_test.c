/* SPDX-License-Identifier: BSD-2-Clause
 * engine/handle_test.c - names of connections: references that go stale,
 * look-ups, and a dump that goes on while the table changes. */
#include "engine/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

static void
assert_gone(struct world *w, clew_conn_ref conn)
{
	const uint8_t labels[CLEW_LABELS_SIZE] = { 1 };
	const struct clew_seqadj adj = { 0 };
	struct clew_snapshot s;

	assert_int_equal(clew_conn_snapshot(w->e, conn, &s), -ENOENT);
	assert_int_equal(clew_conn_delete(w->e, conn), -ENOENT);
	assert_int_equal(clew_conn_set_mark(w->e, conn, 1), -ENOENT);
	assert_int_equal(clew_conn_set_labels(w->e, conn, labels), -ENOENT);
	assert_int_equal(clew_conn_set_timeout(w->e, conn, 1), -ENOENT);
	assert_int_equal(clew_conn_add_status(w->e, conn,
					      CLEW_STATUS_ASSURED), -ENOENT);
	assert_int_equal(clew_conn_set_seqadj(w->e, conn, 0, &adj), -ENOENT);
}

static void
references_go_stale(void **state)
{
	clew_conn_ref old[20];
	struct world w;

	(void)state;
	world_init(&w, NULL);
	/* The same connection, in the same place, again and again. */
	for (unsigned i = 0; i < 20; i++) {
		old[i] = world_udp(&w, 0).conn;
		for (unsigned k = 0; k < i; k++) {
			assert_true(old[k] != old[i]);
			assert_gone(&w, old[k]);
		}
		if (i % 2)
			world_wait(&w, 30 * SECOND);
		else
			assert_int_equal(clew_conn_delete(w.e, old[i]), 0);
		assert_gone(&w, old[i]);
	}
	world_fini(&w);
}

/* Numbers nobody gave us. */
static void
nonsense_names_nobody(void **state)
{
	struct rng r = { 1 };
	clew_conn_ref conn;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	assert_gone(&w, 0);
	conn = world_udp(&w, 0).conn;
	assert_gone(&w, 0);
	assert_gone(&w, UINT64_MAX);
	for (unsigned bit = 0; bit < 64; bit++)
		assert_gone(&w, conn ^ 1ull << bit);
	for (unsigned i = 0; i < 10000; i++) {
		clew_conn_ref some = rng_next(&r) >> rng_below(&r, 64);

		if (some != conn)
			assert_gone(&w, some);
	}
	assert_int_equal(clew_engine_count(w.e), 1);
	world_fini(&w);
}

/* A RST that answers the SYN ends the connection with its own packet. */
static void
a_packet_may_end_its_own_connection(void **state)
{
	struct clew_packet p, q;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	p = world_tcp(&w, 0, TH_SYN, 1000, 0, 0);
	q = world_tcp(&w, 1, TH_RST | TH_ACK, 0, 1001, 0);
	assert_int_equal(q.ct_state, CLEW_CT_ESTABLISHED);
	assert_int_equal(q.verdict, CLEW_ACCEPT);
	assert_gone(&w, p.conn);
	assert_int_equal(clew_engine_count(w.e), 0);
	world_fini(&w);
}

static void
either_tuple_finds_it(void **state)
{
	struct world w;

	(void)state;
	for (unsigned six = 0; six < 2; six++) {
		struct clew_snapshot s;
		struct clew_tuple t;
		clew_conn_ref conn;
		enum clew_dir dir;

		world_init(&w, NULL);
		w.ends.six = six;
		conn = world_udp(&w, 0).conn;
		s = world_snapshot(&w, conn);
		assert_int_equal(s.tuple[0].family, six ? CLEW_IPV6 :
				 CLEW_IPV4);
		assert_true(clew_conn_lookup(w.e, &s.tuple[0], &dir) == conn);
		assert_int_equal(dir, CLEW_DIR_ORIG);
		assert_true(clew_conn_lookup(w.e, &s.tuple[1], &dir) == conn);
		assert_int_equal(dir, CLEW_DIR_REPLY);
		assert_true(clew_conn_lookup(w.e, &s.tuple[1], NULL) == conn);
		/* Change anything, and it is another. */
		for (size_t i = 0; i < sizeof(t); i++) {
			t = s.tuple[0];
			((uint8_t *)&t)[i] ^= 1;
			if (!six && (i - 4 < 12 || i - 20 < 12))
				continue;	/* not part of an IPv4 one */
			assert_true(clew_conn_lookup(w.e, &t, NULL) == 0);
		}
		clew_conn_delete(w.e, conn);
		assert_true(clew_conn_lookup(w.e, &s.tuple[0], &dir) == 0);
		world_fini(&w);
	}
}

static uint16_t
port_of(const struct world *w, clew_conn_ref conn)
{
	return ntohs(world_snapshot(w, conn).tuple[0].part.port.sport_be);
}

static void
open_ports(struct world *w, unsigned from, unsigned to)
{
	for (unsigned port = from; port < to; port++) {
		w->port[0] = (uint16_t)port;
		world_udp(w, 0);
	}
}

static void
close_port(struct world *w, unsigned port)
{
	struct clew_tuple t = {
		.family = CLEW_IPV4, .protocol = 17,
		.part.port = { htons((uint16_t)port), htons(w->port[1]) },
	};

	memcpy(t.src.bytes, w->ends.addr[0], 4);
	memcpy(t.dst.bytes, w->ends.addr[1], 4);
	assert_int_equal(clew_conn_delete(w->e, clew_conn_lookup(w->e, &t,
								 NULL)), 0);
}

static void
a_dump_is_in_order_of_creation(void **state)
{
	clew_conn_ref cursor = 0;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	assert_false(clew_conn_next(w.e, &cursor));
	open_ports(&w, 100, 200);
	/* Places are used again, the order is that of time. */
	for (unsigned port = 110; port < 150; port += 2)
		close_port(&w, port);
	open_ports(&w, 200, 240);
	cursor = 0;
	for (unsigned port = 100; port < 240; port++) {
		if (port >= 110 && port < 150 && port % 2 == 0)
			continue;
		assert_true(clew_conn_next(w.e, &cursor));
		assert_int_equal(port_of(&w, cursor), port);
	}
	assert_false(clew_conn_next(w.e, &cursor));
	assert_false(clew_conn_next(w.e, &cursor));
	world_fini(&w);
}

/* While the dump goes on connections come and go, the one it stands on
 * among them. */
static void
a_dump_survives_changes(void **state)
{
	struct rng r = { 2 };

	(void)state;
	for (unsigned round = 0; round < 30; round++) {
		bool there[400] = { false }, throughout[400] = { false };
		bool seen[400] = { false };
		clew_conn_ref cursor = 0;
		unsigned next = 100;
		int last = -1;
		struct world w;

		world_init(&w, NULL);
		open_ports(&w, 0, next);
		for (unsigned i = 0; i < next; i++)
			there[i] = throughout[i] = true;
		while (clew_conn_next(w.e, &cursor)) {
			unsigned port = port_of(&w, cursor);
			unsigned changes = rng_below(&r, 4);

			assert_true(there[port]);
			assert_false(seen[port]);
			assert_true((int)port > last);
			last = (int)port;
			seen[port] = true;
			while (changes--) {
				unsigned victim = rng_below(&r, next);

				if (rng_chance(&r, 20))
					victim = port;
				if (rng_chance(&r, 50) && next < 400) {
					open_ports(&w, next, next + 1);
					there[next++] = true;
				} else if (there[victim]) {
					close_port(&w, victim);
					there[victim] = false;
					throughout[victim] = false;
				}
			}
		}
		for (unsigned i = 0; i < 400; i++) {
			if (throughout[i])
				assert_true(seen[i]);
		}
		world_fini(&w);
	}
}

static void
two_dumps_do_not_mind_each_other(void **state)
{
	clew_conn_ref a = 0, b = 0;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	open_ports(&w, 0, 50);
	for (unsigned i = 0; i < 25; i++)
		assert_true(clew_conn_next(w.e, &a));
	for (unsigned i = 0; i < 50; i++) {
		assert_true(clew_conn_next(w.e, &b));
		assert_int_equal(port_of(&w, b), i);
		if (i % 2 == 0 && i < 50) {
			assert_true(clew_conn_next(w.e, &a));
			assert_int_equal(port_of(&w, a), 25 + i / 2);
		}
	}
	assert_false(clew_conn_next(w.e, &a));
	assert_false(clew_conn_next(w.e, &b));
	world_fini(&w);
}

/* All that a dump shows can be found, and there is as much as is counted. */
static void
dump_count_and_lookup_agree(void **state)
{
	struct rng r = { 3 };
	struct world w;

	(void)state;
	world_init(&w, NULL);
	for (unsigned i = 0; i < 3000; i++) {
		w.now_ns += rng_below(&r, 100) * MSECOND;
		w.ends.six = rng_chance(&r, 30);
		w.port[0] = (uint16_t)rng_below(&r, 500);
		w.zone = (uint16_t)rng_below(&r, 3);
		world_udp(&w, rng_chance(&r, 20));
		if (i % 300 == 299) {
			clew_conn_ref cursor = 0;
			struct clew_stats stats = world_stats(&w);
			size_t count = 0;

			while (clew_conn_next(w.e, &cursor)) {
				struct clew_snapshot s;
				enum clew_dir dir;

				count++;
				s = world_snapshot(&w, cursor);
				for (unsigned d = 0; d < 2; d++) {
					assert_true(clew_conn_lookup(w.e,
						&s.tuple[d], &dir) == cursor);
					assert_int_equal(dir, d);
				}
			}
			assert_int_equal(count, clew_engine_count(w.e));
			assert_int_equal(count, stats.created -
					 stats.destroyed);
		}
	}
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_go_stale),
		cmocka_unit_test(nonsense_names_nobody),
		cmocka_unit_test(a_packet_may_end_its_own_connection),
		cmocka_unit_test(either_tuple_finds_it),
		cmocka_unit_test(a_dump_is_in_order_of_creation),
		cmocka_unit_test(a_dump_survives_changes),
		cmocka_unit_test(two_dumps_do_not_mind_each_other),
		cmocka_unit_test(dump_count_and_lookup_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
