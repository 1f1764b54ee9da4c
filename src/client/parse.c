/* SPDX-License-Identifier: BSD-2-Clause
 * client/parse.c - the command line of conntrack into an order.
 *
 * Words are taken in order, as the original's getopt_long() takes them: a
 * protocol's options are known only behind its -p; a table follows its
 * command as a word of its own; words that belong to nothing are passed over.
 * Then what was given is checked against the command's row of the table
 * (parse_check.c). */
#include "client/parse.h"

#include <string.h>

#include "client/parse_parts.h"
#include "client/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Commands and their tables. */

static int
take_table(struct parser *p)
{
	static const char *const names[] = {
		[ORDER_CONNTRACK]	= "conntrack",
		[ORDER_EXPECT]		= "expect",
		[ORDER_DYING]		= "dying",
		[ORDER_UNCONFIRMED]	= "unconfirmed",
	};
	const char *word = p->at < p->argc ? p->argv[p->at] : NULL;

	if (!word || p->rest || word[0] == '-' || word[0] == '\0')
		return 0;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (strncmp(names[i], word, strlen(word)) == 0) {
			p->order->table = (enum order_table)i;
			p->at++;
			return 0;
		}
	}
	return FAIL(p, BAD_LINE, "unknown type `%s'", word);
}

static int
take_command(struct parser *p, enum order_command command)
{
	struct order *o = p->order;

	if (o->command != ORDER_NONE)
		return FAIL(p, BAD_LINE, "Invalid commands combination");
	o->command = command;
	switch (command) {
	case ORDER_VERSION:
	case ORDER_HELP:
		return 0;
	case ORDER_LIST:
		break;
	default:
		if (take_table(p))
			return -1;
		if (o->table == ORDER_DYING || o->table == ORDER_UNCONFIRMED)
			return FAIL(p, BAD_LINE, "Can't do that command with "
				    "tables `dying' and `unconfirmed'");
		if (o->table == ORDER_EXPECT && (command == ORDER_UPDATE ||
						 command == ORDER_ADD))
			return FAIL(p, BAD_LINE,
				    "Can't do --%s on expectations",
				    command_infos[command].name);
		return 0;
	}
	return take_table(p);
}

/* Words. */

/* An option's argument: what is left of its word, or the next word.  One
 * that may be missing is taken only if it does not look like an option. */
static int
argument(struct parser *p, const char *spec, const char *option,
	 const char *attached, const char **text)
{
	const char *next = p->at < p->argc ? p->argv[p->at] : NULL;

	*text = NULL;
	if (!spec)
		return 0;
	if (attached) {
		*text = attached;
	} else if (spec[0] != '[') {
		if (!next)
			return FAIL(p, BAD_LINE, "option `%s' requires an "
				    "argument", option);
		*text = next;
		p->at++;
	} else if (next && next[0] != '-') {
		*text = next;
		p->at++;
	}
	if (*text && (*text)[0] == '\0')
		return FAIL(p, BAD_LINE, "option `%s' requires an argument",
			    option);
	return 0;
}

static int
take_option(struct parser *p, enum option option, const char *word,
	    const char *attached)
{
	const char *text;
	int err;

	if (argument(p, option_infos[option].argument, word, attached, &text))
		return -1;
	err = parse_take_general(p, option, text);
	p->order->given |= 1ULL << option;
	return err;
}

static int
take_long(struct parser *p, const char *word)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const char *attached = equals ? equals + 1 : NULL, *text;
	const struct option_spelling *s = NULL;

	if (p->proto)
		s = option_lookup(p->proto->spelling, p->proto->spellings,
				  name, len);
	if (s) {
		if (argument(p, "VALUE", word, attached, &text))
			return -1;
		return parse_take_proto(p, s, text);
	}
	s = option_lookup(option_spellings, option_spelling_count, name, len);
	if (!s)
		return FAIL(p, BAD_LINE, "unknown option `%s'", word);
	if (s->option >= OPTION_COUNT)
		return take_command(p, (enum order_command)
				    (s->option - OPTION_COUNT));
	return take_option(p, (enum option)s->option, word, attached);
}

static int
take_letter(struct parser *p)
{
	char letter = *p->rest++;
	char word[3] = { '-', letter, '\0' };
	const char *attached = *p->rest != '\0' ? p->rest : NULL;

	p->rest = attached;
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (option_infos[i].letter != letter)
			continue;
		if (option_infos[i].argument)
			p->rest = NULL;	/* the rest is its argument */
		else
			attached = NULL;
		return take_option(p, (enum option)i, word, attached);
	}
	for (int i = 0; i < ORDER_COMMANDS; i++) {
		if (command_infos[i].letter == letter && i != ORDER_LOAD)
			return take_command(p, (enum order_command)i);
	}
	return FAIL(p, BAD_LINE, "unknown option `%s'", word);
}

static int
take_words(struct parser *p)
{
	while (p->rest || p->at < p->argc) {
		const char *word;
		int err;

		if (p->rest) {
			err = take_letter(p);
		} else {
			word = p->argv[p->at++];
			if (strcmp(word, "--") == 0)
				return 0;
			if (word[0] != '-' || word[1] == '\0')
				continue;
			if (word[1] == '-') {
				err = take_long(p, word);
			} else {
				p->rest = word + 1;
				err = 0;
			}
		}
		if (err)
			return err;
	}
	return 0;
}

int
parse_order(struct order *o, int argc, char *const argv[],
	    struct labels *labels, struct parse_error *error)
{
	struct parser p = {
		.order = o,
		.labels = labels,
		.error = error,
		.argv = argv,
		.argc = argc,
		.at = 1,
	};

	memset(o, 0, sizeof(*o));
	o->command = ORDER_NONE;
	o->mark_mask = UINT32_MAX;
	if (argc > 1 && (strcmp(argv[1], "-R") == 0 ||
			 strcmp(argv[1], "--load-file") == 0)) {
		if (argc < 3)
			return FAIL(&p, BAD_LINE, "option `%s' requires an "
				    "argument", argv[1]);
		o->command = ORDER_LOAD;
		o->file = argv[2];
		p.at = 3;
	}
	if (take_words(&p))
		return -1;
	if (o->command == ORDER_NONE && argc > 1 && o->given)
		o->command = ORDER_VERSION;	/* its row allows nothing */
	if (o->command == ORDER_LOAD)
		return 0;
	return parse_check(&p);
}

void
order_fini(struct order *o)
{
	for (int i = 0; i < FIELDS; i++)
		value_clear(&o->match[i]);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int
parse_line(char *line, char *words[], int most)
{
	char *to = line, *from = line;
	int count = 0;

	for (;;) {
		bool is_quoted = false;

		while (is_space(*from))
			from++;
		if (*from == '\0')
			return count;
		if (count == most)
			return -1;
		words[count++] = to;
		while (*from != '\0' && (is_quoted || !is_space(*from))) {
			if (*from == '"') {
				is_quoted = !is_quoted;
				from++;
				continue;
			}
			if (*from == '\\' && from[1] != '\0')
				from++;
			*to++ = *from++;
		}
		if (is_quoted)
			return -1;
		if (*from != '\0')
			from++;
		*to++ = '\0';
	}
}
