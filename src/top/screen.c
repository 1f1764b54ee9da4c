/* SPDX-License-Identifier: BSD-2-Clause
 * top/screen.c - clew top on a whole terminal.
 *
 * Title and head at the top, a line for messages at the bottom, between them
 * one panel for each view: side by side where there is room for two, else one
 * below the other; or one view alone.  One row of one panel is selected. */
#include "top/screen.h"

#include <errno.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client/parse.h"
#include "top/text.h"

enum {
	HEAD_LINES	= 6,	/* title, four lines, an empty one */
	GAP		= 3,	/* between panels side by side */
	NARROW		= 16,	/* least columns of a value */
	WIDE		= 40,	/* most that a value needs */
	TRAIL		= 16,	/* narrowings that can be undone */
};

enum pair { PAIR_ALARM = 1 };

struct screen {
	struct top_options *options;
	struct top_look *look;
	struct wire *wire;
	enum top_view focus;
	bool is_alone;			/* the focus alone is shown */
	bool is_paused;
	bool is_over;
	bool is_stale;			/* another look is wanted at once */
	size_t selected;		/* row of the focus */
	size_t page;			/* rows it had room for */
	char message[TOP_LINE_SIZE];
	char trail[TRAIL][FILTER_TEXT];	/* filters before this one */
	unsigned trails;
};

static volatile sig_atomic_t is_signalled;

static void
on_signal(int signal)
{
	(void)signal;
	is_signalled = 1;
}

/* Drawing. */

struct place {
	int y;
	int x;
	int width;
	int marked;			/* the line to be shown as selected */
	int line;
};

static void
draw_line(void *ctx, enum top_tone tone, const char *text)
{
	struct place *p = ctx;
	int attr = tone == TONE_HEAD ? A_BOLD | A_UNDERLINE :
		   tone == TONE_ALARM ? A_BOLD | COLOR_PAIR(PAIR_ALARM) :
					A_NORMAL;

	if (p->line == p->marked)
		attr |= A_REVERSE;
	if (p->y < LINES - 1) {
		attron(attr);
		mvaddnstr(p->y, p->x, text, p->width);
		attroff(attr);
	}
	p->y++;
	p->line++;
}

static void
draw_title(const struct screen *s)
{
	const char *filter = s->options->filter->text;
	char text[TOP_LINE_SIZE], clock[16];
	time_t now = (time_t)(s->look->time_ns / 1000000000);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "clew top  %s%s%s%.40s  %s%.150s", clock,
		 s->is_paused ? "  paused" : "",
		 s->options->netns ? "  netns " : "",
		 s->options->netns ? s->options->netns : "",
		 filter[0] ? "only " : "all connections", filter);
	attron(A_REVERSE);
	mvhline(0, 0, ' ', COLS);
	mvaddnstr(0, 0, text, COLS);
	if (COLS > 40)
		mvaddstr(0, COLS - 16, " q quit  ? help ");
	attroff(A_REVERSE);
}

static int
value_width(int columns)
{
	int width = columns - TOP_COLUMNS - 3;

	return width < NARROW ? NARROW : width > WIDE ? WIDE : width;
}

static void
draw_panel(struct screen *s, enum top_view view, struct place place,
	   size_t rows)
{
	size_t from = 0;

	place.marked = -1;
	place.line = 0;
	if (view == s->focus) {
		s->page = rows;
		if (rows && s->selected >= rows)
			from = s->selected - rows + 1;
		place.marked = (int)(s->selected - from) + 1;
	}
	top_text_panel(s->look, view, s->options->sort, from, rows,
		       (unsigned)value_width(place.width), draw_line, &place);
}

static unsigned
count_views(uint32_t views)
{
	return (unsigned)__builtin_popcount(views);
}

static void
draw_panels(struct screen *s)
{
	uint32_t views = s->is_alone ? 1u << s->focus : s->options->views;
	unsigned count = count_views(views);
	int across = count > 1 && COLS >= 2 * (NARROW + TOP_COLUMNS + 3) + GAP ?
		     2 : 1;
	int down = ((int)count + across - 1) / across;
	int room = LINES - 1 - HEAD_LINES;
	int height = room / down;
	int width = (COLS - (across - 1) * GAP) / across;
	int at = 0;

	for (int v = 0; v < TOP_VIEWS; v++) {
		struct place place = {
			.y = HEAD_LINES + at / across * height,
			.x = at % across * (width + GAP),
			.width = width,
		};
		/* A heading above, an empty line below. */
		int rows = height - (down > 1 ? 2 : 1);

		if (!(views & 1u << v))
			continue;
		draw_panel(s, (enum top_view)v, place,
			   rows > 0 ? (size_t)rows : 0);
		at++;
	}
}

