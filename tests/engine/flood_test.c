/* SPDX-License-Identifier: BSD-2-Clause
 * engine/flood_test.c - what somebody can do who sends whatever he likes, as
 * much as he likes: memory stays bounded, and no packet costs more because
 * of the others.
 *
 * Costs are compared with each other only, twice the load with once, the
 * later half with the earlier one, with much room; what should be linear and
 * is quadratic fails by far more than that. */
#include "engine/world.h"

#include <stdlib.h>
#include <time.h>

static uint64_t
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static uint64_t
memory_of(const struct world *w)
{
	struct clew_memory m;

	clew_engine_memory(w->e, &m);
	return m.connections + m.hash + m.extensions + m.fragments;
}

/* A burst of SYNs from anywhere.  IPv4, checksums left to the flags. */
static void
send_syns(struct world *w, struct rng *r, unsigned count)
{
	static uint8_t bytes[256][40];
	struct clew_packet packets[256];

	for (unsigned i = 0; i < count; i++) {
		uint8_t *b = bytes[i];

		memcpy(b, w->p.b, 40);
		put32(b + 12, (uint32_t)rng_next(r));
		put32(b + 20, (uint32_t)rng_next(r));
		put16(b + 10, 0);
		put16(b + 10, sum_fold(sum_add(0, b, 20)));
		packets[i] = packet_for(b, 40, w->now_ns);
		packets[i].flags = CLEW_PKT_CSUM_OK;
	}
	clew_engine_process(w->e, packets, count);
}

static void
make_syn(struct world *w)
{
	build_tcp(&w->p, &w->ends, 0, &(struct tcp_part){
		.sport = 1, .dport = 80, .seq = 1, .flags = TH_SYN,
		.window = 1000 });
}

/* A million spoofed SYNs at the default limit of 262144. */
static void
a_syn_flood(void **state)
{
	enum { TOTAL = 1 << 20, BURST = 256, QUARTER = TOTAL / 4 };
	uint64_t cost[4] = { 0 }, full = 0, begin;
	struct clew_stats s;
	struct rng r = { 1 };
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_events", 0);
	make_syn(&w);
	for (unsigned i = 0; i < TOTAL; i += BURST) {
		begin = cpu_ns();
		send_syns(&w, &r, BURST);
		cost[i / QUARTER] += cpu_ns() - begin;
		w.now_ns += 256 * 1000;		/* a million per second */
		if (i == 2 * QUARTER)
			full = memory_of(&w);
	}
	s = world_stats(&w);
	assert_int_equal(clew_engine_count(w.e), 262144);
	assert_true(memory_of(&w) == full);
	/* 128 bytes each, two hash entries, and the steps of growth. */
	assert_in_range(full, 262144 * 128, 262144 * 256 + (16 << 20));
	assert_int_equal(s.early_drop + s.drop, TOTAL - 262144);
	assert_int_equal(s.drop, 0);
	print_message("# syn flood: %llu %llu %llu %llu ns per packet\n",
		      (unsigned long long)cost[0] / QUARTER,
		      (unsigned long long)cost[1] / QUARTER,
		      (unsigned long long)cost[2] / QUARTER,
		      (unsigned long long)cost[3] / QUARTER);
	assert_true(cost[3] < 4 * cost[1]);
	assert_true(cost[2] + cost[3] < 8 * (cost[0] + cost[1]));

	/* And when all of them are over at once, it is over. */
	world_wait(&w, 1000 * SECOND);
	assert_int_equal(clew_engine_count(w.e), 0);
	assert_true(memory_of(&w) == full);
	world_fini(&w);
}

/* So many end in one and the same millisecond, and a budget is to spread the
 * work: each packet then pays for its share, not for looking at all, and the
 * end is that all are gone. */
static void
a_budget_is_kept_in_a_flood(void **state)
{
	uint64_t cost[2];

	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		unsigned count = k ? 64 << 10 : 8 << 10;
		struct rng r = { 2 };
		struct world w;

		world_init(&w, &(struct clew_config){
			.start_ns = START_NS, .expire_budget = 8 });
		world_set(&w, "nf_conntrack_events", 0);
		make_syn(&w);
		for (unsigned i = 0; i < count; i += 256)
			send_syns(&w, &r, 256);
		w.now_ns += 1000 * SECOND;
		cost[k] = cpu_ns();
		for (unsigned i = 0; i < 256; i++) {
			w.now_ns += MSECOND;
			world_udp(&w, 0);
		}
		cost[k] = cpu_ns() - cost[k];
		while (!clew_engine_advance(w.e, w.now_ns, 1000))
			;
		assert_int_equal(clew_engine_count(w.e), 1);
		world_fini(&w);
	}
	print_message("# budget of 8: %llu ns per packet with 8k due, "
		      "%llu with 64k\n", (unsigned long long)cost[0] / 256,
		      (unsigned long long)cost[1] / 256);
	assert_true(cost[1] < 4 * cost[0]);
}

