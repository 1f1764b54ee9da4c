/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/parse.c - the statements of a scenario.
 *
 * Each statement becomes a step of the test it stands in.  Settings,
 * policies, interfaces, routes and rules before the first 'test' are the
 * beginning of every test.  All
 * memory is of one arena behind the scenario. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/parser.h"

void *
parser_alloc(struct parser *p, size_t size)
{
	void *memory = arena_alloc(&p->whole->arena, size);

	if (!memory)
		lex_fail(p->lex, NULL, "out of memory");
	return memory;
}

/* Make room for one more of 'count' items.
 * => Where they are now, or NULL with an error: they are where they were. */
static void *
grow(struct parser *p, void *items, size_t *room, size_t count, size_t size)
{
	size_t more = *room ? 2 * *room : 16;
	void *bigger;

	if (count < *room)
		return items;
	bigger = realloc(items, more * size);
	if (!bigger) {
		lex_fail(p->lex, NULL, "out of memory");
		return NULL;
	}
	*room = more;
	return bigger;
}

/* Move an array that grew by realloc() into the arena. */
static void *
settle(struct parser *p, void *items, size_t count, size_t size)
{
	void *final = parser_alloc(p, count * size + 1);

	if (final && items)
		memcpy(final, items, count * size);
	free(items);
	return final;
}

static void
end_test(struct parser *p)
{
	if (!p->test)
		return;
	p->test->step = settle(p, p->test->step, p->test->count,
			       sizeof(*p->test->step));
	if (!p->test->step)
		p->test->count = 0;
	p->test->duration_ns = p->now_ns;
	p->test = NULL;
}

/* A step more at the end of the test.  => NULL with an error. */
static struct scenario_step *
append_step(struct parser *p)
{
	struct scenario_step *steps = grow(p, p->test->step, &p->steps_room,
					   p->test->count, sizeof(*steps));

	if (!steps)
		return NULL;
	p->test->step = steps;
	return &steps[p->test->count++];
}

static bool
begin_test(struct parser *p, const char *title, unsigned line)
{
	struct scenario *s = &p->whole->scenario;
	struct scenario_test *tests;

	end_test(p);
	tests = grow(p, s->test, &p->tests_room, s->count, sizeof(*tests));
	if (!tests)
		return false;
	s->test = tests;
	p->test = &tests[s->count++];
	*p->test = (struct scenario_test){ .title = title, .line = line };
	p->steps_room = 0;
	p->packets = 0;
	p->sides = 0;
	p->now_ns = 0;
	for (size_t i = 0; i < p->preludes; i++) {
		struct scenario_step *step = append_step(p);

		if (!step)
			return false;
		*step = p->prelude[i];
	}
	return true;
}

/* The file's name without folder and ending. */
static const char *
default_title(struct parser *p)
{
	const char *path = p->whole->scenario.path;
	const char *base = strrchr(path, '/');
	const char *dot;

	base = base ? base + 1 : path;
	dot = strrchr(base, '.');
	path = arena_text(&p->whole->arena, base,
			  dot && dot > base ? (size_t)(dot - base) :
					      strlen(base));
	return path ? path : "";
}

/* What may stand before the first test. */
static bool
is_circumstance(enum scenario_step_type type)
{
	return type == SCENARIO_STEP_SET || type == SCENARIO_STEP_POLICY ||
	       type == SCENARIO_STEP_INTERFACE ||
	       type == SCENARIO_STEP_ROUTE || type == SCENARIO_STEP_RULES;
}

/* A new step of the test, or of all tests.  => NULL with an error. */
struct scenario_step *
parser_step(struct parser *p, enum scenario_step_type type,
	 const struct word *word)
{
	struct scenario_step *step;
	bool is_prelude = !p->test && is_circumstance(type);

	if (!p->test && !is_prelude &&
	    !begin_test(p, default_title(p), word->line))
		return NULL;
	if (is_prelude) {
		step = grow(p, p->prelude, &p->preludes_room, p->preludes,
			    sizeof(*step));
		if (!step)
			return NULL;
		p->prelude = step;
		step += p->preludes++;
	} else {
		step = append_step(p);
		if (!step)
			return NULL;
	}
	*step = (struct scenario_step){
		.type = type, .line = word->line, .column = word->column,
		.expect_column = word->column,
	};
	return step;
}

