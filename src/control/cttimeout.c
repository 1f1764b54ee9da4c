/* SPDX-License-Identifier: BSD-2-Clause
 * control/cttimeout.c - the subsystem cttimeout: timeout policies, and the
 * settings that hold without one.
 *
 * What a policy is made of follows its protocol; values that are not given
 * are the settings' of the moment, also when a policy is replaced. */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <stdlib.h>

#include "control/control.h"
#include "engine/engine.h"
#include "nl/timeout.h"

#define TIMEOUT_TYPE(n) (NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | (n))

/* A message's attributes. */
struct wanted {
	char name[NL_TIMEOUT_NAME];
	uint16_t family;
	uint8_t protocol;
	struct nl_attr values;		/* CTA_TIMEOUT_DATA */
	bool has_name;
	bool has_family;
	bool has_protocol;
};

/* The values in it: 'mask' tells which. */
struct values {
	uint32_t s[POLICY_VALUES];
	uint32_t mask;
};

static int
read_wanted(const struct control_request *r, struct wanted *w)
{
	static const struct nl_policy policy[CTA_TIMEOUT_MAX + 1] = {
		[CTA_TIMEOUT_NAME] = { .kind = NL_NUL_STRING,
				       .max = NL_TIMEOUT_NAME - 1 },
		[CTA_TIMEOUT_L3PROTO] = { .kind = NL_U16 },
		[CTA_TIMEOUT_L4PROTO] = { .kind = NL_U8 },
		[CTA_TIMEOUT_DATA] = { .kind = NL_NESTED },
	};
	struct nl_attr tb[CTA_TIMEOUT_MAX + 1];
	int err = nl_parse(tb, CTA_TIMEOUT_MAX, r->attrs, r->attrs_len,
			   policy, r->extack);

	if (err)
		return err;
	*w = (struct wanted){
		.family = nl_be16(&tb[CTA_TIMEOUT_L3PROTO]),
		.protocol = nl_u8(&tb[CTA_TIMEOUT_L4PROTO]),
		.values = tb[CTA_TIMEOUT_DATA],
		.has_name = tb[CTA_TIMEOUT_NAME].data != NULL,
		.has_family = tb[CTA_TIMEOUT_L3PROTO].data != NULL,
		.has_protocol = tb[CTA_TIMEOUT_L4PROTO].data != NULL,
	};
	nl_string(&tb[CTA_TIMEOUT_NAME], w->name, sizeof(w->name));
	return 0;
}

/* Those that the protocol has; others are passed over.  Linux does not say
 * where it is wrong. */
static int
read_values(const struct wanted *w, struct values *v)
{
	static const struct nl_policy seconds[POLICY_VALUES + 1] = {
		[1 ... POLICY_VALUES] = { .kind = NL_U32 },
	};
	const char *const *names = clew_timeout_names(w->protocol);
	struct nl_attr tb[POLICY_VALUES + 1];
	uint16_t count = 0;
	int err;

	while (count < POLICY_VALUES && names[count])
		count++;
	err = nl_parse_nested(tb, count, &w->values, seconds, NULL);
	if (err)
		return err;
	*v = (struct values){ 0 };
	for (uint16_t i = 0; i < count; i++) {
		if (!tb[i + 1].data)
			continue;
		v->s[i] = policy_seconds(nl_be32(&tb[i + 1]));
		v->mask |= 1u << i;
	}
	return 0;
}

static struct track *
track_of(const struct control_request *r)
{
	return &r->port->control->engine->track;
}

static int
replace(const struct control_request *r, const struct wanted *w,
	uint32_t number)
{
	struct track *t = track_of(r);
	const struct policy *policy = policy_at(&t->policies, number);
	struct values v;
	int err;

	if (r->msg->flags & NLM_F_EXCL)
		return -EEXIST;
	if (!(r->msg->flags & NLM_F_REPLACE))
		return -EBUSY;
	if (policy->family != w->family || policy->protocol != w->protocol)
		return -EINVAL;
	err = read_values(w, &v);
	if (!err)
		policy_replace(&t->policies, &t->set, number, v.s, v.mask);
	return err;
}

static int
new(const struct control_request *r, const struct wanted *w)
{
	struct track *t = track_of(r);
	struct values v;
	uint32_t number;
	int err;

	if (!w->has_name || !w->has_family || !w->has_protocol ||
	    !w->values.data)
		return -EINVAL;
	number = policy_lookup(&t->policies, w->name);
	if (number)
		return replace(r, w, number);
	if (!policy_has_protocol(w->protocol))
		return -EOPNOTSUPP;
	err = read_values(w, &v);
	if (err)
		return err;
	err = policy_create(&t->policies, &t->set, w->name, w->family,
			    w->protocol, v.s, v.mask);
	return err == -ENOSPC ? -ENOMEM : err < 0 ? err : 0;
}

/* All that nobody holds. */
static void
delete_free_ones(struct track *t)
{
	for (uint32_t n = 1; n <= t->policies.count; n++) {
		if (policy_may_go(&t->policies, (int)n) == 0)
			t->policies.entry[n - 1].kind = POLICY_GOING;
	}
	track_sweep_policies(t);
}

static int
delete(const struct control_request *r, const struct wanted *w)
{
	struct track *t = track_of(r);
	uint32_t number;
	int err;

	if (!w->has_name) {
		delete_free_ones(t);
		return 0;
	}
	number = policy_lookup(&t->policies, w->name);
	err = policy_may_go(&t->policies, (int)number);
	if (!err)
		track_forget_policy(t, number);
	return err;
}

/* Answers. */

