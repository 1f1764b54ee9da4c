/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/on_kernel.c - the scenarios, with Linux 6.18 as the tracker.
 *
 *	on-kernel [-v] [-m SECONDS] FILE...
 *
 * The parity harness takes a script of all packets, settings and waits and
 * answers at its end.  So every test is run twice: first with ops that only
 * note what is to be done, then, Linux having done it, with ops that answer.
 * A look at the table or the counters in the middle of a test is a run of
 * its own, up to there.  Each run is a process, since it stays in a network
 * namespace, which dies with it.
 *
 * A test about a gateway is run on the harness's router, if its interfaces and
 * routes are among that one's.  What it lets out is seen, but not what
 * tracking called it.
 *
 * Tests that need what Linux cannot be told here (a capture's snap length,
 * settings of the whole machine) or too long a wait are skipped and say so.
 * Without root or on another kernel the exit status is 77. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "parity/outcome.h"
#include "parity/router.h"
#include "scenario/scenario.h"

#define FILE_MOST (1 << 20)
#define SKIPPED 77

struct linux_run {
	bool is_noting;
	bool is_routed;		/* the router has been asked for */
	struct script script;
	struct outcomes outcomes;
	size_t at;		/* the next step of the script */
	size_t event;		/* of the last one */
	size_t event_end;
	const char *cannot;	/* why the test cannot run here, or NULL */
};

static const char *path;
static bool verbose;
static unsigned most_s = 12;

static int
begin(void *ctx, const struct scenario_test *test)
{
	struct linux_run *l = ctx;

	(void)test;
	l->is_routed = false;
	l->at = 0;
	l->event = 0;
	l->event_end = 0;
	return 0;
}

static int
cannot(struct linux_run *l, const char *why)
{
	l->cannot = why;
	return -ENOTSUP;
}

/* The outcome of the next step. */
static const struct outcome *
next_outcome(struct linux_run *l)
{
	const struct outcome *o = &l->outcomes.step[l->at++];

	l->event = o->first;
	l->event_end = o->first + o->said;
	return o;
}

/* Of the whole machine, not of a network namespace. */
static bool
is_global(const char *name)
{
	static const char *const names[] = {
		"nf_conntrack_max", "nf_conntrack_buckets",
		"nf_conntrack_expect_max", "nf_conntrack_count",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strstr(name, names[i]))
			return true;
	}
	return false;
}

static int
set(void *ctx, const char *name, uint64_t value, struct clew_error *error)
{
	struct linux_run *l = ctx;
	const struct clew_setting *settings;
	size_t count;

	settings = clew_settings(&count);
	for (size_t i = 0; i < count; i++) {
		const char *whole = settings[i].name;
		size_t len = strlen(whole), tail = strlen(name);

		if (tail > len || strcmp(whole + len - tail, name) != 0)
			continue;
		if (is_global(whole))
			return cannot(l, "a setting of the whole machine");
		if (value < settings[i].minimum || value > settings[i].maximum)
			return cannot(l, "a setting out of range");
		if (l->is_noting)
			script_set(&l->script, whole, value);
		else
			next_outcome(l);
		return 0;
	}
	snprintf(error->text, sizeof(error->text), "no setting %s", name);
	return -ENOENT;
}

static int
policy(void *ctx, const struct scenario_policy *p)
{
	(void)p;
	return cannot(ctx, "a timeout policy");
}

/* The rules of the harness know three zones. */
static int
how_to_send(const struct scenario_packet *p)
{
	if (p->flags & CLEW_PKT_NOTRACK)
		return p->zone == 0 ? HOW_NOTRACK : -1;
	if (p->flags & CLEW_PKT_ZONE_ORIG)
		return p->zone == 2 ? HOW_ZONE_ORIG : -1;
	if (p->flags & CLEW_PKT_ZONE_REPLY)
		return p->zone == 3 ? HOW_ZONE_REPLY : -1;
	if (p->zone != 0)
		return p->zone == 1 ? HOW_ZONE : -1;
	return HOW_PLAIN;
}

