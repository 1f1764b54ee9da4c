/* SPDX-License-Identifier: BSD-2-Clause
 * client/ahead.c - dumps that are read ahead, each by a thread of its own.
 *
 * A reader is a ring of slots for datagrams with one thread at each end: the
 * reading thread fills at 'filled', the caller empties at 'emptied'; both
 * numbers only grow, and 'lock' guards them.  The reading thread ends with
 * the answer, with an error, or when the caller wants no more. */
#include "client/ahead.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum {
	SLOTS = 16,
	SLOT_SIZE = 1 << 16,	/* Linux fills at most half of it */
};

struct reader {
	struct wire *wire;
	pthread_t thread;
	bool is_running;
	bool is_dump;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock: */
	unsigned filled;
	unsigned emptied;
	bool is_over;		/* nothing more will be filled */
	bool is_unwanted;	/* nothing more will be emptied */
	int err;		/* why it is over */
	/* A slot belongs to the thread whose turn it is. */
	size_t size[SLOTS];
	uint8_t slot[SLOTS][SLOT_SIZE];
};

/* => A slot to fill, or -1: nobody wants more. */
static int
wait_for_room(struct reader *r)
{
	int slot;

	pthread_mutex_lock(&r->lock);
	while (r->filled - r->emptied == SLOTS && !r->is_unwanted)
		pthread_cond_wait(&r->changed, &r->lock);
	slot = r->is_unwanted ? -1 : (int)(r->filled % SLOTS);
	pthread_mutex_unlock(&r->lock);
	return slot;
}

static void
tell_filled(struct reader *r, unsigned more, bool is_over, int err)
{
	pthread_mutex_lock(&r->lock);
	r->filled += more;
	r->is_over = is_over;
	r->err = err;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void *
read_all(void *arg)
{
	struct reader *r = arg;
	bool is_over = false;
	int err = wire_send(r->wire, &r->is_dump);

	while (!err && !is_over) {
		int slot = wait_for_room(r);
		ssize_t n;

		if (slot < 0)
			break;
		n = wire_receive(r->wire, r->slot[slot], SLOT_SIZE);
		if (n == -EINTR)
			continue;
		if (n < 0) {
			err = (int)n;
			break;
		}
		r->size[slot] = (size_t)n;
		is_over = wire_ends(r->wire, r->slot[slot], (size_t)n);
		tell_filled(r, 1, is_over, 0);
	}
	if (!is_over)
		tell_filled(r, 0, true, err);
	return NULL;
}

static struct reader *
start(struct wire *wire)
{
	struct reader *r = malloc(sizeof(*r));

	if (!r)
		return NULL;
	r->wire = wire;
	r->filled = r->emptied = 0;
	r->is_over = r->is_unwanted = r->is_dump = false;
	r->err = 0;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	r->is_running = pthread_create(&r->thread, NULL, read_all, r) == 0;
	return r;
}

/* => A slot to empty, or -1 when that was all. */
static int
wait_for_data(struct reader *r)
{
	int slot;

	pthread_mutex_lock(&r->lock);
	while (r->filled == r->emptied && !r->is_over)
		pthread_cond_wait(&r->changed, &r->lock);
	slot = r->filled == r->emptied ? -1 : (int)(r->emptied % SLOTS);
	pthread_mutex_unlock(&r->lock);
	return slot;
}

static void
tell_emptied(struct reader *r)
{
	pthread_mutex_lock(&r->lock);
	r->emptied++;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static int
take_all(struct reader *r, bool *is_torn, wire_answer_fn *answer, void *ctx)
{
	int slot, err = 1;

	while (err == 1 && (slot = wait_for_data(r)) >= 0) {
		err = wire_take(r->wire, r->slot[slot], r->size[slot],
				r->is_dump, is_torn, answer, ctx);
		tell_emptied(r);
	}
	return err == 1 ? r->err : err;
}

static void
stop(struct reader *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->is_unwanted = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	if (r->is_running)
		pthread_join(r->thread, NULL);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

int
ahead_ask(struct wire *const wires[], unsigned count, wire_answer_fn *answer,
	  void *ctx)
{
	struct reader *readers[AHEAD_MOST] = { NULL };
	bool is_torn = false;
	int err = 0;

	for (unsigned i = 0; i < count; i++)
		readers[i] = start(wires[i]);
	for (unsigned i = 0; i < count && !err; i++) {
		int its;

		/* Without a thread of its own it is this one's. */
		if (!readers[i] || !readers[i]->is_running)
			its = wire_ask(wires[i], answer, ctx);
		else
			its = take_all(readers[i], &is_torn, answer, ctx);
		if (its == -EINTR)
			is_torn = true;
		else
			err = its;
	}
	for (unsigned i = 0; i < count; i++)
		stop(readers[i]);
	return err == 0 && is_torn ? -EINTR : err;
}
