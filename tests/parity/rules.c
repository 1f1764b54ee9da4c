/* SPDX-License-Identifier: BSD-2-Clause
 * parity/rules.c - rulesets for the router, made at random.
 *
 * A ruleset is text for nft: one or two tables with sets and maps, a few
 * regular chains that jump forwards only, and base chains.  What it mentions
 * is what gen_routed() makes traffic of.  Nothing in it depends on the time
 * a run takes: rates are a few per hour, timeouts are hours.  Nearly every
 * rule counts, so that the list of them tells who was where. */
#define _GNU_SOURCE
#include "parity/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/script.h"

#define ROOM 32768

struct maker {
	struct rng r;
	char *text;
	size_t len;
	bool four;		/* what the table under construction can see */
	bool six;
	bool is_six;		/* the rule under construction is about */
	const char *l4;		/* and "tcp", "udp" or "th": any */
	const char *family;
	unsigned chains;	/* regular ones */
	unsigned hook;		/* of the base chain, or HOOKS */
	bool is_nat;
};

enum { PRE, IN, FORWARD, OUT, POST, HOOKS };

static const char *const hooks[] = {
	"prerouting", "input", "forward", "output", "postrouting",
};

static void __attribute__((format(printf, 2, 3)))
say(struct maker *m, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(m->text + m->len, ROOM - m->len, format, ap);
	va_end(ap);
	if (n > 0 && m->len + n < ROOM)
		m->len += n;
}

static const char *const fours[] = {
	"192.168.1.10", "192.168.1.11", "192.168.1.20", "10.1.2.3",
	"192.168.2.5", "198.51.100.1", "198.51.100.7", "203.0.113.77",
	"203.0.113.2", "192.168.1.1", "198.18.0.5",
};
static const char *const nets[] = {
	"192.168.1.0/24", "192.168.0.0/16", "198.51.100.0/24", "10.0.0.0/8",
	"203.0.113.0/24", "0.0.0.0/1", "192.168.1.8-192.168.1.15",
};
static const char *const sixes[] = {
	"fd00:1::10", "fd00:1::11", "fd00:2::5", "2001:db8:9::1",
	"2001:db8:1::2", "2001:db8:9::7",
};
static const char *const six_nets[] = {
	"fd00::/8", "fd00:1::/64", "2001:db8::/32", "2001:db8:9::/64",
};
static const char *const ports[] = {
	"22", "53", "80", "443", "2222", "8080", "5000", "40000", "40001",
	"300", "700", "51820",
};
static const char *const port_ranges[] = {
	"0-1023", "1024-65535", "40000-40002", "1-100", "50-90", "22-53",
};
static const char *const inside_fours[] = {
	"192.168.1.10", "192.168.1.20", "192.168.2.5", "192.168.2.6",
	"10.1.2.3",
};
static const char *const inside_sixes[] = {
	"fd00:1::10", "fd00:1::20", "fd00:2::5", "fd00:2::6",
};
static const char *const outside_fours[] = {
	"203.0.113.2", "203.0.113.3", "203.0.113.2-203.0.113.5", "192.0.2.9",
};
static const char *const links[] = { "lan0", "wan0", "dmz0", "lo" };

#define PICK(m, array) RNG_PICK(&(m)->r, array)

static unsigned
below(struct maker *m, unsigned n)
{
	return rng_below(&m->r, n);
}

static bool
chance(struct maker *m, unsigned percent)
{
	return rng_chance(&m->r, percent);
}

static const char *
not(struct maker *m)
{
	return chance(m, 20) ? "!= " : "";
}

