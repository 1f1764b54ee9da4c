/* SPDX-License-Identifier: BSD-2-Clause
 * track/proto_tcp.c - TCP (RFC 9293) seen from the middle.
 *
 * What we hold is not the state of either end but what the segments that
 * passed allow us to conclude; segments may be lost behind us, so a segment
 * we let pass need not have arrived.  States, as both ends together:
 *
 *	SYN_SENT	a SYN from the client
 *	SYN_SENT2	a SYN from both: simultaneous open (RFC 9293 3.5)
 *	SYN_RECV	a SYN/ACK
 *	ESTABLISHED	an ACK after it, or picked up in the middle
 *	FIN_WAIT	a FIN from one end
 *	CLOSE_WAIT	and an ACK after it
 *	LAST_ACK	a FIN from the other end
 *	TIME_WAIT	and an ACK after it
 *	CLOSE		a RST
 *
 * Windows follow Guido van Rooij, "Real Stateful TCP Packet Filtering in IP
 * Filter" (SANE 2000), as Linux has refined it.  Each side keeps, of what it
 * sent and of what its peer allowed it:
 *
 *	end	highest sequence number sent, plus one
 *	maxend	highest one it may send: largest (s)ack + window of the peer
 *	maxwin	largest window it offered
 *	maxack	highest acknowledgment it sent
 *
 * and a segment must meet four bounds, the sack being the highest right edge
 * of its SACK blocks or else its acknowledgment:
 *
 *	I	seq  <= sender.maxend			not beyond the window
 *	II	end  >= sender.end - receiver.maxwin	not long since received
 *	III	sack <= receiver.end			acks what was sent
 *	IV	sack >= receiver.end - ack_window()	acks nothing ancient
 *
 * I and III make it INVALID, II and IV only make us look away, and so does I
 * when no more than a window is too much.  All numbers are modulo 2^32 and
 * compared as differences.
 *
 * The walk of a packet: tcp_packet() reads the segment, looks the transition
 * up, lets transition() handle what a table cannot say, checks the window,
 * and commits. */
#include <string.h>

#include "base/bytes.h"
#include "track/tcp.h"

enum {
	TCP_HEADER = 20,
	SCALE_MAX = 14,			/* RFC 7323 2.3 */
	CLOSE_SOON_MS = 120 * 1000,
};

enum {
	IV = CLEW_TCP_NONE,		/* refuse */
	SS = CLEW_TCP_SYN_SENT,
	SR = CLEW_TCP_SYN_RECV,
	ES = CLEW_TCP_ESTABLISHED,
	FW = CLEW_TCP_FIN_WAIT,
	CW = CLEW_TCP_CLOSE_WAIT,
	LA = CLEW_TCP_LAST_ACK,
	TW = CLEW_TCP_TIME_WAIT,
	CL = CLEW_TCP_CLOSE,
	S2 = CLEW_TCP_SYN_SENT2,
	IG = CLEW_TCP_STATES,		/* let pass, change nothing */
};

/* Cell = state after.  Nothing becomes NONE again, so 0 means "refuse" (IV)
 * and a forgotten cell refuses.
 *                      NONE SS  SR  ES  FW  CW  LA  TW  CL  S2  <- before */
static const uint8_t
tcp_next[CLEW_DIRS][TCP_EVENTS][CLEW_TCP_STATES] = {
[CLEW_DIR_ORIG]  = {
	[EV_SYN]    = { SS, SS, IG, IG, IG, IG, IG, SS, SS, S2 },  /* a b c */
	[EV_SYNACK] = { IV, IV, SR, IV, IV, IV, IV, IV, IV, SR },  /* d */
	[EV_FIN]    = { IV, IV, FW, FW, LA, LA, LA, TW, CL, IV },  /* e */
	[EV_ACK]    = { ES, IV, ES, ES, CW, CW, TW, TW, CL, IV },  /* f g */
	[EV_RST]    = { IV, CL, CL, CL, CL, CL, CL, CL, CL, CL } },/* h */
[CLEW_DIR_REPLY] = {
	[EV_SYN]    = { IV, S2, IV, IV, IV, IV, IV, SS, IV, S2 },  /* d i */
	[EV_SYNACK] = { IV, SR, IG, IG, IG, IG, IG, IG, IG, SR },  /* j */
	[EV_FIN]    = { IV, IV, FW, FW, LA, LA, LA, TW, CL, IV },  /* e */
	[EV_ACK]    = { IV, IG, SR, ES, CW, CW, TW, TW, CL, IG },  /* k g */
	[EV_RST]    = { IV, CL, CL, CL, CL, CL, CL, CL, CL, CL } },/* h */
};
/* a  open, or a SYN repeated
 * b  a SYN inside a connection: the server may answer it with a challenge
 *    ACK or a RST (RFC 5961 4) or, if we are the ones out of step, accept
 *    it; let it pass, note it, and wait for the answer
 * c  reopened from TIME_WAIT or CLOSE (RFC 9293 3.6.1): a new connection
 * d  simultaneous open (RFC 5382 REQ-2a)
 * e  one FIN: FIN_WAIT; the other end's, or the same again: LAST_ACK
 * f  NONE->ES picks up a connection whose beginning was not seen
 * g  LA->TW the last ACK, unless it is a challenge ACK (see b)
 * h  if it is believed, see judge_rst()
 * i  reopened by the server: the roles change
 * j  may answer a SYN that was let pass under b: then we are in step again
 * k  SS: may be a half-open server's challenge ACK; its RST will follow */

