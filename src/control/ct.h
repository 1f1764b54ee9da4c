/* SPDX-License-Identifier: BSD-2-Clause
 * control/ct.h - what the files of ctnetlink's two subsystems share. */
#ifndef CONTROL_CT_H
#define CONTROL_CT_H

#include "control/control.h"
#include "engine/engine.h"
#include "nl/ct_request.h"

#define CT_TYPE(n) ((uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | (n)))
#define EXP_TYPE(n) ((uint16_t)(NFNL_SUBSYS_CTNETLINK_EXP << 8 | (n)))

static inline struct track *
ct_track(const struct control_request *r)
{
	return &r->port->control->engine->track;
}

/* conntrack.c */

/* The zone of a request, as that of a packet. */
struct clew_packet ct_packet(const struct nl_zone *zone);
/* The connection with this tuple in that zone.  => NULL: there is none. */
struct conn *ct_find(const struct track *t, const struct clew_tuple *tuple,
		     const struct nl_zone *zone);
/* Who is the cause of what follows; until ct_cause_end(). */
void ct_cause_begin(const struct control_request *r);
void ct_cause_end(const struct control_request *r);
/* One message about a connection. */
void ct_put(struct nl_writer *w, uint8_t type, uint16_t flags, uint32_t seq,
	    uint32_t portid, const struct clew_snapshot *ct,
	    enum nl_ct_use use);
/* Tell a group, and who asked for an echo.  => false: somebody who insists
 * on it could not be told. */
bool ct_deliver(struct clew_control *c, uint32_t group,
		const struct nl_writer *w);

/* ctnew.c: IPCTNL_MSG_CT_NEW. */
int ct_new(const struct control_request *r);

/* ctlist.c: dumps, and what is to be flushed. */
int ct_list(const struct control_request *r, bool is_zeroing);
int ct_list_dying(const struct control_request *r);
int ct_flush(const struct control_request *r,
	     const struct nl_attr tb[], uint8_t family);
void ct_zero_counters(struct track *t, const struct conn *c);

#endif
