/* SPDX-License-Identifier: BSD-2-Clause
 * io/link.c - where in a captured frame the IP packet begins.
 *
 * One function per kind of framing; each looks at its own header, moves on
 * and calls the next: Ethernet to VLAN tag to VLAN tag to PPPoE to PPP to IP.
 * What is layer 2 is walked through, PPPoE included (Linux sees these packets
 * on a ppp interface); what carries a whole network of its own is a tunnel and
 * is left closed: MPLS, MAC-in-MAC, GRE, IP in IP.
 *
 * Hostile input: every read is preceded by need(); only VLAN tags can repeat,
 * VLAN_DEPTH of them; a PPI or PKTAP header may announce any link type but
 * those two.
 *
 * Sources: the link-layer header pages of tcpdump.org; IEEE 802.3, 802.1Q,
 * 802.11; RFC 1042 (SNAP), RFC 1662 (PPP), RFC 2427 (frame relay), RFC 2516
 * (PPPoE), RFC 2684 (ATM). */
#include "io/link.h"

#include <stdbool.h>
#include <stddef.h>

#include <pcap/dlt.h>

#include "base/bytes.h"

enum {
	VLAN_DEPTH = 8,

	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,	/* 802.1Q customer tag */
	TYPE_QINQ = 0x88a8,	/* 802.1ad service tag */
	TYPE_QINQ_OLD = 0x9100,	/* the same before it had a standard */
	TYPE_PPPOE = 0x8864,	/* session stage */
	TYPE_MIN = 0x0600,	/* below: an 802.3 length, and LLC follows */

	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
};

struct frame {
	const uint8_t *data;
	uint32_t caplen;
	uint32_t len;		/* >= caplen */
	uint32_t at;		/* how far we are: <= caplen */
	uint32_t l2;
	uint32_t ifindex;	/* as the link layer has it; 0: not said */
	int version;		/* of IP, as the link layer has it; 0: either */
};

typedef enum link_verdict find_fn(struct frame *f);

struct link {
	int dlt;
	find_fn *find;
};

static bool
need(const struct frame *f, uint32_t n)
{
	return f->caplen - f->at >= n;
}

/* Why a header of 'n' bytes is not there: cut off, or never was. */
static enum link_verdict
lacking(const struct frame *f, uint32_t n)
{
	return f->len - f->at >= n ? LINK_CUT : LINK_OTHER;
}

static uint8_t
byte_at(const struct frame *f, uint32_t offset)
{
	return f->data[f->at + offset];
}

static uint16_t
be16_at(const struct frame *f, uint32_t offset)
{
	return get_be16(f->data + f->at + offset);
}

static uint16_t
le16_at(const struct frame *f, uint32_t offset)
{
	return (uint16_t)(byte_at(f, offset) | byte_at(f, offset + 1) << 8);
}

/* The last two bytes that were skipped. */
static uint16_t
passed_be16(const struct frame *f)
{
	return get_be16(f->data + f->at - 2);
}

/* Skip 'n' bytes.  => false when they are not there. */
static bool
skip(struct frame *f, uint32_t n)
{
	if (!need(f, n))
		return false;
	f->at += n;
	return true;
}

static enum link_verdict
find_ip(struct frame *f)
{
	int nibble;

	if (!need(f, 1))
		return lacking(f, 1);
	nibble = byte_at(f, 0) >> 4;
	/* No receiver would take it for the other version.  One that is
	 * neither is a broken packet, but of the announced kind. */
	if ((f->version == 4 && nibble == 6) ||
	    (f->version == 6 && nibble == 4))
		return LINK_OTHER;
	if (f->version == 0 && nibble != 4 && nibble != 6)
		return LINK_OTHER;
	return LINK_IP;
}

static enum link_verdict
find_ipv4(struct frame *f)
{
	f->version = 4;
	return find_ip(f);
}

static enum link_verdict
find_ipv6(struct frame *f)
{
	f->version = 6;
	return find_ip(f);
}

