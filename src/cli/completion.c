/* SPDX-License-Identifier: BSD-2-Clause
 * cli/completion.c - clew completion: what the shells may offer. */
#include "cli/completion.h"

#include <ctype.h>
#include <string.h>

#include "cli/command.h"
#include "client/nfct.h"
#include "client/option.h"
#include "client/value.h"

static const char completion_help[] =
"usage: clew completion bash|zsh|fish\n"
"\n"
"Print a script for the shell that completes clew's commands, options and their\n"
"values.\n"
"\n"
"  eval \"$(clew completion bash)\"                  in ~/.bashrc\n"
"  clew completion zsh > ~/.zfunc/_clew            a folder of $fpath\n"
"  clew completion fish > ~/.config/fish/completions/clew.fish\n";

/* Texts come to stand between quotes of three shells. */
static void
put_help(char *to, size_t size, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++) {
		if (!strchr("'\"\\`$:[]", text[i]))
			to[n++] = text[i];
	}
	to[n] = '\0';
}

static void
add_word(char *words, size_t size, const char *word)
{
	size_t len = strlen(words);

	snprintf(words + len, size - len, "%s%s", len ? " " : "", word);
}

/* => NULL: there is no room. */
static struct completion_option *
add(struct completion_set *set, char letter, const char *name, size_t len)
{
	struct completion_option *o;

	if (set->count == COMPLETION_OPTIONS)
		return NULL;
	o = &set->option[set->count++];
	*o = (struct completion_option){ .letter = letter };
	snprintf(o->name, sizeof(o->name), "%.*s", (int)len, name);
	return o;
}

/* conntrack and events, from the tables of client/option.h. */

static void
add_commands(struct completion_set *set)
{
	for (int i = 0; i < ORDER_COMMANDS; i++) {
		const struct command_info *info = &command_infos[i];
		struct completion_option *o = add(set, info->letter,
						  info->name,
						  strlen(info->name));

		if (!o)
			return;
		put_help(o->help, sizeof(o->help), info->help,
			 strlen(info->help));
		o->is_command = true;
		o->value = i == ORDER_LOAD ? VALUE_FILE : VALUE_NONE;
	}
}

static enum completion_value
value_of(unsigned option, const char *argument)
{
	switch (option) {
	case OPTION_STATUS:
	case OPTION_EVENT_MASK:
	case OPTION_OUTPUT:
		return VALUE_LIST;
	case OPTION_PROTO:
	case OPTION_FAMILY:
	case OPTION_COUNT_BY:
		return VALUE_WORDS;
	case OPTION_LABELMAP:
	case OPTION_ENGINE:
		return VALUE_FILE;
	case OPTION_NETNS:
		return VALUE_NETNS;
	default:
		return argument ? VALUE_FREE : VALUE_NONE;
	}
}

static void
add_general(struct completion_set *set, bool is_events)
{
	const char *word;

	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *info = &option_infos[i];
		struct completion_option *o;
		size_t n = 0;

		if (is_events && info->valid[ORDER_EVENT] == '.')
			continue;
		o = add(set, info->letter, info->name, strlen(info->name));
		if (!o)
			return;
		put_help(o->help, sizeof(o->help), info->help,
			 strlen(info->help));
		o->value = value_of(i, info->argument);
		for (size_t k = 0; (word = value_word(i, k)) != NULL; k++)
			add_word(o->words, sizeof(o->words), word);
		/* A heading has letters for commands up to -S. */
		for (int k = 0; !is_events && k <= ORDER_STATS; k++) {
			if (info->valid[k] != '.' || info->valid[k + 11] != '.')
				o->with[n++] = command_infos[k].letter;
		}
		o->with[n] = '\0';
	}
}

/* The protocols' options, each once. */
static void
add_protocols(struct completion_set *set)
{
	size_t first = set->count;

	for (size_t i = 0; i < proto_info_count; i++) {
		const struct proto_info *info = &proto_infos[i];

		for (size_t k = 0; k < info->spellings; k++) {
			const char *name = info->spelling[k].name, *word;
			struct completion_option *o;
			size_t n = first;

			while (n < set->count &&
			       strcmp(set->option[n].name, name) != 0)
				n++;
			o = n < set->count ? &set->option[n] :
			    add(set, 0, name, strlen(name));
			if (!o)
				return;
			o->value = VALUE_FREE;
			add_word(o->help, sizeof(o->help), info->name);
			if (info->spelling[k].option != PROTO_STATE)
				continue;
			o->value = VALUE_WORDS;
			for (n = 0; (word = value_state_word(info->number, n));
			     n++) {
				if (!strstr(o->words, word))
					add_word(o->words, sizeof(o->words),
						 word);
			}
		}
	}
}

