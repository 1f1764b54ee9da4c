/* SPDX-License-Identifier: BSD-2-Clause
 * parity/rules_iptables.c - rulesets of iptables for the router.
 *
 * A random one is what iptables-save would print: up to five tables with
 * their built-in chains and some of our own, that jump forwards only.  What it
 * mentions is what gen_routed() makes traffic of, and nothing in it depends on
 * the time a run takes; see rules.c.  Every rule counts.
 *
 * An extension is a line in a table, with a function that writes its words;
 * 'where' says which tables and families have it. */
#include "parity/rules_iptables.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/build.h"
#include "parity/rules_load.h"
#include "parity/script.h"

#define ROOM 65536

enum table { RAW, MANGLE, NAT, FILTER, SECURITY, TABLES };
enum hook { PRE, IN, FORWARD, OUT, POST, HOOKS };
enum l4 { ANY, TCP, UDP, SCTP, ICMP };

static const struct {
	const char *name;
	unsigned hooks;
} tables[TABLES] = {
	[RAW]		= { "raw", 1 << PRE | 1 << OUT },
	[MANGLE]	= { "mangle", 31 },
	[NAT]		= { "nat", 1 << PRE | 1 << IN | 1 << OUT | 1 << POST },
	[FILTER]	= { "filter", 1 << IN | 1 << FORWARD | 1 << OUT },
	[SECURITY]	= { "security", 1 << IN | 1 << FORWARD | 1 << OUT },
};
static const char *const hooks[HOOKS] = {
	"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING",
};

struct maker {
	struct rng r;
	char *text;
	size_t len;
	const char *only;
	bool six;
	enum table table;
	unsigned hook;		/* of a built-in chain, or HOOKS */
	enum l4 l4;		/* what the rule has said of it */
	unsigned named;		/* lists and limits with a name so far */
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
	return chance(m, 20) ? "! " : "";
}

static const char *
host(struct maker *m)
{
	static const char *const four[] = {
		"192.168.1.10", "192.168.1.11", "192.168.1.20", "10.1.2.3",
		"192.168.2.5", "198.51.100.1", "198.51.100.7", "203.0.113.77",
		"203.0.113.2", "192.168.1.1",
	};
	static const char *const six[] = {
		"fd00:1::10", "fd00:1::11", "fd00:2::5", "2001:db8:9::1",
		"2001:db8:1::2", "2001:db8:9::7",
	};

	return m->six ? PICK(m, six) : PICK(m, four);
}

static const char *
net(struct maker *m)
{
	static const char *const four[] = {
		"192.168.1.0/24", "192.168.0.0/16", "198.51.100.0/24",
		"10.0.0.0/8", "203.0.113.0/24", "0.0.0.0/1", "192.168.1.8/29",
		"0.0.0.1/0.0.0.3", "192.168.1.10/32",
	};
	static const char *const six[] = {
		"fd00::/8", "fd00:1::/64", "2001:db8::/32", "2001:db8:9::/64",
		"fd00:1::10/128", "::1/::3",
	};

	return m->six ? PICK(m, six) : PICK(m, four);
}

static const char *
port(struct maker *m)
{
	static const char *const ports[] = {
		"22", "53", "80", "443", "2222", "8080", "5000", "40000",
		"40001", "300", "700", "51820",
	};

	return PICK(m, ports);
}

static const char *
range(struct maker *m)
{
	static const char *const ranges[] = {
		"0:1023", "1024:65535", "40000:40002", "1:100", "50:90",
		"22:53", "80", "53", ":500", "5000:",
	};

	return PICK(m, ranges);
}

/* One of the rule's protocols, for what needs one of those in 'which'. */
static bool
needs(struct maker *m, unsigned which)
{
	static const char *const names[] = {
		[TCP] = "tcp", [UDP] = "udp", [SCTP] = "sctp",
	};
	enum l4 l4;

	if (m->l4 != ANY)
		return which & 1u << m->l4;
	if (which & 1 << ICMP) {
		m->l4 = ICMP;
		say(m, " -p %s", m->six ? "ipv6-icmp" : "icmp");
		return true;
	}
	do {
		l4 = chance(m, 50) ? TCP : chance(m, 60) ? UDP : SCTP;
	} while (!(which & 1u << l4));
	m->l4 = l4;
	say(m, " -p %s", names[l4]);
	return true;
}

/* Matches. */

static void
m_tcp(struct maker *m)
{
	static const char *const flags[] = {
		"SYN,ACK,FIN,RST SYN", "ACK ACK", "ALL NONE", "FIN,RST RST",
		"SYN,FIN SYN,FIN", "ALL ACK", "PSH,ACK PSH,ACK",
	};

	if (!needs(m, 1 << TCP))
		return;
	say(m, " -m tcp");
	if (chance(m, 50))
		say(m, " %s--dport %s", not(m), range(m));
	if (chance(m, 30))
		say(m, " %s--sport %s", not(m), range(m));
	if (chance(m, 40))
		say(m, " %s--tcp-flags %s", not(m), PICK(m, flags));
	if (chance(m, 20))
		say(m, " %s--tcp-option %u", not(m), 1 + below(m, 8));
}

