/* SPDX-License-Identifier: BSD-2-Clause
 * client/load.h - conntrack -R: commands from a file, many at a time. */
#ifndef CLIENT_LOAD_H
#define CLIENT_LOAD_H

#include "client/table.h"

/* => An exit status: 2 for a file that has a wrong line (nothing is done
 *    then), 1 when a line could not be done (each is told, the others are
 *    done all the same). */
int load_file(struct session *s, struct labels *labels);

/* Run one order on an open wire: main's and each line's. */
int run_order(struct session *s);

#endif
