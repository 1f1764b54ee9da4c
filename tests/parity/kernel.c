/* SPDX-License-Identifier: BSD-2-Clause
 * parity/kernel.c - what Linux makes of a script.
 *
 * The namespace's taps and netlink socket are drained after each packet
 * (namespace.c says why that works), so that each frame, event and log line
 * has its packet.  Nothing here waits but STEP_SLEEP, and whatever overflows
 * or is not understood fails the run. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <sched.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "parity/ctnetlink.h"
#include "parity/follow.h"
#include "parity/namespace.h"
#include "parity/outcome.h"
#include "parity/policy.h"
#include "parity/router.h"
#include "parity/rules_load.h"

double
clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Group 1: a packet that has reached the router itself. */
static int
take_arrival(struct kernel *k, const struct nlmsghdr *nlh, struct outcome *out)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(a) == NFULA_PAYLOAD)
			outcomes_frame(k->o, out, SIDE_HOST,
				       mnl_attr_get_payload(a),
				       mnl_attr_get_payload_len(a));
	return 0;
}

static int
take_log(struct kernel *k, const struct nlmsghdr *nlh, struct outcome *out)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;
	const char *text;
	size_t len;

	if (ntohs(nfg->res_id) == 1)
		return take_arrival(k, nlh, out);
	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(a) != NFULA_PREFIX)
			continue;
		/* A second line about a packet that was found INVALID; its
		 * effect, a lower timeout, is compared with the table. */
		text = mnl_attr_get_payload(a);
		len = mnl_attr_get_payload_len(a);
		if (memmem(text, len, " lower timeout to ", 18))
			return 0;
		/* What rules log is not tracking's. */
		if (k->routed && strncmp(text, "nf_ct_", 6))
			return 0;
		snprintf(out->log, sizeof(out->log), "%.*s", (int)len, text);
		len = strlen(out->log);
		while (len && strchr(" \n", out->log[len - 1]))
			out->log[--len] = 0;
		out->logs++;
		return 0;
	}
	return kernel_fail(k, "log message without text", 0);
}

static int
take_event(struct kernel *k, const struct nlmsghdr *nlh, struct outcome *out)
{
	struct said *said = outcomes_say(k->o);
	const char *what = ctnetlink_decode(&said->ct, nlh);

	out->said++;
	if ((nlh->nlmsg_type & 0xff) == IPCTNL_MSG_CT_DELETE)
		said->type = CLEW_EVENT_DESTROY;
	else if (nlh->nlmsg_flags & NLM_F_CREATE)
		said->type = CLEW_EVENT_NEW;
	else
		said->type = CLEW_EVENT_UPDATE;
	return what ? kernel_fail(k, what, 0) : 0;
}

/* Everything the kernel has said since the last time. */
static int
drain(struct kernel *k, struct outcome *out)
{
	const struct nlmsghdr *nlh;
	ssize_t n;
	int left;

	for (;;) {
		n = recv(k->nl, k->buf, sizeof(k->buf), 0);
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return kernel_fail(k, "events were lost", errno);
		nlh = (const struct nlmsghdr *)k->buf;
		left = n;
		for (; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
				continue;
			if (nlh->nlmsg_type >> 8 == NFNL_SUBSYS_ULOG) {
				if (take_log(k, nlh, out))
					return -1;
			} else if (take_event(k, nlh, out)) {
				return -1;
			}
		}
	}
}

/* Where the payload of a frame begins, where it belongs, and whether more
 * follows.  => false when that is not known. */
static bool
piece(const uint8_t *p, size_t len, size_t *at, size_t *where, bool *more)
{
	*where = 0;
	*more = false;
	if (p[0] >> 4 == 4 && len >= 20) {
		*at = (p[0] & 15) * 4;
		*where = ((p[6] << 8 | p[7]) & 0x1fff) * 8;
		*more = p[6] & 0x20;
		return *at <= len;
	}
	if (p[0] >> 4 != 6 || len < 40)
		return false;
	*at = 40;
	if (p[6] == 0 || p[6] == 43 || p[6] == 51 || p[6] == 60)
		return false;	/* the way to the pieces is longer */
	if (p[6] == 44) {
		*at = 48;
		*where = (p[42] << 8 | p[43]) & 0xfff8;
		*more = p[43] & 1;
	}
	return *at <= len;
}

/* Pieces of a datagram that came out, being put together again. */
struct whole {
	size_t len;
	bool more;
};

