/* SPDX-License-Identifier: BSD-2-Clause
 * parity/follow.h - peers that answer to what they see.
 *
 * Scripts are written as if nothing was translated.  What a router makes of a
 * flow's packets is learned from those that come out; an answer in the script
 * is then sent as who got them would send it: to the translated addresses and
 * ports, from where it came out.  ICMP errors quote what was seen there, too.
 * Each side learns from its own router. */
#ifndef PARITY_FOLLOW_H
#define PARITY_FOLLOW_H

#include "parity/outcome.h"

struct follow;

/* Addresses and ports of a packet; 0 where there are none. */
struct flow_key {
	uint8_t src[16];
	uint8_t dst[16];
	uint16_t sport;			/* or an ICMP query's id */
	uint16_t dport;
	uint8_t six;
	uint8_t proto;
};

/* One packet that was sent. */
struct followed {
	struct flow_key key;
	unsigned side;			/* where it really went in */
	bool is_first;			/* nothing was known of it */
};

struct follow *follow_create(void);
void follow_destroy(struct follow *f);
/* Make of packet 'p', given for 'side', what is really to be sent. */
struct followed follow_send(struct follow *f, uint8_t *p, size_t len,
			    unsigned side);
void follow_learn(struct follow *f, const struct followed *sent,
		  const struct outcomes *o, const struct outcome *out);

/* Read the key of an IP packet.  => false: not one that could be followed.
 * => '*l4' is where its transport header begins, 0 in a later fragment. */
bool flow_key_read(struct flow_key *key, const uint8_t *p, size_t len,
		   size_t *l4);
/* Put other addresses and ports into it, checksums adjusted as they were:
 * right ones stay right, wrong ones wrong. */
void flow_key_write(uint8_t *p, size_t len, const struct flow_key *key);
/* Where the packet begins that an ICMP error quotes.  => 0: not an error. */
size_t flow_quote(const uint8_t *p, size_t len);

#endif
