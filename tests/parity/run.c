/* SPDX-License-Identifier: BSD-2-Clause
 * parity/run.c - a script through both sides, and what came of it.
 *
 * When the sides differ the script is shrunk: what follows the difference
 * goes first, then ever smaller pieces, as long as the same kind of
 * difference stays.  Each kind is reported and saved once; further scripts
 * that show it are counted. */
#define _GNU_SOURCE
#include "parity/run.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct kind {
	char sign[240];
	char path[300];
	size_t count;
};

static const struct script *under_test;
static struct tally *guarded;
static bool against_itself;

/* Linux rounds as its clock goes on. */
static void
forgive_timeout(const struct clew_snapshot *a, struct clew_snapshot *b)
{
	uint32_t distance = a->timeout_s > b->timeout_s ?
		a->timeout_s - b->timeout_s : b->timeout_s - a->timeout_s;

	if (distance <= 2)
		b->timeout_s = a->timeout_s;
}

static int
by_place(const void *a, const void *b)
{
	const struct clew_snapshot *x = a, *y = b;

	return memcmp(x->tuple, y->tuple, sizeof(x->tuple));
}

/* Linux once more, in the place of clew. */
static int
kernel_again(struct outcomes *c, const struct outcomes *k,
	     const struct script *s)
{
	size_t i;

	if (kernel_run(c, s))
		return -1;
	for (i = 0; i < k->said_count && i < c->said_count; i++)
		forgive_timeout(&k->said[i].ct, &c->said[i].ct);
	if (k->table_count != c->table_count || !k->table_count)
		return 0;
	qsort(k->table, k->table_count, sizeof(*k->table), by_place);
	qsort(c->table, c->table_count, sizeof(*c->table), by_place);
	for (i = 0; i < k->table_count; i++)
		forgive_timeout(&k->table[i], &c->table[i]);
	return 0;
}

/* Both sides once.  => false when a side failed to run at all. */
static bool
try(struct difference *d, const struct script *s, struct outcomes *k,
    struct outcomes *c)
{
	struct outcomes many;

	outcomes_init(k, s->count);
	outcomes_init(c, s->count);
	memset(d, 0, sizeof(*d));
	d->step = SIZE_MAX;
	under_test = s;
	if (kernel_run(k, s)) {
		snprintf(d->sign, sizeof(d->sign), "kernel side failed: %s",
			 k->error);
		d->found = true;
		return false;
	}
	if (against_itself ? kernel_again(c, k, s) : engine_run(c, s, 1)) {
		snprintf(d->sign, sizeof(d->sign), "%s", c->error);
		d->found = true;
		return true;
	}
	if (s->routed)
		ports_align(k, c);
	compare(d, s, k, c);
	if (d->found || s->routed || against_itself)
		return true;
	outcomes_init(&many, s->count);
	if (engine_run(&many, s, 32)) {
		snprintf(d->sign, sizeof(d->sign), "%s", many.error);
		d->found = true;
	} else {
		compare_bursts(d, s, c, &many);
	}
	outcomes_fini(&many);
	return true;
}

static bool
still_differs(const struct script *s, const char *sign, struct difference *d)
{
	struct outcomes k, c;
	struct script cut;
	bool same;

	script_copy(&cut, s);
	try(d, &cut, &k, &c);
	same = d->found && !strcmp(d->sign, sign);
	outcomes_fini(&k);
	outcomes_fini(&c);
	script_fini(&cut);
	return same;
}

static void
mark(struct script *s, size_t from, size_t count, bool skip)
{
	for (; count-- && from < s->count; from++)
		if (s->step[from].type != STEP_ROUTER &&
		    s->step[from].type != STEP_RULES)
			s->step[from].skip = skip;
}

/* 'text' without its line number 'at'.  A line that opens a block takes all
 * of it along; the end of a block does not go alone.
 * => How many lines the text had. */
static size_t
cut_line(char *to, const char *text, size_t at)
{
	size_t i, line = 0, len;
	int depth = 0;

	for (; *text; text += len, line++) {
		len = strcspn(text, "\n");
		len += text[len] == '\n';
		if (depth > 0 || line == at) {
			for (i = 0; i < len; i++)
				depth += (text[i] == '{') - (text[i] == '}');
			if (depth >= 0)
				continue;
			depth = 0;
		}
		memcpy(to, text, len);
		to += len;
	}
	*to = 0;
	return line;
}

