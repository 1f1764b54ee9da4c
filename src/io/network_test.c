/* SPDX-License-Identifier: BSD-2-Clause
 * io/network_test.c - a gateway in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>

#include <cmocka.h>

#include "io/network.h"

static struct clew_engine *engine;
static struct network network;

static int
setup(void **state)
{
	(void)state;
	memset(&network, 0, sizeof(network));
	return clew_engine_create(&engine, &(struct clew_config){ 0 });
}

static int
teardown(void **state)
{
	(void)state;
	network_fini(&network);
	clew_engine_destroy(engine);
	return 0;
}

static void
interface(const char *text)
{
	struct clew_error error = { "" };

	assert_int_equal(network_add_interface(&network, text, &error), 0);
}

static void
route(const char *text)
{
	struct clew_error error = { "" };

	assert_int_equal(network_add_route(&network, text, &error), 0);
}

static const char *
source(const char *text, bool *is_own)
{
	enum clew_family family = strchr(text, ':') ? CLEW_IPV6 : CLEW_IPV4;
	union clew_addr addr = { { 0 } };

	assert_int_equal(inet_pton(family == CLEW_IPV6 ? AF_INET6 : AF_INET,
				   text, addr.bytes), 1);
	return network_name(&network, network_source(engine, family, &addr,
						     is_own));
}

static void
a_gateway(void **state)
{
	struct clew_error error = { "" };
	bool is_own;

	(void)state;
	interface("lan0=192.168.1.1/24,fd00:1::1/64");
	interface("wan0=203.0.113.2/24,mtu 1400");
	interface("dmz0");
	route("default=wan0");
	route("10.0.0.0/8=dmz0,via 192.168.1.9");
	route("172.16.0.0/12=blackhole");
	assert_int_equal(network_apply(&network, engine, &error), 0);
	assert_string_equal(source("192.168.1.20", &is_own), "lan0");
	assert_false(is_own);
	assert_string_equal(source("198.51.100.7", &is_own), "wan0");
	assert_string_equal(source("2001:db8::7", &is_own), "wan0");
	assert_string_equal(source("fd00:1::20", &is_own), "lan0");
	assert_string_equal(source("10.1.2.3", &is_own), "dmz0");
	assert_null(source("172.16.0.1", &is_own));
	source("203.0.113.2", &is_own);
	assert_true(is_own);
	source("127.0.0.1", &is_own);
	assert_true(is_own);
	assert_int_equal(network_index(&network, "wan0"), 3);
	assert_int_equal(network_index(&network, "lo"), 1);
	assert_int_equal(network_index(&network, "wan1"), 0);
}

static void
nothing_at_all_routes_nothing(void **state)
{
	struct clew_error error = { "" };
	uint32_t cursor = 0;

	(void)state;
	assert_int_equal(network_apply(&network, engine, &error), 0);
	assert_null(clew_interface_next(engine, &cursor));
}

static void
refusals(void **state)
{
	static const struct {
		bool is_route;
		const char *text, *words;
	} cases[] = {
		{ false, "", "no name" },
		{ false, "a/b", "no name" },
		{ false, "0123456789abcdef", "no name" },
		{ false, "a=", "no ADDRESS/LENGTH" },
		{ false, "a=10.0.0.1", "no ADDRESS/LENGTH" },
		{ false, "a=10.0.0.1/33", "no ADDRESS/LENGTH" },
		{ false, "a=10.0.0.1/24,", "no ADDRESS/LENGTH" },
		{ false, "a=10.0.0/24", "no ADDRESS/LENGTH" },
		{ false, "a=fd00::1/129", "no ADDRESS/LENGTH" },
		{ false, "a=mtu 67", "no MTU" },
		{ false, "a=mtu x", "no MTU" },
		{ false, "lan0", "second time" },
		{ true, "default", "no PREFIX=NAME" },
		{ true, "10.0.0.0/33=lan0", "no prefix" },
		{ true, "x=lan0", "no prefix" },
		{ true, "default=", "no name" },
		{ true, "default=lan0,via x", "no address" },
		{ true, "10.0.0.0/8=lan0,via fd00::1", "no address" },
		{ true, "default=lan0,over 1.2.3.4", "neither" },
		{ true, "default=lan0,mtu z", "no MTU" },
	};
	struct clew_error error;

	(void)state;
	interface("lan0");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		error.text[0] = '\0';
		assert_true((cases[i].is_route ? network_add_route :
			     network_add_interface)(&network, cases[i].text,
						    &error) < 0);
		if (strstr(error.text, cases[i].words) == NULL)
			fail_msg("%s: %s", cases[i].text, error.text);
	}
	route("default=wan9");
	assert_true(network_apply(&network, engine, &error) < 0);
	assert_non_null(strstr(error.text, "'wan9'"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_gateway, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_at_all_routes_nothing,
						setup, teardown),
		cmocka_unit_test_setup_teardown(refusals, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
