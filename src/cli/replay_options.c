/* SPDX-License-Identifier: BSD-2-Clause
 * cli/replay_options.c - the command line of 'clew replay'.
 *
 * Everything that can be wrong with the line itself is found here, before a
 * capture is opened; settings are checked by the engine, later. */
#include "cli/replay_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/command.h"

const char replay_help[] =
"usage: clew replay [OPTION]... CAPTURE...\n"
"\n"
"Put captures (pcap or pcapng, '-' is standard input; several are merged by\n"
"time) through connection tracking as Linux 6.18 does it, and print what its\n"
"tools would have printed.  Time is the packets' own.\n"
"\n"
"what to print (nothing said: --events):\n"
"  --events          every event, in the lines of conntrack -E\n"
"  --invalid         every packet in state INVALID, among the events: number\n"
"                    in its file, time, tuple, Linux's reason, and the\n"
"                    numbers behind it\n"
"  --table           then the table at the end, as conntrack -L\n"
"  --stats           then the counters, as conntrack -S\n"
"\n"
"how:\n"
"  -o WORD,...       timestamp   the packet's time before each event\n"
"                    extended    the layer 3 protocol too\n"
"                    id          each connection's id\n"
"                    ktimestamp  when it began and ended\n"
"                                (needs --set nf_conntrack_timestamp=1)\n"
"                    labels      its labels\n"
"                    xml, save, json   instead of lines\n"
"\n"
"under what conditions:\n"
"  --set NAME=VALUE  a setting, by Linux's name; 'clew help settings' lists\n"
"                    them.  May be repeated; the last one stands.\n"
"  --sysctl FILE     the settings of a file as for sysctl -p\n"
"  --offloaded       take every checksum for right: the capture was made on\n"
"                    a host whose network card fills them in later\n"
"  --seed N          choose other ids (default 0)\n"
"  --until SECONDS   let the clock run on behind the last packet, or, with\n"
"                    'end', until the last connection has expired\n"
"\n"
"A summary goes to standard error.  The exit status is 0; 1 when a capture\n"
"could not be read to its end; 2 when the command line is wrong.\n"
"\n"
"  clew replay --set nf_conntrack_acct=1 --table trace.pcap\n"
"  tcpdump -w - -i lan0 | clew replay --events --invalid -o timestamp -\n"
"  clew replay -o json --invalid trace.pcap | jq -r .reason | sort | uniq -c\n"
"\n"
"More is in clew-replay(1).\n";

static int wrong(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Say in one line what is wrong with the command line. */
static int
wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("clew replay: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	return EXIT_USAGE;
}

static const struct {
	const char *name;
	uint32_t show;		/* 0: a format */
	enum clew_format format;
} output_words[] = {
	{ "timestamp",	CLEW_SHOW_TIMESTAMP,	CLEW_FORMAT_LINE },
	{ "extended",	CLEW_SHOW_EXTENDED,	CLEW_FORMAT_LINE },
	{ "id",		CLEW_SHOW_ID,		CLEW_FORMAT_LINE },
	{ "ktimestamp",	CLEW_SHOW_KTIMESTAMP,	CLEW_FORMAT_LINE },
	{ "labels",	CLEW_SHOW_LABELS,	CLEW_FORMAT_LINE },
	{ "xml",	0,			CLEW_FORMAT_XML },
	{ "save",	0,			CLEW_FORMAT_SAVE },
	{ "json",	0,			CLEW_FORMAT_JSON },
};

/* One word of -o; as with conntrack its beginning is enough. */
static int
parse_output_word(struct replay_options *o, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < sizeof(output_words) / sizeof(output_words[0]);
	     i++) {
		if (len == 0 ||
		    strncasecmp(output_words[i].name, word, len) != 0)
			continue;
		if (output_words[i].show != 0) {
			o->show |= output_words[i].show;
			return EXIT_OK;
		}
		if (o->has_format && o->format != output_words[i].format)
			return wrong("xml, save and json exclude each other");
		o->has_format = true;
		o->format = output_words[i].format;
		return EXIT_OK;
	}
	return wrong("no output format '%s'; there are timestamp, extended, "
		     "id, ktimestamp, labels, xml, save, json", word);
}

static int
parse_output(struct replay_options *o, const char *list)
{
	char *copy = strdup(list);
	char *rest = copy;
	char *word;
	int status = EXIT_OK;

	if (copy == NULL)
		return wrong("%s", strerror(ENOMEM));
	while (status == EXIT_OK && (word = strsep(&rest, ",")) != NULL)
		status = parse_output_word(o, word);
	free(copy);
	return status;
}

