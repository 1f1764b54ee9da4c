/* SPDX-License-Identifier: BSD-2-Clause
 * clew/text.h - a connection in the words of conntrack(8).
 *
 * One formatter for the replayer and the netlink tools.  Which fields a line
 * has follows from clew_snapshot.has alone, so that an event and a dump of
 * the same connection differ as Linux's do. */
#ifndef CLEW_TEXT_H
#define CLEW_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "clew/rules.h"
#include "clew/snapshot.h"
#include "clew/visibility.h"

enum clew_format {
	CLEW_FORMAT_LINE,	/* conntrack -L, -E */
	CLEW_FORMAT_XML,	/* -o xml: the element, without header */
	CLEW_FORMAT_SAVE,	/* -o save: a line for conntrack -R */
	CLEW_FORMAT_JSON,	/* one object, without newline */
};

/* Bits of clew_text_options.show: what -o adds. */
enum clew_show {
	CLEW_SHOW_EXTENDED	= 1u << 0,	/* layer 3 name and number */
	CLEW_SHOW_ID		= 1u << 1,
	CLEW_SHOW_KTIMESTAMP	= 1u << 2,
	CLEW_SHOW_LABELS	= 1u << 3,
	CLEW_SHOW_TIMESTAMP	= 1u << 4,	/* events: '[sec.usec]\t' */
};

/* What a record is about: a dumped entry, or one of the three events. */
enum clew_record {
	CLEW_RECORD_ENTRY,
	CLEW_RECORD_NEW,
	CLEW_RECORD_UPDATE,
	CLEW_RECORD_DESTROY,
};

/* Names of label bits.  => NULL for a bit without one. */
typedef const char *clew_label_name_fn(void *ctx, unsigned bit);

struct clew_text_options {
	enum clew_format format;
	uint32_t show;			/* enum clew_show */
	uint64_t now_ns;		/* for delta-time of a live entry, and
					 * the time of an event */
	clew_label_name_fn *label_name;	/* NULL: labels as bit numbers */
	void *ctx;
	const char *progname;		/* of CLEW_HAS_PORTID, or NULL */
};

/* Write one record of 'ct' into 'buf', NUL-terminated and cut to 'size',
 * without a newline.  => The length it would have had, as snprintf. */
CLEW_API size_t clew_text_format(char *buf, size_t size,
				 const struct clew_snapshot *ct,
				 enum clew_record record,
				 const struct clew_text_options *options);

/* Large enough for any record in any format. */
#define CLEW_TEXT_MAX 8192

/* Write 't' as conntrack does: "src=A dst=B sport=N dport=N", without a
 * space at the end.  => As snprintf. */
CLEW_API size_t clew_text_tuple(char *buf, size_t size,
				const struct clew_tuple *t);

/* Read a packet's own tuple, from its IP header on: ICMP's id whatever the
 * type, GRE without keys, later fragments without ports.
 * => false when there is no IP header. */
CLEW_API bool clew_tuple_read(struct clew_tuple *t, const uint8_t *data,
			      uint32_t len);

/* What a trace has but numbers for.  Each may be NULL, and may answer so. */
struct clew_trace_names {
	const char *(*interface)(void *ctx, uint32_t index);
	/* The rule as 'nft list ruleset' writes it. */
	const char *(*rule)(void *ctx, const struct clew_rule *rule);
	void *ctx;
};

/* Write one step of a trace as 'nft monitor trace' does, without a newline.
 * => As snprintf; 0 for a step of which nft says nothing. */
CLEW_API size_t clew_text_trace(char *buf, size_t size,
				const struct clew_trace *trace,
				const struct clew_trace_names *names);

/* The same as a JSON object; 'packet' is its number for the reader. */
CLEW_API size_t clew_json_trace(char *buf, size_t size,
				const struct clew_trace *trace,
				uint64_t packet,
				const struct clew_trace_names *names);

/* "ip", "ip6", "inet", ... by NFPROTO_*.  => Static storage. */
CLEW_API const char *clew_table_family_name(uint8_t family);
/* "new", "established", ... by enum clew_ct_state.  => Static storage. */
CLEW_API const char *clew_ct_state_name(uint8_t state);

/* "tcp", "udp", ... or "unknown".  => Static storage. */
CLEW_API const char *clew_protocol_name(uint8_t protocol);
/* "SYN_SENT", ... or "NONE" beyond the last.  => Static storage. */
CLEW_API const char *clew_tcp_state_name(uint8_t state);
CLEW_API const char *clew_sctp_state_name(uint8_t state);

#endif
