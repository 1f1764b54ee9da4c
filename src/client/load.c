/* SPDX-License-Identifier: BSD-2-Clause
 * client/load.c - conntrack -R: commands from a file, many at a time.
 *
 * The file is read twice: first all its lines are checked, so that a wrong
 * one leaves the table as it was; then they are done.  Lines that create go
 * out together, in order with all others. */
#include "client/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/option.h"
#include "client/parse.h"
#include "nl/uapi_ct.h"

enum { WORDS_MOST = 255 };

struct load {
	struct session *s;
	struct labels *labels;
	FILE *file;
	unsigned long number;		/* of the line */
	char *text;
	size_t room;
	int status;
	unsigned long line[WIRE_BATCH];	/* of the requests that wait */
	uint32_t waiting;
};

/* The next line's words behind a program name.  => 0 at the end; -1 with a
 * message. */
static int
next_line(struct load *l, char *words[])
{
	for (;;) {
		ssize_t len = getline(&l->text, &l->room, l->file);
		int count;

		if (len < 0)
			return 0;
		l->number++;
		if (strlen(l->text) != (size_t)len) {
			show_note("line %lu: a NUL in it", l->number);
			return -1;
		}
		if (l->text[strspn(l->text, " \t\r\n")] == '#')
			continue;
		words[0] = (char *)(uintptr_t)"conntrack";
		count = parse_line(l->text, words + 1, WORDS_MOST - 1);
		if (count < 0) {
			show_note("line %lu: too many words, or a quote "
				  "without its end", l->number);
			return -1;
		}
		if (count > 0)
			return count + 1;
	}
}

/* => 0, or an exit status with a message. */
static int
read_order(struct load *l, struct order *o, int count, char *words[])
{
	struct parse_error error;

	if (parse_order(o, count, words, l->labels, &error)) {
		show_note("line %lu: %s", l->number, error.error.text);
		return error.status;
	}
	switch (o->command) {
	case ORDER_CREATE:
	case ORDER_ADD:
	case ORDER_UPDATE:
	case ORDER_DELETE:
	case ORDER_FLUSH:
		return 0;
	default:
		break;
	}
	if (o->command < ORDER_COMMANDS)
		show_note("Cannot use command `-%c' with --load-file",
			  command_infos[o->command].letter);
	else
		show_note("line %lu: no command", l->number);
	return 2;
}

static void
line_failed(void *ctx, uint32_t number, int err)
{
	struct load *l = ctx;

	if (number < l->waiting)
		show_note("line %lu: %s", l->line[number], err == -EEXIST ?
			  "Such conntrack exists, try -U to update" :
			  strerror(-err));
	l->status = 1;
}

static int
flush(struct load *l)
{
	int err = wire_flush(l->s->wire, NULL, line_failed, l);

	l->waiting = 0;
	if (err) {
		show_note("Operation failed: %s", strerror(-err));
		l->status = 1;
	}
	return err;
}

static int
add_new(struct load *l, const struct order *o)
{
	uint16_t excl = o->command == ORDER_CREATE ? NLM_F_EXCL : 0;
	struct nl_writer *w = wire_add(l->s->wire, NFNL_SUBSYS_CTNETLINK << 8 |
				       IPCTNL_MSG_CT_NEW,
				       NLM_F_CREATE | excl, o->family);
	int err;

	table_encode_new(w, o);
	err = wire_added(l->s->wire);
	if (err == -EMSGSIZE) {
		show_note("line %lu: too long", l->number);
		l->status = 1;
		return 0;
	}
	l->line[l->waiting++] = l->number;
	return err == -ENOSPC ? flush(l) : 0;
}

static int
do_line(struct load *l, const struct order *o)
{
	struct session line = *l->s;
	int status;

	if (o->table == ORDER_CONNTRACK &&
	    (o->command == ORDER_CREATE || o->command == ORDER_ADD))
		return add_new(l, o);
	if (flush(l))
		return -1;
	line.order = o;
	line.show.order = o;
	line.count = 0;
	line.is_quiet = true;
	status = run_order(&line);
	/* To find nothing is no failure here. */
	if (status && line.count == 0 &&
	    (o->command == ORDER_DELETE || o->command == ORDER_UPDATE))
		return 0;
	if (status)
		l->status = status;
	return 0;
}

/* 'is_check': only look.  => 0, or -1: stop. */
static int
each_line(struct load *l, bool is_check)
{
	char *words[WORDS_MOST];
	int count;

	l->number = 0;
	while ((count = next_line(l, words)) > 0) {
		struct order o;
		int err = read_order(l, &o, count, words);

		if (err)
			l->status = err;
		else if (!is_check)
			err = do_line(l, &o);
		order_fini(&o);
		if (err)
			return -1;
	}
	if (count < 0)
		l->status = 2;
	return count;
}

/* Standard input is read but once: keep it. */
static FILE *
keep(FILE *in)
{
	FILE *copy = tmpfile();
	char buffer[1 << 16];
	size_t n;

	while (copy && (n = fread(buffer, 1, sizeof(buffer), in)) > 0) {
		if (fwrite(buffer, 1, n, copy) != n) {
			fclose(copy);
			return NULL;
		}
	}
	if (copy)
		rewind(copy);
	return copy;
}

int
load_file(struct session *s, struct labels *labels)
{
	const char *name = s->order->file;
	struct load l = { .s = s, .labels = labels };

	l.file = strcmp(name, "-") == 0 ? keep(stdin) : fopen(name, "re");
	if (!l.file) {
		show_note("Failed to open file %s for reading", name);
		show_try();
		return 2;
	}
	if (each_line(&l, true) == 0) {
		rewind(l.file);
		each_line(&l, false);
		flush(&l);
	}
	fclose(l.file);
	free(l.text);
	return l.status;
}
