/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_ct.c - 'ct': what tracking knows of the packet's connection. */
#include "nft/expr_ct.h"

#include "nft/nft.h"
#include "nft/tell_load.h"
#include "nft/tracking.h"
#include "track/track.h"

/* NF_CT_STATE_*: what 'ct state' compares with. */
enum {
	STATE_INVALID		= 1u << 0,
	STATE_ESTABLISHED	= 1u << 1,
	STATE_RELATED		= 1u << 2,
	STATE_NEW		= 1u << 3,
	STATE_UNTRACKED		= 1u << 6,
};

enum { HELPER_NAME_SIZE = 16 };

static const struct nl_policy policy[NFTA_CT_MAX + 1] = {
	[NFTA_CT_DREG] = { .kind = NL_U32 },
	[NFTA_CT_KEY] = { .kind = NL_U32, .value_max = 255, .is_be = true },
	[NFTA_CT_DIRECTION] = { .kind = NL_U8 },
	[NFTA_CT_SREG] = { .kind = NL_U32 },
};

/* Loading. */

enum direction {
	DIRECTION_NONE,		/* may not be given */
	DIRECTION_IGNORED,	/* may be, and is, by old programs */
	DIRECTION_EITHER,
	DIRECTION_NEEDED,
};

static const struct {
	uint8_t size;		/* 0: cannot be read */
	uint8_t direction;	/* enum direction */
} keys[] = {
	[NFT_CT_STATE]		= { 4, DIRECTION_NONE },
	[NFT_CT_DIRECTION]	= { 1, DIRECTION_NONE },
	[NFT_CT_STATUS]		= { 4, DIRECTION_NONE },
	[NFT_CT_MARK]		= { 4, DIRECTION_NONE },
	[NFT_CT_SECMARK]	= { 4, DIRECTION_NONE },
	[NFT_CT_EXPIRATION]	= { 4, DIRECTION_NONE },
	[NFT_CT_HELPER]		= { HELPER_NAME_SIZE, DIRECTION_NONE },
	[NFT_CT_L3PROTOCOL]	= { 1, DIRECTION_IGNORED },
	[NFT_CT_SRC]		= { 16, DIRECTION_NEEDED },
	[NFT_CT_DST]		= { 16, DIRECTION_NEEDED },
	[NFT_CT_PROTOCOL]	= { 1, DIRECTION_IGNORED },
	[NFT_CT_PROTO_SRC]	= { 2, DIRECTION_NEEDED },
	[NFT_CT_PROTO_DST]	= { 2, DIRECTION_NEEDED },
	[NFT_CT_LABELS]		= { CLEW_LABELS_SIZE, DIRECTION_NONE },
	[NFT_CT_PKTS]		= { 8, DIRECTION_EITHER },
	[NFT_CT_BYTES]		= { 8, DIRECTION_EITHER },
	[NFT_CT_AVGPKT]		= { 8, DIRECTION_EITHER },
	[NFT_CT_ZONE]		= { 2, DIRECTION_EITHER },
	[NFT_CT_SRC_IP]		= { 4, DIRECTION_NEEDED },
	[NFT_CT_DST_IP]		= { 4, DIRECTION_NEEDED },
	[NFT_CT_SRC_IP6]	= { 16, DIRECTION_NEEDED },
	[NFT_CT_DST_IP6]	= { 16, DIRECTION_NEEDED },
	[NFT_CT_ID]		= { 4, DIRECTION_NONE },
};

static bool
counts_traffic(uint8_t key)
{
	return key == NFT_CT_PKTS || key == NFT_CT_BYTES ||
	       key == NFT_CT_AVGPKT;
}

/* => Bytes of the register, or -errno. */
static int
key_size(const struct nft_load *load, const struct nl_attr tb[], uint32_t key)
{
	bool has_direction = tb[NFTA_CT_DIRECTION].data;

	if (key >= sizeof(keys) / sizeof(keys[0]) || !keys[key].size)
		return -EOPNOTSUPP;
	if (has_direction ? keys[key].direction == DIRECTION_NONE :
			    keys[key].direction == DIRECTION_NEEDED)
		return -EINVAL;
	if (key != NFT_CT_SRC && key != NFT_CT_DST)
		return keys[key].size;
	if (!nft_family_is_tracked(load->family))
		return -EAFNOSUPPORT;
	return load->family == NFPROTO_IPV4 ? 4 : 16;
}

