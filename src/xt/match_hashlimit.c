/* SPDX-License-Identifier: BSD-2-Clause
 * xt/match_hashlimit.c - 'hashlimit': a rate for each address or port, in a
 * table that all rules share which name it alike.
 *
 * The table is as the first rule made it; later ones bring but their mode.
 * Credit is counted per jiffy in Linux, in such units that a second's is the
 * same whatever a jiffy is; here it is a millisecond.  Entries end when Linux
 * looks for expired ones, every gc_interval, and not before: those that are
 * still in the table then are taken for gone. */
#include <linux/limits.h>
#include <linux/netfilter/xt_hashlimit.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "nft/exthdr.h"
#include "xt/keyed.h"
#include "xt/packet.h"
#include "xt/shared.h"

enum {
	MODES = XT_HASHLIMIT_HASH_DIP | XT_HASHLIMIT_HASH_DPT |
		XT_HASHLIMIT_HASH_SIP | XT_HASHLIMIT_HASH_SPT |
		XT_HASHLIMIT_INVERT | XT_HASHLIMIT_BYTES |
		XT_HASHLIMIT_RATE_MATCH,
	WITH_PORTS = XT_HASHLIMIT_HASH_SPT | XT_HASHLIMIT_HASH_DPT,
	SIZE_MOST = 1048576,
	SIZE_DEFAULT = 8192,	/* Linux's, with more than 1 GiB of memory */
	ENDED_MOST = 16,	/* entries freed by one packet */

	MS_PER_S = 1000,
	CREDIT_PER_MS_V1 = 32,
	CREDIT_PER_S_V1 = CREDIT_PER_MS_V1 * MS_PER_S,
	BYTE_CREDIT_PER_MS = 1 << 22,
};

/* The greatest power of two of which a day's milliseconds fit 64 bits (of the
 * first revision and of bytes: 32). */
#define CREDIT_PER_MS		(1ULL << 37)
#define CREDIT_PER_S		(CREDIT_PER_MS * MS_PER_S)
#define BYTE_CREDIT_PER_S	((uint64_t)BYTE_CREDIT_PER_MS * MS_PER_S)

/* A table.  Its configuration is the first rule's. */
struct limits {
	struct xt_shared shared;
	char name[NAME_MAX + 1];
	struct hashlimit_cfg3 cfg;
	uint64_t looked_ms;	/* when Linux would have looked last */
	struct xt_keyed entries;
};

enum { KEY_WORDS = 5 };

union limit_key {
	struct {
		union clew_addr src;
		union clew_addr dst;
		uint16_t ports[4];	/* source, destination, 0, 0 */
	};
	uint64_t words[KEY_WORDS];
};

static_assert(sizeof(union limit_key) == KEY_WORDS * sizeof(uint64_t), "no gaps");

struct limit {
	union limit_key key;
	uint64_t expires_ms;
	uint64_t filled_ms;
	union {
		struct {
			uint64_t credit;
			uint64_t most;	/* of bytes: how often it may be
					 * filled up at once */
			uint64_t cost;
		};
		struct {		/* XT_HASHLIMIT_RATE_MATCH */
			uint32_t interval;
			uint32_t was_over;
			uint64_t seen;
			uint64_t rate;
			uint64_t burst;
		};
	};
};

/* Of one rule. */
struct use {
	struct limits *limits;
	uint32_t mode;
};

static const char kind;		/* its address tells our tables apart */

/* Loading. */

static uint64_t
credit_of(uint64_t interval, uint8_t revision)
{
	if (revision == 1)
		return interval * (CREDIT_PER_S_V1 / XT_HASHLIMIT_SCALE);
	return interval * (CREDIT_PER_S / XT_HASHLIMIT_SCALE_v2);
}

static uint32_t
byte_credit_of(uint32_t interval)
{
	return (uint32_t)(interval * BYTE_CREDIT_PER_S >> 32);
}

