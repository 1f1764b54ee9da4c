/* SPDX-License-Identifier: BSD-2-Clause
 * cli/lane.h - one of several engines that are given the same packets, each
 * with settings, gateway and rules of its own. */
#ifndef CLI_LANE_H
#define CLI_LANE_H

#include "cli/ruled.h"
#include "io/timeline.h"

struct lane;

struct lane_config {
	const struct replay_options *options;	/* must outlive the lane */
	const char *setting;		/* NAME=VALUE on top, or NULL */
	const struct timeline *timeline;	/* tells when it all begins */
	clew_event_fn *on_event;	/* or NULL */
	void *ctx;
};

/* What became of a packet in one lane. */
struct lane_fate {
	bool was_fed;			/* else the gateway has no part in it */
	struct clew_packet packet;
	struct ruled_fate ruled;
};

/* => An exit status, after a line on standard error unless it is 0.
 * => '*lane' is for lane_destroy() in any case. */
int lane_create(struct lane **lane, const struct lane_config *config);
void lane_destroy(struct lane *lane);

struct clew_engine *lane_engine(const struct lane *lane);
const struct clew_trace_names *lane_names(const struct lane *lane);

/* Put packet 'number' of a burst through; the burst stays as it is.
 * => 'fate' until the next one, what it points to. */
void lane_feed(struct lane *lane, const struct timeline_burst *burst,
	       size_t number, struct lane_fate *fate);

#endif
