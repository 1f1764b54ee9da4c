/* SPDX-License-Identifier: BSD-2-Clause
 * nft/tell.h - what rules saw, in words, for packets that are explained.
 *
 * Such a packet runs a rule's own expressions one by one (watch.c), not what
 * fuse.c made of them.  After each its ops->tell() says what it did, in the
 * words of nft: loads say what a register holds from then on ("tcp dport"),
 * comparisons what they saw of it. */
#ifndef NFT_TELL_H
#define NFT_TELL_H

#include "base/strbuf.h"
#include "nft/expr.h"

/* How a register's bytes read. */
enum nft_show {
	NFT_SHOW_HEX,
	NFT_SHOW_NUMBER,	/* network order */
	NFT_SHOW_HOST,		/* a number in the host's order */
	NFT_SHOW_HOST_HEX,	/* marks */
	NFT_SHOW_ADDR,		/* whole, or the bytes of a prefix */
	NFT_SHOW_MAC,
	NFT_SHOW_STRING,	/* names of interfaces */
	NFT_SHOW_PROTOCOL,
	NFT_SHOW_FAMILY,
	NFT_SHOW_IFACE,		/* an index */
	NFT_SHOW_PKTTYPE,
	NFT_SHOW_TCP_FLAGS,
	NFT_SHOW_CT_STATE,
	NFT_SHOW_CT_STATUS,
	NFT_SHOW_CT_DIR,
	NFT_SHOW_ADDR_TYPE,	/* RTN_* */
};

enum { NFT_TELL_WIDE = 16 };	/* bytes a mask can have */

/* What a register holds since it was loaded. */
struct nft_origin {
	char what[48];
	uint8_t show;		/* enum nft_show */
	uint8_t len;		/* bytes; 0: nobody loaded it */
	bool is_masked;		/* before 'mask' it was 'raw' */
	uint8_t raw[NFT_TELL_WIDE];
	uint8_t mask[NFT_TELL_WIDE];
};

struct nft_telling {
	const struct nft_eval *ev;
	const struct nft_regs *saw;	/* as the expression found them */
	const struct nft_regs *left;	/* as it left them */
	bool holds;			/* it let the rule go on */
	bool is_load;			/* tells nothing unless it failed */
	bool is_question;		/* it could have said no */
	const char *op;
	struct strbuf what;
	struct strbuf value;
	struct strbuf wanted;
	struct strbuf note;
	struct nft_origin origin[NFT_WORDS];
};

/* An expression has loaded 'len' bytes into a register. */
void nft_tell_load(struct nft_telling *t, uint8_t reg, uint32_t len,
		   enum nft_show show, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* It compared a register with a constant. */
void nft_tell_compare(struct nft_telling *t, uint8_t reg, uint32_t len,
		      const char *op, const void *constant);
/* The same with two: 'from' up to 'to'. */
void nft_tell_between(struct nft_telling *t, uint8_t reg, uint32_t len,
		      const char *op, const void *from, const void *to);

/* What a key of 'len' bytes, maybe of several fields, is, and its value. */
void nft_tell_key(struct nft_telling *t, uint8_t reg, uint32_t len);
/* The bytes of such a key at 'key', as its fields read. */
void nft_put_key(const struct nft_telling *t, struct strbuf *sb, uint8_t reg,
		 uint32_t len, const void *key);

/* 'len' bytes as they read. */
void nft_put_value(const struct nft_telling *t, struct strbuf *sb,
		   enum nft_show show, const void *bytes, uint32_t len);

/* How values of one of nft's own types (enum datatypes) read. */
enum nft_show nft_show_of_type(uint32_t type);

#endif
