/* SPDX-License-Identifier: BSD-2-Clause
 * engine/explain.c - who asks why is told of every step (clew/explain.h):
 * what lower rooms tell goes through here, where hook and depth are added,
 * and the engine's own steps begin here. */
#include <string.h>

#include "base/bytes.h"
#include "engine/journey.h"

void
clew_engine_explain(struct clew_engine *e, clew_explain_fn *fn, void *ctx)
{
	e->explain = fn;
	e->explain_ctx = ctx;
}

static void
forward(void *ctx, struct clew_explain *step)
{
	const struct clew_engine *e = ctx;
	const struct journey *j = e->watched;

	step->hook = j->is_begun ? j->path.hook : CLEW_HOOKS;
	step->depth = j->path.depth;
	step->packet = j->number;
	e->explain(e->explain_ctx, step);
}

void
journey_watch(struct journey *j)
{
	struct clew_engine *e = j->e;

	e->watch = (struct watch){ .tell = forward, .ctx = e };
	e->watched = j;
	j->path.watch = &e->watch;
}

static void
tell(const struct journey *j, struct clew_explain step)
{
	watch_tell(j->path.watch, &step);
}

void
explain_hook(const struct journey *j)
{
	tell(j, (struct clew_explain){ .kind = CLEW_EXPLAIN_HOOK });
}

void
explain_drop(const struct journey *j, enum clew_reason why)
{
	tell(j, (struct clew_explain){
		.kind = CLEW_EXPLAIN_DROP, .u.drop = (uint8_t)why,
	});
}

void
explain_fragment(const struct journey *j, const struct pkt *part,
		 enum clew_reason why, enum frag_outcome added)
{
	struct clew_explain_fragment f = {
		.is_held = added == FRAG_HELD,
		.is_whole = added == FRAG_DONE,
		.is_passed = added == FRAG_PASS,
		.reason = (uint8_t)why,
	};
	uint32_t field, header;

	if (part->family == CLEW_IPV4) {
		header = (part->ip[0] & 15u) * 4;
		field = get_be16(part->ip + 6);
		f.offset = (field & 0x1fff) * 8;
		f.is_last = !(field & 0x2000);
	} else {
		header = part->frag_at + 8;
		if (header > part->have)	/* cut short: refused for it */
			return;
		field = get_be16(part->ip + part->frag_at + 2);
		f.offset = field & 0xfff8;
		f.is_last = !(field & 1);
	}
	f.len = part->len > header ? part->len - header : 0;
	if (f.is_whole) {
		f.size = j->path.p->len;
		f.parts = j->path.parts;
	}
	tell(j, (struct clew_explain){
		.kind = CLEW_EXPLAIN_FRAGMENT, .u.fragment = f,
	});
}

void
explain_tuple(const struct journey *j, struct clew_tuple *tuple)
{
	struct clew_packet probe = *j->path.packet;
	struct passage pass;

	memset(tuple, 0, sizeof(*tuple));
	if (track_read(j->path.p, &probe, &pass) == PROTO_OK)
		key_to_tuple(&pass.key, tuple);
}

void
explain_nat(const struct journey *j, const struct clew_tuple *before)
{
	uint8_t hook = j->path.hook;
	struct clew_explain_nat nat = {
		.side = hook == HOOK_POSTROUTING || hook == HOOK_INPUT ?
			CLEW_NAT_SOURCE : CLEW_NAT_DESTINATION,
		.family = j->path.p->family,
		.before = *before,
	};

	explain_tuple(j, &nat.after);
	tell(j, (struct clew_explain){ .kind = CLEW_EXPLAIN_NAT, .u.nat = nat });
}

void
explain_route(const struct journey *j, enum clew_route_for what,
	      enum clew_reason why)
{
	const struct path *path = &j->path;
	const struct route_result *route = &path->route;
	struct clew_explain_route r = {
		.what = what,
		.family = path->p->family,
		.reason = (uint8_t)why,
		.iif = path->in ? path->in->pub.index : 0,
		.mark = path->packet->mark,
	};

	memcpy(r.dst.bytes, pkt_dst(path->p), r.family == CLEW_IPV4 ? 4 : 16);
	if (path->has_route) {
		r.type = route->type;
		r.prefix = route->prefix;
		r.has_via = route->has_via;
		r.via = route->next_hop;
		r.mtu = route->mtu;
		r.oif = path->out ? path->out->pub.index :
			route->out ? route->out->pub.index : 0;
	}
	tell(j, (struct clew_explain){
		.kind = CLEW_EXPLAIN_ROUTE, .u.route = r,
	});
}

void
explain_forward(const struct journey *j)
{
	const struct path *path = &j->path;
	const uint8_t *ip = path->p->ip;
	bool is_ipv4 = path->p->family == CLEW_IPV4;

	tell(j, (struct clew_explain){
		.kind = CLEW_EXPLAIN_FORWARD,
		.u.route = {
			.family = path->p->family,
			.ttl = is_ipv4 ? ip[8] : ip[7],
			.len = path->p->len,
			.mtu = is_ipv4 || !path->out ? path->route.mtu :
						       path->out->pub.mtu,
			.is_df = !is_ipv4 || (get_be16(ip + 6) & 0x4000),
			.oif = path->out ? path->out->pub.index : 0,
		},
	});
}

void
explain_answer(const struct journey *j, const uint8_t *data, uint32_t len,
	       bool is_attached)
{
	tell(j, (struct clew_explain){
		.kind = CLEW_EXPLAIN_ANSWER,
		.u.answer = {
			.data = data, .len = len,
			.is_attached = is_attached,
		},
	});
}

void
explain_leave(const struct journey *j, bool is_local)
{
	const struct path *path = &j->path;

	tell(j, (struct clew_explain){
		.kind = CLEW_EXPLAIN_LEAVE,
		.u.leave = {
			.oif = path->packet->out_ifindex,
			.is_local = is_local,
			.is_changed = path->is_own,
			.data = path->p->ip,
			.len = path->p->have < path->p->len ? path->p->have :
							      path->p->len,
		},
	});
}
