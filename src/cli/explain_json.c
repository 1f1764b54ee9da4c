/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain_json.c - a packet explained to a program: one object
 * (docs/json.md).
 *
 * Steps stand in the order in which they were told, flat: 'hook' and 'depth'
 * say where each belongs. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "cli/explain_print.h"
#include "cli/layers.h"
#include "cli/print_parts.h"

enum { STEP_MOST = 8192 };


static void
name(struct strbuf *sb, const char *key)
{
	if (sb->len > 0 && sb->text[sb->len - 1] != '{' &&
	    sb->text[sb->len - 1] != '[')
		strbuf_putc(sb, ',');
	strbuf_printf(sb, "\"%s\":", key);
}

static void
put_string(struct strbuf *sb, const char *key, const char *value)
{
	if (value == NULL)
		return;
	name(sb, key);
	strbuf_put_json(sb, value);
}

static void
put_number(struct strbuf *sb, const char *key, uint64_t value)
{
	name(sb, key);
	strbuf_put_u64(sb, value);
}

static void
put_bool(struct strbuf *sb, const char *key, bool value)
{
	name(sb, key);
	strbuf_puts(sb, value ? "true" : "false");
}

/* Only when it is so. */
static void
put_flag(struct strbuf *sb, const char *key, bool value)
{
	if (value)
		put_bool(sb, key, true);
}

static void
put_text(struct strbuf *sb, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		put_string(sb, key, value);
}

static void
put_address(struct strbuf *sb, const char *key, uint8_t family,
	    const union clew_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	explain_address(text, family, addr);
	put_string(sb, key, text);
}

/* By the names of a connection's record. */
void
explain_put_tuple_json(struct strbuf *sb, const char *key,
		       const struct clew_tuple *t)
{
	static const char mark[] = "\"original\":";
	char text[CLEW_TEXT_MAX];
	const char *at, *found;
	size_t len;

	if (t->family == 0)
		return;
	at = print_format_tuple(text, sizeof(text), t, CLEW_FORMAT_JSON,
				"{\"type\":\"entry\"", "}", &len);
	found = strstr(at, mark);
	if (found == NULL)
		return;
	found += sizeof(mark) - 1;
	name(sb, key);
	strbuf_puts(sb, "{");
	put_string(sb, "protocol", clew_protocol_name(t->protocol));
	put_number(sb, "protocol_number", t->protocol);
	if (t->zone != 0)
		put_number(sb, "zone", t->zone);
	strbuf_putc(sb, ',');
	strbuf_put(sb, found + 1, len - (size_t)(found - at) - 1);
}

static void
put_conn(struct explain_print *p, struct strbuf *sb, const char *key,
	 clew_conn_ref ref)
{
	struct clew_snapshot ct;

	if (ref == 0 || clew_conn_snapshot(lane_engine(p->lane), ref, &ct))
		return;
	name(sb, key);
	strbuf_putc(sb, '{');
	if (ct.has & CLEW_HAS_ID)
		put_number(sb, "id", ct.id);
	explain_put_tuple_json(sb, "original", &ct.tuple[CLEW_DIR_ORIG]);
	explain_put_tuple_json(sb, "reply", &ct.tuple[CLEW_DIR_REPLY]);
	put_number(sb, "timeout", ct.timeout_s);
	strbuf_putc(sb, '}');
}

static void
put_reason(struct strbuf *sb, uint8_t reason,
	   const struct clew_detail *detail)
{
	unsigned protocol;
	char words[256];

	if (reason == CLEW_WHY_NONE)
		return;
	put_string(sb, "reason", clew_reason_name((enum clew_reason)reason));
	clew_reason_format(words, sizeof(words), (enum clew_reason)reason,
			   detail);
	put_string(sb, "words", words);
	protocol = clew_reason_log_protocol((enum clew_reason)reason);
	if (protocol != 0)
		put_number(sb, "log_protocol", protocol);
	put_text(sb, "hint", explain_hint((enum clew_reason)reason));
}

