/* SPDX-License-Identifier: BSD-2-Clause
 * nft/rule.c - rules: NFT_MSG_*RULE.
 *
 * A rule is one block of memory: header, expressions, user data.  It stands
 * in its chain's list in both generations, and is active in some of them. */
#include "nft/rule.h"

#include <stdlib.h>

#include "nft/kinds.h"

enum { RULE_BYTES_MOST = 1 << 12 };	/* of expressions, as in Linux */

struct trans_rule {
	struct nft_trans trans;
	struct nft_rule *rule;
};

static const struct nl_policy policy[NFTA_RULE_MAX + 1] = {
	[NFTA_RULE_TABLE] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_RULE_CHAIN] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
	[NFTA_RULE_HANDLE] = { .kind = NL_U64 },
	[NFTA_RULE_EXPRESSIONS] = { .kind = NL_NESTED },
	[NFTA_RULE_COMPAT] = { .kind = NL_NESTED },
	[NFTA_RULE_POSITION] = { .kind = NL_U64 },
	[NFTA_RULE_USERDATA] = { .kind = NL_BINARY, .max = NFT_USERDATA_MAXLEN },
	[NFTA_RULE_ID] = { .kind = NL_U32 },
	[NFTA_RULE_POSITION_ID] = { .kind = NL_U32 },
	[NFTA_RULE_CHAIN_ID] = { .kind = NL_U32 },
};

/* Of that chain, in either generation. => NULL when there is none. */
static struct nft_rule *
find(const struct nft_chain *chain, const struct nl_attr *handle)
{
	uint64_t wanted = nl_be64(handle);
	struct nft_link *l;

	for (l = nft_hash_first(&chain->table->rules, nft_hash_number(wanted));
	     l; l = l->next) {
		struct nft_rule *rule = list_entry(l, struct nft_rule,
						   by_handle);

		/* What is to be replaced has its successor's handle. */
		if (rule->handle == wanted && rule->chain == chain)
			return rule;
	}
	return NULL;
}

/* Listing. */

static void
put(const struct nft *nft, struct nl_writer *w, uint16_t message,
    uint16_t flags, uint32_t seq, uint32_t portid,
    const struct nft_rule *rule, uint64_t position)
{
	const struct nft_chain *chain = rule->chain;
	size_t at = nft_begin_msg(nft, w, message, flags, seq, portid,
				  chain->table->family);
	const struct nft_expr *expr;
	size_t list;

	nl_put_string(w, NFTA_RULE_TABLE, chain->table->named.name);
	nl_put_string(w, NFTA_RULE_CHAIN, chain->named.name);
	nl_put_be64(w, NFTA_RULE_HANDLE, rule->handle);
	if (message != NFT_MSG_DELRULE && position)
		nl_put_be64(w, NFTA_RULE_POSITION, position);
	list = nl_begin_bare(w, NFTA_RULE_EXPRESSIONS);
	nft_rule_each(expr, rule)
		nft_expr_dump(w, NFTA_LIST_ELEM, expr, false);
	nl_end(w, list);
	if (rule->udata_len)
		nl_put(w, NFTA_RULE_USERDATA, nft_rule_udata(rule),
		       rule->udata_len);
	nl_end_msg(w, at);
}

static uint64_t
handle_before(const struct nft_rule *rule)
{
	return list_entry(rule->link.prev, struct nft_rule, link)->handle;
}

/* What a message has told is reset, but only when it fits. */
static void
reset_told(struct nft *nft, const struct nft_rule *rule,
	   const struct nl_writer *told)
{
	struct nl_writer scratch = nl_writer(nft->buffer, nft->buffer_size);
	const struct nft_expr *expr;

	if (!nl_ok(told))
		return;
	nft_rule_each(expr, rule) {
		nft_expr_dump(&scratch, 0, expr, true);
		nl_cancel(&scratch, 0);
	}
}

static void
notify(const struct nft_trans *trans, uint16_t message)
{
	const struct nft_load *load = &trans->load;
	const struct nft_rule *rule = ((const struct trans_rule *)trans)->rule;
	const struct list *rules = &rule->chain->rules;
	struct nl_writer *w = nft_notify_begin(load);
	uint64_t position = 0;
	uint16_t flags;

	if (!w)
		return;
	if (message == NFT_MSG_NEWRULE && rules->next != &rule->link &&
	    rules->prev != &rule->link)
		position = handle_before(rule);
	flags = load->flags & (NLM_F_CREATE | NLM_F_EXCL);
	if (load->flags & (NLM_F_APPEND | NLM_F_REPLACE))
		flags |= NLM_F_APPEND;
	put(load->nft, w, message, flags, load->seq, load->portid, rule,
	    position);
	nft_notify_end(load);
}

