/* SPDX-License-Identifier: BSD-2-Clause
 * client/stats.c - how many entries there are, and what each processor
 * counted. */
#include "client/option.h"
#include "client/table.h"
#include "nl/uapi_ct.h"

#define CT_MSG(n) (NFNL_SUBSYS_CTNETLINK << 8 | (n))

static int
take_entries(void *ctx, const struct nl_msg *msg, uint8_t family,
	     uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct session *s = ctx;
	struct nl_attr tb[CTA_STATS_GLOBAL_MAX + 1];

	(void)msg;
	(void)family;
	(void)res_id;
	nl_parse(tb, CTA_STATS_GLOBAL_MAX, attrs, size, NULL, NULL);
	s->count = nl_be32(&tb[CTA_STATS_GLOBAL_ENTRIES]);
	return 0;
}

int
table_count(struct session *s)
{
	int err;

	wire_begin(s->wire, CT_MSG(IPCTNL_MSG_CT_GET_STATS), 0, 0);
	err = wire_ask(s->wire, take_entries, s);
	if (err)
		return table_failed(s->order, err);
	if (s->order->output & OUTPUT_JSON)
		printf("{\"type\":\"count\",\"entries\":%llu}\n",
		       (unsigned long long)s->count);
	else
		printf("%llu\n", (unsigned long long)s->count);
	return 0;
}

/* Names of CTA_STATS_*; those the kernel sends no more have none. */
static const char *const stat_names[CTA_STATS_MAX + 1] = {
	[CTA_STATS_SEARCHED]		= "searched",
	[CTA_STATS_FOUND]		= "found",
	[CTA_STATS_NEW]			= "new",
	[CTA_STATS_INVALID]		= "invalid",
	[CTA_STATS_IGNORE]		= "ignore",
	[CTA_STATS_DELETE]		= "delete",
	[CTA_STATS_DELETE_LIST]		= "delete_list",
	[CTA_STATS_INSERT]		= "insert",
	[CTA_STATS_INSERT_FAILED]	= "insert_failed",
	[CTA_STATS_DROP]		= "drop",
	[CTA_STATS_EARLY_DROP]		= "early_drop",
	[CTA_STATS_ERROR]		= "error",
	[CTA_STATS_SEARCH_RESTART]	= "search_restart",
	[CTA_STATS_CLASH_RESOLVE]	= "clash_resolve",
	[CTA_STATS_CHAIN_TOOLONG]	= "chaintoolong",
};

static const char *const expect_stat_names[CTA_STATS_EXP_MAX + 1] = {
	[CTA_STATS_EXP_NEW]		= "expect_new",
	[CTA_STATS_EXP_CREATE]		= "expect_create",
	[CTA_STATS_EXP_DELETE]		= "expect_delete",
};

static int
show_cpu(void *ctx, const struct nl_msg *msg, uint8_t family,
	 uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct session *s = ctx;
	bool is_expect = s->order->table == ORDER_EXPECT;
	bool is_json = s->order->output & OUTPUT_JSON;
	unsigned max = is_expect ? CTA_STATS_EXP_MAX : CTA_STATS_MAX;
	struct nl_reader r = nl_reader(attrs, size);
	struct nl_attr a;
	unsigned unknown = 0;

	(void)msg;
	(void)family;
	printf(is_json ? "{\"type\":\"stats\",\"cpu\":%u" : "cpu=%-4u\t",
	       res_id);
	while (nl_next(&r, &a)) {
		const char *name = a.type > max ? NULL :
				   is_expect ? expect_stat_names[a.type] :
					       stat_names[a.type];

		if (name)
			printf(is_json ? ",\"%s\":%u" : "%s=%u ", name,
			       nl_be32(&a));
		else
			printf(is_json ? ",\"unknown%u\":%u" :
			       "unknown%u=%u ", ++unknown, nl_be32(&a));
	}
	puts(is_json ? "}" : "");
	return 0;
}

int
table_stats(struct session *s)
{
	uint16_t type = s->order->table == ORDER_EXPECT ?
			NFNL_SUBSYS_CTNETLINK_EXP << 8 |
			IPCTNL_MSG_EXP_GET_STATS_CPU :
			CT_MSG(IPCTNL_MSG_CT_GET_STATS_CPU);
	int err;

	wire_begin(s->wire, type, NLM_F_DUMP, 0);
	err = wire_ask(s->wire, show_cpu, s);
	return err ? table_failed(s->order, err) : 0;
}
