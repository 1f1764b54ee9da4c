/* SPDX-License-Identifier: BSD-2-Clause
 * parity/main.c - does libclew say what Linux says?
 *
 * See README.md.  Exit status: 0 no difference, 1 a difference or a failure,
 * 2 wrong use, 77 this machine can not tell. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "parity/captures.h"
#include "parity/gen.h"
#include "parity/rules.h"
#include "parity/rules_iptables.h"
#include "parity/run.h"
#include "parity/settings.h"
#include "parity/tables.h"

#define SKIPPED 77

struct args {
	uint64_t seed;
	size_t count;		/* 0: no limit */
	double seconds;		/* 0: no limit */
	const char *only;
	const char *captures;
	const char *extensions;	/* iptables': NULL: all */
	const char *rules[4];	/* files or folders of them */
	int rules_count;
	bool print;
	char **paths;
	int path_count;
};

static const char usage[] =
	"usage: parity COMMAND [OPTION]... [PATH]...\n"
	"  quick                 some of everything, about half a minute\n"
	"  all                   everything, random for --seconds\n"
	"  random                sessions: --seed --count --seconds --only\n"
	"  routed                random rules and sessions: --rules as well\n"
	"  routed-iptables       the same with rules of iptables\n"
	"  routed-captures PATH  a folder of capture files through a router\n"
	"  captures PATH...      capture files, or folders of them\n"
	"  mutate PATH...        the same, spoiled at random\n"
	"  tcp-table, sctp-table every cell of the state tables\n"
	"  timed                 timeouts of 1 to 3 seconds\n"
	"  settings              names, defaults and limits\n"
	"  script FILE...        saved scripts; --print shows both sides\n"
	"  show FILE...          scripts in words\n"
	"options:\n"
	"  --seed N  --count N  --seconds N\n"
	"  --only tcp|sctp|udp|icmp|gre|frag|other\n"
	"  --rules PATH          a ruleset, or a folder of them, for routed\n"
	"  --extensions A,B      the only ones in iptables' random rules\n"
	"  --captures PATH       for quick and all\n"
	"  --save PATH           for scripts that differ (parity-failures)\n"
	"  --shrink N            seconds to shrink each of them (20)\n"
	"  --verbose             a line per script\n"
	"  --self                Linux against itself: the harness's own test\n";

static int
is_ruleset(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return dot && !strcmp(dot, ".nft") &&
	       strncmp(e->d_name, "unsupported", 11);
}

static int
is_saved(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return dot && !strcmp(dot, ".rules");
}

static bool
time_left(const struct args *a, double start, size_t done)
{
	if (a->count && done >= a->count)
		return false;
	return !a->seconds || clock_now() - start < a->seconds;
}

static void
run_random(struct tally *t, const struct args *a)
{
	double start = clock_now();
	struct script s;
	char name[80];
	size_t i;

	for (i = 0; time_left(a, start, i); i++) {
		snprintf(name, sizeof(name), "random%s%s --seed %" PRIu64,
			 a->only ? " --only " : "", a->only ? a->only : "",
			 a->seed + i);
		script_init(&s, name);
		gen_script(&s, a->seed + i, a->only);
		run_script(t, &s);
		script_fini(&s);
	}
}

static int
visible(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return e->d_name[0] != '.' &&
	       (!dot || (strcmp(dot, ".md") && strcmp(dot, ".txt")));
}

/* Rules of a script: a file's, nft's random ones, or iptables' of either
 * family or both.  => false when a file cannot be read. */
static bool
add_rules(struct script *s, const struct args *a, uint64_t seed,
	  const char *path, bool is_iptables)
{
	char *rules;
	int six;

	if (path || !is_iptables) {
		rules = path ? rules_file(path) : rules_random(seed);
		if (!rules)
			return false;
		script_text(s, STEP_RULES, rules);
		free(rules);
		return true;
	}
	for (six = 0; six < 2; six++) {
		if (six ? seed % 3 == 0 : seed % 3 == 2 && seed % 2)
			continue;
		rules = rules_iptables(seed, six, a->extensions);
		script_text(s, STEP_RULES, rules);
		free(rules);
	}
	return true;
}