static void
put(struct nl_writer *w, const struct control_request *r, uint8_t type,
    const struct nl_timeout *timeout)
{
	const struct nfgenmsg head = { .nfgen_family = 0 };
	size_t at = nl_begin_msg(w, TIMEOUT_TYPE(type), NLM_F_MULTI,
				 r->msg->seq, r->port->portid);

	nl_put_raw(w, &head, sizeof(head));
	nl_timeout_encode(w, timeout);
	nl_end_msg(w, at);
}

static int
answer(const struct control_request *r, uint8_t type,
       const struct nl_timeout *timeout)
{
	struct nl_writer w = nl_writer(r->port->control->scratch,
				       CONTROL_ANSWER);

	put(&w, r, type, timeout);
	return nl_ok(&w) ? message_answer(r->port, &w) : -EMSGSIZE;
}

static struct nl_timeout
describe(const struct track *t, uint32_t number)
{
	const struct policy *policy = policy_at(&t->policies, number);
	struct nl_timeout timeout = {
		.has_name = true,
		.has_family = true,
		.family = policy->family,
		.has_protocol = true,
		.protocol = policy->protocol,
		.has_users = true,
		.users = policy->holders + 1,
		.has_values = true,
	};

	memcpy(timeout.name, policy->name, sizeof(timeout.name));
	timeout.set = (1u << policy_values_get(&t->policies, number,
					       timeout.values_s)) - 1;
	return timeout;
}

struct timeout_dump {
	struct control_request request;	/* its port and message alone */
	struct nl_msg msg;
	uint64_t serial;		/* of the last one listed */
};

static int
dump_next(void *state, struct nl_writer *w)
{
	struct timeout_dump *d = state;
	const struct track *t = track_of(&d->request);
	uint32_t number;

	while ((number = policy_after(&t->policies, d->serial))) {
		const struct nl_timeout timeout = describe(t, number);
		size_t before = w->used;

		put(w, &d->request, IPCTNL_MSG_TIMEOUT_NEW, &timeout);
		if (!nl_ok(w)) {
			nl_cancel(w, before);
			return before > 0 ? 1 : -EMSGSIZE;
		}
		d->serial = policy_at(&t->policies, number)->serial;
	}
	return 0;
}

static void
dump_end(void *state)
{
	free(state);
}

static const struct dump_ops timeout_dump_ops = {
	.next = dump_next,
	.end = dump_end,
	.ends_apart = true,
};

static int
list(const struct control_request *r)
{
	struct timeout_dump *d;

	if (r->port->dump.ops)
		return -EBUSY;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->msg.seq = r->msg->seq;
	d->request.port = r->port;
	d->request.msg = &d->msg;
	return dump_start(r->port, r->msg, &timeout_dump_ops, d);
}

static int
get(const struct control_request *r, const struct wanted *w)
{
	struct nl_timeout timeout;
	uint32_t number;

	if (r->msg->flags & NLM_F_DUMP)
		return list(r);
	if (!w->has_name)
		return -EINVAL;
	number = policy_lookup(&track_of(r)->policies, w->name);
	if (!number)
		return -ENOENT;
	timeout = describe(track_of(r), number);
	return answer(r, IPCTNL_MSG_TIMEOUT_NEW, &timeout);
}

/* The settings. */

static int
default_set(const struct control_request *r, const struct wanted *w)
{
	struct values v;
	int err;

	/* A family is not asked for. */
	if (!w->has_protocol || !w->values.data)
		return -EINVAL;
	if (!policy_has_protocol(w->protocol))
		return -EOPNOTSUPP;
	err = read_values(w, &v);
	if (!err)
		policy_defaults_set(&track_of(r)->set, w->protocol, v.s,
				    v.mask);
	return err;
}

static int
default_get(const struct control_request *r, const struct wanted *w)
{
	struct nl_timeout timeout = {
		.has_family = true,
		.family = w->family,
		.has_protocol = true,
		.protocol = w->protocol,
		.has_values = true,
	};

	if (!w->has_family || !w->has_protocol)
		return -EINVAL;
	if (!policy_has_protocol(w->protocol))
		return -EOPNOTSUPP;
	timeout.set = (1u << policy_defaults_get(&track_of(r)->set, w->protocol,
						 timeout.values_s)) - 1;
	return answer(r, IPCTNL_MSG_TIMEOUT_DEFAULT_SET, &timeout);
}

/* The subsystem. */

static bool
is_known(uint8_t type)
{
	return type <= IPCTNL_MSG_TIMEOUT_DEFAULT_GET;
}

static bool
is_change(uint8_t type)
{
	return type == IPCTNL_MSG_TIMEOUT_NEW ||
	       type == IPCTNL_MSG_TIMEOUT_DELETE ||
	       type == IPCTNL_MSG_TIMEOUT_DEFAULT_SET;
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
	case IPCTNL_MSG_TIMEOUT_NEW:
		return new(r, &w);
	case IPCTNL_MSG_TIMEOUT_GET:
		return get(r, &w);
	case IPCTNL_MSG_TIMEOUT_DELETE:
		return delete(r, &w);
	case IPCTNL_MSG_TIMEOUT_DEFAULT_SET:
		return default_set(r, &w);
	case IPCTNL_MSG_TIMEOUT_DEFAULT_GET:
		return default_get(r, &w);
	}
	return -EINVAL;
}

const struct subsystem cttimeout_subsystem = {
	.id = NFNL_SUBSYS_CTNETLINK_TIMEOUT,
	.is_known = is_known,
	.is_change = is_change,
	.is_batched = is_batched,
	.request = request,
};
