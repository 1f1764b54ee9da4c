/* SPDX-License-Identifier: BSD-2-Clause
 * control/nftables.c - the subsystem nf_tables: what goes to the ruleset. */
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "control/control.h"
#include "engine/engine.h"
#include "nft/request.h"

static bool
is_known(uint8_t type)
{
	return type < NFT_MSG_MAX;
}

static bool
is_change(uint8_t type)
{
	switch (type) {
	case NFT_MSG_GETTABLE:
	case NFT_MSG_GETCHAIN:
	case NFT_MSG_GETRULE:
	case NFT_MSG_GETSET:
	case NFT_MSG_GETSETELEM:
	case NFT_MSG_GETGEN:
	case NFT_MSG_GETOBJ:
	case NFT_MSG_GETFLOWTABLE:
		return false;
	default:	/* the resetting GETs too */
		return true;
	}
}

static struct nft *
ruleset(struct clew_control *c)
{
	return c->engine->nft;
}

static struct nft_request
translate(const struct control_request *r)
{
	struct nft_request n = {
		.msg = r->msg,
		.attrs = r->attrs,
		.attrs_len = r->attrs_len,
		.family = r->family,
		.res_id = r->res_id,
		.portid = r->port->portid,
		.process.id = r->port->process,
		.extack = r->extack,
	};

	memcpy(n.process.name, r->port->process_name, sizeof(n.process.name));
	return n;
}

static int
dump_next(void *state, struct nl_writer *w)
{
	return nft_dump_next(state, w);
}

static bool
dump_is_torn(void *state)
{
	return nft_dump_is_torn(state);
}

static void
dump_end(void *state)
{
	nft_dump_end(state);
}

static const struct dump_ops dump_ops = {
	.next = dump_next,
	.is_torn = dump_is_torn,
	.end = dump_end,
	.ends_apart = true,
};

static int
request(const struct control_request *r)
{
	struct clew_control *c = r->port->control;
	struct nft_request n = translate(r);
	struct nl_writer w = nl_writer(c->scratch, sizeof(c->scratch));
	uint8_t type = NFNL_MSG_TYPE(r->msg->type);
	struct nft_dump *dump;
	int err, lost;

	if (r->msg->flags & NLM_F_DUMP && type != NFT_MSG_GETGEN) {
		if (r->port->dump.ops)
			return -EBUSY;
		err = nft_dump_begin(ruleset(c), &n, &dump);
		return err ? err : dump_start(r->port, r->msg, &dump_ops, dump);
	}
	/* Of several things that are asked for those before one that is not
	 * there are answered. */
	err = nft_get(ruleset(c), &n, &w);
	lost = message_answer(r->port, &w);
	return err ? err : lost;
}

static int
begin(struct clew_control *c, uint32_t genid, bool has_genid)
{
	return nft_batch_begin(ruleset(c), genid, has_genid);
}

static int
message(const struct control_request *r)
{
	struct nft_request n = translate(r);

	return nft_batch_message(ruleset(r->port->control), &n);
}

static int
commit(struct clew_control *c)
{
	return nft_batch_commit(ruleset(c));
}

static int
validate(struct clew_control *c)
{
	return nft_batch_validate(ruleset(c));
}

static void
abort_batch(struct clew_control *c)
{
	nft_batch_abort(ruleset(c));
}

static bool
is_batched(uint8_t type)
{
	return nft_batch_is_batched(type);
}

static void
gone(struct clew_control *c, uint32_t portid)
{
	nft_port_gone(ruleset(c), portid);
}

const struct subsystem nftables_subsystem = {
	.id = NFNL_SUBSYS_NFTABLES,
	.is_known = is_known,
	.is_change = is_change,
	.is_batched = is_batched,
	.request = request,
	.begin = begin,
	.message = message,
	.commit = commit,
	.validate = validate,
	.abort = abort_batch,
	.gone = gone,
};