static void
m_udp(struct maker *m)
{
	if (!needs(m, 1 << UDP))
		return;
	say(m, " -m udp");
	if (chance(m, 60))
		say(m, " %s--dport %s", not(m), range(m));
	if (chance(m, 30))
		say(m, " %s--sport %s", not(m), range(m));
}

static void
m_sctp(struct maker *m)
{
	static const char *const chunks[] = {
		"any INIT", "any DATA,SACK", "all INIT", "only INIT",
		"any ABORT:Tt", "all DATA:BE", "only DATA,SACK",
	};

	if (!needs(m, 1 << SCTP))
		return;
	say(m, " -m sctp");
	if (chance(m, 50))
		say(m, " %s--dport %s", not(m), chance(m, 50) ? "0:1023" :
		    "40000");
	if (chance(m, 50))
		say(m, " %s--chunk-types %s", not(m), PICK(m, chunks));
}

static void
m_icmp(struct maker *m)
{
	static const char *const four[] = {
		"8", "0", "3", "3/1", "11", "any", "5", "3/4",
	};
	static const char *const six[] = {
		"128", "129", "1", "1/3", "2", "3", "135", "4/1",
	};

	if (!needs(m, 1 << ICMP))
		return;
	if (m->six)
		say(m, " -m icmp6 %s--icmpv6-type %s", not(m), PICK(m, six));
	else
		say(m, " -m icmp %s--icmp-type %s", not(m), PICK(m, four));
}

static void
m_multiport(struct maker *m)
{
	static const char *const which[] = {
		"--dports", "--sports", "--ports",
	};

	if (needs(m, 1 << TCP | 1 << UDP | 1 << SCTP))
		say(m, " -m multiport %s%s %s,%s,1000:2000,%s", not(m),
		    PICK(m, which), port(m), port(m), port(m));
}

static void
m_conntrack(struct maker *m)
{
	static const char *const states[] = {
		"NEW", "ESTABLISHED", "RELATED,ESTABLISHED", "INVALID",
		"UNTRACKED", "NEW,UNTRACKED", "DNAT", "SNAT", "NEW,SNAT,DNAT",
	};
	static const char *const status[] = {
		"NONE", "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED",
		"SEEN_REPLY,CONFIRMED",
	};

	say(m, " -m conntrack");
	switch (below(m, 9)) {
	case 0:
	case 1:
	case 2:
		say(m, " %s--ctstate %s", not(m), PICK(m, states));
		break;
	case 3:
		say(m, " %s--ctstatus %s", not(m), PICK(m, status));
		break;
	case 4:
		say(m, " --ctdir %s --ctstate NEW,ESTABLISHED,RELATED",
		    chance(m, 50) ? "ORIGINAL" : "REPLY");
		break;
	case 5:
		say(m, " %s--ctproto %u", not(m), chance(m, 50) ? 6u : 17u);
		break;
	case 6:
		say(m, " %s--ct%s %s", not(m), chance(m, 50) ? "origsrc" :
		    chance(m, 50) ? "origdst" : chance(m, 50) ? "replsrc" :
		    "repldst", net(m));
		break;
	case 7:
		say(m, " --ctproto %u %s--ct%s %s",
		    chance(m, 50) ? 6u : 17u, not(m),
		    chance(m, 50) ? "origsrcport" :
		    chance(m, 50) ? "origdstport" :
		    chance(m, 50) ? "replsrcport" : "repldstport",
		    chance(m, 50) ? "40000:40002" : port(m));
		break;
	case 8:
		say(m, " %s--ctexpire %s", not(m), chance(m, 50) ? "1:100" :
		    "150:500000");
		break;
	}
}

static void
m_state(struct maker *m)
{
	static const char *const states[] = {
		"NEW", "ESTABLISHED", "RELATED,ESTABLISHED", "INVALID",
		"UNTRACKED",
	};

	say(m, " -m state %s--state %s", not(m), PICK(m, states));
}

static void
m_helper(struct maker *m)
{
	say(m, " -m helper %s--helper %s", not(m), chance(m, 50) ? "ftp" :
	    "\"\"");
}

static void
m_connmark(struct maker *m)
{
	say(m, " -m connmark %s--mark 0x%x/0x%x", not(m), below(m, 4),
	    chance(m, 50) ? 3u : 1u);
}

static void
m_mark(struct maker *m)
{
	say(m, " -m mark %s--mark 0x%x/0x%x", not(m), below(m, 4),
	    chance(m, 50) ? 3u : 1u);
}

