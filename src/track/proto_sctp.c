/* SPDX-License-Identifier: BSD-2-Clause
 * track/proto_sctp.c - SCTP (RFC 9260): associations and their tags.
 *
 * Every chunk of a packet is an event.  The states are those of the
 * association as it is seen from the middle:
 *
 *	CLOSED			nothing valid, or over
 *	COOKIE_WAIT		INIT seen, also INIT ACK
 *	COOKIE_ECHOED		COOKIE ECHO seen
 *	ESTABLISHED		COOKIE ACK seen
 *	SHUTDOWN_SENT, _RECD	SHUTDOWN seen from the client, the server
 *	SHUTDOWN_ACK_SENT	SHUTDOWN ACK seen
 *	HEARTBEAT_SENT		HEARTBEAT seen on a path not known before
 *
 * A packet whose verification tag is not the receiver's is no part of the
 * association (RFC 9260 8.5); a HEARTBEAT on a second path teaches the tags
 * anew.  Chunks are judged one after the other, and what the earlier ones
 * changed stays even if a later one makes the packet INVALID: so Linux. */
#include <string.h>

#include "base/bytes.h"
#include "pkt/checksum.h"
#include "track/explain.h"

enum {
	SCTP_HEADER = 12,
	CHUNK_HEADER = 4,
	INIT_BODY = 16,
	FLAG_T = 1,		/* tag reflected (RFC 9260 8.5.1) */
};

/* Chunk types. */
enum {
	DATA = 0,
	INIT = 1,
	INIT_ACK = 2,
	SACK = 3,
	HEARTBEAT = 4,
	HEARTBEAT_ACK = 5,
	ABORT = 6,
	SHUTDOWN = 7,
	SHUTDOWN_ACK = 8,
	ERROR = 9,
	COOKIE_ECHO = 10,
	COOKIE_ACK = 11,
	SHUTDOWN_COMPLETE = 14,
	CHUNK_TYPES = 15,
};

enum {
	IV = CLEW_SCTP_NONE,
	CL = CLEW_SCTP_CLOSED,
	CW = CLEW_SCTP_COOKIE_WAIT,
	CE = CLEW_SCTP_COOKIE_ECHOED,
	ES = CLEW_SCTP_ESTABLISHED,
	SS = CLEW_SCTP_SHUTDOWN_SENT,
	SR = CLEW_SCTP_SHUTDOWN_RECD,
	SA = CLEW_SCTP_SHUTDOWN_ACK_SENT,
	HS = CLEW_SCTP_HEARTBEAT_SENT,
};

/* Cell = state after.  Nothing becomes NONE again, so 0 means "refuse" (IV)
 * and a forgotten cell refuses.  Chunks without a row change nothing.
 *                               NONE CL  CW  CE  ES  SS  SR  SA  HS  <- before */
