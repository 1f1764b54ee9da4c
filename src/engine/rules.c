/* SPDX-License-Identifier: BSD-2-Clause
 * engine/rules.c - the ruleset's surroundings: whom it tells of changes and
 * traces, and who decided about a packet (clew/rules.h). */
#include <errno.h>

#include "engine/journey.h"
#include "nft/log.h"
#include "nft/request.h"
#include "xt/expr.h"

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

/* Traces. */

struct clew_trace
journey_trace_of(const struct journey *j, enum clew_trace_type type)
{
	const struct path *path = &j->path;
	const struct clew_packet *packet = path->packet;

	return (struct clew_trace){
		.type = type,
		.id = path->trace_id,
		.packet = j->number,
		.rule = { .hook = path->hook, .family = path->p->family },
		.iif = path->in ? path->in->pub.index : 0,
		.oif = path->out ? path->out->pub.index : 0,
		.mark = packet->mark,
		.ct_state = packet->ct_state,
		.dir = packet->dir,
		.reason = packet->reason,
		.is_generated = path->is_generated,
		.conn = packet->conn,
		.l2 = path->l2,
		.l2_len = path->l2_len,
		.data = path->p->ip,
		.len = path->p->have < path->p->len ? path->p->have :
						      path->p->len,
	};
}

void
journey_trace(struct journey *j, enum clew_trace_type type, const char *note)
{
	struct clew_trace trace;

	if (!j->path.is_traced || !j->e->trace)
		return;
	trace = journey_trace_of(j, type);
	trace.note = note;
	j->e->trace(j->e->trace_ctx, &trace);
}

static enum clew_trace_type
type_of(enum nft_trace_step step)
{
	switch (step) {
	case NFT_STEP_RULE: return CLEW_TRACE_RULE;
	case NFT_STEP_RETURN: return CLEW_TRACE_RETURN;
	case NFT_STEP_POLICY: return CLEW_TRACE_POLICY;
	}
	return CLEW_TRACE_RULE;
}

static void
rules_trace(void *ctx, const struct nft_trace *step)
{
	struct clew_engine *e = ctx;
	const struct journey *j = journey_of(step->ev->path);
	struct clew_trace trace;
	struct clew_rule jump;

	if (!e->trace)
		return;
	trace = journey_trace_of(j, type_of(step->step));
	nft_rule_describe(step->chain, step->rule, &trace.rule);
	trace.rule.hook = j->path.hook;
	trace.verdict = step->verdict;
	if (step->jump) {
		nft_rule_describe(step->jump, 0, &jump);
		trace.jump = jump.chain;
	}
	if (step->is_first) {
		struct clew_trace first = trace;

		first.type = CLEW_TRACE_PACKET;
		first.rule.handle = 0;
		first.verdict = 0;
		first.jump = NULL;
		e->trace(e->trace_ctx, &first);
	}
	e->trace(e->trace_ctx, &trace);
}

void
clew_engine_trace(struct clew_engine *e, clew_trace_fn *fn, void *ctx,
		  bool all)
{
	e->trace = fn;
	e->trace_ctx = ctx;
	e->is_tracing_all = fn && all;
}

/* Logs. */

static void
rules_log(void *ctx, const struct nft_log_record *record)
{
	struct clew_engine *e = ctx;
	const struct path *path = record->ev->path;
	const struct journey *j = journey_of(record->ev->path);
	char text[NFT_LOG_TEXT_SIZE];
	struct strbuf sb;

	if (record->is_nflog && e->face.log)
		e->face.log(e->face.ctx, record);
	if (!e->log)
		return;
	strbuf_init(&sb, text, sizeof(text));
	nft_log_text(record, &sb);
	e->log(e->log_ctx, &(struct clew_log){
		.packet = j->number,
		.time_ns = e->track.now_ns,
		.family = record->ev->family,
		.hook = record->ev->hook,
		.is_nflog = record->is_nflog,
		.level = record->level,
		.group = record->group,
		.threshold = record->threshold,
		.snaplen = record->snaplen,
		.has_snaplen = record->has_snaplen,
		.iif = path->in ? path->in->pub.index : 0,
		.oif = path->out ? path->out->pub.index : 0,
		.mark = path_mark(path),
		.prefix = record->prefix,
		.text = text,
		.l2 = path->l2,
		.l2_len = path->l2_len,
		.data = path->p->ip,
		.len = path->p->have < path->p->len ? path->p->have :
						      path->p->len,
	});
}

void
clew_engine_log(struct clew_engine *e, clew_log_fn *fn, void *ctx)
{
	e->log = fn;
	e->log_ctx = ctx;
}

/* Decisions. */

bool
clew_engine_decision(const struct clew_engine *e, size_t number,
		     struct clew_rule *rule)
{
	const struct decision *d;

	*rule = (struct clew_rule){ 0 };
	if (number >= e->decision_count)
		return false;
	d = region_at(&e->decisions, number);
	/* Later rulesets may not have that chain any more. */
	if (!d->chain || d->generation != nft_generation(e->nft))
		return false;
	nft_rule_describe(d->chain, d->rule, rule);
	rule->hook = d->hook;
	return true;
}

int
rules_init(struct clew_engine *e)
{
	const struct nft_config config = {
		.track = &e->track,
		.router = e->router,
		.random = &e->random,
		.key = { { e->config.seed[0],
			   e->config.seed[1] ^ 0x72756c6573 } },
		.expressions = xt_expressions,
		.notify = face_notify,
		.listens = face_listens,
		.notify_ctx = e,
		.trace = rules_trace,
		.trace_ctx = e,
		.log = rules_log,
		.log_ctx = e,
	};

	if (nft_create(&e->nft, &config))
		return -ENOMEM;
	return hooks_update(e) ? 0 : -ENOMEM;
}

const char *
clew_engine_notice(const struct clew_engine *e, size_t number)
{
	uint32_t notices = nft_notices(e->nft);

	for (unsigned i = 0; i < NFT_NOTICES; i++) {
		if (notices >> i & 1 && number-- == 0)
			return nft_notice_text((enum nft_notice)i);
	}
	return NULL;
}
