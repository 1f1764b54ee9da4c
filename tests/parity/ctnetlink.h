/* SPDX-License-Identifier: BSD-2-Clause
 * parity/ctnetlink.h - Linux's connection messages as snapshots. */
#ifndef PARITY_CTNETLINK_H
#define PARITY_CTNETLINK_H

#include <linux/netlink.h>

#include "clew/engine.h"

/* Decode one IPCTNL_MSG_CT_NEW or _DELETE message.
 * => NULL, or what was not understood (static storage): an attribute that
 *    the snapshot can not carry is an error, not something to skip. */
const char *ctnetlink_decode(struct clew_snapshot *ct,
			     const struct nlmsghdr *nlh);

/* Add one CPU's line of IPCTNL_MSG_CT_GET_STATS_CPU. */
const char *ctnetlink_stats(struct clew_stats *stats,
			    const struct nlmsghdr *nlh);

#endif