static bool
parse_title(struct parser *p, const struct word *word)
{
	const char *own = lex_rest(p->lex, 0), *file = default_title(p);
	size_t size = strlen(own) + strlen(file) + 3;
	char *title = parser_alloc(p, size);

	if (!title)
		return false;
	if (*own == '\0')
		return lex_fail(p->lex, NULL, "the test's title is missing");
	snprintf(title, size, "%s: %s", file, own);
	if (!p->has_titles && p->whole->scenario.count > 0)
		return lex_fail(p->lex, word, "'test' must come before the "
				"first packet, or not at all");
	p->has_titles = true;
	return begin_test(p, title, word->line);
}

/* set NAME = VALUE [=> error "TEXT"] */
static bool
parse_set(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_SET, word);
	const struct word *name = lex_want(p->lex, "a setting's name");
	const struct word *text;

	if (!step || !name || !lex_want_text(p->lex, "=") ||
	    !lex_want_number(p->lex, "the value", UINT64_MAX, &step->value))
		return false;
	step->name = name->text;
	text = lex_peek(p->lex);
	if (!lex_accept(p->lex, "=>"))
		return lex_want_end(p->lex);
	step->expect_column = text->column;
	if (!lex_want_text(p->lex, "error"))
		return false;
	text = lex_want(p->lex, "a part of the error, in quotes");
	if (!text)
		return false;
	if (!text->quoted)
		return lex_fail(p->lex, text, "the error's text stands in "
				"quotes");
	step->error = text->text;
	return lex_want_end(p->lex);
}

static bool
protocol_by_name(const char *name, uint8_t *protocol)
{
	static const uint8_t known[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_ICMP,
		IPPROTO_ICMPV6, IPPROTO_SCTP, IPPROTO_GRE,
	};

	for (size_t i = 0; i < sizeof(known); i++) {
		if (strcmp(name, clew_protocol_name(known[i])) == 0) {
			*protocol = known[i];
			return true;
		}
	}
	*protocol = 255;
	return strcmp(name, "generic") == 0;
}

/* "established = 10" */
static bool
parse_policy_value(struct parser *p, struct scenario_policy *policy)
{
	const char *const *names = clew_timeout_names(policy->protocol);
	const struct word *word = lex_want(p->lex, "a timeout's name");
	uint64_t value;
	size_t i = 0;

	if (!word)
		return false;
	while (names[i] && i < 16 && !lex_is(word, names[i]))
		i++;
	if (i == 16 || !names[i])
		return lex_fail(p->lex, word, "'%s' is no timeout of this "
				"protocol", word->text);
	if (policy->mask >> i & 1)
		return lex_fail(p->lex, word, "'%s' for the second time",
				word->text);
	policy->mask |= UINT32_C(1) << i;
	if (!lex_want_text(p->lex, "=") ||
	    !lex_want_number(p->lex, "seconds", UINT32_MAX, &value))
		return false;
	policy->values_s[i] = (uint32_t)value;
	return true;
}

/* policy NAME ipv4|ipv6 PROTOCOL TIMEOUT = SECONDS, ... */
static bool
parse_policy(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_POLICY, word);
	struct scenario_policy *policy = parser_alloc(p, sizeof(*policy));
	const struct word *name = lex_want(p->lex, "the policy's name");
	const struct word *family = lex_want(p->lex, "ipv4 or ipv6");
	const struct word *protocol = lex_want(p->lex, "a protocol");

	if (!step || !policy || !name || !family || !protocol)
		return false;
	step->policy = policy;
	policy->name = name->text;
	policy->family = lex_is(family, "ipv6") ? CLEW_IPV6 : CLEW_IPV4;
	if (!lex_is(family, "ipv4") && !lex_is(family, "ipv6"))
		return lex_fail(p->lex, family, "'%s' where ipv4 or ipv6 "
				"should be", family->text);
	if (!protocol_by_name(protocol->text, &policy->protocol))
		return lex_fail(p->lex, protocol, "'%s' is no protocol",
				protocol->text);
	do {
		if (!parse_policy_value(p, policy))
			return false;
	} while (lex_accept(p->lex, ","));
	return lex_want_end(p->lex);
}

