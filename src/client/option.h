/* SPDX-License-Identifier: BSD-2-Clause
 * client/option.h - every option of conntrack: the parser, the help, the man
 * page's list and the shells' completion are made from these tables.
 *
 * 'valid' has a letter per command in the order of the heading, first for
 * connections, then for expectations:
 *	.  not with this command	o  may be given
 *	m  must be given		+  may be given: clew's own addition
 * What must be given together is parse.c's business.
 * Source: conntrack(8) 1.4.7, and what it answers. */
#ifndef CLIENT_OPTION_H
#define CLIENT_OPTION_H

#include "client/order.h"

/*	name		letter long	argument	 LIAUDGFECS LIAUDGFECS */
#define OPTIONS(X)							\
	X(ORIG_SRC,	's', "src",	"ADDRESS",	"oooooo.o.. .m..mm....", "source of the original direction") \
	X(ORIG_DST,	'd', "dst",	"ADDRESS",	"oooooo.o.. .m..mm....", "destination of the original direction") \
	X(REPLY_SRC,	'r', "reply-src", "ADDRESS",	"oooooo.o.. .o..oo....", "source of the replies") \
	X(REPLY_DST,	'q', "reply-dst", "ADDRESS",	"oooooo.o.. .o..oo....", "destination of the replies") \
	X(PROTO,	'p', "protonum", "PROTOCOL",	"ommoom.o.. .m..mm....", "layer 4 protocol; before its own options") \
	X(TIMEOUT,	't', "timeout",	"SECONDS",	".mmoo..... .m........", "seconds until it ends") \
	X(STATUS,	'u', "status",	"STATUS,...",	"ooooo.+... .o........", "ASSURED, SEEN_REPLY, UNREPLIED, FIXED_TIMEOUT, EXPECTED, OFFLOAD, HW_OFFLOAD, UNSET; !STATUS: not") \
	X(ZERO,		'z', "zero",	NULL,		"o......... ..........", "make the counters 0 while reading them") \
	X(EVENT_MASK,	'e', "event-mask", "EVENT,...",	".......o.. .......+..", "NEW, UPDATES, DESTROY or ALL") \
	X(TUPLE_SRC,	0, "tuple-src",	"ADDRESS",	".......... .m........", "source of what is expected") \
	X(TUPLE_DST,	0, "tuple-dst",	"ADDRESS",	".......... .m........", "destination of what is expected") \
	X(MASK_SRC,	0, "mask-src",	"MASK",		"o..oo..o.. .m........", "which bits of --src count") \
	X(MASK_DST,	0, "mask-dst",	"MASK",		"o..oo..o.. .m........", "which bits of --dst count") \
	X(NAT_RANGE,	'a', "nat-range", "RANGE",	"oooooooooo oooooooooo", "of no effect") \
	X(MARK,		'm', "mark",	"MARK[/MASK]",	"ooooo.+o.. ..........", "mark, under a mask") \
	X(ID,		'i', "id",	"ID",		"+..ooo.... ..........", "the entry's own number") \
	X(FAMILY,	'f', "family",	"FAMILY",	"o..oo.oo.. o.........", "ipv4 or ipv6") \
	X(SRC_NAT,	'n', "src-nat",	"[ADDRESS[:PORT]]", "ooooo..o.. ..........", "its source is translated, to this") \
	X(DST_NAT,	'g', "dst-nat",	"[ADDRESS[:PORT]]", "ooooo..o.. ..........", "its destination is translated, to this") \
	X(OUTPUT,	'o', "output",	"FORMAT,...",	"o++ooo+o++ o+..+++o++", "xml, extended, timestamp, id, ktimestamp, labels, save, json, proc") \
	X(SECMARK,	'c', "secmark",	"MARK",		"o......o.. ..........", "security mark") \
	X(BUFFER_SIZE,	'b', "buffer-size", "BYTES",	".......o.. .......+..", "receive buffer for events") \
	X(ANY_NAT,	'j', "any-nat",	"[ADDRESS[:PORT]]", "o......o.. ..........", "either side is translated, to this") \
	X(ZONE,		'w', "zone",	"ZONE",		"ooo.o.+o.. ..........", "zone of both directions") \
	X(LABEL,	'l', "label",	"LABEL,...",	"o..ooo.o.. ..........", "bears all of these labels") \
	X(LABEL_ADD,	0, "label-add",	"LABEL,...",	".ooo...... ..........", "labels to add") \
	X(LABEL_DEL,	0, "label-del",	"[LABEL,...]",	"...o...... ..........", "labels to take off; none named: all") \
	X(ORIG_ZONE,	0, "orig-zone",	"ZONE",		"ooo.o..o.. ..........", "zone of the original direction alone") \
	X(REPLY_ZONE,	0, "reply-zone", "ZONE",	"ooo.o..o.. ..........", "zone of the reply direction alone") \
	X(LABELMAP,	'M', "labelmap", "FILE",	"o++oo+.o.. ..........", "the names of labels; else /etc/xtables/connlabel.conf") \
	X(ENGINE,	0, "engine",	"SOCKET",	"++++++++++ ++++++++++", "speak to a clew engine instead of the kernel") \
	X(NETNS,	'N', "netns",	"NAME",		"++++++++++ ++++++++++", "in this network namespace; all: in each that has a name") \
	X(COUNT_BY,	0, "count-by",	"FIELD",	"+......... ..........", "how many there are of each value of FIELD") \
	X(ZERO_OK,	0, "zero-ok",	NULL,		"++++++++++ ++++++++++", "exit with 0 also when there was nothing to do") \
	X(RESYNC,	0, "resync",	NULL,		".......+.. ..........", "after a loss, read the table and tell the difference") \
	X(RELIABLE,	0, "reliable",	NULL,		".......+.. ..........", "ask the kernel to lose no DESTROY") \
	X(YES,		'y', "yes",	NULL,		"....+.+... ....+.+...", "do not ask")