/* What came out of a tap: its class, and the payload. */
static int
collect(struct kernel *k, int tap, struct outcome *out, struct whole *whole)
{
	const uint8_t *p = k->frame + FRAME_IP;
	size_t at, where, len;
	ssize_t n;

	while ((n = read(tap, k->frame, sizeof(k->frame))) > 0) {
		if (n < FRAME_IP + 20)
			return kernel_fail(k, "strange frame", 0);
		len = n - FRAME_IP;
		if (p[0] >> 4 == 4)
			out->class = p[1] >> 2;
		else
			out->class = (p[0] & 15) << 2 | p[1] >> 6;
		if (out->class == CLASS_NONE || out->class > CLASS_ODD)
			return kernel_fail(k, "strange class", 0);
		if (!whole->more ||
		    !piece(p, len, &at, &where, &whole->more) ||
		    where != whole->len ||
		    where + len - at > sizeof(k->whole))
			continue;
		memcpy(k->whole + where, p + at, len - at);
		whole->len += len - at;
	}
	return errno != EAGAIN ? kernel_fail(k, "tap", errno) : 0;
}

/* Both taps: a datagram whose pieces came into both leaves by either. */
static int
collect_all(struct kernel *k, unsigned from, struct outcome *out)
{
	struct whole whole = { 0, true };

	if (collect(k, k->tap[!from], out, &whole) ||
	    collect(k, k->tap[from], out, &whole))
		return -1;
	if (!whole.more) {
		out->out_len = whole.len;
		out->out_hash = outcome_hash(0, k->whole, whole.len);
	}
	return 0;
}

/* What came out of a router's taps. */
static int
collect_routed(struct kernel *k, struct outcome *out)
{
	unsigned i;
	ssize_t n;

	for (i = 0; i < ROUTER_LINKS; i++) {
		while ((n = read(k->tap[i], k->frame, sizeof(k->frame))) > 0) {
			if (n < FRAME_IP)
				return kernel_fail(k, "strange frame", 0);
			outcomes_frame(k->o, out, i, k->frame + FRAME_IP,
				       n - FRAME_IP);
		}
		if (n < 0 && errno != EAGAIN)
			return kernel_fail(k, "tap", errno);
	}
	return 0;
}

/* What the card says, in the form taps take it. */
static struct virtio_net_hdr
card_header(const struct step *step)
{
	struct virtio_net_hdr h = { 0 };
	const uint8_t *p = step->bytes;
	enum step_card card;
	unsigned l4 = 0;
	bool tcp;

	card = step_card(step, &l4);
	if (card != CARD_CSUM_PARTIAL && card != CARD_GSO)
		return h;
	tcp = (p[0] >> 4 == 4 ? p[9] : p[6]) == 6;
	h.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h.csum_start = ETH_LEN + l4;
	h.csum_offset = tcp ? 16 : 6;
	if (card == CARD_GSO) {
		h.gso_type = p[0] >> 4 == 4 ? VIRTIO_NET_HDR_GSO_TCPV4 :
			VIRTIO_NET_HDR_GSO_TCPV6;
		h.gso_size = 64;
		h.hdr_len = ETH_LEN + l4 + (p[l4 + 12] >> 4) * 4;
	}
	return h;
}

static int
tap_packet(struct kernel *k, const struct step *step, unsigned side)
{
	static const uint8_t mac[12] = { 2, 0xff, 0, 0, 0, 1, 2, 0, 0, 0, 0 };
	unsigned six = step->len && step->bytes[0] >> 4 == 6;
	struct virtio_net_hdr card = card_header(step);
	uint8_t *eth = k->frame + CARD_LEN;

	if (step->len > sizeof(k->frame) - FRAME_IP)
		return kernel_fail(k, "packet too long", 0);
	memcpy(k->frame, &card, sizeof(card));
	memcpy(eth, mac, sizeof(mac));
	if (k->routed) {
		eth[1] = 0;
		eth[4] = 1 + side;
		eth[5] = 0;
	}
	eth[11] = step->how & HOW_RULE;
	if (eth[11] == HOW_POLICY && step_policy(step) < 0)
		eth[11] = HOW_PLAIN;
	eth[12] = six ? 0x86 : 0x08;
	eth[13] = six ? 0xdd : 0x00;
	memcpy(k->frame + FRAME_IP, step->bytes, step->len);
	if (write(k->tap[side], k->frame, FRAME_IP + step->len) < 0)
		return kernel_fail(k, "write", errno);
	return 0;
}

