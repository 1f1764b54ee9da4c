/* SPDX-License-Identifier: BSD-2-Clause
 * client/events.h - conntrack -E: events as they happen, and what was lost. */
#ifndef CLIENT_EVENTS_H
#define CLIENT_EVENTS_H

#include "client/table.h"

/* Until SIGINT or SIGTERM.  => An exit status. */
int events_show(struct session *s);

#endif
