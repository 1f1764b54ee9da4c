/* SPDX-License-Identifier: BSD-2-Clause
 * io/pcapng.h - which interface each packet of a pcapng file came from.
 *
 * libpcap reads the packets but does not tell.  The same bytes pass through
 * here on their way to it; what is kept is the interfaces' names and, in the
 * packets' order, the number of the interface of each. */
#ifndef IO_PCAPNG_H
#define IO_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PCAPNG_NAME = 64,		/* longest name kept */
	PCAPNG_INTERFACES = 1024,	/* most that are kept */
	PCAPNG_QUEUE = 4096,		/* most packets between the two readers */
	PCAPNG_BODY = 512,		/* of an interface block, for its name */
};

struct pcapng {
	bool is_on;		/* it is a pcapng file, and understood so far */
	bool is_swapped;
	uint64_t at;		/* bytes of the present block seen */
	uint32_t type;
	uint32_t size;
	uint32_t kept;
	uint8_t block[8 + PCAPNG_BODY];	/* its first bytes */

	char **name;		/* of all sections, in their order; NULL: none */
	uint32_t interfaces;
	uint32_t section;		/* where the present one's begin */
	uint32_t names_room;

	/* A ring: numbers of interfaces, UINT32_MAX for one not kept. */
	uint32_t queue[PCAPNG_QUEUE];
	uint32_t first;
	uint32_t count;
};

void pcapng_init(struct pcapng *p);
void pcapng_fini(struct pcapng *p);

/* The next bytes of the file.  Any other file's are passed over; what cannot
 * be understood ends it all quietly: libpcap will say what is wrong. */
void pcapng_put(struct pcapng *p, const uint8_t *data, size_t size);

/* The next packet's interface.
 * => Its name, that lives as long as this; NULL when it has none or the file
 *    is no pcapng file. */
const char *pcapng_take(struct pcapng *p);

#endif
