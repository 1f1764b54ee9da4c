/* SPDX-License-Identifier: BSD-2-Clause
 * base/watch.h - who is told of every step of a packet that is explained.
 *
 * A packet on its way bears a pointer to one of these, NULL nearly always.
 * Rooms ask for it off their hot loops only, fill in what they know
 * (clew/explain.h) and hand it up; whoever set it adds hook and depth. */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H

#include "clew/explain.h"

struct watch {
	/* May fill in what is common to all steps. */
	void (*tell)(void *ctx, struct clew_explain *step);
	void *ctx;
};

static inline void
watch_tell(const struct watch *w, struct clew_explain *step)
{
	w->tell(w->ctx, step);
}

#define watch_is_on(w) __builtin_expect((w) != NULL, 0)

#endif