static void
put_iface(struct explain_print *p, struct strbuf *sb, const char *key,
	  uint32_t index)
{
	char text[64];
	struct strbuf words;

	if (index == 0)
		return;
	strbuf_init(&words, text, sizeof(text));
	explain_put_iface(&words, p->names, index);
	put_string(sb, key, text);
}

static void
put_rule(const struct clew_trace_names *names, struct strbuf *sb,
	 const struct clew_rule *rule)
{
	put_string(sb, "family", clew_table_family_name(rule->family));
	put_string(sb, "table", rule->table);
	put_string(sb, "chain", rule->chain);
	if (rule->handle == 0)
		return;
	put_number(sb, "handle", rule->handle);
	if (names->rule != NULL)
		put_string(sb, "rule", names->rule(names->ctx, rule));
}

static void
put_lookup(struct explain_print *p, struct strbuf *sb,
	   const struct clew_explain_lookup *l)
{
	put_string(sb, "for", l->what == CLEW_LOOKUP_QUOTED ? "quoted" :
		   "packet");
	explain_put_tuple_json(sb, "tuple", &l->tuple);
	if (l->has_one_way_zone)
		put_number(sb, "zone_reply", l->zone_reply);
	put_bool(sb, "found", l->is_found);
	if (l->is_found)
		put_string(sb, "direction", explain_dir_name(l->dir));
	put_flag(sb, "overdue", l->is_overdue);
	if (l->is_overdue)
		put_number(sb, "overdue_ms", l->idle_ms);
	put_conn(p, sb, "connection", l->conn);
}

static void
put_cell(struct strbuf *sb, const struct clew_explain_cell *c)
{
	static const char *const cells[] = {
		[CLEW_CELL_MOVE] = "move", [CLEW_CELL_STAY] = "stay",
		[CLEW_CELL_IGNORE] = "ignore", [CLEW_CELL_REFUSE] = "refuse",
	};

	put_number(sb, "protocol_number", c->protocol);
	put_string(sb, "direction", explain_dir_name(c->dir));
	put_string(sb, "before", c->before);
	put_string(sb, "event", c->event);
	put_string(sb, "cell", cells[c->cell]);
	put_string(sb, "next", c->next);
	put_string(sb, "after", c->after);
	put_bool(sb, "table", c->is_table);
	put_flag(sb, "reopened", c->is_reopened);
	if (c->has_tag) {
		put_number(sb, "tag", c->tag);
		put_number(sb, "tag_expected", c->tag_expected);
	}
}

static void
put_side(struct strbuf *sb, const char *key,
	 const struct clew_explain_side *s)
{
	name(sb, key);
	strbuf_putc(sb, '{');
	put_number(sb, "end", s->end);
	put_number(sb, "maxend", s->maxend);
	put_number(sb, "maxwin", s->maxwin);
	if (s->has_maxack)
		put_number(sb, "maxack", s->maxack);
	put_number(sb, "scale", s->scale);
	put_flag(sb, "sack", s->has_sack);
	put_flag(sb, "liberal", s->is_liberal);
	strbuf_putc(sb, '}');
}

static void
put_sides(struct strbuf *sb, const char *key,
	  const struct clew_explain_side side[CLEW_DIRS])
{
	name(sb, key);
	strbuf_putc(sb, '{');
	put_side(sb, "original", &side[CLEW_DIR_ORIG]);
	put_side(sb, "reply", &side[CLEW_DIR_REPLY]);
	strbuf_putc(sb, '}');
}

static void
put_bound(struct strbuf *sb, const struct clew_explain_bound *b)
{
	strbuf_puts(sb, sb->text[sb->len - 1] == '[' ? "{" : ",{");
	put_string(sb, "name", b->name);
	put_string(sb, "left", b->left);
	put_string(sb, "right", b->right);
	put_number(sb, "value", b->value);
	if (b->is_checked) {
		put_string(sb, "op", b->is_exact ? "==" :
			   b->is_upper ? "<=" : ">=");
		put_number(sb, "bound", b->bound);
		put_bool(sb, "holds", b->holds);
		put_number(sb, b->holds ? "spare" : "off_by", b->off_by);
	}
	strbuf_putc(sb, '}');
}

