/* SPDX-License-Identifier: BSD-2-Clause
 * nat/synproxy.c - handshakes on behalf of servers.
 *
 * The cookie is that of RFC 4987 3.6 (after D. J. Bernstein): a keyed hash of
 * the ends, the minute and the client's number, with the place of its MSS in
 * a table.  What else a client's SYN said hides in the low bits of the
 * timestamp that it will send back. */
#include "nat/synproxy.h"

#include <linux/netfilter/nf_synproxy.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "pkt/checksum.h"
#include "track/proto.h"

enum {
	IPV4_HEADER	= 20,
	IPV6_HEADER	= 40,
	TCP_HEADER	= 20,
	OPTIONS_MOST	= 40,
	IPV4_DF		= 0x4000,
	TTL		= 64,

	FLAG_SYN	= 0x02,
	FLAG_RST	= 0x04,
	FLAG_ACK	= 0x10,
	FLAG_ECE	= 0x40,
	FLAG_CWR	= 0x80,

	OPTION_END	= 0,
	OPTION_NOP	= 1,
	OPTION_MSS	= 2,
	OPTION_WSCALE	= 3,
	OPTION_SACK_PERM = 4,
	OPTION_TIMESTAMP = 8,
	WSCALE_MOST	= 14,

	/* In a timestamp of ours. */
	STAMP_BITS	= 0x3f,
	STAMP_NO_WSCALE	= 0xf,
	STAMP_SACK_PERM	= 1 << 4,
	STAMP_ECN	= 1 << 5,

	COOKIE_BITS	= 24,
	COOKIE_MASK	= (1 << COOKIE_BITS) - 1,
	COOKIE_MINUTES	= 2,
	MINUTE_MS	= 60000,
	SIZES		= 4,
};

/* What most clients have, of each family. */
static const uint16_t sizes[2][SIZES] = {
	{ 536, 1300, 1440, 1460 },
	{ 1220, 1420, 1440, 8940 },
};

struct options {
	uint8_t has;		/* NF_SYNPROXY_OPT_* */
	uint8_t wscale;
	uint16_t mss;
	uint16_t mss_told;	/* the client's own, for the cookie */
	uint32_t tsval;
	uint32_t tsecr;
};

/* A segment at hand. */
struct seen {
	const uint8_t *tcp;
	uint32_t seq;
	uint32_t ack;
	uint16_t window;
	uint8_t flags;
};

/* => false when its header is not all there. */
static bool
see(const struct pkt *p, struct seen *s)
{
	uint32_t header;

	if (p->kind != PKT_WHOLE || p->protocol != PROTO_TCP ||
	    pkt_header(p, p->l4, TCP_HEADER) != PKT_HEADER_OK)
		return false;
	s->tcp = p->ip + p->l4;
	header = (s->tcp[12] >> 4) * 4u;
	if (header < TCP_HEADER || pkt_header(p, p->l4, header) !=
	    PKT_HEADER_OK)
		return false;
	s->seq = get_be32(s->tcp + 4);
	s->ack = get_be32(s->tcp + 8);
	s->flags = s->tcp[13];
	s->window = get_be16(s->tcp + 14);
	return true;
}

/* Options. */

static void
read_option(const uint8_t *o, struct options *opts)
{
	if (o[0] == OPTION_MSS && o[1] == 4) {
		opts->mss = get_be16(o + 2);
		opts->has |= NF_SYNPROXY_OPT_MSS;
	} else if (o[0] == OPTION_WSCALE && o[1] == 3) {
		opts->wscale = o[2] < WSCALE_MOST ? o[2] : WSCALE_MOST;
		opts->has |= NF_SYNPROXY_OPT_WSCALE;
	} else if (o[0] == OPTION_TIMESTAMP && o[1] == 10) {
		opts->tsval = get_be32(o + 2);
		opts->tsecr = get_be32(o + 6);
		opts->has |= NF_SYNPROXY_OPT_TIMESTAMP;
	} else if (o[0] == OPTION_SACK_PERM && o[1] == 2) {
		opts->has |= NF_SYNPROXY_OPT_SACK_PERM;
	}
}

/* What follows a malformed one is not looked at. */
static struct options
read_options(const uint8_t *tcp)
{
	uint32_t at = TCP_HEADER, end = (tcp[12] >> 4) * 4u;
	struct options opts = { 0 };

	while (at < end) {
		const uint8_t *o = tcp + at;

		if (o[0] == OPTION_END)
			break;
		if (o[0] == OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 2 > end || o[1] < 2 || at + o[1] > end)
			break;
		read_option(o, &opts);
		at += o[1];
	}
	return opts;
}

