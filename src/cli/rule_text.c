/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rule_text.c - the texts of rules, by table and handle.
 *
 * A listing is lines in blocks: "table FAMILY NAME { # handle 1", within it
 * "chain NAME { # handle 2", within that the chain's type and its rules, each
 * with " # handle N" at its end.  A rule with a set that nft breaks into
 * several lines has it at the end of the last: its lines become one.
 *
 * iptables-save has no handles: the n-th rule of a chain in its listing is the
 * n-th in the kernel's. */
#include "cli/rule_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	struct rule_texts *texts;
	uint8_t family;
	const char *table;
	bool in_chain;
	char *begun;		/* the rule so far, or NULL */
	char *end;		/* behind its last byte */
};

static uint8_t
family_by_name(const char *name)
{
	static const uint8_t families[] = { 1, 2, 3, 5, 7, 10 };

	for (size_t i = 0; i < sizeof(families); i++) {
		if (strcmp(name, clew_table_family_name(families[i])) == 0)
			return families[i];
	}
	return 0;
}

/* Cut " # handle N" off the end.  => false: there is none. */
static bool
take_handle(char *line, uint64_t *handle)
{
	static const char mark[] = " # handle ";
	char *at = NULL, *end;

	for (char *next = strstr(line, mark); next != NULL;
	     next = strstr(next + 1, mark))
		at = next;
	if (at == NULL)
		return false;
	*handle = strtoull(at + sizeof(mark) - 1, &end, 10);
	if (*end != '\0' || end == at + sizeof(mark) - 1)
		return false;
	*at = '\0';
	return true;
}

