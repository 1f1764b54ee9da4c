/* SPDX-License-Identifier: BSD-2-Clause
 * cli/conntrack.c - clew conntrack and clew events: conntrack(8) on a kernel
 * or an engine. */
#include "cli/command.h"
#include "cli/on_engine.h"
#include "client/conntrack.h"

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

static int
conntrack_main(int argc, char **argv)
{
	int status = on_engine("conntrack", argc, argv);

	return status >= 0 ? status : client_conntrack(argc, argv);
}

static const char events_help[] =
"usage: clew events [TABLE] [OPTION]...\n"
"\n"
"Show what becomes of connections, as it happens: time, id and all that\n"
"'conntrack -E' tells.  When events are lost it says so, reads the table again\n"
"and tells the difference.  'clew events --help' has more.\n"
"\n"
"  clew events -e NEW,DESTROY -p tcp --dport 443\n"
"  clew events --engine gw.sock -o json\n"
"\n"
"More is in clew-events(1).\n";

static int
events_main(int argc, char **argv)
{
	int status = on_engine("events", argc, argv);

	return status >= 0 ? status : client_events(argc, argv);
}

const struct command events_command = {
	.name = "events",
	.summary = "show connections come, change and go",
	.help = events_help,
	.run = events_main,
};

const struct command conntrack_command = {
	.name = "conntrack",
	.summary = "list, change and watch connections, as conntrack(8)",
	.help = conntrack_help,
	.run = conntrack_main,
};
