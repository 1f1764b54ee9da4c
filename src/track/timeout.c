/* SPDX-License-Identifier: BSD-2-Clause
 * track/timeout.c - the timeouts each protocol has, and policies of them.
 *
 * A policy's values are laid out as the protocol's tracker indexes them in
 * struct settings; users name them in the order of CTA_TIMEOUT_<PROTO>_*.
 * 'slot' below maps the one to the other. */
#include "track/timeout.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "track/proto.h"

struct layout {
	uint8_t protocol;
	uint8_t count;
	size_t settings;	/* offset of the values in struct settings */
	const char *names[POLICY_VALUES];
	uint8_t slot[POLICY_VALUES];
};

/* The last one serves every protocol without a tracker of its own. */
static const struct layout layouts[] = {
	{ PROTO_TCP, 11, offsetof(struct settings, tcp),
	  { "syn_sent", "syn_recv", "established", "fin_wait", "close_wait",
	    "last_ack", "time_wait", "close", "syn_sent2", "retrans",
	    "unacknowledged" },
	  { CLEW_TCP_SYN_SENT, CLEW_TCP_SYN_RECV, CLEW_TCP_ESTABLISHED,
	    CLEW_TCP_FIN_WAIT, CLEW_TCP_CLOSE_WAIT, CLEW_TCP_LAST_ACK,
	    CLEW_TCP_TIME_WAIT, CLEW_TCP_CLOSE, CLEW_TCP_SYN_SENT2,
	    TCP_TIMEOUT_RETRANS, TCP_TIMEOUT_UNACK } },
	{ PROTO_UDP, 2, offsetof(struct settings, udp),
	  { "unreplied", "replied" }, { 0, 1 } },
	{ PROTO_UDPLITE, 2, offsetof(struct settings, udp),
	  { "unreplied", "replied" }, { 0, 1 } },
	{ PROTO_GRE, 2, offsetof(struct settings, gre),
	  { "unreplied", "replied" }, { 0, 1 } },
	{ PROTO_SCTP, 9, offsetof(struct settings, sctp),
	  { "closed", "cookie_wait", "cookie_echoed", "established",
	    "shutdown_sent", "shutdown_recd", "shutdown_ack_sent",
	    "heartbeat_sent", "heartbeat_acked" },
	  { CLEW_SCTP_CLOSED, CLEW_SCTP_COOKIE_WAIT, CLEW_SCTP_COOKIE_ECHOED,
	    CLEW_SCTP_ESTABLISHED, CLEW_SCTP_SHUTDOWN_SENT,
	    CLEW_SCTP_SHUTDOWN_RECD, CLEW_SCTP_SHUTDOWN_ACK_SENT,
	    CLEW_SCTP_HEARTBEAT_SENT, SCTP_TIMEOUT_ACKED } },
	{ PROTO_ICMP, 1, offsetof(struct settings, icmp),
	  { "timeout" }, { 0 } },
	{ PROTO_ICMPV6, 1, offsetof(struct settings, icmpv6),
	  { "timeout" }, { 0 } },
	{ 255, 1, offsetof(struct settings, generic), { "timeout" }, { 0 } },
};

enum { LAYOUTS = sizeof(layouts) / sizeof(layouts[0]) };

static const struct layout *
layout_of(uint8_t protocol)
{
	size_t i = 0;

	while (i < LAYOUTS - 1 && layouts[i].protocol != protocol)
		i++;
	return &layouts[i];
}

const char *const *
clew_timeout_names(uint8_t protocol)
{
	return layout_of(protocol)->names;
}

void
policies_fini(struct policies *ps)
{
	free(ps->entry);
	ps->entry = NULL;
	ps->count = 0;
}

static int
free_entry(struct policies *ps)
{
	struct policy *grown;
	uint32_t count;

	for (uint32_t i = 0; i < ps->count; i++) {
		if (ps->entry[i].kind == POLICY_FREE)
			return (int)i;
	}
	if (ps->count == POLICIES_MAX)
		return -ENOSPC;
	count = ps->count ? ps->count * 2 : 16;
	grown = realloc(ps->entry, count * sizeof(*grown));
	if (!grown)
		return -ENOSPC;
	memset(grown + ps->count, 0, (count - ps->count) * sizeof(*grown));
	ps->entry = grown;
	count = ps->count;
	ps->count = count ? count * 2 : 16;
	return (int)count;
}

uint32_t
policy_seconds(uint32_t seconds)
{
	return (uint32_t)(seconds * (uint32_t)TIMEOUT_TICKS) / TIMEOUT_TICKS;
}

static const uint32_t *
settings_of(const struct settings *set, const struct layout *layout)
{
	return (const uint32_t *)(const void *)
	       ((const char *)set + layout->settings);
}

static void
fill(struct policy *policy, const struct settings *set,
     const uint32_t *values_s, uint32_t mask)
{
	const struct layout *layout = layout_of(policy->protocol);
	const uint32_t *now = settings_of(set, layout);

	for (unsigned n = 0; n < layout->count; n++) {
		unsigned slot = layout->slot[n];
		uint32_t s = mask >> n & 1 ? values_s[n] : now[slot];

		policy->shown[slot] = s;
		policy->values[slot] = s > TIMEOUT_MAX ? 0 : s;
	}
}

static int
create(struct policies *ps, const struct settings *set, uint8_t protocol,
       const uint32_t *values_s, uint32_t mask)
{
	const struct layout *layout = layout_of(protocol);
	struct policy *policy;
	int i;

	if (mask >> layout->count)
		return -EINVAL;
	for (i = 0; i < layout->count; i++) {
		if ((mask >> i & 1) && values_s[i] != policy_seconds(values_s[i]))
			return -EINVAL;
	}
	i = free_entry(ps);
	if (i < 0)
		return i;
	policy = &ps->entry[i];
	*policy = (struct policy){
		.protocol = protocol,
		.serial = ++ps->serial,
	};
	fill(policy, set, values_s, mask);
	return i + 1;
}