/* A PPP protocol field, after whatever came before it. */
static enum link_verdict
find_ppp_protocol(struct frame *f)
{
	uint16_t protocol;

	if (!need(f, 2))
		return lacking(f, 2);
	if (byte_at(f, 0) & 1) {	/* RFC 1661 6.5: compressed to a byte */
		protocol = byte_at(f, 0);
		f->at += 1;
	} else {
		protocol = be16_at(f, 0);
		f->at += 2;
	}
	if (protocol == PPP_IPV4)
		return find_ipv4(f);
	if (protocol == PPP_IPV6)
		return find_ipv6(f);
	return LINK_OTHER;
}

static enum link_verdict
find_pppoe(struct frame *f)
{
	if (!need(f, 6))
		return lacking(f, 6);
	if (byte_at(f, 0) != 0x11 || byte_at(f, 1) != 0)
		return LINK_OTHER;	/* version and type 1; code 0: data */
	f->at += 6;
	return find_ppp_protocol(f);
}

static enum link_verdict
find_by_type(struct frame *f, uint16_t type)
{
	switch (type) {
	case TYPE_IPV4:
		return find_ipv4(f);
	case TYPE_IPV6:
		return find_ipv6(f);
	case TYPE_PPPOE:
		return find_pppoe(f);
	default:
		return LINK_OTHER;
	}
}

/* IEEE 802.2: SNAP with an Ethernet type, or IP's own service access point. */
static enum link_verdict
find_llc(struct frame *f)
{
	if (!need(f, 3))
		return lacking(f, 3);
	if (byte_at(f, 0) == 0x06 && byte_at(f, 1) == 0x06 &&
	    byte_at(f, 2) == 0x03) {
		f->at += 3;
		return find_ipv4(f);
	}
	if (byte_at(f, 0) != 0xaa || byte_at(f, 1) != 0xaa ||
	    byte_at(f, 2) != 0x03)
		return LINK_OTHER;
	if (!need(f, 8))
		return lacking(f, 8);
	/* 00-00-00 is RFC 1042, 00-00-F8 its use on bridges (802.1H) */
	if (byte_at(f, 3) != 0 || byte_at(f, 4) != 0 ||
	    (byte_at(f, 5) != 0 && byte_at(f, 5) != 0xf8))
		return LINK_OTHER;
	f->at += 8;
	return find_by_type(f, passed_be16(f));
}

static bool
is_vlan(uint16_t type)
{
	return type == TYPE_VLAN || type == TYPE_QINQ || type == TYPE_QINQ_OLD;
}

/* From a type field on, which may turn out to be a length or a VLAN tag's. */
static enum link_verdict
find_typed(struct frame *f, uint16_t type)
{
	for (int depth = 0; is_vlan(type); depth++) {
		if (depth == VLAN_DEPTH)
			return LINK_OTHER;
		if (!skip(f, 4))	/* the tag's own bytes, a type */
			return lacking(f, 4);
		type = passed_be16(f);
	}
	if (type < TYPE_MIN)
		return find_llc(f);
	return find_by_type(f, type);
}

static enum link_verdict
find_ethernet(struct frame *f)
{
	if (!skip(f, 14))
		return lacking(f, 14);
	return find_typed(f, passed_be16(f));
}

/* Hilscher's netANALYZER: four bytes before the Ethernet header. */
static enum link_verdict
find_netanalyzer(struct frame *f)
{
	if (!skip(f, 4))
		return lacking(f, 4);
	f->l2 = f->at;
	return find_ethernet(f);
}

/* AF_INET6 has a number on every system that makes such captures. */
static enum link_verdict
find_by_af(struct frame *f, uint32_t af)
{
	switch (af) {
	case 2:
		return find_ipv4(f);
	case 10:	/* Linux */
	case 23:	/* Windows */
	case 24:	/* NetBSD, OpenBSD */
	case 28:	/* FreeBSD */
	case 30:	/* macOS */
		return find_ipv6(f);
	default:
		return LINK_OTHER;
	}
}

/* The address family in the byte order of whoever captured it. */
static uint32_t
af_at(const struct frame *f)
{
	uint32_t af = get_be32(f->data + f->at);

	return af <= 0xffff ? af : __builtin_bswap32(af);
}

