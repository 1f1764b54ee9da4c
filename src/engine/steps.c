/* SPDX-License-Identifier: BSD-2-Clause
 * engine/steps.c - one hook: rules, reassembly, tracking, NAT, confirmation,
 * in the order of its list. */
#include <string.h>

#include "base/bytes.h"
#include "engine/journey.h"
#include "nat/nat.h"
#include "nat/synproxy.h"
#include "nft/eval.h"
#include "route/forward.h"
#include "track/expect.h"
#include "track/explain.h"

enum {
	SCTP_HEADER	= 12,
};

static bool
keeps_reason(const struct clew_packet *packet, enum clew_reason why)
{
	enum clew_reason reason = (enum clew_reason)packet->reason;

	if (why == CLEW_WHY_RULE || why == CLEW_WHY_QUEUE)
		return reason != CLEW_WHY_NONE;
	return why != CLEW_WHY_NONE &&
	       packet->ct_state == CLEW_CT_INVALID &&
	       clew_reason_effect(reason) == CLEW_REASON_INVALID;
}

bool
journey_drop(struct journey *j, enum clew_reason why)
{
	struct path *path = &j->path;

	/* Why it was INVALID tells more than who then dropped it. */
	if (keeps_reason(path->packet, why)) {
		j->e->track.stats.reason[why]++;
		path->packet->detail.dropped = (uint8_t)why;
	} else if (why != CLEW_WHY_NONE) {
		track_reason(&j->e->track, path->packet, why);
	}
	path->packet->verdict = CLEW_DROP;
	if (why != CLEW_WHY_RULE && why != CLEW_WHY_QUEUE)
		journey_trace(j, CLEW_TRACE_DROP, NULL);
	if (watch_is_on(path->watch) && why != CLEW_WHY_RULE)
		explain_drop(j, why ? why : path->packet->reason);
	return false;
}

/* Rules. */

/* A policy that lets pass what a rule accepted earlier decides nothing: most
 * rulesets have some in hooks that come after their filter's. */
static void
note_decision(struct journey *j, const struct nft_decision *d)
{
	struct clew_engine *e = j->e;
	struct decision *noted;

	if (j->path.depth || j->number >= e->decision_count || !d->chain)
		return;
	noted = region_at(&e->decisions, j->number);
	if (noted->rule && !d->rule && d->verdict == NFT_VERDICT_ACCEPT &&
	    noted->generation == e->hooks.generation)
		return;
	*noted = (struct decision){
		.chain = d->chain, .rule = d->rule,
		.generation = e->hooks.generation,
		.hook = j->path.hook,
	};
}

static bool
run_chain(struct journey *j, const struct nft_base *base)
{
	struct nft_decision decision = { 0 };
	uint32_t verdict;

	j->is_ruled = true;
	verdict = nft_run_chain(j->e->nft, base, &j->path, &decision);
	note_decision(j, &decision);
	switch (verdict & 0xff) {
	case NFT_VERDICT_ACCEPT:
		return true;
	case NFT_VERDICT_STOLEN:
		j->is_gone = true;
		if (!j->is_sent)
			j->path.packet->verdict = CLEW_STOLEN;
		return false;
	case NFT_VERDICT_QUEUE:
		if (verdict & NFT_VERDICT_QUEUE_BYPASS)
			return true;
		return journey_drop(j, CLEW_WHY_QUEUE);
	default:
		return journey_drop(j, CLEW_WHY_RULE);
	}
}

/* What routing goes by. */
struct routed_by {
	union clew_addr src;
	union clew_addr dst;
	uint32_t mark;
	uint32_t fields;	/* TOS; or flow label, class and hop limit */
	/* No padding: it is compared whole. */
};

static struct routed_by
routed_by(const struct path *path)
{
	const struct pkt *p = path->p;
	struct routed_by r = { .mark = path->packet->mark };

	if (p->family == CLEW_IPV4) {
		memcpy(r.src.bytes, p->ip + 12, 4);
		memcpy(r.dst.bytes, p->ip + 16, 4);
		r.fields = p->ip[1];
	} else {
		memcpy(r.src.bytes, p->ip + 8, 16);
		memcpy(r.dst.bytes, p->ip + 24, 16);
		memcpy(&r.fields, p->ip, 4);
		r.fields ^= (uint32_t)p->ip[7] << 24;
	}
	return r;
}

