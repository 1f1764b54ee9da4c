/* SPDX-License-Identifier: BSD-2-Clause
 * control/queue.c - the datagrams that wait for a port's reader. */
#include "control/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	uint32_t size;
	uint32_t group;
};

enum {
	QUEUE_FIRST	= 4096,		/* bytes of a new buffer */
	QUEUE_KEEP	= 1 << 20,	/* more is given back when empty */
	/* Of Linux on 64 bits: what a socket buffer takes besides its data,
	 * and the smallest that is handed out. */
	BUFFER_HEAD	= 256,
	BUFFER_TAIL	= 320,
	BUFFER_LEAST	= 704,
};

size_t
queue_charge(size_t size)
{
	size_t data = BUFFER_LEAST;

	if (size + BUFFER_TAIL > data) {
		for (data = 1024; data < size + BUFFER_TAIL; )
			data *= 2;
	}
	return data + BUFFER_HEAD;
}

bool
queue_has_room(const struct queue *q, size_t size, size_t limit)
{
	return q->count == 0 || q->charge + queue_charge(size) <= limit;
}

static size_t
taken(size_t size)
{
	return (sizeof(struct entry) + size + 7) & ~(size_t)7;
}

/* Have 'more' bytes free behind the tail.  What is moved is at most as much
 * as has been taken out since the last time. */
static int
make_room(struct queue *q, size_t more)
{
	size_t used = q->tail - q->head;
	size_t size = q->size ? q->size : QUEUE_FIRST;
	uint8_t *bytes;

	if (more <= q->size - q->tail)
		return 0;
	if (used <= q->head && used + more <= q->size) {
		memmove(q->bytes, q->bytes + q->head, used);
		q->head = 0;
		q->tail = used;
		return 0;
	}
	while (size < used + more || size < used * 2)
		size *= 2;
	bytes = malloc(size);
	if (!bytes)
		return -ENOMEM;
	if (used)
		memcpy(bytes, q->bytes + q->head, used);
	free(q->bytes);
	q->bytes = bytes;
	q->size = size;
	q->head = 0;
	q->tail = used;
	return 0;
}

int
queue_put(struct queue *q, const void *data, size_t size, uint32_t group)
{
	struct entry e = { (uint32_t)size, group };

	if (size > UINT32_MAX - 64 || make_room(q, taken(size)) != 0)
		return -ENOMEM;
	memcpy(q->bytes + q->tail, &e, sizeof(e));
	if (size)
		memcpy(q->bytes + q->tail + sizeof(e), data, size);
	q->tail += taken(size);
	q->count++;
	q->charge += queue_charge(size);
	return 0;
}

const uint8_t *
queue_first(const struct queue *q, size_t *size, uint32_t *group)
{
	struct entry e;

	if (q->count == 0)
		return NULL;
	memcpy(&e, q->bytes + q->head, sizeof(e));
	*size = e.size;
	*group = e.group;
	return q->bytes + q->head + sizeof(e);
}

void
queue_remove(struct queue *q)
{
	struct entry e;

	if (q->count == 0)
		return;
	memcpy(&e, q->bytes + q->head, sizeof(e));
	q->head += taken(e.size);
	q->count--;
	q->charge -= queue_charge(e.size);
	if (q->count > 0)
		return;
	q->head = q->tail = 0;
	if (q->size > QUEUE_KEEP)
		queue_fini(q);
}

void
queue_fini(struct queue *q)
{
	free(q->bytes);
	*q = (struct queue){ 0 };
}
