/* SPDX-License-Identifier: BSD-2-Clause
 * cli/explain_text.c - a packet explained to a person.
 *
 *	what it is, field by field
 *	what became of it
 *	hook by hook: what was looked for, compared, decided
 *	what was told of it; what would have been otherwise
 *
 * A rule's own line says first whether it matched, so what its expressions
 * saw, told before, waits on a page of its own. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cli/explain_print.h"
#include "cli/layers.h"

enum {
	LINE_MOST = 4096,
	LABEL_WIDTH = 12,
	TRIES_SHOWN = 3,
	DETAIL_INDENT = 11,		/* below a rule's own text */
	VERDICT_CONTINUE = -1,		/* NFT_* of nf_tables.h */
	VERDICT_BREAK = -2,
};

static struct explain_level *
level_of(struct explain_print *p)
{
	return &p->level[p->depth];
}

static void line(struct explain_print *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
line(struct explain_print *p, const char *format, ...)
{
	FILE *out = p->page[p->nest].out;
	va_list args;

	if (p->hook != NULL) {
		fprintf(out, "%*s%s%s\n", (int)level_of(p)->base - 2, "",
			p->depth > 0 ? "sent, " : "", p->hook);
		p->hook = NULL;
	}
	fprintf(out, "%*s", (int)p->indent, "");
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	putc('\n', out);
}

/* "state       words" */
static void
fact(struct explain_print *p, const char *label, const struct strbuf *words)
{
	line(p, "%-*s %s", LABEL_WIDTH, label, words->text);
}

#define WORDS(sb)							\
	char sb##_text[LINE_MOST];					\
	struct strbuf sb;						\
	strbuf_init(&sb, sb##_text, sizeof(sb##_text))

/* Connections. */

static void
put_conn(struct explain_print *p, struct strbuf *sb, clew_conn_ref ref)
{
	struct clew_snapshot ct;

	if (ref == 0 || clew_conn_snapshot(lane_engine(p->lane), ref, &ct)) {
		strbuf_puts(sb, "one that is gone");
		return;
	}
	explain_put_tuple(sb, &ct.tuple[CLEW_DIR_ORIG]);
	if (ct.has & CLEW_HAS_ID)
		strbuf_printf(sb, " (id %" PRIu32 ")", ct.id);
}

/* "; the last one expired 10.023 s ago" */
static void
put_ended(struct explain_print *p, struct strbuf *sb,
	  const struct clew_explain_lookup *l)
{
	uint64_t now_ns = clew_engine_now(lane_engine(p->lane));
	bool is_ended = l->is_overdue;
	uint64_t ago_ms = l->idle_ms;

	for (unsigned i = 0; i < p->ended_count && !l->is_found; i++) {
		const struct explain_ended *e = &p->ended[i];

		if (memcmp(&e->tuple, &l->tuple, sizeof(e->tuple)) != 0)
			continue;
		is_ended = true;
		ago_ms = (now_ns - e->time_ns) / 1000000;
	}
	if (!is_ended)
		return;
	strbuf_puts(sb, "; the last one expired ");
	explain_put_ms(sb, ago_ms);
	strbuf_puts(sb, " ago");
}

static void
step_lookup(struct explain_print *p, const struct clew_explain_lookup *l)
{
	WORDS(sb);

	if (l->what == CLEW_LOOKUP_QUOTED)
		strbuf_puts(&sb, "what would be answered by ");
	explain_put_zoned(&sb, &l->tuple);
	if (l->has_one_way_zone)
		strbuf_printf(&sb, ", of replies in zone %u", l->zone_reply);
	fact(p, l->what == CLEW_LOOKUP_QUOTED ? "quotes" : "tuple", &sb);
	strbuf_init(&sb, sb_text, sizeof(sb_text));
	if (l->is_found) {
		strbuf_printf(&sb, "found, %s direction of ",
			      explain_dir_name(l->dir));
		put_conn(p, &sb, l->conn);
	} else if (l->what == CLEW_LOOKUP_QUOTED) {
		strbuf_puts(&sb, "none has sent that");
	} else {
		strbuf_puts(&sb, "none yet");
	}
	put_ended(p, &sb, l);
	fact(p, "connection", &sb);
}

static void
step_cell(struct explain_print *p, const struct clew_explain_cell *c)
{
	WORDS(sb);

	strbuf_printf(&sb, "%s + %s (%s) ", c->before, c->event,
		      explain_dir_name(c->dir));
	switch (c->cell) {
	case CLEW_CELL_MOVE:
	case CLEW_CELL_STAY:
		strbuf_printf(&sb, "-> %s", c->next ? c->next : "?");
		break;
	case CLEW_CELL_IGNORE:
		strbuf_puts(&sb, "-> ignored: let pass, nothing changes");
		break;
	case CLEW_CELL_REFUSE:
		strbuf_puts(&sb, "-> INVALID");
		break;
	}
	if (c->is_reopened)
		strbuf_puts(&sb, "; the old connection ends, a new one begins");
	else if (c->cell != CLEW_CELL_REFUSE && c->after == NULL)
		strbuf_puts(&sb, ", but it was refused");
	else if (c->after != NULL && c->next != NULL &&
		 strcmp(c->after, c->next) != 0)
		strbuf_printf(&sb, ", but it is %s", c->after);
	fact(p, "state", &sb);
	if (c->has_tag && c->tag != c->tag_expected) {
		strbuf_init(&sb, sb_text, sizeof(sb_text));
		strbuf_printf(&sb, "verification tag 0x%08x, expected 0x%08x",
			      c->tag, c->tag_expected);
		fact(p, "", &sb);
	}
}

/* Windows. */

static void
put_side(struct strbuf *sb, const char *name,
	 const struct clew_explain_side *s)
{
	strbuf_printf(sb, "%-8s end %u, may send to %u, window %u, scale %u",
		      name, s->end, s->maxend, s->maxwin, s->scale);
	if (s->has_maxack)
		strbuf_printf(sb, ", acked %u", s->maxack);
	if (s->has_sack)
		strbuf_puts(sb, ", SACK");
	if (s->is_liberal)
		strbuf_puts(sb, ", liberal");
}

static void
step_bound(struct explain_print *p, const struct clew_explain_bound *b)
{
	WORDS(sb);

	if (!b->is_checked) {
		strbuf_printf(&sb, "%-4s %-4s %10u     %-10s %s: nothing is "
			      "known yet", b->name, b->left, b->value, "",
			      b->right);
	} else {
		strbuf_printf(&sb, "%-4s %-4s %10u %s %-10u ", b->name,
			      b->left, b->value, b->is_exact ? "==" :
			      b->is_upper ? "<=" : ">=", b->bound);
		if (b->holds && b->is_exact)
			strbuf_puts(&sb, "holds");
		else if (b->holds)
			strbuf_printf(&sb, "holds, %u to spare", b->off_by);
		else
			strbuf_printf(&sb, "FAILS by %u: %s", b->off_by,
				      b->fails);
		strbuf_printf(&sb, "  (%s)", b->right);
	}
	fact(p, "", &sb);
}

static void
step_window(struct explain_print *p, const struct clew_explain_window *w)
{
	WORDS(sb);

	strbuf_printf(&sb, "seq %u, end %u, ack %u", w->seq, w->end, w->ack);
	if (w->sack != w->ack)
		strbuf_printf(&sb, ", sack %u", w->sack);
	strbuf_printf(&sb, ", window %u", w->win);
	if (w->ack_offset != 0)
		strbuf_printf(&sb, ", ack moved by %d", -w->ack_offset);
	fact(p, "segment", &sb);
	for (int i = 0; i < CLEW_DIRS && !w->is_first; i++) {
		strbuf_init(&sb, sb_text, sizeof(sb_text));
		put_side(&sb, explain_dir_name((enum clew_dir)i),
			 &w->before[i]);
		fact(p, i ? "" : "windows", &sb);
	}
	for (unsigned i = 0; i < w->bounds; i++) {
		if (!p->is_brief || !w->bound[i].holds)
			step_bound(p, &w->bound[i]);
	}
	if (!w->is_first || p->is_brief)
		return;
	strbuf_init(&sb, sb_text, sizeof(sb_text));
	strbuf_puts(&sb, "the first of its side: nothing to hold it against");
	fact(p, "windows", &sb);
	strbuf_init(&sb, sb_text, sizeof(sb_text));
	put_side(&sb, explain_dir_name(w->dir), &w->after[w->dir]);
	fact(p, "", &sb);
}

static void
step_timer(struct explain_print *p, const struct clew_explain_timer *t)
{
	WORDS(sb);

	if (t->has_before) {
		explain_put_ms(&sb, t->before_ms);
		strbuf_puts(&sb, " left, ");
	}
	if (t->setting != NULL) {
		strbuf_puts(&sb, t->has_before ? "now " : "");
		explain_put_ms(&sb, t->after_ms);
		if (t->policy != NULL)
			strbuf_printf(&sb, " (policy \"%s\" for %s)",
				      t->policy, t->setting);
		else
			strbuf_printf(&sb, " (%s)", t->setting);
	} else if (t->is_fixed) {
		strbuf_puts(&sb, "fixed: never renewed");
	} else if (t->has_before && t->after_ms == t->before_ms) {
		strbuf_puts(&sb, "not renewed");
	} else {
		strbuf_puts(&sb, t->has_before ? "now " : "");
		explain_put_ms(&sb, t->after_ms);
	}
	fact(p, "timeout", &sb);
}

static void
step_track(struct explain_print *p, const struct clew_explain_track *t)
{
	WORDS(sb);

	if (t->is_cut) {
		strbuf_puts(&sb, "the capture ends before a header that is "
			    "needed: not judged");
	} else {
		strbuf_puts(&sb, clew_ct_state_name(t->ct_state));
		if (t->conn != 0)
			strbuf_printf(&sb, ", %s direction",
				      explain_dir_name((enum clew_dir)t->dir));
	}
	if (!(t->status_before & CLEW_STATUS_SEEN_REPLY) &&
	    t->status & CLEW_STATUS_SEEN_REPLY && t->status_before)
		strbuf_puts(&sb, "; first answer seen");
	if (!(t->status_before & CLEW_STATUS_ASSURED) &&
	    t->status & CLEW_STATUS_ASSURED && t->status_before)
		strbuf_puts(&sb, "; now ASSURED");
	fact(p, "ct state", &sb);
	if (t->reason == CLEW_WHY_NONE)
		return;
	strbuf_init(&sb, sb_text, sizeof(sb_text));
	explain_put_reason(&sb, (enum clew_reason)t->reason, t->detail);
	fact(p, "because", &sb);
}

static void
step_confirm(struct explain_print *p, const struct clew_explain_confirm *c)
{
	WORDS(sb);

	if (c->is_inserted)
		strbuf_puts(&sb, "entered the table");
	else if (c->is_resolved)
		strbuf_puts(&sb, "another had the tuple first: the packet is "
			    "that one's now: ");
	else if (c->other != 0)
		strbuf_puts(&sb, "refused: the tuple is taken by ");
	else
		strbuf_puts(&sb, "refused");
	if (c->other != 0 && !c->is_inserted)
		put_conn(p, &sb, c->other);
	fact(p, "confirm", &sb);
}

/* Rules. */

static void
step_chain(struct explain_print *p, const struct clew_explain_chain *c)
{
	p->indent = level_of(p)->base;
	line(p, "chain %s %s %s (%s, priority %d, policy %s)",
	     clew_table_family_name(c->rule.family), c->rule.table,
	     c->rule.chain, c->type, c->priority,
	     explain_verdict_word(c->policy));
}

/* What its expressions see goes to a page of its own. */
static void
begin_rule(struct explain_print *p, const struct clew_explain_rule *r)
{
	struct explain_level *level = level_of(p);

	if (p->nest + 1 == EXPLAIN_NEST)
		return;
	page_close(&p->page[p->nest + 1]);
	if (!page_open(&p->page[p->nest + 1]))
		return;
	p->nest++;
	level->is_in_rule = true;
	level->detail = level->base + 2 + 4 * r->depth + DETAIL_INDENT;
}

static void
end_rule(struct explain_print *p, const struct clew_explain_rule *r)
{
	struct explain_level *level = level_of(p);
	struct page *details = &p->page[p->nest];
	bool matches = r->verdict != VERDICT_BREAK;
	const char *text = p->names->rule != NULL ?
			   p->names->rule(p->names->ctx, &r->rule) : NULL;
	WORDS(sb);

	if (!level->is_in_rule)
		return;
	level->is_in_rule = false;
	p->nest--;
	if (matches || !p->is_brief) {
		if (text != NULL)
			strbuf_puts(&sb, text);
		else
			strbuf_printf(&sb, "rule with handle %" PRIu64,
				      r->rule.handle);
		p->indent = level->base + 2 + 4 * r->depth;
		line(p, "%-9s  %s", matches ? "matches" : "no match", sb.text);
		fputs(page_text(details), p->page[p->nest].out);
		p->indent += DETAIL_INDENT;
	}
	page_close(details);
	if (matches && r->verdict != VERDICT_CONTINUE)
		line(p, "%s%s%s", explain_verdict_word(r->verdict),
		     r->jump ? " " : "", r->jump ? r->jump : "");
}

/* "yes  tcp dport 22 == 22" */
static void
step_match(struct explain_print *p, const struct clew_explain_match *m)
{
	WORDS(sb);

	strbuf_puts(&sb, m->what);
	if (m->saw[0] != '\0')
		strbuf_printf(&sb, " %s", m->saw);
	if (m->op[0] != '\0')
		strbuf_printf(&sb, " %s", m->op);
	if (m->wanted[0] != '\0')
		strbuf_printf(&sb, " %s", m->wanted);
	if (m->note[0] != '\0')
		strbuf_printf(&sb, "; %s", m->note);
	line(p, "%-4s %s", !m->is_question ? "" : m->holds ? "yes" : "no",
	     sb.text);
}

/* NAT. */

static void
put_range(struct strbuf *sb, const struct clew_explain_nat *n)
{
	enum {
		MAP_IPS = 1, PROTO_SPECIFIED = 2, PROTO_RANDOM = 4,
		PERSISTENT = 8, PROTO_RANDOM_FULLY = 16, PROTO_OFFSET = 32,
		NETMAP = 64,
	};
	char low[INET6_ADDRSTRLEN], high[INET6_ADDRSTRLEN];

	if (n->flags & MAP_IPS) {
		explain_address(low, n->family, &n->min_addr);
		explain_address(high, n->family, &n->max_addr);
		strbuf_printf(sb, "%s", low);
		if (strcmp(low, high) != 0)
			strbuf_printf(sb, " to %s", high);
	} else {
		strbuf_puts(sb, "the address it has");
	}
	if (n->flags & PROTO_SPECIFIED) {
		strbuf_printf(sb, ", port %u", n->min_port);
		if (n->max_port != n->min_port)
			strbuf_printf(sb, " to %u", n->max_port);
	}
	if (n->flags & PROTO_RANDOM)
		strbuf_puts(sb, ", random");
	if (n->flags & PROTO_RANDOM_FULLY)
		strbuf_puts(sb, ", fully random");
	if (n->flags & PERSISTENT)
		strbuf_puts(sb, ", persistent");
	if (n->flags & PROTO_OFFSET)
		strbuf_puts(sb, ", shifted");
	if (n->flags & NETMAP)
		strbuf_puts(sb, ", prefix");
}

static const char *
side_name(const struct clew_explain_nat *n)
{
	return n->side == CLEW_NAT_SOURCE ? "snat" : "dnat";
}

static void
step_nat_range(struct explain_print *p, const struct clew_explain_nat *n)
{
	WORDS(sb);

	p->tries = p->taken = 0;
	if (n->is_null)
		return;
	strbuf_puts(&sb, "asked for: ");
	put_range(&sb, n);
	fact(p, side_name(n), &sb);
}

static void
step_nat_try(struct explain_print *p, const struct clew_explain_nat *n)
{
	static const char *const how[] = {
		[CLEW_NAT_AS_IS] = "as it is",
		[CLEW_NAT_AS_BEFORE] = "as this source was mapped before",
		[CLEW_NAT_OWN_PORT] = "with the port it has",
		[CLEW_NAT_OTHER_PORT] = "with a port of the range",
	};
	WORDS(sb);

	p->tries++;
	if (!n->is_free && n->how == CLEW_NAT_OTHER_PORT &&
	    p->tries > TRIES_SHOWN) {
		p->taken++;
		return;
	}
	if (n->is_free && (n->is_null || n->how == CLEW_NAT_AS_IS))
		return;			/* nothing to be told */
	explain_put_tuple(&sb, &n->after);
	strbuf_printf(&sb, ", %s: ", how[n->how]);
	if (n->is_evicted)
		strbuf_puts(&sb, "free, for this is ended: ");
	else if (n->is_free)
		strbuf_puts(&sb, "free");
	else
		strbuf_printf(&sb, "taken by the %s direction of ",
			      explain_dir_name(n->owner_dir));
	if (n->owner != 0)
		put_conn(p, &sb, n->owner);
	fact(p, "candidate", &sb);
}

static void
step_nat_bound(struct explain_print *p, const struct clew_explain_nat *n)
{
	bool is_same = memcmp(&n->before, &n->after, sizeof(n->after)) == 0;
	WORDS(sb);

	if (p->taken > 0) {
		strbuf_printf(&sb, "%u more, all taken", p->taken);
		fact(p, "candidate", &sb);
		strbuf_init(&sb, sb_text, sizeof(sb_text));
	}
	if (n->is_null && is_same)
		return;
	explain_put_tuple(&sb, &n->before);
	if (is_same) {
		strbuf_puts(&sb, " stays as it is");
	} else {
		strbuf_puts(&sb, " becomes ");
		explain_put_tuple(&sb, &n->after);
	}
	if (n->is_exhausted) {
		strbuf_puts(&sb, ", though it is taken by ");
		put_conn(p, &sb, n->owner);
	}
	fact(p, "mapping", &sb);
}

static void
step_nat(struct explain_print *p, const struct clew_explain_nat *n)
{
	WORDS(sb);

	explain_put_tuple(&sb, &n->before);
	strbuf_puts(&sb, " translated to ");
	explain_put_tuple(&sb, &n->after);
	fact(p, side_name(n), &sb);
}

/* Routes. */

static void
step_route(struct explain_print *p, const struct clew_explain_route *r)
{
	char dst[INET6_ADDRSTRLEN];
	WORDS(sb);

	explain_address(dst, r->family, &r->dst);
	strbuf_printf(&sb, "%s", dst);
	if (r->iif != 0) {
		strbuf_puts(&sb, " from ");
		explain_put_iface(&sb, p->names, r->iif);
	}
	if (r->mark != 0)
		strbuf_printf(&sb, " mark 0x%x", r->mark);
	strbuf_puts(&sb, ": ");
	if (r->reason != CLEW_WHY_NONE) {
		explain_put_reason(&sb, (enum clew_reason)r->reason, NULL);
	} else if (r->type == CLEW_ROUTE_LOCAL ||
		   r->type == CLEW_ROUTE_BROADCAST ||
		   r->type == CLEW_ROUTE_MULTICAST) {
		strbuf_printf(&sb, "for this host (%s)",
			      explain_route_name(r->type));
	} else {
		strbuf_puts(&sb, "leaves by ");
		explain_put_iface(&sb, p->names, r->oif);
		explain_address(dst, r->family, &r->via);
		if (r->has_via)
			strbuf_printf(&sb, " via %s", dst);
		else
			strbuf_puts(&sb, ", on link");
		strbuf_printf(&sb, " (prefix /%u)", r->prefix);
	}
	fact(p, "route", &sb);
}

static void
step_forward(struct explain_print *p, const struct clew_explain_route *r)
{
	const char *ttl = r->family == CLEW_IPV4 ? "TTL" : "hop limit";
	WORDS(sb);

	strbuf_printf(&sb, "%s %u", ttl, r->ttl);
	if (r->ttl <= 1)
		strbuf_puts(&sb, " is used up");
	else
		strbuf_printf(&sb, ", leaves with %u", r->ttl - 1u);
	strbuf_printf(&sb, "; %u bytes, MTU %u%s", r->len, r->mtu,
		      r->len <= r->mtu ? "" : r->is_df ?
		      ", too big and not to be fragmented" :
		      ", to be fragmented");
	fact(p, "forward", &sb);
}

/* The rest. */

static void
step_fragment(struct explain_print *p, const struct clew_explain_fragment *f)
{
	WORDS(sb);

	strbuf_printf(&sb, "bytes %u to %u%s: ", f->offset,
		      f->offset + f->len, f->is_last ? ", the last" : "");
	if (f->reason != CLEW_WHY_NONE)
		explain_put_reason(&sb, (enum clew_reason)f->reason, NULL);
	else if (f->is_held)
		strbuf_puts(&sb, "kept until the others come");
	else if (f->is_whole)
		strbuf_printf(&sb, "the datagram is complete: %u parts, %u "
			      "bytes; what follows is of the whole",
			      f->parts, f->size);
	else
		strbuf_puts(&sb, "passed on alone");
	fact(p, "fragment", &sb);
}

static void
put_layer(struct strbuf *sb, const struct layer *layer)
{
	for (size_t i = 0; i < layer->fields; i++) {
		const struct layer_field *f = &layer->field[i];

		if (i > 0)
			strbuf_puts(sb, f->label[0] == '>' ||
				    f->label[0] == '\0' ? " " : "  ");
		if (f->label[0] != '\0')
			strbuf_printf(sb, "%s ", f->label);
		strbuf_puts(sb, f->value);
	}
}

static void
step_answer(struct explain_print *p, const struct clew_explain_answer *a)
{
	struct layers layers;
	struct clew_tuple t;
	WORDS(sb);

	layers_read(&layers, NULL, 0, a->data, a->len, a->len);
	if (clew_tuple_read(&t, a->data, a->len))
		explain_put_tuple(&sb, &t);
	for (size_t i = 0; i < layers.count && i < 2; i++) {
		const struct layer *l = &layers.layer[i];

		for (size_t k = 0; k < l->fields; k++) {
			if (strcmp(l->field[k].name, "flags") == 0)
				strbuf_printf(&sb, " %s", l->field[k].value);
		}
	}
	if (!a->is_attached)
		strbuf_puts(&sb, ", no part of the connection");
	fact(p, "sends", &sb);
	if (p->depth + 1 < EXPLAIN_LEVELS)
		p->level[p->depth + 1] = (struct explain_level){
			.base = p->indent + 4,
		};
}

static void
step_leave(struct explain_print *p, const struct clew_explain_leave *l)
{
	struct clew_tuple t;
	WORDS(sb);

	if (!l->is_local && !l->is_changed && l->oif == 0)
		return;
	if (l->is_local) {
		strbuf_puts(&sb, "delivered to this host");
	} else if (l->oif != 0) {
		explain_put_iface(&sb, p->names, l->oif);
	}
	if (l->is_changed && clew_tuple_read(&t, l->data, l->len)) {
		strbuf_puts(&sb, sb.len > 0 ? " as " : "as ");
		explain_put_tuple(&sb, &t);
	}
	fact(p, "leaves", &sb);
}

static void
step_drop(struct explain_print *p, uint8_t reason)
{
	WORDS(sb);

	explain_put_reason(&sb, (enum clew_reason)reason, NULL);
	fact(p, "dropped", &sb);
}

/* What is left out where only the deciding part is wanted. */
static bool
is_aside(const struct clew_explain *step)
{
	switch (step->kind) {
	case CLEW_EXPLAIN_TIMER:
	case CLEW_EXPLAIN_LEAVE:
	case CLEW_EXPLAIN_FORWARD:
	case CLEW_EXPLAIN_NAT:
		return true;
	case CLEW_EXPLAIN_ROUTE:
		return step->u.route.reason == CLEW_WHY_NONE;
	case CLEW_EXPLAIN_RETURN:
		return true;
	default:
		return false;
	}
}

void
explain_text_step(struct explain_print *p, const struct clew_explain *step)
{
	const struct explain_level *level = level_of(p);

	p->indent = level->is_in_rule ? level->detail : level->base;
	if (p->is_brief && (p->depth > 0 || is_aside(step)))
		return;
	switch (step->kind) {
	case CLEW_EXPLAIN_HOOK:		/* said with its first line */
		p->hook = explain_hook_name(step->hook);
		break;
	case CLEW_EXPLAIN_FRAGMENT: step_fragment(p, &step->u.fragment); break;
	case CLEW_EXPLAIN_LOOKUP: step_lookup(p, &step->u.lookup); break;
	case CLEW_EXPLAIN_CELL: step_cell(p, &step->u.cell); break;
	case CLEW_EXPLAIN_WINDOW: step_window(p, &step->u.window); break;
	case CLEW_EXPLAIN_TIMER: step_timer(p, &step->u.timer); break;
	case CLEW_EXPLAIN_TRACK: step_track(p, &step->u.track); break;
	case CLEW_EXPLAIN_CHAIN: step_chain(p, &step->u.chain); break;
	case CLEW_EXPLAIN_RULE: begin_rule(p, &step->u.rule); break;
	case CLEW_EXPLAIN_MATCH: step_match(p, &step->u.match); break;
	case CLEW_EXPLAIN_VERDICT: end_rule(p, &step->u.rule); break;
	case CLEW_EXPLAIN_RETURN:
		p->indent = level->base + 2 + 4 * step->u.rule.depth;
		line(p, "end of chain %s", step->u.rule.rule.chain);
		break;
	case CLEW_EXPLAIN_POLICY:
		p->indent = level->base + 2;
		line(p, "policy %s", explain_verdict_word(step->u.rule.verdict));
		break;
	case CLEW_EXPLAIN_NAT_RANGE: step_nat_range(p, &step->u.nat); break;
	case CLEW_EXPLAIN_NAT_TRY: step_nat_try(p, &step->u.nat); break;
	case CLEW_EXPLAIN_NAT_BOUND: step_nat_bound(p, &step->u.nat); break;
	case CLEW_EXPLAIN_NAT: step_nat(p, &step->u.nat); break;
	case CLEW_EXPLAIN_ROUTE: step_route(p, &step->u.route); break;
	case CLEW_EXPLAIN_FORWARD: step_forward(p, &step->u.route); break;
	case CLEW_EXPLAIN_CONFIRM: step_confirm(p, &step->u.confirm); break;
	case CLEW_EXPLAIN_ANSWER: step_answer(p, &step->u.answer); break;
	case CLEW_EXPLAIN_DROP: step_drop(p, step->u.drop); break;
	case CLEW_EXPLAIN_LEAVE: step_leave(p, &step->u.leave); break;
	}
}

void
explain_text_event(struct explain_print *p, const struct clew_event *event)
{
	static const char *const types[] = {
		[CLEW_EVENT_NEW] = "[NEW]",
		[CLEW_EVENT_UPDATE] = "[UPDATE]",
		[CLEW_EVENT_DESTROY] = "[DESTROY]",
	};
	WORDS(sb);

	explain_put_event_bits(&sb, event->bits);
	strbuf_puts(&sb, sb.len > 0 ? ": " : "");
	if (event->ct->has & CLEW_HAS_ORIG)
		explain_put_tuple(&sb, &event->ct->tuple[CLEW_DIR_ORIG]);
	fprintf(p->events.out, "  %-*s %s\n", LABEL_WIDTH,
		types[event->type], sb.text);
}

/* The head: what came of it. */

static void
put_fate(struct strbuf *sb, const struct lane_fate *fate,
	 const struct clew_trace_names *names)
{
	const struct clew_packet *packet = &fate->packet;

	if (!fate->was_fed) {
		strbuf_puts(sb, "not put through: the gateway has no part "
			    "in it");
		return;
	}
	strbuf_puts(sb, explain_fate_word(fate));
	if (!(packet->result & CLEW_RES_CUT) && !fate->ruled.is_held)
		strbuf_printf(sb, ", ct state %s",
			      clew_ct_state_name(packet->ct_state));
	if (fate->ruled.has_after && packet->verdict == CLEW_ACCEPT) {
		strbuf_puts(sb, ", leaves as ");
		explain_put_tuple(sb, &fate->ruled.after);
	}
	if (packet->reason != CLEW_WHY_NONE &&
	    packet->reason != CLEW_WHY_RULE) {
		strbuf_puts(sb, ": ");
		explain_put_reason(sb, (enum clew_reason)packet->reason,
				   &packet->detail);
	}
	if (packet->detail.dropped != CLEW_WHY_NONE &&
	    packet->detail.dropped != CLEW_WHY_RULE) {
		strbuf_puts(sb, "; dropped: ");
		explain_put_reason(sb, (enum clew_reason)packet->
				   detail.dropped, NULL);
	} else if (explain_is_ruled(fate)) {
		strbuf_puts(sb, "; by ");
		explain_put_rule(sb, names, &fate->ruled.rule);
	}
}

static void
print_layers(FILE *out, const struct clew_packet *packet)
{
	const uint8_t *l2 = packet->l2_offset < packet->l3_offset ?
			    packet->data + packet->l2_offset : NULL;
	uint32_t at = packet->l3_offset;
	struct layers layers;

	layers_read(&layers, l2, l2 ? at - packet->l2_offset : 0u,
		    packet->data + at, packet->caplen - at, packet->len - at);
	for (size_t i = 0; i < layers.count; i++) {
		WORDS(sb);

		put_layer(&sb, &layers.layer[i]);
		fprintf(out, "  %-*s %s\n", LABEL_WIDTH,
			layers.layer[i].name, sb.text);
	}
}

static void
print_ifs(const struct explain_print *p, FILE *out,
	  const struct explain_packet *packet)
{
	const char *between = "  the same with ";
	bool has_same = false, has_other = false;

	for (size_t i = 0; i < packet->ifs_count; i++)
		has_other |= packet->ifs[i].differs;
	if (packet->ifs_count > 0 && (has_other || !p->is_brief))
		fputs("what if\n", out);
	for (size_t i = 0; i < packet->ifs_count; i++) {
		const struct explain_if *x = &packet->ifs[i];
		WORDS(sb);

		if (!x->differs)
			continue;
		put_fate(&sb, &x->fate, x->names);
		fprintf(out, "  with %s=%" PRIu64 ": %s\n", x->name, x->value,
			sb.text);
	}
	for (size_t i = 0; i < packet->ifs_count && !p->is_brief; i++) {
		const struct explain_if *x = &packet->ifs[i];

		if (x->differs)
			continue;
		fprintf(out, "%s%s=%" PRIu64, between, x->name, x->value);
		between = ", ";
		has_same = true;
	}
	if (has_same)
		putc('\n', out);
}

static void
print_head(struct explain_print *p, FILE *out,
	   const struct explain_packet *packet)
{
	const struct clew_packet *in = &packet->fate->packet;
	const char *hint;
	WORDS(sb);

	fprintf(out, "packet %" PRIu64, packet->origin.number);
	if (packet->origin.file != NULL)
		fprintf(out, " of %s", packet->origin.file);
	fprintf(out, " at %" PRIu64 ".%09u\n",
		packet->origin.time_ns / 1000000000,
		(unsigned)(packet->origin.time_ns % 1000000000));
	print_layers(out, in);
	if (in->ifindex != 0 && p->names->interface != NULL &&
	    p->names->interface(p->names->ctx, in->ifindex) != NULL) {
		explain_put_iface(&sb, p->names, in->ifindex);
		fprintf(out, "  %-*s %s\n", LABEL_WIDTH, "comes in by",
			sb.text);
		strbuf_init(&sb, sb_text, sizeof(sb_text));
	}
	put_fate(&sb, packet->fate, p->names);
	fprintf(out, "  %-*s %s\n", LABEL_WIDTH, "outcome", sb.text);
	hint = packet->fate->was_fed ?
	       explain_hint((enum clew_reason)in->reason) : "";
	if (hint[0] != '\0')
		fprintf(out, "  %-*s %s\n", LABEL_WIDTH, "", hint);
}

void
explain_text_packet(struct explain_print *p, FILE *out,
		    const struct explain_packet *packet)
{
	print_head(p, out, packet);
	fputs(page_text(&p->page[0]), out);
	if (p->events_count > 0 && !p->is_brief) {
		fputs("events\n", out);
		fputs(page_text(&p->events), out);
	}
	print_ifs(p, out, packet);
}
