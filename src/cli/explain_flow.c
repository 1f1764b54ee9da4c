/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain_flow.c - clew explain --flow: the story of a connection, a line
 * for each of its packets.
 *
 * A packet belongs to it if its own addresses and ports, or those of its
 * connection, before or after NAT, are the ones that were given. */
#include "cli/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/layers.h"

enum { WORD_SIZE = 32, REMARKS_SIZE = 1024 };

/* What was told of the packet at hand. */
struct seen {
	bool has_steps;
	bool has_cell;
	bool is_reopened;
	bool is_refused;
	bool is_ignored;
	bool is_new;
	bool is_entered;
	bool has_timer;
	bool has_conn;
	char before[WORD_SIZE];
	char after[WORD_SIZE];
	uint64_t timeout_ms;
	struct clew_explain_track track;
	struct clew_snapshot ct;	/* with has_conn */
	char nat[256];
	char bound[256];		/* the first that failed */
};

/* A connection of the story that has not ended yet. */
struct living {
	clew_conn_ref ref;
	uint32_t id;
};

struct story {
	const struct replay_options *o;
	struct lane *lane;
	struct seen seen;
	struct living *living;
	size_t count;
	size_t room;
	uint64_t packets;
	uint64_t lost;
	uint64_t first_ns;
	struct clew_tuple first;	/* of the first packet */
	bool is_json;
	char trouble[REMARKS_SIZE];	/* the last packet that was lost */
	const char *hint;
	char events[REMARKS_SIZE];	/* of the packet at hand */
};

/* Collecting. */

static void
see_cell(struct seen *s, const struct clew_explain_cell *c)
{
	if (c->is_reopened)
		s->is_reopened = true;
	if (!s->has_cell || s->is_reopened)
		snprintf(s->before, sizeof(s->before), "%s", c->before);
	s->has_cell = true;
	/* Whatever the table says: what is refused moves nothing. */
	s->is_refused = !c->after && !c->is_reopened;
	s->is_ignored = c->cell == CLEW_CELL_IGNORE;
	snprintf(s->after, sizeof(s->after), "%s", c->after ? c->after :
		 s->before);
}

static void
see_window(struct seen *s, const struct clew_explain_window *w)
{
	/* A RST's own bound comes first; the others decide, if they fail. */
	for (unsigned i = w->bounds; i-- > 0 && s->bound[0] == '\0';) {
		const struct clew_explain_bound *b = &w->bound[i];

		if (!b->holds)
			snprintf(s->bound, sizeof(s->bound),
				 "%s %u, bound %u, off by %u", b->left,
				 b->value, b->bound, b->off_by);
	}
}

static void
see_track(struct story *y, const struct clew_explain_track *t)
{
	struct seen *s = &y->seen;

	s->track = *t;
	s->track.detail = NULL;
	s->is_new = t->is_new;
	s->has_conn = t->conn != 0 &&
		      clew_conn_snapshot(lane_engine(y->lane), t->conn,
					 &s->ct) == 0;
}

static void
see_nat(struct seen *s, const struct clew_explain_nat *n)
{
	struct strbuf sb;

	strbuf_init(&sb, s->nat, sizeof(s->nat));
	strbuf_puts(&sb, n->side == CLEW_NAT_SOURCE ? "snat to " : "dnat to ");
	explain_put_tuple(&sb, &n->after);
}

static void
on_step(void *ctx, const struct clew_explain *step)
{
	struct story *y = ctx;
	struct seen *s = &y->seen;

	s->has_steps = true;
	if (step->depth > 0)
		return;
	switch (step->kind) {
	case CLEW_EXPLAIN_CELL: see_cell(s, &step->u.cell); break;
	case CLEW_EXPLAIN_WINDOW: see_window(s, &step->u.window); break;
	case CLEW_EXPLAIN_TRACK: see_track(y, &step->u.track); break;
	case CLEW_EXPLAIN_TIMER:
		s->has_timer = step->u.timer.setting != NULL;
		s->timeout_ms = step->u.timer.after_ms;
		break;
	case CLEW_EXPLAIN_CONFIRM:
		s->is_entered = step->u.confirm.is_inserted;
		break;
	case CLEW_EXPLAIN_NAT_BOUND:
		if (!step->u.nat.is_null ||
		    memcmp(&step->u.nat.before, &step->u.nat.after,
			   sizeof(step->u.nat.after)) != 0)
			see_nat(s, &step->u.nat);
		break;
	default:
		break;
	}
}

/* Living and ended. */

