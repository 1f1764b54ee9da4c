/* SPDX-License-Identifier: BSD-2-Clause
 * track/timeout.h - timeout policies: named sets of timeouts that a rule
 * gives to a connection in place of the settings' (cttimeout).
 *
 * A policy has a number, which packets and connections bear, and unless it
 * is a rule's own a name.  Who refers to it by name (a rule) holds it, and
 * then it cannot be destroyed.  Connections do not hold theirs: they have the
 * settings' timeouts again once it is gone. */
#ifndef TRACK_TIMEOUT_H
#define TRACK_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "clew/engine.h"
#include "track/setting.h"

enum {
	POLICIES_MAX = 1024,
	POLICY_VALUES = 12,
};

enum policy_kind {
	POLICY_FREE,
	POLICY_NAMED,
	POLICY_UNNAMED,			/* a rule's own, for any family */
	POLICY_GOING,			/* see track_sweep_policies() */
};

struct policy {
	uint8_t kind;			/* enum policy_kind */
	char name[32];
	uint32_t users;			/* connections */
	uint32_t holders;		/* who know it by its name */
	uint64_t serial;		/* the order they were made in */
	uint32_t values[POLICY_VALUES];	/* laid out as in struct settings */
	uint32_t shown[POLICY_VALUES];	/* the same as they are listed */
	uint16_t family;		/* a named one's, as its maker said */
	uint8_t protocol;
};

struct policies {
	struct policy *entry;		/* 1 ... count */
	uint32_t count;
	uint64_t serial;		/* the last one's */
};

/* Forget all policies, in use or not.  Zeroed is empty: there is no init. */
void policies_fini(struct policies *ps);

/* See clew_timeout_create() and _info(); a family that is none of ours suits
 * no connection. */
int policy_create(struct policies *ps, const struct settings *set,
		  const char *name, uint16_t family, uint8_t protocol,
		  const uint32_t *values_s, uint32_t mask);
/* May a named one be destroyed (by track_forget_policy())?  => 0, -ENOENT or
 * -EBUSY: somebody holds it. */
int policy_may_go(const struct policies *ps, int number);
int policy_info(const struct policies *ps, int number,
		struct clew_timeout_info *out);

/* By name.  => Its number, 0: there is none. */
uint32_t policy_lookup(const struct policies *ps, const char *name);
/* The same, and it is held until policy_put(). */
uint32_t policy_get(struct policies *ps, const char *name);
void policy_put(struct policies *ps, uint32_t number);
/* The named one that was made next after 'serial' (0: the first).
 * => Its number, 0: there is none. */
uint32_t policy_after(const struct policies *ps, uint64_t serial);
/* All its values anew: given ones, and the present settings. */
void policy_replace(struct policies *ps, const struct settings *set,
		    uint32_t number, const uint32_t *values_s, uint32_t mask);

/* The settings of a protocol, in the order of CTA_TIMEOUT_<PROTO>_*.
 * get => How many. */
unsigned policy_defaults_get(const struct settings *set, uint8_t protocol,
			     uint32_t values_s[POLICY_VALUES]);
void policy_defaults_set(struct settings *set, uint8_t protocol,
			 const uint32_t *values_s, uint32_t mask);

/* Linux counts in ticks in 32 bits: what becomes of seconds that do not fit.
 * What is longer than TIMEOUT_MAX then lies in the past: it ends at once. */
uint32_t policy_seconds(uint32_t seconds);

/* One of a rule's own, which users do not see: it has no name, is for any
 * family, and its owner frees it (track_forget_policy()).  => Its number, or
 * -EINVAL, -ENOSPC. */
int policy_create_unnamed(struct policies *ps, const struct settings *set,
			  uint8_t protocol, const uint32_t *values_s,
			  uint32_t mask);
void policy_free(struct policies *ps, uint32_t number);
/* Its values in the order of CTA_TIMEOUT_<PROTO>_*. => How many. */
unsigned policy_values_get(const struct policies *ps, uint32_t number,
			   uint32_t values_s[POLICY_VALUES]);
/* Is there a tracker of its own for this protocol? */
bool policy_has_protocol(uint8_t protocol);
/* Has a policy this protocol's timeouts? */
bool policy_is_for(const struct policies *ps, uint32_t number,
		   uint8_t protocol);
/* The timeout of the state that connections begin in. */
uint32_t policy_first(const struct policies *ps, uint32_t number);

static inline const struct policy *
policy_at(const struct policies *ps, uint32_t number)
{
	return &ps->entry[number - 1];
}

/* Does policy 'number' exist and suit this family and protocol? */
bool policy_suits(const struct policies *ps, uint32_t number,
		  enum clew_family family, uint8_t protocol);

static inline const uint32_t *
policy_values(const struct policies *ps, uint32_t number)
{
	return ps->entry[number - 1].values;
}

#endif
