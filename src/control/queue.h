/* SPDX-License-Identifier: BSD-2-Clause
 * control/queue.h - the datagrams that wait for a port's reader.
 *
 * They lie one behind the other in one buffer, which grows to what was once
 * needed and is then kept: a reader that keeps up costs no heap call.  How
 * much may wait is counted as Linux counts it, with what a datagram's own
 * administration would take (SO_RCVBUF). */
#ifndef CONTROL_QUEUE_H
#define CONTROL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue {
	uint8_t *bytes;
	size_t size;
	size_t head;		/* where the first one begins */
	size_t tail;		/* behind the last */
	size_t count;
	size_t charge;		/* of all, see queue_charge() */
};

/* What a datagram of 'size' bytes takes of a receive limit. */
size_t queue_charge(size_t size);

/* May one more of 'size' bytes wait?  An empty queue takes any. */
bool queue_has_room(const struct queue *q, size_t size, size_t limit);

/* => 0 or -ENOMEM. */
int queue_put(struct queue *q, const void *data, size_t size, uint32_t group);
/* The first one.  => NULL when there is none.  => Borrowed: until the next
 * change. */
const uint8_t *queue_first(const struct queue *q, size_t *size,
			   uint32_t *group);
void queue_remove(struct queue *q);
void queue_fini(struct queue *q);

#endif
