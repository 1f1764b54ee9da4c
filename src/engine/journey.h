/* SPDX-License-Identifier: BSD-2-Clause
 * engine/journey.h - one packet's way through hooks and router. */
#ifndef ENGINE_JOURNEY_H
#define ENGINE_JOURNEY_H

#include "engine/engine.h"
#include "route/path.h"
#include "track/proto.h"

struct journey {
	struct path path;		/* first: path_ops find their way back */
	struct clew_engine *e;
	size_t number;			/* of the packet in the burst */
	uint32_t was_flags;		/* as the key was read with */
	uint16_t was_zone;
	uint8_t read;			/* enum proto_result of the key */
	uint8_t kind;			/* enum clew_output_kind, as it leaves */
	bool is_begun;			/* it has come to a hook */
	bool is_ruled;			/* a chain was run */
	bool is_tracked;		/* or given a connection, or passed by */
	bool is_borrowed;		/* its connection is its cause's */
	bool is_gone;			/* nothing leaves: stolen, cut */
	bool is_sent;			/* a rule sent it elsewhere */
	bool is_kept;			/* its bytes are kept as output */
	bool is_datagram;		/* put together from fragments */
};

/* A packet that came in, or was sent by this host (CLEW_PKT_LOCAL_OUT).  Its
 * key is in 'pass', if 'read' says so.  => Sets the out part. */
void journey_begin(struct clew_engine *e, struct pkt *p,
		   struct clew_packet *packet, struct passage *pass,
		   enum proto_result read, size_t number);

/* At one hook.  => false: it goes no further, packet->verdict says why. */
bool journey_hook(struct journey *j, uint8_t hook);

/* CLEW_PKT_UNTRANSLATED: make of it what its true peer had sent. */
void journey_unsee(struct journey *j);

/* Drop it here. => false. */
bool journey_drop(struct journey *j, enum clew_reason why);

/* A step for who traces. */
void journey_trace(struct journey *j, enum clew_trace_type type,
		   const char *note);

/* explain.c: tell of the packet from now on, if anybody asks. */
void journey_watch(struct journey *j);
/* Steps of the engine's own, for a path->watch that is not NULL. */
void explain_hook(const struct journey *j);
void explain_drop(const struct journey *j, enum clew_reason why);
void explain_fragment(const struct journey *j, const struct pkt *part,
		      enum clew_reason why, enum frag_outcome added);
/* The packet's tuple by now. */
void explain_tuple(const struct journey *j, struct clew_tuple *tuple);
void explain_nat(const struct journey *j, const struct clew_tuple *before);
void explain_route(const struct journey *j, enum clew_route_for what,
		   enum clew_reason why);
void explain_forward(const struct journey *j);
void explain_answer(const struct journey *j, const uint8_t *data,
		    uint32_t len, bool is_attached);
void explain_leave(const struct journey *j, bool is_local);

/* What a trace says of the packet. */
struct clew_trace journey_trace_of(const struct journey *j,
				   enum clew_trace_type type);

static inline struct journey *
journey_of(struct path *path)
{
	return (struct journey *)path;
}

#endif
