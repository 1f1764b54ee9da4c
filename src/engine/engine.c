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

#include "engine/engine.h"
#include "nft/request.h"

enum {
	STAGE = 32,			/* packets on their way at once */
	GROUP = HASH_LANES,		/* of them, in one stage at a time */
	PACKET_MOST = 1 << 30,		/* no length gets near 2^32 */
	OUTPUTS_MOST = 1 << 20,
	OUTPUT_BYTES_MOST = 1 << 30,
};

static void
tell(void *ctx, struct track *t, struct conn *c, enum clew_event_type type,
     uint32_t bits)
{
	struct clew_engine *e = ctx;
	struct clew_snapshot snapshot;
	struct clew_event event = {
		.type = type,
		.bits = bits,
		.time_ns = t->now_ns,
		.conn = conn_ref(t, c),
		.ct = &snapshot,
	};

	conn_snapshot_event(t, c, type, bits, &snapshot);
	e->config.on_event(e->config.ctx, &event);
}

/* Rules speak through the netlink face, when there is one. */

static void
face_notify(void *ctx, uint32_t group, const void *message, size_t size,
	    uint32_t portid, bool echo)
{
	const struct engine_face *face = &((struct clew_engine *)ctx)->face;

	if (face->notify)
		face->notify(face->ctx, group, message, size, portid, echo);
}

static bool
face_listens(void *ctx, uint32_t group)
{
	const struct engine_face *face = &((struct clew_engine *)ctx)->face;

	return face->listens && face->listens(face->ctx, group);
}

static int
create_rules(struct clew_engine *e)
{
	const struct nft_config config = {
		.track = &e->track,
		.router = e->router,
		.random = &e->random,
		.key = { { e->config.seed[0],
			   e->config.seed[1] ^ 0x72756c6573 } },
		.notify = face_notify,
		.listens = face_listens,
		.notify_ctx = e,
	};

	return nft_create(&e->nft, &config);
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
	if (region_init(&e->outputs, sizeof(struct clew_output),
			OUTPUTS_MOST))
		goto err_router;
	if (region_init(&e->output_bytes, 1, OUTPUT_BYTES_MOST))
		goto err_outputs;
	if (create_rules(e))
		goto err_bytes;
	if (config->on_event) {
		e->track.tell = tell;
		e->track.tell_ctx = e;
	}
	*engine = e;
	return 0;

err_bytes:
	region_fini(&e->output_bytes);
err_outputs:
	region_fini(&e->outputs);
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
	nft_destroy(e->nft);
	free(e->order.entry);
	region_fini(&e->output_bytes);
	region_fini(&e->outputs);
	router_destroy(e->router);
	frag_fini(&e->frags);
	track_fini(&e->track);
	free(e);
}

/* Time. */

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
	uint64_t conn_ms, frag_ms;
	bool conn = wheel_next(&e->track.wheel, &conn_ms);
	bool frag = wheel_next(&e->frags.wheel, &frag_ms);

	if (!conn && !frag)
		return false;
	if (!conn || (frag && frag_ms < conn_ms))
		conn_ms = frag_ms;
	if (conn_ms > UINT64_MAX / 1000000)
		return false;		/* the clock ends before */
	*due_ns = conn_ms * 1000000;
	return true;
}

/* Packets. */

/* Room for one more datagram.  => NULL when there is no memory. */
static uint8_t *
output_room(struct clew_engine *e)
{
	size_t need = e->output_used + FRAG_DATAGRAM_MAX;

	if (region_grow(&e->output_bytes, need) ||
	    region_grow(&e->outputs, e->output_count + 1))
		return NULL;
	return region_at(&e->output_bytes, e->output_used);
}

static void
output_add(struct clew_engine *e, const uint8_t *data, uint32_t len,
	   const struct clew_packet *packet, size_t number)
{
	struct clew_output *out = region_at(&e->outputs, e->output_count++);

	*out = (struct clew_output){
		.data = data,
		.len = len,
		.ifindex = packet->ifindex,
		.packet = number,
		.verdict = packet->verdict,
	};
	e->output_used += len;
}

