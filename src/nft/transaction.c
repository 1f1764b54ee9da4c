/* SPDX-License-Identifier: BSD-2-Clause
 * nft/transaction.c - what a batch has changed, in order; and the messages
 * that tell of it. */
#include "nft/transaction.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "nft/nft.h"

void *
nft_trans_create(const struct nft_load *load, const struct nft_trans_ops *ops)
{
	struct nft_trans *t = calloc(1, ops->size);

	if (!t)
		return NULL;
	t->ops = ops;
	t->load = *load;
	t->load.extack = NULL;
	t->load.written = NULL;
	return t;
}

void
nft_trans_destroy(struct nft_trans *t)
{
	free(t);
}

void
nft_trans_add(struct nft_trans *t)
{
	struct nft *nft = t->load.nft;

	list_insert(&nft->transactions, &t->link);
	nft->transaction_count++;
}

void
nft_trans_add_id(struct nft_trans *t, const void *scope, uint32_t id)
{
	nft_trans_add(t);
	t->scope = scope;
	t->id = id;
	t->has_id = true;
	t->order = t->load.nft->transaction_count;
	nft_hash_insert(&t->load.nft->ids, &t->by_id, nft_hash_number(id));
}

struct nft_trans *
nft_trans_by_id(const struct nft *nft, const struct nft_trans_ops *ops,
		const void *scope, uint32_t id,
		bool (*is_it)(const struct nft *nft, const struct nft_trans *t))
{
	struct nft_trans *found = NULL;
	struct nft_link *l;

	for (l = nft_hash_first(&nft->ids, nft_hash_number(id)); l;
	     l = l->next) {
		struct nft_trans *t = list_entry(l, struct nft_trans, by_id);

		if (t->id == id && t->ops == ops && t->scope == scope &&
		    (!found || t->order < found->order) &&
		    (!is_it || is_it(nft, t)))
			found = t;
	}
	return found;
}

/* Messages. */

size_t
nft_begin_msg(const struct nft *nft, struct nl_writer *w, uint16_t message,
	      uint16_t flags, uint32_t seq, uint32_t portid, uint8_t family)
{
	struct nfgenmsg header = {
		.nfgen_family = family,
		.version = NFNETLINK_V0,
		.res_id = htons((uint16_t)nft->genid),
	};
	size_t at = nl_begin_msg(w, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 |
					       message), flags, seq, portid);

	nl_put_raw(w, &header, sizeof(header));
	return at;
}

struct nl_writer *
nft_notify_begin(const struct nft_load *load)
{
	struct nft *nft = load->nft;
	const struct nft_config *config = &nft->config;
	bool echo = load->flags & NLM_F_ECHO;

	if (!config->notify ||
	    (!echo && config->listens &&
	     !config->listens(config->notify_ctx, NFNLGRP_NFTABLES)))
		return NULL;
	nft->writer = nl_writer(nft->buffer, nft->buffer_size);
	return &nft->writer;
}

void
nft_notify_end(const struct nft_load *load)
{
	struct nft *nft = load->nft;
	struct nl_writer *w = &nft->writer;

	/* One that is too long for any message is lost, as in Linux. */
	nft->config.notify(nft->config.notify_ctx, NFNLGRP_NFTABLES,
			   nl_ok(w) ? w->base : NULL, nl_ok(w) ? w->used : 0,
			   load->portid, load->flags & NLM_F_ECHO);
}
