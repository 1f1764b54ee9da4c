/* SPDX-License-Identifier: BSD-2-Clause
 * base/hash.c - many short messages hashed side by side.
 *
 * SipHash is a chain of additions, rotations and exclusive ors: one message
 * leaves most of the processor idle.  Eight messages of two blocks go
 * through the same rounds as vectors of eight, in whatever width the
 * processor has; the compiler makes the same text into AVX-512, AVX2 or
 * plain SSE2. */
#include "base/hash.h"

#include <string.h>

typedef uint64_t lanes __attribute__((vector_size(8 * HASH_LANES)));

static inline __attribute__((always_inline)) void
hash_lanes(const struct hash_key *key, const uint64_t first[HASH_LANES],
	   const uint64_t second[HASH_LANES], uint64_t out[HASH_LANES])
{
	lanes v0 = (lanes){ 0 } + (uint64_t)(key->k[0] ^ HASH_INIT0);
	lanes v1 = (lanes){ 0 } + (uint64_t)(key->k[1] ^ HASH_INIT1);
	lanes v2 = (lanes){ 0 } + (uint64_t)(key->k[0] ^ HASH_INIT2);
	lanes v3 = (lanes){ 0 } + (uint64_t)(key->k[1] ^ HASH_INIT3);
	lanes block;

	memcpy(&block, first, sizeof(block));
	v3 ^= block;
	HASH_ROUND(v0, v1, v2, v3);
	v0 ^= block;
	memcpy(&block, second, sizeof(block));
	v3 ^= block;
	HASH_ROUND(v0, v1, v2, v3);
	v0 ^= block;
	v2 ^= (lanes){ 0 } + (uint64_t)0xff;
	HASH_ROUND(v0, v1, v2, v3);
	HASH_ROUND(v0, v1, v2, v3);
	HASH_ROUND(v0, v1, v2, v3);
	v0 ^= v1 ^ v2 ^ v3;
	memcpy(out, &v0, sizeof(v0));
}

#if defined(__x86_64__)
__attribute__((target("avx512f")))
static void
hash_avx512(const struct hash_key *key, const uint64_t *first,
	    const uint64_t *second, uint64_t *out)
{
	hash_lanes(key, first, second, out);
}

__attribute__((target("avx2")))
static void
hash_avx2(const struct hash_key *key, const uint64_t *first,
	  const uint64_t *second, uint64_t *out)
{
	hash_lanes(key, first, second, out);
}
#endif

void
hash_pairs(const struct hash_key *key, const uint64_t first[HASH_LANES],
	   const uint64_t second[HASH_LANES], uint64_t out[HASH_LANES])
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512f")) {
		hash_avx512(key, first, second, out);
		return;
	}
	if (__builtin_cpu_supports("avx2")) {
		hash_avx2(key, first, second, out);
		return;
	}
#endif
	hash_lanes(key, first, second, out);
}
