/* SPDX-License-Identifier: BSD-2-Clause
 * clew/snapshot.h - everything that can be said of one connection, by value.
 *
 * One type for all who speak of connections: the engine's events and dumps,
 * the netlink codec, the formatters.  'has' says which fields are present, so
 * that "mark is 0" and "mark was not reported" stay different, as they are in
 * ctnetlink.  A snapshot owns nothing and may be copied. */
#ifndef CLEW_SNAPSHOT_H
#define CLEW_SNAPSHOT_H

#include <stdint.h>

#include "clew/tuple.h"

/* Bits of 'has'.  Each stands for one ctnetlink attribute or pair of them. */
enum clew_has {
	CLEW_HAS_ORIG		= 1u << 0,	/* CTA_TUPLE_ORIG */
	CLEW_HAS_REPLY		= 1u << 1,	/* CTA_TUPLE_REPLY */
	CLEW_HAS_STATUS		= 1u << 2,	/* CTA_STATUS */
	CLEW_HAS_TIMEOUT	= 1u << 3,	/* CTA_TIMEOUT */
	CLEW_HAS_STATE		= 1u << 4,	/* CTA_PROTOINFO_*_STATE */
	CLEW_HAS_PROTOINFO	= 1u << 5,	/* flags, scales, vtags */
	CLEW_HAS_COUNTERS	= 1u << 6,	/* CTA_COUNTERS_ORIG, _REPLY */
	CLEW_HAS_START		= 1u << 7,	/* CTA_TIMESTAMP_START */
	CLEW_HAS_STOP		= 1u << 8,	/* CTA_TIMESTAMP_STOP */
	CLEW_HAS_MARK		= 1u << 9,	/* CTA_MARK */
	CLEW_HAS_ZONE		= 1u << 10,	/* CTA_ZONE, both directions */
	CLEW_HAS_ZONE_ORIG	= 1u << 11,	/* CTA_TUPLE_ZONE, one of them */
	CLEW_HAS_ZONE_REPLY	= 1u << 12,
	CLEW_HAS_ID		= 1u << 13,	/* CTA_ID */
	CLEW_HAS_USE		= 1u << 14,	/* CTA_USE */
	CLEW_HAS_LABELS		= 1u << 15,	/* CTA_LABELS */
	CLEW_HAS_HELPER		= 1u << 16,	/* CTA_HELP */
	CLEW_HAS_MASTER		= 1u << 17,	/* CTA_TUPLE_MASTER */
	CLEW_HAS_SEQADJ		= 1u << 18,	/* CTA_SEQ_ADJ_ORIG, _REPLY */
	CLEW_HAS_SYNPROXY	= 1u << 19,	/* CTA_SYNPROXY */
	CLEW_HAS_SECMARK	= 1u << 20,	/* CTA_SECMARK (old kernels) */
	CLEW_HAS_SECCTX		= 1u << 21,	/* CTA_SECCTX */
	CLEW_HAS_EVENT_TIME	= 1u << 22,	/* CTA_TIMESTAMP_EVENT */
	CLEW_HAS_PORTID		= 1u << 23,	/* the event's netlink portid */
};

/* Status bits: IPS_* of linux/netfilter/nf_conntrack_common.h. */
enum clew_status {
	CLEW_STATUS_EXPECTED		= 1u << 0,
	CLEW_STATUS_SEEN_REPLY		= 1u << 1,
	CLEW_STATUS_ASSURED		= 1u << 2,
	CLEW_STATUS_CONFIRMED		= 1u << 3,
	CLEW_STATUS_SRC_NAT		= 1u << 4,
	CLEW_STATUS_DST_NAT		= 1u << 5,
	CLEW_STATUS_SEQ_ADJUST		= 1u << 6,
	CLEW_STATUS_SRC_NAT_DONE	= 1u << 7,
	CLEW_STATUS_DST_NAT_DONE	= 1u << 8,
	CLEW_STATUS_DYING		= 1u << 9,
	CLEW_STATUS_FIXED_TIMEOUT	= 1u << 10,
	CLEW_STATUS_TEMPLATE		= 1u << 11,
	CLEW_STATUS_NAT_CLASH		= 1u << 12,
	CLEW_STATUS_HELPER		= 1u << 13,
	CLEW_STATUS_OFFLOAD		= 1u << 14,
	CLEW_STATUS_HW_OFFLOAD		= 1u << 15,
};

