/* SPDX-License-Identifier: BSD-2-Clause
 * engine/packet_test.c - packets in: known checksums, cut by a capture, in
 * frames; and datagrams out. */
#include "engine/world.h"

#include <stdlib.h>

#include "parity/gen.h"

/* A spoilt packet of each protocol that has a checksum. */
static void
spoil(struct world *w, unsigned i)
{
	struct ends *e = &w->ends;

	e->six = i == 5;
	switch (i) {
	case 0:
		build_tcp(&w->p, e, 0, &(struct tcp_part){
			.sport = 1, .dport = 2, .flags = TH_SYN,
			.window = 100 });
		break;
	case 1: build_udp(&w->p, e, 0, 17, 1, 2, 10); break;
	case 2: build_udp(&w->p, e, 0, 136, 1, 2, 10); break;
	case 3: build_icmp(&w->p, e, 0, 8, 0, 0, "", 0); break;
	case 4:
		sctp_begin(&w->p, e, 0, 1, 2, 0);
		sctp_chunk(&w->p, 1, 0, "abcdefghijklmnop", 16);
		packet_end(&w->p);
		packet_checksum(&w->p);
		break;
	default: build_icmp(&w->p, e, 0, 128, 0, 0, "", 0); break;
	}
	w->p.b[w->p.l4 + (i == 4 ? 8 : i == 0 ? 16 : i == 3 || i == 5 ? 2 :
			  6)] ^= 0x55;
}

static void
checksums_are_checked(void **state)
{
	static const enum clew_reason reasons[] = {
		CLEW_WHY_TCP_CHECKSUM, CLEW_WHY_UDP_CHECKSUM,
		CLEW_WHY_UDPLITE_CHECKSUM, CLEW_WHY_ICMP_CHECKSUM,
		CLEW_WHY_SCTP_CHECKSUM, CLEW_WHY_ICMPV6_CHECKSUM,
	};
	static const uint32_t known[] = {
		CLEW_PKT_CSUM_OK, CLEW_PKT_CSUM_PARTIAL, CLEW_PKT_GSO,
	};

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		struct clew_packet p;
		struct clew_stats s;
		struct world w;

		world_init(&w, NULL);
		spoil(&w, i);
		p = world_send(&w);
		s = world_stats(&w);
		assert_int_equal(p.ct_state, CLEW_CT_INVALID);
		assert_int_equal(p.verdict, CLEW_ACCEPT);
		assert_int_equal(p.reason, reasons[i]);
		assert_int_equal(s.checksum_bad, 1);
		assert_int_equal(s.reason[reasons[i]], 1);
		assert_int_equal(clew_engine_count(w.e), 0);
		for (unsigned k = 0; k < 4; k++) {
			w.flags = k < 3 ? known[k] : 0;
			if (k == 3)
				world_set(&w, "nf_conntrack_checksum", 0);
			p = world_send(&w);
			assert_int_equal(p.ct_state, CLEW_CT_NEW);
			assert_int_equal(p.reason, CLEW_WHY_NONE);
			clew_conn_delete(w.e, p.conn);
		}
		assert_int_equal(world_stats(&w).checksum_bad, 1);
		world_fini(&w);
	}
}

/* The header is there, of the payload not all: nothing is to be said about
 * the checksum, the rest is as ever. */
static void
a_cut_payload_is_not_guessed(void **state)
{
	struct clew_packet p;
	struct clew_snapshot s;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	world_set(&w, "nf_conntrack_acct", 1);
	build_udp(&w.p, &w.ends, 0, 17, 1, 2, 1000);
	put16(w.p.b + 26, 0x1234);		/* wrong */
	p = world_send_bytes(&w, w.p.b, 28, 1028);
	assert_int_equal(p.ct_state, CLEW_CT_NEW);
	assert_int_equal(p.result, CLEW_RES_NEW_CONN);
	assert_int_equal(world_stats(&w).checksum_unverified, 1);
	s = world_snapshot(&w, p.conn);
	assert_int_equal(s.counter[0].bytes, 1028);
	/* TCP's sequence numbers go by the length there was. */
	world_connect(&w);
	build_tcp(&w.p, &w.ends, 0, &(struct tcp_part){
		.sport = w.port[0], .dport = w.port[1], .seq = 1001,
		.ack = 5001, .flags = TH_ACK, .window = 8000, .data = 500 });
	p = world_send_bytes(&w, w.p.b, 40, 540);
	assert_int_equal(p.ct_state, CLEW_CT_ESTABLISHED);
	p = world_tcp(&w, 1, TH_ACK, 5001, 1501, 0);
	assert_int_equal(p.ct_state, CLEW_CT_ESTABLISHED);
	p = world_tcp(&w, 1, TH_ACK, 5001, 1502, 0);
	assert_int_equal(p.ct_state, CLEW_CT_INVALID);
	world_fini(&w);
}

