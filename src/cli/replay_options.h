/* SPDX-License-Identifier: BSD-2-Clause
 * cli/replay_options.h - what 'clew replay' is asked to do. */
#ifndef CLI_REPLAY_OPTIONS_H
#define CLI_REPLAY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clew/text.h"

/* --set and --sysctl, in the order of the command line. */
struct replay_setting {
	bool is_file;
	const char *text;
};

struct replay_options {
	bool events;
	bool table;
	bool stats;
	bool invalid;
	bool has_format;
	enum clew_format format;
	uint32_t show;		/* enum clew_show */
	struct replay_setting *settings;
	size_t settings_count;
	bool offloaded;
	uint64_t choice;	/* --seed */
	bool until_end;
	uint64_t until_s;
	const char *const *captures;
	size_t captures_count;
};

/* Read the command line into 'o', which holds what stands when the line says
 * nothing: all zero.
 * => An exit status, after a line on standard error unless it is 0; or -1
 *    when the help was asked for.
 * => The texts are argv's.  => Call replay_options_fini() in any case. */
int replay_options_parse(struct replay_options *o, int argc, char **argv);
void replay_options_fini(struct replay_options *o);

extern const char replay_help[];

#endif
