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
	bool is_unequal;
	uint32_t value;
	uint32_t mask;
};

/* The transport protocol is 'l4proto', and of the header's first four bytes,
 * the ports, some are, or are not, 'value'. */
struct nft_match_port {
	uint8_t l4proto;
	uint8_t proto_reg;
	uint8_t reg;
	uint8_t shift;			/* to where the register has them */
	bool is_unequal;
	uint32_t keep;			/* which of them it has */
	uint32_t value;
	uint32_t mask;
};

/* The name of the interface it came in by, or leaves by. */
struct nft_match_name {
	struct nft_meta meta;
	bool is_unequal;
	uint64_t value[2];
	uint64_t mask[2];		/* its bytes that count */
};

/* Some bits of a register, which becomes what they are; 'ct state', 'tcp
 * flags', prefixes of addresses. */
struct nft_match_bits {
	uint8_t sreg;
	uint8_t dreg;
	bool is_unequal;
	uint32_t and;
	uint32_t xor;
	uint32_t value;
	uint32_t mask;
};

/* Copy a rule's expressions to where there is room for rule->size bytes.
 * => How many were needed. */
uint32_t nft_fuse(const struct nft_rule *rule, void *to);

static inline bool
nft_match_is(uint32_t value, uint32_t wanted, uint32_t mask, bool is_unequal)
{
	return (((value ^ wanted) & mask) != 0) == is_unequal;
}

static inline bool
nft_match_meta_run(const struct nft_match *m, struct nft_regs *regs,
		   const struct nft_eval *ev)
{
	return nft_meta_run(&m->meta, regs, ev) &&
	       nft_match_is(regs->word[m->meta.reg], m->value, m->mask,
			    m->is_unequal);
}

static inline bool
nft_match_payload_run(const struct nft_match *m, struct nft_regs *regs,
		      const struct nft_eval *ev)
{
	return nft_payload_run(&m->payload, regs, ev) &&
	       nft_match_is(regs->word[m->payload.dreg], m->value, m->mask,
			    m->is_unequal);
}

/* Of a header that ends within its ports. */
bool nft_match_port_short(const struct nft_match_port *m,
			  struct nft_regs *regs, const struct nft_eval *ev);

static inline bool
nft_match_port_run(const struct nft_match_port *m, struct nft_regs *regs,
		   const struct nft_eval *ev)
{
	uint32_t value = ev->ports >> m->shift & m->keep;

	if (ev->ports_of != m->l4proto)
		return __builtin_expect(ev->ports_of == NFT_PORTS_CUT, 0) ?
		       nft_match_port_short(m, regs, ev) : false;
	if (!nft_match_is(value, m->value, m->mask, m->is_unequal))
		return false;
	/* The rule goes on, and may use them. */
	nft_reg_put_u8(&regs->word[m->proto_reg], m->l4proto);
	regs->word[m->reg] = value;
	return true;
}

static inline bool
nft_match_name_run(const struct nft_match_name *m, struct nft_regs *regs,
		   const struct nft_eval *ev)
{
	const struct iface *dev = m->meta.key == NFT_META_IIFNAME ?
				  ev->path->in : ev->path->out;
	uint64_t name[2] = { 0, 0 };
	bool is_other;

	if (dev)
		memcpy(name, dev->pub.name, sizeof(name));
	is_other = ((name[0] ^ m->value[0]) & m->mask[0]) |
		   ((name[1] ^ m->value[1]) & m->mask[1]);
	return is_other == m->is_unequal && nft_meta_run(&m->meta, regs, ev);
}

static inline bool
nft_match_bits_run(const struct nft_match_bits *m, struct nft_regs *regs)
{
	uint32_t value = (regs->word[m->sreg] & m->and) ^ m->xor;

	regs->word[m->dreg] = value;
	return nft_match_is(value, m->value, m->mask, m->is_unequal);
}

#endif