static void
m_connbytes(struct maker *m)
{
	static const char *const modes[] = { "packets", "bytes", "avgpkt" };
	static const char *const dirs[] = { "original", "reply", "both" };
	unsigned low = below(m, 200);

	say(m, " -m connbytes %s--connbytes %u:%u --connbytes-mode %s "
	    "--connbytes-dir %s", not(m), low, low + below(m, 1000),
	    PICK(m, modes), PICK(m, dirs));
}

/* Which forget late what has closed; see drop_counts() in rules.c. */
static void
m_connlimit(struct maker *m)
{
	if (needs(m, 1 << UDP))
		say(m, " -m connlimit --connlimit-%s %u --connlimit-mask %u "
		    "--connlimit-%s", chance(m, 50) ? "upto" : "above",
		    below(m, 4), m->six ? 64 * below(m, 3) : 8 * below(m, 5),
		    chance(m, 50) ? "saddr" : "daddr");
}

static void
m_iprange(struct maker *m)
{
	static const char *const four[] = {
		"192.168.1.8-192.168.1.15", "198.51.100.0-198.51.100.6",
		"10.0.0.0-192.168.1.10", "203.0.113.2-203.0.113.2",
	};
	static const char *const six[] = {
		"fd00:1::-fd00:1::10", "2001:db8:9::2-2001:db8:9::8",
		"::-fd00:1::ff",
	};

	say(m, " -m iprange");
	if (chance(m, 60))
		say(m, " %s--src-range %s", not(m), m->six ? PICK(m, six) :
		    PICK(m, four));
	else
		say(m, " %s--dst-range %s", not(m), m->six ? PICK(m, six) :
		    PICK(m, four));
}

static void
m_addrtype(struct maker *m)
{
	static const char *const four[] = {
		"LOCAL", "UNICAST", "LOCAL,UNICAST", "BROADCAST", "MULTICAST",
		"UNREACHABLE", "PROHIBIT", "BLACKHOLE",
	};
	static const char *const six[] = {
		"LOCAL", "UNICAST", "LOCAL,UNICAST", "MULTICAST", "ANYCAST",
		"UNREACHABLE",
	};

	say(m, " -m addrtype %s--%s-type %s", not(m), chance(m, 60) ? "dst" :
	    "src", m->six && chance(m, 97) ? PICK(m, six) : PICK(m, four));
	if (chance(m, 20) && (m->hook == PRE || m->hook == IN))
		say(m, " --limit-iface-in");
	else if (chance(m, 20) && m->hook == POST)
		say(m, " --limit-iface-out");
}

static void
m_comment(struct maker *m)
{
	say(m, " -m comment --comment \"rule %u of \\\"them\\\"\"",
	    below(m, 100));
}

static void
m_limit(struct maker *m)
{
	say(m, " -m limit --limit %u/hour --limit-burst %u", 1 + below(m, 4),
	    1 + below(m, 30));
}

static void
m_hashlimit(struct maker *m)
{
	static const char *const modes[] = {
		"srcip", "dstip", "srcip,dstport", "srcip,dstip",
		"srcip,srcport,dstip,dstport", "dstport",
	};
	bool is_bytes = chance(m, 20);

	say(m, " -m hashlimit --hashlimit-%s ", chance(m, 50) ? "upto" :
	    "above");
	if (is_bytes)
		say(m, "1b/s --hashlimit-burst %ub", 100 + below(m, 3000));
	else
		say(m, "%u/hour --hashlimit-burst %u", 1 + below(m, 4),
		    1 + below(m, 9));
	if (chance(m, 90))
		say(m, " --hashlimit-mode %s", PICK(m, modes));
	if (chance(m, 30))
		say(m, " --hashlimit-srcmask %u", m->six ? 64 : 24);
	say(m, " --hashlimit-name h%u --hashlimit-htable-expire 9999999",
	    m->named++);
}

static void
m_recent(struct maker *m)
{
	static const char *const what[] = {
		"--set", "--rcheck", "--update", "--remove",
	};
	const char *does = PICK(m, what);

	say(m, " -m recent %s%s", not(m), does);
	if (does[2] == 'u' || !strcmp(does, "--rcheck")) {
		if (chance(m, 50))
			say(m, " --seconds 9999%s",
			    chance(m, 30) ? " --reap" : "");
		if (chance(m, 50))
			say(m, " --hitcount %u", 1 + below(m, 5));
		if (chance(m, 20))
			say(m, " --rttl");
	}
	say(m, " --name list%u --mask %s %s", below(m, 2),
	    m->six ? "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" :
	    chance(m, 50) ? "255.255.255.255" : "255.255.255.0",
	    chance(m, 60) ? "--rsource" : "--rdest");
}

static void
m_statistic(struct maker *m)
{
	unsigned every = 1 + below(m, 5);

	say(m, " -m statistic --mode nth %s--every %u --packet %u", not(m),
	    every, below(m, every));
}

