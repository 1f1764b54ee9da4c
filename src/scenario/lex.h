/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/lex.h - lines of words with their places, and an arena. */
#ifndef SCENARIO_LEX_H
#define SCENARIO_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/scenario.h"

/* Memory that goes all at once.  Running out is latched in 'failed'. */
struct arena {
	struct arena_block *blocks;
	bool failed;
};

/* => Zeroed; when memory has run out, NULL. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_text(struct arena *a, const char *text, size_t len);
void arena_fini(struct arena *a);

struct word {
	const char *text;	/* without the quotes of a quoted one */
	unsigned line;
	unsigned column;	/* from 1, in bytes */
	size_t begin;		/* offset in the whole text */
	bool quoted;
};

#define LEX_WORDS 1024

/* The words of the statement being read, and the first error. */
struct lex {
	struct arena *arena;
	const char *text;
	size_t len;
	size_t at;		/* where the next line begins */
	unsigned line;		/* its number */
	struct word word[LEX_WORDS];
	size_t count;
	size_t next;		/* the word to be taken next */
	size_t end;		/* offset of the statement's end */
	struct scenario_error *error;
	bool failed;
};

void lex_init(struct lex *lex, struct arena *arena, const char *text,
	      size_t len, struct scenario_error *error);

/* Read the next statement: a line that has words, with those it is continued
 * by.  => false at the end or on an error. */
bool lex_statement(struct lex *lex);

/* The next line as it is, for blocks.  => NULL at the end. */
const char *lex_raw_line(struct lex *lex);

/* What stands behind word 'i' up to the statement's end, trimmed. */
const char *lex_rest(struct lex *lex, size_t i);

/* Latch an error at 'word' (NULL: at the end of the statement).
 * => Always false. */
bool lex_fail(struct lex *lex, const struct word *word, const char *format,
	      ...) __attribute__((format(printf, 3, 4)));

/* => NULL at the end of the statement. */
const struct word *lex_peek(const struct lex *lex);
const struct word *lex_take(struct lex *lex);
/* Take the next word if it is 'text'. */
bool lex_accept(struct lex *lex, const char *text);
bool lex_is(const struct word *word, const char *text);
/* Take the next word, which must be there; 'what' names it in the error. */
const struct word *lex_want(struct lex *lex, const char *what);
bool lex_want_text(struct lex *lex, const char *text);
bool lex_want_end(struct lex *lex);
bool lex_want_number(struct lex *lex, const char *what, uint64_t most,
		     uint64_t *n);
/* "2.5s", "300ms" ... */
bool lex_duration(struct lex *lex, const struct word *word, const char *text,
		  uint64_t *ns);

/* Decimal or 0x hexadecimal, the whole of 'text'. */
bool lex_number(const char *text, uint64_t *n);

#endif
