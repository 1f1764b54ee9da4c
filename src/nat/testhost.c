/* SPDX-License-Identifier: BSD-2-Clause
 * nat/testhost.c - see testhost.h. */
#include "nat/testhost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "pkt/checksum.h"

#define START_NS 1700000000000000000ull

void
addr_parse(const char *text, uint8_t addr[16])
{
	memset(addr, 0, 16);
	assert_int_equal(inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET,
				   text, addr), 1);
}

struct leg
leg_make(uint8_t protocol, const char *src, uint16_t sport, const char *dst,
	 uint16_t dport)
{
	struct leg leg = {
		.ipv6 = strchr(src, ':'), .protocol = protocol,
		.sport = sport, .dport = dport, .flags = SYN, .seq = 1000,
		.data = 11,
	};

	if (protocol == PROTO_TCP)
		leg.data = 0;
	addr_parse(src, leg.src);
	addr_parse(dst, leg.dst);
	return leg;
}

struct leg
leg_reply(const struct leg *leg)
{
	struct leg r = *leg;

	memcpy(r.src, leg->dst, 16);
	memcpy(r.dst, leg->src, 16);
	if (leg->protocol == PROTO_ICMP || leg->protocol == PROTO_ICMPV6) {
		r.dport = leg->protocol == PROTO_ICMP ? 0 : 129;
		return r;
	}
	r.sport = leg->dport;
	r.dport = leg->sport;
	r.flags = SYN | ACK;
	r.seq = 9000;
	r.ack = leg->seq + 1;
	return r;
}

/* => The header's length. */
static uint32_t
ip_build(uint8_t *b, bool ipv6, uint8_t protocol, const uint8_t *src,
	 const uint8_t *dst, uint32_t payload)
{
	if (ipv6) {
		memset(b, 0, 40);
		b[0] = 0x60;
		put_be16(b + 4, (uint16_t)payload);
		b[6] = protocol;
		b[7] = 64;
		memcpy(b + 8, src, 16);
		memcpy(b + 24, dst, 16);
		return 40;
	}
	memset(b, 0, 20);
	b[0] = 0x45;
	put_be16(b + 2, (uint16_t)(20 + payload));
	put_be16(b + 4, 0x1234);
	b[8] = 64;
	b[9] = protocol;
	memcpy(b + 12, src, 4);
	memcpy(b + 16, dst, 4);
	put_be16(b + 10, (uint16_t)~checksum_fold(checksum_add(0, b, 20)));
	return 20;
}

static uint32_t
header_build(const struct leg *leg, uint8_t *h)
{
	put_be16(h, leg->sport);
	put_be16(h + 2, leg->dport);
	switch (leg->protocol) {
	case PROTO_TCP:
		memset(h + 4, 0, 16);
		put_be32(h + 4, leg->seq);
		put_be32(h + 8, leg->ack);
		h[12] = 5 << 4;
		h[13] = leg->flags;
		put_be16(h + 14, 60000);
		return 20;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		memset(h, 0, 8);
		h[0] = (uint8_t)leg->dport;
		put_be16(h + 4, leg->sport);
		return 8;
	case PROTO_SCTP:
		memset(h + 4, 0, 8);
		return 12;
	case PROTO_GRE:
		memset(h, 0, 12);
		h[0] = 0x30;
		h[1] = 0x81;
		put_be16(h + 2, 0x880b);
		put_be16(h + 6, leg->dport);
		return 12;
	case PROTO_UDP:
	case PROTO_UDPLITE:
		put_be16(h + 4, (uint16_t)(8 + leg->data));
		put_be16(h + 6, 0);
		return 8;
	default:
		return 0;
	}
}

