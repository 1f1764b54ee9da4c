/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/udp.c - "udp A:P > B:P [length N]", and UDP-Lite's coverage.
 *
 * Sources: RFC 768, RFC 3828 section 3.1. */
#include <netinet/in.h>

#include "scenario/draft.h"

enum {
	OWN_COVERAGE, OWN_UDP_LENGTH,
};

bool
udp_parse(struct draft *d)
{
	bool is_lite = d->protocol == IPPROTO_UDPLITE;
	uint64_t coverage = 0, says = 0;
	uint8_t *p;

	if (!draft_endpoints(d, true))
		return false;
	for (;;) {
		int taken;

		if (!draft_options(d))
			return false;
		if (draft_is_over(d))
			break;
		taken = is_lite ? draft_number(d, "coverage", OWN_COVERAGE,
					       65535, &coverage) :
				  draft_number(d, "udp-length", OWN_UDP_LENGTH,
					       65535, &says);
		if (taken < 0)
			return false;
		if (taken == 0)
			return draft_unknown(d);
	}
	p = draft_append(d, 8);
	if (!p || !draft_append_payload(d))
		return false;
	put_be16(p, d->port[0]);
	put_be16(p + 2, d->port[1]);
	if (!is_lite && !(d->given_own >> OWN_UDP_LENGTH & 1))
		says = d->l4_len;
	put_be16(p + 4, (uint16_t)(is_lite ? coverage : says));
	d->checksum = DRAFT_CHECKSUM_PSEUDO;
	d->checksum_at = 6;
	if (is_lite && coverage >= 8 && coverage <= d->l4_len)
		d->checksum_len = coverage;
	return true;
}