/* "+2.5s", "@10s" */
static bool
parse_time(struct parser *p, const struct word *word)
{
	bool is_until = word->text[0] == '@';
	struct scenario_step *step = parser_step(p, is_until ?
					      SCENARIO_STEP_UNTIL :
					      SCENARIO_STEP_ADVANCE, word);

	if (!step ||
	    !lex_duration(p->lex, word, word->text + 1, &step->ns))
		return false;
	if (!is_until && step->ns > INT64_MAX - p->now_ns)
		return lex_fail(p->lex, word, "the clock overflows");
	if (is_until && step->ns < p->now_ns)
		return lex_fail(p->lex, word, "the clock is past that: it "
				"never runs back");
	p->now_ns = is_until ? step->ns : p->now_ns + step->ns;
	return lex_want_end(p->lex);
}

static bool
find_side(struct parser *p, const struct word *word,
	  struct scenario_packet *packet)
{
	size_t len = strlen(word->text) - 1;	/* without the colon */
	size_t i = 0;

	packet->iface = arena_text(&p->whole->arena, word->text, len);
	if (!packet->iface)
		return lex_fail(p->lex, word, "out of memory");
	if (len == 0)
		return lex_fail(p->lex, word, "an interface without a name");
	while (i < p->sides && strcmp(p->side[i], packet->iface) != 0)
		i++;
	if (strcmp(packet->iface, "self") == 0) {
		packet->flags |= CLEW_PKT_LOCAL_OUT;
		return true;
	}
	if (i == SIDES_MOST)
		return lex_fail(p->lex, word, "more than %d interfaces",
				SIDES_MOST);
	if (i == p->sides)
		p->side[p->sides++] = packet->iface;
	packet->side = (unsigned)i;
	return true;
}

static bool
finish_packet(struct parser *p, struct draft *d,
	      struct scenario_packet *packet)
{
	size_t len;

	packet->data = draft_build(d, &len);
	if (!packet->data)
		return false;
	if (d->cut > len || d->snap > len)
		return lex_fail(p->lex, d->first, "the packet has only %zu "
				"bytes", len);
	packet->len = d->cut > 0 ? d->cut : (uint32_t)len;
	packet->caplen = d->snap > 0 ? d->snap : packet->len;
	if (packet->caplen > packet->len)
		return lex_fail(p->lex, d->first, "captured more than there "
				"was");
	packet->flags |= d->flags;
	packet->zone = d->zone;
	packet->policy = d->policy;
	return true;
}

/* IFACE: PROTOCOL ... [as NAME] => ... */
static bool
parse_packet(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_PACKET, word);
	struct scenario_packet *packet = parser_alloc(p, sizeof(*packet));
	struct draft_quotes quotes = { p->packet, p->packets };
	const struct word *name;
	const struct scenario_packet **packets;
	struct draft *d = NULL;
	bool good;

	if (!step || !packet || !find_side(p, word, packet))
		return false;
	step->packet = packet;
	if (p->packets == PACKETS_MOST)
		return lex_fail(p->lex, word, "more than %d packets",
				PACKETS_MOST);
	good = draft_parse(&d, p->lex, &quotes, 0) &&
	       finish_packet(p, d, packet);
	free(d);
	if (!good)
		return false;
	if (lex_accept(p->lex, "as")) {
		name = lex_want(p->lex, "the packet's name");
		if (!name)
			return false;
		packet->name = name->text;
	}
	packets = grow(p, p->packet, &p->packets_room, p->packets,
		       sizeof(void *));
	if (!packets)
		return false;
	p->packet = packets;
	packet->number = (unsigned)p->packets + 1;
	packets[p->packets++] = packet;
	return parse_expect(p, step);
}