/* Half the circle away is before, either way round: as Linux has it. */
static inline bool
before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool
after(uint32_t a, uint32_t b)
{
	return before(b, a);
}

/* Reading. */

/* RFC 9293 and sense: PSH, ECE and CWR are free. */
static bool
are_flags_sane(uint8_t flags)
{
	/* One bit per combination of FIN, SYN, RST, ACK and URG. */
	static const uint64_t sane =
		1ull << SYN | 1ull << (SYN | URG) | 1ull << (SYN | ACK) |
		1ull << RST | 1ull << (RST | ACK) |
		1ull << (FIN | ACK) | 1ull << (FIN | ACK | URG) |
		1ull << ACK | 1ull << (ACK | URG);

	return sane >> (flags & (FIN | SYN | RST | ACK | URG)) & 1;
}

static enum tcp_event
event_of(uint8_t flags)
{
	if (flags & RST)
		return EV_RST;
	if (flags & SYN)
		return flags & ACK ? EV_SYNACK : EV_SYN;
	if (flags & FIN)
		return EV_FIN;
	return flags & ACK ? EV_ACK : EV_NONE;
}

static enum proto_result
read_segment(struct track *t, const struct pkt *p, struct segment *s,
	     struct clew_packet *out)
{
	const uint8_t *h = p->ip + p->l4;
	uint32_t size = p->len - p->l4, header;

	switch (pkt_header(p, p->l4, TCP_HEADER)) {
	case PKT_HEADER_SHORT: return track_reason(t, out, CLEW_WHY_TCP_SHORT);
	case PKT_HEADER_CUT: return PROTO_CUT;
	case PKT_HEADER_OK: break;
	}
	s->event = EV_NONE;
	header = (h[12] >> 4) * 4u;
	if (header < TCP_HEADER || header > size)
		return track_reason(t, out, CLEW_WHY_TCP_TRUNCATED);
	if (pkt_header(p, p->l4, header) == PKT_HEADER_CUT)
		return PROTO_CUT;
	if (track_is_checksum_bad(t, p, size, PROTO_TCP))
		return track_reason(t, out, CLEW_WHY_TCP_CHECKSUM);
	s->flags = h[13];
	if (!are_flags_sane(s->flags))
		return track_reason(t, out, CLEW_WHY_TCP_FLAGS);
	s->event = (uint8_t)event_of(s->flags);
	s->seq = get_be32(h + 4);
	s->ack = s->sack = get_be32(h + 8);
	s->win = get_be16(h + 14);
	s->end = s->seq + size - header + !!(s->flags & SYN) +
		 !!(s->flags & FIN);
	s->option = h + TCP_HEADER;
	s->option_size = (uint8_t)(header - TCP_HEADER);
	return PROTO_OK;
}

/* Options (RFC 9293 3.2): kind, size, body.  => false at the end or where
 * they make no sense; else '*at' is behind the one found. */
struct option {
	uint8_t kind;
	uint8_t size;		/* of the body */
	const uint8_t *body;
};

enum {
	OPT_END = 0,
	OPT_NOP = 1,
	OPT_SCALE = 3,
	OPT_SACK_PERMITTED = 4,
	OPT_SACK = 5,
	OPT_TIMESTAMP = 8,
};

static bool
next_option(const struct segment *s, unsigned *at, struct option *o)
{
	while (*at < s->option_size && s->option[*at] == OPT_NOP)
		(*at)++;
	if (*at + 2 > s->option_size || s->option[*at] == OPT_END)
		return false;
	o->kind = s->option[*at];
	o->size = (uint8_t)(s->option[*at + 1] - 2);
	if (s->option[*at + 1] < 2 || *at + 2 + o->size > s->option_size)
		return false;
	o->body = s->option + *at + 2;
	*at += 2u + o->size;
	return true;
}

/* What a SYN offers.  Without any option at all nothing is changed: so
 * Linux. */