/* Fragments that never make a whole. */
static void
a_fragment_flood(void **state)
{
	enum { TOTAL = 400000 };
	uint64_t cost[2] = { 0 }, half = 0, begin = 0;
	struct clew_memory m;
	struct rng r = { 3 };
	struct world w;

	(void)state;
	world_init(&w, NULL);
	for (unsigned six = 0; six < 2; six++) {
		w.ends.six = six;
		build_udp(&w.p, &w.ends, 0, 17, 1, 2, 56);
		if (six) {
			w.p.b[6] = 44;
			memset(w.p.b + 40, 0, 8);
		}
		for (unsigned i = 0; i < TOTAL / 2; i++) {
			unsigned offset = rng_below(&r, 1000) * 8;
			uint8_t *b = w.p.b;
			struct clew_packet p;

			if (six) {
				put16(b + 42, (uint16_t)(offset | 1));
				put32(b + 44, (uint32_t)rng_next(&r));
			} else {
				put16(b + 4, (uint16_t)rng_next(&r));
				put16(b + 6, (uint16_t)(offset / 8 | 0x2000));
				put32(b + 12, rng_below(&r, 1000));
				put16(b + 10, 0);
				put16(b + 10, sum_fold(sum_add(0, b, 20)));
			}
			if (i % (TOTAL / 4) == 0) {
				if (i)
					cost[0] += cpu_ns() - begin;
				begin = cpu_ns();
			}
			/* A hundred thousand per second. */
			p = packet_for(b, (uint32_t)w.p.len,
				       w.now_ns += 10000);
			clew_engine_process(w.e, &p, 1);
		}
		cost[1] += cpu_ns() - begin;
		clew_engine_memory(w.e, &m);
		if (!six)
			half = m.fragments;
	}
	assert_int_equal(clew_engine_count(w.e), 0);
	/* 4 MB by Linux's count, per family; ours is less, but grows in
	 * steps. */
	assert_in_range(half, 1 << 20, 16 << 20);
	assert_in_range(m.fragments, 1 << 20, 24 << 20);
	print_message("# fragment flood: %llu, then %llu ns each\n",
		      (unsigned long long)cost[0] / (TOTAL / 2),
		      (unsigned long long)cost[1] / (TOTAL / 2));
	assert_true(cost[1] < 4 * cost[0]);
	world_wait(&w, 100 * SECOND);
	assert_int_equal(world_stats(&w).frag_held,
			 world_stats(&w).frag_held);
	world_fini(&w);
}

static void
swap(uint16_t *a, uint16_t *b)
{
	uint16_t t = *a;

	*a = *b;
	*b = t;
}

/* One datagram in as many pieces as it can be, in the worst of orders. */
static void
tiny_fragments(void **state)
{
	enum { PIECES = 8000, ROUNDS = 12 };
	uint16_t order[PIECES];
	uint64_t cost[2] = { 0 };
	struct rng r = { 4 };
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "ipfrag_max_dist", 0);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < PIECES; i++)
			order[i] = (uint16_t)(round % 3 == 0 ?
					      PIECES - 1 - i : i);
		for (unsigned i = PIECES; round % 3 == 1 && i > 1; i--)
			swap(&order[i - 1], &order[rng_below(&r, i)]);
		for (unsigned i = 0; round % 3 == 2 && i < PIECES / 2; i += 2)
			swap(&order[i], &order[PIECES - 1 - i]);
		build_udp(&w.p, &w.ends, 0, 17, 1, 2, 0);
		for (unsigned i = 0; i < PIECES; i++) {
			uint8_t *b = w.p.b;
			uint64_t begin;
			struct clew_packet p;

			put16(b + 4, (uint16_t)round);
			put16(b + 6, (uint16_t)(order[i] |
				(order[i] < PIECES - 1 ? 0x2000 : 0)));
			put16(b + 10, 0);
			put16(b + 10, sum_fold(sum_add(0, b, 20)));
			p = packet_for(b, 28, w.now_ns);
			begin = cpu_ns();
			clew_engine_process(w.e, &p, 1);
			/* The last one pays for the copy: set aside. */
			if (i < PIECES - 1) {
				cost[i / (PIECES / 2)] += cpu_ns() - begin;
				assert_int_equal(p.verdict, CLEW_STOLEN);
			}
		}
		assert_int_equal(world_stats(&w).frag_reassembled, round + 1);
	}
	print_message("# tiny fragments: %llu, then %llu ns each\n",
		      (unsigned long long)cost[0] / (PIECES / 2 * ROUNDS),
		      (unsigned long long)cost[1] / (PIECES / 2 * ROUNDS));
	assert_true(cost[1] < 4 * cost[0]);
	world_fini(&w);
}