int
nft_ct_direction(const struct nl_attr *attr, uint8_t *dir)
{
	*dir = attr->data ? nl_u8(attr) : CLEW_DIRS;
	return attr->data && *dir >= CLEW_DIRS ? -EINVAL : 0;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nft_ct *ct = nft_priv(expr);
	uint32_t key = nl_be32(&tb[NFTA_CT_KEY]);
	int err = key_size(load, tb, key);
	uint32_t size = (uint32_t)err;

	if (err < 0)
		return err;
	ct->key = (uint8_t)key;
	err = nft_ct_direction(&tb[NFTA_CT_DIRECTION], &ct->dir);
	if (!err)
		err = nft_reg_store(load, &tb[NFTA_CT_DREG], &ct->reg,
				    NFT_DATA_BYTES, size);
	if (err)
		return err;
	if (!nft_family_is_tracked(load->family))
		return -EPROTO;
	if (counts_traffic(ct->key))	/* who asks for counters gets them */
		load->nft->config.track->set.acct = 1;
	return 0;
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_ct *ct = nft_priv(expr);
	uint8_t direction = keys[ct->key].direction;

	(void)reset;
	nft_reg_dump(w, NFTA_CT_DREG, ct->reg);
	nl_put_be32(w, NFTA_CT_KEY, ct->key);
	if (direction == DIRECTION_NEEDED ||
	    (direction == DIRECTION_EITHER && ct->dir < CLEW_DIRS))
		nl_put_u8(w, NFTA_CT_DIRECTION, ct->dir);
}

/* Evaluation. */

static uint32_t
state_bit(const struct nft_eval *ev)
{
	static const uint8_t bit[] = {
		[CLEW_CT_INVALID]	= STATE_INVALID,
		[CLEW_CT_NEW]		= STATE_NEW,
		[CLEW_CT_ESTABLISHED]	= STATE_ESTABLISHED,
		[CLEW_CT_RELATED]	= STATE_RELATED,
		[CLEW_CT_UNTRACKED]	= STATE_UNTRACKED,
	};
	uint8_t state = ev->path->packet->ct_state;

	if (nft_conn(ev) || state == CLEW_CT_UNTRACKED)
		return bit[state];
	return nft_has_template(ev) ? STATE_NEW : STATE_INVALID;
}

/* The packet's address in a tuple: 4 or 16 bytes, as the family has it.
 * => false when 'family' is asked for and it is the other one. */
static bool
put_address(const struct nft_ct *ct, const struct nft_eval *ev,
	    bool is_source, uint8_t family, uint32_t *to)
{
	const struct conn *c = nft_conn(ev);
	struct clew_tuple tuple;
	struct key key;

	if (family && conn_family(c) != family)
		return false;
	conn_key(ev->path->track, c, ct->dir, &key);
	key_to_tuple(&key, &tuple);
	memcpy(to, is_source ? &tuple.src : &tuple.dst,
	       tuple.family == CLEW_IPV4 ? 4 : 16);
	return true;
}

static uint64_t
traffic(const struct nft_ct *ct, const struct nft_eval *ev)
{
	const struct conn *c = nft_conn(ev);
	const struct track *t = ev->path->track;
	uint64_t packets = 0, bytes = 0;

	if (!(c->status & CONN_ACCT))
		return 0;
	for (uint8_t dir = 0; dir < CLEW_DIRS; dir++) {
		const struct clew_counter *counter =
			&track_acct(t, track_index(t, c))->counter[dir];

		if (ct->dir != CLEW_DIRS && ct->dir != dir)
			continue;
		packets += counter->packets;
		bytes += counter->bytes;
	}
	if (ct->key == NFT_CT_AVGPKT)
		return packets ? bytes / packets : 0;
	return ct->key == NFT_CT_BYTES ? bytes : packets;
}

static void
put_labels(const struct nft_eval *ev, uint32_t *to)
{
	const struct conn_ext *ext = track_ext(ev->path->track, nft_conn(ev));

	if (ext && ext->has_labels)
		memcpy(to, ext->labels, CLEW_LABELS_SIZE);
	else
		memset(to, 0, CLEW_LABELS_SIZE);
}

/* Milliseconds left; of a connection that is not confirmed, none. */
static uint32_t
expiration_ms(const struct nft_eval *ev)
{
	const struct conn *c = nft_conn(ev);
	uint64_t now = ev->path->track->now_ms;

	if (!conn_is_confirmed(c) || c->deadline_ms <= now)
		return 0;
	return (uint32_t)(c->deadline_ms - now);
}

