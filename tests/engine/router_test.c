/* SPDX-License-Identifier: BSD-2-Clause
 * engine/router_test.c - an engine with interfaces: what is forwarded, what
 * is kept, what is answered, and how it looks when it leaves.
 *
 * All of it was seen to be the same on a router that runs Linux 6.18. */
#include "engine/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>

enum { LAN = 1, WAN = 2 };

static void
add_iface(struct world *w, uint32_t index, const char *name, uint32_t mtu)
{
	struct clew_interface i = { .index = index, .mtu = mtu };

	snprintf(i.name, sizeof(i.name), "%s", name);
	assert_int_equal(clew_interface_add(w->e, &i), 0);
}

static uint8_t
read_address(const char *text, union clew_addr *addr)
{
	bool six = strchr(text, ':');

	memset(addr, 0, sizeof(*addr));
	assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, text,
				   addr->bytes), 1);
	return six ? CLEW_IPV6 : CLEW_IPV4;
}

static void
add_address(struct world *w, uint32_t index, const char *text,
	    uint8_t prefix)
{
	struct clew_address a = { .ifindex = index, .prefix = prefix };

	a.family = read_address(text, &a.addr);
	assert_int_equal(clew_address_add(w->e, &a), 0);
}

static void
add_route(struct world *w, const char *dst, uint8_t prefix, uint8_t type,
	  const char *via, uint32_t mtu)
{
	struct clew_route r = { .prefix = prefix, .type = type, .mtu = mtu };

	r.family = read_address(dst, &r.dst);
	r.has_via = via;
	if (via)
		read_address(via, &r.via);
	assert_int_equal(clew_route_add(w->e, &r), 0);
}

/* 10.0.0.1 > 10.1.0.2, of side 0; the other way, of side 1. */
static void
ends(struct world *w, const char *from, const char *to)
{
	union clew_addr addr;

	w->ends.six = read_address(from, &addr) == CLEW_IPV6;
	memcpy(w->ends.addr[0], addr.bytes, 16);
	read_address(to, &addr);
	memcpy(w->ends.addr[1], addr.bytes, 16);
}

static void
begin(struct world *w)
{
	world_init(w, NULL);
	add_iface(w, LAN, "lan0", 0);
	add_iface(w, WAN, "wan0", 1400);
	add_address(w, LAN, "10.0.0.1", 24);
	add_address(w, WAN, "10.1.0.1", 24);
	add_address(w, LAN, "2001:db8::1", 64);
	add_address(w, WAN, "2001:db8:1::1", 64);
	add_route(w, "10.2.0.0", 16, 0, "10.1.0.254", 0);
	add_route(w, "10.4.0.0", 16, 0, "10.1.0.254", 600);
	add_route(w, "10.5.0.0", 16, CLEW_ROUTE_BLACKHOLE, NULL, 0);
	add_route(w, "10.6.0.0", 16, CLEW_ROUTE_UNREACHABLE, NULL, 0);
	add_route(w, "10.7.0.0", 16, CLEW_ROUTE_PROHIBIT, NULL, 0);
	ends(w, "10.0.0.2", "10.1.0.2");
}

static const struct clew_output *
outputs(const struct world *w, size_t count)
{
	size_t there;
	const struct clew_output *out = clew_engine_outputs(w->e, &there);

	assert_int_equal(there, count);
	return out;
}

static void
a_packet_is_forwarded(void **state)
{
	const struct clew_output *out;
	struct clew_packet p;
	struct world w;

	(void)state;
	begin(&w);
	p = world_udp(&w, 0);
	assert_int_equal(p.verdict, CLEW_ACCEPT);
	assert_int_equal(p.out_ifindex, WAN);
	assert_int_equal(p.result, CLEW_RES_OUTPUT | CLEW_RES_NEW_CONN);
	out = outputs(&w, 1);
	assert_int_equal(out->kind, CLEW_OUT_CHANGED);
	assert_int_equal(out->len, w.p.len);
	assert_int_equal(out->ifindex, LAN);
	assert_int_equal(out->out_ifindex, WAN);
	assert_false(out->is_local);
	assert_memory_equal(out->next_hop.bytes, w.ends.addr[1], 4);
	/* The TTL is one less, the checksum right, and nothing else new. */
	assert_int_equal(out->data[8], w.p.b[8] - 1);
	assert_int_equal(sum_fold(sum_add(0, out->data, 20)), 0);
	assert_memory_equal(out->data, w.p.b, 8);
	assert_memory_equal(out->data + 12, w.p.b + 12, w.p.len - 12);
	/* By a next hop. */
	ends(&w, "10.0.0.2", "10.2.0.9");
	world_udp(&w, 0);
	assert_memory_equal(outputs(&w, 1)->next_hop.bytes,
			    ((uint8_t[]){ 10, 1, 0, 254 }), 4);
	world_fini(&w);
}

