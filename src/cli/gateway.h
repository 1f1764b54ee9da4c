/* SPDX-License-Identifier: BSD-2-Clause
 * cli/gateway.h - where the packets of captures come in at the gateway.
 *
 * A capture says what passed some card; the engine wants to know what came
 * in where.  The difference is the vantage's: man/clew-replay.1 has the
 * whole of it. */
#ifndef CLI_GATEWAY_H
#define CLI_GATEWAY_H

#include "cli/replay_options.h"
#include "io/timeline.h"

struct gateway;

struct gateway_counts {
	uint64_t neighbours;	/* between two hosts of one wire: not fed */
	uint64_t left;		/* known again when they left: not fed */
	uint64_t left_other;	/* of these with other addresses or ports */
	uint64_t left_only;	/* left the real gateway alone: not fed */
};

/* => 0, or -ENOMEM. */
int gateway_create(struct gateway **gateway, const struct replay_options *o,
		   struct clew_engine *engine, const uint64_t seed[2]);
void gateway_destroy(struct gateway *gateway);

/* Must packets go to the engine one at a time? */
bool gateway_is_single(const struct gateway *gateway);

/* Fill in where the packet comes in.
 * => false: it only leaves, and must not go to the engine. */
bool gateway_admit(struct gateway *gateway, struct clew_packet *packet,
		   const struct timeline_origin *origin);

/* The engine has let it, or what came of it, out. */
void gateway_let_out(struct gateway *gateway, const uint8_t *ip,
		     uint32_t size, uint32_t out_ifindex, uint64_t time_ns);

const struct gateway_counts *gateway_counts(const struct gateway *gateway);

/* => NULL when there is none. */
const char *gateway_interface(const struct gateway *gateway, uint32_t index);

#endif
