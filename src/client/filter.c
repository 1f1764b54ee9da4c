/* SPDX-License-Identifier: BSD-2-Clause
 * client/filter.c - which connections an order means. */
#include "client/filter.h"

#include <string.h>

#include "base/bytes.h"
#include "client/option.h"
#include "nl/uapi_ct.h"

static uint16_t
port(uint16_t be)
{
	return get_be16((const uint8_t *)&be);
}

static bool
is_icmp(const struct clew_tuple *t)
{
	return t->protocol == 1 || t->protocol == 58;
}

const union clew_addr *
filter_address(enum order_field field, const struct clew_snapshot *ct)
{
	unsigned i = field - FIELD_ORIG_SRC;
	const struct clew_tuple *t = &ct->tuple[i / 2];

	return i % 2 ? &t->dst : &t->src;
}

static bool
number_of_port(enum order_field field, const struct clew_snapshot *ct,
	       uint32_t *number)
{
	unsigned i = field - FIELD_ORIG_SPORT;
	const struct clew_tuple *t = &ct->tuple[i / 2];

	if (is_icmp(t))
		return false;
	*number = port(i % 2 ? t->part.port.dport_be :
			       t->part.port.sport_be);
	return true;
}

static bool
number_of_icmp(enum order_field field, const struct clew_tuple *t,
	       uint32_t *number)
{
	if (!is_icmp(t))
		return false;
	*number = field == FIELD_ICMP_TYPE ? t->part.icmp.type :
		  field == FIELD_ICMP_CODE ? t->part.icmp.code :
		  port(t->part.icmp.id_be);
	return true;
}

/* A zone that was not reported is the default zone. */
static uint32_t
zone_of(const struct clew_snapshot *ct, enum clew_dir dir)
{
	return ct->has & (CLEW_HAS_ZONE_ORIG << dir) ? ct->tuple[dir].zone : 0;
}

bool
filter_number(enum order_field field, const struct clew_snapshot *ct,
	      uint32_t *number)
{
	switch (field) {
	case FIELD_ORIG_SPORT:
	case FIELD_ORIG_DPORT:
	case FIELD_REPLY_SPORT:
	case FIELD_REPLY_DPORT:
		return number_of_port(field, ct, number);
	case FIELD_ICMP_TYPE:
	case FIELD_ICMP_CODE:
	case FIELD_ICMP_ID:
		return number_of_icmp(field, &ct->tuple[0], number);
	case FIELD_PROTOCOL:
		*number = ct->tuple[0].protocol;
		return true;
	case FIELD_STATE:
		*number = ct->state;
		return ct->has & CLEW_HAS_STATE;
	case FIELD_MARK:
		*number = ct->mark;
		return true;
	case FIELD_SECMARK:
		*number = ct->secmark;
		return ct->has & CLEW_HAS_SECMARK;
	case FIELD_ID:
		*number = ct->id;
		return ct->has & CLEW_HAS_ID;
	case FIELD_ZONE:
		*number = ct->has & CLEW_HAS_ZONE ? ct->zone : 0;
		return true;
	case FIELD_ORIG_ZONE:
		*number = zone_of(ct, CLEW_DIR_ORIG);
		return true;
	case FIELD_REPLY_ZONE:
		*number = zone_of(ct, CLEW_DIR_REPLY);
		return true;
	case FIELD_ORIG_VTAG:
	case FIELD_REPLY_VTAG:
		*number = ct->sctp_vtag[field - FIELD_ORIG_VTAG];
		return ct->has & CLEW_HAS_PROTOINFO;
	case FIELD_ORIG_SRC:
	case FIELD_ORIG_DST:
	case FIELD_REPLY_SRC:
	case FIELD_REPLY_DST:
	case FIELDS:
		break;
	}
	return false;
}

static bool
is_within(const union clew_addr *addr, const struct order_value *value)
{
	for (int i = 0; i < 2; i++) {
		if ((addr->be64[i] ^ value->addr.be64[i]) &
		    value->addr_mask.be64[i])
			return false;
	}
	return true;
}

static bool
is_any(const struct order_match *match, enum order_field field,
       const struct clew_snapshot *ct)
{
	bool is_address = field <= FIELD_REPLY_DST;
	uint32_t number = 0;

	if (!is_address && !filter_number(field, ct, &number))
		return false;
	for (unsigned i = 0; i < match->count; i++) {
		const struct order_value *v = &match->value[i];

		if (is_address ? is_within(filter_address(field, ct), v) :
		    (number & v->mask) >= v->low &&
		    (number & v->mask) <= v->high)
			return true;
	}
	return false;
}

/* Translated on this side, and to what is asked for?  By the tuples, not by
 * the status: the reply's answer is not the original's own. */
