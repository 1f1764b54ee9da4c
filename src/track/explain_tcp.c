/* SPDX-License-Identifier: BSD-2-Clause
 * track/explain_tcp.c - a segment's cell of the table, and every bound it was
 * held against (proto_tcp.c has what they mean). */
#include "track/explain.h"
#include "track/tcp.h"

static const char *const events[TCP_EVENTS] = {
	[EV_SYN] = "SYN", [EV_SYNACK] = "SYN/ACK", [EV_FIN] = "FIN",
	[EV_ACK] = "ACK", [EV_RST] = "RST", [EV_NONE] = "none",
};

static const char *const states[CLEW_TCP_STATES] = {
	[CLEW_TCP_NONE] = "NONE",
	[CLEW_TCP_SYN_SENT] = "SYN_SENT",
	[CLEW_TCP_SYN_RECV] = "SYN_RECV",
	[CLEW_TCP_ESTABLISHED] = "ESTABLISHED",
	[CLEW_TCP_FIN_WAIT] = "FIN_WAIT",
	[CLEW_TCP_CLOSE_WAIT] = "CLOSE_WAIT",
	[CLEW_TCP_LAST_ACK] = "LAST_ACK",
	[CLEW_TCP_TIME_WAIT] = "TIME_WAIT",
	[CLEW_TCP_CLOSE] = "CLOSE",
	[CLEW_TCP_SYN_SENT2] = "SYN_SENT2",
};

/* Bounds. */

static void
add_bound(struct clew_explain_window *w, struct clew_explain_bound b)
{
	int64_t spare = (int32_t)(b.bound - b.value);

	if (!b.is_upper)
		spare = -spare;
	b.holds = !b.is_checked || (b.is_exact ? spare == 0 : spare >= 0);
	b.off_by = (uint32_t)(spare < 0 ? -spare : spare);
	w->bound[w->bounds++] = b;
}

static void
add_bounds(struct clew_explain_window *w, const struct tcp_conn *tcp,
	   const struct segment *s, enum clew_dir dir)
{
	const struct tcp_window *sender = &tcp->side[dir];
	const struct tcp_window *receiver = &tcp->side[!dir];

	w->is_checked = true;
	add_bound(w, (struct clew_explain_bound){
		.name = "I", .left = "seq", .right = "sender's maxend",
		.fails = "over the window of the receiver",
		.value = s->seq, .bound = sender->maxend,
		.is_upper = true, .is_checked = true,
	});
	add_bound(w, (struct clew_explain_bound){
		.name = "II", .left = "end",
		.right = "sender's end - receiver's maxwin",
		.fails = "already ACKed data retransmitted",
		.value = s->end, .bound = sender->end - receiver->maxwin,
		.is_checked = receiver->maxwin != 0,
	});
	add_bound(w, (struct clew_explain_bound){
		.name = "III", .left = "sack", .right = "receiver's end",
		.fails = "ACKed data not seen yet",
		.value = s->sack, .bound = receiver->end,
		.is_upper = true, .is_checked = true,
	});
	add_bound(w, (struct clew_explain_bound){
		.name = "IV", .left = "sack",
		.right = "receiver's end - ack window",
		.fails = "possibly overly delayed",
		.value = s->sack,
		.bound = receiver->end - tcp_ack_window(sender),
		.is_checked = true,
	});
}

/* What a RST is asked before (RFC 5961 3.2).  => Does that settle it? */
static bool
add_reset(struct clew_explain_window *w, const struct explained *x,
	  const struct segment *s)
{
	const struct tcp_conn *tcp = &x->before.tcp;
	bool established = (x->before.status & CLEW_STATUS_ASSURED) &&
			   tcp->state == CLEW_TCP_ESTABLISHED;

	if (s->event != EV_RST || x->is_new || tcp_is_closing(&x->before))
		return false;
	if (!(tcp->flags[!x->dir] & TCP_MAXACK_SET) ||
	    tcp->last_event == EV_SYN || (s->seq == 0 && !established))
		return false;
	add_bound(w, (struct clew_explain_bound){
		.name = "RST", .left = "seq", .right = "receiver's maxack",
		.fails = "not the next number: the receiver would send a "
			 "challenge ACK",
		.value = s->seq, .bound = tcp->side[!x->dir].maxack,
		.is_checked = true, .is_exact = established,
	});
	return x->out->reason == CLEW_WHY_TCP_RST;
}

