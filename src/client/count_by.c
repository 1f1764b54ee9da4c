/* SPDX-License-Identifier: BSD-2-Clause
 * client/count_by.c - conntrack -L --count-by: how many of each.
 *
 * A hash of the values seen, keyed at random: whoever fills the table chooses
 * them.  Then sorted, by count and, where equal, by value. */
#include "client/count_by.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/hash.h"
#include "client/filter.h"
#include "nl/uapi_ct.h"

struct tally {
	union clew_addr addr;
	uint64_t count;			/* 0: free */
	uint32_t number;
	uint8_t family;			/* of an address */
	uint8_t protocol;		/* of a state */
};

struct tallies {
	struct session *s;
	struct hash_key key;
	struct tally *slot;
	size_t room;
	size_t used;
};

static bool
is_same(const struct tally *a, const struct tally *b)
{
	return a->number == b->number && a->family == b->family &&
	       a->protocol == b->protocol &&
	       a->addr.be64[0] == b->addr.be64[0] &&
	       a->addr.be64[1] == b->addr.be64[1];
}

static struct tally *
place(const struct tallies *t, const struct tally *value)
{
	uint64_t words[3] = {
		value->addr.be64[0], value->addr.be64[1],
		value->number | (uint64_t)value->family << 32 |
		(uint64_t)value->protocol << 40 | 24ULL << 56,
	};
	size_t i = (size_t)hash_blocks(&t->key, words, 3) & (t->room - 1);

	while (t->slot[i].count && !is_same(&t->slot[i], value))
		i = (i + 1) & (t->room - 1);
	return &t->slot[i];
}

static int
grow(struct tallies *t)
{
	struct tally *old = t->slot;
	size_t old_room = t->room;

	if (4 * t->used < 3 * t->room)
		return 0;
	t->room = old_room ? 2 * old_room : 1024;
	t->slot = calloc(t->room, sizeof(*t->slot));
	if (!t->slot) {
		t->slot = old;
		t->room = old_room;
		return -ENOMEM;
	}
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].count)
			*place(t, &old[i]) = old[i];
	}
	free(old);
	return 0;
}

static int
count_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	  uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct tallies *t = ctx;
	enum order_field field = t->s->order->count_by;
	struct tally value = { .count = 0 }, *slot;
	struct clew_snapshot ct;

	(void)msg;
	(void)res_id;
	if (nl_ct_decode(attrs, size, family, &ct, NULL) ||
	    !filter_match(t->s->order, &ct))
		return 0;
	if (field <= FIELD_REPLY_DST) {
		value.addr = *filter_address(field, &ct);
		value.family = family;
	} else if (!filter_number(field, &ct, &value.number)) {
		return 0;	/* has none */
	}
	if (field == FIELD_STATE)
		value.protocol = ct.tuple[0].protocol;
	if (grow(t))
		return -ENOMEM;
	slot = place(t, &value);
	if (!slot->count) {
		*slot = value;
		t->used++;
	}
	slot->count++;
	t->s->count++;
	return 0;
}

static int
compare(const void *one, const void *other)
{
	const struct tally *a = one, *b = other;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

static void
print(const struct tally *t, enum order_field field, bool is_json)
{
	char text[INET6_ADDRSTRLEN];

	if (field <= FIELD_REPLY_DST)
		inet_ntop(t->family == CLEW_IPV6 ? AF_INET6 : AF_INET,
			  t->addr.bytes, text, sizeof(text));
	else if (field == FIELD_STATE)
		snprintf(text, sizeof(text), "%s", t->protocol == 132 ?
			 clew_sctp_state_name((uint8_t)t->number) :
			 clew_tcp_state_name((uint8_t)t->number));
	else if (field == FIELD_PROTOCOL &&
		 strcmp(clew_protocol_name((uint8_t)t->number), "unknown"))
		snprintf(text, sizeof(text), "%s",
			 clew_protocol_name((uint8_t)t->number));
	else
		snprintf(text, sizeof(text), "%u", t->number);
	if (is_json)
		printf("{\"type\":\"count\",\"value\":\"%s\","
		       "\"entries\":%llu}\n", text,
		       (unsigned long long)t->count);
	else
		printf("%llu\t%s\n", (unsigned long long)t->count, text);
}

int
count_by(struct session *s)
{
	struct tallies t = { .s = s };
	size_t n = 0;
	int err;

	if (getrandom(&t.key, sizeof(t.key), 0) != sizeof(t.key))
		return table_failed(s->order, -EIO);
	filter_encode(wire_begin(s->wire, NFNL_SUBSYS_CTNETLINK << 8 |
				 IPCTNL_MSG_CT_GET, NLM_F_DUMP,
				 s->order->family), s->order);
	err = wire_ask(s->wire, count_one, &t);
	if (err == -EINTR)
		err = 0;
	for (size_t i = 0; i < t.room; i++) {
		if (t.slot[i].count)
			t.slot[n++] = t.slot[i];
	}
	if (n)
		qsort(t.slot, n, sizeof(*t.slot), compare);
	for (size_t i = 0; i < n && !err; i++)
		print(&t.slot[i], s->order->count_by,
		      s->order->output & OUTPUT_JSON);
	free(t.slot);
	if (err)
		return table_failed(s->order, err);
	show_note("%llu flow entries have been counted.",
		  (unsigned long long)s->count);
	return 0;
}