static bool
is_translated(const struct order_nat *nat, enum order_nat_side side,
	      const struct clew_snapshot *ct)
{
	const struct clew_tuple *orig = &ct->tuple[CLEW_DIR_ORIG];
	const struct clew_tuple *reply = &ct->tuple[CLEW_DIR_REPLY];
	bool is_src = side == ORDER_NAT_SRC;
	const union clew_addr *was = is_src ? &orig->src : &orig->dst;
	const union clew_addr *is = is_src ? &reply->dst : &reply->src;
	uint16_t port_was = is_src ? orig->part.port.sport_be :
				     orig->part.port.dport_be;
	uint16_t port_is = is_src ? reply->part.port.dport_be :
				    reply->part.port.sport_be;
	bool has_ports = !is_icmp(orig);

	if (memcmp(was, is, sizeof(*was)) == 0 &&
	    (!has_ports || port_was == port_is))
		return false;
	if (nat->has_addr && memcmp(is, &nat->addr, sizeof(*is)) != 0)
		return false;
	return !nat->has_port || (has_ports && port(port_is) == nat->port);
}

static bool
match_nat(const struct order *o, const struct clew_snapshot *ct)
{
	const struct order_nat *any = &o->nat[ORDER_NAT_ANY];

	for (int side = ORDER_NAT_SRC; side <= ORDER_NAT_DST; side++) {
		if (o->nat[side].is_set &&
		    !is_translated(&o->nat[side], (enum order_nat_side)side,
				   ct))
			return false;
	}
	return !any->is_set || is_translated(any, ORDER_NAT_SRC, ct) ||
	       is_translated(any, ORDER_NAT_DST, ct);
}

static bool
match_labels(const struct order *o, const struct clew_snapshot *ct)
{
	for (size_t i = 0; i < CLEW_LABELS_SIZE; i++) {
		uint8_t has = ct->has & CLEW_HAS_LABELS ? ct->labels[i] : 0;

		if (o->label[i] & ~has)
			return false;
	}
	return true;
}

/* To update, marks, states and status are what is to be set. */
static bool
is_filter(const struct order *o, enum order_field field)
{
	return o->command != ORDER_UPDATE ||
	       (field != FIELD_MARK && field != FIELD_STATE &&
		field != FIELD_ORIG_VTAG && field != FIELD_REPLY_VTAG);
}

bool
filter_match(const struct order *o, const struct clew_snapshot *ct)
{
	if (o->family && ct->tuple[0].family != o->family)
		return false;
	if (o->has_protocol && ct->tuple[0].protocol != o->protocol)
		return false;
	for (int field = 0; field < FIELDS; field++) {
		const struct order_match *match = &o->match[field];

		if (match->is_set && is_filter(o, (enum order_field)field) &&
		    is_any(match, (enum order_field)field, ct) ==
		    match->is_negated)
			return false;
	}
	if (o->command != ORDER_UPDATE &&
	    ((ct->status & o->status_set) != o->status_set ||
	     ct->status & o->status_unset))
		return false;
	return match_nat(o, ct) && match_labels(o, ct);
}

bool
filter_is_empty(const struct order *o)
{
	if (o->family || o->has_protocol || o->status_set || o->status_unset)
		return false;
	for (int field = 0; field < FIELDS; field++) {
		if (o->match[field].is_set)
			return false;
	}
	for (int side = 0; side < ORDER_NATS; side++) {
		if (o->nat[side].is_set)
			return false;
	}
	for (size_t i = 0; i < CLEW_LABELS_SIZE; i++) {
		if (o->label[i])
			return false;
	}
	return true;
}

/* What the other side can do. */

static bool
is_full_mask(const union clew_addr *mask, uint8_t family)
{
	size_t size = family == CLEW_IPV4 ? 4 : 16;

	for (size_t i = 0; i < size; i++) {
		if (mask->bytes[i] != 0xff)
			return false;
	}
	return true;
}

/* The one value a field must have.  => NULL: there are others too. */
static const struct order_value *
only_value(const struct order *o, enum order_field field)
{
	const struct order_match *match = &o->match[field];
	const struct order_value *v = match->value;

	if (!match->is_set || match->is_negated || match->count != 1 ||
	    !is_filter(o, field))
		return NULL;
	if (field <= FIELD_REPLY_DST)
		return is_full_mask(&v->addr_mask, o->family) ? v : NULL;
	return v->low == v->high ? v : NULL;
}

/* One direction's tuple.  => NL_CT_FILTER_* of what it holds. */
static uint32_t
exact_tuple(const struct order *o, uint8_t family, enum clew_dir dir,
	    struct clew_tuple *t)
{
	static const uint32_t address[] = {
		NL_CT_FILTER_SRC, NL_CT_FILTER_DST,
	};
	static const uint32_t ports[] = {
		NL_CT_FILTER_SPORT, NL_CT_FILTER_DPORT,
	};
	const struct order_value *v;
	uint32_t flags = 0;

