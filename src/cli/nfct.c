/* SPDX-License-Identifier: BSD-2-Clause
 * cli/nfct.c - clew nfct: nfct(8) on a kernel or an engine. */
#include "cli/command.h"
#include "cli/on_engine.h"
#include "client/nfct.h"

static const char nfct_help[] =
"usage: clew nfct COMMAND SUBSYSTEM [ARGUMENT]...\n"
"\n"
"Policies of timeouts, and helper objects of user space, of a kernel or of a\n"
"clew engine, with the commands and answers of nfct(8).\n"
"'clew nfct --help' lists them all.\n"
"\n"
"  clew nfct add timeout short inet tcp established 600\n"
"  clew nfct update timeout short established 900\n"
"  clew nfct list timeout -o json\n"
"\n"
"More is in clew-nfct(1).\n";

static int
nfct_main(int argc, char **argv)
{
	int status = on_engine("nfct", argc, argv);

	return status >= 0 ? status : client_nfct(argc, argv);
}

const struct command nfct_command = {
	.name = "nfct",
	.summary = "timeout policies and helper objects, as nfct(8)",
	.help = nfct_help,
	.run = nfct_main,
};