static void
draw(struct screen *s)
{
	struct place head = { .y = 1, .width = COLS, .marked = -1 };
	size_t rows = s->look->rows[s->focus];

	if (s->selected >= rows)
		s->selected = rows ? rows - 1 : 0;
	erase();
	draw_title(s);
	top_text_head(s->look, draw_line, &head);
	draw_panels(s);
	mvaddnstr(LINES - 1, 0, s->message, COLS - 1);
	refresh();
}

static const char *const help_lines[] = {
	"clew top: who fills a connection tracking table",
	"",
	"  up, down, page up, page down, home, end    select a row",
	"  tab, shift-tab      the next panel, the one before",
	"  enter               only the connections of the selected row",
	"  u, backspace        undo that",
	"  f                   edit the filter: options of conntrack -L",
	"  v                   the panel alone, or all of them",
	"  < >                 count by another field",
	"  s                   sort by the next column",
	"  e n p b t r         sort by entries, new, packets/s, bytes/s,",
	"                      total bytes, unreplied",
	"  + -                 look less often, more often",
	"  space               pause, go on",
	"  q                   quit",
	"",
	"Rates need nf_conntrack_acct for packets and bytes.",
	"'drop' counts connections refused because the table was full,",
	"'early_drop' those thrown out to make room: see clew-top(1).",
	"",
	"Any key goes back.",
};

static void
show_help(void)
{
	erase();
	for (size_t i = 0; i < sizeof(help_lines) / sizeof(help_lines[0]); i++)
		mvaddnstr((int)i, 0, help_lines[i], COLS);
	refresh();
	timeout(-1);
	getch();
}

/* Changing what is shown. */

static void
say(struct screen *s, const char *text)
{
	snprintf(s->message, sizeof(s->message), "%s", text);
}

/* Everything is new to another filter: begin again. */
static void
forget_all(struct screen *s)
{
	struct top_look *look = s->look;

	known_fini(&look->known);
	known_init(&look->known);
	look->begun_ns = 0;
	s->selected = 0;
	s->is_stale = true;
}

static void
set_filter(struct screen *s, const char *text, bool is_undo)
{
	char old[FILTER_TEXT];
	struct clew_error error;

	strcpy(old, s->options->filter->text);
	if (top_filter_set(s->options, text, &error)) {
		say(s, error.text);
		return;
	}
	if (!is_undo) {
		if (s->trails == TRAIL) {
			memmove(s->trail[0], s->trail[1],
				sizeof(s->trail) - sizeof(s->trail[0]));
			s->trails--;
		}
		strcpy(s->trail[s->trails++], old);
	}
	forget_all(s);
}

static void
undo(struct screen *s)
{
	char text[FILTER_TEXT];

	if (s->trails == 0) {
		say(s, "nothing to undo");
		return;
	}
	strcpy(text, s->trail[--s->trails]);
	set_filter(s, text, true);
}

static void
narrow(struct screen *s)
{
	const struct top_look *look = s->look;
	char more[128], text[FILTER_TEXT + 160];
	const char *old = s->options->filter->text;

	if (s->selected >= look->rows[s->focus] ||
	    !top_value_filter(s->focus,
			      &look->tallies[s->focus].slot[s->selected].value,
			      more, sizeof(more)))
		return;
	/* A protocol may be named but once. */
	if (strncmp(more, "-p ", 3) == 0 && strstr(old, "-p ")) {
		char *rest = strchr(more + 3, ' ');

		if (!rest)
			return;
		snprintf(text, sizeof(text), "%s%s", old, rest);
	} else {
		snprintf(text, sizeof(text), "%s%s%s", old, *old ? " " : "",
			 more);
	}
	set_filter(s, text, false);
}

static void
edit_filter(struct screen *s)
{
	char text[FILTER_TEXT];
	int key;
	size_t len;

	strcpy(text, s->options->filter->text);
	timeout(-1);
	curs_set(1);
	do {
		len = strlen(text);
		move(LINES - 1, 0);
		clrtoeol();
		addstr("filter: ");
		addnstr((int)len > COLS - 10 ? text + len - (size_t)(COLS - 10) :
					       text, COLS - 10);
		refresh();
		key = getch();
		if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && len)
			text[len - 1] = '\0';
		else if (key == 21)	/* ctrl-U */
			text[0] = '\0';
		else if (key >= ' ' && key < 127 && len + 1 < sizeof(text))
			snprintf(text + len, 2, "%c", key);
	} while (key != '\n' && key != KEY_ENTER && key != 27 &&
		 key != ERR && !is_signalled);
	curs_set(0);
	if (key == '\n' || key == KEY_ENTER)
		set_filter(s, text, false);
}

/* The next or the one before of the views that are shown. */
static void
move_focus(struct screen *s, int by)
{
	int v = s->focus;

	do
		v = (v + by + TOP_VIEWS) % TOP_VIEWS;
	while (!(s->options->views & 1u << v));
	s->focus = (enum top_view)v;
	s->selected = 0;
}

