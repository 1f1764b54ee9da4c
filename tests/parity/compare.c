/* SPDX-License-Identifier: BSD-2-Clause
 * parity/compare.c - the first difference between two outcomes.
 *
 * Snapshots are compared field by field, 'has' included, which is stricter
 * than comparing lines.  What can not be equal is compared by meaning: ids
 * must correspond one to one, time stamps must be present, and a timeout may
 * be one second less on Linux, which rounds after its clock went on.  In the
 * final table it may be less by the time the run took, and no more. */
#include "parity/compare.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Pairs of ids that were seen on the same connection. */
struct pair {
	uint32_t kernel;
	uint32_t clew;
	bool used;
	bool dead;
};

struct pairs {
	struct pair *slot;
	size_t size;		/* power of two, at least twice what can come */
};

struct text {
	char *buf;
	size_t size;
	size_t len;
};

static void __attribute__((format(printf, 2, 3)))
say(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	if (t->len + 1 >= t->size)
		return;
	va_start(ap, format);
	n = vsnprintf(t->buf + t->len, t->size - t->len, format, ap);
	va_end(ap);
	if (n > 0)
		t->len += n;
	if (t->len >= t->size)
		t->len = t->size - 1;
}

static void
tuple_text(struct text *out, const struct clew_tuple *t)
{
	int family = t->family == CLEW_IPV4 ? AF_INET : AF_INET6;
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];

	inet_ntop(family, &t->src, src, sizeof(src));
	inet_ntop(family, &t->dst, dst, sizeof(dst));
	say(out, "%u %s", t->protocol, src);
	if (t->protocol == 1 || t->protocol == 58)
		say(out, ">%s %u/%u/%u", dst, t->part.icmp.type,
		    t->part.icmp.code, ntohs(t->part.icmp.id_be));
	else
		say(out, ":%u>%s:%u", ntohs(t->part.port.sport_be), dst,
		    ntohs(t->part.port.dport_be));
	if (t->zone)
		say(out, " zone %u", t->zone);
}

static void
status_text(struct text *out, uint32_t status)
{
	static const char *const names[] = {
		"expected", "seen_reply", "assured", "confirmed", "snat",
		"dnat", "seqadj", "snat_done", "dnat_done", "dying",
		"fixed_timeout", "template", "nat_clash", "helper", "offload",
		"hw_offload",
	};
	unsigned i;

	say(out, " status=%x(", status);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (status >> i & 1)
			say(out, " %s", names[i]);
	say(out, " )");
}

