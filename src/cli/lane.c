/* SPDX-License-Identifier: BSD-2-Clause
 * cli/lane.c - one of several engines that are given the same packets. */
#include "cli/lane.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cli/command.h"
#include "cli/settings.h"

struct lane {
	const struct replay_options *options;
	struct clew_engine *engine;
	struct ruled *ruled;
	struct printer printer;		/* of what is never printed */
	struct timeline_burst burst;	/* of one packet */
};

static int
fail(const struct lane *lane, const char *text)
{
	fprintf(stderr, "%s: %s\n", lane->options->who, text);
	return EXIT_TROUBLE;
}

static int
create_engine(struct lane *lane, const struct lane_config *config,
	      uint64_t seed[2])
{
	struct clew_config engine = {
		.choice = config->options->choice,
		.on_event = config->on_event,
		.ctx = config->ctx,
	};

	/* As in cli/replay.c: nothing that is printed follows from it. */
	if (getrandom(engine.seed, sizeof(engine.seed), 0) !=
	    sizeof(engine.seed))
		return fail(lane, strerror(errno));
	memcpy(seed, engine.seed, sizeof(engine.seed));
	if (clew_engine_create(&lane->engine, &engine) != 0)
		return fail(lane, strerror(ENOMEM));
	return EXIT_OK;
}

static int
apply_settings(struct lane *lane, const char *last)
{
	struct clew_error error = { "" };
	int status;

	status = replay_options_apply(lane->options, lane->engine,
				      lane->options->is_quiet ? NULL : stderr);
	if (status != EXIT_OK || last == NULL ||
	    settings_apply(lane->engine, last, &error) == 0)
		return status;
	fail(lane, error.text);
	return EXIT_USAGE;
}

int
lane_create(struct lane **out, const struct lane_config *config)
{
	struct lane *lane = calloc(1, sizeof(*lane));
	uint64_t seed[2], first_ns;
	int status;

	*out = lane;
	if (lane == NULL) {
		fprintf(stderr, "%s: %s\n", config->options->who,
			strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	lane->options = config->options;
	lane->printer.out = stdout;
	status = create_engine(lane, config, seed);
	if (status == EXIT_OK)
		status = apply_settings(lane, config->setting);
	if (status != EXIT_OK)
		return status;
	if (config->options->rules_count > 0 &&
	    timeline_first(config->timeline, &first_ns))
		clew_engine_advance(lane->engine, first_ns, 0);
	return ruled_create(&lane->ruled, config->options, lane->engine,
			    &lane->printer, seed);
}

void
lane_destroy(struct lane *lane)
{
	if (lane == NULL)
		return;
	ruled_destroy(lane->ruled);
	clew_engine_destroy(lane->engine);
	free(lane);
}

struct clew_engine *
lane_engine(const struct lane *lane)
{
	return lane->engine;
}

const struct clew_trace_names *
lane_names(const struct lane *lane)
{
	return ruled_names(lane->ruled);
}

void
lane_feed(struct lane *lane, const struct timeline_burst *burst,
	  size_t number, struct lane_fate *fate)
{
	struct timeline_burst *one = &lane->burst;

	one->count = 1;
	one->packet[0] = burst->packet[number];
	one->origin[0] = burst->origin[number];
	ruled_admit(lane->ruled, one);
	fate->was_fed = one->count == 1;
	if (!fate->was_fed) {
		fate->packet = burst->packet[number];
		memset(&fate->ruled, 0, sizeof(fate->ruled));
		return;
	}
	if (lane->options->offloaded)
		one->packet[0].flags |= CLEW_PKT_CSUM_OK |
					CLEW_PKT_IP_CSUM_OK;
	clew_engine_process(lane->engine, one->packet, 1);
	ruled_account(lane->ruled, one, 0);
	ruled_fate(lane->ruled, one, 0, &fate->ruled);
	fate->packet = one->packet[0];
}