uint32_t
policy_lookup(const struct policies *ps, const char *name)
{
	for (uint32_t n = 0; n < ps->count; n++) {
		if (ps->entry[n].kind == POLICY_NAMED &&
		    !strcmp(ps->entry[n].name, name))
			return n + 1;
	}
	return 0;
}

uint32_t
policy_get(struct policies *ps, const char *name)
{
	uint32_t number = policy_lookup(ps, name);

	if (number)
		ps->entry[number - 1].holders++;
	return number;
}

void
policy_put(struct policies *ps, uint32_t number)
{
	assert(ps->entry[number - 1].holders > 0);
	ps->entry[number - 1].holders--;
}

uint32_t
policy_after(const struct policies *ps, uint64_t serial)
{
	uint32_t next = 0;

	for (uint32_t n = 1; n <= ps->count; n++) {
		const struct policy *policy = policy_at(ps, n);

		if (policy->kind == POLICY_NAMED && policy->serial > serial &&
		    (!next || policy->serial < policy_at(ps, next)->serial))
			next = n;
	}
	return next;
}

int
policy_create(struct policies *ps, const struct settings *set,
	      const char *name, uint16_t family, uint8_t protocol,
	      const uint32_t *values_s, uint32_t mask)
{
	int number;

	if (strlen(name) >= sizeof(ps->entry->name))
		return -EINVAL;
	if (policy_lookup(ps, name))
		return -EEXIST;
	number = create(ps, set, protocol, values_s, mask);
	if (number > 0) {
		struct policy *policy = &ps->entry[number - 1];

		policy->kind = POLICY_NAMED;
		memcpy(policy->name, name, strlen(name));
		policy->family = family;
	}
	return number;
}

void
policy_replace(struct policies *ps, const struct settings *set,
	       uint32_t number, const uint32_t *values_s, uint32_t mask)
{
	fill(&ps->entry[number - 1], set, values_s, mask);
}

unsigned
policy_defaults_get(const struct settings *set, uint8_t protocol,
		    uint32_t values_s[POLICY_VALUES])
{
	const struct layout *layout = layout_of(protocol);
	const uint32_t *now = settings_of(set, layout);

	for (unsigned n = 0; n < layout->count; n++)
		values_s[n] = now[layout->slot[n]];
	return layout->count;
}

void
policy_defaults_set(struct settings *set, uint8_t protocol,
		    const uint32_t *values_s, uint32_t mask)
{
	const struct layout *layout = layout_of(protocol);
	uint32_t *now = (uint32_t *)(void *)((char *)set + layout->settings);

	for (unsigned n = 0; n < layout->count; n++) {
		if (mask >> n & 1)
			now[layout->slot[n]] = values_s[n];
	}
}

int
policy_create_unnamed(struct policies *ps, const struct settings *set,
		      uint8_t protocol, const uint32_t *values_s,
		      uint32_t mask)
{
	int number = create(ps, set, protocol, values_s, mask);

	if (number > 0)
		ps->entry[number - 1].kind = POLICY_UNNAMED;
	return number;
}

void
policy_free(struct policies *ps, uint32_t number)
{
	memset(&ps->entry[number - 1], 0, sizeof(ps->entry[0]));
}

unsigned
policy_values_get(const struct policies *ps, uint32_t number,
		  uint32_t values_s[POLICY_VALUES])
{
	const struct policy *policy = &ps->entry[number - 1];
	const struct layout *layout = layout_of(policy->protocol);

	for (unsigned n = 0; n < layout->count; n++)
		values_s[n] = policy->shown[layout->slot[n]];
	return layout->count;
}

bool
policy_has_protocol(uint8_t protocol)
{
	return layout_of(protocol)->protocol == protocol;
}

bool
policy_is_for(const struct policies *ps, uint32_t number, uint8_t protocol)
{
	return layout_of(ps->entry[number - 1].protocol) ==
	       layout_of(protocol);
}

uint32_t
policy_first(const struct policies *ps, uint32_t number)
{
	const struct policy *policy = &ps->entry[number - 1];

	return policy->values[layout_of(policy->protocol)->slot[0]];
}

static const struct policy *
named(const struct policies *ps, int number)
{
	if (number < 1 || (uint32_t)number > ps->count ||
	    ps->entry[number - 1].kind != POLICY_NAMED)
		return NULL;
	return &ps->entry[number - 1];
}

int
policy_may_go(const struct policies *ps, int number)
{
	const struct policy *policy = named(ps, number);

	if (!policy)
		return -ENOENT;
	return policy->holders ? -EBUSY : 0;
}

int
policy_info(const struct policies *ps, int number,
	    struct clew_timeout_info *out)
{
	const struct policy *policy = named(ps, number);

	if (!policy)
		return -ENOENT;
	memset(out, 0, sizeof(*out));
	memcpy(out->name, policy->name, sizeof(out->name));
	out->family = (uint8_t)policy->family;
	out->protocol = policy->protocol;
	out->users = policy->users;
	out->count = policy_values_get(ps, (uint32_t)number, out->values_s);
	return 0;
}

bool
policy_suits(const struct policies *ps, uint32_t number,
	     enum clew_family family, uint8_t protocol)
{
	const struct policy *policy = named(ps, (int)number);

	return policy && policy->family == family &&
	       layout_of(policy->protocol) == layout_of(protocol);
}