/* => Their size. */
static uint32_t
write_options(uint8_t *to, const struct options *opts)
{
	bool has_sack = opts->has & NF_SYNPROXY_OPT_SACK_PERM;
	uint8_t *at = to;

	if (opts->has & NF_SYNPROXY_OPT_MSS) {
		put_be32(at, (uint32_t)OPTION_MSS << 24 | 4 << 16 | opts->mss);
		at += 4;
	}
	if (opts->has & NF_SYNPROXY_OPT_TIMESTAMP) {
		put_be16(at, has_sack ? OPTION_SACK_PERM << 8 | 2 :
			 OPTION_NOP << 8 | OPTION_NOP);
		put_be16(at + 2, OPTION_TIMESTAMP << 8 | 10);
		put_be32(at + 4, opts->tsval);
		put_be32(at + 8, opts->tsecr);
		at += 12;
	} else if (has_sack) {
		put_be32(at, (uint32_t)OPTION_NOP << 24 | OPTION_NOP << 16 |
			 OPTION_SACK_PERM << 8 | 2);
		at += 4;
	}
	if (opts->has & NF_SYNPROXY_OPT_WSCALE) {
		put_be32(at, (uint32_t)OPTION_NOP << 24 |
			 OPTION_WSCALE << 16 | 3 << 8 | opts->wscale);
		at += 4;
	}
	return (uint32_t)(at - to);
}

/* Cookies. */

static uint32_t
cookie_hash(const struct path *path, uint32_t minute,
	    uint32_t kind)
{
	const struct pkt *p = path->p;
	size_t size = p->family == CLEW_IPV4 ? 4 : 16;
	const uint8_t *tcp = p->ip + p->l4;
	uint64_t words[6] = { (uint64_t)minute << 32 | kind };

	memcpy(&words[1], pkt_src(p), size);
	memcpy(&words[3], pkt_dst(p), size);
	words[5] = load32(tcp);
	return (uint32_t)hash_blocks(&path->track->id_key, words, 6);
}

static uint32_t
minute_of(const struct path *path)
{
	return (uint32_t)(path->track->now_ms / MINUTE_MS);
}

static uint32_t
cookie_make(const struct path *path, const struct seen *syn, uint16_t mss)
{
	const uint16_t *size = sizes[path->p->family == CLEW_IPV6];
	uint32_t minute = minute_of(path), index = SIZES - 1;

	while (index && mss < size[index])
		index--;
	return cookie_hash(path, 0, 0) + syn->seq +
	       (minute << COOKIE_BITS) +
	       ((cookie_hash(path, minute, 1) + index) & COOKIE_MASK);
}

/* => The MSS in it, 0: it is none of ours, or too old. */
static uint16_t
cookie_read(const struct path *path, const struct seen *ack)
{
	uint32_t minute = minute_of(path);
	uint32_t cookie = ack->ack - 1 - cookie_hash(path, 0, 0) -
			  (ack->seq - 1);
	uint32_t age = (minute - (cookie >> COOKIE_BITS)) &
		       (UINT32_MAX >> COOKIE_BITS);
	uint32_t index;

	if (age >= COOKIE_MINUTES)
		return 0;
	index = (cookie - cookie_hash(path, minute - age, 1)) &
		COOKIE_MASK;
	return index < SIZES ? sizes[path->p->family == CLEW_IPV6][index] : 0;
}

/* Sending. */

struct made {
	bool is_to_sender;	/* or on, in the sender's name */
	uint32_t seq;
	uint32_t ack;
	uint16_t window;
	uint8_t flags;
	uint8_t how;		/* enum path_send */
};

static uint32_t
write_ip(const struct path *path, uint8_t *to, bool is_turned, uint32_t size)
{
	const struct pkt *p = path->p;
	const uint8_t *src = is_turned ? pkt_dst(p) : pkt_src(p);
	const uint8_t *dst = is_turned ? pkt_src(p) : pkt_dst(p);

	memset(to, 0, IPV6_HEADER);
	if (p->family == CLEW_IPV6) {
		to[0] = 0x60;
		put_be16(to + 4, (uint16_t)size);
		to[6] = PROTO_TCP;
		to[7] = TTL;
		memcpy(to + 8, src, 16);
		memcpy(to + 24, dst, 16);
		return IPV6_HEADER;
	}
	to[0] = 0x45;
	put_be16(to + 2, (uint16_t)(IPV4_HEADER + size));
	put_be16(to + 6, IPV4_DF);
	to[8] = TTL;
	to[9] = PROTO_TCP;
	memcpy(to + 12, src, 4);
	memcpy(to + 16, dst, 4);
	put_be16(to + 10, (uint16_t)~checksum_fold(checksum_add(0, to,
							IPV4_HEADER)));
	return IPV4_HEADER;
}

