/* SPDX-License-Identifier: BSD-2-Clause
 * cli/replay.c - clew replay: what conntrack would have said of a capture.
 *
 * Captures go through the engine in bursts, events being printed as the
 * engine calls back; then come table and statistics.
 *
 * Order: an event and a trace come out while their packet is judged, what is
 * to be said of its verdict only afterwards.  Where both are wanted, bursts
 * have one packet, so that they stand in the order of the packets. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "clew/clew.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/replay_options.h"
#include "cli/ruled.h"
#include "cli/versus.h"
#include "io/timeline.h"

struct replay {
	const struct replay_options *options;
	struct clew_engine *engine;
	struct ruled *ruled;
	struct timeline *timeline;
	struct printer printer;
	struct print_totals totals;
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t packets;
	bool shows_progress;
	time_t begun;		/* when, and when progress was shown last */
	time_t shown;
};

static void
on_event(void *ctx, const struct clew_event *event)
{
	struct replay *r = ctx;

	if (r->options->events)
		print_event(&r->printer, event);
}

static void
show_progress(struct replay *r)
{
	uint64_t at, size;
	time_t now = time(NULL);

	if (now - r->begun < 2 || now == r->shown)
		return;
	r->shown = now;
	if (timeline_progress(r->timeline, &at, &size))
		fprintf(stderr, "\rclew: %u %%, %" PRIu64 " packets",
			(unsigned)(at * 100 / size), r->packets);
	else
		fprintf(stderr, "\rclew: %" PRIu64 " packets", r->packets);
}

static void
hide_progress(struct replay *r)
{
	if (r->shown != 0)
		fputs("\r\033[K", stderr);
}

static void
account(struct replay *r, const struct clew_packet *packet,
	const struct timeline_origin *origin)
{
	const struct replay_options *o = r->options;

	/* what is INVALID may be dropped by a rule, and is both */
	r->totals.dropped += packet->verdict == CLEW_DROP;
	if (packet->ct_state != CLEW_CT_INVALID ||
	    clew_reason_effect(packet->reason) != CLEW_REASON_INVALID)
		return;
	r->totals.invalid++;
	if (!o->invalid)
		return;
	print_invalid(&r->printer, packet, &(struct print_origin){
		.file = o->captures_count > 1 ?
			o->captures[origin->file] : NULL,
		.number = origin->number,
		.time_ns = origin->time_ns,
	});
}

static void
replay_burst(struct replay *r, struct timeline_burst *burst)
{
	if (r->packets == 0)
		r->first_ns = burst->packet[0].time_ns;
	r->packets += burst->count;
	for (size_t i = 0; i < burst->count; i++) {
		if (burst->packet[i].time_ns > r->last_ns)
			r->last_ns = burst->packet[i].time_ns;
	}
	ruled_admit(r->ruled, burst);
	for (size_t i = 0; i < burst->count && r->options->offloaded; i++)
		burst->packet[i].flags |= CLEW_PKT_CSUM_OK |
					  CLEW_PKT_IP_CSUM_OK;
	clew_engine_process(r->engine, burst->packet, burst->count);
	for (size_t i = 0; i < burst->count; i++) {
		account(r, &burst->packet[i], &burst->origin[i]);
		ruled_account(r->ruled, burst, i);
	}
	if (r->shows_progress)
		show_progress(r);
}

static void
replay_packets(struct replay *r)
{
	size_t max = ruled_burst(r->ruled);
	struct timeline_burst *burst;

	while (!ferror(stdout) &&
	       (burst = timeline_next(r->timeline, max)) != NULL) {
		replay_burst(r, burst);
		if (timeline_may_wait(r->timeline))
			fflush(stdout);
	}
	if (r->shows_progress)
		hide_progress(r);
}

/* Run the clock on behind the last packet, as --until says. */
static void
run_on(struct replay *r)
{
	const struct replay_options *o = r->options;
	uint64_t now = clew_engine_now(r->engine);
	uint64_t due;

	if (r->packets == 0 || (!o->until_end && o->until_s == 0))
		return;
	if (o->until_s > 0) {
		due = o->until_s * 1000000000;
		due = due < INT64_MAX - now ? now + due : INT64_MAX;
		clew_engine_advance(r->engine, due, 0);
	}
	/* With timeouts of 0 something may be due at this very moment. */
	clew_engine_advance(r->engine, now, 0);
	while (o->until_end && clew_engine_count(r->engine) > 0 &&
	       clew_engine_next_due(r->engine, &due) &&
	       due > clew_engine_now(r->engine))
		clew_engine_advance(r->engine, due, 0);
}

