/* SPDX-License-Identifier: BSD-2-Clause
 * client/events.c - conntrack -E: events as they happen, and what was lost.
 *
 * The receive buffer grows as far as it may when it overran, and every loss
 * is said.  With --resync the table is read again after one, and what is new,
 * other or gone is told as an event marked so. */
#define _GNU_SOURCE		/* ppoll() */
#include "client/events.h"

#include <dirent.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink_compat.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "client/filter.h"
#include "client/option.h"
#include "client/resync.h"
#include "nl/expect.h"
#include "nl/uapi_ct.h"

enum {
	BUFFER_FIRST = 1 << 24,
	BUFFER_MOST = 1 << 28,	/* as the kernel counts: twice what is asked */
	PROGRAMS = 64,
	EVENT_LEAST = 512,	/* bytes that one takes of the buffer */
};

/* Who caused an event: portid to program, remembered for a while. */
struct program {
	uint32_t portid;
	char name[64];
};

struct watch {
	struct session *s;
	struct wire *table;		/* for reading it again, or NULL */
	struct resync known;
	uint64_t losses;
	size_t buffer;
	sigset_t outside;		/* the signals while waiting */
	struct program program[PROGRAMS];
	unsigned programs;
};

static volatile sig_atomic_t is_over;

static void
on_signal(int signal)
{
	(void)signal;
	is_over = 1;
}

/* The program behind a netlink port: Linux names processes by ports where
 * they let it choose; others are found by their open sockets. */
static bool
holds_socket(const char *pid, const char *link)
{
	char path[600], target[64];
	bool found = false;
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	while (dir && !found && (d = readdir(dir)) != NULL) {
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid,
			 d->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n < 0)
			continue;
		target[n] = '\0';
		found = strcmp(target, link) == 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

static unsigned long
inode_of(uint32_t portid)
{
	FILE *file = fopen("/proc/net/netlink", "re");
	unsigned long inode = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		unsigned protocol, port;
		unsigned long its;

		/* sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode */
		if (sscanf(line, "%*s %u %u %*s %*s %*s %*s %*s %*s %lu",
			   &protocol, &port, &its) == 3 &&
		    protocol == NETLINK_NETFILTER && port == portid)
			inode = its;
	}
	if (file)
		fclose(file);
	return inode;
}

static bool
read_name(const char *pid, char *name, size_t size)
{
	char path[288];
	FILE *file;
	bool ok;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	ok = file && fgets(name, (int)size, file);
	if (file)
		fclose(file);
	if (ok)
		name[strcspn(name, "\n")] = '\0';
	return ok;
}

static void
find_program(uint32_t portid, char *name, size_t size)
{
	unsigned long inode = inode_of(portid);
	char link[64];
	struct dirent *d;
	DIR *dir;

	name[0] = '\0';
	if (!inode)
		return;
	snprintf(link, sizeof(link), "socket:[%lu]", inode);
	dir = opendir("/proc");
	while (dir && (d = readdir(dir)) != NULL) {
		if (d->d_name[0] < '1' || d->d_name[0] > '9')
			continue;
		if (holds_socket(d->d_name, link) &&
		    read_name(d->d_name, name, size))
			break;
	}
	if (dir)
		closedir(dir);
}

static const char *
program_of(struct watch *w, uint32_t portid)
{
	struct program *p;

	for (unsigned i = 0; i < w->programs && i < PROGRAMS; i++) {
		if (w->program[i].portid == portid)
			return w->program[i].name[0] ? w->program[i].name :
						       NULL;
	}
	p = &w->program[w->programs++ % PROGRAMS];
	p->portid = portid;
	find_program(portid, p->name, sizeof(p->name));
	return p->name[0] ? p->name : NULL;
}

/* Events. */

static enum clew_record
record_of(const struct nl_msg *msg, bool is_delete)
{
	if (is_delete)
		return CLEW_RECORD_DESTROY;
	return msg->flags & (NLM_F_CREATE | NLM_F_EXCL) ? CLEW_RECORD_NEW :
							  CLEW_RECORD_UPDATE;
}

