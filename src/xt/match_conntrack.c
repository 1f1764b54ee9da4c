/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_conntrack.c - 'conntrack': all that can be asked of a packet's
 * connection.
 *
 * Three revisions that differ in the width of two masks, and in that the last
 * one has ranges of ports: all are brought to the last one's form when they
 * are loaded. */
#include <linux/in.h>
#include <linux/netfilter/xt_conntrack.h>

#include "base/bytes.h"
#include "track/track.h"
#include "xt/conntrack.h"
#include "xt/packet.h"

/* The begin of all revisions, up to the masks. */
static_assert(offsetof(struct xt_conntrack_mtinfo1, state_mask) ==
	      offsetof(struct xt_conntrack_mtinfo3, state_mask) &&
	      offsetof(struct xt_conntrack_mtinfo2, state_mask) ==
	      offsetof(struct xt_conntrack_mtinfo3, state_mask),
	      "one form is for all");

static void
set_port(uint16_t *low, uint16_t *high)
{
	*low = *high = from_be16(*low);
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	struct xt_conntrack_mtinfo3 *own = ext->own;
	const struct xt_conntrack_mtinfo1 *v1 = ext->info;

	memcpy(own, ext->info, ext->ops->size);
	if (ext->ops->revision == 1) {
		own->state_mask = v1->state_mask;
		own->status_mask = v1->status_mask;
	}
	if (ext->ops->revision < 3) {
		set_port(&own->origsrc_port, &own->origsrc_port_high);
		set_port(&own->origdst_port, &own->origdst_port_high);
		set_port(&own->replsrc_port, &own->replsrc_port_high);
		set_port(&own->repldst_port, &own->repldst_port_high);
	}
	return xt_check_tracked(load);
}

/* Is 'flag' asked for, and the answer not what it should be? */
static bool
fails(const struct xt_conntrack_mtinfo3 *info, uint16_t flag, bool is_so)
{
	return info->match_flags & flag &&
	       is_so == !!(info->invert_flags & flag);
}

static bool
has_state(const struct xt_conntrack_mtinfo3 *info, const struct nft_eval *ev)
{
	static const uint16_t bits[] = {
		[XT_CT_INVALID]		= XT_CONNTRACK_STATE_INVALID,
		[XT_CT_ESTABLISHED]	=
			XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED),
		[XT_CT_RELATED]		=
			XT_CONNTRACK_STATE_BIT(IP_CT_RELATED),
		[XT_CT_NEW]		= XT_CONNTRACK_STATE_BIT(IP_CT_NEW),
		[XT_CT_UNTRACKED]	= XT_CONNTRACK_STATE_UNTRACKED,
	};
	const struct conn *c = nft_conn(ev);
	uint16_t state = bits[xt_ct_state(ev)];

	if (c && c->status & CLEW_STATUS_SRC_NAT)
		state |= XT_CONNTRACK_STATE_SNAT;
	if (c && c->status & CLEW_STATUS_DST_NAT)
		state |= XT_CONNTRACK_STATE_DNAT;
	return info->state_mask & state;
}

static bool
is_address(struct key *key, unsigned end, const struct nft_eval *ev,
	   const union nf_inet_addr *addr, const union nf_inet_addr *mask)
{
	const uint8_t *a = (const uint8_t *)addr, *m = (const uint8_t *)mask;
	const uint8_t *is = key_addr(key, end);
	uint32_t size = key_addr_size(&key->s);

	if ((ev->family == NFPROTO_IPV6) != (size == 16))
		return false;
	for (uint32_t i = 0; i < size; i++)
		if ((is[i] ^ a[i]) & m[i])
			return false;
	return true;
}

static bool
fails_addresses(const struct xt_conntrack_mtinfo3 *info,
		const struct nft_eval *ev, struct key key[CLEW_DIRS])
{
	struct key *orig = &key[CLEW_DIR_ORIG], *reply = &key[CLEW_DIR_REPLY];

	return fails(info, XT_CONNTRACK_ORIGSRC,
		     is_address(orig, 0, ev, &info->origsrc_addr,
				&info->origsrc_mask)) ||
	       fails(info, XT_CONNTRACK_ORIGDST,
		     is_address(orig, 1, ev, &info->origdst_addr,
				&info->origdst_mask)) ||
	       fails(info, XT_CONNTRACK_REPLSRC,
		     is_address(reply, 0, ev, &info->replsrc_addr,
				&info->replsrc_mask)) ||
	       fails(info, XT_CONNTRACK_REPLDST,
		     is_address(reply, 1, ev, &info->repldst_addr,
				&info->repldst_mask));
}

