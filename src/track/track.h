/* SPDX-License-Identifier: BSD-2-Clause
 * track/track.h - the connection tracker: its memory, its clock, its steps.
 *
 * A packet goes through in two steps, as in Linux: track_packet() where
 * prerouting tracks, track_confirm() at the end of the path; what lies
 * between them (rules, NAT) may drop the packet, then track_abort() forgets
 * a connection that was not yet confirmed.
 *
 * Invariants: a confirmed connection is in the table under both its keys
 * and in the wheel; an unconfirmed one is in neither and belongs to the one
 * packet under way.  Nothing here calls upwards but through 'tell'. */
#ifndef TRACK_TRACK_H
#define TRACK_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/pool.h"
#include "base/wheel.h"
#include "clew/engine.h"
#include "pkt/pkt.h"
#include "track/conn.h"
#include "track/expect.h"
#include "track/helper.h"
#include "track/proto.h"
#include "track/setting.h"
#include "track/source.h"
#include "track/table.h"
#include "track/timeout.h"

struct track;

/* Told of every event as it happens; 'c' is still whole.
 * => false: somebody who insists on it could not be told. */
typedef bool track_tell_fn(void *ctx, struct track *t, struct conn *c,
			   enum clew_event_type type, uint32_t bits);
/* The same of expectations, which begin and end. */
typedef void track_tell_expect_fn(void *ctx, struct track *t,
				  const struct expectation *e, bool is_new);
/* 'c', which is not confirmed, was expected: translate it as that says. */
typedef void track_follow_fn(void *ctx, struct conn *c,
			     const struct conn *master,
			     const struct expectation *e);

/* Whose request it is that is being done. */
struct track_cause {
	uint32_t portid;		/* 0: nobody's */
	bool wants_echo;		/* is to be told in any case */
};

struct track {
	uint64_t now_ns;
	uint64_t now_ms;
	struct hash_key hash_key;
	struct hash_key id_key;
	struct table table;
	struct pool conns;		/* struct conn */
	struct region addr6;		/* struct key_addr6[CLEW_DIRS] */
	struct region acct;		/* struct conn_acct */
	struct region tstamp;		/* struct conn_tstamp */
	struct pool exts;		/* struct conn_ext */
	struct sources sources;		/* of what NAT changed */
	struct wheel wheel;
	bool keeps_order;	/* what ends in one ms goes in order of age;
				 * not with a budget, which a sort ignores */
	uint64_t sorted_ms;		/* wheel.now, once what is due then lies
					 * in its slot in order of age */
	uint64_t serial;		/* of the last connection made */
	uint32_t hand;			/* early drop looks on from here */
	bool has_one_way_zones;		/* ever seen: keys may be shared */
	struct settings set;
	uint32_t synproxies;		/* rules that ask for one */
	struct policies policies;
	struct helpers helpers;
	struct expects expects;
	struct pool helps;		/* struct conn_help */
	struct pool origins;		/* struct conn_origin */
	struct clew_stats stats;
	track_tell_fn *tell;		/* NULL: nobody listens */
	track_tell_expect_fn *tell_expect;
	void *tell_ctx;
	struct track_cause cause;
	track_follow_fn *follow;	/* NAT's; may be NULL */
	void *follow_ctx;
	/* Connections that ended untold (CONN_UNTOLD), through link, the one
	 * that has waited longest first; and when to try again. */
	uint32_t untold_first;
	uint32_t untold_last;
	uint32_t untold_count;
	uint64_t untold_ms;
};

/* A packet between its two steps. */
struct passage {
	struct key key;
	uint32_t hash;
	uint32_t hint;		/* ref that probably is the key's, or 0 */
	struct conn *conn;	/* NULL: untracked or invalid */
};

/* Begin empty, at config->start_ns, with Linux's settings.
 * => 0, or -ENOMEM with nothing held. */
int track_init(struct track *t, const struct clew_config *config);
/* Give the memory back: no events. */
void track_fini(struct track *t);

/* Read the tuple of 'p' into pass->key.  => PROTO_OK, PROTO_INVALID
 * (out->reason) or PROTO_CUT. */
enum proto_result track_read(const struct pkt *p, struct clew_packet *out,
			     struct passage *pass);

/* Hash the keys of 'count' passages, at most HASH_LANES. */
void track_hash(const struct track *t, struct passage *const pass[],
		size_t count);

