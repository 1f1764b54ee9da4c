/* SPDX-License-Identifier: BSD-2-Clause
 * cli/ruleset.c - load rulesets into an engine, with nft itself.
 *
 * A file is read here and handed on as nft's standard input: so it may be a
 * pipe, and what it is can be told by looking.  nft knows the path, for the
 * 'include's in it are looked for where nft looks for them anyway, and names
 * it in its messages as /dev/stdin; those are changed back. */
#define _GNU_SOURCE
#include "cli/ruleset.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "io/tool.h"

struct text {
	char *bytes;
	size_t len;
};

static int
complain(const char *what, const char *why)
{
	fprintf(stderr, "clew: %s: %s\n", what, why);
	return EXIT_TROUBLE;
}

static int
read_all(FILE *file, struct text *text)
{
	size_t room = 0;

	while (!feof(file) && !ferror(file)) {
		if (room - text->len < 2) {
			char *more;

			room = room ? room * 2 : 65536;
			more = realloc(text->bytes, room);
			if (!more)
				return -ENOMEM;
			text->bytes = more;
		}
		text->len += fread(text->bytes + text->len, 1,
				   room - text->len - 1, file);
		text->bytes[text->len] = '\0';
	}
	return ferror(file) ? -EIO : 0;
}

static int
read_path(const char *path, struct text *text)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	int err;

	if (!file)
		return complain(path, strerror(errno));
	err = read_all(file, text);
	if (file != stdin)
		fclose(file);
	return err ? complain(path, strerror(-err)) : EXIT_OK;
}

/* The rules of the running kernel: 'nft' as it is, without an engine. */
static int
read_kernel(struct text *text)
{
	FILE *pipe = popen("nft list ruleset", "r");
	int err;

	if (!pipe)
		return complain("nft", strerror(errno));
	err = read_all(pipe, text);
	if (pclose(pipe) != 0)
		return EXIT_TROUBLE;	/* it has said why */
	return err ? complain("nft", strerror(-err)) : EXIT_OK;
}

static bool
is_json(const struct text *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if (!isspace((unsigned char)text->bytes[i]))
			return text->bytes[i] == '{';
	}
	return false;
}

/* nft's message, with the file's name for that of the pipe it came by. */
static void
print_message(const char *message, const char *path)
{
	static const char pipe[] = "/dev/stdin";
	const char *at;

	while ((at = strstr(message, pipe)) != NULL) {
		fprintf(stderr, "%.*s%s", (int)(at - message), message, path);
		message = at + sizeof(pipe) - 1;
	}
	fputs(message, stderr);
}

int
ruleset_load(struct clew_control *control, struct clew_engine *engine,
	     const char *path)
{
	static const char *const text_argv[] = { "nft", "-f", "-", NULL };
	static const char *const json_argv[] = { "nft", "-j", "-f", "-", NULL };
	struct clew_error error = { "" };
	struct text text = { 0 };
	struct tool_result result = { 0 };
	int status = strcmp(path, "kernel") == 0 ? read_kernel(&text) :
						   read_path(path, &text);

	if (status == EXIT_OK &&
	    tool_run(control, engine, is_json(&text) ? json_argv : text_argv,
		     text.bytes, text.len, &result, &error) != 0)
		status = complain("nft", error.text);
	else if (status == EXIT_OK && result.status != 0)
		status = EXIT_TROUBLE;
	if (result.err)
		print_message(result.err, path);
	tool_result_fini(&result);
	free(text.bytes);
	return status;
}

int
ruleset_print(struct clew_control *control, struct clew_engine *engine,
	      const char *arguments, FILE *out)
{
	const char *const argv[] = {
		"nft",
		arguments ? arguments : "list",
		arguments ? "list" : "ruleset",
		arguments ? "ruleset" : NULL,
		NULL,
	};
	struct clew_error error = { "" };
	struct tool_result result;
	int status = EXIT_OK;

	if (tool_run(control, engine, argv, NULL, 0, &result, &error) != 0)
		status = complain("nft", error.text);
	else if (result.status != 0)
		status = EXIT_TROUBLE;
	else
		fwrite(result.out, 1, result.out_len, out);
	if (result.err)
		fputs(result.err, stderr);
	tool_result_fini(&result);
	return status;
}