static void
put_window(struct strbuf *sb, const struct clew_explain_window *w)
{
	put_string(sb, "direction", explain_dir_name(w->dir));
	put_number(sb, "seq", w->seq);
	put_number(sb, "end", w->end);
	put_number(sb, "ack", w->ack);
	put_number(sb, "sack", w->sack);
	put_number(sb, "win", w->win);
	put_flag(sb, "first", w->is_first);
	put_sides(sb, "before", w->before);
	put_sides(sb, "after", w->after);
	name(sb, "bounds");
	strbuf_putc(sb, '[');
	for (unsigned i = 0; i < w->bounds; i++)
		put_bound(sb, &w->bound[i]);
	strbuf_putc(sb, ']');
}

static void
put_timer(struct strbuf *sb, const struct clew_explain_timer *t)
{
	put_string(sb, "setting", t->setting);
	put_string(sb, "policy", t->policy);
	put_number(sb, "timeout", t->timeout_s);
	if (t->has_before)
		put_number(sb, "before_ms", t->before_ms);
	put_number(sb, "after_ms", t->after_ms);
	put_flag(sb, "fixed", t->is_fixed);
}

static void
put_track(struct explain_print *p, struct strbuf *sb,
	  const struct clew_explain_track *t)
{
	put_string(sb, "ct_state", clew_ct_state_name(t->ct_state));
	if (t->conn != 0)
		put_string(sb, "direction",
			   explain_dir_name((enum clew_dir)t->dir));
	put_flag(sb, "new", t->is_new);
	put_flag(sb, "cut", t->is_cut);
	put_reason(sb, t->reason, t->detail);
	if (t->reason != CLEW_WHY_NONE && t->detail->has_bound) {
		put_number(sb, "value", t->detail->value);
		put_number(sb, "bound", t->detail->bound);
		put_number(sb, "off_by", t->detail->off_by);
	}
	put_conn(p, sb, "connection", t->conn);
}

static void
put_chain(struct explain_print *p, struct strbuf *sb,
	  const struct clew_explain_chain *c)
{
	put_rule(p->names, sb, &c->rule);
	put_string(sb, "chain_type", c->type);
	name(sb, "priority");
	strbuf_printf(sb, "%" PRId32, c->priority);
	put_string(sb, "policy", explain_verdict_word(c->policy));
}

static void
put_match(struct strbuf *sb, const struct clew_explain_match *m)
{
	put_string(sb, "expression", m->name);
	put_string(sb, "what", m->what);
	put_text(sb, "saw", m->saw);
	put_text(sb, "op", m->op);
	put_text(sb, "wanted", m->wanted);
	put_text(sb, "note", m->note);
	put_bool(sb, "question", m->is_question);
	put_bool(sb, "holds", m->holds);
}

static void
put_verdict(struct explain_print *p, struct strbuf *sb,
	    const struct clew_explain_rule *r)
{
	put_rule(p->names, sb, &r->rule);
	put_number(sb, "jumps", r->depth);
	put_string(sb, "verdict", explain_verdict_word(r->verdict));
	put_string(sb, "target", r->jump);
}

static void
put_nat(struct explain_print *p, struct strbuf *sb,
	const struct clew_explain *step)
{
	static const char *const how[] = {
		[CLEW_NAT_AS_IS] = "as_is",
		[CLEW_NAT_AS_BEFORE] = "as_before",
		[CLEW_NAT_OWN_PORT] = "own_port",
		[CLEW_NAT_OTHER_PORT] = "other_port",
	};
	const struct clew_explain_nat *n = &step->u.nat;

	put_string(sb, "side", n->side == CLEW_NAT_SOURCE ? "source" :
		   "destination");
	put_flag(sb, "null", n->is_null);
	if (step->kind == CLEW_EXPLAIN_NAT_RANGE) {
		put_number(sb, "flags", n->flags);
		put_address(sb, "min_address", n->family, &n->min_addr);
		put_address(sb, "max_address", n->family, &n->max_addr);
		put_number(sb, "min_port", n->min_port);
		put_number(sb, "max_port", n->max_port);
	}
	if (step->kind == CLEW_EXPLAIN_NAT_TRY) {
		put_string(sb, "how", how[n->how]);
		put_bool(sb, "free", n->is_free);
		put_flag(sb, "evicted", n->is_evicted);
		put_conn(p, sb, "owner", n->owner);
	}
	explain_put_tuple_json(sb, "before", &n->before);
	explain_put_tuple_json(sb, "after", &n->after);
	put_flag(sb, "exhausted", n->is_exhausted);
}