static struct clew_explain_side
side_of(const struct track *t, const struct tcp_conn *tcp, enum clew_dir dir)
{
	const struct tcp_window *side = &tcp->side[dir];
	uint8_t flags = tcp->flags[dir];

	return (struct clew_explain_side){
		.end = side->end, .maxend = side->maxend,
		.maxwin = side->maxwin, .maxack = side->maxack,
		.scale = tcp->scale[dir],
		.has_maxack = flags & TCP_MAXACK_SET,
		.has_sack = flags & TCP_SACK_PERM,
		.is_liberal = (flags & TCP_BE_LIBERAL) ||
			      t->set.tcp_be_liberal,
	};
}

static void
tell_window(const struct explained *x, const struct segment *segment)
{
	struct clew_explain_window w = { .dir = x->dir };
	struct clew_packet probe = *x->out;
	struct conn trial = x->before;
	struct segment s = *segment;
	uint32_t ack = s.ack;

	for (int i = 0; i < CLEW_DIRS; i++) {
		w.before[i] = side_of(x->t, &x->before.tcp, (enum clew_dir)i);
		w.after[i] = side_of(x->t, x->after ? &x->after->tcp :
				     &x->before.tcp, (enum clew_dir)i);
	}
	if (x->is_new && tcp_begin(x->t, &trial, &s, &probe) != PROTO_OK)
		return;
	w.is_first = x->is_new || trial.tcp.side[x->dir].maxwin == 0;
	if (!add_reset(&w, x, &s) &&
	    !tcp_window_begin(x->t, &trial, &s, x->dir) && !w.is_first)
		add_bounds(&w, &trial.tcp, &s, x->dir);
	w.seq = s.seq;
	w.end = s.end;
	w.ack = s.ack;
	w.sack = s.sack;
	w.win = s.win;
	if (!(s.flags & SYN))
		w.win <<= trial.tcp.scale[x->dir];
	w.ack_offset = conn_seq_offset(x->t, &x->before, !x->dir, ack - 1);
	watch_tell(x->w, &(struct clew_explain){
		.kind = CLEW_EXPLAIN_WINDOW, .u.window = w,
	});
}

static void
tell_cell(const struct explained *x, const struct segment *s, uint8_t next)
{
	uint8_t state = x->before.tcp.state;
	struct clew_explain_cell cell = {
		.event = events[s->event],
		.before = states[state],
		.is_table = true,
		.is_reopened = !x->is_new && !x->after &&
			       x->out->ct_state != CLEW_CT_INVALID,
		.after = x->after ? states[x->after->tcp.state] : NULL,
	};

	if (next == TCP_REFUSE) {
		cell.cell = CLEW_CELL_REFUSE;
	} else if (next == TCP_IGNORE) {
		cell.cell = CLEW_CELL_IGNORE;
	} else {
		cell.cell = next == state ? CLEW_CELL_STAY : CLEW_CELL_MOVE;
		cell.next = states[next];
	}
	explain_cell(x, &cell);
}

static bool
read_segment(const struct explained *x, struct segment *s)
{
	struct clew_packet probe = *x->out;

	return tcp_segment_read(x->t, x->p, s, &probe) == PROTO_OK;
}

void
explain_tcp(const struct explained *x)
{
	struct segment s;
	uint8_t next;

	if (!read_segment(x, &s))
		return;
	next = tcp_cell(x->dir, s.event, x->before.tcp.state);
	tell_cell(x, &s, next);
	if (next == TCP_REFUSE || next == TCP_IGNORE ||
	    x->out->reason == CLEW_WHY_TCP_IGNORED ||
	    x->out->reason == CLEW_WHY_TCP_NOT_LOOSE ||
	    (!x->is_new && !x->after &&
	     x->out->ct_state != CLEW_CT_INVALID))
		return;
	tell_window(x, &s);
}

unsigned
explain_tcp_timeout(const struct explained *x)
{
	const uint32_t *timeouts = conn_timeouts(x->t, x->after,
						 x->t->set.tcp);
	struct conn c = *x->after;
	struct segment s;

	if (!read_segment(x, &s))
		return c.tcp.state;
	/* That it was answered is noted after the timeout was chosen. */
	c.status = x->before.status;
	return tcp_timeout_kept(x->t, &c, &s, c.tcp.state, timeouts);
}
