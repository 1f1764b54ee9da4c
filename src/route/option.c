/* SPDX-License-Identifier: BSD-2-Clause
 * route/option.c - options of IPv4: checked, recorded into, echoed. */
#include "route/option.h"

#include <string.h>

#include "base/bytes.h"
#include "pkt/checksum.h"
#include "route/router.h"

enum {
	HEADER		= 20,

	OPT_END		= 0,
	OPT_NOOP	= 1,
	OPT_RR		= 7,	/* record route */
	OPT_TS		= 68,	/* timestamps */
	OPT_LSRR	= 131,	/* loose and strict source route */
	OPT_SSRR	= 137,
	OPT_CIPSO	= 134,
	OPT_ALERT	= 148,
	OPT_COPIED	= 0x80,

	TS_ONLY		= 0,
	TS_AND_ADDR	= 1,
	TS_PRESPEC	= 3,
};

/* What is known of the options while they are read. */
struct reading {
	struct path *path;
	uint8_t *ip;
	uint32_t bad_at;
	bool has_source_route;
	bool is_changed;
};

static bool
is_bad(struct reading *r, const uint8_t *at)
{
	r->bad_at = (uint32_t)(at - r->ip);
	return false;
}

/* Milliseconds since midnight (RFC 791). */
static void
put_time(const struct path *path, uint8_t *at)
{
	put_be32(at, (uint32_t)(path->track->now_ms % 86400000));
}

/* The address by which the packet's sender knows us. */
static void
put_own_address(const struct reading *r, uint8_t *at)
{
	const struct path *path = r->path;
	union clew_addr src = router_addr(CLEW_IPV4, r->ip + 12);
	union clew_addr own = { { 0 } };
	const struct route_flow flow = { .family = CLEW_IPV4, .dst = src };
	struct route_result back;

	if (path->route.type == CLEW_ROUTE_LOCAL)
		own = router_addr(CLEW_IPV4, r->ip + 16);
	else if (!route_lookup(path->router, &flow, &back))
		route_own_source(path->router, &back, CLEW_IPV4, &src, &own);
	memcpy(at, own.bytes, 4);
}

static bool
receive_rr(struct reading *r, uint8_t *o, uint32_t len)
{
	if (r->path->option_rr)
		return is_bad(r, o);
	if (len < 3)
		return is_bad(r, o + 1);
	if (o[2] < 4)
		return is_bad(r, o + 2);
	if (o[2] <= len) {
		if (o[2] + 3u > len)
			return is_bad(r, o + 2);
		put_own_address(r, o + o[2] - 1);
		o[2] += 4;
		r->is_changed = true;
		r->path->option_rr_waits = true;
	}
	r->path->option_rr = (uint8_t)(o - r->ip);
	return true;
}

static bool
receive_stamp(struct reading *r, uint8_t *o, uint32_t len)
{
	union clew_addr asked;

	if (o[2] + 3u > len)
		return is_bad(r, o + 2);
	switch (o[3] & 15) {
	case TS_ONLY:
		put_time(r->path, o + o[2] - 1);
		o[2] += 4;
		break;
	case TS_AND_ADDR:
		if (o[2] + 7u > len)
			return is_bad(r, o + 2);
		put_own_address(r, o + o[2] - 1);
		put_time(r->path, o + o[2] + 3);
		o[2] += 8;
		r->path->option_ts_waits = true;
		break;
	case TS_PRESPEC:
		if (o[2] + 7u > len)
			return is_bad(r, o + 2);
		asked = router_addr(CLEW_IPV4, o + o[2] - 1);
		if (route_address_type(r->path->router, CLEW_IPV4, &asked,
				       NULL) == CLEW_ROUTE_UNICAST)
			return true;
		put_time(r->path, o + o[2] + 3);
		o[2] += 8;
		break;
	default:
		return true;
	}
	r->is_changed = true;
	return true;
}

static bool
receive_ts(struct reading *r, uint8_t *o, uint32_t len)
{
	if (r->path->option_ts)
		return is_bad(r, o);
	if (len < 4)
		return is_bad(r, o + 1);
	if (o[2] < 5)
		return is_bad(r, o + 2);
	if (o[2] <= len) {
		if (!receive_stamp(r, o, len))
			return false;
	} else if ((o[3] & 15) != TS_PRESPEC) {
		if (o[3] >> 4 == 15)
			return is_bad(r, o + 3);
		o[3] += 1 << 4;		/* one more had no room */
		r->is_changed = true;
	}
	r->path->option_ts = (uint8_t)(o - r->ip);
	return true;
}

static bool
receive_option(struct reading *r, uint8_t *o, uint32_t len)
{
	switch (o[0]) {
	case OPT_RR:
		return receive_rr(r, o, len);
	case OPT_TS:
		return receive_ts(r, o, len);
	case OPT_LSRR:
	case OPT_SSRR:
		if (len < 3)
			return is_bad(r, o + 1);
		if (o[2] < 4)
			return is_bad(r, o + 2);
		if (r->has_source_route)
			return is_bad(r, o);
		r->has_source_route = true;
		return true;
	case OPT_ALERT:	/* nobody listens */
		return len < 4 ? is_bad(r, o + 1) : true;
	case OPT_CIPSO:	/* of a domain that is not known here */
		r->path->option_cipso = (uint8_t)(o - r->ip);
		return is_bad(r, len < 8 ? o + 1 : o + 2);
	default:
		return true;
	}
}