static void
m_length(struct maker *m)
{
	unsigned low = below(m, 100);

	say(m, " -m length %s--length %u:%u", not(m), low,
	    low + below(m, 1500));
}

static void
m_ttl(struct maker *m)
{
	static const char *const four[] = { "--ttl-eq", "--ttl-gt", "--ttl-lt" };
	static const char *const six[] = { "--hl-eq", "--hl-gt", "--hl-lt" };

	say(m, " -m %s %s %u", m->six ? "hl" : "ttl", m->six ? PICK(m, six) :
	    PICK(m, four), 62 + below(m, 4));
}

static void
m_tos(struct maker *m)
{
	say(m, " -m tos %s--tos 0x%02x/0x%02x", not(m), below(m, 256),
	    chance(m, 50) ? 0xffu : 0x0fu);
}

static void
m_dscp(struct maker *m)
{
	say(m, " -m dscp %s--dscp 0x%02x", not(m), below(m, 64));
}

static void
m_ecn(struct maker *m)
{
	switch (below(m, 3)) {
	case 0:
		say(m, " -m ecn %s--ecn-ip-ect %u", not(m), below(m, 4));
		break;
	case 1:
		if (needs(m, 1 << TCP))
			say(m, " -m ecn %s--ecn-tcp-cwr", not(m));
		break;
	case 2:
		if (needs(m, 1 << TCP))
			say(m, " -m ecn %s--ecn-tcp-ece", not(m));
		break;
	}
}

static void
m_mac(struct maker *m)
{
	if (m->hook == PRE || m->hook == IN || m->hook == FORWARD)
		say(m, " -m mac %s--mac-source 02:00:00:00:00:02", not(m));
}

static void
m_tcpmss(struct maker *m)
{
	unsigned low = 400 + below(m, 1000);

	if (needs(m, 1 << TCP))
		say(m, " -m tcp --tcp-flags SYN,RST SYN -m tcpmss "
		    "%s--mss %u:%u", not(m), low, low + below(m, 1000));
}

static void
m_u32(struct maker *m)
{
	static const char *const tests[] = {
		"6&0xff=0x6", "0>>22&0x3c@0>>16=0x0:0x3ff",
		"4&0x1fff=0x0&&9>>24=0x0:0xff", "8&0xff=0x1,0x6,0x11",
		"0>>22&0x3c@12>>26&0x3c@0=0x0", "0&0xffff=0x0:0x5dc",
		"1000=0x1", "0>>28=0x4", "0>>22&0x3c@4<<8>>8=0x0:0xffffff",
	};

	say(m, " -m u32 %s--u32 \"%s\"", not(m), PICK(m, tests));
}

static void
m_string(struct maker *m)
{
	static const char *const what[] = {
		"--hex-string \"|0000|\"", "--string \"a\"",
		"--hex-string \"|00|\"", "--hex-string \"|0102|\"",
		"--hex-string \"|c0a801|\"",
	};

	say(m, " -m string %s --algo %s", PICK(m, what),
	    chance(m, 50) ? "bm" : "kmp");
	if (chance(m, 50))
		say(m, " --from %u --to %u", below(m, 40), 40 + below(m, 100));
}

static void
m_time(struct maker *m)
{
	say(m, " -m time --timestart 00:00:00 --timestop 23:59:59%s",
	    chance(m, 50) ? " --weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun" : "");
}

static void
m_pkttype(struct maker *m)
{
	say(m, " -m pkttype %s--pkt-type %s", not(m), chance(m, 50) ?
	    "unicast" : chance(m, 50) ? "broadcast" : "multicast");
}

static void
m_policy(struct maker *m)
{
	if (m->hook != HOOKS)
		say(m, " -m policy --dir %s --pol %s",
		    m->hook == PRE || m->hook == IN ? "in" :
		    m->hook == OUT || m->hook == POST ? "out" :
		    chance(m, 50) ? "in" : "out",
		    chance(m, 70) ? "none" : "ipsec");
}

static void
m_rpfilter(struct maker *m)
{
	if (m->hook == PRE && (m->table == RAW || m->table == MANGLE))
		say(m, " -m rpfilter%s%s%s%s", chance(m, 50) ? " --loose" : "",
		    chance(m, 30) ? " --validmark" : "",
		    chance(m, 30) ? " --accept-local" : "",
		    chance(m, 40) ? " --invert" : "");
}

static void
m_quota(struct maker *m)
{
	say(m, " -m quota %s--quota %u", not(m), below(m, 5000));
}

static void
m_physdev(struct maker *m)
{
	say(m, " -m physdev %s--physdev-in lan0", not(m));
}

static void
m_fragment(struct maker *m)
{
	if (m->six)
		say(m, " -m frag --fragmore");
	else if (m->l4 == ANY)
		say(m, " %s-f", not(m));
}

