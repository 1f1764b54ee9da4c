/* SPDX-License-Identifier: BSD-2-Clause
 * cli/completion_shell.c - the words of completion.h as scripts of three
 * shells. */
#include "cli/completion.h"

#include <string.h>

static void
put_options(FILE *out, const struct completion_set *set, const char *with,
	    bool commands)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct completion_option *o = &set->option[i];

		if (o->is_command != commands)
			continue;
		if (with && o->with[0] != '\0' && !strchr(o->with, with[0]))
			continue;
		if (o->letter)
			fprintf(out, " -%c", o->letter);
		if (o->name[0] != '\0')
			fprintf(out, " --%s", o->name);
	}
}

/* bash */

static const char bash_head[] =
"# Completion of clew for bash; made by 'clew completion bash'.\n"
"\n"
"# Offer words, also behind the commas of a list.\n"
"_clew_list() {\n"
"	local before=\n"
"	[[ $cur == *,* ]] && before=${cur%,*},\n"
"	COMPREPLY=($(compgen -P \"$before\" -W \"$1\" -- \"${cur##*,}\"))\n"
"}\n"
"_clew_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")); }\n"
"_clew_files() { compopt -o filenames 2>/dev/null\n"
"	COMPREPLY=($(compgen -f -- \"$cur\")); }\n"
"_clew_netns() { _clew_words \"$(ls /run/netns 2>/dev/null)\"; }\n"
"\n"
"# Which of conntrack's commands was given, as its letter.\n"
"_clew_given() {\n"
"	local word\n"
"	given=\n"
"	for word in \"${COMP_WORDS[@]:2:COMP_CWORD-2}\"; do\n"
"		case $word in\n";

static void
bash_value(FILE *out, const struct completion_option *o)
{
	static const char *const calls[] = {
		[VALUE_FREE]	= "return",
		[VALUE_FILE]	= "_clew_files; return",
		[VALUE_NETNS]	= "_clew_netns; return",
	};

	if (o->value == VALUE_NONE)
		return;
	fputs("		", out);
	if (o->letter)
		fprintf(out, "-%c", o->letter);
	if (o->letter && o->name[0] != '\0')
		fputc('|', out);
	if (o->name[0] != '\0')
		fprintf(out, "--%s", o->name);
	if (o->value == VALUE_WORDS || o->value == VALUE_LIST)
		fprintf(out, ") %s '%s'; return ;;\n", o->value == VALUE_LIST ?
			"_clew_list" : "_clew_words", o->words);
	else
		fprintf(out, ") %s ;;\n", calls[o->value]);
}

/* What conntrack offers hangs on its command. */
static void
bash_by_command(FILE *out, const struct completion_set *set)
{
	fputs("		_clew_given\n"
	      "		case $given in\n"
	      "		'') _clew_words '", out);
	put_options(out, set, NULL, true);
	fputs("' ;;\n", out);
	for (size_t i = 0; i < set->count; i++) {
		const struct completion_option *o = &set->option[i];

		if (!o->is_command)
			continue;
		fprintf(out, "		%c) _clew_words '%s", o->letter,
			set->second);
		put_options(out, set, (char[]){ o->letter, '\0' }, false);
		fputs("' ;;\n", out);
	}
	fputs("		esac ;;\n", out);
}

static void
bash_command(FILE *out, const struct completion_set *set)
{
	bool has_commands = set->count && set->option[0].is_command;

	fprintf(out, "	%s)\n		case $prev in\n", set->command);
	for (size_t i = 0; i < set->count; i++)
		bash_value(out, &set->option[i]);
	fputs("		esac\n", out);
	if (has_commands) {
		bash_by_command(out, set);
		return;
	}
	if (set->first[0] != '\0')
		fprintf(out, "		if ((COMP_CWORD == 2)); then "
			"_clew_words '%s'; return; fi\n", set->first);
	fprintf(out, "		_clew_words '%s", set->second);
	put_options(out, set, NULL, false);
	fputs("'\n", out);
	if (set->takes_files)
		fputs("		[[ $cur == -* ]] || _clew_files\n", out);
	fputs("		;;\n", out);
}

void
completion_bash(FILE *out)
{
	struct completion_set set;

	fputs(bash_head, out);
	for (size_t i = 0; completion_fill(&set, i); i++) {
		for (size_t k = 0; k < set.count; k++) {
			if (set.option[k].is_command)
				fprintf(out, "		-%c*|--%s) given=%c ;;\n",
					set.option[k].letter,
					set.option[k].name,
					set.option[k].letter);
		}
	}
	fputs("		esac\n	done\n}\n\n_clew() {\n"
	      "	local cur=${COMP_WORDS[COMP_CWORD]} given\n"
	      "	local prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "	COMPREPLY=()\n"
	      "	if ((COMP_CWORD == 1)); then\n"
	      "		_clew_words '", out);
	for (size_t i = 0; completion_fill(&set, i); i++)
		fprintf(out, "%s ", set.command);
	fputs("help --help --version'\n		return\n	fi\n"
	      "	case ${COMP_WORDS[1]} in\n	help) _clew_words '", out);
	for (size_t i = 0; completion_fill(&set, i); i++)
		fprintf(out, "%s ", set.command);
	fputs("settings' ;;\n", out);
	for (size_t i = 0; completion_fill(&set, i); i++)
		bash_command(out, &set);
	fputs("	esac\n}\ncomplete -F _clew clew\n", out);
}

