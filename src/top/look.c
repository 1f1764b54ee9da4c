/* SPDX-License-Identifier: BSD-2-Clause
 * top/look.c - one look at a connection table. */
#include "top/look.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "client/filter.h"
#include "nl/ct.h"

/* Those that tell why packets or connections were lost. */
const char *const look_stat_names[CTA_STATS_MAX + 1] = {
	[CTA_STATS_DROP]		= "drop",
	[CTA_STATS_EARLY_DROP]		= "early_drop",
	[CTA_STATS_INSERT_FAILED]	= "insert_failed",
	[CTA_STATS_CHAIN_TOOLONG]	= "chaintoolong",
	[CTA_STATS_CLASH_RESOLVE]	= "clash_resolve",
	[CTA_STATS_INVALID]		= "invalid",
	[CTA_STATS_ERROR]		= "error",
};

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int
look_init(struct top_look *look)
{
	int err;

	memset(look, 0, sizeof(*look));
	err = known_init(&look->known);
	for (int i = 0; i < TOP_VIEWS && !err; i++)
		err = tally_init(&look->tallies[i]);
	return err;
}

void
look_fini(struct top_look *look)
{
	known_fini(&look->known);
	for (int i = 0; i < TOP_VIEWS; i++)
		tally_fini(&look->tallies[i]);
}

/* Sorting.  qsort() hands nothing through, so one function for each way. */

static int
more_first(uint64_t a, uint64_t b, const struct tally *one,
	   const struct tally *other)
{
	if (a != b)
		return a > b ? -1 : 1;
	if (one->entries != other->entries)
		return one->entries > other->entries ? -1 : 1;
	return tally_compare_value(&one->value, &other->value);
}

#define COMPARE_BY(field)						\
	static int							\
	compare_##field(const void *one, const void *other)		\
	{								\
		const struct tally *a = one, *b = other;		\
									\
		return more_first(a->field, b->field, a, b);		\
	}
COMPARE_BY(entries)
COMPARE_BY(fresh)
COMPARE_BY(more_packets)
COMPARE_BY(more_bytes)
COMPARE_BY(bytes)
COMPARE_BY(unreplied)

void
look_sort(struct top_look *look, enum top_sort sort)
{
	static int (*const compare[TOP_SORTS])(const void *, const void *) = {
		[TOP_BY_ENTRIES]	= compare_entries,
		[TOP_BY_NEW]		= compare_fresh,
		[TOP_BY_PACKETS]	= compare_more_packets,
		[TOP_BY_BYTES]		= compare_more_bytes,
		[TOP_BY_TOTAL]		= compare_bytes,
		[TOP_BY_UNREPLIED]	= compare_unreplied,
	};

	for (int i = 0; i < TOP_VIEWS; i++)
		look->rows[i] = tally_sort(&look->tallies[i], compare[sort]);
}

/* The table. */

struct seeing {
	struct top_look *look;
	const struct order *order;
};

static int
count_in(struct top_look *look, enum top_view view,
	 const struct clew_snapshot *ct, const struct known_more *more)
{
	struct tally_value value;
	struct tally *tally;

	if (!(look->views & 1u << view) || !top_value(view, ct, &value))
		return 0;
	tally = tally_place(&look->tallies[view], &value);
	if (!tally)
		return -ENOMEM;
	tally->entries++;
	tally->unreplied += !(ct->status & CLEW_STATUS_SEEN_REPLY);
	tally->fresh += more->is_new;
	tally->packets += ct->counter[0].packets + ct->counter[1].packets;
	tally->bytes += ct->counter[0].bytes + ct->counter[1].bytes;
	tally->more_packets += more->packets;
	tally->more_bytes += more->bytes;
	return 0;
}