static const uint8_t
sctp_next[CLEW_DIRS][CHUNK_TYPES][CLEW_SCTP_STATES] = {
[CLEW_DIR_ORIG]  = {
	[INIT]              = { CL, CL, CW, CE, ES, CL, CL, SA, CW },  /* a */
	[INIT_ACK]          = { CL, CL, CW, CE, ES, SS, SR, SA, CL },
	[ABORT]             = { CL, CL, CL, CL, CL, CL, CL, CL, CL },
	[SHUTDOWN]          = { CL, CL, CW, CE, SS, SS, SR, SA, CL },
	[SHUTDOWN_ACK]      = { SA, CL, CW, CE, ES, SA, SA, SA, SA },  /* b */
	[ERROR]             = { CL, CL, CW, CE, ES, SS, SR, SA, CL },
	[COOKIE_ECHO]       = { CL, CL, CE, CE, ES, SS, SR, SA, CL },
	[COOKIE_ACK]        = { CL, CL, CW, ES, ES, SS, SR, SA, CL },  /* h */
	[SHUTDOWN_COMPLETE] = { CL, CL, CW, CE, ES, SS, SR, CL, CL },
	[HEARTBEAT]         = { HS, CL, CW, CE, ES, SS, SR, SA, HS },  /* c */
	[HEARTBEAT_ACK]     = { CL, CL, CW, CE, ES, SS, SR, SA, HS } },
[CLEW_DIR_REPLY] = {
	[INIT]              = { IV, CL, CW, CE, ES, SS, SR, SA, IV },
	[INIT_ACK]          = { IV, CW, CW, CE, ES, SS, SR, SA, IV },  /* d */
	[ABORT]             = { IV, CL, CL, CL, CL, CL, CL, CL, IV },
	[SHUTDOWN]          = { IV, CL, CW, CE, SR, SS, SR, SA, IV },
	[SHUTDOWN_ACK]      = { IV, CL, CW, CE, ES, SA, SA, SA, IV },
	[ERROR]             = { IV, CL, CW, CL, ES, SS, SR, SA, IV },  /* e */
	[COOKIE_ECHO]       = { IV, CL, CE, CE, ES, SS, SR, SA, IV },  /* h */
	[COOKIE_ACK]        = { IV, CL, CW, ES, ES, SS, SR, SA, IV },  /* f */
	[SHUTDOWN_COMPLETE] = { IV, CL, CW, CE, ES, SS, SR, CL, IV },
	[HEARTBEAT]         = { IV, CL, CW, CE, ES, SS, SR, SA, HS },
	[HEARTBEAT_ACK]     = { IV, CL, CW, CE, ES, SS, SR, SA, ES } }, /* g */
};
/* a  a first INIT stays CLOSED until it is answered (short timeout); one
 *    during a shutdown begins anew
 * b  an old association's end, seen without its beginning
 * c  a second path of an association (RFC 9260 5.4)
 * d  the answer: COOKIE_WAIT
 * e  most likely "stale cookie": the association will not be
 * f  the four-way handshake is complete: ASSURED
 * g  the second path works
 * h  both ends began: the server's handshake may be the one that counts */

static bool
changes_state(uint8_t type)
{
	return type < CHUNK_TYPES && type != DATA && type != SACK &&
	       type != 12 && type != 13;
}

/* The chunks of a packet, found once and looked at twice. */
struct chunks {
	uint32_t at;		/* offset of the next one */
	uint32_t seen;		/* a bit per type below 32 */
};

/* => OK: a chunk header lies at c->at;  SHORT: no more chunks. */
static enum pkt_header
chunk_there(const struct pkt *p, const struct chunks *c)
{
	if (c->at >= p->len)
		return PKT_HEADER_SHORT;
	return pkt_header(p, c->at, CHUNK_HEADER);
}

/* What Linux's log says of a chunk that may not be where it is. */
static enum proto_result
bad_chunk(struct track *t, const struct pkt *p, uint32_t at, unsigned count,
	  bool alone, struct clew_packet *out)
{
	out->detail.n[0] = count;
	out->detail.n[1] = p->ip[at];
	out->detail.n[2] = p->ip[at + 2] | (uint32_t)p->ip[at + 3] << 8;
	out->detail.n[3] = alone;
	return track_reason(t, out, CLEW_WHY_SCTP_CHUNKS);
}

static void
chunk_next(const struct pkt *p, struct chunks *c)
{
	c->at += (get_be16(p->ip + c->at + 2) + 3u) & ~3u;
}

/* RFC 9260 6.10: INIT, INIT ACK and SHUTDOWN COMPLETE travel alone, the
 * cookie chunks come first. */
static enum proto_result
check_chunks(struct track *t, const struct pkt *p, struct chunks *all,
	     struct clew_packet *out)
{
	struct chunks c = { .at = p->l4 + SCTP_HEADER };
	bool alone = false;
	unsigned count = 0;

