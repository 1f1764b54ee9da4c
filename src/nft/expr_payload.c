/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_payload.c - bytes of the packet into a register.
 *
 * Writing to the packet is its relative of the same name, in
 * expr_payload_set.c. */
#include <netinet/in.h>

#include "nft/expr_all.h"
#include "nft/expr_fast.h"
#include "nft/payload.h"
#include "nft/tell_load.h"

enum {
	UDP_HEADER = 8,
	TCP_DATA_OFFSET = 12,
	GRE_HEADER = 4,
	GRE_CSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQ = 0x1000,
	GRE_VERSION = 0x0007,
};

static const struct nl_policy policy[NFTA_PAYLOAD_MAX + 1] = {
	[NFTA_PAYLOAD_SREG] = { .kind = NL_U32 },
	[NFTA_PAYLOAD_DREG] = { .kind = NL_U32 },
	[NFTA_PAYLOAD_BASE] = { .kind = NL_U32 },
	[NFTA_PAYLOAD_OFFSET] = { .kind = NL_U32 },
	[NFTA_PAYLOAD_LEN] = { .kind = NL_U32, .value_max = UINT8_MAX,
			       .is_be = true },
	[NFTA_PAYLOAD_CSUM_TYPE] = { .kind = NL_U32 },
	[NFTA_PAYLOAD_CSUM_OFFSET] = { .kind = NL_U32, .value_max = UINT8_MAX,
				       .is_be = true },
	[NFTA_PAYLOAD_CSUM_FLAGS] = { .kind = NL_U32 },
};

static bool
gre_inner(const struct nft_eval *ev, uint32_t *at)
{
	const struct pkt *p = ev->path->p;
	uint16_t flags;

	if (pkt_header(p, ev->l4, GRE_HEADER) != PKT_HEADER_OK)
		return false;
	flags = get_be16(p->ip + ev->l4);
	if (flags & (GRE_VERSION | GRE_ROUTING))
		return false;
	*at = ev->l4 + GRE_HEADER;
	*at += flags & GRE_CSUM ? 4 : 0;
	*at += flags & GRE_KEY ? 4 : 0;
	*at += flags & GRE_SEQ ? 4 : 0;
	return true;
}

bool
nft_payload_inner(const struct nft_eval *ev, uint32_t *at)
{
	const struct pkt *p = ev->path->p;

	if (!nft_has_l4_header(ev))
		return false;
	switch (ev->l4proto) {
	case IPPROTO_UDP:
		*at = ev->l4 + UDP_HEADER;
		return true;
	case IPPROTO_TCP:
		if (pkt_header(p, ev->l4, 20) != PKT_HEADER_OK)
			return false;
		*at = ev->l4 + (p->ip[ev->l4 + TCP_DATA_OFFSET] >> 4) * 4u;
		return true;
	case IPPROTO_GRE:
		return gre_inner(ev, at);
	case IPPROTO_IPIP:
		*at = ev->l4;
		return true;
	default:
		return false;
	}
}

/* The link-layer header, and on into the IP header behind it. */
static bool
copy_link(const struct nft_eval *ev, uint32_t offset, uint8_t *to,
	  uint32_t len)
{
	const struct path *path = ev->path;
	uint32_t n = 0;

	if (!path->l2 || !path->l2_len)
		return false;
	if (offset < path->l2_len) {
		n = path->l2_len - offset < len ? path->l2_len - offset : len;
		memcpy(to, path->l2 + offset, n);
	}
	if (n == len)
		return true;
	offset = offset + n - path->l2_len;
	if (pkt_header(path->p, offset, len - n) != PKT_HEADER_OK)
		return false;
	memcpy(to + n, path->p->ip + offset, len - n);
	return true;
}

static bool
run_slow(const struct nft_payload *pay, struct nft_regs *regs,
	 const struct nft_eval *ev)
{
	const struct pkt *p = ev->path->p;
	uint8_t bytes[UINT8_MAX];
	uint32_t *dst = &regs->word[pay->dreg];
	uint32_t at;

	if (pay->base == NFT_PAYLOAD_LL_HEADER) {
		if (!copy_link(ev, pay->offset, bytes, pay->len))
			return false;
	} else {
		if (!nft_payload_inner(ev, &at))
			return false;
		at += pay->offset;
		if (pkt_header(p, at, pay->len) != PKT_HEADER_OK)
			return false;
		memcpy(bytes, p->ip + at, pay->len);
	}
	if (pay->len % 4)
		dst[pay->len / 4] = 0;
	memcpy(dst, bytes, pay->len);
	return true;
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct nft_payload *pay = nft_priv(expr);
	bool goes_on;

	if (pay->base == NFT_PAYLOAD_NETWORK_HEADER ||
	    pay->base == NFT_PAYLOAD_TRANSPORT_HEADER)
		goes_on = nft_payload_run(pay, regs, ev);
	else
		goes_on = run_slow(pay, regs, ev);
	if (!goes_on)
		nft_break(regs);
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nft_payload *pay = nft_priv(expr);

	pay->base = (uint8_t)nl_be32(&tb[NFTA_PAYLOAD_BASE]);
	pay->offset = (uint16_t)nl_be32(&tb[NFTA_PAYLOAD_OFFSET]);
	pay->len = (uint8_t)nl_be32(&tb[NFTA_PAYLOAD_LEN]);
	return nft_reg_store(load, &tb[NFTA_PAYLOAD_DREG], &pay->dreg,
			     NFT_DATA_BYTES, pay->len);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_payload *pay = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_PAYLOAD_DREG, pay->dreg);
	nl_put_be32(w, NFTA_PAYLOAD_BASE, pay->base);
	nl_put_be32(w, NFTA_PAYLOAD_OFFSET, pay->offset);
	nl_put_be32(w, NFTA_PAYLOAD_LEN, pay->len);
}

/* Reading, or writing? */
static const struct nft_expr_ops *
pick(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	bool is_read = tb[NFTA_PAYLOAD_DREG].data;
	bool is_write = tb[NFTA_PAYLOAD_SREG].data;
	uint32_t value;

	(void)load;
	*err = -EINVAL;
	if (!tb[NFTA_PAYLOAD_BASE].data || !tb[NFTA_PAYLOAD_OFFSET].data ||
	    !tb[NFTA_PAYLOAD_LEN].data)
		return NULL;
	*err = -EOPNOTSUPP;
	if (nl_be32(&tb[NFTA_PAYLOAD_BASE]) > NFT_PAYLOAD_INNER_HEADER)
		return NULL;
	*err = -EINVAL;
	if (is_read == is_write)
		return NULL;
	*err = nft_parse_be32(&tb[NFTA_PAYLOAD_OFFSET],
			      NFT_PAYLOAD_OFFSET_MOST, &value);
	if (*err)
		return NULL;
	return is_write ? &nft_expr_payload_set : &nft_expr_payload;
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	nft_tell_payload(t, nft_priv(expr));
}

const struct nft_expr_ops nft_expr_payload = {
	.name = "payload",
	.size = sizeof(struct nft_payload),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_PAYLOAD_MAX,
	.policy = policy,
	.dump = dump,
	.select = pick,
	.tell = tell,
};
