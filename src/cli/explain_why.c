/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain_why.c - clew explain --why-dropped: what was dropped or is
 * INVALID, by reason and by rule, each with its first packet.
 *
 * A scout goes ahead with every packet; what it loses for a reason not yet
 * seen is explained by the engine behind it, which so far has seen the same
 * packets. */
#include "cli/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

enum { TEXT_MOST = 1024 };

/* Packets that share a fate: its words name it. */
struct group {
	char *words;
	char *page;			/* its first packet, explained */
	struct lane_fate fate;		/* of that; for JSON */
	uint64_t count;
	uint64_t first;
	uint64_t last;
};

struct why {
	const struct replay_options *o;
	struct lane *scout;
	struct lane *lane;
	struct explain_print *print;
	struct group *group;
	size_t count;
	size_t room;
	uint64_t packets;
	uint64_t dropped;
	uint64_t invalid;
	bool is_told;			/* events of this packet are wanted */
};

static void
on_event(void *ctx, const struct clew_event *event)
{
	struct why *w = ctx;

	if (w->is_told)
		explain_print_event(w->print, event);
}

static bool
is_lost(const struct lane_fate *fate)
{
	return fate->was_fed &&
	       (fate->packet.verdict == CLEW_DROP ||
		(fate->packet.ct_state == CLEW_CT_INVALID &&
		 clew_reason_effect((enum clew_reason)fate->packet.reason) ==
		 CLEW_REASON_INVALID));
}

/* "INVALID, accepted: tcp_seq_over; by inet filter input: policy" */
static void
put_words(struct strbuf *sb, const struct lane_fate *fate,
	  const struct clew_trace_names *names)
{
	const struct clew_packet *p = &fate->packet;
	bool is_invalid = clew_reason_effect((enum clew_reason)p->reason) ==
			  CLEW_REASON_INVALID;

	if (is_invalid)
		strbuf_puts(sb, "INVALID, ");
	strbuf_puts(sb, explain_fate_word(fate));
	if (p->reason != CLEW_WHY_NONE && p->reason != CLEW_WHY_RULE) {
		strbuf_printf(sb, ": %s (", clew_reason_name(
			(enum clew_reason)p->reason));
		explain_put_reason(sb, (enum clew_reason)p->reason, NULL);
		strbuf_putc(sb, ')');
	}
	if (explain_is_ruled(fate) && p->verdict == CLEW_DROP) {
		strbuf_puts(sb, " by ");
		explain_put_rule(sb, names, &fate->ruled.rule);
	}
}

/* => The group of these words, a new one with count 0; NULL: no memory. */
static struct group *
group_of(struct why *w, const char *words)
{
	struct group *more;
	size_t room;

	for (size_t i = 0; i < w->count; i++) {
		if (strcmp(w->group[i].words, words) == 0)
			return &w->group[i];
	}
	if (w->count == w->room) {
		room = w->room > 0 ? 2 * w->room : 16;
		more = realloc(w->group, room * sizeof(*more));
		if (more == NULL)
			return NULL;
		w->group = more;
		w->room = room;
	}
	w->group[w->count] = (struct group){ .words = strdup(words) };
	if (w->group[w->count].words == NULL)
		return NULL;
	return &w->group[w->count++];
}

/* The same packet once more, explained. */
static bool
explain_first(struct why *w, const struct timeline_burst *burst,
	      struct group *group)
{
	struct clew_engine *engine = lane_engine(w->lane);
	struct page page;

	if (!page_open(&page))
		return false;
	explain_print_begin(w->print, true);
	w->is_told = true;
	clew_engine_explain(engine, explain_print_step, w->print);
	lane_feed(w->lane, burst, 0, &group->fate);
	clew_engine_explain(engine, NULL, NULL);
	w->is_told = false;
	explain_print_packet(w->print, page.out, &(struct explain_packet){
		.origin = explain_origin(w->o, &burst->origin[0]),
		.fate = &group->fate,
	});
	group->page = strdup(page_text(&page));
	page_close(&page);
	return group->page != NULL;
}

