/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_exthdr.c - 'exthdr', 'ip option', 'tcp option', 'sctp chunk',
 * 'dccp option': read, look for, write, reset. */
#include <netinet/in.h>

#include "nft/expr_all.h"
#include "nft/exthdr.h"
#include "nft/nft.h"
#include "pkt/checksum.h"

enum {
	TCP_CHECK	= 16,	/* of the checksum in the header */
	TCP_OPTION_NOP	= 1,
	TCP_OPTION_MSS	= 2,
	IPV4_RR		= 7,
	IPV4_LSRR	= 131,
	IPV4_SSRR	= 137,
	IPV4_RA		= 148,
};

struct exthdr {
	uint8_t type;
	uint8_t offset;
	uint8_t len;
	uint8_t op;		/* enum nft_exthdr_op */
	uint8_t reg;
	bool asks;		/* only whether it is there */
};

static const struct nl_policy policy[NFTA_EXTHDR_MAX + 1] = {
	[NFTA_EXTHDR_DREG] = { .kind = NL_U32 },
	[NFTA_EXTHDR_TYPE] = { .kind = NL_U8 },
	[NFTA_EXTHDR_OFFSET] = { .kind = NL_U32 },
	[NFTA_EXTHDR_LEN] = { .kind = NL_U32, .value_max = 255, .is_be = true },
	[NFTA_EXTHDR_FLAGS] = { .kind = NL_U32 },
	[NFTA_EXTHDR_OP] = { .kind = NL_U32, .value_max = 255, .is_be = true },
	[NFTA_EXTHDR_SREG] = { .kind = NL_U32 },
};

/* Loading. */

static int
init_place(struct exthdr *exthdr, const struct nl_attr tb[])
{
	uint32_t offset, len;
	int err;

	if (!tb[NFTA_EXTHDR_TYPE].data || !tb[NFTA_EXTHDR_OFFSET].data ||
	    !tb[NFTA_EXTHDR_LEN].data)
		return -EINVAL;
	err = nft_parse_be32(&tb[NFTA_EXTHDR_OFFSET], 255, &offset);
	if (!err)
		err = nft_parse_be32(&tb[NFTA_EXTHDR_LEN], 255, &len);
	if (err)
		return err;
	exthdr->type = nl_u8(&tb[NFTA_EXTHDR_TYPE]);
	exthdr->offset = (uint8_t)offset;
	exthdr->len = (uint8_t)len;
	exthdr->op = (uint8_t)nl_be32(&tb[NFTA_EXTHDR_OP]);
	return 0;
}

static int
init_flags(struct exthdr *exthdr, const struct nl_attr *attr)
{
	uint32_t flags = 0;
	int err = attr->data ? nft_parse_be32(attr, 255, &flags) : 0;

	if (err)
		return err;
	if (flags & ~(uint32_t)NFT_EXTHDR_F_PRESENT)
		return -EINVAL;
	exthdr->asks = flags & NFT_EXTHDR_F_PRESENT;
	return exthdr->asks && exthdr->len != 1 ? -EINVAL : 0;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct exthdr *exthdr = nft_priv(expr);
	int err = tb[NFTA_EXTHDR_DREG].data ? 0 : -EINVAL;

	if (!err)
		err = init_place(exthdr, tb);
	if (!err)
		err = init_flags(exthdr, &tb[NFTA_EXTHDR_FLAGS]);
	if (err)
		return err;
	return nft_reg_store(load, &tb[NFTA_EXTHDR_DREG], &exthdr->reg,
			     NFT_DATA_BYTES, exthdr->len);
}

static int
init_ipv4(const struct nft_load *load, struct nft_expr *expr,
	  const struct nl_attr tb[])
{
	const struct exthdr *exthdr = nft_priv(expr);
	int err = init(load, expr, tb);

	if (err)
		return err;
	switch (exthdr->type) {
	case IPV4_RR:
	case IPV4_LSRR:
	case IPV4_SSRR:
	case IPV4_RA:
		return 0;
	}
	return -EOPNOTSUPP;
}