static void
put_route(struct explain_print *p, struct strbuf *sb,
	  const struct clew_explain_route *r)
{
	static const char *const what[] = {
		[CLEW_ROUTE_FOR_INPUT] = "input",
		[CLEW_ROUTE_FOR_OUTPUT] = "output",
		[CLEW_ROUTE_FOR_AGAIN] = "again",
	};

	put_string(sb, "for", what[r->what]);
	put_address(sb, "dst", r->family, &r->dst);
	put_iface(p, sb, "iif", r->iif);
	if (r->mark != 0)
		put_number(sb, "mark", r->mark);
	put_reason(sb, r->reason, NULL);
	if (r->type != 0) {
		put_string(sb, "route_type", explain_route_name(r->type));
		put_number(sb, "prefix", r->prefix);
		put_number(sb, "mtu", r->mtu);
	}
	if (r->has_via)
		put_address(sb, "via", r->family, &r->via);
	put_iface(p, sb, "oif", r->oif);
}

static void
put_forward(struct strbuf *sb, const struct clew_explain_route *r)
{
	put_number(sb, "ttl", r->ttl);
	put_number(sb, "length", r->len);
	put_number(sb, "mtu", r->mtu);
	put_bool(sb, "may_fragment", !r->is_df);
}

static void
put_fragment(struct strbuf *sb, const struct clew_explain_fragment *f)
{
	put_number(sb, "offset", f->offset);
	put_number(sb, "length", f->len);
	put_bool(sb, "last", f->is_last);
	put_bool(sb, "held", f->is_held);
	put_bool(sb, "complete", f->is_whole);
	if (f->is_whole) {
		put_number(sb, "parts", f->parts);
		put_number(sb, "size", f->size);
	}
	put_reason(sb, f->reason, NULL);
}

static void put_layers(struct strbuf *sb, const uint8_t *l2, size_t l2_len,
		       const uint8_t *data, size_t have, size_t len);

static const char *
step_name(enum clew_explain_kind kind)
{
	static const char *const names[] = {
		[CLEW_EXPLAIN_HOOK] = "hook",
		[CLEW_EXPLAIN_FRAGMENT] = "fragment",
		[CLEW_EXPLAIN_LOOKUP] = "lookup",
		[CLEW_EXPLAIN_CELL] = "state",
		[CLEW_EXPLAIN_WINDOW] = "window",
		[CLEW_EXPLAIN_TIMER] = "timeout",
		[CLEW_EXPLAIN_TRACK] = "track",
		[CLEW_EXPLAIN_CHAIN] = "chain",
		[CLEW_EXPLAIN_RULE] = "rule",
		[CLEW_EXPLAIN_MATCH] = "match",
		[CLEW_EXPLAIN_VERDICT] = "verdict",
		[CLEW_EXPLAIN_RETURN] = "return",
		[CLEW_EXPLAIN_POLICY] = "policy",
		[CLEW_EXPLAIN_NAT_RANGE] = "nat_range",
		[CLEW_EXPLAIN_NAT_TRY] = "nat_try",
		[CLEW_EXPLAIN_NAT_BOUND] = "nat_bound",
		[CLEW_EXPLAIN_NAT] = "nat",
		[CLEW_EXPLAIN_ROUTE] = "route",
		[CLEW_EXPLAIN_FORWARD] = "forward",
		[CLEW_EXPLAIN_CONFIRM] = "confirm",
		[CLEW_EXPLAIN_ANSWER] = "answer",
		[CLEW_EXPLAIN_DROP] = "drop",
		[CLEW_EXPLAIN_LEAVE] = "leave",
	};

	return names[kind];
}

