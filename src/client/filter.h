/* SPDX-License-Identifier: BSD-2-Clause
 * client/filter.h - which connections an order means. */
#ifndef CLIENT_FILTER_H
#define CLIENT_FILTER_H

#include "client/order.h"

/* Is 'ct' one of those? */
bool filter_match(const struct order *order, const struct clew_snapshot *ct);

/* Does the order name anything to look for? */
bool filter_is_empty(const struct order *order);

/* What the other side can filter for us, as attributes of a dump request:
 * family apart, exact values of tuples, zone, mark, status.  All that
 * filter_match() asks is asked again: an older kernel ignores some. */
void filter_encode(struct nl_writer *w, const struct order *order);
/* The same of an order that names no family, for one of them. */
void filter_encode_for(struct nl_writer *w, const struct order *order,
		       uint8_t family);

/* Would the other side filter more if it were asked for one family? */
bool filter_wants_family(const struct order *order);

/* Can at most one connection be meant, and is all known that a look-up
 * needs?  => Its original tuple and zone. */
bool filter_names_one(const struct order *order, struct clew_tuple *tuple,
		      uint16_t *zone);

/* A field's value, as a number or an address.  => false: has none. */
bool filter_number(enum order_field field, const struct clew_snapshot *ct,
		   uint32_t *number);
const union clew_addr *filter_address(enum order_field field,
				      const struct clew_snapshot *ct);

#endif
