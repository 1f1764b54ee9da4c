/* SPDX-License-Identifier: BSD-2-Clause
 * parity/engine_routed.c - what libclew makes of a script as a router.
 *
 * The same links, addresses and routes as router.c's; rules are loaded by
 * the same nft or iptables, carried to the engine's netlink face.  Packets go one by one:
 * the next may depend on what came out (follow.h). */
#include <stdlib.h>
#include <string.h>

#include "clew/clew.h"
#include "clew/control.h"
#include "clew/route.h"
#include "clew/rules.h"
#include "io/network.h"
#include "io/tool.h"
#include "parity/build.h"
#include "parity/engine.h"
#include "parity/follow.h"
#include "parity/router.h"
#include "parity/rules_load.h"

struct routed {
	struct clew_engine *e;
	struct clew_control *control;
	struct outcomes *o;
	struct follow *f;
	uint64_t now;
};

static int
fail(struct routed *r, const char *what, const struct clew_error *error)
{
	if (!r->o->error[0])
		snprintf(r->o->error, sizeof(r->o->error), "clew: %s: %.150s",
			 what, error ? error->text : "");
	return -1;
}

static int
build(struct routed *r, const char *more)
{
	struct network n = { 0 };
	struct clew_error error = { "" };
	char line[200];
	unsigned i;
	size_t len;
	int bad = 0;

	for (i = 0; router_addresses[i]; i++)
		bad |= network_add_interface(&n, router_addresses[i], &error);
	for (i = 0; router_routes_own[i]; i++)
		bad |= network_add_route(&n, router_routes_own[i], &error);
	for (; *more; more += len + (more[len] == '\n')) {
		len = strcspn(more, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)len, more);
		bad |= network_add_route(&n, line, &error);
	}
	for (i = 0; i < n.ifaces; i++) {
		n.iface[i].mac[0] = 2;
		n.iface[i].mac[4] = i + 1;
	}
	if (!bad)
		bad = network_apply(&n, r->e, &error);
	network_fini(&n);
	return bad ? fail(r, "router", &error) : 0;
}

/* "mtu.NAME" is a link's, everything else a sysctl. */
static int
set(struct routed *r, const struct step *step)
{
	const char *name = (const char *)step->bytes;
	const struct clew_interface *i;
	struct clew_error error = { "" };
	struct clew_interface changed;
	uint32_t cursor = 0;

	if (strncmp(name, "mtu.", 4)) {
		if (clew_engine_set(r->e, name, step->value, &error))
			return fail(r, "set", &error);
		return 0;
	}
	while ((i = clew_interface_next(r->e, &cursor))) {
		if (strcmp(i->name, name + 4))
			continue;
		changed = *i;
		changed.mtu = step->value;
		return clew_interface_add(r->e, &changed) ?
			fail(r, "mtu", NULL) : 0;
	}
	return fail(r, "no such link", NULL);
}

static unsigned
tap_of(const struct routed *r, uint32_t index)
{
	const struct clew_interface *i;
	uint32_t cursor = 0;
	unsigned n;

	while ((i = clew_interface_next(r->e, &cursor)))
		for (n = 0; n < ROUTER_LINKS; n++)
			if (i->index == index &&
			    !strcmp(i->name, router_links[n]))
				return n;
	return ROUTER_LINKS + 1;	/* nowhere that we could look */
}

static uint32_t
index_of(const struct routed *r, unsigned tap)
{
	const struct clew_interface *i;
	uint32_t cursor = 0;

	while (tap < ROUTER_LINKS && (i = clew_interface_next(r->e, &cursor)))
		if (!strcmp(i->name, router_links[tap]))
			return i->index;
	return 0;
}

/* What follows a datagram in its frame does not go on. */
static size_t
trimmed(const uint8_t *p, size_t len)
{
	size_t says = len;

	if (len >= 20 && p[0] >> 4 == 4)
		says = get16(p + 2);
	else if (len >= 40 && p[0] >> 4 == 6 && get16(p + 4))
		says = get16(p + 4) + 40u;
	return says < len ? says : len;
}

static void
outputs(struct routed *r, struct outcome *out, const struct clew_packet *p,
	unsigned came)
{
	const struct clew_output *list;
	size_t i, count;
	unsigned to;

	list = clew_engine_outputs(r->e, &count);
	for (i = 0; i < count; i++) {
		if (list[i].verdict != CLEW_ACCEPT)
			continue;
		to = list[i].is_local ? SIDE_HOST :
			tap_of(r, list[i].out_ifindex);
		outcomes_frame(r->o, out, to, list[i].data, list[i].len);
		r->o->frame[r->o->frame_count - 1].is_generated =
			list[i].kind == CLEW_OUT_GENERATED;
	}
	if (p->verdict != CLEW_ACCEPT || p->result & CLEW_RES_OUTPUT)
		return;
	to = p->result & CLEW_RES_LOCAL ? SIDE_HOST :
		p->out_ifindex ? tap_of(r, p->out_ifindex) : came;
	outcomes_frame(r->o, out, to, p->data + p->l3_offset,
		       trimmed(p->data + p->l3_offset,
			       p->len - p->l3_offset));
}