size_t
snapshot_text(char *buf, size_t size, const struct clew_snapshot *ct)
{
	static const char *const states[] = {
		"NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT",
		"CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2",
	};
	struct text t = { buf, size, 0 };
	unsigned d, i;

	if (ct->has & CLEW_HAS_ORIG)
		tuple_text(&t, &ct->tuple[0]);
	if (ct->has & CLEW_HAS_REPLY) {
		say(&t, " / ");
		tuple_text(&t, &ct->tuple[1]);
	}
	if (ct->has & CLEW_HAS_TIMEOUT)
		say(&t, " timeout=%u", ct->timeout_s);
	if (ct->has & CLEW_HAS_STATE) {
		if (ct->tuple[0].protocol == 6 && ct->state < 10)
			say(&t, " state=%s", states[ct->state]);
		else
			say(&t, " state=%u", ct->state);
	}
	if (ct->has & CLEW_HAS_STATUS)
		status_text(&t, ct->status);
	for (d = 0; d < 2 && ct->has & CLEW_HAS_PROTOINFO; d++)
		say(&t, " [scale=%u flags=%x vtag=%u]", ct->tcp_scale[d],
		    ct->tcp_flags[d], ct->sctp_vtag[d]);
	for (d = 0; d < 2 && ct->has & CLEW_HAS_COUNTERS; d++)
		say(&t, " count=%" PRIu64 ",%" PRIu64, ct->counter[d].packets,
		    ct->counter[d].bytes);
	if (ct->has & CLEW_HAS_START)
		say(&t, " start=%" PRIu64, ct->start_ns);
	if (ct->has & CLEW_HAS_STOP)
		say(&t, " stop=%" PRIu64, ct->stop_ns);
	if (ct->has & CLEW_HAS_EVENT_TIME)
		say(&t, " event-time=%" PRIu64, ct->event_ns);
	if (ct->has & CLEW_HAS_MARK)
		say(&t, " mark=%u", ct->mark);
	if (ct->has & CLEW_HAS_ZONE)
		say(&t, " zone=%u", ct->zone);
	if (ct->has & CLEW_HAS_ZONE_ORIG)
		say(&t, " zone-orig=%u", ct->tuple[0].zone);
	if (ct->has & CLEW_HAS_ZONE_REPLY)
		say(&t, " zone-reply=%u", ct->tuple[1].zone);
	if (ct->has & CLEW_HAS_ID)
		say(&t, " id");
	if (ct->has & CLEW_HAS_USE)
		say(&t, " use=%u", ct->use);
	if (ct->has & CLEW_HAS_LABELS) {
		say(&t, " labels=");
		for (i = 0; i < CLEW_LABELS_SIZE; i++)
			say(&t, "%02x", ct->labels[i]);
	}
	if (ct->has & CLEW_HAS_HELPER)
		say(&t, " helper=%s", ct->helper);
	if (ct->has & CLEW_HAS_MASTER) {
		say(&t, " master ");
		tuple_text(&t, &ct->master);
	}
	for (d = 0; d < 2 && ct->has & CLEW_HAS_SEQADJ; d++)
		say(&t, " seqadj=%u,%d,%d", ct->seqadj[d].correction_pos,
		    ct->seqadj[d].offset_before, ct->seqadj[d].offset_after);
	return t.len;
}

static void
pairs_init(struct pairs *p, size_t most)
{
	p->size = 64;
	while (p->size < 2 * most)
		p->size *= 2;
	p->slot = xmalloc(p->size * sizeof(*p->slot));
	memset(p->slot, 0, p->size * sizeof(*p->slot));
}

static struct pair *
pairs_slot(struct pairs *p, uint32_t kernel)
{
	size_t i = kernel * 0x9e3779b1u & (p->size - 1);

	while (p->slot[i].used && p->slot[i].kernel != kernel)
		i = (i + 1) & (p->size - 1);
	return &p->slot[i];
}

/* => false when the ids contradict what was seen before. */
static bool
pairs_check(struct pairs *p, uint32_t kernel, uint32_t clew)
{
	struct pair *pair = pairs_slot(p, kernel);

	if (pair->used && !pair->dead)
		return pair->clew == clew;
	*pair = (struct pair){ kernel, clew, true, false };
	return true;
}

/* The kernel derives ids from where an entry lies, so a dead one's may come
 * again: the next time counts as the first. */
static void
pairs_forget(struct pairs *p, uint32_t kernel)
{
	pairs_slot(p, kernel)->dead = true;
}

static bool
tuple_equal(const struct clew_tuple *a, const struct clew_tuple *b)
{
	return !memcmp(&a->src, &b->src, sizeof(a->src)) &&
	       !memcmp(&a->dst, &b->dst, sizeof(a->dst)) &&
	       a->part.word == b->part.word && a->zone == b->zone &&
	       a->family == b->family && a->protocol == b->protocol;
}

#define CHECK(bit, what, differs)					\
	do {								\
		if ((k->has & (bit)) && (differs)) {			\
			say(out, " %s", what);				\
			bad = true;					\
		}							\
	} while (0)

/* Name the fields in which two snapshots differ.  'slack' seconds may be
 * missing from the kernel's timeout. */
