/* SPDX-License-Identifier: BSD-2-Clause
 * engine/attribute_test.c - what can be set and read of a connection, and
 * the bits of the events that tell of it. */
#include "engine/world.h"

#include <errno.h>

static void
counts_when_asked_to(void **state)
{
	struct clew_packet p, q;
	struct clew_snapshot s;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	p = world_udp(&w, 0);
	world_set(&w, "nf_conntrack_acct", 1);
	/* Who began before is never counted. */
	world_udp(&w, 1);
	s = world_snapshot(&w, p.conn);
	assert_false(s.has & CLEW_HAS_COUNTERS);

	w.port[0]++;
	q = world_udp(&w, 0);		/* 38 bytes of IP each */
	world_udp(&w, 0);
	world_udp(&w, 1);
	world_set(&w, "nf_conntrack_acct", 0);
	world_udp(&w, 1);
	world_udp(&w, 1);
	s = world_snapshot(&w, q.conn);
	assert_true(s.has & CLEW_HAS_COUNTERS);
	assert_int_equal(s.counter[0].packets, 2);
	assert_int_equal(s.counter[0].bytes, 2 * 38);
	assert_int_equal(s.counter[1].packets, 3);
	assert_int_equal(s.counter[1].bytes, 3 * 38);
	/* Padding of the link does not count. */
	build_udp(&w.p, &w.ends, 0, 17, w.port[0], w.port[1], 10);
	packet_add_zero(&w.p, 8);
	world_send(&w);
	s = world_snapshot(&w, q.conn);
	assert_int_equal(s.counter[0].bytes, 3 * 38);
	/* The end tells the sum. */
	world_forget(&w);
	clew_conn_delete(w.e, q.conn);
	s = world_only(&w, CLEW_EVENT_DESTROY)->ct;
	assert_true(s.has & CLEW_HAS_COUNTERS);
	assert_int_equal(s.counter[1].packets, 3);
	world_fini(&w);
}

static void
stamps_when_asked_to(void **state)
{
	struct clew_packet p, q;
	struct clew_snapshot s;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	p = world_udp(&w, 0);
	world_set(&w, "nf_conntrack_timestamp", 1);
	w.now_ns += 1234567;
	w.port[0]++;
	q = world_udp(&w, 0);
	assert_false(world_snapshot(&w, p.conn).has & CLEW_HAS_START);
	s = world_snapshot(&w, q.conn);
	assert_true(s.has & CLEW_HAS_START);
	assert_false(s.has & CLEW_HAS_STOP);
	assert_true(s.start_ns == START_NS + 1234567);
	world_forget(&w);
	w.now_ns += 5 * SECOND + 1;
	world_wait(&w, 0);
	clew_conn_delete(w.e, q.conn);
	s = world_only(&w, CLEW_EVENT_DESTROY)->ct;
	assert_true(s.has & CLEW_HAS_STOP);
	assert_true(s.start_ns == START_NS + 1234567);
	assert_true(s.stop_ns == w.now_ns);
	world_fini(&w);
}

/* A new one in the same place does not show what the old one had. */
static void
nothing_is_inherited(void **state)
{
	const uint8_t labels[CLEW_LABELS_SIZE] = { 0xff };
	struct clew_packet p;
	struct clew_snapshot s;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_acct", 1);
	world_set(&w, "nf_conntrack_timestamp", 1);
	for (unsigned i = 0; i < 10; i++) {
		w.ends.six = i & 1;
		w.port[0]++;
		p = world_udp(&w, 0);
		s = world_snapshot(&w, p.conn);
		assert_int_equal(s.counter[0].packets, 1);
		assert_int_equal(s.counter[1].packets, 0);
		assert_int_equal(s.mark, 0);
		assert_false(s.has & (CLEW_HAS_LABELS | CLEW_HAS_SEQADJ |
				      CLEW_HAS_STOP | CLEW_HAS_ZONE));
		assert_int_equal(s.status, CLEW_STATUS_CONFIRMED);
		world_udp(&w, 1);
		clew_conn_set_mark(w.e, p.conn, 7);
		clew_conn_set_labels(w.e, p.conn, labels);
		clew_conn_set_seqadj(w.e, p.conn, 0, &(struct clew_seqadj){
			.offset_after = 9 });
		clew_conn_add_status(w.e, p.conn, CLEW_STATUS_ASSURED);
		clew_conn_delete(w.e, p.conn);
	}
	world_fini(&w);
}

