/* SPDX-License-Identifier: BSD-2-Clause
 * nft/jenkins.c - Bob Jenkins's hash "lookup3" (public domain, May 2006).
 * http://burtleburtle.net/bob/c/lookup3.c */
#include "nft/jenkins.h"

#include <string.h>

#include "base/bytes.h"

enum { BLOCK = 12 };

static uint32_t
rotate(uint32_t x, unsigned bits)
{
	return x << bits | x >> (32 - bits);
}

static void
mix(uint32_t s[3])
{
	static const uint8_t bits[6] = { 4, 6, 8, 16, 19, 4 };

	for (unsigned i = 0; i < 6; i++) {
		uint32_t *x = &s[i % 3];
		uint32_t *y = &s[(i + 1) % 3];
		uint32_t *z = &s[(i + 2) % 3];

		*x = (*x - *z) ^ rotate(*z, bits[i]);
		*z += *y;
	}
}

static void
finish(uint32_t s[3])
{
	static const uint8_t bits[7] = { 14, 11, 25, 16, 4, 14, 24 };

	for (unsigned i = 0; i < 7; i++) {
		uint32_t *x = &s[(i + 2) % 3];
		uint32_t y = s[(i + 1) % 3];

		*x = (*x ^ y) - rotate(y, bits[i]);
	}
}

static void
add_block(uint32_t s[3], const uint8_t *block)
{
	for (unsigned i = 0; i < 3; i++)
		s[i] += load32(block + 4 * i);
}

uint32_t
jenkins_hash(const void *key, size_t size, uint32_t seed)
{
	uint32_t start = 0xdeadbeef + (uint32_t)size + seed;
	uint32_t s[3] = { start, start, start };
	uint8_t last[BLOCK] = { 0 };
	const uint8_t *at = key;

	for (; size > BLOCK; size -= BLOCK, at += BLOCK) {
		add_block(s, at);
		mix(s);
	}
	if (!size)
		return s[2];
	memcpy(last, at, size);
	add_block(s, last);
	finish(s);
	return s[2];
}
