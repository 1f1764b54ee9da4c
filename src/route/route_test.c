/* SPDX-License-Identifier: BSD-2-Clause
 * route/route_test.c - interfaces, addresses and routes, and what Linux
 * answers with the same ones (ip route get, ip addr, nft's fib). */
#include "route/router.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LAN = 2, WAN = 3, FAR = 1000 };

static union clew_addr
addr(const char *text)
{
	union clew_addr a = { { 0 } };

	assert_int_equal(inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET,
				   text, a.bytes), 1);
	return a;
}

static uint8_t
family(const char *text)
{
	return strchr(text, ':') ? CLEW_IPV6 : CLEW_IPV4;
}

static int
add_iface(struct router *r, uint32_t index, const char *name)
{
	struct clew_interface i = { .index = index };

	snprintf(i.name, sizeof(i.name), "%s", name);
	return router_iface_add(r, &i);
}

static struct clew_address
address(uint32_t index, const char *text, uint8_t prefix)
{
	return (struct clew_address){ .ifindex = index, .prefix = prefix,
				      .family = family(text),
				      .addr = addr(text) };
}

static int
add_addr(struct router *r, uint32_t index, const char *text, uint8_t prefix)
{
	struct clew_address a = address(index, text, prefix);

	return router_address_add(r, &a);
}

static struct clew_route
route(const char *dst, uint8_t prefix, uint32_t index)
{
	return (struct clew_route){ .family = family(dst), .dst = addr(dst),
				    .prefix = prefix, .ifindex = index };
}

static struct router *
gateway(void)
{
	struct clew_route r;
	struct router *router;

	assert_int_equal(router_create(&router), 0);
	assert_false(router_is_on(router));
	assert_int_equal(add_iface(router, WAN, "wan0"), 0);
	assert_int_equal(add_iface(router, LAN, "lan0"), 0);
	assert_int_equal(add_iface(router, FAR, "far0"), 0);
	assert_true(router_is_on(router));
	assert_int_equal(add_addr(router, LAN, "192.168.1.1", 24), 0);
	assert_int_equal(add_addr(router, WAN, "203.0.113.2", 24), 0);
	assert_int_equal(add_addr(router, LAN, "2001:db8:1::1", 64), 0);
	assert_int_equal(add_addr(router, WAN, "2001:db8:2::2", 64), 0);
	assert_int_equal(add_addr(router, WAN, "fe80::2", 64), 0);
	assert_int_equal(add_addr(router, LAN, "fe80::1", 64), 0);
	r = route("0.0.0.0", 0, 0);
	r.has_via = true;
	r.via = addr("203.0.113.1");
	assert_int_equal(router_route_add(router, &r), 0);
	r = route("::", 0, WAN);
	r.has_via = true;
	r.via = addr("fe80::ff");
	assert_int_equal(router_route_add(router, &r), 0);
	return router;
}

static int
look(struct router *r, const char *dst, uint32_t mark, uint32_t in,
     struct route_result *out)
{
	const struct route_flow flow = {
		.family = family(dst), .dst = addr(dst), .mark = mark,
		.in = in ? router_iface(r, in) : NULL,
	};

	return route_lookup(r, &flow, out);
}