static void
marks_are_told_with_the_next_packet(void **state)
{
	const struct told *told;
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	p = world_udp(&w, 0);
	assert_false(w.told[0].ct.has & CLEW_HAS_MARK);
	world_forget(&w);
	assert_int_equal(clew_conn_set_mark(w.e, p.conn, 0xdeadbeef), 0);
	assert_int_equal(w.told_count, 0);
	assert_int_equal(world_snapshot(&w, p.conn).mark, 0xdeadbeef);
	world_udp(&w, 0);
	told = world_only(&w, CLEW_EVENT_UPDATE);
	assert_int_equal(told->bits, CLEW_IPCT_MARK);
	assert_true(told->ct.has & CLEW_HAS_MARK);
	assert_int_equal(told->ct.mark, 0xdeadbeef);
	/* The same again says nothing. */
	world_forget(&w);
	clew_conn_set_mark(w.e, p.conn, 0xdeadbeef);
	world_udp(&w, 0);
	assert_int_equal(w.told_count, 0);
	/* 0 is told too: it was something else. */
	clew_conn_set_mark(w.e, p.conn, 0);
	world_udp(&w, 0);
	told = world_only(&w, CLEW_EVENT_UPDATE);
	assert_true(told->ct.has & CLEW_HAS_MARK);
	assert_int_equal(told->ct.mark, 0);
	world_fini(&w);
}

static void
labels_are_told_with_the_next_packet(void **state)
{
	const uint8_t a[CLEW_LABELS_SIZE] = { 1, [15] = 0x80 };
	const uint8_t none[CLEW_LABELS_SIZE] = { 0 };
	const struct told *told;
	struct clew_snapshot s;
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	p = world_udp(&w, 0);
	assert_false(world_snapshot(&w, p.conn).has & CLEW_HAS_LABELS);
	world_forget(&w);
	assert_int_equal(clew_conn_set_labels(w.e, p.conn, a), 0);
	s = world_snapshot(&w, p.conn);
	assert_true(s.has & CLEW_HAS_LABELS);
	assert_memory_equal(s.labels, a, sizeof(a));
	world_udp(&w, 0);
	told = world_only(&w, CLEW_EVENT_UPDATE);
	assert_int_equal(told->bits, CLEW_IPCT_LABEL);
	assert_memory_equal(told->ct.labels, a, sizeof(a));
	world_forget(&w);
	clew_conn_set_labels(w.e, p.conn, a);
	world_udp(&w, 0);
	assert_int_equal(w.told_count, 0);
	clew_conn_set_labels(w.e, p.conn, none);
	world_udp(&w, 0);
	told = world_only(&w, CLEW_EVENT_UPDATE);
	assert_memory_equal(told->ct.labels, none, sizeof(none));
	world_fini(&w);
}

/* Only what tools may add. */
static void
status_bits_are_added(void **state)
{
	struct clew_packet p;
	struct clew_snapshot s;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	p = world_udp(&w, 0);
	world_forget(&w);
	assert_int_equal(clew_conn_add_status(w.e, p.conn, UINT32_MAX), 0);
	s = world_snapshot(&w, p.conn);
	assert_int_equal(s.status, CLEW_STATUS_CONFIRMED |
			 CLEW_STATUS_EXPECTED | CLEW_STATUS_SEEN_REPLY |
			 CLEW_STATUS_ASSURED | CLEW_STATUS_FIXED_TIMEOUT);
	world_udp(&w, 0);
	assert_int_equal(world_only(&w, CLEW_EVENT_UPDATE)->bits,
			 CLEW_IPCT_REPLY | CLEW_IPCT_ASSURED);
	/* Nothing new, nothing told. */
	world_forget(&w);
	clew_conn_add_status(w.e, p.conn, UINT32_MAX);
	world_udp(&w, 0);
	assert_int_equal(w.told_count, 0);
	world_fini(&w);
}

