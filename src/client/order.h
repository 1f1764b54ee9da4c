/* SPDX-License-Identifier: BSD-2-Clause
 * client/order.h - what the user of conntrack asked for, checked and whole.
 *
 * argv -> order (parse.c) -> requests and filters.  Nothing after the parser
 * looks at argv again.  An order owns nothing but its matches' values, and stays
 * where it was filled, for they may point into it. */
#ifndef CLIENT_ORDER_H
#define CLIENT_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clew/expectation.h"
#include "clew/text.h"
#include "nl/ct.h"

enum order_command {
	ORDER_LIST,
	ORDER_CREATE,
	ORDER_ADD,		/* create or update */
	ORDER_UPDATE,
	ORDER_DELETE,
	ORDER_GET,
	ORDER_FLUSH,
	ORDER_EVENT,
	ORDER_COUNT,
	ORDER_STATS,
	ORDER_LOAD,
	ORDER_VERSION,
	ORDER_HELP,
	ORDER_NONE,
	ORDER_COMMANDS = ORDER_NONE,
};

enum order_table {
	ORDER_CONNTRACK,
	ORDER_EXPECT,
	ORDER_DYING,
	ORDER_UNCONFIRMED,
};

/* What a filter may look at. */
enum order_field {
	FIELD_ORIG_SRC,
	FIELD_ORIG_DST,
	FIELD_REPLY_SRC,
	FIELD_REPLY_DST,
	FIELD_ORIG_SPORT,	/* GRE's keys too */
	FIELD_ORIG_DPORT,
	FIELD_REPLY_SPORT,
	FIELD_REPLY_DPORT,
	FIELD_ICMP_TYPE,
	FIELD_ICMP_CODE,
	FIELD_ICMP_ID,
	FIELD_PROTOCOL,
	FIELD_STATE,
	FIELD_MARK,
	FIELD_SECMARK,
	FIELD_ID,
	FIELD_ZONE,
	FIELD_ORIG_ZONE,
	FIELD_REPLY_ZONE,
	FIELD_ORIG_VTAG,
	FIELD_REPLY_VTAG,
	FIELDS,
};

/* One of the values a field may have: an address under a mask, or a number
 * from 'low' to 'high', looked at under 'mask'. */
struct order_value {
	union clew_addr addr;
	union clew_addr addr_mask;
	uint32_t low;
	uint32_t high;
	uint32_t mask;
};

#define ORDER_VALUES 64

/* All that was said of one field: any of the values, or none of them. */
struct order_match {
	bool is_set;
	bool is_negated;
	uint8_t count;
	struct order_value *value;	/* 'only', or of the order's heap */
	struct order_value only;
};

/* -n, -g, -j */
enum order_nat_side {
	ORDER_NAT_SRC,
	ORDER_NAT_DST,
	ORDER_NAT_ANY,
	ORDER_NATS,
};

struct order_nat {
	bool is_set;
	bool has_addr;
	bool has_port;
	union clew_addr addr;
	uint16_t port;
};

enum order_output {
	OUTPUT_XML		= 1u << 0,
	OUTPUT_EXTENDED		= 1u << 1,
	OUTPUT_TIMESTAMP	= 1u << 2,
	OUTPUT_ID		= 1u << 3,
	OUTPUT_KTIMESTAMP	= 1u << 4,
	OUTPUT_LABELS		= 1u << 5,
	OUTPUT_SAVE		= 1u << 6,
	OUTPUT_USERSPACE	= 1u << 7,
	OUTPUT_JSON		= 1u << 8,	/* clew's own */
	OUTPUT_PROC		= 1u << 9,	/* clew's own */
};

struct order {
	enum order_command command;
	enum order_table table;
	uint64_t given;			/* 1 << enum option: which were */
	uint32_t proto_given;		/* 1 << enum proto_option */
	uint8_t family;			/* 0: any */
	bool has_protocol;
	uint8_t protocol;

	/* What to set or make; for expectations also what to find. */
	struct clew_snapshot ct;
	uint32_t mark_mask;		/* which bits of the mark are meant */
	struct clew_tuple expect_tuple;
	struct clew_tuple expect_mask;
	struct order_nat nat[ORDER_NATS];
	uint8_t label_add[CLEW_LABELS_SIZE];
	uint8_t label_del[CLEW_LABELS_SIZE];
	bool has_label_del;		/* and, if none is set, all */

	/* What to look for. */
	struct order_match match[FIELDS];
	uint32_t status_set;		/* bits that must be set */
	uint32_t status_unset;		/* bits that must not */
	uint8_t label[CLEW_LABELS_SIZE];	/* all of these */

	uint32_t output;		/* enum order_output */
	uint32_t events;		/* 1 << enum clew_event_type */
	uint32_t buffer_size;
	const char *file;		/* -R */
	const char *engine;		/* socket's path, or NULL: the kernel */
	const char *netns;		/* name, or NULL: this one */
	enum order_field count_by;
};

static inline bool
order_has(const struct order *o, unsigned option)
{
	return o->given & 1ULL << option;
}

#endif
