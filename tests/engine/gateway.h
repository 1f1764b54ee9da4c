/* SPDX-License-Identifier: BSD-2-Clause
 * engine/gateway.h - an engine that is a router with rules of every kind,
 * between the two sides that random traffic comes from. */
#ifndef ENGINE_GATEWAY_H
#define ENGINE_GATEWAY_H

#include <stdbool.h>

#include "clew/clew.h"

/* Interfaces 1 and 2, addresses and routes for what parity/gen.h makes. */
void gateway_add_router(struct clew_engine *e);

/* Rules: NAT, rejects, limits, sets, numbers at random, marks, zones.
 * => false when no nft is to be found here: then there are none. */
bool gateway_add_rules(struct clew_engine *e);

#endif
