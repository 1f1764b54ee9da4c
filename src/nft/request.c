/* SPDX-License-Identifier: BSD-2-Clause
 * nft/request.c - messages to their handlers; batches, all or nothing. */
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "nft/kinds.h"
#include "nft/rule.h"

enum {
	/* Rules that may be looked at to find the message at fault; when it
	 * is not found so, commit tells the error. */
	FINDING_BUDGET = 100 * 1000 * 1000,
};

/* One per line, sorted; GETs and changes alike. */
static const struct nft_handler *const handlers[NFT_UAPI_MESSAGES] = {
	[NFT_MSG_DELCHAIN] = &nft_chain_del,
	[NFT_MSG_DELFLOWTABLE] = &nft_flowtable_del,
	[NFT_MSG_DELOBJ] = &nft_object_del,
	[NFT_MSG_DELRULE] = &nft_rule_del,
	[NFT_MSG_DELSET] = &nft_set_del,
	[NFT_MSG_DELSETELEM] = &nft_elem_del,
	[NFT_MSG_DELTABLE] = &nft_table_del,
	[NFT_MSG_DESTROYCHAIN] = &nft_chain_del,
	[NFT_MSG_DESTROYFLOWTABLE] = &nft_flowtable_del,
	[NFT_MSG_DESTROYOBJ] = &nft_object_del,
	[NFT_MSG_DESTROYRULE] = &nft_rule_del,
	[NFT_MSG_DESTROYSET] = &nft_set_del,
	[NFT_MSG_DESTROYSETELEM] = &nft_elem_del,
	[NFT_MSG_DESTROYTABLE] = &nft_table_del,
	[NFT_MSG_GETCHAIN] = &nft_chain_get,
	[NFT_MSG_GETFLOWTABLE] = &nft_flowtable_get,
	[NFT_MSG_GETGEN] = &nft_gen_get,
	[NFT_MSG_GETOBJ] = &nft_object_get,
	[NFT_MSG_GETOBJ_RESET] = &nft_object_get_reset,
	[NFT_MSG_GETRULE] = &nft_rule_get,
	[NFT_MSG_GETRULE_RESET] = &nft_rule_get_reset,
	[NFT_MSG_GETSET] = &nft_set_get,
	[NFT_MSG_GETSETELEM] = &nft_elem_get,
	[NFT_MSG_GETSETELEM_RESET] = &nft_elem_get_reset,
	[NFT_MSG_GETTABLE] = &nft_table_get,
	[NFT_MSG_NEWCHAIN] = &nft_chain_new,
	[NFT_MSG_NEWFLOWTABLE] = &nft_flowtable_new,
	[NFT_MSG_NEWOBJ] = &nft_object_new,
	[NFT_MSG_NEWRULE] = &nft_rule_new,
	[NFT_MSG_NEWSET] = &nft_set_new,
	[NFT_MSG_NEWSETELEM] = &nft_elem_new,
	[NFT_MSG_NEWTABLE] = &nft_table_new,
};

enum { ATTRS_MOST = 32 };	/* of any message */

static const struct nft_handler *
handler_of(uint16_t type)
{
	type &= 0xff;
	return type < NFT_UAPI_MESSAGES ? handlers[type] : NULL;
}

bool
nft_batch_is_batched(uint16_t type)
{
	const struct nft_handler *h = handler_of(type);

	return h && h->change;
}

static bool
is_destroy(uint16_t type)
{
	type &= 0xff;
	return type >= NFT_MSG_DESTROYTABLE && type <= NFT_MSG_DESTROYFLOWTABLE;
}

static struct nft_load
load_of(struct nft *nft, const struct nft_request *request)
{
	nft->process = request->process;
	return (struct nft_load){
		.nft = nft,
		.family = request->family,
		.flags = request->msg->flags,
		.seq = request->msg->seq,
		.portid = request->portid,
		.extack = request->extack,
		.is_destroy = is_destroy(request->msg->type),
	};
}

static int
parse(const struct nft_handler *h, const struct nft_request *request,
      struct nl_attr tb[])
{
	return nl_parse(tb, h->max_attr, request->attrs, request->attrs_len,
			h->policy, request->extack);
}

/* Batches. */

int
nft_batch_begin(struct nft *nft, uint32_t genid, bool has_genid)
{
	if (has_genid && genid != nft->genid)
		return -ERESTART;
	nft->is_in_batch = true;
	nft->has_first = false;
	nft->validate_budget = FINDING_BUDGET;
	return 0;
}

int
nft_batch_message(struct nft *nft, const struct nft_request *request)
{
	const struct nft_handler *h = handler_of(request->msg->type);
	struct nl_attr tb[ATTRS_MOST + 1];
	struct nft_load load = load_of(nft, request);
	int err;

	if (!nft->has_first) {
		nft->has_first = true;
		nft->first = load;
	}
	if (!h || !h->change)
		return -EINVAL;
	err = parse(h, request, tb);
	return err ? err : h->change(&load, tb);
}

static int
check(struct nft *nft)
{
	struct nft_trans *t;

	list_each(t, &nft->transactions, link) {
		int err = t->ops->check ? t->ops->check(nft, t) : 0;

		if (err)
			return err;
	}
	return 0;
}

static int
validate(struct nft *nft)
{
	struct nft_table *table;

	nft->validate_budget = UINT64_MAX;
	list_each(table, &nft->tables, link) {
		int err = nft_table_validate(nft, table);

		if (err)
			return err;
	}
	return 0;
}

