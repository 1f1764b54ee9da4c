/* SPDX-License-Identifier: BSD-2-Clause
 * client/load.c - conntrack -R: commands from a file, many at a time.
 *
 * A wrong line leaves the table as it was, so all lines are read before any
 * is done.  Meanwhile what they come to is kept in a file without a name:
 * creations as they will be sent, the others as their text; so each is parsed
 * but once and memory stays constant.  Then all is done in order, creations
 * many at a time. */
#define _GNU_SOURCE		/* memfd_create() */
#include "client/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/option.h"
#include "client/parse.h"
#include "nl/uapi_ct.h"

enum {
	WORDS_MOST = 255,
	REQUEST_MOST = 4096,
	BUFFER_SIZE = 1 << 17,
};

/* Before what is kept of a line: 'size' bytes. */
struct kept {
	uint64_t line;
	uint32_t size;
	uint32_t plain_size;	/* without translations */
	bool is_request;	/* attributes of a new connection; else text */
	bool may_exist;
	uint8_t family;
};

struct load {
	struct session *s;
	struct labels *labels;
	FILE *in;
	FILE *kept;
	unsigned long number;		/* of the line */
	char *text;
	size_t room;
	char *copy;			/* of the text, before it is cut up */
	size_t copy_room;
	int status;
	/* The requests that wait, where they stand in what was kept, and which
	 * of them are of connections that exist already. */
	struct kept wait[WIRE_BATCH];
	off_t at[WIRE_BATCH];
	uint32_t waiting;
	uint32_t again[WIRE_BATCH];
	uint32_t agains;
};

/* Reading. */

/* => How many words, behind a program's name; -1 with a message. */
static int
split(struct load *l, char *text, char *words[])
{
	int count;

	words[0] = (char *)(uintptr_t)"conntrack";
	count = parse_line(text, words + 1, WORDS_MOST - 1);
	if (count < 0)
		show_note("line %lu: too many words, or a quote without its "
			  "end", l->number);
	return count < 0 ? -1 : count + 1;
}

/* The next line that says something.  => Its words; 0 at the end; -1 with a
 * message. */
