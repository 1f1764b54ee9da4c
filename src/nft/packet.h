/* SPDX-License-Identifier: BSD-2-Clause
 * nft/packet.h - where a packet's headers are, for expressions. */
#ifndef NFT_PACKET_H
#define NFT_PACKET_H

#include "nft/nft.h"

/* Find the transport header of ev->path->p: fills in has_l4, l4proto, l4 and
 * frag_offset, as Linux's nft_set_pktinfo does. */
void nft_packet_look(struct nft_eval *ev);

/* The transport header's bytes have changed. */
void nft_packet_look_ports(struct nft_eval *ev);

/* NFPROTO_* of the hook that packets come by: never INET. */
uint8_t nft_hook_family(const struct nft_base *base, const struct path *path);

/* Whom the link layer sent it to: PACKET_*, of what this host heard of itself
 * what it would be if another had sent it. */
uint8_t nft_packet_type(const struct nft_eval *ev);

#endif
