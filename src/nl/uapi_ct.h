/* SPDX-License-Identifier: BSD-2-Clause
 * nl/uapi_ct.h - numbers of ctnetlink that are newer than some systems'
 * linux/netfilter/nfnetlink_conntrack.h. */
#ifndef NL_UAPI_CT_H
#define NL_UAPI_CT_H

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

enum {
	NL_CTA_STATUS_MASK	= 26,
	NL_CTA_TIMESTAMP_EVENT	= 27,
	NL_CTA_MAX		= 27,
};

/* Bits of CTA_FILTER_ORIG_FLAGS and _REPLY_FLAGS: what of the tuple counts.
 * The kernel has no public header for them. */
enum nl_ct_filter {
	NL_CT_FILTER_SRC	= 1u << 0,
	NL_CT_FILTER_DST	= 1u << 1,
	NL_CT_FILTER_ZONE	= 1u << 2,
	NL_CT_FILTER_PROTO	= 1u << 3,
	NL_CT_FILTER_SPORT	= 1u << 4,
	NL_CT_FILTER_DPORT	= 1u << 5,
	NL_CT_FILTER_ICMP_TYPE	= 1u << 6,
	NL_CT_FILTER_ICMP_CODE	= 1u << 7,
	NL_CT_FILTER_ICMP_ID	= 1u << 8,
	NL_CT_FILTER_ICMPV6_TYPE = 1u << 9,
	NL_CT_FILTER_ICMPV6_CODE = 1u << 10,
	NL_CT_FILTER_ICMPV6_ID	= 1u << 11,
};

#endif
