/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain.c - clew explain: everything about one packet of a capture.
 *
 * The packets before it go through as in clew replay; it alone is explained.
 * What would have been with other settings is found out by engines of which
 * each has one setting otherwise from the beginning, given the same packets. */
#include "cli/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

const char explain_help[] =
"usage: clew explain [OPTION]... CAPTURE... [CAPTURE:]N\n"
"       clew explain [OPTION]... --why-dropped CAPTURE... [[CAPTURE:]N]\n"
"       clew explain [OPTION]... --flow FLOW CAPTURE...\n"
"\n"
"Say everything about packet N of a capture (as tcpdump counts, from 1): what\n"
"it is, which connection it belongs to, the cell of the state table, windows\n"
"and timeouts with their numbers, every rule that was tried and what its\n"
"expressions saw, where NAT and routing sent it, and whether another setting\n"
"had changed the answer.\n"
"\n"
"  --why-dropped     every first packet that was dropped or INVALID, by\n"
"                    reason and by rule, and how many there were of each;\n"
"                    with N why that one was, and no more\n"
"  --flow [PROTOCOL,]ADDRESS[:PORT]-ADDRESS[:PORT][,zone=N]\n"
"                    a connection's story, a line for each of its packets:\n"
"                    before or after NAT, whichever way round.  '*' is any\n"
"                    address; an IPv6 one with a port stands in brackets.\n"
"                    Or, as with conntrack: -p, -s, -d, --sport, --dport\n"
"  --if NAME=VALUE   besides loose, liberal, resets and checksums: what if\n"
"                    this setting had been so?  May be repeated\n"
"  -o json           for programs; docs/json.md has the names\n"
"\n"
"Options of clew replay that say under which conditions hold here, too:\n"
"--rules, --interface, --route, --map, --vantage, --set, --sysctl,\n"
"--offloaded, --seed.\n"
"\n"
"The exit status is 0; 1 when a capture could not be read, has no such packet,\n"
"or rules could not be loaded; 2 when the command line is wrong.\n"
"\n"
"  clew explain trace.pcap 1234\n"
"  clew explain --rules gateway.nft --interface lan0=192.168.1.1/24 \\\n"
"      --interface wan0=203.0.113.2/24 --route default=wan0 lan.pcap 7\n"
"  clew explain --why-dropped trace.pcap\n"
"  clew explain --flow 192.168.1.10:40000-198.51.100.7:443 trace.pcap\n"
"\n"
"More is in clew-explain(1).\n";

/* What is asked without being asked for: 0 and 1 turned round. */
static const char *const switches[] = {
	"nf_conntrack_tcp_loose",
	"nf_conntrack_tcp_be_liberal",
	"nf_conntrack_tcp_ignore_invalid_rst",
	"nf_conntrack_checksum",
};

enum {
	SWITCHES = sizeof(switches) / sizeof(switches[0]),
	SETTING_SIZE = 256,
};

/* A lane for what might have been. */
struct maybe {
	char setting[SETTING_SIZE];	/* NAME=VALUE */
	char name[SETTING_SIZE];
	struct lane *lane;
};

struct explainer {
	const struct replay_options *o;
	struct timeline *timeline;
	struct lane *lane;
	struct explain_print *print;
	bool is_the_one;		/* the packet at hand */
	struct maybe *maybe;
	size_t maybe_count;
	struct explain_if *ifs;
	uint64_t last;			/* number of the file's last packet */
};

struct print_origin
explain_origin(const struct replay_options *o,
	       const struct timeline_origin *origin)
{
	return (struct print_origin){
		.file = o->captures_count > 1 ?
			o->captures[origin->file] : NULL,
		.number = origin->number,
		.time_ns = origin->time_ns,
	};
}

static void
on_event(void *ctx, const struct clew_event *event)
{
	struct explainer *x = ctx;

	if (x->is_the_one)
		explain_print_event(x->print, event);
}

static int
add_maybe(struct explainer *x, const struct replay_options *quiet,
	  const char *setting)
{
	struct maybe *m = &x->maybe[x->maybe_count];
	struct lane_config config = {
		.options = quiet,
		.setting = m->setting,
		.timeline = x->timeline,
	};

	snprintf(m->setting, sizeof(m->setting), "%s", setting);
	snprintf(m->name, sizeof(m->name), "%.*s",
		 (int)strcspn(setting, "="), setting);
	x->maybe_count++;
	return lane_create(&m->lane, &config);
}

