/* SPDX-License-Identifier: BSD-2-Clause
 * client/parse_take.c - what each option of conntrack says, into the order. */
#include "client/parse_parts.h"

#include <stdio.h>
#include <string.h>

#include "client/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A value's own message. */
static int
fail_value(struct parser *p)
{
	p->error->status = BAD_LINE;
	return -1;
}

/* Settling what an option says. */

static int
check_family(struct parser *p, uint8_t family)
{
	struct order *o = p->order;

	if (o->family && o->family != family)
		return FAIL(p, BAD_LINE, "mismatched address family");
	o->family = family;
	return 0;
}

/* -s, -d, -r, -q: a list to look for; one alone also is the tuple's. */
static int
take_address(struct parser *p, enum option option, const char *text)
{
	struct order *o = p->order;
	unsigned i = option - OPTION_ORIG_SRC;
	struct order_match *match = &o->match[FIELD_ORIG_SRC + i];
	struct clew_tuple *t = &o->ct.tuple[i / 2];
	const struct order_value *first;

	if (value_addresses(text, &o->family, match, &p->error->error))
		return fail_value(p);
	first = &match->value[0];
	*(i % 2 ? &t->dst : &t->src) = first->addr;
	if (strchr(text, '/') && i < 2)
		o->given |= 1ULL << (OPTION_MASK_SRC + i);
	return 0;
}

/* --mask-src, --mask-dst: put over what -s and -d say, at the end. */
static int
take_mask(struct parser *p, unsigned i, const char *text)
{
	uint8_t family;

	if (value_address(text, &family, &p->address_mask[i],
			  &p->error->error))
		return fail_value(p);
	p->has_address_mask[i] = true;
	return check_family(p, family);
}

static int
take_tuple(struct parser *p, unsigned i, const char *text)
{
	struct clew_tuple *t = &p->order->expect_tuple;
	union clew_addr mask;
	uint8_t family;
	bool has_mask;

	if (value_prefix(text, &family, i ? &t->dst : &t->src, &mask,
			 &has_mask, &p->error->error))
		return fail_value(p);
	return check_family(p, family);
}

static int
take_number(struct parser *p, const char *text, uint64_t most,
	    const char *what, uint32_t *to)
{
	uint64_t number;

	if (value_number(text, most, what, &number, &p->error->error)) {
		p->error->status = CANNOT;
		return -1;
	}
	*to = (uint32_t)number;
	return 0;
}

/* A number to look for or to set: the first of a list. */
static int
take_numbers(struct parser *p, enum order_field field, const char *text,
	     uint64_t most, const char *what, uint32_t *to)
{
	struct order_match *match = &p->order->match[field];

	if (value_numbers(text, most, what, match, &p->error->error)) {
		p->error->status = CANNOT;
		return -1;
	}
	*to = match->value[0].low;
	return 0;
}

static int
take_mark(struct parser *p, const char *text)
{
	struct order *o = p->order;
	struct order_match *match = &o->match[FIELD_MARK];
	bool is_negated = text[0] == '!';
	char one[32];

	/* A list has no masks but its last one's. */
	if (strchr(text, ',') || strchr(text, '-') > text)
		return take_numbers(p, FIELD_MARK, text, UINT32_MAX, "-m",
				    &o->ct.mark);
	if (value_mark(text + is_negated, &o->ct.mark, &o->mark_mask,
		       &p->error->error)) {
		p->error->status = CANNOT;
		return -1;
	}
	strcpy(one, is_negated ? "!0" : "0");
	if (value_numbers(one, UINT32_MAX, "-m", match, &p->error->error))
		return fail_value(p);
	match->value[0].low = match->value[0].high = o->ct.mark;
	match->value[0].mask = o->mark_mask;
	o->ct.has |= CLEW_HAS_MARK;
	return 0;
}

