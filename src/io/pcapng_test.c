/* SPDX-License-Identifier: BSD-2-Clause
 * io/pcapng_test.c - packets keep the names of their interfaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/capture.h"
#include "io/pcapng.h"
#include "io/testfile.h"

enum { ETHERNET = 1 };

static const uint8_t frame[34] = {
	2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
	0x45, 0, 0, 20, 0, 1, 0, 0, 64, 253, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
};

static void
put_section(struct testfile *t)
{
	testfile_put32(t, 0x0a0d0d0a);
	testfile_put32(t, 28);
	testfile_put32(t, 0x1a2b3c4d);
	testfile_put16(t, 1);
	testfile_put16(t, 0);
	testfile_put32(t, UINT32_MAX);
	testfile_put32(t, UINT32_MAX);
	testfile_put32(t, 28);
}

static void
put_interface(struct testfile *t, const char *name)
{
	uint32_t size = (uint32_t)strlen(name), padded = (size + 3) & ~3u;
	uint32_t whole = 20 + (size > 0 ? 4 + padded : 0) + 4;

	testfile_put32(t, 1);
	testfile_put32(t, whole);
	testfile_put16(t, ETHERNET);
	testfile_put16(t, 0);
	testfile_put32(t, 0);
	if (size > 0) {
		testfile_put16(t, 2);
		testfile_put16(t, (uint16_t)size);
		testfile_put(t, name, size);
		testfile_put(t, (uint8_t[4]){ 0 }, padded - size);
	}
	testfile_put32(t, 0);
	testfile_put32(t, whole);
}

static void
put_packet(struct testfile *t, uint32_t interface)
{
	testfile_put32(t, 6);
	testfile_put32(t, 32 + 36);
	testfile_put32(t, interface);
	testfile_put32(t, 0);
	testfile_put32(t, 1);
	testfile_put32(t, sizeof(frame));
	testfile_put32(t, sizeof(frame));
	testfile_put(t, frame, sizeof(frame));
	testfile_put16(t, 0);
	testfile_put32(t, 32 + 36);
}

static void
make(struct testfile *t, bool swapped)
{
	testfile_init(t, swapped);
	put_section(t);
	put_interface(t, "lan0");
	put_interface(t, "");
	put_interface(t, "a-name-of-seventeen");
	put_packet(t, 2);
	put_packet(t, 0);
	put_packet(t, 1);
	put_section(t);
	put_interface(t, "wan0");
	put_packet(t, 0);
}

static void
through_a_capture(void **state)
{
	static const char *const expected[] = {
		"a-name-of-seventeen", "lan0", NULL, "wan0",
	};
	struct capture_packet packet;
	struct clew_error error;
	struct testfile t;
	struct capture *c;

	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		make(&t, swapped);
		testfile_save(&t);
		assert_int_equal(capture_open(&c, t.path, &error), 0);
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(capture_next(c, &packet, &error), 1);
			if (expected[i] == NULL)
				assert_null(packet.interface);
			else
				assert_string_equal(packet.interface,
						    expected[i]);
		}
		assert_int_equal(capture_next(c, &packet, &error), 0);
		capture_close(c);
		testfile_fini(&t);
	}
}

static void
in_pieces_of_every_size(void **state)
{
	struct testfile t;

	(void)state;
	make(&t, false);
	for (size_t piece = 1; piece < 100; piece++) {
		struct pcapng p;

		pcapng_init(&p);
		for (size_t at = 0; at < t.size; at += piece)
			pcapng_put(&p, t.bytes + at, t.size - at < piece ?
				   t.size - at : piece);
		assert_true(p.is_on);
		assert_string_equal(pcapng_take(&p), "a-name-of-seventeen");
		assert_string_equal(pcapng_take(&p), "lan0");
		assert_null(pcapng_take(&p));
		assert_string_equal(pcapng_take(&p), "wan0");
		assert_null(pcapng_take(&p));
		pcapng_fini(&p);
	}
}

static void
cut_and_broken_files(void **state)
{
	struct testfile t;

	(void)state;
	make(&t, false);
	for (size_t i = 0; i < t.size; i++) {
		for (unsigned value = 0; value < 256; value += 51) {
			uint8_t bytes[sizeof(t.bytes)];
			struct pcapng p;

			memcpy(bytes, t.bytes, t.size);
			bytes[i] = (uint8_t)value;
			pcapng_init(&p);
			pcapng_put(&p, bytes, t.size - i % 5);
			while (p.count > 0)
				pcapng_take(&p);
			pcapng_fini(&p);
		}
	}
}

static void
too_many_are_not_kept(void **state)
{
	struct testfile t;
	struct pcapng p;

	(void)state;
	pcapng_init(&p);
	testfile_init(&t, false);
	put_section(&t);
	pcapng_put(&p, t.bytes, t.size);
	testfile_init(&t, false);
	put_interface(&t, "x");
	for (int i = 0; i < PCAPNG_INTERFACES + 10; i++)
		pcapng_put(&p, t.bytes, t.size);
	testfile_init(&t, false);
	put_packet(&t, PCAPNG_INTERFACES - 1);
	put_packet(&t, PCAPNG_INTERFACES);
	pcapng_put(&p, t.bytes, t.size);
	assert_string_equal(pcapng_take(&p), "x");
	assert_null(pcapng_take(&p));
	for (int i = 0; i < 2 * PCAPNG_QUEUE; i++)
		pcapng_put(&p, t.bytes, t.size);
	assert_false(p.is_on);
	pcapng_fini(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(through_a_capture),
		cmocka_unit_test(in_pieces_of_every_size),
		cmocka_unit_test(cut_and_broken_files),
		cmocka_unit_test(too_many_are_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