static bool
is_fragment(const struct scenario_packet *p)
{
	const uint8_t *d = p->data;
	uint8_t next;
	uint32_t at = 40;

	if (p->len >= 20 && d[0] >> 4 == 4)
		return ((d[6] << 8 | d[7]) & 0x3fff) != 0;
	if (p->len < 40 || d[0] >> 4 != 6)
		return false;
	for (next = d[6]; next == 0 || next == 43 || next == 60;) {
		if (at + 8 > p->len)
			return false;
		next = d[at];
		at += 8u * (d[at + 1] + 1u);
	}
	return next == 44;
}

/* A tap of the router's, or SIDE_HOST; -1: it has none of that name. */
static int
router_tap(const char *name)
{
	if (strcmp(name, "self") == 0)
		return SIDE_HOST;
	for (int i = 0; i < ROUTER_LINKS; i++) {
		if (strcmp(name, router_links[i]) == 0)
			return i;
	}
	return -1;
}

/* Back to who sent the packet, by the way it came: an answer. */
static bool
is_answer(const struct scenario_packet *p, const struct scenario_seen *seen,
	  const struct frame *frame, const struct clew_tuple *t)
{
	return frame->to == router_tap(p->iface) &&
	       memcmp(&t->dst, &seen->before.src, sizeof(t->dst)) == 0;
}

static void
see_departure(const struct linux_run *l, const struct scenario_packet *p,
	      const struct outcome *o, struct scenario_seen *seen)
{
	seen->class = SCENARIO_GONE;
	seen->has_departure = clew_tuple_read(&seen->before, p->data,
					      p->caplen);
	seen->after = seen->before;
	for (size_t i = 0; i < o->frames; i++) {
		const struct frame *frame =
			&l->outcomes.frame[o->first_frame + i];
		struct clew_tuple t;

		if (!clew_tuple_read(&t, frame->bytes, frame->len))
			continue;
		if (is_answer(p, seen, frame, &t)) {
			if (seen->answers == SCENARIO_ANSWERS)
				continue;
			seen->answer[seen->answers++] =
				(struct scenario_answer){
					.protocol = t.protocol,
					.type = t.part.icmp.type,
					.code = t.part.icmp.code,
				};
			continue;
		}
		seen->class = SCENARIO_ACCEPTED;
		seen->after = t;
		seen->local = frame->to == SIDE_HOST;
		if (!seen->local)
			seen->out = router_links[frame->to];
	}
}

static int
send_packet(void *ctx, const struct scenario_packet *p,
	    struct scenario_seen *seen)
{
	static const enum scenario_class classes[] = {
		[CLASS_NONE] = SCENARIO_GONE,
		[CLASS_INVALID] = SCENARIO_INVALID,
		[CLASS_NEW] = SCENARIO_NEW,
		[CLASS_ESTABLISHED] = SCENARIO_ESTABLISHED,
		[CLASS_RELATED] = SCENARIO_RELATED,
		[CLASS_UNTRACKED] = SCENARIO_UNTRACKED,
		[CLASS_ODD] = SCENARIO_GONE,
	};
	const uint32_t card = CLEW_PKT_CSUM_OK | CLEW_PKT_CSUM_PARTIAL |
			      CLEW_PKT_GSO;
	struct linux_run *l = ctx;
	const struct outcome *o;
	const char *colon;
	int how = how_to_send(p);

	if (how < 0)
		return cannot(l, "another zone than 1, zone-orig 2, "
				 "zone-reply 3");
	if (p->caplen != p->len || p->flags & card || p->policy)
		return cannot(l, "what only a packet of ours can have");
	if (l->is_noting) {
		script_packet(&l->script, l->is_routed ?
			      (unsigned)router_tap(p->iface) : p->side & 1,
			      (unsigned)how, p->data, p->len);
		return 0;
	}
	o = next_outcome(l);
	if (l->is_routed)
		see_departure(l, p, o, seen);
	else
		seen->class = classes[o->class];
	seen->reassembled = !l->is_routed && o->class != CLASS_NONE && is_fragment(p);
	colon = strstr(o->log, ": ");	/* "nf_ct_proto_6: " */
	snprintf(seen->reason, sizeof(seen->reason), "%s",
		 colon ? colon + 2 : o->log);
	return 0;
}

