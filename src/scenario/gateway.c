/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/gateway.c - statements about a gateway: its interfaces and routes,
 * its rules, and what they are afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/network.h"
#include "scenario/parser.h"

/* Without the blanks around '=' and ','. */
static char *
squeeze(struct parser *p, const char *text)
{
	char *out = parser_alloc(p, strlen(text) + 1), *end = out;

	if (!out)
		return NULL;
	for (; *text != '\0'; text++) {
		const char *next = text + strspn(text, " \t");
		bool is_inner = end > out && end[-1] != '=' &&
				end[-1] != ',' && *next != '=' &&
				*next != ',' && *next != '\0';

		if (next > text && is_inner)
			*end++ = ' ';
		if (*next == '\0')
			break;
		*end++ = *next;
		text = next;
	}
	*end = '\0';
	return out;
}

/* interface NAME [= ADDRESS/LENGTH, ...], route PREFIX = NAME [, via ADDRESS]:
 * the words of the command line, tried out here on a gateway of nobody's. */
static bool
parse_network(struct parser *p, const struct word *word,
	      enum scenario_step_type type,
	      int (*add)(struct network *n, const char *text,
			 struct clew_error *error))
{
	struct scenario_step *step = parser_step(p, type, word);
	struct clew_error error = { "" };
	struct network n = { 0 };
	int status;

	if (!step)
		return false;
	step->text = squeeze(p, lex_rest(p->lex, 0));
	if (!step->text)
		return false;
	status = add(&n, step->text, &error);
	network_fini(&n);
	return status == 0 || lex_fail(p->lex, word, "%s", error.text);
}

bool
parse_interface(struct parser *p, const struct word *word)
{
	return parse_network(p, word, SCENARIO_STEP_INTERFACE,
			     network_add_interface);
}

bool
parse_route(struct parser *p, const struct word *word)
{
	return parse_network(p, word, SCENARIO_STEP_ROUTE, network_add_route);
}

/* How many more braces a line opens than it closes; those in quotes are not
 * nft's. */
static int
braces(const char *line)
{
	bool is_quoted = false;
	int depth = 0;

	for (; *line != '\0'; line++) {
		if (*line == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted)
			depth += (*line == '{') - (*line == '}');
	}
	return depth;
}

/* "} => error "TEXT"": the line that closes the block. */
static bool
read_closing(struct parser *p, struct scenario_step *step, const char *line)
{
	static const char mark[] = "=> error \"";
	const char *text = line + 1 + strspn(line + 1, " \t"), *end;

	if (*line == '}' && *text == '\0')
		return true;
	if (*line != '}' || strncmp(text, mark, sizeof(mark) - 1) != 0)
		return lex_fail(p->lex, NULL, "the '}' that closes the rules "
				"must stand alone, or be followed by => error "
				"\"TEXT\"");
	text += sizeof(mark) - 1;
	end = strchr(text, '"');
	if (!end || end[1] != '\0')
		return lex_fail(p->lex, NULL, "no closing quote");
	step->error = arena_text(p->lex->arena, text, (size_t)(end - text));
	return step->error != NULL;
}

/* The ruleset's text up to the closing brace, with an empty line for each
 * one before it: so that nft's messages have the lines of this file. */
static bool
read_rules_block(struct parser *p, struct scenario_step *step,
		 unsigned line)
{
	size_t begin = p->lex->at, end = begin, size;
	const char *text = NULL;
	char *copy;
	int depth = 1;

	while (depth > 0) {
		end = p->lex->at;
		text = lex_raw_line(p->lex);
		if (!text)
			return lex_fail(p->lex, NULL, "'}' is missing");
		/* "} => error "..."" has no brace of nft's */
		depth += *text == '}' && depth == 1 ? -1 : braces(text);
	}
	size = end - begin;
	copy = parser_alloc(p, line + size + 1);
	if (!copy)
		return false;
	memset(copy, '\n', line);
	memcpy(copy + line, p->lex->text + begin, size);
	copy[line + size] = '\0';
	step->text = copy;
	return read_closing(p, step, text);
}

/* rules { ... } | rules file "PATH", which begins where this file is */
bool
parse_rules(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_RULES, word);
	const char *path = p->whole->scenario.path;
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash - path) + 1 : 0;
	const struct word *what = lex_want(p->lex, "'{' or file");
	size_t size;
	char *name;

	if (!step || !what)
		return false;
	step->name = path;
	if (lex_is(what, "{"))
		return lex_want_end(p->lex) &&
		       read_rules_block(p, step, p->lex->line - 1);
	if (!lex_is(what, "file"))
		return lex_fail(p->lex, what, "'%s' where '{' or file should "
				"be", what->text);
	what = lex_want(p->lex, "the file's name, in quotes");
	if (!what)
		return false;
	if (*what->text == '/')
		folder = 0;
	size = (size_t)folder + strlen(what->text) + 1;
	name = parser_alloc(p, size);
	if (!name)
		return false;
	snprintf(name, size, "%.*s%s", folder, path, what->text);
	step->name = name;
	return lex_want_end(p->lex);
}

/* ruleset has LINE | ruleset lacks LINE */
bool
parse_ruleset(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_RULESET_HAS,
						 word);
	const struct word *how = lex_want(p->lex, "has or lacks");

	if (!step || !how)
		return false;
	if (lex_is(how, "lacks"))
		step->type = SCENARIO_STEP_RULESET_LACKS;
	else if (!lex_is(how, "has"))
		return lex_fail(p->lex, how, "'%s' where has or lacks should "
				"be", how->text);
	return parser_line(p, step, lex_rest(p->lex, 1));
}

/* expect counter NAME packets N [bytes N] */
bool
parse_counter(struct parser *p, const struct word *word)
{
	struct scenario_step *step = parser_step(p, SCENARIO_STEP_COUNTER,
						 word);
	struct scenario_stat *stats = parser_alloc(p, 2 * sizeof(*stats));
	const struct word *name;

	if (!step || !stats || !lex_want_text(p->lex, "counter"))
		return false;
	name = lex_want(p->lex, "the counter's name");
	if (!name)
		return false;
	step->name = name->text;
	step->stats = stats;
	stats[0].name = "packets";
	stats[1].name = "bytes";
	if (!lex_want_text(p->lex, "packets") ||
	    !lex_want_number(p->lex, "packets", UINT64_MAX, &stats[0].value))
		return false;
	step->stats_count = 1;
	if (lex_accept(p->lex, "bytes")) {
		if (!lex_want_number(p->lex, "bytes", UINT64_MAX,
				     &stats[1].value))
			return false;
		step->stats_count = 2;
	}
	return lex_want_end(p->lex);
}
