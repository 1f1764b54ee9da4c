/* SPDX-License-Identifier: BSD-2-Clause
 * parity/engine.c - what libclew makes of a script.
 *
 * A fresh engine per run.  With bursts of one, events and outputs belong to
 * their packet; larger bursts are compared as one stream. */
#include <stdlib.h>
#include <string.h>

#include "clew/clew.h"
#include "parity/engine.h"
#include "parity/outcome.h"
#include "parity/policy.h"

#define BURST_MOST 64
#define POLICIES_MOST 64

void
engine_on_event(void *ctx, const struct clew_event *event)
{
	struct said *said = outcomes_say(ctx);

	said->type = event->type;
	said->ct = *event->ct;
	said->conn = event->conn;
}

/* What rules set: on the connection of a right UDP packet, if this packet
 * will be established. */
static void
set_attributes(struct clew_engine *e, const struct step *step)
{
	struct clew_tuple t = { .protocol = 17 };
	const uint8_t *p = step->bytes, *l4;
	struct clew_snapshot ct;
	enum clew_dir dir;
	clew_conn_ref conn;

	if (p[0] >> 4 == 4) {
		t.family = CLEW_IPV4;
		memcpy(&t.src, p + 12, 4);
		memcpy(&t.dst, p + 16, 4);
		l4 = p + 20;
	} else {
		t.family = CLEW_IPV6;
		memcpy(&t.src, p + 8, 16);
		memcpy(&t.dst, p + 24, 16);
		l4 = p + 40;
	}
	memcpy(&t.part, l4, 4);
	conn = clew_conn_lookup(e, &t, &dir);
	if (!conn || clew_conn_snapshot(e, conn, &ct) ||
	    (dir == CLEW_DIR_ORIG && !(ct.status & CLEW_STATUS_SEEN_REPLY)))
		return;
	if ((step->how & HOW_RULE) == HOW_LABEL) {
		ct.labels[0] |= 1u << 5;
		clew_conn_set_labels(e, conn, ct.labels);
	} else {
		clew_conn_set_mark(e, conn,
				   (step->how & HOW_RULE) == HOW_MARK ? 42 : 0);
	}
}

static bool
sets_attributes(const struct step *step)
{
	unsigned how = step->how & HOW_RULE;

	return how == HOW_MARK || how == HOW_UNMARK || how == HOW_LABEL;
}

static void
fill(struct clew_packet *p, const struct step *step, uint64_t now,
     const int *policy)
{
	unsigned l4;
	int i;

	memset(p, 0, sizeof(*p));
	p->data = step->bytes;
	p->caplen = p->len = step->len;
	p->ifindex = 1;		/* both taps are behind one bridge */
	p->time_ns = now;
	switch (step_card(step, &l4)) {
	case CARD_NOTHING:
	case CARD_SAYS:
		break;
	case CARD_CSUM_PARTIAL:
		p->flags |= CLEW_PKT_CSUM_PARTIAL;
		break;
	case CARD_GSO:
		p->flags |= CLEW_PKT_GSO;
		break;
	}
	switch ((enum step_how)(step->how & HOW_RULE)) {
	case HOW_PLAIN:
	case HOW_MARK:
	case HOW_UNMARK:
	case HOW_LABEL:
	case HOWS:
	case HOW_RULE:
		break;
	case HOW_ZONE:
		p->zone = 1;
		break;
	case HOW_ZONE_ORIG:
		p->zone = 2;
		p->flags |= CLEW_PKT_ZONE_ORIG;
		break;
	case HOW_ZONE_REPLY:
		p->zone = 3;
		p->flags |= CLEW_PKT_ZONE_REPLY;
		break;
	case HOW_NOTRACK:
		p->flags |= CLEW_PKT_NOTRACK;
		break;
	case HOW_POLICY:
		i = step_policy(step);
		p->timeout_policy = i < 0 ? 0 : policy[i];
		break;
	}
}

/* ct state, as the classes of outcome.h number it. */
static uint8_t
class_of(uint8_t verdict, uint8_t state)
{
	static const uint8_t classes[] = {
		[CLEW_CT_INVALID] = CLASS_INVALID,
		[CLEW_CT_NEW] = CLASS_NEW,
		[CLEW_CT_ESTABLISHED] = CLASS_ESTABLISHED,
		[CLEW_CT_RELATED] = CLASS_RELATED,
		[CLEW_CT_UNTRACKED] = CLASS_UNTRACKED,
	};

	if (verdict != CLEW_ACCEPT)
		return CLASS_NONE;
	return state <= CLEW_CT_UNTRACKED ? classes[state] : CLASS_ODD;
}

void
engine_reason(struct outcome *out, const struct clew_packet *p)
{
	unsigned protocol = clew_reason_log_protocol(p->reason);
	size_t len;

	out->reason = p->reason;
	if (!protocol)
		return;
	len = snprintf(out->log, sizeof(out->log), "nf_ct_proto_%u: ",
		       protocol);
	clew_reason_format(out->log + len, sizeof(out->log) - len, p->reason,
			   &p->detail);
	for (len = strlen(out->log); len && out->log[len - 1] == ' ';)
		out->log[--len] = 0;
	out->logs = 1;
}

static void
read_packet(struct outcome *out, const struct clew_packet *p)
{
	out->class = class_of(p->verdict, p->ct_state);
	out->stolen = p->verdict == CLEW_STOLEN;
	engine_reason(out, p);
}

static bool
has_extension(uint8_t next)
{
	return next == 0 || next == 43 || next == 44 || next == 51 ||
	       next == 60;
}

