/* SPDX-License-Identifier: BSD-2-Clause
 * nat/mangle_test.c - translated packets against packets made that way from
 * the start, byte by byte. */
#include "nat/mangle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/testrandom.h"
#include "nat/testhost.h"

static struct host h;

static int
set_up(void **state)
{
	(void)state;
	host_init(&h);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	host_fini(&h);
	return 0;
}

/* What a leg looks like on the other side: both ends changed. */
static void
rules(bool ipv6, uint16_t sport, uint16_t dport)
{
	uint32_t flags = NAT_RANGE_MAP_IPS | NAT_RANGE_PROTO_SPECIFIED;

	h.at_src = host_src;
	h.at_dst = host_dst;
	h.src = (struct nat_range){ .flags = flags,
		.min_proto_be = to_be16(sport), .max_proto_be = to_be16(sport),
	};
	h.dst = (struct nat_range){ .flags = flags,
		.min_proto_be = to_be16(dport), .max_proto_be = to_be16(dport),
	};
	addr_parse(ipv6 ? "2001:db8::50" : "203.0.113.50",
		   h.src.min_addr.bytes);
	addr_parse(ipv6 ? "2001:db8:7::9" : "198.51.100.9",
		   h.dst.min_addr.bytes);
	h.src.max_addr = h.src.min_addr;
	h.dst.max_addr = h.dst.min_addr;
}

static struct leg
outside_of(const struct leg *in)
{
	struct leg out = *in;

	memcpy(out.src, h.src.min_addr.bytes, 16);
	memcpy(out.dst, h.dst.min_addr.bytes, 16);
	switch (in->protocol) {
	case PROTO_TCP:
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_SCTP:
		out.sport = from_be16(h.src.min_proto_be);
		out.dport = from_be16(h.dst.min_proto_be);
		break;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		/* Of two mappings of one id the latter stands. */
		out.sport = from_be16(h.src.min_proto_be);
		break;
	default:
		break;
	}
	return out;
}

static const uint8_t protocols[] = {
	PROTO_TCP, PROTO_UDP, PROTO_UDPLITE, PROTO_SCTP, PROTO_ICMP,
	PROTO_ICMPV6, PROTO_GRE, 200,
};

static struct leg
some_leg(struct testrandom *r, uint8_t protocol, bool ipv6)
{
	struct leg leg = leg_make(protocol, ipv6 ? "fd00::1" : "10.0.0.1",
		(uint16_t)testrandom_next(r),
		ipv6 ? "fd00::99" : "10.9.9.9", (uint16_t)testrandom_next(r));

	leg.src[3] = (uint8_t)testrandom_next(r);
	leg.dst[3] = (uint8_t)testrandom_next(r);
	if (protocol == PROTO_ICMP || protocol == PROTO_ICMPV6)
		leg.dport = protocol == PROTO_ICMP ? 8 : 128;
	leg.data = (uint16_t)testrandom_below(r, 40);
	if (protocol == PROTO_SCTP)
		leg.data = 20;
	return leg;
}

static bool
goes_with(uint8_t protocol, bool ipv6)
{
	return protocol != (ipv6 ? PROTO_ICMP : PROTO_ICMPV6);
}

static void
there_and_back(void **state)
{
	struct testrandom r = { 3 };

	(void)state;
	for (unsigned n = 0; n < 4000; n++) {
		uint8_t protocol = protocols[n % sizeof(protocols)];
		bool ipv6 = n & 8;
		struct leg in = some_leg(&r, protocol, ipv6), out, back;

		if (!goes_with(protocol, ipv6))
			continue;
		rules(ipv6, (uint16_t)testrandom_next(&r),
		      (uint16_t)testrandom_next(&r));
		in.no_checksum = protocol == PROTO_UDP && n % 3 == 0;
		out = outside_of(&in);
		host_expect(&h, &in, &out);
		/* Other answers than these begin something new. */
		if (protocol != PROTO_GRE && protocol != PROTO_SCTP) {
			out = leg_reply(&out);
			back = leg_reply(&in);
			host_expect(&h, &out, &back);
		}
		while (h.t.conns.count)
			conn_kill(&h.t, h.pass.conn);
	}
}