static int
init_dccp(const struct nft_load *load, struct nft_expr *expr,
	  const struct nl_attr tb[])
{
	const struct exthdr *exthdr = nft_priv(expr);
	int err = init(load, expr, tb);

	return err || exthdr->asks ? err : -EOPNOTSUPP;
}

static int
init_write(const struct nft_load *load, struct nft_expr *expr,
	   const struct nl_attr tb[])
{
	struct exthdr *exthdr = nft_priv(expr);
	int err;

	if (!tb[NFTA_EXTHDR_SREG].data || tb[NFTA_EXTHDR_DREG].data ||
	    tb[NFTA_EXTHDR_FLAGS].data)
		return -EINVAL;
	err = init_place(exthdr, tb);
	if (err)
		return err;
	/* Not the option's kind and length. */
	if (exthdr->offset < 2 || (exthdr->len != 2 && exthdr->len != 4))
		return -EOPNOTSUPP;
	return nft_reg_load(load, &tb[NFTA_EXTHDR_SREG], &exthdr->reg,
			    exthdr->len);
}

static int
init_reset(const struct nft_load *load, struct nft_expr *expr,
	   const struct nl_attr tb[])
{
	struct exthdr *exthdr = nft_priv(expr);

	(void)load;
	if (tb[NFTA_EXTHDR_FLAGS].data || tb[NFTA_EXTHDR_OFFSET].data ||
	    tb[NFTA_EXTHDR_LEN].data || !tb[NFTA_EXTHDR_TYPE].data)
		return -EINVAL;
	exthdr->type = nl_u8(&tb[NFTA_EXTHDR_TYPE]);
	exthdr->op = (uint8_t)nl_be32(&tb[NFTA_EXTHDR_OP]);
	return 0;
}

static void
dump_place(struct nl_writer *w, const struct exthdr *exthdr)
{
	nl_put_u8(w, NFTA_EXTHDR_TYPE, exthdr->type);
	nl_put_be32(w, NFTA_EXTHDR_OFFSET, exthdr->offset);
	nl_put_be32(w, NFTA_EXTHDR_LEN, exthdr->len);
	nl_put_be32(w, NFTA_EXTHDR_FLAGS,
		    exthdr->asks ? NFT_EXTHDR_F_PRESENT : 0);
	nl_put_be32(w, NFTA_EXTHDR_OP, exthdr->op);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct exthdr *exthdr = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_EXTHDR_DREG, exthdr->reg);
	dump_place(w, exthdr);
}

static void
dump_write(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct exthdr *exthdr = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_EXTHDR_SREG, exthdr->reg);
	dump_place(w, exthdr);
}

static void
dump_reset(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	(void)reset;
	dump_place(w, nft_priv(expr));
}

/* Reading. */

/* Copy from offset 'at' into the register, its last word zero beyond. */
static bool
copy(const struct exthdr *exthdr, const struct pkt *p, uint32_t at,
     uint32_t *to)
{
	at += exthdr->offset;
	if (pkt_header(p, at, exthdr->len) != PKT_HEADER_OK)
		return false;
	if (exthdr->len % 4)
		to[exthdr->len / 4] = 0;
	memcpy(to, p->ip + at, exthdr->len);
	return true;
}

/* What it is there, or whether it is. */
static void
answer(const struct exthdr *exthdr, struct nft_regs *regs,
       const struct pkt *p, uint32_t at, bool is_there)
{
	uint32_t *to = &regs->word[exthdr->reg];

	if (exthdr->asks)
		nft_reg_put_u8(to, is_there);
	else if (!is_there || !copy(exthdr, p, at, to))
		regs->verdict = NFT_BREAK;
}

static void
eval_ipv6(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	const struct exthdr *exthdr = nft_priv(expr);
	uint32_t at = exthdr_find_ipv6(ev->path->p, exthdr->type);

	if (ev->path->p->family != CLEW_IPV6)
		regs->verdict = NFT_BREAK;
	else
		answer(exthdr, regs, ev->path->p, at, at != 0);
}

