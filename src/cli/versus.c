/* SPDX-License-Identifier: BSD-2-Clause
 * cli/versus.c - clew replay --versus: two engines, alike but for their
 * rules, are given the same packets; what becomes of them is held side by
 * side.
 *
 * What counts is what others see of it: whether it passes, where it leaves,
 * as what, with which mark and in which zone; not by which rule.  Packets
 * that differ are grouped by flow, and within one by how they differ. */
#include "cli/versus.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/explain_print.h"
#include "cli/lane.h"

enum { SIDES = 2, WORDS_SIZE = 2048, TABLE_LEAST = 64 };

static const char side_names[SIDES] = { 'A', 'B' };

/* What became of a packet on one side. */
struct side {
	struct lane_fate fate;
	bool has_conn;
	uint32_t ct_mark;
	uint16_t zone;
	struct clew_tuple original;	/* with has_conn */
};

/* Packets of a flow that differ in the same way. */
struct difference {
	uint64_t count;
	uint64_t first;
	char *words[SIDES];
	struct side side[SIDES];	/* of the first */
};

struct flow {
	struct clew_tuple tuple;	/* of the first packet that differs */
	uint64_t packets;
	uint64_t first;
	const char *file;
	struct difference *difference;
	size_t count;
};

/* "A accepts, B drops". */
struct kind {
	const char *word[SIDES];
	uint64_t packets;
};

struct versus {
	const struct replay_options *o;
	struct lane *lane[SIDES];
	struct timeline *timeline;
	struct flow *flow;		/* in order of appearance */
	size_t count;
	size_t room;
	uint32_t *table;		/* by tuple: index + 1 */
	size_t table_size;
	struct kind kind[32];
	size_t kinds;
	uint64_t packets;
	uint64_t differ;
};

/* Flows. */

/* The same whichever way round. */
static uint32_t
hash_tuple(const struct clew_tuple *t)
{
	uint64_t h = t->protocol + ((uint64_t)t->family << 8) +
		     ((uint64_t)t->zone << 16);

	for (int i = 0; i < 2; i++)
		h += (t->src.be64[i] + t->dst.be64[i]) *
		     0x9e3779b97f4a7c15u;
	return (uint32_t)(h ^ h >> 32);
}

static bool
has_ports(const struct clew_tuple *t)
{
	return t->protocol == 6 || t->protocol == 17 || t->protocol == 132 ||
	       t->protocol == 136;
}

static bool
is_same_flow(const struct clew_tuple *a, const struct clew_tuple *b)
{
	bool ports = has_ports(a);

	if (a->protocol != b->protocol || a->family != b->family ||
	    a->zone != b->zone)
		return false;
	if (!ports && a->part.icmp.id_be != b->part.icmp.id_be)
		return false;
	if (memcmp(&a->src, &b->src, sizeof(a->src)) == 0 &&
	    memcmp(&a->dst, &b->dst, sizeof(a->dst)) == 0 &&
	    (!ports || a->part.word == b->part.word))
		return true;
	return memcmp(&a->src, &b->dst, sizeof(a->src)) == 0 &&
	       memcmp(&a->dst, &b->src, sizeof(a->dst)) == 0 &&
	       (!ports || (a->part.port.sport_be == b->part.port.dport_be &&
			   a->part.port.dport_be == b->part.port.sport_be));
}

static bool
grow(struct versus *v)
{
	size_t size = v->table_size > 0 ? 2 * v->table_size : TABLE_LEAST;
	struct flow *flow = realloc(v->flow, size / 2 * sizeof(*flow));
	uint32_t *table;

	if (flow == NULL)
		return false;
	v->flow = flow;
	table = calloc(size, sizeof(*table));
	if (table == NULL)
		return false;
	for (size_t i = 0; i < v->count; i++) {
		size_t at = hash_tuple(&v->flow[i].tuple) & (size - 1);

		while (table[at] != 0)
			at = (at + 1) & (size - 1);
		table[at] = (uint32_t)i + 1;
	}
	free(v->table);
	v->table = table;
	v->table_size = size;
	v->room = size / 2;
	return true;
}

/* => NULL: no memory. */
static struct flow *
flow_of(struct versus *v, const struct clew_tuple *tuple)
{
	size_t at;

	if (v->count == v->room && !grow(v))
		return NULL;
	at = hash_tuple(tuple) & (v->table_size - 1);
	for (; v->table[at] != 0; at = (at + 1) & (v->table_size - 1)) {
		struct flow *flow = &v->flow[v->table[at] - 1];

		if (is_same_flow(&flow->tuple, tuple))
			return flow;
	}
	v->flow[v->count] = (struct flow){ .tuple = *tuple };
	v->table[at] = (uint32_t)++v->count;
	return &v->flow[v->count - 1];
}