static void
m_exthdr(struct maker *m)
{
	static const char *const what[] = {
		"-m hbh --hbh-len 8", "-m dst --dst-len 8", "-m rt",
		"-m ipv6header --header frag --soft",
		"-m ipv6header --header prot", "-m hbh",
	};

	if (m->six)
		say(m, " %s", PICK(m, what));
}

static void
m_cpu(struct maker *m)
{
	say(m, " -m cpu %s--cpu 77", not(m));
}

static void
m_devgroup(struct maker *m)
{
	if (m->hook == PRE || m->hook == IN || m->hook == FORWARD)
		say(m, " -m devgroup %s--src-group 0x%x", not(m),
		    below(m, 2));
}

static void
m_cluster(struct maker *m)
{
	say(m, " -m cluster --cluster-total-nodes 2 --cluster-local-node %u "
	    "--cluster-hash-seed 0x%x", 1 + below(m, 2), below(m, 1000));
}

struct extension {
	const char *name;
	void (*write)(struct maker *m);
	unsigned tables;	/* bits 1 << enum table; 0: all */
	unsigned hooks;		/* built-in chains; 0: all */
	bool four_only;
	bool six_only;
	bool ends;		/* targets: nothing comes after */
};

static const struct extension matches[] = {
	{ .name = "tcp", .write = m_tcp },
	{ .name = "udp", .write = m_udp },
	{ .name = "sctp", .write = m_sctp },
	{ .name = "icmp", .write = m_icmp },
	{ .name = "multiport", .write = m_multiport },
	{ .name = "conntrack", .write = m_conntrack },
	{ .name = "state", .write = m_state },
	{ .name = "helper", .write = m_helper },
	{ .name = "connmark", .write = m_connmark },
	{ .name = "mark", .write = m_mark },
	{ .name = "connbytes", .write = m_connbytes },
	{ .name = "connlimit", .write = m_connlimit },
	{ .name = "iprange", .write = m_iprange },
	{ .name = "addrtype", .write = m_addrtype },
	{ .name = "comment", .write = m_comment },
	{ .name = "limit", .write = m_limit },
	{ .name = "hashlimit", .write = m_hashlimit },
	{ .name = "recent", .write = m_recent },
	{ .name = "statistic", .write = m_statistic },
	{ .name = "length", .write = m_length },
	{ .name = "ttl", .write = m_ttl },
	{ .name = "tos", .write = m_tos },
	{ .name = "dscp", .write = m_dscp },
	{ .name = "ecn", .write = m_ecn },
	{ .name = "mac", .write = m_mac },
	{ .name = "tcpmss", .write = m_tcpmss },
	{ .name = "u32", .write = m_u32 },
	{ .name = "string", .write = m_string },
	{ .name = "time", .write = m_time },
	{ .name = "pkttype", .write = m_pkttype },
	{ .name = "policy", .write = m_policy },
	{ .name = "rpfilter", .write = m_rpfilter },
	{ .name = "quota", .write = m_quota },
	{ .name = "physdev", .write = m_physdev },
	{ .name = "fragment", .write = m_fragment },
	{ .name = "exthdr", .write = m_exthdr },
	{ .name = "cpu", .write = m_cpu },
	{ .name = "devgroup", .write = m_devgroup },
	{ .name = "cluster", .write = m_cluster },
};

/* Targets. */

static void
t_mark(struct maker *m)
{
	switch (below(m, 3)) {
	case 0:
		say(m, " -j MARK --set-xmark 0x%x/0x%x", below(m, 4),
		    chance(m, 50) ? 0xffffffffu : 3u);
		break;
	case 1:
		say(m, " -j MARK --set-mark %u", below(m, 4));
		break;
	case 2:
		say(m, " -j MARK --%s-mark 0x%x", chance(m, 50) ? "and" :
		    chance(m, 50) ? "or" : "xor", below(m, 16));
		break;
	}
}

static void
t_connmark(struct maker *m)
{
	switch (below(m, 4)) {
	case 0:
		say(m, " -j CONNMARK --set-xmark 0x%x/0x%x", below(m, 4),
		    chance(m, 50) ? 0xffffffffu : 3u);
		break;
	case 1:
		say(m, " -j CONNMARK --save-mark%s", chance(m, 50) ? "" :
		    " --nfmask 0xf --ctmask 0x3");
		break;
	case 2:
		say(m, " -j CONNMARK --restore-mark%s", chance(m, 50) ? "" :
		    " --nfmask 0xf --ctmask 0x3");
		break;
	case 3:
		say(m, " -j CONNMARK --%s-mark 0x%x", chance(m, 50) ? "and" :
		    "or", below(m, 16));
		break;
	}
}

