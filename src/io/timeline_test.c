/* SPDX-License-Identifier: BSD-2-Clause
 * io/timeline_test.c - several captures in one order, whatever the burst. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/testfile.h"
#include "io/timeline.h"

enum { LINKTYPE_RAW = 101, FILES = 3 };

/* A raw packet whose second byte tells which one it is. */
static void
add(struct testfile *t, uint32_t sec, char name, uint32_t size)
{
	uint8_t bytes[2048] = { 0x45, (uint8_t)name };

	testfile_record(t, sec, 0, bytes, size, size);
}

/* Replay 'paths' in bursts of 'max' and write the packets' names. */
static void
replay(char *out, const char *const *paths, size_t count, size_t max)
{
	struct timeline_burst *burst;
	struct timeline *tl;

	assert_int_equal(timeline_create(&tl, paths, count), 0);
	while ((burst = timeline_next(tl, max)) != NULL) {
		assert_in_range(burst->count, 1, max);
		for (size_t i = 0; i < burst->count; i++) {
			assert_int_equal(burst->packet[i].ifindex,
					 burst->origin[i].file + 1);
			assert_int_equal(burst->packet[i].time_ns,
					 burst->origin[i].time_ns);
			*out++ = (char)burst->packet[i].data[1];
		}
	}
	*out = '\0';
	timeline_destroy(tl);
}

static void
merges_by_time_then_file(void **state)
{
	struct testfile t[FILES];
	const char *paths[FILES];
	char got[64];

	(void)state;
	for (int i = 0; i < FILES; i++) {
		testfile_init(&t[i], false);
		testfile_pcap(&t[i], LINKTYPE_RAW, false);
	}
	add(&t[0], 1, 'a', 1500);
	add(&t[1], 1, 'b', 20);
	add(&t[2], 1, 'c', 20);
	add(&t[2], 1, 'd', 1500);	/* within a file its own order */
	add(&t[0], 2, 'e', 20);
	add(&t[0], 5, 'g', 20);
	add(&t[0], 3, 'h', 20);		/* a stamp that runs back */
	add(&t[1], 4, 'f', 20);
	add(&t[2], 9, 'i', 20);
	add(&t[1], 9, 'j', 20);
	/* 'i' and 'j' have the same time: the second file comes first */
	for (int i = 0; i < FILES; i++) {
		testfile_save(&t[i]);
		paths[i] = t[i].path;
	}
	for (size_t max = 1; max <= 12; max++) {
		replay(got, paths, FILES, max);
		assert_string_equal(got, "abcdefghji");
	}
	for (int i = 0; i < FILES; i++)
		testfile_fini(&t[i]);
}

static void
owns_the_bytes_of_a_burst(void **state)
{
	struct timeline_burst *burst;
	struct testfile t;
	const char *path = t.path;
	struct timeline *tl;
	uint64_t first = 1;

	(void)state;
	testfile_init(&t, false);
	testfile_pcap(&t, LINKTYPE_RAW, false);
	for (int i = 0; i < 60; i++)
		add(&t, (uint32_t)i, (char)i, 20 + (uint32_t)i);
	testfile_save(&t);
	assert_int_equal(timeline_create(&tl, &path, 1), 0);
	assert_true(timeline_first(tl, &first));
	assert_int_equal(first, 0);
	burst = timeline_next(tl, 100);
	assert_false(timeline_first(tl, &first));
	assert_int_equal(burst->count, TIMELINE_BURST);
	for (size_t i = 0; i < burst->count; i++) {
		assert_int_equal(burst->packet[i].caplen, 20 + i);
		assert_int_equal(burst->packet[i].data[1], i);
		assert_int_equal(burst->origin[i].number, i + 1);
	}
	burst = timeline_next(tl, 100);
	assert_int_equal(burst->count, 28);
	assert_int_equal(burst->packet[27].data[1], 59);
	assert_null(timeline_next(tl, 100));
	timeline_destroy(tl);
	testfile_fini(&t);
}

