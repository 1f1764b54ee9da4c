/* SPDX-License-Identifier: BSD-2-Clause
 * nft/trace.c - telling of every step of a packet that is traced: to the
 * engine's callback, and as NFT_MSG_TRACE for 'nft monitor trace'. */
#include "nft/trace.h"

#include <linux/netfilter/nfnetlink.h>

#include "nft/kinds.h"

enum {
	NETWORK_MOST = 40,		/* bytes of headers that are told */
	TRANSPORT_MOST = 20,
	LINK_MOST = 20,

	STATE_INVALID = 1u << 0,	/* NF_CT_STATE_* */
	STATE_ESTABLISHED = 1u << 1,
	STATE_RELATED = 1u << 2,
	STATE_NEW = 1u << 3,
	STATE_UNTRACKED = 1u << 6,
};

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void
put_device(struct nl_writer *w, const struct iface *dev, uint16_t index,
	   uint16_t type)
{
	if (!dev)
		return;
	nl_put_be32(w, index, dev->pub.index);
	nl_put_be16(w, type, dev->pub.type ? dev->pub.type : 1);
}

/* The bytes of a header that are there, 'most' at the most. */
static void
put_header(struct nl_writer *w, uint16_t attr, const struct pkt *p,
	   uint32_t from, uint32_t to, uint32_t most)
{
	uint32_t end = least(least(to, p->have), p->len);

	if (from < end)
		nl_put(w, attr, p->ip + from, least(end - from, most));
}

static void
put_packet(struct nl_writer *w, const struct nft_eval *ev)
{
	const struct path *path = ev->path;
	const struct pkt *p = path->p;

	put_header(w, NFTA_TRACE_NETWORK_HEADER, p, 0,
		   ev->has_l4 ? ev->l4 : p->len, NETWORK_MOST);
	if (ev->has_l4)
		put_header(w, NFTA_TRACE_TRANSPORT_HEADER, p, ev->l4, p->len,
			   TRANSPORT_MOST);
	if (path->l2 && path->l2_len)
		nl_put(w, NFTA_TRACE_LL_HEADER, path->l2,
		       least(path->l2_len, LINK_MOST));
}

static uint32_t
state_of(const struct path *path)
{
	switch ((enum clew_ct_state)path->packet->ct_state) {
	case CLEW_CT_NEW: return STATE_NEW;
	case CLEW_CT_ESTABLISHED: return STATE_ESTABLISHED;
	case CLEW_CT_RELATED: return STATE_RELATED;
	case CLEW_CT_UNTRACKED: return STATE_UNTRACKED;
	case CLEW_CT_INVALID: break;
	}
	return STATE_INVALID;
}

static void
put_conn(struct nl_writer *w, const struct nft_eval *ev)
{
	const struct path *path = ev->path;
	const struct conn *c = nft_conn(ev);
	uint32_t status;

	if (!c) {
		if (path->packet->flags & CLEW_PKT_NOTRACK)
			nl_put_be32(w, NFTA_TRACE_CT_STATE, STATE_UNTRACKED);
		return;		/* invalid, or not yet seen */
	}
	nl_put_be32(w, NFTA_TRACE_CT_STATE, state_of(path));
	nl_put_u8(w, NFTA_TRACE_CT_DIRECTION, path->packet->dir);
	nl_put_be32(w, NFTA_TRACE_CT_ID, conn_id(path->track, c));
	status = c->status & CONN_STATUS_SHOWN &
		 ~(uint32_t)CLEW_STATUS_NAT_CLASH;
	if (status)
		nl_put_be32(w, NFTA_TRACE_CT_STATUS, status);
}

static void
put_verdict(struct nl_writer *w, const struct nft_trace *trace)
{
	size_t at = nl_begin_bare(w, NFTA_TRACE_VERDICT);

	nl_put_be32(w, NFTA_VERDICT_CODE, (uint32_t)trace->verdict);
	if (trace->jump)
		nl_put_string(w, NFTA_VERDICT_CHAIN, trace->jump->named.name);
	nl_end(w, at);
}

static void
put(struct nl_writer *w, const struct nft_trace *trace)
{
	const struct nft_eval *ev = trace->ev;
	const struct path *path = ev->path;
	const struct nft_table *table = trace->chain->table;
	size_t at = nl_begin_msg(w, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE,
				 0, 0, 0);
	struct nfgenmsg header = { .nfgen_family = table->family };

	nl_put_raw(w, &header, sizeof(header));
	nl_put_be32(w, NFTA_TRACE_NFPROTO, ev->family);
	/* Linux 6.18 never says RETURN: a chain's end is a rule without a
	 * handle. */
	nl_put_be32(w, NFTA_TRACE_TYPE, trace->step == NFT_STEP_POLICY ?
		    NFT_TRACETYPE_POLICY : NFT_TRACETYPE_RULE);
	nl_put_be32(w, NFTA_TRACE_ID, path->trace_id);
	nl_put_string(w, NFTA_TRACE_CHAIN, trace->chain->named.name);
	nl_put_string(w, NFTA_TRACE_TABLE, table->named.name);
	if (trace->rule)
		nl_put_be64(w, NFTA_TRACE_RULE_HANDLE, trace->rule);
	if (trace->step == NFT_STEP_POLICY)
		nl_put_be32(w, NFTA_TRACE_POLICY, (uint32_t)trace->verdict);
	else
		put_verdict(w, trace);
	if (path_mark(path))
		nl_put_be32(w, NFTA_TRACE_MARK, path_mark(path));
	if (trace->is_first) {
		put_device(w, path->in, NFTA_TRACE_IIF, NFTA_TRACE_IIFTYPE);
		put_device(w, path->out, NFTA_TRACE_OIF, NFTA_TRACE_OIFTYPE);
		put_packet(w, ev);
		put_conn(w, ev);
	}
	nl_end_msg(w, at);
}

static void
send(struct nft *nft, const struct nft_trace *trace)
{
	const struct nft_config *config = &nft->config;
	struct nl_writer w = nl_writer(nft->buffer, nft->buffer_size);

	if (!config->notify ||
	    (config->listens &&
	     !config->listens(config->notify_ctx, NFNLGRP_NFTRACE)))
		return;
	put(&w, trace);
	if (nl_ok(&w))
		config->notify(config->notify_ctx, NFNLGRP_NFTRACE, w.base,
			       w.used, 0, false);
}

static bool
is_jump(int32_t verdict)
{
	return verdict == NFT_JUMP || verdict == NFT_GOTO;
}

void
nft_trace_tell(struct nft_tracer *tracer, enum nft_trace_step step,
	       const struct nft_rule_run *rule, const struct nft_regs *regs)
{
	struct nft_eval *ev = tracer->ev;
	struct nft *nft = ev->nft;
	struct nft_trace trace = {
		.step = step,
		.ev = ev,
		.chain = step == NFT_STEP_POLICY ? ev->base : tracer->chain,
		.verdict = regs->verdict,
		.jump = is_jump(regs->verdict) ? regs->chain : NULL,
		.is_first = !tracer->has_told,
	};

	if (rule && !rule->is_last)
		trace.rule = rule->handle;
	while (!ev->path->trace_id)
		ev->path->trace_id = random_u32(ev->path->random);
	if (nft->config.trace)
		nft->config.trace(nft->config.trace_ctx, &trace);
	send(nft, &trace);
	tracer->has_told = true;
}