/* One pattern as the only line of a step. */
bool
parser_line(struct parser *p, struct scenario_step *step, const char *text)
{
	if (*text == '\0')
		return lex_fail(p->lex, NULL, "the line is missing");
	step->lines = parser_alloc(p, 2 * sizeof(*step->lines));
	if (!step->lines)
		return false;
	step->lines[0] = text;
	return true;
}

static bool
parse_event(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_EVENT, word);

	return step && parser_line(p, step, lex_rest(p->lex, 0));
}

/* The lines up to '}', and a NULL behind them */
static bool
parse_block(struct parser *p, struct scenario_step *step)
{
	const char **lines = NULL, **bigger;
	size_t count = 0, room = 0;
	bool is_closed = false;

	if (!lex_want_end(p->lex))
		return false;
	while (!is_closed) {
		const char *line = lex_raw_line(p->lex);

		if (!line)
			break;
		is_closed = strcmp(line, "}") == 0;
		if (*line == '\0')
			continue;
		bigger = grow(p, lines, &room, count, sizeof(*lines));
		if (!bigger)
			break;
		lines = bigger;
		lines[count++] = is_closed ? NULL : line;
	}
	step->lines = settle(p, lines, count, sizeof(*lines));
	return is_closed || lex_fail(p->lex, NULL, "'}' is missing");
}

/* table { ... } | table empty | table has LINE | table lacks LINE */
static bool
parse_table(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_TABLE, word);
	const struct word *how = lex_want(p->lex, "'{', empty, has or lacks");

	if (!step || !how)
		return false;
	if (lex_is(how, "{"))
		return parse_block(p, step);
	if (lex_is(how, "empty")) {
		step->lines = parser_alloc(p, sizeof(*step->lines));
		return step->lines && lex_want_end(p->lex);
	}
	if (lex_is(how, "has"))
		step->type = SCENARIO_STEP_TABLE_HAS;
	else if (lex_is(how, "lacks"))
		step->type = SCENARIO_STEP_TABLE_LACKS;
	else
		return lex_fail(p->lex, how, "'%s' where '{', empty, has or "
				"lacks should be", how->text);
	return parser_line(p, step, lex_rest(p->lex, 1));
}

/* stats NAME = N [NAME = N]... */
static bool
parse_stats(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_STATS, word);
	struct scenario_stat *stats;
	const struct word *name;
	struct clew_stats none = { 0 };
	uint64_t value;

	if (!step)
		return false;
	stats = parser_alloc(p, p->lex->count * sizeof(*stats));
	step->stats = stats;
	if (!stats)
		return false;
	do {
		name = lex_want(p->lex, "a counter's name");
		if (!name)
			return false;
		if (!scenario_stat_lookup(&none, name->text, &value))
			return lex_fail(p->lex, name, "'%s' is no counter",
					name->text);
		if (!lex_want_text(p->lex, "=") ||
		    !lex_want_number(p->lex, "a count", UINT64_MAX, &value))
			return false;
		stats[step->stats_count++] = (struct scenario_stat){
			name->text, value,
		};
	} while (lex_peek(p->lex));
	return true;
}

/* "#3" or the name of a packet of this test */
static bool
find_packet(struct parser *p, unsigned *number)
{
	const struct word *word = lex_want(p->lex, "a packet: #1, its name or "
					   "last");
	uint64_t n = 0;

	if (!word)
		return false;
	if (lex_is(word, "last"))
		n = p->packets;
	else if (word->text[0] == '#' && !lex_number(word->text + 1, &n))
		n = 0;
	for (size_t i = 0; i < p->packets && n == 0; i++) {
		if (p->packet[i]->name && lex_is(word, p->packet[i]->name))
			n = i + 1;
	}
	if (n == 0 || n > p->packets)
		return lex_fail(p->lex, word, "no packet '%s' before this",
				word->text);
	*number = (unsigned)n;
	return true;
}

