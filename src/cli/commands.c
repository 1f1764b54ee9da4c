/* SPDX-License-Identifier: BSD-2-Clause
 * cli/commands.c - which commands there are, in the order of the help. */
#include "cli/command.h"

const struct command *const commands[] = {
	&replay_command,
	&explain_command,
	&test_command,
	&engine_command,
	&exec_command,
	&conntrack_command,
	&events_command,
	&nfct_command,
	&top_command,
	&completion_command,
};

const size_t command_count = sizeof(commands) / sizeof(commands[0]);
