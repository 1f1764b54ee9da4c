/* SPDX-License-Identifier: BSD-2-Clause
 * client/table.h - the commands on connections, one function each.
 *
 * => An exit status: 0, or 1 with a line on standard error. */
#ifndef CLIENT_TABLE_H
#define CLIENT_TABLE_H

#include "client/show.h"
#include "client/wire.h"

/* What a command works with. */
struct session {
	const struct order *order;
	struct wire *wire;
	struct show show;
	uint64_t count;			/* entries dealt with */
	bool is_quiet;			/* of a file: no line with the count */
};

int table_list(struct session *s);
int table_get(struct session *s);
int table_create(struct session *s);
int table_update(struct session *s);
int table_delete(struct session *s);
int table_flush(struct session *s);
int table_count(struct session *s);
int table_stats(struct session *s);

/* "Operation failed: ..." => 1 */
int table_failed(const struct order *order, int err);

/* The attributes that make a new connection, from what was asked for. */
void table_encode_new(struct nl_writer *w, const struct order *order);

#endif
