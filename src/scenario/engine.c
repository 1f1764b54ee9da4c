/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/engine.c - the tracker that is libclew.
 *
 * Each test gets an engine of its own with a fixed seed.  Packets go in one
 * at a time, at the present time; events wait in a queue until asked for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/scenario.h"

#define LINE 4096
#define POLICIES_MOST 64

struct scenario_engine {
	struct clew_engine *engine;
	char **event;			/* lines, oldest first */
	size_t events;
	size_t events_room;
	size_t events_taken;
	bool no_memory;
	clew_conn_ref *conn;		/* of packet number i + 1 */
	size_t conns;
	size_t conns_room;
	clew_conn_ref cursor;		/* of the table */
	const char *policy[POLICIES_MOST];
	int policy_number[POLICIES_MOST];
	size_t policies;
};

static void
on_event(void *ctx, const struct clew_event *event)
{
	struct scenario_engine *e = ctx;
	struct clew_text_options options = { .now_ns = event->time_ns };
	static const enum clew_record records[] = {
		[CLEW_EVENT_NEW] = CLEW_RECORD_NEW,
		[CLEW_EVENT_UPDATE] = CLEW_RECORD_UPDATE,
		[CLEW_EVENT_DESTROY] = CLEW_RECORD_DESTROY,
	};
	char line[LINE];

	if (e->events == e->events_room) {
		size_t room = e->events_room ? 2 * e->events_room : 64;
		char **more = realloc(e->event, room * sizeof(*more));

		if (!more) {
			e->no_memory = true;
			return;
		}
		e->event = more;
		e->events_room = room;
	}
	clew_text_format(line, sizeof(line), event->ct, records[event->type],
			 &options);
	e->event[e->events] = strdup(line);
	if (e->event[e->events])
		e->events++;
	else
		e->no_memory = true;
}

static void
forget_events(struct scenario_engine *e)
{
	for (size_t i = 0; i < e->events; i++)
		free(e->event[i]);
	e->events = 0;
	e->events_taken = 0;
}

struct scenario_engine *
scenario_engine_create(void)
{
	return calloc(1, sizeof(struct scenario_engine));
}

void
scenario_engine_destroy(struct scenario_engine *e)
{
	if (!e)
		return;
	clew_engine_destroy(e->engine);
	forget_events(e);
	free(e->event);
	free(e->conn);
	free(e);
}

static int
begin(void *ctx, const struct scenario_test *test)
{
	struct scenario_engine *e = ctx;
	struct clew_config config = {
		.seed = { 1, 2 },
		.start_ns = SCENARIO_START_NS,
		.on_event = on_event,
		.ctx = e,
	};

	(void)test;
	clew_engine_destroy(e->engine);
	e->engine = NULL;
	forget_events(e);
	e->conns = 0;
	e->policies = 0;
	e->no_memory = false;
	return clew_engine_create(&e->engine, &config);
}

static int
set(void *ctx, const char *name, uint64_t value, struct clew_error *error)
{
	struct scenario_engine *e = ctx;

	return clew_engine_set(e->engine, name, value, error);
}

static int
policy(void *ctx, const struct scenario_policy *from)
{
	struct scenario_engine *e = ctx;
	int number;

	if (e->policies == POLICIES_MOST)
		return -ENOSPC;
	number = clew_timeout_create(e->engine, from->name,
				     (enum clew_family)from->family,
				     from->protocol, from->values_s,
				     from->mask);
	if (number < 0)
		return number;
	e->policy[e->policies] = from->name;
	e->policy_number[e->policies++] = number;
	return 0;
}

