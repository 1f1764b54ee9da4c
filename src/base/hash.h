/* SPDX-License-Identifier: BSD-2-Clause
 * base/hash.h - SipHash-1-3, the keyed hash of everything an attacker names.
 *
 * Who does not know the key cannot find inputs that share a bucket
 * (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012).  The
 * 1-3 variant is the authors' own for hash tables.  Inputs are given as the
 * 64-bit little-endian blocks SipHash works on; the last one carries the
 * message's length in its top byte, as the paper says, so callers that pack
 * their keys into whole blocks save the padding block. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	uint64_t k[2];
};

/* "somepseudorandomlygeneratedbytes" */
#define HASH_INIT0 0x736f6d6570736575ULL
#define HASH_INIT1 0x646f72616e646f6dULL
#define HASH_INIT2 0x6c7967656e657261ULL
#define HASH_INIT3 0x7465646279746573ULL

#define HASH_ROTL(x, b) ((x) << (b) | (x) >> (64 - (b)))

#define HASH_ROUND(v0, v1, v2, v3) do {					\
	v0 += v1; v2 += v3;						\
	v1 = HASH_ROTL(v1, 13); v3 = HASH_ROTL(v3, 16);			\
	v1 ^= v0; v3 ^= v2;						\
	v0 = HASH_ROTL(v0, 32);						\
	v2 += v1; v0 += v3;						\
	v1 = HASH_ROTL(v1, 17); v3 = HASH_ROTL(v3, 21);			\
	v1 ^= v2; v3 ^= v0;						\
	v2 = HASH_ROTL(v2, 32);						\
} while (0)

/* Hash 'count' whole blocks, the last with its length byte.  Inline: with a
 * constant count the loop goes away. */
static inline uint64_t
hash_blocks(const struct hash_key *key, const uint64_t *blocks, size_t count)
{
	uint64_t v0 = key->k[0] ^ HASH_INIT0;
	uint64_t v1 = key->k[1] ^ HASH_INIT1;
	uint64_t v2 = key->k[0] ^ HASH_INIT2;
	uint64_t v3 = key->k[1] ^ HASH_INIT3;

	for (size_t i = 0; i < count; i++) {
		v3 ^= blocks[i];
		HASH_ROUND(v0, v1, v2, v3);
		v0 ^= blocks[i];
	}
	v2 ^= 0xff;
	HASH_ROUND(v0, v1, v2, v3);
	HASH_ROUND(v0, v1, v2, v3);
	HASH_ROUND(v0, v1, v2, v3);
	return v0 ^ v1 ^ v2 ^ v3;
}

#define HASH_LANES 8

/* Hash as many messages of two blocks each, side by side: 'out[n]' is what
 * hash_blocks() gives for { first[n], second[n] }. */
void hash_pairs(const struct hash_key *key, const uint64_t first[HASH_LANES],
		const uint64_t second[HASH_LANES], uint64_t out[HASH_LANES]);

#endif