static void
read_offer(const struct segment *s, uint8_t *flags, uint8_t *scale)
{
	unsigned at = 0;
	struct option o;

	if (!s->option_size)
		return;
	*scale = 0;
	*flags &= TCP_BE_LIBERAL;
	while (next_option(s, &at, &o)) {
		if (o.kind == OPT_SACK_PERMITTED && o.size == 0) {
			*flags |= TCP_SACK_PERM;
		} else if (o.kind == OPT_SCALE && o.size == 1) {
			*scale = o.body[0] < SCALE_MAX ? o.body[0] : SCALE_MAX;
			*flags |= TCP_WINDOW_SCALE;
		}
	}
}

/* RFC 2018: the highest right edge of the blocks, or the acknowledgment. */
static void
read_sack(struct segment *s)
{
	/* The usual: NOP, NOP, timestamp and nothing else (RFC 7323 A). */
	static const uint8_t only_timestamp[4] = {
		OPT_NOP, OPT_NOP, OPT_TIMESTAMP, 10,
	};
	unsigned at = 0;
	struct option o;

	if (!s->option_size ||
	    (s->option_size == 12 && !memcmp(s->option, only_timestamp, 4)))
		return;
	while (next_option(s, &at, &o)) {
		if (o.kind != OPT_SACK || o.size < 8 || o.size % 8)
			continue;
		for (unsigned i = 4; i < o.size; i += 8) {
			uint32_t edge = get_be32(o.body + i);

			if (after(edge, s->sack))
				s->sack = edge;
		}
		return;
	}
}

/* Saying no, or something. */

static enum proto_result
remark(struct track *t, struct clew_packet *out, enum clew_reason reason)
{
	track_reason(t, out, reason);
	return PROTO_OK;
}

static void
set_bound(struct clew_packet *out, uint32_t value, uint32_t bound,
	  uint32_t off_by)
{
	out->detail.has_bound = 1;
	out->detail.value = value;
	out->detail.bound = bound;
	out->detail.off_by = off_by;
	out->detail.n[0] = bound;
}

static void
set_transition(struct clew_packet *out, const struct segment *s,
	       enum clew_dir dir, uint8_t state)
{
	out->detail.n[0] = s->event;
	out->detail.n[1] = dir;
	out->detail.state = state;
}

/* The window. */

enum window {
	WINDOW_OK,
	WINDOW_IGNORE,		/* passes, but teaches us nothing */
	WINDOW_INVALID,
};

/* A first SYN or SYN/ACK of a side, or one that begins anew: its numbers
 * are all there is.  Both must offer window scaling for it to be used
 * (RFC 7323 2.2). */
static void
init_side(struct tcp_conn *tcp, const struct segment *s, enum clew_dir dir)
{
	struct tcp_window *side = &tcp->side[dir];

	side->end = side->maxend = s->end;
	side->maxwin = s->win ? s->win : 1;
	read_offer(s, &tcp->flags[dir], &tcp->scale[dir]);
	if (dir == CLEW_DIR_REPLY &&
	    !(tcp->flags[0] & tcp->flags[1] & TCP_WINDOW_SCALE))
		tcp->scale[0] = tcp->scale[1] = 0;
}

/* The first segment of a side, and it is no SYN: we came in the middle. */
static void
adopt_side(struct tcp_conn *tcp, const struct segment *s, enum clew_dir dir)
{
	struct tcp_window *sender = &tcp->side[dir];
	struct tcp_window *receiver = &tcp->side[!dir];
	uint32_t win = (uint32_t)s->win << tcp->scale[dir];

	sender->end = s->end;
	sender->maxwin = win ? win : 1;
	sender->maxend = s->end + sender->maxwin;
	if (receiver->maxwin == 0) {
		/* Nothing known of the other side: believe the ack. */
		receiver->end = receiver->maxend = s->sack;
	} else if (s->sack == receiver->end + 1) {
		/* The answer to a keepalive (RFC 9293 3.8.4). */
		receiver->end++;
	}
}

static enum window
out_of_window(struct track *t, const struct tcp_conn *tcp, enum clew_dir dir,
	      struct clew_packet *out, enum clew_reason reason,
	      enum window judgment)
{
	if (tcp->flags[dir] & TCP_BE_LIBERAL || t->set.tcp_be_liberal)
		return WINDOW_OK;
	track_reason(t, out, reason);
	return judgment;
}

/* Bound I failed.  Some stacks send a little more than they may; when all
 * else fits, and it is no more than a window, remember how far they went,
 * or the acknowledgment of it would fail bound III. */
static enum window
beyond_window(struct track *t, struct tcp_conn *tcp, const struct segment *s,
	      enum clew_dir dir, struct clew_packet *out)
{
	struct tcp_window *sender = &tcp->side[dir];
	struct tcp_window *receiver = &tcp->side[!dir];
	uint32_t overshot = s->end - sender->maxend + 1;
	enum window judgment;

