/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/draft.h - a packet while it is being described.
 *
 * packet.c reads what all packets have and puts the IP header on; one file
 * per protocol reads its words and writes its header into 'l4'. */
#ifndef SCENARIO_DRAFT_H
#define SCENARIO_DRAFT_H

#include "base/bytes.h"
#include "scenario/lex.h"

#define DRAFT_L4_MOST 65535

/* What "quoting" can refer to: the packets of the test so far. */
struct draft_quotes {
	const struct scenario_packet *const *packet;
	size_t count;
};

enum draft_checksum {
	DRAFT_CHECKSUM_NONE,
	DRAFT_CHECKSUM_PLAIN,	/* RFC 1071 */
	DRAFT_CHECKSUM_PSEUDO,	/* with pseudo header */
	DRAFT_CHECKSUM_CRC32C,	/* RFC 9260 appendix A */
};

struct draft {
	struct lex *lex;
	const struct draft_quotes *quotes;
	unsigned depth;			/* of quoted packets */
	const struct word *first;	/* the protocol's word */
	uint32_t given;			/* options of all packets, so far */
	uint64_t given_own;		/* options of the protocol */

	uint8_t family;			/* enum clew_family, 0: raw */
	uint8_t protocol;
	union clew_addr addr[2];	/* source, destination */
	uint16_t port[2];

	uint8_t ttl;
	uint8_t tos;
	uint16_t id;
	bool dont_fragment;
	uint8_t ext[8];			/* IPv6 extension headers */
	size_t ext_count;
	const char *ip_options;		/* hexadecimal */
	uint32_t ip_len;		/* what the header says, if given */
	bool is_fragment;
	bool more_fragments;
	uint32_t frag_begin;
	uint32_t frag_end;
	bool bad_checksum;
	bool no_checksum;
	bool bad_ip_checksum;

	uint32_t payload_len;
	bool has_range;			/* tcp: its seq says the length */
	const char *payload_hex;
	int fill;			/* byte, or -1: counting up */

	uint32_t flags;			/* enum clew_packet_flag */
	uint16_t zone;
	const char *policy;
	uint32_t cut;			/* bytes on the wire */
	uint32_t snap;			/* bytes captured */

	enum draft_checksum checksum;
	size_t checksum_at;		/* in l4 */
	size_t checksum_len;		/* bytes of l4 covered, 0: all */
	size_t l4_len;
	uint8_t l4[DRAFT_L4_MOST + 1];
};

/* Read one packet, from its protocol on, up to what it does not know.
 * => false with an error.  => '*d' is heap memory, for free(). */
bool draft_parse(struct draft **d, struct lex *lex,
		 const struct draft_quotes *quotes, unsigned depth);

/* Its bytes from the IP header on.  => NULL with an error. */
uint8_t *draft_build(struct draft *d, size_t *len);

/* For the protocols: */

bool draft_endpoints(struct draft *d, bool with_ports);
/* Read options that any packet can have, until a word that is none. */
bool draft_options(struct draft *d);
/* Whether the next word is 'name', a number follows and it came but once:
 * => 1 taken, 0 another word, -1 error. */
int draft_number(struct draft *d, const char *name, unsigned bit,
		 uint64_t most, uint64_t *n);
/* Append to l4.  => NULL with an error: the packet is too long. */
uint8_t *draft_append(struct draft *d, size_t len);
bool draft_append_hex(struct draft *d, const struct word *word,
		      const char *hex);
/* Append the payload that was asked for. */
bool draft_append_payload(struct draft *d);
/* Whether the packet's words are over. */
bool draft_is_over(const struct draft *d);
/* "'x' is not understood in a tcp packet" */
bool draft_unknown(struct draft *d);

bool tcp_parse(struct draft *d);
bool udp_parse(struct draft *d);
bool icmp_parse(struct draft *d);
bool sctp_parse(struct draft *d);
bool gre_parse(struct draft *d);
bool generic_parse(struct draft *d);

#endif
