/* SPDX-License-Identifier: BSD-2-Clause
 * control/osf.c - the subsystem osf: fingerprints of operating systems come
 * and go, for the expression of that name. */
#include "nft/osf.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_osf.h>

#include "control/control.h"
#include "engine/engine.h"

static int
request(const struct control_request *r)
{
	static const struct nl_policy policy[OSF_ATTR_MAX + 1] = {
		[OSF_ATTR_FINGER] = {
			.min = sizeof(struct nf_osf_user_finger) },
	};
	struct nft_osf_list *osf = nft_osf(r->port->control->engine->nft);
	struct nl_attr tb[OSF_ATTR_MAX + 1];
	int err = nl_parse(tb, OSF_ATTR_MAX, r->attrs, r->attrs_len, policy,
			   r->extack);

	if (err)
		return err;
	if (!tb[OSF_ATTR_FINGER].data)
		return -EINVAL;
	if (NFNL_MSG_TYPE(r->msg->type) == OSF_MSG_REMOVE)
		return nft_osf_remove(osf, tb[OSF_ATTR_FINGER].data);
	if (!(r->msg->flags & NLM_F_CREATE))
		return -EINVAL;
	return nft_osf_add(osf, tb[OSF_ATTR_FINGER].data,
			   r->msg->flags & NLM_F_EXCL);
}

static bool
is_known(uint8_t type)
{
	return type < OSF_MSG_MAX;
}

static bool
is_change(uint8_t type)
{
	(void)type;
	return true;
}

static bool
is_batched(uint8_t type)
{
	(void)type;
	return false;
}

const struct subsystem osf_subsystem = {
	.id = NFNL_SUBSYS_OSF,
	.is_known = is_known,
	.is_change = is_change,
	.is_batched = is_batched,
	.request = request,
};
