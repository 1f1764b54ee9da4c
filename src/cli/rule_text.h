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
	size_t room;
	char *text[3];		/* the listings, taken apart in place */
	size_t listings;
};

/* Where a rule is: chains' rules in their order, one chain's together. */
struct rule_place {
	uint8_t family;
	char table[64];
	char chain[64];
	uint64_t handle;
};

/* Read what 'nft -a list ruleset' printed.  => 0, or -ENOMEM. */
int rule_texts_read(struct rule_texts *texts, const char *listing,
		    size_t len);

/* Read what 'iptables-save' printed: rules without handles, by their places.
 * A text is the rule's number in its chain and the rule, "3
 * -A INPUT -j DROP".  It counts where nft has another for the same rule.
 * => 0, or -ENOMEM. */
int rule_texts_read_iptables(struct rule_texts *texts, uint8_t family,
			     const char *listing,
			     const struct rule_place *places, size_t count);
void rule_texts_fini(struct rule_texts *texts);

/* => NULL when there is none. */
const char *rule_texts_lookup(const struct rule_texts *texts,
			      const struct clew_rule *rule);

#endif
