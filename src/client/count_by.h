/* SPDX-License-Identifier: BSD-2-Clause
 * client/count_by.h - conntrack -L --count-by: how many of each. */
#ifndef CLIENT_COUNT_BY_H
#define CLIENT_COUNT_BY_H

#include "client/table.h"

/* One line for each value of the field, the most frequent first.
 * => An exit status. */
int count_by(struct session *s);

#endif
