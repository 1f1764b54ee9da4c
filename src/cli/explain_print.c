/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain_print.c - one packet, explained: collect first, print then. */
#include "cli/explain_print.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
page_open(struct page *page)
{
	page->text = NULL;
	page->len = 0;
	page->out = open_memstream(&page->text, &page->len);
	return page->out != NULL;
}

const char *
page_text(struct page *page)
{
	if (page->out == NULL || fflush(page->out) != 0)
		return "";
	return page->text;
}

void
page_close(struct page *page)
{
	if (page->out != NULL)
		fclose(page->out);
	free(page->text);
	page->out = NULL;
	page->text = NULL;
}

int
explain_print_create(struct explain_print **print, bool json,
		     const struct lane *lane)
{
	struct explain_print *p = calloc(1, sizeof(*p));

	*print = p;
	if (p == NULL)
		return -ENOMEM;
	p->is_json = json;
	p->lane = lane;
	p->names = lane_names(lane);
	return 0;
}

static void
forget(struct explain_print *p)
{
	for (unsigned i = 0; i < EXPLAIN_NEST; i++)
		page_close(&p->page[i]);
	page_close(&p->events);
	p->nest = 0;
}

void
explain_print_destroy(struct explain_print *p)
{
	if (p == NULL)
		return;
	forget(p);
	free(p);
}

void
explain_print_begin(struct explain_print *p, bool is_brief)
{
	forget(p);
	page_open(&p->page[0]);
	page_open(&p->events);
	memset(p->level, 0, sizeof(p->level));
	p->level[0].base = p->indent = 2;
	p->depth = 0;
	p->is_brief = is_brief;
	p->tries = p->taken = 0;
	p->events_count = 0;
	p->ended_count = 0;
	p->is_begun = false;
	p->hook = NULL;
	p->has_steps = false;
}

void
explain_print_step(void *ctx, const struct clew_explain *step)
{
	struct explain_print *p = ctx;

	if (p->page[p->nest].out == NULL)
		return;			/* no memory */
	p->is_begun = true;
	p->depth = step->depth < EXPLAIN_LEVELS ? step->depth :
						  EXPLAIN_LEVELS - 1;
	if (p->is_json)
		explain_json_step(p, step);
	else
		explain_text_step(p, step);
}

/* What expires as the clock moves to the packet is not of the packet, but may
 * be why it finds no connection. */
static void
note_ended(struct explain_print *p, const struct clew_event *event)
{
	if (event->type != CLEW_EVENT_DESTROY ||
	    p->ended_count == EXPLAIN_ENDED)
		return;
	p->ended[p->ended_count++] = (struct explain_ended){
		.tuple = event->ct->tuple[CLEW_DIR_ORIG],
		.time_ns = event->time_ns,
	};
}

void
explain_print_event(struct explain_print *p, const struct clew_event *event)
{
	if (p->events.out == NULL)
		return;
	if (!p->is_begun) {
		note_ended(p, event);
		return;
	}
	if (p->is_json)
		explain_json_event(p, event);
	else
		explain_text_event(p, event);
	p->events_count++;
}

void
explain_print_packet(struct explain_print *p, FILE *out,
		     const struct explain_packet *packet)
{
	if (p->is_json)
		explain_json_packet(p, out, packet);
	else
		explain_text_packet(p, out, packet);
}
