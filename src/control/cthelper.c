/* SPDX-License-Identifier: BSD-2-Clause
 * control/cthelper.c - the subsystem cthelper: helpers of user space, which
 * Linux would ask through a queue.
 *
 * Nobody listens to queues here, and then Linux lets packets pass; so what
 * these helpers do to a connection is that it bears their name, and that
 * expectations can be made for it. */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cthelper.h>
#include <stdlib.h>

#include "control/control.h"
#include "engine/engine.h"
#include "nl/cthelper.h"
#include "track/helper.h"

#define HELPER_TYPE(n) (NFNL_SUBSYS_CTHELPER << 8 | (n))

/* Linux keeps helpers by family and protocol in as many lists as a page
 * has pointers, the newest first, and lists them so. */
enum { LISTS = 512 };

/* A message's attributes; what is nested is read when its turn comes, and
 * Linux does not say where it is wrong. */
struct wanted {
	struct nl_attr tb[NFCTH_MAX + 1];
	struct nl_cthelper helper;
};

static int
read_wanted(const struct control_request *r, struct wanted *w)
{
	static const struct nl_policy policy[NFCTH_MAX + 1] = {
		[NFCTH_NAME] = { .kind = NL_NUL_STRING,
				 .max = NL_CTHELPER_NAME - 1 },
		[NFCTH_QUEUE_NUM] = { .kind = NL_U32 },
		[NFCTH_PRIV_DATA_LEN] = { .kind = NL_U32 },
		[NFCTH_STATUS] = { .kind = NL_U32 },
	};
	int err = nl_parse(w->tb, NFCTH_MAX, r->attrs, r->attrs_len, policy,
			   r->extack);

	memset(&w->helper, 0, sizeof(w->helper));
	if (!err)
		nl_string(&w->tb[NFCTH_NAME], w->helper.name,
			  sizeof(w->helper.name));
	return err;
}

static struct helpers *
helpers_of(const struct control_request *r)
{
	return &r->port->control->engine->track.helpers;
}

/* The first of user space that was made after 'serial' and is the one that is
 * wanted, as far as that is said.  => Its number, 0: there is none. */
static uint32_t
find_after(const struct helpers *hs, const struct wanted *w, uint64_t serial)
{
	uint32_t found = 0;

	for (uint32_t n = helper_next_user(hs, 0); n;
	     n = helper_next_user(hs, n)) {
		const struct helper *h = helper_at(hs, n);

		if (h->serial <= serial ||
		    (found && h->serial > helper_at(hs, found)->serial))
			continue;
		if (w->tb[NFCTH_NAME].data && strcmp(h->name, w->helper.name))
			continue;
		if (w->helper.has_tuple &&
		    (h->family != w->helper.family ||
		     h->protocol != w->helper.protocol))
			continue;
		found = n;
	}
	return found;
}

/* New ones. */

static int
read_classes(struct wanted *w, struct helper *h)
{
	int err = nl_cthelper_decode_classes(&w->tb[NFCTH_POLICY], &w->helper,
					     NULL);

	if (err)
		return err == -EOVERFLOW ? err : -EINVAL;
	h->classes = (uint8_t)w->helper.policies;
	for (unsigned i = 0; i < h->classes; i++) {
		const struct nl_cthelper_policy *from = &w->helper.policy[i];
		struct helper_policy *to = &h->policy[i];

		if (from->expect_max > HELPER_EXPECT_MAX)
			return -EINVAL;
		memcpy(to->name, from->name, sizeof(to->name));
		to->max_expected = from->expect_max ? from->expect_max :
				   HELPER_EXPECT_MAX;
		to->timeout_s = from->timeout_s;
	}
	return 0;
}

static int
create(const struct control_request *r, struct wanted *w)
{
	struct helper h = {
		.family = w->helper.family,
		.protocol = w->helper.protocol,
		.is_user = true,
		.is_enabled = nl_be32(&w->tb[NFCTH_STATUS]) ==
			      NFCT_HELPER_STATUS_ENABLED,
		.queue = nl_be32(&w->tb[NFCTH_QUEUE_NUM]),
	};
	uint32_t size = nl_be32(&w->tb[NFCTH_PRIV_DATA_LEN]);
	int err;

	if (!w->tb[NFCTH_POLICY].data || !w->tb[NFCTH_PRIV_DATA_LEN].data ||
	    !w->helper.name[0])
		return -EINVAL;
	err = read_classes(w, &h);
	if (err)
		return err;
	if (size > HELPER_DATA)
		return -ENOMEM;
	h.data_size = (uint8_t)size;
	memcpy(h.name, w->helper.name, sizeof(h.name));
	err = helper_add(helpers_of(r), &h);
	return err == -EEXIST ? -EBUSY : err < 0 ? err : 0;
}

