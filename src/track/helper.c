/* SPDX-License-Identifier: BSD-2-Clause
 * track/helper.c - the list of helpers.
 *
 * There are some twenty, so they are looked through.  What Linux has built in
 * is here by its name, protocol and limits, as of 6.18 with its modules'
 * default parameters. */
#include "track/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "track/proto.h"
#include "track/track.h"

enum {
	TCP = 1,
	UDP = 2,
	IPV4 = 1,
	IPV6 = 2,
	ANY = 4,		/* one helper for all families */
};

static const struct builtin {
	const char *name;
	uint8_t protocols;
	uint8_t families;
	uint8_t classes;
	struct helper_policy policy[HELPER_CLASSES];
} builtins[] = {
	{ "H.245", UDP, ANY, 1, { { "", 18, 240 } } },
	{ "Q.931", TCP, IPV4 | IPV6, 1, { { "", 20, 240 } } },
	{ "RAS", UDP, IPV4 | IPV6, 1, { { "", 32, 240 } } },
	{ "amanda", UDP, IPV4 | IPV6, 1, { { "", 4, 180 } } },
	{ "ftp", TCP, IPV4 | IPV6, 1, { { "", 1, 300 } } },
	{ "irc", TCP, IPV4, 1, { { "", 8, 300 } } },
	{ "netbios-ns", UDP, IPV4, 1, { { "", 1, 3 } } },
	{ "pptp", TCP, IPV4, 1, { { "", 2, 300 } } },
	{ "sane", TCP, IPV4 | IPV6, 1, { { "", 1, 300 } } },
	{ "sip", TCP | UDP, IPV4 | IPV6, 4, {
		{ "signalling", 1, 180 }, { "audio", 4, 180 },
		{ "video", 4, 180 }, { "image", 2, 180 } } },
	{ "snmp", UDP, IPV4, 1, { { "", 1, 30 } } },
	{ "snmp_trap", UDP, IPV4, 1, { { "", 0, 180 } } },
	{ "tftp", UDP, IPV4 | IPV6, 1, { { "", 1, 300 } } },
};

static int
add_builtin(struct helpers *hs, const struct builtin *b, uint8_t protocol,
	    uint16_t family)
{
	struct helper h = {
		.family = family,
		.protocol = protocol,
		.is_enabled = true,
		.classes = b->classes,
	};
	int number;

	strcpy(h.name, b->name);
	memcpy(h.policy, b->policy, sizeof(h.policy));
	number = helper_add(hs, &h);
	return number < 0 ? number : 0;
}

int
helpers_init(struct helpers *hs)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
		const struct builtin *b = &builtins[i];

		for (int p = 0; p < 2; p++) {
			uint8_t protocol = p ? PROTO_UDP : PROTO_TCP;
			int err = 0;

			if (!(b->protocols & 1 << p))
				continue;
			if (b->families & ANY)
				err = add_builtin(hs, b, protocol, 0);
			if (!err && b->families & IPV4)
				err = add_builtin(hs, b, protocol, CLEW_IPV4);
			if (!err && b->families & IPV6)
				err = add_builtin(hs, b, protocol, CLEW_IPV6);
			if (err) {
				helpers_fini(hs);
				return err;
			}
		}
	}
	return 0;
}

void
helpers_fini(struct helpers *hs)
{
	free(hs->entry);
	*hs = (struct helpers){ 0 };
}

uint32_t
helper_find(const struct helpers *hs, const char *name, uint16_t family,
	    uint8_t protocol)
{
	for (uint32_t i = 1; i <= hs->count; i++) {
		const struct helper *h = helper_at(hs, i);

		if (h->name[0] && !strcmp(h->name, name) &&
		    (!h->family || h->family == family) &&
		    h->protocol == protocol)
			return i;
	}
	return 0;
}

uint32_t
helper_next_user(const struct helpers *hs, uint32_t number)
{
	while (number++ < hs->count) {
		if (helper_at(hs, number)->name[0] &&
		    helper_at(hs, number)->is_user)
			return number;
	}
	return 0;
}

/* => 0: no memory, or too many. */
static uint32_t
free_number(struct helpers *hs)
{
	struct helper *grown;
	uint32_t count;

	for (uint32_t i = 1; i <= hs->count; i++) {
		if (!helper_at(hs, i)->name[0])
			return i;
	}
	if (hs->count == HELPERS_MAX)
		return 0;
	count = hs->count ? hs->count * 2 : 32;
	grown = realloc(hs->entry, count * sizeof(*grown));
	if (!grown)
		return 0;
	memset(grown + hs->count, 0, (count - hs->count) * sizeof(*grown));
	hs->entry = grown;
	count = hs->count + 1;
	hs->count = hs->count ? hs->count * 2 : 32;
	return count;
}

int
helper_add(struct helpers *hs, const struct helper *helper)
{
	uint32_t number;

	if (helper->policy[0].max_expected > HELPER_EXPECT_MAX)
		return -EINVAL;
	if (helper_find(hs, helper->name, helper->family, helper->protocol))
		return -EEXIST;
	number = free_number(hs);
	if (!number)
		return -ENOMEM;
	*helper_at(hs, number) = *helper;
	helper_at(hs, number)->holders = 0;
	helper_at(hs, number)->serial = ++hs->serial;
	return (int)number;
}

int
helper_remove(struct track *t, uint32_t number)
{
	struct helper *h = helper_at(&t->helpers, number);

	if (h->holders)
		return -EBUSY;
	expect_forget_helper(t, number);
	memset(h, 0, sizeof(*h));
	return 0;
}
