/* SPDX-License-Identifier: BSD-2-Clause
 * base/random.h - numbers that follow from a seed: what the engine "chooses"
 * at random (NAT ports, 'meta random', 'numgen random', queue spreading).
 *
 * SipHash over a counter: who sees some of them cannot tell the next. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/hash.h"

struct random {
	struct hash_key key;
	uint64_t count;
};

static inline void
random_init(struct random *r, uint64_t seed)
{
	r->key = (struct hash_key){ { seed, seed ^ 0x63686f6963652121 } };
	r->count = 0;
}

static inline uint64_t
random_u64(struct random *r)
{
	return hash_blocks(&r->key, (const uint64_t[1]){ ++r->count }, 1);
}

static inline uint32_t
random_u32(struct random *r)
{
	return (uint32_t)random_u64(r);
}

/* A number below 'ceiling', which is not 0. */
static inline uint32_t
random_below(struct random *r, uint32_t ceiling)
{
	return (uint32_t)((uint64_t)random_u32(r) * ceiling >> 32);
}

#endif
