/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_ct_set.c - 'ct ... set': mark, labels, zone, events of the
 * packet's connection. */
#include "nft/expr_ct.h"
#include "nft/nft.h"
#include "nft/tell_load.h"
#include "nft/tracking.h"
#include "track/track.h"

/* => Bytes of the register, or -errno. */
static int
key_size(uint32_t key, bool has_direction)
{
	if (key == NFT_CT_ZONE)
		return 2;
	if (key != NFT_CT_MARK && key != NFT_CT_LABELS &&
	    key != NFT_CT_EVENTMASK && key != NFT_CT_SECMARK)
		return -EOPNOTSUPP;
	if (has_direction)
		return -EINVAL;
	return key == NFT_CT_LABELS ? CLEW_LABELS_SIZE : 4;
}

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct nft_ct *ct = nft_priv(expr);
	uint32_t key = nl_be32(&tb[NFTA_CT_KEY]);
	int err = key_size(key, tb[NFTA_CT_DIRECTION].data);
	uint32_t size = (uint32_t)err;

	if (err < 0)
		return err;
	ct->key = (uint8_t)key;
	err = nft_ct_direction(&tb[NFTA_CT_DIRECTION], &ct->dir);
	if (!err)
		err = nft_reg_load(load, &tb[NFTA_CT_SREG], &ct->reg, size);
	if (err)
		return err;
	return nft_family_is_tracked(load->family) ? 0 : -EPROTO;
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct nft_ct *ct = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_CT_SREG, ct->reg);
	nl_put_be32(w, NFTA_CT_KEY, ct->key);
	if (ct->dir < CLEW_DIRS)
		nl_put_u8(w, NFTA_CT_DIRECTION, ct->dir);
}

/* The zone the packet will be tracked in: the engine reads its tuple anew. */
static void
set_zone(const struct nft_ct *ct, uint16_t zone, struct path *path)
{
	struct clew_packet *packet = path->packet;

	packet->zone = zone;
	packet->flags &= ~(uint32_t)(CLEW_PKT_ZONE_ORIG | CLEW_PKT_ZONE_REPLY);
	if (ct->dir < CLEW_DIRS)
		packet->flags |= CLEW_PKT_ZONE_ORIG << ct->dir;
	path->has_template = true;
}

bool
nft_ct_add_labels(struct track *t, struct conn *c,
		  const uint32_t labels[CLEW_LABELS_SIZE / 4])
{
	const uint8_t *add = (const uint8_t *)labels;
	struct conn_ext *ext = conn_extend(t, c);
	bool is_new = false;

	if (!ext)
		return false;
	for (size_t i = 0; i < CLEW_LABELS_SIZE; i++) {
		is_new |= add[i] & (uint8_t)~ext->labels[i];
		ext->labels[i] |= add[i];
	}
	ext->has_labels = true;
	if (is_new)
		conn_event(c, CLEW_IPCT_LABEL);
	return true;
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	const struct nft_ct *ct = nft_priv(expr);
	const uint32_t *from = &regs->word[ct->reg];
	struct track *t = ev->path->track;
	struct conn *c = nft_conn(ev);

	if (ct->key == NFT_CT_ZONE) {
		if (!c && !nft_has_template(ev))
			set_zone(ct, load16(from), ev->path);
		return;
	}
	if (!c)
		return;
	switch (ct->key) {
	case NFT_CT_MARK:
		if (c->mark != *from) {
			c->mark = *from;
			conn_event(c, CLEW_IPCT_MARK);
		}
		break;
	case NFT_CT_LABELS:
		nft_ct_add_labels(t, c, from);
		break;
	case NFT_CT_EVENTMASK:
		conn_set_event_mask(t, c, *from);
		break;
	}
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct nft_ct *ct = nft_priv(expr);

	nft_tell_ct_set(t, ct->key, ct->reg);
}

const struct nft_expr_ops nft_ct_set = {
	.name = "ct",
	.size = sizeof(struct nft_ct),
	.eval = eval,
	.init = init,
	.dump = dump,
	.tell = tell,
};