/* The protocol's part of the tuple of the transport header at offset 'l4':
 * also for packets quoted by ICMP errors.  => As track_read(). */
enum proto_result track_read_part(const struct pkt *p, uint32_t l4,
				  uint8_t protocol, struct clew_packet *out,
				  uint32_t *part);

/* Ask for the cache lines that the look-up of 'pass' will touch: first the
 * bucket, then, once that is there, the connection. */
void track_prefetch_bucket(const struct track *t, const struct passage *pass);
void track_prefetch_conn(const struct track *t, struct passage *pass);

/* Judge the packet: sets the out part, and pass->conn.  'read' is what
 * track_read() said. */
void track_packet(struct track *t, const struct pkt *p,
		  struct clew_packet *out, struct passage *pass,
		  enum proto_result read);

/* The end of the path: a new connection enters the table, events go out. */
void track_confirm(struct track *t, struct clew_packet *out,
		   struct passage *pass);

/* The packet was dropped on its way. */
void track_abort(struct track *t, struct passage *pass);

/* Move the clock on and expire what is due, looking at no more than
 * '*budget' (counted down) connections.  => true when nothing due is left. */
bool track_advance(struct track *t, uint64_t now_ns, uint32_t *budget);

/* Count 'reason' and put it into 'out'.  => PROTO_INVALID, for returning. */
enum proto_result track_reason(struct track *t, struct clew_packet *out,
			       enum clew_reason reason);

/* The zone that the packet's template gives direction 'dir'. */
static inline bool
track_has_one_way_zone(const struct clew_packet *in)
{
	uint32_t ways = in->flags & (CLEW_PKT_ZONE_ORIG | CLEW_PKT_ZONE_REPLY);

	return ways == CLEW_PKT_ZONE_ORIG || ways == CLEW_PKT_ZONE_REPLY;
}

static inline uint16_t
track_zone(const struct clew_packet *in, enum clew_dir dir)
{
	return !track_has_one_way_zone(in) ||
	       (in->flags & (CLEW_PKT_ZONE_ORIG << dir)) ? in->zone : 0;
}

/* Are transport checksums to be checked, and is that of 'p' not known? */
static inline bool
track_must_check(const struct track *t, const struct pkt *p)
{
	return t->set.checksum &&
	       !(p->flags & (CLEW_PKT_CSUM_OK | CLEW_PKT_CSUM_PARTIAL |
			     CLEW_PKT_GSO));
}

/* Check the Internet checksum of 'coverage' bytes from the transport header
 * on, 'pseudo' as in checksum_check(), and count the outcome. */
bool track_check_sum(struct track *t, const struct pkt *p, uint32_t coverage,
		     int pseudo);

static inline bool
track_is_checksum_bad(struct track *t, const struct pkt *p,
		      uint32_t coverage, int pseudo)
{
	return track_must_check(t, p) &&
	       !track_check_sum(t, p, coverage, pseudo);
}

static inline struct conn *
track_conn(const struct track *t, uint32_t index)
{
	return pool_at(&t->conns, index);
}

static inline uint32_t
track_index(const struct track *t, const struct conn *c)
{
	return (uint32_t)(((const char *)c - t->conns.region.base) /
			  sizeof(*c));
}

static inline struct key_addr6 *
track_addr6(const struct track *t, uint32_t index, enum clew_dir dir)
{
	return (struct key_addr6 *)region_at(&t->addr6, index) + dir;
}

static inline struct conn_acct *
track_acct(const struct track *t, uint32_t index)
{
	return region_at(&t->acct, index);
}

static inline struct conn_tstamp *
track_tstamp(const struct track *t, uint32_t index)
{
	return region_at(&t->tstamp, index);
}

static inline struct conn_ext *
track_ext(const struct track *t, const struct conn *c)
{
	return c->ext ? pool_at(&t->exts, c->ext) : NULL;
}

/* Find by key; 'hash' is that of the key.  => NULL when there is none. */
struct conn *track_lookup(const struct track *t, const struct key *key,
			  uint32_t hash, enum clew_dir *dir);
/* The same; '*overdue' is set to one whose time was over, if there is one. */
struct conn *track_lookup_overdue(const struct track *t,
				  const struct key *key, uint32_t hash,
				  enum clew_dir *dir, struct conn **overdue);
/* The same, but only connections whose key it is in direction 'dir'. */
struct conn *track_lookup_side(const struct track *t, const struct key *key,
			       uint32_t hash, enum clew_dir dir);
