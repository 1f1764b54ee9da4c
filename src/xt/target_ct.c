/* SPDX-License-Identifier: BSD-2-Clause
 * xt/target_ct.c - 'CT' and 'NOTRACK': how a packet is to be tracked, and what
 * the connection gets that it may begin.
 *
 * Linux makes a template: a connection that is in no table, and whose zone,
 * helper, timeouts and event masks new ones take over.  Here the packet bears
 * zone and timeout policy, and its path the rest (route/path.h). */
#include <linux/netfilter/xt_CT.h>
#include <stddef.h>

#include "nft/tracking.h"
#include "track/track.h"
#include "xt/xt.h"

/* What revision 0 has, 1 and 2 have too, and then the timeout's name. */
static_assert(offsetof(struct xt_ct_target_info, helper) ==
	      offsetof(struct xt_ct_target_info_v1, helper), "one for all");

struct own {
	struct path_template template;
	struct track *track;
	uint32_t policy;		/* timeouts, held; or 0 */
	uint16_t zone;
	uint32_t zone_flags;		/* CLEW_PKT_ZONE_* */
	bool is_untracked;
};

/* The rule's protocol, if it has one: of 16 bits Linux keeps 8. */
static uint8_t
protocol_of(const struct xt_ext *ext)
{
	return ext->is_not_protocol ? 0 : (uint8_t)ext->protocol;
}

static bool
is_ended(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

static int
check_helper(const struct nft_load *load, struct xt_ext *ext,
	     const struct xt_ct_target_info *info)
{
	struct helpers *helpers = &load->nft->config.track->helpers;
	struct own *own = ext->own;
	uint8_t protocol = protocol_of(ext);

	if (!info->helper[0])
		return 0;
	if (!is_ended(info->helper, sizeof(info->helper)))
		return -ENAMETOOLONG;
	if (protocol)
		own->template.helper = helper_find(helpers, info->helper,
						   load->family, protocol);
	if (!own->template.helper)
		return -ENOENT;
	helper_hold(helpers, own->template.helper);
	return 0;
}

static int
check_timeout(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_ct_target_info_v1 *info = ext->info;
	struct policies *policies = &load->nft->config.track->policies;
	struct own *own = ext->own;
	uint8_t protocol = protocol_of(ext);

	if (ext->ops->revision == 0 || !info->timeout[0])
		return 0;
	if (!is_ended(info->timeout, sizeof(info->timeout)))
		return -ENAMETOOLONG;
	if (!protocol)
		return -EINVAL;
	own->policy = policy_get(policies, info->timeout);
	if (!own->policy)
		return -ENOENT;
	if (policy_at(policies, own->policy)->family == load->family &&
	    policy_is_for(policies, own->policy, protocol))
		return 0;
	policy_put(policies, own->policy);
	own->policy = 0;
	return -EINVAL;
}

static void
fini(struct nft *nft, struct xt_ext *ext)
{
	struct own *own = ext->own;

	(void)nft;
	if (own->template.helper)
		helper_release(&own->track->helpers, own->template.helper);
	if (own->policy)
		policy_put(&own->track->policies, own->policy);
}

static uint32_t
zone_flags(uint16_t flags)
{
	switch (flags & (XT_CT_ZONE_DIR_ORIG | XT_CT_ZONE_DIR_REPL)) {
	case XT_CT_ZONE_DIR_ORIG:
		return CLEW_PKT_ZONE_ORIG;
	case XT_CT_ZONE_DIR_REPL:
		return CLEW_PKT_ZONE_REPLY;
	}
	return 0;
}

static int
check_flags(const struct xt_ext *ext)
{
	const struct xt_ct_target_info *info = ext->info;
	uint32_t known = ext->ops->revision == 2 ? XT_CT_MASK : XT_CT_NOTRACK;

	return info->flags & ~known ? -EINVAL : 0;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	const struct xt_ct_target_info *info = ext->info;
	struct own *own = ext->own;
	int err = check_flags(ext);

	if (err)
		return err;
	own->track = load->nft->config.track;
	own->is_untracked = info->flags & XT_CT_NOTRACK;
	if (own->is_untracked)
		return 0;
	own->zone = info->zone;
	own->zone_flags = zone_flags(info->flags);
	own->template.is_zone_mark = info->flags & XT_CT_ZONE_MARK;
	own->template.has_event_masks = info->ct_events || info->exp_events;
	own->template.event_mask = (uint16_t)info->ct_events;
	own->template.expect_mask = (uint16_t)info->exp_events;
	err = check_helper(load, ext, info);
	if (!err)
		err = check_timeout(load, ext);
	if (err)
		fini(load->nft, ext);
	return err;
}

/* It was said already how to track it, or it is tracked (on lo). */
static bool
is_settled(const struct nft_eval *ev)
{
	return nft_conn(ev) || nft_has_template(ev) ||
	       ev->path->packet->flags & CLEW_PKT_NOTRACK;
}

static int32_t
untrack(struct nft_eval *ev)
{
	struct clew_packet *packet = ev->path->packet;

	if (!is_settled(ev)) {
		packet->flags |= CLEW_PKT_NOTRACK;
		packet->ct_state = CLEW_CT_UNTRACKED;
	}
	return NFT_CONTINUE;
}

static int32_t
target(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct clew_packet *packet = ev->path->packet;
	const struct own *own = ext->own;

	if (own->is_untracked)
		return untrack(ev);
	if (is_settled(ev))
		return NFT_CONTINUE;
	packet->zone = own->zone;
	packet->flags &= ~(uint32_t)(CLEW_PKT_ZONE_ORIG | CLEW_PKT_ZONE_REPLY);
	packet->flags |= own->zone_flags;
	if (own->policy)
		packet->timeout_policy = (uint16_t)own->policy;
	ev->path->has_template = true;
	ev->path->template = &own->template;
	return NFT_CONTINUE;
}

static int32_t
notrack_target(const struct xt_ext *ext, struct nft_eval *ev)
{
	(void)ext;
	return untrack(ev);
}

#define OPS(number, type) {						\
	.name = "CT",							\
	.kind = XT_TARGET,						\
	.revision = number,						\
	.families = XT_IP,						\
	.size = sizeof(struct type),					\
	.shown = offsetof(struct type, ct),				\
	.own = sizeof(struct own),					\
	.table = "raw",							\
	.check = check,							\
	.fini = fini,							\
	.target = target,						\
}

const struct xt_ops xt_target_ct_0 = OPS(0, xt_ct_target_info);
const struct xt_ops xt_target_ct_1 = OPS(1, xt_ct_target_info_v1);
const struct xt_ops xt_target_ct_2 = OPS(2, xt_ct_target_info_v1);

const struct xt_ops xt_target_notrack_0 = {
	.name = "NOTRACK",
	.kind = XT_TARGET,
	.families = XT_IP,
	.table = "raw",
	.target = notrack_target,
};
