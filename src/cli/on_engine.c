/* SPDX-License-Identifier: BSD-2-Clause
 * cli/on_engine.c - '--engine SOCKET': run again, on an engine. */
#include "cli/on_engine.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "io/tool.h"

/* All arguments but the 'words' ones from 'at' on. */
static int
run_again(const char *command, const char *socket, int argc, char **argv,
	  int at, int words)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char **again = calloc((size_t)argc + 2, sizeof(*again));
	struct clew_error error = { "" };
	int n = 0;

	if (len < 0 || !again) {
		fprintf(stderr, "clew %s: cannot run itself again\n", command);
		free(again);
		return EXIT_TROUBLE;
	}
	self[len] = '\0';
	again[n++] = self;
	again[n++] = command;
	for (int i = 1; i < argc; i++) {
		if (i < at || i >= at + words)
			again[n++] = argv[i];
	}
	tool_exec(socket, again, &error);
	fprintf(stderr, "clew %s: %s\n", command, error.text);
	free(again);
	return EXIT_TROUBLE;
}

int
on_engine(const char *command, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--engine=", 9) == 0)
			return run_again(command, argv[i] + 9, argc, argv, i,
					 1);
		if (strcmp(argv[i], "--engine") == 0 && i + 1 < argc)
			return run_again(command, argv[i + 1], argc, argv, i,
					 2);
	}
	return -1;
}