/* The settings that might have been others. */
static int
add_maybes(struct explainer *x, const struct replay_options *quiet)
{
	size_t most = SWITCHES + x->o->hypotheses_count;
	char setting[SETTING_SIZE];
	int status = EXIT_OK;
	uint64_t value;

	x->maybe = calloc(most, sizeof(*x->maybe));
	x->ifs = calloc(most, sizeof(*x->ifs));
	if (x->maybe == NULL || x->ifs == NULL) {
		fprintf(stderr, "%s: %s\n", x->o->who, strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	for (size_t i = 0; i < x->o->hypotheses_count && status == EXIT_OK;
	     i++)
		status = add_maybe(x, quiet, x->o->hypotheses[i]);
	for (size_t i = 0; i < SWITCHES && status == EXIT_OK; i++) {
		if (clew_engine_get(lane_engine(x->lane), switches[i],
				    &value) != 0)
			continue;
		snprintf(setting, sizeof(setting), "%s=%d", switches[i],
			 value == 0);
		status = add_maybe(x, quiet, setting);
	}
	return status;
}

/* The packet that was asked for. */
static void
explain_one(struct explainer *x, const struct timeline_burst *burst)
{
	struct clew_engine *engine = lane_engine(x->lane);
	struct lane_fate fate;

	x->is_the_one = true;
	explain_print_begin(x->print, x->o->why_dropped);
	clew_engine_explain(engine, explain_print_step, x->print);
	lane_feed(x->lane, burst, 0, &fate);
	clew_engine_explain(engine, NULL, NULL);
	for (size_t i = 0; i < x->maybe_count; i++) {
		struct explain_if *f = &x->ifs[i];
		const struct maybe *m = &x->maybe[i];

		lane_feed(m->lane, burst, 0, &f->fate);
		f->name = m->name;
		f->names = lane_names(m->lane);
		clew_engine_get(lane_engine(m->lane), m->name, &f->value);
		f->differs = !explain_is_same_fate(&fate, &f->fate);
	}
	explain_print_packet(x->print, stdout, &(struct explain_packet){
		.origin = explain_origin(x->o, &burst->origin[0]),
		.fate = &fate,
		.ifs = x->ifs,
		.ifs_count = x->maybe_count,
	});
}

static void
pass(struct explainer *x, const struct timeline_burst *burst)
{
	struct lane_fate fate;

	lane_feed(x->lane, burst, 0, &fate);
	for (size_t i = 0; i < x->maybe_count; i++)
		lane_feed(x->maybe[i].lane, burst, 0, &fate);
}

/* => Was it there? */
static bool
find(struct explainer *x)
{
	struct timeline_burst *burst;

	while ((burst = timeline_next(x->timeline, 1)) != NULL) {
		const struct timeline_origin *origin = &burst->origin[0];

		if (origin->file == x->o->number_file)
			x->last = origin->number;
		if (origin->file == x->o->number_file &&
		    origin->number == x->o->number) {
			explain_one(x, burst);
			return true;
		}
		pass(x, burst);
	}
	return false;
}

/* There is none of that number: say how many there are. */
static int
say_missing(const struct explainer *x)
{
	const struct replay_options *o = x->o;
	const char *file = o->captures[o->number_file];
	struct capture_counts counts;

	timeline_counts(x->timeline, &counts);
	if (timeline_error(x->timeline, o->number_file) != NULL)
		fprintf(stderr, "%s: %s: %s\n", o->who, file,
			timeline_error(x->timeline, o->number_file));
	else if (o->captures_count == 1 && o->number <= counts.frames)
		fprintf(stderr, "%s: %s: packet %" PRIu64 " is no IP packet\n",
			o->who, file, o->number);
	else if (o->captures_count == 1)
		fprintf(stderr, "%s: %s: has only %" PRIu64 " packet%s, not %"
			PRIu64 "\n", o->who, file, counts.frames,
			counts.frames == 1 ? "" : "s", o->number);
	else
		fprintf(stderr, "%s: %s: has no packet %" PRIu64 " of IP; the "
			"last has number %" PRIu64 "\n", o->who, file,
			o->number, x->last);
	return EXIT_TROUBLE;
}

int
explain_number(const struct replay_options *o, struct timeline *timeline)
{
	struct replay_options quiet = *o;
	struct explainer x = { .o = o, .timeline = timeline };
	int status;

	quiet.is_quiet = true;
	status = lane_create(&x.lane, &(struct lane_config){
		.options = o, .timeline = timeline,
		.on_event = on_event, .ctx = &x,
	});
	if (status == EXIT_OK)
		status = add_maybes(&x, &quiet);
	if (status == EXIT_OK && explain_print_create(&x.print,
	    o->format == CLEW_FORMAT_JSON, x.lane) != 0)
		status = EXIT_TROUBLE;
	if (status == EXIT_OK && !find(&x))
		status = say_missing(&x);
	explain_print_destroy(x.print);
	for (size_t i = 0; i < x.maybe_count; i++)
		lane_destroy(x.maybe[i].lane);
	free(x.maybe);
	free(x.ifs);
	lane_destroy(x.lane);
	return status;
}

static int
explain(const struct replay_options *o)
{
	struct timeline *timeline;
	int status;

	if (timeline_create(&timeline, o->captures, o->captures_count) != 0) {
		fprintf(stderr, "%s: %s\n", o->who, strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	if (o->has_number)
		status = explain_number(o, timeline);
	else if (o->why_dropped)
		status = explain_why(o, timeline);
	else
		status = explain_flow(o, timeline);
	for (size_t i = 0; i < o->captures_count && !o->has_number; i++) {
		const char *error = timeline_error(timeline, i);

		if (error == NULL)
			continue;
		fprintf(stderr, "clew: %s: %s\n",
			strcmp(o->captures[i], "-") == 0 ? "standard input" :
			o->captures[i], error);
		status = EXIT_TROUBLE;
	}
	timeline_destroy(timeline);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "clew: cannot write: %s\n", strerror(errno));
		return EXIT_TROUBLE;
	}
	return status;
}

static int
explain_main(int argc, char **argv)
{
	struct replay_options o = {
		.command = REPLAY_EXPLAIN,
		.format = CLEW_FORMAT_LINE,
		.wants_rules = true,
	};
	int status;

	status = replay_options_parse(&o, argc, argv);
	if (status == -1) {
		fputs(explain_help, stdout);
		status = EXIT_OK;
	} else if (status == EXIT_OK) {
		status = explain(&o);
	}
	replay_options_fini(&o);
	return status;
}

const struct command explain_command = {
	.name = "explain",
	.summary = "say everything about one packet of a capture, and why",
	.help = explain_help,
	.run = explain_main,
};
