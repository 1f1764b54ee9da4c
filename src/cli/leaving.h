/* SPDX-License-Identifier: BSD-2-Clause
 * cli/leaving.h - know a packet again that has gone through the gateway.
 *
 * A capture of both of a gateway's sides has every forwarded packet twice.
 * What the engine lets out is noted here; what is captured later and is the
 * same, but for what a router and its NAT change, is that packet leaving. */
#ifndef CLI_LEAVING_H
#define CLI_LEAVING_H

#include <stdbool.h>
#include <stdint.h>

#include "clew/clew.h"

struct leaving;

/* 'seed' is one that who made the capture cannot know.  => NULL: no memory. */
struct leaving *leaving_create(const uint64_t seed[2]);
void leaving_destroy(struct leaving *leaving);

/* This packet leaves: 'size' bytes are there from the IP header on. */
void leaving_note(struct leaving *leaving, const uint8_t *ip, uint32_t size,
		  uint32_t out_ifindex, uint64_t time_ns);

/* Is this captured packet one that has left, not longer ago than two seconds
 * and, if 'ifindex' is not 0, there?  Each is known again but once.
 * => '*is_same': with the very addresses and ports. */
bool leaving_take(struct leaving *leaving, const uint8_t *ip, uint32_t size,
		  uint32_t ifindex, uint64_t time_ns, bool *is_same);

#endif