/* The begin of all three, as the last one has it. */
static const char *
read_config(const struct xt_ext *ext, struct hashlimit_cfg3 *to)
{
	const struct xt_hashlimit_mtinfo1 *v1 = ext->info;
	const struct xt_hashlimit_mtinfo2 *v2 = ext->info;
	const struct xt_hashlimit_mtinfo3 *v3 = ext->info;

#define COPY(cfg) *to = (struct hashlimit_cfg3){			\
		.avg = (cfg).avg, .burst = (cfg).burst,			\
		.mode = (cfg).mode, .size = (cfg).size,			\
		.max = (cfg).max, .gc_interval = (cfg).gc_interval,	\
		.expire = (cfg).expire, .srcmask = (cfg).srcmask,	\
		.dstmask = (cfg).dstmask,				\
	}
	switch (ext->ops->revision) {
	case 1:
		COPY(v1->cfg);
		return v1->name;
	case 2:
		COPY(v2->cfg);
		return v2->name;
	default:
		*to = v3->cfg;
		return v3->name;
	}
#undef COPY
}

static size_t
name_size(const struct xt_ext *ext)
{
	return ext->ops->revision == 1 ?
	       sizeof(((struct xt_hashlimit_mtinfo1 *)0)->name) :
	       sizeof(((struct xt_hashlimit_mtinfo3 *)0)->name);
}

static int
check_rate(const struct hashlimit_cfg3 *cfg, uint8_t revision)
{
	if (cfg->mode & XT_HASHLIMIT_RATE_MATCH) {
		if (revision < 3)
			return -EINVAL;
		if (!cfg->avg || cfg->avg > UINT32_MAX)
			return -ERANGE;
		return cfg->interval ? 0 : -EINVAL;
	}
	if (cfg->mode & XT_HASHLIMIT_BYTES)
		return byte_credit_of((uint32_t)cfg->avg) ? 0 : -EINVAL;
	return !cfg->burst || credit_of(cfg->avg * cfg->burst, revision) <
			      credit_of(cfg->avg, revision) ? -ERANGE : 0;
}

static int
check_config(const struct nft_load *load, struct hashlimit_cfg3 *cfg,
	     uint8_t revision)
{
	uint8_t bits = load->family == NFPROTO_IPV4 ? 32 : 128;

	if (!cfg->gc_interval || !cfg->expire || cfg->srcmask > bits ||
	    cfg->dstmask > bits || cfg->mode & ~(uint32_t)MODES)
		return -EINVAL;
	if (cfg->size > SIZE_MOST)
		cfg->size = SIZE_MOST;
	if (cfg->max > SIZE_MOST)
		cfg->max = SIZE_MOST;
	return check_rate(cfg, revision);
}

static struct limits *
create(struct nft *nft, const struct hashlimit_cfg3 *cfg, uint8_t family,
       const char *name)
{
	struct limits *limits = calloc(1, sizeof(*limits));

	if (!limits)
		return NULL;
	limits->cfg = *cfg;
	if (!limits->cfg.size)
		limits->cfg.size = SIZE_DEFAULT;
	if (!limits->cfg.max)
		limits->cfg.max = 8 * limits->cfg.size;
	else if (limits->cfg.max < limits->cfg.size)
		limits->cfg.max = limits->cfg.size;
	limits->looked_ms = nft->config.track->now_ms;
	if (xt_keyed_init(&limits->entries, &nft->key, KEY_WORDS,
			  sizeof(struct limit), limits->cfg.max)) {
		free(limits);
		return NULL;
	}
	memcpy(limits->name, name, strlen(name));
	xt_shared_insert(nft, &limits->shared, &kind, family, limits->name);
	return limits;
}

static int
check(const struct nft_load *load, struct xt_ext *ext)
{
	struct use *own = ext->own;
	struct hashlimit_cfg3 cfg;
	const char *name = read_config(ext, &cfg);
	int err = xt_check_name(name, name_size(ext));

	if (!err)
		err = check_config(load, &cfg, ext->ops->revision);
	if (err)
		return err;
	if (ext->ops->revision == 3)	/* listed as it was made good */
		((struct xt_hashlimit_mtinfo3 *)ext->info)->cfg = cfg;
	own->mode = cfg.mode;
	own->limits = (struct limits *)
		xt_shared_lookup(load->nft, &kind, load->family, name);
	if (own->limits) {
		if ((own->limits->cfg.mode ^ cfg.mode) &
		    XT_HASHLIMIT_RATE_MATCH)
			return -EINVAL;
		own->limits->shared.use++;
		return 0;
	}
	own->limits = create(load->nft, &cfg, load->family, name);
	return own->limits ? 0 : -ENOMEM;
}

static void
fini(struct nft *nft, struct xt_ext *ext)
{
	struct limits *limits = ((struct use *)ext->own)->limits;

	if (!xt_shared_put(nft, &limits->shared))
		return;
	xt_keyed_fini(&limits->entries);
	free(limits);
}

