/* SPDX-License-Identifier: BSD-2-Clause
 * cli/engine.c - clew engine: an engine that stays up, to be looked at and
 * changed by nft and other programs that speak netlink.
 *
 * Its clock: with a capture that of its packets, running 'speed' times as
 * fast as ours and on behind the last packet; without one, ours.  Packets are
 * judged when their time has come, or one after the other with 'max'; between
 * any two of them requests are served. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/engine_options.h"
#include "cli/gateway.h"
#include "cli/rules.h"
#include "cli/settings.h"
#include "clew/clew.h"
#include "clew/control.h"
#include "io/server.h"
#include "io/timeline.h"

enum {
	SECOND_NS	= 1000000000,
	EXPIRE_BUDGET	= 4096,		/* timers between two looks at others */
	WAIT_MOST_MS	= 1000,
};

struct daemon {
	const struct engine_options *options;
	struct clew_engine *engine;
	struct clew_control *control;
	struct server *server;
	struct timeline *timeline;	/* NULL: not yet open, or all done */
	struct timeline_burst *burst;	/* one packet that waits for its time */
	struct gateway *gateway;
	uint64_t began_ns;		/* our clock, when the engine's was */
	uint64_t start_ns;		/* this */
	uint64_t packets;
	int signals;
	bool is_fed;			/* there is, or will be, something */
	bool has_stdin;			/* among the captures */
	bool has_started;
	bool has_ended;
};

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

/* From now on the engine's clock, which shows 'ns', runs. */
static void
start_clock(struct daemon *d, uint64_t ns)
{
	d->began_ns = clock_ns(CLOCK_MONOTONIC);
	d->start_ns = ns;
	d->has_started = true;
}

/* What the engine's clock ought to show. */
static uint64_t
engine_ns(const struct daemon *d)
{
	double gone = (double)(clock_ns(CLOCK_MONOTONIC) - d->began_ns);
	double factor = d->options->speed > 0 ? d->options->speed : 1;
	double now = (double)d->start_ns + gone * factor;

	return now < (double)INT64_MAX ? d->start_ns + (uint64_t)(gone *
								 factor) :
					 INT64_MAX;
}

static int
trouble(const char *text)
{
	fprintf(stderr, "clew engine: %s\n", text);
	return EXIT_TROUBLE;
}

/* The capture. */

/* => Was there something to be told? */
static bool
tell_errors(const struct daemon *d)
{
	const struct engine_options *o = d->options;
	bool has_errors = false;

	for (size_t i = 0; i < o->feed.captures_count; i++) {
		const char *error = timeline_error(d->timeline, i);

		if (error)
			fprintf(stderr, "clew engine: %s: %s\n", o->feeds[i],
				error);
		has_errors |= error != NULL;
	}
	return has_errors;
}

static void
end_feed(struct daemon *d)
{
	tell_errors(d);
	fprintf(stderr, "clew engine: %" PRIu64 " packets, all judged\n",
		d->packets);
	timeline_destroy(d->timeline);
	d->timeline = NULL;
	d->is_fed = false;
	start_clock(d, clew_engine_now(d->engine));
}

/* Whoever writes to standard input may take his time: requests are served
 * meanwhile.  Within a packet he is waited for. */
static bool
must_wait(const struct daemon *d)
{
	struct pollfd input = { STDIN_FILENO, POLLIN, 0 };

	if (!d->has_stdin || (d->timeline && !timeline_may_wait(d->timeline)))
		return false;
	return poll(&input, 1, 0) == 0;
}

static int
open_feed(struct daemon *d)
{
	const struct engine_options *o = d->options;

	return timeline_create(&d->timeline, o->feeds, o->feed.captures_count);
}

/* What cannot be read is better told before anybody relies on it.  Standard
 * input has time. */
static int
try_feed(struct daemon *d)
{
	if (!d->is_fed || d->has_stdin)
		return EXIT_OK;
	if (open_feed(d) != 0)
		return trouble(strerror(ENOMEM));
	return tell_errors(d) ? EXIT_TROUBLE : EXIT_OK;
}

/* The next packet, unless it has to be waited for. */
static void
fetch(struct daemon *d)
{
	if (!d->is_fed || d->burst || must_wait(d))
		return;
	if (!d->timeline && open_feed(d) != 0) {
		fprintf(stderr, "clew engine: %s\n", strerror(ENOMEM));
		d->has_ended = true;
		return;
	}
	d->burst = timeline_next(d->timeline, 1);
	if (!d->burst)
		end_feed(d);
	else if (!d->has_started)
		start_clock(d, d->burst->packet[0].time_ns);
}

/* Judge what is due.  => Was there something? */
static bool
judge(struct daemon *d)
{
	struct clew_packet *p;

	fetch(d);
	if (!d->burst || (d->options->speed > 0 &&
			  d->burst->packet[0].time_ns > engine_ns(d)))
		return false;
	p = &d->burst->packet[0];
	if (d->options->offloaded)
		p->flags |= CLEW_PKT_CSUM_OK | CLEW_PKT_IP_CSUM_OK;
	if (gateway_admit(d->gateway, p, &d->burst->origin[0]))
		clew_engine_process(d->engine, p, 1);
	d->packets += d->burst->count;
	d->burst = NULL;
	return true;
}

/* Let expire what is due.  => Is there more? */
static bool
expire(struct daemon *d)
{
	/* With 'max' the packets' times are all the time there is. */
	if (d->is_fed && (d->options->speed <= 0 || !d->has_started))
		return false;
	return !clew_engine_advance(d->engine, engine_ns(d), EXPIRE_BUDGET);
}

