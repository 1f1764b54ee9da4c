/* SPDX-License-Identifier: BSD-2-Clause
 * cli/gateway.c - where the packets of captures come in at the gateway.
 *
 * A packet comes in where its source address would be reached, and is the
 * gateway's own when that address is.  Where the capture says on which
 * interface it was seen, it came in there, unless it is seen to leave there:
 * its source is reached through another interface and its destination
 * through this one.
 *
 * Seen from inside, a reply has been translated back already; seen from
 * outside, a reply of a port forward bears the gateway's own address.  Either
 * way it is addressed as the first packet's opposite, though its peer sent
 * it otherwise: the engine undoes that (CLEW_PKT_UNTRANSLATED), and here it
 * is found out where that peer's packet would have come in. */
#include "cli/gateway.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/leaving.h"

struct gateway {
	const struct replay_options *options;
	struct clew_engine *engine;
	struct leaving *leaving;	/* VANTAGE_BOTH only */
	struct gateway_counts counts;
	/* the last answer about a captured name: names live long and are few */
	const char *name;
	uint32_t file;
	uint32_t name_ifindex;
};

int
gateway_create(struct gateway **gateway, const struct replay_options *o,
	       struct clew_engine *engine, const uint64_t seed[2])
{
	struct gateway *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return -ENOMEM;
	g->options = o;
	g->engine = engine;
	g->file = UINT32_MAX;
	if (o->vantage == VANTAGE_BOTH) {
		g->leaving = leaving_create(seed);
		if (g->leaving == NULL) {
			free(g);
			return -ENOMEM;
		}
	}
	*gateway = g;
	return 0;
}

void
gateway_destroy(struct gateway *g)
{
	if (g == NULL)
		return;
	leaving_destroy(g->leaving);
	free(g);
}

/* Where a packet comes in may hang on what the one before it did. */
bool
gateway_is_single(const struct gateway *g)
{
	return g->options->network.ifaces > 0 || g->options->rules_count > 0;
}

static bool
is_number(const char *text, uint32_t n)
{
	char *end;

	return *text >= '0' && *text <= '9' &&
	       strtoul(text, &end, 10) == n && *end == '\0';
}

/* By --map, or because the names are the same.  => 0: nobody knows. */
static uint32_t
seen_at(const struct gateway *g, const struct timeline_origin *origin)
{
	const struct replay_options *o = g->options;
	const char *file = o->captures[origin->file];
	uint32_t index = 0;

	for (size_t i = 0; i < o->maps_count; i++) {
		const char *captured = o->maps[i].captured;

		if ((origin->interface != NULL &&
		     strcmp(captured, origin->interface) == 0) ||
		    (origin->ifindex != 0 &&
		     is_number(captured, origin->ifindex)))
			return network_index(&o->network, o->maps[i].name);
		if (strcmp(captured, file) == 0)
			index = network_index(&o->network, o->maps[i].name);
	}
	if (index == 0 && origin->interface != NULL)
		index = network_index(&o->network, origin->interface);
	return index;
}

static uint32_t
captured_at(struct gateway *g, const struct timeline_origin *origin)
{
	if (origin->ifindex != 0)
		return seen_at(g, origin);
	if (g->file != origin->file || g->name != origin->interface) {
		g->file = origin->file;
		g->name = origin->interface;
		g->name_ifindex = seen_at(g, origin);
	}
	return g->name_ifindex;
}

static bool
leaves_there(const struct gateway *g, const struct clew_tuple *t,
	     uint32_t ifindex)
{
	bool is_own;

	return network_source(g->engine, (enum clew_family)t->family, &t->dst,
			      &is_own) == ifindex && !is_own;
}

/* The reply direction of the connection whose first packet was addressed
 * opposite to this one, if that was translated.  => false: none. */
static bool
find_translated(const struct gateway *g, const struct clew_tuple *t,
		uint16_t zone, struct clew_snapshot *ct)
{
	struct clew_tuple first = *t;
	enum clew_dir dir;
	clew_conn_ref conn;

	first.src = t->dst;
	first.dst = t->src;
	first.zone = zone;
	if (t->protocol == 1 || t->protocol == 58) {
		/* the query that this answers */
		if (t->part.icmp.type == 0)
			first.part.icmp.type = 8;
		else if (t->part.icmp.type == 129)
			first.part.icmp.type = 128;
		else
			return false;
	} else {
		first.part.port.sport_be = t->part.port.dport_be;
		first.part.port.dport_be = t->part.port.sport_be;
	}
	conn = clew_conn_lookup(g->engine, &first, &dir);
	return conn != 0 && dir == CLEW_DIR_ORIG &&
	       clew_conn_snapshot(g->engine, conn, ct) == 0 &&
	       (ct->status & (CLEW_STATUS_SRC_NAT | CLEW_STATUS_DST_NAT));
}

