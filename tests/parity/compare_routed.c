/* SPDX-License-Identifier: BSD-2-Clause
 * parity/compare_routed.c - what came out of two routers, and their rules.
 *
 * Frames are compared byte by byte.  What can not be equal: ports that Linux
 * chose at random, which are replaced beforehand (ports_align()); the IP id
 * of what a router itself made and the header checksum over it, its IPv6
 * flow label, which Linux hashes with a key of its own; the id of
 * IPv6 fragments, which is drawn anew where a datagram is cut. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/build.h"
#include "parity/compare.h"
#include "parity/follow.h"
#include "parity/router.h"

/* Ports that stand for each other, at an address. */
struct port_pair {
	uint8_t addr[16];
	uint16_t kernel;
	uint16_t clew;
	uint8_t proto;
};

struct port_pairs {
	struct port_pair *pair;
	size_t count;
	size_t room;
};

static unsigned
class_of(uint16_t port)
{
	return port < 512 ? 0 : port < 1024 ? 1 : 2;
}

static const struct port_pair *
find(const struct port_pairs *all, const uint8_t *addr, uint8_t proto,
     uint16_t clew)
{
	size_t i = all->count;

	while (i--)
		if (all->pair[i].clew == clew &&
		    all->pair[i].proto == proto &&
		    !memcmp(all->pair[i].addr, addr, 16))
			return &all->pair[i];
	return NULL;
}

static void
pair_up(struct port_pairs *all, const uint8_t *addr, uint8_t proto,
	uint16_t kernel, uint16_t clew)
{
	struct port_pair *p;

	if (all->count == all->room) {
		all->room = all->room ? 2 * all->room : 32;
		all->pair = xrealloc(all->pair,
				     all->room * sizeof(*all->pair));
	}
	p = &all->pair[all->count++];
	memcpy(p->addr, addr, 16);
	p->proto = proto;
	p->kernel = kernel;
	p->clew = clew;
}

static bool
is_icmp(const struct clew_tuple *t)
{
	return t->protocol == 1 || t->protocol == 58;
}

/* The port of 'reply' that answers to port 'was' was chosen by each side for
 * itself. */
static void
pair_port(struct port_pairs *all, const union clew_addr *addr, uint8_t proto,
	  uint16_t was, uint16_t kernel, uint16_t clew)
{
	if (kernel == clew || kernel == was || clew == was ||
	    class_of(kernel) != class_of(clew))
		return;
	pair_up(all, (const uint8_t *)addr, proto, kernel, clew);
}

static void
pair_connection(struct port_pairs *all, const struct clew_snapshot *k,
		const struct clew_snapshot *c)
{
	const struct clew_tuple *orig = &k->tuple[0], *kr = &k->tuple[1],
		*cr = &c->tuple[1];

	if (orig->protocol != cr->protocol || is_icmp(orig) != is_icmp(cr))
		return;
	if (is_icmp(orig)) {
		pair_port(all, &kr->dst, kr->protocol,
			  ntohs(orig->part.icmp.id_be),
			  ntohs(kr->part.icmp.id_be),
			  ntohs(cr->part.icmp.id_be));
		return;
	}
	if (!memcmp(&kr->dst, &cr->dst, sizeof(kr->dst)))
		pair_port(all, &kr->dst, kr->protocol,
			  ntohs(orig->part.port.sport_be),
			  ntohs(kr->part.port.dport_be),
			  ntohs(cr->part.port.dport_be));
	if (!memcmp(&kr->src, &cr->src, sizeof(kr->src)))
		pair_port(all, &kr->src, kr->protocol,
			  ntohs(orig->part.port.dport_be),
			  ntohs(kr->part.port.sport_be),
			  ntohs(cr->part.port.sport_be));
}

static uint16_t
aligned(const struct port_pairs *all, const void *addr, uint8_t proto,
	uint16_t port)
{
	const struct port_pair *p = find(all, addr, proto, port);

	return p ? p->kernel : port;
}

