/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain.h - clew explain's three questions: one packet, all that were
 * dropped, one connection. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "cli/explain_print.h"
#include "cli/replay_options.h"
#include "io/timeline.h"

/* => Exit statuses. */
int explain_number(const struct replay_options *o, struct timeline *timeline);
int explain_why(const struct replay_options *o, struct timeline *timeline);
int explain_flow(const struct replay_options *o, struct timeline *timeline);

/* Name of the file, if there are several, number and time. */
struct print_origin explain_origin(const struct replay_options *o,
				   const struct timeline_origin *origin);

#endif
