/* SPDX-License-Identifier: BSD-2-Clause
 * engine/engine.c - the front door: bursts of packets through the hooks.
 *
 * A burst is worked on in stages, so that the cache misses of its packets
 * overlap instead of adding up:
 *
 *	1  read every tuple, hash it, ask for its bucket
 *	2  look into every bucket, ask for the connection's two lines
 *	3  for each packet in order: the clock, reassembly, tracking, confirm
 *
 * Groups of packets follow each other through the stages.  Stages 1 and 2
 * change nothing and decide nothing: what 2 saw is a hint that 3 checks.  So
 * a burst of n gives what n bursts of one give, also when packets of one
 * flow share it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/journey.h"
#include "nat/nat.h"
#include "nft/request.h"

enum {
	STAGE = 32,			/* packets on their way at once */
	GROUP = HASH_LANES,		/* of them, in one stage at a time */
	PACKET_MOST = 1 << 30,		/* no length gets near 2^32 */
	DECISIONS_MOST = 1 << 20,
	RULES_WORK = 64,		/* elements of sets looked at in a ms */
};

static bool
tell(void *ctx, struct track *t, struct conn *c, enum clew_event_type type,
     uint32_t bits)
{
	struct clew_engine *e = ctx;
	bool is_wanted = e->face.event && (t->cause.wants_echo ||
					   e->face.wants(e->face.ctx, type));
	bool is_told = true;
	struct clew_snapshot snapshot;
	struct clew_event event = {
		.type = type,
		.bits = bits,
		.time_ns = t->now_ns,
		.conn = conn_ref(t, c),
		.ct = &snapshot,
	};

	if (!is_wanted && !e->config.on_event)
		return true;
	conn_snapshot_event(t, c, type, bits, &snapshot);
	if (t->cause.portid) {
		snapshot.portid = t->cause.portid;
		snapshot.has |= CLEW_HAS_PORTID;
	}
	if (is_wanted)
		is_told = e->face.event(e->face.ctx, &event);
	/* One that was missed by somebody comes again for that one alone. */
	if (e->config.on_event && !(c->status & CONN_UNTOLD))
		e->config.on_event(e->config.ctx, &event);
	return is_told;
}

static void
tell_expect(void *ctx, struct track *t, const struct expectation *exp,
	    bool is_new)
{
	struct clew_engine *e = ctx;

	if (e->face.expect_event)
		e->face.expect_event(e->face.ctx, t, exp, is_new);
}

static void
follow(void *ctx, struct conn *c, const struct conn *master,
       const struct expectation *exp)
{
	struct clew_engine *e = ctx;

	nat_follow(&e->track, &e->random, c, master, exp);
}

void
engine_set_tell(struct clew_engine *e)
{
	e->track.tell = e->config.on_event || e->face.event ? tell : NULL;
	e->track.tell_expect = tell_expect;
	e->track.tell_ctx = e;
}

int
clew_engine_create(struct clew_engine **engine,
		   const struct clew_config *config)
{
	struct clew_engine *e = calloc(1, sizeof(*e));
	struct hash_key frag_key;

	*engine = NULL;
	if (!e)
		return -ENOMEM;
	e->config = *config;
	if (track_init(&e->track, config))
		goto err_engine;
	frag_key = (struct hash_key){
		{ config->seed[0], config->seed[1] ^ 0x66726167 },
	};
	if (frag_init(&e->frags, &frag_key, config->start_ns / 1000000))
		goto err_track;
	if (router_create(&e->router))
		goto err_frags;
	random_init(&e->random, config->choice);
	e->track.follow = follow;
	e->track.follow_ctx = e;
	if (outputs_init(e))
		goto err_router;
	if (region_init(&e->decisions, sizeof(struct decision),
			DECISIONS_MOST) || rules_init(e))
		goto err_outputs;
	engine_set_tell(e);
	*engine = e;
	return 0;

err_outputs:
	hooks_fini(&e->hooks);
	nft_destroy(e->nft);
	region_fini(&e->decisions);
	outputs_fini(e);
err_router:
	router_destroy(e->router);
err_frags:
	frag_fini(&e->frags);
err_track:
	track_fini(&e->track);
err_engine:
	free(e);
	return -ENOMEM;
}

void
clew_engine_destroy(struct clew_engine *e)
{
	if (!e)
		return;
	hooks_fini(&e->hooks);
	nft_destroy(e->nft);
	free(e->order.entry);
	region_fini(&e->decisions);
	outputs_fini(e);
	router_destroy(e->router);
	frag_fini(&e->frags);
	track_fini(&e->track);
	free(e);
}

/* Time. */