/* Comparing. */

static void
look(const struct lane *lane, struct side *side)
{
	struct clew_snapshot ct;
	clew_conn_ref conn = side->fate.packet.conn;

	side->has_conn = conn != 0 &&
			 clew_conn_snapshot(lane_engine(lane), conn, &ct) == 0;
	side->ct_mark = side->has_conn ? ct.mark : 0;
	side->zone = side->has_conn ? ct.zone : 0;
	if (side->has_conn)
		side->original = ct.tuple[CLEW_DIR_ORIG];
}

static bool
leaves(const struct side *side)
{
	return side->fate.was_fed &&
	       side->fate.packet.verdict == CLEW_ACCEPT;
}

static bool
is_same(const struct side *a, const struct side *b)
{
	const struct ruled_fate *x = &a->fate.ruled, *y = &b->fate.ruled;

	if (strcmp(explain_fate_word(&a->fate),
		   explain_fate_word(&b->fate)) != 0)
		return false;
	if (!leaves(a))
		return true;
	if (x->has_after != y->has_after ||
	    (x->has_after &&
	     memcmp(&x->after, &y->after, sizeof(x->after)) != 0))
		return false;
	return a->fate.packet.mark == b->fate.packet.mark &&
	       a->fate.packet.out_ifindex == b->fate.packet.out_ifindex &&
	       a->has_conn == b->has_conn && a->ct_mark == b->ct_mark &&
	       a->zone == b->zone &&
	       (a->fate.packet.ct_state == CLEW_CT_UNTRACKED) ==
	       (b->fate.packet.ct_state == CLEW_CT_UNTRACKED);
}

static void
put_side(struct strbuf *sb, const struct side *side,
	 const struct clew_trace_names *names)
{
	const struct clew_packet *p = &side->fate.packet;
	const struct ruled_fate *r = &side->fate.ruled;

	strbuf_puts(sb, explain_fate_word(&side->fate));
	if (leaves(side) && p->out_ifindex != 0) {
		strbuf_puts(sb, " by ");
		explain_put_iface(sb, names, p->out_ifindex);
	}
	if (leaves(side) && r->has_after) {
		strbuf_puts(sb, " as ");
		explain_put_tuple(sb, &r->after);
	}
	if (leaves(side) && p->ct_state == CLEW_CT_UNTRACKED)
		strbuf_puts(sb, ", untracked");
	if (leaves(side) && p->mark != 0)
		strbuf_printf(sb, ", mark 0x%x", p->mark);
	if (side->ct_mark != 0)
		strbuf_printf(sb, ", ct mark 0x%x", side->ct_mark);
	if (side->zone != 0)
		strbuf_printf(sb, ", zone %u", side->zone);
	if (p->reason != CLEW_WHY_NONE && p->reason != CLEW_WHY_RULE &&
	    side->fate.was_fed)
		strbuf_printf(sb, ", %s",
			      clew_reason_name((enum clew_reason)p->reason));
	if (explain_is_ruled(&side->fate)) {
		strbuf_puts(sb, "; ");
		explain_put_rule(sb, names, &r->rule);
	}
}

static void
count_kind(struct versus *v, const struct side side[SIDES])
{
	const char *a = explain_fate_word(&side[0].fate);
	const char *b = explain_fate_word(&side[1].fate);
	size_t i = 0;

	while (i < v->kinds && (strcmp(v->kind[i].word[0], a) != 0 ||
				strcmp(v->kind[i].word[1], b) != 0))
		i++;
	if (i == sizeof(v->kind) / sizeof(v->kind[0]))
		return;
	if (i == v->kinds)
		v->kind[v->kinds++] = (struct kind){ .word = { a, b } };
	v->kind[i].packets++;
}