static void
timeouts_can_be_set_and_fixed(void **state)
{
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	p = world_udp(&w, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 30);
	assert_int_equal(clew_conn_set_timeout(w.e, p.conn, 500), 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 500);
	world_udp(&w, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 30);
	clew_conn_add_status(w.e, p.conn, CLEW_STATUS_FIXED_TIMEOUT);
	clew_conn_set_timeout(w.e, p.conn, 500);
	world_udp(&w, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 500);
	world_wait(&w, 100 * SECOND);
	world_udp(&w, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 400);
	/* Shorter: the timer comes earlier than it was put. */
	clew_conn_set_timeout(w.e, p.conn, 1);
	world_wait(&w, SECOND - 1);
	assert_int_equal(clew_engine_count(w.e), 1);
	world_wait(&w, 1);
	assert_int_equal(clew_engine_count(w.e), 0);
	/* Longer than can be. */
	p = world_udp(&w, 0);
	clew_conn_set_timeout(w.e, p.conn, UINT32_MAX);
	assert_in_range(world_snapshot(&w, p.conn).timeout_s, 1000000,
			INT32_MAX);
	clew_conn_set_timeout(w.e, p.conn, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 0);
	assert_int_equal(world_udp(&w, 0).ct_state, CLEW_CT_NEW);
	world_fini(&w);
}

/* Somebody makes the client's data longer by 10 behind byte 1050.  The
 * server acknowledges what it got; the window knows what was sent. */
static void
sequence_adjustment_is_honoured(void **state)
{
	static const struct {
		uint32_t ack;
		bool without, with;
	} acks[] = {
		{ 1040, true, true },
		{ 1051, true, true },	/* before the change */
		{ 1101, true, true },
		{ 1111, false, true },	/* all of it, as the server sees it */
		{ 1112, false, false },	/* more than was sent */
	};

	(void)state;
	for (unsigned with = 0; with < 2; with++) {
		for (size_t i = 0; i < sizeof(acks) / sizeof(*acks); i++) {
			const struct clew_seqadj adj = {
				.correction_pos = 1050, .offset_after = 10,
			};
			bool good = with ? acks[i].with : acks[i].without;
			struct clew_packet p;
			struct clew_snapshot s;
			struct world w;

			world_init(&w, NULL);
			world_connect(&w);
			p = world_tcp(&w, 0, TH_ACK, 1001, 5001, 100);
			world_forget(&w);
			if (with)
				clew_conn_set_seqadj(w.e, p.conn,
						     CLEW_DIR_ORIG, &adj);
			p = world_tcp(&w, 1, TH_ACK, 5001, acks[i].ack, 0);
			assert_int_equal(p.ct_state, good ?
				CLEW_CT_ESTABLISHED : CLEW_CT_INVALID);
			if (!good) {
				assert_int_equal(p.reason,
						 CLEW_WHY_TCP_ACK_OVER);
				world_fini(&w);
				continue;
			}
			if (with) {
				assert_int_equal(w.told[0].bits,
						 CLEW_IPCT_SEQADJ);
				assert_memory_equal(&w.told[0].ct.seqadj[0],
						    &adj, sizeof(adj));
				s = world_snapshot(&w, p.conn);
				assert_true(s.has & CLEW_HAS_SEQADJ);
				assert_true(s.status &
					    CLEW_STATUS_SEQ_ADJUST);
			}
			world_fini(&w);
		}
	}
}

