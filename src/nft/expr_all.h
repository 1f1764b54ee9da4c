/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_all.h - all expressions there are, for the table in expr.c. */
#ifndef NFT_EXPR_ALL_H
#define NFT_EXPR_ALL_H

#include "nft/expr.h"

/* One per line, sorted; several of one name are for several families. */
extern const struct nft_expr_ops nft_expr_bitwise;
extern const struct nft_expr_ops nft_expr_byteorder;
extern const struct nft_expr_ops nft_expr_cmp;
extern const struct nft_expr_ops nft_expr_connlimit;
extern const struct nft_expr_ops nft_expr_counter;
extern const struct nft_expr_ops nft_expr_ct;
extern const struct nft_expr_ops nft_expr_dup;
extern const struct nft_expr_ops nft_expr_dup_netdev;
extern const struct nft_expr_ops nft_expr_dynset;
extern const struct nft_expr_ops nft_expr_exthdr;
extern const struct nft_expr_ops nft_expr_fib;
extern const struct nft_expr_ops nft_expr_flow_offload;
extern const struct nft_expr_ops nft_expr_fwd;
extern const struct nft_expr_ops nft_expr_hash;
extern const struct nft_expr_ops nft_expr_immediate;
extern const struct nft_expr_ops nft_expr_last;
extern const struct nft_expr_ops nft_expr_limit;
extern const struct nft_expr_ops nft_expr_log;
extern const struct nft_expr_ops nft_expr_lookup_set;
extern const struct nft_expr_ops nft_expr_masq;
extern const struct nft_expr_ops nft_expr_meta;
extern const struct nft_expr_ops nft_expr_nat;
extern const struct nft_expr_ops nft_expr_notrack;
extern const struct nft_expr_ops nft_expr_numgen;
extern const struct nft_expr_ops nft_expr_objref;
extern const struct nft_expr_ops nft_expr_osf;
extern const struct nft_expr_ops nft_expr_payload;
extern const struct nft_expr_ops nft_expr_payload_set;
extern const struct nft_expr_ops nft_expr_queue;
extern const struct nft_expr_ops nft_expr_quota;
extern const struct nft_expr_ops nft_expr_range;
extern const struct nft_expr_ops nft_expr_redir;
extern const struct nft_expr_ops nft_expr_reject;
extern const struct nft_expr_ops nft_expr_rt;
extern const struct nft_expr_ops nft_expr_socket;
extern const struct nft_expr_ops nft_expr_synproxy;
extern const struct nft_expr_ops nft_expr_tproxy;
extern const struct nft_expr_ops nft_expr_tunnel;
extern const struct nft_expr_ops nft_expr_xfrm;

#endif
