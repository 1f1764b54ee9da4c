/* SPDX-License-Identifier: BSD-2-Clause
 * track/timeout.h - timeout policies: named sets of timeouts that a rule
 * gives to a connection in place of the settings' (cttimeout). */
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

struct policy {
	char name[32];			/* empty: free, or unnamed */
	bool is_unnamed;		/* a rule's own, for any family */
	uint32_t users;
	uint32_t values[POLICY_VALUES];	/* laid out as in struct settings */
	uint8_t family;
	uint8_t protocol;
};

struct policies {
	struct policy *entry;		/* 1 ... count */
	uint32_t count;
};

/* Forget all policies, in use or not.  Zeroed is empty: there is no init. */
void policies_fini(struct policies *ps);

/* See clew_timeout_create(), _destroy(), _info(). */
int policy_create(struct policies *ps, const struct settings *set,
		  const char *name, enum clew_family family, uint8_t protocol,
		  const uint32_t *values_s, uint32_t mask);
int policy_destroy(struct policies *ps, int number);
int policy_info(const struct policies *ps, int number,
		struct clew_timeout_info *out);

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

/* Does policy 'number' exist and suit this family and protocol? */
bool policy_suits(const struct policies *ps, uint32_t number,
		  enum clew_family family, uint8_t protocol);

static inline const uint32_t *
policy_values(const struct policies *ps, uint32_t number)
{
	return ps->entry[number - 1].values;
}

#endif
