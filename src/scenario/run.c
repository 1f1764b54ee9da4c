/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/run.c - do the steps of a test and check what they expect.
 *
 * Events are those since the last packet, wait or change.  A step that any
 * 'event' or 'no events' speaks of must have all its events named: what is
 * left over when the next step begins fails. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/run.h"

#define TABLE_MOST 1000000

void
run_fail(struct run *r, const struct scenario_step *step, unsigned column,
	 const char *format, ...)
{
	char text[2 * LINE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	r->result->failed++;
	r->report->fail(r->report->ctx, step, column, text);
}

void
run_trace(struct run *r, const struct scenario_step *step, const char *text)
{
	if (r->report->trace)
		r->report->trace(r->report->ctx, step, text);
}

/* => false when the step is over: it failed, or cannot be done here. */
bool
run_is_done(struct run *r, const struct scenario_step *step, int rc)
{
	if (rc >= 0)
		return true;
	if (rc == -ENOTSUP)
		r->result->unchecked++;
	else
		run_fail(r, step, step->column, "this failed: %s", strerror(-rc));
	return false;
}

static const char *
class_name(enum scenario_class class)
{
	switch (class) {
	case SCENARIO_INVALID:		return "invalid";
	case SCENARIO_NEW:		return "new";
	case SCENARIO_ESTABLISHED:	return "established";
	case SCENARIO_RELATED:		return "related";
	case SCENARIO_UNTRACKED:	return "untracked";
	case SCENARIO_ACCEPTED:		return "accept";
	case SCENARIO_DROPPED:		return "dropped";
	case SCENARIO_HELD:		return "held";
	case SCENARIO_CUT:		return "cut";
	case SCENARIO_GONE:		return "gone";
	case SCENARIO_ANY:		return "any";
	}
	return "?";
}

/* The result of a packet as an expectation would be written. */
static void
describe(const struct scenario_seen *seen, char *text, size_t size)
{
	int len = snprintf(text, size, "%s", class_name(seen->class));

	if (seen->has_dir)
		len += snprintf(text + len, size - (size_t)len, " %s",
				seen->dir == CLEW_DIR_ORIG ? "original" :
							     "reply");
	if (seen->reassembled)
		len += snprintf(text + len, size - (size_t)len,
				" reassembled");
	if (seen->reason[0] != '\0')
		len += snprintf(text + len, size - (size_t)len, " \"%s\"",
				seen->reason);
	if (seen->has_why && seen->why != CLEW_WHY_NONE)
		len += snprintf(text + len, size - (size_t)len, " why %s",
				clew_reason_name(
					(enum clew_reason)seen->why));
	if (seen->has_off_by)
		len += snprintf(text + len, size - (size_t)len, " by %u",
				seen->off_by);
	run_describe_departure(seen, text, size);
}

static bool
is_class(enum scenario_class expected, enum scenario_class seen)
{
	if (seen == SCENARIO_GONE)
		return expected == SCENARIO_DROPPED ||
		       expected == SCENARIO_HELD || expected == SCENARIO_ANY;
	if (expected == SCENARIO_ACCEPTED || seen == SCENARIO_ACCEPTED)
		return (expected <= SCENARIO_ACCEPTED ||
			expected == SCENARIO_ANY) &&
		       seen <= SCENARIO_ACCEPTED;
	return expected == SCENARIO_ANY || expected == seen;
}

/* Whether 'words' can be of a reason that Linux keeps to itself. */
static bool
is_never_logged(const char *words)
{
	for (unsigned i = 1; i < CLEW_REASONS_COUNT; i++) {
		char text[256];

		if (clew_reason_log_protocol((enum clew_reason)i) != 0)
			continue;
		clew_reason_format(text, sizeof(text), (enum clew_reason)i,
				   NULL);
		if (strstr(text, words))
			return true;
	}
	return false;
}

/* => Whether the reason is as expected, or nobody can tell. */
static bool
check_reason(struct run *r, const struct scenario_expect *expect,
	     const struct scenario_seen *seen)
{
	if (expect->no_reason && seen->reason[0] != '\0')
		return false;
	if (expect->reason && !expect->no_reason &&
	    !strstr(seen->reason, expect->reason)) {
		if (!r->ops->says_logged_only || seen->reason[0] != '\0' ||
		    !is_never_logged(expect->reason))
			return false;
		r->result->unchecked++;
	}
	if (expect->why >= 0 && seen->has_why && seen->why != expect->why)
		return false;
	if (expect->why >= 0 && !seen->has_why)
		r->result->unchecked++;
	if (expect->has_off_by && seen->has_why)
		return seen->has_off_by && seen->off_by == expect->off_by;
	return true;
}

/* The trace of the last packet, of which something failed. */
static void
explain(struct run *r)
{
	char line[LINE];

	for (size_t i = 0; r->report->explain && r->ops->explain &&
	     r->ops->explain(r->ctx, i, line, sizeof(line)) > 0; i++)
		r->report->explain(r->report->ctx, line);
}

static void
do_packet(struct run *r, const struct scenario_step *step)
{
	const struct scenario_expect *expect = &step->expect;
	unsigned failed = r->result->failed;
	struct scenario_seen seen = { 0 };
	char got[1024];

	if (!run_is_done(r, step, r->ops->send(r->ctx, step->packet, &seen)))
		return;
	describe(&seen, got, sizeof(got));
	run_trace(r, step, got);
	r->result->checks++;
	if (expect->dir >= 0 && r->ops->says_no_direction)
		r->result->unchecked++;
	if (!is_class(expect->class, seen.class))
		run_fail(r, step, step->expect_column,
		     "expected %s, got %s", class_name(expect->class), got);
	else if (expect->dir >= 0 && !r->ops->says_no_direction &&
		 (!seen.has_dir || seen.dir != expect->dir))
		run_fail(r, step, step->expect_column,
		     "expected the %s direction, got %s",
		     expect->dir == CLEW_DIR_ORIG ? "original" : "reply", got);
	else if (expect->reassembled != seen.reassembled &&
		 expect->class != SCENARIO_ANY)
		run_fail(r, step, step->expect_column,
		     "expected a packet%s, got %s", expect->reassembled ?
		     " put together from fragments" : " as it came", got);
	else if (!check_reason(r, expect, &seen))
		run_fail(r, step, step->expect_column,
		     "expected another reason, got %s", got);
	else if (!run_check_departure(r, step, &seen))
		run_fail(r, step, step->expect_column,
			 "expected it elsewhere or otherwise, got %s", got);
	if (r->result->failed > failed)
		explain(r);
}

static void
do_set(struct run *r, const struct scenario_step *step)
{
	struct clew_error error = { "" };
	int rc = r->ops->set(r->ctx, step->name, step->value, &error);

	if (rc == -ENOTSUP) {
		r->result->unchecked++;
		return;
	}
	r->result->checks++;
	if (rc < 0 && !step->error)
		run_fail(r, step, step->column, "%s",
		     error.text[0] ? error.text : strerror(-rc));
	else if (rc >= 0 && step->error)
		run_fail(r, step, step->expect_column,
		     "expected an error, got none");
	else if (rc < 0 && !strstr(error.text, step->error))
		run_fail(r, step, step->expect_column,
		     "expected another error, got \"%s\"", error.text);
}

static void
do_advance(struct run *r, const struct scenario_step *step)
{
	uint64_t ns = step->ns;

	if (step->type == SCENARIO_STEP_UNTIL)
		ns = ns > r->now_ns ? ns - r->now_ns : 0;
	r->now_ns += ns;
	run_is_done(r, step, r->ops->advance(r->ctx, ns));
}

/* Take an event.  => As the ops say. */
static int
next_event(struct run *r, const struct scenario_step *step, char *line)
{
	int rc = r->ops->event(r->ctx, line, LINE);

	if (rc > 0 && step)
		run_trace(r, step, line);
	return rc;
}

static void
do_event(struct run *r, const struct scenario_step *step)
{
	char line[LINE];
	int rc;

	if (r->has_waited && r->ops->expires_lazily) {
		r->result->unchecked++;
		return;
	}
	rc = next_event(r, step, line);
	if (!run_is_done(r, step, rc))
		return;
	r->result->checks++;
	r->events_of = step;
	if (rc == 0)
		run_fail(r, step, step->column, "expected an event, got none");
	else if (!scenario_match(step->lines[0], line, r->ops->late_s))
		run_fail(r, step, step->column,
		     "expected another event, got: %s", line);
}

/* The events of the last action must have been named, if any was. */
static void
close_events(struct run *r)
{
	const struct scenario_step *step = r->events_of;
	char line[LINE];
	int rc;

	r->events_of = NULL;
	while ((rc = next_event(r, step ? step : r->action, line)) > 0) {
		if (step)
			run_fail(r, step, step->column,
			     "an event more than expected: %s", line);
	}
	if (step)
		run_is_done(r, step, rc);
}

static void
do_no_events(struct run *r, const struct scenario_step *step)
{
	if (r->has_waited && r->ops->expires_lazily) {
		r->result->unchecked++;
		return;
	}
	r->result->checks++;
	r->events_of = step;
	close_events(r);
}

struct lines {
	char **line;
	size_t count;
	size_t room;
};

static void
lines_fini(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->line[i]);
	free(lines->line);
}

