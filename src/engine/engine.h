/* SPDX-License-Identifier: BSD-2-Clause
 * engine/engine.h - what an engine is made of; shared by the files of this
 * room alone. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/random.h"
#include "base/region.h"
#include "clew/engine.h"
#include "pkt/frag.h"
#include "route/route.h"
#include "track/track.h"

struct nft;

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
	void *ctx;
};

struct clew_engine {
	struct track track;
	struct frags frags;
	struct router *router;
	struct nft *nft;
	struct random random;
	struct clew_config config;
	struct region outputs;		/* struct clew_output */
	struct region output_bytes;
	size_t output_count;
	size_t output_used;
	bool is_behind;			/* expiry ran out of its budget */
	struct order order;
	struct engine_face face;
};

#endif
