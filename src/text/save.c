/* SPDX-License-Identifier: BSD-2-Clause
 * text/save.c - a connection as a command for conntrack -R.
 *
 * An entry and a NEW event become -A, an UPDATE -U, a DESTROY -D.  The aim is
 * that a file of such lines, read by conntrack 1.4.7 -R on Linux 6.18, is
 * taken whole and makes the same connections.  What that program or kernel
 * would refuse, crash on or get wrong is written as a comment line ("# -A
 * ..."), so that it neither stops the rest nor vanishes.  All of the rules
 * below were found by loading lines and looking at what the kernel then had:
 *
 * - NAT is set up only where the reply tuple is not yet what NAT makes it:
 *   for -n and -g that side of the reply is left out.  TCP and UDP take
 *   ADDRESS:PORT; for other protocols a port that NAT changed survives only
 *   beside a changed address, and only on one side; an ICMP id never does.
 * - -u before -m, or 1.4.7 stores the status as mark.  EXPECTED is refused.
 * - -U and -D find an entry by its tuples, and -U knows no zones.  Whatever
 *   else -D is given, it would be one more condition: only tuples are.
 * - -U may not touch the timeout of an entry whose timeout is fixed.
 * - State HEARTBEAT_SENT makes 1.4.7 crash.  So does any second line after
 *   one with --label-add: labels are written only when asked for by
 *   CLEW_SHOW_LABELS and by those names alone that the label file has.  The
 *   kernel takes them only where some rule speaks of labels.
 * - Several -U in one file make 1.4.7 fail on a large table ("Protocol
 *   error"), whatever they say; one at a time they load.
 *
 * Lost, since nothing can load it: counters, times, id, helper, master,
 * window scales and flags, sequence adjustment, SYN proxy.  1.4.7 swaps the
 * bytes of verification tags both when it writes and when it reads; here
 * they are as on the wire. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/number.h"
#include "text/parts.h"

enum command {
	ADD,
	UPDATE,
	DELETE,
};

/* A record, and what is found out about it before it is written. */
struct save {
	const struct clew_snapshot *ct;
	const struct clew_tuple *orig;
	const struct clew_tuple *reply;
	enum command command;
	bool src_nat;
	bool dst_nat;
};

