/* SPDX-License-Identifier: BSD-2-Clause
 * nat/search_test.c - which tuple is chosen, and when there is none. */
#include "nat/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
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

static void
snat(const char *min, const char *max, uint16_t low, uint16_t high,
     uint32_t flags)
{
	h.at_src = host_src;
	h.src = (struct nat_range){ .flags = flags };
	if (min) {
		h.src.flags |= NAT_RANGE_MAP_IPS;
		addr_parse(min, h.src.min_addr.bytes);
		addr_parse(max, h.src.max_addr.bytes);
	}
	if (low || high) {
		h.src.flags |= NAT_RANGE_PROTO_SPECIFIED;
		h.src.min_proto_be = to_be16(low);
		h.src.max_proto_be = to_be16(high);
	}
}

static struct leg
udp(const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	return leg_make(PROTO_UDP, src, sport, dst, dport);
}

/* Send a first packet.  => How it left, which is what the tables say. */
static struct leg
first(struct leg leg)
{
	struct leg mapped;
	uint8_t want[ROOM];
	uint32_t len;

	assert_int_equal(host_send_leg(&h, &leg), CLEW_ACCEPT);
	mapped = host_mapped(&h, &leg);
	len = leg_build(&mapped, want);
	assert_int_equal(h.p.len, len);
	assert_memory_equal(h.p.ip, want, len);
	return mapped;
}

static void
assert_from(const struct leg *leg, const char *src)
{
	uint8_t addr[16];

	addr_parse(src, addr);
	assert_memory_equal(leg->src, addr, 16);
}

static uint32_t
status(const struct leg *leg)
{
	return host_conn(&h, leg)->status & 0xffff;
}

static void
a_free_port_is_kept(void **state)
{
	struct leg in = udp("10.0.0.1", 5000, "192.0.2.1", 53), out;

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 0, 0, 0);
	out = first(in);
	assert_from(&out, "203.0.113.1");
	assert_int_equal(out.sport, 5000);
	assert_int_equal(status(&in), CLEW_STATUS_CONFIRMED |
			 CLEW_STATUS_SRC_NAT | CLEW_STATUS_SRC_NAT_DONE |
			 CLEW_STATUS_DST_NAT_DONE);
}

static void
a_taken_port_gives_one_of_its_class(void **state)
{
	static const struct { uint16_t port, low, high; } class[] = {
		{ 1, 1, 511 }, { 511, 1, 511 }, { 512, 600, 1023 },
		{ 1023, 600, 1023 }, { 1024, 1024, 65535 },
		{ 65535, 1024, 65535 },
	};

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 0, 0, 0);
	for (size_t i = 0; i < sizeof(class) / sizeof(class[0]); i++) {
		struct leg out;

		out = first(udp("10.0.0.1", class[i].port, "192.0.2.1", 53));
		assert_int_equal(out.sport, class[i].port);
		for (unsigned n = 0; n < 40; n++) {
			char src[32];

			snprintf(src, sizeof(src), "10.0.1.%u", n);
			out = first(udp(src, class[i].port, "192.0.2.1", 53));
			assert_in_range(out.sport, class[i].low,
					class[i].high);
		}
	}
}

/* RFC 4787 REQ-1, as far as Linux goes. */
static void
a_source_keeps_its_mapping(void **state)
{
	struct leg one, two;

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 0, 0, 0);
	first(udp("10.0.0.1", 5000, "192.0.2.1", 53));
	one = first(udp("10.0.0.2", 5000, "192.0.2.1", 53));
	assert_int_not_equal(one.sport, 5000);
	/* To another peer 5000 would be free. */
	two = first(udp("10.0.0.2", 5000, "192.0.2.2", 53));
	assert_int_equal(two.sport, one.sport);
	/* Not when all is to be random, nor in another range. */
	snat("203.0.113.9", "203.0.113.9", 0, 0, 0);
	two = first(udp("10.0.0.2", 5000, "192.0.2.3", 53));
	assert_from(&two, "203.0.113.9");
	assert_int_equal(two.sport, 5000);
	snat("203.0.113.1", "203.0.113.1", 0, 0, NAT_RANGE_PROTO_RANDOM);
	two = first(udp("10.0.0.2", 5000, "192.0.2.4", 53));
	assert_int_not_equal(two.sport, one.sport);
}