/* Should a translated connection's reply look like this from here? */
static bool
is_seen_so(const struct gateway *g, const struct clew_snapshot *ct,
	   bool is_own)
{
	switch (g->options->vantage) {
	case VANTAGE_INSIDE:
		return true;
	case VANTAGE_OUTSIDE:
		return is_own && (ct->status & CLEW_STATUS_DST_NAT);
	case VANTAGE_BOTH:
		break;
	}
	return false;
}

static void
come_in(struct clew_packet *packet, uint32_t ifindex, bool is_own)
{
	packet->ifindex = is_own ? 0 : ifindex;
	if (is_own)
		packet->flags |= CLEW_PKT_LOCAL_OUT;
}

/* Is it from one host to another on the same wire?  The gateway, if it sees
 * it at all, has no part in it. */
static bool
is_between_neighbours(const struct gateway *g, const struct clew_tuple *t)
{
	struct clew_route_answer from, to;
	enum clew_family family = (enum clew_family)t->family;

	return clew_route_lookup(g->engine, family, &t->src, 0, &from) == 0 &&
	       clew_route_lookup(g->engine, family, &t->dst, 0, &to) == 0 &&
	       from.type == CLEW_ROUTE_UNICAST &&
	       to.type == CLEW_ROUTE_UNICAST &&
	       from.ifindex == to.ifindex &&
	       memcmp(&from.via, &t->src, sizeof(from.via)) == 0 &&
	       memcmp(&to.via, &t->dst, sizeof(to.via)) == 0;
}

/* => Whether this is the packet leaving, that was seen coming in. */
static bool
has_left(struct gateway *g, const struct clew_packet *packet,
	 uint32_t seen, bool leaves)
{
	bool is_same = true;

	if (leaving_take(g->leaving, packet->data + packet->l3_offset,
			 packet->caplen - packet->l3_offset, seen,
			 packet->time_ns, &is_same)) {
		g->counts.left++;
		g->counts.left_other += !is_same;
		return true;
	}
	g->counts.left_only += leaves;
	return leaves;
}

bool
gateway_admit(struct gateway *g, struct clew_packet *packet,
	      const struct timeline_origin *origin)
{
	const struct network *network = &g->options->network;
	bool has_network = network->ifaces > 0, is_own = false;
	bool leaves, is_translated;
	uint32_t seen, from, first = 0;
	struct clew_snapshot ct;
	struct clew_tuple t;

	if (!gateway_is_single(g))
		return true;
	if (has_network)
		first = network->iface[0].index;
	seen = has_network ? captured_at(g, origin) : 0;
	if (!clew_tuple_read(&t, packet->data + packet->l3_offset,
			     packet->caplen - packet->l3_offset)) {
		if (has_network)
			packet->ifindex = seen != 0 ? seen : first;
		return true;
	}
	from = has_network ? network_source(g->engine,
		(enum clew_family)t.family, &t.src, &is_own) : 0;
	leaves = !is_own && seen != 0 && from != 0 && from != seen &&
		 leaves_there(g, &t, seen);
	if (g->leaving != NULL && has_left(g, packet, seen, leaves))
		return false;
	if (g->options->vantage == VANTAGE_INSIDE)
		packet->flags |= CLEW_PKT_UNTRANSLATED;
	is_translated = find_translated(g, &t, packet->zone, &ct) &&
			is_seen_so(g, &ct, is_own);
	if (is_translated) {
		packet->flags |= CLEW_PKT_UNTRANSLATED;
		if (has_network)
			from = network_source(g->engine,
				(enum clew_family)t.family,
				&ct.tuple[CLEW_DIR_REPLY].src, &is_own);
		seen = 0;
	}
	if (!has_network)
		return true;
	if (!is_translated && is_between_neighbours(g, &t)) {
		g->counts.neighbours++;
		return false;
	}
	if (seen != 0 && !leaves)
		from = seen;
	come_in(packet, from != 0 ? from : first, is_own);
	return true;
}

void
gateway_let_out(struct gateway *g, const uint8_t *ip, uint32_t size,
		uint32_t out_ifindex, uint64_t time_ns)
{
	if (g->leaving != NULL)
		leaving_note(g->leaving, ip, size, out_ifindex, time_ns);
}

const struct gateway_counts *
gateway_counts(const struct gateway *g)
{
	return &g->counts;
}

const char *
gateway_interface(const struct gateway *g, uint32_t index)
{
	return g->options->network.ifaces > 0 ?
	       network_name(&g->options->network, index) : NULL;
}