static void
seal(const struct leg *leg, uint8_t *b, uint32_t l4, uint32_t len)
{
	struct pkt p = {
		.ip = b, .family = leg->ipv6 ? CLEW_IPV6 : CLEW_IPV4,
	};
	uint8_t *check;
	uint64_t sum;

	switch (leg->protocol) {
	case PROTO_TCP: check = b + l4 + 16; break;
	case PROTO_UDP:
	case PROTO_UDPLITE: check = b + l4 + 6; break;
	case PROTO_ICMP:
	case PROTO_ICMPV6: check = b + l4 + 2; break;
	case PROTO_SCTP:
		checksum_put_sctp(b + l4, len - l4);
		return;
	default: return;
	}
	if (leg->no_checksum)
		return;
	/* Linux sums UDP-Lite with UDP's number. */
	sum = leg->protocol == PROTO_ICMP ? 0 :
	      checksum_pseudo(&p, leg->protocol == PROTO_UDPLITE ? PROTO_UDP :
			      leg->protocol, len - l4);
	if (leg->is_partial) {
		put_be16(check, checksum_fold(sum));
		return;
	}
	sum = (uint16_t)~checksum_fold(checksum_add(sum, b + l4, len - l4));
	if (!sum && (leg->protocol == PROTO_UDP ||
		     leg->protocol == PROTO_UDPLITE))
		sum = 0xffff;
	put_be16(check, (uint16_t)sum);
}

uint32_t
leg_build(const struct leg *leg, uint8_t *b)
{
	uint8_t header[20];
	uint32_t size = header_build(leg, header);
	uint32_t l4 = ip_build(b, leg->ipv6, leg->protocol, leg->src,
			       leg->dst, size + leg->data);

	memcpy(b + l4, header, size);
	for (uint32_t i = 0; i < leg->data; i++)
		b[l4 + size + i] = (uint8_t)(i + 1);
	if (leg->protocol == PROTO_SCTP && leg->data >= 20) {
		/* INIT: the smallest chunk that begins something. */
		memset(b + l4 + size, 0, leg->data);
		b[l4 + size] = 1;
		put_be16(b + l4 + size + 2, leg->data);
		put_be32(b + l4 + size + 4, 77);
	}
	seal(leg, b, l4, l4 + size + leg->data);
	return l4 + size + leg->data;
}

uint32_t
error_build(uint8_t *b, bool ipv6, const uint8_t *src, const uint8_t *dst,
	    uint8_t type, uint8_t code, const uint8_t *quoted, uint32_t size)
{
	struct leg leg = {
		.ipv6 = ipv6, .protocol = ipv6 ? PROTO_ICMPV6 : PROTO_ICMP,
	};
	uint32_t l4 = ip_build(b, ipv6, leg.protocol, src, dst, 8 + size);

	memset(b + l4, 0, 8);
	b[l4] = type;
	b[l4 + 1] = code;
	memcpy(b + l4 + 8, quoted, size);
	seal(&leg, b, l4, l4 + 8 + size);
	return l4 + 8 + size;
}

/* The host. */

static struct host *
host_of(struct path *path)
{
	return (struct host *)((char *)path - offsetof(struct host, path));
}

static bool
tell(void *ctx, struct track *t, struct conn *c, enum clew_event_type type,
     uint32_t bits)
{
	struct host *h = ctx;

	(void)t, (void)c, (void)bits;
	h->destroyed += type == CLEW_EVENT_DESTROY;
	return true;
}

void
host_init(struct host *h)
{
	const struct clew_config config = {
		.seed = { 5, 6 }, .choice = 7, .start_ns = START_NS,
	};

	memset(h, 0, offsetof(struct host, in));
	assert_int_equal(track_init(&h->t, &config), 0);
	h->room_size = ROOM;
	random_init(&h->random, config.choice);
	h->t.tell = tell;
	h->t.tell_ctx = h;
}

void
host_fini(struct host *h)
{
	track_fini(&h->t);
	router_destroy(h->router);
}

enum clew_verdict
host_dst(struct path *path)
{
	return nat_setup(path, &host_of(path)->dst, NAT_DST);
}

enum clew_verdict
host_src(struct path *path)
{
	return nat_setup(path, &host_of(path)->src, NAT_SRC);
}

enum clew_verdict
host_masquerade(struct path *path)
{
	return nat_masquerade(path, &host_of(path)->src);
}

