/* SPDX-License-Identifier: BSD-2-Clause
 * cli/settings.h - settings from the command line and from sysctl files. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include <stdio.h>

#include "clew/engine.h"

/* Apply "NAME=VALUE".  => 0, or -EINVAL and 'error'. */
int settings_apply(struct clew_engine *engine, const char *assignment,
		   struct clew_error *error);

/* Apply what a file in the syntax of sysctl.conf(5) says of conntrack and
 * fragments.  Names that are none of conntrack's are passed over; one line
 * to 'notes' (may be NULL) says so.
 * => 0, or -errno and 'error' with file and line: cannot be read, no
 *    assignment, a conntrack setting that there is not or that refuses the
 *    value, unless the line begins with '-'. */
int settings_apply_file(struct clew_engine *engine, const char *path,
			FILE *notes, struct clew_error *error);

#endif
