/* SPDX-License-Identifier: BSD-2-Clause
 * parity/script.h - what is done to both sides: settings, packets, sleeps.
 *
 * A script is a list of steps.  On disk (little-endian, no padding):
 *
 *	"CLEWPAR1"
 *	'S' u8 namelen, name, u64 value		a setting, Linux's name
 *	'P' u8 side, u8 how, u32 len, bytes	an IP packet into one tap
 *	'T' u32 milliseconds			both clocks move on
 *	'D' u32 n				delete the connection of the
 *						n-th NEW event from behind
 *	'W' u32 len, text			a router, not a bridge, with
 *						these routes (io/network.h)
 *	'R' u32 len, text			nft -f
 *
 * Packets carry no times: everything between two sleeps happens at one
 * instant, for both sides, because the kernel does it in milliseconds. */
#ifndef PARITY_SCRIPT_H
#define PARITY_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum step_type {
	STEP_SET = 'S',
	STEP_PACKET = 'P',
	STEP_SLEEP = 'T',
	STEP_DELETE = 'D',
	STEP_ROUTER = 'W',
	STEP_RULES = 'R',
};

/* How a packet is sent: what the rules do to it, by its source MAC. */
enum step_how {
	HOW_PLAIN,
	HOW_ZONE,		/* zone 1 */
	HOW_ZONE_ORIG,		/* zone 2, original direction alone */
	HOW_ZONE_REPLY,		/* zone 3, reply direction alone */
	HOW_NOTRACK,
	HOW_POLICY,		/* with the timeouts of policy.h */
	HOW_MARK,		/* if established: mark 42 (right UDP only) */
	HOW_UNMARK,		/* mark 0 */
	HOW_LABEL,		/* label 5 */
	HOWS,
	HOW_RULE = 15,		/* these bits */
};

/* The router itself sends it. */
#define SIDE_HOST 3

/* What a network card says of it; where it can not be said (not TCP or UDP,
 * a fragment, too short) it is not said, to both sides. */
enum step_card {
	CARD_NOTHING,
	CARD_CSUM_PARTIAL = 0x10,	/* taps know no other good news */
	CARD_GSO = 0x20,	/* one TCP packet for many */
	CARD_SAYS = 0xf0,	/* these bits */
};

struct step {
	uint8_t type;		/* enum step_type */
	uint8_t side;		/* tap 0 to 2, or SIDE_HOST */
	uint8_t how;		/* enum step_how | enum step_card */
	bool skip;		/* taken out while shrinking */
	uint32_t len;
	uint32_t ms;		/* or n of STEP_DELETE */
	uint64_t value;
	uint8_t *bytes;		/* packet, or NUL-terminated name or text;
				 * owned */
};

struct script {
	struct step *step;
	size_t count;
	size_t room;
	size_t packets;
	bool routed;		/* has a STEP_ROUTER */
	char name[160];		/* where it came from, for reports */
};

void script_init(struct script *s, const char *name);
void script_fini(struct script *s);
void script_set(struct script *s, const char *name, uint64_t value);
void script_packet(struct script *s, unsigned side, unsigned how,
		   const void *bytes, size_t len);
void script_sleep(struct script *s, unsigned ms);
void script_delete(struct script *s, unsigned n);
/* STEP_ROUTER or STEP_RULES. */
void script_text(struct script *s, enum step_type type, const char *text);
/* A copy of the steps that are not skipped. */
void script_copy(struct script *to, const struct script *from);
/* => 0 or -errno. */
int script_save(const struct script *s, const char *path);
int script_load(struct script *s, const char *path);
/* In words, with a hexdump of every packet. */
void script_print(FILE *out, const struct script *s);
/* What can be said of the packet, and where its transport header begins. */
enum step_card step_card(const struct step *step, unsigned *l4);
const char *side_name(unsigned side);
/* One line about an IP packet, without a newline. */
size_t packet_describe(char *buf, size_t size, const uint8_t *p, size_t len);
void print_hex(FILE *out, const char *indent, const uint8_t *p, size_t len);

void *xmalloc(size_t size);
void *xrealloc(void *old, size_t size);

#endif
