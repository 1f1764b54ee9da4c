/* SPDX-License-Identifier: BSD-2-Clause
 * cli/replay_options.h - what 'clew replay' is asked to do. */
#ifndef CLI_REPLAY_OPTIONS_H
#define CLI_REPLAY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clew/text.h"
#include "io/network.h"

/* On which side of the gateway's NAT a capture was made. */
enum replay_vantage {
	VANTAGE_INSIDE,
	VANTAGE_OUTSIDE,
	VANTAGE_BOTH,
};

/* --map: the interface of packets from a file, or from an interface as a
 * capture names or numbers it. */
struct replay_map {
	char *captured;
	const char *name;
};

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
	bool trace;
	bool log;
	bool verdicts;
	bool counters;
	bool has_format;
	enum clew_format format;
	uint32_t show;		/* enum clew_show */
	struct replay_setting *settings;
	size_t settings_count;
	bool offloaded;
	uint64_t choice;	/* --seed */
	bool until_end;
	uint64_t until_s;
	const char **rules;	/* files, "-" or "kernel" */
	size_t rules_count;
	struct network network;
	struct replay_map *maps;
	size_t maps_count;
	enum replay_vantage vantage;
	const char *write;	/* a file for the packets that leave */
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