	if (receiver->maxwin &&
	    after(s->end, sender->end - receiver->maxwin - 1) &&
	    after(s->sack, receiver->end - tcp_ack_window(sender) - 1) &&
	    overshot <= receiver->maxwin &&
	    before(s->sack, receiver->end + 1)) {
		sender->end = s->end;
		tcp->flags[dir] |= TCP_DATA_UNACKED;
		judgment = out_of_window(t, tcp, dir, out,
					 CLEW_WHY_TCP_OVERSHOT, WINDOW_IGNORE);
		set_bound(out, s->end, sender->maxend + 1, overshot);
		out->detail.n[0] = overshot;
		return judgment;
	}
	set_bound(out, s->seq, sender->maxend + 1, s->seq - sender->maxend);
	return out_of_window(t, tcp, dir, out, CLEW_WHY_TCP_SEQ_OVER,
			     WINDOW_INVALID);
}

/* A segment within bounds moves them. */
static inline void
move_window(struct tcp_conn *tcp, const struct segment *s, enum clew_dir dir,
	    bool has_ack)
{
	struct tcp_window *sender = &tcp->side[dir];
	struct tcp_window *receiver = &tcp->side[!dir];
	uint32_t win = s->win, offered;

	if (!(s->flags & SYN))
		win <<= tcp->scale[dir];
	offered = win + (s->sack - s->ack);
	if (sender->maxwin < offered)
		sender->maxwin = offered;
	if (after(s->end, sender->end)) {
		sender->end = s->end;
		tcp->flags[dir] |= TCP_DATA_UNACKED;
	}
	if (has_ack && (!(tcp->flags[dir] & TCP_MAXACK_SET) ||
			after(s->ack, sender->maxack))) {
		sender->maxack = s->ack;
		tcp->flags[dir] |= TCP_MAXACK_SET;
	}

	if (receiver->maxwin && after(s->end, sender->maxend))
		receiver->maxwin += s->end - sender->maxend;
	if (after(s->sack + win, receiver->maxend - 1)) {
		receiver->maxend = s->sack + win;
		if (win == 0)
			receiver->maxend++;	/* a probe of one byte */
	}
	if (s->ack == receiver->end)
		tcp->flags[!dir] &= (uint8_t)~TCP_DATA_UNACKED;
}

/* The same pure ACK again and again: the peer is not answering. */
static inline void
count_retransmission(struct tcp_conn *tcp, const struct segment *s,
		     enum clew_dir dir)
{
	if (tcp->last_dir == dir && tcp->last_seq == s->seq &&
	    tcp->last_ack == s->ack && tcp->last_end == s->end &&
	    tcp->last_win == s->win) {
		tcp->retrans++;
		return;
	}
	tcp->last_dir = dir;
	tcp->last_seq = s->seq;
	tcp->last_ack = s->ack;
	tcp->last_end = s->end;
	tcp->last_win = s->win;
	tcp->retrans = 0;
}

/* What a SYN, a RST, a segment without ACK and a side's first segment need
 * before the bounds mean anything.  => true when there is nothing to check. */
__attribute__((noinline))
static bool
prepare_window(struct tcp_conn *tcp, struct segment *s, enum clew_dir dir)
{
	struct tcp_window *sender = &tcp->side[dir];
	uint32_t peer_end = tcp->side[!dir].end;
	bool has_ack = s->flags & ACK;

	if (sender->maxwin == 0 && !(s->flags & SYN)) {
		adopt_side(tcp, s, dir);
		peer_end = tcp->side[!dir].end;
	} else if (sender->maxwin == 0) {
		init_side(tcp, s, dir);
		if (!has_ack)			/* simultaneous open */
			return true;
	} else if ((s->flags & SYN) && after(s->end, sender->end) &&
		   (tcp->state == SS || tcp->state == SR)) {
		/* RFC 9293 3.4.3: a TCP that begins anew uses higher numbers
		 * than before; forget the first attempt. */
		init_side(tcp, s, dir);
		if (dir == CLEW_DIR_REPLY && !has_ack)
			return true;
	}
	/* Without an ACK, and from stacks that reset with ack 0, take it
	 * for right. */
	if (!has_ack || ((s->flags & RST) && s->ack == 0))
		s->ack = s->sack = peer_end;
	/* A RST that answers a SYN has no number of its own to give. */
	if ((s->flags & RST) && s->seq == 0 && tcp->state == SS)
		s->seq = s->end = sender->end;
	return false;
}

/* Say which bound 's' failed.  The order is Linux's. */
__attribute__((noinline))
static enum window
outside_window(struct track *t, struct tcp_conn *tcp, const struct segment *s,
	       enum clew_dir dir, struct clew_packet *out)
{
	const struct tcp_window *sender = &tcp->side[dir];
	const struct tcp_window *receiver = &tcp->side[!dir];
	uint32_t bound;

