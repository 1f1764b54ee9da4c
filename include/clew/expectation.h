/* SPDX-License-Identifier: BSD-2-Clause
 * clew/expectation.h - a connection that is expected, by value. */
#ifndef CLEW_EXPECTATION_H
#define CLEW_EXPECTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "clew/snapshot.h"

/* NF_CT_EXPECT_* of linux/netfilter/nf_conntrack_common.h. */
enum clew_expect_flag {
	CLEW_EXPECT_PERMANENT	= 1u << 0,	/* stays when it was met */
	CLEW_EXPECT_INACTIVE	= 1u << 1,	/* its master is gone */
	CLEW_EXPECT_USERSPACE	= 1u << 2,	/* made by a user's request */
};

#define CLEW_EXPECT_FN_SIZE 32

struct clew_expectation {
	struct clew_tuple tuple;	/* of the first packet expected */
	struct clew_tuple mask;		/* which bits of 'tuple' count */
	struct clew_tuple master;	/* the connection that expects it */
	struct clew_tuple nat;		/* with has_nat: source before NAT */
	bool has_nat;
	uint8_t nat_dir;		/* enum clew_dir */
	bool has_timeout;
	uint32_t timeout_s;
	uint32_t id;
	uint32_t flags;			/* enum clew_expect_flag */
	uint32_t class_id;		/* of the helper's policies */
	uint16_t zone;			/* 0: not reported */
	char helper[CLEW_HELPER_SIZE];	/* "" for none */
	char fn[CLEW_EXPECT_FN_SIZE];	/* what to do when it is met, or "" */
};

#endif