/* ICMP's id, type and code lie where ports do, and are taken for them. */
static uint16_t
port(const struct key *key, unsigned end)
{
	return from_be16((uint16_t)(key->s.meta >> (16 * end)));
}

static bool
fails_ports(const struct xt_conntrack_mtinfo3 *info,
	    const struct key key[CLEW_DIRS])
{
	const struct key *orig = &key[CLEW_DIR_ORIG];
	const struct key *reply = &key[CLEW_DIR_REPLY];

	return fails(info, XT_CONNTRACK_PROTO,
		     key_protocol(&orig->s) == info->l4proto) ||
	       fails(info, XT_CONNTRACK_ORIGSRC_PORT,
		     xt_is_within(port(orig, 0), info->origsrc_port,
				  info->origsrc_port_high)) ||
	       fails(info, XT_CONNTRACK_ORIGDST_PORT,
		     xt_is_within(port(orig, 1), info->origdst_port,
				  info->origdst_port_high)) ||
	       fails(info, XT_CONNTRACK_REPLSRC_PORT,
		     xt_is_within(port(reply, 0), info->replsrc_port,
				  info->replsrc_port_high)) ||
	       fails(info, XT_CONNTRACK_REPLDST_PORT,
		     xt_is_within(port(reply, 1), info->repldst_port,
				  info->repldst_port_high));
}

/* Of a template all is zero, but that it is one. */
static void
read_keys(const struct nft_eval *ev, struct key key[CLEW_DIRS])
{
	const struct conn *c = nft_conn(ev);

	for (uint8_t dir = 0; dir < CLEW_DIRS; dir++) {
		memset(&key[dir], 0, sizeof(key[dir]));
		if (c)
			conn_key(ev->path->track, c, dir, &key[dir]);
		else
			key[dir].s.meta = key_meta(0, 0, 0, ev->family ==
						   NFPROTO_IPV6);
	}
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct xt_conntrack_mtinfo3 *info = ext->own;
	const struct conn *c = nft_conn(ev);
	uint32_t expires = 0, status = CLEW_STATUS_TEMPLATE;
	struct key key[CLEW_DIRS];

	if (fails(info, XT_CONNTRACK_STATE, has_state(info, ev)))
		return XT_NO;
	if (!c && !nft_has_template(ev))
		return xt_yes(info->match_flags & XT_CONNTRACK_STATE);
	if (c) {
		status = c->status & CONN_STATUS_SHOWN;
		expires = conn_is_confirmed(c) ?
			  conn_expires(ev->path->track, c) : 0;
	}
	if (fails(info, XT_CONNTRACK_DIRECTION,
		  !c || ev->path->packet->dir == CLEW_DIR_ORIG))
		return XT_NO;
	read_keys(ev, key);
	return xt_yes(!fails_addresses(info, ev, key) &&
		      !fails_ports(info, key) &&
		      !fails(info, XT_CONNTRACK_STATUS,
			     info->status_mask & status) &&
		      !fails(info, XT_CONNTRACK_EXPIRES,
			     xt_is_within(expires, info->expires_min,
					  info->expires_max)));
}

#define CONNTRACK(n) {							\
	.name = "conntrack",						\
	.kind = XT_MATCH,						\
	.revision = n,							\
	.size = sizeof(struct xt_conntrack_mtinfo##n),			\
	.own = sizeof(struct xt_conntrack_mtinfo3),			\
	.check = check,							\
	.match = match,							\
}

const struct xt_ops xt_match_conntrack_1 = CONNTRACK(1);
const struct xt_ops xt_match_conntrack_2 = CONNTRACK(2);
const struct xt_ops xt_match_conntrack_3 = CONNTRACK(3);
