/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/run_test.c - an expectation that is not met fails, and only that.
 *
 * The tracker is a fake: it calls every packet what 'seen' says, has the
 * events and lines it is given, and counts nothing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario.h"

struct fake {
	struct scenario_seen seen;
	const char *event[4];
	const char *table[4];
	int rc;			/* of everything but set */
	bool has_sent;		/* the events are of the first packet */
	unsigned next_event;
	const char *ruleset;
	const char *refusal;	/* of interfaces, routes and rules */
	unsigned explained;	/* lines */
	char failure[512];	/* the last one */
	unsigned line, column;
};

static int
begin(void *ctx, const struct scenario_test *test)
{
	struct fake *f = ctx;

	(void)test;
	f->next_event = 0;
	return 0;
}

static int
set(void *ctx, const char *name, uint64_t value, struct clew_error *error)
{
	(void)ctx;
	(void)value;
	if (strcmp(name, "good") == 0)
		return 0;
	snprintf(error->text, sizeof(error->text), "no setting %s", name);
	return -ENOENT;
}

static int
send_packet(void *ctx, const struct scenario_packet *packet,
	    struct scenario_seen *seen)
{
	struct fake *f = ctx;

	(void)packet;
	f->has_sent = true;
	*seen = f->seen;
	return f->rc;
}

static int
advance(void *ctx, uint64_t ns)
{
	(void)ns;
	return ((struct fake *)ctx)->rc;
}

static int
change(void *ctx, const struct scenario_change *c)
{
	(void)c;
	return ((struct fake *)ctx)->rc;
}

static int
event(void *ctx, char *line, size_t size)
{
	struct fake *f = ctx;

	if (f->rc < 0)
		return f->rc;
	if (!f->has_sent || !f->event[f->next_event])
		return 0;
	snprintf(line, size, "%s", f->event[f->next_event++]);
	return 1;
}

static int
table(void *ctx, size_t index, char *line, size_t size)
{
	struct fake *f = ctx;

	if (f->rc < 0)
		return f->rc;
	if (!f->table[index])
		return 0;
	snprintf(line, size, "%s", f->table[index]);
	return 1;
}

static int
stat_value(void *ctx, const char *name, uint64_t *value)
{
	(void)name;
	*value = 0;
	return ((struct fake *)ctx)->rc;
}

static int
interface(void *ctx, const char *text, struct clew_error *error)
{
	struct fake *f = ctx;

	(void)text;
	if (!f->refusal)
		return 0;
	snprintf(error->text, sizeof(error->text), "%s", f->refusal);
	return -EINVAL;
}

static int
rules(void *ctx, const char *text, const char *name, char **message)
{
	struct fake *f = ctx;

	(void)text;
	(void)name;
	if (!f->refusal)
		return 0;
	*message = strdup(f->refusal);
	return -EINVAL;
}

static int
ruleset(void *ctx, char **text)
{
	struct fake *f = ctx;

	*text = strdup(f->ruleset ? f->ruleset : "");
	return 0;
}

static int
explain(void *ctx, size_t index, char *line, size_t size)
{
	(void)ctx;
	snprintf(line, size, "step %zu", index);
	return index < 3;
}

static void
on_explain(void *ctx, const char *text)
{
	struct fake *f = ctx;

	(void)text;
	f->explained++;
}

static void
on_fail(void *ctx, const struct scenario_step *step, unsigned column,
	const char *text)
{
	struct fake *f = ctx;

	snprintf(f->failure, sizeof(f->failure), "%s", text);
	f->line = step->line;
	f->column = column;
}