/* The same for a packet whose zone holds in one direction alone. */
struct conn *track_lookup_zone(const struct track *t, const struct key *key,
			       const struct clew_packet *in,
			       enum clew_dir *dir);

/* The key of 'c' in direction 'dir', whole. */
void conn_key(const struct track *t, const struct conn *c, enum clew_dir dir,
	      struct key *key);

/* Does a host talk to itself, so that both keys are the same?  Linux finds
 * the reply first, so that alone is in the table. */
bool conn_is_own_answer(const struct track *t, const struct conn *c);

/* Make an unconfirmed connection for 'key'.
 * => NULL with *why TABLE_FULL or NOT_INVERTIBLE. */
struct conn *conn_create(struct track *t, const struct key *key,
			 const struct clew_packet *in,
			 enum clew_reason *why);
/* The same for a request: nobody has expected it. */
struct conn *conn_create_alone(struct track *t, const struct key *key,
			       const struct clew_packet *in,
			       enum clew_reason *why);
/* Free one that is not confirmed, or ended already. */
void conn_discard(struct track *t, struct conn *c);

/* An unconfirmed connection is answered otherwise: NAT.  The key's zone is
 * that of the reply direction. */
void conn_set_reply(struct track *t, struct conn *c, const struct key *reply);

/* Is 'key' another's, so that it cannot be the reply key of 'c'?  'hash' is
 * the key's.  => The other connection, '*dir' the side of it that has the
 * key; or NULL. */
struct conn *conn_owner(const struct track *t, const struct conn *c,
			const struct key *key, uint32_t hash,
			enum clew_dir *dir);

enum conn_inserted {
	CONN_INSERTED,
	CONN_CLASH_RESOLVED,	/* '*other' has the packet now */
	CONN_CLASH,		/* the packet must be dropped */
	CONN_NO_MEMORY,
};

/* Enter the table and the wheel; 'hash' is that of the original key. */
enum conn_inserted conn_confirm(struct track *t, struct conn *c,
				uint32_t hash, struct conn **other);

/* Enter one that a request has made (nf_conntrack_hash_check_insert); 'in'
 * gives its zone.  => 0, -EEXIST (another has one of its keys), -ENOMEM. */
int conn_insert(struct track *t, struct conn *c, const struct clew_packet *in);

/* Tell of 'bits' at once, with t->cause. */
void conn_report(struct track *t, struct conn *c, uint32_t bits);

/* Take out of the table, tell DESTROY, free. */
void conn_kill(struct track *t, struct conn *c);
/* The same, but the packet at hand still needs it: conn_discard() follows
 * when that has passed. */
void conn_end(struct track *t, struct conn *c);

/* The same for a list linked through link.next, in no wheel slot, while
 * '*budget' (counted down) lasts.  => What is left of the list. */
uint32_t conn_kill_list(struct track *t, uint32_t list, uint32_t *budget);

/* Try again to tell of those that ended untold, a bounded number of them. */
void conn_tell_untold(struct track *t);
/* The end of 'c' has been told, or will never be: free it. */
void conn_forget_untold(struct track *t, struct conn *c);

/* Note an event, to be told when the packet has passed. */
static inline void
conn_event(struct conn *c, uint32_t bits)
{
	c->events |= (uint16_t)bits;
}

/* Is anybody to be told of these events?  All of them, if of one of them. */
static inline bool
conn_tells(const struct track *t, const struct conn *c, uint32_t bits)
{
	const struct conn_ext *ext = track_ext(t, c);

	return c->status & CONN_EVENTS &&
	       (!ext || !ext->has_event_mask || ext->event_mask & bits);
}

/* Both sides were heard: worth keeping when memory is short; but not one
 * that clashed with another, which soon ends. */
static inline void
conn_assure(struct conn *c)
{
	if (c->status & (CLEW_STATUS_ASSURED | CLEW_STATUS_NAT_CLASH))
		return;
	c->status |= CLEW_STATUS_ASSURED;
	conn_event(c, CLEW_IPCT_ASSURED);
}

/* Set an earlier deadline: the wheel may have to know. */
void conn_shorten(struct track *t, struct conn *c, uint64_t deadline_ms);