static void
align_tuple(const struct port_pairs *all, struct clew_tuple *t)
{
	if (is_icmp(t)) {
		t->part.icmp.id_be = htons(aligned(all, &t->dst, t->protocol,
			ntohs(t->part.icmp.id_be)));
		return;
	}
	t->part.port.sport_be = htons(aligned(all, &t->src, t->protocol,
		ntohs(t->part.port.sport_be)));
	t->part.port.dport_be = htons(aligned(all, &t->dst, t->protocol,
		ntohs(t->part.port.dport_be)));
}

/* The original, too: somebody may have written to a port that was chosen. */
static void
align_connection(const struct port_pairs *all, struct clew_snapshot *ct)
{
	align_tuple(all, &ct->tuple[0]);
	align_tuple(all, &ct->tuple[1]);
}

static void
align_packet(const struct port_pairs *all, uint8_t *p, size_t len)
{
	struct flow_key key, old;
	uint8_t proto;
	size_t l4;

	if (!flow_key_read(&key, p, len, &l4) || !l4)
		return;
	old = key;
	proto = key.proto;
	key.sport = aligned(all, key.src, proto, key.sport);
	key.dport = aligned(all, key.dst, proto, key.dport);
	if (proto == 1 || proto == 58) {
		if (key.sport != old.sport)
			key.dport = key.sport;
		else
			key.sport = key.dport;
	}
	if (memcmp(&key, &old, sizeof(key)))
		flow_key_write(p, len, &key);
}

static void
align_frame(const struct port_pairs *all, struct frame *f)
{
	size_t at = flow_quote(f->bytes, f->len), l4 = at - 8, i;
	uint32_t before = 0, after = 0, sum;

	align_packet(all, f->bytes, f->len);
	if (!at || at >= f->len)
		return;
	for (i = at; i + 1 < f->len; i += 2)
		before += get16(f->bytes + i);
	align_packet(all, f->bytes + at, f->len - at);
	for (i = at; i + 1 < f->len; i += 2)
		after += get16(f->bytes + i);
	if (before == after)
		return;
	sum = (uint16_t)~get16(f->bytes + l4 + 2);
	sum += after % 65535 + 65535 - before % 65535;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(f->bytes + l4 + 2, ~sum);
}

/* One step's events and frames; a pair stands until the port is chosen anew. */
static void
align_step(struct port_pairs *all, const struct outcomes *kernel,
	   const struct outcome *k, struct outcomes *clew,
	   const struct outcome *c)
{
	size_t i;

	for (i = 0; i < k->said && i < c->said; i++)
		if (kernel->said[k->first + i].type == CLEW_EVENT_NEW &&
		    clew->said[c->first + i].type == CLEW_EVENT_NEW)
			pair_connection(all, &kernel->said[k->first + i].ct,
					&clew->said[c->first + i].ct);
	for (i = 0; all->count && i < c->said; i++)
		align_connection(all, &clew->said[c->first + i].ct);
	for (i = 0; all->count && i < c->frames; i++)
		align_frame(all, &clew->frame[c->first_frame + i]);
}

void
ports_align(const struct outcomes *kernel, struct outcomes *clew)
{
	struct port_pairs all = { NULL, 0, 0 };
	size_t i;

	for (i = 0; i < kernel->steps && i < clew->steps; i++)
		align_step(&all, kernel, &kernel->step[i], clew,
			   &clew->step[i]);
	for (i = 0; all.count && i < clew->table_count; i++)
		align_connection(&all, &clew->table[i]);
	clew->is_aligned = all.count;
	free(all.pair);
}

static bool
is_fragment(const uint8_t *p, size_t len)
{
	if (len >= 20 && p[0] >> 4 == 4)
		return get16(p + 6) & 0x3fff;
	return len >= 48 && p[6] == 44;
}

/* A copy without what can not be equal.  Where ports were chosen, the pieces
 * of a datagram have a checksum that we do not find. */