/* How long nothing will happen by itself. */
static int
patience_ms(const struct daemon *d)
{
	uint64_t now = engine_ns(d);
	uint64_t due = UINT64_MAX;
	uint64_t at;
	double ms;

	if (clew_engine_next_due(d->engine, &at))
		due = at;
	if (d->burst && d->burst->packet[0].time_ns < due)
		due = d->burst->packet[0].time_ns;
	if (due <= now)
		return 1;	/* the due time is a guess on the early side */
	ms = (double)(due - now) / 1e6 /
	     (d->options->speed > 0 ? d->options->speed : 1);
	return ms < WAIT_MOST_MS ? (int)ms + 1 : WAIT_MOST_MS;
}

static void
wait_for(struct daemon *d, int timeout_ms)
{
	struct pollfd fds[] = {
		{ server_fd(d->server), POLLIN, 0 },
		{ d->signals, POLLIN, 0 },
		{ d->is_fed && d->has_stdin && !d->burst ? STDIN_FILENO : -1,
		  POLLIN, 0 },
	};

	/* It may hold what packets have caused to be sent. */
	server_poll(d->server, 0);
	if (poll(fds, sizeof(fds) / sizeof(fds[0]), timeout_ms) <= 0)
		return;
	if (fds[0].revents)
		server_poll(d->server, 0);
	if (fds[1].revents)
		d->has_ended = true;
}

static void
serve(struct daemon *d)
{
	while (!d->has_ended) {
		bool is_busy = judge(d);

		is_busy |= expire(d);
		wait_for(d, is_busy ? 0 : patience_ms(d));
	}
}

/* What rules log, as the kernel's log would have it. */
static void
print_log(void *ctx, const struct clew_log *log)
{
	(void)ctx;
	if (log->is_nflog)
		return;		/* for programs that listen to that group */
	printf("%s\n", log->text);
	fflush(stdout);
}

/* Setting up. */

static int
apply_settings(struct daemon *d)
{
	const struct engine_options *o = d->options;
	struct clew_error error = { "" };

	for (size_t i = 0; i < o->settings_count; i++) {
		if (settings_apply(d->engine, o->settings[i], &error) != 0) {
			fprintf(stderr, "clew engine: %s\n", error.text);
			return EXIT_USAGE;
		}
	}
	if (network_apply(&o->feed.network, d->engine, &error) != 0) {
		fprintf(stderr, "clew engine: %s\n", error.text);
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static int
load_rules(struct daemon *d)
{
	const struct engine_options *o = d->options;
	struct rules *rules;
	int status = 0;

	if (rules_create(&rules, d->engine, d->control) != 0)
		return trouble(strerror(ENOMEM));
	for (size_t i = 0; i < o->rules_count && status == 0; i++)
		status = rules_load(rules, "clew engine", o->rules[i],
				    false);
	rules_print_notices(rules);
	rules_destroy(rules);
	return status == 0 ? EXIT_OK : EXIT_TROUBLE;
}

static int
catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int
run(struct daemon *d)
{
	const struct engine_options *o = d->options;
	struct clew_error error = { "" };
	int status = apply_settings(d);

	if (status == EXIT_OK)
		status = load_rules(d);
	if (status != EXIT_OK)
		return status;
	d->is_fed = o->feed.captures_count > 0;
	for (size_t i = 0; i < o->feed.captures_count; i++)
		d->has_stdin |= strcmp(o->feeds[i], "-") == 0;
	status = try_feed(d);
	if (status != EXIT_OK)
		return status;
	d->signals = catch_signals();
	if (d->signals < 0)
		return trouble(strerror(errno));
	if (server_create(&d->server, d->control, o->socket, &error) != 0)
		return trouble(error.text);
	if (!d->is_fed)
		start_clock(d, clew_engine_now(d->engine));
	clew_engine_log(d->engine, print_log, NULL);
	printf("clew engine: listening at %s\n", o->socket);
	fflush(stdout);
	serve(d);
	return EXIT_OK;
}

static int
engine(const struct engine_options *o)
{
	struct daemon d = { .options = o, .signals = -1 };
	struct clew_config config = { .choice = o->choice };
	int status;

	if (o->feed.captures_count == 0)
		config.start_ns = clock_ns(CLOCK_REALTIME);
	/* A key that nobody outside knows. */
	if (getrandom(config.seed, sizeof(config.seed), 0) !=
	    sizeof(config.seed))
		return trouble(strerror(errno));
	if (clew_engine_create(&d.engine, &config) != 0)
		return trouble(strerror(ENOMEM));
	if (clew_control_create(&d.control, d.engine) != 0 ||
	    gateway_create(&d.gateway, &o->feed, d.engine, config.seed) != 0)
		status = trouble(strerror(ENOMEM));
	else
		status = run(&d);
	server_destroy(d.server);
	timeline_destroy(d.timeline);
	gateway_destroy(d.gateway);
	clew_control_destroy(d.control);
	clew_engine_destroy(d.engine);
	if (d.signals >= 0)
		close(d.signals);
	return status;
}

static int
engine_main(int argc, char **argv)
{
	struct engine_options o = { .speed = 1 };
	int status = engine_options_parse(&o, argc, argv);

	if (status == -1) {
		fputs(engine_help, stdout);
		status = EXIT_OK;
	} else if (status == EXIT_OK) {
		status = engine(&o);
	}
	engine_options_fini(&o);
	return status;
}

const struct command engine_command = {
	.name = "engine",
	.summary = "an engine that stays up, for nft and its like",
	.help = engine_help,
	.run = engine_main,
};
