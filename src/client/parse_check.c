/* SPDX-License-Identifier: BSD-2-Clause
 * client/parse_check.c - what may, must and may not be given together.
 *
 * In the original's order, so that the same mistake earns the same message. */
#include "client/parse_parts.h"

#include <string.h>

static int
complain(struct parser *p, const char *name, bool is_given)
{
	if (is_given)
		return FAIL(p, BAD_LINE, "Illegal option `--%s' with this "
			    "command", name);
	return FAIL(p, BAD_LINE, "You need to supply the `--%s' option for "
		    "this command", name);
}

static bool
is_wrong(char may, bool is_given)
{
	return may == (is_given ? '.' : 'm');
}

/* A pair in one direction or the other: both of one, if any is needed. */
static int
check_pair(struct parser *p, uint64_t given, unsigned first,
	   const char *orig, const char *reply)
{
	uint64_t pair = given >> first & 0xf;

	if ((pair & 3) == 3 || (pair & 0xc) == 0xc)
		return 0;
	return FAIL(p, BAD_LINE, "you have to specify %s",
		    pair & 3 || !(pair & 0xc) ? orig : reply);
}

static bool
needs_tuple(const struct order *o)
{
	return o->table == ORDER_CONNTRACK &&
	       (o->command == ORDER_CREATE || o->command == ORDER_ADD ||
		(o->command == ORDER_GET && !order_has(o, OPTION_ID)));
}

static const char *
proto_name(const struct proto_info *info, unsigned option)
{
	for (size_t i = 0; i < info->spellings; i++) {
		if (info->spelling[i].option == option)
			return info->spelling[i].name;
	}
	return "";
}

static int
check_proto(struct parser *p)
{
	struct order *o = p->order;
	const struct proto_info *info = p->proto;

	if (!info)
		return 0;
	for (unsigned i = 0; i < PROTO_OPTIONS; i++) {
		bool is_given = o->proto_given & 1u << i;
		char may = option_valid(info->valid[i], o->command, o->table);

		if (info->valid[i] && is_wrong(may, is_given))
			return complain(p, proto_name(info, i), is_given);
	}
	if (!needs_tuple(o) || info->number == 1 || info->number == 58)
		return 0;
	if (info->number == 47)
		return check_pair(p, o->proto_given, PROTO_ORIG_SPORT,
				  "`--srckey' and `--dstkey'",
				  "`--reply-src-key' and `--reply-dst-key'");
	return check_pair(p, o->proto_given, PROTO_ORIG_SPORT,
			  "`--sport' and `--dport'",
			  "`--reply-src-port' and `--reply-dst-port'");
}

static bool
has_filter(const struct order *o)
{
	uint64_t no_filter = 1ULL << OPTION_ZERO | 1ULL << OPTION_OUTPUT |
			     1ULL << OPTION_NAT_RANGE |
			     1ULL << OPTION_LABELMAP | 1ULL << OPTION_ENGINE |
			     1ULL << OPTION_NETNS | 1ULL << OPTION_FAMILY |
			     1ULL << OPTION_ZERO_OK;

	return o->given & ~no_filter || o->proto_given;
}

/* --mask-src and --mask-dst take the place of the address's own mask. */
static int
apply_masks(struct parser *p)
{
	static const char *const names[] = { "src", "dst" };

	for (unsigned i = 0; i < 2; i++) {
		struct order_match *match =
			&p->order->match[FIELD_ORIG_SRC + i];

		if (!p->has_address_mask[i])
			continue;
		if (!match->is_set && p->order->table == ORDER_CONNTRACK)
			return FAIL(p, BAD_LINE, "Can't use --mask-%s "
				    "without --%s", names[i], names[i]);
		for (unsigned k = 0; k < match->count; k++)
			match->value[k].addr_mask = p->address_mask[i];
		*(i ? &p->order->expect_mask.dst :
		      &p->order->expect_mask.src) = p->address_mask[i];
	}
	return 0;
}

int
parse_check(struct parser *p)
{
	struct order *o = p->order;

	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		char may;

		/* An id names an entry without a tuple, and so without it. */
		if (i == OPTION_PROTO &&
		    (o->command == ORDER_HELP ||
		     (o->command == ORDER_GET && order_has(o, OPTION_ID))))
			continue;
		may = option_valid(option_infos[i].valid, o->command,
				   o->table);
		if (is_wrong(may, order_has(o, i)))
			return complain(p, option_infos[i].name,
					order_has(o, i));
	}
	/* Where there are no entries to show, JSON alone has a form. */
	if (option_valid(option_infos[OPTION_OUTPUT].valid, o->command,
			 o->table) == '+' && o->command != ORDER_GET &&
	    o->output & ~(uint32_t)OUTPUT_JSON)
		return complain(p, option_infos[OPTION_OUTPUT].name, true);
	if (o->command == ORDER_LIST && order_has(o, OPTION_ZERO) &&
	    has_filter(o))
		return FAIL(p, BAD_LINE,
			    "Can't use -z with filtering parameters");
	if (needs_tuple(o) &&
	    check_pair(p, o->given, OPTION_ORIG_SRC, "`--src' and `--dst'",
		       "`--reply-src' and `--reply-dst'"))
		return -1;
	if (check_proto(p))
		return -1;
	return apply_masks(p);
}