static enum link_verdict
find_loopback(struct frame *f)
{
	uint32_t af;

	if (!need(f, 4))
		return lacking(f, 4);
	af = af_at(f);
	f->at += 4;
	return find_by_af(f, af);
}

/* OpenBSD's enc: family, SPI, flags. */
static enum link_verdict
find_enc(struct frame *f)
{
	uint32_t af;

	if (!need(f, 12))
		return lacking(f, 12);
	af = af_at(f);
	f->at += 12;
	return find_by_af(f, af);
}

/* pf's log: the header's length, rounded up to four, and the family. */
static enum link_verdict
find_pflog(struct frame *f)
{
	uint32_t size;
	uint8_t af;

	if (!need(f, 2))
		return lacking(f, 2);
	size = (byte_at(f, 0) + 3u) & ~3u;
	af = byte_at(f, 1);
	if (!skip(f, size))
		return lacking(f, size);
	return find_by_af(f, af);
}

/* Hardware types (ARPHRD_) whose protocol field is no Ethernet type. */
static bool
is_odd_hardware(uint16_t type)
{
	enum { FRAD = 770, GRE = 778, WLAN_FIRST = 801, WLAN_LAST = 805,
	       GRE6 = 823, NETLINK = 824, VSOCKMON = 826 };

	return type == FRAD || type == GRE || type == GRE6 ||
	       type == NETLINK || type == VSOCKMON ||
	       (type >= WLAN_FIRST && type <= WLAN_LAST);
}

/* Linux "any", first kind: packet type, hardware type, address length and
 * address (8), protocol. */
static enum link_verdict
find_sll(struct frame *f)
{
	uint16_t hardware, type;

	if (!need(f, 16))
		return lacking(f, 16);
	hardware = be16_at(f, 2);
	type = be16_at(f, 14);
	f->at += 16;
	if (is_odd_hardware(hardware))
		return LINK_OTHER;
	if (type == 0x0004)	/* LINUX_SLL_P_802_2 */
		return find_llc(f);
	return type < TYPE_MIN ? LINK_OTHER : find_typed(f, type);
}

/* Second kind: protocol, reserved, interface (4), hardware type, packet type,
 * address length and address (8). */
static enum link_verdict
find_sll2(struct frame *f)
{
	uint16_t hardware, type;

	if (!need(f, 20))
		return lacking(f, 20);
	type = be16_at(f, 0);
	f->ifindex = get_be32(f->data + f->at + 4);
	hardware = be16_at(f, 8);
	f->at += 20;
	if (is_odd_hardware(hardware))
		return LINK_OTHER;
	if (type == 0x0004)
		return find_llc(f);
	return type < TYPE_MIN ? LINK_OTHER : find_typed(f, type);
}

/* Cisco HDLC: address, control, Ethernet type. */
static enum link_verdict
find_chdlc(struct frame *f)
{
	if (!skip(f, 4))
		return lacking(f, 4);
	return find_by_type(f, passed_be16(f));
}

/* PPP with or without its HDLC address and control fields. */
static enum link_verdict
find_ppp(struct frame *f)
{
	if (!need(f, 2))
		return lacking(f, 2);
	if (be16_at(f, 0) == 0xff03)
		f->at += 2;
	return find_ppp_protocol(f);
}

/* A serial line: PPP, or Cisco HDLC by its address field, which as a PPP
 * protocol means nothing.  Captures bear either link type for both. */
static enum link_verdict
find_ppp_serial(struct frame *f)
{
	if (!need(f, 1))
		return lacking(f, 1);
	if (byte_at(f, 0) == 0x0f || byte_at(f, 0) == 0x8f)
		return find_chdlc(f);
	return find_ppp(f);
}

static enum link_verdict
find_ppp_directed(struct frame *f)
{
	return skip(f, 1) ? find_ppp(f) : lacking(f, 1);
}

/* pppd's own captures: the direction may stand in the place of PPP's FF. */
static enum link_verdict
find_ppp_pppd(struct frame *f)
{
	if (!need(f, 2))
		return lacking(f, 2);
	if (byte_at(f, 1) == 0x03) {
		f->at += 2;
		return find_ppp_protocol(f);
	}
	return find_ppp_directed(f);
}