	if (!before(s->seq, sender->maxend + 1))		/* I */
		return beyond_window(t, tcp, s, dir, out);
	if (!before(s->sack, receiver->end + 1)) {		/* III */
		bound = receiver->end + 1;
		set_bound(out, s->sack, bound, s->sack - receiver->end);
		return out_of_window(t, tcp, dir, out, CLEW_WHY_TCP_ACK_OVER,
				     WINDOW_INVALID);
	}
	bound = sender->end - receiver->maxwin - 1;
	if (receiver->maxwin && !after(s->end, bound)) {	/* II */
		set_bound(out, s->end, bound, bound - s->end + 1);
		return out_of_window(t, tcp, dir, out, CLEW_WHY_TCP_SEQ_UNDER,
				     WINDOW_IGNORE);
	}
	bound = receiver->end - tcp_ack_window(sender) - 1;		/* IV */
	set_bound(out, s->sack, bound, bound - s->sack + 1);
	return out_of_window(t, tcp, dir, out, CLEW_WHY_TCP_ACK_UNDER,
			     WINDOW_IGNORE);
}

/* SACK, what NAT did to the acknowledgment, and what prepare_window() says.
 * => true when there is nothing to check. */
static inline bool
begin_window(const struct track *t, struct conn *c, struct segment *s,
	     enum clew_dir dir)
{
	struct tcp_conn *tcp = &c->tcp;
	uint32_t offset;

	if (tcp->flags[!dir] & TCP_SACK_PERM)
		read_sack(s);
	offset = (uint32_t)conn_seq_offset(t, c, !dir, s->ack - 1);
	s->ack -= offset;
	s->sack -= offset;
	return __builtin_expect(!(s->flags & ACK) ||
				tcp->side[dir].maxwin == 0 ||
				(s->flags & (SYN | RST)), 0) &&
	       prepare_window(tcp, s, dir);
}

bool
tcp_window_begin(const struct track *t, struct conn *c, struct segment *s,
		 enum clew_dir dir)
{
	return begin_window(t, c, s, dir);
}

/* Check 's' against the four bounds, and move them. */
static inline enum window
check_window(struct track *t, struct conn *c, struct segment *s,
	     enum clew_dir dir, struct clew_packet *out)
{
	struct tcp_conn *tcp = &c->tcp;
	const struct tcp_window *sender = &tcp->side[dir];
	const struct tcp_window *receiver = &tcp->side[!dir];
	bool has_ack = s->flags & ACK;

	if (begin_window(t, c, s, dir))
		return WINDOW_OK;

	if (before(s->seq, sender->maxend + 1) &&		/* I */
	    (receiver->maxwin == 0 ||				/* II */
	     after(s->end, sender->end - receiver->maxwin - 1)) &&
	    before(s->sack, receiver->end + 1) &&		/* III */
	    after(s->sack, receiver->end - tcp_ack_window(sender) - 1)) /* IV */ {
		move_window(tcp, s, dir, has_ack);
		if (s->event == EV_ACK)
			count_retransmission(tcp, s, dir);
		return WINDOW_OK;
	}
	return outside_window(t, tcp, s, dir, out);
}

/* Transitions that the table alone does not settle. */

enum step {
	STEP_WINDOW,		/* go on: the window decides */
	STEP_COMMIT,		/* in window whatever its numbers say */
	STEP_DONE,		/* the packet's result is settled */
};

/* Let a segment pass that may be right although we cannot see how, and note
 * it: its answer will tell (table notes b, j, k). */
static enum step
ignore(struct track *t, struct tcp_conn *tcp, const struct segment *s,
       enum clew_dir dir, struct clew_packet *out, uint8_t state)
{
	tcp->last_event = s->event;
	tcp->last_dir = dir;
	tcp->last_seq = s->seq;
	tcp->last_end = s->end;
	tcp->last_win = s->win;
	if (s->event == EV_SYN && dir == CLEW_DIR_ORIG) {
		uint8_t flags = 0, scale = 0;

		read_offer(s, &flags, &scale);
		tcp->last_flags = flags & (TCP_WINDOW_SCALE | TCP_SACK_PERM);
		tcp->last_scale = flags & TCP_WINDOW_SCALE ? scale : 0;
		if (state == LA)
			tcp->last_flags |= TCP_CHALLENGE_ACK;
	}
	if (state == SS && s->event == EV_ACK && dir == CLEW_DIR_REPLY)
		tcp->last_ack = s->ack;
	set_transition(out, s, dir, state);
	remark(t, out, CLEW_WHY_TCP_IGNORED);
	return STEP_DONE;
}

/* Does this SYN/ACK answer a SYN we looked away from?  Then the two ends
 * agree and we do not: believe them. */
static bool
resynchronize(struct tcp_conn *tcp, const struct segment *s,
	      enum clew_dir dir, uint8_t *state, uint8_t *next)
{
	enum clew_dir peer = tcp->last_dir;
	struct tcp_window *side = &tcp->side[peer];