static bool
snapshot_differs(struct text *out, const struct clew_snapshot *k,
		 const struct clew_snapshot *c, struct pairs *pairs,
		 unsigned slack)
{
	uint32_t missing = c->has & ~k->has;
	bool bad = false;

	/* A DESTROY has no timeout when none is left: 1 may have become 0. */
	if (missing == CLEW_HAS_TIMEOUT && c->timeout_s <= slack)
		missing = 0;
	if (missing || (k->has & ~c->has)) {
		say(out, " has(kernel-only %x, clew-only %x)",
		    k->has & ~c->has, c->has & ~k->has);
		return true;
	}
	CHECK(CLEW_HAS_ORIG, "orig", !tuple_equal(&k->tuple[0], &c->tuple[0]));
	CHECK(CLEW_HAS_REPLY, "reply",
	      !tuple_equal(&k->tuple[1], &c->tuple[1]));
	CHECK(CLEW_HAS_STATUS, "status", k->status != c->status);
	CHECK(CLEW_HAS_TIMEOUT, "timeout",
	      k->timeout_s > c->timeout_s ||
	      k->timeout_s + slack < c->timeout_s);
	CHECK(CLEW_HAS_STATE, "state", k->state != c->state);
	CHECK(CLEW_HAS_PROTOINFO, "scale",
	      k->tcp_scale[0] != c->tcp_scale[0] ||
	      k->tcp_scale[1] != c->tcp_scale[1]);
	CHECK(CLEW_HAS_PROTOINFO, "flags",
	      k->tcp_flags[0] != c->tcp_flags[0] ||
	      k->tcp_flags[1] != c->tcp_flags[1]);
	CHECK(CLEW_HAS_PROTOINFO, "vtag",
	      k->sctp_vtag[0] != c->sctp_vtag[0] ||
	      k->sctp_vtag[1] != c->sctp_vtag[1]);
	CHECK(CLEW_HAS_COUNTERS, "counters",
	      memcmp(k->counter, c->counter, sizeof(k->counter)));
	CHECK(CLEW_HAS_STOP, "stop", c->stop_ns < c->start_ns);
	CHECK(CLEW_HAS_MARK, "mark", k->mark != c->mark);
	CHECK(CLEW_HAS_ZONE, "zone", k->zone != c->zone);
	CHECK(CLEW_HAS_ID, "id", !pairs_check(pairs, k->id, c->id));
	CHECK(CLEW_HAS_USE, "use", k->use != c->use);
	CHECK(CLEW_HAS_LABELS, "labels",
	      memcmp(k->labels, c->labels, sizeof(k->labels)));
	CHECK(CLEW_HAS_HELPER, "helper", strcmp(k->helper, c->helper));
	CHECK(CLEW_HAS_MASTER, "master", !tuple_equal(&k->master, &c->master));
	CHECK(CLEW_HAS_SEQADJ, "seqadj",
	      memcmp(k->seqadj, c->seqadj, sizeof(k->seqadj)));
	return bad;
}

static int
by_tuple(const struct clew_snapshot *a, const struct clew_snapshot *b)
{
	const struct clew_tuple *x = &a->tuple[0], *y = &b->tuple[0];
	int r;

	if (x->family != y->family)
		return x->family - y->family;
	if (x->protocol != y->protocol)
		return x->protocol - y->protocol;
	r = memcmp(&x->src, &y->src, sizeof(x->src));
	if (!r)
		r = memcmp(&x->dst, &y->dst, sizeof(x->dst));
	if (!r)
		r = memcmp(&x->part, &y->part, sizeof(x->part));
	if (!r)
		r = x->zone - y->zone;
	if (!r)		/* same original, replies in different zones */
		r = a->tuple[1].zone - b->tuple[1].zone;
	return r;
}

static int
by_tuple_entry(const void *a, const void *b)
{
	return by_tuple(a, b);
}

static int
by_tuple_said(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int r = by_tuple(&x->ct, &y->ct);

	return r ? r : x->type - y->type;
}

