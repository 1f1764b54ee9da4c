/* SPDX-License-Identifier: BSD-2-Clause
 * clew/engine.h - packets and the time go in; verdicts and events come out.
 *
 *	struct clew_engine *e;
 *	clew_engine_create(&e, &(struct clew_config){
		.seed = { secret[0], secret[1] }, .on_event = print });
 *	clew_engine_set(e, "nf_conntrack_acct", 1, NULL);
 *	clew_engine_process(e, packets, count);
 *	clew_engine_destroy(e);
 *
 * An engine owns memory and nothing else: no clock, socket, file, thread or
 * random source.  Time is what packets and clew_engine_advance() bring;
 * randomness is the seeds.  The same calls with the same 'choice' give the
 * same answers, and a burst of n packets gives what n bursts of one give.
 *
 * Threads: an engine is single-threaded, engines share nothing.
 * Re-entry: callbacks may read (snapshot, stats, get) but not change. */
#ifndef CLEW_ENGINE_H
#define CLEW_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clew/packet.h"
#include "clew/snapshot.h"
#include "clew/visibility.h"

struct clew_engine;

/* What went wrong, for a person: one line without a newline. */
struct clew_error {
	char text[256];
};

/* Bits of clew_event.bits: 1 << IPCT_*. */
enum clew_event_bit {
	CLEW_IPCT_NEW		= 1u << 0,
	CLEW_IPCT_RELATED	= 1u << 1,
	CLEW_IPCT_DESTROY	= 1u << 2,
	CLEW_IPCT_REPLY		= 1u << 3,
	CLEW_IPCT_ASSURED	= 1u << 4,
	CLEW_IPCT_PROTOINFO	= 1u << 5,
	CLEW_IPCT_HELPER	= 1u << 6,
	CLEW_IPCT_MARK		= 1u << 7,
	CLEW_IPCT_SEQADJ	= 1u << 8,
	CLEW_IPCT_SECMARK	= 1u << 9,
	CLEW_IPCT_LABEL		= 1u << 10,
	CLEW_IPCT_SYNPROXY	= 1u << 11,
};

struct clew_event {
	enum clew_event_type type;
	uint32_t bits;			/* enum clew_event_bit */
	uint64_t time_ns;		/* the packet's, or the expiry's own */
	clew_conn_ref conn;
	const struct clew_snapshot *ct;	/* carries what Linux's message would;
					 * valid during the callback */
};

typedef void clew_event_fn(void *ctx, const struct clew_event *event);

struct clew_config {
	uint64_t seed[2];	/* keys the hash; an attacker must not know it.
				 * Nothing that can be seen follows from it */
	uint64_t choice;	/* seeds what the engine chooses: ids, ports, the
				 * cookies of synproxy.  A gateway keeps it
				 * secret, too */
	uint64_t start_ns;	/* where the clock begins */
	uint32_t expire_budget;	/* most timers that one packet may look at: a
				 * gateway wants a bound, not below 8, for a
				 * connection is looked at up to 5 times.  What
				 * ends in one millisecond then has no order.
				 * 0: no limit, all at its time, oldest first */
	clew_event_fn *on_event;
	void *ctx;
};

/* => 0, or -ENOMEM.  => '*engine' is the caller's, for clew_engine_destroy(). */
CLEW_API int clew_engine_create(struct clew_engine **engine,
				const struct clew_config *config);

/* Forget everything, without events.  NULL is allowed. */
CLEW_API void clew_engine_destroy(struct clew_engine *engine);

/* Judge 'count' packets in order: fills in their out part, and moves the
 * clock to each one's arrival first. */
CLEW_API void clew_engine_process(struct clew_engine *engine,
				  struct clew_packet *packets, size_t count);