/* => 1, or as the ops say. */
static int
read_table(struct run *r, struct lines *lines)
{
	char line[LINE];
	int rc = 0;

	while (lines->count < TABLE_MOST &&
	       (rc = r->ops->table(r->ctx, lines->count, line,
				   sizeof(line))) > 0) {
		if (lines->count == lines->room) {
			size_t room = lines->room ? 2 * lines->room : 16;
			char **more = realloc(lines->line,
					      room * sizeof(*more));

			if (!more)
				return -ENOMEM;
			lines->line = more;
			lines->room = room;
		}
		lines->line[lines->count] = strdup(line);
		if (!lines->line[lines->count])
			return -ENOMEM;
		lines->count++;
	}
	return rc < 0 ? rc : 1;
}

/* Each pattern has its line and each line its pattern; in this order, if
 * the table has one.  Without order the first that fits is taken: patterns
 * that overlap may be written so that this is wrong. */
static void
check_table(struct run *r, const struct scenario_step *step,
	    struct lines *lines)
{
	size_t patterns = 0;

	for (size_t i = 0; step->lines[i]; i++, patterns++) {
		size_t j = i;

		if (!r->ops->table_is_ordered) {
			for (j = 0; j < lines->count; j++) {
				if (lines->line[j] &&
				    scenario_match(step->lines[i],
						   lines->line[j],
						   r->ops->late_s))
					break;
			}
		}
		if (j >= lines->count) {
			run_fail(r, step, step->column,
			     "the table has no line: %s", step->lines[i]);
			continue;
		}
		if (!scenario_match(step->lines[i], lines->line[j],
				    r->ops->late_s)) {
			run_fail(r, step, step->column,
			     "expected the line: %s; got: %s", step->lines[i],
			     lines->line[j]);
		}
		free(lines->line[j]);
		lines->line[j] = NULL;
	}
	for (size_t j = 0; j < lines->count; j++) {
		if (lines->line[j])
			run_fail(r, step, step->column,
			     "the table has a line more: %s", lines->line[j]);
	}
}

