/* SPDX-License-Identifier: BSD-2-Clause
 * pkt/checksum_test.c - sums against the definitions they are defined by.
 *
 * Includes the file under test: the CRC has two implementations, of which a
 * machine uses but one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pkt/checksum.c"	/* NOLINT(bugprone-suspicious-include) */

#include "base/testrandom.h"

/* RFC 1071 section 4.1, in network byte order. */
static uint16_t
naive_sum(const uint8_t *bytes, size_t size)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += (uint64_t)bytes[i] << (i & 1 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Sums of ones' complement know two zeros, that mean the same. */
static bool
is_same_sum(uint16_t a, uint16_t b)
{
	return a == b || (a % 0xffff == 0 && b % 0xffff == 0);
}

static void
adds_any_size_at_any_address(void **state)
{
	struct testrandom r = { 1 };

	(void)state;
	for (size_t size = 0; size < 300; size++) {
		for (size_t at = 0; at < 9; at++) {
			/* As large as it has to be: to be seen by ASan. */
			uint8_t *room = malloc(at + size + !(at + size));
			uint8_t fill = (uint8_t)testrandom_next(&r);
			uint16_t sum;

			for (size_t i = 0; i < size; i++)
				room[at + i] = fill > 250 ? 0xff : fill < 5 ?
					0 : (uint8_t)testrandom_next(&r);
			sum = checksum_fold(checksum_add(0, room + at, size));
			assert_true(is_same_sum(sum, naive_sum(room + at,
							       size)));
			free(room);
		}
	}
}

static void
adds_the_largest(void **state)
{
	size_t size = (16u << 20) + 1;
	uint8_t *room = malloc(size);

	(void)state;
	memset(room, 0xff, size);
	assert_int_equal(checksum_fold(checksum_add(0, room, size)),
			 naive_sum(room, size));
	assert_int_equal(checksum_fold(UINT64_MAX), 0xffff);
	assert_int_equal(checksum_fold(0), 0);
	assert_int_equal(checksum_fold(0x1fffffffe), 0xffff);
	free(room);
}

/* Even pieces may be summed one after the other. */
static void
adds_in_pieces(void **state)
{
	struct testrandom r = { 2 };
	uint8_t room[400];

	(void)state;
	for (unsigned round = 0; round < 1000; round++) {
		size_t a = testrandom_below(&r, 100) * 2;
		size_t b = testrandom_below(&r, 200);
		uint64_t sum;

		for (size_t i = 0; i < sizeof(room); i++)
			room[i] = (uint8_t)testrandom_next(&r);
		sum = checksum_add(checksum_add(0, room, a), room + a, b);
		assert_true(is_same_sum(checksum_fold(sum),
					naive_sum(room, a + b)));
	}
}

/* Packets with the pseudo header written out in front. */
static void
knows_both_pseudo_headers(void **state)
{
	struct testrandom r = { 3 };

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		bool ipv6 = round & 1;
		uint32_t header = ipv6 ? 40 : 20;
		uint32_t addresses = ipv6 ? 32 : 8;
		uint32_t size = 8 + testrandom_below(&r, 90);
		uint8_t ip[140], flat[140] = { 0 };
		struct pkt p = {
			.ip = ip, .have = header + size, .len = header + size,
			.l4 = header, .family = ipv6 ? CLEW_IPV6 : CLEW_IPV4,
		};
		uint16_t sum;

		for (size_t i = 0; i < sizeof(ip); i++)
			ip[i] = (uint8_t)testrandom_next(&r);
		put_be16(ip + header + 6, 0);
		memcpy(flat, pkt_src(&p), addresses);
		if (ipv6) {		/* RFC 8200 8.1 */
			put_be32(flat + 32, size);
			flat[39] = 17;
			addresses += 8;
		} else {		/* RFC 768 */
			flat[9] = 17;
			put_be16(flat + 10, (uint16_t)size);
			addresses += 4;
		}
		memcpy(flat + addresses, ip + header, size);
		sum = (uint16_t)~naive_sum(flat, addresses + size);
		put_be16(ip + header + 6, sum);
		assert_int_equal(checksum_check(&p, size, 17), CHECKSUM_GOOD);
		ip[header + testrandom_below(&r, size)] ^=
			(uint8_t)(1 << testrandom_below(&r, 8));
		assert_int_equal(checksum_check(&p, size, 17), CHECKSUM_BAD);
		p.have--;
		assert_int_equal(checksum_check(&p, size, 17),
				 CHECKSUM_UNKNOWN);
		assert_int_not_equal(checksum_check(&p, size - 1, 17),
				     CHECKSUM_UNKNOWN);
	}
}

