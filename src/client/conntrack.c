/* SPDX-License-Identifier: BSD-2-Clause
 * client/conntrack.c - the whole of conntrack(8): parse, open, run. */
#include "client/conntrack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/count_by.h"
#include "client/events.h"
#include "client/expect.h"
#include "client/load.h"
#include "client/netns.h"
#include "client/option.h"
#include "client/parse.h"

static const char usage_head[] =
"usage: clew conntrack COMMAND [TABLE] [OPTION]...\n"
"\n"
"List, change and watch the connections that a kernel or a clew engine tracks:\n"
"conntrack(8), option for option, with additions (marked +).\n"
"\n"
"commands:\n";

static const char usage_tail[] =
"\n"
"TABLE is conntrack (default), expect, dying or unconfirmed, or a beginning of\n"
"it.  Values of filters may be lists (80,443), ranges (1000-2000), prefixes\n"
"(10.0.0.0/8), and with '!' in front all others ('!22').\n"
"\n"
"  clew conntrack -L -p tcp --dport 443 -o json\n"
"  clew conntrack -D -s 192.0.2.7\n"
"  clew conntrack -L --count-by src\n"
"\n"
"More is in clew-conntrack(1).\n";

static void
print_option(const struct option_info *info, bool is_ours)
{
	char names[64];

	if (info->letter)
		snprintf(names, sizeof(names), "-%c, --%s", info->letter,
			 info->name);
	else
		snprintf(names, sizeof(names), "    --%s", info->name);
	if (info->argument) {
		size_t len = strlen(names);

		snprintf(names + len, sizeof(names) - len, " %s",
			 info->argument);
	}
	printf(" %c%-33s %s\n", is_ours ? '+' : ' ', names, info->help);
}

/* Is an option clew's own with every command it may be given with? */
static bool
is_ours(const struct option_info *info)
{
	return strchr(info->valid, '+') && !strpbrk(info->valid, "om");
}

static void
print_protocol(const struct proto_info *info)
{
	printf("\noptions of -p %s:\n", info->name);
	for (size_t i = 0; i < info->spellings; i++)
		printf("  --%s VALUE\n", info->spelling[i].name);
}

static int
help(const struct order *o)
{
	const struct proto_info *proto = option_proto(o->protocol);

	fputs(usage_head, stdout);
	for (int i = 0; i < ORDER_COMMANDS; i++)
		printf("  -%c, --%-12s %s\n", command_infos[i].letter,
		       command_infos[i].name, command_infos[i].help);
	fputs("\noptions:\n", stdout);
	for (int i = 0; i < OPTION_COUNT; i++)
		print_option(&option_infos[i], is_ours(&option_infos[i]));
	if (o->has_protocol && proto)
		print_protocol(proto);
	fputs(usage_tail, stdout);
	return 0;
}

static int
run_expect(struct session *s)
{
	switch (s->order->command) {
	case ORDER_LIST:
		return expect_list(s);
	case ORDER_GET:
		return expect_get(s);
	case ORDER_CREATE:
		return expect_create(s);
	case ORDER_DELETE:
		return expect_delete(s);
	case ORDER_FLUSH:
		return expect_flush(s);
	case ORDER_COUNT:
		return expect_count(s);
	case ORDER_EVENT:
		return events_show(s);
	case ORDER_STATS:
		return table_stats(s);
	case ORDER_ADD:
	case ORDER_UPDATE:
	case ORDER_LOAD:
	case ORDER_VERSION:
	case ORDER_HELP:
	case ORDER_NONE:
		break;
	}
	return 2;
}

int
run_order(struct session *s)
{
	if (s->order->table == ORDER_EXPECT)
		return run_expect(s);
	switch (s->order->command) {
	case ORDER_LIST:
		return order_has(s->order, OPTION_COUNT_BY) ? count_by(s) :
							      table_list(s);
	case ORDER_GET:
		return table_get(s);
	case ORDER_CREATE:
	case ORDER_ADD:
		return table_create(s);
	case ORDER_UPDATE:
		return table_update(s);
	case ORDER_DELETE:
		return table_delete(s);
	case ORDER_FLUSH:
		return table_flush(s);
	case ORDER_EVENT:
		return events_show(s);
	case ORDER_COUNT:
		return table_count(s);
	case ORDER_STATS:
		return table_stats(s);
	case ORDER_LOAD:
	case ORDER_VERSION:
	case ORDER_HELP:
	case ORDER_NONE:
		break;
	}
	return 2;
}