/* Random traffic through a router with these rules: a file's, or random. */
static void
run_routed_one(struct tally *t, const struct args *a, uint64_t seed,
	       const char *path, bool is_iptables)
{
	struct script s;
	char name[160];

	snprintf(name, sizeof(name), "routed%s --seed %" PRIu64 "%s%s%s%s",
		 is_iptables ? "-iptables" : "", seed,
		 a->only ? " --only " : "", a->only ? a->only : "",
		 path ? " --rules " : "", path ? path : "");
	script_init(&s, name);
	script_text(&s, STEP_ROUTER, "");
	/* How many errors are sent in an instant is asked of few scripts: it
	 * depends on what each peer was sent before. */
	if (seed % 16 != 5) {
		script_set(&s, "net.ipv4.icmp_ratelimit", 0);
		script_set(&s, "net.ipv6.icmp.ratelimit", 0);
		script_set(&s, "net.ipv4.icmp_msgs_per_sec", 1000000);
		script_set(&s, "net.ipv4.icmp_msgs_burst", 1000000);
	}
	if (seed % 4 == 3)
		script_set(&s, "mtu.wan0", 1280 + seed % 200);
	if (!add_rules(&s, a, seed, path, is_iptables)) {
		fprintf(stderr, "parity: %s: %s\n", path, strerror(errno));
		t->differences++;
		script_fini(&s);
		return;
	}
	gen_routed(&s, seed, a->only);
	if (a->print)
		run_print(&s);
	else
		run_script(t, &s);
	script_fini(&s);
}

/* Frames that are sent on at once keep their TTL: with unlucky traffic Linux
 * sends them round for ever, and its namespace never ends.  Such rulesets are
 * for who watches: not taken from folders, only by name. */
static bool
may_loop(const char *path)
{
	char *text = rules_file(path);
	bool loops = text && (strstr(text, "dup to ") || strstr(text, "fwd "));

	free(text);
	return loops;
}

/* The rulesets that --rules names: files, and those of folders.  => Their
 * number; '*paths' is the caller's, for free(), and so is each. */
static size_t
find_rulesets(const struct args *a, bool is_iptables, char ***paths)
{
	struct dirent **names;
	size_t count = 0;
	int i, j, n;

	*paths = NULL;
	for (i = 0; i < a->rules_count; i++) {
		n = scandir(a->rules[i], &names,
			    is_iptables ? is_saved : is_ruleset, alphasort);
		*paths = xrealloc(*paths, (count + 1 + (n > 0 ? n : 0)) *
				  sizeof(**paths));
		if (n < 0)
			(*paths)[count++] = strdup(a->rules[i]);
		for (j = 0; j < n; j++) {
			if (asprintf(&(*paths)[count], "%s/%s", a->rules[i],
				     names[j]->d_name) >= 0 &&
			    !may_loop((*paths)[count]))
				count++;
			free(names[j]);
		}
		if (n >= 0)
			free(names);
	}
	return count;
}

/* Every third ruleset is a random one; without --rules each is. */
static void
run_routed_both(struct tally *t, const struct args *a, bool is_iptables)
{
	double start = clock_now();
	size_t i, done, count;
	char **paths;

	count = find_rulesets(a, is_iptables, &paths);
	for (done = 0; time_left(a, start, done); done++) {
		if (!count || (done % 3 == 2 && count > 1))
			run_routed_one(t, a, a->seed + done, NULL,
				       is_iptables);
		else
			run_routed_one(t, a, a->seed + done,
				       paths[(done - done / 3) % count],
				       is_iptables);
	}
	for (i = 0; i < count; i++)
		free(paths[i]);
	free(paths);
}

