/* SPDX-License-Identifier: BSD-2-Clause
 * client/show.h - connections and expectations on standard output. */
#ifndef CLIENT_SHOW_H
#define CLIENT_SHOW_H

#include <stdio.h>

#include "client/label.h"
#include "client/order.h"

struct show {
	FILE *out;
	const struct order *order;
	struct labels *labels;
	bool has_begun;			/* XML: its head is written */
	bool is_whole;			/* a document, not lone elements */
	bool is_resynced;		/* mark what is shown as found so */
};

/* One entry, or one event.  'progname' as clew_text_options. */
void show_connection(struct show *show, const struct clew_snapshot *ct,
		     enum clew_record record, const char *progname);
void show_expectation(struct show *show, const struct clew_expectation *exp,
		      enum clew_record record);
/* A command without entries to show is done: as JSON, if that was asked
 * for. */
void show_done(const struct show *show, uint64_t entries);
/* What comes next is of this network namespace. */
void show_netns(const struct show *show, const char *name);
/* What stands behind the last. */
void show_end(struct show *show);

/* "conntrack v1.4.7 (conntrack-tools): " and more, on standard error: scripts
 * know these lines, version and all. */
void show_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Where to look, behind a wrong command line. */
void show_try(void);

#endif
