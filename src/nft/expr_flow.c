/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_flow.c - 'flow add @f': the connection may go past the rules from
 * now on.
 *
 * None does here: every packet takes the long way.  What a rule makes of one
 * is what Linux's makes of the packet that offloads its flow: where that could
 * be, the rule goes on, else it ends at 'flow add'.  The user is told when
 * such a rule is loaded. */
#include <netinet/in.h>

#include "nft/expr_all.h"
#include "nft/flowtable.h"
#include "nft/tell.h"
#include "nft/tracking.h"
#include "track/expect.h"

enum {
	TCP_FLAGS_AT = 13,
	TCP_FIN = 0x01,
	TCP_RST = 0x04,
	IPV4_PLAIN = 0x45,		/* a header without options */
};

struct flow {
	struct nft_flowtable *ft;
};

static const struct nl_policy policy[NFTA_FLOW_MAX + 1] = {
	[NFTA_FLOW_TABLE_NAME] = { .kind = NL_STRING, .max = NFT_NAME_MOST },
};

static int
init(const struct nft_load *load, struct nft_expr *expr,
     const struct nl_attr tb[])
{
	struct flow *flow = nft_priv(expr);
	int err;

	flow->ft = nft_flowtable_find(load->table, &tb[NFTA_FLOW_TABLE_NAME],
				      nft_gen_next(load->nft), &err);
	if (!flow->ft)
		return err;
	if (!nft_family_is_tracked(load->family))
		return -EOPNOTSUPP;
	if (!nft_flowtable_hold(flow->ft))
		return -EMFILE;
	nft_notice(load->nft, NFT_NOTICE_FLOW);
	return 0;
}

static void
activate(const struct nft_load *load, struct nft_expr *expr)
{
	const struct flow *flow = nft_priv(expr);

	(void)load;
	nft_flowtable_hold(flow->ft);
}

static void
deactivate(const struct nft_load *load, struct nft_expr *expr,
	   enum nft_phase phase)
{
	const struct flow *flow = nft_priv(expr);

	(void)load;
	if (phase != NFT_PHASE_COMMIT)
		nft_flowtable_release(flow->ft);
}

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	(void)expr;
	if (load->family != NFPROTO_IPV4 && load->family != NFPROTO_IPV6 &&
	    load->family != NFPROTO_INET)
		return -EOPNOTSUPP;
	return nft_chain_validate_hooks(load, 1u << HOOK_FORWARD);
}

/* TCP that is neither still beginning nor about to end. */
static bool
is_settled_tcp(const struct nft_eval *ev, const struct conn *c)
{
	const struct pkt *p = ev->path->p;
	uint32_t at = ev->l4 + TCP_FLAGS_AT;

	return c->tcp.state == CLEW_TCP_ESTABLISHED &&
	       c->status & CLEW_STATUS_ASSURED &&
	       nft_has_l4_header(ev) && at < p->have &&
	       !(p->ip[at] & (TCP_FIN | TCP_RST));
}

/* Of protocols that have a state, or ports to tell flows apart. */
static bool
is_of_kind(const struct nft_eval *ev, const struct conn *c)
{
	const uint32_t nat = CLEW_STATUS_SRC_NAT | CLEW_STATUS_DST_NAT;

	switch (conn_protocol(c)) {
	case IPPROTO_TCP:
		return is_settled_tcp(ev, c);
	case IPPROTO_UDP:
		return true;
	case IPPROTO_GRE:
		return !(c->status & nat);
	}
	return false;
}

/* Could Linux offload the packet's flow? */
static bool
is_eligible(const struct nft_eval *ev)
{
	const struct conn *c = nft_conn(ev);

	return c && conn_is_confirmed(c) && is_of_kind(ev, c) &&
	       !(c->status & (CLEW_STATUS_SEQ_ADJUST |
			      CLEW_STATUS_NAT_CLASH)) &&
	       !conn_helper(ev->path->track, c) &&
	       (ev->family != NFPROTO_IPV4 ||
		ev->path->p->ip[0] == IPV4_PLAIN);
}

static void
eval(const struct nft_expr *expr, struct nft_regs *regs, struct nft_eval *ev)
{
	(void)expr;
	if (!is_eligible(ev))
		regs->verdict = NFT_BREAK;
}

static void
tell(struct nft_telling *t, const struct nft_expr *expr)
{
	const struct flow *flow = nft_priv(expr);

	t->is_question = true;
	strbuf_printf(&t->what, "flow add @%s: the flow %s",
		      nft_flowtable_name(flow->ft), t->holds ?
		      "could be offloaded" : "cannot be offloaded");
}

static void
dump(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct flow *flow = nft_priv(expr);

	(void)reset;
	nl_put_string(w, NFTA_FLOW_TABLE_NAME, nft_flowtable_name(flow->ft));
}

const struct nft_expr_ops nft_expr_flow_offload = {
	.name = "flow_offload",
	.size = sizeof(struct flow),
	.eval = eval,
	.init = init,
	.max_attr = NFTA_FLOW_MAX,
	.policy = policy,
	.activate = activate,
	.deactivate = deactivate,
	.validate = validate,
	.dump = dump,
	.tell = tell,
};