static void
do_table(struct run *r, const struct scenario_step *step)
{
	struct lines lines = { 0 };
	bool is_there = false;

	if (!run_is_done(r, step, read_table(r, &lines)))
		goto out;
	r->result->checks++;
	for (size_t i = 0; i < lines.count; i++) {
		run_trace(r, step, lines.line[i]);
		if (step->lines[0] &&
		    scenario_match(step->lines[0], lines.line[i],
				   r->ops->late_s))
			is_there = true;
	}
	if (step->type == SCENARIO_STEP_TABLE)
		check_table(r, step, &lines);
	else if (step->type == SCENARIO_STEP_TABLE_HAS && !is_there)
		run_fail(r, step, step->column, "the table has no such line");
	else if (step->type == SCENARIO_STEP_TABLE_LACKS && is_there)
		run_fail(r, step, step->column, "the table has such a line");
out:
	lines_fini(&lines);
}

static void
do_stats(struct run *r, const struct scenario_step *step)
{
	for (size_t i = 0; i < step->stats_count; i++) {
		uint64_t value = 0;

		if (!run_is_done(r, step, r->ops->stat(r->ctx,
						   step->stats[i].name,
						   &value)))
			continue;
		r->result->checks++;
		if (value != step->stats[i].value)
			run_fail(r, step, step->column,
			     "expected %s=%llu, got %llu", step->stats[i].name,
			     (unsigned long long)step->stats[i].value,
			     (unsigned long long)value);
	}
}