static int
dump_begin(struct nft_dump *d, const struct nl_attr tb[])
{
	int err = nft_dump_filter(&d->table, &tb[NFTA_RULE_TABLE]);

	return err ? err : nft_dump_filter(&d->name, &tb[NFTA_RULE_CHAIN]);
}

static struct list *
dump_list(const struct nft_dump *d, unsigned level, struct list *outer)
{
	if (level == 0)
		return &d->nft->tables;
	if (level == 1)
		return &list_entry(outer, struct nft_table, link)->chains;
	return &list_entry(outer, struct nft_chain, link)->rules;
}

static bool
dump_wants(const struct nft_dump *d, unsigned level, const struct list *l)
{
	const struct nft_chain *chain;

	if (level == 0)
		return nft_dump_wants_table(d, l);
	if (level == 2)
		return nft_gen_is_in_now(d->nft, list_entry(l, struct nft_rule,
							    link)->inactive);
	chain = list_entry(l, struct nft_chain, link);
	return nft_gen_is_in_now(d->nft, chain->named.inactive) &&
	       (!d->name || !d->table ||
		strcmp(d->name, chain->named.name) == 0);
}

/* The handle of the rule before, in the present generation; 0: none. */
static uint64_t
dump_position(const struct nft_dump *d, const struct nft_rule *rule)
{
	const struct list *head = &rule->chain->rules, *l;

	for (l = rule->link.prev; l != head; l = l->prev) {
		const struct nft_rule *r = list_entry(l, struct nft_rule, link);

		if (nft_gen_is_in_now(d->nft, r->inactive))
			return r->handle;
	}
	return 0;
}

static bool
dump_put(struct nft_dump *d, struct nl_writer *w, struct list *l)
{
	const struct nft_rule *rule = list_entry(l, struct nft_rule, link);

	put(d->nft, w, NFT_MSG_NEWRULE, nft_dump_flags(d) | NLM_F_APPEND,
	    d->seq, d->portid, rule, dump_position(d, rule));
	if (d->has_reset)
		reset_told(d->nft, rule, w);
	return true;
}

static const struct nft_dump_ops dump = {
	.levels = 3,
	.begin = dump_begin,
	.list = dump_list,
	.wants = dump_wants,
	.put = dump_put,
};

static int
get_one(struct nft_load *load, const struct nl_attr tb[],
	struct nl_writer *answer, bool reset)
{
	const struct nl_attr *handle = &tb[NFTA_RULE_HANDLE];
	uint8_t gen = nft_gen_now(load->nft);
	const struct nft_rule *rule;
	int err;

	err = nft_table_seen(load, &tb[NFTA_RULE_TABLE]);
	if (err)
		return err;
	load->chain = nft_chain_find(load->table, &tb[NFTA_RULE_CHAIN], gen,
				     &err);
	if (!load->chain) {
		nl_blame(load->extack, &tb[NFTA_RULE_CHAIN]);
		return err;
	}
	rule = handle->data ? find(load->chain, handle) : NULL;
	if (!rule) {
		nl_blame(load->extack, handle);
		return handle->data ? -ENOENT : -EINVAL;
	}
	put(load->nft, answer, NFT_MSG_NEWRULE, 0, load->seq, load->portid,
	    rule, 0);
	if (reset)
		reset_told(load->nft, rule, answer);
	return 0;
}

static int
get(struct nft_load *load, const struct nl_attr tb[], struct nl_writer *answer)
{
	return get_one(load, tb, answer, false);
}

static int
get_reset(struct nft_load *load, const struct nl_attr tb[],
	  struct nl_writer *answer)
{
	return get_one(load, tb, answer, true);
}

const struct nft_handler nft_rule_get = {
	.max_attr = NFTA_RULE_MAX,
	.policy = policy,
	.get = get,
	.dump = &dump,
};

const struct nft_handler nft_rule_get_reset = {
	.max_attr = NFTA_RULE_MAX,
	.policy = policy,
	.get = get_reset,
	.dump = &dump,
	.is_reset = true,
};

/* Life. */

void
nft_rule_activate(const struct nft_load *load, struct nft_rule *rule)
{
	struct nft_expr *expr;

	nft_rule_each(expr, rule) {
		if (expr->ops->activate)
			expr->ops->activate(load, expr);
	}
}

void
nft_rule_deactivate(const struct nft_load *load, struct nft_rule *rule,
		    enum nft_phase phase)
{
	struct nft_expr *expr;

