/* SPDX-License-Identifier: BSD-2-Clause
 * nat/nat_test.c - connections through a gateway: masquerade, redirect, what
 * ends them, and packets seen from inside. */
#include "nat/nat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "nat/testhost.h"
#include "pkt/checksum.h"
#include "route/router.h"

enum { LAN = 1, WAN = 2, OTHER = 3 };

static struct host h;

static void
add_iface(uint32_t index, const char *name)
{
	struct clew_interface i = { .index = index };

	strcpy(i.name, name);
	assert_int_equal(router_iface_add(h.router, &i), 0);
}

static void
add_address(uint32_t ifindex, const char *text, uint8_t prefix)
{
	struct clew_address a = {
		.ifindex = ifindex, .prefix = prefix,
		.family = strchr(text, ':') ? CLEW_IPV6 : CLEW_IPV4,
	};

	addr_parse(text, a.addr.bytes);
	assert_int_equal(router_address_add(h.router, &a), 0);
}

static int
set_up(void **state)
{
	(void)state;
	host_init(&h);
	assert_int_equal(router_create(&h.router), 0);
	add_iface(LAN, "lan0");
	add_iface(WAN, "wan0");
	add_iface(OTHER, "wan1");
	add_address(LAN, "10.0.0.254", 24);
	add_address(LAN, "fd00::fe", 64);
	add_address(WAN, "203.0.113.1", 24);
	add_address(WAN, "2001:db8::1", 64);
	h.out = router_iface(h.router, WAN);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	host_fini(&h);
	return 0;
}

static struct leg
tcp(const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	return leg_make(PROTO_TCP, src, sport, dst, dport);
}

static struct leg
masqueraded(const struct leg *in)
{
	struct leg out = *in;

	addr_parse(in->ipv6 ? "2001:db8::1" : "203.0.113.1", out.src);
	return out;
}

static void
a_masqueraded_connection(void **state)
{
	(void)state;
	h.at_src = host_masquerade;
	for (unsigned six = 0; six < 2; six++) {
		struct leg in = six ?
			tcp("fd00::1", 5000, "2001:db8:9::1", 80) :
			tcp("10.0.0.1", 5000, "192.0.2.1", 80);
		struct leg out = masqueraded(&in), back, answer;

		host_expect(&h, &in, &out);
		answer = leg_reply(&out);
		back = leg_reply(&in);
		host_expect(&h, &answer, &back);
		assert_int_equal(h.packet.ct_state, CLEW_CT_ESTABLISHED);
		in.flags = out.flags = ACK;
		in.seq = ++out.seq;
		in.ack = out.ack = 9001;
		host_expect(&h, &in, &out);
		assert_int_equal(h.pass.conn->status & 0xffff,
				 CLEW_STATUS_CONFIRMED |
				 CLEW_STATUS_SEEN_REPLY |
				 CLEW_STATUS_ASSURED | CLEW_STATUS_SRC_NAT |
				 CLEW_STATUS_SRC_NAT_DONE |
				 CLEW_STATUS_DST_NAT_DONE);
	}
}

/* The reset ends the connection, and still goes where it belongs. */
static void
a_refused_connection(void **state)
{
	struct leg in = tcp("10.0.0.1", 5000, "192.0.2.1", 80);
	struct leg out = masqueraded(&in), answer, back;

	(void)state;
	h.at_src = host_masquerade;
	host_expect(&h, &in, &out);
	answer = leg_reply(&out);
	back = leg_reply(&in);
	answer.flags = back.flags = RST | ACK;
	answer.seq = back.seq = 0;
	host_expect(&h, &answer, &back);
	assert_null(h.pass.conn);
	assert_int_equal(h.destroyed, 1);
	assert_int_equal(h.t.conns.count, 0);
	assert_int_equal(h.t.sources.table.entries, 0);
	/* Dropped on its way: freed all the same. */
	host_expect(&h, &in, &out);
	h.room_size = 10;
	assert_int_equal(host_send_leg(&h, &answer), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_NAT_ERROR);
	assert_int_equal(h.destroyed, 2);
	assert_int_equal(h.t.conns.count, 0);
}

static void
no_address_to_masquerade_with(void **state)
{
	struct leg in = tcp("fd00::1", 5000, "2001:db8:9::1", 80);

	(void)state;
	h.at_src = host_masquerade;
	h.out = NULL;
	assert_int_equal(host_send_leg(&h, &in), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_NAT_NO_ADDRESS);
	assert_int_equal(h.t.conns.count, 0);
}

/* Linux takes a source of 0.0.0.0 for one that asks for its address. */
static void
nothing_is_not_masqueraded(void **state)
{
	struct leg in = leg_make(PROTO_UDP, "0.0.0.0", 68, "192.0.2.1", 67);

	(void)state;
	h.at_src = host_masquerade;
	host_expect(&h, &in, &in);
}

