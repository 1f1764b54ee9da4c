/* SPDX-License-Identifier: BSD-2-Clause
 * cli/leaving_test.c - packets known again behind a NAT, and strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/leaving.h"

enum { SECOND = 1000000000 };

/* 192.168.1.20:4000 > 198.51.100.7:53, "abcd", as it leaves: hop limit 63 */
static const uint8_t udp[32] = {
	0x45, 0, 0, 32, 0, 7, 0, 0, 63, 17, 0x12, 0x34, 192, 168, 1, 20,
	198, 51, 100, 7, 0x0f, 0xa0, 0, 53, 0, 12, 0x56, 0x78,
	'a', 'b', 'c', 'd',
};

static struct leaving *leaving;

static int
setup(void **state)
{
	(void)state;
	leaving = leaving_create((const uint64_t[2]){ 1, 2 });
	return leaving == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	leaving_destroy(leaving);
	return 0;
}

static bool
take(const uint8_t *ip, uint32_t size, bool *is_same)
{
	return leaving_take(leaving, ip, size, 0, SECOND, is_same);
}

static void
once_each(void **state)
{
	bool is_same;

	(void)state;
	assert_false(take(udp, sizeof(udp), &is_same));
	leaving_note(leaving, udp, sizeof(udp), 3, SECOND);
	leaving_note(leaving, udp, sizeof(udp), 3, SECOND);
	assert_true(take(udp, sizeof(udp), &is_same));
	assert_true(is_same);
	assert_true(take(udp, sizeof(udp), &is_same));
	assert_false(take(udp, sizeof(udp), &is_same));
}

static void
another_translation_is_the_same_packet(void **state)
{
	uint8_t other[sizeof(udp)];
	bool is_same = true;

	(void)state;
	memcpy(other, udp, sizeof(udp));
	other[12] = 203;	/* source */
	other[10] ^= 1;		/* checksums */
	other[27] ^= 1;
	other[20] ^= 1;		/* port */
	leaving_note(leaving, udp, sizeof(udp), 3, SECOND);
	assert_true(take(other, sizeof(other), &is_same));
	assert_false(is_same);
}

/* Each of these makes it another packet. */
static void
another_packet(void **state)
{
	static const uint8_t at[] = { 5, 8, 29, 31 };	/* id, hops, payload */

	(void)state;
	leaving_note(leaving, udp, sizeof(udp), 3, SECOND);
	for (size_t i = 0; i < sizeof(at); i++) {
		uint8_t other[sizeof(udp)];
		bool is_same;

		memcpy(other, udp, sizeof(udp));
		other[at[i]] ^= 1;
		assert_false(take(other, sizeof(other), &is_same));
	}
}

static void
elsewhere_or_too_late(void **state)
{
	bool is_same;

	(void)state;
	leaving_note(leaving, udp, sizeof(udp), 3, SECOND);
	assert_false(leaving_take(leaving, udp, sizeof(udp), 2, SECOND,
				  &is_same));
	assert_false(leaving_take(leaving, udp, sizeof(udp), 3,
				  UINT64_C(4) * SECOND, &is_same));
	assert_true(leaving_take(leaving, udp, sizeof(udp), 3,
				 UINT64_C(3) * SECOND, &is_same));
}

/* Of two packets alike but for their ports the very one is taken. */
static void
the_very_one(void **state)
{
	uint8_t other[sizeof(udp)];
	bool is_same;

	(void)state;
	memcpy(other, udp, sizeof(udp));
	other[21] ^= 1;
	leaving_note(leaving, udp, sizeof(udp), 3, SECOND);
	leaving_note(leaving, other, sizeof(other), 3, SECOND);
	assert_true(take(other, sizeof(other), &is_same));
	assert_true(is_same);
	assert_true(take(udp, sizeof(udp), &is_same));
	assert_true(is_same);
}

static void
any_bytes_at_all(void **state)
{
	bool is_same;

	(void)state;
	for (uint32_t size = 0; size <= sizeof(udp); size++) {
		for (unsigned version = 0; version < 256; version += 3) {
			uint8_t ip[sizeof(udp)];

			memcpy(ip, udp, sizeof(udp));
			ip[0] = (uint8_t)version;
			ip[6] = (uint8_t)(version * 7);
			ip[9] = (uint8_t)(version * 5);
			leaving_note(leaving, ip, size, 3, SECOND);
			take(ip, size, &is_same);
		}
	}
}

static void
never_more_than_it_has_room_for(void **state)
{
	uint8_t ip[sizeof(udp)];
	unsigned known = 0;
	bool is_same;

	(void)state;
	memcpy(ip, udp, sizeof(udp));
	for (unsigned i = 0; i < 100000; i++) {
		memcpy(ip + 28, &i, sizeof(i));
		leaving_note(leaving, ip, sizeof(ip), 3, SECOND + i);
	}
	for (unsigned i = 0; i < 100000; i++) {
		memcpy(ip + 28, &i, sizeof(i));
		known += leaving_take(leaving, ip, sizeof(ip), 3,
				      SECOND + 100000, &is_same);
	}
	/* the later ones, as many as there is room for */
	assert_in_range(known, 8000, 16384);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(once_each, setup, teardown),
		cmocka_unit_test_setup_teardown(
			another_translation_is_the_same_packet, setup,
			teardown),
		cmocka_unit_test_setup_teardown(another_packet, setup,
						teardown),
		cmocka_unit_test_setup_teardown(elsewhere_or_too_late, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_very_one, setup,
						teardown),
		cmocka_unit_test_setup_teardown(any_bytes_at_all, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			never_more_than_it_has_room_for, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
