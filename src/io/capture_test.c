/* SPDX-License-Identifier: BSD-2-Clause
 * io/capture_test.c - formats, time stamps, and files that are not whole. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <pcap/dlt.h>

#include "io/capture.h"
#include "io/testfile.h"

/* The smallest things that are an IPv4 and an IPv6 packet to this room. */
static const uint8_t ipv4[20] = { 0x45 };
static const uint8_t ipv6[40] = { 0x60 };
static const uint8_t noise[20] = { 0x10 };

enum { LINKTYPE_RAW = 101, LINKTYPE_USB_LINUX = 189 };

static struct capture *
open_saved(struct testfile *t)
{
	struct capture *c = NULL;
	struct clew_error error = { "" };

	testfile_save(t);
	if (capture_open(&c, t->path, &error) != 0)
		fail_msg("%s", error.text);
	return c;
}

static void
expect_packet(struct capture *c, uint64_t number, uint64_t time_ns,
	      uint32_t caplen, uint32_t len)
{
	struct capture_packet p;
	struct clew_error error = { "" };
	int status = capture_next(c, &p, &error);

	if (status != 1)
		fail_msg("%d %s", status, error.text);
	assert_int_equal(p.number, number);
	assert_int_equal(p.time_ns, time_ns);
	assert_int_equal(p.caplen, caplen);
	assert_int_equal(p.len, len);
}

static void
expect_end(struct capture *c)
{
	struct capture_packet p;
	struct clew_error error = { "" };

	assert_int_equal(capture_next(c, &p, &error), 0);
	assert_int_equal(capture_next(c, &p, &error), 0);
	assert_string_equal(error.text, "");
}

static void
reads_pcap(void **state)
{
	struct testfile t;
	struct capture *c;

	(void)state;
	for (int variant = 0; variant < 4; variant++) {
		bool nano = variant & 1;
		uint32_t unit = nano ? 1 : 1000;

		testfile_init(&t, variant & 2);
		testfile_pcap(&t, LINKTYPE_RAW, nano);
		testfile_record(&t, 1, 2, ipv4, 20, 20);
		testfile_record(&t, 1, 999999, noise, 20, 20);
		testfile_record(&t, 3000000000, 4, ipv6, 40, 60);
		c = open_saved(&t);
		expect_packet(c, 1, 1000000000 + 2 * unit, 20, 20);
		expect_packet(c, 3, 3000000000ULL * 1000000000 + 4 * unit,
			      40, 60);
		expect_end(c);
		assert_int_equal(capture_counts(c)->frames, 3);
		assert_int_equal(capture_counts(c)->packets, 2);
		assert_int_equal(capture_counts(c)->other, 1);
		assert_int_equal(capture_counts(c)->snapped, 1);
		capture_close(c);
		testfile_fini(&t);
	}
}

static void
reads_pcapng(void **state)
{
	struct testfile t;
	struct capture *c;

	(void)state;
	for (int variant = 0; variant < 4; variant++) {
		bool nano = variant & 1;
		uint64_t unit = nano ? 1 : 1000;

		testfile_init(&t, variant & 2);
		testfile_pcapng(&t, LINKTYPE_RAW, nano ? 9 : 6);
		testfile_block(&t, 1700000000123456ULL, ipv4, 20, 1500);
		testfile_block(&t, 1700000000123457ULL, ipv6, 40, 40);
		c = open_saved(&t);
		expect_packet(c, 1, 1700000000123456ULL * unit, 20, 1500);
		expect_packet(c, 2, 1700000000123457ULL * unit, 40, 40);
		expect_end(c);
		capture_close(c);
		testfile_fini(&t);
	}
}

static void
bounds_time_stamps(void **state)
{
	struct testfile t;
	struct capture *c;

	(void)state;
	testfile_init(&t, false);
	testfile_pcap(&t, LINKTYPE_RAW, true);
	testfile_record(&t, 5, 3999999999, ipv4, 20, 20);
	testfile_record(&t, 6, 1000000000, ipv4, 20, 20);
	testfile_record(&t, UINT32_MAX, 0, ipv4, 20, 20);
	c = open_saved(&t);
	expect_packet(c, 1, 5000000000, 20, 20);	/* -294967297 */
	expect_packet(c, 2, 6999999999, 20, 20);
	expect_packet(c, 3, UINT32_MAX * 1000000000ULL, 20, 20);
	expect_end(c);
	capture_close(c);
	testfile_fini(&t);

	testfile_init(&t, false);
	testfile_pcapng(&t, LINKTYPE_RAW, 0);	/* whole seconds */
	testfile_block(&t, (uint64_t)INT64_MIN, ipv4, 20, 20);
	testfile_block(&t, INT64_MAX, ipv4, 20, 20);
	testfile_block(&t, 9223372036, ipv4, 20, 20);
	testfile_block(&t, 9223372035, ipv4, 20, 20);
	c = open_saved(&t);
	expect_packet(c, 1, 0, 20, 20);		/* before the epoch */
	expect_packet(c, 2, INT64_MAX, 20, 20);
	expect_packet(c, 3, INT64_MAX, 20, 20);
	expect_packet(c, 4, 9223372035000000000, 20, 20);
	expect_end(c);
	capture_close(c);
	testfile_fini(&t);
}