static struct scenario_result
run(struct fake *f, const char *text, struct scenario_ops ops)
{
	struct scenario_report report = {
		.fail = on_fail, .explain = on_explain, .ctx = f,
	};
	struct scenario_result result;
	struct scenario_error error;
	struct scenario *s;

	if (f->ruleset || f->refusal) {
		ops.interface = interface;
		ops.route = interface;
		ops.rules = rules;
		ops.ruleset = ruleset;
	}
	ops.explain = explain;
	ops.begin = begin;
	ops.set = set;
	ops.send = send_packet;
	ops.advance = advance;
	ops.change = change;
	ops.event = event;
	ops.table = table;
	ops.stat = stat_value;
	f->failure[0] = '\0';
	if (scenario_parse(&s, "x", text, strlen(text), &error) != 0)
		fail_msg("%s: %s", text, error.text);
	scenario_run(&s->test[0], &ops, f, &report, &result);
	scenario_destroy(s);
	return result;
}

/* A packet that leaves with another source. */
#define LEAVES .has_departure = true, .out = "wan0", .has_mark = true, .mark = 5, \
	.before = { .family = CLEW_IPV4, .protocol = 17, \
		    .src.bytes = { 1, 1, 1, 1 }, .dst.bytes = { 2, 2, 2, 2 } }, \
	.after = { .family = CLEW_IPV4, .protocol = 17, \
		   .src.bytes = { 9, 1, 1, 1 }, .dst.bytes = { 2, 2, 2, 2 } }

#define UDP "a: udp 1.1.1.1:1 > 2.2.2.2:2 "