/* Frames as large as libpcap lets them be, so that the store must grow. */
static void
grows_for_large_frames(void **state)
{
	struct timeline_burst *burst;
	char path[] = "/tmp/clew-timeline-XXXXXX";
	const char *paths = path;
	static uint8_t frame[200000];
	struct testfile header;
	struct timeline *tl;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	testfile_init(&header, false);
	testfile_pcap(&header, LINKTYPE_RAW, false);
	for (uint32_t i = 0; i < 8; i++) {
		frame[0] = 0x45;
		frame[sizeof(frame) - 1] = (uint8_t)i;
		testfile_put32(&header, i);
		testfile_put32(&header, 0);
		testfile_put32(&header, sizeof(frame));
		testfile_put32(&header, sizeof(frame));
		assert_int_equal(write(fd, header.bytes, header.size),
				 header.size);
		assert_int_equal(write(fd, frame, sizeof(frame)),
				 sizeof(frame));
		header.size = 0;
	}
	close(fd);
	assert_int_equal(timeline_create(&tl, &paths, 1), 0);
	burst = timeline_next(tl, TIMELINE_BURST);
	assert_int_equal(burst->count, 8);
	for (size_t i = 0; i < burst->count; i++)
		assert_int_equal(burst->packet[i].data[sizeof(frame) - 1], i);
	timeline_destroy(tl);
	unlink(path);
}

static void
replays_the_rest_when_a_file_fails(void **state)
{
	struct capture_counts counts;
	struct testfile good, cut;
	struct timeline *tl;
	char got[16];
	const char *paths[] = { "/nonexistent/x", good.path, cut.path };

	(void)state;
	testfile_init(&good, false);
	testfile_pcap(&good, LINKTYPE_RAW, false);
	add(&good, 2, 'b', 20);
	add(&good, 4, 'd', 20);
	testfile_save(&good);
	testfile_init(&cut, false);
	testfile_pcap(&cut, LINKTYPE_RAW, false);
	add(&cut, 1, 'a', 20);
	add(&cut, 3, 'c', 20);
	add(&cut, 5, 'e', 20);
	cut.size--;
	testfile_save(&cut);

	replay(got, paths, 3, 32);
	assert_string_equal(got, "abcd");

	assert_int_equal(timeline_create(&tl, paths, 3), 0);
	while (timeline_next(tl, 1) != NULL)
		;
	assert_string_equal(timeline_error(tl, 0),
			    "No such file or directory");
	assert_null(timeline_error(tl, 1));
	assert_non_null(strstr(timeline_error(tl, 2), "after frame 2"));
	timeline_counts(tl, &counts);
	assert_int_equal(counts.packets, 4);
	timeline_destroy(tl);
	testfile_fini(&good);
	testfile_fini(&cut);
}

static void
allows_nothing_at_all(void **state)
{
	struct timeline *tl;

	(void)state;
	assert_int_equal(timeline_create(&tl, NULL, 0), 0);
	assert_null(timeline_next(tl, 32));
	timeline_destroy(tl);
	timeline_destroy(NULL);
}

/* A live stream: what has come is handed out before anybody waits. */
static void
does_not_wait_with_packets_in_hand(void **state)
{
	struct timeline_burst *burst;
	const char *path = "-";
	struct timeline *tl;
	struct testfile t;
	int fd[2], saved = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(dup2(fd[0], STDIN_FILENO), STDIN_FILENO);
	close(fd[0]);
	testfile_init(&t, false);
	testfile_pcap(&t, LINKTYPE_RAW, false);
	add(&t, 1, 'a', 20);
	add(&t, 2, 'b', 20);
	assert_int_equal(write(fd[1], t.bytes, t.size), t.size);
	assert_int_equal(timeline_create(&tl, &path, 1), 0);
	burst = timeline_next(tl, 32);
	assert_in_range(burst->count, 1, 2);
	if (burst->count == 1)
		burst = timeline_next(tl, 32);
	assert_int_equal(burst->packet[burst->count - 1].data[1], 'b');
	assert_true(timeline_may_wait(tl));
	close(fd[1]);
	assert_null(timeline_next(tl, 32));
	assert_null(timeline_error(tl, 0));
	timeline_destroy(tl);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_by_time_then_file),
		cmocka_unit_test(owns_the_bytes_of_a_burst),
		cmocka_unit_test(grows_for_large_frames),
		cmocka_unit_test(replays_the_rest_when_a_file_fails),
		cmocka_unit_test(allows_nothing_at_all),
		cmocka_unit_test(does_not_wait_with_packets_in_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
