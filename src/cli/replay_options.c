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
#include "cli/settings.h"
#include "cli/rules.h"

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
"  --trace           with --rules: what every rule said of every packet, in\n"
"                    the lines of nft monitor trace, and what tracking, NAT\n"
"                    and routing did in between\n"
"  --verdicts        a line for every packet: what became of it, by which\n"
"                    rule, and its addresses before and after\n"
"  --log             what 'log' statements say, in the kernel's words\n"
"  --counters        last of all the ruleset, as nft list ruleset or\n"
"                    iptables-save -c, with its counters\n"
"  --write FILE      a pcapng file of the packets as they leave, rejects and\n"
"                    resets too\n"
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
"under which rules (needs nft or iptables, but no privileges):\n"
"  --rules FILE      load a ruleset, as nft -f or nft -j -f, or as saved by\n"
"                    iptables-save (ip6:FILE: by ip6tables-save); may be\n"
"                    repeated.  'kernel' takes the running kernel's\n"
"  --versus FILE     say nothing but which packets fare otherwise under this\n"
"                    ruleset (may be repeated, too): by flow, with the rule\n"
"                    that decided on each side.  The exit status is 0 when\n"
"                    none does, 1 when some do, 2 for trouble\n"
"  --interface NAME=ADDRESS/LENGTH[,...]\n"
"                    the gateway has this interface, with these addresses\n"
"  --route PREFIX=NAME[,via ADDRESS]\n"
"                    and this route; PREFIX may be 'default'\n"
"  --map CAPTURED=NAME\n"
"                    packets of a file, or of an interface as a capture calls\n"
"                    it, come in at NAME.  Else they come in where their\n"
"                    source address would be reached\n"
"  --vantage inside|outside|both\n"
"                    on which side of the gateway's NAT the capture was made\n"
"                    (default inside: replies are seen translated back)\n"
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
"could not be read to its end or rules could not be loaded; 2 when the command\n"
"line is wrong.\n"
"\n"
"  clew replay --set nf_conntrack_acct=1 --table trace.pcap\n"
"  tcpdump -w - -i lan0 | clew replay --events --invalid -o timestamp -\n"
"  clew replay -o json --invalid trace.pcap | jq -r .reason | sort | uniq -c\n"
"  clew replay --rules gateway.nft --interface lan0=192.168.1.1/24 \\\n"
"      --interface wan0=203.0.113.2/24 --route default=wan0 \\\n"
"      --verdicts lan.pcap\n"
"\n"
"More is in clew-replay(1).\n";

static const char *who = "clew replay";	/* whose line it is */

static int wrong(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Say in one line what is wrong with the command line. */
static int
wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "%s: ", who);
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

static int
parse_interface(struct replay_options *o, const char *text)
{
	struct clew_error error = { "" };

	if (network_add_interface(&o->network, text, &error) != 0)
		return wrong("--interface: %s", error.text);
	return EXIT_OK;
}

static int
parse_route(struct replay_options *o, const char *text)
{
	struct clew_error error = { "" };

	if (network_add_route(&o->network, text, &error) != 0)
		return wrong("--route: %s", error.text);
	return EXIT_OK;
}

/* The last '=' parts: a file may have one in its name, an interface not. */
static int
parse_map(struct replay_options *o, const char *text)
{
	const char *equals = strrchr(text, '=');
	char *captured;

	if (equals == NULL || equals == text || equals[1] == '\0')
		return wrong("--map wants CAPTURED=NAME, not '%s'", text);
	captured = strndup(text, (size_t)(equals - text));
	if (captured == NULL)
		return wrong("%s", strerror(ENOMEM));
	o->maps[o->maps_count++] = (struct replay_map){
		.captured = captured,
		.name = equals + 1,
	};
	return EXIT_OK;
}

