/* SPDX-License-Identifier: BSD-2-Clause
 * top/top.c - clew top: parse, open, and show: once, or until told to stop. */
#include "top/top.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "top/screen.h"
#include "top/text.h"

enum { JSON_SIZE = 4096, JSON_ROW = 512 };

static void
print_line(void *ctx, enum top_tone tone, const char *text)
{
	(void)ctx;
	(void)tone;
	puts(text);
}

static int
print_json(const struct top_look *look, size_t lines)
{
	size_t size = JSON_SIZE;
	struct strbuf sb;
	char *text;

	for (int v = 0; v < TOP_VIEWS; v++)
		size += JSON_ROW * (look->rows[v] < lines ? look->rows[v] :
							    lines);
	text = malloc(size);
	if (!text)
		return -ENOMEM;
	strbuf_init(&sb, text, size);
	top_text_json(look, lines, &sb);
	puts(text);
	free(text);
	return 0;
}

static int
print_look(const struct top_options *o, const struct top_look *look)
{
	unsigned width = top_text_width(look, o->views, o->lines);

	if (o->is_json)
		return print_json(look, o->lines);
	top_text_head(look, print_line, NULL);
	for (int v = 0; v < TOP_VIEWS; v++) {
		if (!(o->views & 1u << v))
			continue;
		putchar('\n');
		top_text_panel(look, (enum top_view)v, o->sort, 0, o->lines,
			       width, print_line, NULL);
	}
	return 0;
}

static void
rest(double seconds)
{
	struct timespec ts = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

/* Two looks: rates need both. */
static int
run_once(const struct top_options *o, struct top_look *look,
	 struct wire *wire)
{
	int err = look_take(look, wire, &o->filter->order, o->sort);

	if (!err && o->interval > 0) {
		rest(o->interval);
		err = look_take(look, wire, &o->filter->order, o->sort);
	}
	return err ? err : print_look(o, look);
}

static int
run(struct top_options *o)
{
	struct top_look *look = calloc(1, sizeof(*look));
	struct clew_error error = { "" };
	struct wire *wire;
	int err;

	if (wire_open(&wire, o->netns, &error)) {
		fprintf(stderr, "clew top: %s\n", error.text);
		free(look);
		return 1;
	}
	err = look ? look_init(look) : -ENOMEM;
	if (!err) {
		look->views = o->views | 1u << TOP_SRC;	/* who fills it */
		err = o->is_once ? run_once(o, look, wire) :
				   screen_run(o, look, wire);
		look_fini(look);
	}
	free(look);
	wire_close(wire);
	if (err)
		fprintf(stderr, "clew top: %s\n",
			err == -EPERM ? "only root (CAP_NET_ADMIN) may read "
					"the kernel's table" : strerror(-err));
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "clew top: cannot write: %s\n",
			strerror(errno));
		return 1;
	}
	return err ? 1 : 0;
}

int
top_main(int argc, char **argv)
{
	struct clew_error error = { "" };
	struct top_options o;
	int status = 2;

	if (top_options_read(&o, argc, argv, &error))
		fprintf(stderr, "clew top: %s\n", error.text);
	else if (!o.is_once && !isatty(STDOUT_FILENO))
		fputs("clew top: standard output is no terminal: --once prints "
		      "instead\n", stderr);
	else
		status = run(&o);
	top_options_fini(&o);
	return status;
}