static bool
reroute(struct journey *j)
{
	struct path *path = &j->path;
	bool is_routed;

	if (!router_is_on(path->router))
		return true;
	is_routed = route_again(path);
	if (watch_is_on(path->watch))
		explain_route(j, CLEW_ROUTE_FOR_AGAIN, is_routed ?
			      CLEW_WHY_NONE : CLEW_WHY_NO_ROUTE);
	if (!is_routed)
		return journey_drop(j, CLEW_WHY_NO_ROUTE);
	path->packet->out_ifindex = path->out ? path->out->pub.index : 0;
	return true;
}

static bool
run_route_chain(struct journey *j, const struct nft_base *base)
{
	struct routed_by before = routed_by(&j->path), after;

	if (!run_chain(j, base))
		return false;
	after = routed_by(&j->path);
	return !memcmp(&before, &after, sizeof(before)) || reroute(j);
}

/* The engine's own steps. */

static struct frag_limits
frag_limits(const struct settings *set)
{
	return (struct frag_limits){
		.high_bytes = { set->ipfrag_high, set->frag6_high },
		.timeout_s = { set->ipfrag_time, set->frag6_timeout },
		.max_dist = set->ipfrag_max_dist,
	};
}

/* The whole of what the last fragment completed. */
static void
become_datagram(struct journey *j, uint8_t *room, uint32_t size)
{
	struct path *path = &j->path;
	const struct frags *f = &j->e->frags;

	j->e->track.stats.frag_reassembled++;
	/* The whole is known good only if all its parts are. */
	path->p->flags = f->done_flags;
	pkt_parse_datagram(path->p, room, size);
	path->packet->result |= CLEW_RES_REASSEMBLED;
	path->is_own = true;
	path->frag_max = f->done_largest;
	path->frag_df = f->done_df;
	path->part = f->done_part;
	path->parts = f->done_parts;
	j->is_datagram = true;
	j->kind = CLEW_OUT_DATAGRAM;
	j->read = PROTO_INVALID;
}

static bool
step_defrag(struct journey *j)
{
	struct path *path = &j->path;
	struct clew_engine *e = j->e;
	struct frag_limits limits;
	enum clew_reason why;
	enum frag_outcome added;
	uint16_t zone = 0;
	struct pkt part;
	uint32_t size;

	if (path->p->kind != PKT_FRAGMENT)
		return true;
	if (path->p->have < path->p->len) {
		path->packet->result |= CLEW_RES_CUT;
		path->packet->ct_state = CLEW_CT_UNTRACKED;
		e->track.stats.cut++;
		return false;
	}
	/* A datagram larger than where it is put would lie on its parts. */
	if (path->room_size < FRAG_DATAGRAM_MAX || path->is_own)
		return journey_drop(j, CLEW_WHY_FRAG_MEMORY);
	limits = frag_limits(&e->track.set);
	/* The caller's zone is given after reassembly, which knows none but
	 * what a rule said before it. */
	if (path->packet->zone != j->was_zone)
		zone = path->packet->zone;
	part = *path->p;
	added = frag_add(&e->frags, path->p, zone, path->packet->ifindex,
			 &limits, path->room, &size, &why);
	if (added == FRAG_DONE)
		become_datagram(j, path->room, size);
	if (watch_is_on(path->watch))
		explain_fragment(j, &part, added == FRAG_REFUSED ? why :
				 CLEW_WHY_NONE, added);
	switch (added) {
	case FRAG_HELD:
		path->packet->verdict = CLEW_STOLEN;
		path->packet->ct_state = CLEW_CT_UNTRACKED;
		e->track.stats.frag_held++;
		j->is_gone = true;
		return false;
	case FRAG_REFUSED:
		path->packet->ct_state = CLEW_CT_INVALID;
		return journey_drop(j, why);
	case FRAG_PASS:
		pkt_find_transport(path->p);
		j->read = PROTO_INVALID;
		j->was_flags = UINT32_MAX;	/* nobody has read it yet */
		return true;
	case FRAG_DONE:
		j->was_flags = UINT32_MAX;
		journey_unsee(j);
		return true;
	}
	return true;
}

