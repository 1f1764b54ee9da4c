/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/fuzz.h - what a target has and what drives it: libFuzzer, or replay.c
 * which needs no more than a C compiler.
 *
 * A target is one file with LLVMFuzzerTestOneInput() and, when it knows
 * better than to flip bytes, LLVMFuzzerCustomMutator(). */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer's names. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
			       unsigned seed);
/* Of the driver: some bytes changed, added, taken away. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

/* An input being eaten from its front.  What is missing reads as 0. */
struct food {
	const uint8_t *at;
	size_t left;
};

static inline uint64_t
eat(struct food *f, unsigned bytes)
{
	uint64_t value = 0;

	for (; bytes && f->left; bytes--, f->left--)
		value = value << 8 | *f->at++;
	return value;
}

/* => As many of 'size' bytes as there are, copied to where ASan sees each
 *    step beyond them; '*got' of them, for free(). */
static inline uint8_t *
eat_bytes(struct food *f, size_t size, size_t *got)
{
	uint8_t *copy;

	*got = size < f->left ? size : f->left;
	copy = malloc(*got + !*got);
	if (*got)
		memcpy(copy, f->at, *got);
	f->at += *got;
	f->left -= *got;
	return copy;
}

/* What must be. */
#define MUST(what) do {							\
	if (!(what))							\
		fuzz_die(__FILE__, __LINE__, #what);			\
} while (0)

__attribute__((noreturn))
void fuzz_die(const char *file, int line, const char *what);

#endif
