/* SPDX-License-Identifier: BSD-2-Clause
 * client/ahead.h - dumps that are read ahead, each by a thread of its own.
 *
 * While the kernel goes through its table for one part of a dump, those that
 * came before are looked at and printed.  What waits has a bound. */
#ifndef CLIENT_AHEAD_H
#define CLIENT_AHEAD_H

#include "client/wire.h"

enum { AHEAD_MOST = 2 };

/* As wire_ask() of what was begun on each wire, all going on at once.
 * 'answer' is called in the caller's thread, for the first wire's answers
 * first.  => As wire_ask(), the first error. */
int ahead_ask(struct wire *const wires[], unsigned count,
	      wire_answer_fn *answer, void *ctx);

#endif
