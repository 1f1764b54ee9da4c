/* SPDX-License-Identifier: BSD-2-Clause
 * cli/command.h - what a command of clew is, and which there are. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stddef.h>

/* Exit statuses all commands share. */
enum {
	EXIT_OK = 0,
	EXIT_TROUBLE = 1,	/* done as far as it went */
	EXIT_USAGE = 2,		/* not begun: the command line is wrong */
};

struct command {
	const char *name;
	const char *summary;	/* one line for 'clew --help' */
	const char *help;	/* what 'clew help NAME' prints */
	/* As main(), from the command's name on.  => An exit status. */
	int (*run)(int argc, char **argv);
};

extern const struct command completion_command;
extern const struct command conntrack_command;
extern const struct command engine_command;
extern const struct command events_command;
extern const struct command exec_command;
extern const struct command explain_command;
extern const struct command nfct_command;
extern const struct command replay_command;
extern const struct command test_command;
extern const struct command top_command;

/* All of them, in the order of the help. */
extern const struct command *const commands[];
extern const size_t command_count;

#endif
