/* SPDX-License-Identifier: BSD-2-Clause
 * top/screen.h - clew top on a whole terminal, until the user has enough. */
#ifndef TOP_SCREEN_H
#define TOP_SCREEN_H

#include "top/look.h"
#include "top/option.h"

/* => 0, or -errno of the wire. */
int screen_run(struct top_options *options, struct top_look *look,
	       struct wire *wire);

#endif