/* All that is to be seen of a world, ids among it. */
static struct tape
look_at(struct world *w)
{
	struct tape t = { 0 };
	clew_conn_ref cursor = 0;

	while (clew_conn_next(w->e, &cursor)) {
		struct clew_snapshot s = world_snapshot(w, cursor);

		tape_put(&t, &cursor, sizeof(cursor));
		tape_put(&t, &s, sizeof(s));
	}
	tape_put(&t, w->told, w->told_count * sizeof(*w->told));
	return t;
}

/* Any packet, cut anywhere.  One world gets them all, the other one those
 * alone that were not found to be CUT: in the end they are the same, also in
 * who had to leave a full table. */
static void
cut_packets_change_nothing(void **state)
{
	unsigned cuts = 0, others = 0;

	(void)state;
	for (uint64_t seed = 1; seed < 60; seed++) {
		struct tape tape[2];
		struct rng r = { seed };
		struct world w[2];
		struct script s;
		unsigned cut = 0;

		script_init(&s, "");
		gen_script(&s, seed, NULL);
		for (unsigned k = 0; k < 2; k++) {
			world_init(&w[k], NULL);
			if (seed % 3 == 0)
				world_set(&w[k], "nf_conntrack_max", 3);
			world_set(&w[k], "nf_conntrack_acct", 1);
		}
		for (size_t i = 0; i < s.count; i++) {
			const struct step *step = &s.step[i];
			struct clew_packet p;
			uint32_t caplen;

			if (step->type != STEP_PACKET || !step->len)
				continue;
			caplen = rng_below(&r, 3) ? step->len :
				 rng_below(&r, step->len < 100 ?
					   step->len : 100);
			p = world_send_bytes(&w[0], step->bytes, caplen,
					     step->len);
			if (!(p.result & CLEW_RES_CUT)) {
				world_send_bytes(&w[1], step->bytes, caplen,
						 step->len);
				others += caplen < step->len;
				continue;
			}
			cut++;
			assert_true(caplen < step->len);
			assert_int_equal(p.verdict, CLEW_ACCEPT);
			assert_int_equal(p.ct_state, CLEW_CT_UNTRACKED);
			assert_int_equal(p.reason, CLEW_WHY_NONE);
			assert_int_equal(p.conn, 0);
		}
		assert_int_equal(world_stats(&w[0]).cut, cut);
		for (unsigned k = 0; k < 2; k++)
			tape[k] = look_at(&w[k]);
		assert_int_equal(tape[0].size, tape[1].size);
		assert_memory_equal(tape[0].bytes, tape[1].bytes,
				    tape[0].size);
		for (unsigned k = 0; k < 2; k++) {
			tape_free(&tape[k]);
			world_fini(&w[k]);
		}
		script_fini(&s);
		cuts += cut;
	}
	assert_in_range(cuts, 1000, 1000000);
	assert_in_range(others, 1000, 1000000);
}

/* Cutting behind the headers does not change what is said. */
static void
enough_of_a_packet_is_enough(void **state)
{
	unsigned compared = 0;

	(void)state;
	for (uint64_t seed = 100; seed < 160; seed++) {
		struct world w[2];
		struct script s;

		script_init(&s, "");
		gen_script(&s, seed, NULL);
		world_init(&w[0], NULL);
		world_init(&w[1], NULL);
		/* The whole one must not know more. */
		world_set(&w[0], "nf_conntrack_checksum", 0);
		world_set(&w[1], "nf_conntrack_checksum", 0);
		for (size_t i = 0; i < s.count; i++) {
			const struct step *step = &s.step[i];
			uint32_t caplen = step->len < 200 ? step->len : 200;
			struct clew_packet p, q;

			if (step->type != STEP_PACKET)
				continue;
			/* Fragments and long chunk lists need all. */
			if (step->len > 200 && ((step->bytes[0] >> 4 == 4 ?
			    step->bytes[9] : step->bytes[6]) == 132 ||
			    (step->bytes[0] >> 4 == 4 ?
			     (step->bytes[6] & 0x3f) | step->bytes[7] :
			     step->bytes[6] != 6 && step->bytes[6] != 17)))
				continue;
			p = world_send_bytes(&w[0], step->bytes, step->len,
					     step->len);
			q = world_send_bytes(&w[1], step->bytes, caplen,
					     step->len);
			assert_int_equal(p.verdict, q.verdict);
			assert_int_equal(p.ct_state, q.ct_state);
			assert_int_equal(p.reason, q.reason);
			assert_int_equal(p.result, q.result);
			assert_true(p.conn == q.conn);
			compared++;
		}
		world_fini(&w[0]);
		world_fini(&w[1]);
		script_fini(&s);
	}
	assert_in_range(compared, 5000, 1000000);
}

