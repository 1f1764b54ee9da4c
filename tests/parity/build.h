/* SPDX-License-Identifier: BSD-2-Clause
 * parity/build.h - packets made from parts, right unless asked otherwise. */
#ifndef PARITY_BUILD_H
#define PARITY_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_ROOM 66000

/* Two hosts; side[0] sits behind tap 0. */
struct ends {
	bool six;
	uint8_t addr[2][16];
};

/* A packet under construction, from its IP header on. */
struct packet {
	size_t len;
	size_t l4;		/* where the transport header begins */
	uint8_t proto;		/* of the transport header */
	uint8_t side;		/* the tap it goes into */
	uint8_t how;		/* enum step_how */
	uint8_t b[PACKET_ROOM];
};

static inline void
put16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static inline void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static inline uint16_t
get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static inline uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* An IP header for a packet from side 'from'; the payload is appended next. */
void packet_begin(struct packet *p, const struct ends *e, unsigned from,
		  uint8_t proto);
void packet_add(struct packet *p, const void *data, size_t len);
void packet_add_zero(struct packet *p, size_t len);
/* Lengths and the IPv4 header checksum, from what is there. */
void packet_end(struct packet *p);
/* The transport checksum, as its protocol wants it. */
void packet_checksum(struct packet *p);

uint32_t sum_add(uint32_t sum, const uint8_t *data, size_t len);
uint16_t sum_fold(uint32_t sum);
uint32_t crc32c(const uint8_t *data, size_t len);

struct tcp_part {
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t window;
	uint8_t options[40];
	uint8_t options_len;	/* multiple of 4 */
	uint16_t data;		/* bytes of payload */
};

enum {
	TH_FIN = 1, TH_SYN = 2, TH_RST = 4, TH_PSH = 8,
	TH_ACK = 16, TH_URG = 32, TH_ECE = 64, TH_CWR = 128,
};

/* A whole packet in one call each. */
void build_tcp(struct packet *p, const struct ends *e, unsigned from,
	       const struct tcp_part *t);
void build_udp(struct packet *p, const struct ends *e, unsigned from,
	       uint8_t proto, uint16_t sport, uint16_t dport, size_t data);
void build_icmp(struct packet *p, const struct ends *e, unsigned from,
		uint8_t type, uint8_t code, uint32_t rest, const void *data,
		size_t len);

/* An SCTP packet: begin, chunks, end. */
void sctp_begin(struct packet *p, const struct ends *e, unsigned from,
		uint16_t sport, uint16_t dport, uint32_t vtag);
/* => Where the chunk begins. */
size_t sctp_chunk(struct packet *p, uint8_t type, uint8_t flags,
		  const void *value, size_t len);

/* splitmix64 and friends. */
struct rng {
	uint64_t state;
};

uint64_t rng_next(struct rng *r);
/* Below 'n', which must not be 0. */
uint32_t rng_below(struct rng *r, uint32_t n);
/* True 'percent' times in a hundred. */
bool rng_chance(struct rng *r, unsigned percent);
#define RNG_PICK(r, array) \
	((array)[rng_below((r), sizeof(array) / sizeof((array)[0]))])

#endif