/* => NULL: no memory. */
static struct difference *
difference_of(struct flow *flow, char words[SIDES][WORDS_SIZE])
{
	struct difference *d, *more;

	for (size_t i = 0; i < flow->count; i++) {
		d = &flow->difference[i];
		if (strcmp(d->words[0], words[0]) == 0 &&
		    strcmp(d->words[1], words[1]) == 0)
			return d;
	}
	more = realloc(flow->difference, (flow->count + 1) * sizeof(*more));
	if (more == NULL)
		return NULL;
	flow->difference = more;
	d = &more[flow->count];
	*d = (struct difference){ .words = { strdup(words[0]),
					     strdup(words[1]) } };
	if (d->words[0] == NULL || d->words[1] == NULL) {
		free(d->words[0]);
		free(d->words[1]);
		return NULL;
	}
	flow->count++;
	return d;
}

/* What names the flow: the connection, where there is one. */
static const struct clew_tuple *
tuple_of(const struct side side[SIDES])
{
	for (int i = 0; i < SIDES; i++) {
		if (side[i].has_conn)
			return &side[i].original;
	}
	return &side[!side[0].fate.was_fed].fate.ruled.before;
}

/* => false: no memory. */
static bool
note(struct versus *v, const struct timeline_origin *origin,
     const struct side side[SIDES])
{
	char words[SIDES][WORDS_SIZE];
	struct difference *d;
	struct strbuf sb;
	struct flow *flow;

	v->differ++;
	count_kind(v, side);
	flow = flow_of(v, tuple_of(side));
	if (flow == NULL)
		return false;
	if (flow->packets++ == 0) {
		flow->first = origin->number;
		flow->file = v->o->captures_count > 1 ?
			     v->o->captures[origin->file] : NULL;
	}
	for (int i = 0; i < SIDES; i++) {
		strbuf_init(&sb, words[i], WORDS_SIZE);
		put_side(&sb, &side[i], lane_names(v->lane[i]));
	}
	d = difference_of(flow, words);
	if (d == NULL)
		return false;
	if (d->count++ > 0)
		return true;
	d->first = origin->number;
	for (int i = 0; i < SIDES; i++)
		d->side[i] = side[i];
	return true;
}

static bool
compare(struct versus *v, const struct timeline_burst *burst)
{
	struct side side[SIDES];

	v->packets++;
	for (int i = 0; i < SIDES; i++) {
		lane_feed(v->lane[i], burst, 0, &side[i].fate);
		look(v->lane[i], &side[i]);
	}
	return is_same(&side[0], &side[1]) ||
	       note(v, &burst->origin[0], side);
}

/* Printing. */

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void
print_flow(const struct flow *flow)
{
	char text[256];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	if (flow->tuple.family != 0)
		explain_put_zoned(&sb, &flow->tuple);
	else
		strbuf_puts(&sb, "no tuple");
	printf("%s: %" PRIu64 " packet%s differ%s, from number %" PRIu64 "%s%s"
	       " on\n", text, flow->packets, plural(flow->packets),
	       flow->packets == 1 ? "s" : "", flow->first,
	       flow->file != NULL ? " of " : "",
	       flow->file != NULL ? flow->file : "");
	for (size_t i = 0; i < flow->count; i++) {
		const struct difference *d = &flow->difference[i];

		printf("%6" PRIu64 "  %c: %s\n        %c: %s\n", d->count,
		       side_names[0], d->words[0], side_names[1],
		       d->words[1]);
	}
}

static void
print_counts(const struct versus *v)
{
	printf("%" PRIu64 " of %" PRIu64 " packet%s differ, in %zu flow%s\n",
	       v->differ, v->packets, plural(v->packets), v->count,
	       plural(v->count));
	for (size_t i = 0; i < v->kinds; i++) {
		const struct kind *k = &v->kind[i];

		if (strcmp(k->word[0], k->word[1]) == 0)
			printf("%6" PRIu64 "  both %s, but otherwise\n",
			       k->packets, k->word[0]);
		else
			printf("%6" PRIu64 "  A: %s, B: %s\n", k->packets,
			       k->word[0], k->word[1]);
	}
}

static void
put_json_side(struct strbuf *sb, const struct versus *v, int i,
	      const struct side *side)
{
	const struct clew_trace_names *names = lane_names(v->lane[i]);
	const struct clew_packet *p = &side->fate.packet;

	strbuf_printf(sb, ",\"%c\":{", side_names[i] | 0x20);
	explain_put_fate_json(sb, &side->fate, names);
	if (leaves(side) && p->mark != 0)
		strbuf_printf(sb, ",\"mark\":%" PRIu32, p->mark);
	if (side->ct_mark != 0)
		strbuf_printf(sb, ",\"ct_mark\":%" PRIu32, side->ct_mark);
	if (side->zone != 0)
		strbuf_printf(sb, ",\"zone\":%u", side->zone);
	if (leaves(side) && p->out_ifindex != 0 &&
	    names->interface(names->ctx, p->out_ifindex) != NULL) {
		strbuf_puts(sb, ",\"oif\":");
		strbuf_put_json(sb, names->interface(names->ctx,
						     p->out_ifindex));
	}
	strbuf_putc(sb, '}');
}

