/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rule_places.h - which rules an engine has, chain by chain. */
#ifndef CLI_RULE_PLACES_H
#define CLI_RULE_PLACES_H

#include "clew/control.h"
#include "cli/rule_text.h"

/* Ask for the rules of a family (NFPROTO_*).
 * => 0 with '*places' for free(), or -ENOMEM. */
int rule_places_read(struct clew_control *control, uint8_t family,
		     struct rule_place **places, size_t *count);

#endif