	nft_rule_each(expr, rule) {
		if (expr->ops->deactivate)
			expr->ops->deactivate(load, expr, phase);
	}
}

void
nft_rule_free(struct nft *nft, struct nft_rule *rule)
{
	struct nft_expr *expr;

	nft_rule_each(expr, rule)
		nft_expr_fini(nft, expr);
	free(rule);
}

void
nft_rule_unlink(struct nft *nft, struct nft_rule *rule)
{
	nft_unlink(nft, &rule->link);
	nft_hash_remove(&rule->chain->table->rules, &rule->by_handle);
}

static void
commit_new(struct nft *nft, struct nft_trans *trans)
{
	struct nft_rule *rule = ((struct trans_rule *)trans)->rule;

	nft_gen_keep(nft, &rule->inactive);
	notify(trans, NFT_MSG_NEWRULE);
}

static void
abort_new(struct nft *nft, struct nft_trans *trans)
{
	struct trans_rule *t = (struct trans_rule *)trans;
	struct nft_chain *chain = t->rule->chain;

	/* In a rule's own chain it goes with that rule. */
	if (chain->is_owned) {
		t->rule = NULL;
		return;
	}
	nft_use_dec(&chain->use);
	nft_rule_unlink(nft, t->rule);
	nft_rule_deactivate(&trans->load, t->rule, NFT_PHASE_ABORT);
}

static void
release_new(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	struct trans_rule *t = (struct trans_rule *)trans;

	if (is_aborted && t->rule)
		nft_rule_free(nft, t->rule);
}

static const struct nft_trans_ops trans_new = {
	.size = sizeof(struct trans_rule),
	.commit = commit_new,
	.abort = abort_new,
	.release = release_new,
};

static void
commit_del(struct nft *nft, struct nft_trans *trans)
{
	struct trans_rule *t = (struct trans_rule *)trans;

	nft_rule_unlink(nft, t->rule);
	notify(trans, NFT_MSG_DELRULE);
	nft_rule_deactivate(&trans->load, t->rule, NFT_PHASE_COMMIT);
}

static void
abort_del(struct nft *nft, struct nft_trans *trans)
{
	struct trans_rule *t = (struct trans_rule *)trans;

	t->rule->chain->use++;
	nft_gen_keep(nft, &t->rule->inactive);
	nft_rule_activate(&trans->load, t->rule);
}

static void
release_del(struct nft *nft, struct nft_trans *trans, bool is_aborted)
{
	if (!is_aborted)
		nft_rule_free(nft, ((struct trans_rule *)trans)->rule);
}

static const struct nft_trans_ops trans_del = {
	.size = sizeof(struct trans_rule),
	.commit = commit_del,
	.abort = abort_del,
	.release = release_del,
};

/* The rule that this batch makes under that NFTA_RULE_ID. */
static struct nft_rule *
find_by_id(const struct nft_load *load, const struct nl_attr *id)
{
	struct nft_trans *t = nft_trans_by_id(load->nft, &trans_new,
					      load->chain, nl_be32(id), NULL);

	return t ? ((struct trans_rule *)t)->rule : NULL;
}

static int
delete(const struct nft_load *load, struct nft_rule *rule)
{
	struct trans_rule *t;

	if (!nft_gen_is_in_next(load->nft, rule->inactive))
		return -ENOENT;		/* deleted twice */
	t = nft_trans_create(load, &trans_del);
	if (!t)
		return -ENOMEM;
	t->rule = rule;
	nft_gen_delete(load->nft, &rule->inactive);
	nft_use_dec(&rule->chain->use);
	nft_chain_touch(load->nft, rule->chain);
	nft_trans_add(&t->trans);
	nft_rule_deactivate(load, rule, NFT_PHASE_PREPARE);
	return 0;
}

int
nft_rule_delete_all(const struct nft_load *load)
{
	struct nft_rule *rule;

	list_each(rule, &load->chain->rules, link) {
		int err;

		if (!nft_gen_is_in_next(load->nft, rule->inactive))
			continue;
		err = delete(load, rule);
		if (err)
			return err;
	}
	return 0;
}

/* Adding. */

static int
find_chain(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *attr = &tb[NFTA_RULE_CHAIN];
	uint8_t gen = nft_gen_next(load->nft);
	int err = -ENOENT;

	err = nft_table_changed(load, &tb[NFTA_RULE_TABLE]);
	if (err)
		return err;
	if (attr->data) {
		load->chain = nft_chain_find(load->table, attr, gen, &err);
	} else if (tb[NFTA_RULE_CHAIN_ID].data) {
		attr = &tb[NFTA_RULE_CHAIN_ID];
		err = -ENOENT;
		load->chain = nft_chain_by_id(load->nft, load->table,
					      nl_be32(attr));
	} else {
		return -EINVAL;
	}
	if (!load->chain) {
		nl_blame(load->extack, attr);
		return err;
	}
	return load->chain->is_bound ? -EOPNOTSUPP : 0;
}