static enum clew_verdict
run(struct host *h, enum proto_result read)
{
	struct path *path = &h->path;

	track_packet(&h->t, &h->p, &h->packet, &h->pass, read);
	if (h->packet.verdict != CLEW_ACCEPT)
		return (enum clew_verdict)h->packet.verdict;
	if (h->has_no_nat)
		return CLEW_ACCEPT;
	path->hook = HOOK_PREROUTING;
	if (nat_hook(path, h->at_dst) != CLEW_ACCEPT)
		return CLEW_DROP;
	path->hook = HOOK_POSTROUTING;
	path->out = h->out;
	if (nat_hook(path, h->at_src) != CLEW_ACCEPT)
		return CLEW_DROP;
	return nat_adjust_sequence(path);
}

enum clew_verdict
host_send(struct host *h, const uint8_t *b, uint32_t len, uint32_t flags)
{
	struct passage *only = &h->pass;
	enum proto_result read;

	if (b != h->in)
		memcpy(h->in, b, len);
	h->packet = (struct clew_packet){
		.data = h->in, .caplen = len, .len = len, .flags = flags,
	};
	h->p.flags = flags;
	pkt_parse(&h->p, h->in, len, len);
	h->path = (struct path){
		.p = &h->p, .packet = &h->packet, .pass = &h->pass,
		.track = &h->t, .random = &h->random, .router = h->router,
		.room = h->room, .room_size = h->room_size,
	};
	if (h->p.kind == PKT_BAD)
		return CLEW_DROP;
	read = track_read(&h->p, &h->packet, &h->pass);
	track_hash(&h->t, &only, 1);
	if (run(h, read) != CLEW_ACCEPT) {
		track_abort(&h->t, &h->pass);
		return CLEW_DROP;
	}
	track_confirm(&h->t, &h->packet, &h->pass);
	return (enum clew_verdict)h->packet.verdict;
}

enum clew_verdict
host_send_leg(struct host *h, const struct leg *leg)
{
	uint32_t len = leg_build(leg, h->in);

	return host_send(h, h->in, len, leg->is_partial ?
			 CLEW_PKT_CSUM_PARTIAL : 0);
}

void
host_expect(struct host *h, const struct leg *in, const struct leg *out)
{
	uint8_t want[ROOM];
	uint32_t len = leg_build(out, want);

	assert_int_equal(host_send_leg(h, in), CLEW_ACCEPT);
	assert_int_equal(h->p.len, len);
	assert_memory_equal(h->p.ip, want, len);
}

static void
leg_key(const struct leg *leg, struct key *key)
{
	struct clew_tuple tuple = {
		.family = leg->ipv6 ? CLEW_IPV6 : CLEW_IPV4,
		.protocol = leg->protocol,
	};

	memcpy(tuple.src.bytes, leg->src, 16);
	memcpy(tuple.dst.bytes, leg->dst, 16);
	if (leg->protocol == PROTO_ICMP || leg->protocol == PROTO_ICMPV6) {
		tuple.part.icmp.id_be = to_be16(leg->sport);
		tuple.part.icmp.type = (uint8_t)leg->dport;
	} else {
		tuple.part.port.sport_be = to_be16(leg->sport);
		tuple.part.port.dport_be = to_be16(leg->dport);
	}
	assert_true(key_from_tuple(&tuple, key));
}

struct conn *
host_conn(struct host *h, const struct leg *leg)
{
	struct key key;

	leg_key(leg, &key);
	return track_lookup_side(&h->t, &key,
				 (uint32_t)key_hash(&h->t.hash_key, &key),
				 CLEW_DIR_ORIG);
}

struct leg
host_mapped(struct host *h, const struct leg *leg)
{
	struct conn *c = host_conn(h, leg);
	struct leg mapped = *leg;
	struct key reply;

	assert_non_null(c);
	conn_key(&h->t, c, CLEW_DIR_REPLY, &reply);
	memset(mapped.src, 0, 16);
	memset(mapped.dst, 0, 16);
	memcpy(mapped.src, key_addr(&reply, 1), leg->ipv6 ? 16 : 4);
	memcpy(mapped.dst, key_addr(&reply, 0), leg->ipv6 ? 16 : 4);
	if (leg->protocol == PROTO_ICMP || leg->protocol == PROTO_ICMPV6) {
		mapped.sport = from_be16(key_part(&reply.s).icmp.id_be);
		return mapped;
	}
	mapped.sport = from_be16(key_part(&reply.s).port.dport_be);
	mapped.dport = from_be16(key_part(&reply.s).port.sport_be);
	return mapped;
}