static void
advance_face(struct clew_engine *e)
{
	if (e->face.advance)
		e->face.advance(e->face.ctx, e->track.now_ms);
}

static void
advance(struct clew_engine *e, uint64_t now_ns, uint32_t *budget)
{
	struct track *t = &e->track;

	if (now_ns / 1000000 == t->now_ms && !e->is_behind) {
		t->now_ns = now_ns;
		return;
	}
	track_advance(t, now_ns, budget);
	t->stats.frag_timeout += frag_expire(&e->frags, t->now_ms, budget);
	e->is_behind = *budget == 0;
	(void)nft_work(e->nft, RULES_WORK);
	advance_face(e);
}

bool
clew_engine_advance(struct clew_engine *e, uint64_t now_ns, uint32_t budget)
{
	struct track *t = &e->track;
	uint32_t left = budget ? budget : UINT32_MAX;

	if (now_ns < t->now_ns)
		now_ns = t->now_ns;
	track_advance(t, now_ns, &left);
	t->stats.frag_timeout += frag_expire(&e->frags, t->now_ms, &left);
	e->is_behind = left == 0;
	(void)nft_work(e->nft, budget ? budget : UINT32_MAX);
	advance_face(e);
	return !e->is_behind;
}

uint64_t
clew_engine_now(const struct clew_engine *e)
{
	return e->track.now_ns;
}

bool
clew_engine_next_due(const struct clew_engine *e, uint64_t *due_ns)
{
	uint64_t due_ms = UINT64_MAX, ms;

	if (wheel_next(&e->track.wheel, &ms))
		due_ms = ms;
	if (wheel_next(&e->frags.wheel, &ms) && ms < due_ms)
		due_ms = ms;
	if (wheel_next(&e->track.expects.wheel, &ms) && ms < due_ms)
		due_ms = ms;
	if (e->track.untold_count && e->track.untold_ms < due_ms)
		due_ms = e->track.untold_ms;
	if (e->face.next_due && e->face.next_due(e->face.ctx, &ms) &&
	    ms < due_ms)
		due_ms = ms;
	if (due_ms > UINT64_MAX / 1000000)
		return false;		/* never, or the clock ends before */
	*due_ns = due_ms * 1000000;
	return true;
}

/* Packets. */

static void
drop(struct clew_engine *e, struct clew_packet *packet,
     enum clew_reason reason)
{
	track_reason(&e->track, packet, reason);
	packet->verdict = CLEW_DROP;
	packet->ct_state = CLEW_CT_INVALID;
}

/* With no rules and no router: track and confirm, nothing stands between. */
static void
pass_plainly(struct clew_engine *e, const struct pkt *p,
	     struct clew_packet *packet, struct passage *pass,
	     enum proto_result read)
{
	track_packet(&e->track, p, packet, pass, read);
	if (packet->verdict == CLEW_ACCEPT)
		track_confirm(&e->track, packet, pass);
	else
		track_abort(&e->track, pass);
}

static void
cut(struct clew_engine *e, struct clew_packet *packet)
{
	packet->verdict = CLEW_ACCEPT;
	packet->ct_state = CLEW_CT_UNTRACKED;
	packet->result |= CLEW_RES_CUT;
	e->track.stats.cut++;
}

/* A packet on its way through the stages. */
struct transit {
	struct pkt p;
	struct passage pass;
	enum proto_result read;
	bool has_key;
};

static void
settle(struct clew_engine *e, struct clew_packet *packet, struct transit *tr,
       size_t number)
{
	struct pkt *p = &tr->p;
	struct track *t = &e->track;
	uint32_t budget = e->config.expire_budget ? e->config.expire_budget :
			  UINT32_MAX;

	t->stats.packets++;
	if (packet->time_ns > t->now_ns)
		advance(e, packet->time_ns, &budget);
	else if (e->is_behind)
		advance(e, t->now_ns, &budget);
	if (packet->time_ns < t->now_ns)
		t->stats.clock_clamped++;

	switch ((enum pkt_kind)p->kind) {
	case PKT_WHOLE:
	case PKT_NO_L4:
		if (__builtin_expect(e->is_plain, 1))
			pass_plainly(e, p, packet, &tr->pass, tr->read);
		else
			journey_begin(e, p, packet, &tr->pass, tr->read,
				      number);
		break;
	case PKT_FRAGMENT:
		journey_begin(e, p, packet, &tr->pass, PROTO_INVALID, number);
		break;
	case PKT_BAD:
		if (e->is_plain)
			drop(e, packet, (enum clew_reason)p->why);
		else
			journey_begin(e, p, packet, &tr->pass, PROTO_INVALID,
				      number);
		break;
	case PKT_CUT:
		cut(e, packet);
		break;
	}
}

