/* SPDX-License-Identifier: BSD-2-Clause
 * top/view.h - by what clew top counts connections, and how it sorts. */
#ifndef TOP_VIEW_H
#define TOP_VIEW_H

#include <stdbool.h>

#include "client/tally.h"
#include "clew/snapshot.h"

/*	name		as --by	heading */
#define TOP_VIEWS_LIST(X)					\
	X(SRC,		"src",		"source")		\
	X(DST,		"dst",		"destination")		\
	X(SERVICE,	"service",	"service")		\
	X(STATE,	"state",	"state")		\
	X(SPORT,	"sport",	"source port")		\
	X(REPLY_SRC,	"reply-src",	"source of replies")	\
	X(REPLY_DST,	"reply-dst",	"destination of replies") \
	X(PROTOCOL,	"protonum",	"protocol")		\
	X(MARK,		"mark",		"mark")			\
	X(ZONE,		"zone",		"zone")

enum top_view {
#define TOP_VIEW_ID(id, name, heading) TOP_##id,
	TOP_VIEWS_LIST(TOP_VIEW_ID)
#undef TOP_VIEW_ID
	TOP_VIEWS,
};

#define TOP_DEFAULT_VIEWS (1u << TOP_SRC | 1u << TOP_DST | \
			   1u << TOP_SERVICE | 1u << TOP_STATE)

struct top_view_info {
	const char *name;
	const char *heading;
};
extern const struct top_view_info top_view_infos[TOP_VIEWS];

/* What the busiest has most of. */
enum top_sort {
	TOP_BY_ENTRIES,
	TOP_BY_NEW,
	TOP_BY_PACKETS,
	TOP_BY_BYTES,
	TOP_BY_TOTAL,
	TOP_BY_UNREPLIED,
	TOP_SORTS,
};
extern const char *const top_sort_names[TOP_SORTS];

/* What 'ct' counts for in a view.  => false: for nothing. */
bool top_value(enum top_view view, const struct clew_snapshot *ct,
	       struct tally_value *value);

enum { TOP_VALUE_SIZE = 64 };

/* The value in words. */
void top_value_text(enum top_view view, const struct tally_value *value,
		    char text[TOP_VALUE_SIZE]);

/* Options of conntrack that ask for just these connections.
 * => false: there are none. */
bool top_value_filter(enum top_view view, const struct tally_value *value,
		      char *text, size_t size);

#endif