/* The batch is over: nothing of it stays. */
static void
finish(struct nft *nft, bool is_aborted)
{
	struct nft_table *table;
	struct nft_trans *t;

	while (!list_is_empty(&nft->transactions)) {
		struct list *l = is_aborted ? nft->transactions.prev :
					      nft->transactions.next;

		t = list_entry(l, struct nft_trans, link);
		list_remove(&t->link);
		if (t->ops->release)
			t->ops->release(nft, t, is_aborted);
		free(t);
	}
	nft_hash_fini(&nft->ids);
	nft_hash_fini(&nft->renames);
	nft->transaction_count = 0;
	nft->is_in_batch = false;
	list_each(table, &nft->tables, link)
		table->validate = NFT_VALIDATE_SKIP;
}

static void
put_gen(const struct nft *nft, struct nl_writer *w, uint32_t seq,
	uint32_t portid)
{
	size_t at = nft_begin_msg(nft, w, NFT_MSG_NEWGEN, 0, seq, portid,
				  NFPROTO_UNSPEC);

	nl_put_be32(w, NFTA_GEN_ID, nft->genid);
	nl_put_be32(w, NFTA_GEN_PROC_PID, nft->process.id);
	nl_put_string(w, NFTA_GEN_PROC_NAME, nft->process.name);
	nl_end_msg(w, at);
}

/* The new generation, as the answer to the batch's first message. */
static void
notify_gen(struct nft *nft)
{
	struct nl_writer *w;

	if (!nft->has_first)
		return;
	w = nft_notify_begin(&nft->first);
	if (!w)
		return;
	put_gen(nft, w, nft->first.seq, nft->first.portid);
	nft_notify_end(&nft->first);
}

/* Nothing can fail any more: the next generation becomes the present. */
static void
commit(struct nft *nft)
{
	struct nft_trans *t;
	struct nft_dump *d;

	nft->cursor ^= 1;
	if (++nft->genid == 0)
		nft->genid = 1;
	nft_blobs_commit(nft);
	list_each(t, &nft->transactions, link)
		t->ops->commit(nft, t);
	list_each(d, &nft->dumps, link)
		d->is_torn = true;
	notify_gen(nft);
	finish(nft, false);
}

static int
validate_or_undo(struct nft *nft, bool was_finding)
{
	int err = validate(nft);

	if (!err)
		return 0;
	nft_batch_abort(nft);
	nft->is_finding = !was_finding;
	return was_finding ? err : -EAGAIN;
}

int
nft_batch_validate(struct nft *nft)
{
	return validate_or_undo(nft, nft->is_finding);
}

int
nft_batch_commit(struct nft *nft)
{
	bool was_finding = nft->is_finding;
	int err;

	nft->is_finding = false;
	if (list_is_empty(&nft->transactions)) {
		finish(nft, false);
		return 0;
	}
	err = check(nft);
	if (err) {
		nft_batch_abort(nft);
		return err;
	}
	err = validate_or_undo(nft, was_finding);
	if (err)
		return err;
	err = nft_blobs_prepare(nft);
	if (err) {
		nft_batch_abort(nft);
		return err;
	}
	commit(nft);
	return 0;
}

void
nft_batch_abort(struct nft *nft)
{
	struct list *l;

	for (l = nft->transactions.prev; l != &nft->transactions;
	     l = l->prev) {
		struct nft_trans *t = list_entry(l, struct nft_trans, link);

		t->ops->abort(nft, t);
	}
	nft_blobs_abort(nft);
	nft->is_finding = false;
	finish(nft, true);
}

/* Questions. */

static int
get_gen(struct nft_load *load, const struct nl_attr tb[],
	struct nl_writer *answer)
{
	(void)tb;
	put_gen(load->nft, answer, load->seq, load->portid);
	return 0;
}

const struct nft_handler nft_gen_get = {
	.get = get_gen,
};

int
nft_get(struct nft *nft, const struct nft_request *request,
	struct nl_writer *answer)
{
	const struct nft_handler *h = handler_of(request->msg->type);
	struct nl_attr tb[ATTRS_MOST + 1];
	struct nft_load load = load_of(nft, request);
	size_t at = answer->used;
	int err;

	if (!h || !h->get)
		return h && h->change ? -EINVAL : -EOPNOTSUPP;
	err = parse(h, request, tb);
	if (err)
		return err;
	err = h->get(&load, tb, answer);
	if (!err && !nl_ok(answer)) {
		nl_cancel(answer, at);
		err = -EMSGSIZE;
	}
	return err;
}

const struct nft_dump_ops *
nft_request_dump(const struct nft_request *request, struct nl_attr tb[],
		 bool *is_reset, int *err)
{
	const struct nft_handler *h = handler_of(request->msg->type);

	*err = -EOPNOTSUPP;
	if (!h || !h->dump)
		return NULL;
	*err = parse(h, request, tb);
	*is_reset = h->is_reset;
	return *err ? NULL : h->dump;
}

/* Small things that kinds share. */

char *
nft_strdup(const struct nl_attr *a)
{
	return strndup((const char *)a->data, a->len);
}

void *
nft_memdup(const struct nl_attr *a)
{
	uint8_t *copy = malloc(a->len + 1u);	/* none is a length too */

	if (copy && a->len)
		memcpy(copy, a->data, a->len);
	return copy;
}