static bool
is_action(enum scenario_step_type type)
{
	return type == SCENARIO_STEP_PACKET ||
	       type == SCENARIO_STEP_ADVANCE ||
	       type == SCENARIO_STEP_UNTIL || type == SCENARIO_STEP_CHANGE;
}

static void
do_step(struct run *r, const struct scenario_step *step)
{
	if (is_action(step->type)) {
		close_events(r);
		r->action = step;
		r->has_waited = step->type == SCENARIO_STEP_ADVANCE ||
				step->type == SCENARIO_STEP_UNTIL;
	}
	switch (step->type) {
	case SCENARIO_STEP_SET:
		do_set(r, step);
		break;
	case SCENARIO_STEP_POLICY:
		run_is_done(r, step, r->ops->policy(r->ctx, step->policy));
		break;
	case SCENARIO_STEP_INTERFACE:
		run_interface(r, step);
		break;
	case SCENARIO_STEP_ROUTE:
		run_route(r, step);
		break;
	case SCENARIO_STEP_RULES:
		run_rules(r, step);
		break;
	case SCENARIO_STEP_PACKET:
		do_packet(r, step);
		break;
	case SCENARIO_STEP_ADVANCE:
	case SCENARIO_STEP_UNTIL:
		do_advance(r, step);
		break;
	case SCENARIO_STEP_CHANGE:
		run_is_done(r, step, r->ops->change(r->ctx, step->change));
		break;
	case SCENARIO_STEP_EVENT:
		do_event(r, step);
		break;
	case SCENARIO_STEP_NO_EVENTS:
		do_no_events(r, step);
		break;
	case SCENARIO_STEP_TABLE:
	case SCENARIO_STEP_TABLE_HAS:
	case SCENARIO_STEP_TABLE_LACKS:
		do_table(r, step);
		break;
	case SCENARIO_STEP_STATS:
		do_stats(r, step);
		break;
	case SCENARIO_STEP_RULESET_HAS:
	case SCENARIO_STEP_RULESET_LACKS:
		run_ruleset(r, step);
		break;
	case SCENARIO_STEP_COUNTER:
		run_counter(r, step);
		break;
	}
}

void
scenario_run(const struct scenario_test *test, const struct scenario_ops *ops,
	     void *ctx, const struct scenario_report *report,
	     struct scenario_result *result)
{
	struct run r = {
		.test = test, .ops = ops, .ctx = ctx, .report = report,
		.result = result,
	};
	int rc;

	*result = (struct scenario_result){ 0 };
	rc = ops->begin(ctx, test);
	if (rc < 0) {
		run_fail(&r, &test->step[0], 1, "the tracker cannot begin: %s",
		     strerror(-rc));
		return;
	}
	for (size_t i = 0; i < test->count; i++)
		do_step(&r, &test->step[i]);
	close_events(&r);
}

bool
scenario_stat_lookup(const struct clew_stats *stats, const char *name,
		     uint64_t *value)
{
#define COUNTER(name) { #name, offsetof(struct clew_stats, name) }
	static const struct {
		const char *name;
		size_t offset;
	} counters[] = {
		COUNTER(found), COUNTER(invalid), COUNTER(insert),
		COUNTER(insert_failed), COUNTER(drop), COUNTER(early_drop),
		COUNTER(error), COUNTER(search_restart),
		COUNTER(clash_resolve), COUNTER(chaintoolong),
		COUNTER(packets), COUNTER(created), COUNTER(destroyed),
		COUNTER(clock_clamped), COUNTER(cut), COUNTER(checksum_bad),
		COUNTER(checksum_unverified), COUNTER(frag_held),
		COUNTER(frag_reassembled), COUNTER(frag_timeout),
	};
#undef COUNTER

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		if (strcmp(name, counters[i].name) == 0) {
			memcpy(value, (const char *)stats + counters[i].offset,
			       sizeof(*value));
			return true;
		}
	}
	for (unsigned i = 1; i < CLEW_REASONS_COUNT; i++) {
		if (strcmp(name, clew_reason_name((enum clew_reason)i)) == 0) {
			*value = stats->reason[i];
			return true;
		}
	}
	return false;
}