/* => false when there is no such thing. */
static bool
put_helper(const struct nft_eval *ev, const struct conn *c, uint32_t *to)
{
	const char *name = conn_master_helper(ev->path->track, c);

	if (!name)
		return false;
	memset(to, 0, HELPER_NAME_SIZE);
	memcpy(to, name, strnlen(name, HELPER_NAME_SIZE));
	return true;
}

static bool
put_value(const struct nft_ct *ct, const struct nft_eval *ev, uint32_t *to)
{
	const struct conn *c = nft_conn(ev);
	uint64_t count;

	switch ((enum nft_ct_keys)ct->key) {
	case NFT_CT_DIRECTION:
		nft_reg_put_u8(to, ev->path->packet->dir);
		return true;
	case NFT_CT_STATUS:
		*to = c->status & CONN_STATUS_SHOWN;
		return true;
	case NFT_CT_MARK:
		*to = c->mark;
		return true;
	case NFT_CT_SECMARK:
		*to = 0;
		return true;
	case NFT_CT_EXPIRATION:
		*to = expiration_ms(ev);
		return true;
	case NFT_CT_LABELS:
		put_labels(ev, to);
		return true;
	case NFT_CT_PKTS:
	case NFT_CT_BYTES:
	case NFT_CT_AVGPKT:
		count = traffic(ct, ev);
		memcpy(to, &count, sizeof(count));
		return true;
	case NFT_CT_L3PROTOCOL:
		nft_reg_put_u8(to, conn_family(c));
		return true;
	case NFT_CT_PROTOCOL:
		nft_reg_put_u8(to, conn_protocol(c));
		return true;
	case NFT_CT_ZONE:
		nft_reg_put_u16(to, ct->dir == CLEW_DIRS ?
				nft_conn_zone(c) :
				key_zone(&c->key[ct->dir]));
		return true;
	case NFT_CT_ID:
		put_be32((uint8_t *)to, conn_id(ev->path->track, c));
		return true;
	case NFT_CT_SRC:
		return put_address(ct, ev, true, 0, to);
	case NFT_CT_DST:
		return put_address(ct, ev, false, 0, to);
	case NFT_CT_SRC_IP:
		return put_address(ct, ev, true, CLEW_IPV4, to);
	case NFT_CT_DST_IP:
		return put_address(ct, ev, false, CLEW_IPV4, to);
	case NFT_CT_SRC_IP6:
		return put_address(ct, ev, true, CLEW_IPV6, to);
	case NFT_CT_DST_IP6:
		return put_address(ct, ev, false, CLEW_IPV6, to);
	case NFT_CT_PROTO_SRC:
		nft_reg_put_u16(to, (uint16_t)c->key[ct->dir].meta);
		return true;
	case NFT_CT_PROTO_DST:
		nft_reg_put_u16(to, (uint16_t)(c->key[ct->dir].meta >> 16));
		return true;
	case NFT_CT_HELPER:	/* that of the master */
		return put_helper(ev, c, to);
	case NFT_CT_STATE:
	case NFT_CT_EVENTMASK:
	case __NFT_CT_MAX:
		break;
	}
	return false;
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct nft_ct *ct = nft_priv(expr);
	uint32_t *to = &regs->word[ct->reg];

	if (ct->key == NFT_CT_STATE)
		*to = state_bit(ev);
	else if (!nft_conn(ev) || !put_value(ct, ev, to))
		regs->verdict = NFT_BREAK;
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct nft_ct *ct = nft_priv(expr);

	nft_tell_ct(t, ct->key, ct->dir, ct->reg);
}

static const struct nft_expr_ops get = {
	.name = "ct",
	.size = sizeof(struct nft_ct),
	.eval = eval,
	.init = init,
	.dump = dump,
	.tell = tell,
};

static const struct nft_expr_ops *
choose(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	(void)load;
	if (tb[NFTA_CT_KEY].data &&
	    !tb[NFTA_CT_DREG].data != !tb[NFTA_CT_SREG].data)
		return tb[NFTA_CT_DREG].data ? &get : &nft_ct_set;
	*err = -EINVAL;
	return NULL;
}

const struct nft_expr_ops nft_expr_ct = {
	.name = "ct",
	.max_attr = NFTA_CT_MAX,
	.policy = policy,
	.select = choose,
};
