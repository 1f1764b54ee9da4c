/* SPDX-License-Identifier: BSD-2-Clause
 * cli/versus.h - clew replay --versus: what differs between two rulesets. */
#ifndef CLI_VERSUS_H
#define CLI_VERSUS_H

#include "cli/replay_options.h"

enum {
	VERSUS_SAME	= 0,	/* exit statuses, as diff(1) has them */
	VERSUS_DIFFERS	= 1,
	VERSUS_TROUBLE	= 2,
};

/* Put the captures through both.  => enum above, after a line on standard
 * error if it is trouble. */
int versus(const struct replay_options *o);

#endif
