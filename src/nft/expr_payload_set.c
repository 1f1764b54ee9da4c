/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_payload_set.c - a register into the packet, checksums put right.
 *
 * The checksum named by the rule (the IP header's, or the transport's own)
 * and, with NFT_PAYLOAD_L4CSUM_PSEUDOHDR, the transport's that covers the
 * pseudo header, are changed by the difference (RFC 1624).  What covers the
 * whole packet again (SCTP) is computed anew. */
#include <netinet/in.h>

#include "nft/expr_fast.h"
#include "nft/packet.h"
#include "nft/payload.h"
#include "pkt/checksum.h"

enum {
	CSUM_MANGLED = 0xffff,		/* 0 would say "none" */
	TCP_CSUM = 16,
	UDP_CSUM = 6,
	ICMP_CSUM = 2,
	SCTP_CSUM = 8,
	SCTP_HEADER = 12,
};

struct payload_set {
	uint8_t base;
	uint8_t offset;
	uint8_t len;
	uint8_t sreg;
	uint8_t csum_type;
	uint8_t csum_offset;
	uint8_t csum_flags;
};

/* The ones' complement sum of some bytes, as if they began a datagram. */
static uint16_t
sum_of(const uint8_t *bytes, uint32_t len)
{
	return checksum_fold(checksum_add(0, bytes, len));
}

/* ~(~sum - from + to), never 0. */
static uint16_t
replace(uint16_t sum, uint16_t from, uint16_t to)
{
	uint16_t changed = (uint16_t)~checksum_fold((uint64_t)(uint16_t)~sum +
						    (uint16_t)~from + to);

	return changed ? changed : CSUM_MANGLED;
}

/* The checksum at 'at'. => false when it is not there. */
static bool
fix(const struct pkt *p, uint8_t *ip, uint32_t at, uint16_t from, uint16_t to)
{
	if (pkt_header(p, at, sizeof(uint16_t)) != PKT_HEADER_OK)
		return false;
	put_be16(ip + at, replace(get_be16(ip + at), from, to));
	return true;
}

/* Where the transport's checksum is. => false: it has none. */
static bool
find_l4_checksum(const struct nft_eval *ev, const struct pkt *p, uint32_t *at)
{
	if (ev->frag_offset || !ev->has_l4)
		return false;
	switch (ev->l4proto) {
	case IPPROTO_TCP:
		*at = ev->l4 + TCP_CSUM;
		return true;
	case IPPROTO_UDP:
		*at = ev->l4 + UDP_CSUM;
		return pkt_header(p, ev->l4, 8) == PKT_HEADER_OK &&
		       load16(p->ip + *at);
	case IPPROTO_UDPLITE:
		*at = ev->l4 + UDP_CSUM;
		return true;
	case IPPROTO_ICMPV6:
		*at = ev->l4 + ICMP_CSUM;
		return true;
	default:
		return false;
	}
}

/* => false when the packet ends before the checksum. */
static bool
fix_l4(const struct nft_eval *ev, const struct pkt *p, uint8_t *ip,
       uint16_t from, uint16_t to)
{
	uint32_t at;

	if (!find_l4_checksum(ev, p, &at))
		return true;
	if (!(p->flags & CLEW_PKT_CSUM_PARTIAL))
		return fix(p, ip, at, from, to);
	/* So far it is the pseudo header's sum alone, not inverted. */
	if (pkt_header(p, at, sizeof(uint16_t)) != PKT_HEADER_OK)
		return false;
	put_be16(ip + at, checksum_fold((uint64_t)get_be16(ip + at) +
					(uint16_t)~from + to));
	return true;
}

static bool
begin_of(const struct payload_set *set, const struct nft_eval *ev,
	 uint32_t *at)
{
	switch ((enum nft_payload_bases)set->base) {
	case NFT_PAYLOAD_NETWORK_HEADER:
		*at = 0;
		return true;
	case NFT_PAYLOAD_TRANSPORT_HEADER:
		*at = ev->l4;
		return nft_has_l4_header(ev);
	case NFT_PAYLOAD_INNER_HEADER:
		return nft_payload_inner(ev, at);
	case NFT_PAYLOAD_LL_HEADER:
		break;
	}
	return false;
}

/* Must sums be changed by the difference? */
static bool
has_sums(const struct payload_set *set, const struct pkt *p)
{
	if (set->csum_type != NFT_PAYLOAD_CSUM_INET && !set->csum_flags)
		return false;
	return set->base == NFT_PAYLOAD_NETWORK_HEADER ||
	       !(p->flags & CLEW_PKT_CSUM_PARTIAL);
}

