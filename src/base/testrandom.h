/* SPDX-License-Identifier: BSD-2-Clause
 * base/testrandom.h - numbers for tests that try many things: the same for
 * the same seed, everywhere (splitmix64, Steele and others, 2014). */
#ifndef BASE_TESTRANDOM_H
#define BASE_TESTRANDOM_H

#include <stdint.h>

struct testrandom {
	uint64_t state;
};

static inline uint64_t
testrandom_next(struct testrandom *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Below 'n', which is not 0. */
static inline uint32_t
testrandom_below(struct testrandom *r, uint32_t n)
{
	return (uint32_t)((testrandom_next(r) >> 32) * n >> 32);
}

/* Of any magnitude: every number of bits is as likely. */
static inline uint64_t
testrandom_any(struct testrandom *r)
{
	uint64_t n = testrandom_next(r);

	return n >> testrandom_below(r, 64);
}

#endif