enum clew_output_kind {
	CLEW_OUT_CHANGED,	/* a packet, other than it came */
	CLEW_OUT_DATAGRAM,	/* put together from fragments */
	CLEW_OUT_FRAGMENT,	/* a part of a datagram too big for its way out */
	CLEW_OUT_GENERATED,	/* made by the engine: reject, ICMP error */
	CLEW_OUT_COPY,		/* a rule's copy ('dup'), beside the packet */
};

/* A packet that leaves other than it came in. */
struct clew_output {
	const uint8_t *data;	/* from the IP header on */
	uint32_t len;
	uint32_t ifindex;	/* where its last part came in; 0: made here */
	uint32_t out_ifindex;	/* where it leaves, 0: unknown */
	uint32_t mark;
	union clew_addr next_hop;	/* zero: unknown */
	size_t packet;		/* index, in the burst, of the packet it is, was
				 * completed by, or answers */
	uint8_t kind;		/* enum clew_output_kind */
	uint8_t verdict;
	bool is_local;		/* for this host itself */
};

/* The output list of the last clew_engine_process().
 * => Borrowed: valid until the next one.  => '*count' entries. */
CLEW_API const struct clew_output *
clew_engine_outputs(const struct clew_engine *engine, size_t *count);

/* Move the clock to 'now_ns' (never back) and expire what is due, at most
 * 'budget' timers (0: all).  => false: the budget is used up, call again. */
CLEW_API bool clew_engine_advance(struct clew_engine *engine, uint64_t now_ns,
				  uint32_t budget);

CLEW_API uint64_t clew_engine_now(const struct clew_engine *engine);

/* When the next thing may be due.  => false when nothing ever is.
 * Never later than the truth; may be earlier, then advance() finds nothing. */
CLEW_API bool clew_engine_next_due(const struct clew_engine *engine,
				   uint64_t *due_ns);

CLEW_API size_t clew_engine_count(const struct clew_engine *engine);

/* Everything ctnetlink would dump of one connection.
 * => 0, or -ENOENT when 'conn' is gone. */
CLEW_API int clew_conn_snapshot(const struct clew_engine *engine,
				clew_conn_ref conn, struct clew_snapshot *out);

/* The next connection in order of creation after '*cursor' (begin with 0),
 * which is moved on to it.  Changes in between neither repeat nor hide what
 * was there throughout.  => false at the end.
 * => O(table) once per dump when begun at 0, then O(log table). */
CLEW_API bool clew_conn_next(struct clew_engine *engine,
			     clew_conn_ref *cursor);

/* Find by either tuple, as Linux's look-up does.
 * => 0 when there is none, '*dir' (may be NULL) tells whose tuple it is. */
CLEW_API clew_conn_ref clew_conn_lookup(struct clew_engine *engine,
					const struct clew_tuple *tuple,
					enum clew_dir *dir);

/* Remove, with a DESTROY event.  => 0 or -ENOENT. */
CLEW_API int clew_conn_delete(struct clew_engine *engine, clew_conn_ref conn);

/* Attributes that rules and tools set.  Each makes the event Linux makes,
 * with the next packet of the connection.  => 0, -ENOENT or -ENOMEM. */
CLEW_API int clew_conn_set_mark(struct clew_engine *engine, clew_conn_ref conn,
				uint32_t mark);
CLEW_API int clew_conn_set_labels(struct clew_engine *engine,
				  clew_conn_ref conn,
				  const uint8_t labels[CLEW_LABELS_SIZE]);
CLEW_API int clew_conn_set_timeout(struct clew_engine *engine,
				   clew_conn_ref conn, uint32_t timeout_s);
/* Bits that may be added: EXPECTED, SEEN_REPLY, ASSURED, FIXED_TIMEOUT. */
CLEW_API int clew_conn_add_status(struct clew_engine *engine,
				  clew_conn_ref conn, uint32_t status);
CLEW_API int clew_conn_set_seqadj(struct clew_engine *engine,
				  clew_conn_ref conn, enum clew_dir dir,
				  const struct clew_seqadj *adj);