static void
sets(struct maker *m)
{
	say(m, " set ports { type inet_service; flags interval; auto-merge; "
	    "elements = { %s, 8000-8100, 40001 }; }\n", PICK(m, port_ranges));
	say(m, " set few { type inet_service; elements = { 22, 53, 80 }; "
	    "counter; }\n");
	say(m, " set marks { type mark; elements = { 1, 2, 0x10 }; }\n");
	say(m, " set protos { type inet_proto; elements = "
	    "{ tcp, udp, icmp }; }\n");
	say(m, " set names { type ifname; elements = { \"lan0\", "
	    "\"dmz0\" }; }\n");
	say(m, " counter total { }\n counter other { }\n");
	say(m, " quota some { over %u bytes }\n", 100 + below(m, 5000));
	say(m, " limit rare { rate %u/hour burst %u packets; }\n",
	    1 + below(m, 3), 1 + below(m, 20));
	say(m, " map by-port { type inet_service : verdict; flags interval; "
	    "elements = { 22 : accept, 50-60 : jump r%u, 80 : continue, "
	    "40000-40001 : return }; }\n", m->chains - 1);
	say(m, " map objects { type inet_service : counter; "
	    "elements = { 22 : \"total\", 80 : \"other\" }; }\n");
	say(m, " map port-marks { type inet_service : mark; "
	    "elements = { 22 : 1, 53 : 2, 80 : 3 }; }\n");
	if (m->four) {
		say(m, " set hosts { type ipv4_addr; elements = { %s, "
		    "192.168.1.99 }; }\n", PICK(m, fours));
		say(m, " set nets { type ipv4_addr; flags interval; "
		    "auto-merge; elements = { %s, %s }; }\n", PICK(m, nets),
		    PICK(m, fours));
		say(m, " set pairs { type ipv4_addr . inet_service; "
		    "flags interval; elements = { 192.168.1.0/24 . 0-1023, "
		    "198.51.100.7 . %s }; }\n", PICK(m, ports));
		say(m, " set seen { type ipv4_addr; size %u; "
		    "flags dynamic,timeout; timeout 5h; }\n",
		    chance(m, 30) ? 2 : 100);
		say(m, " set flows { type ipv4_addr . inet_service; size 64; "
		    "flags dynamic; counter; }\n");
		say(m, " map learned { type ipv4_addr : mark; size 50; "
		    "flags dynamic; }\n");
		say(m, " map targets { type inet_service : ipv4_addr . "
		    "inet_service; elements = { 80 : 192.168.1.10 . 8080, "
		    "443 : 192.168.2.5 . 443, 53 : 192.168.1.20 . 53 }; }\n");
		say(m, " map whose { type ipv4_addr : ipv4_addr; flags "
		    "interval; elements = { 192.168.1.0/28 : 203.0.113.2, "
		    "192.168.1.16-192.168.1.31 : 203.0.113.3 }; }\n");
	}
	if (m->six)
		say(m, " set hosts6 { type ipv6_addr; flags interval; "
		    "elements = { %s, fd00:2::/64 }; }\n",
		    chance(m, 50) ? "fd00:1::10" : "2001:db8:9::/64");
}

static void
match_four(struct maker *m)
{
	const char *side = chance(m, 50) ? "saddr" : "daddr";

	switch (below(m, 15)) {
	case 0:
		say(m, "ip %s %s%s ", side, not(m), PICK(m, fours));
		break;
	case 1:
		say(m, "ip %s %s%s ", side, not(m), PICK(m, nets));
		break;
	case 2:
		say(m, "ip %s %s@hosts ", side, not(m));
		break;
	case 3:
		say(m, "ip %s %s@nets ", side, not(m));
		break;
	case 4:
		say(m, "ip %s . th dport %s@pairs ", side, not(m));
		break;
	case 5:
		say(m, "ip ttl %s%u ", chance(m, 50) ? "< " : "",
		    62 + below(m, 4));
		break;
	case 6:
		say(m, "ip length %u-%u ", below(m, 60), 60 + below(m, 1500));
		break;
	case 7:
		say(m, "ip dscp %s%u ", not(m), below(m, 64));
		break;
	case 8:
		if (!strcmp(m->l4, "th"))
			say(m, "ip protocol %s{ tcp, udp } ", not(m));
		break;
	case 9:
		say(m, "ip frag-off & 0x1fff %s 0 ",
		    chance(m, 50) ? "!=" : "==");
		break;
	case 10:
		if (strcmp(m->l4, "th"))
			break;
		say(m, "icmp type %s ", chance(m, 50) ? "echo-request" :
		    "{ echo-reply, destination-unreachable, time-exceeded }");
		m->l4 = "icmp";
		break;
	case 11:
		say(m, "ct %s ip %s %s%s ", chance(m, 50) ? "original" :
		    "reply", side, not(m), PICK(m, nets));
		break;
	case 12:
		say(m, "ip %s & 0.0.0.%u == 0.0.0.%u ", side, 3u, below(m, 4));
		break;
	case 13:
		say(m, "ip checksum != 0 ");
		break;
	case 14:
		say(m, "ip %s @seen ", side);
		break;
	}
}

