/* SPDX-License-Identifier: BSD-2-Clause
 * text/trace.c - what rules, NAT and routes did to a packet, as lines in the
 * style of 'nft monitor trace', and as JSON.
 *
 * The lines about chains and rules are nft 1.0.6's own, to the blank at
 * their end.  nft has no words for what happens between the chains: those
 * lines begin the same way and go on with a word of ours. */
#include <inttypes.h>

#include "text/parts.h"
#include "text/trace.h"

/* NFT_* of linux/netfilter/nf_tables.h, and NF_*. */
enum {
	VERDICT_CONTINUE = -1,
	VERDICT_BREAK = -2,
	VERDICT_JUMP = -3,
	VERDICT_GOTO = -4,
	VERDICT_RETURN = -5,
	VERDICT_DROP = 0,
	VERDICT_ACCEPT = 1,
	VERDICT_STOLEN = 2,
	VERDICT_QUEUE = 3,
};

static const char *const type_words[] = {
	[CLEW_TRACE_PACKET]	= "packet",
	[CLEW_TRACE_RULE]	= "rule",
	[CLEW_TRACE_RETURN]	= "return",
	[CLEW_TRACE_POLICY]	= "policy",
	[CLEW_TRACE_TRACK]	= "conntrack",
	[CLEW_TRACE_NAT]	= "nat",
	[CLEW_TRACE_ROUTE]	= "route",
	[CLEW_TRACE_DROP]	= "drop",
};

const char *
clew_table_family_name(uint8_t family)
{
	switch (family) {
	case 1:		return "inet";
	case 2:		return "ip";
	case 3:		return "arp";
	case 5:		return "netdev";
	case 7:		return "bridge";
	case 10:	return "ip6";
	default:	return "unknown";
	}
}

const char *
clew_ct_state_name(uint8_t state)
{
	static const char *const names[] = {
		[CLEW_CT_INVALID]	= "invalid",
		[CLEW_CT_NEW]		= "new",
		[CLEW_CT_ESTABLISHED]	= "established",
		[CLEW_CT_RELATED]	= "related",
		[CLEW_CT_UNTRACKED]	= "untracked",
	};

	return state < sizeof(names) / sizeof(names[0]) ? names[state] :
							  "unknown";
}

/* What stands in the upper bits of a verdict is a queue or an errno. */
static const char *
verdict_word(int32_t verdict)
{
	switch (verdict) {
	case VERDICT_CONTINUE:	return "continue";
	case VERDICT_BREAK:	return "break";
	case VERDICT_JUMP:	return "jump";
	case VERDICT_GOTO:	return "goto";
	case VERDICT_RETURN:	return "return";
	default:
		break;
	}
	switch (verdict & 0xff) {
	case VERDICT_DROP:	return "drop";
	case VERDICT_ACCEPT:	return "accept";
	case VERDICT_STOLEN:	return "stolen";
	case VERDICT_QUEUE:	return "queue";
	default:		return "unknown";
	}
}

static bool
is_of_chain(const struct clew_trace *t)
{
	return t->type <= CLEW_TRACE_POLICY;
}

static void
put_verdict(struct strbuf *sb, const struct clew_trace *t)
{
	strbuf_puts(sb, verdict_word(t->verdict));
	if (t->jump != NULL &&
	    (t->verdict == VERDICT_JUMP || t->verdict == VERDICT_GOTO))
		strbuf_printf(sb, " %s", t->jump);
}

static void
put_rule(struct strbuf *sb, const struct clew_trace *t,
	 const struct clew_trace_names *names)
{
	const char *text = names->rule != NULL ?
			   names->rule(names->ctx, &t->rule) : NULL;

	if (text != NULL)
		strbuf_printf(sb, "%s ", text);
	else
		strbuf_printf(sb, "handle %" PRIu64 " ", t->rule.handle);
}

static void
put_interface(struct strbuf *sb, const char *word, uint32_t index,
	      const struct clew_trace_names *names)
{
	const char *name;

	if (index == 0)
		return;
	name = names->interface != NULL ?
	       names->interface(names->ctx, index) : NULL;
	if (name != NULL)
		strbuf_printf(sb, "%s \"%s\" ", word, name);
	else
		strbuf_printf(sb, "%s %" PRIu32 " ", word, index);
}

static void
put_mark(struct strbuf *sb, const struct clew_trace *t)
{
	if (t->mark != 0)
		strbuf_printf(sb, "meta mark 0x%08" PRIx32 " ", t->mark);
}

static void
put_track(struct strbuf *sb, const struct clew_trace *t)
{
	if (t->conn != 0)
		strbuf_printf(sb, "ct direction %s ",
			      t->dir == CLEW_DIR_REPLY ? "reply" : "original");
	strbuf_printf(sb, "ct state %s ", clew_ct_state_name(t->ct_state));
	if (t->reason != CLEW_WHY_NONE)
		strbuf_printf(sb, "reason %s ",
			      clew_reason_name((enum clew_reason)t->reason));
}

static void
put_note(struct strbuf *sb, const struct clew_trace *t)
{
	if (t->note != NULL && *t->note != '\0')
		strbuf_printf(sb, "%s ", t->note);
}