static void
remember(struct story *y, clew_conn_ref ref, uint32_t id)
{
	struct living *more;
	size_t room;

	for (size_t i = 0; i < y->count; i++) {
		if (y->living[i].ref == ref)
			return;
	}
	if (y->count == y->room) {
		room = y->room > 0 ? 2 * y->room : 8;
		more = realloc(y->living, room * sizeof(*more));
		if (more == NULL)
			return;
		y->living = more;
		y->room = room;
	}
	y->living[y->count++] = (struct living){ .ref = ref, .id = id };
}

static void
forget(struct story *y, clew_conn_ref ref)
{
	for (size_t i = 0; i < y->count; i++) {
		if (y->living[i].ref == ref) {
			y->living[i] = y->living[--y->count];
			return;
		}
	}
}

static void
put_since(const struct story *y, struct strbuf *sb, uint64_t time_ns)
{
	uint64_t ns = time_ns > y->first_ns ? time_ns - y->first_ns : 0;

	strbuf_printf(sb, "%" PRIu64 ".%06u", ns / 1000000000,
		      (unsigned)(ns % 1000000000 / 1000));
}

static void
print_expired(struct story *y, const struct clew_event *event)
{
	char text[64], json[CLEW_TEXT_MAX];
	struct clew_text_options options = {
		.format = CLEW_FORMAT_JSON, .now_ns = event->time_ns,
	};
	struct strbuf sb;

	if (y->is_json) {
		clew_text_format(json, sizeof(json), event->ct,
				 CLEW_RECORD_DESTROY, &options);
		printf("{\"type\":\"flow_end\",\"how\":\"expired\","
		       "\"connection\":%s}\n", json);
		return;
	}
	strbuf_init(&sb, text, sizeof(text));
	put_since(y, &sb, event->time_ns);
	printf("%6s %12s    expired: id %" PRIu32 "\n", "", text,
	       event->ct->id);
}

static void
on_event(void *ctx, const struct clew_event *event)
{
	static const char *const types[] = {
		[CLEW_EVENT_NEW] = "NEW", [CLEW_EVENT_UPDATE] = "UPDATE",
		[CLEW_EVENT_DESTROY] = "DESTROY",
	};
	struct story *y = ctx;
	size_t used = strlen(y->events);
	bool is_ours = false;

	for (size_t i = 0; i < y->count; i++)
		is_ours |= y->living[i].ref == event->conn;
	/* What happens as the clock moves on, before the packet comes. */
	if (!y->seen.has_steps) {
		if (is_ours && event->type == CLEW_EVENT_DESTROY) {
			print_expired(y, event);
			forget(y, event->conn);
		}
		return;
	}
	if (event->type == CLEW_EVENT_DESTROY && is_ours)
		forget(y, event->conn);
	snprintf(y->events + used, sizeof(y->events) - used, "%s%s",
		 used ? "," : "", types[event->type]);
}

/* Telling. */

static bool
belongs(const struct story *y, const struct lane_fate *fate)
{
	const struct flow_filter *f = &y->o->flow;
	const struct seen *s = &y->seen;

	if (fate->ruled.has_before &&
	    flow_filter_matches(f, &fate->ruled.before))
		return true;
	if (fate->ruled.has_after &&
	    flow_filter_matches(f, &fate->ruled.after))
		return true;
	return s->has_conn &&
	       (flow_filter_matches(f, &s->ct.tuple[CLEW_DIR_ORIG]) ||
		flow_filter_matches(f, &s->ct.tuple[CLEW_DIR_REPLY]));
}

static bool
is_backwards(const struct story *y, const struct lane_fate *fate)
{
	if (y->seen.has_conn)
		return y->seen.track.dir == CLEW_DIR_REPLY;
	return fate->ruled.has_before &&
	       memcmp(&fate->ruled.before.src, &y->first.src,
		      sizeof(y->first.src)) != 0;
}

/* "SYN seq 1000", "100 bytes". */
static void
put_segment(struct strbuf *sb, const struct clew_packet *p)
{
	static const char *const wanted[] = {
		"flags", "seq", "ack", "data", "length", "icmp_type",
		"icmp_code", "chunk",
	};
	uint32_t at = p->l3_offset;
	struct layers layers;
	const struct layer *last = NULL;
	const char *between = "";

	layers_read(&layers, NULL, 0, p->data + at, p->caplen - at,
		    p->len - at);
	/* Behind the IP header; not what an error quotes. */
	for (size_t i = 0; i + 1 < layers.count && last == NULL; i++) {
		if (strncmp(layers.layer[i].name, "ipv", 3) == 0)
			last = &layers.layer[i + 1];
	}
	for (size_t i = 0; last != NULL && i < last->fields; i++) {
		const struct layer_field *f = &last->field[i];

		for (size_t k = 0; k < sizeof(wanted) / sizeof(*wanted); k++) {
			if (strcmp(f->name, wanted[k]) != 0)
				continue;
			if (f->label[0] != '\0')
				strbuf_printf(sb, "%s%s %s", between, f->label,
					      f->value);
			else
				strbuf_printf(sb, "%s%s", between, f->value);
			between = " ";
		}
	}
}