static uint8_t *
comparable(const struct frame *f, bool is_generated, bool is_aligned)
{
	uint8_t *p = xmalloc(f->len);

	memcpy(p, f->bytes, f->len);
	if (is_aligned && is_fragment(p, f->len))
		memset(p + (p[0] >> 4 == 4 ? 20 : 48), 0,
		       f->len - (p[0] >> 4 == 4 ? 20 : 48));
	if (f->len >= 20 && p[0] >> 4 == 4 && is_generated) {
		put16(p + 4, 0);
		put16(p + 10, 0);
	}
	if (f->len >= 40 && p[0] >> 4 == 6 && is_generated) {
		p[1] &= 0xf0;
		put16(p + 2, 0);
	}
	if (f->len >= 48 && p[0] >> 4 == 6 && p[6] == 44)
		put32(p + 44, 0);
	return p;
}

static size_t
frame_text(char *buf, size_t size, const char *who, const struct outcomes *o,
	   const struct outcome *out)
{
	const struct frame *f;
	char line[300];
	size_t i, j, n = 0;

	for (i = 0; i < out->frames && n + 200 < size; i++) {
		f = &o->frame[out->first_frame + i];
		packet_describe(line, sizeof(line), f->bytes, f->len);
		n += snprintf(buf + n, size - n, "  %s: out %s%s %.150s\n",
			      who, f->to < ROUTER_LINKS ? router_links[f->to] :
			      f->to == SIDE_HOST ? "host" : "nowhere",
			      f->is_generated ? " (made)" : "", line);
		for (j = 0; j < f->len && j < 160 && n + 80 < size; j++)
			n += snprintf(buf + n, size - n, "%s%02x%s",
				      j % 32 ? "" : "     ", f->bytes[j],
				      j % 32 == 31 || j + 1 == f->len ||
				      j == 159 ? "\n" : " ");
	}
	return n;
}

static const char *
byte_name(const uint8_t *p, size_t at)
{
	static const char *const four[20] = {
		"version", "tos", "length", "length", "id", "id", "frag-off",
		"frag-off", "ttl", "protocol", "checksum", "checksum",
		"saddr", "saddr", "saddr", "saddr", "daddr", "daddr",
		"daddr", "daddr",
	};
	size_t head = p[0] >> 4 == 4 ? (p[0] & 15) * 4u : 40;

	if (at < head) {
		if (p[0] >> 4 == 4)
			return at < 20 ? four[at] : "options";
		return at < 4 ? "class" : at < 6 ? "length" : at == 6 ?
			"nexthdr" : at == 7 ? "hoplimit" : at < 24 ? "saddr" :
			"daddr";
	}
	at -= head;
	return at < 2 ? "sport" : at < 4 ? "dport" : at < 8 ? "l4 bytes 4-7" :
		at < 20 ? "l4 bytes 8-19" : "payload";
}

/* Where two frames differ.  => false: nowhere. */
static bool
frame_differs(char *where, size_t size, const struct frame *k,
	      const struct frame *c, bool is_made, bool is_aligned)
{
	uint8_t *a = comparable(k, is_made, is_aligned);
	uint8_t *b = comparable(c, is_made, is_aligned);
	unsigned proto = 0;
	bool bad = true;
	size_t i;

	if (k->len >= 40)
		proto = a[0] >> 4 == 4 ? a[9] : a[6];
	if (k->to != c->to) {
		snprintf(where, size, "another way out (protocol %u)", proto);
	} else if (k->len != c->len) {
		snprintf(where, size, "length (protocol %u%s)", proto,
			 is_made ? ", made" : "");
	} else {
		for (i = 0; i < k->len && a[i] == b[i]; i++)
			;
		bad = i < k->len;
		if (bad)
			snprintf(where, size, "%s (protocol %u%s)",
				 byte_name(a, i), proto,
				 is_made ? ", made" : "");
	}
	free(a);
	free(b);
	return bad;
}

