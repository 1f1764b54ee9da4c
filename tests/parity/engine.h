/* SPDX-License-Identifier: BSD-2-Clause
 * parity/engine.h - what the bridged and the routed run of clew share. */
#ifndef PARITY_ENGINE_H
#define PARITY_ENGINE_H

#include "clew/engine.h"
#include "parity/outcome.h"

#define ENGINE_START_NS 1700000000000000000ull

/* clew_config.on_event, with the outcomes as its context. */
void engine_on_event(void *ctx, const struct clew_event *event);
/* Linux's log line for what was found wrong. */
void engine_reason(struct outcome *out, const struct clew_packet *p);
void engine_read_table(struct clew_engine *e, struct outcomes *o);

int engine_run_routed(struct outcomes *o, const struct script *s);

#endif