static void
takes_the_captured_length_for_the_least(void **state)
{
	struct testfile t;
	struct capture *c;

	(void)state;
	testfile_init(&t, false);
	testfile_pcap(&t, LINKTYPE_RAW, true);
	testfile_record(&t, 1, 0, ipv4, 20, 3);
	c = open_saved(&t);
	expect_packet(c, 1, 1000000000, 20, 20);
	capture_close(c);
	testfile_fini(&t);
}

static void
counts_what_is_cut_before_ip(void **state)
{
	struct testfile t;
	struct capture *c;

	(void)state;
	testfile_init(&t, false);
	testfile_pcap(&t, DLT_EN10MB, true);
	testfile_record(&t, 1, 0, noise, 13, 60);
	testfile_record(&t, 1, 0, noise, 13, 13);
	c = open_saved(&t);
	expect_end(c);
	assert_int_equal(capture_counts(c)->frames, 2);
	assert_int_equal(capture_counts(c)->cut, 1);
	assert_int_equal(capture_counts(c)->other, 1);
	capture_close(c);
	testfile_fini(&t);
}

/* Whatever byte a file ends at, all packets before are given out, and the
 * end is an error unless it is between two records. */
static void
gives_what_a_cut_file_has(void **state)
{
	struct testfile whole, part;

	(void)state;
	testfile_init(&whole, false);
	testfile_pcap(&whole, LINKTYPE_RAW, true);
	testfile_record(&whole, 1, 0, ipv4, 20, 20);
	testfile_record(&whole, 2, 0, ipv4, 20, 20);
	for (size_t size = 24; size <= whole.size; size++) {
		struct clew_error error = { "" };
		struct capture_packet p;
		struct capture *c;
		int status;

		testfile_init(&part, false);
		testfile_put(&part, whole.bytes, size);
		c = open_saved(&part);
		for (size_t n = 0; n < (size - 24) / 36; n++)
			assert_int_equal(capture_next(c, &p, &error), 1);
		status = capture_next(c, &p, &error);
		if ((size - 24) % 36 == 0) {
			assert_int_equal(status, 0);
		} else {
			assert_int_equal(status, -EIO);
			assert_non_null(strstr(error.text, "stopped after"));
		}
		assert_int_equal(capture_next(c, &p, &error), 0);
		capture_close(c);
		testfile_fini(&part);
	}
}

static void
expect_refusal(struct testfile *t, const char *words)
{
	struct clew_error error = { "" };
	struct capture *c = NULL;

	testfile_save(t);
	assert_true(capture_open(&c, t->path, &error) < 0);
	if (strstr(error.text, words) == NULL)
		fail_msg("'%s' is not '%s'", error.text, words);
	testfile_fini(t);
}

static void
refuses_what_is_no_capture(void **state)
{
	struct clew_error error = { "" };
	struct capture *c = NULL;
	struct testfile t;

	(void)state;
	testfile_init(&t, false);
	expect_refusal(&t, "not a capture: truncated");
	testfile_put(&t, "#!/bin/sh\necho this is no capture at all\n", 40);
	expect_refusal(&t, "not a capture: unknown file format");
	testfile_init(&t, false);
	testfile_pcap(&t, LINKTYPE_USB_LINUX, false);
	expect_refusal(&t, "link type 189 (USB_LINUX)");

	assert_int_equal(capture_open(&c, "/nonexistent/x", &error), -ENOENT);
	assert_string_equal(error.text, "No such file or directory");
	assert_true(capture_open(&c, "/", &error) < 0);
	assert_non_null(strstr(error.text, "Is a directory"));
}

static void
tells_how_far_it_is(void **state)
{
	struct capture_packet p;
	struct testfile t;
	struct capture *c;
	uint64_t at, size;

	(void)state;
	testfile_init(&t, false);
	testfile_pcap(&t, LINKTYPE_RAW, true);
	testfile_record(&t, 1, 0, ipv4, 20, 20);
	testfile_record(&t, 2, 0, ipv4, 20, 20);
	c = open_saved(&t);
	assert_int_equal(capture_next(c, &p, NULL), 1);
	assert_true(capture_progress(c, &at, &size));
	assert_int_equal(at, 24 + 36);
	assert_int_equal(size, 24 + 2 * 36);
	assert_false(capture_may_wait(c));
	capture_close(c);
	testfile_fini(&t);
}

static void
knows_a_pipe_that_may_wait(void **state)
{
	struct testfile t;
	struct capture *c;
	uint64_t at, size;
	int fd[2];

	(void)state;
	testfile_init(&t, false);
	testfile_pcap(&t, LINKTYPE_RAW, true);
	testfile_record(&t, 1, 0, ipv4, 20, 20);
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], t.bytes, t.size), t.size);
	assert_int_equal(capture_open_stream(&c, fdopen(fd[0], "rb"), NULL), 0);
	expect_packet(c, 1, 1000000000, 20, 20);
	assert_true(capture_may_wait(c));
	assert_false(capture_progress(c, &at, &size));
	close(fd[1]);
	assert_false(capture_may_wait(c));
	expect_end(c);
	capture_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_pcap),
		cmocka_unit_test(reads_pcapng),
		cmocka_unit_test(bounds_time_stamps),
		cmocka_unit_test(takes_the_captured_length_for_the_least),
		cmocka_unit_test(counts_what_is_cut_before_ip),
		cmocka_unit_test(gives_what_a_cut_file_has),
		cmocka_unit_test(refuses_what_is_no_capture),
		cmocka_unit_test(tells_how_far_it_is),
		cmocka_unit_test(knows_a_pipe_that_may_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