	for (;; count++) {
		enum pkt_header there = chunk_there(p, &c);
		uint8_t type;

		if (there == PKT_HEADER_CUT)
			return PROTO_CUT;
		if (there == PKT_HEADER_SHORT)
			break;
		type = p->ip[c.at];
		if (type == INIT || type == INIT_ACK ||
		    type == SHUTDOWN_COMPLETE)
			alone = true;
		if ((count && (alone || type == COOKIE_ACK ||
			       type == COOKIE_ECHO)) ||
		    !get_be16(p->ip + c.at + 2))
			return bad_chunk(t, p, c.at, count, alone, out);
		if ((type == INIT || type == INIT_ACK) &&
		    pkt_header(p, c.at + CHUNK_HEADER, INIT_BODY) ==
		    PKT_HEADER_CUT)
			return PROTO_CUT;
		if (type < 32)
			c.seen |= 1u << type;
		chunk_next(p, &c);
	}
	*all = c;
	return count ? PROTO_OK :
	       track_reason(t, out, CLEW_WHY_SCTP_NO_CHUNK);
}

static bool
has(const struct chunks *c, uint8_t type)
{
	return c->seen >> type & 1;
}

/* The initiate tag of an INIT or INIT ACK.  => false when the packet ends
 * before its body does. */
static bool
initiate_tag(const struct pkt *p, uint32_t at, uint32_t *tag)
{
	if (pkt_header(p, at + CHUNK_HEADER, INIT_BODY) != PKT_HEADER_OK)
		return false;
	*tag = get_be32(p->ip + at + CHUNK_HEADER);
	return true;
}

static enum proto_result
bad_tag(struct track *t, struct clew_packet *out, enum clew_dir dir,
	uint32_t tag, uint32_t expected, enum clew_reason reason)
{
	out->detail.n[0] = __builtin_bswap32(tag);
	out->detail.n[1] = __builtin_bswap32(expected);
	out->detail.n[2] = dir;
	return track_reason(t, out, reason);
}

/* The first packet of an association, or of an old one that was forgotten
 * (out of the blue, RFC 9260 8.4). */
static enum proto_result
sctp_begin(struct track *t, struct conn *c, const struct pkt *p,
	   const struct chunks *all, struct clew_packet *out)
{
	struct chunks chunk = { .at = p->l4 + SCTP_HEADER };
	uint32_t vtag = get_be32(p->ip + p->l4 + 4);

	if (has(all, ABORT) || has(all, SHUTDOWN_COMPLETE) ||
	    has(all, COOKIE_ACK))
		return track_reason(t, out, CLEW_WHY_SCTP_OOTB);
	memset(&c->sctp, 0, sizeof(c->sctp));
	for (; chunk_there(p, &chunk) == PKT_HEADER_OK;
	     chunk_next(p, &chunk)) {
		uint8_t type = p->ip[chunk.at];

		if (!changes_state(type) ||
		    sctp_next[CLEW_DIR_ORIG][type][CLEW_SCTP_NONE] == IV)
			return track_reason(t, out, CLEW_WHY_SCTP_OOTB);
		if (type == INIT) {
			if (vtag)
				return bad_tag(t, out, CLEW_DIR_ORIG, vtag, 0,
					       CLEW_WHY_SCTP_CHUNK_VTAG);
			if (!initiate_tag(p, chunk.at,
					  &c->sctp.vtag[CLEW_DIR_REPLY]))
				return track_reason(t, out,
						    CLEW_WHY_SCTP_NO_CHUNK);
			c->sctp.inits = 1u << CLEW_DIR_ORIG;
		} else if (type == HEARTBEAT) {
			c->sctp.vtag[CLEW_DIR_ORIG] = vtag;
		} else if (type == SHUTDOWN_ACK) {
			/* The answer will be a SHUTDOWN COMPLETE or an ABORT
			 * that reflects this tag. */
			c->sctp.vtag[CLEW_DIR_REPLY] = vtag;
		}
	}
	return PROTO_OK;
}

/* Chunks that bring rules of their own for the tag (RFC 9260 8.5.1). */
static bool
has_own_tag_rule(const struct chunks *c)
{
	return has(c, INIT) || has(c, SHUTDOWN_COMPLETE) ||
	       has(c, COOKIE_ECHO) || has(c, ABORT) || has(c, SHUTDOWN_ACK) ||
	       has(c, HEARTBEAT) || has(c, HEARTBEAT_ACK);
}

