/* SPDX-License-Identifier: BSD-2-Clause
 * io/link.h - where in a captured frame the IP packet begins. */
#ifndef IO_LINK_H
#define IO_LINK_H

#include <stdint.h>

struct link;

enum link_verdict {
	LINK_IP,
	LINK_OTHER,	/* not IP, or not in one piece, or enciphered */
	LINK_CUT,	/* the capture ends before that could be told */
};

struct link_place {
	uint16_t l2;	/* where the layer 2 header begins */
	uint16_t l3;	/* where the IP header begins */
	uint32_t ifindex;	/* where it says so (SLL2), or 0 */
};

/* Find what reads frames of a link type, by libpcap's DLT_ number.
 * => NULL when there is none.  => Static storage. */
const struct link *link_lookup(int dlt);

/* Find the IP packet in a frame of 'caplen' bytes, 'len' on the wire.
 * => LINK_IP: 'place' is filled in, l3 < caplen, and the version nibble does
 *    not contradict what the link layer says. */
enum link_verdict link_find_ip(const struct link *link, const uint8_t *data,
			       uint32_t caplen, uint32_t len,
			       struct link_place *place);

#endif