/* The checksum is still to be made: it holds the pseudo header's sum. */
static void
partial_checksums(void **state)
{
	struct testrandom r = { 4 };

	(void)state;
	for (unsigned n = 0; n < 2000; n++) {
		uint8_t protocol = n & 1 ? PROTO_TCP : PROTO_UDP;
		bool ipv6 = n & 2;
		struct leg in = some_leg(&r, protocol, ipv6), out;

		rules(ipv6, (uint16_t)testrandom_next(&r),
		      (uint16_t)testrandom_next(&r));
		in.is_partial = true;
		out = outside_of(&in);
		host_expect(&h, &in, &out);
		conn_kill(&h.t, h.pass.conn);
	}
}

/* RFC 3022 4.1: what was wrong is as wrong as before. */
static void
wrong_checksums_stay_wrong(void **state)
{
	struct testrandom r = { 5 };
	uint8_t in[200], want[200];

	(void)state;
	for (unsigned n = 0; n < 2000; n++) {
		struct leg leg = some_leg(&r, PROTO_TCP, n & 1), out;
		uint32_t len, at = (n & 1 ? 40 : 20) + 16;

		rules(n & 1, (uint16_t)testrandom_next(&r), 80);
		out = outside_of(&leg);
		len = leg_build(&leg, in);
		leg_build(&out, want);
		put_be16(in + at, get_be16(in + at) ^ 0x4000);
		h.t.set.checksum = 0;
		assert_int_equal(host_send(&h, in, len, 0), CLEW_ACCEPT);
		assert_memory_not_equal(h.p.ip + at, want + at, 2);
		put_be16(h.room + at, (uint16_t)(get_be16(h.room + at) -
			 get_be16(want + at)));
		/* 0x4000 more or less, with or without the carry. */
		assert_true(get_be16(h.room + at) == 0x4000 ||
			    get_be16(h.room + at) == 0xc000 ||
			    get_be16(h.room + at) == 0x4001 ||
			    get_be16(h.room + at) == 0x3fff ||
			    get_be16(h.room + at) == 0xbfff ||
			    get_be16(h.room + at) == 0xc001);
		put_be16(h.room + at, get_be16(want + at));
		assert_memory_equal(h.p.ip, want, len);
		conn_kill(&h.t, h.pass.conn);
	}
}

/* RFC 768: there is always a sum whose complement is zero. */
static void
udp_checksum_of_zero(void **state)
{
	struct leg in = leg_make(PROTO_UDP, "10.0.0.1", 0, "10.9.9.9", 53);
	unsigned zeros = 0;
	struct leg out;

	(void)state;
	for (uint32_t port = 1; port < 65536; port += 7) {
		rules(false, 4000, 4001);
		in.sport = (uint16_t)port;
		in.data = 2;
		h.src.min_proto_be = h.src.max_proto_be =
			to_be16((uint16_t)port);
		out = outside_of(&in);
		host_expect(&h, &in, &out);
		zeros += get_be16(h.p.ip + 26) == 0xffff;
		assert_int_not_equal(get_be16(h.p.ip + 26), 0);
		conn_kill(&h.t, h.pass.conn);
	}
	assert_in_range(zeros, 0, 2);
}

/* ICMP errors, from outside and from inside. */

