/* SPDX-License-Identifier: BSD-2-Clause
 * parity/policy.c - timeout policies that both sides know. */
#include "parity/policy.h"

#include "clew/tuple.h"

const struct policy policies[] = {
	{ "p4tcp", CLEW_IPV4, 6, 6, "tcp", 11, 0 },
	{ "p4udp", CLEW_IPV4, 17, 17, "udp", 2, 0 },
	{ "p4udplite", CLEW_IPV4, 136, 136, "udplite", 2, 1 },
	{ "p4icmp", CLEW_IPV4, 1, 1, "icmp", 1, 0 },
	{ "p4gre", CLEW_IPV4, 47, 47, "gre", 2, 0 },
	{ "p4sctp", CLEW_IPV4, 132, 132, "sctp", 8, 0x12 },
	{ "p4esp", CLEW_IPV4, 50, 255, "50", 1, 0 },
	{ "p6tcp", CLEW_IPV6, 6, 6, "tcp", 11, 0x24 },
	{ "p6udp", CLEW_IPV6, 17, 17, "udp", 2, 2 },
	{ "p6udplite", CLEW_IPV6, 136, 136, "udplite", 2, 0 },
	{ "p6icmp", CLEW_IPV6, 58, 58, "icmpv6", 1, 0 },
	{ "p6gre", CLEW_IPV6, 47, 47, "gre", 2, 0 },
	{ "p6sctp", CLEW_IPV6, 132, 132, "sctp", 8, 0 },
	{ "p6esp", CLEW_IPV6, 50, 255, "50", 1, 0 },
};
const unsigned policy_count = sizeof(policies) / sizeof(policies[0]);

uint32_t
policy_value(unsigned policy, unsigned timeout)
{
	return 5000 + 20 * policy + timeout;
}

int
step_policy(const struct step *step)
{
	const uint8_t *p = step->bytes;
	unsigned family, protocol, i;

	if (step->type != STEP_PACKET || (step->how & HOW_RULE) != HOW_POLICY ||
	    step->len < 20)
		return -1;
	if (p[0] >> 4 == 4) {
		if ((p[6] & 0x3f) || p[7])
			return -1;
		family = CLEW_IPV4;
		protocol = p[9];
	} else {
		if (step->len < 40)
			return -1;
		family = CLEW_IPV6;
		protocol = p[6];
	}
	for (i = 0; i < policy_count; i++)
		if (policies[i].family == family &&
		    policies[i].protocol == protocol)
			return i;
	return -1;
}

bool
script_has_policies(const struct script *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (step_policy(&s->step[i]) >= 0)
			return true;
	return false;
}