/* zsh: a list of specifications for _arguments. */

static void
zsh_value(FILE *out, const struct completion_option *o)
{
	switch (o->value) {
	case VALUE_NONE:
		break;
	case VALUE_FREE:
		fprintf(out, ":value: ");
		break;
	case VALUE_FILE:
		fputs(":file:_files", out);
		break;
	case VALUE_NETNS:
		fputs(":namespace:_path_files -W /run/netns", out);
		break;
	case VALUE_WORDS:
		fprintf(out, ":value:(%s)", o->words);
		break;
	case VALUE_LIST:
		fprintf(out, ":values:_values -s , values %s", o->words);
		break;
	}
}

static void
zsh_option(FILE *out, const char *dashes, const char *name,
	   const struct completion_option *o)
{
	fprintf(out, "			'*%s%s[%s]", dashes, name, o->help);
	zsh_value(out, o);
	fputs("' \\\n", out);
}

static void
zsh_command(FILE *out, const struct completion_set *set)
{
	fprintf(out, "	%s)\n		_arguments -S \\\n", set->command);
	for (size_t i = 0; i < set->count; i++) {
		const struct completion_option *o = &set->option[i];

		if (o->letter)
			zsh_option(out, "-", (char[]){ o->letter, '\0' }, o);
		if (o->name[0] != '\0')
			zsh_option(out, "--", o->name, o);
	}
	if (set->first[0] != '\0')
		fprintf(out, "			'1:command:(%s)' \\\n",
			set->first);
	if (set->second[0] != '\0')
		fprintf(out, "			'*:what:(%s)' ;;\n",
			set->second);
	else if (set->takes_files)
		fputs("			'*:file:_files' ;;\n", out);
	else
		fputs("			'*: :' ;;\n", out);
}

void
completion_zsh(FILE *out)
{
	struct completion_set set;

	fputs("#compdef clew\n"
	      "# Completion of clew for zsh; made by 'clew completion zsh'.\n"
	      "\n"
	      "local -a clew_commands\n"
	      "clew_commands=(\n", out);
	for (size_t i = 0; completion_fill(&set, i); i++)
		fprintf(out, "	'%s:%s'\n", set.command, set.summary);
	fputs("	'help:what a command does and takes'\n"
	      ")\n"
	      "if (( CURRENT == 2 )); then\n"
	      "	_describe command clew_commands\n"
	      "	return\n"
	      "fi\n"
	      "shift words\n"
	      "(( CURRENT-- ))\n"
	      "case $words[1] in\n", out);
	for (size_t i = 0; completion_fill(&set, i); i++)
		zsh_command(out, &set);
	fputs("	help) _describe command clew_commands ;;\n"
	      "esac\n", out);
}

/* fish: a line for each word. */

static void
fish_option(FILE *out, const char *command, const struct completion_option *o)
{
	fprintf(out, "complete -c clew -n '__fish_seen_subcommand_from %s'",
		command);
	if (o->letter)
		fprintf(out, " -s %c", o->letter);
	if (o->name[0] != '\0')
		fprintf(out, " -l %s", o->name);
	switch (o->value) {
	case VALUE_NONE:
		break;
	case VALUE_FREE:
		fputs(" -x", out);
		break;
	case VALUE_FILE:
		fputs(" -r -F", out);
		break;
	case VALUE_NETNS:
		fputs(" -x -a '(ls /run/netns 2>/dev/null)'", out);
		break;
	case VALUE_WORDS:
		fprintf(out, " -x -a '%s'", o->words);
		break;
	case VALUE_LIST:
		fprintf(out, " -x -a '(__fish_append , %s)'", o->words);
		break;
	}
	if (o->help[0] != '\0')
		fprintf(out, " -d '%s'", o->help);
	fputc('\n', out);
}

void
completion_fish(FILE *out)
{
	struct completion_set set;

	fputs("# Completion of clew for fish; made by 'clew completion "
	      "fish'.\ncomplete -c clew -f\n", out);
	for (size_t i = 0; completion_fill(&set, i); i++)
		fprintf(out, "complete -c clew -n __fish_use_subcommand -a %s "
			"-d '%s'\n", set.command, set.summary);
	fputs("complete -c clew -n __fish_use_subcommand -a help\n", out);
	for (size_t i = 0; completion_fill(&set, i); i++) {
		if (set.first[0] != '\0' || set.second[0] != '\0')
			fprintf(out, "complete -c clew -n "
				"'__fish_seen_subcommand_from %s' -a '%s%s%s'"
				"\n", set.command, set.first,
				set.first[0] != '\0' ? " " : "", set.second);
		if (set.takes_files)
			fprintf(out, "complete -c clew -n "
				"'__fish_seen_subcommand_from %s' -F\n",
				set.command);
		for (size_t k = 0; k < set.count; k++)
			fish_option(out, set.command, &set.option[k]);
	}
}