static bool
parse_labels(struct parser *p, struct scenario_change *change)
{
	uint64_t bit;

	if (!lex_want_text(p->lex, "="))
		return false;
	if (lex_accept(p->lex, "none"))
		return true;
	do {
		if (!lex_want_number(p->lex, "a label", 127, &bit))
			return false;
		change->labels[bit / 8] |= (uint8_t)(1u << bit % 8);
	} while (lex_accept(p->lex, ","));
	return true;
}

static bool
parse_status(struct parser *p, struct scenario_change *change)
{
	static const struct {
		const char *name;
		uint32_t bit;
	} bits[] = {
		{ "EXPECTED", CLEW_STATUS_EXPECTED },
		{ "SEEN_REPLY", CLEW_STATUS_SEEN_REPLY },
		{ "ASSURED", CLEW_STATUS_ASSURED },
		{ "FIXED_TIMEOUT", CLEW_STATUS_FIXED_TIMEOUT },
	};
	const struct word *word;

	if (!lex_want_text(p->lex, "="))
		return false;
	do {
		uint32_t bit = 0;

		word = lex_want(p->lex, "a status bit");
		if (!word)
			return false;
		for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
			if (lex_is(word, bits[i].name))
				bit = bits[i].bit;
		}
		if (bit == 0)
			return lex_fail(p->lex, word, "'%s' cannot be set",
					word->text);
		change->value |= bit;
	} while (lex_accept(p->lex, ","));
	return true;
}

/* seqadj original|reply position N before N after N, the last two signed */
static bool
parse_seqadj(struct parser *p, struct scenario_change *change)
{
	static const char *const names[] = { "before", "after" };
	int32_t offset[2];
	uint64_t n;

	if (lex_accept(p->lex, "reply"))
		change->dir = CLEW_DIR_REPLY;
	else if (!lex_want_text(p->lex, "original"))
		return false;
	if (!lex_want_text(p->lex, "position") ||
	    !lex_want_number(p->lex, "position", UINT32_MAX, &n))
		return false;
	change->seqadj.correction_pos = (uint32_t)n;
	for (unsigned i = 0; i < 2; i++) {
		const struct word *word;
		bool is_minus;

		if (!lex_want_text(p->lex, names[i]))
			return false;
		word = lex_want(p->lex, "an offset");
		if (!word)
			return false;
		is_minus = word->text[0] == '-';
		if (!lex_number(word->text + is_minus, &n) || n > INT32_MAX)
			return lex_fail(p->lex, word, "'%s' is no offset",
					word->text);
		offset[i] = is_minus ? -(int32_t)n : (int32_t)n;
	}
	change->seqadj.offset_before = offset[0];
	change->seqadj.offset_after = offset[1];
	return true;
}

/* conn PACKET mark = N | labels = N,N | timeout = N | status = A,B |
 * seqadj ... | delete */
static bool
parse_change(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_CHANGE, word);
	struct scenario_change *change = parser_alloc(p, sizeof(*change));
	const struct word *what;
	uint64_t n;

	if (!step || !change || !find_packet(p, &change->packet))
		return false;
	step->change = change;
	what = lex_want(p->lex, "what to change");
	if (!what)
		return false;
	if (lex_is(what, "mark") || lex_is(what, "timeout")) {
		change->type = lex_is(what, "mark") ? SCENARIO_MARK :
						      SCENARIO_TIMEOUT;
		if (!lex_want_text(p->lex, "=") ||
		    !lex_want_number(p->lex, what->text, UINT32_MAX, &n))
			return false;
		change->value = (uint32_t)n;
	} else if (lex_is(what, "labels")) {
		change->type = SCENARIO_LABELS;
		if (!parse_labels(p, change))
			return false;
	} else if (lex_is(what, "status")) {
		change->type = SCENARIO_STATUS;
		if (!parse_status(p, change))
			return false;
	} else if (lex_is(what, "seqadj")) {
		change->type = SCENARIO_SEQADJ;
		if (!parse_seqadj(p, change))
			return false;
	} else if (lex_is(what, "delete")) {
		change->type = SCENARIO_DELETE;
	} else {
		return lex_fail(p->lex, what, "'%s' cannot be changed",
				what->text);
	}
	return lex_want_end(p->lex);
}