static void
an_address_brings_routes(void **state)
{
	static const struct {
		const char *dst;
		int err;
		uint8_t type;
		uint32_t out;
		uint32_t in;
	} cases[] = {
		{ "192.168.1.1", 0, CLEW_ROUTE_LOCAL, LAN, 0 },
		{ "192.168.1.0", 0, CLEW_ROUTE_UNICAST, LAN, 0 },
		{ "192.168.1.9", 0, CLEW_ROUTE_UNICAST, LAN, 0 },
		{ "192.168.1.255", 0, CLEW_ROUTE_BROADCAST, LAN, 0 },
		{ "192.168.2.1", 0, CLEW_ROUTE_UNICAST, WAN, 0 },
		{ "127.3.2.1", 0, CLEW_ROUTE_LOCAL, 0, 0 },
		{ "2001:db8:1::1", 0, CLEW_ROUTE_LOCAL, LAN, 0 },
		{ "2001:db8:1::", 0, CLEW_ROUTE_ANYCAST, LAN, 0 },
		{ "2001:db8:1::9", 0, CLEW_ROUTE_UNICAST, LAN, 0 },
		{ "2001:db8:9::9", 0, CLEW_ROUTE_UNICAST, WAN, 0 },
		{ "fe80::1", 0, CLEW_ROUTE_LOCAL, LAN, LAN },
		{ "fe80::9", 0, CLEW_ROUTE_UNICAST, LAN, LAN },
		{ "fe80::9", 0, CLEW_ROUTE_UNICAST, WAN, WAN },
		{ "ff02::1", 0, CLEW_ROUTE_MULTICAST, LAN, LAN },
		{ "::1", 0, CLEW_ROUTE_LOCAL, 0, 0 },
	};
	struct router *r = gateway();
	union clew_addr via = addr("203.0.113.1");
	struct route_result out;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(look(r, cases[i].dst, 0, cases[i].in, &out),
				 cases[i].err);
		assert_int_equal(out.type, cases[i].type);
		assert_int_equal(out.out->pub.index, cases[i].out);
		assert_int_equal(out.mtu, cases[i].out ? 1500 : 65536);
	}
	assert_int_equal(look(r, "8.8.8.8", 0, 0, &out), 0);
	assert_true(out.has_via);
	assert_memory_equal(&out.next_hop, &via, 16);
	router_destroy(r);
}

static void
what_is_refused(void **state)
{
	struct router *r = gateway();
	struct clew_route bad = route("10.0.0.1", 8, WAN);
	struct clew_interface i = { .index = 0, .name = "x" };

	(void)state;
	assert_int_equal(router_route_add(r, &bad), -EINVAL);
	bad = route("10.0.0.0", 33, WAN);
	assert_int_equal(router_route_add(r, &bad), -EINVAL);
	bad = route("10.0.0.0", 8, 77);
	assert_int_equal(router_route_add(r, &bad), -ENOENT);
	bad = route("10.0.0.0", 8, 0);
	assert_int_equal(router_route_add(r, &bad), -EINVAL);
	bad.type = 10;
	assert_int_equal(router_route_add(r, &bad), -EINVAL);
	bad = route("10.0.0.0", 8, WAN);
	bad.mark = 1;
	assert_int_equal(router_route_add(r, &bad), -EINVAL);
	bad.mark = 0;
	assert_int_equal(router_route_add(r, &bad), 0);
	assert_int_equal(router_route_add(r, &bad), -EEXIST);
	bad.metric = 5;
	assert_int_equal(router_route_remove(r, &bad), -ENOENT);
	bad.metric = 0;
	assert_int_equal(router_route_remove(r, &bad), 0);
	assert_int_equal(router_route_remove(r, &bad), -ENOENT);
	assert_int_equal(router_iface_add(r, &i), -EINVAL);
	assert_int_equal(add_iface(r, 9, ""), -EINVAL);
	assert_int_equal(add_iface(r, 9, "lan0"), -EEXIST);
	assert_int_equal(add_addr(r, LAN, "192.168.1.1", 24), -EEXIST);
	assert_int_equal(add_addr(r, LAN, "192.168.1.1", 33), -EINVAL);
	assert_int_equal(add_addr(r, 77, "192.168.1.1", 24), -ENOENT);
	assert_int_equal(router_iface_remove(r, 77), -ENOENT);
	router_destroy(r);
}