/* Behind the end all is zero. */
static void
clear_rest(struct reading *r, uint8_t *o, const uint8_t *end)
{
	for (; o < end; o++) {
		r->is_changed |= *o != OPT_END;
		*o = OPT_END;
	}
}

static bool
receive_all(struct reading *r)
{
	uint8_t *o = r->ip + HEADER, *end = r->ip + (r->ip[0] & 15) * 4;

	while (o < end) {
		if (*o == OPT_END) {
			clear_rest(r, o, end);
			return true;
		}
		if (*o == OPT_NOOP) {
			o++;
			continue;
		}
		if (end - o < 2 || o[1] < 2 || o[1] > end - o)
			return is_bad(r, o);
		if (!receive_option(r, o, o[1]))
			return false;
		o += o[1];
	}
	return true;
}

static void
put_checksum(uint8_t *ip)
{
	put_be16(ip + 10, 0);
	put_be16(ip + 10, (uint16_t)~checksum_fold(
		checksum_add(0, ip, (ip[0] & 15u) * 4)));
}

enum option_outcome
option_receive(struct path *path, uint8_t *pointer)
{
	uint8_t header[60];
	uint32_t size = (path->p->ip[0] & 15u) * 4;
	struct reading r = { .path = path, .ip = header };
	bool is_good;

	/* In a copy, that most of the time is what was there. */
	memcpy(header, path->p->ip, size);
	is_good = receive_all(&r);
	if (r.is_changed) {
		uint8_t *own = path_own(path);

		if (!own)
			return OPTION_NO_MEMORY;
		/* As in Linux the checksum follows when it is forwarded. */
		memcpy(own, header, size);
		path->is_option_changed = true;
	}
	*pointer = (uint8_t)r.bad_at;
	return !is_good ? OPTION_BAD :
	       r.has_source_route ? OPTION_SOURCE_ROUTED : OPTION_GOOD;
}

static void
put_way_out(const struct path *path, uint8_t *at)
{
	union clew_addr dst = router_addr(CLEW_IPV4, pkt_dst(path->p));
	union clew_addr own = { { 0 } };

	route_own_source(path->router, &path->route, CLEW_IPV4, &dst, &own);
	memcpy(at, own.bytes, 4);
}

void
option_forward(struct path *path)
{
	uint8_t *ip;

	if (!path->is_option_changed)
		return;
	ip = path_own(path);		/* it was, when they were recorded */
	if (!ip)
		return;
	if (path->option_rr_waits) {
		uint8_t *o = ip + path->option_rr;

		put_way_out(path, o + o[2] - 5);
	}
	if (path->option_ts_waits) {
		uint8_t *o = ip + path->option_ts;

		put_way_out(path, o + o[2] - 9);
	}
	put_checksum(ip);
}

/* The error is stamped like any packet that is sent, if there is room. */
static uint32_t
echo_stamp(const struct path *path, const union clew_addr *source, uint8_t *o)
{
	switch (o[3] & 15) {
	case TS_ONLY:
		if (o[2] + 3 > o[1])
			break;
		put_time(path, o + o[2] - 1);
		o[2] += 4;
		break;
	case TS_AND_ADDR:
		if (o[2] + 7 > o[1])
			break;
		memcpy(o + o[2] - 1, source->bytes, 4);
		put_time(path, o + o[2] + 3);
		o[2] += 8;
		break;
	default:
		break;
	}
	return o[1];
}

uint32_t
option_echo(const struct path *path, const union clew_addr *source,
	    uint8_t out[40])
{
	const uint8_t *ip = path->p->ip;
	uint32_t size = 0;

	if (path->option_rr) {
		const uint8_t *o = ip + path->option_rr;

		memcpy(out, o, o[1]);
		size = o[1];
		if (path->option_rr_waits && o[2] + 3 <= o[1]) {
			memcpy(out + o[2] - 1, source->bytes, 4);
			out[2] += 4;
		}
	}
	if (path->option_ts) {
		const uint8_t *o = ip + path->option_ts;

		memcpy(out + size, o, o[1]);
		size += echo_stamp(path, source, out + size);
	}
	if (path->option_cipso) {
		const uint8_t *o = ip + path->option_cipso;

		memcpy(out + size, o, o[1]);
		size += o[1];
	}
	while (size % 4)
		out[size++] = OPT_END;
	return size;
}

void
option_fragment(uint8_t *ip)
{
	uint8_t *o = ip + HEADER, *end = ip + (ip[0] & 15) * 4;

	while (o < end && *o != OPT_END) {
		uint32_t len;

		if (*o == OPT_NOOP) {
			o++;
			continue;
		}
		len = end - o < 2 ? 0 : o[1];
		if (len < 2 || len > end - o)
			return;
		if (!(*o & OPT_COPIED))
			memset(o, OPT_NOOP, len);
		o += len;
	}
}