static bool
parse_no(struct parser *p, const struct word *word)
{
	return parser_step(p, SCENARIO_STEP_NO_EVENTS, word) &&
	       lex_want_text(p->lex, "events") && lex_want_end(p->lex);
}

static bool
parse_statement(struct parser *p)
{
	static const struct {
		const char *name;
		bool (*parse)(struct parser *p, const struct word *word);
	} statements[] = {
		{ "test", parse_title },
		{ "set", parse_set },
		{ "policy", parse_policy },
		{ "event", parse_event },
		{ "no", parse_no },
		{ "table", parse_table },
		{ "stats", parse_stats },
		{ "conn", parse_change },
		{ "interface", parse_interface },
		{ "route", parse_route },
		{ "rules", parse_rules },
		{ "ruleset", parse_ruleset },
		{ "expect", parse_counter },
	};
	const struct word *word = lex_take(p->lex);

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]);
	     i++) {
		if (lex_is(word, statements[i].name))
			return statements[i].parse(p, word);
	}
	if (!word->quoted && (word->text[0] == '+' || word->text[0] == '@'))
		return parse_time(p, word);
	if (!word->quoted && *word->text != '\0' &&
	    word->text[strlen(word->text) - 1] == ':')
		return parse_packet(p, word);
	return lex_fail(p->lex, word, "'%s' begins no statement: test, set, "
			"policy, event, no events, table, stats, conn, "
			"interface, route, rules, ruleset, expect, +TIME, "
			"@TIME or INTERFACE:", word->text);
}

/* A test that says nothing of what should be proves nothing. */
static bool
check_test(struct parser *p, const struct scenario_test *test)
{
	struct word word = { .line = test->line, .column = 1, .text = "" };

	for (size_t i = 0; i < test->count; i++) {
		const struct scenario_step *step = &test->step[i];

		if (step->type == SCENARIO_STEP_PACKET &&
		    step->expect.class != SCENARIO_ANY)
			return true;
		if (step->type >= SCENARIO_STEP_EVENT || step->error)
			return true;
	}
	return lex_fail(p->lex, &word, "test '%s' expects nothing",
			test->title);
}

int
scenario_parse(struct scenario **out, const char *path, const char *text,
	       size_t len, struct scenario_error *error)
{
	struct whole *whole = calloc(1, sizeof(*whole));
	struct lex *lex = calloc(1, sizeof(*lex));
	struct parser p = { .whole = whole, .lex = lex };
	struct scenario_test *tests;
	bool good;

	*out = NULL;
	*error = (struct scenario_error){ .line = 1, .column = 1,
					  .text = "out of memory" };
	if (!whole || !lex) {
		free(whole);
		free(lex);
		return -ENOMEM;
	}
	lex_init(lex, &whole->arena, text, len, error);
	whole->scenario.path = arena_text(&whole->arena, path, strlen(path));
	while (lex_statement(lex) && parse_statement(&p))
		;
	end_test(&p);
	tests = whole->scenario.test;
	whole->scenario.test = settle(&p, tests, whole->scenario.count,
				      sizeof(*tests));
	if (!whole->scenario.test)
		whole->scenario.count = 0;
	if (!lex->failed && whole->scenario.count == 0)
		lex_fail(lex, NULL, "no test in here");
	for (size_t i = 0; i < whole->scenario.count && !lex->failed; i++)
		check_test(&p, &whole->scenario.test[i]);
	good = !lex->failed && !whole->arena.failed;
	free(p.packet);
	free(p.prelude);
	free(lex);
	if (!good) {
		scenario_destroy(&whole->scenario);
		return -EINVAL;
	}
	*out = &whole->scenario;
	return 0;
}

void
scenario_destroy(struct scenario *s)
{
	struct whole *whole = (struct whole *)s;
	struct arena arena;

	if (!whole)
		return;
	arena = whole->arena;
	arena_fini(&arena);
	free(whole);
}