	if (s->event != EV_SYNACK || tcp->last_event != EV_SYN ||
	    peer == dir || s->ack != tcp->last_end)
		return false;
	*state = SS;
	*next = SR;
	side->end = side->maxend = tcp->last_end;
	side->maxwin = tcp->last_win ? tcp->last_win : 1;
	tcp->scale[peer] = tcp->last_scale;
	tcp->last_flags &= (uint8_t)~TCP_CHALLENGE_ACK;
	tcp->flags[peer] = tcp->last_flags;
	tcp->side[dir] = (struct tcp_window){ 0 };
	tcp->scale[dir] = 0;
	tcp->flags[dir] &= TCP_BE_LIBERAL;
	return true;
}

static bool
may_reopen(const struct tcp_conn *tcp, enum clew_dir dir)
{
	return ((tcp->flags[0] | tcp->flags[1]) & TCP_CLOSE_INIT) ||
	       (tcp->last_dir == dir && tcp->last_event == EV_RST);
}

/* Does the RST answer a segment we only let pass: a SYN inside the
 * connection, or the ACK of a half-open one? */
static bool
answers_ignored(const struct conn *c, const struct segment *s,
		enum clew_dir dir)
{
	const struct tcp_conn *tcp = &c->tcp;

	if (s->ack != tcp->last_end)
		return false;
	if ((c->status & CLEW_STATUS_SEEN_REPLY) &&
	    tcp->last_event == EV_SYN && tcp->last_dir != dir)
		return true;
	return !(c->status & CLEW_STATUS_ASSURED) &&
	       tcp->last_event == EV_ACK;
}

/* Is a RST to be believed?  RFC 5961 3.2: only one with exactly the next
 * sequence number ends a connection; on another the receiver sends a
 * challenge ACK.  So an inexact one keeps the state, but shortens the
 * timeout until that ACK comes. */
static enum step
judge_rst(struct track *t, struct conn *c, const struct segment *s,
	  enum clew_dir dir, uint8_t *next, struct clew_packet *out,
	  enum proto_result *result)
{
	struct tcp_conn *tcp = &c->tcp;
	bool established = (c->status & CLEW_STATUS_ASSURED) &&
			   tcp->state == ES;
	uint32_t exact = tcp->side[!dir].maxack;

	if (s->event != EV_RST)
		return STEP_WINDOW;
	/* Closing already: numbers may be of a reuse of the ports. */
	if (tcp_is_closing(c))
		return STEP_COMMIT;
	/* A SYN let through makes maxack worthless. */
	if ((tcp->flags[!dir] & TCP_MAXACK_SET) && tcp->last_event != EV_SYN) {
		if (s->seq == 0 && !established)
			return STEP_WINDOW;
		if (before(s->seq, exact) && !t->set.tcp_ignore_invalid_rst) {
			set_bound(out, s->seq, exact, exact - s->seq);
			*result = track_reason(t, out, CLEW_WHY_TCP_RST);
			return STEP_DONE;
		}
		if (!established || s->seq == exact)
			return STEP_WINDOW;
		/* Right behind the sender's own last segment is exact too. */
		if (tcp->last_event == EV_ACK && tcp->last_dir == dir &&
		    s->seq == tcp->last_end)
			return STEP_WINDOW;
		*next = tcp->state;
	}
	if (answers_ignored(c, s, dir))
		return STEP_COMMIT;
	/* The client resets what a challenge ACK told it is half-open. */
	if (tcp->state == SS && tcp->last_event == EV_ACK &&
	    tcp->last_dir == CLEW_DIR_REPLY && s->seq == tcp->last_ack)
		return STEP_COMMIT;
	return STEP_WINDOW;
}

static bool
is_synproxied(const struct track *t, const struct conn *c)
{
	const struct conn_ext *ext = track_ext(t, c);

	return ext && ext->has_synproxy;
}

/* Everything between the table and the window.  May change '*next', and
 * '*state' when the two ends went ahead of us. */
static enum step
transition(struct track *t, struct conn *c, const struct segment *s,
	   enum clew_dir dir, uint8_t *state, uint8_t *next,
	   struct clew_packet *out, enum proto_result *result)
{
	struct tcp_conn *tcp = &c->tcp;