/* Classes keep their number and names. */
static int
update_classes(const struct nl_attr *nest, struct helper *h)
{
	struct helper_policy policy[HELPER_CLASSES];
	uint32_t count;
	int err = nl_cthelper_decode_count(nest, &count, NULL);

	if (err)
		return err;
	if (count != h->classes)
		return -EBUSY;
	memcpy(policy, h->policy, sizeof(policy));
	for (unsigned i = 0; i < count; i++) {
		struct nl_cthelper_policy to;

		err = nl_cthelper_decode_class(nest, i, &to, NULL);
		if (err)
			return err;
		if (strcmp(to.name, policy[i].name))
			return -EBUSY;
		if (to.expect_max > HELPER_EXPECT_MAX)
			return -EINVAL;
		policy[i].max_expected = to.expect_max;
		policy[i].timeout_s = to.timeout_s;
	}
	memcpy(h->policy, policy, sizeof(policy));
	return 0;
}

static int
update(const struct wanted *w, struct helper *h)
{
	const struct nl_attr *tb = w->tb;
	uint32_t status = nl_be32(&tb[NFCTH_STATUS]);

	if (tb[NFCTH_PRIV_DATA_LEN].data &&
	    nl_be32(&tb[NFCTH_PRIV_DATA_LEN]) != h->data_size)
		return -EBUSY;
	if (tb[NFCTH_POLICY].data) {
		int err = update_classes(&tb[NFCTH_POLICY], h);

		if (err)
			return err;
	}
	if (tb[NFCTH_QUEUE_NUM].data)
		h->queue = nl_be32(&tb[NFCTH_QUEUE_NUM]);
	if (tb[NFCTH_STATUS].data && status <= NFCT_HELPER_STATUS_ENABLED)
		h->is_enabled = status == NFCT_HELPER_STATUS_ENABLED;
	return 0;
}

static int
new(const struct control_request *r, struct wanted *w)
{
	uint32_t number;
	int err;

	if (!w->tb[NFCTH_NAME].data || !w->tb[NFCTH_TUPLE].data)
		return -EINVAL;
	err = nl_cthelper_decode_tuple(&w->tb[NFCTH_TUPLE], &w->helper, NULL);
	if (err)
		return err;
	number = find_after(helpers_of(r), w, 0);
	if (!number)
		return create(r, w);
	if (r->msg->flags & NLM_F_EXCL)
		return -EEXIST;
	return update(w, helper_at(helpers_of(r), number));
}

/* Answers. */

static void
put(struct nl_writer *w, uint32_t seq, uint32_t portid,
    const struct helper *h)
{
	const struct nfgenmsg head = { .nfgen_family = 0 };
	struct nl_cthelper out = {
		.has_tuple = true,
		.family = h->family,
		.protocol = h->protocol,
		.has_queue = true,
		.queue = h->queue,
		.has_priv_size = true,
		.priv_size = h->data_size,
		.has_status = true,
		.is_enabled = h->is_enabled,
		.has_policies = true,
		.policies = h->classes,
	};
	size_t at;

	memcpy(out.name, h->name, sizeof(out.name));
	for (unsigned i = 0; i < h->classes; i++) {
		memcpy(out.policy[i].name, h->policy[i].name,
		       sizeof(out.policy[i].name));
		out.policy[i].expect_max = h->policy[i].max_expected;
		out.policy[i].timeout_s = h->policy[i].timeout_s;
	}
	at = nl_begin_msg(w, HELPER_TYPE(NFNL_MSG_CTHELPER_NEW), NLM_F_MULTI,
			  seq, portid);
	nl_put_raw(w, &head, sizeof(head));
	nl_cthelper_encode(w, &out);
	nl_end_msg(w, at);
}

struct helper_dump {
	const struct helpers *helpers;
	uint32_t seq;
	uint32_t portid;
	uint64_t last;			/* place of the last one listed */
};

/* Where it stands in Linux's lists: which of them, then the newest first.
 * Never 0. */