static void
match_six(struct maker *m)
{
	const char *side = chance(m, 50) ? "saddr" : "daddr";

	switch (below(m, 8)) {
	case 0:
		say(m, "ip6 %s %s%s ", side, not(m), PICK(m, sixes));
		break;
	case 1:
		say(m, "ip6 %s %s%s ", side, not(m), PICK(m, six_nets));
		break;
	case 2:
		say(m, "ip6 %s %s@hosts6 ", side, not(m));
		break;
	case 3:
		say(m, "ip6 hoplimit %u ", 62 + below(m, 4));
		break;
	case 4:
		if (!strcmp(m->l4, "th"))
			say(m, "ip6 nexthdr %s ", "{ tcp, udp }");
		break;
	case 5:
		if (strcmp(m->l4, "th"))
			break;
		say(m, "icmpv6 type { echo-request, packet-too-big } ");
		m->l4 = "icmp";
		break;
	case 6:
		say(m, "exthdr %s %s ", chance(m, 50) ? "hbh" : "frag",
		    chance(m, 50) ? "exists" : "missing");
		break;
	case 7:
		say(m, "ip6 length %u-%u ", below(m, 30),
		    30 + below(m, 1000));
		break;
	}
}

static void
match_ct(struct maker *m)
{
	static const char *const states[] = {
		"new", "established", "related", "invalid", "untracked",
		"established,related", "new,untracked",
	};
	static const char *const status[] = {
		"snat", "dnat", "assured", "seen-reply", "confirmed",
	};

	switch (below(m, 9)) {
	case 0:
	case 1:
		say(m, "ct state %s%s ", not(m), PICK(m, states));
		break;
	case 2:
		say(m, "ct status %s ", PICK(m, status));
		break;
	case 3:
		say(m, "ct direction %s ", chance(m, 50) ? "original" :
		    "reply");
		break;
	case 4:
		say(m, "ct mark %s%u ", not(m), below(m, 4));
		break;
	case 5:
		say(m, "ct mark & 0x1 == %u ", below(m, 2));
		break;
	case 6:
		say(m, "ct label %u ", below(m, 3));
		break;
	case 7:
		if (!strcmp(m->l4, "th"))
			say(m, "ct protocol { tcp, 132 } ");
		break;
	case 8:
		say(m, "ct zone %u ", below(m, 3));
		break;
	}
}