/* The life of a TCP connection in events. */
static void
events_tell_what_happened(void **state)
{
	static const struct {
		uint8_t from, flags;
		uint32_t seq, ack;
		enum clew_event_type type;
		uint32_t bits;
		uint8_t tcp_state;
	} steps[] = {
		{ 0, TH_SYN, 1000, 0, CLEW_EVENT_NEW,
		  CLEW_IPCT_NEW | CLEW_IPCT_PROTOINFO, CLEW_TCP_SYN_SENT },
		{ 1, TH_SYN | TH_ACK, 5000, 1001, CLEW_EVENT_UPDATE,
		  CLEW_IPCT_REPLY | CLEW_IPCT_PROTOINFO, CLEW_TCP_SYN_RECV },
		{ 0, TH_ACK, 1001, 5001, CLEW_EVENT_UPDATE,
		  CLEW_IPCT_ASSURED | CLEW_IPCT_PROTOINFO,
		  CLEW_TCP_ESTABLISHED },
		{ 0, TH_FIN | TH_ACK, 1001, 5001, CLEW_EVENT_UPDATE,
		  CLEW_IPCT_PROTOINFO, CLEW_TCP_FIN_WAIT },
		{ 1, TH_ACK, 5001, 1002, CLEW_EVENT_UPDATE,
		  CLEW_IPCT_PROTOINFO, CLEW_TCP_CLOSE_WAIT },
		{ 1, TH_FIN | TH_ACK, 5001, 1002, CLEW_EVENT_UPDATE,
		  CLEW_IPCT_PROTOINFO, CLEW_TCP_LAST_ACK },
		{ 0, TH_ACK, 1002, 5002, CLEW_EVENT_UPDATE,
		  CLEW_IPCT_PROTOINFO, CLEW_TCP_TIME_WAIT },
	};
	const struct told *told;
	clew_conn_ref conn = 0;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		w.now_ns += MSECOND + 1;
		world_forget(&w);
		conn = world_tcp(&w, steps[i].from, steps[i].flags,
				 steps[i].seq, steps[i].ack, 0).conn;
		told = world_only(&w, steps[i].type);
		assert_int_equal(told->bits, steps[i].bits);
		assert_true(told->time_ns == w.now_ns);
		assert_true(told->conn == conn);
		assert_true(told->ct.has & CLEW_HAS_STATE);
		assert_int_equal(told->ct.state, steps[i].tcp_state);
	}
	/* Nothing changes, nothing is told. */
	world_forget(&w);
	world_tcp(&w, 0, TH_ACK, 1002, 5002, 0);
	assert_int_equal(w.told_count, 0);
	world_wait(&w, 200 * SECOND);
	told = world_only(&w, CLEW_EVENT_DESTROY);
	assert_int_equal(told->bits, CLEW_IPCT_DESTROY);
	assert_true(told->conn == conn);
	assert_false(told->ct.has & CLEW_HAS_TIMEOUT);
	world_fini(&w);
}

/* nf_conntrack_events is looked at when a connection begins. */
static void
events_can_be_off(void **state)
{
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_events", 0);
	p = world_udp(&w, 0);
	world_set(&w, "nf_conntrack_events", 1);
	world_udp(&w, 1);
	clew_conn_delete(w.e, p.conn);
	assert_int_equal(w.told_count, 0);
	world_udp(&w, 0);
	assert_int_equal(w.told_count, 1);
	world_fini(&w);
}

static void
nobody_has_to_listen(void **state)
{
	struct clew_engine *e;
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_udp(&w, 0);
	assert_int_equal(clew_engine_create(&e, &(struct clew_config){
		.start_ns = START_NS }), 0);
	p = packet_for(w.p.b, (uint32_t)w.p.len, START_NS);
	clew_engine_process(e, &p, 1);
	assert_int_equal(p.ct_state, CLEW_CT_NEW);
	assert_true(clew_engine_advance(e, START_NS + 100 * SECOND, 0));
	assert_int_equal(clew_engine_count(e), 0);
	clew_engine_destroy(e);
	clew_engine_destroy(NULL);
	world_fini(&w);
}

/* Ids: the same for life, different for each, and of the choice's making. */
static void
ids_follow_from_the_choice(void **state)
{
	uint32_t ids[2][50];
	struct world w;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		world_init(&w, &(struct clew_config){
			.start_ns = START_NS, .choice = i });
		for (unsigned k = 0; k < 50; k++) {
			clew_conn_ref conn;

			w.port[0] = (uint16_t)k;
			conn = world_udp(&w, 0).conn;
			ids[i][k] = world_snapshot(&w, conn).id;
			world_udp(&w, 1);
			assert_int_equal(world_snapshot(&w, conn).id,
					 ids[i][k]);
			for (unsigned n = 0; n < k; n++)
				assert_int_not_equal(ids[i][n], ids[i][k]);
		}
		world_fini(&w);
	}
	for (unsigned k = 0; k < 50; k++)
		assert_int_not_equal(ids[0][k], ids[1][k]);
}