/* The youngest that fits is followed, and those that ended are not. */
static void
the_youngest_mapping_is_followed(void **state)
{
	struct leg a = udp("10.0.0.1", 5000, "192.0.2.1", 53);
	struct leg b = udp("10.0.0.1", 5000, "192.0.2.2", 53);
	struct leg c = udp("10.0.0.1", 5000, "192.0.2.3", 53), out;

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 7001, 7001, 0);
	first(a);
	snat("203.0.113.1", "203.0.113.1", 7002, 7002, 0);
	first(b);
	snat("203.0.113.1", "203.0.113.1", 0, 0, 0);
	out = first(c);
	assert_int_equal(out.sport, 7002);
	conn_kill(&h.t, host_conn(&h, &c));
	conn_kill(&h.t, host_conn(&h, &b));
	out = first(c);
	assert_int_equal(out.sport, 7001);
	conn_kill(&h.t, host_conn(&h, &a));
	conn_kill(&h.t, host_conn(&h, &c));
	out = first(c);
	assert_int_equal(out.sport, 5000);
}

/* What a 6.18 kernel chose, on a machine of this byte order. */
static void
addresses_of_a_range_are_linuxs(void **state)
{
	static const struct { const char *src, *dst, *is; uint32_t flags; }
	c[] = {
		{ "10.68.32.66", "192.0.2.31", "203.0.113.24", 0 },
		{ "10.107.48.125", "192.0.2.8", "203.0.113.17", 0 },
		{ "10.228.136.185", "192.0.2.206", "203.0.113.41", 0 },
		{ "10.11.13.167", "192.0.2.139", "203.0.113.21", 0 },
		{ "fd00::e623:f1ca", "2001:db8:9::c25c", "2001:db8::48af", 0 },
		{ "fd00::c795:dd93", "2001:db8:9::114",
		  "2001:db8::2:e6a9", 0 },
		{ "fd00::945e:b00", "2001:db8:9::d515",
		  "2001:db8::4:1a", 0 },
		{ "fd00::bcc4:51a5", "2001:db8:9::685e",
		  "2001:db8:1:9d5f:ceaf:973c:ceaf:973c",
		  NAT_RANGE_PERSISTENT },
		{ "fd00::be44:5492", "2001:db8:9::edf7",
		  "2001:db8:0:51da:28ed:3202:28ed:3202",
		  NAT_RANGE_PERSISTENT },
	};

	(void)state;
	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		skip();
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		bool six = strchr(c[i].src, ':');
		struct leg out;

		snat(six ? "2001:db8::1000" : "203.0.113.16", !six ?
		     "203.0.113.45" : c[i].flags ? "2001:db8:2::5:ffff" :
		     "2001:db8::5:ffff", 0, 0, c[i].flags);
		out = first(udp(c[i].src, 5000, c[i].dst, 53));
		assert_from(&out, c[i].is);
	}
}

static void
a_client_keeps_its_address(void **state)
{
	uint8_t seen[256] = { 0 };
	unsigned different = 0;
	struct leg one, two;

	(void)state;
	snat("203.0.113.16", "203.0.113.31", 0, 0, NAT_RANGE_PERSISTENT);
	for (unsigned n = 1; n < 200; n++) {
		char src[32];

		snprintf(src, sizeof(src), "10.0.0.%u", n);
		one = first(udp(src, 5000, "192.0.2.1", 53));
		two = first(udp(src, 5001, "192.0.2.77", 53));
		assert_memory_equal(one.src, two.src, 4);
		assert_in_range(one.src[3], 16, 31);
		different += !seen[one.src[3]];
		seen[one.src[3]] = 1;
	}
	assert_int_equal(different, 16);
}