/* What expires during a sleep has no order to be compared. */
static void
said_sort(const struct outcomes *o, const struct outcome *of)
{
	if (of->said)
		qsort(o->said + of->first, of->said, sizeof(*o->said),
		      by_tuple_said);
}

static const char *const type_name[] = { "NEW", "UPDATE", "DESTROY" };
static const char *const class_name[] = {
	"nothing out", "INVALID", "NEW", "ESTABLISHED", "RELATED",
	"UNTRACKED", "odd",
};

static void
said_text(struct text *out, const char *who, const struct said *said,
	  size_t count)
{
	char line[1500];
	size_t i;

	for (i = 0; i < count; i++) {
		snapshot_text(line, sizeof(line), &said[i].ct);
		say(out, "  %s: %s %s\n", who, type_name[said[i].type], line);
	}
}

static void
step_text(struct text *out, const char *who, const struct outcomes *o,
	  size_t step)
{
	const struct outcome *x = &o->step[step];

	say(out, "  %s: %s%s", who, class_name[x->class],
	    x->stolen ? " (held)" : "");
	if (x->reason)
		say(out, " reason %s", clew_reason_name(x->reason));
	if (x->logs)
		say(out, " log \"%s\"", x->log);
	if (x->logs > 1)
		say(out, " (%u lines)", x->logs);
	if (x->out_len)
		say(out, " out %u bytes, hash %" PRIx64, x->out_len,
		    x->out_hash);
	say(out, "\n");
	said_text(out, who, o->said + x->first, x->said);
}

/* A sign is the kind without its numbers. */
static void __attribute__((format(printf, 2, 3)))
set_sign(struct difference *d, const char *format, ...)
{
	char buf[sizeof(d->sign)];
	size_t i, n = 0, word;
	va_list ap;

	va_start(ap, format);
	vsnprintf(buf, sizeof(buf), format, ap);
	va_end(ap);
	for (i = 0; buf[i]; i += word) {
		word = strspn(buf + i, "0123456789abcdef:");
		if (word && strcspn(buf + i, "0123456789") < word &&
		    !isalpha((unsigned char)buf[i + word])) {
			d->sign[n++] = '#';
			continue;
		}
		word = word ? word : 1;
		memcpy(d->sign + n, buf + i, word);
		n += word;
	}
	d->sign[n] = 0;
	d->found = true;
}

/* Two lists of events.  => true when they differ, with d->sign set. */
static bool
said_differ(struct difference *d, const struct said *k, size_t kn,
	    const struct said *c, size_t cn, struct pairs *pairs,
	    const char *where)
{
	char fields[200];
	struct text out = { fields, sizeof(fields), 0 };
	char types[2][64] = { "", "" };
	size_t i;

	for (i = 0; i < kn && i < 6; i++)
		strcat(strcat(types[0], " "), type_name[k[i].type]);
	for (i = 0; i < cn && i < 6; i++)
		strcat(strcat(types[1], " "), type_name[c[i].type]);
	if (kn != cn || strcmp(types[0], types[1])) {
		set_sign(d, "%s: events kernel%s, clew%s", where, types[0],
			 types[1]);
		return true;
	}
	for (i = 0; i < kn; i++) {
		if (k[i].type != c[i].type ||
		    snapshot_differs(&out, &k[i].ct, &c[i].ct, pairs, 1)) {
			set_sign(d, "%s: %s event of protocol %u differs in%s",
				 where, type_name[k[i].type],
				 k[i].ct.tuple[0].protocol, fields);
			return true;
		}
		if (k[i].type == CLEW_EVENT_DESTROY)
			pairs_forget(pairs, k[i].ct.id);
	}
	return false;
}

/* The bridge refuses what the receiving stack of a router would not: it looks
 * at a datagram put together once more, as on receipt, and cuts it up again,
 * and either may fail on its extension headers; and it knows no IPv6 packet
 * without a payload length but jumbograms.  Then nothing comes out although
 * tracking had no objection. */
