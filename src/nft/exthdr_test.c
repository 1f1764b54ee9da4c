/* SPDX-License-Identifier: BSD-2-Clause
 * nft/exthdr_test.c - headers and options, well-formed and not, at every
 * length that a capture may leave of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "nft/exthdr.h"

/* In memory of their own, so that a sanitizer sees who reads beyond. */
static struct pkt
take(uint8_t family, const uint8_t *bytes, uint32_t size, uint32_t have)
{
	uint8_t *ip = malloc(have ? have : 1);

	assert_non_null(ip);
	memcpy(ip, bytes, have);
	return (struct pkt){ .ip = ip, .have = have, .len = size,
			     .family = family };
}

static void
drop(struct pkt *p)
{
	free((void *)(uintptr_t)p->ip);
}

/* IPv6: header, hop-by-hop 8, routing 16, fragment 8 (first), auth 12, dest
 * 8, TCP. */
static const uint8_t ipv6[] = {
	0x60, 0, 0, 0, 0, 52, 0, 64,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	[40] = 43, 0, [48] = 44, 1, [64] = 51, 0, 0, 1,
	[72] = 60, 1, [84] = 6, 0, [91] = 0,
};

static uint32_t
find_ipv6(const uint8_t *bytes, uint32_t size, uint32_t have, uint8_t type)
{
	struct pkt p = take(CLEW_IPV6, bytes, size, have);
	uint32_t at = exthdr_find_ipv6(&p, type);

	drop(&p);
	return at;
}

static void
ipv6_headers(void **state)
{
	static const uint8_t type[] = { 0, 43, 44, 51, 60, 6 };
	static const uint8_t at[] = { 40, 48, 64, 72, 84, 92 };
	uint8_t later[sizeof(ipv6)];

	(void)state;
	for (size_t i = 0; i < sizeof(type); i++)
		assert_int_equal(find_ipv6(ipv6, sizeof(ipv6), sizeof(ipv6),
					   type[i]), at[i]);
	assert_int_equal(find_ipv6(ipv6, sizeof(ipv6), sizeof(ipv6), 135), 0);
	assert_int_equal(find_ipv6(ipv6, sizeof(ipv6), sizeof(ipv6), 59), 0);
	for (uint32_t have = 0; have < sizeof(ipv6); have++)
		assert_int_equal(find_ipv6(ipv6, sizeof(ipv6), have, 60),
				 have >= 86 ? 84 : 0);
	/* In a later fragment nothing follows. */
	memcpy(later, ipv6, sizeof(later));
	later[66] = 1;
	assert_int_equal(find_ipv6(later, sizeof(later), sizeof(later), 44),
			 64);
	assert_int_equal(find_ipv6(later, sizeof(later), sizeof(later), 51),
			 0);
}

static uint32_t
find_ipv4(const uint8_t *options, uint8_t size, uint8_t type)
{
	uint8_t bytes[60] = { 0 };
	struct pkt p;
	uint32_t at;

	bytes[0] = (uint8_t)(0x45 + size / 4);
	memcpy(bytes + 20, options, size);
	p = take(CLEW_IPV4, bytes, 20u + size, 20u + size);
	at = exthdr_find_ipv4(&p, type);
	drop(&p);
	return at;
}

#define IPV4(type, ...)							\
	find_ipv4((const uint8_t[]){ __VA_ARGS__ },			\
		  sizeof((const uint8_t[]){ __VA_ARGS__ }), type)

static void
ipv4_options(void **state)
{
	(void)state;
	assert_int_equal(IPV4(7, 1, 7, 7, 4, 0, 0, 0, 0), 21);
	assert_int_equal(IPV4(131, 131, 7, 4, 1, 2, 3, 4, 0), 20);
	assert_int_equal(IPV4(137, 131, 7, 4, 1, 2, 3, 4, 0), 0);
	assert_int_equal(IPV4(148, 148, 4, 0, 0), 20);
	assert_int_equal(IPV4(148, 148, 4, 0, 1), 0);
	assert_int_equal(IPV4(148, 0, 148, 4, 0), 0);	/* after the end */
	/* One bad option, and none is found. */
	assert_int_equal(IPV4(148, 148, 4, 0, 0, 7, 7, 3, 0, 0, 0, 0, 0), 0);
	assert_int_equal(IPV4(148, 148, 4, 0, 0, 9, 1, 0, 0), 0);
	assert_int_equal(IPV4(148, 148, 4, 0, 0, 9, 9, 0, 0), 0);
	assert_int_equal(IPV4(148, 148, 4, 0, 0, 9, 4, 0, 0), 20);
	assert_int_equal(IPV4(7, 7, 3, 4, 7, 3, 4, 0, 0), 0);	/* twice */
	/* A full record is one, too. */
	assert_int_equal(IPV4(7, 7, 7, 8, 1, 2, 3, 4, 0), 20);
	assert_int_equal(IPV4(7, 7, 7, 6, 1, 2, 3, 4, 0), 0);
	/* Timestamps: the pointer, then the overflow count of full ones. */
	assert_int_equal(IPV4(148, 148, 4, 0, 0, 68, 8, 5, 0, 0, 0, 0, 0), 20);
	assert_int_equal(IPV4(148, 148, 4, 0, 0, 68, 8, 5, 1, 0, 0, 0, 0), 0);
	assert_int_equal(IPV4(148, 148, 4, 0, 0, 68, 8, 9, 0xe0, 0, 0, 0, 0),
			 20);
	assert_int_equal(IPV4(148, 148, 4, 0, 0, 68, 8, 9, 0xf0, 0, 0, 0, 0),
			 0);
}