static void
match_any(struct maker *m)
{
	static const char *const flags[] = {
		"tcp flags syn", "tcp flags & (fin|syn|rst|ack) == syn",
		"tcp flags & (syn|ack) == (syn|ack)", "tcp flags & rst != 0",
		"tcp flags { syn, syn|ack, ack }", "tcp option maxseg exists",
		"tcp option timestamp missing", "tcp option window exists",
		"tcp option sack-perm exists",
	};
	const char *side = chance(m, 50) ? "sport" : "dport";
	const char *l4 = m->l4;

	switch (below(m, 18)) {
	case 0:
		say(m, "%s %s %s%s ", l4, side, not(m), PICK(m, ports));
		break;
	case 1:
		say(m, "%s %s %s%s ", l4, side, not(m), PICK(m, port_ranges));
		break;
	case 2:
		say(m, "%s %s @ports ", l4, side);
		break;
	case 3:
		say(m, "%s %s @few ", l4, side);
		break;
	case 4:
		say(m, "%s %s { %s, %s } ", l4, side, PICK(m, ports),
		    PICK(m, port_ranges));
		break;
	case 5:
		if (!strcmp(l4, "tcp"))
			say(m, "%s ", PICK(m, flags));
		break;
	case 6:
		say(m, "meta l4proto %s@protos ", not(m));
		break;
	case 7:
		say(m, "meta mark %s%u ", not(m), below(m, 4));
		break;
	case 8:
		say(m, "meta mark @marks ");
		break;
	case 9:
		say(m, "meta length %s %u ", chance(m, 50) ? "<" : ">=",
		    below(m, 200));
		break;
	case 10:
		if (m->hook != OUT && m->hook != POST && m->hook != HOOKS)
			say(m, "iifname %s\"%s\" ", not(m), PICK(m, links));
		else
			say(m, "meta length > 50 ");
		break;
	case 11:
		if (m->hook == FORWARD || m->hook == OUT || m->hook == POST)
			say(m, "oifname %s\"%s\" ", not(m), PICK(m, links));
		else
			say(m, "iifname @names ");
		break;
	case 12:
		say(m, "meta pkttype %s ", chance(m, 60) ? "host" :
		    "{ broadcast, multicast, other }");
		break;
	case 13:
		say(m, "@th,%u,8 %u ", 8 * below(m, 8), below(m, 80));
		break;
	case 14:
		say(m, "@nh,%u,16 & 0x%x != 0 ", 16 * below(m, 10),
		    1 + below(m, 0xffff));
		break;
	case 15:
		if (!strcmp(l4, "udp"))
			say(m, "udp length %u-%u ", below(m, 30),
			    30 + below(m, 100));
		break;
	case 16:
		if (!strcmp(m->family, "inet"))
			say(m, "meta nfproto %s ", m->is_six ? "ipv6" :
			    "ipv4");
		break;
	case 17:
		if (m->hook == PRE)
			say(m, "fib %s type %s ", chance(m, 50) ? "saddr" :
			    "daddr", chance(m, 50) ? "local" :
			    "{ unicast, broadcast }");
		else if (m->hook == FORWARD)
			say(m, "fib daddr oifname \"%s\" ", PICK(m, links));
		else
			say(m, "ct state new ");
		break;
	}
}

static void
match(struct maker *m)
{
	unsigned n = below(m, 3);

	m->is_six = m->six && (!m->four || chance(m, 25));
	m->l4 = chance(m, 40) ? "tcp" : chance(m, 40) ? "udp" : "th";
	while (n--) {
		if (chance(m, 40)) {
			if (m->is_six)
				match_six(m);
			else
				match_four(m);
		} else if (chance(m, 35)) {
			match_ct(m);
		} else if (strcmp(m->l4, "icmp")) {
			match_any(m);
		}
	}
}

static void
mangle_four(struct maker *m)
{
	switch (below(m, 4)) {
	case 0:
		say(m, "ip dscp set %u ", below(m, 64));
		break;
	case 1:
		say(m, "ip ttl set %u ", 1 + below(m, 255));
		break;
	case 2:
		say(m, "ip ecn set ce ");
		break;
	case 3:
		say(m, "ip id set %u ", below(m, 65536));
		break;
	}
}

