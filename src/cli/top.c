/* SPDX-License-Identifier: BSD-2-Clause
 * cli/top.c - clew top: who fills a table, of a kernel or an engine. */
#include "top/top.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/on_engine.h"

static const char top_help[] =
"usage: clew top [OPTION]... [FILTER]...\n"
"\n"
"Show who fills a connection tracking table: the busiest sources, destinations,\n"
"services and states, how full the table is and what was lost for that.  '?'\n"
"tells the keys.\n"
"\n"
"options:\n"
"  --once              print it, for scripts: two looks, an interval apart\n"
"  --interval SECONDS  between looks (2); with --once, 0: one look, no rates\n"
"  --by FIELD,...      count by src, dst, service, state (these by default),\n"
"                      sport, reply-src, reply-dst, protonum, mark, zone\n"
"  --sort COLUMN       entries (default), new, packets, bytes, total, unreplied\n"
"  --lines N           with --once: of each field at most N lines (10)\n"
"  -o json             with --once: as JSON\n"
"  --engine SOCKET     of a clew engine instead of the kernel's table\n"
"  -N, --netns NAME    of this network namespace\n"
"  FILTER              options of conntrack -L: only those connections\n"
"\n"
"  clew top                               the kernel's table\n"
"  clew top -p tcp --dport 443            its HTTPS connections\n"
"  clew top --once -o json | jq .by.src   for scripts\n"
"\n"
"More is in clew-top(1).\n";

static int
run(int argc, char **argv)
{
	int status;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0) {
			fputs(top_help, stdout);
			return EXIT_OK;
		}
	}
	status = on_engine("top", argc, argv);
	return status >= 0 ? status : top_main(argc, argv);
}

const struct command top_command = {
	.name = "top",
	.summary = "who fills a connection tracking table, live",
	.help = top_help,
	.run = run,
};