static void
a_range_of_ports_is_used_up(void **state)
{
	bool used[10] = { false };
	struct leg last = udp("10.0.1.1", 5000, "192.0.2.1", 53);

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 4000, 4009, 0);
	for (unsigned n = 0; n < 10; n++) {
		struct leg out;
		char src[32];

		snprintf(src, sizeof(src), "10.0.0.%u", n);
		out = first(udp(src, 5000, "192.0.2.1", 53));
		assert_in_range(out.sport, 4000, 4009);
		assert_false(used[out.sport - 4000]);
		used[out.sport - 4000] = true;
	}
	assert_int_equal(host_send_leg(&h, &last), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_NAT_NO_TUPLE);
	assert_int_equal(h.t.stats.insert_failed, 1);
	assert_int_equal(h.t.stats.drop, 1);
	assert_true(h.t.stats.found >= 10);
	assert_int_equal(h.t.conns.count, 10);
	assert_int_equal(h.t.sources.table.entries, 10);
	/* Another peer is another matter. */
	last.dst[3]++;
	first(last);
}

/* A single port is not even looked for. */
static void
a_port_alone_clashes(void **state)
{
	struct leg b = udp("10.0.0.2", 7000, "192.0.2.1", 53);

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 7000, 7000, 0);
	first(udp("10.0.0.1", 5000, "192.0.2.1", 53));
	assert_int_equal(host_send_leg(&h, &b), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_NAT_NO_TUPLE);
}

static void
ports_at_an_offset(void **state)
{
	struct leg in = udp("10.0.0.1", 5000, "192.0.2.1", 2022);
	struct leg out;

	(void)state;
	h.at_dst = host_dst;
	h.dst = (struct nat_range){
		.flags = NAT_RANGE_MAP_IPS | NAT_RANGE_PROTO_SPECIFIED |
			 NAT_RANGE_PROTO_OFFSET,
		.min_proto_be = to_be16(9000), .max_proto_be = to_be16(9099),
		.base_proto_be = to_be16(2000),
	};
	addr_parse("10.9.9.9", h.dst.min_addr.bytes);
	h.dst.max_addr = h.dst.min_addr;
	out = first(in);
	assert_int_equal(out.dport, 9022);
}

static void
a_prefix_keeps_the_host(void **state)
{
	struct leg six = leg_make(PROTO_UDP, "fd00::1:2:3", 1, "2001:db8::9",
				  2), out;

	(void)state;
	snat("198.51.100.0", "198.51.100.255", 0, 0, NAT_RANGE_NETMAP);
	out = first(udp("10.0.0.77", 5000, "192.0.2.1", 53));
	assert_from(&out, "198.51.100.77");
	snat("2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff", 0, 0,
	     NAT_RANGE_NETMAP);
	out = first(six);
	assert_from(&out, "2001:db8:1::1:2:3");
}

/* A null binding: another's answers would come to us. */
static void
a_clash_without_rules_changes_the_port(void **state)
{
	struct leg a = udp("10.0.0.1", 5000, "192.0.2.1", 53);
	struct leg b = udp("203.0.113.1", 5000, "192.0.2.1", 53), out;

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 0, 0, 0);
	first(a);
	h.at_src = NULL;
	out = first(b);
	assert_memory_equal(out.src, b.src, 16);
	assert_int_not_equal(out.sport, 5000);
	assert_true(status(&b) & CLEW_STATUS_SRC_NAT);
}

static void
untouched_connections_cost_nothing(void **state)
{
	struct leg in = udp("10.0.0.1", 5000, "192.0.2.1", 53);

	(void)state;
	host_expect(&h, &in, &in);
	assert_int_equal(status(&in), CLEW_STATUS_CONFIRMED |
			 CLEW_STATUS_SRC_NAT_DONE | CLEW_STATUS_DST_NAT_DONE);
	assert_false(h.path.is_own);
	assert_int_equal(h.t.sources.links.usable, 0);
	assert_int_equal(h.t.sources.table.entries, 0);
}

