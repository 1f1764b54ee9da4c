/* SPDX-License-Identifier: BSD-2-Clause
 * io/timeline.c - several captures as one, in order of time, in bursts.
 *
 * Every file that has not ended shows its next packet, its head; the heads
 * stand in a binary heap, the earliest on top.  Taking the top copies the
 * packet into the burst and leaves the file owing a new head, which is read
 * at the next step, not before: so that the last packet of a live stream is
 * handed out when it comes, not when the one behind it does.
 *
 * Within a file stamps may run back; the file's order stands, and the engine
 * says what becomes of the stamp.
 *
 * Invariants: heap[0..heaped) are indices of sources, ordered by earlier();
 * 'owing' is no index in the heap. */
#include "io/timeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define NOBODY SIZE_MAX

struct source {
	struct capture *capture;	/* NULL when it could not be opened */
	struct capture_packet head;
	struct clew_error error;
	bool has_failed;
};

struct timeline {
	struct source *sources;
	size_t count;
	size_t *heap;
	size_t heaped;
	size_t owing;		/* whose head was taken last, or NOBODY */
	struct timeline_burst burst;
	uint8_t *bytes;		/* of the burst's packets */
	size_t bytes_used;
	size_t bytes_size;
};

/* Does source 'a' come before source 'b'? */
static bool
earlier(const struct timeline *tl, size_t a, size_t b)
{
	uint64_t at = tl->sources[a].head.time_ns;
	uint64_t bt = tl->sources[b].head.time_ns;

	return at != bt ? at < bt : a < b;
}

static void
heap_swap(struct timeline *tl, size_t i, size_t j)
{
	size_t t = tl->heap[i];

	tl->heap[i] = tl->heap[j];
	tl->heap[j] = t;
}