static void
errors_and_what_they_quote(void **state)
{
	struct testrandom r = { 6 };
	uint8_t quoted[200], in[300], want[300], router[16];

	(void)state;
	for (unsigned n = 0; n < 6000; n++) {
		uint8_t protocol = protocols[n % sizeof(protocols)];
		bool ipv6 = n & 8, from_peer = n & 16, is_short = n & 32;
		struct leg a = some_leg(&r, protocol, ipv6), b;
		uint8_t type = ipv6 ? 1 : 3;
		uint32_t size, least, len;
		struct conn *c;

		if (!goes_with(protocol, ipv6))
			continue;
		rules(ipv6, (uint16_t)testrandom_next(&r), 77);
		b = outside_of(&a);
		host_expect(&h, &a, &b);
		c = h.pass.conn;
		addr_parse(ipv6 ? "2001:db8:77::1" : "198.18.0.1", router);
		least = (ipv6 ? 40 : 20) + 8;
		size = leg_build(&b, quoted);
		/* SCTP's is made anew, wrongly: not here. */
		if (size > least && (is_short || protocol == PROTO_SCTP))
			size = least;
		len = error_build(in, ipv6, from_peer ? b.dst : router, b.src,
				  type, 3, quoted, size);
		leg_build(&a, quoted);
		if (size < least) {		/* nothing to translate it by */
			assert_int_equal(host_send(&h, in, len, 0),
					 protocol == 200 ? CLEW_ACCEPT :
					 CLEW_DROP);
			conn_kill(&h.t, c);
			continue;
		}
		/* The peer's address is all that a translated destination
		 * lets the inside see. */
		error_build(want, ipv6, a.dst, a.src, type, 3, quoted, size);
		assert_int_equal(host_send(&h, in, len, 0), CLEW_ACCEPT);
		assert_int_equal(h.packet.ct_state, CLEW_CT_RELATED);
		assert_int_equal(h.p.len, len);
		assert_memory_equal(h.p.ip, want, len);
		conn_kill(&h.t, c);
	}
}

static void
short_quotes_are_dropped(void **state)
{
	struct leg a = leg_make(PROTO_UDP, "10.0.0.1", 5000, "192.0.2.1", 53);
	struct leg b;
	uint8_t quoted[200], in[300];
	uint32_t len;

	(void)state;
	rules(false, 4000, 4001);
	b = outside_of(&a);
	host_expect(&h, &a, &b);
	leg_build(&b, quoted);
	for (uint32_t size = 0; size <= 30; size++) {
		enum clew_verdict verdict;

		len = error_build(in, false, b.dst, b.src, 3, 3, quoted, size);
		verdict = host_send(&h, in, len, 0);
		if (size < 24) {		/* no ports: not related */
			assert_int_equal(verdict, CLEW_ACCEPT);
			assert_int_equal(h.packet.ct_state, CLEW_CT_INVALID);
		} else if (size < 28) {
			assert_int_equal(verdict, CLEW_DROP);
			assert_int_equal(h.packet.reason, CLEW_WHY_NAT_ERROR);
		} else {
			assert_int_equal(verdict, CLEW_ACCEPT);
		}
	}
	assert_int_equal(h.t.conns.count, 1);
}

/* RFC 5508 REQ-7. */
static void
redirects_of_translated_connections_are_dropped(void **state)
{
	struct leg a = leg_make(PROTO_UDP, "10.0.0.1", 5000, "192.0.2.1", 53);
	struct leg b = leg_make(PROTO_UDP, "10.0.0.2", 5000, "192.0.2.1", 53);
	struct leg c = leg_make(PROTO_UDP, "10.0.0.3", 5000, "192.0.2.1", 53);
	struct leg out;
	uint8_t quoted[200], in[300];
	uint32_t len, size;

	(void)state;
	/* Untouched. */
	host_expect(&h, &a, &a);
	size = leg_build(&a, quoted);
	len = error_build(in, false, b.src, a.src, 5, 1, quoted, size);
	assert_int_equal(host_send(&h, in, len, 0), CLEW_ACCEPT);
	assert_int_equal(h.packet.ct_state, CLEW_CT_RELATED);
	/* Never seen by NAT. */
	h.has_no_nat = true;
	host_expect(&h, &b, &b);
	h.has_no_nat = false;
	size = leg_build(&b, quoted);
	len = error_build(in, false, a.src, b.src, 5, 1, quoted, size);
	assert_int_equal(host_send(&h, in, len, 0), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_NAT_ERROR);
	/* Translated. */
	rules(false, 4000, 4001);
	out = outside_of(&c);
	host_expect(&h, &c, &out);
	size = leg_build(&out, quoted);
	len = error_build(in, false, a.src, out.src, 5, 1, quoted, size);
	assert_int_equal(host_send(&h, in, len, 0), CLEW_DROP);
}