static void
ipv6_too(void **state)
{
	const struct clew_output *out;
	struct world w;

	(void)state;
	begin(&w);
	ends(&w, "2001:db8::2", "2001:db8:1::2");
	assert_int_equal(world_udp(&w, 0).out_ifindex, WAN);
	out = outputs(&w, 1);
	assert_int_equal(out->data[7], w.p.b[7] - 1);
	assert_memory_equal(out->data + 8, w.p.b + 8, w.p.len - 8);
	world_fini(&w);
}

static void
what_is_for_the_host_stays(void **state)
{
	static const char *const own[] = {
		"10.0.0.1", "10.1.0.1", "10.0.0.255", "255.255.255.255",
		"224.0.0.1",
	};
	struct clew_packet p;
	struct world w;

	(void)state;
	begin(&w);
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		ends(&w, "10.0.0.2", own[i]);
		p = world_udp(&w, 0);
		assert_int_equal(p.verdict, CLEW_ACCEPT);
		assert_int_equal(p.result, CLEW_RES_LOCAL |
				 CLEW_RES_NEW_CONN);
		assert_int_equal(p.out_ifindex, 0);
		outputs(&w, 0);
	}
	assert_int_equal(clew_engine_count(w.e), 5);
	world_fini(&w);
}

/* An ICMP error of the host's, about w.p. */
static void
assert_error(const struct clew_output *out, const struct world *w,
	     uint8_t type, uint8_t code, uint32_t info)
{
	bool six = w->ends.six;
	uint32_t header = six ? 40 : 20;
	const uint8_t *icmp = out->data + header;
	uint32_t most = (six ? 1280 : 576) - header - 8;
	uint32_t quoted = w->p.len < most ? (uint32_t)w->p.len : most;

	assert_int_equal(out->kind, CLEW_OUT_GENERATED);
	assert_int_equal(out->verdict, CLEW_ACCEPT);
	assert_int_equal(out->ifindex, 0);
	assert_int_equal(out->out_ifindex, LAN);
	assert_int_equal(out->len, header + 8 + quoted);
	assert_int_equal(out->data[six ? 7 : 8], 64);
	assert_memory_equal(out->data + (six ? 24 : 16), w->ends.addr[0],
			    six ? 16 : 4);
	assert_int_equal(out->data[six ? 23 : 15], 1);
	assert_int_equal(icmp[0], type);
	assert_int_equal(icmp[1], code);
	assert_int_equal(get32(icmp + 4), info);
	assert_memory_equal(icmp + 8, w->p.b, quoted);
	if (!six)
		assert_int_equal(sum_fold(sum_add(0, icmp, 8 + quoted)), 0);
}

static void
errors_go_back(void **state)
{
	static const struct {
		const char *dst;
		uint8_t ttl;
		uint32_t data;
		bool df;
		enum clew_reason why;
		uint8_t type, code;
		uint32_t info;
	} cases[] = {
		{ "10.1.0.2", 1, 0, false, CLEW_WHY_TTL, 11, 0, 0 },
		{ "10.1.0.2", 0, 900, false, CLEW_WHY_TTL, 11, 0, 0 },
		{ "10.1.0.2", 9, 1400, true, CLEW_WHY_MTU, 3, 4, 1400 },
		{ "10.4.0.2", 9, 600, true, CLEW_WHY_MTU, 3, 4, 600 },
		{ "99.0.0.1", 9, 9, false, CLEW_WHY_NO_ROUTE, 3, 0, 0 },
		{ "10.6.0.1", 9, 9, false, CLEW_WHY_ROUTE_REFUSES, 3, 1, 0 },
		{ "10.7.0.1", 9, 9, false, CLEW_WHY_ROUTE_REFUSES, 3, 13, 0 },
		{ "2001:db8:1::2", 1, 9, false, CLEW_WHY_TTL, 3, 0, 0 },
		{ "2001:db8:1::2", 9, 1400, false, CLEW_WHY_MTU, 2, 0, 1400 },
		{ "2001:db9::2", 9, 9, false, CLEW_WHY_NO_ROUTE, 1, 0, 0 },
	};
	struct clew_packet p;
	struct world w;

	(void)state;
	begin(&w);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool six = strchr(cases[i].dst, ':');

		ends(&w, six ? "2001:db8::2" : "10.0.0.2", cases[i].dst);
		build_udp(&w.p, &w.ends, 0, 17, 7, 9, cases[i].data);
		w.p.b[six ? 7 : 8] = cases[i].ttl;
		if (cases[i].df)
			put16(w.p.b + 6, 0x4000);
		packet_end(&w.p);
		p = world_send(&w);
		assert_int_equal(p.verdict, CLEW_DROP);
		assert_int_equal(p.reason, cases[i].why);
		assert_error(outputs(&w, 1), &w, cases[i].type,
			     cases[i].code, cases[i].info);
		/* No connection comes of it. */
		assert_int_equal(clew_engine_count(w.e), 0);
		w.now_ns += 2 * SECOND;
	}
	ends(&w, "10.0.0.2", "10.5.0.1");
	assert_int_equal(world_udp(&w, 0).reason, CLEW_WHY_ROUTE_REFUSES);
	outputs(&w, 0);
	world_fini(&w);
}

