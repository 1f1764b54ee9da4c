/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_connlimit.c - 'connlimit': connections at the same time, of each
 * address or network and zone. */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter/xt_connlimit.h>
#include <stdlib.h>

#include "nft/conncount.h"
#include "xt/keyed.h"
#include "xt/packet.h"

enum {
	KEY_WORDS = 3,
	NETWORKS_MOST = 1 << 24,
	SWEPT = 2,		/* networks looked at when there is a new one */
};

union network_key {
	struct {
		union clew_addr addr;
		uint16_t zone;
	};
	uint64_t words[KEY_WORDS];
};

struct network {
	union network_key key;
	struct nft_conncount list;
};

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	struct xt_keyed *networks, **own = ext->own;
	int err = xt_check_tracked(load);

	if (err)
		return err;
	networks = malloc(sizeof(*networks));
	if (!networks)
		return -ENOMEM;
	err = xt_keyed_init(networks, &load->nft->key, KEY_WORDS,
			    sizeof(struct network), NETWORKS_MOST);
	if (err)
		free(networks);
	else
		*own = networks;
	return err;
}

static void
forget(struct nft *nft, struct xt_keyed *networks, struct network *n)
{
	nft_conncount_fini(nft, &n->list);
	xt_keyed_remove(networks, n);
}

static void
fini(struct nft *nft, struct xt_ext *ext)
{
	struct xt_keyed *networks = *(struct xt_keyed **)ext->own;
	struct network *n;

	while ((n = xt_keyed_oldest(networks)))
		forget(nft, networks, n);
	xt_keyed_fini(networks);
	free(networks);
}

static bool
read_key(const struct xt_connlimit_info *info, const struct nft_eval *ev,
	 union network_key *key)
{
	const uint8_t *mask = (const uint8_t *)&info->mask;
	const struct conn *c = nft_conn(ev);
	uint32_t size = ev->family == NFPROTO_IPV6 ? 16 : 4;

	memset(key, 0, sizeof(*key));
	if (!xt_address(ev, !(info->flags & XT_CONNLIMIT_DADDR), &key->addr))
		return false;
	for (uint32_t i = 0; i < size; i++)
		key->addr.bytes[i] &= mask[i];
	if (c)
		key->zone = nft_conn_zone(c);
	else if (nft_has_template(ev))
		key->zone = ev->path->packet->zone;
	return true;
}

/* Networks that have no connections any more go, a few at a time. */
static void
sweep(struct nft *nft, struct xt_keyed *networks)
{
	for (unsigned i = 0; i < SWEPT; i++) {
		struct network *n = xt_keyed_oldest(networks);

		if (!n)
			break;
		xt_keyed_use(networks, n);
		if (nft_conncount_sweep(nft, &n->list))
			forget(nft, networks, n);
	}
}

static struct network *
find(struct xt_keyed *networks, struct nft_eval *ev, const union network_key *key,
     bool *is_new)
{
	struct network *n = xt_keyed_find(networks, key->words);

	*is_new = !n;
	if (n)
		return n;
	sweep(ev->nft, networks);
	n = xt_keyed_add(networks, key->words);
	if (n)
		nft_conncount_init(ev->nft, &n->list);
	return n;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	struct xt_keyed *networks = *(struct xt_keyed **)ext->own;
	const struct xt_connlimit_info *info = ext->info;
	struct network *n;
	union network_key key;
	bool is_new;

	if (!read_key(info, ev, &key))
		return XT_DROP;
	n = find(networks, ev, &key, &is_new);
	if (!n)
		return XT_DROP;
	if (!nft_conncount_add(&n->list, ev, is_new)) {
		if (is_new)
			forget(ev->nft, networks, n);
		return XT_DROP;
	}
	if (!n->list.count)
		return XT_DROP;
	return xt_yes((n->list.count > info->limit) !=
		      !!(info->flags & XT_CONNLIMIT_INVERT));
}

const struct xt_ops xt_match_connlimit_1 = {
	.name = "connlimit",
	.kind = XT_MATCH,
	.revision = 1,
	.families = XT_IP,
	.size = sizeof(struct xt_connlimit_info),
	.shown = offsetof(struct xt_connlimit_info, data),
	.own = sizeof(struct xt_keyed *),
	.check = check,
	.fini = fini,
	.match = match,
};
