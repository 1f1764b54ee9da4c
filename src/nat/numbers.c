/* SPDX-License-Identifier: BSD-2-Clause
 * nat/numbers.c - sequence numbers of segments whose stream was lengthened or
 * shortened before them (RFC 2663 6.3 on payload translation).
 *
 * The tracker sees the numbers as each side sends them; the receiver gets
 * them as they would be in the stream it knows: its own acknowledgments and
 * SACK blocks (RFC 2018 3) are moved back. */
#include "base/bytes.h"
#include "nat/nat.h"
#include "pkt/checksum.h"

enum {
	TCP_HEADER = 20,
	TCP_SEQ = 4,
	TCP_ACK = 8,
	TCP_FLAGS = 13,
	TCP_CHECKSUM = 16,
	FLAG_ACK = 0x10,

	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_SACK = 5,
	SACK_BLOCK = 8,
};

struct segment {
	const struct pkt *p;
	uint8_t *tcp;
	bool is_partial;	/* its checksum is still to be made */
};

static void
set_number(struct segment *s, uint8_t *at, uint32_t number)
{
	uint8_t *check = s->tcp + TCP_CHECKSUM, to[4];

	put_be32(to, number);
	if (!s->is_partial)
		put_be16(check, checksum_replace(get_be16(check), at, to, 4));
	put_be32(at, number);
}

static int32_t
offset_of(const struct clew_seqadj *adj, uint32_t seq)
{
	return (int32_t)(seq - adj->correction_pos) > 0 ? adj->offset_after :
							  adj->offset_before;
}

/* An acknowledgment of what the other side sent, as that side knows it. */
static void
set_acknowledged(struct segment *s, uint8_t *at,
		 const struct clew_seqadj *theirs)
{
	uint32_t number = get_be32(at);

	set_number(s, at, number - (uint32_t)offset_of(theirs, number -
				(uint32_t)theirs->offset_before));
}

/* => false when the options are malformed. */
static bool
set_sacks(struct segment *s, const struct clew_seqadj *theirs)
{
	uint32_t end = (s->tcp[12] >> 4) * 4u, at = TCP_HEADER, size;

	while (at < end) {
		uint8_t *o = s->tcp + at;

		if (o[0] == OPTION_END)
			return true;
		if (o[0] == OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 1 == end || o[1] < 2 || at + o[1] > end)
			return false;
		size = o[1];
		if (o[0] == OPTION_SACK && size >= 2 + SACK_BLOCK &&
		    (size - 2) % SACK_BLOCK == 0) {
			for (uint32_t i = 2; i < size; i += 4)
				set_acknowledged(s, o + i, theirs);
		}
		at += size;
	}
	return true;
}

enum clew_verdict
nat_adjust_numbers(struct path *path)
{
	const struct conn *c = path->pass->conn;
	const struct conn_ext *ext = track_ext(path->track, c);
	enum clew_dir dir = path->packet->dir;
	struct pkt *p = path->p;
	struct segment s = { .p = p };
	uint32_t header;

	/* Errors that quote segments stay as they are, and so do resets made
	 * here, which were never in the stream. */
	if (path->packet->ct_state == CLEW_CT_RELATED || p->kind != PKT_WHOLE || p->protocol != PROTO_TCP ||
	    conn_protocol(c) != PROTO_TCP || !ext)
		return CLEW_ACCEPT;
	if (pkt_header(p, p->l4, TCP_HEADER) == PKT_HEADER_CUT)
		return CLEW_ACCEPT;
	header = p->l4 + TCP_HEADER <= p->have ?
		 (p->ip[p->l4 + 12] >> 4) * 4u : 0;
	if (pkt_header(p, p->l4, TCP_HEADER) != PKT_HEADER_OK ||
	    pkt_header(p, p->l4, header) == PKT_HEADER_SHORT)
		goto drop;
	if (pkt_header(p, p->l4, header) == PKT_HEADER_CUT)
		return CLEW_ACCEPT;
	path_pull(path, p->l4 + header);
	s.tcp = path_own(path);
	if (!s.tcp)
		goto drop;
	s.tcp += p->l4;
	s.is_partial = p->flags & CLEW_PKT_CSUM_PARTIAL;
	set_number(&s, s.tcp + TCP_SEQ, get_be32(s.tcp + TCP_SEQ) +
		   (uint32_t)offset_of(&ext->seqadj[dir],
				       get_be32(s.tcp + TCP_SEQ)));
	if (!(s.tcp[TCP_FLAGS] & FLAG_ACK))
		return CLEW_ACCEPT;
	set_acknowledged(&s, s.tcp + TCP_ACK, &ext->seqadj[!dir]);
	if (set_sacks(&s, &ext->seqadj[!dir]))
		return CLEW_ACCEPT;
drop:
	track_reason(path->track, path->packet, CLEW_WHY_NAT_ERROR);
	path->track->stats.drop++;
	return CLEW_DROP;
}