/* Read the key, unless it is known. */
static void
read_key(struct journey *j)
{
	struct path *path = &j->path;
	struct passage *pass = path->pass;

	/* What an earlier stage read is good while no rule changed it. */
	if (path->packet->flags == j->was_flags &&
	    path->packet->zone == j->was_zone &&
	    !(j->is_ruled && path->is_own))
		return;
	path->packet->reason = CLEW_WHY_NONE;
	j->read = (uint8_t)track_read(path->p, path->packet, pass);
	if (j->read == PROTO_OK)
		track_hash(&j->e->track, &pass, 1);
	j->was_flags = path->packet->flags;
	j->was_zone = path->packet->zone;
}

void
journey_unsee(struct journey *j)
{
	struct path *path = &j->path;

	if (!(path->packet->flags & CLEW_PKT_UNTRANSLATED))
		return;
	read_key(j);
	if (j->read != PROTO_OK || !nat_unsee(path))
		return;
	path->packet->result |= CLEW_RES_UNTRANSLATED;
	j->was_flags = UINT32_MAX;
}

/* What a rule wanted for the connection that has just begun. */
static void
apply_template(struct path *path, const struct path_template *template)
{
	struct conn *c = path->pass->conn;

	if (!c || conn_is_confirmed(c))
		return;
	if (template->has_event_masks)
		conn_set_event_masks(path->track, c, template->event_mask,
				     template->expect_mask);
	/* One that was expected has what its master's helper gave it. */
	if (template->helper && !(c->status & CLEW_STATUS_EXPECTED) &&
	    conn_set_helper(path->track, c, template->helper))
		c->status |= CLEW_STATUS_HELPER;
}

static bool
step_track(struct journey *j)
{
	struct path *path = &j->path;
	struct track *t = &j->e->track;
	const struct path_template *template = path->template;
	const uint32_t flags = path->p->flags;

	if (j->is_tracked)
		return true;
	j->is_tracked = true;
	path->has_template = false;
	path->template = NULL;
	if (template && template->is_zone_mark)
		path->packet->zone = (uint16_t)path->packet->mark;
	read_key(j);
	/* Linux looks at the checksums of what it received alone. */
	if (path->hook == HOOK_OUTPUT)
		path->p->flags |= CLEW_PKT_CSUM_OK;
	if (path->p->protocol == PROTO_SCTP && track_must_check(t, path->p))
		path_pull(path, path->p->l4 + SCTP_HEADER);
	if (watch_is_on(path->watch))
		track_packet_explained(t, path->p, path->packet, path->pass,
				       (enum proto_result)j->read,
				       path->watch);
	else
		track_packet(t, path->p, path->packet, path->pass,
			     (enum proto_result)j->read);
	path->p->flags = flags;
	if (path->packet->verdict != CLEW_ACCEPT)
		return journey_drop(j, CLEW_WHY_NONE);
	if (template)
		apply_template(path, template);
	if (path->is_synproxy && path->pass->conn &&
	    !conn_is_confirmed(path->pass->conn) &&
	    !synproxy_begin(t, path->pass->conn))
		return journey_drop(j, CLEW_WHY_TABLE_FULL);
	journey_trace(j, CLEW_TRACE_TRACK, NULL);
	return !(path->packet->result & CLEW_RES_CUT);
}

static enum clew_verdict
run_nat_chains(struct path *path)
{
	struct journey *j = journey_of(path);
	const struct hook_list *list = &j->e->hooks.list[
		path->p->family == CLEW_IPV6][path->hook];

	for (size_t i = 0; i < list->nat_count; i++) {
		if (!run_chain(j, list->nat[i].base))
			return (enum clew_verdict)path->packet->verdict;
		if (nat_is_bound(path->pass->conn, nat_side_of(path->hook)))
			break;
	}
	return CLEW_ACCEPT;
}

/* The ends of a packet, to see whether they were translated. */
struct ends {
	struct routed_by by;
	uint32_t ports;
	uint32_t unused;
};

