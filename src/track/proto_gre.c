/* SPDX-License-Identifier: BSD-2-Clause
 * track/proto_gre.c - GRE (RFC 2784, RFC 2890) and PPTP's form of it
 * (RFC 2637).
 *
 * A connection keeps the two timeouts it began with, as Linux does, since
 * PPTP's control connection may lengthen them.  Its keys are read with the
 * tuple (track.c). */
#include "track/track.h"

enum proto_result
gre_packet(struct track *t, struct conn *c, const struct pkt *p,
	   enum clew_dir dir, struct clew_packet *out)
{
	(void)out;
	if (!conn_is_confirmed(c)) {
		const uint32_t *timeouts = conn_timeouts(t, c, t->set.gre);

		c->gre.timeout_s = timeouts[TIMEOUT_UNREPLIED];
		c->gre.stream_timeout_s = timeouts[TIMEOUT_REPLIED];
	}
	if (!(c->status & CLEW_STATUS_SEEN_REPLY)) {
		conn_refresh(t, c, p, dir, c->gre.timeout_s);
		return PROTO_OK;
	}
	conn_refresh(t, c, p, dir, c->gre.stream_timeout_s);
	conn_assure(c);
	return PROTO_OK;
}