static bool
take(struct why *w, const struct timeline_burst *burst)
{
	uint64_t number = burst->origin[0].number;
	struct lane_fate fate;
	char words[TEXT_MOST];
	struct strbuf sb;
	struct group *group;

	w->packets++;
	lane_feed(w->scout, burst, 0, &fate);
	if (!is_lost(&fate)) {
		lane_feed(w->lane, burst, 0, &fate);
		return true;
	}
	w->dropped += fate.packet.verdict == CLEW_DROP;
	w->invalid += clew_reason_effect((enum clew_reason)fate.packet.reason)
		      == CLEW_REASON_INVALID;
	strbuf_init(&sb, words, sizeof(words));
	put_words(&sb, &fate, lane_names(w->scout));
	group = group_of(w, words);
	if (group == NULL)
		return false;
	group->last = number;
	if (group->count++ > 0) {
		lane_feed(w->lane, burst, 0, &fate);
		return true;
	}
	group->first = number;
	return explain_first(w, burst, group);
}

static int
compare(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static void
print_text(const struct why *w)
{
	printf("%" PRIu64 " packet%s, %" PRIu64 " dropped, %" PRIu64
	       " INVALID, for %zu reason%s\n", w->packets,
	       w->packets == 1 ? "" : "s", w->dropped, w->invalid, w->count,
	       w->count == 1 ? "" : "s");
	for (size_t i = 0; i < w->count; i++) {
		const struct group *g = &w->group[i];

		printf("%6" PRIu64 "  %s\n", g->count, g->words);
	}
	for (size_t i = 0; i < w->count; i++) {
		const struct group *g = &w->group[i];

		printf("\n%s\n%" PRIu64 " packet%s", g->words, g->count,
		       g->count == 1 ? "" : "s");
		if (g->count > 1)
			printf(", from number %" PRIu64 " to %" PRIu64
			       "; the first:\n", g->first, g->last);
		else
			fputs(":\n", stdout);
		fputs(g->page, stdout);
	}
}

/* Each group's object is its first packet's, with what the group is. */
static void
print_json(const struct why *w)
{
	char words[2 * TEXT_MOST];
	struct strbuf sb;

	for (size_t i = 0; i < w->count; i++) {
		const struct group *g = &w->group[i];

		strbuf_init(&sb, words, sizeof(words));
		strbuf_put_json(&sb, g->words);
		printf("{\"type\":\"why_dropped\",\"group\":%s,\"count\":%"
		       PRIu64 ",\"first\":%" PRIu64 ",\"last\":%" PRIu64
		       ",\"explained\":%.*s}\n", words, g->count, g->first,
		       g->last, (int)strcspn(g->page, "\n"), g->page);
	}
	printf("{\"type\":\"why_dropped_summary\",\"packets\":%" PRIu64
	       ",\"dropped\":%" PRIu64 ",\"invalid\":%" PRIu64
	       ",\"groups\":%zu}\n", w->packets, w->dropped, w->invalid,
	       w->count);
}

static int
run(struct why *w, struct timeline *timeline)
{
	struct timeline_burst *burst;

	while ((burst = timeline_next(timeline, 1)) != NULL) {
		if (take(w, burst))
			continue;
		fprintf(stderr, "%s: %s\n", w->o->who, strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	if (w->count > 0)
		qsort(w->group, w->count, sizeof(*w->group), compare);
	if (w->o->format == CLEW_FORMAT_JSON)
		print_json(w);
	else
		print_text(w);
	return EXIT_OK;
}

int
explain_why(const struct replay_options *o, struct timeline *timeline)
{
	struct replay_options quiet = *o;
	struct why w = { .o = o };
	int status;

	quiet.is_quiet = true;
	status = lane_create(&w.scout, &(struct lane_config){
		.options = o, .timeline = timeline,
	});
	if (status == EXIT_OK)
		status = lane_create(&w.lane, &(struct lane_config){
			.options = &quiet, .timeline = timeline,
			.on_event = on_event, .ctx = &w,
		});
	if (status == EXIT_OK && explain_print_create(&w.print,
	    o->format == CLEW_FORMAT_JSON, w.lane) != 0)
		status = EXIT_TROUBLE;
	if (status == EXIT_OK)
		status = run(&w, timeline);
	for (size_t i = 0; i < w.count; i++) {
		free(w.group[i].words);
		free(w.group[i].page);
	}
	free(w.group);
	explain_print_destroy(w.print);
	lane_destroy(w.scout);
	lane_destroy(w.lane);
	return status;
}
