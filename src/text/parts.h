/* SPDX-License-Identifier: BSD-2-Clause
 * text/parts.h - what the formats share.
 *
 * Two ways of writing: 'char *text_put_*(char *p, ...)' for short texts of
 * known greatest length, as base/number.h; 'struct strbuf' for the rest. */
#ifndef TEXT_PARTS_H
#define TEXT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"
#include "clew/text.h"

/* Append a string literal at 'p', a char * that moves on. */
#define TEXT_PUT(p, literal) \
	((p) = (char *)memcpy((p), literal, sizeof(literal) - 1) + \
	       sizeof(literal) - 1)

/* Which view of union clew_proto_part a protocol uses. */
enum text_part {
	TEXT_PART_NONE,
	TEXT_PART_PORTS,
	TEXT_PART_ICMP,
	TEXT_PART_KEYS,
};

enum text_part text_part(uint8_t protocol);

/* "ipv4", "ipv6" or "unknown". */
const char *text_family_name(uint8_t family);

/* The state's word, or NULL when the protocol or 'ct' has none. */
const char *text_state_name(const struct clew_snapshot *ct);

/* The name of status bit 'bit' without IPS_, or NULL beyond the last. */
const char *text_status_name(unsigned bit);

/* The tuple that tells a connection's family and protocol, or NULL. */
const struct clew_tuple *text_main_tuple(const struct clew_snapshot *ct);

/* "src=A dst=B sport=N dport=N", at most TEXT_TUPLE_MAX bytes. */
char *text_put_tuple(char *p, const struct clew_tuple *t);
#define TEXT_TUPLE_MAX 136

/* Local time as ctime(3) has it, without a newline. */
char *text_put_time(char *p, uint64_t time_ns);
#define TEXT_TIME_MAX 26

/* Seconds from start to stop, or to now. */
uint64_t text_delta_s(const struct clew_snapshot *ct, uint64_t now_ns);

/* When an event happened. */
uint64_t text_event_ns(const struct clew_snapshot *ct,
		       const struct clew_text_options *options);

/* Copy the string in a field of 'size' bytes, which may lack its NUL.
 * => 'out', which has room for size + 1. */
const char *text_field(char *out, const char *field, size_t size);

bool text_label_is_set(const struct clew_snapshot *ct, unsigned bit);
bool text_has_labels(const struct clew_snapshot *ct);
#define TEXT_LABELS (CLEW_LABELS_SIZE * 8)

void text_line(struct strbuf *sb, const struct clew_snapshot *ct,
	       enum clew_record record,
	       const struct clew_text_options *options);
void text_xml(struct strbuf *sb, const struct clew_snapshot *ct,
	      enum clew_record record,
	      const struct clew_text_options *options);
void text_save(struct strbuf *sb, const struct clew_snapshot *ct,
	       enum clew_record record,
	       const struct clew_text_options *options);
void text_json(struct strbuf *sb, const struct clew_snapshot *ct,
	       enum clew_record record,
	       const struct clew_text_options *options);

#endif