	*t = (struct clew_tuple){
		.family = family, .protocol = o->protocol,
	};
	for (unsigned i = 0; i < 2; i++) {
		v = only_value(o, FIELD_ORIG_SRC + 2 * dir + i);
		/* Linux has it the wrong way round for IPv6: it leaves out
		 * those that have the address (5.8 to 6.18 at least). */
		if (v && family == CLEW_IPV4) {
			*(i ? &t->dst : &t->src) = v->addr;
			flags |= address[i];
		}
		v = only_value(o, FIELD_ORIG_SPORT + 2 * dir + i);
		/* Generic protocols have no ports to look at. */
		if (v && option_proto(o->protocol) && o->protocol != 33) {
			uint16_t *to = i ? &t->part.port.dport_be :
					   &t->part.port.sport_be;

			put_be16((uint8_t *)to, (uint16_t)v->low);
			flags |= ports[i];
		}
	}
	if (o->has_protocol)
		flags |= NL_CT_FILTER_PROTO;
	return flags;
}

/* The kernel reads only the parts of a tuple that the flags name; it wants
 * the protocol where there are ports, and a family. */
static void
encode_tuples(struct nl_writer *w, const struct order *o, uint8_t family)
{
	uint32_t flags[CLEW_DIRS];
	size_t nest;

	if (!family)
		return;
	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		struct clew_tuple t;

		flags[dir] = exact_tuple(o, family, (enum clew_dir)dir, &t);
		if (flags[dir] & ~(uint32_t)NL_CT_FILTER_PROTO ||
		    (dir == CLEW_DIR_ORIG && flags[dir]))
			nl_tuple_encode(w, dir ? CTA_TUPLE_REPLY :
					CTA_TUPLE_ORIG, &t, false);
		else
			flags[dir] = 0;
	}
	if (!flags[0] && !flags[1])
		return;
	nest = nl_begin(w, CTA_FILTER);
	nl_put_u32(w, CTA_FILTER_ORIG_FLAGS, flags[0]);
	nl_put_u32(w, CTA_FILTER_REPLY_FLAGS, flags[1]);
	nl_end(w, nest);
}

void
filter_encode(struct nl_writer *w, const struct order *o)
{
	filter_encode_for(w, o, o->family);
}

void
filter_encode_for(struct nl_writer *w, const struct order *o, uint8_t family)
{
	const struct order_value *v;

	encode_tuples(w, o, family);
	v = only_value(o, FIELD_MARK);
	if (v) {
		nl_put_be32(w, CTA_MARK, v->low);
		nl_put_be32(w, CTA_MARK_MASK, v->mask);
	}
	/* Zone 0 is also that of who has one in one direction alone. */
	v = only_value(o, FIELD_ZONE);
	if (v && v->low)
		nl_put_be16(w, CTA_ZONE, (uint16_t)v->low);
	if (o->command != ORDER_UPDATE && (o->status_set || o->status_unset)) {
		nl_put_be32(w, CTA_STATUS, o->status_set);
		nl_put_be32(w, NL_CTA_STATUS_MASK,
			    o->status_set | o->status_unset);
	}
}

/* Of ports Linux filters those of TCP and UDP alone. */
bool
filter_wants_family(const struct order *o)
{
	if (o->family || !o->has_protocol ||
	    (o->protocol != 6 && o->protocol != 17))
		return false;
	for (int field = FIELD_ORIG_SPORT; field <= FIELD_REPLY_DPORT;
	     field++) {
		if (only_value(o, (enum order_field)field))
			return true;
	}
	return false;
}

bool
filter_names_one(const struct order *o, struct clew_tuple *t, uint16_t *zone)
{
	const struct order_value *v[] = {
		only_value(o, FIELD_ORIG_SRC), only_value(o, FIELD_ORIG_DST),
		only_value(o, FIELD_ORIG_SPORT),
		only_value(o, FIELD_ORIG_DPORT), only_value(o, FIELD_ZONE),
	};

	if (!o->has_protocol || (o->protocol != 6 && o->protocol != 17 &&
				 o->protocol != 132 && o->protocol != 136))
		return false;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		if (!v[i])
			return false;
	}
	*zone = (uint16_t)v[4]->low;
	if (*zone == 0)		/* see filter_encode_for() */
		return false;
	*t = (struct clew_tuple){
		.family = o->family, .protocol = o->protocol,
		.src = v[0]->addr, .dst = v[1]->addr,
	};
	put_be16((uint8_t *)&t->part.port.sport_be, (uint16_t)v[2]->low);
	put_be16((uint8_t *)&t->part.port.dport_be, (uint16_t)v[3]->low);
	return true;
}
