/* SPDX-License-Identifier: BSD-2-Clause
 * nft/chain_hook.c - base chains and where packets come by: types of chains,
 * hooks, priorities, devices. */
#include "nft/kinds.h"

#include <linux/netfilter_arp.h>
#include <stdlib.h>

enum {
	WIRE_HOOKS = 6,			/* NFT_MAX_HOOKS */
	WIRE_INGRESS = 5,		/* NF_INET_INGRESS */
	NETDEV_INGRESS = 0,
	NETDEV_EGRESS = 1,
	PRIORITY_CONNTRACK = -200,	/* NF_IP_PRI_CONNTRACK */
	DEVICES_MOST = 256,
};

static const struct nl_policy hook_policy[NFTA_HOOK_MAX + 1] = {
	[NFTA_HOOK_HOOKNUM] = { .kind = NL_U32 },
	[NFTA_HOOK_PRIORITY] = { .kind = NL_U32 },
	[NFTA_HOOK_DEV] = { .kind = NL_STRING, .max = CLEW_IFNAME_SIZE - 1 },
	[NFTA_HOOK_DEVS] = { .kind = NL_NESTED },
};

#define BIT(n) (1u << (n))
#define ALL_INET (BIT(NF_INET_PRE_ROUTING) | BIT(NF_INET_LOCAL_IN) |	\
		  BIT(NF_INET_FORWARD) | BIT(NF_INET_LOCAL_OUT) |	\
		  BIT(NF_INET_POST_ROUTING))
#define NAT_INET (ALL_INET & ~BIT(NF_INET_FORWARD))

/* The hooks that chains of a type may be at, in a family; 0: no such type. */
static const uint8_t hooks_of[NFT_FAMILIES][NFT_CHAIN_TYPES] = {
	[NFPROTO_INET] = {
		[NFT_CHAIN_FILTER] = ALL_INET | BIT(WIRE_INGRESS),
		[NFT_CHAIN_ROUTE] = BIT(NF_INET_LOCAL_OUT),
		[NFT_CHAIN_NAT] = NAT_INET,
	},
	[NFPROTO_IPV4] = {
		[NFT_CHAIN_FILTER] = ALL_INET,
		[NFT_CHAIN_ROUTE] = BIT(NF_INET_LOCAL_OUT),
		[NFT_CHAIN_NAT] = NAT_INET,
	},
	[NFPROTO_IPV6] = {
		[NFT_CHAIN_FILTER] = ALL_INET,
		[NFT_CHAIN_ROUTE] = BIT(NF_INET_LOCAL_OUT),
		[NFT_CHAIN_NAT] = NAT_INET,
	},
	[NFPROTO_ARP] = {
		[NFT_CHAIN_FILTER] = BIT(NF_ARP_IN) | BIT(NF_ARP_OUT),
	},
	[NFPROTO_NETDEV] = {
		[NFT_CHAIN_FILTER] = BIT(NETDEV_INGRESS) | BIT(NETDEV_EGRESS),
	},
	[NFPROTO_BRIDGE] = {
		[NFT_CHAIN_FILTER] = ALL_INET,
	},
};

static const char *const type_names[NFT_CHAIN_TYPES] = {
	[NFT_CHAIN_FILTER] = "filter",
	[NFT_CHAIN_ROUTE] = "route",
	[NFT_CHAIN_NAT] = "nat",
};

const char *
nft_chain_type_name(uint8_t type)
{
	return type_names[type];
}

bool
nft_hook_is_netdev(uint8_t family, uint8_t wire_hook)
{
	return family == NFPROTO_NETDEV ||
	       (family == NFPROTO_INET && wire_hook == WIRE_INGRESS);
}

/* Devices. */

void
nft_devices_move(struct list *to, struct list *from)
{
	while (!list_is_empty(from)) {
		struct list *l = from->next;

		list_remove(l);
		list_insert(to, l);
	}
}

void
nft_devices_free(struct list *devices)
{
	struct nft_device *d, *then;

	list_each_safe(d, then, devices, link) {
		list_remove(&d->link);
		free(d);
	}
}

/* Devices are the same when one's name or prefix is within the other's. */
struct nft_device *
nft_devices_find(const struct list *devices, const struct nft_device *like)
{
	struct nft_device *d;

	list_each(d, devices, link) {
		uint8_t len = d->len < like->len ? d->len : like->len;

		if (memcmp(d->name, like->name, len) == 0)
			return d;
	}
	return NULL;
}

static int
device_add(struct list *devices, const struct nl_attr *name, bool is_prefix)
{
	struct nft_device *d = calloc(1, sizeof(*d));
	size_t len;

	if (!d)
		return -ENOMEM;
	len = nl_string(name, d->name, sizeof(d->name));
	if (len >= sizeof(d->name) || (is_prefix && len == 0)) {
		free(d);
		return -EINVAL;
	}
	d->len = (uint8_t)(is_prefix ? len : len + 1);
	if (nft_devices_find(devices, d)) {
		free(d);
		return -EEXIST;
	}
	list_insert(devices, &d->link);
	return 0;
}

