/* SPDX-License-Identifier: BSD-2-Clause
 * xt/write.h - what targets share that write into packets: headers, and the
 * checksums that go with them. */
#ifndef XT_WRITE_H
#define XT_WRITE_H

#include "nft/eval.h"
#include "pkt/checksum.h"

enum {
	IPV4_HEADER = 20,
	IPV4_CHECK = 10,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	TCP_CHECK = 16,
};

/* The first 'end' bytes, to be written (skb_ensure_writable).
 * => NULL when they are not there; Linux drops the packet then. */
static inline uint8_t *
xt_writable(struct path *path, uint32_t end)
{
	if (pkt_header(path->p, 0, end) != PKT_HEADER_OK)
		return NULL;
	path_pull(path, end);
	return path_own(path);
}

/* One word of an IPv4 header changes, and its checksum. */
static inline void
xt_fix_ipv4(uint8_t *ip, uint16_t from, uint16_t to)
{
	put_be16(ip + IPV4_CHECK,
		 checksum_replace16(get_be16(ip + IPV4_CHECK), from, to));
}

/* A word of the TCP header or its options changes; its checksum, unless that
 * is summed up later. */
static inline void
xt_fix_tcp(const struct pkt *p, uint8_t *tcp, uint16_t from, uint16_t to)
{
	if (!(p->flags & CLEW_PKT_CSUM_PARTIAL))
		put_be16(tcp + TCP_CHECK,
			 checksum_replace16(get_be16(tcp + TCP_CHECK), from,
					    to));
}

/* Where targets look for the TCP header.  => false: there is none
 * (ipv6_skip_exthdr() fails). */
static inline bool
xt_find_tcp(const struct nft_eval *ev, uint32_t *at)
{
	const struct pkt *p = ev->path->p;

	/* Of IPv4 behind the header, whatever is there. */
	if (p->family == CLEW_IPV4) {
		if (pkt_header(p, 0, IPV4_HEADER) != PKT_HEADER_OK)
			return false;
		*at = (p->ip[0] & 15u) * 4;
		return *at >= IPV4_HEADER;
	}
	*at = p->l4;
	return p->kind == PKT_WHOLE;
}

#endif