/* 'want' is a part of the failure, or NULL for none. */
static const struct {
	const char *title;
	struct fake fake;
	struct scenario_ops ops;
	const char *text;
	const char *want;
	unsigned line, column;
} cases[] = {
	{ .title = "a class", .text = UDP "=> new",
	  .fake.seen.class = SCENARIO_NEW },
	{ .title = "another class", .text = UDP "=> new",
	  .fake.seen = { .class = SCENARIO_INVALID, .reason = "bad" },
	  .want = "expected new, got invalid \"bad\"", .line = 1,
	  .column = 30 },
	{ .title = "any class", .text = UDP "=> any\n" UDP "=> dropped",
	  .fake.seen.class = SCENARIO_DROPPED },
	{ .title = "gone: held or dropped",
	  .text = UDP "=> held\n" UDP "=> dropped\n" UDP "=> any",
	  .fake.seen.class = SCENARIO_GONE },
	{ .title = "gone, and not INVALID", .text = UDP "=> invalid",
	  .fake.seen.class = SCENARIO_GONE, .want = "got gone" },
	{ .title = "a direction", .text = UDP "=> new reply",
	  .fake.seen = { .class = SCENARIO_NEW, .has_dir = true, .dir = 1 } },
	{ .title = "another direction", .text = UDP "=> new original",
	  .fake.seen = { .class = SCENARIO_NEW, .has_dir = true, .dir = 1 },
	  .want = "expected the original direction" },
	{ .title = "no direction", .text = UDP "=> new original",
	  .fake.seen.class = SCENARIO_NEW,
	  .want = "expected the original direction" },
	{ .title = "a direction nobody tells", .text = UDP "=> new original",
	  .fake.seen.class = SCENARIO_NEW, .ops.says_no_direction = true },
	{ .title = "put together unasked", .text = UDP "=> new",
	  .fake.seen = { .class = SCENARIO_NEW, .reassembled = true },
	  .want = "as it came" },
	{ .title = "not put together", .text = UDP "=> new reassembled",
	  .fake.seen.class = SCENARIO_NEW,
	  .want = "put together" },
	{ .title = "a reason", .text = UDP "=> invalid \"a b\"",
	  .fake.seen = { .class = SCENARIO_INVALID, .reason = "x a b c" } },
	{ .title = "another reason", .text = UDP "=> invalid \"a b\"",
	  .fake.seen = { .class = SCENARIO_INVALID, .reason = "a  b" },
	  .want = "another reason" },
	{ .title = "no reason", .text = UDP "=> new \"\"",
	  .fake.seen = { .class = SCENARIO_NEW, .reason = "x" },
	  .want = "another reason" },
	{ .title = "a reason's name", .text = UDP "=> invalid why tcp_rst",
	  .fake.seen = { .class = SCENARIO_INVALID, .has_why = true,
			 .why = CLEW_WHY_TCP_RST } },
	{ .title = "another name", .text = UDP "=> invalid why tcp_rst",
	  .fake.seen = { .class = SCENARIO_INVALID, .has_why = true,
			 .why = CLEW_WHY_TCP_NEW },
	  .want = "another reason" },
	{ .title = "another distance", .text = UDP "=> invalid by 2",
	  .fake.seen = { .class = SCENARIO_INVALID, .has_why = true,
			 .has_off_by = true, .off_by = 1 },
	  .want = "another reason" },
	{ .title = "no distance", .text = UDP "=> invalid by 0",
	  .fake.seen = { .class = SCENARIO_INVALID, .has_why = true },
	  .want = "another reason" },
	{ .title = "a reason Linux keeps silent about",
	  .text = UDP "=> invalid \"no query waits\"",
	  .ops.says_logged_only = true },
	{ .title = "a reason Linux would have told",
	  .text = UDP "=> invalid \"SEQ is over\"",
	  .ops.says_logged_only = true, .want = "another reason" },
	{ .title = "a packet that fails", .text = UDP "=> any\n" UDP "=> new",
	  .fake.rc = -EIO, .want = "this failed" },
	{ .title = "a setting", .text = "set good = 1\n" UDP "=> invalid" },
	{ .title = "an unknown setting",
	  .text = "set bad = 1\n" UDP "=> invalid",
	  .want = "no setting bad", .line = 1, .column = 1 },
	{ .title = "an error expected and there",
	  .text = "set bad = 1 => error \"no setting\"\n" UDP "=> any" },
	{ .title = "an error expected and not there",
	  .text = "set good = 1 => error \"no setting\"\n" UDP "=> any",
	  .want = "expected an error, got none", .line = 1, .column = 14 },
	{ .title = "another error",
	  .text = "set bad = 1 => error \"read-only\"\n" UDP "=> any",
	  .want = "another error" },
	{ .title = "events", .text = UDP "=> any\nevent a ...\nevent c",
	  .fake.event = { "a  b", "c" } },
	{ .title = "an event that is missing",
	  .text = UDP "=> any\nevent a\nevent c",
	  .fake.event = { "a" }, .want = "expected an event, got none",
	  .line = 3, .column = 1 },
	{ .title = "another event", .text = UDP "=> any\nevent a",
	  .fake.event = { "b" }, .want = "another event, got: b" },
	{ .title = "an event too many", .text = UDP "=> any\nevent a",
	  .fake.event = { "a", "b" }, .want = "more than expected: b",
	  .line = 2 },
	{ .title = "an event too many, before the next packet",
	  .text = UDP "=> any\nevent a\n" UDP "=> any",
	  .fake.event = { "a", "b" }, .want = "more than expected: b",
	  .line = 2 },
	{ .title = "events nobody asked about", .text = UDP "=> invalid",
	  .fake.event = { "a", "b" } },
	{ .title = "old events are forgotten",
	  .text = UDP "=> any\n" UDP "=> any\nno events",
	  .fake.event = { "a", "b" } },
	{ .title = "no events", .text = UDP "=> any\nno events",
	  .fake.event = { "a" }, .want = "more than expected: a",
	  .line = 2 },
	{ .title = "expiry that may come late",
	  .text = "test t\n+1s\nevent a\nno events",
	  .ops.expires_lazily = true },
	{ .title = "an empty table", .text = "test t\ntable empty" },
	{ .title = "a table not empty", .text = "test t\ntable empty",
	  .fake.table = { "a" }, .want = "a line more: a" },
	{ .title = "a table", .text = "test t\ntable {\na b\nc\n}",
	  .fake.table = { "a  b", "c" }, .ops.table_is_ordered = true },
	{ .title = "a table in another order",
	  .text = "test t\ntable {\nc\na b\n}",
	  .fake.table = { "a  b", "c" } },
	{ .title = "order matters", .text = "test t\ntable {\nc\na b\n}",
	  .fake.table = { "a  b", "c" }, .ops.table_is_ordered = true,
	  .want = "expected the line: a b; got: c" },
	{ .title = "a line too few", .text = "test t\ntable {\na\nb\n}",
	  .fake.table = { "a" }, .want = "no line: b" },
	{ .title = "the same line twice", .text = "test t\ntable {\na\na\n}",
	  .fake.table = { "a" }, .want = "no line: a" },
	{ .title = "a line that is there", .text = "test t\ntable has b ...",
	  .fake.table = { "a", "b c" } },
	{ .title = "a line that is not there", .text = "test t\ntable has x",
	  .fake.table = { "a", "b c" }, .want = "no such line" },
	{ .title = "a line that is not to be",
	  .text = "test t\ntable lacks a", .fake.table = { "a", "b c" },
	  .want = "has such a line" },
	{ .title = "a counter", .text = "test t\nstats found=0 drop=0" },
	{ .title = "where and how it leaves",
	  .text = UDP "=> accept out wan0 snat 9.1.1.1 mark 5 dnat 2.2.2.2",
	  .fake.seen = { .class = SCENARIO_NEW, LEAVES } },
	{ .title = "accepted, as who knows what", .text = UDP "=> established",
	  .fake.seen.class = SCENARIO_ACCEPTED },
	{ .title = "accepted, and not held", .text = UDP "=> held",
	  .fake.seen.class = SCENARIO_ACCEPTED, .want = "got accept" },
	{ .title = "a mark nobody tells", .text = UDP "=> accept mark 9",
	  .fake.seen = { .class = SCENARIO_NEW, .has_departure = true } },
	{ .title = "not accepted", .text = UDP "=> accept",
	  .fake.seen = { .class = SCENARIO_DROPPED, LEAVES },
	  .want = "expected accept, got dropped" },
	{ .title = "elsewhere", .text = UDP "=> accept out lan0",
	  .fake.seen = { .class = SCENARIO_NEW, LEAVES },
	  .want = "got new out wan0 snat 9.1.1.1:0 mark 5" },
	{ .title = "not for us", .text = UDP "=> accept local",
	  .fake.seen = { .class = SCENARIO_NEW, LEAVES },
	  .want = "elsewhere" },
	{ .title = "not as it came", .text = UDP "=> accept unchanged",
	  .fake.seen = { .class = SCENARIO_NEW, LEAVES },
	  .want = "elsewhere" },
	{ .title = "another source", .text = UDP "=> accept snat 9.1.1.2",
	  .fake.seen = { .class = SCENARIO_NEW, LEAVES },
	  .want = "elsewhere" },
	{ .title = "another port", .text = UDP "=> accept snat :1",
	  .fake.seen = { .class = SCENARIO_NEW, LEAVES },
	  .want = "elsewhere" },
	{ .title = "another destination", .text = UDP "=> accept dnat 3.3.3.3",
	  .fake.seen = { .class = SCENARIO_NEW, LEAVES },
	  .want = "elsewhere" },
	{ .title = "another mark", .text = UDP "=> accept mark 6",
	  .fake.seen = { .class = SCENARIO_NEW, LEAVES },
	  .want = "elsewhere" },
	{ .title = "an answer", .text = UDP "=> reject icmp host-unreachable",
	  .fake.seen = { .class = SCENARIO_DROPPED, .has_departure = true,
			 .answers = 2, .answer = { { 6, 0, 0 },
						   { 1, 3, 1 } } } },
	{ .title = "another answer", .text = UDP "=> reject reset",
	  .fake.seen = { .class = SCENARIO_DROPPED, .has_departure = true,
			 .answers = 1, .answer = { { 1, 3, 1 } } },
	  .want = "answer icmp type 3 code 1" },
	{ .title = "no answer", .text = UDP "=> reject icmp port-unreachable",
	  .fake.seen = { .class = SCENARIO_DROPPED, .has_departure = true },
	  .want = "elsewhere" },
	{ .title = "an interface refused",
	  .text = "interface a\ntest t\n" UDP "=> invalid",
	  .fake.refusal = "no", .want = "no", .line = 1 },
	{ .title = "rules refused",
	  .text = "rules {\n}\ntest t\n" UDP "=> invalid",
	  .fake.refusal = "what\nelse", .want = "else", .line = 1 },
	{ .title = "rules refused as expected",
	  .text = "rules {\n} => error \"wha\"\ntest t\n" UDP "=> invalid",
	  .fake.refusal = "what\nelse" },
	{ .title = "rules refused otherwise",
	  .text = "rules {\n} => error \"hat\"\ntest t\n" UDP "=> invalid",
	  .fake.refusal = "no", .want = "another error, got: no" },
	{ .title = "rules not refused",
	  .text = "rules {\n} => error \"hat\"\ntest t\n" UDP "=> invalid",
	  .fake.ruleset = "", .want = "expected an error, got none" },
	{ .title = "lines of the ruleset",
	  .text = "test t\nruleset has c d\nruleset lacks e",
	  .fake.ruleset = "a {\n\tc  d\n}\n" },
	{ .title = "a line that the ruleset lacks",
	  .text = "test t\nruleset has e",
	  .fake.ruleset = "a {\n\tc  d\n}\n", .want = "no such line" },
	{ .title = "a line that the ruleset has",
	  .text = "test t\nruleset lacks c d",
	  .fake.ruleset = "a {\n\tc  d\n}\n", .want = "has such a line" },
	{ .title = "a named counter",
	  .text = "test t\nexpect counter b packets 3 bytes 4",
	  .fake.ruleset = "counter a {\npackets 1 bytes 1\n}\n"
			  "counter b {\ncomment \"x\"\npackets 3 bytes 4\n}" },
	{ .title = "a named counter with another value",
	  .text = "test t\nexpect counter b packets 3 bytes 4",
	  .fake.ruleset = "counter b {\npackets 3 bytes 5\n}",
	  .want = "counter b: expected bytes 4, got 5" },
	{ .title = "no such counter",
	  .text = "test t\nexpect counter b packets 0",
	  .fake.ruleset = "counter a {\npackets 0 bytes 0\n}",
	  .want = "no counter 'b'" },
	{ .title = "another count", .text = "test t\nstats found=0 drop=1",
	  .want = "expected drop=1, got 0" },
};

