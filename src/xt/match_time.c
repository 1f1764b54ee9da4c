/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_time.c - 'time': dates, hours, days of the week and of the month.
 *
 * The time is the engine's, the packet's own when captures are replayed.
 * The kernel's time zone (--kerneltz) is UTC here, as it is in Linux where
 * nobody has set it. */
#include <linux/netfilter/xt_time.h>

#include "xt/packet.h"

enum {
	DAY_S		= 24 * 60 * 60,
	NS_PER_S	= 1000000000,
	DAY_OF_EPOCH	= 3,	/* a Thursday, Monday being 0 */
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_time_info *info = ext->info;

	(void)load;
	if (info->daytime_start > XT_TIME_MAX_DAYTIME ||
	    info->daytime_stop > XT_TIME_MAX_DAYTIME)
		return -EDOM;
	if (info->flags & ~XT_TIME_ALL_FLAGS)
		return -EINVAL;
	if (info->flags & XT_TIME_CONTIGUOUS &&
	    info->daytime_start < info->daytime_stop)
		return -EINVAL;
	return 0;
}

/* Day of the month of day 'n' since the epoch.  The calendar repeats itself
 * every 400 years; its years begin in March, so that the leap day is the last
 * and months follow a pattern of five, 153 days long. */
static unsigned
day_of_month(uint64_t n)
{
	enum {
		ERA	= 146097,	/* days in 400 years */
		CENTURY	= 36524,
		YEARS_4	= 1461,
		SHIFT	= 719468,	/* from the 1st of March 0000 */
	};
	uint32_t in_era = (uint32_t)((n + SHIFT) % ERA);
	uint32_t year = (in_era - in_era / (YEARS_4 - 1) + in_era / CENTURY -
			 in_era / (ERA - 1)) / 365;
	uint32_t day = in_era - (365 * year + year / 4 - year / 100);
	uint32_t month = (5 * day + 2) / 153;

	return day - (153 * month + 2) / 5 + 1;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_time_info *info = ext->info;
	uint64_t now = ev->path->track->now_ns / NS_PER_S;
	uint32_t of_day = (uint32_t)(now % DAY_S);
	bool is_after = of_day >= info->daytime_start;
	bool is_before = of_day <= info->daytime_stop;
	uint64_t day = now / DAY_S;

	if (now < info->date_start || now > info->date_stop)
		return XT_NO;
	if (info->daytime_start < info->daytime_stop ?
	    !is_after || !is_before : !is_after && !is_before)
		return XT_NO;
	/* The hours after midnight belong to the day they began on. */
	if (info->flags & XT_TIME_CONTIGUOUS && is_before && day)
		day--;
	if (!(info->weekdays_match & 2u << (day + DAY_OF_EPOCH) % 7))
		return XT_NO;
	return xt_yes(info->monthdays_match == XT_TIME_ALL_MONTHDAYS ||
		      info->monthdays_match & 1u << day_of_month(day));
}

const struct xt_ops xt_match_time_0 = {
	.name = "time",
	.kind = XT_MATCH,
	.size = sizeof(struct xt_time_info),
	.check = check,
	.match = match,
};
