/* SPDX-License-Identifier: BSD-2-Clause
 * client/count_by.c - conntrack -L --count-by: how many of each. */
#include "client/count_by.h"

#include <arpa/inet.h>
#include <errno.h>

#include "client/filter.h"
#include "client/tally.h"
#include "nl/uapi_ct.h"

struct count {
	struct session *s;
	struct tallies tallies;
};

static int
count_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	  uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct count *c = ctx;
	enum order_field field = c->s->order->count_by;
	struct tally_value value = { .number = 0 };
	struct clew_snapshot ct;
	struct tally *tally;

	(void)msg;
	(void)res_id;
	if (nl_ct_decode(attrs, size, family, &ct, NULL) ||
	    !filter_match(c->s->order, &ct))
		return 0;
	if (field <= FIELD_REPLY_DST) {
		value.addr = *filter_address(field, &ct);
		value.family = family;
	} else if (!filter_number(field, &ct, &value.number)) {
		return 0;	/* has none */
	}
	if (field == FIELD_STATE)
		value.protocol = ct.tuple[0].protocol;
	tally = tally_place(&c->tallies, &value);
	if (!tally)
		return -ENOMEM;
	tally->entries++;
	c->s->count++;
	return 0;
}

/* The most frequent first. */
static int
compare(const void *one, const void *other)
{
	const struct tally *a = one, *b = other;

	if (a->entries != b->entries)
		return a->entries > b->entries ? -1 : 1;
	return tally_compare_value(&a->value, &b->value);
}

static void
print(const struct tally *t, enum order_field field, bool is_json)
{
	char text[INET6_ADDRSTRLEN];

	if (field <= FIELD_REPLY_DST)
		inet_ntop(t->value.family == CLEW_IPV6 ? AF_INET6 : AF_INET,
			  t->value.addr.bytes, text, sizeof(text));
	else if (field == FIELD_STATE)
		snprintf(text, sizeof(text), "%s", t->value.protocol == 132 ?
			 clew_sctp_state_name((uint8_t)t->value.number) :
			 clew_tcp_state_name((uint8_t)t->value.number));
	else if (field == FIELD_PROTOCOL &&
		 strcmp(clew_protocol_name((uint8_t)t->value.number), "unknown"))
		snprintf(text, sizeof(text), "%s",
			 clew_protocol_name((uint8_t)t->value.number));
	else
		snprintf(text, sizeof(text), "%u", t->value.number);
	if (is_json)
		printf("{\"type\":\"count\",\"value\":\"%s\","
		       "\"entries\":%llu}\n", text,
		       (unsigned long long)t->entries);
	else
		printf("%llu\t%s\n", (unsigned long long)t->entries, text);
}

int
count_by(struct session *s)
{
	struct count c = { .s = s };
	size_t n;
	int err = tally_init(&c.tallies);

	if (err)
		return table_failed(s->order, err);
	filter_encode(wire_begin(s->wire, NFNL_SUBSYS_CTNETLINK << 8 |
				 IPCTNL_MSG_CT_GET, NLM_F_DUMP,
				 s->order->family), s->order);
	err = wire_ask(s->wire, count_one, &c);
	if (err == -EINTR)
		err = 0;
	n = err ? 0 : tally_sort(&c.tallies, compare);
	for (size_t i = 0; i < n; i++)
		print(&c.tallies.slot[i], s->order->count_by,
		      s->order->output & OUTPUT_JSON);
	tally_fini(&c.tallies);
	if (err)
		return table_failed(s->order, err);
	show_note("%llu flow entries have been counted.",
		  (unsigned long long)s->count);
	return 0;
}
