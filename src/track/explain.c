/* SPDX-License-Identifier: BSD-2-Clause
 * track/explain.c - what tracking saw of a packet: which connection, in which
 * state, with which timeout. */
#include "track/explain.h"

#include <string.h>

#include "base/hash.h"

static void
tell(const struct watch *w, struct clew_explain step)
{
	watch_tell(w, &step);
}

/* Whose tuple. */

static void
tell_lookup(struct track *t, const struct clew_packet *out,
	    const struct key *key, const struct watch *w,
	    enum clew_lookup_for what, const struct conn *c,
	    enum clew_dir dir, const struct conn *overdue)
{
	struct clew_explain_lookup lookup = {
		.what = what,
		.has_one_way_zone = track_has_one_way_zone(out),
		.zone_reply = track_zone(out, CLEW_DIR_REPLY),
		.is_found = c != NULL,
		.dir = dir,
	};

	key_to_tuple(key, &lookup.tuple);
	if (c)
		lookup.conn = conn_ref(t, c);
	if (!c && overdue) {
		lookup.is_overdue = true;
		lookup.conn = conn_ref(t, overdue);
		lookup.idle_ms = t->now_ms - overdue->deadline_ms;
	}
	tell(w, (struct clew_explain){
		.kind = CLEW_EXPLAIN_LOOKUP, .u.lookup = lookup,
	});
}

static struct conn *
find(struct track *t, const struct clew_packet *out, const struct key *key,
     enum clew_dir *dir, struct conn **overdue)
{
	*overdue = NULL;
	*dir = CLEW_DIR_ORIG;
	if (track_has_one_way_zone(out))
		return track_lookup_zone(t, key, out, dir);
	return track_lookup_overdue(t, key,
				    (uint32_t)key_hash(&t->hash_key, key), dir,
				    overdue);
}

/* What an ICMP error quotes. => false: it is no error. */
static bool
tell_quoted(struct track *t, const struct pkt *p, struct clew_packet *out,
	    const struct watch *w)
{
	struct clew_packet probe = *out;
	struct conn *c, *overdue;
	enum clew_dir dir;
	struct key key;
	uint32_t at;

	if (!icmp_quotes(p, &at))
		return false;
	if (icmp_read_quoted(t, p, at, &probe, &key) != ICMP_RELATED)
		return true;
	c = find(t, out, &key, &dir, &overdue);
	tell_lookup(t, out, &key, w, CLEW_LOOKUP_QUOTED, c, dir, overdue);
	return true;
}

/* States. */

void
explain_cell(const struct explained *x, struct clew_explain_cell *cell)
{
	cell->protocol = x->p->protocol;
	cell->dir = x->dir;
	tell(x->w, (struct clew_explain){
		.kind = CLEW_EXPLAIN_CELL, .u.cell = *cell,
	});
}

static const char *
name_of_status(uint32_t status)
{
	if (status & CLEW_STATUS_ASSURED)
		return "ASSURED";
	return status & CLEW_STATUS_SEEN_REPLY ? "REPLIED" : "UNREPLIED";
}

/* A protocol without states: what was seen of both sides. */
static void
explain_plain(const struct explained *x)
{
	struct clew_explain_cell cell = {
		.event = "packet",
		.before = x->is_new ? "NONE" :
			  name_of_status(x->before.status),
	};

	if (x->after)
		cell.after = cell.next = name_of_status(x->after->status);
	cell.cell = !x->after ? CLEW_CELL_REFUSE :
		    !strcmp(cell.before, cell.after) ? CLEW_CELL_STAY :
						       CLEW_CELL_MOVE;
	explain_cell(x, &cell);
}

static void
explain_protocol(const struct explained *x)
{
	switch (x->p->protocol) {
	case PROTO_TCP: explain_tcp(x); break;
	case PROTO_SCTP: explain_sctp(x); break;
	default: explain_plain(x); break;
	}
}