static bool
is_bridge_refusal(const struct step *step, const struct outcome *k,
		  const struct outcome *c)
{
	if (k->class != CLASS_NONE || c->class == CLASS_NONE)
		return false;
	return c->chained ||
	       (step->type == STEP_PACKET && step->len >= 40 &&
		step->bytes[0] >> 4 == 6 && !step->bytes[4] &&
		!step->bytes[5] && !step->bytes[6]);
}

static bool
step_differs(struct difference *d, const struct step *step,
	     const struct outcomes *ko, const struct outcomes *co, size_t i,
	     struct pairs *pairs, bool logs)
{
	const struct outcome *k = &ko->step[i], *c = &co->step[i];

	if (step->type == STEP_SLEEP) {
		said_sort(ko, k);
		said_sort(co, c);
	}
	if (k->class != c->class) {
		set_sign(d, "class: kernel %s, clew %s (%s; kernel log %s)",
			 class_name[k->class], class_name[c->class],
			 clew_reason_name(c->reason), k->log);
		return true;
	}
	/* A router's last word may be another than tracking's, and what it
	 * answers is tracked, too. */
	if (logs && !(co->is_routed && ((c->reason && !c->logs) ||
					k->logs > 1)) &&
	    (k->logs != c->logs || strcmp(k->log, c->log))) {
		set_sign(d, "log: kernel \"%s\", clew \"%s\"%s", k->log, c->log,
			 k->logs > 1 ? " (several lines)" : "");
		return true;
	}
	if (said_differ(d, ko->said + k->first, k->said, co->said + c->first,
			c->said, pairs,
			step->type == STEP_SLEEP ? "sleep" : "packet"))
		return true;
	if (k->out_len && c->out_len &&
	    (k->out_len != c->out_len || k->out_hash != c->out_hash)) {
		set_sign(d, "datagram put together differs");
		return true;
	}
	return false;
}

static void
table_sort(struct outcomes *o)
{
	if (o->table_count)
		qsort(o->table, o->table_count, sizeof(*o->table),
		      by_tuple_entry);
}

static bool
table_differs(struct difference *d, struct outcomes *k, struct outcomes *c,
	      struct pairs *pairs)
{
	struct text out = { d->text, sizeof(d->text), 0 };
	size_t i = 0, j = 0, shown = 0;
	unsigned slack = 2 + (unsigned)k->seconds;
	char fields[200], line[1500];
	int r;

	table_sort(k);
	table_sort(c);
	while (i < k->table_count || j < c->table_count) {
		struct text f = { fields, sizeof(fields), 0 };

		fields[0] = 0;
		r = i == k->table_count ? 1 : j == c->table_count ? -1 :
			by_tuple(&k->table[i], &c->table[j]);
		if (r == 0 && !snapshot_differs(&f, &k->table[i],
						&c->table[j], pairs, slack)) {
			i++;
			j++;
			continue;
		}
		if (shown++ == 0)
			set_sign(d, "table: %s%s, protocol %u",
				 r < 0 ? "only in kernel" :
				 r > 0 ? "only in clew" : "differs in",
				 fields, r > 0 ?
				 c->table[j].tuple[0].protocol :
				 k->table[i].tuple[0].protocol);
		if (shown > 8)
			break;
		if (r <= 0) {
			snapshot_text(line, sizeof(line), &k->table[i++]);
			say(&out, "  kernel: table %s%s%s\n", line,
			    fields[0] ? " ::" : "", fields);
		}
		if (r >= 0) {
			snapshot_text(line, sizeof(line), &c->table[j++]);
			say(&out, "  clew: table %s\n", line);
		}
	}
	return shown;
}

/* Packets that were trimmed to less than their hop-by-hop header: the bridge
 * lets tracking have a look at them before it refuses them. */