static int
take_zone(struct parser *p, enum option option, const char *text)
{
	struct order *o = p->order;
	enum order_field field = option == OPTION_ZONE ? FIELD_ZONE :
				 option == OPTION_ORIG_ZONE ?
				 FIELD_ORIG_ZONE : FIELD_REPLY_ZONE;
	const char *what = option == OPTION_ZONE ? "-w" :
			   option == OPTION_ORIG_ZONE ? "--orig-zone" :
			   "--reply-zone";
	uint32_t zone;

	if (take_numbers(p, field, text, UINT16_MAX, what, &zone))
		return -1;
	if (option == OPTION_ZONE) {
		o->ct.zone = (uint16_t)zone;
		o->ct.has |= CLEW_HAS_ZONE;
	} else {
		enum clew_dir dir = option == OPTION_ORIG_ZONE ?
				    CLEW_DIR_ORIG : CLEW_DIR_REPLY;

		o->ct.tuple[dir].zone = (uint16_t)zone;
		o->ct.has |= CLEW_HAS_ZONE_ORIG << dir;
	}
	return 0;
}

static int
take_nat(struct parser *p, enum order_nat_side side, const char *text)
{
	struct order *o = p->order;
	uint8_t family;

	if ((side == ORDER_NAT_ANY && (order_has(o, OPTION_SRC_NAT) ||
				       order_has(o, OPTION_DST_NAT))) ||
	    (side != ORDER_NAT_ANY && order_has(o, OPTION_ANY_NAT)))
		return FAIL(p, BAD_LINE, "cannot specify `--src-nat' or "
			    "`--dst-nat' with `--any-nat'");
	o->nat[side] = (struct order_nat){ .is_set = true };
	if (!text)
		return 0;
	if (value_nat(text, &family, &o->nat[side], &p->error->error))
		return fail_value(p);
	return check_family(p, family);
}

static int
need_labels(struct parser *p)
{
	const char *path = p->labelmap ? p->labelmap : LABEL_FILE;

	if (p->labels->is_read)
		return 0;
	if (labels_read(p->labels, path, &p->error->error))
		return fail_value(p);
	return 0;
}

static int
take_label(struct parser *p, enum option option, const char *text)
{
	struct order *o = p->order;
	uint8_t *bits = option == OPTION_LABEL ? o->label :
			option == OPTION_LABEL_ADD ? o->label_add :
			o->label_del;

	if ((option == OPTION_LABEL_ADD && order_has(o, OPTION_LABEL_DEL)) ||
	    (option == OPTION_LABEL_DEL && order_has(o, OPTION_LABEL_ADD)))
		return FAIL(p, CANNOT, "cannot use --label-add and "
			    "--label-del at the same time");
	if (option == OPTION_LABEL_DEL)
		o->has_label_del = true;
	if (!text)
		return 0;
	if (need_labels(p))
		return -1;
	if (labels_parse(p->labels, text, bits, &p->error->error))
		return fail_value(p);
	return 0;
}

static int
take_status(struct parser *p, const char *text)
{
	struct order *o = p->order;
	bool is_unset;

	if (value_status(text, &o->status_set, &o->status_unset, &is_unset,
			 &p->error->error))
		return fail_value(p);
	/* UNSET is no bit to look for, but 0 to set. */
	o->ct.status = o->status_set;
	o->ct.has |= CLEW_HAS_STATUS;
	return 0;
}

static int
take_output(struct parser *p, const char *text)
{
	struct order *o = p->order;

	if (value_output(text, &o->output, &p->error->error))
		return fail_value(p);
	if (o->output & OUTPUT_SAVE && o->output & ~(uint32_t)OUTPUT_SAVE)
		return FAIL(p, CANNOT, "cannot combine save output with any "
			    "other output type, use -o save only");
	if (o->output & OUTPUT_LABELS)	/* without names: by number */
		labels_read(p->labels, p->labelmap ? p->labelmap : LABEL_FILE,
			    NULL);
	return 0;
}