static void
clear_out(struct clew_packet *packet)
{
	packet->verdict = CLEW_ACCEPT;
	packet->ct_state = CLEW_CT_INVALID;
	packet->dir = CLEW_DIR_ORIG;
	packet->reason = CLEW_WHY_NONE;
	packet->result = 0;
	packet->conn = 0;
	memset(packet->detail.n, 0, sizeof(packet->detail.n));
	packet->detail.has_bound = 0;
	packet->detail.state = 0;
	packet->detail.dropped = CLEW_WHY_NONE;
}

static void
parse(struct pkt *p, const struct clew_packet *packet)
{
	uint32_t at = packet->l3_offset, have = packet->caplen;

	p->flags = packet->flags;
	if (have > packet->len || at > packet->len ||
	    packet->len > PACKET_MOST)
		pkt_parse(p, packet->data, 0, 0);
	else if (at >= have)
		pkt_parse(p, packet->data, 0, packet->len - at);
	else
		pkt_parse(p, packet->data + at, have - at, packet->len - at);
}

static void
stage_read(struct clew_packet *packet, struct transit *tr)
{
	clear_out(packet);
	parse(&tr->p, packet);
	tr->has_key = false;
	if (tr->p.kind != PKT_WHOLE && tr->p.kind != PKT_NO_L4)
		return;
	tr->read = track_read(&tr->p, packet, &tr->pass);
	tr->has_key = tr->read == PROTO_OK;
}

/* Stages 1 and 2, of the packets from 'i' to 'end'.  What is asked for is
 * asked for in short loops: a look-up that misses the TLB too holds the
 * processor until the page is found, and only neighbours overlap. */
static void
stage_read_group(struct clew_engine *e, struct clew_packet *packets,
		 struct transit *transit, size_t i, size_t end)
{
	struct passage *pass[GROUP];
	size_t keys = 0;

	for (size_t k = i; k < end; k++) {
		stage_read(&packets[k], &transit[k]);
		if (transit[k].has_key)
			pass[keys++] = &transit[k].pass;
	}
	track_hash(&e->track, pass, keys);
	for (size_t k = 0; k < keys; k++)
		track_prefetch_bucket(&e->track, pass[k]);
}

static void
stage_prefetch_group(struct clew_engine *e, struct transit *transit, size_t i,
		     size_t end)
{
	for (size_t k = i; k < end; k++) {
		if (transit[k].has_key)
			track_prefetch_conn(&e->track, &transit[k].pass);
	}
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* At most STAGE packets, group after group through the stages: while one
 * group is settled, the memory fetches for the two behind it. */
static void
process_stages(struct clew_engine *e, struct clew_packet *packets,
	       size_t count, size_t number)
{
	struct transit transit[STAGE];

	for (size_t i = 0; i < count + 2 * GROUP; i += GROUP) {
		if (i < count)
			stage_read_group(e, packets, transit, i,
					 least(i + GROUP, count));
		if (i >= GROUP && i - GROUP < count)
			stage_prefetch_group(e, transit, i - GROUP,
					     least(i, count));
		if (i < 2 * GROUP)
			continue;
		for (size_t k = i - 2 * GROUP; k < least(i - GROUP, count); k++)
			settle(e, &packets[k], &transit[k], number + k);
	}
}

/* What rules and router ask for may have changed since the last burst. */
static bool
make_ready(struct clew_engine *e, struct clew_packet *packets, size_t count)
{
	e->decision_count = 0;
	if (!hooks_update(e)) {
		/* Without the rules nothing may pass. */
		for (size_t i = 0; i < count; i++) {
			clear_out(&packets[i]);
			drop(e, &packets[i], CLEW_WHY_RULE);
		}
		return false;
	}
	e->is_plain = e->hooks.is_plain && !router_is_on(e->router) &&
		      !e->is_tracing_all && !e->explain;
	if (e->hooks.is_plain || region_grow(&e->decisions, count))
		return true;
	memset(e->decisions.base, 0, count * sizeof(struct decision));
	e->decision_count = count;
	return true;
}

void
clew_engine_process(struct clew_engine *e, struct clew_packet *packets,
		    size_t count)
{
	struct transit alone;
	struct passage *pass = &alone.pass;

	outputs_clear(e);
	if (!make_ready(e, packets, count))
		return;
	if (count == 1) {
		stage_read(packets, &alone);
		if (alone.has_key)
			track_hash(&e->track, &pass, 1);
		settle(e, packets, &alone, 0);
		return;
	}
	for (size_t i = 0; i < count; i += STAGE) {
		size_t n = count - i < STAGE ? count - i : STAGE;

		process_stages(e, packets + i, n, i);
	}
}
