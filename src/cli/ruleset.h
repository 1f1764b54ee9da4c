/* SPDX-License-Identifier: BSD-2-Clause
 * cli/ruleset.h - load rulesets into an engine, with nft itself. */
#ifndef CLI_RULESET_H
#define CLI_RULESET_H

#include <stdio.h>

#include "clew/control.h"

/* Load what 'path' has: nft's text, or what nft -j prints (told by its first
 * character); "-" is standard input, "kernel" the rules of the machine that
 * this runs on.
 * => An exit status.  When it is not 0, nothing has been loaded, and nft's own
 *    message, or why there is none, is on standard error. */
int ruleset_load(struct clew_control *control, struct clew_engine *engine,
		 const char *path);

/* What 'nft list ruleset' prints ('arguments' before it, such as "-s", may be
 * NULL), to 'out'.  => As above. */
int ruleset_print(struct clew_control *control, struct clew_engine *engine,
		  const char *arguments, FILE *out);

#endif
