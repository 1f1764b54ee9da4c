/* SPDX-License-Identifier: BSD-2-Clause
 * top/view.c - by what clew top counts connections. */
#include "top/view.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "clew/text.h"
#include "client/filter.h"
#include "text/parts.h"

const struct top_view_info top_view_infos[TOP_VIEWS] = {
#define TOP_VIEW_INFO(id, name, heading) { name, heading },
	TOP_VIEWS_LIST(TOP_VIEW_INFO)
#undef TOP_VIEW_INFO
};

const char *const top_sort_names[TOP_SORTS] = {
	[TOP_BY_ENTRIES]	= "entries",
	[TOP_BY_NEW]		= "new",
	[TOP_BY_PACKETS]	= "packets",
	[TOP_BY_BYTES]		= "bytes",
	[TOP_BY_TOTAL]		= "total",
	[TOP_BY_UNREPLIED]	= "unreplied",
};

/* For protocols that have no states of their own: how far it came. */
enum { STATE_UNREPLIED = 0x100, STATE_REPLIED, STATE_ASSURED };

static uint32_t
state_of(const struct clew_snapshot *ct)
{
	if (ct->has & CLEW_HAS_STATE)
		return ct->state;
	return ct->status & CLEW_STATUS_ASSURED ? STATE_ASSURED :
	       ct->status & CLEW_STATUS_SEEN_REPLY ? STATE_REPLIED :
						     STATE_UNREPLIED;
}

static bool
value_of_service(const struct clew_snapshot *ct, struct tally_value *value)
{
	value->protocol = ct->tuple[0].protocol;
	if (text_part(value->protocol) == TEXT_PART_ICMP)
		value->number = ct->tuple[0].part.icmp.type;
	else if (text_part(value->protocol) == TEXT_PART_PORTS)
		filter_number(FIELD_ORIG_DPORT, ct, &value->number);
	return true;
}

static bool
value_of_address(enum order_field field, const struct clew_snapshot *ct,
		 struct tally_value *value)
{
	value->addr = *filter_address(field, ct);
	value->family = ct->tuple[0].family;
	return true;
}

bool
top_value(enum top_view view, const struct clew_snapshot *ct,
	  struct tally_value *value)
{
	*value = (struct tally_value){ .number = 0 };
	switch (view) {
	case TOP_SRC:
		return value_of_address(FIELD_ORIG_SRC, ct, value);
	case TOP_DST:
		return value_of_address(FIELD_ORIG_DST, ct, value);
	case TOP_REPLY_SRC:
		return value_of_address(FIELD_REPLY_SRC, ct, value);
	case TOP_REPLY_DST:
		return value_of_address(FIELD_REPLY_DST, ct, value);
	case TOP_SERVICE:
		return value_of_service(ct, value);
	case TOP_STATE:
		value->protocol = ct->tuple[0].protocol;
		value->number = state_of(ct);
		return true;
	case TOP_SPORT:
		value->protocol = ct->tuple[0].protocol;
		return text_part(value->protocol) == TEXT_PART_PORTS &&
		       filter_number(FIELD_ORIG_SPORT, ct, &value->number);
	case TOP_PROTOCOL:
		value->protocol = ct->tuple[0].protocol;
		return true;
	case TOP_MARK:
		return filter_number(FIELD_MARK, ct, &value->number);
	case TOP_ZONE:
		return filter_number(FIELD_ZONE, ct, &value->number);
	case TOP_VIEWS:
		break;
	}
	return false;
}

/* "tcp", or a number that conntrack -p takes, too. */
static void
protocol_text(uint8_t protocol, char text[TOP_VALUE_SIZE])
{
	const char *name = clew_protocol_name(protocol);

	if (strcmp(name, "unknown") == 0)
		snprintf(text, TOP_VALUE_SIZE, "%u", protocol);
	else
		snprintf(text, TOP_VALUE_SIZE, "%s", name);
}

