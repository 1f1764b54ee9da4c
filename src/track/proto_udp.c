/* SPDX-License-Identifier: BSD-2-Clause
 * track/proto_udp.c - UDP (RFC 768) and UDP-Lite (RFC 3828).
 *
 * UDP has no states; what a connection is taken for follows from what was
 * seen of it:
 *
 *	one way only				udp_timeout
 *	answered, first 2 seconds		udp_timeout
 *	answered, still talking after 2 s	udp_timeout_stream
 *
 * A request and its answer so go away soon, a stream stays.  RFC 4787 REQ-5
 * wants two minutes for all; Linux gives them to streams.  Packets of both
 * directions begin the timeout anew (RFC 4787 REQ-6). */
#include "base/bytes.h"
#include "track/track.h"

enum {
	UDP_HEADER = 8,
	STREAM_MS = 2000,
};

static enum proto_result
udp_check(struct track *t, const struct pkt *p, struct clew_packet *out)
{
	const uint8_t *h = p->ip + p->l4;
	uint32_t size = p->len - p->l4, length;

	switch (pkt_header(p, p->l4, UDP_HEADER)) {
	case PKT_HEADER_SHORT: return track_reason(t, out, CLEW_WHY_UDP_SHORT);
	case PKT_HEADER_CUT: return PROTO_CUT;
	case PKT_HEADER_OK: break;
	}
	length = get_be16(h + 4);
	if (length > size || length < UDP_HEADER)
		return track_reason(t, out, CLEW_WHY_UDP_MALFORMED);
	/* No checksum was sent (RFC 768).  Else Linux sums all that the IP
	 * header counts, also bytes beyond UDP's own length. */
	if (get_be16(h + 6) && track_is_checksum_bad(t, p, size, PROTO_UDP))
		return track_reason(t, out, CLEW_WHY_UDP_CHECKSUM);
	return PROTO_OK;
}

enum proto_result
udp_packet(struct track *t, struct conn *c, const struct pkt *p,
	   enum clew_dir dir, struct clew_packet *out)
{
	enum proto_result checked = udp_check(t, p, out);
	const uint32_t *timeouts;

	if (checked != PROTO_OK)
		return checked;
	timeouts = conn_timeouts(t, c, t->set.udp);
	if (!conn_is_confirmed(c))
		c->udp.stream_ms = t->now_ms + STREAM_MS;
	if (!(c->status & CLEW_STATUS_SEEN_REPLY)) {
		conn_refresh(t, c, p, dir, timeouts[TIMEOUT_UNREPLIED]);
		return PROTO_OK;
	}
	if (t->now_ms > c->udp.stream_ms) {
		conn_refresh(t, c, p, dir, timeouts[TIMEOUT_REPLIED]);
		conn_assure(c);
	} else {
		conn_refresh(t, c, p, dir, timeouts[TIMEOUT_UNREPLIED]);
	}
	return PROTO_OK;
}

static enum proto_result
udplite_check(struct track *t, const struct pkt *p, struct clew_packet *out)
{
	const uint8_t *h = p->ip + p->l4;
	uint32_t size = p->len - p->l4, coverage;

	switch (pkt_header(p, p->l4, UDP_HEADER)) {
	case PKT_HEADER_SHORT:
		return track_reason(t, out, CLEW_WHY_UDPLITE_SHORT);
	case PKT_HEADER_CUT:
		return PROTO_CUT;
	case PKT_HEADER_OK:
		break;
	}
	/* RFC 3828 3.1: the length field is the checksum's coverage. */
	coverage = get_be16(h + 4);
	if (coverage == 0)
		coverage = size;
	else if (coverage < UDP_HEADER || coverage > size)
		return track_reason(t, out, CLEW_WHY_UDPLITE_COVERAGE);
	if (!get_be16(h + 6))
		return track_reason(t, out, CLEW_WHY_UDPLITE_NO_CHECKSUM);
	/* RFC 3828 3.1 has UDP-Lite's own number in the pseudo header; Linux
	 * sums with UDP's, so to it what others send is bad. */
	if (track_is_checksum_bad(t, p, coverage, PROTO_UDP))
		return track_reason(t, out, CLEW_WHY_UDPLITE_CHECKSUM);
	return PROTO_OK;
}

/* No two-second rule here: an answer makes the stream. */
enum proto_result
udplite_packet(struct track *t, struct conn *c, const struct pkt *p,
	       enum clew_dir dir, struct clew_packet *out)
{
	enum proto_result checked = udplite_check(t, p, out);
	const uint32_t *timeouts;

	if (checked != PROTO_OK)
		return checked;
	timeouts = conn_timeouts(t, c, t->set.udp);
	if (!(c->status & CLEW_STATUS_SEEN_REPLY)) {
		conn_refresh(t, c, p, dir, timeouts[TIMEOUT_UNREPLIED]);
		return PROTO_OK;
	}
	conn_refresh(t, c, p, dir, timeouts[TIMEOUT_REPLIED]);
	conn_assure(c);
	return PROTO_OK;
}
