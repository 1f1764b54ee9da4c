/* SPDX-License-Identifier: BSD-2-Clause
 * top/option.c - the command line of clew top.
 *
 * What is not top's own is an option of conntrack -L and read by its parser;
 * what of that filters nothing is refused. */
#include "top/option.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/option.h"
#include "client/parse.h"

enum { LINES_MOST = 1000000 };

static const double interval_least = 0.1, interval_most = 86400;

/* => -1 */
#define fail(error, ...) (error_set(error, __VA_ARGS__), -1)

/* The filter. */

/* Options of conntrack -L that choose no connections. */
static bool
is_stranger(const struct order *o, const char **name)
{
	static const uint8_t strangers[] = {
		OPTION_ZERO, OPTION_COUNT_BY, OPTION_NETNS, OPTION_ENGINE,
		OPTION_OUTPUT,
	};

	for (size_t i = 0; i < sizeof(strangers); i++) {
		if (order_has(o, strangers[i])) {
			*name = option_infos[strangers[i]].name;
			return true;
		}
	}
	return false;
}

static int
read_order(struct top_filter *f, struct labels *labels,
	   struct clew_error *error)
{
	char *words[FILTER_WORDS] = { (char *)(uintptr_t)"clew top",
				      (char *)(uintptr_t)"-L" };
	struct parse_error wrong = { .status = 0 };
	const char *name;
	int count;

	strcpy(f->words, f->text);
	count = parse_line(f->words, words + 2, FILTER_WORDS - 3);
	if (count < 0)
		return fail(error, "too many words, or a quote without its "
			    "end: %s", f->text);
	if (parse_order(&f->order, count + 2, words, labels, &wrong))
		return fail(error, "%s (a filter is options of conntrack -L)",
			    wrong.error.text);
	if (f->order.command != ORDER_LIST ||
	    f->order.table != ORDER_CONNTRACK)
		return fail(error, "only options that filter may be given "
			    "here");
	if (is_stranger(&f->order, &name))
		return fail(error, "--%s filters nothing, so top has no use "
			    "for it", name);
	return 0;
}

static void
filter_destroy(struct top_filter *f)
{
	if (f)
		order_fini(&f->order);
	free(f);
}

int
top_filter_set(struct top_options *options, const char *text,
	       struct clew_error *error)
{
	struct top_filter *f;

	if (strlen(text) >= sizeof(f->text))
		return fail(error, "the filter is too long");
	f = calloc(1, sizeof(*f));
	if (!f)
		return fail(error, "out of memory");
	strcpy(f->text, text);
	if (read_order(f, &options->labels, error)) {
		filter_destroy(f);
		return -1;
	}
	filter_destroy(options->filter);
	options->filter = f;
	return 0;
}

/* Append a word so that parse_line() gives it back. */
static int
add_word(char *text, size_t size, const char *word)
{
	size_t len = strlen(text);

	if (len + 2 * strlen(word) + 4 > size)
		return -1;
	if (len > 0)
		text[len++] = ' ';
	text[len++] = '"';
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			text[len++] = '\\';
		text[len++] = *word;
	}
	text[len++] = '"';
	text[len] = '\0';
	return 0;
}

static int
take_word(char *text, size_t size, const char *word)
{
	size_t len = strlen(text);

	/* Plain words stay as they were typed. */
	if (word[0] && !strpbrk(word, " \t\n\"\\'")) {
		if (len + strlen(word) + 2 > size)
			return -1;
		snprintf(text + len, size - len, "%s%s", len ? " " : "", word);
		return 0;
	}
	return add_word(text, size, word);
}

/* Top's own options. */

static int
take_views(struct top_options *o, const char *text, struct clew_error *error)
{
	o->views = 0;
	while (*text) {
		size_t len = strcspn(text, ",");
		int v = 0;

		while (v < TOP_VIEWS &&
		       (strlen(top_view_infos[v].name) != len ||
			strncmp(top_view_infos[v].name, text, len)))
			v++;
		if (v == TOP_VIEWS)
			return fail(error, "cannot count by '%.*s': one of "
				    "src, dst, service, state, sport, "
				    "reply-src, reply-dst, protonum, mark, "
				    "zone", (int)len, text);
		o->views |= 1u << v;
		text += len + (text[len] == ',');
	}
	return o->views ? 0 : fail(error, "--by wants a field");
}

