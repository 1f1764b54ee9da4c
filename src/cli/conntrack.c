/* SPDX-License-Identifier: BSD-2-Clause
 * cli/conntrack.c - clew conntrack: conntrack(8) on a kernel or an engine. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "client/conntrack.h"
#include "io/tool.h"

static const char conntrack_help[] =
"usage: clew conntrack COMMAND [TABLE] [OPTION]...\n"
"\n"
"List, change and watch the connections that a kernel or a clew engine tracks,\n"
"with the commands, options and answers of conntrack(8).\n"
"'clew conntrack --help' lists them all.\n"
"\n"
"  clew conntrack -L                       what the kernel tracks\n"
"  clew conntrack --engine gw.sock -L      what an engine tracks\n"
"  clew conntrack -E -o json,timestamp     events as they happen\n"
"\n"
"More is in clew-conntrack(1).\n";

/* The same command again, its netlink carried to the engine. */
static int
on_engine(const char *socket, int argc, char **argv, int at, int words)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char **again = calloc((size_t)argc + 2, sizeof(*again));
	struct clew_error error = { "" };
	int n = 0;

	if (len < 0 || !again) {
		fputs("clew conntrack: cannot run itself again\n", stderr);
		free(again);
		return EXIT_TROUBLE;
	}
	self[len] = '\0';
	again[n++] = self;
	again[n++] = "conntrack";
	for (int i = 1; i < argc; i++) {
		if (i < at || i >= at + words)
			again[n++] = argv[i];
	}
	tool_exec(socket, again, &error);
	fprintf(stderr, "clew conntrack: %s\n", error.text);
	free(again);
	return EXIT_TROUBLE;
}

static int
conntrack_main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--engine=", 9) == 0)
			return on_engine(argv[i] + 9, argc, argv, i, 1);
		if (strcmp(argv[i], "--engine") == 0 && i + 1 < argc)
			return on_engine(argv[i + 1], argc, argv, i, 2);
	}
	return client_conntrack(argc, argv);
}

const struct command conntrack_command = {
	.name = "conntrack",
	.summary = "list, change and watch connections, as conntrack(8)",
	.help = conntrack_help,
	.run = conntrack_main,
};