/* A packet of the router's own.  That it does not leave is an answer. */
static int
host_packet(struct kernel *k, const uint8_t *p, size_t len)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	if (!router_can_send(p, len))
		return 0;
	if (p[0] >> 4 == 4) {
		memcpy(&four.sin_addr, p + 16, 4);
		sendto(k->raw[0], p, len, 0, (struct sockaddr *)&four,
		       sizeof(four));
	} else {
		memcpy(&six.sin6_addr, p + 24, 16);
		sendto(k->raw[1], p, len, 0, (struct sockaddr *)&six,
		       sizeof(six));
	}
	return 0;
}

/* One packet through a bridge or a router. */
static int
packet(struct kernel *k, struct follow *f, const struct step *step,
       struct outcome *out)
{
	struct step sent = *step;
	struct followed how;

	if (!k->routed)
		return tap_packet(k, step, step->side) ||
		       collect_all(k, step->side, out) || drain(k, out);
	sent.bytes = xmalloc(step->len);
	memcpy(sent.bytes, step->bytes, step->len);
	how = follow_send(f, sent.bytes, sent.len, step->side);
	if (how.side == SIDE_HOST)
		host_packet(k, sent.bytes, sent.len);
	else if (tap_packet(k, &sent, how.side))
		how.side = 0;
	if (!k->error[0] && !collect_routed(k, out))
		drain(k, out);
	out->class = out->frames ? CLASS_NEW : CLASS_NONE;
	follow_learn(f, &how, k->o, out);
	free(sent.bytes);
	return k->error[0] ? -1 : 0;
}

/* Rules that are refused are refused: how is compared. */
static int
rules(struct kernel *k, const struct step *step, struct outcome *out)
{
	const char *text = (const char *)step->bytes;
	char *error = NULL;
	int status;

	status = kernel_feed(k, text, rules_loader(text), NULL, &error);
	out->class = status ? CLASS_INVALID : CLASS_NEW;
	snprintf(out->log, sizeof(out->log), "%s", error ? error : "");
	out->logs = out->log[0] != 0;
	free(error);
	return status < 0 ? kernel_fail(k, rules_loader(text)[0], 0) :
		drain(k, out);
}

static int
list_rules(struct kernel *k, const struct script *s)
{
	const char *const *commands[2];
	size_t i, count = rules_listers(s, commands);
	char *printed;
	int r = 0;

	for (i = 0; i < count && !r; i++) {
		printed = NULL;
		if (kernel_feed(k, "", commands[i], &printed, NULL))
			r = kernel_fail(k, commands[i][0], 0);
		else
			rules_listed(&k->o->listing, printed);
		free(printed);
	}
	return r;
}

typedef const char *take_fn(struct kernel *k, const struct nlmsghdr *nlh);

static const char *
take_entry(struct kernel *k, const struct nlmsghdr *nlh)
{
	return ctnetlink_decode(outcomes_entry(k->o), nlh);
}

static const char *
take_stats(struct kernel *k, const struct nlmsghdr *nlh)
{
	return ctnetlink_stats(&k->o->stats, nlh);
}

static const char *
take_nothing(struct kernel *k, const struct nlmsghdr *nlh)
{
	(void)k;
	(void)nlh;
	return NULL;
}

static int
dump(struct kernel *k, unsigned message, take_fn *take)
{
	unsigned type = NFNL_SUBSYS_CTNETLINK << 8 | message;
	struct nlmsghdr *nlh;
	const char *what;
	ssize_t n;
	int left;

	nlh = kernel_request(k, type, NLM_F_DUMP, AF_UNSPEC, 0);
	if (send(k->ask, nlh, nlh->nlmsg_len, 0) < 0)
		return kernel_fail(k, "dump", errno);
	for (;;) {
		n = recv(k->ask, k->buf, sizeof(k->buf), 0);
		if (n < 0)
			return kernel_fail(k, "dump", errno);
		nlh = (struct nlmsghdr *)k->buf;
		left = n;
		for (; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				return 0;
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return kernel_fail(k, "dump refused", 0);
			what = take(k, nlh);
			if (what)
				return kernel_fail(k, what, 0);
		}
	}
}

/* Linux removes what is overdue when it happens to look at it; a dump looks
 * at everything, but takes a few per bucket only. */
static int
expire(struct kernel *k, struct outcome *out)
{
	unsigned i;

	for (i = 0; i < 3; i++)
		if (dump(k, IPCTNL_MSG_CT_GET, take_nothing))
			return -1;
	return drain(k, out);
}

