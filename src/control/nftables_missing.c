/* SPDX-License-Identifier: BSD-2-Clause
 * control/nftables_missing.c - until src/nft has its requests: nothing. */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>

#include "control/control.h"

static bool
is_known(uint8_t type)
{
	(void)type;
	return false;
}

const struct subsystem nftables_subsystem = {
	.id = NFNL_SUBSYS_NFTABLES,
	.is_known = is_known,
};
