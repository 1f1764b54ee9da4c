/* SPDX-License-Identifier: BSD-2-Clause
 * text/sample.h - for the tests: connections in the rows of a table.
 *
 * A row gives both tuples in words and the rest as a snapshot. */
#ifndef TEXT_SAMPLE_H
#define TEXT_SAMPLE_H

#include <stdbool.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "clew/text.h"

/* 'a' and 'b' are sport and dport, srckey and dstkey, or ICMP's
 * type * 256 + code and id. */
struct sample_tuple {
	const char *src, *dst;
	uint16_t a, b;
};

struct sample {
	const char *title;
	uint8_t protocol;
	struct sample_tuple orig, reply;
	struct clew_snapshot ct;	/* without tuples */
	enum clew_record record;
	struct clew_text_options options;
	const char *want;
};

static inline void
sample_set_tuple(struct clew_tuple *t, uint8_t protocol,
		 const struct sample_tuple *from)
{
	bool is_v6 = strchr(from->src, ':') != NULL;

	t->family = is_v6 ? CLEW_IPV6 : CLEW_IPV4;
	t->protocol = protocol;
	inet_pton(is_v6 ? AF_INET6 : AF_INET, from->src, t->src.bytes);
	inet_pton(is_v6 ? AF_INET6 : AF_INET, from->dst, t->dst.bytes);
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		t->part.icmp.type = (uint8_t)(from->a >> 8);
		t->part.icmp.code = (uint8_t)from->a;
		t->part.icmp.id_be = htons(from->b);
	} else {
		t->part.port.sport_be = htons(from->a);
		t->part.port.dport_be = htons(from->b);
	}
}

static inline struct clew_snapshot
sample_snapshot(const struct sample *sample)
{
	struct clew_snapshot ct = sample->ct;

	sample_set_tuple(&ct.tuple[CLEW_DIR_ORIG], sample->protocol,
			 &sample->orig);
	sample_set_tuple(&ct.tuple[CLEW_DIR_REPLY], sample->protocol,
			 &sample->reply);
	ct.has |= CLEW_HAS_ORIG | CLEW_HAS_REPLY;
	return ct;
}

/* /etc/xtables/connlabel.conf of the machine the lines were observed on */
static inline const char *
sample_label(void *ctx, unsigned bit)
{
	(void)ctx;
	switch (bit) {
	case 0:		return "web traffic";
	case 1:		return "eth0-in";
	case 5:		return "a-b";
	case 127:	return "last";
	default:	return NULL;
	}
}

/* What a dump of Linux always has; acct and timestamp switched on. */
#define SAMPLE_DUMP (CLEW_HAS_STATUS | CLEW_HAS_TIMEOUT | CLEW_HAS_COUNTERS | \
		     CLEW_HAS_START | CLEW_HAS_MARK | CLEW_HAS_ID | \
		     CLEW_HAS_USE)
/* What a NEW event of a packet has, and an UPDATE. */
#define SAMPLE_EVENT (CLEW_HAS_STATUS | CLEW_HAS_TIMEOUT | CLEW_HAS_ID)
#define SAMPLE_TCP (CLEW_HAS_STATE | CLEW_HAS_PROTOINFO)
/* Fri Nov 20 12:15:23 2026 UTC, and what was created then */
#define SAMPLE_NOW 1795176923196919735
#define SAMPLE_START 1795176923052068193

#endif