static bool
is_lost(const struct lane_fate *fate)
{
	return fate->packet.verdict == CLEW_DROP ||
	       clew_reason_effect((enum clew_reason)fate->packet.reason) ==
	       CLEW_REASON_INVALID;
}

/* What is to be said of it besides. */
static void
put_remarks(const struct story *y, struct strbuf *sb,
	    const struct lane_fate *fate)
{
	const struct clew_packet *p = &fate->packet;
	const struct seen *s = &y->seen;
	const char *between = "";

	if (!fate->was_fed) {
		strbuf_puts(sb, "not put through");
		return;
	}
	if (strcmp(explain_fate_word(fate), "accept") != 0) {
		strbuf_puts(sb, explain_fate_word(fate));
		between = ", ";
	}
	if (p->reason != CLEW_WHY_NONE && p->reason != CLEW_WHY_RULE) {
		strbuf_printf(sb, "%s%s: ", between, clew_reason_name(
			(enum clew_reason)p->reason));
		explain_put_reason(sb, (enum clew_reason)p->reason,
				   &p->detail);
		between = ", ";
	}
	if (s->bound[0] != '\0') {
		strbuf_printf(sb, " (%s)", s->bound);
		between = ", ";
	}
	if (explain_is_ruled(fate) && p->verdict == CLEW_DROP) {
		strbuf_printf(sb, "%sby ", between);
		explain_put_rule(sb, lane_names(y->lane), &fate->ruled.rule);
		between = ", ";
	}
	if (s->nat[0] != '\0') {
		strbuf_printf(sb, "%s%s", between, s->nat);
		between = ", ";
	}
	if (s->is_reopened) {
		strbuf_printf(sb, "%sreopened", between);
		between = ", ";
	}
	if (!(s->track.status_before & CLEW_STATUS_ASSURED) &&
	    s->track.status & CLEW_STATUS_ASSURED)
		strbuf_printf(sb, "%sASSURED", between);
}

static void
put_state(struct strbuf *sb, const struct seen *s)
{
	if (!s->has_cell)
		strbuf_puts(sb, s->track.ct_state == CLEW_CT_RELATED ?
			    "related" : "");
	else if (s->is_refused || s->is_ignored)
		strbuf_printf(sb, "%s, %s", s->before, s->is_refused ?
			      "refused" : "ignored");
	else if (strcmp(s->before, s->after) == 0)
		strbuf_puts(sb, s->before);
	else
		strbuf_printf(sb, "%s -> %s", s->before, s->after);
}

static void
print_line(struct story *y, const struct timeline_origin *origin,
	   const struct lane_fate *fate)
{
	char since[64], segment[256], state[80], timer[48] = "";
	char remarks[REMARKS_SIZE];
	struct strbuf sb;

	strbuf_init(&sb, since, sizeof(since));
	put_since(y, &sb, origin->time_ns);
	strbuf_init(&sb, segment, sizeof(segment));
	put_segment(&sb, &fate->packet);
	strbuf_init(&sb, state, sizeof(state));
	put_state(&sb, &y->seen);
	if (y->seen.has_timer) {
		strbuf_init(&sb, timer, sizeof(timer));
		explain_put_ms(&sb, y->seen.timeout_ms);
	}
	strbuf_init(&sb, remarks, sizeof(remarks));
	put_remarks(y, &sb, fate);
	printf("%6" PRIu64 " %12s %s  %-40s %-26s %8s", origin->number, since,
	       is_backwards(y, fate) ? "<" : ">", segment, state, timer);
	if (y->events[0] != '\0')
		printf("  [%s]", y->events);
	printf("%s%s\n", remarks[0] != '\0' ? "  " : "", remarks);
}