static void
heap_push(struct timeline *tl, size_t source)
{
	size_t i = tl->heaped++;

	tl->heap[i] = source;
	while (i > 0 && earlier(tl, tl->heap[i], tl->heap[(i - 1) / 2])) {
		heap_swap(tl, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static size_t
heap_pop(struct timeline *tl)
{
	size_t top = tl->heap[0];
	size_t i = 0;

	tl->heap[0] = tl->heap[--tl->heaped];
	for (;;) {
		size_t first = i;

		for (size_t child = 2 * i + 1;
		     child <= 2 * i + 2 && child < tl->heaped; child++) {
			if (earlier(tl, tl->heap[child], tl->heap[first]))
				first = child;
		}
		if (first == i)
			return top;
		heap_swap(tl, i, first);
		i = first;
	}
}

static void
read_head(struct timeline *tl, size_t i)
{
	struct source *s = &tl->sources[i];
	int status = capture_next(s->capture, &s->head, &s->error);

	if (status == 1)
		heap_push(tl, i);
	else if (status < 0)
		s->has_failed = true;
}

int
timeline_create(struct timeline **timeline, const char *const *paths,
		size_t count)
{
	struct timeline *tl = calloc(1, sizeof(*tl));

	if (tl == NULL)
		return -ENOMEM;
	tl->owing = NOBODY;
	tl->sources = calloc(count > 0 ? count : 1, sizeof(*tl->sources));
	tl->heap = calloc(count > 0 ? count : 1, sizeof(*tl->heap));
	if (tl->sources == NULL || tl->heap == NULL) {
		timeline_destroy(tl);
		return -ENOMEM;
	}
	tl->count = count;
	for (size_t i = 0; i < count; i++) {
		struct source *s = &tl->sources[i];

		if (capture_open(&s->capture, paths[i], &s->error) == 0)
			read_head(tl, i);
		else
			s->has_failed = true;
	}
	*timeline = tl;
	return 0;
}

void
timeline_destroy(struct timeline *tl)
{
	if (tl == NULL)
		return;
	for (size_t i = 0; i < tl->count; i++)
		capture_close(tl->sources[i].capture);
	free(tl->sources);
	free(tl->heap);
	free(tl->bytes);
	free(tl);
}

/* Make room for 'n' more bytes; those of the burst may move. */
static bool
reserve(struct timeline *tl, size_t n)
{
	size_t size = tl->bytes_size > 0 ? tl->bytes_size : 65536;
	uint8_t *bytes;

	while (size - tl->bytes_used < n)
		size *= 2;
	if (size == tl->bytes_size)
		return true;
	bytes = realloc(tl->bytes, size);
	if (bytes == NULL)
		return false;
	tl->bytes = bytes;
	tl->bytes_size = size;
	return true;
}

/* Copy the head of source 'i' to the end of the burst. */
static bool
take(struct timeline *tl, size_t i)
{
	const struct capture_packet *head = &tl->sources[i].head;
	struct timeline_burst *burst = &tl->burst;

	if (!reserve(tl, head->caplen))
		return false;
	memcpy(tl->bytes + tl->bytes_used, head->data, head->caplen);
	tl->bytes_used += head->caplen;
	burst->packet[burst->count] = (struct clew_packet){
		.caplen = head->caplen,
		.len = head->len,
		.l2_offset = head->l2,
		.l3_offset = head->l3,
		.ifindex = (uint32_t)i + 1,
		.time_ns = head->time_ns,
	};
	burst->origin[burst->count] = (struct timeline_origin){
		.number = head->number,
		.time_ns = head->time_ns,
		.interface = head->interface,
		.ifindex = head->ifindex,
		.file = (uint32_t)i,
	};
	burst->count++;
	return true;
}

/* Now that the bytes no longer move, tell the packets where theirs are. */
static void
point_at_bytes(struct timeline *tl)
{
	const uint8_t *at = tl->bytes;

	for (size_t i = 0; i < tl->burst.count; i++) {
		tl->burst.packet[i].data = at;
		at += tl->burst.packet[i].caplen;
	}
}

bool
timeline_first(const struct timeline *tl, uint64_t *time_ns)
{
	if (tl->owing != NOBODY || tl->heaped == 0)
		return false;
	*time_ns = tl->sources[tl->heap[0]].head.time_ns;
	return true;
}

bool
timeline_may_wait(const struct timeline *tl)
{
	return tl->owing != NOBODY &&
	       capture_may_wait(tl->sources[tl->owing].capture);
}

struct timeline_burst *
timeline_next(struct timeline *tl, size_t max)
{
	tl->burst.count = 0;
	tl->bytes_used = 0;
	if (max > TIMELINE_BURST)
		max = TIMELINE_BURST;
	while (tl->burst.count < max) {
		if (tl->owing != NOBODY) {
			if (tl->burst.count > 0 && timeline_may_wait(tl))
				break;
			read_head(tl, tl->owing);
			tl->owing = NOBODY;
		}
		if (tl->heaped == 0)
			break;
		if (!take(tl, tl->heap[0])) {
			struct source *s = &tl->sources[tl->heap[0]];

			error_set(&s->error, "%s", strerror(ENOMEM));
			s->has_failed = true;
			tl->heaped = 0;
			break;
		}
		tl->owing = heap_pop(tl);
	}
	point_at_bytes(tl);
	return tl->burst.count > 0 ? &tl->burst : NULL;
}

const char *
timeline_error(const struct timeline *tl, size_t file)
{
	const struct source *s = &tl->sources[file];

	return s->has_failed ? s->error.text : NULL;
}

void
timeline_counts(const struct timeline *tl, struct capture_counts *out)
{
	*out = (struct capture_counts){ 0 };
	for (size_t i = 0; i < tl->count; i++) {
		const struct capture_counts *c;

		if (tl->sources[i].capture == NULL)
			continue;
		c = capture_counts(tl->sources[i].capture);
		out->frames += c->frames;
		out->packets += c->packets;
		out->snapped += c->snapped;
		out->other += c->other;
		out->cut += c->cut;
	}
}

bool
timeline_progress(const struct timeline *tl, uint64_t *at, uint64_t *size)
{
	*at = 0;
	*size = 0;
	for (size_t i = 0; i < tl->count; i++) {
		uint64_t one_at, one_size;

		if (tl->sources[i].capture == NULL)
			continue;
		if (!capture_progress(tl->sources[i].capture, &one_at,
				      &one_size))
			return false;
		*at += one_at;
		*size += one_size;
	}
	return *size > 0;
}
