/* SPDX-License-Identifier: BSD-2-Clause
 * parity/tables.c - the state tables, cell by cell.
 *
 * Every cell gets flows of its own (by port): packets that lead into the
 * state, the packet of the cell, and packets after it that show where the
 * cell led.  One script holds one (state, direction) with every class of
 * packet in it, in many variants, under one choice of settings. */
#include "parity/tables.h"

#include <string.h>

#include "parity/build.h"

struct variant {
	const char *name;
	uint64_t value;
};

static const struct variant variants[] = {
	{ NULL, 0 },
	{ "net.netfilter.nf_conntrack_tcp_loose", 0 },
	{ "net.netfilter.nf_conntrack_tcp_be_liberal", 1 },
	{ "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst", 1 },
	{ "net.netfilter.nf_conntrack_tcp_max_retrans", 1 },
};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

static void
ends_for(struct ends *e, bool six)
{
	unsigned i;

	memset(e, 0, sizeof(*e));
	e->six = six;
	for (i = 0; i < 2; i++) {
		if (six) {
			put32(e->addr[i], 0x20010db8);
			e->addr[i][15] = 1 + i;
		} else {
			put32(e->addr[i], 0xc0000201 + i);
		}
	}
}

static void
send(struct script *s, const struct packet *p)
{
	script_packet(s, p->side, HOW_PLAIN, p->b, p->len);
}

/* tcp */

#define ISN0 1000000u
#define ISN1 5000000u

struct session {
	struct ends ends;
	uint16_t port[2];
	uint32_t next[2];
	bool options;
};

static const char *const tcp_paths[] = {
	"",			/* none */
	"S0",			/* SYN_SENT */
	"S0Y1",			/* SYN_RECV */
	"S0Y1a0",		/* ESTABLISHED */
	"S0Y1a0d0",		/* ... with data in flight */
	"S0Y1a0d0a1d1a0",
	"a0a1a0",		/* ... picked up */
	"S0Y1a0S0",		/* ... with a SYN that was ignored */
	"S0Y1a0F0",		/* FIN_WAIT */
	"S0Y1a0F1",
	"S0Y1a0F0a1",		/* CLOSE_WAIT */
	"S0Y1a0F0a1F1",		/* LAST_ACK */
	"S0Y1a0F0a1F1S0",	/* ... with a SYN that was ignored */
	"S0Y1a0F0a1F1a0",	/* TIME_WAIT */
	"S0Y1a0R0",		/* CLOSE */
	"S0Y1a0R1",
	"S0S1",			/* SYN_SENT2 */
	"S0S1Y1",
	"S0a1",			/* a challenge ACK */
};
#define TCP_PATHS (sizeof(tcp_paths) / sizeof(tcp_paths[0]))

static void
tcp_send(struct script *s, struct packet *p, const struct session *c,
	 unsigned side, uint32_t seq, uint32_t ack, unsigned flags,
	 unsigned data)
{
	struct tcp_part part = {
		.sport = c->port[side], .dport = c->port[!side], .seq = seq,
		.ack = flags & TH_ACK ? ack : 0, .flags = flags,
		.window = 8192, .data = data,
	};
	static const uint8_t options[] = { 2, 4, 5, 180, 1, 3, 3, 2, 4, 2, 0,
					   0 };

	if (flags & TH_SYN && c->options) {
		memcpy(part.options, options, sizeof(options));
		part.options_len = sizeof(options);
	}
	build_tcp(p, &c->ends, side, &part);
	send(s, p);
}

static void
tcp_act(struct script *s, struct packet *p, struct session *c, char action,
	unsigned side)
{
	static const uint32_t isn[2] = { ISN0, ISN1 };
	uint32_t seq = c->next[side], ack = c->next[!side];

	switch (action) {
	case 'S':
		tcp_send(s, p, c, side, isn[side], 0, TH_SYN, 0);
		c->next[side] = isn[side] + 1;
		break;
	case 'Y':
		tcp_send(s, p, c, side, isn[side], ack, TH_SYN | TH_ACK, 0);
		c->next[side] = isn[side] + 1;
		break;
	case 'a':
		tcp_send(s, p, c, side, seq, ack, TH_ACK, 0);
		break;
	case 'd':
		tcp_send(s, p, c, side, seq, ack, TH_ACK | TH_PSH, 100);
		c->next[side] += 100;
		break;
	case 'F':
		tcp_send(s, p, c, side, seq, ack, TH_ACK | TH_FIN, 0);
		c->next[side]++;
		break;
	case 'R':
		tcp_send(s, p, c, side, seq, ack, TH_RST, 0);
		break;
	}
}

static void
session_begin(struct session *c, bool six, unsigned number)
{
	memset(c, 0, sizeof(*c));
	ends_for(&c->ends, six);
	c->port[0] = 1024 + number;
	c->port[1] = 80;
	c->next[0] = ISN0 + 1;
	c->next[1] = ISN1 + 1;
	c->options = number & 1;
}

static void
tcp_cell(struct script *s, const char *path, struct session *c,
	 unsigned side, unsigned flags, int32_t seq_off, int32_t ack_off,
	 unsigned data)
{
	static struct packet p;
	uint32_t seq, ack;

	for (; *path; path += 2)
		tcp_act(s, &p, c, path[0], path[1] - '0');
	seq = c->next[side] + seq_off;
	ack = c->next[!side] + ack_off;
	tcp_send(s, &p, c, side, seq, ack, flags, data);
	/* What the cell led to: the answer, and life going on. */
	tcp_send(s, &p, c, !side, ack, seq + data +
		 !!(flags & (TH_SYN | TH_FIN)), TH_ACK, 0);
	tcp_act(s, &p, c, 'a', side);
	tcp_act(s, &p, c, 'd', !side);
}