/* A capture cut the packet: what is there is translated, nothing else is
 * touched, and an error's sum is carried forward. */
static void
cut_packets(void **state)
{
	struct leg a = leg_make(PROTO_UDP, "10.0.0.1", 5000, "192.0.2.1", 53);
	uint8_t quoted[200], in[300], want[300];
	struct leg out;
	uint32_t len, size;

	(void)state;
	rules(false, 4000, 4001);
	a.data = 100;
	out = outside_of(&a);
	host_expect(&h, &a, &out);
	size = leg_build(&out, quoted);
	len = error_build(in, false, out.dst, out.src, 3, 3, quoted, size);
	assert_int_equal(leg_build(&a, quoted), size);
	error_build(want, false, a.dst, a.src, 3, 3, quoted, size);
	for (uint32_t have = 28 + 28; have < len; have++) {
		uint8_t *exact = malloc(have);
		struct path path;

		memcpy(exact, in, have);
		assert_int_equal(host_send(&h, in, len, CLEW_PKT_CSUM_OK),
				 CLEW_ACCEPT);
		/* The same once more, cut, step by step. */
		h.p.flags = 0;
		pkt_parse(&h.p, exact, have, len);
		path = h.path;
		path.is_own = false;
		for (unsigned hook = 0; hook < 2; hook++) {
			path.hook = hook ? HOOK_POSTROUTING : HOOK_PREROUTING;
			assert_int_equal(nat_packet(&path), CLEW_ACCEPT);
		}
		assert_int_equal(h.p.have, have);
		assert_memory_equal(h.p.ip, want, have);
		free(exact);
	}
}

/* Hostile lengths: no byte beyond what is there is touched (a sanitizer
 * sees to that), whatever the header says. */
static void
every_length(void **state)
{
	static const uint8_t kinds[] = { PROTO_TCP, PROTO_UDP, PROTO_UDPLITE,
		PROTO_SCTP, PROTO_ICMP, PROTO_GRE, 200 };
	uint8_t in[300];

	(void)state;
	for (size_t k = 0; k < sizeof(kinds); k++) {
		struct leg a = leg_make(kinds[k], "10.0.0.1", 5000,
					"192.0.2.1", 8), out;
		uint32_t len;

		if (kinds[k] == PROTO_SCTP)
			a.data = 20;
		rules(false, 4000, 4001);
		out = outside_of(&a);
		host_expect(&h, &a, &out);
		len = leg_build(&a, in);
		for (uint32_t wire = 20; wire <= len; wire++) {
			for (uint32_t have = 20; have <= wire; have++) {
				uint8_t *exact = malloc(have), *room;
				struct path path = h.path;

				room = malloc(have);
				memcpy(exact, in, have);
				put_be16(exact + 2, (uint16_t)wire);
				h.p.flags = CLEW_PKT_IP_CSUM_OK;
				pkt_parse(&h.p, exact, have, wire);
				path.is_own = false;
				path.room = room;
				path.room_size = have;
				path.hook = HOOK_PREROUTING;
				nat_packet(&path);
				path.hook = HOOK_POSTROUTING;
				nat_packet(&path);
				free(exact);
				free(room);
			}
		}
		h.pass.conn = NULL;
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(there_and_back),
		TEST(partial_checksums),
		TEST(wrong_checksums_stay_wrong),
		TEST(udp_checksum_of_zero),
		TEST(errors_and_what_they_quote),
		TEST(short_quotes_are_dropped),
		TEST(redirects_of_translated_connections_are_dropped),
		TEST(cut_packets),
		TEST(every_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