enum tag {
	TAG_GOOD,
	TAG_SKIP,		/* a HEARTBEAT that may announce a new path */
	TAG_BAD,
};

static enum tag
heartbeat_tag(struct sctp_conn *s, uint8_t type, enum clew_dir dir,
	      uint32_t vtag, bool may_fail)
{
	if (s->vtag[dir] == 0) {
		s->vtag[dir] = vtag;
		return TAG_GOOD;
	}
	if (vtag == s->vtag[dir]) {
		s->heartbeat_failed = 0;
		return TAG_GOOD;
	}
	if (!may_fail)
		return TAG_BAD;
	if (type == HEARTBEAT) {
		s->heartbeat_failed = 1;
		s->last_dir = (uint8_t)dir;
		return TAG_SKIP;
	}
	/* The peer accepted what we did not know: learn it. */
	if (!s->heartbeat_failed || s->last_dir == dir)
		return TAG_BAD;
	s->heartbeat_failed = 0;
	s->vtag[dir] = vtag;
	s->vtag[!dir] = 0;
	return TAG_GOOD;
}

static enum tag
chunk_tag(struct sctp_conn *s, uint8_t type, uint8_t flags,
	  enum clew_dir dir, uint32_t vtag, bool may_fail)
{
	switch (type) {
	case INIT:						/* (A) */
		return vtag ? TAG_BAD : TAG_GOOD;
	case ABORT:						/* (B) */
	case SHUTDOWN_COMPLETE:					/* (C) */
		return vtag == s->vtag[flags & FLAG_T ? !dir : dir] ?
		       TAG_GOOD : TAG_BAD;
	case COOKIE_ECHO:					/* (D) */
		return vtag == s->vtag[dir] ? TAG_GOOD : TAG_BAD;
	case HEARTBEAT:
	case HEARTBEAT_ACK:
		return heartbeat_tag(s, type, dir, vtag, may_fail);
	default:
		return TAG_GOOD;
	}
}

static void
set_state(struct conn *c, uint8_t state)
{
	if (c->sctp.state == state)
		return;
	c->sctp.state = state;
	conn_event(c, CLEW_IPCT_PROTOINFO);
	if (state == CLEW_SCTP_ESTABLISHED)
		conn_assure(c);
}

static enum proto_result
check_packet(struct track *t, const struct pkt *p, struct clew_packet *out)
{
	switch (pkt_header(p, p->l4, SCTP_HEADER)) {
	case PKT_HEADER_SHORT:
		return track_reason(t, out, CLEW_WHY_SCTP_SHORT);
	case PKT_HEADER_CUT:
		return PROTO_CUT;
	case PKT_HEADER_OK:
		break;
	}
	if (!track_must_check(t, p))
		return PROTO_OK;
	switch (checksum_check_sctp(p)) {
	case CHECKSUM_GOOD:
		break;
	case CHECKSUM_BAD:
		t->stats.checksum_bad++;
		return track_reason(t, out, CLEW_WHY_SCTP_CHECKSUM);
	case CHECKSUM_UNKNOWN:
		t->stats.checksum_unverified++;
		break;
	}
	return PROTO_OK;
}

/* Note the tag that an INIT or INIT ACK announces.  When both ends sent an
 * INIT, or an answer comes that nobody asked for, the answer must name the
 * tag that is known already (RFC 9260 5.2).  An INIT that only repeats a
 * known tag asks for nothing. */
static enum proto_result
learn_tag(struct track *t, struct conn *c, const struct pkt *p, uint32_t at,
	  enum clew_dir dir, uint8_t type, struct clew_packet *out)
{
	struct sctp_conn *s = &c->sctp;
	uint32_t known = s->vtag[!dir], tag;
	bool asked = s->inits >> !dir & 1, both = s->inits == 3;

