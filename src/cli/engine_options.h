/* SPDX-License-Identifier: BSD-2-Clause
 * cli/engine_options.h - what 'clew engine' is asked to be. */
#ifndef CLI_ENGINE_OPTIONS_H
#define CLI_ENGINE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/replay_options.h"

struct engine_options {
	const char *socket;
	const char **feeds;	/* feed.captures */
	const char **rules;
	size_t rules_count;
	const char **settings;	/* NAME=VALUE */
	size_t settings_count;
	size_t inputs;		/* captures and rules from standard input */
	/* Network and captures; that there may be rules.  Nothing else in it
	 * is asked for. */
	struct replay_options feed;
	double speed;		/* times real time; <= 0: as fast as it goes */
	bool offloaded;
	uint64_t choice;	/* --seed */
};

/* Read the command line into 'o', which holds what stands when the line says
 * nothing.
 * => An exit status, after a line on standard error unless it is 0; or -1
 *    when the help was asked for.
 * => The texts are argv's.  => Call engine_options_fini() in any case. */
int engine_options_parse(struct engine_options *o, int argc, char **argv);
void engine_options_fini(struct engine_options *o);

extern const char engine_help[];

#endif