static void
packet(struct routed *r, const struct step *step, struct outcome *out)
{
	static const uint8_t mac[12] = { 2, 0, 0, 0, 0, 0, 2 };
	size_t room = ROUTER_FRAME + step->len;
	uint8_t *frame = xmalloc(room);
	uint8_t *sent = frame + ROUTER_FRAME;
	struct clew_packet p = { 0 };
	struct followed how;

	memcpy(frame, mac, sizeof(mac));
	memcpy(sent, step->bytes, step->len);
	how = follow_send(r->f, sent, step->len, step->side);
	frame[12] = sent[0] >> 4 == 6 ? 0x86 : 0x08;
	frame[13] = sent[0] >> 4 == 6 ? 0xdd : 0x00;
	frame[4] = 1 + how.side;
	p.data = frame;
	p.l3_offset = ROUTER_FRAME;
	p.caplen = p.len = room;
	p.time_ns = r->now;
	p.ifindex = index_of(r, how.side);
	if (how.side == SIDE_HOST) {
		if (!router_can_send(sent, step->len))
			goto out;
		p.flags |= CLEW_PKT_LOCAL_OUT;
		p.data = sent;
		p.l3_offset = 0;
		p.caplen = p.len = step->len;
	}
	clew_engine_process(r->e, &p, 1);
	engine_reason(out, &p);
	outputs(r, out, &p, how.side);
	out->class = out->frames ? CLASS_NEW : CLASS_NONE;
	follow_learn(r->f, &how, r->o, out);
out:
	free(frame);
}

static int
tool(struct routed *r, const char *const *command, const char *input,
     struct tool_result *result)
{
	struct clew_error error = { "" };

	if (tool_run(r->control, command, input, strlen(input), result,
		     &error))
		return fail(r, command[0], &error);
	return 0;
}

static void
rules(struct routed *r, const struct step *step, struct outcome *out)
{
	const char *text = (const char *)step->bytes;
	struct tool_result result = { 0 };

	if (!tool(r, rules_loader(text), text, &result)) {
		out->class = result.status ? CLASS_INVALID : CLASS_NEW;
		snprintf(out->log, sizeof(out->log), "%s", result.err);
		out->logs = out->log[0] != 0;
	}
	tool_result_fini(&result);
}

static void
list_rules(struct routed *r, const struct script *s)
{
	const char *const *commands[2];
	size_t i, count = rules_listers(s, commands);

	for (i = 0; i < count && !r->o->error[0]; i++) {
		struct tool_result result = { 0 };

		if (!tool(r, commands[i], "", &result))
			rules_listed(&r->o->listing, result.out);
		tool_result_fini(&result);
	}
}

static void
one_step(struct routed *r, const struct step *step, struct outcome *out)
{
	struct outcomes *o = r->o;
	const struct said *said;

	out->first = o->said_count;
	switch ((enum step_type)step->type) {
	case STEP_SET:
		set(r, step);
		break;
	case STEP_PACKET:
		packet(r, step, out);
		break;
	case STEP_SLEEP:
		r->now += step->ms * 1000000ull;
		clew_engine_advance(r->e, r->now, 0);
		break;
	case STEP_DELETE:
		said = outcomes_newest(o, step->ms);
		if (said)
			clew_conn_delete(r->e, said->conn);
		break;
	case STEP_ROUTER:
		build(r, (const char *)step->bytes);
		break;
	case STEP_RULES:
		rules(r, step, out);
		break;
	}
	out->said = o->said_count - out->first;
}

int
engine_run_routed(struct outcomes *o, const struct script *s)
{
	struct clew_config config = {
		.seed = { 0x636c6577, 0x706172 },
		.start_ns = ENGINE_START_NS,
		.on_event = engine_on_event,
		.ctx = o,
	};
	struct routed r = { .o = o, .now = ENGINE_START_NS };
	double start = clock_now();
	size_t i;

	if (clew_engine_create(&r.e, &config))
		return fail(&r, "no memory", NULL);
	if (clew_control_create(&r.control, r.e)) {
		clew_engine_destroy(r.e);
		return fail(&r, "no memory", NULL);
	}
	r.f = follow_create();
	o->is_routed = true;
	for (i = 0; i < s->count && !o->error[0]; i++)
		one_step(&r, &s->step[i], &o->step[i]);
	o->seconds = clock_now() - start;
	engine_read_table(r.e, o);
	clew_engine_stats(r.e, &o->stats);
	list_rules(&r, s);
	follow_destroy(r.f);
	clew_control_destroy(r.control);
	clew_engine_destroy(r.e);
	return o->error[0] ? -1 : 0;
}