enum option {
#define OPTION_NAME(name, ...) OPTION_##name,
	OPTIONS(OPTION_NAME)
#undef OPTION_NAME
	OPTION_COUNT,
};

/* The protocols' own options, by where their value goes. */
enum proto_option {
	PROTO_ORIG_SPORT,
	PROTO_ORIG_DPORT,
	PROTO_REPLY_SPORT,
	PROTO_REPLY_DPORT,
	PROTO_MASK_SPORT,
	PROTO_MASK_DPORT,
	PROTO_TUPLE_SPORT,
	PROTO_TUPLE_DPORT,
	PROTO_STATE,
	PROTO_ORIG_VTAG,
	PROTO_REPLY_VTAG,
	PROTO_ROLE,
	PROTO_ICMP_TYPE,
	PROTO_ICMP_CODE,
	PROTO_ICMP_ID,
	PROTO_OPTIONS,
};

/* One spelling of a long option.  Abbreviations are made of the original's
 * spellings alone, so that clew's additions break no script. */
struct option_spelling {
	const char *name;
	uint8_t option;
	bool is_ours;
};

struct option_info {
	char letter;		/* 0: long only */
	const char *name;
	const char *argument;	/* NULL: takes none; "[...": optional */
	const char *valid;
	const char *help;
};

/* A protocol: its names, and its options with their 'valid'. */
struct proto_info {
	const char *name;
	uint8_t number;
	const struct option_spelling *spelling;
	size_t spellings;
	const char *valid[PROTO_OPTIONS];	/* NULL: has it not */
};

struct command_info {
	char letter;
	const char *name;
	const char *help;
};

extern const struct option_info option_infos[OPTION_COUNT];
extern const struct option_spelling option_spellings[];
extern const size_t option_spelling_count;
extern const struct command_info command_infos[ORDER_COMMANDS];
extern const struct proto_info proto_infos[];
extern const size_t proto_info_count;

/* => The protocol's entry, or NULL: it has no options. */
const struct proto_info *option_proto(uint8_t number);

/* May it ('.', 'o', 'm', '+') be given with this command on this table? */
static inline char
option_valid(const char *valid, enum order_command command,
	     enum order_table table)
{
	if (!valid || command > ORDER_STATS)
		return '.';
	/* Ten letters for connections, a space, ten for expectations. */
	return valid[command + (table == ORDER_EXPECT ? 11 : 0)];
}

/* Where a long option's value goes, by name or unambiguous abbreviation.
 * => The spelling; NULL: unknown or ambiguous. */
const struct option_spelling *
option_lookup(const struct option_spelling spelling[], size_t count,
	      const char *name, size_t len);

#endif