static int
see_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct seeing *s = ctx;
	struct top_look *look = s->look;
	struct clew_snapshot ct;
	struct known_more more;
	int err;

	(void)msg;
	(void)res_id;
	if (nl_ct_decode(attrs, size, family, &ct, NULL) ||
	    !filter_match(s->order, &ct))
		return 0;
	if (ct.has & CLEW_HAS_COUNTERS)
		look->has_counters = true;
	else
		memset(ct.counter, 0, sizeof(ct.counter));
	err = known_note(&look->known, &ct, &more);
	if (look->known.look == 1)	/* nothing was known before */
		more = (struct known_more){ .is_new = false };
	look->shown++;
	look->unreplied += !(ct.status & CLEW_STATUS_SEEN_REPLY);
	look->fresh += more.is_new;
	look->more_packets += more.packets;
	look->more_bytes += more.bytes;
	for (int i = 0; i < TOP_VIEWS && !err; i++)
		err = count_in(look, (enum top_view)i, &ct, &more);
	return err;
}

static int
see_all(struct top_look *look, struct wire *wire, const struct order *order)
{
	struct seeing s = { look, order };
	int err;

	filter_encode(wire_begin(wire, NFNL_SUBSYS_CTNETLINK << 8 |
				 IPCTNL_MSG_CT_GET, NLM_F_DUMP,
				 order->family), order);
	err = wire_ask(wire, see_one, &s);
	look->is_torn = err == -EINTR;
	if (err == -EINTR)
		err = 0;
	/* Who was missed by a torn look is not gone for that. */
	if (!err && !look->is_torn)
		look->gone = known_end(&look->known);
	return err;
}

/* Fill and statistics. */

static int
take_fill(void *ctx, const struct nl_msg *msg, uint8_t family,
	  uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct top_look *look = ctx;
	struct nl_attr tb[CTA_STATS_GLOBAL_MAX + 1];

	(void)msg;
	(void)family;
	(void)res_id;
	nl_parse(tb, CTA_STATS_GLOBAL_MAX, attrs, size, NULL, NULL);
	look->entries = nl_be32(&tb[CTA_STATS_GLOBAL_ENTRIES]);
	look->most = nl_be32(&tb[CTA_STATS_GLOBAL_MAX_ENTRIES]);
	return 0;
}

static int
take_cpu(void *ctx, const struct nl_msg *msg, uint8_t family,
	 uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct top_look *look = ctx;
	struct nl_reader r = nl_reader(attrs, size);
	struct nl_attr a;

	(void)msg;
	(void)family;
	(void)res_id;
	while (nl_next(&r, &a)) {
		if (a.type > CTA_STATS_MAX || !look_stat_names[a.type])
			continue;
		look->stat[a.type] += nl_be32(&a);
		look->has_stat |= 1u << a.type;
	}
	return 0;
}

static int
take_stats(struct top_look *look, struct wire *wire)
{
	uint64_t before[CTA_STATS_MAX + 1];
	uint32_t had = look->has_stat;
	int err;

	memcpy(before, look->stat, sizeof(before));
	memset(look->stat, 0, sizeof(look->stat));
	wire_begin(wire, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET_STATS,
		   0, 0);
	err = wire_ask(wire, take_fill, look);
	if (err)
		return err;
	wire_begin(wire, NFNL_SUBSYS_CTNETLINK << 8 |
		   IPCTNL_MSG_CT_GET_STATS_CPU, NLM_F_DUMP, 0);
	err = wire_ask(wire, take_cpu, look);
	for (int i = 0; i <= CTA_STATS_MAX; i++)	/* 32 bits wrap */
		look->more_stat[i] = had & 1u << i ?
				     (uint32_t)(look->stat[i] - before[i]) : 0;
	return err;
}

int
look_take(struct top_look *look, struct wire *wire, const struct order *order,
	  enum top_sort sort)
{
	uint64_t before = look->begun_ns;
	int err;

	look->begun_ns = clock_ns(CLOCK_MONOTONIC);
	look->time_ns = clock_ns(CLOCK_REALTIME);
	look->seconds = before ? (double)(look->begun_ns - before) / 1e9 : 0;
	look->shown = look->unreplied = look->fresh = look->gone = 0;
	look->more_packets = look->more_bytes = 0;
	for (int i = 0; i < TOP_VIEWS; i++)
		tally_clear(&look->tallies[i]);
	known_begin(&look->known);
	err = take_stats(look, wire);
	if (!err)
		err = see_all(look, wire, order);
	look_sort(look, sort);
	look->duration = (double)(clock_ns(CLOCK_MONOTONIC) -
				  look->begun_ns) / 1e9;
	return err;
}
