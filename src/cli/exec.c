/* SPDX-License-Identifier: BSD-2-Clause
 * cli/exec.c - clew exec: a program whose netlink is an engine's. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "io/tool.h"

static const char exec_help[] =
"usage: clew exec --engine SOCKET [--] PROGRAM [ARGUMENT]...\n"
"\n"
"Run a program, unmodified and unprivileged, with its netlink sockets carried\n"
"to the engine at SOCKET (see 'clew help engine') instead of the kernel: the\n"
"rules it loads or lists, the interfaces it names, the packets it sees traced\n"
"are the engine's.\n"
"\n"
"  --engine SOCKET   where the engine listens\n"
"\n"
"The exit status is the program's; 127 when it cannot be run, 2 when the\n"
"command line is wrong.\n"
"\n"
"  clew exec --engine gw.sock nft -f gateway.nft\n"
"  clew exec --engine gw.sock -- nft monitor trace\n"
"\n"
"More is in clew-exec(1).\n";

enum { EXIT_CANNOT = 127 };

static int
wrong(const char *what, const char *option, const char *then)
{
	fprintf(stderr, "clew exec: %s%s%s\n", what, option, then);
	return EXIT_USAGE;
}

static int
exec_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "engine",	required_argument,	NULL, 'e' },
		{ "help",	no_argument,		NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *socket = NULL;
	struct clew_error error = { "" };
	int c;

	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:h", options, NULL)) >= 0) {
		switch (c) {
		case 'e':
			socket = optarg;
			break;
		case 'h':
			fputs(exec_help, stdout);
			return EXIT_OK;
		case ':':
			return wrong("option '", argv[optind - 1],
				     "' wants a value");
		default:
			return wrong("no option '", argv[optind - 1],
				     "'; 'clew help exec' lists them");
		}
	}
	if (!socket)
		return wrong("no engine given", "", " (--engine SOCKET)");
	if (optind == argc)
		return wrong("no program given", "", "");
	fflush(stdout);
	tool_exec(socket, (const char *const *)argv + optind, &error);
	fprintf(stderr, "clew exec: %s\n", error.text);
	return EXIT_CANNOT;
}

const struct command exec_command = {
	.name = "exec",
	.summary = "run a program with an engine in the kernel's place",
	.help = exec_help,
	.run = exec_main,
};
