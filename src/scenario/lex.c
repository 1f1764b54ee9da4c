/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/lex.c - lines of words with their places, and an arena.
 *
 * A statement is one line; a backslash at the end of a line goes on with the
 * next.  Words are parted by blanks; "<", ">", ",", "{", "}", "=" and "=>"
 * part words too and are words themselves.  "#" followed by a blank, or at
 * the beginning of a line, begins a comment; elsewhere it is part of a word
 * ("#3").  A word may stand in double quotes, without escapes. */
#include "scenario/lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
};

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t head = (sizeof(struct arena_block) + 15) & ~(size_t)15;
	struct arena_block *block = calloc(1, head + size);

	if (!block) {
		a->failed = true;
		return NULL;
	}
	block->next = a->blocks;
	a->blocks = block;
	return (char *)block + head;
}

char *
arena_text(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

void
arena_fini(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
}

void
lex_init(struct lex *lex, struct arena *arena, const char *text, size_t len,
	 struct scenario_error *error)
{
	memset(lex, 0, sizeof(*lex));
	lex->arena = arena;
	lex->text = text;
	lex->len = len;
	lex->line = 1;
	lex->error = error;
}

bool
lex_fail(struct lex *lex, const struct word *word, const char *format, ...)
{
	const struct word *last;
	va_list args;

	if (lex->failed)
		return false;
	lex->failed = true;
	if (word) {
		lex->error->line = word->line;
		lex->error->column = word->column;
	} else if (lex->count > 0) {
		last = &lex->word[lex->count - 1];
		lex->error->line = last->line;
		lex->error->column = last->column +
				     (unsigned)strlen(last->text) +
				     2 * last->quoted;
	} else {
		lex->error->line = lex->line;
		lex->error->column = 1;
	}
	va_start(args, format);
	vsnprintf(lex->error->text, sizeof(lex->error->text), format, args);
	va_end(args);
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool
is_delimiter(char c)
{
	return c == '<' || c == '>' || c == ',' || c == '{' || c == '}' ||
	       c == '=';
}

static size_t
line_end(const struct lex *lex, size_t at)
{
	const char *newline = memchr(lex->text + at, '\n', lex->len - at);

	return newline ? (size_t)(newline - lex->text) : lex->len;
}

static bool
add_word(struct lex *lex, size_t begin, size_t end, size_t line_begin,
	 bool quoted)
{
	struct word *word = &lex->word[lex->count];

	if (lex->count == LEX_WORDS)
		return lex_fail(lex, NULL, "more than %d words", LEX_WORDS);
	word->text = arena_text(lex->arena, lex->text + begin, end - begin);
	word->line = lex->line;
	word->begin = begin - quoted;
	word->column = (unsigned)(begin - quoted - line_begin) + 1;
	word->quoted = quoted;
	if (!word->text)
		return lex_fail(lex, NULL, "out of memory");
	if (strlen(word->text) != end - begin) {
		lex->count++;
		return lex_fail(lex, word, "a NUL byte");
	}
	lex->count++;
	return true;
}

/* Whether '#' at 'at' begins a comment. */
static bool
is_comment(const struct lex *lex, size_t at, size_t begin, size_t end)
{
	if (lex->text[at] != '#')
		return false;
	while (begin < at && is_blank(lex->text[begin]))
		begin++;
	return begin == at || at + 1 == end || is_blank(lex->text[at + 1]);
}

/* Read the words between 'begin' and 'end', which is without the newline.
 * '*more' tells whether a backslash ends it. */
static bool
read_line(struct lex *lex, size_t begin, size_t end, bool *more)
{
	const char *text = lex->text;
	size_t at = begin;

	*more = false;
	while (at < end) {
		size_t from = at;

		if (is_blank(text[at])) {
			at++;
			continue;
		}
		if (is_comment(lex, at, begin, end))
			break;
		lex->end = end;
		if (text[at] == '\\' && at + 1 == end) {
			lex->end = at;
			*more = true;
			break;
		}
		if (text[at] == '"') {
			for (at++; at < end && text[at] != '"';)
				at++;
			if (!add_word(lex, from + 1, at, begin, true))
				return false;
			if (at == end)
				return lex_fail(lex,
						&lex->word[lex->count - 1],
						"no closing quote");
			at++;
			continue;
		}
		if (is_delimiter(text[at])) {
			at++;
			if (text[from] == '=' && at < end && text[at] == '>')
				at++;
		} else {
			while (at < end && !is_blank(text[at]) &&
			       !is_delimiter(text[at]) && text[at] != '"')
				at++;
		}
		if (!add_word(lex, from, at, begin, false))
			return false;
	}
	return true;
}

bool
lex_statement(struct lex *lex)
{
	bool more = false;

	lex->count = 0;
	lex->next = 0;
	while (!lex->failed && lex->at < lex->len) {
		size_t begin = lex->at, end = line_end(lex, begin);

		if (!read_line(lex, begin, end, &more))
			return false;
		lex->at = end < lex->len ? end + 1 : end;
		lex->line++;
		if (lex->count > 0 && !more)
			return true;
	}
	return !lex->failed && lex->count > 0;
}

const char *
lex_raw_line(struct lex *lex)
{
	size_t begin = lex->at, end;
	const char *line;

	if (begin >= lex->len)
		return NULL;
	end = line_end(lex, begin);
	lex->at = end < lex->len ? end + 1 : end;
	lex->line++;
	while (begin < end && is_blank(lex->text[begin]))
		begin++;
	for (size_t at = begin; at < end; at++) {
		if (is_comment(lex, at, begin, end)) {
			end = at;
			break;
		}
	}
	while (end > begin && is_blank(lex->text[end - 1]))
		end--;
	line = arena_text(lex->arena, lex->text + begin, end - begin);
	return line ? line : "";
}

const char *
lex_rest(struct lex *lex, size_t i)
{
	size_t begin = lex->word[i].begin, end = lex->end;
	const char *rest;

	begin += strlen(lex->word[i].text) + 2u * lex->word[i].quoted;
	while (begin < end && is_blank(lex->text[begin]))
		begin++;
	for (size_t at = begin; at < end; at++) {
		/* "#3" is a word; "# 3" is not */
		if (lex->text[at] == '#' && is_blank(lex->text[at - 1]) &&
		    (at + 1 == end || is_blank(lex->text[at + 1])))
			end = at;
	}
	while (end > begin && is_blank(lex->text[end - 1]))
		end--;
	rest = arena_text(lex->arena, lex->text + begin, end - begin);
	lex->next = lex->count;
	return rest ? rest : "";
}

const struct word *
lex_peek(const struct lex *lex)
{
	return lex->next < lex->count ? &lex->word[lex->next] : NULL;
}

const struct word *
lex_take(struct lex *lex)
{
	const struct word *word = lex_peek(lex);

	if (word)
		lex->next++;
	return word;
}

bool
lex_is(const struct word *word, const char *text)
{
	return word && !word->quoted && strcmp(word->text, text) == 0;
}

bool
lex_accept(struct lex *lex, const char *text)
{
	if (!lex_is(lex_peek(lex), text))
		return false;
	lex->next++;
	return true;
}

const struct word *
lex_want(struct lex *lex, const char *what)
{
	const struct word *word = lex_take(lex);

	if (!word)
		lex_fail(lex, NULL, "%s is missing", what);
	return word;
}

bool
lex_want_text(struct lex *lex, const char *text)
{
	const struct word *word = lex_want(lex, text);

	if (!word)
		return false;
	if (!lex_is(word, text))
		return lex_fail(lex, word, "'%s' where '%s' should be",
				word->text, text);
	return true;
}

bool
lex_want_end(struct lex *lex)
{
	const struct word *word = lex_peek(lex);

	if (word)
		return lex_fail(lex, word, "'%s' is not understood here",
				word->text);
	return true;
}

bool
lex_number(const char *text, uint64_t *n)
{
	unsigned base = 10;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (*text == '\0')
		return false;
	for (*n = 0; *text != '\0'; text++) {
		unsigned digit;

		if (*text >= '0' && *text <= '9')
			digit = (unsigned)(*text - '0');
		else if (base == 16 && (*text | 32) >= 'a' &&
			 (*text | 32) <= 'f')
			digit = (unsigned)((*text | 32) - 'a' + 10);
		else
			return false;
		if (__builtin_mul_overflow(*n, base, n) ||
		    __builtin_add_overflow(*n, digit, n))
			return false;
	}
	return true;
}

bool
lex_want_number(struct lex *lex, const char *what, uint64_t most, uint64_t *n)
{
	const struct word *word = lex_want(lex, what);

	if (!word)
		return false;
	if (word->quoted || !lex_number(word->text, n))
		return lex_fail(lex, word, "'%s' where %s should be",
				word->text, what);
	if (*n > most)
		return lex_fail(lex, word, "%s of %s: at most %llu", what,
				word->text, (unsigned long long)most);
	return true;
}

bool
lex_duration(struct lex *lex, const struct word *word, const char *text,
	     uint64_t *ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
		{ "s", 1000000000 }, { "min", 60000000000 },
		{ "h", 3600000000000 }, { "d", 86400000000000 },
	};
	uint64_t whole = 0, part = 0, part_unit = 1, sum;
	const char *s = text;

	while (*s >= '0' && *s <= '9') {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (unsigned)(*s - '0'),
					   &whole))
			return lex_fail(lex, word, "too long a time");
		s++;
	}
	if (s == text)
		goto bad;
	if (*s == '.') {
		for (s++; *s >= '0' && *s <= '9'; s++) {
			if (part_unit == 1000000000)
				return lex_fail(lex, word,
						"more than nine places");
			part = part * 10 + (unsigned)(*s - '0');
			part_unit *= 10;
		}
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(s, units[i].name) != 0)
			continue;
		/* a century is enough, and 64 bits hold five of them */
		if (__builtin_mul_overflow(whole, units[i].ns, &sum) ||
		    sum > 3155760000000000000)
			return lex_fail(lex, word, "too long a time");
		/* part < part_unit <= 10^9: neither product overflows */
		*ns = sum + units[i].ns / part_unit * part +
		      units[i].ns % part_unit * part / part_unit;
		return true;
	}
bad:
	return lex_fail(lex, word, "'%s' is no time: 2s, 1.5s, 300ms, 5min",
			text);
}
