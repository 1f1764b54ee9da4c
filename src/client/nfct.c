/* SPDX-License-Identifier: BSD-2-Clause
 * client/nfct.c - the command line of nfct(8). */
#include "client/nfct.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/value.h"

const char *const nfct_command_names[NFCT_COMMANDS] = {
#define NFCT_WORD(name, word, help) [NFCT_##name] = word,
	NFCT_COMMANDS_X(NFCT_WORD)
#undef NFCT_WORD
};

enum subsystem {
	TIMEOUT,
	HELPER,
	VERSION,
	SUBSYSTEMS,
};

static const char *const subsystem_names[SUBSYSTEMS] = {
	[TIMEOUT]	= "timeout",
	[HELPER]	= "helper",
	[VERSION]	= "version",
};

int
nfct_fail(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("nfct v1.4.7: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return 1;
}

int
nfct_failed(int err)
{
	return nfct_fail("netlink error: %s", strerror(-err));
}

int
nfct_family(const char *text, uint16_t *family)
{
	if (strcmp(text, "inet") == 0)
		*family = CLEW_IPV4;
	else if (strcmp(text, "inet6") == 0)
		*family = CLEW_IPV6;
	else
		return nfct_fail("unknown layer 3 protocol");
	return 0;
}

int
nfct_protocol(const char *text)
{
	const struct protoent *entry = getprotobyname(text);
	uint64_t number;

	if (entry && entry->p_proto >= 0 && entry->p_proto <= UINT8_MAX)
		return entry->p_proto;
	if (strcmp(text, "icmpv6") == 0)
		return 58;
	if (strcmp(text, "generic") == 0)
		return UINT8_MAX;
	if (value_number(text, UINT8_MAX, "", &number, NULL) == 0)
		return (int)number;
	return -1;
}

const char *
nfct_family_name(uint16_t family)
{
	return family == CLEW_IPV4 ? "ipv4" : family == CLEW_IPV6 ? "ipv6" :
	       "unknown";
}

void
nfct_tame(char *name)
{
	for (; *name != '\0'; name++) {
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			*name = '?';
	}
}

/* Words. */

/* The first that begins so.  => -1 */
static int
lookup(const char *const words[], int count, const char *text)
{
	for (int i = 0; i < count; i++) {
		if (strncmp(words[i], text, strlen(text)) == 0)
			return i;
	}
	return -1;
}

static int
usage(const char *program)
{
	fprintf(stderr, "Usage: %s command subsystem [parameters]...\n",
		program);
	return 1;
}

static int
help(void)
{
	static const char *const words[NFCT_COMMANDS] = {
#define NFCT_HELP(name, word, text) [NFCT_##name] = text,
		NFCT_COMMANDS_X(NFCT_HELP)
#undef NFCT_HELP
	};

	fputs("usage: clew nfct COMMAND SUBSYSTEM [ARGUMENT]...\n"
	      "\n"
	      "Policies of timeouts, and helper objects of user space, of the kernel or of a\n"
	      "clew engine: nfct(8) with additions.\n"
	      "\n"
	      "commands:\n", stdout);
	for (int i = 0; i < NFCT_COMMANDS; i++)
		printf("  %-12s %s\n", nfct_command_names[i], words[i]);
	fputs("\n"
	      "  list | flush         timeout\n"
	      "  get | delete         timeout NAME...\n"
	      "  add                  timeout NAME FAMILY PROTOCOL STATE SECONDS...\n"
	      "  update               timeout NAME STATE SECONDS...\n"
	      "  default-get          timeout FAMILY PROTOCOL...\n"
	      "  default-set          timeout FAMILY PROTOCOL STATE SECONDS...\n"
	      "  list | flush         helper\n"
	      "  add                  helper NAME FAMILY PROTOCOL [QUEUE]\n"
	      "  get | delete         helper NAME [FAMILY [PROTOCOL]]\n"
	      "  disable | enable     helper NAME FAMILY PROTOCOL\n"
	      "\n"
	      "FAMILY is inet or inet6.\n"
	      "\n"
	      "options:\n"
	      "  -o, --output json    one object a line\n"
	      "  -N, --netns NAME     in this network namespace\n"
	      "      --engine SOCKET  speak to a clew engine instead of the kernel\n"
	      "\n"
	      "More is in clew-nfct(1).\n", stdout);
	return 0;
}

static int
version(void)
{
	puts("nfct v1.4.7: utility for the Netfilter's Connection Tracking "
	     "System\n(this one is clew's, made to its likeness)");
	return 0;
}

/* Our options may stand anywhere; take them out of argv. */
struct options {
	const char *netns;
	bool is_json;
	bool wants_help;
};

static int
take_option(struct options *o, const char *name, const char *value)
{
	if (!value)
		return nfct_fail("option `%s' requires an argument", name);
	if (strcmp(name, "-N") == 0 || strcmp(name, "--netns") == 0)
		o->netns = value;
	else if (strcmp(value, "json") == 0)
		o->is_json = true;
	else
		return nfct_fail("unknown format `%s': json is the only one "
				 "to choose", value);
	return 0;
}

static int
take_options(struct options *o, int *argc, char **argv)
{
	int left = 1;

	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0) {
			o->wants_help = true;
		} else if (strcmp(argv[i], "-o") == 0 ||
			   strcmp(argv[i], "--output") == 0 ||
			   strcmp(argv[i], "-N") == 0 ||
			   strcmp(argv[i], "--netns") == 0) {
			if (take_option(o, argv[i], argv[i + 1]))
				return 1;
			i++;
		} else {
			argv[left++] = argv[i];
		}
	}
	*argc = left;
	argv[left] = NULL;
	return 0;
}

static int
run(struct nfct *n, const char *netns, enum subsystem subsystem)
{
	struct clew_error error;
	int status;

	if (wire_open(&n->wire, netns, &error))
		return nfct_fail("%s", error.text);
	status = subsystem == TIMEOUT ? nfct_timeout(n) : nfct_helper(n);
	wire_close(n->wire);
	if (fflush(stdout) == EOF || ferror(stdout))
		return nfct_fail("cannot write: %s", strerror(errno));
	return status;
}

int
client_nfct(int argc, char **argv)
{
	struct options o = { .netns = NULL };
	struct nfct n = { .program = argv[0] };
	int command, subsystem;

	if (take_options(&o, &argc, argv))
		return 1;
	if (o.wants_help)
		return help();
	if (argc < 3)
		return usage(argv[0]);
	command = lookup(nfct_command_names, NFCT_COMMANDS, argv[1]);
	subsystem = lookup(subsystem_names, SUBSYSTEMS, argv[2]);
	if (command < 0 || subsystem < 0) {	/* the older order */
		subsystem = lookup(subsystem_names, SUBSYSTEMS, argv[1]);
		if (subsystem < 0) {
			nfct_fail("Unknown subsystem: %s", argv[1]);
			return usage(argv[0]);
		}
		command = lookup(nfct_command_names, NFCT_COMMANDS, argv[2]);
		if (command < 0) {
			nfct_fail("Unknown command: %s", argv[1]);
			return usage(argv[0]);
		}
	}
	if (subsystem == VERSION)
		return version();
	n.command = (enum nfct_command)command;
	n.typed = argv[2];
	n.is_json = o.is_json;
	n.args = argc - 3;
	n.arg = argv + 3;
	return run(&n, o.netns, (enum subsystem)subsystem);
}
