/* SPDX-License-Identifier: BSD-2-Clause
 * nft/uapi.h - what Linux 6.18 has of nf_tables beyond the headers of 6.1.
 *
 * Numbers of the netlink protocol, in our own words; macros with the names
 * that newer headers use, so that those may define them too. */
#ifndef NFT_UAPI_H
#define NFT_UAPI_H

#include <linux/netfilter/nf_tables.h>

/* Messages. */
#define NFT_MSG_GETRULE_RESET		25
#define NFT_MSG_DESTROYTABLE		26
#define NFT_MSG_DESTROYCHAIN		27
#define NFT_MSG_DESTROYRULE		28
#define NFT_MSG_DESTROYSET		29
#define NFT_MSG_DESTROYSETELEM		30
#define NFT_MSG_DESTROYOBJ		31
#define NFT_MSG_DESTROYFLOWTABLE	32
#define NFT_MSG_GETSETELEM_RESET	33
#define NFT_UAPI_MESSAGES		34

/* A table that outlives the program that owns it. */
#define NFT_TABLE_F_PERSIST		0x4

/* Devices by the beginning of their name. */
#define NFTA_DEVICE_PREFIX		2

/* How a set finds its elements, in words; how many there are. */
#define NFTA_SET_TYPE			19
#define NFTA_SET_COUNT			20

/* Bitwise operations on two registers. */
#define NFT_BITWISE_AND			3
#define NFT_BITWISE_OR			4
#define NFT_BITWISE_XOR			5
#define NFTA_BITWISE_SREG2		8

/* meta. */
#define NFT_META_BRI_BROUTE		38
#define NFT_META_BRI_IIFHWADDR		39

/* What a trace tells of the connection. */
#define NFTA_TRACE_CT_ID		18
#define NFTA_TRACE_CT_DIRECTION		19
#define NFTA_TRACE_CT_STATUS		20
#define NFTA_TRACE_CT_STATE		21

#endif