const struct clew_output *
clew_engine_outputs(const struct clew_engine *e, size_t *count)
{
	*count = e->output_count;
	return (const struct clew_output *)e->outputs.base;
}

static void
drop(struct clew_engine *e, struct clew_packet *packet,
     enum clew_reason reason)
{
	track_reason(&e->track, packet, reason);
	packet->verdict = CLEW_DROP;
	packet->ct_state = CLEW_CT_INVALID;
}

/* Prerouting to postrouting.  Later rooms stand between the two lines. */
static void
run_hooks(struct clew_engine *e, const struct pkt *p,
	  struct clew_packet *packet, struct passage *pass,
	  enum proto_result read)
{
	track_packet(&e->track, p, packet, pass, read);
	if (packet->verdict == CLEW_ACCEPT)
		track_confirm(&e->track, packet, pass);
	else
		track_abort(&e->track, pass);
}

/* Track what the stages did not read: a datagram put together just now, or a
 * fragment that passes as it is. */
static void
finish(struct clew_engine *e, const struct pkt *p, struct clew_packet *packet)
{
	struct passage pass, *only = &pass;
	enum proto_result read;

	read = track_read(p, packet, &pass);
	if (read == PROTO_OK)
		track_hash(&e->track, &only, 1);
	run_hooks(e, p, packet, &pass, read);
}

static void
cut(struct clew_engine *e, struct clew_packet *packet)
{
	packet->verdict = CLEW_ACCEPT;
	packet->ct_state = CLEW_CT_UNTRACKED;
	packet->result |= CLEW_RES_CUT;
	e->track.stats.cut++;
}

static struct frag_limits
frag_limits(const struct settings *set)
{
	return (struct frag_limits){
		.high_bytes = { set->ipfrag_high, set->frag6_high },
		.timeout_s = { set->ipfrag_time, set->frag6_timeout },
		.max_dist = set->ipfrag_max_dist,
	};
}

static void
reassemble(struct clew_engine *e, struct pkt *p, struct clew_packet *packet,
	   size_t number)
{
	struct frag_limits limits = frag_limits(&e->track.set);
	enum clew_reason why;
	uint8_t *room;
	uint32_t size;

	if (p->have < p->len)
		return cut(e, packet);
	room = output_room(e);
	if (!room)
		return drop(e, packet, CLEW_WHY_FRAG_MEMORY);
	/* Rules that set a zone come after reassembly, which knows none. */
	switch (frag_add(&e->frags, p, 0, packet->ifindex, &limits, room,
			 &size, &why)) {
	case FRAG_HELD:
		packet->verdict = CLEW_STOLEN;
		packet->ct_state = CLEW_CT_UNTRACKED;
		e->track.stats.frag_held++;
		return;
	case FRAG_REFUSED:
		drop(e, packet, why);
		return;
	case FRAG_PASS:
		pkt_find_transport(p);
		finish(e, p, packet);
		return;
	case FRAG_DONE:
		break;
	}
	e->track.stats.frag_reassembled++;
	/* The whole is known good only if all its parts are. */
	p->flags = e->frags.done_flags;
	pkt_parse_datagram(p, room, size);
	packet->result |= CLEW_RES_REASSEMBLED;
	finish(e, p, packet);
	output_add(e, room, size, packet, number);
	packet->verdict = CLEW_STOLEN;
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
		run_hooks(e, p, packet, &tr->pass, tr->read);
		break;
	case PKT_FRAGMENT:
		reassemble(e, p, packet, number);
		break;
	case PKT_BAD:
		drop(e, packet, (enum clew_reason)p->why);
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

void
clew_engine_process(struct clew_engine *e, struct clew_packet *packets,
		    size_t count)
{
	struct transit alone;
	struct passage *pass = &alone.pass;

	e->output_count = 0;
	e->output_used = 0;
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
