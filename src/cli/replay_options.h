/* SPDX-License-Identifier: BSD-2-Clause
 * cli/replay_options.h - what 'clew replay' is asked to do. */
#ifndef CLI_REPLAY_OPTIONS_H
#define CLI_REPLAY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "clew/text.h"
#include "cli/flow_filter.h"
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

/* Whose command line it is. */
enum replay_command {
	REPLAY_REPLAY,
	REPLAY_EXPLAIN,
};

/* --set and --sysctl, in the order of the command line. */
struct replay_setting {
	bool is_file;
	const char *text;
};

struct replay_options {
	enum replay_command command;	/* given by the caller */
	const char *who;	/* "clew replay", for messages */
	bool wants_rules;	/* their texts, whatever is printed */
	bool is_quiet;		/* says nothing of the rules it loads */
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
	const char **versus;	/* the same, to be compared with those */
	size_t versus_count;
	struct network network;
	struct replay_map *maps;
	size_t maps_count;
	enum replay_vantage vantage;
	const char *write;	/* a file for the packets that leave */
	const char *const *captures;
	size_t captures_count;
	/* explain: */
	bool why_dropped;
	struct flow_filter flow;	/* has nothing: none was asked for */
	bool has_number;
	uint64_t number;		/* of the packet, from 1 */
	size_t number_file;		/* index into 'captures' */
	const char **hypotheses;	/* --if, NAME=VALUE */
	size_t hypotheses_count;
};

/* Read the command line into 'o', which holds what stands when the line says
 * nothing: all zero.
 * => An exit status, after a line on standard error unless it is 0; or -1
 *    when the help was asked for.
 * => The texts are argv's.  => Call replay_options_fini() in any case. */
int replay_options_parse(struct replay_options *o, int argc, char **argv);
/* --set and --sysctl; 'notes' (may be NULL) gets what settings_apply_file()
 * has to say.  => An exit status, after a line on standard error unless it is
 * 0. */
int replay_options_apply(const struct replay_options *o,
			 struct clew_engine *engine, FILE *notes);
void replay_options_fini(struct replay_options *o);

extern const char replay_help[];
extern const char explain_help[];

#endif
