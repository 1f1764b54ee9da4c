/* SPDX-License-Identifier: BSD-2-Clause
 * engine/world.h - an engine with something around it: packets made here, a
 * clock, and a record of all it says.  Knows it by include/clew alone. */
#ifndef ENGINE_WORLD_H
#define ENGINE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clew/clew.h"
#include "engine/tape.h"
#include "parity/build.h"

#define START_NS 1700000000000000000ull
#define SECOND 1000000000ull
#define MSECOND 1000000ull

struct told {
	enum clew_event_type type;
	uint32_t bits;
	uint64_t time_ns;
	clew_conn_ref conn;
	struct clew_snapshot ct;
};

struct world {
	struct clew_engine *e;
	uint64_t now_ns;
	struct ends ends;	/* of the packets made below */
	uint16_t port[2];	/* of side 0 and 1 */
	uint16_t zone;
	uint32_t flags;		/* enum clew_packet_flag */
	uint16_t policy;
	size_t told_count;
	size_t told_room;
	struct told *told;	/* all events since world_forget() */
	struct packet p;	/* the last one made */
};

/* 'config' may be NULL; events are recorded whatever it says. */
void world_init(struct world *w, const struct clew_config *config);
void world_fini(struct world *w);
/* Forget the events. */
void world_forget(struct world *w);
void world_set(struct world *w, const char *name, uint64_t value);
/* The only event since world_forget(), which must be of this type. */
const struct told *world_only(const struct world *w,
			      enum clew_event_type type);

/* Send w->p, as it is.  => What the engine made of it. */
struct clew_packet world_send(struct world *w);
struct clew_packet world_send_bytes(struct world *w, const uint8_t *bytes,
				    uint32_t caplen, uint32_t len);

/* Make and send one, from side 'from'. */
struct clew_packet world_udp(struct world *w, unsigned from);
struct clew_packet world_tcp(struct world *w, unsigned from, uint8_t flags,
			     uint32_t seq, uint32_t ack, uint16_t data);
struct clew_packet world_ping(struct world *w, unsigned from, uint16_t id);
/* The whole handshake: client 1000, server 5000.  => The client's ACK. */
struct clew_packet world_connect(struct world *w);

/* Let time pass, and whatever is due happen. */
void world_wait(struct world *w, uint64_t ns);

struct clew_stats world_stats(const struct world *w);
struct clew_snapshot world_snapshot(const struct world *w,
				    clew_conn_ref conn);

/* A packet as the engine wants it. */
struct clew_packet packet_for(const uint8_t *bytes, uint32_t len,
			      uint64_t time_ns);

#endif