static void
statement(struct maker *m)
{
	switch (below(m, 17)) {
	case 0:
		say(m, "meta mark set %u ", below(m, 4));
		break;
	case 1:
		say(m, "ct mark set %u ", below(m, 4));
		break;
	case 2:
		say(m, "ct mark set meta mark ");
		break;
	case 3:
		say(m, "meta mark set ct mark & 0x%x | 0x%x ", below(m, 16),
		    below(m, 16));
		break;
	case 4:
		say(m, "log prefix \"r \" ");
		break;
	case 5:
		say(m, "ct label set %u ", below(m, 3));
		break;
	case 6:
		say(m, "limit rate %s%u/hour burst %u packets ",
		    chance(m, 30) ? "over " : "", 1 + below(m, 4),
		    1 + below(m, 30));
		break;
	case 7:
		say(m, "quota %s%u bytes ", chance(m, 50) ? "over " : "",
		    below(m, 6000));
		break;
	case 8:
		say(m, "limit name \"rare\" ");
		break;
	case 9:
		say(m, "quota name \"some\" ");
		break;
	case 10:
		say(m, "counter name \"total\" ");
		break;
	case 11:
		if (strcmp(m->l4, "icmp"))
			say(m, "counter name %s dport map @objects ", m->l4);
		break;
	case 12:
		if (strcmp(m->l4, "icmp"))
			say(m, "meta mark set %s dport map @port-marks ",
			    m->l4);
		break;
	case 13:
		if (!m->is_six)
			mangle_four(m);
		else
			say(m, "ip6 hoplimit set %u ", 1 + below(m, 255));
		break;
	case 14:
		if (m->four && !m->is_six)
			say(m, "%s @seen { ip %s } ", chance(m, 50) ? "add" :
			    "update", chance(m, 70) ? "saddr" : "daddr");
		break;
	case 15:
		if (m->four && !m->is_six && strcmp(m->l4, "icmp"))
			say(m, "update @flows { ip saddr . th dport counter } ");
		break;
	case 16:
		if (m->four && !m->is_six && chance(m, 50))
			say(m, "add @learned { ip saddr : %s } ",
			    chance(m, 50) ? "0x2" : "0x3");
		else if (!strcmp(m->l4, "tcp"))
			say(m, "tcp option maxseg size set %u ",
			    500 + below(m, 900));
		break;
	}
}

static void
jump(struct maker *m, unsigned from)
{
	if (from < m->chains)
		say(m, "%s r%u", chance(m, 80) ? "jump" : "goto",
		    from + below(m, m->chains - from));
	else
		say(m, "return");
}

static void
reject(struct maker *m)
{
	static const char *const how[] = {
		"reject", "reject with tcp reset",
		"reject with icmpx admin-prohibited",
		"reject with icmpx no-route",
	};
	static const char *const four[] = {
		"reject with icmp host-unreachable",
		"reject with icmp net-prohibited",
	};

	if (!strcmp(m->l4, "icmp"))
		say(m, "reject");
	else if (!strcmp(m->l4, "udp"))
		say(m, "%s", how[0]);
	else if (!strcmp(m->family, "inet"))
		say(m, "%s", PICK(m, how));
	else if (m->four && !m->is_six && chance(m, 50))
		say(m, "%s", PICK(m, four));
	else
		say(m, "%s", how[below(m, 2)]);
}

/* 'from': the first chain that may be jumped to. */
static void
verdict(struct maker *m, unsigned from)
{
	unsigned n = below(m, 100);

	if (n < 25)
		jump(m, from);
	else if (n < 45)
		say(m, "accept");
	else if (n < 52)
		say(m, "drop");
	else if (n < 57)
		say(m, "return");
	else if (n < 63 && strcmp(m->l4, "icmp"))
		say(m, "%s %s vmap { %s : accept, %s : drop, %s : continue }",
		    m->l4, chance(m, 50) ? "dport" :
		    "sport", "22", "53", "40000-40001");
	else if (n < 68)
		say(m, "ct state vmap { established : accept, invalid : %s, "
		    "new : continue }", chance(m, 50) ? "drop" : "return");
	else if (n < 72 && from + 1 < m->chains && strcmp(m->l4, "icmp"))
		say(m, "th dport vmap @by-port");
	else if (n < 80 && m->hook != HOOKS && m->hook != POST &&
		 m->hook != PRE && !m->is_nat)
		reject(m);
}