static void
put_body(struct strbuf *sb, const struct clew_trace *t,
	 const struct clew_trace_names *names)
{
	switch (t->type) {
	case CLEW_TRACE_PACKET:
		put_interface(sb, "iif", t->iif, names);
		put_interface(sb, "oif", t->oif, names);
		trace_put_headers(sb, t);
		break;
	case CLEW_TRACE_RULE:
		put_rule(sb, t, names);
		strbuf_puts(sb, "(verdict ");
		put_verdict(sb, t);
		strbuf_putc(sb, ')');
		break;
	case CLEW_TRACE_RETURN:
	case CLEW_TRACE_POLICY:
		put_verdict(sb, t);
		strbuf_putc(sb, ' ');
		put_mark(sb, t);
		break;
	case CLEW_TRACE_TRACK:
		put_track(sb, t);
		break;
	case CLEW_TRACE_NAT:
		put_note(sb, t);
		trace_put_flow(sb, t->data, t->len);
		break;
	case CLEW_TRACE_ROUTE:
		put_interface(sb, "oif", t->oif, names);
		put_note(sb, t);
		break;
	case CLEW_TRACE_DROP:
		put_note(sb, t);
		if (t->reason != CLEW_WHY_NONE)
			strbuf_printf(sb, "reason %s ", clew_reason_name(
				(enum clew_reason)t->reason));
		break;
	}
}

size_t
clew_text_trace(char *buf, size_t size, const struct clew_trace *t,
		const struct clew_trace_names *names)
{
	struct strbuf sb;

	strbuf_init(&sb, buf, size);
	if (t->type == CLEW_TRACE_RETURN && t->verdict == VERDICT_CONTINUE)
		return 0;	/* a base chain's end: its policy follows */
	strbuf_printf(&sb, "trace id %08" PRIx32 " ", t->id);
	if (is_of_chain(t))
		strbuf_printf(&sb, "%s %s %s ",
			      clew_table_family_name(t->rule.family),
			      t->rule.table, t->rule.chain);
	strbuf_puts(&sb, type_words[t->type]);
	/* nft has a colon behind what is not followed by rule or verdict */
	strbuf_puts(&sb, t->type == CLEW_TRACE_PACKET || !is_of_chain(t) ?
			 ": " : " ");
	put_body(&sb, t, names);
	return sb.len;
}

static void
put_json_string(struct strbuf *sb, const char *name, const char *text)
{
	if (text == NULL)
		return;
	strbuf_printf(sb, ",\"%s\":", name);
	strbuf_put_json(sb, text);
}

static void
put_json_interface(struct strbuf *sb, const char *word, uint32_t index,
		   const struct clew_trace_names *names)
{
	const char *name;
	char number[12];
	struct strbuf text;

	if (index == 0)
		return;
	name = names->interface != NULL ?
	       names->interface(names->ctx, index) : NULL;
	if (name == NULL) {
		strbuf_init(&text, number, sizeof(number));
		strbuf_put_u64(&text, index);
		name = number;
	}
	put_json_string(sb, word, name);
}

/* The words of a line's part, less the blank at their end, as a string. */
static void
put_json_words(struct strbuf *sb, const char *name,
	       void (*put)(struct strbuf *words, const struct clew_trace *t),
	       const struct clew_trace *t)
{
	char text[1024];
	struct strbuf words;

	strbuf_init(&words, text, sizeof(text));
	put(&words, t);
	if (words.len > 0 && words.len < sizeof(text))
		text[words.len - 1] = '\0';
	if (words.len > 0)
		put_json_string(sb, name, text);
}

static void
put_flow(struct strbuf *sb, const struct clew_trace *t)
{
	trace_put_flow(sb, t->data, t->len);
}

static void
put_json_chain(struct strbuf *sb, const struct clew_trace *t,
	       const struct clew_trace_names *names)
{
	put_json_string(sb, "family", clew_table_family_name(t->rule.family));
	put_json_string(sb, "table", t->rule.table);
	put_json_string(sb, "chain", t->rule.chain);
	if (t->type == CLEW_TRACE_RULE) {
		strbuf_printf(sb, ",\"handle\":%" PRIu64, t->rule.handle);
		put_json_string(sb, "rule", names->rule != NULL ?
				names->rule(names->ctx, &t->rule) : NULL);
	}
	if (t->type == CLEW_TRACE_PACKET) {
		put_json_words(sb, "headers", trace_put_headers, t);
		return;
	}
	put_json_string(sb, "verdict", verdict_word(t->verdict));
	if (t->verdict == VERDICT_JUMP || t->verdict == VERDICT_GOTO)
		put_json_string(sb, "target", t->jump);
}

size_t
clew_json_trace(char *buf, size_t size, const struct clew_trace *t,
		uint64_t packet, const struct clew_trace_names *names)
{
	struct strbuf sb;

	strbuf_init(&sb, buf, size);
	strbuf_printf(&sb, "{\"type\":\"trace\",\"packet\":%" PRIu64
		      ",\"id\":%" PRIu32 ",\"step\":\"%s\"", packet, t->id,
		      type_words[t->type]);
	if (t->is_generated)
		strbuf_puts(&sb, ",\"generated\":true");
	if (is_of_chain(t))
		put_json_chain(&sb, t, names);
	put_json_interface(&sb, "iif", t->iif, names);
	put_json_interface(&sb, "oif", t->oif, names);
	if (t->mark != 0)
		strbuf_printf(&sb, ",\"mark\":%" PRIu32, t->mark);
	if (t->type == CLEW_TRACE_TRACK) {
		put_json_string(&sb, "ct_state",
				clew_ct_state_name(t->ct_state));
		if (t->conn != 0)
			put_json_string(&sb, "ct_direction",
					t->dir == CLEW_DIR_REPLY ?
					"reply" : "original");
	}
	if (t->type == CLEW_TRACE_NAT)
		put_json_words(&sb, "tuple", put_flow, t);
	if (!is_of_chain(t) && t->reason != CLEW_WHY_NONE)
		put_json_string(&sb, "reason", clew_reason_name(
			(enum clew_reason)t->reason));
	if (!is_of_chain(t))
		put_json_string(&sb, "note", t->note);
	strbuf_putc(&sb, '}');
	return sb.len;
}