/* Timers. */

/* The setting that the timeout is of. */
static const uint32_t *
timeout_of(const struct explained *x)
{
	const struct settings *set = &x->t->set;
	bool seen = x->before.status & CLEW_STATUS_SEEN_REPLY;

	switch (x->p->protocol) {
	case PROTO_TCP: return &set->tcp[explain_tcp_timeout(x)];
	case PROTO_SCTP: return &set->sctp[x->after->sctp.state];
	case PROTO_UDP: return &set->udp[
		seen && x->t->now_ms > x->after->udp.stream_ms ?
		TIMEOUT_REPLIED : TIMEOUT_UNREPLIED];
	case PROTO_UDPLITE: return &set->udp[seen];
	case PROTO_GRE: return &set->gre[seen];
	case PROTO_ICMP: return &set->icmp;
	case PROTO_ICMPV6: return &set->icmpv6;
	default: return &set->generic;
	}
}

/* Where the protocol's timeouts begin: a policy's are laid out alike. */
static const uint32_t *
timeouts_of(const struct explained *x)
{
	const struct settings *set = &x->t->set;

	switch (x->p->protocol) {
	case PROTO_TCP: return set->tcp;
	case PROTO_SCTP: return set->sctp;
	case PROTO_UDP:
	case PROTO_UDPLITE: return set->udp;
	case PROTO_GRE: return set->gre;
	default: return timeout_of(x);
	}
}

/* Milliseconds left; an unconfirmed one keeps seconds. */
static uint64_t
left_ms(const struct track *t, const struct conn *c)
{
	if (!conn_is_confirmed(c))
		return c->deadline_ms * 1000;
	return c->deadline_ms > t->now_ms ? c->deadline_ms - t->now_ms : 0;
}

/* Segments that are let pass with a remark teach nothing, the time neither. */
static bool
is_renewed(const struct explained *x)
{
	return x->is_new || x->out->reason == CLEW_WHY_NONE ||
	       x->before.deadline_ms != x->after->deadline_ms;
}

static void
explain_timer(const struct explained *x)
{
	const struct conn *c = x->after;
	struct clew_explain_timer timer = { .has_before = !x->is_new };
	const struct conn_ext *ext = track_ext(x->t, c);
	const uint32_t *setting;

	if (!x->is_new)
		timer.before_ms = left_ms(x->t, &x->before);
	timer.after_ms = left_ms(x->t, c);
	timer.is_fixed = c->status & CLEW_STATUS_FIXED_TIMEOUT;
	setting = timeout_of(x);
	timer.timeout_s = conn_timeouts(x->t, c, timeouts_of(x))[
		setting - timeouts_of(x)];
	if (x->p->protocol == PROTO_GRE)
		timer.timeout_s = x->before.status & CLEW_STATUS_SEEN_REPLY ?
				  c->gre.stream_timeout_s : c->gre.timeout_s;
	if (is_renewed(x) && !timer.is_fixed &&
	    timer.after_ms == (uint64_t)timer.timeout_s * 1000) {
		timer.setting = setting_name_at(&x->t->set, setting);
		if (ext && ext->policy)
			timer.policy = x->t->policies.entry[ext->policy - 1].
				       name;
	}
	tell(x->w, (struct clew_explain){
		.kind = CLEW_EXPLAIN_TIMER, .u.timer = timer,
	});
}

/* The packet. */

static void
tell_result(const struct explained *x, const struct passage *pass)
{
	const struct clew_packet *out = x->out;

	tell(x->w, (struct clew_explain){
		.kind = CLEW_EXPLAIN_TRACK,
		.u.track = {
			.ct_state = out->ct_state,
			.dir = out->dir,
			.reason = out->reason,
			.is_cut = out->result & CLEW_RES_CUT,
			.is_new = pass->conn && !conn_is_confirmed(pass->conn),
			.conn = pass->conn ? conn_ref(x->t, pass->conn) : 0,
			.status_before = x->before.status & CONN_STATUS_SHOWN,
			.status = pass->conn ? pass->conn->status &
					       CONN_STATUS_SHOWN : 0,
			.detail = &out->detail,
		},
	});
}