static void
nat(struct maker *m)
{
	static const char *const flags[] = {
		"", "", "", "", " persistent", " random", " fully-random",
	};
	const char *flag = PICK(m, flags);
	bool four;
	const char *which;
	bool snat = m->hook == POST || m->hook == IN;
	const char *proto;

	say(m, "  ");
	match(m);
	if (!strcmp(m->l4, "icmp")) {
		say(m, "counter\n");
		return;
	}
	proto = strcmp(m->l4, "th") ? m->l4 : chance(m, 60) ? "tcp" : "udp";
	four = !m->is_six;
	which = strcmp(m->family, "inet") ? "" : four ? " ip" : " ip6";
	if (m->hook == POST && chance(m, 50))
		say(m, "oifname \"%s\" ", chance(m, 80) ? "wan0" : "dmz0");
	if (m->hook == PRE && chance(m, 40))
		say(m, "iifname \"%s\" ", chance(m, 80) ? "wan0" : "lan0");
	switch (below(m, 8)) {
	case 0:
	case 1:
		if (m->hook == POST)
			say(m, "counter masquerade%s\n", flag);
		else if (!snat)
			say(m, "meta l4proto %s counter redirect to :%s%s\n",
			    proto, PICK(m, ports), flag);
		else
			say(m, "counter\n");
		return;
	case 2:
		if (m->hook == POST)
			say(m, "meta l4proto %s counter masquerade to "
			    ":%u-%u%s\n", proto, 1024u, 1024 + below(m, 9),
			    flag);
		else
			say(m, "counter\n");
		return;
	case 3:
		if (four && !snat)
			say(m, "counter dnat%s addr . port to %s dport map "
			    "@targets\n", *which ? which : " ip", proto);
		else if (four && m->hook == POST)
			say(m, "counter snat%s to ip saddr map @whose\n",
			    which);
		else
			say(m, "counter\n");
		return;
	case 4:
		if (four && !snat)
			say(m, "counter dnat ip prefix to ip daddr map "
			    "{ 203.0.113.0/25 : 192.168.1.0/25 }\n");
		else if (four && m->hook == POST)
			say(m, "counter snat ip prefix to ip saddr map "
			    "{ 192.168.1.0/24 : 203.0.114.0/24 }\n");
		else
			say(m, "counter\n");
		return;
	}
	say(m, "meta l4proto %s counter %s%s to ", proto, snat ? "snat" :
	    "dnat", which);
	if (snat && four)
		say(m, "%s", PICK(m, outside_fours));
	else if (snat)
		say(m, "%s", "2001:db8:1::2");
	else if (four)
		say(m, "%s", PICK(m, inside_fours));
	else
		say(m, "%s", PICK(m, inside_sixes));
	if (four && chance(m, 40))
		say(m, ":%s", chance(m, 50) ? PICK(m, ports) :
		    PICK(m, port_ranges) + 0);
	say(m, "%s\n", flag);
}

static void
rule(struct maker *m, unsigned from)
{
	say(m, "  ");
	match(m);
	if (chance(m, 85))
		say(m, "counter ");
	if (chance(m, 35))
		statement(m);
	verdict(m, from);
	say(m, "\n");
}

static void
regular_chains(struct maker *m)
{
	unsigned i, n;

	m->hook = HOOKS;
	m->is_nat = false;
	for (i = m->chains; i-- > 0;) {
		say(m, " chain r%u {\n", i);
		for (n = 1 + below(m, 4); n--;)
			rule(m, i + 1);
		say(m, "  counter\n }\n");
	}
}

static void
base_chain(struct maker *m, unsigned number)
{
	static const int priorities[] = {
		-300, -150, -10, 0, 0, 0, 10, 50, 150, -225, 225,
	};
	unsigned n;

	m->hook = below(m, HOOKS);
	m->is_nat = false;
	say(m, " chain b%u {\n  type filter hook %s priority %d; "
	    "policy %s;\n", number, hooks[m->hook], PICK(m, priorities),
	    chance(m, 90) ? "accept" : "drop");
	for (n = 1 + below(m, 6); n--;)
		rule(m, 0);
	say(m, "  counter\n }\n");
}

static void
nat_chain(struct maker *m, unsigned number, unsigned hook)
{
	unsigned n;

	m->hook = hook;
	m->is_nat = true;
	say(m, " chain n%u {\n  type nat hook %s priority %d; policy accept;\n",
	    number, hooks[hook], hook == PRE || hook == OUT ? -100 : 100);
	for (n = 1 + below(m, 4); n--;)
		nat(m);
	say(m, " }\n");
}

/* Zones and exemptions come before everything else. */
static void
raw_chain(struct maker *m)
{
	static const char *const what[] = {
		"notrack", "ct zone set 1", "ct original zone set 1",
		"ct zone set 2",
	};

	m->hook = PRE;
	say(m, " chain raw {\n  type filter hook prerouting priority -300;\n");
	say(m, "  ");
	if (chance(m, 50))
		say(m, "iifname \"%s\" ", PICK(m, links));
	else if (m->four)
		match_four(m);
	say(m, "counter %s\n }\n", PICK(m, what));
}

