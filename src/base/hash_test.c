/* SPDX-License-Identifier: BSD-2-Clause
 * base/hash_test.c - SipHash-1-3 against the algorithm as its paper writes it
 * down, byte by byte and for any number of rounds; that one against the
 * paper's own test vector, which is of SipHash-2-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/testrandom.h"

/* The paper's section 2, in its order and with nothing shared. */
static uint64_t
rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static uint64_t
reference(unsigned c, unsigned d, const uint64_t k[2], const uint8_t *m,
	  size_t size)
{
	uint64_t v[4] = {
		k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d,
		k[0] ^ 0x6c7967656e657261, k[1] ^ 0x7465646279746573,
	};

	for (size_t block = 0; block <= size / 8; block++) {
		uint64_t word = 0;

		for (size_t i = 0; i < 8; i++) {
			size_t at = block * 8 + i;

			if (at < size)
				word |= (uint64_t)m[at] << 8 * i;
		}
		if (block == size / 8)
			word |= (uint64_t)size << 56;
		v[3] ^= word;
		for (unsigned i = 0; i < c; i++)
			sip_round(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (unsigned i = 0; i < d; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static const uint64_t paper_key[2] = {
	0x0706050403020100, 0x0f0e0d0c0b0a0908,
};

/* Appendix A of the paper. */
static void
the_reference_is_siphash(void **state)
{
	uint8_t m[15];

	(void)state;
	for (size_t i = 0; i < sizeof(m); i++)
		m[i] = (uint8_t)i;
	assert_true(reference(2, 4, paper_key, m, 15) == 0xa129ca6149be45e5);
}

/* Messages of whole blocks less the length byte, as all of ours are. */
static void
agrees_with_the_reference(void **state)
{
	struct testrandom r = { 1 };

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		struct hash_key key = {
			{ testrandom_next(&r), testrandom_next(&r) },
		};
		size_t count = 1 + testrandom_below(&r, 8);
		size_t size = count * 8 - 1;
		uint64_t blocks[8] = { 0 };
		uint8_t m[64];

		for (size_t i = 0; i < size; i++) {
			m[i] = (uint8_t)testrandom_next(&r);
			blocks[i / 8] |= (uint64_t)m[i] << i % 8 * 8;
		}
		blocks[count - 1] |= (uint64_t)size << 56;
		assert_true(hash_blocks(&key, blocks, count) ==
			    reference(1, 3, key.k, m, size));
	}
}

/* Every bit of key and message moves about half of the hash. */
static void
every_bit_counts(void **state)
{
	struct testrandom r = { 2 };

	(void)state;
	for (unsigned bit = 0; bit < 4 * 64; bit++) {
		unsigned moved = 0;

		for (unsigned round = 0; round < 64; round++) {
			uint64_t in[4], before;

			for (unsigned i = 0; i < 4; i++)
				in[i] = testrandom_next(&r);
			before = hash_blocks(
				&(struct hash_key){ { in[0], in[1] } },
				in + 2, 2);
			in[bit / 64] ^= 1ull << bit % 64;
			before ^= hash_blocks(
				&(struct hash_key){ { in[0], in[1] } },
				in + 2, 2);
			moved += (unsigned)__builtin_popcountll(before);
		}
		assert_in_range(moved, 64 * 32 - 400, 64 * 32 + 400);
	}
}

/* Side by side comes what comes one after the other. */
static void
lanes_agree(void **state)
{
	struct testrandom r = { 3 };

	(void)state;
	for (unsigned round = 0; round < 1000; round++) {
		uint64_t first[HASH_LANES], second[HASH_LANES];
		uint64_t out[HASH_LANES];
		struct hash_key key = { { testrandom_next(&r),
					  testrandom_next(&r) } };

		for (unsigned i = 0; i < HASH_LANES; i++) {
			first[i] = testrandom_next(&r);
			second[i] = testrandom_next(&r);
		}
		hash_pairs(&key, first, second, out);
		for (unsigned i = 0; i < HASH_LANES; i++)
			assert_int_equal(out[i], hash_blocks(&key,
				(uint64_t[]){ first[i], second[i] }, 2));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reference_is_siphash),
		cmocka_unit_test(agrees_with_the_reference),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(lanes_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
