/* SPDX-License-Identifier: BSD-2-Clause
 * top/text.h - a look in lines for a person, and as JSON. */
#ifndef TOP_TEXT_H
#define TOP_TEXT_H

#include "base/strbuf.h"
#include "top/look.h"

/* How a line is to be shown where that can be. */
enum top_tone {
	TONE_PLAIN,
	TONE_HEAD,		/* of columns */
	TONE_ALARM,		/* something is lost, or nearly full */
};

typedef void top_line_fn(void *ctx, enum top_tone tone, const char *text);

enum {
	TOP_LINE_SIZE = 256,
	TOP_COLUMNS = 44,	/* of a panel, behind the value */
	TOP_VALUE_LEAST = 16,
};

/* How full the table is, what was lost, who fills it: four lines. */
void top_text_head(const struct top_look *look, top_line_fn *line, void *ctx);

/* The heading of a view and 'lines' of its rows, from row 'from' on; 'width'
 * columns are for the value. */
void top_text_panel(const struct top_look *look, enum top_view view,
		    enum top_sort sort, size_t from, size_t lines,
		    unsigned width, top_line_fn *line, void *ctx);

/* The longest value among the first 'lines' rows of 'views'. */
unsigned top_text_width(const struct top_look *look, uint32_t views,
			size_t lines);

/* One object, no newline; 'lines' rows of each view at most. */
void top_text_json(const struct top_look *look, size_t lines,
		   struct strbuf *sb);

#endif