static uint64_t
cost_of(struct world *w, unsigned times)
{
	struct clew_packet p = packet_for(w->p.b, (uint32_t)w->p.len,
					  w->now_ns);
	uint64_t begin = cpu_ns();

	for (unsigned i = 0; i < times; i++)
		clew_engine_process(w->e, &p, 1);
	return (cpu_ns() - begin) / times;
}

/* Twice as many headers, twice the work; and not much more for a packet
 * full of them than for one full of data, whose checksum is summed. */
static void
extension_headers(void **state)
{
	uint64_t cost[2];
	struct world w;

	(void)state;
	world_init(&w, NULL);
	w.ends.six = true;
	for (unsigned k = 0; k < 2; k++) {
		unsigned count = k ? 8000 : 4000;

		packet_begin(&w.p, &w.ends, 0, 60);
		for (unsigned i = 0; i < count; i++) {
			const uint8_t h[8] = { i < count - 1 ? 60 : 17 };

			packet_add(&w.p, h, sizeof(h));
		}
		packet_add(&w.p, (const uint8_t[]){ 0, 1, 0, 2, 0, 8, 0, 0 },
			   8);
		packet_end(&w.p);
		assert_int_equal(world_send(&w).conn != 0, 1);
		cost[k] = cost_of(&w, 200);
	}
	print_message("# 4000 extension headers: %llu ns, 8000: %llu ns\n",
		      (unsigned long long)cost[0],
		      (unsigned long long)cost[1]);
	assert_true(cost[1] < 8 * cost[0]);
	world_fini(&w);
}

static void
sctp_chunks(void **state)
{
	uint64_t cost[2];
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_checksum", 0);
	for (unsigned k = 0; k < 2; k++) {
		unsigned count = k ? 16000 : 8000;

		sctp_begin(&w.p, &w.ends, 0, 1, 2, 0);
		/* HEARTBEATs may begin an association: all are judged. */
		for (unsigned i = 0; i < count; i++)
			sctp_chunk(&w.p, 4, 0, "", 0);
		packet_end(&w.p);
		assert_int_equal(world_send(&w).conn != 0, 1);
		cost[k] = cost_of(&w, 200);
	}
	print_message("# 8000 chunks: %llu ns, 16000: %llu ns\n",
		      (unsigned long long)cost[0],
		      (unsigned long long)cost[1]);
	assert_true(cost[1] < 8 * cost[0]);
	world_fini(&w);
}

/* Options without sense, of every length, on a connection that lives. */
static void
tcp_option_junk(void **state)
{
	struct rng r = { 5 };
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_connect(&w);
	for (unsigned i = 0; i < 50000; i++) {
		struct tcp_part t = {
			.sport = w.port[0], .dport = w.port[1], .seq = 1001,
			.ack = 5001, .flags = TH_ACK, .window = 8000,
			.options_len = (uint8_t)(4 * rng_below(&r, 11)),
		};

		for (unsigned k = 0; k < t.options_len; k++)
			t.options[k] = (uint8_t)(rng_chance(&r, 50) ?
				rng_below(&r, 12) : rng_next(&r));
		if (i % 5 == 0) {		/* a new one */
			t.sport = (uint16_t)(10000 + i % 1000);
			t.flags = TH_SYN;
		}
		build_tcp(&w.p, &w.ends, 0, &t);
		assert_int_equal(world_send(&w).verdict, CLEW_ACCEPT);
	}
	assert_int_equal(world_tcp(&w, 0, TH_ACK, 1001, 5001, 10).ct_state,
			 CLEW_CT_ESTABLISHED);
	world_fini(&w);
}

/* New connections for ever, each gone after its time: as much memory as the
 * most that lived at once. */
static void
a_steady_stream(void **state)
{
	struct rng r = { 6 };
	uint64_t memory = 0;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_events", 0);
	world_set(&w, "nf_conntrack_tcp_timeout_syn_sent", 10);
	make_syn(&w);
	for (unsigned i = 0; i < 2000; i++) {
		send_syns(&w, &r, 200);
		w.now_ns += 100 * MSECOND;
		if (i == 500)
			memory = memory_of(&w);
		assert_in_range(clew_engine_count(w.e), 0, 20200);
	}
	assert_true(memory_of(&w) == memory);
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_flood),
		cmocka_unit_test(a_budget_is_kept_in_a_flood),
		cmocka_unit_test(a_fragment_flood),
		cmocka_unit_test(tiny_fragments),
		cmocka_unit_test(extension_headers),
		cmocka_unit_test(sctp_chunks),
		cmocka_unit_test(tcp_option_junk),
		cmocka_unit_test(a_steady_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