/* What a command needs beside its order, in one namespace or each. */
struct job {
	struct order *order;
	struct labels *labels;
	bool has_many;
};

static int
run_in(void *ctx, const char *netns, uint64_t *entries)
{
	struct job *job = ctx;
	struct order *o = job->order;
	struct session s = {
		.order = o,
		.show = {
			.out = stdout, .order = o, .labels = job->labels,
		},
	};
	struct clew_error error;
	int status;

	o->netns = netns;
	if (wire_open(&s.wire, netns, &error)) {
		show_note("%s", error.text);
		*entries = 1;	/* not to be passed over */
		return 1;
	}
	if (job->has_many)
		show_netns(&s.show, netns);
	status = o->command == ORDER_LOAD ? load_file(&s, job->labels) :
					    run_order(&s);
	*entries = s.count;
	wire_close(s.wire);
	return status;
}

static int
run(struct order *o, struct labels *labels)
{
	struct job job = { .order = o, .labels = labels };
	uint64_t entries;
	int status;

	setvbuf(stdout, NULL, _IOFBF, 1 << 18);
	if (o->netns && strcmp(o->netns, "all") == 0) {
		if (o->command == ORDER_EVENT ||
		    (o->command == ORDER_LOAD && strcmp(o->file, "-") == 0)) {
			show_note("not in all namespaces at once");
			return 2;
		}
		job.has_many = true;
		status = netns_each(run_in, &job);
	} else {
		status = run_in(&job, o->netns, &entries);
	}
	if (fflush(stdout) == EOF || ferror(stdout)) {
		show_note("cannot write: %s", strerror(errno));
		return 1;
	}
	return status;
}

/* What 'clew events' takes for granted. */
static void
make_whole(struct order *o, bool has_resync)
{
	if (!o->output)
		o->output = OUTPUT_TIMESTAMP | OUTPUT_ID;
	if (o->table == ORDER_CONNTRACK && has_resync)
		o->given |= 1ULL << OPTION_RESYNC;
}

enum kind { CONNTRACK, EVENTS, EVENTS_ALONE };

static int
parse_and_run(int argc, char **argv, enum kind kind)
{
	struct parse_error error = { .status = 0 };
	struct labels labels = { .is_read = false };
	struct order o;
	int status, bad = parse_order(&o, argc, argv, &labels, &error);

	if (!bad && kind != CONNTRACK)
		make_whole(&o, kind == EVENTS);
	if (bad) {
		show_note("%s", error.error.text);
		if (error.status == 2)
			show_try();
		status = error.status;
	} else if (o.command == ORDER_HELP || o.command == ORDER_NONE) {
		status = help(&o);
	} else if (o.command == ORDER_VERSION) {
		puts("conntrack v1.4.7 (conntrack-tools)");
		status = 0;
	} else {
		status = run(&o, &labels);
	}
	order_fini(&o);
	labels_fini(&labels);
	return status;
}

int
client_conntrack(int argc, char **argv)
{
	return parse_and_run(argc, argv, CONNTRACK);
}

static int
events_help(void)
{
	fputs("usage: clew events [TABLE] [OPTION]...\n"
	      "\n"
	      "Show what becomes of connections, as it happens, and lose nothing unsaid:\n"
	      "'clew conntrack -E' with the time and the id of each, and with --resync.\n"
	      "\n"
	      "  --no-resync  after a loss, only say so\n"
	      "  -e NEW,UPDATES,DESTROY, -p PROTOCOL, -s ADDRESS, -o json ...\n"
	      "               as those of conntrack -E\n"
	      "\n"
	      "  clew events -e NEW,DESTROY -p tcp --dport 443\n"
	      "  clew events -o json --reliable\n"
	      "\n"
	      "More is in clew-events(1).\n", stdout);
	return 0;
}

int
client_events(int argc, char **argv)
{
	char **words = calloc((size_t)argc + 2, sizeof(*words));
	enum kind kind = EVENTS;
	int n = 0, status;

	if (!words) {
		show_note("out of memory");
		return 1;
	}
	words[n++] = argv[0];
	words[n++] = (char *)(uintptr_t)"-E";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0) {
			free(words);
			return events_help();
		}
		if (strcmp(argv[i], "--no-resync") == 0)
			kind = EVENTS_ALONE;
		else
			words[n++] = argv[i];
	}
	status = parse_and_run(n, words, kind);
	free(words);
	return status;
}