/* Count by another field in this panel's place. */
static void
change_view(struct screen *s, int by)
{
	int v = s->focus;

	do
		v = (v + by + TOP_VIEWS) % TOP_VIEWS;
	while (s->options->views & 1u << v && v != (int)s->focus);
	s->options->views &= ~(1u << s->focus);
	s->options->views |= 1u << v;
	s->focus = (enum top_view)v;
	s->look->views = s->options->views | 1u << TOP_SRC;
	s->selected = 0;
	s->is_stale = true;
}

static void
sort_by(struct screen *s, enum top_sort sort)
{
	char text[64];

	s->options->sort = sort;
	s->is_stale = true;
	snprintf(text, sizeof(text), "sorted by %s", top_sort_names[sort]);
	say(s, text);
}

static void
change_interval(struct screen *s, bool is_longer)
{
	double *interval = &s->options->interval;
	char text[64];

	if (is_longer ? *interval < 3600 : *interval > 0.2)
		*interval = is_longer ? *interval * 2 : *interval / 2;
	snprintf(text, sizeof(text), "a look every %.3g seconds", *interval);
	say(s, text);
}

static bool
sort_key(struct screen *s, int key)
{
	static const char keys[TOP_SORTS + 1] = "enpbtr";
	const char *at = key > 0 && key < 128 ? strchr(keys, key) : NULL;

	if (!at || !*at)
		return false;
	sort_by(s, (enum top_sort)(at - keys));
	return true;
}

static void
move_key(struct screen *s, int key)
{
	size_t rows = s->look->rows[s->focus];
	size_t page = s->page ? s->page : 1;

	if (key == KEY_UP && s->selected > 0)
		s->selected--;
	else if (key == KEY_DOWN)
		s->selected++;
	else if (key == KEY_NPAGE)
		s->selected += page;
	else if (key == KEY_PPAGE)
		s->selected -= s->selected < page ? s->selected : page;
	else if (key == KEY_HOME)
		s->selected = 0;
	else if (key == KEY_END && rows)
		s->selected = rows - 1;
}

static void
press(struct screen *s, int key)
{
	s->message[0] = '\0';
	switch (key) {
	case 'q':
		s->is_over = true;
		break;
	case '?':
	case 'h':
		show_help();
		break;
	case '\t':
		move_focus(s, 1);
		break;
	case KEY_BTAB:
		move_focus(s, -1);
		break;
	case '\n':
	case KEY_ENTER:
		narrow(s);
		break;
	case 'u':
	case KEY_BACKSPACE:
	case 127:
		undo(s);
		break;
	case 'f':
	case '/':
		edit_filter(s);
		break;
	case 'v':
		s->is_alone = !s->is_alone;
		break;
	case '>':
	case '<':
		change_view(s, key == '>' ? 1 : -1);
		break;
	case 's':
		sort_by(s, (enum top_sort)((s->options->sort + 1) % TOP_SORTS));
		break;
	case '+':
	case '-':
		change_interval(s, key == '+');
		break;
	case ' ':
		s->is_paused = !s->is_paused;
		break;
	default:
		if (!sort_key(s, key))
			move_key(s, key);
		break;
	}
}

/* Time. */

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* A big table takes its time to read: rest three times as long. */
static double
next_look(const struct screen *s, double last)
{
	double rest = 4 * s->look->duration;

	return last + (rest > s->options->interval ? rest :
						     s->options->interval);
}

static int
run(struct screen *s)
{
	double last = 0;
	int err = 0;

	while (!s->is_over && !is_signalled && !err) {
		double wait;
		int key;

		if (s->is_stale || (!s->is_paused && now() >=
				    next_look(s, last))) {
			s->is_stale = false;
			last = now();
			err = look_take(s->look, s->wire,
					&s->options->filter->order,
					s->options->sort);
			if (err == -EINTR)
				err = 0;
			if (err)
				break;
		}
		draw(s);
		wait = next_look(s, last) - now();
		timeout(s->is_paused ? 60000 : wait <= 0 ? 0 :
			wait > 60 ? 60000 : (int)(wait * 1000) + 1);
		key = getch();
		if (key != ERR)
			press(s, key);
	}
	return err;
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

int
screen_run(struct top_options *options, struct top_look *look,
	   struct wire *wire)
{
	struct screen s = {
		.options = options,
		.look = look,
		.wire = wire,
		.is_stale = true,
	};
	int err;

	while (!(options->views & 1u << s.focus))
		s.focus++;
	s.is_alone = count_views(options->views) == 1;
	initscr();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	if (has_colors()) {
		start_color();
		use_default_colors();
		init_pair(PAIR_ALARM, COLOR_RED, -1);
	}
	catch_signals();
	err = run(&s);
	endwin();
	return err;
}
