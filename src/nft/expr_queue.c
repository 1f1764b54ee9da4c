/* SPDX-License-Identifier: BSD-2-Clause
 * nft/expr_queue.c - 'queue': what becomes of the packet is another program's
 * to say.
 *
 * With several queues the packets of a connection go to one of them; those
 * that each processor looks after all to the first, for there is one. */
#include "nft/expr_all.h"
#include "nft/queue.h"

struct queue {
	uint16_t first;
	uint16_t count;
	uint16_t flags;		/* NFT_QUEUE_FLAG_* */
	uint8_t reg;		/* word, instead of 'first' */
};

static const struct nl_policy policy[NFTA_QUEUE_MAX + 1] = {
	[NFTA_QUEUE_NUM] = { .kind = NL_U16 },
	[NFTA_QUEUE_TOTAL] = { .kind = NL_U16 },
	[NFTA_QUEUE_FLAGS] = { .kind = NL_U16,
			       .value_mask = NFT_QUEUE_FLAG_MASK,
			       .is_be = true },
	[NFTA_QUEUE_SREG_QNUM] = { .kind = NL_U32 },
};

static int
validate(const struct nft_load *load, const struct nft_expr *expr)
{
	(void)expr;
	if (load->family == NFPROTO_NETDEV || load->family == NFPROTO_ARP)
		return -EOPNOTSUPP;
	return nft_chain_validate_hooks(load, 1u << HOOK_PREROUTING |
					1u << HOOK_INPUT | 1u << HOOK_FORWARD |
					1u << HOOK_OUTPUT |
					1u << HOOK_POSTROUTING);
}

static int
init_numbers(const struct nft_load *load, struct nft_expr *expr,
	     const struct nl_attr tb[])
{
	struct queue *queue = nft_priv(expr);

	(void)load;
	queue->first = nl_be16(&tb[NFTA_QUEUE_NUM]);
	queue->count = tb[NFTA_QUEUE_TOTAL].data ?
		       nl_be16(&tb[NFTA_QUEUE_TOTAL]) : 1;
	if (queue->count == 0 ||
	    (uint32_t)queue->first + queue->count - 1 > UINT16_MAX)
		return -EINVAL;
	queue->flags = nl_be16(&tb[NFTA_QUEUE_FLAGS]);
	return 0;
}

int32_t
nft_queue_verdict(uint16_t number, bool may_bypass)
{
	uint32_t v = (uint32_t)number << 16 | NFT_VERDICT_QUEUE;

	return (int32_t)(may_bypass ? v | NFT_VERDICT_QUEUE_BYPASS : v);
}

/* The same for both directions of a connection. */
uint16_t
nft_queue_choose(const struct nft_eval *ev, uint16_t first, uint16_t count)
{
	const struct pkt *p = ev->path->p;
	uint64_t words[5] = { ev->l4proto };
	size_t size = p->family == CLEW_IPV4 ? 4 : 16;
	bool is_turned = memcmp(pkt_src(p), pkt_dst(p), size) > 0;

	memcpy(&words[1], is_turned ? pkt_dst(p) : pkt_src(p), size);
	memcpy(&words[3], is_turned ? pkt_src(p) : pkt_dst(p), size);
	return (uint16_t)(first + ((hash_blocks(&ev->nft->key, words, 5) >>
				    32) * count >> 32));
}

static void
eval_numbers(const struct nft_expr *expr, struct nft_regs *regs,
	     struct nft_eval *ev)
{
	const struct queue *queue = nft_priv(expr);
	uint16_t number = queue->first;

	if (queue->count > 1 && !(queue->flags & NFT_QUEUE_FLAG_CPU_FANOUT))
		number = nft_queue_choose(ev, queue->first, queue->count);
	regs->verdict = nft_queue_verdict(number, queue->flags &
					  NFT_QUEUE_FLAG_BYPASS);
}

static void
dump_numbers(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct queue *queue = nft_priv(expr);

	(void)reset;
	nl_put_be16(w, NFTA_QUEUE_NUM, queue->first);
	nl_put_be16(w, NFTA_QUEUE_TOTAL, queue->count);
	nl_put_be16(w, NFTA_QUEUE_FLAGS, queue->flags);
}

static const struct nft_expr_ops by_numbers = {
	.name = "queue",
	.size = sizeof(struct queue),
	.eval = eval_numbers,
	.init = init_numbers,
	.max_attr = NFTA_QUEUE_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump_numbers,
};

/* By a register. */

static int
init_reg(const struct nft_load *load, struct nft_expr *expr,
	 const struct nl_attr tb[])
{
	struct queue *queue = nft_priv(expr);

	queue->flags = nl_be16(&tb[NFTA_QUEUE_FLAGS]);
	if (queue->flags & NFT_QUEUE_FLAG_CPU_FANOUT)
		return -EOPNOTSUPP;
	return nft_reg_load(load, &tb[NFTA_QUEUE_SREG_QNUM], &queue->reg, 4);
}

static void
eval_reg(const struct nft_expr *expr, struct nft_regs *regs,
	 struct nft_eval *ev)
{
	const struct queue *queue = nft_priv(expr);

	(void)ev;
	regs->verdict = nft_queue_verdict((uint16_t)regs->word[queue->reg],
					  queue->flags &
					  NFT_QUEUE_FLAG_BYPASS);
}

static void
dump_reg(struct nl_writer *w, const struct nft_expr *expr, bool reset)
{
	const struct queue *queue = nft_priv(expr);

	(void)reset;
	nft_reg_dump(w, NFTA_QUEUE_SREG_QNUM, queue->reg);
	nl_put_be16(w, NFTA_QUEUE_FLAGS, queue->flags);
}

static const struct nft_expr_ops by_reg = {
	.name = "queue",
	.size = sizeof(struct queue),
	.eval = eval_reg,
	.init = init_reg,
	.max_attr = NFTA_QUEUE_MAX,
	.policy = policy,
	.validate = validate,
	.dump = dump_reg,
};

static const struct nft_expr_ops *
select_ops(const struct nft_load *load, const struct nl_attr tb[], int *err)
{
	bool has_number = tb[NFTA_QUEUE_NUM].data != NULL;
	bool has_reg = tb[NFTA_QUEUE_SREG_QNUM].data != NULL;

	(void)load;
	if (has_number == has_reg) {
		*err = -EINVAL;
		return NULL;
	}
	return has_number ? &by_numbers : &by_reg;
}

const struct nft_expr_ops nft_expr_queue = {
	.name = "queue",
	.max_attr = NFTA_QUEUE_MAX,
	.policy = policy,
	.select = select_ops,
};