static bool
shrink_rules(struct script *s, const char *sign, double until)
{
	struct difference now;
	bool removed = false;
	size_t i, line, lines;
	struct step *step;
	uint8_t *old, *cut;

	for (i = 0; i < s->count; i++) {
		step = &s->step[i];
		if (step->type != STEP_RULES && step->type != STEP_ROUTER)
			continue;
		for (line = 0, lines = 1; line < lines && clock_now() < until;
		     line++) {
			old = step->bytes;
			cut = xmalloc(step->len + 1);
			lines = cut_line((char *)cut, (char *)old, line);
			step->bytes = cut;
			if (strcmp((char *)cut, (char *)old) &&
			    still_differs(s, sign, &now)) {
				free(old);
				step->len = strlen((char *)cut);
				removed = true;
				line--;
			} else {
				step->bytes = old;
				free(cut);
			}
		}
	}
	return removed;
}

/* Remove what the difference does not need. */
static void
shrink(struct script *s, const struct difference *d, double seconds)
{
	double until = clock_now() + seconds;
	struct difference now;
	struct script cut;
	size_t piece, i;
	bool removed;

	if (d->step < s->count) {
		mark(s, d->step + 1, s->count, true);
		if (!still_differs(s, d->sign, &now))
			mark(s, d->step + 1, s->count, false);
	}
	script_copy(&cut, s);
	script_fini(s);
	*s = cut;
	for (piece = (s->count + 1) / 2; piece; ) {
		removed = false;
		for (i = 0; i < s->count && clock_now() < until; i += piece) {
			mark(s, i, piece, true);
			if (still_differs(s, d->sign, &now))
				removed = true;
			else
				mark(s, i, piece, false);
		}
		script_copy(&cut, s);
		script_fini(s);
		*s = cut;
		if (s->routed && shrink_rules(s, d->sign, until))
			removed = true;
		if (!removed || piece > 1)
			piece /= 2;
		if (clock_now() >= until)
			break;
	}
}

static struct kind *
kind_of(struct tally *t, const char *sign, bool *new)
{
	struct kind *kind;
	size_t i;

	*new = false;
	for (i = 0; i < t->kind_count; i++)
		if (!strcmp(t->kinds[i].sign, sign))
			return &t->kinds[i];
	*new = true;
	t->kinds = xrealloc(t->kinds, (t->kind_count + 1) * sizeof(*t->kinds));
	kind = &t->kinds[t->kind_count++];
	memset(kind, 0, sizeof(*kind));
	memcpy(kind->sign, sign, sizeof(kind->sign));
	return kind;
}

/* 'path' and the folders above it. */
static void
make_folder(const char *path)
{
	char buf[300];
	size_t i;

	snprintf(buf, sizeof(buf), "%s/", path);
	for (i = 1; buf[i]; i++) {
		if (buf[i] != '/')
			continue;
		buf[i] = 0;
		if (mkdir(buf, 0777) < 0 && errno != EEXIST)
			fprintf(stderr, "parity: %s: %s\n", buf,
				strerror(errno));
		buf[i] = '/';
	}
}

static void
save(struct tally *t, const struct script *s, char *path, size_t size)
{
	char name[100];
	const char *base = strrchr(s->name, '/');
	unsigned i, n = 0;

	base = base ? base + 1 : s->name;
	for (i = 0; base[i] && n + 1 < sizeof(name); i++)
		name[n++] = isalnum((unsigned char)base[i]) ||
			strchr(".-=", base[i]) ? base[i] : '-';
	name[n] = 0;
	snprintf(path, size, "%s/%03zu-%.80s.script", t->options.save,
		 t->kind_count, name);
	make_folder(t->options.save);
	if (script_save(s, path))
		fprintf(stderr, "parity: can not write %s\n", path);
}

static void
report(struct tally *t, struct script *s, const struct difference *d)
{
	struct difference small = *d;
	struct outcomes k, c;
	struct script cut;
	struct kind *kind;
	bool new;

	t->differences++;
	kind = kind_of(t, d->sign, &new);
	kind->count++;
	if (!new)
		return;
	script_copy(&cut, s);
	shrink(&cut, d, t->options.shrink_seconds);
	try(&small, &cut, &k, &c);
	if (!small.found || strcmp(small.sign, d->sign))
		small = *d;
	save(t, &cut, kind->path, sizeof(kind->path));
	printf("\nDIFFERENCE %zu in %s: %s\n", t->kind_count, s->name,
	       d->sign);
	printf("%s", small.text);
	printf("  shrunk from %zu to %zu packets: %s\n", s->packets,
	       cut.packets, kind->path);
	script_print(stdout, &cut);
	fflush(stdout);
	outcomes_fini(&k);
	outcomes_fini(&c);
	script_fini(&cut);
}

