/* SPDX-License-Identifier: BSD-2-Clause
 * client/parse.h - the command line of conntrack into an order. */
#ifndef CLIENT_PARSE_H
#define CLIENT_PARSE_H

#include "base/error.h"
#include "client/label.h"
#include "client/order.h"

/* What went wrong, and with which exit status: 2 a wrong command line, 1 one
 * that cannot be done. */
struct parse_error {
	struct clew_error error;
	int status;
};

/* Read argv, the program's name first.  'labels' is filled when an option
 * names some.  => 0, or -1 with *error set; the order is to be given to
 * order_fini() in any case. */
int parse_order(struct order *order, int argc, char *const argv[],
		struct labels *labels, struct parse_error *error);
void order_fini(struct order *order);

/* Make of "-R FILE"'s line its words, in place, as conntrack does: white
 * space parts, double quotes hold together, '\' takes the next as it is.
 * => How many words, or -1: too many, or a quote without its end. */
int parse_line(char *line, char *words[], int most);

#endif