static void
put_body(struct explain_print *p, struct strbuf *sb,
	 const struct clew_explain *step)
{
	switch (step->kind) {
	case CLEW_EXPLAIN_HOOK: break;
	case CLEW_EXPLAIN_FRAGMENT: put_fragment(sb, &step->u.fragment); break;
	case CLEW_EXPLAIN_LOOKUP: put_lookup(p, sb, &step->u.lookup); break;
	case CLEW_EXPLAIN_CELL: put_cell(sb, &step->u.cell); break;
	case CLEW_EXPLAIN_WINDOW: put_window(sb, &step->u.window); break;
	case CLEW_EXPLAIN_TIMER: put_timer(sb, &step->u.timer); break;
	case CLEW_EXPLAIN_TRACK: put_track(p, sb, &step->u.track); break;
	case CLEW_EXPLAIN_CHAIN: put_chain(p, sb, &step->u.chain); break;
	case CLEW_EXPLAIN_RULE:
		put_rule(p->names, sb, &step->u.rule.rule);
		break;
	case CLEW_EXPLAIN_MATCH: put_match(sb, &step->u.match); break;
	case CLEW_EXPLAIN_VERDICT:
	case CLEW_EXPLAIN_RETURN:
	case CLEW_EXPLAIN_POLICY:
		put_verdict(p, sb, &step->u.rule);
		break;
	case CLEW_EXPLAIN_NAT_RANGE:
	case CLEW_EXPLAIN_NAT_TRY:
	case CLEW_EXPLAIN_NAT_BOUND:
	case CLEW_EXPLAIN_NAT:
		put_nat(p, sb, step);
		break;
	case CLEW_EXPLAIN_ROUTE: put_route(p, sb, &step->u.route); break;
	case CLEW_EXPLAIN_FORWARD: put_forward(sb, &step->u.route); break;
	case CLEW_EXPLAIN_CONFIRM:
		put_bool(sb, "inserted", step->u.confirm.is_inserted);
		put_flag(sb, "resolved", step->u.confirm.is_resolved);
		put_conn(p, sb, "other", step->u.confirm.other);
		break;
	case CLEW_EXPLAIN_ANSWER:
		put_bool(sb, "attached", step->u.answer.is_attached);
		put_layers(sb, NULL, 0, step->u.answer.data, step->u.answer.len,
			   step->u.answer.len);
		break;
	case CLEW_EXPLAIN_DROP: put_reason(sb, step->u.drop, NULL); break;
	case CLEW_EXPLAIN_LEAVE:
		put_iface(p, sb, "oif", step->u.leave.oif);
		put_bool(sb, "local", step->u.leave.is_local);
		put_bool(sb, "changed", step->u.leave.is_changed);
		break;
	}
}

void
explain_json_step(struct explain_print *p, const struct clew_explain *step)
{
	char text[STEP_MOST];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	strbuf_putc(&sb, '{');
	put_string(&sb, "step", step_name(step->kind));
	put_string(&sb, "hook", explain_hook_name(step->hook));
	if (step->depth)
		put_number(&sb, "depth", step->depth);
	put_body(p, &sb, step);
	strbuf_putc(&sb, '}');
	if (strbuf_is_cut(&sb))
		return;
	fprintf(p->page[0].out, "%s%s", p->has_steps ? "," : "", text);
	p->has_steps = true;
}

void
explain_json_event(struct explain_print *p, const struct clew_event *event)
{
	char text[CLEW_TEXT_MAX];
	struct clew_text_options options = {
		.format = CLEW_FORMAT_JSON, .now_ns = event->time_ns,
	};
	static const enum clew_record records[] = {
		[CLEW_EVENT_NEW] = CLEW_RECORD_NEW,
		[CLEW_EVENT_UPDATE] = CLEW_RECORD_UPDATE,
		[CLEW_EVENT_DESTROY] = CLEW_RECORD_DESTROY,
	};

	clew_text_format(text, sizeof(text), event->ct, records[event->type],
			 &options);
	fprintf(p->events.out, "%s%s", p->events_count ? "," : "", text);
}

