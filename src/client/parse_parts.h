/* SPDX-License-Identifier: BSD-2-Clause
 * client/parse_parts.h - what the files of the parser share. */
#ifndef CLIENT_PARSE_PARTS_H
#define CLIENT_PARSE_PARTS_H

#include "client/option.h"
#include "client/parse.h"

enum { BAD_LINE = 2, CANNOT = 1 };

struct parser {
	struct order *order;
	struct labels *labels;
	struct parse_error *error;
	char *const *argv;
	int argc;
	int at;			/* the next word */
	const char *rest;	/* letters left of "-abc", or NULL */
	const struct proto_info *proto;
	const char *labelmap;
	bool has_address_mask[2];
	union clew_addr address_mask[2];
};

#define FAIL(p, how, ...)						\
	(error_set(&(p)->error->error, __VA_ARGS__),			\
	 (p)->error->status = (how), -1)

/* What an option says, into the order; 'text' is its argument, NULL where
 * that may be missing and is.  => 0, or -1 with *error set. */
int parse_take_general(struct parser *p, enum option option,
		       const char *text);
int parse_take_proto(struct parser *p, const struct option_spelling *s,
		     const char *text);

/* May all this be given together?  => 0, or -1 with *error set. */
int parse_check(struct parser *p);

#endif
