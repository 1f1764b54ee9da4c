/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_socket.c - 'socket' and 'tproxy': what is known of the socket that
 * a packet is for, and which one it shall be for.
 *
 * There are none here: both do what they do in Linux where nobody listens,
 * their rule does not match.  The user is told when such a rule is loaded. */
#include "nft/expr_all.h"
#include "nft/nft.h"
#include "nft/tracking.h"

struct socket {
	uint8_t key;		/* enum nft_socket_keys */
	uint8_t level;
	uint8_t reg;
};

static const struct nl_policy socket_policy[NFTA_SOCKET_MAX + 1] = {
	[NFTA_SOCKET_KEY] = { .kind = NL_U32, .value_max = 255,
			      .is_be = true },
	[NFTA_SOCKET_DREG] = { .kind = NL_U32 },
	[NFTA_SOCKET_LEVEL] = { .kind = NL_U32, .value_max = 255,
				.is_be = true },
};

static void
no_socket(const struct nft_expr *expr, struct nft_regs *regs,
	  struct nft_eval *ev)
{
	(void)expr;
	(void)ev;
	regs->verdict = NFT_BREAK;
}

static int
socket_init(const struct nft_load *load, struct nft_expr *expr,
	    const struct nl_attr tb[])
{
	static const uint8_t size[] = {
		[NFT_SOCKET_TRANSPARENT] = 1,
		[NFT_SOCKET_MARK] = 4,
		[NFT_SOCKET_WILDCARD] = 1,
		[NFT_SOCKET_CGROUPV2] = 8,
	};
	struct socket *socket = nft_priv(expr);
	uint32_t key = nl_be32(&tb[NFTA_SOCKET_KEY]);

	if (!tb[NFTA_SOCKET_KEY].data || !tb[NFTA_SOCKET_DREG].data)
		return -EINVAL;
	if (!nft_family_is_tracked(load->family) || key >= sizeof(size))
		return -EOPNOTSUPP;
	if (key == NFT_SOCKET_CGROUPV2 && !tb[NFTA_SOCKET_LEVEL].data)
		return -EINVAL;
	socket->key = (uint8_t)key;
	socket->level = (uint8_t)nl_be32(&tb[NFTA_SOCKET_LEVEL]);
	nft_notice(load->nft, NFT_NOTICE_SOCKET);
	return nft_reg_store(load, &tb[NFTA_SOCKET_DREG], &socket->reg,
			     NFT_DATA_BYTES, size[key]);
}

static int
socket_validate(const struct nft_load *load, const struct nft_expr *expr)
{
	(void)expr;
	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	return nft_chain_validate_hooks(load, 1u << HOOK_PREROUTING |
					1u << HOOK_INPUT | 1u << HOOK_OUTPUT);
}

static void
socket_dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct socket *socket = nft_priv(expr);

	(void)reset;
	nl_put_be32(w, NFTA_SOCKET_KEY, socket->key);
	nft_reg_dump(w, NFTA_SOCKET_DREG, socket->reg);
	if (socket->key == NFT_SOCKET_CGROUPV2)
		nl_put_be32(w, NFTA_SOCKET_LEVEL, socket->level);
}

const struct nft_expr_ops nft_expr_socket = {
	.name = "socket",
	.size = sizeof(struct socket),
	.eval = no_socket,
	.init = socket_init,
	.max_attr = NFTA_SOCKET_MAX,
	.policy = socket_policy,
	.validate = socket_validate,
	.dump = socket_dump,
};

/* tproxy */

struct tproxy {
	uint8_t family;		/* NFPROTO_*, or UNSPEC: of the packet */
	uint8_t addr;		/* words; 0: not given */
	uint8_t port;
};

static const struct nl_policy tproxy_policy[NFTA_TPROXY_MAX + 1] = {
	[NFTA_TPROXY_FAMILY] = { .kind = NL_U32, .value_max = 255,
				 .is_be = true },
	[NFTA_TPROXY_REG_ADDR] = { .kind = NL_U32 },
	[NFTA_TPROXY_REG_PORT] = { .kind = NL_U32 },
};

static int
tproxy_family(const struct nft_load *load, uint32_t family, bool has_addr)
{
	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	if (load->family != NFPROTO_INET && family != load->family)
		return -EINVAL;
	switch (family) {
	case NFPROTO_UNSPEC:
		return has_addr ? -EINVAL : 0;
	case NFPROTO_IPV4:
	case NFPROTO_IPV6:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int
tproxy_init(const struct nft_load *load, struct nft_expr *expr,
	    const struct nl_attr tb[])
{
	const struct nl_attr *addr = &tb[NFTA_TPROXY_REG_ADDR];
	const struct nl_attr *port = &tb[NFTA_TPROXY_REG_PORT];
	uint32_t family = nl_be32(&tb[NFTA_TPROXY_FAMILY]);
	struct tproxy *tproxy = nft_priv(expr);
	int err;

	if (!tb[NFTA_TPROXY_FAMILY].data || (!addr->data && !port->data))
		return -EINVAL;
	err = tproxy_family(load, family, addr->data);
	if (err)
		return err;
	tproxy->family = (uint8_t)family;
	if (addr->data)
		err = nft_reg_load(load, addr, &tproxy->addr,
				   family == NFPROTO_IPV4 ? 4 : 16);
	if (!err && port->data)
		err = nft_reg_load(load, port, &tproxy->port, 2);
	if (!err)
		nft_notice(load->nft, NFT_NOTICE_SOCKET);
	return err;
}

static int
tproxy_validate(const struct nft_load *load, const struct nft_expr *expr)
{
	(void)expr;
	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	return nft_chain_validate_hooks(load, 1u << HOOK_PREROUTING);
}

static void
tproxy_dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct tproxy *tproxy = nft_priv(expr);

	(void)reset;
	nl_put_be32(w, NFTA_TPROXY_FAMILY, tproxy->family);
	if (tproxy->addr)
		nft_reg_dump(w, NFTA_TPROXY_REG_ADDR, tproxy->addr);
	if (tproxy->port)
		nft_reg_dump(w, NFTA_TPROXY_REG_PORT, tproxy->port);
}

const struct nft_expr_ops nft_expr_tproxy = {
	.name = "tproxy",
	.size = sizeof(struct tproxy),
	.eval = no_socket,
	.init = tproxy_init,
	.max_attr = NFTA_TPROXY_MAX,
	.policy = tproxy_policy,
	.validate = tproxy_validate,
	.dump = tproxy_dump,
};