static int
remember(struct scenario_engine *e, clew_conn_ref conn)
{
	if (e->conns == e->conns_room) {
		size_t room = e->conns_room ? 2 * e->conns_room : 64;
		clew_conn_ref *more = realloc(e->conn, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		e->conn = more;
		e->conns_room = room;
	}
	e->conn[e->conns++] = conn;
	return 0;
}

/* The last fragment is stolen too; what came of the whole is an output. */
static enum scenario_class
classify(const struct scenario_engine *e, const struct clew_packet *p)
{
	uint8_t verdict = p->verdict;
	size_t count;

	if (p->result & CLEW_RES_REASSEMBLED) {
		const struct clew_output *output =
			clew_engine_outputs(e->engine, &count);

		verdict = count > 0 ? output[count - 1].verdict : CLEW_DROP;
	}
	if (verdict == CLEW_STOLEN)
		return SCENARIO_HELD;
	if (p->result & CLEW_RES_CUT)
		return SCENARIO_CUT;
	if (verdict == CLEW_DROP)
		return SCENARIO_DROPPED;
	return (enum scenario_class)p->ct_state;
}

static int
send_packet(void *ctx, const struct scenario_packet *packet,
	    struct scenario_seen *seen)
{
	struct scenario_engine *e = ctx;
	struct clew_packet p = {
		.data = packet->data,
		.caplen = packet->caplen,
		.len = packet->len,
		.ifindex = packet->side + 1,
		.flags = packet->flags,
		.zone = packet->zone,
		.time_ns = clew_engine_now(e->engine),
	};

	if (packet->policy) {
		size_t i = 0;

		while (i < e->policies &&
		       strcmp(e->policy[i], packet->policy) != 0)
			i++;
		if (i == e->policies)
			return -ENOENT;
		p.timeout_policy = (uint16_t)e->policy_number[i];
	}
	clew_engine_process(e->engine, &p, 1);
	seen->class = classify(e, &p);
	seen->has_dir = p.conn != 0;
	seen->dir = p.dir;
	seen->reassembled = p.result & CLEW_RES_REASSEMBLED;
	clew_reason_format(seen->reason, sizeof(seen->reason),
			   (enum clew_reason)p.reason, &p.detail);
	seen->has_why = true;
	seen->why = p.reason;
	seen->has_off_by = p.reason != CLEW_WHY_NONE && p.detail.has_bound;
	seen->off_by = p.detail.off_by;
	return remember(e, p.conn);
}

static int
advance(void *ctx, uint64_t ns)
{
	struct scenario_engine *e = ctx;

	clew_engine_advance(e->engine, clew_engine_now(e->engine) + ns, 0);
	return 0;
}

static int
change(void *ctx, const struct scenario_change *c)
{
	struct scenario_engine *e = ctx;
	clew_conn_ref conn;

	if (c->packet > e->conns)
		return -ENOENT;
	conn = e->conn[c->packet - 1];
	switch (c->type) {
	case SCENARIO_MARK:
		return clew_conn_set_mark(e->engine, conn, c->value);
	case SCENARIO_LABELS:
		return clew_conn_set_labels(e->engine, conn, c->labels);
	case SCENARIO_TIMEOUT:
		return clew_conn_set_timeout(e->engine, conn, c->value);
	case SCENARIO_STATUS:
		return clew_conn_add_status(e->engine, conn, c->value);
	case SCENARIO_SEQADJ:
		return clew_conn_set_seqadj(e->engine, conn,
					    (enum clew_dir)c->dir,
					    &c->seqadj);
	case SCENARIO_DELETE:
		return clew_conn_delete(e->engine, conn);
	}
	return -EINVAL;
}

static int
next_event(void *ctx, char *line, size_t size)
{
	struct scenario_engine *e = ctx;

	if (e->no_memory)
		return -ENOMEM;
	if (e->events_taken == e->events) {
		forget_events(e);
		return 0;
	}
	snprintf(line, size, "%s", e->event[e->events_taken++]);
	return 1;
}

static int
table(void *ctx, size_t index, char *line, size_t size)
{
	struct scenario_engine *e = ctx;
	struct clew_text_options options = {
		.now_ns = clew_engine_now(e->engine),
	};
	struct clew_snapshot snapshot;
	int rc;

	if (index == 0)
		e->cursor = 0;
	if (!clew_conn_next(e->engine, &e->cursor))
		return 0;
	rc = clew_conn_snapshot(e->engine, e->cursor, &snapshot);
	if (rc < 0)
		return rc;
	clew_text_format(line, size, &snapshot, CLEW_RECORD_ENTRY, &options);
	return 1;
}

static int
stat_value(void *ctx, const char *name, uint64_t *value)
{
	struct scenario_engine *e = ctx;
	struct clew_stats stats;

	clew_engine_stats(e->engine, &stats);
	return scenario_stat_lookup(&stats, name, value) ? 0 : -ENOENT;
}

const struct scenario_ops scenario_engine_ops = {
	.table_is_ordered = true,
	.begin = begin,
	.set = set,
	.policy = policy,
	.send = send_packet,
	.advance = advance,
	.change = change,
	.event = next_event,
	.table = table,
	.stat = stat_value,
};