static void
send_made(struct path *path, const struct made *m, const struct options *opts)
{
	const uint8_t *from = path->p->ip + path->p->l4;
	uint8_t out[IPV6_HEADER + TCP_HEADER + OPTIONS_MOST];
	uint8_t options[OPTIONS_MOST], *tcp;
	uint32_t size = TCP_HEADER + write_options(options, opts);
	uint32_t header = write_ip(path, out, m->is_to_sender, size);
	struct pkt made = { .ip = out, .family = path->p->family };

	tcp = out + header;
	memset(tcp, 0, TCP_HEADER);
	memcpy(tcp, from + (m->is_to_sender ? 2 : 0), 2);
	memcpy(tcp + 2, from + (m->is_to_sender ? 0 : 2), 2);
	put_be32(tcp + 4, m->seq);
	put_be32(tcp + 8, m->ack);
	tcp[12] = (uint8_t)(size / 4 << 4);
	tcp[13] = m->flags;
	put_be16(tcp + 14, m->window);
	memcpy(tcp + TCP_HEADER, options, size - TCP_HEADER);
	put_be16(tcp + 16, (uint16_t)~checksum_fold(
		checksum_pseudo(&made, PROTO_TCP, size) +
		checksum_add(0, tcp, size)));
	path->ops->send(path, out, header + size, m->how);
}

static void
answer_syn(struct path *path, const struct seen *syn,
	   const struct options *opts)
{
	send_made(path, &(struct made){
		.is_to_sender = true,
		.seq = cookie_make(path, syn, opts->mss_told),
		.ack = syn->seq + 1,
		.flags = FLAG_SYN | FLAG_ACK |
			 (opts->has & NF_SYNPROXY_OPT_ECN ? FLAG_ECE : 0),
		.how = PATH_SEND_REPLY,
	}, opts);
}

/* With our own number where its answer's would be: synproxy_hook() meets it
 * once there is a connection. */
static void
begin_with_server(struct path *path, const struct seen *ack, uint32_t seq,
		  const struct options *opts)
{
	send_made(path, &(struct made){
		.seq = seq - 1,
		.ack = ack->ack - 1,
		.window = ack->window,
		.flags = FLAG_SYN | (opts->has & NF_SYNPROXY_OPT_ECN ?
				     FLAG_ECE | FLAG_CWR : 0),
		.how = PATH_SEND_SYNPROXY,
	}, opts);
}

/* The client's ACK, if its cookie is one. */
static bool
take_ack(struct path *path, const struct seen *ack, uint32_t seq,
	 struct options *opts)
{
	struct seen as = *ack;

	as.seq = seq;
	opts->mss = cookie_read(path, &as);
	if (!opts->mss)
		return false;
	opts->has |= NF_SYNPROXY_OPT_MSS;
	if (opts->has & NF_SYNPROXY_OPT_TIMESTAMP) {
		opts->wscale = opts->tsecr & STAMP_NO_WSCALE;
		if (opts->wscale != STAMP_NO_WSCALE)
			opts->has |= NF_SYNPROXY_OPT_WSCALE;
		if (opts->tsecr & STAMP_SACK_PERM)
			opts->has |= NF_SYNPROXY_OPT_SACK_PERM;
		if (opts->tsecr & STAMP_ECN)
			opts->has |= NF_SYNPROXY_OPT_ECN;
	}
	begin_with_server(path, ack, seq, opts);
	return true;
}

/* Rules. */

static void
hide_in_stamp(const struct path *path, struct options *opts, uint8_t wscale)
{
	opts->tsecr = opts->tsval;
	opts->tsval = (uint32_t)path->track->now_ms & ~(uint32_t)STAMP_BITS;
	if (opts->has & NF_SYNPROXY_OPT_WSCALE) {
		opts->tsval |= opts->wscale;
		opts->wscale = wscale;
	} else {
		opts->tsval |= STAMP_NO_WSCALE;
	}
	if (opts->has & NF_SYNPROXY_OPT_SACK_PERM)
		opts->tsval |= STAMP_SACK_PERM;
	if (opts->has & NF_SYNPROXY_OPT_ECN)
		opts->tsval |= STAMP_ECN;
}

