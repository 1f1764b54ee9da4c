/* SPDX-License-Identifier: BSD-2-Clause
 * track/helper.h - helpers by name: what a connection can be given that is to
 * be watched for others to come.
 *
 * Here is what is known of them: name, protocol, how many connections they
 * may expect at once and for how long.  The ones that Linux has built in are
 * there from the beginning; those of user space (cthelper) come and go.
 * Entries are numbered from 1; a number is free again once its helper is
 * gone, and no connection, expectation or rule names it any more. */
#ifndef TRACK_HELPER_H
#define TRACK_HELPER_H

#include <stdbool.h>
#include <stdint.h>

#include "clew/snapshot.h"

struct track;

enum {
	HELPERS_MAX	= 1024,
	HELPER_CLASSES	= 4,	/* NF_CT_MAX_EXPECT_CLASSES */
	HELPER_DATA	= CLEW_HELP_INFO_SIZE,	/* private, per connection */
	HELPER_EXPECT_MAX = 255,	/* NF_CT_EXPECT_MAX_CNT */
};

/* One kind of connection that a helper expects. */
struct helper_policy {
	char name[CLEW_HELPER_SIZE];
	uint32_t max_expected;		/* per connection, 0: no limit */
	uint32_t timeout_s;
};

struct helper {
	char name[CLEW_HELPER_SIZE];	/* empty: this number is free */
	uint16_t family;		/* NFPROTO_*, 0: any */
	uint8_t protocol;
	bool is_user;			/* of user space */
	bool is_enabled;		/* user space: its queue is to be used */
	uint8_t classes;		/* of 'policy', 1 to HELPER_CLASSES */
	uint8_t data_size;		/* CTA_HELP_INFO, 0: it has none */
	uint32_t queue;			/* of user space */
	uint32_t holders;		/* rules that name it */
	uint64_t serial;		/* the order they came in */
	struct helper_policy policy[HELPER_CLASSES];
};

struct helpers {
	struct helper *entry;		/* 1 ... count */
	uint32_t count;
	uint64_t serial;		/* the last one's */
};

/* What Linux has built in.  => 0 or -ENOMEM. */
int helpers_init(struct helpers *hs);
void helpers_fini(struct helpers *hs);

/* The one of that name for a connection of this family and protocol
 * (__nf_conntrack_helper_find).  => Its number, or 0. */
uint32_t helper_find(const struct helpers *hs, const char *name,
		     uint16_t family, uint8_t protocol);

/* => Borrowed: until a helper is added. */
static inline struct helper *
helper_at(const struct helpers *hs, uint32_t number)
{
	return &hs->entry[number - 1];
}

/* The next one after 'number' (begin with 0) of user space.  => 0: no more. */
uint32_t helper_next_user(const struct helpers *hs, uint32_t number);

/* Add one; all of 'helper' but 'holders' and 'serial' is taken
 * over.
 * => Its number, or -EEXIST (the name is taken, for this family and
 *    protocol), -EINVAL (the first class may expect too many), -ENOMEM. */
int helper_add(struct helpers *hs, const struct helper *helper);

/* Take it away from all connections, end what they expect, forget it.
 * => 0, or -EBUSY (rules name it). */
int helper_remove(struct track *t, uint32_t number);

/* A rule names it, or no more. */
static inline void
helper_hold(struct helpers *hs, uint32_t number)
{
	helper_at(hs, number)->holders++;
}

static inline void
helper_release(struct helpers *hs, uint32_t number)
{
	helper_at(hs, number)->holders--;
}

#endif
