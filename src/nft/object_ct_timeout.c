/* SPDX-License-Identifier: BSD-2-Clause
 * nft/object_ct_timeout.c - timeouts that a rule gives to a connection as it
 * begins: a policy of the tracker's (track/timeout.h). */
#include <netinet/in.h>

#include "nft/object_private.h"
#include "nft/tracking.h"
#include "track/track.h"

struct timeout_object {
	struct track *track;
	uint32_t policy;		/* the tracker's number of it */
	uint16_t family;		/* NFPROTO_*, as it is listed */
	uint8_t protocol;
};

static const struct nl_policy policy[NFTA_CT_TIMEOUT_MAX + 1] = {
	[NFTA_CT_TIMEOUT_L3PROTO] = { .kind = NL_U16 },
	[NFTA_CT_TIMEOUT_L4PROTO] = { .kind = NL_U8 },
	[NFTA_CT_TIMEOUT_DATA] = { .kind = NL_NESTED },
};

static const struct nl_policy value_policy[POLICY_VALUES + 1] = {
	[1] = { .kind = NL_U32 }, [2] = { .kind = NL_U32 }, [3] = { .kind = NL_U32 },
	[4] = { .kind = NL_U32 }, [5] = { .kind = NL_U32 }, [6] = { .kind = NL_U32 },
	[7] = { .kind = NL_U32 }, [8] = { .kind = NL_U32 }, [9] = { .kind = NL_U32 },
	[10] = { .kind = NL_U32 }, [11] = { .kind = NL_U32 }, [12] = { .kind = NL_U32 },
};

/* Values are numbered from 1 on the wire (CTA_TIMEOUT_<PROTO>_*); those that
 * are not there are the present settings. */
static int
make_policy(struct timeout_object *o, const struct nl_attr *data,
	    struct nl_extack *extack)
{
	const char *const *names = clew_timeout_names(o->protocol);
	struct nl_attr tb[POLICY_VALUES + 1];
	uint32_t values[POLICY_VALUES] = { 0 }, mask = 0;
	int err, number;

	err = nl_parse_nested(tb, POLICY_VALUES, data, value_policy, extack);
	if (err)
		return err;
	for (unsigned i = 0; i < POLICY_VALUES && names[i]; i++) {
		if (!tb[i + 1].data)
			continue;
		values[i] = policy_seconds(nl_be32(&tb[i + 1]));
		mask |= 1u << i;
	}
	number = policy_create_unnamed(&o->track->policies, &o->track->set,
				       o->protocol, values, mask);
	if (number < 0)
		return number == -ENOSPC ? -ENOMEM : number;
	o->policy = (uint32_t)number;
	return 0;
}

static int
init(const struct nft_load *load, struct nft_object *object,
     const struct nl_attr tb[])
{
	struct timeout_object *o = nft_object_priv(object);

	if (!tb[NFTA_CT_TIMEOUT_L4PROTO].data ||
	    !tb[NFTA_CT_TIMEOUT_DATA].data)
		return -EINVAL;
	o->family = load->family;
	if (tb[NFTA_CT_TIMEOUT_L3PROTO].data)
		o->family = nl_be16(&tb[NFTA_CT_TIMEOUT_L3PROTO]);
	o->protocol = nl_u8(&tb[NFTA_CT_TIMEOUT_L4PROTO]);
	if (!policy_has_protocol(o->protocol))
		return -EOPNOTSUPP;
	if (!nft_family_is_tracked(load->family))
		return -EPROTO;
	o->track = load->nft->config.track;
	return make_policy(o, &tb[NFTA_CT_TIMEOUT_DATA], load->extack);
}

static void
fini(struct nft *nft, struct nft_object *object)
{
	struct timeout_object *o = nft_object_priv(object);

	(void)nft;
	track_forget_policy(o->track, o->policy);
}

/* A connection that is not confirmed yet. */
static void
eval(struct nft_object *object, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct timeout_object *o = nft_object_priv(object);
	struct conn *c = nft_conn(ev);

	if (!c || conn_is_confirmed(c))
		return;
	if (!conn_set_policy(o->track, c, o->policy))
		regs->verdict = NFT_VERDICT_DROP;
}

static void
dump(struct nl_writer *w, struct nft_object *object, bool reset)
{
	const struct timeout_object *o = nft_object_priv(object);
	uint32_t values[POLICY_VALUES];
	unsigned count = policy_values_get(&o->track->policies, o->policy,
					   values);
	size_t data;

	(void)reset;
	nl_put_u8(w, NFTA_CT_TIMEOUT_L4PROTO, o->protocol);
	nl_put_be16(w, NFTA_CT_TIMEOUT_L3PROTO, o->family);
	data = nl_begin_bare(w, NFTA_CT_TIMEOUT_DATA);
	for (unsigned i = 0; i < count; i++)
		nl_put_be32(w, (uint16_t)(i + 1), values[i]);
	nl_end(w, data);
}

const struct nft_object_ops nft_object_ct_timeout = {
	.type = NFT_OBJECT_CT_TIMEOUT,
	.size = sizeof(struct timeout_object),
	.max_attr = NFTA_CT_TIMEOUT_MAX,
	.policy = policy,
	.init = init,
	.fini = fini,
	.eval = eval,
	.dump = dump,
};
