/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_osf.c - 'osf': which operating system sent the first segment of a
 * TCP connection, by the fingerprints that were loaded (nft/osf.h). */
#include <linux/netfilter/nfnetlink_osf.h>
#include <netinet/in.h>
#include <stdio.h>

#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/osf.h"
#include "nft/tell.h"
#include "nft/tracking.h"

enum {
	NAME_SIZE	= 16,	/* of the register, with a NUL */
	TCP_HEADER	= 20,
	TCP_SYN		= 2,
	IP_DF_BYTE	= 0x40,	/* of the flags' first byte */
};

struct osf {
	uint8_t reg;
	uint8_t ttl;		/* NF_OSF_TTL_* */
	bool has_version;
};

static const struct nl_policy policy[NFTA_OSF_MAX + 1] = {
	[NFTA_OSF_DREG] = { .kind = NL_U32 },
	[NFTA_OSF_TTL] = { .kind = NL_U8 },
	[NFTA_OSF_FLAGS] = { .kind = NL_U32 },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct osf *osf = nft_priv(expr);

	if (!tb[NFTA_OSF_DREG].data)
		return -EINVAL;
	osf->ttl = nl_u8(&tb[NFTA_OSF_TTL]);
	if (osf->ttl > NF_OSF_TTL_NOCHECK)
		return -EINVAL;
	osf->has_version = tb[NFTA_OSF_FLAGS].data;
	if (osf->has_version &&
	    nl_be32(&tb[NFTA_OSF_FLAGS]) != NFT_OSF_F_VERSION)
		return -EINVAL;
	return nft_reg_store(load, &tb[NFTA_OSF_DREG], &osf->reg,
			     NFT_DATA_BYTES, NAME_SIZE);
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	(void)expr;
	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	return nft_chain_validate_hooks(load, 1u << HOOK_PREROUTING |
					1u << HOOK_INPUT | 1u << HOOK_FORWARD);
}

/* => false: it is no SYN, or there is no telling. */
static bool
read_syn(const struct nft_eval *ev, struct nft_osf_syn *syn)
{
	const struct pkt *p = ev->path->p;
	const uint8_t *tcp = p->ip + ev->l4;
	uint32_t size;

	if (p->family != CLEW_IPV4 || !nft_has_l4_header(ev) ||
	    ev->l4proto != IPPROTO_TCP ||
	    pkt_header(p, ev->l4, TCP_HEADER) != PKT_HEADER_OK ||
	    !(tcp[13] & TCP_SYN))
		return false;
	size = (uint32_t)(tcp[12] >> 4) * 4;
	*syn = (struct nft_osf_syn){
		.size = get_be16(p->ip + 2),
		.df = p->ip[6] & IP_DF_BYTE,
		.ttl = p->ip[8],
		.window = get_be16(tcp + 14),
	};
	if (size <= TCP_HEADER)
		return true;
	syn->options_size = size - TCP_HEADER;
	if (pkt_header(p, ev->l4, size) == PKT_HEADER_OK)
		syn->options = tcp + TCP_HEADER;
	return true;
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct osf *osf = nft_priv(expr);
	const struct nf_osf_user_finger *f;
	char name[2 * MAXGENRELEN] = "unknown";
	struct nft_osf_syn syn;

	if (!read_syn(ev, &syn)) {
		regs->verdict = NFT_BREAK;
		return;
	}
	f = nft_osf_find(nft_osf(ev->nft), &syn, osf->ttl);
	if (f)
		snprintf(name, sizeof(name), "%s%s%s", f->genre,
			 osf->has_version ? ":" : "",
			 osf->has_version ? f->version : "");
	/* Zeroes to its end: registers are compared whole. */
	memset(name + strnlen(name, NAME_SIZE - 1), 0, NAME_SIZE -
	       strnlen(name, NAME_SIZE - 1));
	memcpy(&regs->word[osf->reg], name, NAME_SIZE);
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct osf *osf = nft_priv(expr);

	(void)reset;
	nl_put_u8(w, NFTA_OSF_TTL, osf->ttl);
	nl_put_be32(w, NFTA_OSF_FLAGS, osf->has_version ? NFT_OSF_F_VERSION :
							  0);
	nft_reg_dump(w, NFTA_OSF_DREG, osf->reg);
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct osf *osf = nft_priv(expr);
	static const char *const modes[] = {
		[NF_OSF_TTL_TRUE] = "",
		[NF_OSF_TTL_LESS] = "ttl loose ",
		[NF_OSF_TTL_NOCHECK] = "ttl skip ",
	};

	nft_tell_load(t, osf->reg, NAME_SIZE, NFT_SHOW_STRING, "osf %s%s",
		      modes[osf->ttl], osf->has_version ? "version" : "name");
}

const struct nft_expr_ops nft_expr_osf = {
	.name = "osf",
	.size = sizeof(struct osf),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_OSF_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
