/* SPDX-License-Identifier: BSD-2-Clause
 * control/nflog.h - the groups that packets are logged for, and who listens.
 *
 * A group belongs to the port that bound it.  Packets' messages gather in its
 * buffer and go in one datagram: when there are enough of them, no room for
 * one more, or the first has waited long enough. */
#ifndef CONTROL_NFLOG_H
#define CONTROL_NFLOG_H

#include "control/control.h"
#include "nft/log.h"

enum {
	/* What one netlink buffer of Linux takes, and the most it is asked
	 * to. */
	NFLOG_BUFFER_LEAST	= CONTROL_ANSWER,
	NFLOG_BUFFER_MOST	= 131072,
	NFLOG_COPY_MOST		= 0xffff - NLA_HDRLEN,
	NFLOG_HASH		= 256,
};

struct nflog_group {
	struct list link;		/* nflog->groups */
	struct list waiting;		/* nflog->waiting, by deadline */
	uint32_t portid;
	uint16_t number;
	uint16_t flags;			/* NFULNL_CFG_F_* */
	uint32_t buffer_size;		/* as configured */
	uint32_t threshold;
	uint32_t timeout;		/* of 10 ms */
	uint32_t copy_range;
	uint8_t copy_mode;		/* NFULNL_COPY_* */
	uint32_t seq;
	uint32_t count;			/* messages in the buffer */
	uint64_t deadline_ms;		/* while it waits */
	struct nl_writer buffer;	/* its memory stays */
	size_t room;			/* bytes of it that Linux would have */
};

struct nflog {
	struct list groups[NFLOG_HASH];
	struct list waiting;
	uint32_t seq;			/* of all groups */
};

/* nflog.c */
int nflog_create(struct clew_control *c);
void nflog_destroy(struct clew_control *c);

/* nflog_packet.c */

/* How many bytes Linux thinks its message takes, for it asks before. */
size_t nflog_packet_size(const struct nflog_group *group,
			 const struct nft_log_record *record,
			 uint32_t *payload);
/* => false: there was no room after all. */
bool nflog_packet_put(struct nflog *log, struct nflog_group *group,
		      const struct nft_log_record *record, uint32_t payload);

#endif