static int
parse_vantage(struct replay_options *o, const char *text)
{
	static const char *const words[] = {
		[VANTAGE_INSIDE] = "inside",
		[VANTAGE_OUTSIDE] = "outside",
		[VANTAGE_BOTH] = "both",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i]) == 0) {
			o->vantage = (enum replay_vantage)i;
			return EXIT_OK;
		}
	}
	return wrong("--vantage is inside, outside or both, not '%s'", text);
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
	OPT_RULES,
	OPT_INTERFACE,
	OPT_ROUTE,
	OPT_MAP,
	OPT_VANTAGE,
	OPT_TRACE,
	OPT_LOG,
	OPT_VERDICTS,
	OPT_COUNTERS,
	OPT_WRITE,
	OPT_VERSUS,
	OPT_WHY_DROPPED,
	OPT_FLOW,
	OPT_SPORT,
	OPT_DPORT,
	OPT_IF,
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
	{ "rules",	required_argument,	NULL, OPT_RULES },
	{ "interface",	required_argument,	NULL, OPT_INTERFACE },
	{ "route",	required_argument,	NULL, OPT_ROUTE },
	{ "map",	required_argument,	NULL, OPT_MAP },
	{ "vantage",	required_argument,	NULL, OPT_VANTAGE },
	{ "trace",	no_argument,		NULL, OPT_TRACE },
	{ "log",	no_argument,		NULL, OPT_LOG },
	{ "verdicts",	no_argument,		NULL, OPT_VERDICTS },
	{ "counters",	no_argument,		NULL, OPT_COUNTERS },
	{ "write",	required_argument,	NULL, OPT_WRITE },
	{ "versus",	required_argument,	NULL, OPT_VERSUS },
	{ "why-dropped", no_argument,		NULL, OPT_WHY_DROPPED },
	{ "flow",	required_argument,	NULL, OPT_FLOW },
	{ "sport",	required_argument,	NULL, OPT_SPORT },
	{ "dport",	required_argument,	NULL, OPT_DPORT },
	{ "if",		required_argument,	NULL, OPT_IF },
	{ "help",	no_argument,		NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* What getopt_long() stumbled over. */
static int
wrong_option(int c, char **argv)
{
	const char *option = argv[optind - 1];

	const char *command = who + sizeof("clew");

	if (c == ':')
		return wrong("option '%s' wants a value", option);
	if (optopt > 0 && optopt < 256)
		return wrong("no option '-%c'; 'clew help %s' lists them",
			     optopt, command);
	if (optopt >= 256)
		return wrong("option '%s' takes no value", option);
	return wrong("no option '%s'; 'clew help %s' lists them", option,
		     command);
}

/* The options about rules and the gateway they are on. */
static int
parse_gateway_option(struct replay_options *o, int c, char **argv)
{
	switch (c) {
	case OPT_RULES:
		o->rules[o->rules_count++] = optarg;
		return EXIT_OK;
	case OPT_INTERFACE:
		return parse_interface(o, optarg);
	case OPT_ROUTE:
		return parse_route(o, optarg);
	case OPT_MAP:
		return parse_map(o, optarg);
	case OPT_VANTAGE:
		return parse_vantage(o, optarg);
	case OPT_TRACE:
		o->trace = true;
		return EXIT_OK;
	case OPT_LOG:
		o->log = true;
		return EXIT_OK;
	case OPT_VERDICTS:
		o->verdicts = true;
		return EXIT_OK;
	case OPT_COUNTERS:
		o->counters = true;
		return EXIT_OK;
	case OPT_WRITE:
		o->write = optarg;
		return EXIT_OK;
	case OPT_VERSUS:
		o->versus[o->versus_count++] = optarg;
		return EXIT_OK;
	default:
		return wrong_option(c, argv);
	}
}

/* The options that explain has besides. */
static int
parse_explain_option(struct replay_options *o, int c)
{
	struct clew_error error = { "" };
	int err;

	switch (c) {
	case OPT_WHY_DROPPED:
		o->why_dropped = true;
		return EXIT_OK;
	case OPT_IF:
		o->hypotheses[o->hypotheses_count++] = optarg;
		return EXIT_OK;
	case OPT_FLOW:
		err = flow_filter_parse(&o->flow, optarg, &error);
		break;
	case OPT_SPORT:
		err = flow_filter_port(&o->flow, true, optarg, &error);
		break;
	case OPT_DPORT:
		err = flow_filter_port(&o->flow, false, optarg, &error);
		break;
	case 'p':
		err = flow_filter_protocol(&o->flow, optarg, &error);
		break;
	default:
		err = flow_filter_address(&o->flow, c == 's', optarg, &error);
		break;
	}
	return err != 0 ? wrong("%s", error.text) : EXIT_OK;
}

static bool
is_explain_option(int c)
{
	switch (c) {
	case OPT_WHY_DROPPED:
	case OPT_FLOW:
	case OPT_SPORT:
	case OPT_DPORT:
	case OPT_IF:
	case 'p':
	case 's':
	case 'd':
		return true;
	default:
		return false;
	}
}

/* What it is to print is replay's alone to be told. */
static bool
is_replay_option(int c)
{
	switch (c) {
	case OPT_EVENTS:
	case OPT_TABLE:
	case OPT_STATS:
	case OPT_INVALID:
	case OPT_UNTIL:
	case OPT_TRACE:
	case OPT_LOG:
	case OPT_VERDICTS:
	case OPT_COUNTERS:
	case OPT_WRITE:
	case OPT_VERSUS:
		return true;
	default:
		return false;
	}
}

static int
parse_option(struct replay_options *o, int c, char **argv)
{
	bool is_explain = o->command == REPLAY_EXPLAIN;

	if (is_explain ? is_replay_option(c) : is_explain_option(c))
		return wrong("option '%s' is clew %s's", argv[optind - 1],
			     is_explain ? "replay" : "explain");
	if (is_explain_option(c))
		return parse_explain_option(o, c);
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
		return parse_gateway_option(o, c, argv);
	}
}