static bool
same_addr(const union clew_addr *a, const union clew_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* TCP and UDP alone may name the port for -n and -g. */
static bool
has_nat_port(const struct save *s)
{
	return s->orig->protocol == IPPROTO_TCP ||
	       s->orig->protocol == IPPROTO_UDP;
}

/* The two sides that source NAT tells apart differ. */
static bool
src_differs(const struct save *s)
{
	enum text_part part = text_part(s->orig->protocol);

	return !same_addr(&s->orig->src, &s->reply->dst) ||
	       ((part == TEXT_PART_PORTS || part == TEXT_PART_KEYS) &&
		s->orig->part.port.sport_be != s->reply->part.port.dport_be);
}

static bool
dst_differs(const struct save *s)
{
	enum text_part part = text_part(s->orig->protocol);

	return !same_addr(&s->orig->dst, &s->reply->src) ||
	       ((part == TEXT_PART_PORTS || part == TEXT_PART_KEYS) &&
		s->orig->part.port.dport_be != s->reply->part.port.sport_be);
}

/* The answer's type, for those that are answered; others are their own. */
static uint8_t
icmp_answer(uint8_t protocol, uint8_t type)
{
	static const uint8_t v4[][2] = {
		{ 8, 0 }, { 13, 14 }, { 15, 16 }, { 17, 18 },
	};
	static const uint8_t v6[][2] = { { 128, 129 }, { 139, 140 } };
	size_t count = protocol == IPPROTO_ICMP ? 4 : 2;
	const uint8_t (*pairs)[2] = protocol == IPPROTO_ICMP ? v4 : v6;

	for (size_t i = 0; i < count; i++) {
		if (pairs[i][0] == type)
			return pairs[i][1];
		if (pairs[i][1] == type)
			return pairs[i][0];
	}
	return type;
}

/* One type, code and id are all that a line can say. */
static bool
icmp_is_loadable(const struct save *s)
{
	const struct clew_tuple *orig = s->orig, *reply = s->reply;

	return orig->part.icmp.id_be == reply->part.icmp.id_be &&
	       orig->part.icmp.code == reply->part.icmp.code &&
	       reply->part.icmp.type ==
		       icmp_answer(orig->protocol, orig->part.icmp.type);
}

/* Whether -n and -g can say what NAT did. */
static bool
nat_is_loadable(const struct save *s)
{
	bool src = s->src_nat || src_differs(s);
	bool dst = s->dst_nat || dst_differs(s);

	if (!s->src_nat && !s->dst_nat)
		return true;	/* whatever the reply is, it is spelt out */
	if (src != s->src_nat || dst != s->dst_nat)
		return false;	/* half of the reply would be left out */
	if (has_nat_port(s))
		return true;
	if ((src && same_addr(&s->orig->src, &s->reply->dst)) ||
	    (dst && same_addr(&s->orig->dst, &s->reply->src)))
		return false;
	if (!src || !dst)
		return true;
	/* both: the reply's ports will be the original's */
	return text_part(s->orig->protocol) == TEXT_PART_ICMP ||
	       (s->orig->part.port.sport_be == s->reply->part.port.dport_be &&
		s->orig->part.port.dport_be == s->reply->part.port.sport_be);
}

static bool
zone_is_loadable(const struct save *s)
{
	const uint32_t both = CLEW_HAS_ZONE_ORIG | CLEW_HAS_ZONE_REPLY;
	uint32_t has = s->ct->has;

	if (s->command == UPDATE)
		return !(has & both) &&
		       !(has & CLEW_HAS_ZONE && s->ct->zone != 0);
	return (has & both) != both;
}

static bool
is_loadable(const struct save *s)
{
	const uint32_t tuples = CLEW_HAS_ORIG | CLEW_HAS_REPLY;
	const uint32_t sctp = CLEW_HAS_STATE | CLEW_HAS_PROTOINFO;
	uint32_t has = s->ct->has;
	uint8_t protocol = s->orig->protocol;

	if ((has & tuples) != tuples || !zone_is_loadable(s))
		return false;
	if (text_part(protocol) == TEXT_PART_ICMP && !icmp_is_loadable(s))
		return false;
	if (s->command == DELETE)
		return true;
	if (protocol == IPPROTO_SCTP && has & CLEW_HAS_STATE &&
	    s->ct->state >= CLEW_SCTP_HEARTBEAT_SENT)
		return false;
	if (s->command == UPDATE)
		return true;
	if (!(has & CLEW_HAS_TIMEOUT) || !nat_is_loadable(s))
		return false;
	if (protocol == IPPROTO_TCP && !(has & CLEW_HAS_STATE))
		return false;
	return protocol != IPPROTO_SCTP || (has & sctp) == sctp;
}

static void
put_option(struct strbuf *sb, const char *option, uint64_t n)
{
	strbuf_puts(sb, option);
	strbuf_put_u64(sb, n);
	strbuf_putc(sb, ' ');
}

static void
put_addr(struct strbuf *sb, const char *option, uint8_t family,
	 const union clew_addr *addr)
{
	char text[NUMBER_IPV6_MAX];
	char *end = number_put_addr(text, family, addr);

	strbuf_puts(sb, option);
	strbuf_put(sb, text, (size_t)(end - text));
	strbuf_putc(sb, ' ');
}

/* "-n 192.0.2.1:80 ", "-n [2001:db8::1]:80 " or, without port, as put_addr */
static void
put_nat(struct strbuf *sb, const char *option, const struct save *s,
	const union clew_addr *addr, uint16_t port_be)
{
	bool is_v6 = s->orig->family == CLEW_IPV6;
	char text[NUMBER_IPV6_MAX];
	char *end = number_put_addr(text, s->orig->family, addr);

	if (!has_nat_port(s)) {
		put_addr(sb, option, s->orig->family, addr);
		return;
	}
	strbuf_puts(sb, option);
	strbuf_puts(sb, is_v6 ? "[" : "");
	strbuf_put(sb, text, (size_t)(end - text));
	strbuf_puts(sb, is_v6 ? "]:" : ":");
	strbuf_put_u64(sb, ntohs(port_be));
	strbuf_putc(sb, ' ');
}

static void
put_addrs(struct strbuf *sb, const struct save *s)
{
	const struct clew_tuple *reply = s->reply;
	uint8_t family = s->orig->family;
	bool with_port = (s->src_nat || s->dst_nat) && has_nat_port(s);

	put_addr(sb, "-s ", family, &s->orig->src);
	put_addr(sb, "-d ", family, &s->orig->dst);
	if (s->dst_nat)
		put_nat(sb, "-g ", s, &reply->src, reply->part.port.sport_be);
	else if (!with_port)
		put_addr(sb, "-r ", family, &reply->src);
	if (s->src_nat)
		put_nat(sb, "-n ", s, &reply->dst, reply->part.port.dport_be);
	else if (!with_port)
		put_addr(sb, "-q ", family, &reply->dst);
}

/* -p and what its protocol takes for tuples. */
static void
put_protocol(struct strbuf *sb, const struct save *s)
{
	const struct clew_tuple *orig = s->orig, *reply = s->reply;
	uint8_t protocol = orig->protocol;
	bool is_nat = s->src_nat || s->dst_nat;
	/* NAT makes the reply's ports, but see nat_is_loadable() */
	bool with_reply = !is_nat || (!has_nat_port(s) &&
				      s->src_nat != s->dst_nat);
	enum text_part part = text_part(protocol);

	if (part == TEXT_PART_NONE) {
		put_option(sb, "-p ", protocol);
		return;
	}
	strbuf_puts(sb, "-p ");
	strbuf_puts(sb, clew_protocol_name(protocol));
	strbuf_putc(sb, ' ');
	if (protocol == IPPROTO_ICMPV6) {
		put_option(sb, "--icmpv6-type ", orig->part.icmp.type);
		put_option(sb, "--icmpv6-code ", orig->part.icmp.code);
		put_option(sb, "--icmpv6-id ", ntohs(orig->part.icmp.id_be));
	} else if (part == TEXT_PART_ICMP) {
		put_option(sb, "--icmp-type ", orig->part.icmp.type);
		put_option(sb, "--icmp-code ", orig->part.icmp.code);
		put_option(sb, "--icmp-id ", ntohs(orig->part.icmp.id_be));
	} else if (part == TEXT_PART_KEYS) {
		put_option(sb, "--srckey ", ntohs(orig->part.gre.src_key_be));
		put_option(sb, "--dstkey ", ntohs(orig->part.gre.dst_key_be));
		if (!with_reply)
			return;
		put_option(sb, "--reply-key-src ",
			   ntohs(reply->part.gre.src_key_be));
		put_option(sb, "--reply-key-dst ",
			   ntohs(reply->part.gre.dst_key_be));
	} else if (protocol != IPPROTO_DCCP || s->command == ADD) {
		put_option(sb, "--sport ", ntohs(orig->part.port.sport_be));
		put_option(sb, "--dport ", ntohs(orig->part.port.dport_be));
		if (!with_reply)
			return;
		put_option(sb, "--reply-port-src ",
			   ntohs(reply->part.port.sport_be));
		put_option(sb, "--reply-port-dst ",
			   ntohs(reply->part.port.dport_be));
	}
}

static void
put_protoinfo(struct strbuf *sb, const struct save *s)
{
	const char *state = text_state_name(s->ct);
	uint8_t protocol = s->orig->protocol;

	if (state) {
		strbuf_puts(sb, "--state ");
		strbuf_puts(sb, state);
		strbuf_putc(sb, ' ');
	}
	if (protocol == IPPROTO_SCTP && s->ct->has & CLEW_HAS_PROTOINFO) {
		put_option(sb, "--orig-vtag ", s->ct->sctp_vtag[CLEW_DIR_ORIG]);
		put_option(sb, "--reply-vtag ",
			   s->ct->sctp_vtag[CLEW_DIR_REPLY]);
	}
	/* untracked by Linux 6.18, but 1.4.7 insists */
	if (protocol == IPPROTO_DCCP && s->command == ADD)
		strbuf_puts(sb, "--state REQUEST --role client ");
}

static void
put_status(struct strbuf *sb, uint32_t status)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {
		{ CLEW_STATUS_SEEN_REPLY, "SEEN_REPLY" },
		{ CLEW_STATUS_ASSURED, "ASSURED" },
		{ CLEW_STATUS_FIXED_TIMEOUT, "FIXED_TIMEOUT" },
	};
	bool any = false;

	strbuf_puts(sb, "-u ");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(status & names[i].bit))
			continue;
		if (any)
			strbuf_putc(sb, ',');
		strbuf_puts(sb, names[i].name);
		any = true;
	}
	strbuf_puts(sb, any ? " " : "UNSET ");
}