static int
take_protocol(struct parser *p, const char *text)
{
	struct order *o = p->order;

	if (value_protocol(text, &o->protocol, &p->error->error))
		return fail_value(p);
	o->has_protocol = true;
	p->proto = option_proto(o->protocol);
	return 0;
}

int
parse_take_general(struct parser *p, enum option option, const char *text)
{
	struct order *o = p->order;
	uint32_t ignored;
	uint8_t family;

	switch (option) {
	case OPTION_ORIG_SRC:
	case OPTION_ORIG_DST:
	case OPTION_REPLY_SRC:
	case OPTION_REPLY_DST:
		return take_address(p, option, text);
	case OPTION_PROTO:
		return take_protocol(p, text);
	case OPTION_TIMEOUT:
		o->ct.has |= CLEW_HAS_TIMEOUT;
		return take_number(p, text, INT32_MAX, "-t",
				   &o->ct.timeout_s);
	case OPTION_STATUS:
		return take_status(p, text);
	case OPTION_EVENT_MASK:
		if (value_events(text, &o->events, &p->error->error))
			return fail_value(p);
		return 0;
	case OPTION_TUPLE_SRC:
	case OPTION_TUPLE_DST:
		return take_tuple(p, option - OPTION_TUPLE_SRC, text);
	case OPTION_MASK_SRC:
	case OPTION_MASK_DST:
		return take_mask(p, option - OPTION_MASK_SRC, text);
	case OPTION_MARK:
		return take_mark(p, text);
	case OPTION_ID:
		o->ct.has |= CLEW_HAS_ID;
		return take_numbers(p, FIELD_ID, text, UINT32_MAX, "-i",
				    &o->ct.id);
	case OPTION_FAMILY:
		if (value_family(text, &family, &p->error->error))
			return fail_value(p);
		return check_family(p, family);
	case OPTION_SRC_NAT:
		return take_nat(p, ORDER_NAT_SRC, text);
	case OPTION_DST_NAT:
		return take_nat(p, ORDER_NAT_DST, text);
	case OPTION_ANY_NAT:
		return take_nat(p, ORDER_NAT_ANY, text);
	case OPTION_OUTPUT:
		return take_output(p, text);
	case OPTION_SECMARK:
		return take_numbers(p, FIELD_SECMARK, text, UINT32_MAX, "-c",
				    &ignored);
	case OPTION_BUFFER_SIZE:
		return take_number(p, text, INT32_MAX, "-b",
				   &o->buffer_size);
	case OPTION_ZONE:
	case OPTION_ORIG_ZONE:
	case OPTION_REPLY_ZONE:
		return take_zone(p, option, text);
	case OPTION_LABEL:
	case OPTION_LABEL_ADD:
	case OPTION_LABEL_DEL:
		return take_label(p, option, text);
	case OPTION_LABELMAP:
		p->labelmap = text;
		return 0;
	case OPTION_ENGINE:
		o->engine = text;
		return 0;
	case OPTION_NETNS:
		o->netns = text;
		return 0;
	case OPTION_COUNT_BY:
		if (value_count_by(text, &o->count_by, &p->error->error))
			return fail_value(p);
		return 0;
	case OPTION_NAT_RANGE:
		fputs("WARNING: ignoring -a, deprecated option.\n", stderr);
		return 0;
	case OPTION_ZERO:
	case OPTION_ZERO_OK:
	case OPTION_RESYNC:
	case OPTION_RELIABLE:
	case OPTION_YES:
	case OPTION_COUNT:
		break;
	}
	return 0;
}

/* The protocols' options. */

static int
take_state(struct parser *p, const char *text)
{
	struct order *o = p->order;
	bool is_tcp = o->protocol == 6;

	if (o->protocol == 33)
		return 0;	/* Linux tracks DCCP no more */
	if (value_names(text, is_tcp ? value_tcp_state : value_sctp_state,
			is_tcp ? "TCP" : "SCTP", &o->match[FIELD_STATE],
			&p->error->error))
		return fail_value(p);
	o->ct.state = (uint8_t)o->match[FIELD_STATE].value[0].low;
	o->ct.has |= CLEW_HAS_STATE;
	return 0;
}

