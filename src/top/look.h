/* SPDX-License-Identifier: BSD-2-Clause
 * top/look.h - one look at a connection table: how full it is, who fills it,
 * and what has changed since the look before. */
#ifndef TOP_LOOK_H
#define TOP_LOOK_H

#include "client/order.h"
#include "client/wire.h"
#include "nl/uapi_ct.h"
#include "top/known.h"
#include "top/view.h"

struct top_look {
	uint64_t time_ns;		/* since the epoch */
	double seconds;			/* since the look before; 0: the first */
	double duration;		/* seconds it took */
	bool is_torn;			/* the table changed beneath it: some
					 * entries may be missing */
	bool has_counters;		/* nf_conntrack_acct */
	uint64_t entries;		/* in the table */
	uint64_t most;			/* nf_conntrack_max; 0: not known */
	uint64_t shown;			/* that pass the filter */
	uint64_t unreplied;		/* of them */
	uint64_t fresh;			/* new since the look before */
	uint64_t gone;
	uint64_t more_packets;
	uint64_t more_bytes;
	uint32_t has_stat;		/* 1 << CTA_STATS_*: of those there are */
	uint64_t stat[CTA_STATS_MAX + 1];
	uint64_t more_stat[CTA_STATS_MAX + 1];
	uint32_t views;			/* 1 << enum top_view: what to count */
	struct tallies tallies[TOP_VIEWS];
	size_t rows[TOP_VIEWS];		/* sorted, in tallies.slot */

	struct known known;
	uint64_t begun_ns;		/* monotonic */
};

/* => 0 or -errno. */
int look_init(struct top_look *look);
void look_fini(struct top_look *look);

/* Look at all that 'order' means.  => 0 or -errno of the wire. */
int look_take(struct top_look *look, struct wire *wire,
	      const struct order *order, enum top_sort sort);

/* Sort what was seen in another way. */
void look_sort(struct top_look *look, enum top_sort sort);

/* Name of a statistic, as conntrack -S has it. */
extern const char *const look_stat_names[CTA_STATS_MAX + 1];

static inline double
look_rate(const struct top_look *look, uint64_t more)
{
	return look->seconds > 0 ? (double)more / look->seconds : 0;
}

#endif