static void
marks_and_metrics_choose(void **state)
{
	struct router *r = gateway();
	struct clew_route n = route("10.0.0.0", 8, LAN);
	struct route_result out;

	(void)state;
	n.metric = 20;
	assert_int_equal(router_route_add(r, &n), 0);
	n.metric = 10;
	n.ifindex = FAR;
	assert_int_equal(router_route_add(r, &n), 0);
	look(r, "10.1.1.1", 0, 0, &out);
	assert_int_equal(out.out->pub.index, FAR);

	/* A mark's table goes before main, however short its prefix. */
	n = route("0.0.0.0", 0, LAN);
	n.mark = 1;
	n.mark_mask = 0xf;
	assert_int_equal(router_route_add(r, &n), 0);
	look(r, "10.1.1.1", 0x21, 0, &out);
	assert_int_equal(out.out->pub.index, LAN);
	look(r, "192.168.1.1", 0x21, 0, &out);
	assert_int_equal(out.type, CLEW_ROUTE_LOCAL);
	look(r, "10.1.1.1", 2, 0, &out);
	assert_int_equal(out.out->pub.index, FAR);

	/* 'throw' goes on with the next table, and ends this one. */
	n = route("10.1.0.0", 16, 0);
	n.type = CLEW_ROUTE_THROW;
	n.mark = 1;
	n.mark_mask = 0xf;
	assert_int_equal(router_route_add(r, &n), 0);
	look(r, "10.1.1.1", 1, 0, &out);
	assert_int_equal(out.out->pub.index, FAR);
	assert_int_equal(r->table_count, 3);
	assert_int_equal(router_route_remove(r, &n), 0);
	n = route("0.0.0.0", 0, LAN);
	n.mark = 1;
	n.mark_mask = 0xf;
	assert_int_equal(router_route_remove(r, &n), 0);
	assert_int_equal(r->table_count, 2);
	router_destroy(r);
}

static void
routes_may_refuse(void **state)
{
	static const struct { uint8_t type; int err; } cases[] = {
		{ CLEW_ROUTE_BLACKHOLE, -EINVAL },
		{ CLEW_ROUTE_UNREACHABLE, -EHOSTUNREACH },
		{ CLEW_ROUTE_PROHIBIT, -EACCES },
	};
	struct router *r = gateway();
	struct route_result out;
	struct clew_route n;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		n = route("10.9.0.0", 16, 0);
		n.type = cases[i].type;
		assert_int_equal(router_route_add(r, &n), 0);
		assert_int_equal(look(r, "10.9.0.1", 0, 0, &out),
				 cases[i].err);
		assert_int_equal(out.type, cases[i].type);
		assert_null(out.out);
		assert_int_equal(router_route_remove(r, &n), 0);
	}
	n = route("0.0.0.0", 0, 0);
	assert_int_equal(router_route_remove(r, &n), 0);
	assert_int_equal(look(r, "10.9.0.1", 0, 0, &out), -ENETUNREACH);
	router_destroy(r);
}

static void
ignore(void *ctx, const struct clew_address *gone)
{
	(void)gone;
	++*(int *)ctx;
}

static void
what_goes_takes_its_own_with_it(void **state)
{
	struct router *r = gateway();
	struct clew_address a = address(LAN, "192.168.1.1", 24);
	struct clew_interface down = { .index = WAN, .name = "wan0",
				       .is_down = true };
	struct route_result out;
	int gone = 0;

	(void)state;
	assert_int_equal(add_addr(r, LAN, "192.168.1.2", 24), 0);
	look(r, "192.168.1.2", 0, 0, &out);
	assert_memory_equal(&out.source, &a.addr, 16);
	/* The secondary address goes with its primary. */
	assert_int_equal(router_address_remove(r, &a, ignore, &gone), 0);
	assert_int_equal(gone, 2);
	look(r, "192.168.1.2", 0, 0, &out);
	assert_int_equal(out.out->pub.index, WAN);

	assert_int_equal(router_iface_add(r, &down), 0);
	assert_int_equal(look(r, "8.8.8.8", 0, 0, &out), -ENETUNREACH);
	assert_int_equal(look(r, "203.0.113.2", 0, 0, &out), 0);
	assert_int_equal(look(r, "2001:db8:2::2", 0, 0, &out), -ENETUNREACH);
	down.is_down = false;
	assert_int_equal(router_iface_add(r, &down), 0);
	assert_int_equal(look(r, "8.8.8.8", 0, 0, &out), 0);
	assert_int_equal(router_iface_remove(r, WAN), 0);
	assert_int_equal(look(r, "8.8.8.8", 0, 0, &out), -ENETUNREACH);
	assert_int_equal(look(r, "203.0.113.2", 0, 0, &out), -ENETUNREACH);
	assert_null(router_iface(r, WAN));
	router_destroy(r);
}

