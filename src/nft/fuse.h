/* SPDX-License-Identifier: BSD-2-Clause
 * nft/fuse.h - expressions that follow each other in most rules, made one.
 *
 * 'tcp dport 22' is four expressions: load the protocol, compare, load the
 * port, compare.  In what packets run (nft/blob.h) they become one, which
 * does the same, registers included. */
#ifndef NFT_FUSE_H
#define NFT_FUSE_H

#include "nft/expr_fast.h"

/* A load and a comparison with a word or less. */
struct nft_match {
	union {
		struct nft_meta meta;
		struct nft_payload payload;
	};
	uint8_t is_unequal;
	uint32_t value;
	uint32_t mask;
};

/* The transport protocol is 'l4proto', and two or four bytes at 'offset' of
 * its header are, or are not, 'value'. */
struct nft_match_port {
	uint16_t offset;
	uint8_t l4proto;
	uint8_t proto_reg;
	uint8_t reg;
	uint8_t len;
	uint8_t is_unequal;
	uint32_t value;
	uint32_t mask;
};

extern const struct nft_expr_ops nft_match_meta_ops;
extern const struct nft_expr_ops nft_match_payload_ops;
extern const struct nft_expr_ops nft_match_port_ops;

/* Copy a rule's expressions to where there is room for rule->size bytes.
 * => How many were needed. */
uint32_t nft_fuse(const struct nft_rule *rule, void *to);

static inline void
nft_match_compare(const struct nft_match *m, struct nft_regs *regs,
		  uint32_t value)
{
	if ((((value ^ m->value) & m->mask) != 0) != m->is_unequal)
		nft_break(regs);
}

static inline void
nft_match_meta_run(const struct nft_match *m, struct nft_regs *regs,
		   const struct nft_eval *ev)
{
	nft_meta_run(&m->meta, regs, ev);
	if (regs->verdict == NFT_CONTINUE)
		nft_match_compare(m, regs, regs->word[m->meta.reg]);
}

static inline void
nft_match_payload_run(const struct nft_match *m, struct nft_regs *regs,
		      const struct nft_eval *ev)
{
	nft_payload_run(&m->payload, regs, ev);
	if (regs->verdict == NFT_CONTINUE)
		nft_match_compare(m, regs, regs->word[m->payload.dreg]);
}

static inline void
nft_match_port_run(const struct nft_match_port *m, struct nft_regs *regs,
		   const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;
	uint32_t at = ev->l4 + m->offset, value;

	if (!ev->has_l4 || ev->l4proto != m->l4proto || ev->frag_offset ||
	    pkt_header(p, at, m->len) != PKT_HEADER_OK) {
		nft_break(regs);
		return;
	}
	value = m->len == 2 ? load16(p->ip + at) : load32(p->ip + at);
	if ((((value ^ m->value) & m->mask) != 0) != m->is_unequal) {
		nft_break(regs);
		return;
	}
	/* The rule goes on, and may use them. */
	nft_reg_put_u8(&regs->word[m->proto_reg], ev->l4proto);
	regs->word[m->reg] = value;
}

#endif