/* The kernel's frames are in order of taps; so are ours made. */
static int
by_way(const void *a, const void *b)
{
	const struct frame *x = a, *y = b;

	return x->to != y->to ? (x->to > y->to) - (x->to < y->to) :
		(x > y) - (x < y);
}

static void
sort_frames(const struct outcomes *o, const struct outcome *out)
{
	struct frame *f = o->frame + out->first_frame, x;
	size_t i, j;

	for (i = 1; i < out->frames; i++)	/* stable */
		for (j = i; j && by_way(&f[j - 1], &f[j]) > 0 &&
		     f[j - 1].to != f[j].to; j--) {
			x = f[j];
			f[j] = f[j - 1];
			f[j - 1] = x;
		}
}

/* The router's own: clew says so, or it is an ICMP error and the packet that
 * came in was none. */
static bool
is_made(const struct step *step, const struct frame *f)
{
	return f->is_generated || (flow_quote(f->bytes, f->len) &&
				   !flow_quote(step->bytes, step->len));
}

bool
frames_differ(char *sign, size_t sign_size, char *text, size_t size,
	      const struct outcomes *kernel, const struct outcomes *clew,
	      const struct step *sent, size_t step)
{
	const struct outcome *k = &kernel->step[step], *c = &clew->step[step];
	const struct frame *f;
	char where[100];
	bool bad = false;
	size_t i, n;

	sort_frames(kernel, k);
	sort_frames(clew, c);
	if (k->frames != c->frames) {
		snprintf(sign, sign_size, "packets out: kernel %zu, clew %zu",
			 k->frames, c->frames);
		bad = true;
	}
	for (i = 0; !bad && i < k->frames; i++) {
		f = &clew->frame[c->first_frame + i];
		bad = frame_differs(where, sizeof(where),
				    &kernel->frame[k->first_frame + i], f,
				    is_made(sent, f), clew->is_aligned);
		if (bad)
			snprintf(sign, sign_size, "packet out: %s", where);
	}
	if (!bad)
		return false;
	n = frame_text(text, size, "kernel", kernel, k);
	frame_text(text + n, size - n, "clew  ", clew, c);
	return true;
}

/* The list of rules without our own table, and without times. */
static char *
normal(const char *listing)
{
	char *copy = strdup(listing ? listing : ""), *at, *end, *to;

	at = strstr(copy, "table inet " ROUTER_TABLE " {");
	if (at) {
		end = strstr(at, "\n}\n");
		if (end)
			memmove(at, end + 3, strlen(end + 3) + 1);
	}
	for (at = to = copy; *at;) {
		if (!strncmp(at, " expires ", 9)) {
			at += 9;
			at += strspn(at, "0123456789dhms");
			continue;
		}
		*to++ = *at++;
	}
	*to = 0;
	return copy;
}

static void
without_numbers(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text < '0' || *text > '9')
			*to++ = *text;
		else if (to == text || to[-1] != '#')
			*to++ = '#';
	*to = 0;
}

bool
listings_differ(char *sign, size_t sign_size, char *text, size_t size,
		const char *kernel, const char *clew)
{
	char *k = normal(kernel), *c = normal(clew), *kl, *cl, *ka = k,
		*ca = c;
	size_t n = 0;
	bool bad = false;

	for (;;) {
		kl = strsep(&ka, "\n");
		cl = strsep(&ca, "\n");
		if (!kl && !cl)
			break;
		if (kl && cl && !strcmp(kl, cl))
			continue;
		if (n + 600 < size)
			n += snprintf(text + n, size - n,
				      "  kernel: %.250s\n  clew  : %.250s\n",
				      kl ? kl : "(end)", cl ? cl : "(end)");
		if (!bad) {
			snprintf(sign, sign_size, "rules listed: %.150s",
				 kl ? kl : cl);
			without_numbers(sign);
		}
		bad = true;
		if (!kl || !cl)
			break;
	}
	free(k);
	free(c);
	return bad;
}
