/* SPDX-License-Identifier: BSD-2-Clause
 * nat/testhost.h - for tests: packets made from parts, and a host that does
 * nothing but track and translate them. */
#ifndef NAT_TESTHOST_H
#define NAT_TESTHOST_H

#include "nat/nat.h"

enum {
	FIN = 1, SYN = 2, RST = 4, ACK = 16,
	ROOM = 66000,
};

/* One packet.  Ports are an ICMP query's id and type. */
struct leg {
	bool ipv6;
	uint8_t protocol;
	uint8_t src[16];
	uint8_t dst[16];
	uint16_t sport;
	uint16_t dport;
	uint8_t flags;		/* TCP */
	uint32_t seq;
	uint32_t ack;
	uint16_t data;		/* bytes of payload, counting up */
	bool no_checksum;	/* UDP */
	bool is_partial;	/* the pseudo header's sum alone */
};

/* A leg between two IPv4 addresses, "10.0.0.1" and so on. */
struct leg leg_make(uint8_t protocol, const char *src, uint16_t sport,
		    const char *dst, uint16_t dport);
struct leg leg_reply(const struct leg *leg);
/* => Its length. */
uint32_t leg_build(const struct leg *leg, uint8_t *b);
/* An ICMP error from 'src' to 'dst' that quotes 'size' bytes. */
uint32_t error_build(uint8_t *b, bool ipv6, const uint8_t *src,
		     const uint8_t *dst, uint8_t type, uint8_t code,
		     const uint8_t *quoted, uint32_t size);
void addr_parse(const char *text, uint8_t addr[16]);

struct host {
	struct track t;
	struct random random;
	struct router *router;
	const struct iface *out;
	/* Rules, for the first packets of connections. */
	enum clew_verdict (*at_dst)(struct path *path);
	enum clew_verdict (*at_src)(struct path *path);
	struct nat_range dst;
	struct nat_range src;
	bool has_no_nat;	/* not even its hooks */
	uint32_t destroyed;	/* DESTROY events told */
	uint32_t room_size;	/* for translated packets */

	struct clew_packet packet;
	struct pkt p;
	struct passage pass;
	struct path path;
	uint8_t in[ROOM];
	uint8_t room[ROOM];
};

void host_init(struct host *h);
void host_fini(struct host *h);
/* nat_setup() to h->dst, h->src. */
enum clew_verdict host_dst(struct path *path);
enum clew_verdict host_src(struct path *path);
enum clew_verdict host_masquerade(struct path *path);

/* Send 'len' bytes at 'b' through prerouting and postrouting.
 * => The verdict; what left is at h->p.ip. */
enum clew_verdict host_send(struct host *h, const uint8_t *b, uint32_t len,
			    uint32_t flags);
enum clew_verdict host_send_leg(struct host *h, const struct leg *leg);
/* Send 'in', which must leave as 'out' byte by byte. */
void host_expect(struct host *h, const struct leg *in, const struct leg *out);
/* The connection whose original tuple is that of 'leg', or NULL. */
struct conn *host_conn(struct host *h, const struct leg *leg);
/* What its packets look like when they leave. */
struct leg host_mapped(struct host *h, const struct leg *leg);

#endif
