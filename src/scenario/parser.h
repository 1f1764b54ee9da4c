/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/parser.h - what the files that read statements share. */
#ifndef SCENARIO_PARSER_H
#define SCENARIO_PARSER_H

#include "scenario/draft.h"

#define SIDES_MOST 16
#define PACKETS_MOST 100000

struct whole {
	struct scenario scenario;	/* first: what the caller holds */
	struct arena arena;
};

struct parser {
	struct whole *whole;
	struct lex *lex;
	struct scenario_test *test;	/* the one being read, or NULL */
	size_t tests_room;
	size_t steps_room;
	bool has_titles;

	/* of the test being read */
	const struct scenario_packet **packet;
	size_t packets;
	size_t packets_room;
	const char *side[SIDES_MOST];
	size_t sides;
	uint64_t now_ns;

	/* settings and policies before the first test */
	struct scenario_step *prelude;
	size_t preludes;
	size_t preludes_room;
};

/* Memory of the scenario.  => NULL with an error. */
void *parser_alloc(struct parser *p, size_t size);

/* A new step of the test, or of all tests.  => NULL with an error. */
struct scenario_step *parser_step(struct parser *p,
				  enum scenario_step_type type,
				  const struct word *word);

/* One pattern as the only line of a step. */
bool parser_line(struct parser *p, struct scenario_step *step,
		 const char *text);

/* What becomes of a packet, from "=>" on. */
bool parse_expect(struct parser *p, struct scenario_step *step);

/* Statements. */
bool parse_interface(struct parser *p, const struct word *word);
bool parse_route(struct parser *p, const struct word *word);
bool parse_rules(struct parser *p, const struct word *word);
bool parse_ruleset(struct parser *p, const struct word *word);
bool parse_counter(struct parser *p, const struct word *word);

#endif