static void
fill_conntrack(struct completion_set *set, bool is_events)
{
	if (!is_events)
		add_commands(set);
	add_general(set, is_events);
	add_protocols(set);
	strcpy(set->second, is_events ? "conntrack expect" :
	       "conntrack expect dying unconfirmed");
	if (is_events)
		add(set, 0, "no-resync", strlen("no-resync"));
}

/* nfct */

static void
fill_nfct(struct completion_set *set)
{
	struct completion_option *o;

	for (int i = 0; i < NFCT_COMMANDS; i++)
		add_word(set->first, sizeof(set->first),
			 nfct_command_names[i]);
	strcpy(set->second, "timeout helper version");
	o = add(set, 'o', "output", strlen("output"));
	o->value = VALUE_WORDS;
	strcpy(o->words, "json");
	o = add(set, 'N', "netns", strlen("netns"));
	o->value = VALUE_NETNS;
	o = add(set, 0, "engine", strlen("engine"));
	o->value = VALUE_FILE;
}

/* The others, from their help: lines "  -x, --name ARGUMENT   words". */

static enum completion_value
value_of_help(const char *argument, size_t len)
{
	static const char *const files[] = {
		"FILE", "CAPTURE", "SOCKET", "PATH",
	};

	if (len == 0)
		return VALUE_NONE;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (len >= strlen(files[i]) &&
		    strncmp(argument, files[i], strlen(files[i])) == 0)
			return VALUE_FILE;
	}
	return strncmp(argument, "NAME", len) == 0 ? VALUE_NETNS : VALUE_FREE;
}

static void
add_help_line(struct completion_set *set, const char *line, size_t len)
{
	const char *at = line + strspn(line, " "), *end = line + len;
	struct completion_option *o;
	char letter = 0;
	size_t name = 0, argument;

	if (at == line || at >= end || at[0] != '-')
		return;
	if (isalpha((unsigned char)at[1])) {
		letter = at[1];
		at += 2;
		at += strspn(at, ", ");
	}
	if (at[0] == '-' && at[1] == '-') {
		at += 2;
		name = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-");
	}
	o = letter || name ? add(set, letter, at, name) : NULL;
	if (!o)
		return;
	at += name;
	argument = *at == ' ' && at[1] != ' ' ? strcspn(at + 1, " \n") :
		   letter && !name ? strcspn(at, " \n") : 0;
	at += *at == ' ';
	o->value = value_of_help(at, argument);
	if (o->value == VALUE_NETNS && strcmp(o->name, "netns") != 0)
		o->value = VALUE_FREE;
	at += argument;
	if (at < end)
		at += strspn(at, " ");
	if (at < end)
		put_help(o->help, sizeof(o->help), at, (size_t)(end - at));
}

static void
fill_from_help(struct completion_set *set, const char *help)
{
	for (size_t len; *help != '\0'; help += len + (help[len] != '\0')) {
		len = strcspn(help, "\n");
		add_help_line(set, help, len);
	}
}

bool
completion_fill(struct completion_set *set, size_t i)
{
	const struct command *command;

	if (i >= command_count)
		return false;
	command = commands[i];
	*set = (struct completion_set){ .command = command->name };
	put_help(set->summary, sizeof(set->summary), command->summary,
		 strlen(command->summary));
	if (command == &conntrack_command || command == &events_command)
		fill_conntrack(set, command == &events_command);
	else if (command == &nfct_command)
		fill_nfct(set);
	else if (command == &completion_command)
		strcpy(set->first, "bash zsh fish");
	else
		fill_from_help(set, command->help);
	set->takes_files = command != &conntrack_command &&
			   command != &events_command &&
			   command != &nfct_command &&
			   command != &completion_command;
	return true;
}

static int
completion_main(int argc, char **argv)
{
	const char *shell = argc == 2 ? argv[1] : "";

	if (strcmp(shell, "bash") == 0) {
		completion_bash(stdout);
	} else if (strcmp(shell, "zsh") == 0) {
		completion_zsh(stdout);
	} else if (strcmp(shell, "fish") == 0) {
		completion_fish(stdout);
	} else if (strcmp(shell, "--help") == 0) {
		fputs(completion_help, stdout);
	} else {
		fputs("clew completion: bash, zsh or fish?\n", stderr);
		return EXIT_USAGE;
	}
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fputs("clew completion: cannot write\n", stderr);
		return EXIT_TROUBLE;
	}
	return EXIT_OK;
}

const struct command completion_command = {
	.name = "completion",
	.summary = "what bash, zsh and fish may offer behind clew",
	.help = completion_help,
	.run = completion_main,
};
