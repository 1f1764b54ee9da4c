/* SPDX-License-Identifier: BSD-2-Clause
 * engine/tape.c - see engine/tape.h.  Nothing is put on a tape that is not
 * said to mean something. */
#include "engine/tape.h"

#include <stdlib.h>
#include <string.h>

void
tape_put(struct tape *t, const void *bytes, size_t size)
{
	if (t->size + size > t->room) {
		t->room = (t->size + size) * 2;
		t->bytes = realloc(t->bytes, t->room);
	}
	if (size)
		memcpy(t->bytes + t->size, bytes, size);
	t->size += size;
}

void
tape_put_packet(struct tape *t, const struct clew_packet *p)
{
	const struct clew_detail *d = &p->detail;

	tape_put(t, &p->verdict, 1);
	tape_put(t, &p->ct_state, 1);
	tape_put(t, &p->dir, 1);
	tape_put(t, &p->reason, 1);
	tape_put(t, &p->result, sizeof(p->result));
	tape_put(t, &p->conn, sizeof(p->conn));
	if (p->result & CLEW_RES_TUPLE)
		tape_put(t, &p->tuple, sizeof(p->tuple));
	if (!p->reason)
		return;
	tape_put(t, d->n, sizeof(d->n));
	tape_put(t, &d->state, 1);
	if (d->has_bound) {
		tape_put(t, &d->value, sizeof(d->value));
		tape_put(t, &d->bound, sizeof(d->bound));
		tape_put(t, &d->off_by, sizeof(d->off_by));
	}
}

void
tape_put_event(struct tape *t, const struct clew_event *event)
{
	tape_put(t, &event->type, sizeof(event->type));
	tape_put(t, &event->bits, sizeof(event->bits));
	tape_put(t, &event->time_ns, sizeof(event->time_ns));
	tape_put(t, &event->conn, sizeof(event->conn));
	tape_put(t, event->ct, sizeof(*event->ct));
}

void
tape_put_engine(struct tape *t, struct clew_engine *e)
{
	struct clew_snapshot snapshot;
	clew_conn_ref cursor = 0;
	struct clew_stats stats;
	uint64_t due = 0;

	while (clew_conn_next(e, &cursor)) {
		tape_put(t, &cursor, sizeof(cursor));
		clew_conn_snapshot(e, cursor, &snapshot);
		tape_put(t, &snapshot, sizeof(snapshot));
	}
	clew_engine_stats(e, &stats);
	tape_put(t, &stats, sizeof(stats));
	clew_engine_next_due(e, &due);
	tape_put(t, &due, sizeof(due));
	due = clew_engine_now(e);
	tape_put(t, &due, sizeof(due));
}

void
tape_free(struct tape *t)
{
	free(t->bytes);
	*t = (struct tape){ 0 };
}