static void
print_flow_json(const struct versus *v, const struct flow *flow)
{
	char text[8 * WORDS_SIZE];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	strbuf_puts(&sb, "{\"type\":\"versus_flow\"");
	explain_put_tuple_json(&sb, "flow", &flow->tuple);
	if (flow->file != NULL) {
		strbuf_puts(&sb, ",\"file\":");
		strbuf_put_json(&sb, flow->file);
	}
	printf("%s,\"packets\":%" PRIu64 ",\"first\":%" PRIu64
	       ",\"differences\":[", text, flow->packets, flow->first);
	for (size_t i = 0; i < flow->count; i++) {
		const struct difference *d = &flow->difference[i];

		strbuf_init(&sb, text, sizeof(text));
		strbuf_printf(&sb, "%s{\"count\":%" PRIu64 ",\"first\":%"
			      PRIu64, i ? "," : "", d->count, d->first);
		for (int k = 0; k < SIDES; k++)
			put_json_side(&sb, v, k, &d->side[k]);
		printf("%s}", text);
	}
	puts("]}");
}

static void
print(const struct versus *v)
{
	bool json = v->o->format == CLEW_FORMAT_JSON;

	for (size_t i = 0; i < v->count; i++) {
		if (json)
			print_flow_json(v, &v->flow[i]);
		else
			print_flow(&v->flow[i]);
	}
	if (json)
		printf("{\"type\":\"versus_summary\",\"packets\":%" PRIu64
		       ",\"differ\":%" PRIu64 ",\"flows\":%zu}\n", v->packets,
		       v->differ, v->count);
	else
		print_counts(v);
}

/* Running. */

static int
trouble(const struct versus *v, const char *text)
{
	fprintf(stderr, "%s: %s\n", v->o->who, text);
	return VERSUS_TROUBLE;
}

static int
create_lanes(struct versus *v, const struct replay_options *other)
{
	struct lane_config config = { .timeline = v->timeline };

	config.options = v->o;
	if (lane_create(&v->lane[0], &config) != EXIT_OK)
		return VERSUS_TROUBLE;
	config.options = other;
	return lane_create(&v->lane[1], &config) == EXIT_OK ? VERSUS_SAME :
							      VERSUS_TROUBLE;
}

static int
run(struct versus *v)
{
	struct timeline_burst *burst;
	int status;

	while ((burst = timeline_next(v->timeline, 1)) != NULL) {
		if (!compare(v, burst))
			return trouble(v, strerror(ENOMEM));
	}
	print(v);
	status = v->differ > 0 ? VERSUS_DIFFERS : VERSUS_SAME;
	for (size_t i = 0; i < v->o->captures_count; i++) {
		const char *error = timeline_error(v->timeline, i);

		if (error == NULL)
			continue;
		fprintf(stderr, "clew: %s: %s\n", v->o->captures[i], error);
		status = VERSUS_TROUBLE;
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		return trouble(v, "cannot write");
	return status;
}

static void
fini(struct versus *v)
{
	for (size_t i = 0; i < v->count; i++) {
		struct flow *flow = &v->flow[i];

		for (size_t k = 0; k < flow->count; k++) {
			free(flow->difference[k].words[0]);
			free(flow->difference[k].words[1]);
		}
		free(flow->difference);
	}
	free(v->flow);
	free(v->table);
	for (int i = 0; i < SIDES; i++)
		lane_destroy(v->lane[i]);
	timeline_destroy(v->timeline);
}

int
versus(const struct replay_options *o)
{
	struct replay_options sides[SIDES] = { *o, *o };
	struct versus v = { .o = &sides[0] };
	int status;

	sides[0].wants_rules = sides[1].wants_rules = true;
	sides[1].rules = o->versus;
	sides[1].rules_count = o->versus_count;
	if (timeline_create(&v.timeline, o->captures,
			    o->captures_count) != 0)
		return trouble(&v, strerror(ENOMEM));
	status = create_lanes(&v, &sides[1]);
	if (status == VERSUS_SAME)
		status = run(&v);
	fini(&v);
	return status;
}
