/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rules.c - rulesets: nft loads them into an engine and lists them.
 *
 * nft is the one that knows its language: it is run, unprivileged, with its
 * netlink sockets carried to the engine (io/tool).  What it has to say is
 * handed on as it is. */
#define _GNU_SOURCE
#include "cli/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/rule_text.h"

enum { RULESET_MOST = 256 << 20 };

struct rules {
	struct clew_engine *engine;
	struct clew_control *control;
	bool owns_control;
	struct rule_texts texts;
	char *nft;		/* where it is, or NULL */
};

/* In PATH, and where administrators' programs are that an ordinary user's
 * PATH leaves out.  => For free(), or NULL. */
static char *
find_nft(void)
{
	const char *path = getenv("PATH");
	char *dirs, *rest, *dir, *found = NULL;

	if (asprintf(&dirs, "%s:/usr/local/sbin:/usr/sbin:/sbin",
		     path != NULL ? path : "") < 0)
		return NULL;
	rest = dirs;
	while (found == NULL && (dir = strsep(&rest, ":")) != NULL) {
		if (*dir == '\0' || asprintf(&found, "%s/nft", dir) < 0) {
			found = NULL;
			continue;
		}
		if (access(found, X_OK) != 0) {
			free(found);
			found = NULL;
		}
	}
	free(dirs);
	return found;
}

int
rules_create(struct rules **rules, struct clew_engine *engine,
	     struct clew_control *control)
{
	struct rules *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return -ENOMEM;
	r->engine = engine;
	r->control = control;
	r->owns_control = control == NULL;
	if (control == NULL &&
	    clew_control_create(&r->control, engine) != 0) {
		free(r);
		return -ENOMEM;
	}
	r->nft = find_nft();
	*rules = r;
	return 0;
}

void
rules_destroy(struct rules *r)
{
	if (r == NULL)
		return;
	rule_texts_fini(&r->texts);
	if (r->owns_control)
		clew_control_destroy(r->control);
	free(r->nft);
	free(r);
}

/* => 0 when it ran, however it went; or -errno with words. */
static int
run_nft(struct rules *r, const char *const args[], const char *input,
	size_t len, struct tool_result *result, struct clew_error *error)
{
	const char *argv[8] = { r->nft };

	memset(result, 0, sizeof(*result));
	if (r->nft == NULL) {
		error_set(error, "rules need nft, which is not there (on "
			  "Debian: apt-get install nftables)");
		return -ENOENT;
	}
	for (size_t i = 0; args[i] != NULL; i++)
		argv[i + 1] = args[i];
	return tool_run(r->control, argv, input, len, result, error);
}

/* Is it JSON?  nft's own language never begins with a brace. */
static bool
is_json(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n", text[i]) != NULL)
		i++;
	return i < len && text[i] == '{';
}

/* => The whole stream, for free(), or NULL with errno. */
static char *
read_all(FILE *in, size_t *len)
{
	size_t room = 65536, n;
	char *text = malloc(room), *more;

	*len = 0;
	while (text != NULL &&
	       (n = fread(text + *len, 1, room - *len, in)) > 0) {
		*len += n;
		if (*len < room)
			continue;
		more = *len < RULESET_MOST ? realloc(text, 2 * room) : NULL;
		if (more == NULL) {
			free(text);
			errno = *len < RULESET_MOST ? ENOMEM : EFBIG;
			return NULL;
		}
		text = more;
		room *= 2;
	}
	if (text != NULL && ferror(in)) {
		free(text);
		return NULL;
	}
	return text;
}

/* What nft said of a ruleset, with the name that its user knows in the place
 * of that of the file it was given. */
static char *
named_message(const char *err, const char *given, const char *name)
{
	size_t len = strlen(given);
	char *message = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&message, &size);

	if (out == NULL)
		return NULL;
	while (*err != '\0') {
		size_t line = strcspn(err, "\n");

		line += err[line] == '\n';
		if (strncmp(err, given, len) == 0 && err[len] == ':') {
			err += len;
			line -= len;
			fputs(name, out);
		}
		fwrite(err, 1, line, out);
		err += line;
	}
	fclose(out);
	return message;
}

/* Put a text into a file of its own.  => 0, or -errno. */
static int
write_file(char *path, const char *text, size_t len)
{
	int fd = mkstemp(path), err = 0;

	if (fd < 0)
		return -errno;
	while (len > 0 && err == 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			err = -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	close(fd);
	if (err != 0)
		unlink(path);
	return err;
}

/* Have nft load a text: by standard input, so that a ruleset may come by a
 * pipe; but JSON by a file, for nft, if it cannot read it, tries again with
 * its other parser, finds nothing left on standard input, and is content.
 * => As run_nft(); 'path' is what nft calls the text. */
static int
run_load(struct rules *r, const char *text, size_t len, char *path,
	 struct tool_result *result, struct clew_error *error)
{
	static const char standard[] = "/dev/stdin";
	const char *const as_text[] = { "-f", "-", NULL };
	const char *const as_json[] = { "-j", "-f", path, NULL };
	int status;

	if (!is_json(text, len)) {
		memcpy(path, standard, sizeof(standard));
		return run_nft(r, as_text, text, len, result, error);
	}
	status = write_file(path, text, len);
	if (status != 0) {
		error_set(error, "%s: %s", path, strerror(-status));
		return status;
	}
	status = run_nft(r, as_json, NULL, 0, result, error);
	unlink(path);
	return status;
}

int
rules_load_text(struct rules *r, const char *text, size_t len,
		const char *name, char **message)
{
	struct tool_result result = { 0 };
	char path[] = "/tmp/clew-rules-XXXXXX";
	struct clew_error error = { "" };
	int status;

	*message = NULL;
	status = run_load(r, text, len, path, &result, &error);
	if (status != 0) {
		if (asprintf(message, "clew: %s\n", error.text) < 0)
			*message = NULL;
	} else if (result.status != 0) {
		status = -EINVAL;
		*message = result.err_len > 0 ?
			   named_message(result.err, path, name) : NULL;
		if (*message == NULL &&
		    asprintf(message, "clew: nft ended with status %d\n",
			     result.status) < 0)
			*message = NULL;
	}
	tool_result_fini(&result);
	return status;
}

/* In the child: nft as it is, with the kernel's netlink sockets. */
static void
become_nft(const char *nft, FILE *out, FILE *err)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(err), STDERR_FILENO);
	execl(nft, "nft", "list", "ruleset", (char *)NULL);
	_exit(127);
}

