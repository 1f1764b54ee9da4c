/* SPDX-License-Identifier: BSD-2-Clause
 * nl/cthelper_test.c - a helper object as nfct(8) sends it, read and written
 * back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "nl/cthelper.h"

/* "nfct add helper amanda inet6 udp" of conntrack-tools 1.4.7. */
static const uint8_t recorded[] = {
	0x0b, 0x00, 0x01, 0x00, 0x61, 0x6d, 0x61, 0x6e, 0x64, 0x61, 0x00, 0x00,
	0x08, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x02, 0x80,
	0x06, 0x00, 0x01, 0x00, 0x00, 0x0a, 0x00, 0x00, 0x05, 0x00, 0x02, 0x00,
	0x11, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x04, 0x80, 0x20, 0x00, 0x02, 0x80,
	0x0b, 0x00, 0x01, 0x00, 0x61, 0x6d, 0x61, 0x6e, 0x64, 0x61, 0x00, 0x00,
	0x08, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x03, 0x08, 0x00, 0x03, 0x00,
	0x00, 0x00, 0x00, 0xb4, 0x08, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x01,
};

static void
reads_nfcts_and_its_own(void **state)
{
	struct nl_cthelper helper, again;
	uint8_t out[512];
	struct nl_writer w = nl_writer(out, sizeof(out));

	(void)state;
	assert_int_equal(nl_cthelper_decode(recorded, sizeof(recorded),
					    &helper, NULL), 0);
	assert_string_equal(helper.name, "amanda");
	assert_int_equal(helper.family, 10);
	assert_int_equal(helper.protocol, 17);
	assert_int_equal(helper.policies, 1);
	assert_int_equal(helper.policy[0].expect_max, 3);
	assert_int_equal(helper.policy[0].timeout_s, 180);
	assert_false(helper.has_status);
	helper.has_status = helper.is_enabled = true;
	nl_cthelper_encode(&w, &helper);
	assert_true(nl_ok(&w));
	assert_int_equal(nl_cthelper_decode(out, w.used, &again, NULL), 0);
	assert_memory_equal(&again, &helper, sizeof(helper));
}

static void
survives_any_bytes(void **state)
{
	struct nl_cthelper helper;

	(void)state;
	for (size_t cut = 0; cut <= sizeof(recorded); cut++) {
		for (size_t i = 0; i <= cut; i++) {
			uint8_t *copy = malloc(cut ? cut : 1);

			memcpy(copy, recorded, cut);
			if (i < cut)
				copy[i] ^= 0xff;
			nl_cthelper_decode(copy, cut, &helper, NULL);
			assert_true(helper.policies <= NL_CTHELPER_POLICIES);
			free(copy);
		}
	}
}

static void
refuses_more_classes_than_there_may_be(void **state)
{
	uint8_t five[sizeof(recorded)];
	struct nl_cthelper helper;

	(void)state;
	memcpy(five, recorded, sizeof(five));
	five[sizeof(five) - 1] = 5;
	assert_int_equal(nl_cthelper_decode(five, sizeof(five), &helper,
					    NULL), -EOVERFLOW);
	five[sizeof(five) - 1] = 2;
	assert_int_equal(nl_cthelper_decode(five, sizeof(five), &helper,
					    NULL), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_nfcts_and_its_own),
		cmocka_unit_test(survives_any_bytes),
		cmocka_unit_test(refuses_more_classes_than_there_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