int
nft_devices_parse(const struct nl_attr *one, const struct nl_attr *many,
		  struct list *devices, struct nl_extack *extack)
{
	struct nl_reader r = nl_nested(many);
	struct nl_attr a;
	size_t count = 0;
	int err;

	list_init(devices);
	if (one->data) {
		err = device_add(devices, one, false);
		if (err)
			nl_blame(extack, one);
		return err;
	}
	while (nl_next(&r, &a)) {
		bool is_prefix = a.type == NFTA_DEVICE_PREFIX;

		err = -EINVAL;
		if (a.type == NFTA_DEVICE_NAME || is_prefix)
			err = device_add(devices, &a, is_prefix);
		if (!err && ++count == DEVICES_MOST)
			err = -EFBIG;
		if (err) {
			nl_blame(extack, &a);
			nft_devices_free(devices);
			return err;
		}
	}
	return 0;
}

void
nft_devices_put(struct nl_writer *w, uint16_t attr_type,
		const struct list *devices, uint8_t gen)
{
	size_t at = nl_begin_bare(w, attr_type);
	const struct nft_device *d;

	list_each(d, devices, link) {
		if (d->inactive & gen)
			continue;
		if (d->name[d->len - 1] == '\0')
			nl_put_string(w, NFTA_DEVICE_NAME, d->name);
		else
			nl_put_string(w, NFTA_DEVICE_PREFIX, d->name);
	}
	nl_end(w, at);
}

bool
nft_devices_match(const struct list *devices, const char *name)
{
	const struct nft_device *d;

	list_each(d, devices, link) {
		if (strncmp(d->name, name, d->len) == 0)
			return true;
	}
	return false;
}

/* Registration. */

uint8_t
nft_hook_place(const struct nft_base *base, uint8_t *hook)
{
	uint8_t family = base->chain.table->family;

	*hook = base->wire_hook;
	if (family == NFPROTO_NETDEV)
		*hook = base->wire_hook == NETDEV_INGRESS ? HOOK_INGRESS :
							    HOOK_EGRESS;
	else if (family == NFPROTO_INET && base->wire_hook == WIRE_INGRESS)
		*hook = HOOK_INGRESS;
	return nft_hook_is_netdev(family, base->wire_hook) ? NFPROTO_NETDEV :
							     family;
}

/* Among those of one priority the latest comes first, as in Linux. */
static int
insert(struct nft_hook_chains *chains, const struct nft_base *base)
{
	size_t i = 0;

	if (chains->count == chains->size) {
		size_t size = chains->size ? chains->size * 2 : 8;
		struct nft_hooked *at = realloc(chains->at,
						size * sizeof(at[0]));

		if (!at)
			return -ENOMEM;
		chains->at = at;
		chains->size = size;
	}
	while (i < chains->count && chains->at[i].priority < base->priority)
		i++;
	memmove(&chains->at[i + 1], &chains->at[i],
		(chains->count - i) * sizeof(chains->at[0]));
	chains->at[i] = (struct nft_hooked){
		.priority = base->priority,
		.is_nat = base->type == NFT_CHAIN_NAT,
		.is_route = base->type == NFT_CHAIN_ROUTE,
		.base = base,
	};
	chains->count++;
	return 0;
}

static void
remove_from(struct nft_hook_chains *chains, const struct nft_base *base)
{
	size_t kept = 0;

	for (size_t i = 0; i < chains->count; i++) {
		if (chains->at[i].base != base)
			chains->at[kept++] = chains->at[i];
	}
	chains->count = kept;
}

int
nft_base_register(struct nft *nft, struct nft_base *base)
{
	uint8_t hook, family = nft_hook_place(base, &hook);
	int err;

	if (base->is_registered)
		return 0;
	if (family == NFPROTO_INET) {
		err = insert(&nft->hooks[NFPROTO_IPV4][hook], base);
		if (err)
			return err;
		err = insert(&nft->hooks[NFPROTO_IPV6][hook], base);
		if (err)
			remove_from(&nft->hooks[NFPROTO_IPV4][hook], base);
	} else {
		err = insert(&nft->hooks[family][hook], base);
	}
	base->is_registered = !err;
	nft->hooks_changed++;
	return err;
}

void
nft_base_unregister(struct nft *nft, struct nft_base *base)
{
	uint8_t hook, family = nft_hook_place(base, &hook);

	if (!base->is_registered)
		return;
	base->is_registered = false;
	nft->hooks_changed++;
	if (family == NFPROTO_INET) {
		remove_from(&nft->hooks[NFPROTO_IPV4][hook], base);
		remove_from(&nft->hooks[NFPROTO_IPV6][hook], base);
	} else {
		remove_from(&nft->hooks[family][hook], base);
	}
}

/* Requests. */