/* What the running kernel's ruleset is.
 * => For free(), or NULL after a line on standard error. */
static char *
list_kernel(struct rules *r, const char *who, size_t *len)
{
	FILE *out = tmpfile(), *err = tmpfile();
	char *text = NULL, *words = NULL;
	int status = -1;
	size_t size;
	pid_t pid;

	if (r->nft != NULL && out != NULL && err != NULL) {
		pid = fork();
		if (pid == 0)
			become_nft(r->nft, out, err);
		if (pid > 0)
			waitpid(pid, &status, 0);
		rewind(out);
		rewind(err);
	}
	if (status == 0) {
		text = read_all(out, len);
	} else if (r->nft == NULL) {
		fprintf(stderr, "%s: --rules kernel needs nft, which is not "
			"there (on Debian: apt-get install nftables)\n", who);
	} else {
		words = err != NULL ? read_all(err, &size) : NULL;
		if (words != NULL)
			size = strcspn(words, "\n") < size ?
			       strcspn(words, "\n") : size;
		fprintf(stderr, "%s: --rules kernel: the kernel's ruleset "
			"can be read by root alone%s%.*s\n", who,
			words != NULL && size > 0 ? ": " : "",
			words != NULL ? (int)size : 0,
			words != NULL ? words : "");
		free(words);
	}
	if (out != NULL)
		fclose(out);
	if (err != NULL)
		fclose(err);
	return text;
}

/* The text of a file, of standard input or of the kernel's ruleset.
 * => For free(), or NULL after a line on standard error. */
static char *
read_ruleset(struct rules *r, const char *who, const char *file, size_t *len)
{
	FILE *in = stdin;
	char *text;
	int err;

	if (strcmp(file, "kernel") == 0)
		return list_kernel(r, who, len);
	if (strcmp(file, "-") != 0)
		in = fopen(file, "re");
	text = in != NULL ? read_all(in, len) : NULL;
	err = errno;
	if (in != NULL && in != stdin)
		fclose(in);
	if (text == NULL)
		fprintf(stderr, "%s: --rules: %s: %s\n", who, file,
			strerror(err));
	return text;
}

int
rules_load(struct rules *r, const char *who, const char *file)
{
	char *message, *text;
	size_t len;
	int status;

	text = read_ruleset(r, who, file, &len);
	if (text == NULL)
		return -EIO;
	status = rules_load_text(r, text, len, file, &message);
	if (status != 0 && message != NULL)
		fputs(message, stderr);
	free(message);
	free(text);
	return status;
}

void
rules_print_notices(const struct rules *r)
{
	const char *notice;

	for (size_t i = 0; (notice = clew_engine_notice(r->engine, i)); i++)
		fprintf(stderr, "clew: %s\n", notice);
}

int
rules_list(struct rules *r, const char *who, bool json,
	   struct tool_result *result)
{
	const char *const as_json[] = { "-j", "list", "ruleset", NULL };
	const char *const as_text[] = { "list", "ruleset", NULL };
	struct clew_error error = { "" };
	int status = run_nft(r, json ? as_json : as_text, NULL, 0, result,
			     &error);

	if (status != 0) {
		fprintf(stderr, "%s: %s\n", who, error.text);
	} else if (result->status != 0) {
		fputs(result->err, stderr);
		status = -EIO;
	}
	return status;
}

int
rules_read(struct rules *r, const char *who)
{
	const char *const args[] = { "-a", "list", "ruleset", NULL };
	struct clew_error error = { "" };
	struct tool_result result;
	int status = run_nft(r, args, NULL, 0, &result, &error);

	if (status == 0 && result.status != 0) {
		error_set(&error, "nft cannot list what it loaded");
		status = -EIO;
	}
	if (status == 0) {
		rule_texts_fini(&r->texts);
		status = rule_texts_read(&r->texts, result.out,
					 result.out_len);
		if (status != 0)
			error_set(&error, "%s", strerror(-status));
	}
	if (status != 0)
		fprintf(stderr, "%s: %s\n", who, error.text);
	tool_result_fini(&result);
	return status;
}

const char *
rules_text(const struct rules *r, const struct clew_rule *rule)
{
	return rule_texts_lookup(&r->texts, rule);
}