static uint64_t
trimmed_too_far(const struct script *s, const struct outcomes *k)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s->count; i++) {
		const struct step *step = &s->step[i];

		n += step->type == STEP_PACKET && step->len >= 48 &&
		     step->bytes[0] >> 4 == 6 && !step->bytes[6] &&
		     !step->bytes[4] && !k->step[i].class &&
		     step->bytes[5] < (step->bytes[41] + 1u) * 8;
	}
	return n;
}

static bool
stats_differ(struct difference *d,
	     const struct clew_stats *k, const struct clew_stats *c,
	     uint64_t more_invalid, bool is_aligned)
{
	const struct {
		const char *name;
		uint64_t kernel, clew;
	} columns[] = {
		{ "found", k->found, c->found },
		{ "invalid", k->invalid, c->invalid },
		{ "insert", k->insert, c->insert },
		{ "insert_failed", k->insert_failed, c->insert_failed },
		{ "drop", k->drop, c->drop },
		{ "early_drop", k->early_drop, c->early_drop },
		{ "error", k->error, c->error },
		{ "search_restart", k->search_restart, c->search_restart },
		{ "clash_resolve", k->clash_resolve, c->clash_resolve },
		{ "chaintoolong", k->chaintoolong, c->chaintoolong },
	};
	struct text out = { d->text, sizeof(d->text), 0 };
	char names[120];
	struct text n = { names, sizeof(names), 0 };
	unsigned i;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		/* A search for a port finds what it finds. */
		if (columns[i].kernel == columns[i].clew ||
		    (i == 0 && is_aligned) ||
		    (i == 1 && columns[i].kernel > columns[i].clew &&
		     columns[i].kernel - columns[i].clew <= more_invalid))
			continue;
		say(&n, " %s%s", columns[i].name,
		    columns[i].kernel > columns[i].clew ? "+" : "-");
		say(&out, "  statistics: %s kernel %" PRIu64 ", clew %" PRIu64
		    "\n", columns[i].name, columns[i].kernel,
		    columns[i].clew);
	}
	if (n.len)
		set_sign(d, "statistics:%s", names);
	return n.len;
}

static void
place_text(struct difference *d, const struct script *s,
	   const struct outcomes *kernel, const struct outcomes *clew,
	   size_t i)
{
	struct text out = { d->text, sizeof(d->text), 0 };
	char line[300];

	d->step = i;
	line[0] = 0;
	if (s->step[i].type == STEP_PACKET)
		packet_describe(line, sizeof(line), s->step[i].bytes,
				s->step[i].len);
	say(&out, "  step %zu: %s %s\n", i,
	    s->step[i].type == STEP_PACKET ? side_name(s->step[i].side) :
	    s->step[i].type == STEP_DELETE ? "delete" :
	    s->step[i].type == STEP_RULES ? "rules" : "sleep", line);
	step_text(&out, "kernel", kernel, i);
	step_text(&out, "clew  ", clew, i);
}

static void
compare_frames(struct difference *d, const struct script *s,
	       const struct outcomes *k, const struct outcomes *c, size_t i)
{
	char sign[200], *text = xmalloc(sizeof(d->text));
	size_t len;

	if (frames_differ(sign, sizeof(sign), text, sizeof(d->text), k, c,
			  &s->step[i], i)) {
		set_sign(d, "%s", sign);
		place_text(d, s, k, c, i);
		len = strlen(d->text);
		snprintf(d->text + len, sizeof(d->text) - len, "%s", text);
	}
	free(text);
}