/* => The type that is named, or NFT_CHAIN_TYPES. */
static uint8_t
type_of(const struct nl_attr *name, uint8_t family)
{
	uint8_t type;

	for (type = 0; type < NFT_CHAIN_TYPES; type++) {
		if (hooks_of[family][type] &&
		    nl_string_is(name, type_names[type]))
			break;
	}
	return type;
}

static int
parse_new(const struct nft_load *load, const struct nl_attr tb[],
	  const struct nl_attr ha[], struct nft_hook_draft *draft)
{
	uint32_t hook;

	if (!ha[NFTA_HOOK_HOOKNUM].data || !ha[NFTA_HOOK_PRIORITY].data) {
		nl_blame(load->extack, &tb[NFTA_CHAIN_NAME]);
		return -ENOENT;
	}
	hook = nl_be32(&ha[NFTA_HOOK_HOOKNUM]);
	draft->priority = (int32_t)nl_be32(&ha[NFTA_HOOK_PRIORITY]);
	draft->type = NFT_CHAIN_FILTER;
	if (tb[NFTA_CHAIN_TYPE].data) {
		draft->type = type_of(&tb[NFTA_CHAIN_TYPE], load->family);
		if (draft->type == NFT_CHAIN_TYPES) {
			nl_blame(load->extack, &tb[NFTA_CHAIN_TYPE]);
			return -ENOENT;
		}
	}
	if (hook >= WIRE_HOOKS ||
	    !(hooks_of[load->family][draft->type] & BIT(hook)))
		return -EOPNOTSUPP;
	if (draft->type == NFT_CHAIN_NAT &&
	    draft->priority <= PRIORITY_CONNTRACK)
		return -EOPNOTSUPP;
	draft->wire_hook = (uint8_t)hook;
	return 0;
}

static int
parse_change(const struct nft_load *load, const struct nl_attr tb[],
	     const struct nl_attr ha[], const struct nft_base *base,
	     struct nft_hook_draft *draft)
{
	draft->wire_hook = base->wire_hook;
	draft->priority = base->priority;
	draft->type = base->type;
	if (ha[NFTA_HOOK_HOOKNUM].data &&
	    nl_be32(&ha[NFTA_HOOK_HOOKNUM]) != base->wire_hook)
		return -EOPNOTSUPP;
	if (ha[NFTA_HOOK_PRIORITY].data &&
	    (int32_t)nl_be32(&ha[NFTA_HOOK_PRIORITY]) != base->priority)
		return -EOPNOTSUPP;
	if (tb[NFTA_CHAIN_TYPE].data) {
		draft->type = type_of(&tb[NFTA_CHAIN_TYPE], load->family);
		if (draft->type == NFT_CHAIN_TYPES) {
			nl_blame(load->extack, &tb[NFTA_CHAIN_TYPE]);
			return -ENOENT;
		}
	}
	return 0;
}

int
nft_hook_parse(const struct nft_load *load, const struct nl_attr tb[],
	       const struct nft_base *base, uint32_t flags,
	       struct nft_hook_draft *draft)
{
	struct nl_attr ha[NFTA_HOOK_MAX + 1];
	int err;

	list_init(&draft->devices);
	err = nl_parse_nested(ha, NFTA_HOOK_MAX, &tb[NFTA_CHAIN_HOOK],
			      hook_policy, NULL);
	if (err)
		return err;
	err = base ? parse_change(load, tb, ha, base, draft) :
		     parse_new(load, tb, ha, draft);
	if (err)
		return err;
	if (!nft_hook_is_netdev(load->family, draft->wire_hook))
		return ha[NFTA_HOOK_DEV].data || ha[NFTA_HOOK_DEVS].data ?
		       -EOPNOTSUPP : 0;
	err = nft_devices_parse(&ha[NFTA_HOOK_DEV], &ha[NFTA_HOOK_DEVS],
				&draft->devices, load->extack);
	if (err)
		return err;
	if (flags & NFT_CHAIN_HW_OFFLOAD && list_is_empty(&draft->devices))
		return -EINVAL;
	return 0;
}

void
nft_hook_put(struct nl_writer *w, const struct nft_base *base,
	     const struct list *devices, uint8_t gen)
{
	size_t at = nl_begin_bare(w, NFTA_CHAIN_HOOK);
	const struct nft_device *d, *only = NULL;
	size_t count = 0;

	nl_put_be32(w, NFTA_HOOK_HOOKNUM, base->wire_hook);
	nl_put_be32(w, NFTA_HOOK_PRIORITY, (uint32_t)base->priority);
	if (nft_hook_is_netdev(base->chain.table->family, base->wire_hook)) {
		nft_devices_put(w, NFTA_HOOK_DEVS, devices, gen);
		list_each(d, devices, link) {
			if (d->inactive & gen)
				continue;
			if (count++ == 0)
				only = d;
		}
		/* Programs that know of one device only. */
		if (count == 1 && only->name[only->len - 1] == '\0')
			nl_put_string(w, NFTA_HOOK_DEV, only->name);
	}
	nl_end(w, at);
}
