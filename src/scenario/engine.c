/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/engine.c - the tracker that is libclew.
 *
 * Each test gets an engine of its own with a fixed seed.  Packets go in one
 * at a time, at the present time; events, and the trace of the last packet,
 * wait in lists until asked for.  Interfaces and routes are collected until
 * something needs them: the first rules or the first packet. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/network.h"
#include "scenario/scenario.h"

#define LINE 4096
#define TRACE_MOST 10000
#define POLICIES_MOST 64

/* Lines, oldest first. */
struct list {
	char **line;
	size_t count;
	size_t room;
};

struct scenario_engine {
	struct clew_engine *engine;
	const struct scenario_loader *loader;
	void *loading;			/* its own, or NULL */
	struct network network;
	bool has_network;		/* the engine knows it */
	struct list events;
	size_t events_taken;
	struct list traces;		/* of the last packet */
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
append(struct scenario_engine *e, struct list *list, const char *line)
{
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		char **more = realloc(list->line, room * sizeof(*more));

		if (!more) {
			e->no_memory = true;
			return;
		}
		list->line = more;
		list->room = room;
	}
	list->line[list->count] = strdup(line);
	if (list->line[list->count])
		list->count++;
	else
		e->no_memory = true;
}

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

	clew_text_format(line, sizeof(line), event->ct, records[event->type],
			 &options);
	append(e, &e->events, line);
}

static void
forget(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->line[i]);
	list->count = 0;
}

static void
forget_events(struct scenario_engine *e)
{
	forget(&e->events);
	e->events_taken = 0;
}

static const char *
name_interface(void *ctx, uint32_t index)
{
	struct scenario_engine *e = ctx;

	return network_name(&e->network, index);
}

static const char *
name_rule(void *ctx, const struct clew_rule *rule)
{
	struct scenario_engine *e = ctx;

	return e->loading ? e->loader->rule(e->loading, rule) : NULL;
}

static void
on_trace(void *ctx, const struct clew_trace *trace)
{
	struct scenario_engine *e = ctx;
	const struct clew_trace_names names = {
		.interface = name_interface, .rule = name_rule, .ctx = e,
	};
	char line[LINE];

	if (e->traces.count == TRACE_MOST)
		return;
	if (clew_text_trace(line, sizeof(line), trace, &names) > 0)
		append(e, &e->traces, line);
}

struct scenario_engine *
scenario_engine_create(const struct scenario_loader *loader)
{
	struct scenario_engine *e = calloc(1, sizeof(*e));

	if (e)
		e->loader = loader;
	return e;
}

/* What belongs to one test alone. */
static void
end(struct scenario_engine *e)
{
	if (e->loading)
		e->loader->end(e->loading);
	e->loading = NULL;
	clew_engine_destroy(e->engine);
	e->engine = NULL;
	network_fini(&e->network);
	e->has_network = false;
	forget_events(e);
	forget(&e->traces);
}