static int
add(struct reader *r, const char *text, uint64_t handle)
{
	struct rule_texts *t = r->texts;
	size_t room = t->room > 0 ? 2 * t->room : 64;
	struct rule_text *more;

	if (t->count == t->room) {
		more = realloc(t->rule, room * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		t->rule = more;
		t->room = room;
	}
	t->rule[t->count++] = (struct rule_text){
		.family = r->family, .table = r->table, .handle = handle,
		.text = text,
	};
	return 0;
}

/* Does the line open a block, "chain NAME {"? */
static bool
opens(const char *line)
{
	size_t len = strlen(line);

	return len > 0 && line[len - 1] == '{';
}

static void
begin_table(struct reader *r, char *line)
{
	char *family = line + strlen("table "), *name;

	name = strchr(family, ' ');
	if (name == NULL)
		return;
	*name++ = '\0';
	name[strcspn(name, " ")] = '\0';
	r->family = family_by_name(family);
	r->table = name;
}

/* A line within a chain, without the blanks before it. */
static int
read_chain_line(struct reader *r, char *line)
{
	size_t len = strlen(line);
	uint64_t handle;
	int status;

	if (r->begun == NULL) {
		if (strncmp(line, "type ", 5) == 0 ||
		    strncmp(line, "comment \"", 9) == 0)
			return 0;
		r->begun = line;
		r->end = line + len;
	} else {	/* the rest of it, moved up to it, behind a blank */
		*r->end++ = ' ';
		memmove(r->end, line, len + 1);
		r->end += len;
	}
	if (!take_handle(r->begun, &handle))
		return 0;
	status = add(r, r->begun, handle);
	r->begun = NULL;
	return status;
}

static int
read_line(struct reader *r, char *line)
{
	size_t depth = strspn(line, "\t");
	uint64_t handle;

	line += depth;
	if (r->in_chain) {
		if (depth == 1 && strcmp(line, "}") == 0) {
			r->in_chain = false;
			r->begun = NULL;
			return 0;
		}
		return read_chain_line(r, line);
	}
	take_handle(line, &handle);
	if (depth == 0 && strncmp(line, "table ", 6) == 0)
		begin_table(r, line);
	else if (depth == 1 && strncmp(line, "chain ", 6) == 0)
		r->in_chain = opens(line);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct rule_text *x = a, *y = b;
	int names;

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	names = strcmp(x->table, y->table);
	if (names != 0)
		return names;
	return x->handle < y->handle ? -1 : x->handle > y->handle;
}

/* A listing to be taken apart, of 'len' bytes and one more. */
static char *
add_listing(struct rule_texts *texts, const char *listing, size_t len)
{
	char *text = NULL;

	if (texts->listings < sizeof(texts->text) / sizeof(texts->text[0]))
		text = malloc(len + 1);
	if (text == NULL)
		return NULL;
	if (listing != NULL)
		memcpy(text, listing, len);
	text[len] = '\0';
	texts->text[texts->listings++] = text;
	return text;
}

static void
sort(struct rule_texts *texts)
{
	if (texts->count > 0)
		qsort(texts->rule, texts->count, sizeof(*texts->rule),
		      compare);
}

int
rule_texts_read(struct rule_texts *texts, const char *listing, size_t len)
{
	struct reader r = { .texts = texts };
	char *line, *next;
	int status = 0;

	line = add_listing(texts, listing, len);
	if (line == NULL)
		return -ENOMEM;
	for (; line != NULL && status == 0; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		status = read_line(&r, line);
	}
	sort(texts);
	return status;
}

/* iptables' listing. */

static int
compare_places(const struct rule_place *a, const struct rule_place *b)
{
	int tables = strcmp(a->table, b->table);

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return tables != 0 ? tables : strcmp(a->chain, b->chain);
}

/* What is of one chain keeps its order. */
static int
compare_sequence(const void *x, const void *y)
{
	const struct rule_place *const *a = x, *const *b = y;
	int names = compare_places(*a, *b);

	if (names != 0)
		return names;
	return *a < *b ? -1 : *a > *b;
}

/* The first of a chain's.  => 'count' when there is none. */
static size_t
first_place(const struct rule_place *const *places, size_t count,
	    const struct rule_place *key)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_places(places[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Forget what nft calls the rules of a table. */
static void
forget_table(struct rule_texts *texts, uint8_t family, const char *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < texts->count; i++) {
		const struct rule_text *rule = &texts->rule[i];

		if (rule->family != family || strcmp(rule->table, table) != 0)
			texts->rule[kept++] = *rule;
	}
	texts->count = kept;
}

struct walk {
	struct reader reader;
	const struct rule_place *const *places;
	size_t count;
	struct rule_place key;	/* the chain, behind "-A" */
	size_t first;		/* of its places */
	size_t number;		/* of the rule in it */
	char *to;		/* where texts go */
};

/* "-A CHAIN ...": the next rule of a chain. */
static int
walk_rule(struct walk *w, const char *line)
{
	size_t len = strcspn(line + 3, " ");
	const struct rule_place *place;
	char *text = w->to;

	if (len >= sizeof(w->key.chain))
		return 0;
	if (strncmp(line + 3, w->key.chain, len) != 0 ||
	    w->key.chain[len] != '\0') {
		memcpy(w->key.chain, line + 3, len);
		w->key.chain[len] = '\0';
		w->first = first_place(w->places, w->count, &w->key);
		w->number = 0;
	}
	if (w->first + w->number >= w->count)
		return 0;
	place = w->places[w->first + w->number++];
	if (compare_places(place, &w->key) != 0)
		return 0;
	w->to += sprintf(text, "%zu %s", w->number, line) + 1;
	return add(&w->reader, text, place->handle);
}

static int
walk_line(struct walk *w, const char *line)
{
	if (line[0] == '*') {
		snprintf(w->key.table, sizeof(w->key.table), "%s", line + 1);
		w->key.chain[0] = '\0';
		w->reader.table = w->to;
		w->to += sprintf(w->to, "%s", line + 1) + 1;
		forget_table(w->reader.texts, w->reader.family,
			     w->reader.table);
	} else if (strncmp(line, "-A ", 3) == 0 && w->reader.table != NULL) {
		return walk_rule(w, line);
	}
	return 0;
}

static size_t
count_lines(const char *text)
{
	size_t count = 1;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		count++;
	return count;
}

int
rule_texts_read_iptables(struct rule_texts *texts, uint8_t family,
			 const char *listing,
			 const struct rule_place *places, size_t count)
{
	enum { NUMBER = 24 };	/* its digits and a blank */
	struct walk w = {
		.reader = { .texts = texts, .family = family },
		.count = count, .key.family = family,
	};
	const struct rule_place **sorted = calloc(count + 1, sizeof(*sorted));
	char *line = strdup(listing), *next, *copy = line;
	int status = 0;

	w.to = add_listing(texts, NULL, strlen(listing) +
			   NUMBER * count_lines(listing));
	if (sorted == NULL || line == NULL || w.to == NULL) {
		status = -ENOMEM;
		goto done;
	}
	for (size_t i = 0; i < count; i++)
		sorted[i] = &places[i];
	qsort(sorted, count, sizeof(*sorted), compare_sequence);
	w.places = sorted;
	for (; line != NULL && status == 0; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		status = walk_line(&w, line);
	}
	sort(texts);
done:
	free(copy);
	free(sorted);
	return status;
}

void
rule_texts_fini(struct rule_texts *texts)
{
	free(texts->rule);
	for (size_t i = 0; i < texts->listings; i++)
		free(texts->text[i]);
	memset(texts, 0, sizeof(*texts));
}

const char *
rule_texts_lookup(const struct rule_texts *texts,
		  const struct clew_rule *rule)
{
	struct rule_text key = {
		.family = rule->family, .table = rule->table,
		.handle = rule->handle,
	};
	const struct rule_text *found;

	if (texts->count == 0 || rule->table == NULL)
		return NULL;
	found = bsearch(&key, texts->rule, texts->count, sizeof(key),
			compare);
	return found != NULL ? found->text : NULL;
}
