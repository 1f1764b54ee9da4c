/* SPDX-License-Identifier: BSD-2-Clause
 * 'hbh', 'dst' and 'rt': what Linux 6.18 answered for the same packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/in6.h>
#include <linux/netfilter_ipv6/ip6t_opts.h>
#include <linux/netfilter_ipv6/ip6t_rt.h>

#include "base/bytes.h"
#include "xt/testext.h"

static struct load l;

static int
setup(void **state)
{
	(void)state;
	load_init(&l);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	load_fini(&l);
	return 0;
}

enum {
	FRAGMENT	= 44,
	IPV6_SIZE	= 40,
	FRAGMENT_SIZE	= 8,
	MOST		= 64,
};

/* A packet with a fragment header that is none, as nobody then looks at what
 * follows before the rules do: header 'next', whose bytes are 'header'. */
static void
set_header(uint8_t next, const void *header, uint32_t size)
{
	uint8_t bytes[IPV6_SIZE + FRAGMENT_SIZE + MOST];
	uint32_t all = IPV6_SIZE + FRAGMENT_SIZE + size;

	load_packet6(&l, IPPROTO_TCP, 1, 2);
	memcpy(bytes, l.bytes, IPV6_SIZE);
	put_be16(bytes + 4, (uint16_t)(FRAGMENT_SIZE + size));
	bytes[6] = FRAGMENT;
	memset(bytes + IPV6_SIZE, 0, FRAGMENT_SIZE);
	bytes[IPV6_SIZE] = next;
	memcpy(bytes + IPV6_SIZE + FRAGMENT_SIZE, header, size);
	load_bytes(&l, bytes, all, all);
}

#define SET(next, header) set_header(next, header, sizeof(header) - 1)

static struct ext_use use = {
	.kind = XT_MATCH, .family = NFPROTO_IPV6,
};

static bool
has_options(const uint16_t *options, uint8_t count)
{
	struct ip6t_opts info = {
		.flags = IP6T_OPTS_OPTS, .optsnr = count,
	};

	memcpy(info.opts, options, count * sizeof(*options));
	use.name = "hbh";
	use.info = &info;
	use.len = sizeof(info);
	assert_int_equal(ext_load(&l, &use), 0);
	return ext_matches(&l, &use);
}

#define HAS(...)							\
	has_options((const uint16_t[]){ __VA_ARGS__ },			\
		    sizeof((const uint16_t[]){ __VA_ARGS__ }) /		\
		    sizeof(uint16_t))

static void
test_options(void **state)
{
	(void)state;
	/* The last option may go beyond the header, no other. */
	SET(IPPROTO_HOPOPTS, "\x3b\x00\x01\xc8\x00\x00\x00\x00");
	assert_false(HAS(0x01c8, 0x05ff));
	assert_true(HAS(0x01c8));
	SET(IPPROTO_HOPOPTS, "\x3b\x00\x01\x00\x01\x01\x00\x05");
	assert_false(HAS(0x0100, 0x0101, 0x05ff));
	assert_true(HAS(0x0100, 0x0101));
	assert_true(HAS(0x01ff, 0x01ff));
	assert_false(HAS(0x0101));
	SET(IPPROTO_HOPOPTS, "\x3b\x00\x01\x04\x00\x00\x00\x00");
	assert_false(HAS(0x0104, 0x05ff));
	assert_true(HAS(0x0104));
	/* Six of padding are there, seven are not. */
	SET(IPPROTO_HOPOPTS, "\x3b\x00\x00\x00\x00\x00\x00\x00");
	assert_true(HAS(0, 0, 0, 0, 0, 0));
	assert_false(HAS(0, 0, 0, 0, 0, 0, 0));
}

static void
test_too_long(void **state)
{
	static const char *const names[] = { "hbh", "dst", "rt" };
	static const uint8_t next[] = {
		IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING,
	};
	static const struct ip6t_rt info;	/* the longest, all zero */
	static const uint16_t lens[] = {
		sizeof(struct ip6t_opts), sizeof(struct ip6t_opts),
		sizeof(struct ip6t_rt),
	};

	(void)state;
	/* A header that goes beyond the packet is no packet to be let pass. */
	for (unsigned i = 0; i < 3; i++) {
		use.name = names[i];
		use.info = &info;
		use.len = lens[i];
		assert_int_equal(ext_load(&l, &use), 0);
		set_header(next[i], "\x3b\x01\x01\x04\x00\x00\x00\x00", 8);
		assert_true(ext_matches(&l, &use));
		set_header(IPPROTO_TCP, "\x3b\x01\x01\x04\x00\x00\x00\x00", 8);
		assert_false(ext_matches(&l, &use));
	}
}

static bool
is_route(uint8_t flags, uint8_t count)
{
	struct ip6t_rt info = {
		.segsleft = { 0, UINT32_MAX },
		.flags = IP6T_RT_TYP | flags, .addrnr = count,
		.addrs[0].s6_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
	};

	use.name = "rt";
	use.info = &info;
	use.len = sizeof(info);
	assert_int_equal(ext_load(&l, &use), 0);
	return ext_matches(&l, &use);
}

static void
test_route(void **state)
{
	(void)state;
	SET(IPPROTO_ROUTING, "\x3b\x00\x00\x01\x00\x00\x00\x0f");
	assert_false(is_route(IP6T_RT_RES, 0));
	SET(IPPROTO_ROUTING, "\x3b\x00\x00\x01\x00\x00\x00\x00");
	assert_true(is_route(IP6T_RT_RES, 0));
	assert_false(is_route(IP6T_RT_FST, 1));
	SET(IPPROTO_ROUTING, "\x3b\x01\x00\x01\x00\x00\x00\x00"
	    "\x20\x01\x0d\xb8\x00\x00\x00\x00");
	assert_false(is_route(IP6T_RT_FST, 1));
	SET(IPPROTO_ROUTING, "\x3b\x02\x00\x01\x00\x00\x00\x00"
	    "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01");
	assert_true(is_route(IP6T_RT_FST, 1));
	assert_true(is_route(IP6T_RT_FST | IP6T_RT_FST_NSTRICT, 1));
	assert_false(is_route(IP6T_RT_FST, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_options, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_long, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_route, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
