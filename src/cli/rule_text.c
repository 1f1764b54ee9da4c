/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rule_text.c - the texts of rules, by table and handle.
 *
 * A listing is lines in blocks: "table FAMILY NAME { # handle 1", within it
 * "chain NAME { # handle 2", within that the chain's type and its rules, each
 * with " # handle N" at its end.  A rule with a set that nft breaks into
 * several lines has it at the end of the last: its lines become one. */
#include "cli/rule_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	struct rule_texts *texts;
	size_t room;
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
	size_t room = r->room > 0 ? 2 * r->room : 64;
	struct rule_text *more;

	if (t->count == r->room) {
		more = realloc(t->rule, room * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		t->rule = more;
		r->room = room;
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

int
rule_texts_read(struct rule_texts *texts, const char *listing, size_t len)
{
	struct reader r = { .texts = texts };
	char *line, *next;
	int status = 0;

	memset(texts, 0, sizeof(*texts));
	texts->text = malloc(len + 1);
	if (texts->text == NULL)
		return -ENOMEM;
	memcpy(texts->text, listing, len);
	texts->text[len] = '\0';
	for (line = texts->text; line != NULL && status == 0; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		status = read_line(&r, line);
	}
	if (status == 0 && texts->count > 0)
		qsort(texts->rule, texts->count, sizeof(*texts->rule),
		      compare);
	return status;
}

void
rule_texts_fini(struct rule_texts *texts)
{
	free(texts->rule);
	free(texts->text);
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
