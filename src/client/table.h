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
	bool is_looked_up;		/* 'use' counts the look-up, too */
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
/* "N flow entries have been ..." */
void table_told(const struct session *s, const char *done);
/* => The exit status of a command that should have found something. */
int table_found(const struct session *s);
/* At a terminal, ask: a whole table is not deleted by a slip. */
bool table_is_sure(const struct session *s, const char *what);

/* Read an answer.  => Is it meant by the order? */
bool table_decode(const struct session *s, const uint8_t *attrs, size_t size,
		  uint8_t family, struct clew_snapshot *ct);
/* A wire_answer_fn that shows and counts; 'ctx' is the session. */
wire_answer_fn table_show_one;

/* The attributes that make a new connection, from what was asked for.
 * => How much of the writer they fill without translations, which Linux takes
 *    for a new one alone. */
size_t table_encode_new(struct nl_writer *w, const struct order *order);

#endif