/* A datagram put together: what leaves is it, not its last piece. */
static void
read_output(struct outcomes *o, struct outcome *out,
	    const struct clew_packet *p, const struct clew_output *whole)
{
	bool four = whole->len && whole->data[0] >> 4 == 4;
	size_t head = four ? (whole->data[0] & 15) * 4u : 40;

	if (head > whole->len) {
		snprintf(o->error, sizeof(o->error),
			 "clew: output shorter than its header");
		return;
	}
	out->stolen = 0;
	out->class = class_of(whole->verdict, p->ct_state);
	out->chained = !four && has_extension(whole->data[6]);
	if (whole->verdict != CLEW_ACCEPT || out->chained)
		return;
	out->out_len = whole->len - head;
	out->out_hash = outcome_hash(0, whole->data + head, out->out_len);
}

static void
run_burst(struct clew_engine *e, struct outcomes *o, const struct script *s,
	  const size_t *index, unsigned n, uint64_t now, const int *policy)
{
	struct clew_packet p[BURST_MOST];
	const struct clew_output *whole;
	struct outcome *out;
	size_t i, outputs;

	if (!n)
		return;
	for (i = 0; i < n; i++) {
		fill(&p[i], &s->step[index[i]], now, policy);
		o->step[index[i]].first = o->said_count;
	}
	clew_engine_process(e, p, n);
	if (n == 1)
		o->step[index[0]].said = o->said_count -
			o->step[index[0]].first;
	for (i = 0; i < n; i++) {
		out = &o->step[index[i]];
		read_packet(out, &p[i]);
	}
	whole = clew_engine_outputs(e, &outputs);
	for (i = 0; i < outputs; i++) {
		if (whole[i].packet < n)
			read_output(o, &o->step[index[whole[i].packet]],
				    &p[whole[i].packet], &whole[i]);
	}
}

static void
set(struct clew_engine *e, struct outcomes *o, const struct step *step)
{
	struct clew_error error = { "" };

	if (clew_engine_set(e, (const char *)step->bytes, step->value, &error))
		snprintf(o->error, sizeof(o->error), "clew: %.150s",
			 error.text);
}

void
engine_read_table(struct clew_engine *e, struct outcomes *o)
{
	struct clew_snapshot *entry;
	clew_conn_ref cursor = 0;

	while (clew_conn_next(e, &cursor)) {
		entry = outcomes_entry(o);
		if (clew_conn_snapshot(e, cursor, entry))
			snprintf(o->error, sizeof(o->error),
				 "clew: dumped connection is gone");
	}
}

static int
make_policies(struct clew_engine *e, int *policy)
{
	uint32_t values[POLICY_TIMEOUTS];
	unsigned i, j;

	for (i = 0; i < policy_count; i++) {
		for (j = 0; j < policies[i].count; j++)
			values[j] = policy_value(i, j);
		policy[i] = clew_timeout_create(e, policies[i].name,
						policies[i].family,
						policies[i].tracker, values,
						((1u << policies[i].count) -
						 1) & ~policies[i].left_out);
		if (policy[i] <= 0)
			return -1;
	}
	return 0;
}

int
engine_run(struct outcomes *o, const struct script *s, unsigned burst)
{
	struct clew_config config = {
		.seed = { 0x636c6577, 0x706172 },
		.start_ns = ENGINE_START_NS,
		.on_event = engine_on_event,
		.ctx = o,
	};
	uint64_t now = ENGINE_START_NS;
	size_t i, index[BURST_MOST];
	const struct said *said;
	struct clew_engine *e;
	int policy[POLICIES_MOST];
	unsigned held = 0;
	double start;

	if (burst > BURST_MOST)
		burst = BURST_MOST;
	if (s->routed)
		return engine_run_routed(o, s);
	if (clew_engine_create(&e, &config)) {
		snprintf(o->error, sizeof(o->error), "clew: no memory");
		return -1;
	}
	if (script_has_policies(s) && make_policies(e, policy))
		snprintf(o->error, sizeof(o->error), "clew: policies");
	start = clock_now();
	for (i = 0; i < s->count; i++) {
		if (s->step[i].type == STEP_PACKET &&
		    !sets_attributes(&s->step[i])) {
			index[held++] = i;
			if (held < burst)
				continue;
		}
		run_burst(e, o, s, index, held, now, policy);
		held = 0;
		if (s->step[i].type == STEP_PACKET) {
			if (!sets_attributes(&s->step[i]))
				continue;
			set_attributes(e, &s->step[i]);
			run_burst(e, o, s, &i, 1, now, policy);
		} else if (s->step[i].type == STEP_SET) {
			set(e, o, &s->step[i]);
		} else if (s->step[i].type == STEP_DELETE) {
			o->step[i].first = o->said_count;
			said = outcomes_newest(o, s->step[i].ms);
			if (said)
				clew_conn_delete(e, said->conn);
			o->step[i].said = o->said_count - o->step[i].first;
		} else if (s->step[i].type == STEP_SLEEP) {
			now += s->step[i].ms * 1000000ull;
			o->step[i].first = o->said_count;
			clew_engine_advance(e, now, 0);
			o->step[i].said = o->said_count - o->step[i].first;
		}
	}
	run_burst(e, o, s, index, held, now, policy);
	o->seconds = clock_now() - start;
	engine_read_table(e, o);
	clew_engine_stats(e, &o->stats);
	clew_engine_destroy(e);
	return o->error[0] ? -1 : 0;
}
