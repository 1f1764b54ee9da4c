/* SPDX-License-Identifier: BSD-2-Clause
 * track/snapshot.c - a connection as ctnetlink tells of it.
 *
 * Which attributes a message carries depends on its kind; 'has' records it,
 * and everything that shows connections goes by that. */
#include <string.h>

#include "track/track.h"

static void
put_tuples(const struct track *t, const struct conn *c,
	   struct clew_snapshot *out)
{
	uint16_t zone = 0;

	for (enum clew_dir dir = 0; dir < CLEW_DIRS; dir++) {
		struct key key;

		conn_key(t, c, dir, &key);
		key_to_tuple(&key, &out->tuple[dir]);
		if (out->tuple[dir].zone)
			zone = out->tuple[dir].zone;
	}
	out->has |= CLEW_HAS_ORIG | CLEW_HAS_REPLY;
	if (!zone)
		return;
	out->zone = zone;
	if (c->status & CONN_ZONE_ORIG)
		out->has |= CLEW_HAS_ZONE_ORIG;
	else if (c->status & CONN_ZONE_REPLY)
		out->has |= CLEW_HAS_ZONE_REPLY;
	else
		out->has |= CLEW_HAS_ZONE;
}

static void
put_common(const struct track *t, const struct conn *c,
	   struct clew_snapshot *out)
{
	memset(out, 0, sizeof(*out));
	put_tuples(t, c, out);
	out->status = c->status & CONN_STATUS_SHOWN;
	out->id = conn_id(t, c);
	out->has |= CLEW_HAS_STATUS | CLEW_HAS_ID;
}

static void
put_timeout(const struct track *t, const struct conn *c,
	    struct clew_snapshot *out)
{
	out->timeout_s = conn_expires(t, c);
	out->has |= CLEW_HAS_TIMEOUT;
}

/* 'whole': with flags, scales and tags, not the state alone. */
static void
put_protoinfo(const struct conn *c, bool whole, struct clew_snapshot *out)
{
	uint32_t has = CLEW_HAS_STATE | (whole ? CLEW_HAS_PROTOINFO : 0);

	switch (conn_protocol(c)) {
	case PROTO_TCP:
		out->state = c->tcp.state;
		memcpy(out->tcp_scale, c->tcp.scale, sizeof(out->tcp_scale));
		memcpy(out->tcp_flags, c->tcp.flags, sizeof(out->tcp_flags));
		out->has |= has;
		break;
	case PROTO_SCTP:
		out->state = c->sctp.state;
		memcpy(out->sctp_vtag, c->sctp.vtag, sizeof(out->sctp_vtag));
		out->has |= has;
		break;
	default:
		break;
	}
}

static void
put_counters(const struct track *t, const struct conn *c,
	     struct clew_snapshot *out)
{
	if (!(c->status & CONN_ACCT))
		return;
	memcpy(out->counter, track_acct(t, track_index(t, c))->counter,
	       sizeof(out->counter));
	out->has |= CLEW_HAS_COUNTERS;
}

static void
put_timestamps(const struct track *t, const struct conn *c,
	       struct clew_snapshot *out)
{
	const struct conn_tstamp *stamp;

	if (!(c->status & CONN_TSTAMP))
		return;
	stamp = track_tstamp(t, track_index(t, c));
	out->start_ns = stamp->start_ns;
	out->has |= CLEW_HAS_START;
	if (!stamp->stop_ns)
		return;
	out->stop_ns = stamp->stop_ns;
	out->has |= CLEW_HAS_STOP;
}

static void
put_labels(const struct track *t, const struct conn *c,
	   struct clew_snapshot *out)
{
	const struct conn_ext *ext = track_ext(t, c);

	static const uint8_t none[CLEW_LABELS_SIZE];

	if (!ext || !ext->has_labels ||
	    !memcmp(ext->labels, none, sizeof(none)))
		return;
	memcpy(out->labels, ext->labels, sizeof(out->labels));
	out->has |= CLEW_HAS_LABELS;
}