/* TCP states, numbered as TCP_CONNTRACK_*. */
enum clew_tcp_state {
	CLEW_TCP_NONE,
	CLEW_TCP_SYN_SENT,
	CLEW_TCP_SYN_RECV,
	CLEW_TCP_ESTABLISHED,
	CLEW_TCP_FIN_WAIT,
	CLEW_TCP_CLOSE_WAIT,
	CLEW_TCP_LAST_ACK,
	CLEW_TCP_TIME_WAIT,
	CLEW_TCP_CLOSE,
	CLEW_TCP_SYN_SENT2,
	CLEW_TCP_STATES,
};

/* SCTP states, numbered as SCTP_CONNTRACK_*. */
enum clew_sctp_state {
	CLEW_SCTP_NONE,
	CLEW_SCTP_CLOSED,
	CLEW_SCTP_COOKIE_WAIT,
	CLEW_SCTP_COOKIE_ECHOED,
	CLEW_SCTP_ESTABLISHED,
	CLEW_SCTP_SHUTDOWN_SENT,
	CLEW_SCTP_SHUTDOWN_RECD,
	CLEW_SCTP_SHUTDOWN_ACK_SENT,
	CLEW_SCTP_HEARTBEAT_SENT,
	CLEW_SCTP_STATES,
};

#define CLEW_LABELS_SIZE 16	/* bytes: 128 labels */
#define CLEW_HELPER_SIZE 16	/* a helper's name with its NUL */
#define CLEW_HELP_INFO_SIZE 32
#define CLEW_SECCTX_SIZE 64

struct clew_counter {
	uint64_t packets;
	uint64_t bytes;		/* from the IP header on */
};

struct clew_seqadj {
	uint32_t correction_pos;	/* sequence number of the last change */
	int32_t offset_before;
	int32_t offset_after;
};

struct clew_snapshot {
	uint32_t has;			/* enum clew_has bits */
	uint32_t status;		/* enum clew_status bits */
	struct clew_tuple tuple[CLEW_DIRS];
	struct clew_tuple master;
	uint32_t timeout_s;
	uint32_t mark;
	uint32_t id;
	uint32_t use;
	uint16_t zone;
	uint8_t state;			/* clew_tcp_state, clew_sctp_state */
	uint8_t tcp_scale[CLEW_DIRS];
	uint8_t tcp_flags[CLEW_DIRS];	/* IP_CT_TCP_FLAG_* */
	uint32_t sctp_vtag[CLEW_DIRS];	/* host byte order */
	struct clew_counter counter[CLEW_DIRS];
	uint64_t start_ns;		/* since the epoch */
	uint64_t stop_ns;
	uint64_t event_ns;
	struct clew_seqadj seqadj[CLEW_DIRS];
	uint32_t synproxy_isn;
	uint32_t synproxy_its;
	uint32_t synproxy_tsoff;
	uint32_t secmark;
	uint32_t portid;
	uint8_t labels[CLEW_LABELS_SIZE];	/* bit n: byte n/8, bit n%8 */
	char helper[CLEW_HELPER_SIZE];
	uint8_t help_info_size;		/* CTA_HELP_INFO, 0: none */
	uint8_t help_info[CLEW_HELP_INFO_SIZE];
	char secctx[CLEW_SECCTX_SIZE];
};

/* Events, as the three ctnetlink message kinds. */
enum clew_event_type {
	CLEW_EVENT_NEW,
	CLEW_EVENT_UPDATE,
	CLEW_EVENT_DESTROY,
};

#endif