static void
print_table(struct replay *r)
{
	uint64_t now = clew_engine_now(r->engine);
	struct clew_snapshot ct;
	clew_conn_ref cursor = 0;

	while (clew_conn_next(r->engine, &cursor)) {
		if (clew_conn_snapshot(r->engine, cursor, &ct) == 0)
			print_entry(&r->printer, &ct, now);
	}
}

static void
take_totals(struct replay *r)
{
	struct print_totals *t = &r->totals;

	timeline_counts(r->timeline, &t->captures);
	clew_engine_stats(r->engine, &t->stats);
	t->left = clew_engine_count(r->engine);
	t->span_ns = r->last_ns - r->first_ns;
	ruled_totals(r->ruled, t);
}

/* The summary, and a line for each capture that was not read to its end;
 * these alone when nothing at all was read.
 * => An exit status. */
static int
report(struct replay *r)
{
	const struct replay_options *o = r->options;
	int status = EXIT_OK;
	bool has_failed = false;

	for (size_t i = 0; i < o->captures_count; i++)
		has_failed |= timeline_error(r->timeline, i) != NULL;
	if (!has_failed || r->totals.captures.frames > 0)
		print_summary(stderr, &r->totals);
	for (size_t i = 0; i < o->captures_count; i++) {
		const char *error = timeline_error(r->timeline, i);

		if (error == NULL)
			continue;
		fprintf(stderr, "clew: %s: %s\n",
			strcmp(o->captures[i], "-") == 0 ? "standard input" :
			o->captures[i], error);
		status = EXIT_TROUBLE;
	}
	return status;
}

static int
run(struct replay *r)
{
	const struct replay_options *o = r->options;
	int status, reported;

	setvbuf(stdout, NULL, _IOFBF, 1 << 18);
	r->shows_progress = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	r->begun = time(NULL);

	print_begin(&r->printer);
	replay_packets(r);
	/* It stands still while the gateway has no part in anything. */
	if (clew_engine_now(r->engine) > r->last_ns)
		r->last_ns = clew_engine_now(r->engine);
	run_on(r);
	take_totals(r);
	if (o->table)
		print_table(r);
	if (o->stats)
		print_stats(&r->printer, &r->totals.stats);
	status = ruled_finish(r->ruled);
	print_totals(&r->printer, &r->totals);
	print_end(&r->printer);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "clew: cannot write: %s\n", strerror(errno));
		return EXIT_TROUBLE;
	}
	reported = report(r);
	return status != EXIT_OK ? status : reported;
}

/* The captures are opened before the rules are loaded: these come when the
 * first packet does, so that what has a time limit begins then. */
static int
open_captures(struct replay *r)
{
	const struct replay_options *o = r->options;
	uint64_t first_ns;

	if (timeline_create(&r->timeline, o->captures,
			    o->captures_count) != 0) {
		fprintf(stderr, "clew: %s\n", strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	if (o->rules_count > 0 && timeline_first(r->timeline, &first_ns))
		clew_engine_advance(r->engine, first_ns, 0);
	return EXIT_OK;
}

static int
replay(const struct replay_options *o)
{
	struct replay r = {
		.options = o,
		.printer.out = stdout,
		.printer.text.format = o->format,
		.printer.text.show = o->show,
	};
	struct clew_config config = {
		.choice = o->choice,
		.on_event = on_event,
		.ctx = &r,
	};
	int status;

	/* A key that whoever made the capture cannot know; nothing that is
	 * printed follows from it. */
	if (getrandom(config.seed, sizeof(config.seed), 0) !=
	    sizeof(config.seed)) {
		fprintf(stderr, "clew: %s\n", strerror(errno));
		return EXIT_TROUBLE;
	}
	if (clew_engine_create(&r.engine, &config) != 0) {
		fprintf(stderr, "clew: %s\n", strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	status = replay_options_apply(o, r.engine, stderr);
	if (status == EXIT_OK)
		status = open_captures(&r);
	if (status == EXIT_OK)
		status = ruled_create(&r.ruled, o, r.engine, &r.printer,
				      config.seed);
	if (status == EXIT_OK)
		status = run(&r);
	timeline_destroy(r.timeline);
	ruled_destroy(r.ruled);
	clew_engine_destroy(r.engine);
	return status;
}

static int
replay_main(int argc, char **argv)
{
	struct replay_options o = { .format = CLEW_FORMAT_LINE };
	int status;

	status = replay_options_parse(&o, argc, argv);
	if (status == -1) {
		fputs(replay_help, stdout);
		status = EXIT_OK;
	} else if (status == EXIT_OK) {
		status = o.versus_count > 0 ? versus(&o) : replay(&o);
	}
	replay_options_fini(&o);
	return status;
}

const struct command replay_command = {
	.name = "replay",
	.summary = "say what conntrack would have said of a capture",
	.help = replay_help,
	.run = replay_main,
};