/* Do the options about the gateway go together? */
static int
check_gateway(const struct replay_options *o)
{
	size_t inputs = 0;

	if (o->counters && o->rules_count == 0)
		return wrong("--counters wants --rules");
	if (o->log && o->rules_count == 0)
		return wrong("--log wants --rules");
	if (o->maps_count > 0 && o->network.ifaces == 0)
		return wrong("--map wants --interface");
	if (o->vantage != VANTAGE_INSIDE && o->network.ifaces == 0)
		return wrong("--vantage wants --interface");
	for (size_t i = 0; i < o->maps_count; i++) {
		if (network_index(&o->network, o->maps[i].name) == 0)
			return wrong("--map: no --interface '%s'",
				     o->maps[i].name);
	}
	for (size_t i = 0; i < o->rules_count; i++)
		inputs += strcmp(rules_path(o->rules[i]), "-") == 0;
	for (size_t i = 0; i < o->versus_count; i++)
		inputs += strcmp(rules_path(o->versus[i]), "-") == 0;
	for (size_t i = 0; i < o->captures_count; i++)
		inputs += strcmp(o->captures[i], "-") == 0;
	if (inputs > 1)
		return wrong("standard input can be read only once");
	return EXIT_OK;
}

static int
check_versus(const struct replay_options *o)
{
	if (o->events || o->table || o->stats || o->invalid || o->trace ||
	    o->log || o->verdicts || o->counters || o->write != NULL)
		return wrong("--versus says what differs, and nothing else");
	if (o->has_format && o->format != CLEW_FORMAT_JSON)
		return wrong("--versus writes lines, or json");
	if (o->rules_count == 0)
		return wrong("--versus wants --rules");
	return check_gateway(o);
}

static int
check_options(struct replay_options *o)
{
	if (o->captures_count == 0)
		return wrong("no capture given ('-' is standard input)");
	if (o->has_format && o->format == CLEW_FORMAT_SAVE && o->show != 0 &&
	    o->show != CLEW_SHOW_LABELS)
		return wrong("-o save takes no other word but labels");
	if (o->versus_count > 0)
		return check_versus(o);
	if (!o->events && !o->table && !o->stats && !o->invalid &&
	    !o->trace && !o->log && !o->verdicts && !o->counters && o->write == NULL)
		o->events = true;
	return check_gateway(o);
}

/* The last argument of explain: [CAPTURE:]N.  A capture may have a colon in
 * its name. */