void
run_print(const struct script *s)
{
	struct outcomes k, c;
	struct difference d;

	try(&d, s, &k, &c);
	outcomes_print(stdout, s, &k, &c);
	if (d.found)
		printf("DIFFERENCE %s\n%s", d.sign, d.text);
	if (s->routed && listings_differ(d.sign, sizeof(d.sign), d.text,
					 sizeof(d.text), k.listing, c.listing))
		printf("RULES\n%s", d.text);
	outcomes_fini(&k);
	outcomes_fini(&c);
}

static void
count(struct tally *t, const struct script *s, const struct outcomes *k,
      const struct outcomes *c)
{
	size_t i;

	t->scripts++;
	t->packets += s->packets;
	t->events += k->said_count;
	t->kernel_seconds += k->seconds;
	t->clew_seconds += c->seconds;
	for (i = 0; i < s->count; i++) {
		if (s->step[i].type != STEP_PACKET)
			continue;
		t->by_class[k->step[i].class]++;
		t->logs += k->step[i].logs;
	}
}

/* Does Linux do the same each time?  Where it chooses at random what the rest
 * depends on, it does not, and nothing can be said of clew. */
static bool
is_ambiguous(const struct script *s)
{
	bool was = against_itself, found = false;
	struct outcomes k, c;
	struct difference d;
	unsigned i;

	against_itself = true;
	for (i = 0; i < 3 && !found; i++) {
		try(&d, s, &k, &c);
		found = d.found;
		outcomes_fini(&k);
		outcomes_fini(&c);
	}
	against_itself = was;
	/* clew always says the same: if they agree now, Linux said something
	 * else before.  Its limits of ICMP errors go by real time. */
	for (i = 0; i < 3 && !found; i++) {
		try(&d, s, &k, &c);
		found = !d.found;
		outcomes_fini(&k);
		outcomes_fini(&c);
	}
	return found;
}

bool
run_script(struct tally *t, struct script *s)
{
	struct difference d;
	struct outcomes k, c;

	try(&d, s, &k, &c);
	count(t, s, &k, &c);
	if (t->options.verbose)
		printf("%s: %zu packets, %zu events, %zu entries: %s\n",
		       s->name, s->packets, k.said_count, k.table_count,
		       d.found ? d.sign : "same");
	if (d.found && s->routed && !against_itself && is_ambiguous(s)) {
		t->ambiguous++;
		d.found = false;
	}
	if (d.found)
		report(t, s, &d);
	under_test = NULL;
	outcomes_fini(&k);
	outcomes_fini(&c);
	return !d.found;
}

bool
tally_end(struct tally *t, const char *what, unsigned number)
{
	size_t i;

	printf("%sok %u - %s: %zu differ of %zu; %zu packets (%zu nothing out, "
	       "%zu invalid, %zu new, %zu established, %zu related, "
	       "%zu untracked), %zu events, %zu reasons\n",
	       t->differences ? "not " : "", number, what, t->differences,
	       t->scripts, t->packets, t->by_class[0], t->by_class[1],
	       t->by_class[2], t->by_class[3], t->by_class[4],
	       t->by_class[5], t->events, t->logs);
	if (t->packets)
		printf("# kernel %.0f packets/s, clew %.0f packets/s\n",
		       t->packets / (t->kernel_seconds + 1e-9),
		       t->packets / (t->clew_seconds + 1e-9));
	if (t->ambiguous)
		printf("# %zu in which Linux differs from itself\n",
		       t->ambiguous);
	for (i = 0; i < t->kind_count; i++)
		printf("# %zu times: %s (%s)\n", t->kinds[i].count,
		       t->kinds[i].sign, t->kinds[i].path);
	free(t->kinds);
	t->kinds = NULL;
	return !t->differences;
}

static void
crashed(int signal_number)
{
	char path[300];

	signal(signal_number, SIG_DFL);
	if (under_test) {
		save(guarded, under_test, path, sizeof(path));
		fprintf(stderr, "parity: crashed in %s, saved as %s\n",
			under_test->name, path);
	}
	raise(signal_number);
}

void
run_guard(struct tally *t)
{
	guarded = t;
	against_itself = t->options.self;
	signal(SIGSEGV, crashed);
	signal(SIGABRT, crashed);
	signal(SIGBUS, crashed);
	signal(SIGFPE, crashed);
}
