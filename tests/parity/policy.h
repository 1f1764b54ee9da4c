/* SPDX-License-Identifier: BSD-2-Clause
 * parity/policy.h - timeout policies that both sides know.
 *
 * One per family and protocol, with values found nowhere else, so that an
 * event's timeout tells where it came from.  Packets sent with HOW_POLICY
 * get the one of their protocol. */
#ifndef PARITY_POLICY_H
#define PARITY_POLICY_H

#include "parity/script.h"

#define POLICY_TIMEOUTS 16

struct policy {
	const char *name;
	uint8_t family;		/* enum clew_family */
	uint8_t protocol;	/* of packets that get it */
	uint8_t tracker;	/* its protocol: 255 for the generic one */
	const char *match;	/* for iptables -p */
	uint8_t count;		/* of timeouts */
	uint8_t left_out;	/* bits of those that are not given */
};

extern const struct policy policies[];
extern const unsigned policy_count;

uint32_t policy_value(unsigned policy, unsigned timeout);

/* Which policy the packet gets.  => -1: none, to both sides. */
int step_policy(const struct step *step);

bool script_has_policies(const struct script *s);

#endif