/* Where a new rule goes. */
struct place {
	struct nft_rule *at;	/* before, behind or instead of it; NULL: at
				 * the chain's begin or end */
	uint64_t handle;	/* the new rule's own */
};

static int
find_replaced(const struct nft_load *load, const struct nl_attr *handle,
	      struct place *place)
{
	place->handle = nl_be64(handle);
	place->at = find(load->chain, handle);
	if (!place->at) {
		nl_blame(load->extack, handle);
		return -ENOENT;
	}
	if (load->flags & NLM_F_EXCL) {
		nl_blame(load->extack, handle);
		return -EEXIST;
	}
	return load->flags & NLM_F_REPLACE ? 0 : -EOPNOTSUPP;
}

static int
find_place(const struct nft_load *load, const struct nl_attr tb[],
	   struct place *place)
{
	const struct nl_attr *attr = NULL;

	*place = (struct place){ 0 };
	if (tb[NFTA_RULE_HANDLE].data)
		return find_replaced(load, &tb[NFTA_RULE_HANDLE], place);
	if (!(load->flags & NLM_F_CREATE) || load->flags & NLM_F_REPLACE)
		return -EINVAL;
	place->handle = nft_table_handle(load->table);
	if (tb[NFTA_RULE_POSITION].data) {
		attr = &tb[NFTA_RULE_POSITION];
		place->at = find(load->chain, attr);
	} else if (tb[NFTA_RULE_POSITION_ID].data) {
		attr = &tb[NFTA_RULE_POSITION_ID];
		place->at = find_by_id(load, attr);
	}
	if (attr && !place->at) {
		nl_blame(load->extack, attr);
		return -ENOENT;
	}
	return 0;
}

static int
parse_exprs(const struct nft_load *load, const struct nl_attr *list,
	    struct nft_expr_draft *drafts, size_t *count, uint32_t *size)
{
	struct nl_reader r = nl_nested(list);
	struct nl_attr a;

	*count = 0;
	*size = 0;
	while (nl_next(&r, &a)) {
		int err;

		if (a.type != NFTA_LIST_ELEM || *count == NFT_RULE_EXPRS_MOST)
			return -EINVAL;
		err = nft_expr_parse(load, &a, &drafts[*count]);
		if (err) {
			nl_blame(load->extack, &a);
			return err;
		}
		*size += nft_expr_size(drafts[*count].ops);
		(*count)++;
	}
	return *size >= RULE_BYTES_MOST ? -EFBIG : 0;
}

/* Expressions that are made are undone when a later one cannot be. */
static int
init_exprs(const struct nft_load *load, struct nft_rule *rule,
	   const struct nft_expr_draft *drafts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int err = nft_expr_init(load, nft_rule_end(rule), &drafts[i]);

		if (err) {
			nl_blame(load->extack, &drafts[i].attr);
			return err;
		}
		rule->size += nft_expr_size(drafts[i].ops);
		if (drafts[i].ops->validate)
			nft_table_validate_later(load->table);
	}
	return 0;
}

static void
undo(const struct nft_load *load, struct nft_rule *rule)
{
	nft_rule_deactivate(load, rule, NFT_PHASE_PREPARE_ERROR);
	nft_rule_free(load->nft, rule);
}

/* A rule as the request has it, in no chain yet. */
static int
make(struct nft_load *load, const struct nl_attr tb[], uint64_t handle,
     struct nft_rule **out)
{
	const struct nl_attr *udata = &tb[NFTA_RULE_USERDATA];
	struct nft_expr_draft *drafts = load->nft->drafts;
	struct nft_rule *rule;
	uint32_t size, written = 0;
	size_t count;
	int err;

	err = parse_exprs(load, &tb[NFTA_RULE_EXPRESSIONS], drafts, &count,
			  &size);
	if (err)
		return err;
	rule = calloc(1, sizeof(*rule) + size + udata->len);
	if (!rule)
		return -ENOMEM;
	rule->handle = handle;
	rule->chain = load->chain;
	nft_gen_add(load->nft, &rule->inactive);
	load->written = &written;
	load->compat = &tb[NFTA_RULE_COMPAT];
	err = init_exprs(load, rule, drafts, count);
	load->written = NULL;
	load->compat = NULL;
	if (err) {
		undo(load, rule);
		return err;
	}
	rule->udata_len = udata->len;
	if (udata->len)
		memcpy(nft_rule_end(rule), udata->data, udata->len);
	*out = rule;
	return 0;
}