static void
icmp_ids_are_searched(void **state)
{
	bool used[8] = { false };

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 100, 107, 0);
	for (unsigned n = 0; n < 8; n++) {
		struct leg out;
		char src[32];

		snprintf(src, sizeof(src), "10.0.0.%u", n);
		out = first(leg_make(PROTO_ICMP, src, 1, "192.0.2.1", 8));
		assert_in_range(out.sport, 100, 107);
		assert_false(used[out.sport - 100]);
		used[out.sport - 100] = true;
	}
}

static void
gre_keys_stay(void **state)
{
	struct leg in = leg_make(PROTO_GRE, "10.0.0.1", 0, "192.0.2.1", 77);
	struct leg out;

	(void)state;
	in.data = 4;
	snat("203.0.113.1", "203.0.113.1", 100, 107, 0);
	out = first(in);
	assert_int_equal(out.dport, 77);
	assert_from(&out, "203.0.113.1");
	/* So a second one has nowhere to go. */
	addr_parse("10.0.0.2", in.src);
	assert_int_equal(host_send_leg(&h, &in), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_NAT_NO_TUPLE);
}

/* Fully exhausted: 65 thousand ports; the search gives up in bounded time. */
static void
the_search_is_bounded(void **state)
{
	struct leg leg = udp("10.0.0.1", 1024, "192.0.2.1", 53);
	unsigned dropped = 0;

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 0, 0, 0);
	for (uint32_t port = 1024; port <= 65535; port++) {
		leg.sport = (uint16_t)port;
		assert_int_equal(host_send_leg(&h, &leg), CLEW_ACCEPT);
	}
	addr_parse("10.0.0.2", leg.src);
	for (unsigned n = 0; n < 100; n++) {
		uint64_t before = h.random.count;

		leg.sport = (uint16_t)(2000 + n);
		dropped += host_send_leg(&h, &leg) == CLEW_DROP;
		/* Starts: 128, 64, 32, 16 and 8 attempts. */
		assert_int_equal(h.random.count - before, 5);
	}
	assert_int_equal(dropped, 100);
	assert_int_equal(h.t.stats.insert_failed, 100);
}

/* TCP: an old connection in TIME_WAIT gives way to a newer SYN. */

static void
close_quickly(struct leg *leg, const struct leg *mapped)
{
	struct leg reply = leg_reply(mapped);

	assert_int_equal(host_send_leg(&h, &reply), CLEW_ACCEPT);
	leg->flags = ACK;
	leg->seq++;
	leg->ack = 9001;
	assert_int_equal(host_send_leg(&h, leg), CLEW_ACCEPT);
	leg->flags = RST;
	assert_int_equal(host_send_leg(&h, leg), CLEW_ACCEPT);
}

static void
a_closed_connection_gives_way(void **state)
{
	struct leg a = leg_make(PROTO_TCP, "10.0.0.1", 5000, "192.0.2.1", 80);
	struct leg b = leg_make(PROTO_TCP, "10.0.0.2", 6000, "192.0.2.1", 80);
	struct leg out;

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 4000, 4001, 0);
	h.src.max_proto_be = h.src.min_proto_be;
	out = first(a);
	assert_int_equal(out.sport, 4000);
	close_quickly(&a, &out);
	assert_int_equal(host_conn(&h, &a)->tcp.state, CLEW_TCP_CLOSE);

	/* Behind it in sequence: no. */
	b.seq = 900;
	assert_int_equal(host_send_leg(&h, &b), CLEW_DROP);
	assert_int_equal(h.destroyed, 0);
	b.seq = 5000;
	out = first(b);
	assert_int_equal(out.sport, 4000);
	assert_int_equal(h.destroyed, 1);
	assert_null(host_conn(&h, &a));
	assert_int_equal(h.t.conns.count, 1);
}