static void
print_json_line(struct story *y, const struct timeline_origin *origin,
		const struct lane_fate *fate)
{
	const struct clew_packet *p = &fate->packet;
	const struct seen *s = &y->seen;
	char remarks[REMARKS_SIZE], json[2 * REMARKS_SIZE];
	struct strbuf sb;

	printf("{\"type\":\"flow_packet\",\"packet\":%" PRIu64
	       ",\"time_ns\":%" PRIu64 ",\"direction\":\"%s\","
	       "\"verdict\":\"%s\",\"ct_state\":\"%s\"", origin->number,
	       origin->time_ns, is_backwards(y, fate) ? "reply" : "original",
	       explain_fate_word(fate), clew_ct_state_name(p->ct_state));
	if (s->has_cell)
		printf(",\"before\":\"%s\",\"after\":\"%s\"", s->before,
		       s->after);
	if (s->has_timer)
		printf(",\"timeout_ms\":%" PRIu64, s->timeout_ms);
	if (s->has_conn && s->ct.has & CLEW_HAS_ID)
		printf(",\"id\":%" PRIu32, s->ct.id);
	if (p->reason != CLEW_WHY_NONE)
		printf(",\"reason\":\"%s\"",
		       clew_reason_name((enum clew_reason)p->reason));
	strbuf_init(&sb, remarks, sizeof(remarks));
	put_remarks(y, &sb, fate);
	strbuf_init(&sb, json, sizeof(json));
	strbuf_put_json(&sb, remarks);
	printf(",\"remarks\":%s}\n", json);
}

static void
tell(struct story *y, const struct timeline_origin *origin,
     const struct lane_fate *fate)
{
	struct strbuf sb;

	if (y->packets++ == 0) {
		y->first_ns = origin->time_ns;
		y->first = fate->ruled.before;
	}
	if (y->seen.has_conn && (y->seen.is_entered || !y->seen.is_new))
		remember(y, y->seen.track.conn, y->seen.ct.id);
	if (fate->was_fed && is_lost(fate)) {
		y->lost++;
		strbuf_init(&sb, y->trouble, sizeof(y->trouble));
		strbuf_printf(&sb, "packet %" PRIu64 ": ", origin->number);
		put_remarks(y, &sb, fate);
		y->hint = explain_hint((enum clew_reason)fate->packet.reason);
	}
	if (y->is_json)
		print_json_line(y, origin, fate);
	else
		print_line(y, origin, fate);
}

static void
finish(struct story *y)
{
	struct clew_snapshot ct;
	char line[CLEW_TEXT_MAX];
	struct clew_text_options options = {
		.format = y->is_json ? CLEW_FORMAT_JSON : CLEW_FORMAT_LINE,
		.now_ns = clew_engine_now(lane_engine(y->lane)),
	};

	for (size_t i = 0; i < y->count; i++) {
		if (clew_conn_snapshot(lane_engine(y->lane),
				       y->living[i].ref, &ct) != 0)
			continue;
		clew_text_format(line, sizeof(line), &ct, CLEW_RECORD_ENTRY,
				 &options);
		if (y->is_json)
			printf("{\"type\":\"flow_end\",\"how\":\"lives\","
			       "\"connection\":%s}\n", line);
		else
			printf("still in the table: %s\n", line);
	}
	if (y->is_json || y->packets == 0)
		return;
	if (y->lost == 0)
		printf("%" PRIu64 " packet%s, none lost\n", y->packets,
		       y->packets == 1 ? "" : "s");
	else
		printf("%" PRIu64 " packet%s, %" PRIu64 " lost or INVALID, the "
		       "last: %s\n", y->packets, y->packets == 1 ? "" : "s",
		       y->lost, y->trouble);
	if (y->hint != NULL && y->hint[0] != '\0')
		printf("%s\n", y->hint);
}

static void
run(struct story *y, struct timeline *timeline)
{
	struct timeline_burst *burst;
	struct lane_fate fate;

	while ((burst = timeline_next(timeline, 1)) != NULL) {
		memset(&y->seen, 0, sizeof(y->seen));
		y->events[0] = '\0';
		lane_feed(y->lane, burst, 0, &fate);
		if (belongs(y, &fate))
			tell(y, &burst->origin[0], &fate);
	}
	memset(&y->seen, 0, sizeof(y->seen));
	finish(y);
}

int
explain_flow(const struct replay_options *o, struct timeline *timeline)
{
	struct story y = {
		.o = o, .is_json = o->format == CLEW_FORMAT_JSON,
	};
	int status;

	status = lane_create(&y.lane, &(struct lane_config){
		.options = o, .timeline = timeline,
		.on_event = on_event, .ctx = &y,
	});
	if (status == EXIT_OK) {
		clew_engine_explain(lane_engine(y.lane), on_step, &y);
		run(&y, timeline);
		if (y.packets == 0) {
			fprintf(stderr, "%s: no packet is of that flow\n",
				o->who);
			status = EXIT_TROUBLE;
		}
	}
	free(y.living);
	lane_destroy(y.lane);
	return status;
}