/* A sum that is right without a pseudo header: ICMP. */
static void
goes_without_a_pseudo_header(void **state)
{
	uint8_t ip[28] = {
		[20] = 8, 0, 0xf7, 0xfd, 0, 1, 0, 1,
	};
	struct pkt p = {
		.ip = ip, .have = 28, .len = 28, .l4 = 20, .family = CLEW_IPV4,
	};

	(void)state;
	assert_int_equal(checksum_check(&p, 8, -1), CHECKSUM_GOOD);
	assert_int_equal(checksum_check(&p, 8, 1), CHECKSUM_BAD);
}

/* RFC 3720 B.4. */
static void
crc_of_the_rfc(void **state)
{
	static const uint8_t read_command[48] = {
		0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00,
		0x00, 0x18, 0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	};
	uint8_t zeros[32] = { 0 }, ones[32], up[32], down[32];
	const struct {
		const uint8_t *bytes;
		size_t size;
		uint32_t crc;
	} vectors[] = {
		{ zeros, 32, 0x8a9136aa },
		{ ones, 32, 0x62a8ab43 },
		{ up, 32, 0x46dd794e },
		{ down, 32, 0x113fdb5c },
		{ read_command, 48, 0xd9963a56 },
	};

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	for (uint8_t i = 0; i < 32; i++) {
		up[i] = i;
		down[i] = 31 - i;
	}
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		assert_int_equal((uint32_t)~crc_portable(~0u, vectors[i].bytes,
							 vectors[i].size),
				 vectors[i].crc);
		assert_int_equal((uint32_t)~crc_add(~0u, vectors[i].bytes,
						    vectors[i].size),
				 vectors[i].crc);
	}
}

static void
both_crcs_agree(void **state)
{
	struct testrandom r = { 4 };

	(void)state;
	for (size_t size = 0; size < 200; size++) {
		uint8_t *room = malloc(size + !size);
		uint32_t crc = (uint32_t)testrandom_next(&r);

		for (size_t i = 0; i < size; i++)
			room[i] = (uint8_t)testrandom_next(&r);
		assert_int_equal(crc_portable(crc, room, size),
				 crc_add(crc, room, size));
		free(room);
	}
}

static void
checks_sctp(void **state)
{
	struct testrandom r = { 5 };

	(void)state;
	for (unsigned round = 0; round < 500; round++) {
		uint32_t size = 12 + testrandom_below(&r, 60), crc;
		uint8_t ip[100];
		struct pkt p = {
			.ip = ip, .have = 20 + size, .len = 20 + size,
			.l4 = 20, .family = CLEW_IPV4,
		};

		for (size_t i = 0; i < sizeof(ip); i++)
			ip[i] = (uint8_t)testrandom_next(&r);
		memset(ip + 28, 0, 4);
		crc = ~crc_portable(~0u, ip + 20, size);
		ip[28] = (uint8_t)crc;
		ip[29] = (uint8_t)(crc >> 8);
		ip[30] = (uint8_t)(crc >> 16);
		ip[31] = (uint8_t)(crc >> 24);
		assert_int_equal(checksum_check_sctp(&p), CHECKSUM_GOOD);
		ip[20 + testrandom_below(&r, size)] ^= 0x10;
		assert_int_equal(checksum_check_sctp(&p), CHECKSUM_BAD);
		p.have--;
		assert_int_equal(checksum_check_sctp(&p), CHECKSUM_UNKNOWN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_any_size_at_any_address),
		cmocka_unit_test(adds_the_largest),
		cmocka_unit_test(adds_in_pieces),
		cmocka_unit_test(knows_both_pseudo_headers),
		cmocka_unit_test(goes_without_a_pseudo_header),
		cmocka_unit_test(crc_of_the_rfc),
		cmocka_unit_test(both_crcs_agree),
		cmocka_unit_test(checks_sctp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