static struct ends
ends_of(const struct path *path)
{
	const struct pkt *p = path->p;
	struct ends ends = { .by = routed_by(path) };

	if (p->kind == PKT_WHOLE && pkt_header(p, p->l4, 8) == PKT_HEADER_OK)
		ends.ports = load32(p->ip + p->l4 +
				    (p->protocol == PROTO_ICMP ||
				     p->protocol == PROTO_ICMPV6 ? 4 : 0));
	return ends;
}

static bool
step_nat(struct journey *j)
{
	struct path *path = &j->path;
	struct ends before, after;
	struct clew_tuple was = { .family = 0 };
	enum clew_verdict verdict;

	if (!path->pass->conn)
		return true;
	before = ends_of(path);
	if (watch_is_on(path->watch))
		explain_tuple(j, &was);
	verdict = nat_hook(path, run_nat_chains);
	if (verdict != CLEW_ACCEPT && path->packet->verdict == CLEW_ACCEPT)
		return journey_drop(j, CLEW_WHY_NONE);
	if (verdict != CLEW_ACCEPT)
		return false;
	if (!path->is_own)
		return true;
	after = ends_of(path);
	if (!memcmp(&before, &after, sizeof(before)))
		return true;
	if (watch_is_on(path->watch))
		explain_nat(j, &was);
	journey_trace(j, CLEW_TRACE_NAT, nat_side_of(path->hook) == NAT_SRC ?
		      "snat" : "dnat");
	if (path->hook == HOOK_OUTPUT &&
	    memcmp(&before.by.dst, &after.by.dst, sizeof(before.by.dst)))
		return reroute(j);
	return true;
}

static bool
step_synproxy(struct journey *j)
{
	const struct conn *c = j->path.pass->conn;

	if (__builtin_expect(!c || !c->ext || !j->e->track.synproxies, 1))
		return true;
	switch (synproxy_hook(&j->path)) {
	case SYNPROXY_NOT_FOR_ME:
	case SYNPROXY_NOT_TCP:
		return true;
	case SYNPROXY_TAKEN:
		j->is_gone = true;
		j->path.packet->verdict = CLEW_STOLEN;
		return false;
	case SYNPROXY_DROP:
		return journey_drop(j, CLEW_WHY_SYNPROXY);
	}
	return true;
}

static bool
step_confirm(struct journey *j)
{
	struct path *path = &j->path;

	if (!step_synproxy(j))
		return false;
	if (nat_adjust_sequence(path) != CLEW_ACCEPT)
		return journey_drop(j, CLEW_WHY_NONE);
	if (watch_is_on(path->watch))
		track_confirm_explained(&j->e->track, path->packet,
					path->pass, path->watch);
	else
		track_confirm(&j->e->track, path->packet, path->pass);
	if (path->packet->verdict != CLEW_ACCEPT)
		return journey_drop(j, CLEW_WHY_NONE);
	return true;
}

/* In order of how often they come: branches that go one way mostly cost less
 * here than a jump that goes another way each time. */
static inline bool
run_step(struct journey *j, const struct hook_step *step)
{
	enum step_kind kind = (enum step_kind)step->kind;

	if (kind == STEP_CHAIN)
		return step->is_route ? run_route_chain(j, step->base) :
					run_chain(j, step->base);
	if (kind == STEP_CONFIRM)
		return step_confirm(j);
	if (kind == STEP_DEFRAG)
		return step_defrag(j);
	if (kind == STEP_TRACK)
		return step_track(j);
	if (kind == STEP_NAT)
		return step_nat(j);
	return true;
}

bool
journey_hook(struct journey *j, uint8_t hook)
{
	unsigned family = hook == HOOK_INGRESS || hook == HOOK_EGRESS ? 2 :
			  j->path.p->family == CLEW_IPV6;
	const struct hook_list *list = &j->e->hooks.list[family][hook];

	j->path.hook = hook;
	if (watch_is_on(j->path.watch)) {
		j->is_begun = true;
		explain_hook(j);
	}
	for (size_t i = 0; i < list->count; i++) {
		if (!run_step(j, &list->step[i]))
			return false;
	}
	return true;
}