/* Packets. */

static void
mask(union clew_addr *a, uint8_t size, uint8_t prefix)
{
	for (unsigned i = 0; i < size; i++) {
		unsigned bits = prefix > 8 * i ? prefix - 8 * i : 0;

		if (bits < 8)
			a->bytes[i] &= (uint8_t)(0xff00u >> bits);
	}
}

/* Where there are ports, or numbers that stand for them; 4 bytes further on in
 * an authentication header.  => false: there are none. */
static bool
has_ports(uint8_t protocol, uint32_t *at)
{
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_DCCP:
	case IPPROTO_ESP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		return true;
	case IPPROTO_AH:
		*at += 4;
		return true;
	default:
		return false;
	}
}

/* => false: it cannot be told. */
static bool
read_ports(const struct nft_eval *ev, uint32_t mode, union limit_key *key)
{
	const uint8_t *ports;
	uint32_t at = ev->l4;
	uint8_t protocol;

	if (ev->family == NFPROTO_IPV4)
		protocol = ev->path->p->ip[9];
	else if (!exthdr_skip_ipv6(ev->path->p, &protocol, &at))
		return false;
	if (!has_ports(protocol, &at))
		return true;
	ports = xt_bytes(ev, at, 4);
	if (ports && mode & XT_HASHLIMIT_HASH_SPT)
		key->ports[0] = load16(ports);
	if (ports && mode & XT_HASHLIMIT_HASH_DPT)
		key->ports[1] = load16(ports + 2);
	return ports;
}

static bool
read_key(const struct nft_eval *ev, const struct hashlimit_cfg3 *cfg,
	 union limit_key *key)
{
	uint8_t size = ev->family == NFPROTO_IPV6 ? 16 : 4;

	memset(key, 0, sizeof(*key));
	if (!xt_header(ev))
		return false;
	if (cfg->mode & XT_HASHLIMIT_HASH_SIP) {
		xt_address(ev, true, &key->src);
		mask(&key->src, size, cfg->srcmask);
	}
	if (cfg->mode & XT_HASHLIMIT_HASH_DIP) {
		xt_address(ev, false, &key->dst);
		mask(&key->dst, size, cfg->dstmask);
	}
	return !(cfg->mode & WITH_PORTS) || read_ports(ev, cfg->mode, key);
}

/* Free what has ended when Linux looked last, or some of it. */
static void
collect(struct limits *limits, uint64_t now)
{
	uint32_t interval = limits->cfg.gc_interval;
	const struct limit *l;

	limits->looked_ms += (now - limits->looked_ms) / interval * interval;
	for (unsigned i = 0; i < ENDED_MOST; i++) {
		l = xt_keyed_oldest(&limits->entries);
		if (!l || l->expires_ms > limits->looked_ms)
			break;
		xt_keyed_remove(&limits->entries, (void *)(uintptr_t)l);
	}
}

static void
begin_rate(struct limit *l, const struct hashlimit_cfg3 *cfg)
{
	l->interval = cfg->interval;
	if (cfg->mode & XT_HASHLIMIT_BYTES) {
		uint32_t avg = (uint32_t)cfg->avg;
		uint64_t units = avg ? UINT32_MAX / avg : UINT32_MAX;

		l->rate = (units - 1) << XT_HASHLIMIT_BYTE_SHIFT;
		l->burst = cfg->burst ? cfg->burst * l->rate : l->rate;
	} else {
		l->rate = cfg->avg ? XT_HASHLIMIT_SCALE_v2 / cfg->avg : 0;
		l->burst = cfg->burst + l->rate;
	}
}

static void
begin(struct limit *l, const struct hashlimit_cfg3 *cfg, uint8_t revision)
{
	if (revision == 3 && cfg->mode & XT_HASHLIMIT_RATE_MATCH) {
		begin_rate(l, cfg);
	} else if (cfg->mode & XT_HASHLIMIT_BYTES) {
		l->credit = BYTE_CREDIT_PER_S;
		l->most = cfg->burst;
		l->cost = byte_credit_of((uint32_t)cfg->avg);
	} else {
		l->credit = credit_of(cfg->avg * cfg->burst, revision);
		l->most = l->credit;
		l->cost = credit_of(cfg->avg, revision);
	}
}