static uint64_t
place_of(const struct helper *h)
{
	uint64_t list = ((uint32_t)h->family << 8 | h->protocol) % LISTS;

	return list << 48 | (((uint64_t)1 << 48) - h->serial);
}

static uint32_t
next_listed(const struct helper_dump *d)
{
	uint32_t next = 0;

	for (uint32_t n = helper_next_user(d->helpers, 0); n;
	     n = helper_next_user(d->helpers, n)) {
		uint64_t place = place_of(helper_at(d->helpers, n));

		if (place > d->last &&
		    (!next || place < place_of(helper_at(d->helpers, next))))
			next = n;
	}
	return next;
}

static int
dump_next(void *state, struct nl_writer *w)
{
	struct helper_dump *d = state;
	uint32_t number;

	while ((number = next_listed(d))) {
		const struct helper *h = helper_at(d->helpers, number);
		size_t before = w->used;

		put(w, d->seq, d->portid, h);
		if (!nl_ok(w)) {
			nl_cancel(w, before);
			return before > 0 ? 1 : -EMSGSIZE;
		}
		d->last = place_of(h);
	}
	return 0;
}

static void
dump_end(void *state)
{
	free(state);
}

static const struct dump_ops helper_dump_ops = {
	.next = dump_next,
	.end = dump_end,
	.ends_apart = true,
};

static int
list(const struct control_request *r)
{
	struct helper_dump *d;

	if (r->port->dump.ops)
		return -EBUSY;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	*d = (struct helper_dump){
		.helpers = helpers_of(r),
		.seq = r->msg->seq,
		.portid = r->port->portid,
	};
	return dump_start(r->port, r->msg, &helper_dump_ops, d);
}

/* Names and families are looked for as far as they are given. */
static int
read_tuple(struct wanted *w)
{
	return w->tb[NFCTH_TUPLE].data ?
	       nl_cthelper_decode_tuple(&w->tb[NFCTH_TUPLE], &w->helper,
					NULL) : 0;
}

static int
get(const struct control_request *r, struct wanted *w)
{
	struct nl_writer out = nl_writer(r->port->control->scratch,
					 CONTROL_ANSWER);
	uint32_t number;
	int err;

	if (r->msg->flags & NLM_F_DUMP)
		return list(r);
	err = read_tuple(w);
	if (err)
		return err;
	number = find_after(helpers_of(r), w, 0);
	if (!number)
		return -ENOENT;
	put(&out, r->msg->seq, r->port->portid,
	    helper_at(helpers_of(r), number));
	return nl_ok(&out) ? message_answer(r->port, &out) : -EMSGSIZE;
}

/* All that are wanted and that no rule names; that there is none to begin
 * with is no error. */
static int
delete(const struct control_request *r, struct wanted *w)
{
	struct helpers *hs = helpers_of(r);
	bool is_empty = !helper_next_user(hs, 0);
	bool is_found = false;
	int said = -ENOENT;
	uint64_t serial = 0;
	uint32_t number;
	int err = read_tuple(w);

	if (err)
		return err;
	while ((number = find_after(hs, w, serial))) {
		serial = helper_at(hs, number)->serial;
		if (helper_remove(&r->port->control->engine->track, number))
			said = -EBUSY;
		else
			is_found = true;
	}
	return is_found || is_empty ? 0 : said;
}

/* The subsystem. */

static bool
is_known(uint8_t type)
{
	return type < NFNL_MSG_CTHELPER_MAX;
}

static bool
is_change(uint8_t type)
{
	return type != NFNL_MSG_CTHELPER_GET;
}

static bool
is_batched(uint8_t type)
{
	(void)type;
	return false;
}

static int
request(const struct control_request *r)
{
	struct wanted w;
	int err = read_wanted(r, &w);

	if (err)
		return err;
	switch (NFNL_MSG_TYPE(r->msg->type)) {
	case NFNL_MSG_CTHELPER_NEW:
		return new(r, &w);
	case NFNL_MSG_CTHELPER_GET:
		return get(r, &w);
	case NFNL_MSG_CTHELPER_DEL:
		return delete(r, &w);
	}
	return -EINVAL;
}

const struct subsystem cthelper_subsystem = {
	.id = NFNL_SUBSYS_CTHELPER,
	.is_known = is_known,
	.is_change = is_change,
	.is_batched = is_batched,
	.request = request,
};