static int
take_connection(struct watch *w, const struct nl_msg *msg, uint8_t family,
		const uint8_t *attrs, size_t size)
{
	struct session *s = w->s;
	enum clew_record record = record_of(msg, (msg->type & 0xff) ==
					    IPCTNL_MSG_CT_DELETE);
	struct clew_snapshot ct;
	const char *program = NULL;

	if (nl_ct_decode(attrs, size, family, &ct, NULL))
		return 0;
	if (w->table && record == CLEW_RECORD_DESTROY) {
		resync_forget(&w->known, &ct);
	} else if (w->table) {
		/* What the table told already may come behind it. */
		if (record == CLEW_RECORD_NEW &&
		    resync_was_told(&w->known, &ct))
			return 0;
		resync_note(&w->known, &ct);
	}
	if (!filter_match(s->order, &ct))
		return 0;
	if (msg->portid) {
		ct.has |= CLEW_HAS_PORTID;
		ct.portid = msg->portid;
		program = program_of(w, msg->portid);
	}
	show_connection(&s->show, &ct, record, program);
	s->count++;
	return 0;
}

static int
take_expectation(struct watch *w, const struct nl_msg *msg, uint8_t family,
		 const uint8_t *attrs, size_t size)
{
	struct clew_expectation exp;
	enum clew_record record = record_of(msg, (msg->type & 0xff) ==
					    IPCTNL_MSG_EXP_DELETE);

	if (nl_expect_decode(attrs, size, family, &exp, NULL))
		return 0;
	show_expectation(&w->s->show, &exp, record);
	w->s->count++;
	return 0;
}

static int
take_event(void *ctx, const struct nl_msg *msg, uint8_t family,
	   uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct watch *w = ctx;

	(void)res_id;
	if (msg->type >> 8 == NFNL_SUBSYS_CTNETLINK_EXP)
		return take_expectation(w, msg, family, attrs, size);
	return take_connection(w, msg, family, attrs, size);
}

/* After a loss. */

static int
compare_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	    uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct watch *w = ctx;
	struct clew_snapshot ct;
	enum resync_change change;

	(void)msg;
	(void)res_id;
	if (nl_ct_decode(attrs, size, family, &ct, NULL))
		return 0;
	change = resync_note(&w->known, &ct);
	if (change == RESYNC_SAME || !filter_match(w->s->order, &ct))
		return 0;
	if (change == RESYNC_NEW)
		resync_tell(&w->known, &ct);
	w->s->show.is_resynced = true;
	show_connection(&w->s->show, &ct, change == RESYNC_NEW ?
			CLEW_RECORD_NEW : CLEW_RECORD_UPDATE, NULL);
	w->s->show.is_resynced = false;
	w->s->count++;
	return 0;
}

static int
learn_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	  uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct watch *w = ctx;
	struct clew_snapshot ct;

	(void)msg;
	(void)res_id;
	if (nl_ct_decode(attrs, size, family, &ct, NULL) == 0)
		resync_note(&w->known, &ct);
	return 0;
}

/* What it was is lost: its id names it in what was printed before. */
static void
tell_gone(void *ctx, uint32_t id)
{
	const struct watch *w = ctx;
	uint32_t output = w->s->order->output;
	FILE *out = w->s->show.out;

	if (output & OUTPUT_JSON)
		fprintf(out, "{\"resynced\":true,\"type\":\"destroy\","
			"\"id\":%u}\n", id);
	else if (output & OUTPUT_XML)
		fprintf(out, "<flow resynced=\"true\" type=\"destroy\"><meta "
			"direction=\"independent\"><id>%u</id></meta></flow>\n",
			id);
	else if (output & OUTPUT_SAVE)
		fprintf(out, "# resynced: gone, id=%u\n", id);
	else
		fprintf(out, "[resynced] [DESTROY] id=%u\n", id);
}

static int
read_table(struct watch *w, wire_answer_fn *one)
{
	int err, tries = 8;

	do {
		wire_begin(w->table, NFNL_SUBSYS_CTNETLINK << 8 |
			   IPCTNL_MSG_CT_GET, NLM_F_DUMP, 0);
		err = wire_ask(w->table, one, w);
	} while (err == -EINTR && --tries > 0 && !is_over);
	return err == -EINTR ? 0 : err;
}

/* The kernel gives twice what it is asked for. */
static void
grow(struct watch *w)
{
	if (w->buffer < BUFFER_MOST)
		w->buffer = wire_set_buffer(w->s->wire, w->buffer);
}

/* Before it overruns. */
static void
grow_in_time(struct watch *w)
{
	size_t used, size;

	if (wire_fill(w->s->wire, &used, &size) && used > size / 2)
		grow(w);
}