/* Set the deadline of a confirmed connection, fixed or not. */
static inline void
conn_set_deadline(struct track *t, struct conn *c, uint64_t deadline_ms)
{
	if (__builtin_expect(deadline_ms >= c->deadline_ms, 1))
		c->deadline_ms = deadline_ms;
	else
		conn_shorten(t, c, deadline_ms);
}

/* Count the packet, if accounting was on when the connection began. */
static inline void
conn_account(struct track *t, struct conn *c, const struct pkt *p,
	     enum clew_dir dir)
{
	struct clew_counter *counter;

	if (__builtin_expect(!(c->status & CONN_ACCT), 1))
		return;
	counter = &track_acct(t, track_index(t, c))->counter[dir];
	counter->packets++;
	counter->bytes += p->len;
}

/* Begin the timeout anew, unless it is fixed, and account for the packet. */
static inline void
conn_refresh(struct track *t, struct conn *c, const struct pkt *p,
	     enum clew_dir dir, uint32_t timeout_s)
{
	if (__builtin_expect(!conn_is_confirmed(c), 0)) {
		if (!(c->status & CLEW_STATUS_FIXED_TIMEOUT))
			c->deadline_ms = timeout_s;
	} else if (!(c->status & CLEW_STATUS_FIXED_TIMEOUT)) {
		conn_set_deadline(t, c, t->now_ms +
				  (uint64_t)timeout_s * 1000);
	}
	conn_account(t, c, p, dir);
}

/* Give an unconfirmed connection another timeout policy; one for another
 * protocol lets it be.  => false: no memory. */
bool conn_set_policy(struct track *t, struct conn *c, uint32_t number);
/* Free a policy: connections have the settings' timeouts again. */
void track_forget_policy(struct track *t, uint32_t number);
/* The same for all that are POLICY_GOING, with one look at the connections. */
void track_sweep_policies(struct track *t);

/* Seconds left, rounded down; 0 when expired. */
uint32_t conn_expires(const struct track *t, const struct conn *c);

/* => An extension, made if there was none; NULL when memory is out. */
struct conn_ext *conn_extend(struct track *t, struct conn *c);

/* The events that are told of it: all of those that come with one of the
 * mask's.  One without any gets them only before it is confirmed. */
void conn_set_event_mask(struct track *t, struct conn *c, uint32_t mask);
/* The same, and those of what it expects (conn_ext.expect_mask). */
void conn_set_event_masks(struct track *t, struct conn *c, uint32_t mask,
			  uint32_t expect_mask);

/* The timeouts of the connection's policy, or 'settings'. */
static inline const uint32_t *
conn_timeouts(const struct track *t, const struct conn *c,
	      const uint32_t *settings)
{
	if (__builtin_expect(c->ext != 0, 0)) {
		const struct conn_ext *ext = track_ext(t, c);

		if (ext->policy)
			return policy_values(&t->policies, ext->policy);
	}
	return settings;
}

/* By how much sequence numbers of direction 'dir' were moved around 'seq'. */
static inline int32_t
conn_seq_offset(const struct track *t, const struct conn *c,
		enum clew_dir dir, uint32_t seq)
{
	const struct clew_seqadj *adj;

	if (__builtin_expect(!(c->status & CLEW_STATUS_SEQ_ADJUST), 1))
		return 0;
	adj = &track_ext(t, c)->seqadj[dir];
	return (int32_t)(seq - adj->correction_pos) > 0 ?
	       adj->offset_after : adj->offset_before;
}

/* What names a connection towards the outside: where it lies, and enough of
 * its serial number that a later one in the same place is told apart.
 *
 *	| serial, low 37 bits | index, 27 bits |
 */
enum { REF_INDEX_BITS = 27 };

static inline clew_conn_ref
conn_ref(const struct track *t, const struct conn *c)
{
	return c->serial << REF_INDEX_BITS | track_index(t, c);
}

/* => NULL when it is gone, or was never there. */
struct conn *conn_from_ref(const struct track *t, clew_conn_ref ref);

/* CTA_ID: the same for the whole life of a connection, and not to be guessed
 * by who does not know config.choice. */
uint32_t conn_id(const struct track *t, const struct conn *c);

/* What a message of this kind carries.  'bits' are the event's. */
void conn_snapshot_event(const struct track *t, const struct conn *c,
			 enum clew_event_type type, uint32_t bits,
			 struct clew_snapshot *out);
/* What a dump carries. */
void conn_snapshot_entry(const struct track *t, const struct conn *c,
			 struct clew_snapshot *out);

#endif
