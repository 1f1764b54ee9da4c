/* SPDX-License-Identifier: BSD-2-Clause
 * cli/rules.h - rulesets: nft and iptables load them into an engine and list
 * them. */
#ifndef CLI_RULES_H
#define CLI_RULES_H

#include "clew/clew.h"
#include "io/tool.h"

struct rules;

/* 'control' is the engine's if it has one already, which must outlive this;
 * NULL: it gets one.  => 0, or -ENOMEM. */
int rules_create(struct rules **rules, struct clew_engine *engine,
		 struct clew_control *control);
void rules_destroy(struct rules *rules);

/* Load a file, by its content nft's text, its JSON or what iptables-save
 * prints; "ip6:FILE" is ip6tables-save's (as its own first line may tell, too),
 * "-" standard input and "kernel" the ruleset of the running kernel.
 * => 0; or -errno, and what nft, iptables or we have to say on standard error,
 *    behind 'who'; with 'is_quiet' no more than why it failed. */
int rules_load(struct rules *rules, const char *who, const char *file,
	       bool is_quiet);

/* The file's name in what rules_load() takes. */
const char *rules_path(const char *file);

/* The same with a text; 'name' is what messages call it.
 * => 0; or -errno with the message, or why there is none, in '*message', for
 *    free(); with 0 there may be a warning in it. */
int rules_load_text(struct rules *rules, const char *text, size_t len,
		    const char *name, char **message);

/* Say on standard error, in a line each, what was loaded without effect. */
void rules_print_notices(const struct rules *rules);

/* Learn every rule's text, for rules_text().  => As rules_load(). */
int rules_read(struct rules *rules, const char *who);

/* => The rule as nft lists it, as iptables its number in the chain and
 *    'iptables -S', or NULL.  Lives until the next rules_read(). */
const char *rules_text(const struct rules *rules,
		       const struct clew_rule *rule);

/* The ruleset as 'nft list ruleset' prints it and, of iptables' tables,
 * 'iptables-save -c'; as JSON 'nft -j' with, in a line each, iptables' chains
 * and rules (docs/json.md).
 * => As rules_load(); 'result' is for tool_result_fini() in any case. */
int rules_list(struct rules *rules, const char *who, bool json,
	       struct tool_result *result);

#endif
