/* SPDX-License-Identifier: BSD-2-Clause
 * text/format_test.c - no snapshot and no buffer size goes wrong.
 *
 * Random snapshots, well-formed or not, in every format: a short buffer gets
 * the beginning of what a long one gets, and the same length is returned.
 * Buffers are of the exact size, so that ASan sees a byte too many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "text/sample.h"

#define ENOUGH 65536

static uint64_t seed = 3;

static uint64_t
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static const char *
random_label(void *ctx, unsigned bit)
{
	(void)ctx;
	return bit % 3 == 0 ? NULL : "<\"l\\a\x01&b\xff>";
}

/* Likely values, so that every branch is taken, over random ones. */
static void
fill(struct clew_snapshot *ct)
{
	static const uint8_t protocols[] = { 1, 6, 17, 33, 47, 58, 132, 136 };
	uint64_t *words = (uint64_t *)(void *)ct;

	for (size_t i = 0; i < sizeof(*ct) / sizeof(*words); i++)
		words[i] = next_random();
	for (unsigned dir = 0; dir < CLEW_DIRS; dir++) {
		uint64_t n = next_random();

		if (n & 1)
			ct->tuple[dir].family = n & 2 ? CLEW_IPV4 : CLEW_IPV6;
		if (n & 4)
			ct->tuple[dir].protocol = protocols[n >> 8 & 7];
	}
	if (next_random() & 1) {	/* the reply as it should be */
		const struct clew_tuple *orig = &ct->tuple[CLEW_DIR_ORIG];
		struct clew_tuple *reply = &ct->tuple[CLEW_DIR_REPLY];

		*reply = *orig;
		reply->src = orig->dst;
		reply->dst = orig->src;
		reply->part.port.sport_be = orig->part.port.dport_be;
		reply->part.port.dport_be = orig->part.port.sport_be;
	}
	if (next_random() & 1)
		ct->state %= 12;
	if (next_random() & 1)
		memset(ct->secctx + next_random() % 64, 0, 1);
	if (next_random() & 1)
		memset(ct->helper + next_random() % 16, 0, 1);
}

static void
check(const struct clew_snapshot *ct, enum clew_record record,
      const struct clew_text_options *options)
{
	static char full[ENOUGH];
	size_t len = clew_text_format(full, sizeof(full), ct, record, options);

	assert_true(len < sizeof(full));
	assert_int_equal(strlen(full), len);
	for (unsigned i = 0; i < 8; i++) {
		size_t size = next_random() % (len + 3);
		char *cut = malloc(size > 0 ? size : 1);
		size_t kept;

		if (i == 0)
			size = 0;
		assert_int_equal(clew_text_format(size ? cut : NULL, size, ct,
						  record, options), len);
		kept = size == 0 ? 0 : len < size ? len : size - 1;
		assert_memory_equal(cut, full, kept);
		if (size > 0)
			assert_int_equal(cut[kept], '\0');
		free(cut);
	}
}

static void
no_buffer_overflows(void **state)
{
	static const char *const names[] = { NULL, "x\"<\n", "" };

	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		struct clew_snapshot ct = { 0 };
		struct clew_text_options options = {
			.format = (enum clew_format)(i % 4),
			.show = (uint32_t)next_random(),
			.now_ns = next_random(),
			.label_name = next_random() & 1 ? random_label : NULL,
			.progname = names[next_random() % 3],
		};

		fill(&ct);
		check(&ct, (enum clew_record)(next_random() & 3), &options);
		ct.has = UINT32_MAX;
		check(&ct, (enum clew_record)(next_random() & 3), &options);
		ct.has = 0;
		check(&ct, (enum clew_record)(next_random() & 3), &options);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_buffer_overflows),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