static int
advance(void *ctx, uint64_t ns)
{
	struct linux_run *l = ctx;

	if (l->is_noting)
		script_sleep(&l->script, (unsigned)(ns / 1000000));
	else
		next_outcome(l);
	return 0;
}

static int
change(void *ctx, const struct scenario_change *c)
{
	(void)c;
	return cannot(ctx, "a change from outside");
}

static int
next_event(void *ctx, char *line, size_t size)
{
	static const enum clew_record records[] = {
		[CLEW_EVENT_NEW] = CLEW_RECORD_NEW,
		[CLEW_EVENT_UPDATE] = CLEW_RECORD_UPDATE,
		[CLEW_EVENT_DESTROY] = CLEW_RECORD_DESTROY,
	};
	struct clew_text_options options = { .format = CLEW_FORMAT_LINE };
	struct linux_run *l = ctx;
	const struct said *said;

	if (l->is_noting)
		return -ENOTSUP;
	if (l->event == l->event_end)
		return 0;
	said = &l->outcomes.said[l->event++];
	clew_text_format(line, size, &said->ct, records[said->type],
			 &options);
	return 1;
}

static int
table(void *ctx, size_t index, char *line, size_t size)
{
	struct clew_text_options options = {
		.now_ns = (uint64_t)time(NULL) * 1000000000,
	};
	struct linux_run *l = ctx;

	if (l->is_noting)
		return -ENOTSUP;
	if (index >= l->outcomes.table_count)
		return 0;
	clew_text_format(line, size, &l->outcomes.table[index],
			 CLEW_RECORD_ENTRY, &options);
	return 1;
}

static int
stat_value(void *ctx, const char *name, uint64_t *value)
{
	static const char *const both_have[] = {
		"found", "invalid", "insert", "insert_failed", "drop",
		"early_drop", "error", "clash_resolve", "chaintoolong",
	};
	struct linux_run *l = ctx;

	for (size_t i = 0; i < sizeof(both_have) / sizeof(both_have[0]); i++) {
		if (!l->is_noting && strcmp(name, both_have[i]) == 0)
			return scenario_stat_lookup(&l->outcomes.stats, name,
						    value) ? 0 : -ENOENT;
	}
	return -ENOTSUP;
}

/* Interfaces and routes are those of the harness: not_our_router(). */
static int
use_router(void *ctx, const char *text, struct clew_error *error)
{
	struct linux_run *l = ctx;

	(void)text;
	(void)error;
	if (l->is_routed)
		return 0;
	l->is_routed = true;
	if (l->is_noting)
		script_text(&l->script, STEP_ROUTER, "");
	else
		next_outcome(l);
	return 0;
}

static int
rules(void *ctx, const char *text, const char *name, char **message)
{
	struct linux_run *l = ctx;
	static char file[FILE_MOST];
	size_t len;
	FILE *in;

	(void)message;
	if (!l->is_noting) {
		next_outcome(l);
		return 0;
	}
	if (!text) {
		in = fopen(name, "r");
		if (!in)
			return -errno;
		len = fread(file, 1, sizeof(file) - 1, in);
		file[len] = '\0';
		fclose(in);
		text = file;
	}
	script_text(&l->script, STEP_RULES, text);
	return 0;
}

static int
ruleset(void *ctx, char **text)
{
	struct linux_run *l = ctx;

	if (l->is_noting)
		return -ENOTSUP;
	*text = strdup(l->outcomes.listing ? l->outcomes.listing : "");
	return *text ? 0 : -ENOMEM;
}

