/* SPDX-License-Identifier: BSD-2-Clause
 * cli/print_parts.h - what the kinds of records share. */
#ifndef CLI_PRINT_PARTS_H
#define CLI_PRINT_PARTS_H

#include "base/strbuf.h"
#include "cli/print.h"

enum { RECORD_MAX = CLEW_TEXT_MAX + 4096 + 512 };	/* and a file's name */

#define NS_PER_S 1000000000u

/* Hand a record to stdio, in one piece and with a newline. */
void print_record(struct printer *p, const struct strbuf *sb);

/* Seconds with all nine places behind the point. */
void print_put_time(struct strbuf *sb, uint64_t time_ns);

/* A file's name on one line, whatever is in it. */
void print_put_plain(struct strbuf *sb, const char *text);

/* The record of a connection of which only the tuple (NULL: not even that)
 * is known, less what its format puts before and behind: '*len' bytes.
 * => Somewhere in 'text'. */
const char *print_format_tuple(char *text, size_t size,
			       const struct clew_tuple *tuple,
			       enum clew_format format, const char *before,
			       const char *behind, size_t *len);

#endif