/* Layer 2 is stepped over. */
static void
frames_are_looked_into(void **state)
{
	uint8_t frame[14 + 38 + 10] = { 0 };
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	build_udp(&w.p, &w.ends, 0, 17, 1, 2, 10);
	memcpy(frame + 14, w.p.b, w.p.len);
	p = packet_for(frame, sizeof(frame), START_NS);
	p.l3_offset = 14;
	clew_engine_process(w.e, &p, 1);
	assert_int_equal(p.ct_state, CLEW_CT_NEW);
	/* An offset beyond the bytes, lengths that contradict each other. */
	p.l3_offset = 63;
	clew_engine_process(w.e, &p, 1);
	assert_int_equal(p.verdict, CLEW_DROP);
	assert_int_equal(p.reason, CLEW_WHY_IP_TRUNCATED);
	p.l3_offset = 62;
	clew_engine_process(w.e, &p, 1);
	assert_int_equal(p.reason, CLEW_WHY_IP_TRUNCATED);
	p.l3_offset = 0xffff;
	clew_engine_process(w.e, &p, 1);
	assert_int_equal(p.reason, CLEW_WHY_IP_TRUNCATED);
	p.l3_offset = 14;
	p.len = 40;
	clew_engine_process(w.e, &p, 1);
	assert_int_equal(p.verdict, CLEW_DROP);
	p = packet_for(NULL, 0, START_NS);
	clew_engine_process(w.e, &p, 1);
	assert_int_equal(p.reason, CLEW_WHY_IP_TRUNCATED);
	p.len = 100;
	clew_engine_process(w.e, &p, 1);
	assert_int_equal(p.result, CLEW_RES_CUT);
	assert_int_equal(clew_engine_count(w.e), 1);
	world_fini(&w);
}

static void
untracked_is_untracked(void **state)
{
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	w.flags = CLEW_PKT_NOTRACK;
	p = world_udp(&w, 0);
	assert_int_equal(p.ct_state, CLEW_CT_UNTRACKED);
	assert_int_equal(p.conn, 0);
	assert_int_equal(p.reason, CLEW_WHY_NONE);
	build_udp(&w.p, &w.ends, 0, 17, 1, 2, 10);
	w.p.len = 24;
	packet_end(&w.p);
	p = world_send(&w);
	assert_int_equal(p.ct_state, CLEW_CT_UNTRACKED);
	assert_int_equal(p.reason, CLEW_WHY_NONE);
	assert_int_equal(clew_engine_count(w.e), 0);
	assert_int_equal(w.told_count, 0);
	world_fini(&w);
}

/* Cut 'whole' into pieces of 'size'.  => How many. */
static unsigned
cut_up(const struct packet *whole, uint32_t size, struct clew_packet *packets,
       uint8_t (*bytes)[1600])
{
	bool six = whole->b[0] >> 4 == 6;
	size_t head = six ? 40 : 20, at = 0, total = whole->len - head;
	unsigned count = 0;

	for (; at < total; at += size, count++) {
		size_t n = total - at < size ? total - at : size;
		uint8_t *b = bytes[count], *body = b + head;
		bool more = at + n < total;

		memcpy(b, whole->b, head);
		if (six) {
			b[6] = 44;
			memset(body, 0, 8);
			body[0] = whole->b[6];
			put16(body + 2, (uint16_t)(at | more));
			put32(body + 4, 77);
			body += 8;
			put16(b + 4, (uint16_t)(n + 8));
		} else {
			put16(b + 2, (uint16_t)(n + 20));
			put16(b + 4, 77);
			put16(b + 6, (uint16_t)(at / 8 | (more ? 0x2000 :
							  0)));
			put16(b + 10, 0);
			put16(b + 10, sum_fold(sum_add(0, b, 20)));
		}
		memcpy(body, whole->b + head + at, n);
		packets[count] = packet_for(b, (uint32_t)(body - b + (long)n),
					    START_NS);
		packets[count].ifindex = 40 + count;
	}
	return count;
}

/* What was one comes out as one: the same bytes but for what fragmenting
 * leaves behind, valid, and tracked as if it had come whole. */