static void
take_syn(struct path *path, const struct seen *syn, struct options *opts,
	 const struct synproxy *says)
{
	if (syn->flags & FLAG_ECE && syn->flags & FLAG_CWR)
		opts->has |= NF_SYNPROXY_OPT_ECN;
	opts->has &= says->options;
	opts->mss_told = opts->mss;
	opts->mss = says->mss;
	if (opts->has & NF_SYNPROXY_OPT_TIMESTAMP)
		hide_in_stamp(path, opts, says->wscale);
	else
		opts->has &= (uint8_t)~(NF_SYNPROXY_OPT_WSCALE |
					NF_SYNPROXY_OPT_SACK_PERM |
					NF_SYNPROXY_OPT_ECN);
	answer_syn(path, syn, opts);
}

static bool
is_checksum_good(const struct pkt *p)
{
	return p->flags & (CLEW_PKT_CSUM_OK | CLEW_PKT_CSUM_PARTIAL |
			   CLEW_PKT_GSO) ||
	       checksum_check(p, p->len - p->l4, PROTO_TCP) != CHECKSUM_BAD;
}

enum synproxy_answer
synproxy_rule(struct path *path, const struct synproxy *says)
{
	const struct pkt *p = path->p;
	struct options opts;
	struct seen s;

	if (p->kind != PKT_WHOLE || p->protocol != PROTO_TCP)
		return SYNPROXY_NOT_TCP;
	if (!is_checksum_good(p) || !see(p, &s))
		return SYNPROXY_DROP;
	opts = read_options(s.tcp);
	if (s.flags & FLAG_SYN) {
		take_syn(path, &s, &opts, says);
		return SYNPROXY_TAKEN;
	}
	if (!(s.flags & FLAG_ACK))
		return SYNPROXY_NOT_FOR_ME;
	return take_ack(path, &s, s.seq, &opts) ? SYNPROXY_TAKEN :
						  SYNPROXY_DROP;
}

/* Connections. */

bool
synproxy_begin(struct track *t, struct conn *c)
{
	struct conn_ext *ext = conn_extend(t, c);

	if (!ext)
		return false;
	ext->has_synproxy = true;
	return true;
}

static void
move_numbers(struct conn *c, struct conn_ext *ext, enum clew_dir dir,
	     uint32_t by)
{
	if (!by)
		return;
	c->status |= CLEW_STATUS_SEQ_ADJUST;
	ext->has_seqadj = true;
	ext->seqadj[dir].offset_before = (int32_t)by;
	ext->seqadj[dir].offset_after = (int32_t)by;
}

/* The timestamps a client knows are ours. => false: it cannot be. */
static bool
move_stamps(struct path *path, uint32_t by)
{
	struct pkt *p = path->p;
	uint32_t at = TCP_HEADER, end;
	bool is_reply = path->packet->dir == CLEW_DIR_REPLY;
	uint8_t *tcp;

	if (!by)
		return true;
	end = (p->ip[p->l4 + 12] >> 4) * 4u;
	path_pull(path, p->l4 + end);
	tcp = path_own(path);
	if (!tcp)
		return false;
	tcp += p->l4;
	while (at < end) {
		uint8_t *o = tcp + at, to[4];

		if (o[0] == OPTION_END)
			return true;
		if (o[0] == OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 1 == end || at + o[1] > end || o[1] < 2)
			return false;
		if (o[0] == OPTION_TIMESTAMP && o[1] == 10) {
			o += is_reply ? 2 : 6;
			put_be32(to, is_reply ? get_be32(o) - by :
				 get_be32(o) + by);
			/* Two bytes of it may lie in one word of the sum. */
			for (uint32_t i = 0; i < 4; i += 2) {
				bool odd = (o + i - tcp) & 1;
				uint16_t was = get_be16(o + i);
				uint16_t is = get_be16(to + i);

				if (odd) {
					was = (uint16_t)(was << 8 | was >> 8);
					is = (uint16_t)(is << 8 | is >> 8);
				}
				if (!(p->flags & CLEW_PKT_CSUM_PARTIAL))
					put_be16(tcp + 16, checksum_replace16(
						get_be16(tcp + 16), was, is));
			}
			memcpy(o, to, 4);
			return true;
		}
		at += o[1];
	}
	return true;
}