static const char *
state_text(const struct tally_value *value)
{
	switch (value->number) {
	case STATE_UNREPLIED:
		return "UNREPLIED";
	case STATE_REPLIED:
		return "REPLIED";
	case STATE_ASSURED:
		return "ASSURED";
	}
	return value->protocol == IPPROTO_SCTP ?
	       clew_sctp_state_name((uint8_t)value->number) :
	       clew_tcp_state_name((uint8_t)value->number);
}

void
top_value_text(enum top_view view, const struct tally_value *value,
	       char text[TOP_VALUE_SIZE])
{
	char protocol[TOP_VALUE_SIZE];

	protocol_text(value->protocol, protocol);
	switch (view) {
	case TOP_SRC:
	case TOP_DST:
	case TOP_REPLY_SRC:
	case TOP_REPLY_DST:
		inet_ntop(value->family == CLEW_IPV6 ? AF_INET6 : AF_INET,
			  value->addr.bytes, text, TOP_VALUE_SIZE);
		break;
	case TOP_SERVICE:
	case TOP_SPORT:
		if (text_part(value->protocol) == TEXT_PART_PORTS)
			snprintf(text, TOP_VALUE_SIZE, "%.20s/%u", protocol,
				 value->number);
		else if (text_part(value->protocol) == TEXT_PART_ICMP)
			snprintf(text, TOP_VALUE_SIZE, "%.20s type %u",
				 protocol, value->number);
		else
			strcpy(text, protocol);
		break;
	case TOP_STATE:
		snprintf(text, TOP_VALUE_SIZE, "%.20s %.20s", protocol,
			 state_text(value));
		break;
	case TOP_PROTOCOL:
		strcpy(text, protocol);
		break;
	case TOP_MARK:
	case TOP_ZONE:
	case TOP_VIEWS:
		snprintf(text, TOP_VALUE_SIZE, "%u", value->number);
		break;
	}
}

static bool
filter_of_state(const struct tally_value *value, const char *protocol,
		char *text, size_t size)
{
	const char *how = value->number == STATE_UNREPLIED ?
			  "-u UNREPLIED" :
			  value->number == STATE_ASSURED ? "-u ASSURED" :
			  "-u SEEN_REPLY,!ASSURED";

	if (value->number >= STATE_UNREPLIED)
		snprintf(text, size, "-p %s %s", protocol, how);
	else
		snprintf(text, size, "-p %s --state %s", protocol,
			 state_text(value));
	return true;
}

bool
top_value_filter(enum top_view view, const struct tally_value *value,
		 char *text, size_t size)
{
	char words[TOP_VALUE_SIZE], protocol[TOP_VALUE_SIZE];

	protocol_text(value->protocol, protocol);
	top_value_text(view, value, words);
	switch (view) {
	case TOP_SRC:
		snprintf(text, size, "-s %s", words);
		return true;
	case TOP_DST:
		snprintf(text, size, "-d %s", words);
		return true;
	case TOP_REPLY_SRC:
		snprintf(text, size, "-r %s", words);
		return true;
	case TOP_REPLY_DST:
		snprintf(text, size, "-q %s", words);
		return true;
	case TOP_SERVICE:
	case TOP_SPORT:
		if (text_part(value->protocol) == TEXT_PART_PORTS)
			snprintf(text, size, "-p %s --%s %u", protocol,
				 view == TOP_SPORT ? "sport" : "dport",
				 value->number);
		else if (text_part(value->protocol) == TEXT_PART_ICMP)
			snprintf(text, size, "-p %s --icmp%s-type %u", protocol,
				 value->protocol == IPPROTO_ICMPV6 ? "v6" : "",
				 value->number);
		else
			snprintf(text, size, "-p %s", protocol);
		return true;
	case TOP_STATE:
		return filter_of_state(value, protocol, text, size);
	case TOP_PROTOCOL:
		snprintf(text, size, "-p %s", protocol);
		return true;
	case TOP_MARK:
		snprintf(text, size, "-m %s", words);
		return true;
	case TOP_ZONE:
		snprintf(text, size, "-w %s", words);
		return true;
	case TOP_VIEWS:
		break;
	}
	return false;
}