bool
table_tcp(struct script *s, unsigned n)
{
	static const int32_t seqs[] = {
		0, -1, 1, -100, 5000, 100000, -1000000,
	};
	static const int32_t acks[] = { 0, -1, 1, -100, -1000000 };
	unsigned side, flags, i, j, number = 0;
	const struct variant *v;
	struct session c;
	const char *path;

	if (n >= 2 * TCP_PATHS * VARIANTS)
		return false;
	side = n & 1;
	path = tcp_paths[n / 2 % TCP_PATHS];
	v = &variants[n / 2 / TCP_PATHS];
	snprintf(s->name, sizeof(s->name), "tcp-table \"%s\" side %u %s=%u",
		 path, side, v->name ? v->name : "defaults",
		 (unsigned)v->value);
	script_set(s, "net.netfilter.nf_conntrack_acct", 1);
	if (v->name)
		script_set(s, v->name, v->value);
	for (flags = 0; flags < 64; flags++) {
		for (i = 0; i < sizeof(seqs) / sizeof(seqs[0]); i++) {
			for (j = 0; j < sizeof(acks) / sizeof(acks[0]); j++) {
				/* flags that are never valid: once */
				if (i + j && !(flags & TH_ACK) &&
				    !(flags & (TH_SYN | TH_RST)))
					continue;
				session_begin(&c, n >> 1 & 1, number++);
				tcp_cell(s, path, &c, side, flags, seqs[i],
					 acks[j], (i + j) % 3 ? 0 : 20);
			}
		}
	}
	return true;
}

/* sctp */

static const char *const sctp_paths[] = {
	"",
	"i0",
	"i0I1",
	"i0I1e0",
	"i0I1e0A1",
	"i0I1e0A1i0",
	"i0I1e0A1q0",
	"i0I1e0A1q1",
	"i0I1e0A1q0Q1",
	"i0I1e0A1q1Q0",
	"i0I1e0A1q0Q1c0",
	"i0I1e0A1a0",
	"i0I1e0A1a1",
	"h0",
	"h0H1",
	"h0d1",
	"i0a1",
	"i0i1",
	"i0i1I0I1",
};
#define SCTP_PATHS (sizeof(sctp_paths) / sizeof(sctp_paths[0]))

static const char sctp_letters[] = "diIshHaqQoeA  c";
#define TAG0 0x11111111u
#define TAG1 0x22222222u

static void
sctp_add(struct packet *p, unsigned type, unsigned flags, uint32_t tag)
{
	uint8_t v[16] = { 0 };
	size_t len = 0;

	switch (type) {
	case 0:
	case 3:
		len = 12;
		break;
	case 1:
	case 2:
		put32(v, tag);
		put32(v + 4, 65536);
		put32(v + 8, 0x000a000a);
		len = 16;
		break;
	case 4:
	case 5:
	case 10:
		len = 8;
		break;
	case 7:
		len = 4;
		break;
	}
	sctp_chunk(p, type, flags, v, len);
}

static void
sctp_send(struct script *s, struct packet *p, const struct session *c,
	  unsigned side, uint32_t vtag, const uint8_t *types, unsigned count,
	  unsigned flags)
{
	unsigned i;

	sctp_begin(p, &c->ends, side, c->port[side], c->port[!side], vtag);
	for (i = 0; i < count; i++)
		sctp_add(p, types[i], flags, side ? TAG1 : TAG0);
	packet_end(p);
	packet_checksum(p);
	send(s, p);
}

static void
sctp_path(struct script *s, struct packet *p, const struct session *c,
	  const char *path)
{
	unsigned side;
	uint8_t type;

	for (; *path; path += 2) {
		side = path[1] - '0';
		type = strchr(sctp_letters, path[0]) - sctp_letters;
		sctp_send(s, p, c, side, type == 1 ? 0 : side ? TAG0 : TAG1,
			  &type, 1, 0);
	}
}

bool
table_sctp(struct script *s, unsigned n)
{
	static const uint8_t types[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 64, 128,
		130, 192, 193, 255,
	};
	static struct packet p;
	unsigned i, j, k, side, number = 0, count;
	uint8_t chunks[3];
	struct session c;
	const char *path;
	uint32_t vtag;

	if (n >= 2 * SCTP_PATHS)
		return false;
	side = n & 1;
	path = sctp_paths[n / 2];
	snprintf(s->name, sizeof(s->name), "sctp-table \"%s\" side %u", path,
		 side);
	script_set(s, "net.netfilter.nf_conntrack_acct", 1);
	for (i = 0; i < sizeof(types); i++) {
		for (j = 0; j < 5 * 2; j++) {		/* vtag, T bit */
			for (k = 0; k < 4; k++) {	/* company */
				session_begin(&c, n >> 1 & 1, number++);
				sctp_path(s, &p, &c, path);
				vtag = side ? TAG0 : TAG1;
				if (j / 2 == 1)
					vtag = 0;
				if (j / 2 == 2)
					vtag = side ? TAG1 : TAG0;
				if (j / 2 == 3)
					vtag++;
				if (j / 2 == 4)
					vtag = types[i] == 1 ? 0 : vtag;
				count = 0;
				if (k == 1)
					chunks[count++] = 0;
				chunks[count++] = types[i];
				if (k == 2)
					chunks[count++] = 0;
				if (k == 3)
					chunks[count++] = types[(i + j) % 16];
				sctp_send(s, &p, &c, side, vtag, chunks,
					  count, j & 1);
				sctp_path(s, &p, &c, side ? "d0d1" : "d1d0");
			}
		}
	}
	return true;
}