static void
a_living_connection_does_not(void **state)
{
	struct leg a = leg_make(PROTO_TCP, "10.0.0.1", 5000, "192.0.2.1", 80);
	struct leg b = leg_make(PROTO_TCP, "10.0.0.2", 6000, "192.0.2.1", 80);

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 4000, 4000, 0);
	first(a);
	b.seq = 5000;
	assert_int_equal(host_send_leg(&h, &b), CLEW_DROP);
	assert_int_equal(h.destroyed, 0);
}

/* Whoever opens many connections from one port pays for them himself. */
static void
one_source_of_many(void **state)
{
	struct leg leg = udp("10.0.0.1", 5000, "192.0.2.1", 53);

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 0, 0, 0);
	for (unsigned n = 0; n < 3000; n++) {
		leg.dport = (uint16_t)(n + 1);
		first(leg);
	}
	assert_int_equal(h.t.sources.table.entries, 1);
	for (unsigned n = 0; n < 3000; n += 2) {
		leg.dport = (uint16_t)(n + 1);
		conn_kill(&h.t, host_conn(&h, &leg));
	}
	leg.dport = 4000;
	first(leg);
	for (unsigned n = 1; n < 3000; n += 2) {
		leg.dport = (uint16_t)(3000 - n + 1);
		conn_kill(&h.t, host_conn(&h, &leg));
	}
	leg.dport = 4000;
	conn_kill(&h.t, host_conn(&h, &leg));
	assert_int_equal(h.t.sources.table.entries, 0);
	assert_int_equal(h.t.conns.count, 0);
}

static void
no_memory_for_a_binding(void **state)
{
	struct leg in = udp("10.0.0.1", 5000, "192.0.2.1", 53);
	size_t links = h.t.sources.links.reserved;
	size_t buckets = h.t.sources.table.buckets.reserved;

	(void)state;
	snat("203.0.113.1", "203.0.113.1", 0, 0, 0);
	h.t.sources.links.reserved = 0;
	assert_int_equal(host_send_leg(&h, &in), CLEW_DROP);
	assert_int_equal(h.packet.reason, CLEW_WHY_TABLE_FULL);
	assert_int_equal(h.t.conns.count, 0);
	h.t.sources.links.reserved = links;

	/* A table that cannot grow gets fuller, and loses nothing. */
	h.t.sources.table.buckets.reserved = h.t.sources.table.buckets.usable;
	h.t.sources.table.overflow.region.reserved = 1;
	for (unsigned n = 0; n < 20000; n++) {
		in.sport = (uint16_t)(1024 + n);
		if (host_send_leg(&h, &in) != CLEW_ACCEPT)
			assert_int_equal(h.packet.reason, CLEW_WHY_TABLE_FULL);
	}
	assert_true(h.t.stats.reason[CLEW_WHY_TABLE_FULL] > 1);
	assert_int_equal(h.t.sources.table.entries, h.t.conns.count);
	h.t.sources.table.buckets.reserved = buckets;
	for (uint32_t i = 1; i <= h.t.conns.used; i++) {
		if (track_conn(&h.t, i)->serial)
			conn_kill(&h.t, track_conn(&h.t, i));
	}
	assert_int_equal(h.t.sources.table.entries, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_free_port_is_kept),
		TEST(a_taken_port_gives_one_of_its_class),
		TEST(a_source_keeps_its_mapping),
		TEST(the_youngest_mapping_is_followed),
		TEST(addresses_of_a_range_are_linuxs),
		TEST(a_client_keeps_its_address),
		TEST(a_range_of_ports_is_used_up),
		TEST(a_port_alone_clashes),
		TEST(ports_at_an_offset),
		TEST(a_prefix_keeps_the_host),
		TEST(a_clash_without_rules_changes_the_port),
		TEST(untouched_connections_cost_nothing),
		TEST(icmp_ids_are_searched),
		TEST(gre_keys_stay),
		TEST(the_search_is_bounded),
		TEST(a_closed_connection_gives_way),
		TEST(a_living_connection_does_not),
		TEST(one_source_of_many),
		TEST(no_memory_for_a_binding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