static void
run_routed(struct tally *t, const struct args *a)
{
	run_routed_both(t, a, false);
}

static void
run_routed_iptables(struct tally *t, const struct args *a)
{
	run_routed_both(t, a, true);
}

/* Each capture of a folder through a router, with one ruleset after another;
 * --count many of them, spread over the folder. */
static void
run_routed_captures(struct tally *t, const struct args *a)
{
	size_t count, number, rulesets, every;
	struct capture_count seen;
	struct dirent **names;
	char sub[1000], error[300], **paths, *rules;
	struct script s;
	int i, n;

	rulesets = find_rulesets(a, false, &paths);
	n = a->path_count ? scandir(a->paths[0], &names, visible, alphasort) :
		0;
	every = a->count && n > 0 ? n / a->count + 1 : 1;
	for (i = 0, number = 0, count = 0; i < n; i++) {
		snprintf(sub, sizeof(sub), "%s/%s", a->paths[0],
			 names[i]->d_name);
		free(names[i]);
		if (number++ % every || !rulesets)
			continue;
		rules = rules_file(paths[(count++ + a->seed) % rulesets]);
		snprintf(error, sizeof(error), "routed-captures %.100s",
			 strrchr(sub, '/') + 1);
		script_init(&s, error);
		if (rules && !capture_load_routed(&s, sub, rules, &seen, error,
						  sizeof(error)) && seen.taken)
			run_script(t, &s);
		script_fini(&s);
		free(rules);
	}
	if (n > 0)
		free(names);
	for (number = 0; number < rulesets; number++)
		free(paths[number]);
	free(paths);
}

static void
run_timed(struct tally *t, const struct args *a)
{
	double start = clock_now();
	struct script s;
	char name[80];
	size_t i;

	for (i = 0; time_left(a, start, i); i++) {
		snprintf(name, sizeof(name), "timed --seed %" PRIu64,
			 a->seed + i);
		script_init(&s, name);
		gen_timed(&s, a->seed + i);
		run_script(t, &s);
		script_fini(&s);
	}
}

static void
run_table(struct tally *t, const struct args *a,
	  bool (*table)(struct script *, unsigned))
{
	struct script s;
	unsigned i;
	bool more;

	for (i = 0; !a->count || i < a->count; i++) {
		script_init(&s, "");
		more = table(&s, i);
		if (more)
			run_script(t, &s);
		script_fini(&s);
		if (!more)
			break;
	}
}

/* One capture, as it is (seed 0) or spoiled. */
static int
run_capture(struct tally *t, const char *path, uint64_t seed)
{
	struct capture_count count;
	struct script s, spoiled;
	char error[300];
	int r;

	script_init(&s, path);
	if (!seed)
		script_set(&s, "net.netfilter.nf_conntrack_acct", 1);
	r = capture_load(&s, path, &count, error, sizeof(error));
	if (r) {
		fprintf(stderr, "parity: %s: %s\n", path, error);
	} else if (!count.taken) {
		if (t->options.verbose)
			printf("%s: no IP packets\n", path);
	} else if (!seed) {
		run_script(t, &s);
	} else {
		script_init(&spoiled, path);
		snprintf(spoiled.name, sizeof(spoiled.name),
			 "mutate --seed %" PRIu64 " %.100s", seed, path);
		gen_mutate_script(&spoiled, &s, seed);
		run_script(t, &spoiled);
		script_fini(&spoiled);
	}
	script_fini(&s);
	return r;
}