static void
eval_ipv4(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	const struct exthdr *exthdr = nft_priv(expr);
	uint32_t at = exthdr_find_ipv4(ev->path->p, exthdr->type);

	if (ev->path->p->family != CLEW_IPV4)
		regs->verdict = NFT_BREAK;
	else
		answer(exthdr, regs, ev->path->p, at, at != 0);
}

static enum exthdr_found
find_tcp(const struct exthdr *exthdr, const struct nft_eval *ev,
	 struct exthdr_option *option)
{
	if (!nft_has_l4_header(ev) || ev->l4proto != IPPROTO_TCP)
		return EXTHDR_BAD;
	return exthdr_find_tcp(ev->path->p, ev->l4, exthdr->type, option);
}

static bool
fits(const struct exthdr *exthdr, const struct exthdr_option *option)
{
	return (uint32_t)exthdr->offset + exthdr->len <= option->size;
}

static void
eval_tcp(const struct nft_expr *expr, struct nft_regs *regs,
	 struct nft_eval *ev)
{
	const struct exthdr *exthdr = nft_priv(expr);
	struct exthdr_option option = { 0 };
	bool is_there = find_tcp(exthdr, ev, &option) == EXTHDR_FOUND &&
			fits(exthdr, &option);

	answer(exthdr, regs, ev->path->p, option.at, is_there);
}

static void
eval_sctp(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	const struct exthdr *exthdr = nft_priv(expr);
	const struct pkt *p = ev->path->p;
	struct exthdr_option chunk = { 0 };
	bool is_there = ev->has_l4 && ev->l4proto == IPPROTO_SCTP &&
			!ev->frag_offset &&
			exthdr_find_sctp(p, ev->l4, exthdr->type, &chunk);

	/* To be read a chunk must be whole, to be there it need not. */
	if (is_there && !exthdr->asks)
		is_there = fits(exthdr, &chunk) &&
			   chunk.at + chunk.size <= p->len;
	answer(exthdr, regs, p, chunk.at, is_there);
}

static void
eval_dccp(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	const struct exthdr *exthdr = nft_priv(expr);

	answer(exthdr, regs, ev->path->p, 0, nft_has_l4_header(ev) &&
	       ev->l4proto == IPPROTO_DCCP &&
	       exthdr_has_dccp(ev->path->p, ev->l4, exthdr->type));
}

/* Writing. */

/* Carry the checksum forward: 'from' becomes 'to'. */
static void
fix_checksum(const struct pkt *p, uint8_t *tcp, const uint8_t *from,
	     const uint8_t *to, uint32_t size)
{
	uint16_t check = get_be16(tcp + TCP_CHECK);

	if (p->flags & CLEW_PKT_CSUM_PARTIAL)	/* summed up later */
		return;
	check = size == 4 ? checksum_replace(check, from, to, 4) :
			    checksum_replace16(check, get_be16(from),
					       get_be16(to));
	put_be16(tcp + TCP_CHECK, check);
}

static bool
is_change(const struct exthdr *exthdr, const uint8_t *old, const uint8_t *new)
{
	/* Who is told a larger segment size than suits it may stall. */
	if (exthdr->len == 2 && exthdr->type == TCP_OPTION_MSS)
		return get_be16(new) < get_be16(old);
	return memcmp(old, new, exthdr->len) != 0;
}

/* The checksum is carried forward as if the value lay at an even place, as
 * Linux does it: at an odd one it comes out wrong there, too. */
static void
eval_write(const struct nft_expr *expr, struct nft_regs *regs,
	   struct nft_eval *ev)
{
	const struct exthdr *exthdr = nft_priv(expr);
	const uint8_t *from = (const uint8_t *)&regs->word[exthdr->reg];
	struct exthdr_option option;
	enum exthdr_found found = find_tcp(exthdr, ev, &option);
	uint8_t *ip, *to;