static enum clew_verdict
redirect(struct path *path)
{
	path->in = router_iface(h.router, LAN);
	return nat_redirect(path, &h.dst);
}

static void
redirected(void **state)
{
	struct leg in = tcp("10.0.0.1", 5000, "192.0.2.1", 80), out = in;

	(void)state;
	h.at_dst = redirect;
	h.dst = (struct nat_range){
		.flags = NAT_RANGE_PROTO_SPECIFIED,
		.min_proto_be = to_be16(3128), .max_proto_be = to_be16(3128),
	};
	addr_parse("10.0.0.254", out.dst);
	out.dport = 3128;
	host_expect(&h, &in, &out);
	in = out = tcp("fd00::1", 5000, "2001:db8:9::1", 80);
	addr_parse("fd00::fe", out.dst);
	out.dport = 3128;
	host_expect(&h, &in, &out);
}

/* Masquerade remembers its interface. */

static void
another_way_out_ends_it(void **state)
{
	struct leg in = tcp("10.0.0.1", 5000, "192.0.2.1", 80);
	struct leg out = masqueraded(&in), answer, back;

	(void)state;
	h.at_src = host_masquerade;
	h.t.set.acct = 1;
	host_expect(&h, &in, &out);
	h.out = router_iface(h.router, OTHER);
	/* Replies may come from anywhere. */
	answer = leg_reply(&out);
	back = leg_reply(&in);
	host_expect(&h, &answer, &back);
	in.flags = ACK;
	in.seq++;
	in.ack = 9001;
	assert_int_equal(host_send_leg(&h, &in), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_NAT_ERROR);
	assert_int_equal(h.destroyed, 1);
	assert_int_equal(h.t.conns.count, 0);
}

static void
an_address_goes(void **state)
{
	struct leg a = tcp("10.0.0.1", 5000, "192.0.2.1", 80);
	struct leg b = tcp("fd00::1", 5000, "2001:db8:9::1", 80);
	struct leg c = tcp("10.0.0.3", 5000, "192.0.2.1", 80);
	union clew_addr gone = { 0 };

	(void)state;
	nat_address_gone(&h.t, WAN, CLEW_IPV4, NULL);
	host_send_leg(&h, &c);		/* not masqueraded */
	h.at_src = host_masquerade;
	host_send_leg(&h, &a);
	host_send_leg(&h, &b);
	assert_int_equal(h.t.conns.count, 3);

	addr_parse("203.0.113.2", gone.bytes);
	nat_address_gone(&h.t, WAN, CLEW_IPV4, &gone);
	addr_parse("203.0.113.1", gone.bytes);
	nat_address_gone(&h.t, OTHER, CLEW_IPV4, &gone);
	assert_int_equal(h.destroyed, 0);
	nat_address_gone(&h.t, WAN, CLEW_IPV4, &gone);
	assert_int_equal(h.destroyed, 1);
	assert_null(host_conn(&h, &a));
	nat_address_gone(&h.t, WAN, CLEW_IPV4, NULL);
	assert_int_equal(h.destroyed, 2);
	assert_null(host_conn(&h, &b));
	assert_non_null(host_conn(&h, &c));
}

/* Captures made inside. */

static bool
unsee(struct leg *leg, uint8_t *b, uint32_t len)
{
	if (leg)
		len = leg_build(leg, h.in);
	else
		memcpy(h.in, b, len);
	h.packet = (struct clew_packet){ .data = h.in };
	h.p.flags = 0;
	pkt_parse(&h.p, h.in, len, len);
	h.path.is_own = false;
	track_read(&h.p, &h.packet, &h.pass);
	return nat_unsee(&h.path);
}

static void
unseen(void **state)
{
	struct leg in = tcp("10.0.0.1", 5000, "192.0.2.1", 80);
	struct leg out = masqueraded(&in), answer, back, plain;
	uint8_t want[ROOM], error[300], quoted[200], router[16];
	uint32_t len, size;

	(void)state;
	h.at_src = host_masquerade;
	host_expect(&h, &in, &out);
	answer = leg_reply(&out);
	back = leg_reply(&in);
	assert_true(unsee(&back, NULL, 0));
	len = leg_build(&answer, want);
	assert_int_equal(h.p.len, len);
	assert_memory_equal(h.p.ip, want, len);

	/* As they come, and those of no connection, stay. */
	assert_false(unsee(&answer, NULL, 0));
	assert_false(unsee(&in, NULL, 0));
	plain = tcp("192.0.2.9", 80, "10.0.0.1", 5000);
	assert_false(unsee(&plain, NULL, 0));
	assert_false(h.path.is_own);

	/* An error, as the host got it and as the router sent it. */
	addr_parse("198.18.0.1", router);
	size = leg_build(&in, quoted);
	len = error_build(error, false, router, in.src, 11, 0, quoted, size);
	assert_true(unsee(NULL, error, len));
	leg_build(&out, quoted);
	error_build(want, false, router, out.src, 11, 0, quoted, size);
	assert_memory_equal(h.p.ip, want, len);
	/* About nothing known. */
	in.dport++;
	size = leg_build(&in, quoted);
	len = error_build(error, false, router, in.src, 11, 0, quoted, size);
	assert_false(unsee(NULL, error, len));
}