static void
only_what_is_not_met_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake fake = cases[i].fake;
		struct scenario_result result = run(&fake, cases[i].text,
						    cases[i].ops);

		if ((result.failed > 0) != (cases[i].want != NULL) ||
		    (cases[i].want && !strstr(fake.failure, cases[i].want)))
			fail_msg("%s: '%s'", cases[i].title, fake.failure);
		if (cases[i].line > 0)
			assert_int_equal(fake.line, cases[i].line);
		if (cases[i].column > 0)
			assert_int_equal(fake.column, cases[i].column);
		assert_true(result.checks + result.failed +
			    result.unchecked > 0);
		/* a packet that fails is explained, nothing else is */
		if (fake.explained > 0)
			assert_non_null(cases[i].want);
		if (cases[i].want && strstr(cases[i].want, "elsewhere"))
			assert_int_equal(fake.explained, 3);
	}
}

/* What a tracker cannot do is neither passed nor failed. */
static void
what_cannot_be_done_is_counted(void **state)
{
	struct fake fake = { .rc = -ENOTSUP };
	struct scenario_result result;

	(void)state;
	result = run(&fake, UDP "=> new\n+1s\nconn #1 delete\nevent a\n"
		     "table has x\nstats found=7", (struct scenario_ops){ 0 });
	assert_string_equal(fake.failure, "");
	assert_int_equal(result.checks, 0);
	assert_int_equal(result.unchecked, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_not_met_fails),
		cmocka_unit_test(what_cannot_be_done_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