/* A file, or all files of a folder.  => How many could not be read. */
static unsigned
run_path(struct tally *t, const char *path, uint64_t seed)
{
	struct dirent **names;
	unsigned bad = 0;
	struct stat st;
	char sub[1000];
	int i, n;

	if (stat(path, &st) < 0) {
		fprintf(stderr, "parity: %s: %s\n", path, strerror(errno));
		return 1;
	}
	if (!S_ISDIR(st.st_mode))
		return run_capture(t, path, seed) != 0;
	n = scandir(path, &names, visible, alphasort);
	for (i = 0; i < n; i++) {
		snprintf(sub, sizeof(sub), "%s/%s", path, names[i]->d_name);
		bad += run_capture(t, sub, seed) != 0;
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return bad;
}

static void
run_mutate(struct tally *t, const struct args *a)
{
	double start = clock_now();
	uint64_t seed = a->seed;
	size_t n;
	int i;

	for (n = 0; a->path_count && time_left(a, start, n); n++, seed++)
		for (i = 0; i < a->path_count; i++)
			run_path(t, a->paths[i], seed);
}

static void
run_settings(struct tally *t, const struct args *a)
{
	(void)a;
	t->differences += settings_compare(&t->scripts);
}

static void
run_captures(struct tally *t, const struct args *a)
{
	int i;

	for (i = 0; i < a->path_count; i++)
		t->differences += run_path(t, a->paths[i], 0);
}

static void
run_tcp(struct tally *t, const struct args *a)
{
	run_table(t, a, table_tcp);
}

static void
run_sctp(struct tally *t, const struct args *a)
{
	run_table(t, a, table_sctp);
}

/* Commands that compare. */
static const struct part {
	const char *name;
	void (*run)(struct tally *t, const struct args *a);
	size_t count;		/* when neither --count nor --seconds: how
				 * many, 0 for all there are */
	size_t quick;		/* --count in 'quick' */
	uint64_t quick_seed;	/* 0: as given */
	unsigned share;		/* of --seconds in 'all', percent */
	bool captures;
} parts[] = {
	{ "settings", run_settings, 0, 0, 0, 0, false },
	{ "tcp-table", run_tcp, 0, 38, 0, 0, false },
	{ "sctp-table", run_sctp, 0, 0, 0, 0, false },
	{ "captures", run_captures, 0, 0, 0, 0, true },
	{ "timed", run_timed, 1, 1, 0, 10, false },
	{ "mutate", run_mutate, 1, 0, 0, 20, true },
	{ "random", run_random, 1, 300, 0, 30, false },
	{ "routed", run_routed, 1, 80, 601, 20, false },
	{ "routed-iptables", run_routed_iptables, 1, 45, 601, 10, false },
	{ "routed-captures", run_routed_captures, 0, 20, 0, 0, true },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* One part, counted and reported by itself.  => true when it found nothing. */
static bool
run_part(const struct run_options *options, const struct part *part,
	 const struct args *a, unsigned number)
{
	struct tally t = { .options = *options };

	run_guard(&t);
	part->run(&t, a);
	return tally_end(&t, part->name, number);
}

static bool
run_suite(const struct run_options *options, const struct args *given,
	  bool all)
{
	double seconds = given->seconds ? given->seconds : 300;
	char *paths[1] = { (char *)(uintptr_t)given->captures };
	unsigned i, number = 0;
	bool good = true;
	struct args a;

	for (i = 0; i < PARTS; i++) {
		a = *given;
		a.paths = paths;
		a.path_count = given->captures != NULL;
		a.count = all ? 0 : parts[i].quick;
		if (!all && parts[i].quick_seed)
			a.seed = parts[i].quick_seed;
		a.seconds = all ? seconds * parts[i].share / 100 : 0;
		if (parts[i].captures && !a.path_count)
			printf("ok %u - %s # SKIP no folder with --captures\n",
			       ++number, parts[i].name);
		else if (all || strcmp(parts[i].name, "mutate"))
			good &= run_part(options, &parts[i], &a, ++number);
	}
	printf("1..%u\n", number);
	return good;
}

static int
read_options(struct args *a, struct run_options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "count", required_argument, NULL, 'c' },
		{ "seconds", required_argument, NULL, 't' },
		{ "only", required_argument, NULL, 'o' },
		{ "captures", required_argument, NULL, 'C' },
		{ "save", required_argument, NULL, 'S' },
		{ "shrink", required_argument, NULL, 'k' },
		{ "rules", required_argument, NULL, 'r' },
		{ "extensions", required_argument, NULL, 'e' },
		{ "print", no_argument, NULL, 'p' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "self", no_argument, NULL, 'x' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 's':
			a->seed = strtoull(optarg, NULL, 0);
			break;
		case 'c':
			a->count = strtoull(optarg, NULL, 0);
			break;
		case 't':
			a->seconds = strtod(optarg, NULL);
			break;
		case 'o':
			a->only = optarg;
			break;
		case 'C':
			a->captures = optarg;
			break;
		case 'S':
			o->save = optarg;
			break;
		case 'k':
			o->shrink_seconds = strtod(optarg, NULL);
			break;
		case 'e':
			a->extensions = optarg;
			break;
		case 'r':
			if (a->rules_count == 4)
				return -1;
			a->rules[a->rules_count++] = optarg;
			break;
		case 'p':
			a->print = true;
			break;
		case 'x':
			o->self = true;
			break;
		case 'v':
			o->verbose = true;
			break;
		default:
			return -1;
		}
	}
	a->paths = argv + optind;
	a->path_count = argc - optind;
	return 0;
}