static int
take_number(struct replay_options *o)
{
	const char *text, *colon;
	size_t len;

	if (o->captures_count == 0)
		return wrong("no capture given");
	text = o->captures[o->captures_count - 1];
	colon = strrchr(text, ':');
	len = colon != NULL ? (size_t)(colon - text) : 0;
	if (!parse_u64(colon != NULL ? colon + 1 : text, &o->number) ||
	    o->number == 0)
		return wrong("the last argument is the packet's number, from "
			     "1 on, not '%s'", text);
	if (--o->captures_count == 0)
		return wrong("no capture given");
	if (colon == NULL && o->captures_count > 1)
		return wrong("of which capture?  With several say "
			     "CAPTURE:%s", text);
	for (size_t i = 0; colon != NULL; i++) {
		if (i == o->captures_count)
			return wrong("no capture '%.*s' given", (int)len, text);
		o->number_file = i;
		if (strlen(o->captures[i]) == len &&
		    strncmp(o->captures[i], text, len) == 0)
			break;
	}
	o->has_number = true;
	return EXIT_OK;
}

/* Is the last argument a number rather than a capture? */
static bool
ends_in_number(const struct replay_options *o)
{
	const char *text, *colon;
	uint64_t number;

	if (o->captures_count < 2)
		return false;
	text = o->captures[o->captures_count - 1];
	colon = strrchr(text, ':');
	return parse_u64(colon != NULL ? colon + 1 : text, &number);
}

static int
check_explain(struct replay_options *o)
{
	bool has_flow = flow_filter_is_set(&o->flow);
	int status = EXIT_OK;

	if (o->has_format && o->format != CLEW_FORMAT_JSON)
		return wrong("-o takes json alone");
	if (has_flow && o->why_dropped)
		return wrong("--flow and --why-dropped exclude each other");
	if (!has_flow && (!o->why_dropped || ends_in_number(o)))
		status = take_number(o);
	if (status == EXIT_OK && o->captures_count == 0)
		status = wrong("no capture given");
	return status == EXIT_OK ? check_gateway(o) : status;
}

int
replay_options_parse(struct replay_options *o, int argc, char **argv)
{
	int status = EXIT_OK;
	int c;

	who = o->command == REPLAY_EXPLAIN ? "clew explain" : "clew replay";
	o->who = who;
	o->settings = calloc((size_t)argc, sizeof(*o->settings));
	o->rules = calloc((size_t)argc, sizeof(*o->rules));
	o->maps = calloc((size_t)argc, sizeof(*o->maps));
	o->versus = calloc((size_t)argc, sizeof(*o->versus));
	o->hypotheses = calloc((size_t)argc, sizeof(*o->hypotheses));
	if (o->settings == NULL || o->rules == NULL || o->maps == NULL ||
	    o->versus == NULL || o->hypotheses == NULL)
		return wrong("%s", strerror(ENOMEM));
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:hp:s:d:", long_options,
				NULL)) >= 0) {
		if (c == 'h')
			return -1;
		status = parse_option(o, c, argv);
		if (status != EXIT_OK)
			return status;
	}
	o->captures = (const char *const *)argv + optind;
	o->captures_count = (size_t)(argc - optind);
	return o->command == REPLAY_EXPLAIN ? check_explain(o) :
					      check_options(o);
}

int
replay_options_apply(const struct replay_options *o,
		     struct clew_engine *engine, FILE *notes)
{
	struct clew_error error = { "" };
	int status;

	for (size_t i = 0; i < o->settings_count; i++) {
		const struct replay_setting *given = &o->settings[i];

		if (given->is_file)
			status = settings_apply_file(engine, given->text,
						     notes, &error);
		else
			status = settings_apply(engine, given->text, &error);
		if (status != 0)
			return wrong("%s", error.text);
	}
	return EXIT_OK;
}

void
replay_options_fini(struct replay_options *o)
{
	for (size_t i = 0; i < o->maps_count; i++)
		free(o->maps[i].captured);
	free(o->maps);
	free(o->rules);
	free(o->versus);
	free(o->hypotheses);
	network_fini(&o->network);
	free(o->settings);
}