static bool
parse_u64(const char *text, uint64_t *n)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*n = strtoull(text, &end, 0);
	return errno == 0 && *end == '\0';
}

static int
parse_until(struct replay_options *o, const char *text)
{
	o->until_end = strcmp(text, "end") == 0;
	if (o->until_end)
		return EXIT_OK;
	/* the clock ends in the year 2262; any span longer than it is wrong */
	if (!parse_u64(text, &o->until_s) || o->until_s > INT64_MAX / 1000000000)
		return wrong("--until wants a number of seconds or 'end', "
			     "not '%s'", text);
	return EXIT_OK;
}

static int
parse_seed(struct replay_options *o, const char *text)
{
	if (!parse_u64(text, &o->choice))
		return wrong("--seed wants a number, not '%s'", text);
	return EXIT_OK;
}

static void
add_setting(struct replay_options *o, bool is_file, const char *text)
{
	o->settings[o->settings_count++] = (struct replay_setting){
		.is_file = is_file,
		.text = text,
	};
}

enum {
	OPT_EVENTS = 256,
	OPT_TABLE,
	OPT_STATS,
	OPT_INVALID,
	OPT_SET,
	OPT_SYSCTL,
	OPT_OFFLOADED,
	OPT_SEED,
	OPT_UNTIL,
};

static const struct option long_options[] = {
	{ "events",	no_argument,		NULL, OPT_EVENTS },
	{ "table",	no_argument,		NULL, OPT_TABLE },
	{ "stats",	no_argument,		NULL, OPT_STATS },
	{ "invalid",	no_argument,		NULL, OPT_INVALID },
	{ "output",	required_argument,	NULL, 'o' },
	{ "set",	required_argument,	NULL, OPT_SET },
	{ "sysctl",	required_argument,	NULL, OPT_SYSCTL },
	{ "offloaded",	no_argument,		NULL, OPT_OFFLOADED },
	{ "seed",	required_argument,	NULL, OPT_SEED },
	{ "until",	required_argument,	NULL, OPT_UNTIL },
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
		return wrong("no option '-%c'; 'clew help replay' lists them",
			     optopt);
	if (optopt >= 256)
		return wrong("option '%s' takes no value", option);
	return wrong("no option '%s'; 'clew help replay' lists them", option);
}

static int
parse_option(struct replay_options *o, int c, char **argv)
{
	switch (c) {
	case OPT_EVENTS:
		o->events = true;
		return EXIT_OK;
	case OPT_TABLE:
		o->table = true;
		return EXIT_OK;
	case OPT_STATS:
		o->stats = true;
		return EXIT_OK;
	case OPT_INVALID:
		o->invalid = true;
		return EXIT_OK;
	case 'o':
		return parse_output(o, optarg);
	case OPT_SET:
		add_setting(o, false, optarg);
		return EXIT_OK;
	case OPT_SYSCTL:
		add_setting(o, true, optarg);
		return EXIT_OK;
	case OPT_OFFLOADED:
		o->offloaded = true;
		return EXIT_OK;
	case OPT_SEED:
		return parse_seed(o, optarg);
	case OPT_UNTIL:
		return parse_until(o, optarg);
	default:
		return wrong_option(c, argv);
	}
}

static int
check_options(struct replay_options *o)
{
	size_t inputs = 0;

	if (o->captures_count == 0)
		return wrong("no capture given ('-' is standard input)");
	for (size_t i = 0; i < o->captures_count; i++)
		inputs += strcmp(o->captures[i], "-") == 0;
	if (inputs > 1)
		return wrong("standard input can be read only once");
	if (o->has_format && o->format == CLEW_FORMAT_SAVE && o->show != 0 &&
	    o->show != CLEW_SHOW_LABELS)
		return wrong("-o save takes no other word but labels");
	if (!o->events && !o->table && !o->stats && !o->invalid)
		o->events = true;
	return EXIT_OK;
}

int
replay_options_parse(struct replay_options *o, int argc, char **argv)
{
	int status = EXIT_OK;
	int c;

	o->settings = calloc((size_t)argc, sizeof(*o->settings));
	if (o->settings == NULL)
		return wrong("%s", strerror(ENOMEM));
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:h", long_options, NULL)) >= 0) {
		if (c == 'h')
			return -1;
		status = parse_option(o, c, argv);
		if (status != EXIT_OK)
			return status;
	}
	o->captures = (const char *const *)argv + optind;
	o->captures_count = (size_t)(argc - optind);
	return check_options(o);
}

void
replay_options_fini(struct replay_options *o)
{
	free(o->settings);
}
