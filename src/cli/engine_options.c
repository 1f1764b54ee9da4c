/* SPDX-License-Identifier: BSD-2-Clause
 * cli/engine_options.c - the command line of 'clew engine'. */
#include "cli/engine_options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/rules.h"

const char engine_help[] =
"usage: clew engine --socket PATH [OPTION]...\n"
"\n"
"Be an engine that stays up: programs run by 'clew exec --engine PATH' see\n"
"its rules and interfaces as if they were the kernel's, and change its rules.\n"
"It prints one line when it is ready, and ends at SIGINT or SIGTERM.\n"
"\n"
"  --socket PATH     where it listens; only its own user and root may connect\n"
"\n"
"what it begins with:\n"
"  --rules FILE      rules as nft's text or JSON, or as iptables-save (ip6:FILE:\n"
"                    ip6tables-save) prints them; 'kernel': those of this\n"
"                    machine.  May be repeated\n"
"  --interface NAME=ADDRESS/LENGTH[,...]\n"
"                    an interface of the gateway, and its addresses\n"
"  --route PREFIX=NAME[,via ADDRESS]\n"
"                    where packets go; PREFIX may be 'default'\n"
"  --set NAME=VALUE  a setting; 'clew help settings' lists them\n"
"  --seed N          what is chosen at random follows from N (default 0)\n"
"\n"
"what passes through it:\n"
"  --feed CAPTURE    the packets of a capture ('-': standard input); several\n"
"                    are merged by time\n"
"  --speed FACTOR    how fast its time passes: 1 (default) as it did, 10 ten\n"
"                    times as fast, 'max' as fast as packets can be judged\n"
"  --offloaded       take every checksum for right\n"
"\n"
"  clew engine --socket gw.sock --feed trace.pcap --speed 10 &\n"
"  clew exec --engine gw.sock nft monitor trace\n"
"\n"
"More is in clew-engine(1).\n";

static int wrong(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Say in one line what is wrong with the command line. */
static int
wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("clew engine: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	return EXIT_USAGE;
}

static int
parse_speed(struct engine_options *o, const char *text)
{
	char *end;

	if (strcmp(text, "max") == 0) {
		o->speed = 0;
		return EXIT_OK;
	}
	errno = 0;
	o->speed = strtod(text, &end);
	if (end == text || *end != '\0' || errno != 0 ||
	    !isfinite(o->speed) || o->speed < 1e-3 || o->speed > 1e9)
		return wrong("--speed wants a factor between 0.001 and "
			     "1000000000, or 'max', not '%s'", text);
	return EXIT_OK;
}

static int
parse_seed(struct engine_options *o, const char *text)
{
	char *end;

	errno = 0;
	o->choice = strtoull(text, &end, 0);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0)
		return wrong("--seed wants a number, not '%s'", text);
	return EXIT_OK;
}

enum {
	OPT_SOCKET = 256,
	OPT_FEED,
	OPT_SPEED,
	OPT_RULES,
	OPT_INTERFACE,
	OPT_ROUTE,
	OPT_SET,
	OPT_SEED,
	OPT_OFFLOADED,
};

static const struct option long_options[] = {
	{ "socket",	required_argument,	NULL, OPT_SOCKET },
	{ "feed",	required_argument,	NULL, OPT_FEED },
	{ "speed",	required_argument,	NULL, OPT_SPEED },
	{ "rules",	required_argument,	NULL, OPT_RULES },
	{ "interface",	required_argument,	NULL, OPT_INTERFACE },
	{ "route",	required_argument,	NULL, OPT_ROUTE },
	{ "set",	required_argument,	NULL, OPT_SET },
	{ "seed",	required_argument,	NULL, OPT_SEED },
	{ "offloaded",	no_argument,		NULL, OPT_OFFLOADED },
	{ "help",	no_argument,		NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* What getopt_long() stumbled over. */
static int
wrong_option(int c, char **argv)
{
	const char *option = argv[optind - 1];

	if (c == ':')
		return wrong("option '%s' wants a value", option);
	if (optopt > 0 && optopt < 256)
		return wrong("no option '-%c'; 'clew help engine' lists them",
			     optopt);
	if (optopt >= 256)
		return wrong("option '%s' takes no value", option);
	return wrong("no option '%s'; 'clew help engine' lists them", option);
}

static int
parse_option(struct engine_options *o, int c, char **argv)
{
	struct clew_error error = { "" };

	switch (c) {
	case OPT_SOCKET:
		o->socket = optarg;
		return EXIT_OK;
	case OPT_FEED:
		o->inputs += strcmp(optarg, "-") == 0;
		o->feeds[o->feed.captures_count++] = optarg;
		return EXIT_OK;
	case OPT_SPEED:
		return parse_speed(o, optarg);
	case OPT_RULES:
		o->inputs += strcmp(rules_path(optarg), "-") == 0;
		o->rules[o->rules_count++] = optarg;
		return EXIT_OK;
	case OPT_INTERFACE:
		return network_add_interface(&o->feed.network, optarg, &error) ?
		       wrong("%s", error.text) : EXIT_OK;
	case OPT_ROUTE:
		return network_add_route(&o->feed.network, optarg, &error) ?
		       wrong("%s", error.text) : EXIT_OK;
	case OPT_SET:
		o->settings[o->settings_count++] = optarg;
		return EXIT_OK;
	case OPT_SEED:
		return parse_seed(o, optarg);
	case OPT_OFFLOADED:
		o->offloaded = true;
		return EXIT_OK;
	default:
		return wrong_option(c, argv);
	}
}

static int
check_options(const struct engine_options *o, int argc, char **argv)
{
	if (optind < argc)
		return wrong("'%s' is too much; captures are given by --feed",
			     argv[optind]);
	if (!o->socket)
		return wrong("no socket given (--socket PATH)");
	if (o->inputs > 1)
		return wrong("standard input can be read only once");
	return EXIT_OK;
}

int
engine_options_parse(struct engine_options *o, int argc, char **argv)
{
	size_t most = (size_t)argc;
	int status = EXIT_OK;
	int c;

	o->feeds = calloc(most, sizeof(*o->feeds));
	o->rules = calloc(most, sizeof(*o->rules));
	o->settings = calloc(most, sizeof(*o->settings));
	if (!o->feeds || !o->rules || !o->settings)
		return wrong("%s", strerror(ENOMEM));
	o->feed.captures = o->feeds;
	o->feed.rules_count = 1;	/* if not now, then later */
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", long_options, NULL)) >= 0) {
		if (c == 'h')
			return -1;
		status = parse_option(o, c, argv);
		if (status != EXIT_OK)
			return status;
	}
	return check_options(o, argc, argv);
}

void
engine_options_fini(struct engine_options *o)
{
	free(o->feeds);
	free(o->rules);
	free(o->settings);
	network_fini(&o->feed.network);
}