/* RFC 1812 4.3.2.8: no host makes us speak faster than we will. */
static void
errors_are_rate_limited(void **state)
{
	unsigned sent = 0;
	struct world w;
	size_t count;

	(void)state;
	begin(&w);
	for (unsigned i = 0; i < 100; i++) {
		build_udp(&w.p, &w.ends, 0, 17, (uint16_t)i, 9, 9);
		w.p.b[8] = 1;
		packet_end(&w.p);
		world_send(&w);
		clew_engine_outputs(w.e, &count);
		sent += (unsigned)count;
	}
	assert_int_equal(sent, 6);
	w.now_ns += SECOND;
	world_send(&w);
	outputs(&w, 1);
	world_send(&w);
	outputs(&w, 0);
	world_set(&w, "icmp_ratemask", 0);
	for (unsigned i = 0; i < 100; i++) {
		world_send(&w);
		outputs(&w, 1);
	}
	world_fini(&w);
}

static void
nobody_is_answered_who(void **state)
{
	static const uint8_t error[8] = { 11 };
	struct clew_packet sent;
	struct world w;

	(void)state;
	begin(&w);
	/* ...complains himself, */
	build_icmp(&w.p, &w.ends, 0, 11, 0, 0, error, 8);
	w.p.b[8] = 1;
	packet_end(&w.p);
	sent = world_send(&w);
	assert_int_equal(sent.reason, CLEW_WHY_ICMP_INNER);
	assert_int_equal(sent.detail.dropped, CLEW_WHY_TTL);
	outputs(&w, 0);
	/* ...speaks as one who does not exist or is not outside. */
	static const char *const martians[] = {
		"0.0.0.0", "127.0.0.1", "224.0.0.9", "255.255.255.255",
		"10.0.0.1", "10.1.0.1",
	};

	for (size_t i = 0; i < sizeof(martians) / sizeof(*martians); i++) {
		ends(&w, martians[i], "10.1.0.2");
		assert_int_equal(world_udp(&w, 0).reason, CLEW_WHY_MARTIAN);
		outputs(&w, 0);
	}
	ends(&w, "10.0.0.2", "127.0.0.1");
	assert_int_equal(world_udp(&w, 0).reason, CLEW_WHY_MARTIAN);
	ends(&w, "::1", "2001:db8:1::2");
	assert_int_equal(world_udp(&w, 0).reason, CLEW_WHY_MARTIAN);
	ends(&w, "ff02::1", "2001:db8:1::2");
	assert_int_equal(world_udp(&w, 0).reason, CLEW_WHY_MARTIAN);
	ends(&w, "10.0.0.2", "10.1.0.255");
	assert_int_equal(world_udp(&w, 0).result & CLEW_RES_LOCAL,
			 CLEW_RES_LOCAL);
	world_fini(&w);
}

