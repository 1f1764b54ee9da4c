/* SPDX-License-Identifier: BSD-2-Clause
 * client/option.c - the tables of options, and how a name finds its entry. */
#include "client/option.h"

#include <string.h>

const struct option_info option_infos[OPTION_COUNT] = {
#define OPTION_INFO(name, letter, text, argument, valid, help)		\
	[OPTION_##name] = { letter, text, argument, valid, help },
	OPTIONS(OPTION_INFO)
#undef OPTION_INFO
};

const struct option_spelling option_spellings[] = {
	{ "src",		OPTION_ORIG_SRC,	false },
	{ "orig-src",		OPTION_ORIG_SRC,	false },
	{ "dst",		OPTION_ORIG_DST,	false },
	{ "orig-dst",		OPTION_ORIG_DST,	false },
	{ "reply-src",		OPTION_REPLY_SRC,	false },
	{ "reply-dst",		OPTION_REPLY_DST,	false },
	{ "protonum",		OPTION_PROTO,		false },
	{ "timeout",		OPTION_TIMEOUT,		false },
	{ "status",		OPTION_STATUS,		false },
	{ "zero",		OPTION_ZERO,		false },
	{ "event-mask",		OPTION_EVENT_MASK,	false },
	{ "tuple-src",		OPTION_TUPLE_SRC,	false },
	{ "tuple-dst",		OPTION_TUPLE_DST,	false },
	{ "mask-src",		OPTION_MASK_SRC,	false },
	{ "mask-dst",		OPTION_MASK_DST,	false },
	{ "nat-range",		OPTION_NAT_RANGE,	false },
	{ "mark",		OPTION_MARK,		false },
	{ "secmark",		OPTION_SECMARK,		false },
	{ "id",			OPTION_ID,		false },
	{ "family",		OPTION_FAMILY,		false },
	{ "src-nat",		OPTION_SRC_NAT,		false },
	{ "dst-nat",		OPTION_DST_NAT,		false },
	{ "output",		OPTION_OUTPUT,		false },
	{ "buffer-size",	OPTION_BUFFER_SIZE,	false },
	{ "any-nat",		OPTION_ANY_NAT,		false },
	{ "zone",		OPTION_ZONE,		false },
	{ "label",		OPTION_LABEL,		false },
	{ "label-add",		OPTION_LABEL_ADD,	false },
	{ "label-del",		OPTION_LABEL_DEL,	false },
	{ "orig-zone",		OPTION_ORIG_ZONE,	false },
	{ "reply-zone",		OPTION_REPLY_ZONE,	false },
	{ "labelmap",		OPTION_LABELMAP,	true },
	{ "engine",		OPTION_ENGINE,		true },
	{ "netns",		OPTION_NETNS,		true },
	{ "count-by",		OPTION_COUNT_BY,	true },
	{ "zero-ok",		OPTION_ZERO_OK,		true },
	{ "resync",		OPTION_RESYNC,		true },
	{ "reliable",		OPTION_RELIABLE,	true },
	{ "yes",		OPTION_YES,		true },
	/* The commands, behind the options. */
	{ "dump",		OPTION_COUNT + ORDER_LIST,	false },
	{ "create",		OPTION_COUNT + ORDER_CREATE,	false },
	{ "add",		OPTION_COUNT + ORDER_ADD,	false },
	{ "update",		OPTION_COUNT + ORDER_UPDATE,	false },
	{ "delete",		OPTION_COUNT + ORDER_DELETE,	false },
	{ "get",		OPTION_COUNT + ORDER_GET,	false },
	{ "flush",		OPTION_COUNT + ORDER_FLUSH,	false },
	{ "event",		OPTION_COUNT + ORDER_EVENT,	false },
	{ "counter",		OPTION_COUNT + ORDER_COUNT,	false },
	{ "stats",		OPTION_COUNT + ORDER_STATS,	false },
	{ "version",		OPTION_COUNT + ORDER_VERSION,	false },
	{ "help",		OPTION_COUNT + ORDER_HELP,	false },
};

const size_t option_spelling_count =
	sizeof(option_spellings) / sizeof(option_spellings[0]);

const struct command_info command_infos[ORDER_COMMANDS] = {
	[ORDER_LIST]	= { 'L', "dump", "list" },
	[ORDER_CREATE]	= { 'I', "create", "create; fail if it exists" },
	[ORDER_ADD]	= { 'A', "add", "create, or update if it exists" },
	[ORDER_UPDATE]	= { 'U', "update", "update what matches" },
	[ORDER_DELETE]	= { 'D', "delete", "delete what matches" },
	[ORDER_GET]	= { 'G', "get", "show one entry" },
	[ORDER_FLUSH]	= { 'F', "flush", "empty the table" },
	[ORDER_EVENT]	= { 'E', "event", "show events as they happen" },
	[ORDER_COUNT]	= { 'C', "counter", "how many entries there are" },
	[ORDER_STATS]	= { 'S', "stats", "statistics" },
	[ORDER_LOAD]	= { 'R', "load-file", "commands from a file" },
	[ORDER_VERSION]	= { 'V', "version", "the version" },
	[ORDER_HELP]	= { 'h', "help", "this text" },
};

/* Ports, under the names of TCP and its like. */
#define PORTS								\
	{ "sport",		PROTO_ORIG_SPORT,	false },	\
	{ "orig-port-src",	PROTO_ORIG_SPORT,	false },	\
	{ "dport",		PROTO_ORIG_DPORT,	false },	\
	{ "orig-port-dst",	PROTO_ORIG_DPORT,	false },	\
	{ "reply-port-src",	PROTO_REPLY_SPORT,	false },	\
	{ "reply-port-dst",	PROTO_REPLY_DPORT,	false },	\
	{ "mask-port-src",	PROTO_MASK_SPORT,	false },	\
	{ "mask-port-dst",	PROTO_MASK_DPORT,	false },	\
	{ "tuple-port-src",	PROTO_TUPLE_SPORT,	false },	\
	{ "tuple-port-dst",	PROTO_TUPLE_DPORT,	false }

static const struct option_spelling tcp_spellings[] = {
	PORTS,
	{ "state",		PROTO_STATE,		false },
};

static const struct option_spelling udp_spellings[] = {
	PORTS,
};

static const struct option_spelling sctp_spellings[] = {
	PORTS,
	{ "state",		PROTO_STATE,		false },
	{ "orig-vtag",		PROTO_ORIG_VTAG,	false },
	{ "reply-vtag",		PROTO_REPLY_VTAG,	false },
};

static const struct option_spelling dccp_spellings[] = {
	PORTS,
	{ "state",		PROTO_STATE,		false },
	{ "role",		PROTO_ROLE,		false },
};

static const struct option_spelling icmp_spellings[] = {
	{ "icmp-type",		PROTO_ICMP_TYPE,	false },
	{ "icmp-code",		PROTO_ICMP_CODE,	false },
	{ "icmp-id",		PROTO_ICMP_ID,		false },
};

static const struct option_spelling icmpv6_spellings[] = {
	{ "icmpv6-type",	PROTO_ICMP_TYPE,	false },
	{ "icmpv6-code",	PROTO_ICMP_CODE,	false },
	{ "icmpv6-id",		PROTO_ICMP_ID,		false },
};

static const struct option_spelling gre_spellings[] = {
	{ "srckey",		PROTO_ORIG_SPORT,	false },
	{ "orig-key-src",	PROTO_ORIG_SPORT,	false },
	{ "dstkey",		PROTO_ORIG_DPORT,	false },
	{ "orig-key-dst",	PROTO_ORIG_DPORT,	false },
	{ "reply-key-src",	PROTO_REPLY_SPORT,	false },
	{ "reply-key-dst",	PROTO_REPLY_DPORT,	false },
	{ "mask-key-src",	PROTO_MASK_SPORT,	false },
	{ "mask-key-dst",	PROTO_MASK_DPORT,	false },
	{ "tuple-key-src",	PROTO_TUPLE_SPORT,	false },
	{ "tuple-key-dst",	PROTO_TUPLE_DPORT,	false },
};

/*	PROTO_OPTION	  LIAUDGFECS LIAUDGFECS, as conntrack 1.4.7 answers */
#define PORTS_VALID							\
	[PROTO_ORIG_SPORT]	= "oooooo.o.. .m..mm....",		\
	[PROTO_ORIG_DPORT]	= "oooooo.o.. .m..mm....",		\
	[PROTO_REPLY_SPORT]	= "oooooo.o.. .o..mm....",		\
	[PROTO_REPLY_DPORT]	= "oooooo.o.. .o..mm....",		\
	[PROTO_MASK_SPORT]	= ".......... .m..oo....",		\
	[PROTO_MASK_DPORT]	= ".......... .m..oo....",		\
	[PROTO_TUPLE_SPORT]	= ".......... .m..oo....",		\
	[PROTO_TUPLE_DPORT]	= ".......... .m..oo...."

/* Those whose connections may be created with these, to no effect. */
#define TUPLE_PORTS_TOO							\
	[PROTO_TUPLE_SPORT]	= ".oo....... .m..oo....",		\
	[PROTO_TUPLE_DPORT]	= ".oo....... .m..oo...."

#define SPELLINGS(table) table, sizeof(table) / sizeof((table)[0])

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Winitializer-overrides"
const struct proto_info proto_infos[] = {
	{ "tcp", 6, SPELLINGS(tcp_spellings), {
		PORTS_VALID, TUPLE_PORTS_TOO,
		[PROTO_STATE]		= "ommooo.o.. .o..oo....",
	} },
	{ "udp", 17, SPELLINGS(udp_spellings), { PORTS_VALID } },
	{ "udplite", 136, SPELLINGS(udp_spellings), { PORTS_VALID } },
	{ "sctp", 132, SPELLINGS(sctp_spellings), {
		PORTS_VALID, TUPLE_PORTS_TOO,
		[PROTO_STATE]		= "ommooo.o.. .o..oo....",
		[PROTO_ORIG_VTAG]	= "+mmo+o.+.. .m..oo....",
		[PROTO_REPLY_VTAG]	= "+mmo+o.+.. .m..oo....",
	} },
	{ "dccp", 33, SPELLINGS(dccp_spellings), {
		PORTS_VALID, TUPLE_PORTS_TOO,
		[PROTO_STATE]		= "ommooo.o.. .o..oo....",
		[PROTO_ROLE]		= ".mm....... .m..oo....",
	} },
	{ "icmp", 1, SPELLINGS(icmp_spellings), {
		[PROTO_ICMP_TYPE]	= "ommoom.o.. ..........",
		[PROTO_ICMP_CODE]	= "ommoom.o.. ..........",
		[PROTO_ICMP_ID]		= "oooooo.o.. ..........",
	} },
	{ "icmpv6", 58, SPELLINGS(icmpv6_spellings), {
		[PROTO_ICMP_TYPE]	= "ommoom.o.. ..........",
		[PROTO_ICMP_CODE]	= "ommoom.o.. ..........",
		[PROTO_ICMP_ID]		= "oooooo.o.. ..........",
	} },
	{ "gre", 47, SPELLINGS(gre_spellings), {
		PORTS_VALID,
		[PROTO_REPLY_SPORT]	= "oooooo.o.. .m..mm....",
		[PROTO_REPLY_DPORT]	= "oooooo.o.. .m..mm....",
	} },
};
#pragma GCC diagnostic pop

const size_t proto_info_count = sizeof(proto_infos) / sizeof(proto_infos[0]);

const struct proto_info *
option_proto(uint8_t number)
{
	for (size_t i = 0; i < proto_info_count; i++) {
		if (proto_infos[i].number == number)
			return &proto_infos[i];
	}
	return NULL;
}

const struct option_spelling *
option_lookup(const struct option_spelling spelling[], size_t count,
	      const char *name, size_t len)
{
	const struct option_spelling *found = NULL;
	bool is_ambiguous = false;

	for (size_t i = 0; i < count; i++) {
		const struct option_spelling *s = &spelling[i];

		if (strncmp(s->name, name, len) != 0)
			continue;
		if (s->name[len] == '\0')
			return s;
		if (s->is_ours)
			continue;
		/* Two spellings of one option are not ambiguous. */
		if (found && found->option != s->option)
			is_ambiguous = true;
		found = s;
	}
	return is_ambiguous ? NULL : found;
}
