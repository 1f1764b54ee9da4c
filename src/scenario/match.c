/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/match.c - compare a line with a pattern, by words. */
#include <string.h>

#include "scenario/lex.h"

/* The next word, without the blanks before it.  => Its length, 0 at the end */
static size_t
next_word(const char **s)
{
	*s += strspn(*s, " \t");
	return strcspn(*s, " \t");
}

/* "*" in the pattern's word is any part of the other. */
static bool
match_word(const char *pattern, size_t pattern_len, const char *word,
	   size_t len)
{
	const char *star = memchr(pattern, '*', pattern_len);
	size_t head, tail;

	if (!star)
		return pattern_len == len && memcmp(pattern, word, len) == 0;
	head = (size_t)(star - pattern);
	if (head > len || memcmp(pattern, word, head) != 0)
		return false;
	tail = pattern_len - head - 1;
	for (size_t skip = 0; head + skip <= len; skip++) {
		if (match_word(star + 1, tail, word + head + skip,
			       len - head - skip))
			return true;
	}
	return false;
}

/* Whether both are numbers, the word's the smaller by at most 'late_s'. */
static bool
match_late(const char *pattern, size_t pattern_len, const char *word,
	   size_t len, unsigned late_s)
{
	char text[2][24];
	uint64_t want, got;

	if (pattern_len >= sizeof(text[0]) || len >= sizeof(text[1]))
		return false;
	memcpy(text[0], pattern, pattern_len);
	memcpy(text[1], word, len);
	text[0][pattern_len] = text[1][len] = '\0';
	return lex_number(text[0], &want) && lex_number(text[1], &got) &&
	       got <= want && want - got <= late_s;
}

static bool
match_from(const char *pattern, const char *line, unsigned late_s,
	   unsigned index)
{
	unsigned timeout = 2;	/* the word's place */

	for (;; index++) {
		size_t pattern_len = next_word(&pattern);
		size_t len = next_word(&line);

		if (pattern_len == 3 && memcmp(pattern, "...", 3) == 0) {
			pattern += 3;
			for (;;) {
				if (match_from(pattern, line, 0, index))
					return true;
				len = next_word(&line);
				if (len == 0)
					return false;
				line += len;
			}
		}
		if (pattern_len == 0 || len == 0)
			return pattern_len == len;
		if (index == 0 && line[0] == '[')
			timeout++;
		if (!match_word(pattern, pattern_len, line, len) &&
		    !(index == timeout &&
		      match_late(pattern, pattern_len, line, len, late_s)))
			return false;
		pattern += pattern_len;
		line += len;
	}
}

bool
scenario_match(const char *pattern, const char *line, unsigned late_s)
{
	return match_from(pattern, line, late_s, 0);
}
