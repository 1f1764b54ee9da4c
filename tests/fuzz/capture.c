/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/capture.c - target: the reader of captures, from memory. */
#include "fuzz/fuzz.h"

#include <stdio.h>

#include "io/capture.h"

static volatile uint8_t sink;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct capture_counts *counts;
	struct capture_packet p;
	struct clew_error error = { "" };
	struct capture *capture;
	uint64_t at, all, packets = 0;
	FILE *stream;
	int there;

	/* A copy, so that ASan knows its end; fmemopen() takes no nothing. */
	uint8_t *copy = malloc(size + !size);

	if (size)
		memcpy(copy, data, size);
	stream = size ? fmemopen(copy, size, "rb") : fopen("/dev/null", "rb");
	if (!stream || capture_open_stream(&capture, stream, &error)) {
		MUST(!stream || error.text[0]);
		free(copy);
		return 0;
	}
	while ((there = capture_next(capture, &p, &error)) == 1) {
		packets++;
		MUST(p.caplen <= p.len);
		MUST(p.l2 <= p.l3 && p.l3 <= p.caplen);
		MUST(p.time_ns <= INT64_MAX);
		for (uint32_t i = 0; i < p.caplen; i++)
			sink ^= p.data[i];
		if (capture_progress(capture, &at, &all))
			MUST(at <= all);
	}
	MUST(there == 0 || error.text[0]);
	if (there < 0)
		MUST(capture_next(capture, &p, &error) != 1);
	counts = capture_counts(capture);
	MUST(counts->packets == packets);
	MUST(counts->frames >= packets + counts->other + counts->cut);
	capture_close(capture);
	free(copy);
	return 0;
}