/* Sequence numbers. */

static void
numbers_are_moved(void **state)
{
	struct leg in = tcp("10.0.0.1", 5000, "192.0.2.1", 80), out, back;
	struct leg answer;
	struct conn_ext *ext;
	struct conn *c;

	(void)state;
	host_expect(&h, &in, &in);
	answer = leg_reply(&in);
	host_expect(&h, &answer, &answer);
	c = host_conn(&h, &in);
	ext = conn_extend(&h.t, c);
	assert_non_null(ext);
	/* From 1010 on the client's stream is 5 longer. */
	ext->seqadj[CLEW_DIR_ORIG] = (struct clew_seqadj){
		.correction_pos = 1010, .offset_before = 0, .offset_after = 5,
	};
	ext->has_seqadj = true;
	c->status |= CLEW_STATUS_SEQ_ADJUST;
	in.flags = ACK;
	in.data = 20;
	in.seq = 1001;
	in.ack = 9001;
	host_expect(&h, &in, &in);
	in.seq = 1021;
	out = in;
	out.seq = 1026;
	host_expect(&h, &in, &out);
	answer.flags = ACK;
	answer.seq = 9001;
	answer.ack = 1046;
	back = answer;
	back.ack = 1041;
	host_expect(&h, &answer, &back);
	/* Without an ACK the number is nothing. */
	in.flags = RST;
	in.seq = 1041;
	in.data = 0;
	out = in;
	out.seq = 1046;
	host_expect(&h, &in, &out);
}

/* A segment with these options, 9001 acknowledging 'ack'.
 * => Its length. */
static uint32_t
with_options(uint8_t *b, const struct leg *leg, const uint8_t *options,
	     uint32_t size)
{
	struct leg wide = *leg;
	struct pkt p = { .ip = b, .family = CLEW_IPV4 };
	uint32_t len;

	wide.data = (uint16_t)size;
	len = leg_build(&wide, b);
	memcpy(b + 40, options, size);
	b[32] = (uint8_t)((5 + size / 4) << 4);
	put_be16(b + 36, 0);
	put_be16(b + 36, (uint16_t)~checksum_fold(checksum_add(
		checksum_pseudo(&p, PROTO_TCP, len - 20), b + 20, len - 20)));
	return len;
}

static void
sacks_are_moved(void **state)
{
	struct leg in = tcp("10.0.0.1", 5000, "192.0.2.1", 80), answer, back;
	uint8_t option[12] = { 1, 1, 5, 10 }, b[100], want[100];
	struct conn_ext *ext;
	struct conn *c;
	uint32_t len;

	(void)state;
	in.data = 0;
	host_expect(&h, &in, &in);
	answer = leg_reply(&in);
	host_expect(&h, &answer, &answer);
	c = host_conn(&h, &in);
	c->tcp.flags[0] = c->tcp.flags[1] = TCP_SACK_PERM | TCP_BE_LIBERAL;
	ext = conn_extend(&h.t, c);
	ext->seqadj[CLEW_DIR_ORIG] = (struct clew_seqadj){
		.correction_pos = 1010, .offset_before = 0, .offset_after = 5,
	};
	ext->has_seqadj = true;
	c->status |= CLEW_STATUS_SEQ_ADJUST;
	in.flags = ACK;
	in.seq = 1001;
	in.ack = 9001;
	in.data = 200;
	assert_int_equal(host_send_leg(&h, &in), CLEW_ACCEPT);

	answer.flags = ACK;
	answer.seq = 9001;
	answer.ack = 1005;
	back = answer;
	put_be32(option + 4, 1008);
	put_be32(option + 8, 1106);
	len = with_options(b, &answer, option, 12);
	put_be32(option + 8, 1101);
	with_options(want, &back, option, 12);
	assert_int_equal(host_send(&h, b, len, 0), CLEW_ACCEPT);
	assert_memory_equal(h.p.ip, want, len);

	/* An option without a length: Linux drops the segment. */
	memset(option, 1, sizeof(option));
	option[11] = 5;
	len = with_options(b, &answer, option, 12);
	assert_int_equal(host_send(&h, b, len, 0), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_NAT_ERROR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_masqueraded_connection),
		TEST(a_refused_connection),
		TEST(no_address_to_masquerade_with),
		TEST(nothing_is_not_masqueraded),
		TEST(redirected),
		TEST(another_way_out_ends_it),
		TEST(an_address_goes),
		TEST(unseen),
		TEST(numbers_are_moved),
		TEST(sacks_are_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