static enum link_verdict
find_chdlc_directed(struct frame *f)
{
	return skip(f, 1) ? find_chdlc(f) : lacking(f, 1);
}

/* RFC 2427: address (2), control 03, perhaps a pad, network layer id. */
static enum link_verdict
find_frame_relay(struct frame *f)
{
	uint8_t nlpid;

	if (!need(f, 5))
		return lacking(f, 5);
	if (!(byte_at(f, 1) & 1) || byte_at(f, 2) != 0x03)
		return LINK_OTHER;
	f->at += 3;
	if (byte_at(f, 0) == 0)
		f->at += 1;
	nlpid = byte_at(f, 0);
	f->at += 1;
	if (nlpid == 0xcc)
		return find_ipv4(f);
	if (nlpid == 0x8e)
		return find_ipv6(f);
	if (nlpid != 0x80)
		return LINK_OTHER;
	if (!need(f, 5))	/* SNAP: OUI and type */
		return lacking(f, 5);
	if (byte_at(f, 0) != 0 || be16_at(f, 1) != 0)
		return LINK_OTHER;
	f->at += 5;
	return find_by_type(f, passed_be16(f));
}

static enum link_verdict
find_frame_relay_directed(struct frame *f)
{
	return skip(f, 1) ? find_frame_relay(f) : lacking(f, 1);
}

/* FDDI: frame control, two addresses; only LLC frames carry data. */
static enum link_verdict
find_fddi(struct frame *f)
{
	if (!need(f, 13))
		return lacking(f, 13);
	if ((byte_at(f, 0) & 0xf0) != 0x50)
		return LINK_OTHER;
	f->at += 13;
	return find_llc(f);
}

/* Token ring: access and frame control, two addresses, and a source route
 * when the source address has its group bit set. */
static enum link_verdict
find_token_ring(struct frame *f)
{
	uint32_t route = 0;

	if (!need(f, 14))
		return lacking(f, 14);
	if ((byte_at(f, 1) & 0xc0) != 0x40)
		return LINK_OTHER;
	if (byte_at(f, 8) & 0x80) {
		if (!need(f, 15))
			return lacking(f, 15);
		route = byte_at(f, 14) & 0x1f;
	}
	if (!skip(f, 14 + route))
		return lacking(f, 14 + route);
	return find_llc(f);
}

/* IP over Fibre Channel (RFC 2625): two addresses of eight bytes. */
static enum link_verdict
find_fibre_channel(struct frame *f)
{
	return skip(f, 16) ? find_llc(f) : lacking(f, 16);
}

/* IP over FireWire (RFC 2734): two addresses of eight bytes, Ethernet type. */
static enum link_verdict
find_firewire(struct frame *f)
{
	if (!skip(f, 18))
		return lacking(f, 18);
	return find_by_type(f, passed_be16(f));
}

/* Solaris: version, family, and 22 bytes of interfaces and zones. */
static enum link_verdict
find_ipnet(struct frame *f)
{
	uint8_t family;

	if (!need(f, 24))
		return lacking(f, 24);
	family = byte_at(f, 1);
	f->at += 24;
	if (family == 2)
		return find_ipv4(f);
	return family == 26 ? find_ipv6(f) : LINK_OTHER;
}

/* Linux's NFLOG: family, version, resource, then attributes (length and type
 * in the byte order of who captured it, which libpcap has turned into ours),
 * of which number 9 is the packet. */
static enum link_verdict
find_nflog(struct frame *f)
{
	enum { HEADER = 4, ATTRIBUTE = 4, PAYLOAD = 9 };
	uint32_t padded;
	uint16_t size, type;
	uint8_t family;

	if (!need(f, HEADER))
		return lacking(f, HEADER);
	family = byte_at(f, 0);
	f->at += HEADER;
	for (;;) {
		if (!need(f, ATTRIBUTE))
			return lacking(f, ATTRIBUTE);
		size = load16(f->data + f->at);
		type = load16(f->data + f->at + 2) & 0x7fff;
		if (size < ATTRIBUTE)
			return LINK_OTHER;
		if (type == PAYLOAD)
			break;
		padded = (size + 3u) & ~3u;
		if (!skip(f, padded))
			return lacking(f, padded);
	}
	f->at += ATTRIBUTE;
	return find_by_af(f, family);
}

