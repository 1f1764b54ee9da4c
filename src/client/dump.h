/* SPDX-License-Identifier: BSD-2-Clause
 * client/dump.h - ask for the connections an order means, in the fewest
 * steps that the other side has for it. */
#ifndef CLIENT_DUMP_H
#define CLIENT_DUMP_H

#include "client/table.h"

/* Give every connection the order may mean to 'answer'; which of them it
 * does mean is filter_match()'s to say.
 * => 0 or -errno; -EINTR: some may be missing. */
int dump_connections(struct session *s, wire_answer_fn *answer, void *ctx);

#endif
