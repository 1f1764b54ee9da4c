/* SPDX-License-Identifier: BSD-2-Clause
 * track/expect.h - connections that are expected of others, and what a
 * connection keeps for that: its helper, its master.
 *
 * An expectation is a tuple of which the source counts under a mask, the
 * destination as a whole.  The first packet of a connection that fits makes
 * that one EXPECTED: RELATED to its master, with its master's mark.  Unless
 * it is PERMANENT the expectation is gone then.
 *
 * Life: expect_add() copies what it is given; it ends when it is met, when
 * its time is over, when it is pushed out by a younger one of its class, or
 * with its master.  Expectations lie in a pool, hang in a hash table by
 * destination, in a timer wheel, and in a list of their master, the youngest
 * first. */
#ifndef TRACK_EXPECT_H
#define TRACK_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "base/wheel.h"
#include "clew/expectation.h"
#include "track/helper.h"
#include "track/table.h"
#include "track/tuple.h"

struct conn;
struct track;

/* What is done with a connection that was expected: the names that Linux has
 * registered (CTA_EXPECT_FN). */
enum expect_fn {
	EXPECT_FN_NONE,
	EXPECT_FN_FOLLOW_MASTER,
	EXPECT_FN_Q931,
	EXPECT_FN_CALL_FORWARDING,
	EXPECT_FN_SIP,
	EXPECT_FNS,
};

struct expectation {
	uint32_t next_free;
	uint64_t serial;		/* 0: free */
	struct key tuple;		/* its zone is the master's */
	struct key mask;		/* of the source's address and port */
	uint64_t deadline_ms;
	struct wheel_link link;
	uint32_t master;		/* index of its connection */
	uint32_t older;			/* of the same master, or 0 */
	uint32_t younger;
	uint32_t helper;		/* that the expected one gets, or 0 */
	uint16_t slot;
	uint16_t saved_part_be;		/* source's port before NAT */
	union clew_addr saved_addr;	/* source's address before NAT */
	uint8_t dir;			/* enum clew_dir: in which it comes */
	uint8_t fn;			/* enum expect_fn */
	uint8_t flags;			/* enum clew_expect_flag */
	uint8_t class_id;
};

struct expects {
	struct pool pool;
	struct table table;
	struct wheel wheel;
	uint64_t serial;
	uint32_t count;
};

/* What a connection with a helper has, or one that is to expect others. */
struct conn_help {
	uint32_t next_free;
	uint32_t helper;		/* 0: it was taken away */
	uint32_t youngest;		/* expectation, or 0 */
	uint16_t expecting[HELPER_CLASSES];
	uint8_t data[HELPER_DATA];
};

/* What an expected connection keeps of its master, which may end first. */
struct conn_origin {
	uint32_t next_free;
	uint64_t ref;			/* clew_conn_ref */
	struct key key;			/* its original direction */
	char helper[CLEW_HELPER_SIZE];	/* or "" */
};

/* => 0 or -ENOMEM. */
int expects_init(struct track *t);
void expects_fini(struct track *t);

/* Expect what 'want' says (tuple, mask, flags, class_id, fn, helper, dir and
 * saved_*) of 'master', which has struct conn_help; for as long as its
 * helper's policy says, or without a helper 'timeout_ms'.
 * => 0, -EBUSY (it clashes with another), -EALREADY (the same is there in
 *    another class), -EMFILE (too many), -ENOMEM. */
int expect_add(struct track *t, struct conn *master,
	       const struct expectation *want, uint64_t timeout_ms);

/* It is no more; told with t->cause. */
void expect_remove(struct track *t, struct expectation *e);
/* All of a connection: nobody's doing. */
void expect_remove_all(struct track *t, struct conn *master);

/* The expectation that 'tuple' fits, in 'zone'; the youngest.
 * => NULL when there is none. */
struct expectation *expect_lookup(const struct track *t,
				  const struct key *tuple, uint16_t zone);
/* Begin its timeout anew. */
void expect_set_timeout(struct track *t, struct expectation *e,
			uint32_t timeout_s);

/* The next one after index '*cursor' (begin with 0).  => NULL: no more. */
struct expectation *expect_next(const struct track *t, uint32_t *cursor);

/* A connection begins: was it expected?  It is given what follows from that.
 * => false: no memory. */
bool expect_meet(struct track *t, struct conn *c, uint16_t zone);

/* What is due.  => As track_advance(). */
bool expect_expire(struct track *t, uint64_t until_ms, uint32_t *budget);

/* What a message about it carries. */
void expect_snapshot(const struct track *t, const struct expectation *e,
		     struct clew_expectation *out);

uint32_t expect_id(const struct track *t, const struct expectation *e);
const char *expect_fn_name(enum expect_fn fn);
/* => false: there is no such function. */
bool expect_fn_find(const char *name, enum expect_fn *fn);

/* Helpers of connections. */

/* => NULL: it never had one. */
struct conn_help *conn_help(const struct track *t, const struct conn *c);
/* Give 'c' a helper (0: none, but it may expect others).
 * => What it keeps for it; NULL: no memory. */
struct conn_help *conn_set_helper(struct track *t, struct conn *c,
				  uint32_t number);
/* => NULL: it has none. */
const struct helper *conn_helper(const struct track *t, const struct conn *c);

/* 'c' was expected of 'master'.  => false: no memory. */
bool conn_set_master(struct track *t, struct conn *c,
		     const struct conn *master);
/* => NULL: it was not expected. */
const struct conn_origin *conn_origin(const struct track *t,
				      const struct conn *c);
/* The name of the helper that its master has, or had when it ended.
 * => NULL: there is none. */
const char *conn_master_helper(const struct track *t, const struct conn *c);

/* Forget both: 'c' ends. */
void conn_forget_help(struct track *t, struct conn *c);
/* A helper goes: no connection has it any more. */
void expect_forget_helper(struct track *t, uint32_t number);

#endif