void
scenario_engine_destroy(struct scenario_engine *e)
{
	if (!e)
		return;
	end(e);
	free(e->events.line);
	free(e->traces.line);
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

	int rc;

	(void)test;
	end(e);
	e->conns = 0;
	e->policies = 0;
	e->no_memory = false;
	rc = clew_engine_create(&e->engine, &config);
	if (rc == 0)
		clew_engine_trace(e->engine, on_trace, e, true);
	return rc;
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

/* Give the engine its interfaces, if it does not have them yet. */
static int
settle_network(struct scenario_engine *e, struct clew_error *error)
{
	if (e->has_network)
		return 0;
	e->has_network = true;
	return network_apply(&e->network, e->engine, error);
}

static void
see_answer(struct scenario_seen *seen, const struct clew_output *output)
{
	struct scenario_answer *answer = &seen->answer[seen->answers];
	struct clew_tuple t;

	if (seen->answers == SCENARIO_ANSWERS ||
	    !clew_tuple_read(&t, output->data, output->len))
		return;
	answer->protocol = t.protocol;
	answer->type = t.part.icmp.type;
	answer->code = t.part.icmp.code;
	seen->answers++;
}

/* Interfaces of a gateway have its numbers; of none, those of the test. */
static uint32_t
side_index(const struct scenario_engine *e,
	   const struct scenario_packet *packet)
{
	if (packet->flags & CLEW_PKT_LOCAL_OUT)
		return 0;
	if (e->network.ifaces > 0)
		return network_index(&e->network, packet->iface);
	return packet->side + 1;
}

/* Where it went, as what, and what was answered. */
static void
see_departure(const struct scenario_engine *e, const struct clew_packet *p,
	      struct scenario_seen *seen)
{
	const struct clew_output *output;
	bool is_itself = false;
	size_t count;

	seen->has_departure = clew_tuple_read(&seen->before, p->data,
					      p->caplen);
	seen->after = seen->before;
	seen->has_mark = true;
	seen->mark = p->mark;
	seen->local = p->result & CLEW_RES_LOCAL;
	if (!seen->local && p->verdict == CLEW_ACCEPT)
		seen->out = network_name(&e->network, p->out_ifindex);
	output = clew_engine_outputs(e->engine, &count);
	for (; count > 0; output++, count--) {
		if (output->kind == CLEW_OUT_GENERATED ||
		    output->kind == CLEW_OUT_COPY) {
			see_answer(seen, output);
		} else if (!is_itself) {
			is_itself = true;
			clew_tuple_read(&seen->after, output->data,
					output->len);
			if (!output->is_local && output->out_ifindex != 0)
				seen->out = network_name(&e->network,
							 output->out_ifindex);
		}
	}
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
		.ifindex = side_index(e, packet),
		.flags = packet->flags,
		.zone = packet->zone,
		.time_ns = clew_engine_now(e->engine),
	};

	if (settle_network(e, NULL) != 0)
		return -EINVAL;
	forget(&e->traces);
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
	see_departure(e, &p, seen);
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
	if (e->events_taken == e->events.count) {
		forget_events(e);
		return 0;
	}
	snprintf(line, size, "%s", e->events.line[e->events_taken++]);
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

static int
too_late(struct clew_error *error)
{
	snprintf(error->text, sizeof(error->text), "interfaces and routes "
		 "come before rules and packets");
	return -EINVAL;
}

static int
interface(void *ctx, const char *text, struct clew_error *error)
{
	struct scenario_engine *e = ctx;

	if (e->has_network)
		return too_late(error);
	return network_add_interface(&e->network, text, error);
}

static int
route(void *ctx, const char *text, struct clew_error *error)
{
	struct scenario_engine *e = ctx;

	if (e->has_network)
		return too_late(error);
	return network_add_route(&e->network, text, error);
}

static int
rules(void *ctx, const char *text, const char *name, char **message)
{
	struct scenario_engine *e = ctx;
	struct clew_error error = { "" };
	int rc = settle_network(e, &error);

	if (rc != 0) {
		*message = strdup(error.text);
		return rc;
	}
	if (!e->loader)
		return -ENOTSUP;
	if (!e->loading)
		e->loading = e->loader->begin(e->engine);
	if (!e->loading)
		return -ENOMEM;
	return e->loader->rules(e->loading, text, name, message);
}

static int
ruleset(void *ctx, char **text)
{
	struct scenario_engine *e = ctx;

	if (!e->loading)
		return -ENOTSUP;
	return e->loader->ruleset(e->loading, text);
}

static int
explain(void *ctx, size_t index, char *line, size_t size)
{
	struct scenario_engine *e = ctx;

	if (index >= e->traces.count)
		return 0;
	snprintf(line, size, "%s", e->traces.line[index]);
	return 1;
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
	.interface = interface,
	.route = route,
	.rules = rules,
	.ruleset = ruleset,
	.explain = explain,
};