static int
next_line(struct load *l, char *words[])
{
	ssize_t len;

	while ((len = getline(&l->text, &l->room, l->in)) >= 0) {
		size_t blank = strspn(l->text, " \t\r\n");

		l->number++;
		if (strlen(l->text) != (size_t)len) {
			show_note("line %lu: a NUL in it", l->number);
			return -1;
		}
		if (l->text[blank] == '#' || l->text[blank] == '\0')
			continue;
		if (l->copy_room < l->room) {
			free(l->copy);
			l->copy_room = l->room;
			l->copy = malloc(l->copy_room);
		}
		if (!l->copy) {
			show_note("out of memory");
			return -1;
		}
		memcpy(l->copy, l->text, (size_t)len + 1);
		return split(l, l->text, words);
	}
	return 0;
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

/* => 0, or an exit status with a message. */
static int
keep(struct load *l, const struct order *o)
{
	uint8_t request[REQUEST_MOST];
	struct nl_writer w = nl_writer(request, sizeof(request));
	struct kept kept = { .line = l->number, .family = o->family };
	const void *data = l->copy;

	if (o->table == ORDER_CONNTRACK &&
	    (o->command == ORDER_CREATE || o->command == ORDER_ADD)) {
		kept.plain_size = (uint32_t)table_encode_new(&w, o);
		kept.is_request = true;
		kept.may_exist = o->command == ORDER_ADD;
		kept.size = (uint32_t)w.used;
		data = request;
	} else {
		kept.size = (uint32_t)strlen(l->copy) + 1;
	}
	if (!nl_ok(&w) || fwrite_unlocked(&kept, sizeof(kept), 1, l->kept) != 1 ||
	    fwrite_unlocked(data, 1, kept.size, l->kept) != kept.size) {
		show_note("line %lu: cannot keep it: %s", l->number,
			  nl_ok(&w) ? strerror(errno) : "too long");
		return 1;
	}
	return 0;
}

/* => 0, or an exit status: nothing is to be done. */
static int
read_all(struct load *l)
{
	char *words[WORDS_MOST];
	int count;

	while ((count = next_line(l, words)) > 0) {
		struct order o;
		int status = read_order(l, &o, count, words);

		if (!status)
			status = keep(l, &o);
		order_fini(&o);
		if (status)
			return status;
	}
	return count < 0 ? 2 : 0;
}

/* Doing. */

static void
say_failed(struct load *l, const struct kept *kept, int err)
{
	show_note("line %llu: %s", (unsigned long long)kept->line,
		  err == -EEXIST ? "Such conntrack exists, try -U to update" :
		  strerror(-err));
	l->status = 1;
}

static void
line_failed(void *ctx, uint32_t number, int err)
{
	struct load *l = ctx;
	const struct kept *kept = &l->wait[number];

	/* What exists is translated already. */
	if (err == -EOPNOTSUPP && kept->may_exist &&
	    kept->plain_size < kept->size)
		l->again[l->agains++] = number;
	else
		say_failed(l, kept, err);
}

/* Update what exists, its translation left out. */
static void
update_again(struct load *l, uint32_t number)
{
	const struct kept *kept = &l->wait[number];
	uint8_t attrs[REQUEST_MOST];
	int err = -EIO;

	if (pread(fileno(l->kept), attrs, kept->plain_size, l->at[number]) ==
	    (ssize_t)kept->plain_size) {
		struct nl_writer *w = wire_begin(l->s->wire,
			NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW,
			NLM_F_ACK, kept->family);

		nl_put_raw(w, attrs, kept->plain_size);
		err = wire_ask(l->s->wire, NULL, NULL);
	}
	if (err)
		say_failed(l, kept, err);
}

static int
flush(struct load *l)
{
	int err;

	l->agains = 0;
	err = wire_flush(l->s->wire, NULL, line_failed, l);
	for (uint32_t i = 0; i < l->agains && !err; i++)
		update_again(l, l->again[i]);
	l->waiting = 0;
	if (err) {
		show_note("Operation failed: %s", strerror(-err));
		l->status = 1;
	}
	return err;
}

static int
do_request(struct load *l, const struct kept *kept, const uint8_t *attrs,
	   off_t at)
{
	uint16_t excl = kept->may_exist ? 0 : NLM_F_EXCL;
	struct nl_writer *w = wire_add(l->s->wire, NFNL_SUBSYS_CTNETLINK << 8 |
				       IPCTNL_MSG_CT_NEW,
				       NLM_F_CREATE | excl, kept->family);
	int err;

	nl_put_raw(w, attrs, kept->size);
	err = wire_added(l->s->wire);
	l->wait[l->waiting] = *kept;
	l->at[l->waiting++] = at;
	return err ? flush(l) : 0;
}

static int
do_text(struct load *l, char *text)
{
	struct session line = *l->s;
	char *words[WORDS_MOST];
	struct order o;
	int status;

	if (flush(l))
		return -1;
	status = read_order(l, &o, split(l, text, words), words);
	if (!status) {
		line.order = &o;
		line.show.order = &o;
		line.count = 0;
		line.is_quiet = true;
		status = run_order(&line);
		/* To find nothing is no failure here. */
		if (status && !(line.count == 0 &&
				(o.command == ORDER_DELETE ||
				 o.command == ORDER_UPDATE)))
			l->status = status;
	}
	order_fini(&o);
	return 0;
}

static int
do_all(struct load *l)
{
	char *data = NULL;
	size_t room = 0;
	struct kept kept;
	off_t at = 0;
	int err = 0;

	while (!err && fread_unlocked(&kept, sizeof(kept), 1, l->kept) == 1) {
		at += (off_t)sizeof(kept);
		if (kept.size > room) {
			free(data);
			room = kept.size;
			data = malloc(room);
		}
		if (!data || fread_unlocked(data, 1, kept.size, l->kept) !=
			     kept.size) {
			show_note("cannot read what was kept: %s",
				  strerror(errno));
			l->status = 1;
			break;
		}
		l->number = (unsigned long)kept.line;
		err = kept.is_request ?
		      do_request(l, &kept, (uint8_t *)data, at) :
		      do_text(l, data);
		at += (off_t)kept.size;
	}
	free(data);
	return err ? err : flush(l);
}

/* A file without a name, where there is room, or else memory. */
static FILE *
open_kept(void)
{
	FILE *file = tmpfile();
	int fd;

	if (file)
		return file;
	fd = memfd_create("conntrack", MFD_CLOEXEC);
	return fd < 0 ? NULL : fdopen(fd, "w+");
}

int
load_file(struct session *s, struct labels *labels)
{
	const char *name = s->order->file;
	struct load l = { .s = s, .labels = labels };

	l.in = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	if (!l.in) {
		show_note("Failed to open file %s for reading", name);
		show_try();
		return 2;
	}
	l.kept = open_kept();
	if (!l.kept) {
		show_note("no room to keep what %s says: %s", name,
			  strerror(errno));
		l.status = 1;
	} else {
		setvbuf(l.kept, NULL, _IOFBF, BUFFER_SIZE);
		l.status = read_all(&l);
		if (l.status == 0) {
			rewind(l.kept);
			do_all(&l);
		}
		fclose(l.kept);
	}
	if (l.in != stdin)
		fclose(l.in);
	free(l.text);
	free(l.copy);
	return l.status;
}