static void
types_of_addresses(void **state)
{
	static const struct {
		const char *addr;
		uint32_t dev;
		uint8_t type;
	} cases[] = {
		{ "0.0.0.0", 0, CLEW_ROUTE_BROADCAST },
		{ "255.255.255.255", 0, CLEW_ROUTE_BROADCAST },
		{ "224.0.0.1", 0, CLEW_ROUTE_MULTICAST },
		{ "192.168.1.255", 0, CLEW_ROUTE_BROADCAST },
		{ "192.168.1.1", 0, CLEW_ROUTE_LOCAL },
		{ "192.168.1.1", LAN, CLEW_ROUTE_LOCAL },
		{ "192.168.1.1", WAN, CLEW_ROUTE_UNICAST },
		{ "8.8.8.8", 0, CLEW_ROUTE_UNICAST },
		{ "127.0.0.1", 0, CLEW_ROUTE_LOCAL },
		{ "2001:db8:1::1", 0, CLEW_ROUTE_LOCAL },
		{ "2001:db8:1::1", WAN, CLEW_ROUTE_UNICAST },
		{ "2001:db8:1::", 0, CLEW_ROUTE_ANYCAST },
		{ "2001:db8:1::7", 0, CLEW_ROUTE_UNICAST },
		{ "ff02::1", LAN, CLEW_ROUTE_MULTICAST },
		{ "fe80::1", LAN, CLEW_ROUTE_LOCAL },
		{ "fe80::1", WAN, CLEW_ROUTE_UNICAST },
	};
	struct router *r = gateway();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		union clew_addr a = addr(cases[i].addr);

		assert_int_equal(route_address_type(r, family(cases[i].addr),
			&a, cases[i].dev ? router_iface(r, cases[i].dev) :
			NULL), cases[i].type);
	}
	router_destroy(r);
}

static void
sources_are_chosen(void **state)
{
	static const struct {
		uint32_t out;
		const char *dst;
		const char *source;
	} cases[] = {
		{ WAN, "203.0.113.1", "203.0.113.2" },
		{ WAN, "198.51.100.7", "198.51.100.1" },
		{ WAN, "1.2.3.4", "203.0.113.2" },
		{ FAR, "1.2.3.4", "192.168.1.1" },
		{ WAN, "2001:db8:9::1", "2001:db8:2::2" },
		{ WAN, "2001:db8:1::5", "2001:db8:2::2" },
		{ WAN, "fe80::9", "fe80::2" },
		{ FAR, "2001:db8:1::5", "2001:db8:1::1" },
		{ WAN, "fd00::1", "fd00::2" },
		{ WAN, "ff02::1", "fe80::2" },
	};
	struct router *r = gateway();
	union clew_addr got, want, dst;

	(void)state;
	assert_int_equal(add_addr(r, WAN, "198.51.100.1", 24), 0);
	assert_int_equal(add_addr(r, WAN, "198.51.100.9", 24), 0);
	assert_int_equal(add_addr(r, WAN, "fd00::2", 64), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		dst = addr(cases[i].dst);
		want = addr(cases[i].source);
		assert_true(route_select_source(r, router_iface(r,
			cases[i].out), family(cases[i].dst), &dst, &got));
		assert_memory_equal(&got, &want, 16);
	}
	dst = addr("fe80::9");
	assert_false(route_select_source(r, router_iface(r, FAR), CLEW_IPV6,
					 &dst, &got));
	assert_true(route_first_address(r, router_iface(r, LAN), CLEW_IPV6,
					&dst, &got));
	want = addr("fe80::1");
	assert_memory_equal(&got, &want, 16);
	assert_false(route_first_address(r, router_iface(r, FAR), CLEW_IPV4,
					 &dst, &got));
	router_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_brings_routes),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(marks_and_metrics_choose),
		cmocka_unit_test(routes_may_refuse),
		cmocka_unit_test(what_goes_takes_its_own_with_it),
		cmocka_unit_test(types_of_addresses),
		cmocka_unit_test(sources_are_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
