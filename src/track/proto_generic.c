/* SPDX-License-Identifier: BSD-2-Clause
 * track/proto_generic.c - every protocol without a tracker of its own: the
 * two addresses are the connection, and one timeout keeps it. */
#include "track/track.h"

enum proto_result
generic_packet(struct track *t, struct conn *c, const struct pkt *p,
	       enum clew_dir dir, struct clew_packet *out)
{
	const uint32_t *timeout = conn_timeouts(t, c, &t->set.generic);

	(void)out;
	conn_refresh(t, c, p, dir, *timeout);
	return PROTO_OK;
}
