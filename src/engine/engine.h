/* SPDX-License-Identifier: BSD-2-Clause
 * engine/engine.h - what an engine is made of; shared by the files of this
 * room alone. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/random.h"
#include "base/region.h"
#include "base/watch.h"
#include "clew/engine.h"
#include "clew/explain.h"
#include "clew/rules.h"
#include "engine/hooks.h"
#include "pkt/frag.h"
#include "route/route.h"
#include "track/track.h"

struct nft;
struct nft_chain;
struct journey;
struct nft_log_record;

/* The order of a dump: what was there when it began, by serial number. */
struct order_entry {
	uint64_t serial;
	uint32_t index;
};

struct order {
	struct order_entry *entry;
	size_t count;
	size_t at;		/* where the last one was found */
};

/* Who is told what rules have to say: the netlink face, when there is one.
 * As in nft/request.h. */
struct engine_face {
	void (*notify)(void *ctx, uint32_t group, const void *message,
		       size_t size, uint32_t portid, bool echo);
	bool (*listens)(void *ctx, uint32_t group);
	/* What befell a connection, and does anybody want to know?
	 * => false: somebody who insists on it could not be told. */
	bool (*event)(void *ctx, const struct clew_event *event);
	bool (*wants)(void *ctx, enum clew_event_type type);
	/* A packet that a rule logs for a group. */
	void (*log)(void *ctx, const struct nft_log_record *record);
	/* The clock has moved; and when it wants to know next. */
	void (*advance)(void *ctx, uint64_t now_ms);
	bool (*next_due)(void *ctx, uint64_t *due_ms);
	void (*expect_event)(void *ctx, const struct track *t,
			     const struct expectation *e, bool is_new);
	void *ctx;
};

/* Whose word a packet's fate was. */
struct decision {
	const struct nft_chain *chain;	/* NULL: nobody's */
	uint64_t rule;
	uint32_t generation;		/* of the ruleset it points into */
	uint8_t hook;
};

struct clew_engine {
	struct track track;
	struct frags frags;
	struct router *router;
	struct nft *nft;
	struct random random;
	struct hooks hooks;
	struct clew_config config;
	struct region outputs;		/* struct clew_output */
	struct region output_bytes;
	struct region made_bytes;	/* of packets that were made here */
	struct region decisions;	/* struct decision, by packet */
	size_t output_count;
	size_t output_used;
	size_t made_used;
	size_t decision_count;
	clew_trace_fn *trace;
	void *trace_ctx;
	uint64_t traced;		/* packets so far */
	clew_log_fn *log;
	void *log_ctx;
	clew_explain_fn *explain;	/* NULL: nobody asks why */
	void *explain_ctx;
	struct watch watch;
	const struct journey *watched;	/* the packet whose steps are told */
	bool is_tracing_all;
	bool is_plain;			/* no rules, no router: since the last
					 * clew_engine_process() */
	bool is_behind;			/* expiry ran out of its budget */
	struct order order;
	struct engine_face face;
};

/* engine.c: connections tell of themselves from now on, if anybody is there
 * to be told. */
void engine_set_tell(struct clew_engine *e);

/* rules.c */

/* The ruleset, empty.  => 0 or -ENOMEM. */
int rules_init(struct clew_engine *e);

/* outputs.c */

/* => 0 or -ENOMEM. */
int outputs_init(struct clew_engine *e);
void outputs_fini(struct clew_engine *e);
void outputs_clear(struct clew_engine *e);

/* Room for one more datagram.  => NULL when there is no memory. */
uint8_t *outputs_room(struct clew_engine *e);
/* Room for 'len' bytes after 'used' more. */
uint8_t *outputs_room_after(struct clew_engine *e, size_t used, uint32_t len);
/* Room for a packet made here, which is kept. */
uint8_t *outputs_made_room(struct clew_engine *e, uint32_t len);
/* => NULL when there is no memory, or no room for one more. */
struct clew_output *outputs_add(struct clew_engine *e);
/* What was written into the room, 'len' bytes of it, stays. */
void outputs_keep(struct clew_engine *e, uint32_t len);

#endif
