/* SPDX-License-Identifier: BSD-2-Clause
 * cli/test.c - clew test: run scenarios and say in TAP how they went.
 *
 * All files are read before the first test runs, so that the plan is known.
 * A file that cannot be read or understood counts as one failed test. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/rules.h"
#include "scenario/scenario.h"

#define FILE_MOST (64 << 20)

struct source {
	const char *path;
	struct scenario *scenario;	/* NULL: 'error' says why */
	struct scenario_error error;
};

static const char help[] =
"usage: clew test [-v] FILE...\n"
"\n"
"Runs tests written in the scenario language (packets, waits and what is\n"
"expected of them; see clew-test(1)) and prints the results in TAP.  '-' is\n"
"standard input.\n"
"\n"
"  -v   print what every packet was called, and the events, as comments\n"
"\n"
"Exit status: 0 when every test passed, 1 when one failed or could not be\n"
"read, 2 when the command line is wrong.\n";

/* => The whole file, for free(), or NULL with errno. */
static char *
read_file(const char *path, size_t *len)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	size_t room = 65536;
	char *text = malloc(room);
	size_t n;

	*len = 0;
	if (!in || !text)
		goto fail;
	while ((n = fread(text + *len, 1, room - *len, in)) > 0) {
		*len += n;
		if (*len > FILE_MOST) {
			errno = EFBIG;
			goto fail;
		}
		if (*len == room) {
			char *more = realloc(text, 2 * room);

			if (!more)
				goto fail;
			text = more;
			room *= 2;
		}
	}
	if (ferror(in))
		goto fail;
	if (in != stdin)
		fclose(in);
	return text;
fail:
	if (in && in != stdin)
		fclose(in);
	free(text);
	return NULL;
}

static void
load(struct source *source)
{
	size_t len;
	char *text = read_file(source->path, &len);

	if (!text) {
		source->error.line = 1;
		source->error.column = 1;
		snprintf(source->error.text, sizeof(source->error.text), "%s",
			 strerror(errno));
		return;
	}
	scenario_parse(&source->scenario, source->path, text, len,
		       &source->error);
	free(text);
}

static void
on_fail(void *ctx, const struct scenario_step *step, unsigned column,
	const char *text)
{
	const struct source *source = ctx;

	printf("# %s:%u:%u: %s\n", source->path, step->line, column, text);
}

static void
on_trace(void *ctx, const struct scenario_step *step, const char *text)
{
	(void)ctx;
	printf("#   %u: %s\n", step->line, text);
}

static void
on_explain(void *ctx, const char *text)
{
	(void)ctx;
	printf("#   %s\n", text);
}

/* What loads the scenarios' rulesets: nft, by way of cli/rules. */

static void *
loader_begin(struct clew_engine *engine)
{
	struct rules *rules;

	return rules_create(&rules, engine, NULL) == 0 ? rules : NULL;
}

static void
loader_end(void *loader)
{
	rules_destroy(loader);
}

static int
loader_rules(void *loader, const char *text, const char *name,
	     char **message)
{
	char *own = NULL;
	size_t len;
	int rc;

	if (!text) {
		own = read_file(rules_path(name), &len);
		if (!own) {
			rc = -errno;
			*message = strdup(strerror(errno));
			return rc;
		}
		text = own;
	} else {
		len = strlen(text);
	}
	rc = rules_load_text(loader, text, len, name, message);
	free(own);
	return rc == 0 ? rules_read(loader, "clew test") : rc;
}

static int
loader_ruleset(void *loader, char **text)
{
	struct tool_result result;
	int rc = rules_list(loader, "clew test", false, &result);

	if (rc == 0) {
		*text = result.out;
		result.out = NULL;
	}
	tool_result_fini(&result);
	return rc;
}

static const char *
loader_rule(void *loader, const struct clew_rule *rule)
{
	return rules_text(loader, rule);
}

static const struct scenario_loader loader = {
	.begin = loader_begin,
	.end = loader_end,
	.rules = loader_rules,
	.ruleset = loader_ruleset,
	.rule = loader_rule,
};

/* Run the tests of one file.  => How many failed. */
static unsigned
run(struct source *source, struct scenario_engine *engine, bool verbose,
    unsigned *number)
{
	struct scenario_report report = {
		.fail = on_fail,
		.trace = verbose ? on_trace : NULL,
		.explain = on_explain,
		.ctx = source,
	};
	unsigned failed = 0;

	if (!source->scenario) {
		printf("# %s:%u:%u: %s\n", source->path, source->error.line,
		       source->error.column, source->error.text);
		printf("not ok %u - %s cannot be run\n", ++*number,
		       source->path);
		return 1;
	}
	for (size_t i = 0; i < source->scenario->count; i++) {
		const struct scenario_test *test = &source->scenario->test[i];
		struct scenario_result result;

		if (verbose)
			printf("# %s:%u: %s\n", source->path, test->line,
			       test->title);
		scenario_run(test, &scenario_engine_ops, engine, &report,
			     &result);
		failed += result.failed > 0;
		printf("%s %u - %s\n", result.failed > 0 ? "not ok" : "ok",
		       ++*number, test->title);
	}
	return failed;
}

static int
run_all(struct source *sources, size_t count, bool verbose)
{
	struct scenario_engine *engine = scenario_engine_create(&loader);
	unsigned failed = 0, number = 0;
	size_t tests = 0;

	if (!engine) {
		fputs("clew: out of memory\n", stderr);
		return EXIT_TROUBLE;
	}
	for (size_t i = 0; i < count; i++) {
		load(&sources[i]);
		tests += sources[i].scenario ? sources[i].scenario->count : 1;
	}
	printf("1..%zu\n", tests);
	for (size_t i = 0; i < count; i++) {
		failed += run(&sources[i], engine, verbose, &number);
		scenario_destroy(sources[i].scenario);
	}
	scenario_engine_destroy(engine);
	if (fflush(stdout) != 0) {
		fprintf(stderr, "clew: standard output: %s\n",
			strerror(errno));
		return EXIT_TROUBLE;
	}
	return failed > 0 ? EXIT_TROUBLE : EXIT_OK;
}

static int
scenario_main(int argc, char **argv)
{
	struct source *sources;
	bool verbose = false;
	int first = 1, status;

	for (; first < argc && argv[first][0] == '-' &&
	       argv[first][1] != '\0'; first++) {
		if (strcmp(argv[first], "-v") == 0) {
			verbose = true;
		} else if (strcmp(argv[first], "--") == 0) {
			first++;
			break;
		} else if (strcmp(argv[first], "--help") == 0 ||
			   strcmp(argv[first], "-h") == 0) {
			fputs(help, stdout);
			return EXIT_OK;
		} else {
			fprintf(stderr, "clew: test has no option '%s'\n%s",
				argv[first], help);
			return EXIT_USAGE;
		}
	}
	if (first >= argc) {
		fprintf(stderr, "clew: test of which file?\n%s", help);
		return EXIT_USAGE;
	}
	sources = calloc((size_t)(argc - first), sizeof(*sources));
	if (!sources) {
		fputs("clew: out of memory\n", stderr);
		return EXIT_TROUBLE;
	}
	for (int i = first; i < argc; i++)
		sources[i - first].path = argv[i];
	status = run_all(sources, (size_t)(argc - first), verbose);
	free(sources);
	return status;
}

const struct command test_command = {
	.name = "test",
	.summary = "run tests written as packets and what they should do",
	.help = help,
	.run = scenario_main,
};