static const struct scenario_ops linux_ops = {
	.expires_lazily = true,
	.says_logged_only = true,
	.says_no_direction = true,
	.late_s = 1,
	.begin = begin,
	.set = set,
	.policy = policy,
	.send = send_packet,
	.advance = advance,
	.change = change,
	.event = next_event,
	.table = table,
	.stat = stat_value,
	.interface = use_router,
	.route = use_router,
	.rules = rules,
	.ruleset = ruleset,
};

static void
ignore(void *ctx, const struct scenario_step *step, unsigned column,
       const char *text)
{
	(void)ctx;
	(void)step;
	(void)column;
	(void)text;
}

static void
on_fail(void *ctx, const struct scenario_step *step, unsigned column,
	const char *text)
{
	(void)ctx;
	printf("# %s:%u:%u: %s\n", path, step->line, column, text);
}

static void
on_trace(void *ctx, const struct scenario_step *step, const char *text)
{
	(void)ctx;
	printf("#   %u: %s\n", step->line, text);
}

/* Let Linux do it, in this process.  => How many checks failed. */
static unsigned
run_here(const struct scenario_test *test)
{
	struct linux_run l = { .is_noting = true };
	struct scenario_report report = { .fail = ignore };
	struct scenario_result result;

	script_init(&l.script, test->title);
	scenario_run(test, &linux_ops, &l, &report, &result);
	outcomes_init(&l.outcomes, l.script.count);
	if (kernel_run(&l.outcomes, &l.script) != 0) {
		printf("# %s:%u: Linux: %s\n", path, test->line,
		       l.outcomes.error);
		return 1;
	}
	l.is_noting = false;
	report.fail = on_fail;
	report.trace = verbose ? on_trace : NULL;
	scenario_run(test, &linux_ops, &l, &report, &result);
	return result.failed;
}

/* => Whether a check failed. */
static bool
run_apart(const struct scenario_test *test)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		unsigned failed = run_here(test);

		fflush(stdout);
		_exit(failed > 0);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status != 0;
}

static bool
looks_inside(const struct scenario_step *step)
{
	return step->type >= SCENARIO_STEP_TABLE;
}

/* The test up to step 'end', which looks inside and is all that is checked;
 * or, with 'end' its count, all of it but the looks inside. */
static struct scenario_test
part_of(const struct scenario_test *test, size_t end)
{
	struct scenario_test part = *test;
	bool is_look = end < test->count;

	part.count = 0;
	part.step = calloc(test->count + 1, sizeof(*part.step));
	if (!part.step)
		abort();
	for (size_t i = 0; i < test->count && i <= end; i++) {
		const struct scenario_step *step = &test->step[i];
		struct scenario_step *copy = &part.step[part.count];

		if ((looks_inside(step) && i != end) ||
		    (is_look && (step->type == SCENARIO_STEP_EVENT ||
				 step->type == SCENARIO_STEP_NO_EVENTS)))
			continue;
		*copy = *step;
		part.count++;
		if (is_look && step->type == SCENARIO_STEP_PACKET)
			copy->expect = (struct scenario_expect){
				.class = SCENARIO_ANY, .dir = -1, .why = -1,
			};
	}
	return part;
}

static bool
is_about_gateway(const struct scenario_test *test)
{
	for (size_t i = 0; i < test->count; i++) {
		const struct scenario_step *step = &test->step[i];

		if (step->type == SCENARIO_STEP_INTERFACE ||
		    step->type == SCENARIO_STEP_ROUTE ||
		    step->type == SCENARIO_STEP_RULES)
			return true;
	}
	return false;
}

/* Has the router this interface, with these addresses? */
static bool
is_our_interface(const char *text)
{
	size_t name = strcspn(text, "=");

	for (size_t i = 0; router_addresses[i]; i++) {
		const char *ours = router_addresses[i], *at = text + name;

		if (strncmp(ours, text, name + 1) != 0)
			continue;
		while (*at != '\0') {
			char word[64];
			size_t len = strcspn(++at, ",");

			snprintf(word, sizeof(word), "%.*s", (int)len, at);
			if (!strstr(ours, word))
				return false;
			at += len;
		}
		return true;
	}
	return false;
}