	if (!initiate_tag(p, at, &tag))
		return track_reason(t, out, CLEW_WHY_SCTP_NO_CHUNK);
	if (tag == known)
		return PROTO_OK;
	if (type == INIT)
		s->inits = (uint8_t)((both ? 0 : s->inits) | 1u << dir);
	else if (both || (!asked && known))
		return bad_tag(t, out, dir, tag, known,
			       CLEW_WHY_SCTP_CHUNK_VTAG);
	s->vtag[!dir] = tag;
	return PROTO_OK;
}

/* One chunk's effect.  '*skip' grows true when the timeout is to be let be. */
static enum proto_result
sctp_chunk(struct track *t, struct conn *c, const struct pkt *p, uint32_t at,
	   enum clew_dir dir, const struct chunks *all, bool *skip,
	   uint8_t *state, struct clew_packet *out)
{
	uint32_t vtag = get_be32(p->ip + p->l4 + 4);
	uint8_t type = p->ip[at], before = c->sctp.state, after = before;
	enum proto_result result;

	switch (chunk_tag(&c->sctp, type, p->ip[at + 1], dir, vtag,
			  !has(all, DATA) && !*skip)) {
	case TAG_BAD:
		return bad_tag(t, out, dir, vtag, c->sctp.vtag[dir],
			       CLEW_WHY_SCTP_CHUNK_VTAG);
	case TAG_SKIP:
		*skip = true;
		return PROTO_OK;
	case TAG_GOOD:
		break;
	}
	if (changes_state(type))
		after = sctp_next[dir][type][before];
	if (changes_state(type) && after == IV) {
		out->detail.n[0] = before;
		out->detail.n[1] = dir;
		out->detail.n[2] = type;
		out->detail.state = before;
		return track_reason(t, out, CLEW_WHY_SCTP_STATE);
	}
	if (type == COOKIE_ACK)
		c->sctp.inits = 0;
	if (type == INIT || type == INIT_ACK) {
		result = learn_tag(t, c, p, at, dir, type, out);
		if (result != PROTO_OK)
			return result;
		/* A client that only repeats its INIT must not keep the
		 * entry alive. */
		if (type == INIT && after == CLEW_SCTP_CLOSED &&
		    before == CLEW_SCTP_CLOSED && conn_is_confirmed(c))
			*skip = true;
	}
	*state = after;
	set_state(c, after);
	return PROTO_OK;
}

enum proto_result
sctp_packet(struct track *t, struct conn *c, const struct pkt *p,
	    enum clew_dir dir, struct clew_packet *out)
{
	struct chunks all = { 0 }, chunk = { .at = p->l4 + SCTP_HEADER };
	uint8_t state = CLEW_SCTP_NONE;
	enum proto_result result;
	bool skip = false;
	uint32_t vtag;

	result = check_packet(t, p, out);
	if (result == PROTO_OK)
		result = check_chunks(t, p, &all, out);
	if (result == PROTO_OK && !conn_is_confirmed(c))
		result = sctp_begin(t, c, p, &all, out);
	if (result != PROTO_OK)
		return result;

	vtag = get_be32(p->ip + p->l4 + 4);
	if (!has_own_tag_rule(&all) && vtag != c->sctp.vtag[dir])
		return bad_tag(t, out, dir, vtag, c->sctp.vtag[dir],
			       CLEW_WHY_SCTP_VTAG);

	for (; chunk_there(p, &chunk) == PKT_HEADER_OK;
	     chunk_next(p, &chunk)) {
		result = sctp_chunk(t, c, p, chunk.at, dir, &all, &skip,
				    &state, out);
		if (result != PROTO_OK)
			return result;
	}
	if (skip)
		return PROTO_OK;
	conn_refresh(t, c, p, dir, conn_timeouts(t, c, t->set.sctp)[state]);
	return PROTO_OK;
}

bool
sctp_is_closing(const struct conn *c)
{
	switch ((enum clew_sctp_state)c->sctp.state) {
	case CLEW_SCTP_SHUTDOWN_SENT:
	case CLEW_SCTP_SHUTDOWN_RECD:
	case CLEW_SCTP_SHUTDOWN_ACK_SENT:
		return true;
	default:
		return false;
	}
}