static void
table(struct maker *m, const char *family, unsigned number)
{
	unsigned i, n;

	m->family = family;
	m->four = strcmp(family, "ip6") != 0;
	m->six = strcmp(family, "ip") != 0;
	m->chains = 1 + below(m, 4);
	say(m, "table %s t%u {\n", family, number);
	sets(m);
	regular_chains(m);
	if (chance(m, 15))
		raw_chain(m);
	for (n = 1 + below(m, 4), i = 0; i < n; i++)
		base_chain(m, i);
	if (chance(m, 70))
		nat_chain(m, 0, POST);
	if (chance(m, 55))
		nat_chain(m, 1, PRE);
	if (chance(m, 12))
		nat_chain(m, 2, OUT);
	if (chance(m, 8))
		nat_chain(m, 3, IN);
	say(m, "}\n");
}

char *
rules_random(uint64_t seed)
{
	static const char *const families[] = { "inet", "inet", "ip", "ip6" };
	struct maker m = { .r.state = seed * 0x2545f4914f6cdd1du + 77 };

	m.text = xmalloc(ROOM);
	m.text[0] = 0;
	table(&m, families[below(&m, 3)], 0);
	if (chance(&m, 25))
		table(&m, PICK(&m, families), 1);
	return m.text;
}

/* Rates per hour: a run takes milliseconds on Linux and no time on clew. */
static void
slow_down(char *text, const char *unit)
{
	size_t len = strlen(unit);

	while ((text = strstr(text, unit))) {
		memcpy(text, "/hour  ", len);
		text += len;
	}
}

/* 'ct count' forgets connections that have closed, but not twice in one tick
 * of the clock: only where none closes it says the same twice. */
static void
drop_counts(char *text)
{
	char *line = text, *end, *at;

	for (; *line; line = end + (*end != 0)) {
		end = line + strcspn(line, "\n");
		at = memmem(line, end - line, "ct count", 8);
		if (at && !memmem(line, end - line, "l4proto udp", 11))
			*line = '#';
	}
}

/* Replace each 'from' by 'to'. */
static char *
replaced(char *text, const char *from, const char *to)
{
	size_t n = strlen(from), room = strlen(text) + 1;
	char *at, *copy;

	for (at = strstr(text, from); at; at = strstr(at + n, from))
		room += strlen(to);
	copy = xmalloc(room);
	copy[0] = 0;
	for (room = 0; (at = strstr(text + room, from)); ) {
		strncat(copy, text + room, at - (text + room));
		strcat(copy, to);
		room = at - text + n;
	}
	strcat(copy, text + room);
	free(text);
	return copy;
}

/* The same of iptables' words; and who is chosen at random is chosen in turn,
 * for Linux would choose another each time. */
static char *
steady_iptables(char *text)
{
	char *at, *end;
	double p;

	text = replaced(text, "/sec ", "/hour ");
	text = replaced(text, "/min ", "/hour ");
	while ((at = strstr(text, "--mode random --probability "))) {
		char turn[60];

		end = at + strlen("--mode random --probability ");
		p = strtod(end, &end);
		snprintf(turn, sizeof(turn), "--mode nth --every %d --packet 0",
			 p > 0 ? (int)(1 / p + 0.5) : 1);
		memmove(at + 1, end, strlen(end) + 1);
		*at = '\1';
		text = replaced(text, "\1", turn);
	}
	return text;
}

char *
rules_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text, *flush;
	size_t n;

	if (!f)
		return NULL;
	text = xmalloc(ROOM);
	n = fread(text, 1, ROOM - 1, f);
	text[n] = 0;
	fclose(f);
	flush = strstr(text, "\nflush ruleset\n");
	if (flush)
		memset(flush + 1, '#', strlen("flush ruleset"));
	drop_counts(text);
	slow_down(text, "/second");
	slow_down(text, "/minute");
	return steady_iptables(text);
}