static enum exthdr_found
find_tcp(const uint8_t *options, uint8_t size, uint8_t words, uint8_t type,
	 struct exthdr_option *option)
{
	uint8_t bytes[60] = { [12] = (uint8_t)(words << 4) };
	enum exthdr_found found;
	struct pkt p;

	memcpy(bytes + 20, options, size);
	p = take(CLEW_IPV4, bytes, 20u + size, 20u + size);
	found = exthdr_find_tcp(&p, 0, type, option);
	drop(&p);
	return found;
}

static void
tcp_options(void **state)
{
	/* MSS, NOP, window scale, SACK permitted, NOP, NOP, length 0, too
	 * long for the header. */
	static const uint8_t options[] = {
		2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 1, 1, 99, 0, 8, 9,
	};
	struct exthdr_option o;

	(void)state;
	assert_int_equal(find_tcp(options, 16, 9, 2, &o), EXTHDR_FOUND);
	assert_int_equal(o.at, 20);
	assert_int_equal(o.size, 4);
	assert_int_equal(find_tcp(options, 16, 9, 3, &o), EXTHDR_FOUND);
	assert_int_equal(o.at, 25);
	assert_int_equal(find_tcp(options, 16, 9, 1, &o), EXTHDR_FOUND);
	assert_int_equal(o.at, 24);
	assert_int_equal(find_tcp(options, 16, 9, 99, &o), EXTHDR_FOUND);
	assert_int_equal(o.size, 1);
	assert_int_equal(find_tcp(options, 16, 9, 8, &o), EXTHDR_LONG);
	assert_int_equal(find_tcp(options, 16, 9, 5, &o), EXTHDR_NONE);
	assert_int_equal(find_tcp(options, 16, 5, 2, &o), EXTHDR_NONE);
	assert_int_equal(find_tcp(options, 16, 4, 2, &o), EXTHDR_BAD);
	assert_int_equal(find_tcp(options, 16, 10, 2, &o), EXTHDR_BAD);
}

static void
sctp_chunks(void **state)
{
	/* Chunk 1 of 5 bytes and padding, chunk 3 of 8, chunk 7 of length 0. */
	static const uint8_t packet[] = {
		[12] = 1, 0, 0, 5, 9, 0, 0, 0, 3, 0, 0, 8, 1, 2, 3, 4,
		7, 0, 0, 0,
	};
	struct pkt p = take(CLEW_IPV4, packet, sizeof(packet),
			    sizeof(packet));
	struct exthdr_option chunk;

	(void)state;
	assert_true(exthdr_find_sctp(&p, 0, 3, &chunk));
	assert_int_equal(chunk.at, 20);
	assert_int_equal(chunk.size, 8);
	assert_false(exthdr_find_sctp(&p, 0, 7, &chunk));
	assert_false(exthdr_find_sctp(&p, 0, 4, &chunk));
	drop(&p);
}

static void
dccp_options(void **state)
{
	/* A request, with 48-bit sequence numbers: 20 bytes, then padding,
	 * option 32 of 4 bytes, option 1, option 40 of length 1. */
	static const uint8_t packet[] = {
		[4] = 7, [8] = 1, [20] = 0, 32, 4, 77, 78, 1, 40, 1,
	};
	struct pkt p = take(CLEW_IPV4, packet, sizeof(packet),
			    sizeof(packet));

	(void)state;
	assert_true(exthdr_has_dccp(&p, 0, 32));
	assert_true(exthdr_has_dccp(&p, 0, 1));
	assert_true(exthdr_has_dccp(&p, 0, 40));
	assert_false(exthdr_has_dccp(&p, 0, 77));
	assert_false(exthdr_has_dccp(&p, 0, 41));
	drop(&p);
}

/* Whatever is there, nothing beyond it is read. */
static void
any_bytes(void **state)
{
	uint32_t x = 1;

	(void)state;
	for (unsigned n = 0; n < 20000; n++) {
		uint8_t bytes[96];
		struct exthdr_option o;
		struct pkt p;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			x = x * 1664525 + 1013904223;
			bytes[i] = x >> 30 ? (uint8_t)(x >> 16) % 64 :
					     (uint8_t)(x >> 20);
		}
		p = take(n % 2 ? CLEW_IPV4 : CLEW_IPV6, bytes, sizeof(bytes),
			 x >> 8 & 63);
		exthdr_find_ipv6(&p, 60);
		exthdr_find_ipv4(&p, 7);
		exthdr_find_tcp(&p, x >> 16 & 31, 8, &o);
		exthdr_find_sctp(&p, x >> 16 & 31, 3, &o);
		exthdr_has_dccp(&p, x >> 16 & 31, 40);
		drop(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv6_headers),
		cmocka_unit_test(ipv4_options),
		cmocka_unit_test(tcp_options),
		cmocka_unit_test(sctp_chunks),
		cmocka_unit_test(dccp_options),
		cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests_name("nft/exthdr", tests, NULL, NULL);
}
