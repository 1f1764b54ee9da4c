/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rules.c - rulesets: nft and iptables load them into an engine and list
 * them.
 *
 * They are the ones that know their languages: they are run, unprivileged,
 * with their netlink sockets carried to the engine (io/tool).  What nft has
 * to say is handed on as it is, what iptables says in one line (cli/iptables).
 * iptables' tables are nf_tables' own; they are listed by iptables, though, if
 * it was what loaded something. */
#define _GNU_SOURCE
#include "cli/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/iptables.h"
#include "cli/rule_places.h"
#include "cli/rule_text.h"

enum { RULESET_MOST = 256 << 20 };

struct rules {
	struct clew_engine *engine;
	struct clew_control *control;
	bool owns_control;
	struct rule_texts texts;
	char *nft;		/* where it is, or NULL */
	bool has_nft;		/* nft loaded something, */
	bool has_iptables[2];	/* iptables, ip6tables did */
};

static const char *const restore_names[] = {
	"iptables-nft-restore", "ip6tables-nft-restore",
};
static const char *const save_names[] = {
	"iptables-nft-save", "ip6tables-nft-save",
};

/* In PATH, and where administrators' programs are that an ordinary user's
 * PATH leaves out.  => For free(), or NULL. */
static char *
find_program(const char *name)
{
	const char *path = getenv("PATH");
	char *dirs, *rest, *dir, *found = NULL;

	if (asprintf(&dirs, "%s:/usr/local/sbin:/usr/sbin:/sbin",
		     path != NULL ? path : "") < 0)
		return NULL;
	rest = dirs;
	while (found == NULL && (dir = strsep(&rest, ":")) != NULL) {
		if (*dir == '\0' || asprintf(&found, "%s/%s", dir, name) < 0) {
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
	r->nft = find_program("nft");
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

/* The same with a NUL behind it, that is not counted. */
static char *
read_text(FILE *in, size_t *len)
{
	char *text = read_all(in, len), *more;

	if (text == NULL)
		return NULL;
	more = realloc(text, *len + 1);
	if (more == NULL) {
		free(text);
		return NULL;
	}
	more[*len] = '\0';
	return more;
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

/* iptables-restore or iptables-save, of either family.
 * => As run_nft(). */
static int
run_iptables(struct rules *r, const char *name, const char *option,
	     const char *input, size_t len, struct tool_result *result,
	     struct clew_error *error)
{
	char *program = find_program(name);
	const char *const argv[] = { program, option, NULL };
	int status = -ENOENT;

	memset(result, 0, sizeof(*result));
	if (program == NULL)
		error_set(error, "iptables' rules need %s, which is not there "
			  "(on Debian: apt-get install iptables)", name);
	else
		status = tool_run(r->control, argv, input, len, result, error);
	free(program);
	return status;
}

/* Have iptables load a text.  => As run_nft(). */
static int
run_restore(struct rules *r, const char *text, size_t len, bool is_six,
	    struct tool_result *result, struct clew_error *error)
{
	size_t prepared_len;
	char *prepared = iptables_prepare(text, len, &prepared_len);
	int status = -ENOMEM;

	memset(result, 0, sizeof(*result));
	if (prepared != NULL)
		status = run_iptables(r, restore_names[is_six], "-c",
				      prepared, prepared_len, result, error);
	else
		error_set(error, "%s", strerror(ENOMEM));
	free(prepared);
	return status;
}

/* => As rules_load_text(). */
static int
load_iptables(struct rules *r, const char *text, size_t len, bool is_six,
	      const char *name, char **message)
{
	struct tool_result result = { 0 };
	struct clew_error error = { "" };
	const char *refusal;
	int status;

	clew_control_refusal(r->control);
	status = run_restore(r, text, len, is_six, &result, &error);
	refusal = clew_control_refusal(r->control);
	if (status != 0) {
		if (asprintf(message, "clew: %s\n", error.text) < 0)
			*message = NULL;
	} else if (result.status != 0) {
		status = -EINVAL;
		*message = iptables_message(result.err, refusal, text, len,
					    name, is_six);
		if (*message == NULL &&
		    asprintf(message, "clew: %s ended with status %d\n",
			     restore_names[is_six], result.status) < 0)
			*message = NULL;
	} else {
		*message = iptables_warnings(result.err, name);
		r->has_iptables[is_six] = true;
	}
	tool_result_fini(&result);
	return status;
}

/* => As rules_load_text(). */
static int
load_nft(struct rules *r, const char *text, size_t len, const char *name,
	 char **message)
{
	struct tool_result result = { 0 };
	char path[] = "/tmp/clew-rules-XXXXXX";
	struct clew_error error = { "" };
	int status = run_load(r, text, len, path, &result, &error);

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
	} else {
		r->has_nft = true;
	}
	tool_result_fini(&result);
	return status;
}

static const char six_prefix[] = "ip6:";

const char *
rules_path(const char *file)
{
	size_t len = sizeof(six_prefix) - 1;

	return strncmp(file, six_prefix, len) == 0 ? file + len : file;
}

int
rules_load_text(struct rules *r, const char *text, size_t len,
		const char *name, char **message)
{
	bool is_six = rules_path(name) != name;
	const char *mistake = iptables_mistaken(text, len);

	*message = NULL;
	name = rules_path(name);
	if (iptables_is_save(text, len))
		return load_iptables(r, text, len,
				     is_six || iptables_is_six(text, len),
				     name, message);
	if (mistake == NULL && is_six)
		mistake = "is not what 'ip6tables-save' prints";
	if (mistake == NULL)
		return load_nft(r, text, len, name, message);
	if (asprintf(message, "%s: %s\n", name, mistake) < 0)
		*message = NULL;
	return -EINVAL;
}

/* In the child: a program as it is, with the kernel's netlink sockets. */
static void
become(const char *const argv[], FILE *out, FILE *err)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(err), STDERR_FILENO);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* What a program says of the kernel's rules.
 * => For free(), or NULL and in '*words' (for free()) what it complained of. */
static char *
ask_kernel(const char *const argv[], size_t *len, char **words)
{
	FILE *out = tmpfile(), *err = tmpfile();
	char *text = NULL;
	int status = -1;
	size_t size;
	pid_t pid;

	*words = NULL;
	if (out != NULL && err != NULL) {
		pid = fork();
		if (pid == 0)
			become(argv, out, err);
		if (pid > 0)
			waitpid(pid, &status, 0);
		rewind(out);
		rewind(err);
	}
	if (status == 0)
		text = read_text(out, len);
	else if (err != NULL)
		*words = read_text(err, &size);
	if (out != NULL)
		fclose(out);
	if (err != NULL)
		fclose(err);
	return text;
}

/* What the running kernel's ruleset is, by nft.
 * => For free(), or NULL after a line on standard error. */
static char *
list_kernel(struct rules *r, const char *who, size_t *len)
{
	const char *const argv[] = { r->nft, "list", "ruleset", NULL };
	char *text, *words;

	if (r->nft == NULL) {
		fprintf(stderr, "%s: --rules kernel needs nft, which is not "
			"there (on Debian: apt-get install nftables)\n", who);
		return NULL;
	}
	text = ask_kernel(argv, len, &words);
	if (text == NULL)
		fprintf(stderr, "%s: --rules kernel: the kernel's ruleset "
			"can be read by root alone%s%.*s\n", who,
			words != NULL && *words != '\0' ? ": " : "",
			words != NULL ? (int)strcspn(words, "\n") : 0,
			words != NULL ? words : "");
	free(words);
	return text;
}

/* Has it rules that nft shows, but has no words for? */
static bool
has_extensions(const char *text)
{
	return strstr(text, "xt match ") != NULL ||
	       strstr(text, "xt target ") != NULL;
}

/* Take what is iptables' out of nft's text: that is loaded as iptables saves
 * it.  => For free(), or NULL: there is nothing. */
static char *
save_kernel(char *text, bool is_six)
{
	char *program = find_program(save_names[is_six]);
	const char *const argv[] = { program, NULL };
	char *saved = NULL, *words = NULL;
	size_t len;

	if (program != NULL)
		saved = ask_kernel(argv, &len, &words);
	if (saved != NULL && !iptables_is_save(saved, len)) {
		free(saved);
		saved = NULL;
	}
	if (saved != NULL)
		iptables_cut_tables(text, saved, is_six);
	free(words);
	free(program);
	return saved;
}

/* => 0; or -errno after words on standard error, with 'is_quiet' those alone
 * that say why it failed. */
static int
say(int status, char *message, bool is_quiet)
{
	if (message != NULL && (status != 0 || !is_quiet))
		fputs(message, stderr);
	free(message);
	return status;
}

static int
load_kernel(struct rules *r, const char *who, bool is_quiet)
{
	char *saved[2] = { NULL, NULL }, *message = NULL, *text;
	int status;
	size_t len;

	text = list_kernel(r, who, &len);
	if (text == NULL)
		return -EIO;
	for (int six = 0; six < 2 && has_extensions(text); six++)
		saved[six] = save_kernel(text, six);
	status = load_nft(r, text, strlen(text), "kernel", &message);
	status = say(status, message, is_quiet);
	for (int six = 0; six < 2; six++) {
		if (saved[six] != NULL && status == 0) {
			status = load_iptables(r, saved[six],
					       strlen(saved[six]), six,
					       "kernel", &message);
			status = say(status, message, is_quiet);
		}
		free(saved[six]);
	}
	free(text);
	return status;
}

/* Standard input comes once, but several engines may load it. */
static char *
read_standard_input(const char *who, size_t *len)
{
	static char *text;
	static size_t size;
	char *copy;

	if (text == NULL)
		text = read_all(stdin, &size);
	copy = text != NULL ? malloc(size + 1) : NULL;
	if (copy == NULL) {
		fprintf(stderr, "%s: --rules: -: %s\n", who, strerror(errno));
		return NULL;
	}
	memcpy(copy, text, size);
	*len = size;
	return copy;
}

/* The text of a file or of standard input.
 * => For free(), or NULL after a line on standard error. */
static char *
read_ruleset(const char *who, const char *file, size_t *len)
{
	char *text;
	FILE *in;
	int err;

	file = rules_path(file);
	if (strcmp(file, "-") == 0)
		return read_standard_input(who, len);
	in = fopen(file, "re");
	text = in != NULL ? read_all(in, len) : NULL;
	err = errno;
	if (in != NULL)
		fclose(in);
	if (text == NULL)
		fprintf(stderr, "%s: --rules: %s: %s\n", who, file,
			strerror(err));
	return text;
}

int
rules_load(struct rules *r, const char *who, const char *file, bool is_quiet)
{
	char *message, *text;
	size_t len;
	int status;

	if (strcmp(file, "kernel") == 0)
		return load_kernel(r, who, is_quiet);
	text = read_ruleset(who, file, &len);
	if (text == NULL)
		return -EIO;
	status = rules_load_text(r, text, len, file, &message);
	free(text);
	return say(status, message, is_quiet);
}

void
rules_print_notices(const struct rules *r)
{
	const char *notice;

	for (size_t i = 0; (notice = clew_engine_notice(r->engine, i)); i++)
		fprintf(stderr, "clew: %s\n", notice);
}

/* => 0, or -errno with words. */
static int
list_nft(struct rules *r, const char *option, struct tool_result *result,
	 struct clew_error *error)
{
	const char *const with[] = { option, "list", "ruleset", NULL };
	int status = run_nft(r, option != NULL ? with : with + 1, NULL, 0,
			     result, error);

	if (status == 0 && result->status != 0) {
		status = -EIO;
		error_set(error, "nft cannot list what it loaded: %.*s",
			  (int)strcspn(result->err, "\n"), result->err);
	}
	return status;
}

/* What iptables-save says; '*listing' is for free().
 * => 0, or -errno with words. */
static int
list_iptables(struct rules *r, bool is_six, const char *option,
	      char **listing, struct clew_error *error)
{
	struct tool_result result;
	int status = run_iptables(r, save_names[is_six], option, NULL, 0,
				  &result, error);

	*listing = NULL;
	if (status == 0 && result.status != 0) {
		status = -EIO;
		error_set(error, "%s: %.*s", save_names[is_six],
			  (int)strcspn(result.err, "\n"), result.err);
	} else if (status == 0) {
		*listing = iptables_listing(result.out, is_six);
		if (*listing == NULL) {
			status = -ENOMEM;
			error_set(error, "%s", strerror(ENOMEM));
		}
	}
	tool_result_fini(&result);
	return status;
}

/* Did iptables load all there is? */
static bool
is_of_iptables(const struct rules *r)
{
	return !r->has_nft && (r->has_iptables[0] || r->has_iptables[1]);
}

/* Put a text behind a result's. */
static int
append(struct tool_result *result, const char *text)
{
	size_t len = strlen(text);
	char *out = realloc(result->out, result->out_len + len + 1);

	if (out == NULL)
		return -ENOMEM;
	memcpy(out + result->out_len, text, len + 1);
	result->out = out;
	result->out_len += len;
	return 0;
}

/* Put iptables' tables behind what nft has listed, and out of it. */
static int
append_iptables(struct rules *r, bool is_six, bool json,
		struct tool_result *result, struct clew_error *error)
{
	char *listing, *object = NULL;
	int status = list_iptables(r, is_six, "-c", &listing, error);

	if (status != 0)
		return status;
	if (json) {
		object = iptables_json(listing, is_six);
		status = object != NULL ? append(result, object) : -ENOMEM;
	} else {
		if (result->out != NULL) {
			iptables_cut_tables(result->out, listing, is_six);
			result->out_len = strlen(result->out);
		}
		status = append(result, listing);
	}
	if (status != 0)
		error_set(error, "%s", strerror(-status));
	free(object);
	free(listing);
	return status;
}

int
rules_list(struct rules *r, const char *who, bool json,
	   struct tool_result *result)
{
	struct clew_error error = { "" };
	int status = 0;

	memset(result, 0, sizeof(*result));
	if (!is_of_iptables(r))
		status = list_nft(r, json ? "-j" : NULL, result, &error);
	for (int six = 0; six < 2 && status == 0; six++) {
		if (r->has_iptables[six])
			status = append_iptables(r, six, json, result, &error);
	}
	if (status != 0)
		fprintf(stderr, "%s: %s\n", who, error.text);
	return status;
}

static int
read_nft(struct rules *r, struct clew_error *error)
{
	struct tool_result result;
	int status = list_nft(r, "-a", &result, error);

	if (status == 0) {
		status = rule_texts_read(&r->texts, result.out,
					 result.out_len);
		if (status != 0)
			error_set(error, "%s", strerror(-status));
	}
	tool_result_fini(&result);
	return status;
}

static int
read_iptables(struct rules *r, bool is_six, struct clew_error *error)
{
	uint8_t family = is_six ? NFPROTO_IPV6 : NFPROTO_IPV4;
	struct rule_place *places = NULL;
	char *listing;
	size_t count;
	int status = list_iptables(r, is_six, NULL, &listing, error);

	if (status != 0)
		return status;
	status = rule_places_read(r->control, family, &places, &count);
	if (status == 0)
		status = rule_texts_read_iptables(&r->texts, family, listing,
						  places, count);
	if (status != 0)
		error_set(error, "%s", strerror(-status));
	free(places);
	free(listing);
	return status;
}

int
rules_read(struct rules *r, const char *who)
{
	struct clew_error error = { "" };
	int status = 0;

	rule_texts_fini(&r->texts);
	if (!is_of_iptables(r))
		status = read_nft(r, &error);
	for (int six = 0; six < 2 && status == 0; six++) {
		if (r->has_iptables[six])
			status = read_iptables(r, six, &error);
	}
	if (status != 0)
		fprintf(stderr, "%s: %s\n", who, error.text);
	return status;
}

const char *
rules_text(const struct rules *r, const struct clew_rule *rule)
{
	return rule_texts_lookup(&r->texts, rule);
}