static void
t_ct(struct maker *m)
{
	static const char *const what[] = {
		"--notrack", "--zone 1", "--zone-orig 2", "--zone-reply 1",
		"--ctevents new,destroy", "--zone 3 --ctevents assured,mark",
	};

	say(m, " -j CT %s", PICK(m, what));
}

static void
t_notrack(struct maker *m)
{
	say(m, " -j NOTRACK");
}

static void
t_trace(struct maker *m)
{
	say(m, " -j TRACE");
}

static void
t_tcpmss(struct maker *m)
{
	if (m->l4 != ANY && m->l4 != TCP)
		return;
	if (m->l4 == ANY)
		say(m, " -p tcp");
	say(m, " -m tcp --tcp-flags SYN,RST SYN -j TCPMSS ");
	if (m->hook == FORWARD || m->hook == OUT || m->hook == POST)
		say(m, "--clamp-mss-to-pmtu");
	else
		say(m, "--set-mss %u", 500 + below(m, 900));
}

static void
t_ttl(struct maker *m)
{
	if (m->six)
		say(m, " -j HL --hl-%s %u", chance(m, 40) ? "set" :
		    chance(m, 50) ? "inc" : "dec", 1 + below(m, 100));
	else
		say(m, " -j TTL --ttl-%s %u", chance(m, 40) ? "set" :
		    chance(m, 50) ? "inc" : "dec", 1 + below(m, 100));
}

static void
t_dscp(struct maker *m)
{
	say(m, " -j DSCP --set-dscp 0x%02x", below(m, 64));
}

static void
t_tos(struct maker *m)
{
	say(m, " -j TOS --set-tos 0x%02x/0x%02x", below(m, 256),
	    chance(m, 50) ? 0xffu : 0x3fu);
}

static void
t_ecn(struct maker *m)
{
	if (m->l4 == ANY)
		say(m, " -p tcp -j ECN --ecn-tcp-remove");
}

static void
t_checksum(struct maker *m)
{
	say(m, " -j CHECKSUM --checksum-fill");
}

static void
t_classify(struct maker *m)
{
	say(m, " -j CLASSIFY --set-class 0001:%04x", below(m, 100));
}

static void
t_optstrip(struct maker *m)
{
	if (m->l4 == ANY || m->l4 == TCP)
		say(m, "%s -j TCPOPTSTRIP --strip-options %u,%u",
		    m->l4 == ANY ? " -p tcp" : "", 2 + below(m, 3),
		    5 + below(m, 4));
}

static void
t_log(struct maker *m)
{
	say(m, " -j LOG --log-prefix \"r \"%s%s", chance(m, 50) ? "" :
	    " --log-tcp-options --log-ip-options", chance(m, 50) ? "" :
	    " --log-level 7");
}

static void
t_nflog(struct maker *m)
{
	say(m, " -j NFLOG --nflog-group %u --nflog-prefix \"n \"",
	    5 + below(m, 3));
}

static void
t_reject(struct maker *m)
{
	static const char *const four[] = {
		"icmp-port-unreachable", "icmp-net-unreachable",
		"icmp-host-unreachable", "icmp-proto-unreachable",
		"icmp-net-prohibited", "icmp-host-prohibited",
		"icmp-admin-prohibited",
	};
	static const char *const six[] = {
		"icmp6-port-unreachable", "icmp6-no-route",
		"icmp6-adm-prohibited", "icmp6-addr-unreachable",
	};

	if (m->l4 == TCP && chance(m, 50))
		say(m, " -j REJECT --reject-with tcp-reset");
	else if (chance(m, 80))
		say(m, " -j REJECT --reject-with %s", m->six ? PICK(m, six) :
		    PICK(m, four));
	else
		say(m, " -j REJECT");
}

/* Ports of translations need a protocol. */
static const char *
nat_ports(struct maker *m)
{
	static const char *const some[] = {
		":8080", ":80", ":4000-4010", ":22", "",
	};

	if (m->l4 != TCP && m->l4 != UDP)
		return "";
	return PICK(m, some);
}

static const char *
nat_flag(struct maker *m)
{
	static const char *const flags[] = {
		"", "", "", "", "", " --persistent", " --random",
	};

	return PICK(m, flags);
}

static void
t_snat(struct maker *m)
{
	static const char *const four[] = {
		"203.0.113.2", "203.0.113.3", "203.0.113.2-203.0.113.5",
		"192.0.2.9",
	};
	const char *ports = nat_ports(m);

	if (m->six)
		say(m, " -j SNAT --to-source %s2001:db8:1::2%s%s%s",
		    *ports ? "[" : "", *ports ? "]" : "", ports, nat_flag(m));
	else
		say(m, " -j SNAT --to-source %s%s%s", PICK(m, four), ports,
		    nat_flag(m));
}

