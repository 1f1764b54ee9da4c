/* SPDX-License-Identifier: BSD-2-Clause
 * cli/iptables.h - the words of iptables: what iptables-save prints and
 * iptables-restore takes, and what it says of mistakes. */
#ifndef CLI_IPTABLES_H
#define CLI_IPTABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is a text what iptables-save prints: behind comments, a table? */
bool iptables_is_save(const char *text, size_t len);

/* Did ip6tables-save print it, by its own first line? */
bool iptables_is_six(const char *text, size_t len);

/* What other text of iptables it is, that cannot be loaded: words for a
 * person, or NULL. */
const char *iptables_mistaken(const char *text, size_t len);

/* The text with all counters zero, so that 'iptables-restore -c' counts what
 * passes policies, too; lines without blanks before them and with LF behind.
 * They keep their numbers.  => For free(), or NULL: no memory. */
char *iptables_prepare(const char *text, size_t len, size_t *prepared_len);

/* What iptables-restore said of a text, in a line: "NAME:LINE: reason: rule".
 * 'refusal': why the engine refused it, or NULL.
 * => For free(), or NULL: no memory, or it said nothing. */
char *iptables_message(const char *said, const char *refusal,
		       const char *text, size_t len, const char *name,
		       bool is_six);

/* The same of warnings about a text that was loaded, a line for each. */
char *iptables_warnings(const char *said, const char *name);

/* A listing without what tells when it was made, in place; behind the first
 * line, which says whose it is.  => For free(), or NULL: no memory. */
char *iptables_listing(const char *listing, bool is_six);

/* Such a listing ('-c') as an object of JSON. */
char *iptables_json(const char *listing, bool is_six);

/* nft's listing without the tables that an iptables listing has, in place. */
void iptables_cut_tables(char *nft, const char *listing, bool is_six);

#endif