static void
put_seqadj(const struct track *t, const struct conn *c,
	   struct clew_snapshot *out)
{
	const struct conn_ext *ext = track_ext(t, c);

	if (!ext || !ext->has_seqadj || !(c->status & CLEW_STATUS_SEQ_ADJUST))
		return;
	memcpy(out->seqadj, ext->seqadj, sizeof(out->seqadj));
	out->has |= CLEW_HAS_SEQADJ;
}

static void
put_helper(const struct track *t, const struct conn *c,
	   struct clew_snapshot *out)
{
	const struct helper *helper = conn_helper(t, c);

	if (!helper)
		return;
	memcpy(out->helper, helper->name, sizeof(out->helper));
	out->help_info_size = helper->data_size;
	memcpy(out->help_info, conn_help(t, c)->data, helper->data_size);
	out->has |= CLEW_HAS_HELPER;
}

static void
put_master(const struct track *t, const struct conn *c,
	   struct clew_snapshot *out)
{
	const struct conn_origin *origin = conn_origin(t, c);

	if (!origin || !(c->status & CLEW_STATUS_EXPECTED))
		return;
	key_to_tuple(&origin->key, &out->master);
	out->has |= CLEW_HAS_MASTER;
}

static void
put_synproxy(const struct track *t, const struct conn *c,
	     struct clew_snapshot *out)
{
	const struct conn_ext *ext = track_ext(t, c);

	if (!ext || !ext->has_synproxy)
		return;
	out->synproxy_isn = ext->synproxy.isn;
	out->synproxy_its = ext->synproxy.its;
	out->synproxy_tsoff = ext->synproxy.tsoff;
	out->has |= CLEW_HAS_SYNPROXY;
}

void
conn_snapshot_event(const struct track *t, const struct conn *c,
		    enum clew_event_type type, uint32_t bits,
		    struct clew_snapshot *out)
{
	put_common(t, c, out);
	if (type == CLEW_EVENT_DESTROY) {
		/* Only one that ended before its time has time left. */
		put_timeout(t, c, out);
		if (!out->timeout_s)
			out->has &= ~(uint32_t)CLEW_HAS_TIMEOUT;
		put_counters(t, c, out);
		put_timestamps(t, c, out);
		put_protoinfo(c, false, out);
	} else {
		put_timeout(t, c, out);
		if (bits & CLEW_IPCT_PROTOINFO)
			put_protoinfo(c, true, out);
		put_helper(t, c, out);
		if (bits & CLEW_IPCT_LABEL)
			put_labels(t, c, out);
		if (bits & CLEW_IPCT_RELATED)
			put_master(t, c, out);
		if (bits & CLEW_IPCT_SEQADJ)
			put_seqadj(t, c, out);
		if (bits & CLEW_IPCT_SYNPROXY)
			put_synproxy(t, c, out);
	}
	if (c->status & CONN_TSTAMP) {
		out->event_ns = t->now_ns;
		out->has |= CLEW_HAS_EVENT_TIME;
	}
	if (c->mark || (bits & CLEW_IPCT_MARK)) {
		out->mark = c->mark;
		out->has |= CLEW_HAS_MARK;
	}
}

void
conn_snapshot_entry(const struct track *t, const struct conn *c,
		    struct clew_snapshot *out)
{
	put_common(t, c, out);
	put_timeout(t, c, out);
	put_counters(t, c, out);
	put_timestamps(t, c, out);
	put_protoinfo(c, true, out);
	put_helper(t, c, out);
	put_master(t, c, out);
	put_labels(t, c, out);
	put_seqadj(t, c, out);
	put_synproxy(t, c, out);
	out->mark = c->mark;
	out->use = 1;
	out->has |= CLEW_HAS_MARK | CLEW_HAS_USE;
}