static void
t_dnat(struct maker *m)
{
	static const char *const four[] = {
		"192.168.1.10", "192.168.1.20", "192.168.2.5",
		"192.168.2.5-192.168.2.6", "10.1.2.3",
	};
	static const char *const six[] = {
		"fd00:1::10", "fd00:1::20", "fd00:2::5",
	};
	const char *ports = nat_ports(m);

	if (m->six)
		say(m, " -j DNAT --to-destination %s%s%s%s%s",
		    *ports ? "[" : "", PICK(m, six), *ports ? "]" : "", ports,
		    nat_flag(m));
	else
		say(m, " -j DNAT --to-destination %s%s%s", PICK(m, four),
		    ports, nat_flag(m));
}

static void
t_masquerade(struct maker *m)
{
	say(m, " -j MASQUERADE");
	if ((m->l4 == TCP || m->l4 == UDP) && chance(m, 40))
		say(m, " --to-ports 1024-%u", 1024 + below(m, 9));
	else if (chance(m, 20))
		say(m, " --random");
}

static void
t_redirect(struct maker *m)
{
	say(m, " -j REDIRECT");
	if (m->l4 == TCP || m->l4 == UDP)
		say(m, " --to-ports %s", port(m));
}

static void
t_netmap(struct maker *m)
{
	bool source = m->hook == POST || m->hook == IN;

	if (m->six)
		say(m, " -j NETMAP --to %s", source ? "2001:db8:1:5::/64" :
		    "fd00:1::/64");
	else
		say(m, " -j NETMAP --to %s", source ? "203.0.114.0/24" :
		    "192.168.1.0/25");
}

static void
t_npt(struct maker *m)
{
	if (m->hook == POST)
		say(m, " -s fd00:1::/64 -j SNPT --src-pfx fd00:1::/64 "
		    "--dst-pfx 2001:db8:5::/64");
	else if (m->hook == PRE)
		say(m, " -d 2001:db8:5::/64 -j DNPT --src-pfx 2001:db8:5::/64 "
		    "--dst-pfx fd00:1::/64");
}

enum { SOURCES = 1 << POST | 1 << IN, DESTINATIONS = 1 << PRE | 1 << OUT };

