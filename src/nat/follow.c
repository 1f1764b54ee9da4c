/* SPDX-License-Identifier: BSD-2-Clause
 * nat/follow.c - connections that were expected are translated as their
 * master was: they come from where it seems to come from, and go to where it
 * came from.
 *
 * Each way to do so bears the name Linux has registered for it.  Directions
 * are the master's; e->dir is the one in which the new connection comes. */
#include <string.h>

#include "nat/nat.h"

struct follower {
	struct track *track;
	struct random *random;
	struct conn *c;
	const struct conn *master;
	const struct expectation *e;
};

/* The source (0) or destination (1) of 'c' in direction 'dir'. */
static union clew_addr
address(const struct track *t, const struct conn *c, enum clew_dir dir,
	unsigned end)
{
	union clew_addr addr = { 0 };
	struct key k;

	conn_key(t, c, dir, &k);
	memcpy(addr.bytes, key_addr(&k, end), key_addr_size(&k.s));
	return addr;
}

static void
from(const struct follower *f, union clew_addr addr)
{
	struct nat_range range = {
		.flags = NAT_RANGE_MAP_IPS,
		.min_addr = addr, .max_addr = addr,
	};

	(void)nat_bind(f->track, f->random, f->c, &range, NAT_SRC);
}

/* With the port it had before the master's helper changed it. */
static void
to(const struct follower *f, union clew_addr addr)
{
	struct nat_range range = {
		.flags = NAT_RANGE_MAP_IPS | NAT_RANGE_PROTO_SPECIFIED,
		.min_addr = addr, .max_addr = addr,
		.min_proto_be = f->e->saved_part_be,
		.max_proto_be = f->e->saved_part_be,
	};

	(void)nat_bind(f->track, f->random, f->c, &range, NAT_DST);
}

static void
follow_master(const struct follower *f)
{
	enum clew_dir other = !f->e->dir;

	from(f, address(f->track, f->master, other, 1));
	to(f, address(f->track, f->master, other, 0));
}

/* Calls that are not announced by the gatekeeper's address itself. */
static void
follow_q931(const struct follower *f)
{
	static const uint8_t any[16];
	struct key tuple = f->e->tuple;

	if (memcmp(key_addr(&tuple, 0), any, key_addr_size(&tuple.s))) {
		follow_master(f);
		return;
	}
	from(f, address(f->track, f->c, !f->e->dir, 0));
	to(f, address(f->track, f->master, !f->e->dir, 0));
}

static void
follow_call_forwarding(const struct follower *f)
{
	from(f, address(f->track, f->c, !f->e->dir, 0));
	to(f, f->e->saved_addr);
}

static void
follow_sip(const struct follower *f)
{
	union clew_addr source = address(f->track, f->c, CLEW_DIR_ORIG, 0);
	union clew_addr theirs = address(f->track, f->master, f->e->dir, 0);

	to(f, f->e->saved_addr);
	if (!memcmp(&source, &theirs, sizeof(source)))
		from(f, address(f->track, f->master, !f->e->dir, 1));
}

void
nat_follow(struct track *t, struct random *random, struct conn *c,
	   const struct conn *master, const struct expectation *e)
{
	struct follower f = { t, random, c, master, e };

	/* What is bound cannot follow; nor can another family. */
	if (nat_is_bound(c, NAT_SRC) || nat_is_bound(c, NAT_DST) ||
	    conn_family(c) != conn_family(master))
		return;
	switch ((enum expect_fn)e->fn) {
	case EXPECT_FN_FOLLOW_MASTER:
		follow_master(&f);
		break;
	case EXPECT_FN_Q931:
		follow_q931(&f);
		break;
	case EXPECT_FN_CALL_FORWARDING:
		follow_call_forwarding(&f);
		break;
	case EXPECT_FN_SIP:
		follow_sip(&f);
		break;
	case EXPECT_FN_NONE:
	case EXPECT_FNS:
		break;
	}
}
