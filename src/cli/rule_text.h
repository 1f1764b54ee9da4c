/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rule_text.h - the texts of rules, by table and handle. */
#ifndef CLI_RULE_TEXT_H
#define CLI_RULE_TEXT_H

#include <stddef.h>

#include "clew/text.h"

struct rule_text {
	uint8_t family;
	const char *table;	
	uint64_t handle;
	const char *text;
};

struct rule_texts {
	struct rule_text *rule;	/* sorted by family, table, handle */
	size_t count;
	char *text;		/* the listing, taken apart in place */
};

/* Read what 'nft -a list ruleset' printed.  => 0, or -ENOMEM. */
int rule_texts_read(struct rule_texts *texts, const char *listing,
		    size_t len);
void rule_texts_fini(struct rule_texts *texts);

/* => NULL when there is none. */
const char *rule_texts_lookup(const struct rule_texts *texts,
			      const struct clew_rule *rule);

#endif