/* Explained. */

static const char *
chunk_name(uint8_t type)
{
	static const char *const names[CHUNK_TYPES] = {
		[DATA] = "DATA", [INIT] = "INIT", [INIT_ACK] = "INIT ACK",
		[SACK] = "SACK", [HEARTBEAT] = "HEARTBEAT",
		[HEARTBEAT_ACK] = "HEARTBEAT ACK", [ABORT] = "ABORT",
		[SHUTDOWN] = "SHUTDOWN", [SHUTDOWN_ACK] = "SHUTDOWN ACK",
		[ERROR] = "ERROR", [COOKIE_ECHO] = "COOKIE ECHO",
		[COOKIE_ACK] = "COOKIE ACK",
		[SHUTDOWN_COMPLETE] = "SHUTDOWN COMPLETE",
	};

	return type < CHUNK_TYPES && names[type] ? names[type] :
						   "other chunk";
}

static const char *
state_name(uint8_t state)
{
	static const char *const names[CLEW_SCTP_STATES] = {
		"NONE", "CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED",
		"ESTABLISHED", "SHUTDOWN_SENT", "SHUTDOWN_RECD",
		"SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT",
	};

	return names[state];
}

/* One chunk on the copy 'c', which it changes as it changed the real one. */
static enum proto_result
explain_chunk(const struct explained *x, struct conn *c, uint32_t at,
	      const struct chunks *all, bool *skip, struct clew_packet *probe)
{
	uint8_t type = x->p->ip[at], before = c->sctp.state, state = before;
	bool reflects = type == ABORT || type == SHUTDOWN_COMPLETE;
	struct clew_explain_cell cell = {
		.event = chunk_name(type),
		.before = state_name(before),
		.is_table = changes_state(type),
		.has_tag = true,
		.tag = get_be32(x->p->ip + x->p->l4 + 4),
		.tag_expected = type == INIT ? 0 : c->sctp.vtag[
			reflects && x->p->ip[at + 1] & FLAG_T ? !x->dir :
								x->dir],
	};
	uint8_t next = changes_state(type) ?
		       sctp_next[x->dir][type][before] : before;
	enum proto_result result;

	result = sctp_chunk(x->t, c, x->p, at, x->dir, all, skip, &state,
			    probe);
	cell.cell = next == IV ? CLEW_CELL_REFUSE : next == before ?
		    CLEW_CELL_STAY : CLEW_CELL_MOVE;
	cell.next = next == IV ? NULL : state_name(next);
	cell.after = result == PROTO_OK ? state_name(c->sctp.state) : NULL;
	explain_cell(x, &cell);
	return result;
}

void
explain_sctp(const struct explained *x)
{
	struct chunks all = { 0 }, chunk = { .at = x->p->l4 + SCTP_HEADER };
	struct clew_packet probe = *x->out;
	struct conn c = x->before;
	bool skip = false;

	if (check_packet(x->t, x->p, &probe) != PROTO_OK ||
	    check_chunks(x->t, x->p, &all, &probe) != PROTO_OK)
		return;
	if (x->is_new && sctp_begin(x->t, &c, x->p, &all, &probe) != PROTO_OK)
		return;
	if (x->out->reason == CLEW_WHY_SCTP_VTAG) {
		explain_cell(x, &(struct clew_explain_cell){
			.event = chunk_name(x->p->ip[chunk.at]),
			.before = state_name(c.sctp.state),
			.cell = CLEW_CELL_REFUSE,
			.has_tag = true,
			.tag = get_be32(x->p->ip + x->p->l4 + 4),
			.tag_expected = c.sctp.vtag[x->dir],
		});
		return;
	}
	for (; chunk_there(x->p, &chunk) == PKT_HEADER_OK;
	     chunk_next(x->p, &chunk)) {
		if (explain_chunk(x, &c, chunk.at, &all, &skip, &probe) !=
		    PROTO_OK)
			return;
	}
}