static int
take_sort(struct top_options *o, const char *text, struct clew_error *error)
{
	for (int i = 0; i < TOP_SORTS; i++) {
		if (strcmp(text, top_sort_names[i]) == 0) {
			o->sort = (enum top_sort)i;
			return 0;
		}
	}
	return fail(error, "cannot sort by '%s': one of entries, new, "
		    "packets, bytes, total, unreplied", text);
}

static int
take_interval(struct top_options *o, const char *text,
	      struct clew_error *error)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end || !isfinite(n) ||
	    (n != 0 && (n < interval_least || n > interval_most)))
		return fail(error, "bad interval '%s': seconds, 0.1 to 86400; "
			    "0 with --once: one look alone", text);
	o->interval = n;
	return 0;
}

static int
take_lines(struct top_options *o, const char *text, struct clew_error *error)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || text[0] == '-' || n < 1 || n > LINES_MOST)
		return fail(error, "bad number of lines '%s': 1 to %d", text,
			    LINES_MOST);
	o->lines = (unsigned)n;
	return 0;
}

static int
take_output(struct top_options *o, const char *text, struct clew_error *error)
{
	if (strcmp(text, "json"))
		return fail(error, "'%s' is no format of top: json", text);
	o->is_json = true;
	return 0;
}

static int
take_netns(struct top_options *o, const char *text, struct clew_error *error)
{
	(void)error;
	o->netns = text;
	return 0;
}

static const struct {
	const char *name;
	const char *letter;
	int (*take)(struct top_options *o, const char *text,
		    struct clew_error *error);
} own[] = {
	{ "--by",	NULL,	take_views },
	{ "--sort",	NULL,	take_sort },
	{ "--interval",	NULL,	take_interval },
	{ "--lines",	NULL,	take_lines },
	{ "--output",	"-o",	take_output },
	{ "--netns",	"-N",	take_netns },
};

#define OWN (sizeof(own) / sizeof(own[0]))

/* => How many words it was; 0: none of ours; -1 with words in 'error'. */
static int
take_own(struct top_options *o, char **argv, struct clew_error *error)
{
	if (strcmp(argv[0], "--once") == 0) {
		o->is_once = true;
		return 1;
	}
	for (size_t i = 0; i < OWN; i++) {
		size_t len = strlen(own[i].name);

		if (strncmp(argv[0], own[i].name, len) == 0 &&
		    argv[0][len] == '=')
			return own[i].take(o, argv[0] + len + 1, error) ?
			       -1 : 1;
		if (own[i].letter && argv[0][2] &&
		    strncmp(argv[0], own[i].letter, 2) == 0)
			return own[i].take(o, argv[0] + 2, error) ? -1 : 1;
		if (strcmp(argv[0], own[i].name) &&
		    (!own[i].letter || strcmp(argv[0], own[i].letter)))
			continue;
		if (!argv[1])
			return fail(error, "%s wants a value", argv[0]);
		return own[i].take(o, argv[1], error) ? -1 : 2;
	}
	return 0;
}

int
top_options_read(struct top_options *o, int argc, char **argv,
		 struct clew_error *error)
{
	char text[FILTER_TEXT] = "";

	memset(o, 0, sizeof(*o));
	o->views = TOP_DEFAULT_VIEWS;
	o->interval = 2;
	o->lines = 10;
	for (int i = 1; i < argc; ) {
		int words = take_own(o, argv + i, error);

		if (words < 0)
			return -1;
		if (words == 0) {
			if (take_word(text, sizeof(text), argv[i]))
				return fail(error, "the filter is too long");
			words = 1;
		}
		i += words;
	}
	if (o->interval == 0 && !o->is_once)
		return fail(error, "an interval of 0 is for --once");
	if (o->is_json && !o->is_once)
		return fail(error, "-o json is for --once");
	return top_filter_set(o, text, error);
}

void
top_options_fini(struct top_options *o)
{
	filter_destroy(o->filter);
	labels_fini(&o->labels);
}
