/* SPDX-License-Identifier: BSD-2-Clause
 * fuzz/scenario.c - target: the language of tests, read and then run. */
#include "fuzz/fuzz.h"

#include "scenario/scenario.h"

static void
say(void *ctx, const struct scenario_step *step, unsigned column,
    const char *text)
{
	size_t *said = ctx;

	(void)column;
	*said += step->line + strlen(text);
}

static void
trace(void *ctx, const struct scenario_step *step, const char *text)
{
	say(ctx, step, 0, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario_error error = { 0 };
	struct scenario_engine *engine;
	struct scenario *s;
	size_t said = 0;
	char *copy = malloc(size + !size);
	const struct scenario_report report = {
		.fail = say, .trace = trace, .ctx = &said,
	};

	if (size)
		memcpy(copy, data, size);
	if (scenario_parse(&s, "some/where.clew", copy, size, &error)) {
		MUST(error.text[0] && error.line >= 1 && error.column >= 1);
		free(copy);
		return 0;
	}
	/* Nothing may point into the text any more. */
	free(copy);
	engine = scenario_engine_create(NULL);
	for (size_t i = 0; engine && i < s->count; i++) {
		struct scenario_result result = { 0 };

		scenario_run(&s->test[i], &scenario_engine_ops, engine,
			     &report, &result);
	}
	scenario_engine_destroy(engine);
	scenario_destroy(s);
	return 0;
}
