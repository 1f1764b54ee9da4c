/* SPDX-License-Identifier: BSD-2-Clause
 * nl/timeout.h - cttimeout's policies: attributes <-> value, both ways. */
#ifndef NL_TIMEOUT_H
#define NL_TIMEOUT_H

#include "nl/attr.h"

#define NL_TIMEOUT_NAME	32
#define NL_TIMEOUTS	16

/* A policy, or a protocol's defaults (no name). */
struct nl_timeout {
	char name[NL_TIMEOUT_NAME];
	uint16_t family;
	uint8_t protocol;
	bool has_name;
	bool has_family;
	bool has_protocol;
	bool has_values;
	bool has_users;
	uint32_t users;
	uint32_t set;			/* bit n: values_s[n] is given */
	uint32_t values_s[NL_TIMEOUTS];	/* CTA_TIMEOUT_<PROTO>_* less one */
};

/* => 0, or -EINVAL, -ERANGE. */
int nl_timeout_decode(const void *attrs, size_t size,
		      struct nl_timeout *timeout, struct nl_extack *extack);
void nl_timeout_encode(struct nl_writer *w, const struct nl_timeout *timeout);

#endif