/* Settings bear Linux's names, with or without "net.netfilter.",
 * "net.ipv4.", "net.ipv6." or "net." before them, in Linux's units.
 * => 0, -ENOENT (unknown name), -EINVAL (not a value it takes) or -EACCES
 *    (read-only); 'error' (may be NULL) says it in words. */
CLEW_API int clew_engine_set(struct clew_engine *engine, const char *name,
			     uint64_t value, struct clew_error *error);
CLEW_API int clew_engine_get(const struct clew_engine *engine,
			     const char *name, uint64_t *value);

struct clew_setting {
	const char *name;	/* "net.netfilter.nf_conntrack_max" */
	const char *unit;	/* "s", "bytes", "" */
	uint64_t minimum;
	uint64_t maximum;
	bool read_only;
};

/* Every setting there is, sorted by name.  => Static storage. */
CLEW_API const struct clew_setting *clew_settings(size_t *count);

/* Timeout policies, as 'nfct timeout' manages them.  'values_s' has one entry
 * per timeout of the protocol, in the order of CTA_TIMEOUT_<PROTO>_* and
 * clew_timeout_names(); those with a 0 bit in 'mask' take the present
 * settings.  => The policy's number (> 0), or -EEXIST, -EINVAL, -ENOSPC. */
CLEW_API int clew_timeout_create(struct clew_engine *engine, const char *name,
				 enum clew_family family, uint8_t protocol,
				 const uint32_t *values_s, uint32_t mask);
/* => 0, -ENOENT or -EBUSY (rules use it).  Connections that use it have the
 * settings' timeouts again. */
CLEW_API int clew_timeout_destroy(struct clew_engine *engine, int policy);

struct clew_timeout_info {
	char name[32];
	uint8_t family;
	uint8_t protocol;
	uint32_t users;		/* connections */
	uint32_t count;		/* of values_s */
	uint32_t values_s[16];
};

/* => 0 or -ENOENT.  Policies are numbered from 1. */
CLEW_API int clew_timeout_info(const struct clew_engine *engine, int policy,
			       struct clew_timeout_info *out);
/* Names of the timeouts of a protocol, "syn_sent" first for TCP.
 * => NULL-terminated, static; the generic set for a protocol not tracked. */
CLEW_API const char *const *clew_timeout_names(uint8_t protocol);

/* The columns of 'conntrack -S', then what clew counts besides. */
struct clew_stats {
	uint64_t found;
	uint64_t invalid;
	uint64_t insert;
	uint64_t insert_failed;
	uint64_t drop;
	uint64_t early_drop;
	uint64_t error;
	uint64_t search_restart;
	uint64_t clash_resolve;
	uint64_t chaintoolong;

	uint64_t packets;
	uint64_t created;		/* connections confirmed */
	uint64_t destroyed;
	uint64_t clock_clamped;		/* packets stamped before their turn */
	uint64_t cut;			/* CLEW_RES_CUT */
	uint64_t checksum_bad;		/* of all protocols */
	uint64_t checksum_unverified;	/* payload cut: could not be checked */
	uint64_t frag_held;		/* fragments kept */
	uint64_t frag_reassembled;	/* datagrams completed */
	uint64_t frag_timeout;		/* datagrams given up */
	uint64_t expect_new;		/* expected connections that came */
	uint64_t expect_create;
	uint64_t expect_delete;
	uint64_t reason[CLEW_REASONS_COUNT];
};

CLEW_API void clew_engine_stats(const struct clew_engine *engine,
				struct clew_stats *out);

/* Bytes of memory in use, by what they are for. */
struct clew_memory {
	uint64_t connections;
	uint64_t hash;
	uint64_t extensions;	/* accounting, timestamps, IPv6 addresses, ... */
	uint64_t fragments;
};

CLEW_API void clew_engine_memory(const struct clew_engine *engine,
				 struct clew_memory *out);

#endif