/* 802.11.  'padded': the header was brought to a multiple of four. */
static enum link_verdict
find_wlan(struct frame *f, bool padded)
{
	enum {
		/* first byte */
		TYPE_MASK = 0x0c, TYPE_DATA = 0x08, NO_DATA = 0x40, QOS = 0x80,
		/* second byte */
		TO_DS = 0x01, FROM_DS = 0x02, MORE = 0x04, PROTECTED = 0x40,
		ORDER = 0x80,
		/* QoS control */
		AMSDU = 0x80,
	};
	uint32_t size = 24;
	uint8_t type, flags;

	f->l2 = f->at;
	if (!need(f, 24))
		return lacking(f, 24);
	type = byte_at(f, 0);
	flags = byte_at(f, 1);
	if ((type & TYPE_MASK) != TYPE_DATA || (type & NO_DATA) ||
	    (flags & (MORE | PROTECTED)) || (byte_at(f, 22) & 0x0f) != 0)
		return LINK_OTHER;	/* no data, enciphered, or a piece */
	if ((flags & TO_DS) && (flags & FROM_DS))
		size += 6;		/* fourth address */
	if (type & QOS) {
		if (!need(f, size + 2))
			return lacking(f, size + 2);
		if (byte_at(f, size) & AMSDU)
			return LINK_OTHER;	/* several in one */
		size += flags & ORDER ? 6 : 2;	/* and HT control */
	}
	if (padded)
		size = (size + 3u) & ~3u;
	if (!skip(f, size))
		return lacking(f, size);
	return find_llc(f);
}

static enum link_verdict
find_wlan_bare(struct frame *f)
{
	return find_wlan(f, false);
}

/* Radiotap: version, pad, length, then words of "which fields are present";
 * of the fields only the flags matter, behind the 64-bit clock. */
static enum link_verdict
find_radiotap(struct frame *f)
{
	enum { TSFT = 1, FLAGS = 2, MORE_WORDS = 0x80, DATA_PAD = 0x20 };
	uint32_t fields = 8;
	uint16_t size;
	bool padded = false;

	if (!need(f, 8))
		return lacking(f, 8);
	size = le16_at(f, 2);
	if (byte_at(f, 0) != 0 || size < 8)
		return LINK_OTHER;
	if (!need(f, size))
		return lacking(f, size);
	for (uint32_t word = 4; byte_at(f, word + 3) & MORE_WORDS; word += 4) {
		if (word + 8 > size)
			return LINK_OTHER;
		fields = word + 8;
	}
	if (byte_at(f, 4) & TSFT)	/* stands on a multiple of eight */
		fields = ((fields + 7u) & ~7u) + 8;
	if ((byte_at(f, 4) & FLAGS) && fields < size)
		padded = byte_at(f, fields) & DATA_PAD;
	f->at += size;
	return find_wlan(f, padded);
}

/* Prism: a header of 144 bytes; or AVS, that took its place and begins with
 * a magic number and its length. */
static enum link_verdict
find_prism(struct frame *f)
{
	uint32_t size = 144;

	if (!need(f, 8))
		return lacking(f, 8);
	if ((get_be32(f->data + f->at) & 0xfffff000) == 0x80211000)
		size = get_be32(f->data + f->at + 4);
	if (size < 8)
		return LINK_OTHER;
	if (!skip(f, size))
		return lacking(f, size);
	return find_wlan(f, false);
}

/* A header that announces the link type of what follows it. */
static enum link_verdict
find_announced(struct frame *f, uint32_t size, uint32_t dlt)
{
	const struct link *link;

	if (dlt == DLT_PPI || dlt == DLT_PKTAP || dlt > 0xffff)
		return LINK_OTHER;
	link = link_lookup((int)dlt);
	if (link == NULL)
		return LINK_OTHER;
	if (!skip(f, size))
		return lacking(f, size);
	f->l2 = f->at;
	return link->find(f);
}

