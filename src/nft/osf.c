/* SPDX-License-Identifier: BSD-2-Clause
 * nft/osf.c - fingerprints of operating systems: kept, and looked for. */
#include "nft/osf.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink_osf.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum {
	MSS_SIZE	= 4,	/* of the option */
	HEADERS		= 40,	/* IPv4's and TCP's: what an MTU has more */
	MSS_ETHERNET	= 1460,
	MSS_STAMPED	= 1448,	/* less the timestamps' twelve bytes */
};

struct entry {
	struct list link;		/* nft_osf_list.by_df */
	struct nf_osf_user_finger finger;
};

void
nft_osf_init(struct nft_osf_list *osf)
{
	list_init(&osf->by_df[0]);
	list_init(&osf->by_df[1]);
	osf->count = 0;
}

static void
drop(struct nft_osf_list *osf, struct entry *entry)
{
	list_remove(&entry->link);
	osf->count--;
	free(entry);
}

void
nft_osf_fini(struct nft_osf_list *osf)
{
	struct entry *entry, *then;

	for (unsigned df = 0; df < 2; df++) {
		list_each_safe(entry, then, &osf->by_df[df], link)
			drop(osf, entry);
	}
}

/* Requests. */

static bool
ends(const char name[MAXGENRELEN])
{
	return memchr(name, '\0', MAXGENRELEN);
}

/* Are all options ones that a header has room for?  An MSS has to hold one,
 * for it is read. */
static bool
are_options_sound(const struct nf_osf_user_finger *f)
{
	uint32_t size = 0;

	if (f->opt_num > sizeof(f->opt) / sizeof(f->opt[0]))
		return false;
	for (unsigned i = 0; i < f->opt_num; i++) {
		const struct nf_osf_opt *opt = &f->opt[i];

		if (opt->length == 0 ||
		    (opt->kind == OSFOPT_MSS && opt->length < MSS_SIZE))
			return false;
		size += opt->length;
	}
	return size <= NFT_OSF_OPTIONS_MOST;
}

static bool
is_sound(const struct nf_osf_user_finger *f)
{
	return f->wss.wc < OSF_WSS_MAX &&
	       !(f->wss.wc == OSF_WSS_MODULO && f->wss.val == 0) &&
	       ends(f->genre) && ends(f->version) && ends(f->subtype) &&
	       are_options_sound(f);
}

static struct list *
list_of(struct nft_osf_list *osf, const struct nf_osf_user_finger *f)
{
	return &osf->by_df[f->df != 0];
}

static struct entry *
lookup(struct nft_osf_list *osf, const struct nf_osf_user_finger *f)
{
	struct entry *entry;

	list_each(entry, list_of(osf, f), link) {
		if (memcmp(&entry->finger, f, sizeof(*f)) == 0)
			return entry;
	}
	return NULL;
}

int
nft_osf_add(struct nft_osf_list *osf, const void *bytes, bool is_new)
{
	struct nf_osf_user_finger f;
	struct entry *entry;

	memcpy(&f, bytes, sizeof(f));
	if (!is_sound(&f))
		return -EINVAL;
	if (lookup(osf, &f))
		return is_new ? -EEXIST : 0;
	if (osf->count == NFT_OSF_MOST)
		return -ENOSPC;
	entry = malloc(sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	entry->finger = f;
	list_insert(list_of(osf, &f), &entry->link);
	osf->count++;
	return 0;
}

int
nft_osf_remove(struct nft_osf_list *osf, const void *bytes)
{
	struct nf_osf_user_finger f;
	struct entry *entry;

	memcpy(&f, bytes, sizeof(f));
	entry = lookup(osf, &f);
	if (!entry)
		return -ENOENT;
	drop(osf, entry);
	return 0;
}

/* Packets. */

/* Linux asks of NF_OSF_TTL_LESS's greater ones who is a neighbour, and then
 * wants the very TTL, which a greater one is not. */
static bool
is_ttl(uint8_t ttl, uint8_t wanted, uint8_t mode)
{
	switch (mode) {
	case NF_OSF_TTL_TRUE:
		return ttl == wanted;
	case NF_OSF_TTL_NOCHECK:
		return true;
	default:
		return ttl <= wanted;
	}
}

/* Are the options just these, in this order?  Only kinds are compared; how
 * long each is the fingerprint says.  '*mss': of the last one, 0: none. */
static bool
are_options(const struct nf_osf_user_finger *f, const struct nft_osf_syn *syn,
	    uint16_t *mss)
{
	uint32_t size = 0, at = 0;

	*mss = 0;
	for (unsigned i = 0; i < f->opt_num; i++)
		size += f->opt[i].length;
	if (size != syn->options_size)
		return false;
	for (unsigned i = 0; i < f->opt_num; i++) {
		if (f->opt[i].kind != syn->options[at])
			return false;
		if (f->opt[i].kind == OSFOPT_MSS)
			*mss = get_be16(syn->options + at + 2);
		at += f->opt[i].length;
	}
	return true;
}

/* A multiple of an MSS with 'more' to each: of the one in the packet or,
 * because routers change that one, of the usual ones. */
static bool
is_multiple(uint32_t window, uint32_t times, uint32_t mss, uint32_t more)
{
	return window == times * (mss + more) ||
	       window == times * (MSS_ETHERNET + more) ||
	       window == times * (MSS_STAMPED + more);
}

static bool
is_window(const struct nf_osf_wc *wss, uint16_t window, uint16_t mss)
{
	switch (wss->wc) {
	case OSF_WSS_PLAIN:
		return wss->val == 0 || window == wss->val;
	case OSF_WSS_MSS:
		return is_multiple(window, wss->val, mss, 0);
	case OSF_WSS_MTU:
		return is_multiple(window, wss->val, mss, HEADERS);
	case OSF_WSS_MODULO:
		return window % wss->val == 0;
	}
	return false;
}

const struct nf_osf_user_finger *
nft_osf_find(const struct nft_osf_list *osf, const struct nft_osf_syn *syn,
	     uint8_t ttl)
{
	const struct entry *entry;
	uint16_t mss;

	if (!syn->options && syn->options_size > 0)
		return NULL;
	list_each(entry, &osf->by_df[syn->df], link) {
		const struct nf_osf_user_finger *f = &entry->finger;

		if (f->ss == syn->size && is_ttl(syn->ttl, f->ttl, ttl) &&
		    are_options(f, syn, &mss) &&
		    is_window(&f->wss, syn->window, mss))
			return f;
	}
	return NULL;
}