static const struct extension targets[] = {
	{ .name = "MARK", .write = t_mark },
	{ .name = "CONNMARK", .write = t_connmark },
	{ .name = "CT", .write = t_ct, .tables = 1 << RAW },
	{ .name = "NOTRACK", .write = t_notrack, .tables = 1 << RAW },
	{ .name = "TRACE", .write = t_trace, .tables = 1 << RAW },
	{ .name = "TCPMSS", .write = t_tcpmss, .tables = 1 << MANGLE },
	{ .name = "TTL", .write = t_ttl, .tables = 1 << MANGLE },
	{ .name = "DSCP", .write = t_dscp, .tables = 1 << MANGLE },
	{ .name = "TOS", .write = t_tos, .tables = 1 << MANGLE },
	{ .name = "ECN", .write = t_ecn, .tables = 1 << MANGLE,
	  .four_only = true },
	{ .name = "CHECKSUM", .write = t_checksum, .tables = 1 << MANGLE },
	{ .name = "CLASSIFY", .write = t_classify, .tables = 1 << MANGLE,
	  .hooks = 1 << FORWARD | 1 << OUT | 1 << POST },
	{ .name = "TCPOPTSTRIP", .write = t_optstrip,
	  .tables = 1 << MANGLE },
	{ .name = "LOG", .write = t_log },
	{ .name = "NFLOG", .write = t_nflog },
	{ .name = "REJECT", .write = t_reject, .tables = 1 << FILTER,
	  .ends = true },
	{ .name = "SNAT", .write = t_snat, .tables = 1 << NAT,
	  .hooks = SOURCES, .ends = true },
	{ .name = "DNAT", .write = t_dnat, .tables = 1 << NAT,
	  .hooks = DESTINATIONS, .ends = true },
	{ .name = "MASQUERADE", .write = t_masquerade, .tables = 1 << NAT,
	  .hooks = 1 << POST, .ends = true },
	{ .name = "REDIRECT", .write = t_redirect, .tables = 1 << NAT,
	  .hooks = DESTINATIONS, .ends = true },
	{ .name = "NETMAP", .write = t_netmap, .tables = 1 << NAT,
	  .hooks = SOURCES | DESTINATIONS, .ends = true },
	{ .name = "NPT", .write = t_npt, .tables = 1 << MANGLE,
	  .hooks = 1 << PRE | 1 << POST, .six_only = true },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Is the name in the list? */
static bool
is_listed(const char *list, const char *name)
{
	size_t n = strlen(name), len;

	for (; *list; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		if (len == n && !strncmp(list, name, n))
			return true;
	}
	return false;
}

static bool
may(const struct maker *m, const struct extension *x)
{
	if (m->only && !is_listed(m->only, x->name))
		return false;
	if (x->tables && !(x->tables & 1u << m->table))
		return false;
	if (x->hooks && (m->hook == HOOKS || !(x->hooks & 1u << m->hook)))
		return false;
	return m->six ? !x->four_only : !x->six_only;
}

static const struct extension *
choose(struct maker *m, const struct extension *all, size_t count)
{
	const struct extension *x;
	unsigned tries;

	for (tries = 0; tries < 60; tries++) {
		x = &all[below(m, count)];
		if (may(m, x))
			return x;
	}
	return NULL;
}

/* Addresses, interfaces and protocols need no extension. */
static void
plain(struct maker *m)
{
	static const char *const links[] = { "lan0", "wan0", "dmz0", "lan+" };
	static const char *const protocols[] = {
		[TCP] = "tcp", [UDP] = "udp", [SCTP] = "sctp",
	};

	if (chance(m, 30))
		say(m, " %s-s %s", not(m), chance(m, 50) ? net(m) : host(m));
	if (chance(m, 30))
		say(m, " %s-d %s", not(m), chance(m, 50) ? net(m) : host(m));
	if (chance(m, 20) && (m->hook == PRE || m->hook == IN ||
			      m->hook == FORWARD))
		say(m, " %s-i %s", not(m), PICK(m, links));
	if (chance(m, 20) && (m->hook == POST || m->hook == OUT ||
			      m->hook == FORWARD))
		say(m, " %s-o %s", not(m), PICK(m, links));
	if (chance(m, 40)) {
		m->l4 = TCP + below(m, 3);
		say(m, " -p %s", protocols[m->l4]);
	}
}

static void
verdict(struct maker *m, unsigned from, unsigned chains)
{
	unsigned n = below(m, 100);

	if (m->table == NAT)
		say(m, "%s", n < 10 ? " -j ACCEPT" : n < 20 ? " -j RETURN" :
		    "");
	else if (n < 30 && from < chains)
		say(m, " -%c c%u", chance(m, 80) ? 'j' : 'g',
		    from + below(m, chains - from));
	else if (n < 55)
		say(m, " -j ACCEPT");
	else if (n < 60)
		say(m, " -j DROP");
	else if (n < 68)
		say(m, " -j RETURN");
}

/* 'from': the first chain that may be jumped to. */
static void
rule(struct maker *m, const char *chain, unsigned from, unsigned chains)
{
	const struct extension *x;
	unsigned n;

	m->l4 = ANY;
	say(m, "[0:0] -A %s", chain);
	plain(m);
	for (n = below(m, 3); n--;) {
		x = choose(m, matches, COUNT(matches));
		if (x)
			x->write(m);
	}
	x = chance(m, m->table == FILTER ? 25 : 65) ?
		choose(m, targets, COUNT(targets)) : NULL;
	if (x)
		x->write(m);
	else
		verdict(m, from, chains);
	say(m, "\n");
}

static void
table(struct maker *m, enum table number)
{
	unsigned i, n, chains = 1 + below(m, 3);
	char name[16];

	m->table = number;
	say(m, "*%s\n", tables[number].name);
	for (i = 0; i < HOOKS; i++)
		if (tables[number].hooks & 1u << i)
			say(m, ":%s %s [0:0]\n", hooks[i],
			    number == FILTER && chance(m, 8) ? "DROP" :
			    "ACCEPT");
	for (i = 0; i < chains; i++)
		say(m, ":c%u - [0:0]\n", i);
	for (i = 0; i < HOOKS; i++) {
		if (!(tables[number].hooks & 1u << i) || chance(m, 40))
			continue;
		m->hook = i;
		for (n = 1 + below(m, 5); n--;)
			rule(m, hooks[i], 0, chains);
	}
	m->hook = HOOKS;
	for (i = 0; i < chains; i++) {
		snprintf(name, sizeof(name), "c%u", i);
		for (n = 1 + below(m, 3); n--;)
			rule(m, name, i + 1, chains);
	}
	say(m, "COMMIT\n");
}

static const char six_mark[] = RULES_SIX_MARK "-save\n";

char *
rules_iptables(uint64_t seed, bool six, const char *only)
{
	static const unsigned likely[TABLES] = {
		[RAW] = 25, [MANGLE] = 50, [NAT] = 60, [FILTER] = 90,
		[SECURITY] = 10,
	};
	struct maker m = {
		.r.state = seed * 0x2545f4914f6cdd1du + 1234 + six,
		.six = six, .only = only,
	};
	unsigned i;

	m.text = xmalloc(ROOM);
	m.text[0] = 0;
	say(&m, "%s", six ? six_mark : "");
	for (i = 0; i < TABLES; i++)
		if (chance(&m, likely[i]))
			table(&m, i);
	if (m.len == strlen(six ? six_mark : ""))
		table(&m, FILTER);
	return m.text;
}
