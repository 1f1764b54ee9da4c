/* SPDX-License-Identifier: BSD-2-Clause
 * nft/testload.h - for tests and benchmarks: a ruleset that is loaded by
 * netlink messages made here, and packets to run it on. */
#ifndef NFT_TESTLOAD_H
#define NFT_TESTLOAD_H

#include "nft/nft.h"

enum {
	LOAD_TOLD_MOST = 64,
	LOAD_PACKET_MOST = 256,
};

/* A message that was told. */
struct load_told {
	uint32_t group;
	uint16_t type;			/* NFT_MSG_* */
	uint16_t flags;
};

struct load {
	struct nft *nft;
	struct track track;
	struct router *router;
	struct random random;
	struct nl_extack extack;
	uint16_t blamed;		/* type of the attribute at fault, 0 */
	uint32_t portid;
	uint32_t seq;
	uint8_t buffer[1 << 16];
	struct nl_writer w;
	size_t msg;			/* the message that is being made */
	size_t list;			/* the rule's expressions */
	uint16_t msg_type;
	uint16_t msg_flags;
	uint8_t msg_family;
	int err;			/* the first of the batch */
	struct load_told told[LOAD_TOLD_MOST];
	size_t told_count;

	/* The packet. */
	uint8_t bytes[LOAD_PACKET_MOST];
	uint8_t room[LOAD_PACKET_MOST];
	struct pkt p;
	struct clew_packet packet;
	struct passage pass;
	struct path path;
	struct iface in;
	struct iface out;
};

void load_init(struct load *l);
void load_fini(struct load *l);

/* A batch.  load_end() => 0, or the first error, then all is undone. */
void load_begin(struct load *l);
int load_end(struct load *l);

/* A message: begin, attributes into l->w, end (=> 0 or -errno; the error is
 * kept for load_end() too). */
void load_msg(struct load *l, uint16_t type, uint16_t flags, uint8_t family);
int load_send(struct load *l);

/* Whole ones; each => as load_send(). */
int load_table(struct load *l, uint8_t family, const char *name);
int load_chain(struct load *l, uint8_t family, const char *table,
	       const char *name);
int load_base(struct load *l, uint8_t family, const char *table,
	      const char *name, const char *type, uint32_t hook,
	      int32_t priority, uint32_t policy);
int load_delete(struct load *l, uint16_t type, uint8_t family,
		const char *table, const char *name);

/* A rule: begin, expressions, end. */
void load_rule(struct load *l, uint8_t family, const char *table,
	       const char *chain);
int load_rule_end(struct load *l);
size_t load_expr(struct load *l, const char *name);	/* => its data's nest */
void load_expr_end(struct load *l, size_t data);
void load_meta(struct load *l, uint32_t key, uint32_t reg);
void load_payload(struct load *l, uint32_t base, uint32_t offset,
		  uint32_t len, uint32_t reg);
void load_cmp(struct load *l, uint32_t reg, uint32_t op, const void *value,
	      uint16_t len);
void load_value(struct load *l, uint32_t reg, const void *value,
		uint16_t len);
void load_verdict(struct load *l, int32_t code, const char *chain);
void load_counter(struct load *l);
/* A value within a nest of NFTA_DATA_VALUE. */
void load_data(struct load *l, uint16_t attr, const void *value,
	       uint16_t len);

/* 'tcp dport PORT VERDICT' */
void load_tcp_rule(struct load *l, uint8_t family, const char *table,
		   const char *chain, uint16_t port, int32_t verdict);

/* Dump everything of a kind of message (NFT_MSG_GET*). => How many. */
size_t load_count(struct load *l, uint16_t type, uint8_t family);
/* The value of a rule's first counter, by listing it. */
uint64_t load_packets(struct load *l, uint8_t family, const char *table,
		      const char *chain, uint64_t handle);

/* Make l->path an IPv4 packet of a protocol with these ports. */
void load_packet(struct load *l, uint8_t protocol, uint16_t sport,
		 uint16_t dport);
void load_packet6(struct load *l, uint8_t protocol, uint16_t sport,
		  uint16_t dport);
/* One of these bytes, of which there were 'size' before a capture cut them. */
void load_bytes(struct load *l, const void *bytes, uint32_t have,
		uint32_t size);
/* Run it through the chains of a hook, in order, until one does not accept.
 * => The verdict; NFT_VERDICT_ACCEPT when all do. */
uint32_t load_run(struct load *l, uint8_t hook);

#endif