static void
put_tuple(struct nlmsghdr *nlh, const struct clew_tuple *t)
{
	unsigned size = t->family == CLEW_IPV4 ? 4 : 16;
	bool four = t->family == CLEW_IPV4;
	struct nlattr *nest, *inner;

	nest = mnl_attr_nest_start(nlh, CTA_TUPLE_ORIG);
	inner = mnl_attr_nest_start(nlh, CTA_TUPLE_IP);
	mnl_attr_put(nlh, four ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, size, &t->src);
	mnl_attr_put(nlh, four ? CTA_IP_V4_DST : CTA_IP_V6_DST, size, &t->dst);
	mnl_attr_nest_end(nlh, inner);
	inner = mnl_attr_nest_start(nlh, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(nlh, CTA_PROTO_NUM, t->protocol);
	if (t->protocol == 1 || t->protocol == 58) {
		mnl_attr_put_u16(nlh, four ? CTA_PROTO_ICMP_ID :
				 CTA_PROTO_ICMPV6_ID, t->part.icmp.id_be);
		mnl_attr_put_u8(nlh, four ? CTA_PROTO_ICMP_TYPE :
				CTA_PROTO_ICMPV6_TYPE, t->part.icmp.type);
		mnl_attr_put_u8(nlh, four ? CTA_PROTO_ICMP_CODE :
				CTA_PROTO_ICMPV6_CODE, t->part.icmp.code);
	} else {
		mnl_attr_put_u16(nlh, CTA_PROTO_SRC_PORT,
				 t->part.port.sport_be);
		mnl_attr_put_u16(nlh, CTA_PROTO_DST_PORT,
				 t->part.port.dport_be);
	}
	mnl_attr_nest_end(nlh, inner);
	mnl_attr_nest_end(nlh, nest);
}

static int
delete(struct kernel *k, unsigned n, struct outcome *out)
{
	unsigned type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE;
	const struct said *said = outcomes_newest(k->o, n);
	const struct clew_snapshot *ct;
	struct nlmsghdr *nlh;
	int error;

	if (!said)
		return 0;
	ct = &said->ct;
	nlh = kernel_request(k, type, NLM_F_ACK, ct->tuple[0].family, 0);
	put_tuple(nlh, &ct->tuple[0]);
	if (ct->has & CLEW_HAS_ZONE)
		mnl_attr_put_u16(nlh, CTA_ZONE, htons(ct->zone));
	mnl_attr_put_u32(nlh, CTA_ID, htonl(ct->id));
	error = kernel_acked(k, k->ask, nlh);
	if (error && error != ENOENT)
		return kernel_fail(k, "delete", error);
	return drain(k, out);
}

static int
set(struct kernel *k, const struct step *step)
{
	const char *name = (const char *)step->bytes;
	char value[24];

	if (!strncmp(name, "mtu.", 4))
		return router_mtu(k, name + 4, step->value);
	snprintf(value, sizeof(value), "%llu",
		 (unsigned long long)step->value);
	return kernel_set(k, name, value);
}

static int
one_step(struct kernel *k, struct follow *f, const struct step *step,
	 struct outcome *out)
{
	struct timespec t;

	out->first = k->o->said_count;
	switch ((enum step_type)step->type) {
	case STEP_SET:
		return set(k, step);
	case STEP_PACKET:
		return packet(k, f, step, out);
	case STEP_ROUTER:
		return router_routes(k, (const char *)step->bytes);
	case STEP_RULES:
		return rules(k, step, out);
	case STEP_DELETE:
		return delete(k, step->ms, out);
	case STEP_SLEEP:
		t.tv_sec = step->ms / 1000;
		t.tv_nsec = step->ms % 1000 * 1000000l;
		while (nanosleep(&t, &t) < 0 && errno == EINTR)
			;
		return expire(k, out);
	}
	return kernel_fail(k, "strange step", 0);
}

int
kernel_run(struct outcomes *o, const struct script *s)
{
	struct kernel *k = kernel_take(s->routed);
	struct follow *f = follow_create();
	double start;
	size_t i;
	int r;

	k->o = o;
	r = k->error[0] ? -1 : 0;
	/* Settings are written in the namespace one is in. */
	if (!r && setns(k->ns, CLONE_NEWNET) < 0)
		r = kernel_fail(k, "setns", errno);
	if (!r && script_has_policies(s))
		r = kernel_policies(k);
	start = clock_now();
	for (i = 0; !r && i < s->count; i++)
		r = one_step(k, f, &s->step[i], &o->step[i]);
	o->seconds = clock_now() - start;
	if (!r)
		r = dump(k, IPCTNL_MSG_CT_GET, take_entry);
	if (!r)
		r = dump(k, IPCTNL_MSG_CT_GET_STATS_CPU, take_stats);
	if (!r && k->routed)
		r = list_rules(k, s);
	memcpy(o->error, k->error, sizeof(o->error));
	follow_destroy(f);
	kernel_put(k);
	return r ? -1 : 0;
}
