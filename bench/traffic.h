/* SPDX-License-Identifier: BSD-2-Clause
 * bench/traffic.h - packets to measure with, and rows to print. */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include <stdio.h>

#include "clew/clew.h"

enum {
	BATCH = 128,		/* packets prepared at once */
	REPEATS = 7,
	PACKET_MAX = 1600,
	TCP = 6,
	UDP = 17,
	SYN = 2,
	ACK = 0x10,
};

#define START_NS 1700000000000000000ull

extern FILE *json;		/* rows go there too, or NULL */
extern struct clew_packet packets[BATCH];
extern uint8_t bytes[BATCH][PACKET_MAX];	/* theirs */

uint64_t draw(void);		/* a random number */
double now(void);		/* ns */

/* One line of the table and of the JSON.  => The median. */
double row(const char *name, const char *unit, double *samples, int count);

/* Packet 'slot' as one of flow 'flow': sequence numbers are the same for all
 * flows, so none needs to be remembered. */
void prepare(int slot, uint32_t flow, uint8_t protocol, bool reply,
	     uint8_t flags, uint32_t seq, uint32_t ack, uint32_t payload,
	     uint64_t time_ns);
/* Put the transport's checksum of an IPv4 packet of 'len' bytes right. */
void seal_transport(uint8_t *ip, uint32_t len);
/* Process that many packets, in bursts. */
void run(struct clew_engine *e, int count, int burst);
struct clew_engine *engine(void);
/* Bring 'count' flows into being and all the way to established, with a
 * window of a gigabyte: sequence numbers may then go on for ever. */
void establish(struct clew_engine *e, uint32_t count, uint8_t protocol);

#endif
