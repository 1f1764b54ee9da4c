/* SPDX-License-Identifier: BSD-2-Clause
 * top/option.h - the command line of clew top, and its filter, which may be
 * changed while it runs. */
#ifndef TOP_OPTION_H
#define TOP_OPTION_H

#include "base/error.h"
#include "client/label.h"
#include "client/order.h"
#include "top/view.h"

enum { FILTER_TEXT = 512, FILTER_WORDS = 64 };

/* Options of conntrack -L, as a line of words. */
struct top_filter {
	char text[FILTER_TEXT];
	char words[FILTER_TEXT];	/* what order points into */
	struct order order;
};

struct top_options {
	uint32_t views;			/* 1 << enum top_view */
	enum top_sort sort;
	double interval;		/* seconds */
	unsigned lines;
	bool is_once;
	bool is_json;
	const char *netns;
	struct top_filter *filter;
	struct labels labels;
};

/* => 0; or -1 with words in 'error'. */
int top_options_read(struct top_options *options, int argc, char **argv,
		     struct clew_error *error);
void top_options_fini(struct top_options *options);

/* Filter by 'text' from now on.  => 0; or -1, and the old filter stands. */
int top_filter_set(struct top_options *options, const char *text,
		   struct clew_error *error);

#endif