/* Has the interval that was counted in ended? */
static void
end_interval(struct limit *l, uint64_t now)
{
	uint64_t passed = now - l->filled_ms;
	uint64_t interval = (uint64_t)l->interval * MS_PER_S;

	if (passed < interval)
		return;
	l->filled_ms = now;
	l->was_over = l->seen * interval > passed * l->rate;
	l->seen = 0;
}

static void
fill(struct limit *l, uint32_t mode, uint8_t revision, uint64_t now)
{
	uint64_t passed = now - l->filled_ms, was = l->credit, most = l->most;

	if (!passed)
		return;
	if (revision == 3 && mode & XT_HASHLIMIT_RATE_MATCH) {
		end_interval(l, now);
		return;
	}
	l->filled_ms = now;
	if (mode & XT_HASHLIMIT_BYTES) {
		most = BYTE_CREDIT_PER_S;
		l->credit += BYTE_CREDIT_PER_MS * passed;
		if (was >= l->credit)	/* it has wrapped */
			l->credit = most;
	} else {
		l->credit += passed * (revision == 1 ? CREDIT_PER_MS_V1 :
						       CREDIT_PER_MS);
	}
	if (l->credit > most)
		l->credit = most;
}

/* The entry of the packet's key.  => NULL: there may be no more. */
static struct limit *
find(struct limits *limits, const union limit_key *key, uint8_t revision,
     uint64_t now)
{
	struct limit *l;

	collect(limits, now);
	l = xt_keyed_find(&limits->entries, key->words);
	if (l && l->expires_ms <= limits->looked_ms) {
		xt_keyed_remove(&limits->entries, l);
		l = NULL;
	}
	if (l) {
		xt_keyed_use(&limits->entries, l);
		fill(l, limits->cfg.mode, revision, now);
	} else if (xt_keyed_count(&limits->entries) < limits->cfg.max &&
		   (l = xt_keyed_add(&limits->entries, key->words))) {
		l->filled_ms = now;
		begin(l, &limits->cfg, revision);
	}
	if (l)
		l->expires_ms = now + limits->cfg.expire;
	return l;
}

/* What so many bytes cost; with no credit left it may be filled up. */
static uint64_t
cost_of_bytes(struct limit *l, uint32_t len)
{
	uint64_t cost = ((len >> XT_HASHLIMIT_BYTE_SHIFT) + 1) * l->cost;

	if (cost > BYTE_CREDIT_PER_S)
		cost = BYTE_CREDIT_PER_S;
	if (l->credit < cost && l->most) {
		l->most--;
		l->credit = BYTE_CREDIT_PER_S;
	}
	return cost;
}

static bool
is_below(struct limit *l, uint32_t mode, uint32_t len)
{
	uint64_t cost;

	if (mode & XT_HASHLIMIT_RATE_MATCH) {
		l->seen += mode & XT_HASHLIMIT_BYTES ? len : 1;
		return !l->was_over && l->seen <= l->burst;
	}
	cost = mode & XT_HASHLIMIT_BYTES ? cost_of_bytes(l, len) : l->cost;
	if (l->credit < cost)
		return false;
	l->credit -= cost;
	return true;
}

static enum xt_answer
match(const struct xt_ext *ext, struct nft_eval *ev)
{
	const struct use *own = ext->own;
	struct limit *l;
	union limit_key key;

	if (!read_key(ev, &own->limits->cfg, &key))
		return XT_DROP;
	l = find(own->limits, &key, ext->ops->revision,
		 ev->path->track->now_ms);
	if (!l)
		return XT_DROP;
	return xt_yes(is_below(l, own->mode, ev->path->p->len) !=
		      !!(own->mode & XT_HASHLIMIT_INVERT));
}

#define HASHLIMIT(n) {							\
	.name = "hashlimit",						\
	.kind = XT_MATCH,						\
	.revision = n,							\
	.families = XT_IP,						\
	.size = sizeof(struct xt_hashlimit_mtinfo##n),			\
	.shown = offsetof(struct xt_hashlimit_mtinfo##n, hinfo),	\
	.own = sizeof(struct use),					\
	.check = check,							\
	.fini = fini,							\
	.match = match,							\
}

const struct xt_ops xt_match_hashlimit_1 = HASHLIMIT(1);
const struct xt_ops xt_match_hashlimit_2 = HASHLIMIT(2);
const struct xt_ops xt_match_hashlimit_3 = HASHLIMIT(3);
