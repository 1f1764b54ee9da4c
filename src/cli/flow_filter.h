/* SPDX-License-Identifier: BSD-2-Clause
 * cli/flow_filter.h - which connection is meant: its two ends, or as much of
 * them as is said, whichever way round. */
#ifndef CLI_FLOW_FILTER_H
#define CLI_FLOW_FILTER_H

#include <stdbool.h>

#include "clew/engine.h"
#include "clew/tuple.h"

/* One end.  What is not there may be anything. */
struct flow_end {
	bool has_addr;
	bool has_port;
	uint8_t family;		/* with has_addr */
	uint16_t port;		/* or an ICMP query's id */
	union clew_addr addr;
};

struct flow_filter {
	bool has_protocol;
	bool has_zone;
	uint8_t protocol;
	uint16_t zone;
	struct flow_end end[2];
};

/* "[PROTOCOL,]ADDRESS[:PORT]-ADDRESS[:PORT][,zone=N]"; an IPv6 address that
 * has a port behind it stands in brackets; "*" is any address.
 * => 0, or -EINVAL with 'error'. */
int flow_filter_parse(struct flow_filter *f, const char *text,
		      struct clew_error *error);

/* Parts of it, as conntrack's options: source or destination. => As above. */
int flow_filter_protocol(struct flow_filter *f, const char *text,
			 struct clew_error *error);
int flow_filter_address(struct flow_filter *f, bool is_source,
			const char *text, struct clew_error *error);
int flow_filter_port(struct flow_filter *f, bool is_source, const char *text,
		     struct clew_error *error);

/* Was anything said? */
bool flow_filter_is_set(const struct flow_filter *f);

/* Is it this tuple, or this tuple turned round? */
bool flow_filter_matches(const struct flow_filter *f,
			 const struct clew_tuple *t);

#endif
