/* SPDX-License-Identifier: BSD-2-Clause
 * io/writer_test.c - what is written is read back, by libpcap too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <errno.h>

#include <cmocka.h>

#include "io/capture.h"
#include "io/writer.h"

static const uint8_t packet[23] = {
	0x45, 0, 0, 23, 0, 1, 0, 0, 64, 253, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	1, 2, 3,
};

static void
read_back(void **state)
{
	char path[] = "/tmp/clew-writer-XXXXXX";
	struct capture_packet read;
	struct clew_error error;
	struct capture *capture;
	struct writer *w;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(writer_create(&w, path, &error), 0);
	assert_int_equal(writer_interface(w, "lan0"), 0);
	assert_int_equal(writer_interface(w, "a-long-name-15c"), 1);
	for (uint32_t i = 0; i < 4; i++) {
		writer_put(w, &(struct writer_packet){
			.interface = i & 1,
			.time_ns = UINT64_C(1777888813123456789) + i,
			.data = packet,
			.caplen = sizeof(packet) - i % 3,
			.len = sizeof(packet),
			.comment = i == 2 ? "reset" : NULL,
		});
	}
	assert_int_equal(writer_close(w, &error), 0);

	assert_int_equal(capture_open(&capture, path, &error), 0);
	for (uint32_t i = 0; i < 4; i++) {
		if (capture_next(capture, &read, &error) != 1)
			fail_msg("%s", error.text);
		assert_string_equal(read.interface,
				    i & 1 ? "a-long-name-15c" : "lan0");
		assert_int_equal(read.time_ns,
				 UINT64_C(1777888813123456789) + i);
		assert_int_equal(read.caplen, sizeof(packet) - i % 3);
		assert_int_equal(read.len, sizeof(packet));
		assert_memory_equal(read.data, packet, read.caplen);
	}
	assert_int_equal(capture_next(capture, &read, &error), 0);
	capture_close(capture);
	unlink(path);
}

static void
failures_are_told_at_the_end(void **state)
{
	struct clew_error error = { "" };
	struct writer *w;

	(void)state;
	assert_int_equal(writer_create(&w, "/nowhere/at/all", &error),
			 -ENOENT);
	assert_string_equal(error.text,
			    "/nowhere/at/all: No such file or directory");
	assert_int_equal(writer_create(&w, "/dev/full", &error), 0);
	writer_interface(w, "lan0");
	assert_int_equal(writer_close(w, &error), -ENOSPC);
	assert_string_equal(error.text,
			    "cannot write: No space left on device");
	assert_int_equal(writer_close(NULL, &error), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_back),
		cmocka_unit_test(failures_are_told_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