/* What 'c', NULL if there was none, was before; 'trial' if it is made. */
static void
begin(struct explained *x, const struct conn *c, enum clew_dir dir,
      const struct passage *pass)
{
	x->is_new = !c;
	x->dir = dir;
	if (c)
		x->before = *c;
	else
		x->before = (struct conn){
			.key[CLEW_DIR_ORIG] = pass->key.s,
		};
}

/* It ended by this packet, which began another. */
static void
tell_reopened(struct explained *x, const struct passage *pass)
{
	x->after = NULL;
	explain_protocol(x);
	begin(x, NULL, CLEW_DIR_ORIG, pass);
	tell_lookup(x->t, x->out, &pass->key, x->w, CLEW_LOOKUP_PACKET, NULL,
		    CLEW_DIR_ORIG, NULL);
}

void
track_packet_explained(struct track *t, const struct pkt *p,
		       struct clew_packet *out, struct passage *pass,
		       enum proto_result read, const struct watch *w)
{
	struct explained x = { .t = t, .p = p, .w = w, .out = out };
	struct conn *c = NULL, *overdue;
	bool is_judged = read == PROTO_OK && p->kind == PKT_WHOLE &&
			 !(out->flags & CLEW_PKT_NOTRACK);
	const struct clew_stats stats = t->stats;
	enum clew_dir dir;

	if (is_judged && tell_quoted(t, p, out, w)) {
		is_judged = false;
	} else if (is_judged) {
		c = find(t, out, &pass->key, &dir, &overdue);
		tell_lookup(t, out, &pass->key, w, CLEW_LOOKUP_PACKET, c, dir,
			    overdue);
		begin(&x, c, dir, pass);
	}
	t->stats = stats;
	track_packet(t, p, out, pass, read);
	/* Neighbour discovery and its like is not looked for at all. */
	if (is_judged && out->ct_state != CLEW_CT_UNTRACKED) {
		const struct clew_stats counted = t->stats;

		if (pass->conn && c && pass->conn->serial != x.before.serial)
			tell_reopened(&x, pass);
		x.after = pass->conn;
		explain_protocol(&x);
		if (x.after)
			explain_timer(&x);
		t->stats = counted;
	}
	tell_result(&x, pass);
}

/* The table. */

/* Who has one of its tuples already. */
static struct conn *
rival(struct track *t, const struct conn *c)
{
	struct conn *other;
	enum clew_dir dir;
	struct key key;

	for (int i = 0; i < CLEW_DIRS; i++) {
		conn_key(t, c, (enum clew_dir)i, &key);
		other = conn_owner(t, c, &key,
				   (uint32_t)key_hash(&t->hash_key, &key),
				   &dir);
		if (other && other != c)
			return other;
	}
	return NULL;
}

void
track_confirm_explained(struct track *t, struct clew_packet *out,
			struct passage *pass, const struct watch *w)
{
	struct clew_explain_confirm confirm = { 0 };
	const struct conn *c = pass->conn, *other;

	if (!c || conn_is_confirmed(c) || (c->status & CLEW_STATUS_DYING) ||
	    out->dir != CLEW_DIR_ORIG) {
		track_confirm(t, out, pass);
		return;
	}
	confirm.conn = conn_ref(t, c);
	other = rival(t, c);
	if (other)
		confirm.other = conn_ref(t, other);
	track_confirm(t, out, pass);
	confirm.is_inserted = out->result & CLEW_RES_NEW_CONN;
	confirm.is_resolved = pass->conn && !confirm.is_inserted;
	tell(w, (struct clew_explain){
		.kind = CLEW_EXPLAIN_CONFIRM, .u.confirm = confirm,
	});
}