/* As many as the buffer may hold, not those that come meanwhile. */
static int
drain(struct watch *w)
{
	size_t most = w->buffer / EVENT_LEAST;
	int err = 0;

	while (most-- > 0 && (err == 0 || err == -ENOBUFS))
		err = wire_take_events(w->s->wire, take_event, w);
	return err == -EAGAIN || err == -ENOBUFS ? 0 : err;
}

static int
after_loss(struct watch *w)
{
	int err;

	w->losses++;
	fflush(w->s->show.out);
	grow(w);
	show_note("WARNING: events were lost: the receive buffer overran "
		  "(%llu times by now; it has %zu bytes now)",
		  (unsigned long long)w->losses, w->buffer);
	if (!w->table)
		return 0;
	/* What waits was before the loss: it is told first. */
	err = drain(w);
	if (err)
		return err;
	resync_begin(&w->known);
	err = read_table(w, compare_one);
	if (!err)
		resync_end(&w->known, tell_gone, w);
	return err;
}

/* Setting up. */

static int
join(struct session *s)
{
	static const unsigned groups[] = {
		[CLEW_EVENT_NEW]	= NFNLGRP_CONNTRACK_NEW,
		[CLEW_EVENT_UPDATE]	= NFNLGRP_CONNTRACK_UPDATE,
		[CLEW_EVENT_DESTROY]	= NFNLGRP_CONNTRACK_DESTROY,
	};
	bool is_expect = s->order->table == ORDER_EXPECT;
	uint32_t events = s->order->events ? s->order->events : ~0u;

	for (unsigned i = 0; i < 3; i++) {
		unsigned group = groups[i] + (is_expect ? 3 : 0);
		int err;

		if (!(events & 1u << i))
			continue;
		err = wire_join(s->wire, group);
		if (err)
			return err;
	}
	return 0;
}

static int
start(struct watch *w)
{
	const struct order *o = w->s->order;
	struct clew_error error;
	int err;

	w->buffer = wire_set_buffer(w->s->wire, o->buffer_size ?
				    o->buffer_size : BUFFER_FIRST);
	if (order_has(o, OPTION_BUFFER_SIZE) && o->table == ORDER_CONNTRACK) {
		fflush(w->s->show.out);
		fprintf(stderr, "NOTICE: Netlink socket buffer size has been "
			"set to %zu bytes.\n", w->buffer);
	}
	if (order_has(o, OPTION_RELIABLE))
		wire_set_reliable(w->s->wire, o->events ==
				  1u << CLEW_EVENT_DESTROY);
	if (order_has(o, OPTION_RESYNC)) {
		err = wire_open(&w->table, o->netns, &error);
		if (err)
			return err;
	}
	err = join(w->s);
	if (!err && w->table)
		err = read_table(w, learn_one);
	return err;
}

/* Signals come in while we wait, and only then: none is overlooked.
 * => In 'outside' what to let in. */
static void
catch_signals(sigset_t *outside)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t ours;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigprocmask(SIG_BLOCK, &ours, outside);
	sigdelset(outside, SIGINT);
	sigdelset(outside, SIGTERM);
}

static int
wait_for_more(const struct watch *w)
{
	struct pollfd fd = { .fd = wire_fd(w->s->wire), .events = POLLIN };

	return ppoll(&fd, 1, NULL, &w->outside) < 0 ? -errno : 0;
}

/* => 0, or -errno: it is over. */
static int
take_some(struct watch *w)
{
	struct session *s = w->s;
	int err;

	grow_in_time(w);
	err = wire_take_events(s->wire, take_event, w);
	if (err == -EAGAIN) {
		/* Who reads along a pipe sees them as they come. */
		if (fflush(s->show.out) == EOF) {
			is_over = 1;
			return 0;
		}
		err = wait_for_more(w);
	}
	if (err == -ENOBUFS)
		return after_loss(w);
	return err == -EINTR ? 0 : err;
}

int
events_show(struct session *s)
{
	struct hash_key key = { { (uint64_t)time(NULL), (uint64_t)getpid() } };
	struct watch *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return table_failed(s->order, -ENOMEM);
	w->s = s;
	resync_init(&w->known, &key);
	s->show.is_whole = true;
	catch_signals(&w->outside);
	err = start(w);
	while (!err && !is_over)
		err = take_some(w);
	show_end(&s->show);
	wire_close(w->table);
	resync_fini(&w->known);
	free(w);
	if (err)
		return table_failed(s->order, err);
	show_note("%llu %s events have been shown.",
		  (unsigned long long)s->count,
		  s->order->table == ORDER_EXPECT ? "expectation" : "flow");
	return 0;
}