static void
hosts_on_one_link_are_told(void **state)
{
	const struct clew_output *out;
	unsigned told = 0;
	struct world w;
	size_t count;

	(void)state;
	begin(&w);
	ends(&w, "10.0.0.2", "10.0.0.3");
	assert_int_equal(world_udp(&w, 0).verdict, CLEW_ACCEPT);
	out = outputs(&w, 2);
	assert_int_equal(out[0].kind, CLEW_OUT_GENERATED);
	assert_int_equal(out[0].data[20], 5);
	assert_int_equal(out[0].data[21], 1);
	assert_memory_equal(out[0].data + 24, w.ends.addr[1], 4);
	assert_int_equal(out[1].kind, CLEW_OUT_CHANGED);
	assert_int_equal(out[1].out_ifindex, LAN);
	/* Who does not listen is told ever more rarely. */
	for (unsigned i = 0; i < 3000; i++) {
		w.now_ns += 10 * MSECOND;
		world_udp(&w, 0);
		clew_engine_outputs(w.e, &count);
		told += count == 2;
	}
	assert_int_equal(told, 8);
	world_set(&w, "conf.all.send_redirects", 0);
	w.now_ns += 100 * SECOND;
	world_udp(&w, 0);
	outputs(&w, 1);
	world_fini(&w);
}

/* Send 'w->p' in parts of 'part' bytes (a multiple of 8) of payload. */
static struct clew_packet
send_parts(struct world *w, const struct packet *whole, uint32_t part,
	   uint16_t flags)
{
	uint32_t size = (uint32_t)whole->len - 20;
	struct clew_packet p = { 0 };

	for (uint32_t at = 0; at < size; at += part) {
		uint32_t n = size - at < part ? size - at : part;

		memcpy(w->p.b, whole->b, 20);
		memcpy(w->p.b + 20, whole->b + 20 + at, n);
		w->p.len = 20 + n;
		put16(w->p.b + 6, (uint16_t)(at / 8 | flags |
			(at + n < size ? 0x2000 : 0)));
		packet_end(&w->p);
		p = world_send(w);
	}
	return p;
}

static void
assert_parts(const struct world *w, const struct packet *whole,
	     size_t count, uint32_t part, uint16_t flags)
{
	const struct clew_output *out = outputs(w, count);
	uint32_t at = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t n = out[i].len - 20;

		assert_int_equal(out[i].kind, CLEW_OUT_FRAGMENT);
		assert_int_equal(get16(out[i].data + 2), out[i].len);
		assert_int_equal(get16(out[i].data + 6), at / 8 | flags |
				 (i + 1 < count ? 0x2000 : 0));
		assert_int_equal(sum_fold(sum_add(0, out[i].data, 20)), 0);
		assert_int_equal(out[i].data[8], whole->b[8] - 1);
		if (i + 1 < count)
			assert_int_equal(n, part);
		assert_memory_equal(out[i].data + 20, whole->b + 20 + at, n);
		at += n;
	}
	assert_int_equal(at, whole->len - 20);
}

static void
datagrams_leave_in_parts(void **state)
{
	static struct packet whole;
	struct clew_packet p;
	struct world w;

	(void)state;
	begin(&w);
	world_set(&w, "nf_conntrack_checksum", 0);
	build_udp(&whole, &w.ends, 0, 17, 7, 9, 3000);
	put16(whole.b + 4, 77);
	packet_end(&whole);
	/* In the parts they came in, if these fit; */
	p = send_parts(&w, &whole, 1000, 0);
	assert_int_equal(p.verdict, CLEW_STOLEN);
	assert_int_equal(p.out_ifindex, WAN);
	assert_parts(&w, &whole, 4, 1000, 0);
	/* else in parts that do; */
	send_parts(&w, &whole, 1480, 0);
	assert_parts(&w, &whole, 3, 1376, 0);
	/* those that came whole, too, */
	memcpy(&w.p, &whole, sizeof(whole));
	world_send(&w);
	assert_parts(&w, &whole, 3, 1376, 0);
	/* but never if they were not to be cut. */
	send_parts(&w, &whole, 1480, 0x4000);
	assert_int_equal(outputs(&w, 2)->kind, CLEW_OUT_GENERATED);
	world_fini(&w);
}