static void
fill_sctp(const struct pkt *p, uint8_t *ip, uint32_t l4)
{
	if (pkt_header(p, l4, SCTP_HEADER) == PKT_HEADER_OK &&
	    p->have >= p->len)
		checksum_put_sctp(ip + l4, p->len - l4);
}

static bool
write_bytes(const struct payload_set *set, const struct nft_regs *regs,
	    struct nft_eval *ev)
{
	const uint8_t *src = (const uint8_t *)&regs->word[set->sreg];
	const struct pkt *p = ev->path->p;
	uint32_t begin, at;
	uint8_t *ip;

	if (!begin_of(set, ev, &begin))
		return false;
	at = begin + set->offset;
	if (pkt_header(p, at, set->len) != PKT_HEADER_OK)
		return false;
	ip = path_own(ev->path);
	if (!ip)
		return false;
	if (has_sums(set, p)) {
		uint16_t from = sum_of(ip + at, set->len);
		uint16_t to = sum_of(src, set->len);

		if (set->csum_type == NFT_PAYLOAD_CSUM_INET &&
		    !fix(p, ip, begin + set->csum_offset, from, to))
			return false;
		if (set->csum_flags && !fix_l4(ev, p, ip, from, to))
			return false;
	}
	memcpy(ip + at, src, set->len);
	if (set->csum_type == NFT_PAYLOAD_CSUM_SCTP &&
	    ev->l4proto == IPPROTO_SCTP && nft_has_l4_header(ev) &&
	    !(p->flags & CLEW_PKT_CSUM_PARTIAL))
		fill_sctp(p, ip, ev->l4);
	return true;
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct payload_set *set = nft_priv(expr);

	/* What leaves the engine is IP: a link-layer header that is written
	 * to is forgotten anyway. */
	if (set->base == NFT_PAYLOAD_LL_HEADER) {
		if (!ev->path->l2)
			nft_break(regs);
		return;
	}
	if (!write_bytes(set, regs, ev))
		nft_break(regs);
	nft_packet_look_ports(ev);
}

static int
parse_checksum(struct payload_set *set, const struct nl_attr tb[])
{
	uint32_t type = nl_be32(&tb[NFTA_PAYLOAD_CSUM_TYPE]);
	uint32_t flags = nl_be32(&tb[NFTA_PAYLOAD_CSUM_FLAGS]);
	uint32_t offset = 0;
	int err;

	if (tb[NFTA_PAYLOAD_CSUM_OFFSET].data) {
		err = nft_parse_be32(&tb[NFTA_PAYLOAD_CSUM_OFFSET], UINT8_MAX,
				     &offset);
		if (err)
			return err;
	}
	if (flags & ~(uint32_t)NFT_PAYLOAD_L4CSUM_PSEUDOHDR)
		return -EINVAL;
	if (type > NFT_PAYLOAD_CSUM_SCTP)
		return -EOPNOTSUPP;
	if (type == NFT_PAYLOAD_CSUM_SCTP &&
	    (set->base != NFT_PAYLOAD_TRANSPORT_HEADER ||
	     offset != SCTP_CSUM))
		return -EINVAL;
	set->csum_type = (uint8_t)type;
	set->csum_offset = (uint8_t)offset;
	set->csum_flags = (uint8_t)flags;
	return 0;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct payload_set *set = nft_priv(expr);
	uint32_t offset, len;
	int err;

	set->base = (uint8_t)nl_be32(&tb[NFTA_PAYLOAD_BASE]);
	err = nft_parse_be32(&tb[NFTA_PAYLOAD_OFFSET], UINT8_MAX, &offset);
	if (err)
		return err;
	err = nft_parse_be32(&tb[NFTA_PAYLOAD_LEN], UINT8_MAX, &len);
	if (err)
		return err;
	set->offset = (uint8_t)offset;
	set->len = (uint8_t)len;
	err = parse_checksum(set, tb);
	if (err)
		return err;
	return nft_reg_load(load, &tb[NFTA_PAYLOAD_SREG], &set->sreg,
			    set->len);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct payload_set *set = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_PAYLOAD_SREG, set->sreg);
	nl_put_be32(w, NFTA_PAYLOAD_BASE, set->base);
	nl_put_be32(w, NFTA_PAYLOAD_OFFSET, set->offset);
	nl_put_be32(w, NFTA_PAYLOAD_LEN, set->len);
	nl_put_be32(w, NFTA_PAYLOAD_CSUM_TYPE, set->csum_type);
	nl_put_be32(w, NFTA_PAYLOAD_CSUM_OFFSET, set->csum_offset);
	nl_put_be32(w, NFTA_PAYLOAD_CSUM_FLAGS, set->csum_flags);
}

const struct nft_expr_ops nft_expr_payload_set = {
	.name = "payload",
	.size = sizeof(struct payload_set),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_PAYLOAD_MAX,
	.dump = dump,
};