static void
put_zones(struct strbuf *sb, const struct save *s)
{
	uint32_t has = s->ct->has;

	if (has & CLEW_HAS_ZONE && s->ct->zone != 0)
		put_option(sb, "-w ", s->ct->zone);
	if (has & CLEW_HAS_ZONE_ORIG)
		put_option(sb, "--orig-zone ", s->orig->zone);
	if (has & CLEW_HAS_ZONE_REPLY)
		put_option(sb, "--reply-zone ", s->reply->zone);
}

/* 1.4.7 reads double quotes, and backslashes within. */
static void
put_labels(struct strbuf *sb, const struct clew_snapshot *ct,
	   const struct clew_text_options *options)
{
	bool any = false;

	if (!text_has_labels(ct) || !options->label_name)
		return;
	for (unsigned bit = 0; bit < TEXT_LABELS; bit++) {
		const char *name;

		if (!text_label_is_set(ct, bit))
			continue;
		name = options->label_name(options->ctx, bit);
		if (!name)
			continue;
		strbuf_puts(sb, any ? "," : "--label-add \"");
		for (; *name != '\0'; name++) {
			if (*name == '"' || *name == '\\')
				strbuf_putc(sb, '\\');
			strbuf_putc(sb, *name);
		}
		any = true;
	}
	if (any)
		strbuf_puts(sb, "\" ");
}

