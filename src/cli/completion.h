/* SPDX-License-Identifier: BSD-2-Clause
 * cli/completion.h - what a shell may offer behind 'clew', for all shells.
 *
 * One set of words for each command, made from what the command itself knows:
 * conntrack's and nfct's tables, the others' help. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum completion_value {
	VALUE_NONE,		/* takes none */
	VALUE_FREE,
	VALUE_FILE,
	VALUE_NETNS,
	VALUE_WORDS,		/* one of 'words' */
	VALUE_LIST,		/* some of them, commas between */
};

struct completion_option {
	char letter;		/* 0: long alone */
	char name[32];		/* without its dashes; "": a letter alone */
	char help[96];		/* without quotes of any kind */
	enum completion_value value;
	char words[256];	/* spaces between */
	char with[16];		/* conntrack's commands, "": any */
	bool is_command;	/* of conntrack */
};

enum { COMPLETION_OPTIONS = 128 };

struct completion_set {
	const char *command;
	char summary[96];
	char first[256];	/* words that come first: nfct's commands */
	char second[128];	/* and behind them; conntrack's tables */
	bool takes_files;
	size_t count;
	struct completion_option option[COMPLETION_OPTIONS];
};

/* The i-th command's.  => false: there are no more. */
bool completion_fill(struct completion_set *set, size_t i);

void completion_bash(FILE *out);
void completion_zsh(FILE *out);
void completion_fish(FILE *out);

#endif