static void
datagrams_come_out_whole(void **state)
{
	struct rng r = { 3 };

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		static uint8_t bytes[1000][1600];
		static struct clew_packet packets[1000];
		const struct clew_output *out;
		struct clew_packet *last, again;
		uint32_t size = 8 * (1 + rng_below(&r, 180));
		struct world w, other;
		unsigned n;
		size_t count;

		world_init(&w, NULL);
		w.ends.six = round & 1;
		build_udp(&w.p, &w.ends, 0, 17, 1, 2,
			  rng_below(&r, size * 20 > 60000 ? 60000 :
				    size * 20));
		for (size_t i = w.p.l4 + 8; i < w.p.len; i++)
			w.p.b[i] = (uint8_t)rng_next(&r);
		if (!w.ends.six)
			put16(w.p.b + 4, 77);
		packet_end(&w.p);
		packet_checksum(&w.p);
		n = cut_up(&w.p, size, packets, bytes);
		if (!w.ends.six && n == 1) {
			world_fini(&w);
			continue;
		}
		for (unsigned i = n; i > 1; i--) {
			unsigned k = rng_below(&r, i);
			struct clew_packet t = packets[i - 1];

			packets[i - 1] = packets[k];
			packets[k] = t;
		}
		if (w.ends.six)		/* of one link only */
			for (unsigned i = 0; i < n; i++)
				packets[i].ifindex = 1;
		clew_engine_process(w.e, packets, n);
		out = clew_engine_outputs(w.e, &count);
		last = &packets[n - 1];
		assert_int_equal(count, 1);
		assert_int_equal(out->packet, n - 1);
		assert_int_equal(out->ifindex, last->ifindex);
		assert_int_equal(out->verdict, CLEW_ACCEPT);
		assert_int_equal(out->len, w.p.len);
		assert_memory_equal(out->data, w.p.b, w.p.len);
		for (unsigned i = 0; i < n; i++) {
			assert_int_equal(packets[i].verdict, CLEW_STOLEN);
			assert_int_equal(packets[i].result, i < n - 1 ? 0u :
				CLEW_RES_REASSEMBLED | CLEW_RES_NEW_CONN);
		}
		assert_int_equal(last->ct_state, CLEW_CT_NEW);
		assert_int_equal(world_stats(&w).frag_held, n - 1);
		assert_int_equal(world_stats(&w).frag_reassembled, 1);

		world_init(&other, NULL);
		again = packet_for(out->data, out->len, START_NS);
		clew_engine_process(other.e, &again, 1);
		assert_int_equal(again.ct_state, CLEW_CT_NEW);
		assert_int_equal(again.reason, CLEW_WHY_NONE);
		world_fini(&other);
		/* The list is of the last call alone. */
		world_udp(&w, 0);
		clew_engine_outputs(w.e, &count);
		assert_int_equal(count, 0);
		world_fini(&w);
	}
}

/* Many in one burst, each where it belongs. */
static void
several_come_out_in_order(void **state)
{
	static uint8_t bytes[64][1600];
	struct clew_packet packets[64];
	const struct clew_output *out;
	struct world w;
	size_t count;

	(void)state;
	world_init(&w, NULL);
	for (unsigned i = 0; i < 32; i++) {
		build_udp(&w.p, &w.ends, 0, 17, (uint16_t)(100 + i), 2, 20);
		assert_int_equal(cut_up(&w.p, 24, &packets[i * 2],
					&bytes[i * 2]), 2);
		for (unsigned k = 0; k < 2; k++) {
			uint8_t *b = bytes[i * 2 + k];

			put16(b + 4, (uint16_t)i);
			put16(b + 10, 0);
			put16(b + 10, sum_fold(sum_add(0, b, 20)));
		}
	}
	clew_engine_process(w.e, packets, 64);
	out = clew_engine_outputs(w.e, &count);
	assert_int_equal(count, 32);
	for (unsigned i = 0; i < 32; i++) {
		assert_int_equal(out[i].packet, i * 2 + 1);
		assert_int_equal(out[i].len, 48);
		assert_int_equal(get16(out[i].data + 20), 100 + i);
	}
	assert_int_equal(clew_engine_count(w.e), 32);
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksums_are_checked),
		cmocka_unit_test(a_cut_payload_is_not_guessed),
		cmocka_unit_test(cut_packets_change_nothing),
		cmocka_unit_test(enough_of_a_packet_is_enough),
		cmocka_unit_test(frames_are_looked_into),
		cmocka_unit_test(untracked_is_untracked),
		cmocka_unit_test(datagrams_come_out_whole),
		cmocka_unit_test(several_come_out_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