static void
a_host_sends_too(void **state)
{
	const struct clew_output *out;
	struct clew_packet p;
	struct world w;

	(void)state;
	begin(&w);
	w.flags = CLEW_PKT_LOCAL_OUT;
	ends(&w, "10.1.0.1", "10.2.0.9");
	p = world_udp(&w, 0);
	assert_int_equal(p.verdict, CLEW_ACCEPT);
	assert_int_equal(p.out_ifindex, WAN);
	assert_int_equal(p.result, CLEW_RES_NEW_CONN);	/* as it came */
	outputs(&w, 0);
	ends(&w, "10.1.0.1", "99.0.0.1");
	assert_int_equal(world_udp(&w, 0).reason, CLEW_WHY_NO_ROUTE);
	/* To itself: once round the loopback. */
	ends(&w, "10.1.0.1", "10.0.0.1");
	p = world_udp(&w, 0);
	assert_int_equal(p.result, CLEW_RES_NEW_CONN | CLEW_RES_LOCAL);
	assert_int_equal(p.ct_state, CLEW_CT_NEW);
	/* Its own errors come to itself. */
	ends(&w, "10.1.0.1", "10.1.0.2");
	build_udp(&w.p, &w.ends, 0, 17, 7, 9, 1400);
	put16(w.p.b + 6, 0x4000);
	packet_end(&w.p);
	assert_int_equal(world_send(&w).reason, CLEW_WHY_MTU);
	out = outputs(&w, 1);
	assert_int_equal(out->kind, CLEW_OUT_GENERATED);
	assert_true(out->is_local);
	world_fini(&w);
}

static void
without_interfaces_all_is_as_it_was(void **state)
{
	struct clew_packet p;
	struct world w;

	(void)state;
	world_init(&w, NULL);
	build_udp(&w.p, &w.ends, 0, 17, 7, 9, 9);
	w.p.b[8] = 1;
	packet_end(&w.p);
	p = world_send(&w);
	assert_int_equal(p.verdict, CLEW_ACCEPT);
	assert_int_equal(p.result, CLEW_RES_NEW_CONN);
	outputs(&w, 0);
	add_iface(&w, LAN, "lan0", 0);
	assert_int_equal(world_send(&w).verdict, CLEW_DROP);
	assert_int_equal(clew_interface_remove(w.e, LAN), 0);
	assert_int_equal(world_send(&w).verdict, CLEW_ACCEPT);
	outputs(&w, 0);
	world_fini(&w);
}

static void
options_are_worked_on(void **state)
{
	const struct clew_output *out;
	struct world w;

	(void)state;
	begin(&w);
	build_udp(&w.p, &w.ends, 0, 17, 7, 9, 0);
	memmove(w.p.b + 32, w.p.b + 20, 8);
	memcpy(w.p.b + 20, "\7\7\4\0\0\0\0\1\1\0\1\1", 12);
	w.p.b[0] = 0x48;
	w.p.len = 40;
	packet_end(&w.p);
	put16(w.p.b + 10, 0);
	put16(w.p.b + 10, sum_fold(sum_add(0, w.p.b, 32)));
	assert_int_equal(world_send(&w).verdict, CLEW_ACCEPT);
	out = outputs(&w, 1);
	/* The way out is recorded, and what follows the end is no more. */
	assert_memory_equal(out->data + 20, "\7\7\10\12\1\0\1\1\1\0\0\0", 12);
	assert_int_equal(sum_fold(sum_add(0, out->data, 32)), 0);
	world_fini(&w);
}

/* What the look-up answers is what packets do. */
static void
the_look_up_says_so(void **state)
{
	struct clew_route_answer answer;
	union clew_addr dst, source;
	struct world w;

	(void)state;
	begin(&w);
	read_address("10.2.3.4", &dst);
	read_address("10.1.0.1", &source);
	assert_int_equal(clew_route_lookup(w.e, CLEW_IPV4, &dst, 0, &answer),
			 0);
	assert_int_equal(answer.type, CLEW_ROUTE_UNICAST);
	assert_int_equal(answer.ifindex, WAN);
	assert_int_equal(answer.mtu, 1400);
	assert_memory_equal(&answer.source, &source, 16);
	read_address("10.6.3.4", &dst);
	assert_int_equal(clew_route_lookup(w.e, CLEW_IPV4, &dst, 0, &answer),
			 0);
	assert_int_equal(answer.type, CLEW_ROUTE_UNREACHABLE);
	read_address("99.0.0.1", &dst);
	assert_int_equal(clew_route_lookup(w.e, CLEW_IPV4, &dst, 0, &answer),
			 -ENETUNREACH);
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_is_forwarded),
		cmocka_unit_test(ipv6_too),
		cmocka_unit_test(what_is_for_the_host_stays),
		cmocka_unit_test(errors_go_back),
		cmocka_unit_test(errors_are_rate_limited),
		cmocka_unit_test(nobody_is_answered_who),
		cmocka_unit_test(hosts_on_one_link_are_told),
		cmocka_unit_test(datagrams_leave_in_parts),
		cmocka_unit_test(a_host_sends_too),
		cmocka_unit_test(without_interfaces_all_is_as_it_was),
		cmocka_unit_test(options_are_worked_on),
		cmocka_unit_test(the_look_up_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
