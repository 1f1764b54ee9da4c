/* SPDX-License-Identifier: BSD-2-Clause
 * control/compat.c - the subsystem nft-compat: iptables-nft asks which
 * revision of an extension there is. */
#include <errno.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>

#include "control/control.h"
#include "xt/xt.h"

static const struct nl_policy policy[NFTA_COMPAT_MAX + 1] = {
	[NFTA_COMPAT_NAME] = { .kind = NL_NUL_STRING,
			       .max = NFT_COMPAT_NAME_MAX - 1 },
	[NFTA_COMPAT_REV] = { .kind = NL_U32, .value_max = 255, .is_be = true },
	[NFTA_COMPAT_TYPE] = { .kind = NL_U32 },
};

static bool
is_known(uint8_t type)
{
	return type == NFNL_MSG_COMPAT_GET;
}

static bool
never(uint8_t type)
{
	(void)type;
	return false;
}

static bool
has_extensions(uint8_t family)
{
	return family == NFPROTO_IPV4 || family == NFPROTO_IPV6 ||
	       family == NFPROTO_BRIDGE || family == NFPROTO_ARP;
}

static int
answer(const struct control_request *r, const char *name, int revision,
       uint32_t type)
{
	struct clew_control *c = r->port->control;
	struct nl_writer w = nl_writer(c->scratch, CONTROL_ANSWER);
	struct nfgenmsg head = { .nfgen_family = r->family };
	size_t at = nl_begin_msg(&w, NFNL_SUBSYS_NFT_COMPAT << 8 |
				     NFNL_MSG_COMPAT_GET, NLM_F_MULTI,
				 r->msg->seq, r->port->portid);

	nl_put_raw(&w, &head, sizeof(head));
	nl_put_string(&w, NFTA_COMPAT_NAME, name);
	nl_put_be32(&w, NFTA_COMPAT_REV, (uint32_t)revision);
	nl_put_be32(&w, NFTA_COMPAT_TYPE, type);
	nl_end_msg(&w, at);
	return message_answer(r->port, &w);
}

/* Is that revision there?  The answer names the highest one. */
static int
request(const struct control_request *r)
{
	struct nl_attr tb[NFTA_COMPAT_MAX + 1];
	char name[NFT_COMPAT_NAME_MAX];
	uint32_t type;
	int best, err;

	err = nl_parse(tb, NFTA_COMPAT_MAX, r->attrs, r->attrs_len, policy,
		       r->extack);
	if (err)
		return err;
	if (!tb[NFTA_COMPAT_NAME].data || !tb[NFTA_COMPAT_REV].data ||
	    !tb[NFTA_COMPAT_TYPE].data || !has_extensions(r->family))
		return -EINVAL;
	nl_string(&tb[NFTA_COMPAT_NAME], name, sizeof(name));
	type = nl_be32(&tb[NFTA_COMPAT_TYPE]);
	if (xt_lookup(r->family, type == 1 ? XT_TARGET : XT_MATCH, name,
		      (uint8_t)nl_be32(&tb[NFTA_COMPAT_REV]), &best))
		return answer(r, name, best, type);
	return best < 0 ? -ENOENT : -EPROTONOSUPPORT;
}

const struct subsystem compat_subsystem = {
	.id = NFNL_SUBSYS_NFT_COMPAT,
	.is_known = is_known,
	.is_change = never,
	.is_batched = never,
	.request = request,
};