static void
link_at(const struct nft_load *load, struct nft_rule *rule,
	const struct place *place)
{
	struct list *rules = &load->chain->rules;
	struct list *before;	/* this one the rule goes */

	if (load->flags & NLM_F_REPLACE)
		before = &place->at->link;
	else if (load->flags & NLM_F_APPEND)
		before = place->at ? place->at->link.next : rules;
	else
		before = place->at ? &place->at->link : rules->next;
	list_insert(before, &rule->link);
	nft_hash_insert(&load->table->rules, &rule->by_handle,
			nft_hash_number(rule->handle));
}

static int
add(struct nft_load *load, struct nft_rule *rule, const struct place *place,
    const struct nl_attr *id)
{
	struct nft *nft = load->nft;
	struct trans_rule *t;
	int err;

	if (!nft_use_inc(&load->chain->use))
		return -EMFILE;
	err = -ENOMEM;
	t = nft_trans_create(load, &trans_new);
	if (!t)
		goto err_use;
	t->rule = rule;
	if (load->flags & NLM_F_REPLACE) {
		err = -EOPNOTSUPP;
		if (load->chain->flags & NFT_CHAIN_BINDING)
			goto err_trans;
		err = delete(load, place->at);
		if (err)
			goto err_trans;
	}
	link_at(load, rule, place);
	nft_chain_touch(nft, load->chain);
	if (id->data)
		nft_trans_add_id(&t->trans, load->chain, nl_be32(id));
	else
		nft_trans_add(&t->trans);
	return 0;

err_trans:
	nft_trans_destroy(&t->trans);
err_use:
	nft_use_dec(&load->chain->use);
	return err;
}

static int
change_new(struct nft_load *load, const struct nl_attr tb[])
{
	struct nft_rule *rule;
	struct place place;
	int err;

	err = find_chain(load, tb);
	if (err)
		return err;
	err = find_place(load, tb, &place);
	if (err)
		return err;
	err = make(load, tb, place.handle, &rule);
	if (err)
		return err;
	err = add(load, rule, &place, &tb[NFTA_RULE_ID]);
	if (err) {
		undo(load, rule);
		return err;
	}
	return load->nft->is_finding ?
	       nft_table_validate(load->nft, load->table) : 0;
}

const struct nft_handler nft_rule_new = {
	.max_attr = NFTA_RULE_MAX,
	.policy = policy,
	.change = change_new,
};

/* Deletion. */

int
nft_rule_flush(struct nft_load *load)
{
	struct nft_chain *chain;

	list_each(chain, &load->table->chains, link) {
		int err;

		if (!nft_gen_is_in_next(load->nft, chain->named.inactive) ||
		    chain->flags & NFT_CHAIN_BINDING)
			continue;
		load->chain = chain;
		err = nft_rule_delete_all(load);
		if (err)
			return err;
	}
	return 0;
}

static int
delete_some(const struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *attr = &tb[NFTA_RULE_HANDLE];
	struct nft_rule *rule;

	if (attr->data) {
		rule = find(load->chain, attr);
		if (!rule && load->is_destroy)
			return 0;
	} else if (tb[NFTA_RULE_ID].data) {
		attr = &tb[NFTA_RULE_ID];
		rule = find_by_id(load, attr);
	} else {
		return nft_rule_delete_all(load);
	}
	if (!rule) {
		nl_blame(load->extack, attr);
		return -ENOENT;
	}
	return delete(load, rule);
}

static int
change_del(struct nft_load *load, const struct nl_attr tb[])
{
	const struct nl_attr *name = &tb[NFTA_RULE_CHAIN];
	uint8_t gen = nft_gen_next(load->nft);
	int err;

	err = nft_table_changed(load, &tb[NFTA_RULE_TABLE]);
	if (err)
		return err;
	if (!name->data)
		return nft_rule_flush(load);
	load->chain = nft_chain_find(load->table, name, gen, &err);
	if (!load->chain) {
		if (err == -ENOENT && load->is_destroy)
			return 0;
		nl_blame(load->extack, name);
		return err;
	}
	if (load->chain->flags & NFT_CHAIN_BINDING)
		return -EOPNOTSUPP;
	return delete_some(load, tb);
}

const struct nft_handler nft_rule_del = {
	.max_attr = NFTA_RULE_MAX,
	.policy = policy,
	.change = change_del,
};