	*result = PROTO_OK;
	switch (*next) {
	case SS:
		if (*state != TW && *state != CL)
			return STEP_WINDOW;
		if (may_reopen(tcp, dir)) {
			conn_kill(t, c);
			*result = PROTO_REOPEN;
			return STEP_DONE;
		}
		/* fall through */
	case IG:
		if (resynchronize(tcp, s, dir, state, next))
			return STEP_WINDOW;
		return ignore(t, tcp, s, dir, out, *state);
	case IV:
		/* What began the handshake with the server, once more. */
		if (is_synproxied(t, c) && *state == SS &&
		    s->event == EV_ACK && dir == CLEW_DIR_ORIG &&
		    tcp->last_dir == CLEW_DIR_ORIG &&
		    tcp->side[CLEW_DIR_ORIG].end - 1 == s->seq)
			return STEP_DONE;
		set_transition(out, s, dir, *state);
		*result = track_reason(t, out, CLEW_WHY_TCP_STATE);
		return STEP_DONE;
	case TW:
		if (*state == LA && s->event == EV_ACK &&
		    tcp->last_dir != dir && tcp->last_event == EV_SYN &&
		    (tcp->last_flags & TCP_CHALLENGE_ACK)) {
			tcp->last_flags &= (uint8_t)~TCP_CHALLENGE_ACK;
			*result = remark(t, out, CLEW_WHY_TCP_CHALLENGE_ACK);
			return STEP_DONE;
		}
		return STEP_WINDOW;
	case S2:
		tcp->last_flags |= TCP_SIMULTANEOUS_OPEN;
		return STEP_WINDOW;
	case SR:
		if (dir == CLEW_DIR_REPLY && s->event == EV_ACK &&
		    (tcp->last_flags & TCP_SIMULTANEOUS_OPEN))
			*next = ES;
		return STEP_WINDOW;
	case CL:
		return judge_rst(t, c, s, dir, next, out, result);
	default:
		return STEP_WINDOW;
	}
}

/* The first segment of a connection. */
enum proto_result
tcp_begin(struct track *t, struct conn *c, const struct segment *s,
	  struct clew_packet *out)
{
	struct tcp_conn *tcp = &c->tcp;
	struct tcp_window *side = &tcp->side[CLEW_DIR_ORIG];

	switch (tcp_next[CLEW_DIR_ORIG][s->event][CLEW_TCP_NONE]) {
	case SS:
		side->end = side->maxend = s->end;
		side->maxwin = s->win ? s->win : 1;
		read_offer(s, &tcp->flags[0], &tcp->scale[0]);
		break;
	case ES:
		if (!t->set.tcp_loose)
			return track_reason(t, out, CLEW_WHY_TCP_NOT_LOOSE);
		/* Scales and SACK are not known: be liberal both ways. */
		side->end = s->end;
		side->maxwin = s->win ? s->win : 1;
		side->maxend = side->end + side->maxwin;
		tcp->flags[0] = tcp->flags[1] = TCP_SACK_PERM | TCP_BE_LIBERAL;
		break;
	default:
		return track_reason(t, out, CLEW_WHY_TCP_NEW);
	}
	tcp->last_event = EV_NONE;
	return PROTO_OK;
}

/* A FIN or RST out of window, then another from the other side: something
 * is ending, and it is we who are out of step.  Do not keep the entry for
 * days. */
static void
shorten_if_ending(struct track *t, struct conn *c, const struct segment *s,
		  enum clew_dir dir)
{
	struct tcp_conn *tcp = &c->tcp;
	uint64_t left_ms, timeout_ms;

	if (!(c->status & CLEW_STATUS_ASSURED) ||
	    (c->status & CLEW_STATUS_FIXED_TIMEOUT) ||
	    (s->event != EV_FIN && s->event != EV_RST))
		return;
	if (tcp->last_dir == dir ||
	    (tcp->last_event != EV_FIN && tcp->last_event != EV_RST)) {
		tcp->last_event = s->event;
		tcp->last_dir = dir;
		return;
	}
	left_ms = c->deadline_ms - t->now_ms;
	timeout_ms = conn_timeouts(t, c, t->set.tcp)[TCP_TIMEOUT_UNACK] *
		     1000ull;
	if (left_ms >= CLOSE_SOON_MS && left_ms > timeout_ms)
		conn_set_deadline(t, c, t->now_ms + timeout_ms);
}

/* The timeout that a segment begins anew: its state's, less while something
 * is unanswered.  RFC 5382 REQ-5 wants at least four minutes while a connection
 * opens or closes; Linux's defaults are shorter. */
static inline unsigned
timeout_of(const struct track *t, const struct conn *c,
	   const struct segment *s, uint8_t state, const uint32_t *timeouts)
{
	const struct tcp_conn *tcp = &c->tcp;
	uint32_t retrans = timeouts[TCP_TIMEOUT_RETRANS];
	uint32_t timeout = timeouts[state];

	if (tcp->retrans >= t->set.tcp_max_retrans && timeout > retrans)
		return TCP_TIMEOUT_RETRANS;
	if (s->event == EV_RST)
		return CL;
	if (((tcp->flags[0] | tcp->flags[1]) & TCP_DATA_UNACKED) &&
	    timeout > timeouts[TCP_TIMEOUT_UNACK])
		return TCP_TIMEOUT_UNACK;
	if (tcp->last_win == 0 && timeout > retrans)
		return TCP_TIMEOUT_RETRANS;
	return state;
}