/* Scripts from files: shown, printed with both answers, or compared. */
static bool
run_files(const struct run_options *options, const struct args *a, bool show)
{
	struct tally t = { .options = *options };
	struct script s;
	int i;

	run_guard(&t);
	for (i = 0; i < a->path_count; i++) {
		if (script_load(&s, a->paths[i])) {
			fprintf(stderr, "parity: %s: not a script\n",
				a->paths[i]);
			t.differences++;
		} else if (show) {
			script_print(stdout, &s);
		} else if (a->print) {
			run_print(&s);
		} else {
			run_script(&t, &s);
		}
		script_fini(&s);
	}
	if (show || a->print)
		return !t.differences;
	return tally_end(&t, "script", 1);
}

/* Can this machine tell?  => The exit status if not, or 0. */
static int
check_machine(void)
{
	const char *missing = kernel_missing(), *ci = getenv("CI");

	if (!missing)
		return 0;
	printf("SKIPPED: parity needs root and Linux 6.18 (%s)\n", missing);
	/* Where it has to run, a missing part is a failure. */
	if (ci && !strcmp(ci, "true") && strncmp(missing, "not ", 4))
		return 1;
	return SKIPPED;
}

int
main(int argc, char **argv)
{
	struct run_options options = {
		.save = "parity-failures", .shrink_seconds = 20,
	};
	struct args a = { .seed = 0 };
	const char *command;
	unsigned i;
	int status;

	/* A tool that ends early is told of by its name, not by a signal. */
	signal(SIGPIPE, SIG_IGN);
	setenv("CLEW_PRELOAD", PARITY_PRELOAD, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (read_options(&a, &options, argc, argv) || a.path_count < 1) {
		fputs(usage, stderr);
		return 2;
	}
	command = a.paths[0];
	a.paths++;
	a.path_count--;
	if (!strcmp(command, "show"))
		return !run_files(&options, &a, true);
	status = check_machine();
	if (status)
		return status;
	/* 'all' goes where nobody was before. */
	if (!a.seed)
		a.seed = strcmp(command, "all") ? 1 : (uint64_t)time(NULL);
	if (!strcmp(command, "all"))
		printf("# --seed %" PRIu64 "\n", a.seed);
	if (!strcmp(command, "quick"))
		return !run_suite(&options, &a, false);
	if (!strcmp(command, "all"))
		return !run_suite(&options, &a, true);
	if (!strcmp(command, "script"))
		return !run_files(&options, &a, false);
	for (i = 0; i < PARTS; i++) {
		if (strcmp(command, parts[i].name))
			continue;
		if (!a.count && !a.seconds)
			a.count = parts[i].count;
		return !run_part(&options, &parts[i], &a, 1);
	}
	fputs(usage, stderr);
	return 2;
}