static void
put_layer(struct strbuf *sb, const struct layer *layer)
{
	strbuf_puts(sb, sb->text[sb->len - 1] == '[' ? "{" : ",{");
	put_string(sb, "layer", layer->name);
	for (size_t i = 0; i < layer->fields; i++) {
		const struct layer_field *f = &layer->field[i];
		size_t k = 0;

		/* An association's chunks, a frame's tags: the first. */
		while (k < i && strcmp(layer->field[k].name, f->name) != 0)
			k++;
		if (k < i)
			continue;
		name(sb, f->name);
		if (f->is_number)
			strbuf_puts(sb, f->value);
		else
			strbuf_put_json(sb, f->value);
	}
	strbuf_putc(sb, '}');
}

static void
put_layers(struct strbuf *sb, const uint8_t *l2, size_t l2_len,
	   const uint8_t *data, size_t have, size_t len)
{
	struct layers layers;

	layers_read(&layers, l2, l2_len, data, have, len);
	name(sb, "layers");
	strbuf_putc(sb, '[');
	for (size_t i = 0; i < layers.count; i++)
		put_layer(sb, &layers.layer[i]);
	strbuf_putc(sb, ']');
}

void
explain_put_fate_json(struct strbuf *sb, const struct lane_fate *fate,
		      const struct clew_trace_names *names)
{
	put_string(sb, "verdict", explain_fate_word(fate));
	if (!fate->was_fed)
		return;
	put_string(sb, "ct_state",
		   clew_ct_state_name(fate->packet.ct_state));
	put_reason(sb, fate->packet.reason, &fate->packet.detail);
	if (fate->ruled.has_after && fate->packet.verdict == CLEW_ACCEPT)
		explain_put_tuple_json(sb, "after", &fate->ruled.after);
	if (!explain_is_ruled(fate))
		return;
	name(sb, "decided_by");
	strbuf_putc(sb, '{');
	put_rule(names, sb, &fate->ruled.rule);
	strbuf_putc(sb, '}');
}

static void
put_if(struct strbuf *sb, const struct explain_if *x)
{
	strbuf_puts(sb, sb->text[sb->len - 1] == '[' ? "{" : ",{");
	put_string(sb, "setting", x->name);
	put_number(sb, "value", x->value);
	put_bool(sb, "differs", x->differs);
	explain_put_fate_json(sb, &x->fate, x->names);
	strbuf_putc(sb, '}');
}

void
explain_json_packet(struct explain_print *p, FILE *out,
		    const struct explain_packet *packet)
{
	const struct clew_packet *in = &packet->fate->packet;
	const uint8_t *l2 = in->l2_offset < in->l3_offset ?
			    in->data + in->l2_offset : NULL;
	uint32_t at = in->l3_offset;
	char text[STEP_MOST];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	strbuf_putc(&sb, '{');
	put_string(&sb, "type", "explain");
	put_number(&sb, "packet", packet->origin.number);
	put_string(&sb, "file", packet->origin.file);
	put_number(&sb, "time_ns", packet->origin.time_ns);
	put_layers(&sb, l2, l2 ? at - in->l2_offset : 0u, in->data + at,
		   in->caplen - at, in->len - at);
	put_iface(p, &sb, "iif", in->ifindex);
	explain_put_fate_json(&sb, packet->fate, p->names);
	fprintf(out, "%s,\"steps\":[%s],\"events\":[%s]", text,
		page_text(&p->page[0]), page_text(&p->events));
	strbuf_init(&sb, text, sizeof(text));
	strbuf_puts(&sb, ",\"what_if\":[");
	for (size_t i = 0; i < packet->ifs_count; i++)
		put_if(&sb, &packet->ifs[i]);
	fprintf(out, "%s]}\n", text);
}