/* What -A and -U set. */
static void
put_settings(struct strbuf *sb, const struct save *s)
{
	const struct clew_snapshot *ct = s->ct;
	bool is_fixed = ct->has & CLEW_HAS_STATUS &&
			ct->status & CLEW_STATUS_FIXED_TIMEOUT;

	if (ct->has & CLEW_HAS_TIMEOUT && !(s->command == UPDATE && is_fixed))
		put_option(sb, "-t ", ct->timeout_s);
	if (ct->has & CLEW_HAS_STATUS)
		put_status(sb, ct->status);
	if (ct->has & CLEW_HAS_MARK && (ct->mark != 0 || s->command == UPDATE))
		put_option(sb, "-m ", ct->mark);
}

static void
find_nat(struct save *s)
{
	const struct clew_snapshot *ct = s->ct;
	uint32_t status = ~(uint32_t)0;

	if (s->command != ADD)
		return;		/* found by its tuples, as they are */
	if (ct->has & CLEW_HAS_STATUS)
		status = ct->status;
	s->src_nat = status & CLEW_STATUS_SRC_NAT && src_differs(s);
	s->dst_nat = status & CLEW_STATUS_DST_NAT && dst_differs(s);
}

void
text_save(struct strbuf *sb, const struct clew_snapshot *ct,
	  enum clew_record record, const struct clew_text_options *options)
{
	static const char *const words[] = {
		[ADD] = "-A ", [UPDATE] = "-U ", [DELETE] = "-D ",
	};
	struct save s = {
		.ct = ct,
		.orig = &ct->tuple[CLEW_DIR_ORIG],
		.reply = &ct->tuple[CLEW_DIR_REPLY],
		.command = record == CLEW_RECORD_UPDATE ? UPDATE :
			   record == CLEW_RECORD_DESTROY ? DELETE : ADD,
	};

	find_nat(&s);
	strbuf_puts(sb, is_loadable(&s) ? "" : "# ");
	strbuf_puts(sb, words[s.command]);
	if (s.command != DELETE)
		put_settings(sb, &s);
	put_zones(sb, &s);
	put_addrs(sb, &s);
	put_protocol(sb, &s);
	if (s.command != DELETE)
		put_protoinfo(sb, &s);
	if (s.command != DELETE && options->show & CLEW_SHOW_LABELS)
		put_labels(sb, ct, options);
	sb->len--;	/* the last space */
	if (sb->len < sb->size)
		sb->text[sb->len] = '\0';
}