/* The server has answered our SYN: end both handshakes. */
static void
open_both(struct path *path, struct conn *c, struct conn_ext *ext,
	  const struct seen *s, struct options *opts)
{
	const clew_conn_ref ref = conn_ref(path->track, c);
	uint32_t stamp;

	if (opts->has & NF_SYNPROXY_OPT_TIMESTAMP) {
		ext->synproxy.tsoff = opts->tsval - ext->synproxy.its;
		conn_event(c, CLEW_IPCT_SYNPROXY);
	}
	opts->has &= (uint8_t)~(NF_SYNPROXY_OPT_MSS | NF_SYNPROXY_OPT_WSCALE |
				NF_SYNPROXY_OPT_SACK_PERM);
	stamp = opts->tsval;
	opts->tsval = opts->tsecr;
	opts->tsecr = stamp;
	send_made(path, &(struct made){
		.is_to_sender = true,
		.seq = s->ack,
		.ack = s->seq + 1,
		.window = (uint16_t)c->tcp.side[CLEW_DIR_ORIG].maxwin,
		.flags = FLAG_ACK,
		.how = PATH_SEND_ALONE,
	}, opts);
	if (conn_from_ref(path->track, ref) != c) {
		path->pass->conn = NULL;	/* dropped for a newer one */
		return;
	}
	move_numbers(c, ext, (enum clew_dir)path->packet->dir,
		     ext->synproxy.isn - s->seq);
	conn_event(c, CLEW_IPCT_SEQADJ);
	opts->tsecr = opts->tsval;
	opts->tsval = stamp;
	send_made(path, &(struct made){
		.seq = s->seq + 1,
		.ack = s->ack,
		.window = (uint16_t)(s->window >> opts->wscale),
		.flags = FLAG_ACK,
		.how = PATH_SEND_REPLY,
	}, opts);
}

/* Our SYN passes, or what the client says meanwhile. */
static enum synproxy_answer
before_answer(struct path *path, struct conn *c, struct conn_ext *ext,
	      const struct seen *s)
{
	struct options opts = read_options(s->tcp);

	/* It says once more what began all this: so do we. A number less, for
	 * keep-alives are sent with that. */
	if (!(s->flags & FLAG_SYN) && s->flags & FLAG_ACK &&
	    path->packet->dir == CLEW_DIR_ORIG)
		return take_ack(path, s, s->seq + 1, &opts) ?
		       SYNPROXY_TAKEN : SYNPROXY_DROP;
	ext->synproxy.isn = s->ack;
	if (opts.has & NF_SYNPROXY_OPT_TIMESTAMP)
		ext->synproxy.its = opts.tsecr;
	conn_event(c, CLEW_IPCT_SYNPROXY);
	return SYNPROXY_NOT_FOR_ME;
}

static enum synproxy_answer
after_close(struct path *path, struct conn *c, struct conn_ext *ext,
	    const struct seen *s)
{
	bool is_orig = path->packet->dir == CLEW_DIR_ORIG;

	if (s->flags & FLAG_RST && !is_orig) {
		move_numbers(c, ext, CLEW_DIR_REPLY,
			     ext->synproxy.isn - s->seq + 1);
		return SYNPROXY_NOT_FOR_ME;
	}
	if (!(s->flags & FLAG_SYN) || s->flags & FLAG_ACK || !is_orig)
		return SYNPROXY_NOT_FOR_ME;
	ext->synproxy.tsoff = 0;	/* it is opened anew */
	return before_answer(path, c, ext, s);
}

enum synproxy_answer
synproxy_hook(struct path *path)
{
	struct conn *c = path->pass->conn;
	struct conn_ext *ext = c ? track_ext(path->track, c) : NULL;
	enum synproxy_answer answer = SYNPROXY_NOT_FOR_ME;
	struct options opts;
	struct seen s;

	if (!ext || !ext->has_synproxy || path->p->protocol != PROTO_TCP ||
	    conn_protocol(c) != PROTO_TCP)
		return SYNPROXY_NOT_FOR_ME;
	if (!see(path->p, &s))
		return SYNPROXY_DROP;
	switch (c->tcp.state) {
	case CLEW_TCP_CLOSE:
		answer = after_close(path, c, ext, &s);
		break;
	case CLEW_TCP_SYN_SENT:
		answer = before_answer(path, c, ext, &s);
		break;
	case CLEW_TCP_SYN_RECV:
		if (!(s.flags & FLAG_SYN) || !(s.flags & FLAG_ACK))
			break;
		opts = read_options(s.tcp);
		open_both(path, c, ext, &s, &opts);
		return SYNPROXY_TAKEN;
	default:
		break;
	}
	if (answer != SYNPROXY_NOT_FOR_ME)
		return answer;
	return move_stamps(path, ext->synproxy.tsoff) ? SYNPROXY_NOT_FOR_ME :
							SYNPROXY_DROP;
}