/* The same for one that nobody has answered yet. */
static inline unsigned
timeout_unreplied(unsigned kept, uint8_t next, const uint32_t *timeouts)
{
	return next == ES && timeouts[kept] > timeouts[TCP_TIMEOUT_UNACK] ?
	       TCP_TIMEOUT_UNACK : kept;
}

unsigned
tcp_timeout_kept(const struct track *t, const struct conn *c,
		 const struct segment *s, uint8_t state,
		 const uint32_t *timeouts)
{
	unsigned kept = timeout_of(t, c, s, state, timeouts);

	return c->status & CLEW_STATUS_SEEN_REPLY ? kept :
	       timeout_unreplied(kept, state, timeouts);
}

/* A segment that counts: take the new state, say so, begin the timeout
 * anew. */
static inline enum proto_result
commit(struct track *t, struct conn *c, const struct pkt *p,
       const struct segment *s, enum clew_dir dir, uint8_t state,
       uint8_t next)
{
	const uint32_t *timeouts = conn_timeouts(t, c, t->set.tcp);
	struct tcp_conn *tcp = &c->tcp;
	unsigned kept;

	tcp->last_event = s->event;
	tcp->last_dir = dir;
	tcp->state = next;
	if (state != next) {
		conn_event(c, CLEW_IPCT_PROTOINFO);
		if (next == FW)
			tcp->flags[dir] |= TCP_CLOSE_INIT;
	}
	kept = timeout_of(t, c, s, next, timeouts);

	if (!(c->status & CLEW_STATUS_SEEN_REPLY)) {
		if (s->flags & RST) {
			/* Nothing but a RST came back: it never was. */
			conn_account(t, c, p, dir);
			conn_end(t, c);
			return PROTO_ENDED;
		}
		/* Only a SYN again: a client that reuses its port must not
		 * keep the entry alive. */
		if (s->event == EV_SYN && state == SS)
			return PROTO_OK;
		kept = timeout_unreplied(kept, next, timeouts);
	} else if ((state == SR || state == ES) && next == ES) {
		conn_assure(c);
	}
	conn_refresh(t, c, p, dir, timeouts[kept]);
	return PROTO_OK;
}

enum proto_result
tcp_packet(struct track *t, struct conn *c, const struct pkt *p,
	   enum clew_dir dir, struct clew_packet *out)
{
	enum proto_result result;
	struct segment s;
	uint8_t state, next;

	result = read_segment(t, p, &s, out);
	if (result != PROTO_OK)
		return result;
	if (!conn_is_confirmed(c)) {
		result = tcp_begin(t, c, &s, out);
		if (result != PROTO_OK)
			return result;
	}

	state = c->tcp.state;
	next = tcp_next[dir][s.event][state];
	if (__builtin_expect(next != ES || state != ES, 0)) {
		switch (transition(t, c, &s, dir, &state, &next, out,
				   &result)) {
		case STEP_DONE: return result;
		case STEP_COMMIT: return commit(t, c, p, &s, dir, state, next);
		case STEP_WINDOW: break;
		}
	}
	switch (check_window(t, c, &s, dir, out)) {
	case WINDOW_OK:
		break;
	case WINDOW_IGNORE:
		return PROTO_OK;
	case WINDOW_INVALID:
		shorten_if_ending(t, c, &s, dir);
		return PROTO_INVALID;
	}
	return commit(t, c, p, &s, dir, state, next);
}

enum proto_result
tcp_segment_read(struct track *t, const struct pkt *p, struct segment *s,
		 struct clew_packet *out)
{
	return read_segment(t, p, s, out);
}

uint8_t
tcp_cell(enum clew_dir dir, enum tcp_event event, uint8_t state)
{
	return tcp_next[dir][event][state];
}

bool
tcp_is_closing(const struct conn *c)
{
	switch (c->tcp.state) {
	case FW:
	case LA:
	case TW:
	case CL:
	case CW:
		return true;
	default:
		return false;
	}
}

void
tcp_set_closing(struct track *t, struct conn *c)
{
	bool was_closed = c->tcp.state == CLEW_TCP_CLOSE;
	uint32_t timeout_s;

	if (!conn_is_confirmed(c) || (c->status & CLEW_STATUS_DYING))
		return;
	c->tcp.state = CLEW_TCP_CLOSE;
	if (was_closed || (c->status & CLEW_STATUS_FIXED_TIMEOUT))
		return;
	timeout_s = conn_timeouts(t, c, t->set.tcp)[CLEW_TCP_CLOSE];
	conn_set_deadline(t, c, t->now_ms + (uint64_t)timeout_s * 1000);
	conn_event(c, CLEW_IPCT_PROTOINFO);
}