static void
compare_all(struct difference *d, const struct script *s,
	    const struct outcomes *kernel, const struct outcomes *clew,
	    bool logs)
{
	struct outcomes k = *kernel, c = *clew;
	struct pairs pairs;
	char sign[200];
	size_t i;

	memset(d, 0, sizeof(*d));
	d->step = SIZE_MAX;
	pairs_init(&pairs, k.said_count + k.table_count + 1);
	for (i = 0; i < s->count && !d->found; i++) {
		/* It may have fallen before tracking had done with it, so
		 * what follows means nothing any more. */
		if (!s->routed &&
		    is_bridge_refusal(&s->step[i], &k.step[i], &c.step[i]))
			goto out;
		if (step_differs(d, &s->step[i], &k, &c, i, &pairs, logs))
			place_text(d, s, &k, &c, i);
		if (s->routed && !d->found)
			compare_frames(d, s, &k, &c, i);
	}
	if (!d->found && !table_differs(d, &k, &c, &pairs) &&
	    !stats_differ(d, &k.stats, &c.stats,
			  s->routed ? 0 : trimmed_too_far(s, &k),
			  c.is_aligned) &&
	    s->routed && listings_differ(sign, sizeof(sign), d->text,
					 sizeof(d->text), k.listing,
					 c.listing))
		set_sign(d, "%s", sign);
out:
	free(pairs.slot);
}

void
compare(struct difference *d, const struct script *s,
	const struct outcomes *kernel, const struct outcomes *clew)
{
	compare_all(d, s, kernel, clew, false);
	if (!d->found)
		compare_all(d, s, kernel, clew, true);
}

void
compare_bursts(struct difference *d, const struct script *s,
	       const struct outcomes *one, const struct outcomes *many)
{
	struct outcomes a = *one, b = *many;
	const struct outcome *x, *y;
	struct pairs pairs;
	size_t i;

	memset(d, 0, sizeof(*d));
	d->step = SIZE_MAX;
	pairs_init(&pairs, a.said_count + a.table_count + 1);
	for (i = 0; i < s->count && !d->found; i++) {
		x = &a.step[i];
		y = &b.step[i];
		if (s->step[i].type == STEP_SLEEP) {
			said_sort(&a, x);
			said_sort(&b, y);
		}
		if (x->class == y->class && x->reason == y->reason &&
		    !strcmp(x->log, y->log) && x->out_hash == y->out_hash)
			continue;
		set_sign(d, "burst: packet differs");
		place_text(d, s, &a, &b, i);
	}
	if (!d->found)
		said_differ(d, a.said, a.said_count, b.said, b.said_count,
			    &pairs, "burst");
	if (!d->found && !table_differs(d, &a, &b, &pairs))
		stats_differ(d, &a.stats, &b.stats, 0, false);
	free(pairs.slot);
}

static void
table_print(FILE *out, const char *who, const struct outcomes *o)
{
	char line[1500];
	size_t i;

	for (i = 0; i < o->table_count; i++) {
		snapshot_text(line, sizeof(line), &o->table[i]);
		fprintf(out, "  %s: table %s\n", who, line);
	}
}

static void
stats_print(FILE *out, const char *who, const struct clew_stats *s)
{
	fprintf(out, "  %s: found=%" PRIu64 " invalid=%" PRIu64 " insert=%"
		PRIu64 " insert_failed=%" PRIu64 " drop=%" PRIu64
		" early_drop=%" PRIu64 " error=%" PRIu64 " search_restart=%"
		PRIu64 " clash_resolve=%" PRIu64 " chaintoolong=%" PRIu64 "\n",
		who, s->found, s->invalid, s->insert, s->insert_failed,
		s->drop, s->early_drop, s->error, s->search_restart,
		s->clash_resolve, s->chaintoolong);
}

void
outcomes_print(FILE *out, const struct script *s,
	       const struct outcomes *kernel, const struct outcomes *clew)
{
	struct difference *d = xmalloc(sizeof(*d));
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (s->step[i].type == STEP_SET) {
			fprintf(out, "  set %s = %" PRIu64 "\n",
				s->step[i].bytes, s->step[i].value);
			continue;
		}
		place_text(d, s, kernel, clew, i);
		fputs(d->text, out);
	}
	table_print(out, "kernel", kernel);
	table_print(out, "clew  ", clew);
	stats_print(out, "kernel", &kernel->stats);
	stats_print(out, "clew  ", &clew->stats);
	free(d);
}