static int
take_port(struct parser *p, enum proto_option option, const char *name,
	  const char *text)
{
	struct order *o = p->order;
	uint16_t *const to[] = {
		[PROTO_ORIG_SPORT]	= &o->ct.tuple[0].part.port.sport_be,
		[PROTO_ORIG_DPORT]	= &o->ct.tuple[0].part.port.dport_be,
		[PROTO_REPLY_SPORT]	= &o->ct.tuple[1].part.port.sport_be,
		[PROTO_REPLY_DPORT]	= &o->ct.tuple[1].part.port.dport_be,
		[PROTO_MASK_SPORT]	= &o->expect_mask.part.port.sport_be,
		[PROTO_MASK_DPORT]	= &o->expect_mask.part.port.dport_be,
		[PROTO_TUPLE_SPORT]	= &o->expect_tuple.part.port.sport_be,
		[PROTO_TUPLE_DPORT]	= &o->expect_tuple.part.port.dport_be,
	};
	char what[32];
	uint32_t port;
	int err;

	snprintf(what, sizeof(what), "--%s", name);
	if (option <= PROTO_REPLY_DPORT)
		err = take_numbers(p, FIELD_ORIG_SPORT + option -
				   PROTO_ORIG_SPORT, text, UINT16_MAX, what,
				   &port);
	else
		err = take_number(p, text, UINT16_MAX, what, &port);
	if (!err)
		*to[option] = to_be16((uint16_t)port);
	return err;
}

static int
take_icmp(struct parser *p, enum proto_option option, const char *name,
	  const char *text)
{
	struct clew_tuple *t = &p->order->ct.tuple[0];
	enum order_field field = FIELD_ICMP_TYPE + (option - PROTO_ICMP_TYPE);
	bool is_id = option == PROTO_ICMP_ID;
	char what[32];
	uint32_t number;

	snprintf(what, sizeof(what), "--%s", name);
	if (take_numbers(p, field, text, is_id ? UINT16_MAX : UINT8_MAX,
			 what, &number))
		return -1;
	if (is_id)
		t->part.icmp.id_be = to_be16((uint16_t)number);
	else if (option == PROTO_ICMP_TYPE)
		t->part.icmp.type = (uint8_t)number;
	else
		t->part.icmp.code = (uint8_t)number;
	return 0;
}

int
parse_take_proto(struct parser *p, const struct option_spelling *s,
	   const char *text)
{
	struct order *o = p->order;
	enum proto_option option = (enum proto_option)s->option;

	o->proto_given |= 1u << option;
	switch (option) {
	case PROTO_STATE:
		return take_state(p, text);
	case PROTO_ORIG_VTAG:
		o->ct.has |= CLEW_HAS_PROTOINFO;
		return take_numbers(p, FIELD_ORIG_VTAG, text, UINT32_MAX,
				    "--orig-vtag", &o->ct.sctp_vtag[0]);
	case PROTO_REPLY_VTAG:
		o->ct.has |= CLEW_HAS_PROTOINFO;
		return take_numbers(p, FIELD_REPLY_VTAG, text, UINT32_MAX,
				    "--reply-vtag", &o->ct.sctp_vtag[1]);
	case PROTO_ICMP_TYPE:
	case PROTO_ICMP_CODE:
	case PROTO_ICMP_ID:
		return take_icmp(p, option, s->name, text);
	case PROTO_ROLE:
	case PROTO_OPTIONS:
		return 0;
	case PROTO_ORIG_SPORT:
	case PROTO_ORIG_DPORT:
	case PROTO_REPLY_SPORT:
	case PROTO_REPLY_DPORT:
	case PROTO_MASK_SPORT:
	case PROTO_MASK_DPORT:
	case PROTO_TUPLE_SPORT:
	case PROTO_TUPLE_DPORT:
		break;
	}
	return take_port(p, option, s->name, text);
}
