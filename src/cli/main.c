/* SPDX-License-Identifier: BSD-2-Clause
 * cli/main.c - clew: find the command and run it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "clew/clew.h"

static const char usage[] =
"usage: clew COMMAND [ARGUMENT]...\n"
"\n"
"clew is Linux connection tracking, NAT and nf_tables in user space: it says of\n"
"packets what Linux would have done, without a kernel and without privileges.\n"
"\n"
"commands:\n";

static const char usage_end[] =
"  help settings  every setting there is, with its default\n"
"  help COMMAND   what a command does and takes\n"
"\n"
"options:\n"
"  --help         this text\n"
"  --version      the version\n"
"\n"
"Begin with:\n"
"  clew replay CAPTURE            the events of a capture, as conntrack -E\n"
"  clew replay --table CAPTURE    what is in the table at its end\n"
"  clew replay --invalid CAPTURE  the packets nobody can place, and why\n"
"  clew replay --rules FILE --verdicts CAPTURE\n"
"                                 what a ruleset does with them, and which rule\n"
"  clew explain CAPTURE N         everything about packet N, and why\n";

static const struct command *
command_lookup(const char *name)
{
	for (size_t i = 0; i < command_count; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

/* => An exit status. */
static int
flush_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_OK;
	fprintf(stderr, "clew: cannot write: %s\n", strerror(errno));
	return EXIT_TROUBLE;
}

static int
print_usage(FILE *out)
{
	fputs(usage, out);
	for (size_t i = 0; i < command_count; i++)
		fprintf(out, "  %-14s %s\n", commands[i]->name,
			commands[i]->summary);
	fputs(usage_end, out);
	return out == stdout ? flush_output() : EXIT_USAGE;
}

static int
print_settings(void)
{
	const struct clew_setting *settings;
	struct clew_engine *engine;
	size_t count;

	if (clew_engine_create(&engine, &(struct clew_config){ 0 }) != 0) {
		fputs("clew: out of memory\n", stderr);
		return EXIT_TROUBLE;
	}
	settings = clew_settings(&count);
	for (size_t i = 0; i < count; i++) {
		uint64_t value = 0;

		clew_engine_get(engine, settings[i].name, &value);
		printf("%s = %" PRIu64 "%s%s%s\n", settings[i].name, value,
		       settings[i].unit[0] != '\0' ? " " : "",
		       settings[i].unit,
		       settings[i].read_only ? " (read-only)" : "");
	}
	clew_engine_destroy(engine);
	return flush_output();
}

static int
help(const char *topic)
{
	const struct command *command;

	if (topic == NULL)
		return print_usage(stdout);
	if (strcmp(topic, "settings") == 0)
		return print_settings();
	command = command_lookup(topic);
	if (command == NULL) {
		fprintf(stderr, "clew: no command '%s'; 'clew --help' lists "
			"them\n", topic);
		return EXIT_USAGE;
	}
	fputs(command->help, stdout);
	return flush_output();
}

/* A link of that name takes the original's place. */
static bool
is_called(const char *path, const char *name)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return path && strcmp(slash ? slash + 1 : path, name) == 0;
}

/* What a command opens must not come to be standard output: a closed one
 * takes no words, and a capture none of them. */
static bool
standard_files_are_open(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* For the wrong direction: it fails as a closed one does. */
		int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode) < 0)
			return false;
	}
	return true;
}

int
main(int argc, char **argv)
{
	const struct command *command;

	if (!standard_files_are_open())
		return EXIT_TROUBLE;
	if (is_called(argv[0], "conntrack"))
		return conntrack_command.run(argc, argv);
	if (is_called(argv[0], "nfct"))
		return nfct_command.run(argc, argv);
	if (argc < 2)
		return print_usage(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help(NULL);
	if (strcmp(argv[1], "help") == 0)
		return help(argv[2]);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("clew " CLEW_VERSION);
		return flush_output();
	}
	command = command_lookup(argv[1]);
	if (command == NULL) {
		fprintf(stderr, "clew: no command '%s'; 'clew --help' lists "
			"them\n", argv[1]);
		return EXIT_USAGE;
	}
	return command->run(argc - 1, argv + 1);
}
