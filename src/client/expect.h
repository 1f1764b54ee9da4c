/* SPDX-License-Identifier: BSD-2-Clause
 * client/expect.h - the commands on expectations, one function each.
 *
 * => An exit status, as table.h. */
#ifndef CLIENT_EXPECT_H
#define CLIENT_EXPECT_H

#include "client/table.h"

int expect_list(struct session *s);
int expect_get(struct session *s);
int expect_create(struct session *s);
int expect_delete(struct session *s);
int expect_flush(struct session *s);
int expect_count(struct session *s);

#endif