static bool
is_our_route(const char *text)
{
	for (size_t i = 0; router_routes_own[i]; i++) {
		if (strcmp(text, router_routes_own[i]) == 0)
			return true;
	}
	return strncmp(text, "default=wan0", 12) == 0;
}

/* => What the harness's router is not, or NULL. */
static const char *
not_our_router(const struct scenario_test *test)
{
	bool has_interface = false;

	for (size_t i = 0; i < test->count; i++) {
		const struct scenario_step *step = &test->step[i];

		has_interface |= step->type == SCENARIO_STEP_INTERFACE;
		if (step->type == SCENARIO_STEP_INTERFACE &&
		    !is_our_interface(step->text))
			return "another gateway than the harness's";
		if (step->type == SCENARIO_STEP_ROUTE &&
		    !is_our_route(step->text))
			return "another route than the harness's";
		if (step->type == SCENARIO_STEP_RULES &&
		    (step->error || (step->text &&
		     step->text[strspn(step->text, " \t\n")] == '{')))
			return "a ruleset refused, or in JSON";
		if (step->type == SCENARIO_STEP_PACKET &&
		    router_tap(step->packet->iface) < 0)
			return "another interface than the harness's";
	}
	return has_interface ? NULL : "rules without a gateway";
}

/* => Why Linux cannot run it here, or NULL. */
static const char *
why_not(const struct scenario_test *test)
{
	struct linux_run l = { .is_noting = true };
	struct scenario_report report = { .fail = ignore };
	struct scenario_result result;
	const char *why;

	if (test->duration_ns / 1000000000 > most_s)
		return "waits too long";
	if (is_about_gateway(test) && (why = not_our_router(test)) != NULL)
		return why;
	script_init(&l.script, test->title);
	scenario_run(test, &linux_ops, &l, &report, &result);
	script_fini(&l.script);
	return l.cannot;
}

static bool
run_test(const struct scenario_test *test, unsigned number)
{
	const char *why = why_not(test);
	bool has_failed = false;

	if (why) {
		printf("ok %u - %s # SKIP %s\n", number, test->title, why);
		return true;
	}
	for (size_t end = 0; end <= test->count; end++) {
		struct scenario_test part;

		if (end < test->count && !looks_inside(&test->step[end]))
			continue;
		part = part_of(test, end);
		has_failed |= run_apart(&part);
		free(part.step);
	}
	printf("%s %u - %s\n", has_failed ? "not ok" : "ok", number,
	       test->title);
	return !has_failed;
}

static struct scenario *
load(const char *name)
{
	static char text[FILE_MOST];
	struct scenario_error error;
	struct scenario *s = NULL;
	FILE *in = fopen(name, "r");
	size_t len;

	if (!in) {
		fprintf(stderr, "on-kernel: %s: %s\n", name, strerror(errno));
		return NULL;
	}
	len = fread(text, 1, sizeof(text), in);
	fclose(in);
	if (scenario_parse(&s, name, text, len, &error) != 0)
		fprintf(stderr, "on-kernel: %s:%u:%u: %s\n", name, error.line,
			error.column, error.text);
	return s;
}

int
main(int argc, char **argv)
{
	const char *missing = kernel_missing();
	unsigned number = 0;
	bool good = true;
	int option;

	while ((option = getopt(argc, argv, "vm:")) != -1) {
		if (option == 'v')
			verbose = true;
		else if (option == 'm')
			most_s = (unsigned)strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (missing) {
		printf("1..0 # SKIP needs root and Linux 6.18 (%s)\n",
		       missing);
		return SKIPPED;
	}
	for (int i = optind; i < argc; i++) {
		struct scenario *s = load(argv[i]);

		if (!s)
			return 2;
		path = argv[i];
		for (size_t j = 0; j < s->count; j++)
			good &= run_test(&s->test[j], ++number);
		scenario_destroy(s);
	}
	printf("1..%u\n", number);
	return good ? 0 : 1;
}