/* Timeout policies. */

static void
a_policy_is_used(void **state)
{
	const uint32_t values[16] = { 7, 8, 9, [9] = 10, [10] = 11 };
	struct clew_timeout_info info;
	struct clew_packet p;
	struct world w;
	int policy;

	(void)state;
	world_init(&w, NULL);
	policy = clew_timeout_create(w.e, "quick", CLEW_IPV4, 6, values,
				     0x607);
	assert_true(policy > 0);
	w.policy = (uint16_t)policy;
	p = world_tcp(&w, 0, TH_SYN, 1000, 0, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 7);
	/* It is the first packet that brings the policy. */
	w.policy = 0;
	world_tcp(&w, 1, TH_SYN | TH_ACK, 5000, 1001, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 8);
	world_tcp(&w, 0, TH_ACK, 1001, 5001, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 9);
	/* A FIN is something unacknowledged, and that was given; what was
	 * not given is as the settings were. */
	world_tcp(&w, 0, TH_FIN | TH_ACK, 1001, 5001, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 11);
	world_tcp(&w, 1, TH_ACK, 5001, 1002, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 60);
	assert_int_equal(clew_timeout_info(w.e, policy, &info), 0);
	assert_int_equal(info.users, 1);
	/* It may go meanwhile: then the settings hold. */
	assert_int_equal(clew_timeout_destroy(w.e, policy), 0);
	assert_int_equal(clew_timeout_destroy(w.e, policy), -ENOENT);
	world_tcp(&w, 1, TH_FIN | TH_ACK, 5001, 1002, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 30);
	policy = clew_timeout_create(w.e, "quick", CLEW_IPV4, 6, values, 0);
	clew_conn_delete(w.e, p.conn);
	clew_timeout_info(w.e, policy, &info);
	assert_int_equal(info.users, 0);
	world_fini(&w);
}

static void
a_policy_suits_its_protocol_alone(void **state)
{
	const uint32_t values[16] = { 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7 };
	struct clew_timeout_info info;
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	for (unsigned i = 0; i < 6; i++) {
		static const uint8_t protocols[] = { 6, 17, 1, 132, 47, 50 };
		char name[8] = { (char)('a' + i) };

		w.policy = (uint16_t)clew_timeout_create(w.e, name, CLEW_IPV4,
						protocols[i], values, 1);
		p = world_udp(&w, 0);
		assert_int_equal(world_snapshot(&w, p.conn).timeout_s,
				 protocols[i] == 17 ? 7 : 30);
		clew_conn_delete(w.e, p.conn);
		w.ends.six = true;
		p = world_udp(&w, 0);
		assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 30);
		clew_conn_delete(w.e, p.conn);
		w.ends.six = false;
	}
	/* One that is not there is none. */
	w.policy = 999;
	p = world_udp(&w, 0);
	assert_int_equal(world_snapshot(&w, p.conn).timeout_s, 30);
	/* All users are gone, also those that were never confirmed. */
	w.policy = 1;
	world_tcp(&w, 0, TH_FIN, 1, 1, 0);
	for (int i = 1; i <= 6; i++) {
		clew_timeout_info(w.e, i, &info);
		assert_int_equal(info.users, 0);
	}
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_when_asked_to),
		cmocka_unit_test(stamps_when_asked_to),
		cmocka_unit_test(nothing_is_inherited),
		cmocka_unit_test(marks_are_told_with_the_next_packet),
		cmocka_unit_test(labels_are_told_with_the_next_packet),
		cmocka_unit_test(status_bits_are_added),
		cmocka_unit_test(timeouts_can_be_set_and_fixed),
		cmocka_unit_test(sequence_adjustment_is_honoured),
		cmocka_unit_test(events_tell_what_happened),
		cmocka_unit_test(events_can_be_off),
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(ids_follow_from_the_choice),
		cmocka_unit_test(a_policy_is_used),
		cmocka_unit_test(a_policy_suits_its_protocol_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