	if (found == EXTHDR_NONE)
		return;
	if (found != EXTHDR_FOUND || !fits(exthdr, &option)) {
		regs->verdict = NFT_BREAK;
		return;
	}
	if (!is_change(exthdr, ev->path->p->ip + option.at + exthdr->offset,
		       from))
		return;
	ip = path_own(ev->path);
	if (!ip) {
		regs->verdict = NFT_BREAK;
		return;
	}
	to = ip + option.at + exthdr->offset;
	fix_checksum(ev->path->p, ip + ev->l4, to, from, exthdr->len);
	memcpy(to, from, exthdr->len);
}

/* Reset: the option's bytes become padding. */
static void
eval_reset(const struct nft_expr *expr, struct nft_regs *regs,
	   struct nft_eval *ev)
{
	const struct exthdr *exthdr = nft_priv(expr);
	struct exthdr_option option;
	enum exthdr_found found = find_tcp(exthdr, ev, &option);
	uint8_t *ip;

	if (found == EXTHDR_NONE)
		return;
	if (found == EXTHDR_BAD) {
		regs->verdict = NFT_BREAK;
		return;
	}
	ip = found == EXTHDR_FOUND ? path_own(ev->path) : NULL;
	if (!ip) {	/* it cannot be taken away, and must not pass */
		regs->verdict = NFT_VERDICT_DROP;
		return;
	}
	for (uint32_t at = option.at; at < option.at + option.size; at++) {
		uint8_t from[2] = { 0 }, to[2] = { 0 };

		from[(at - ev->l4) % 2] = ip[at];
		to[(at - ev->l4) % 2] = TCP_OPTION_NOP;
		fix_checksum(ev->path->p, ip + ev->l4, from, to, 2);
		ip[at] = TCP_OPTION_NOP;
	}
}

#define OPS(eval_fn, init_fn, dump_fn) {				\
	.name = "exthdr",						\
	.size = sizeof(struct exthdr),					\
	.eval = (eval_fn),						\
	.init = (init_fn),						\
	.dump = (dump_fn),						\
}

static const struct nft_expr_ops read_ipv6 = OPS(eval_ipv6, init, dump);
static const struct nft_expr_ops read_ipv4 = OPS(eval_ipv4, init_ipv4, dump);
static const struct nft_expr_ops read_tcp = OPS(eval_tcp, init, dump);
static const struct nft_expr_ops read_sctp = OPS(eval_sctp, init, dump);
static const struct nft_expr_ops read_dccp = OPS(eval_dccp, init_dccp, dump);
static const struct nft_expr_ops write_tcp = OPS(eval_write, init_write,
						 dump_write);
static const struct nft_expr_ops reset_tcp = OPS(eval_reset, init_reset,
						 dump_reset);

static const struct nft_expr_ops *
choose_reader(const struct nft_load *load, uint32_t op)
{
	switch (op) {
	case NFT_EXTHDR_OP_IPV6:
		return &read_ipv6;
	case NFT_EXTHDR_OP_TCPOPT:
		return &read_tcp;
	case NFT_EXTHDR_OP_IPV4:
		return load->family == NFPROTO_IPV6 ? NULL : &read_ipv4;
	case NFT_EXTHDR_OP_SCTP:
		return &read_sctp;
	case NFT_EXTHDR_OP_DCCP:
		return &read_dccp;
	}
	return NULL;
}

static const struct nft_expr_ops *
choose(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	uint32_t op = nl_be32(&tb[NFTA_EXTHDR_OP]);
	bool reads = tb[NFTA_EXTHDR_DREG].data;
	bool writes = tb[NFTA_EXTHDR_SREG].data;
	const struct nft_expr_ops *ops = NULL;

	if (!tb[NFTA_EXTHDR_OP].data)
		return &read_ipv6;
	if (reads && !writes)
		ops = choose_reader(load, op);
	else if (!reads && op == NFT_EXTHDR_OP_TCPOPT)
		ops = writes ? &write_tcp : &reset_tcp;
	if (!ops)
		*err = -EOPNOTSUPP;
	return ops;
}

const struct nft_expr_ops nft_expr_exthdr = {
	.name = "exthdr",
	.max_attr = NFTA_EXTHDR_MAX,
	.policy = policy,
	.select = choose,
};
