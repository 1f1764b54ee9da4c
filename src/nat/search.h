/* SPDX-License-Identifier: BSD-2-Clause
 * nat/search.h - find a free tuple in a range.
 *
 * Shared by the files of this room alone. */
#ifndef NAT_SEARCH_H
#define NAT_SEARCH_H

#include "nat/nat.h"

/* Map 'now', what the packets of 'c' (unconfirmed) look like before this
 * step, into 'range' on this side.  'mapped' is then the best there is: free,
 * or, when the search is exhausted, somebody's.  May end a connection in
 * TIME_WAIT or CLOSE that stands in the way.  range->watch, NULL mostly, is told
 * every candidate. */
void search_tuple(struct track *t, struct random *random, struct conn *c,
		  const struct nat_range *range, enum nat_side side,
		  const struct key *now, struct key *mapped);

#endif