/* PPI: version, flags, length, link type, all little-endian. */
static enum link_verdict
find_ppi(struct frame *f)
{
	uint16_t size;

	if (!need(f, 8))
		return lacking(f, 8);
	size = le16_at(f, 2);
	if (byte_at(f, 0) != 0 || size < 8)
		return LINK_OTHER;
	return find_announced(f, size, le16_at(f, 4) |
			      (uint32_t)le16_at(f, 6) << 16);
}

/* Apple's PKTAP: length, record type (1: packet), link type. */
static enum link_verdict
find_pktap(struct frame *f)
{
	uint32_t size;

	if (!need(f, 12))
		return lacking(f, 12);
	size = le16_at(f, 0);
	if (size < 12 || le16_at(f, 2) != 0 || le16_at(f, 4) != 1)
		return LINK_OTHER;
	return find_announced(f, size, le16_at(f, 8) |
			      (uint32_t)le16_at(f, 10) << 16);
}

/* The numbers that <pcap/dlt.h> gives different names on different systems
 * are all here by value: a file may come from any of them. */
static const struct link links[] = {
	{ DLT_NULL,			find_loopback },
	{ DLT_LOOP,			find_loopback },
	{ DLT_EN10MB,			find_ethernet },
	{ 12 /* DLT_RAW here */,	find_ip },
	{ 14 /* DLT_RAW on OpenBSD */,	find_ip },
	{ 101 /* LINKTYPE_RAW */,	find_ip },
	{ DLT_IPV4,			find_ipv4 },
	{ DLT_IPV6,			find_ipv6 },
	{ DLT_LINUX_SLL,		find_sll },
	{ DLT_LINUX_SLL2,		find_sll2 },
	{ DLT_PPP,			find_ppp_serial },
	{ DLT_PPP_SERIAL,		find_ppp_serial },
	{ DLT_PPP_ETHER,		find_pppoe },
	{ DLT_PPP_PPPD,			find_ppp_pppd },
	{ DLT_PPP_WITH_DIR,		find_ppp_directed },
	{ DLT_C_HDLC,			find_chdlc },
	{ DLT_C_HDLC_WITH_DIR,		find_chdlc_directed },
	{ DLT_FRELAY,			find_frame_relay },
	{ DLT_FRELAY_WITH_DIR,		find_frame_relay_directed },
	{ DLT_IEEE802,			find_token_ring },
	{ DLT_FDDI,			find_fddi },
	{ DLT_ATM_RFC1483,		find_llc },
	{ DLT_IP_OVER_FC,		find_fibre_channel },
	{ DLT_APPLE_IP_OVER_IEEE1394,	find_firewire },
	{ DLT_ENC,			find_enc },
	{ DLT_PFLOG,			find_pflog },
	{ DLT_IPNET,			find_ipnet },
	{ DLT_NFLOG,			find_nflog },
	{ DLT_NETANALYZER,		find_netanalyzer },
	{ DLT_IEEE802_11,		find_wlan_bare },
	{ DLT_IEEE802_11_RADIO,		find_radiotap },
	{ DLT_IEEE802_11_RADIO_AVS,	find_prism },
	{ DLT_PRISM_HEADER,		find_prism },
	{ DLT_PPI,			find_ppi },
	{ DLT_PKTAP,			find_pktap },
};

const struct link *
link_lookup(int dlt)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].dlt == dlt)
			return &links[i];
	}
	return NULL;
}

enum link_verdict
link_find_ip(const struct link *link, const uint8_t *data, uint32_t caplen,
	     uint32_t len, struct link_place *place)
{
	struct frame f = {
		.data = data,
		.caplen = caplen,
		.len = len > caplen ? len : caplen,
	};
	enum link_verdict verdict = link->find(&f);

	if (verdict != LINK_IP)
		return verdict;
	if (f.at > UINT16_MAX)
		return LINK_OTHER;	/* no header of ours is that long */
	place->l2 = (uint16_t)f.l2;
	place->l3 = (uint16_t)f.at;
	place->ifindex = f.ifindex;
	return LINK_IP;
}
