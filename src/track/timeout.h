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
	char name[32];			/* empty: free */
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

/* Does policy 'number' exist and suit this family and protocol? */
bool policy_suits(const struct policies *ps, uint32_t number,
		  enum clew_family family, uint8_t protocol);

static inline const uint32_t *
policy_values(const struct policies *ps, uint32_t number)
{
	return ps->entry[number - 1].values;
}

#endif
