/* SPDX-License-Identifier: BSD-2-Clause
 * io/link_test.c - one frame per way to carry IP, and ways to get it wrong.
 *
 * Frames are in hex; "4" and "6" stand for the first byte of an IPv4 and IPv6
 * packet (45, 60).  Every frame that carries IP is also cut at every length:
 * before the IP packet it must be LINK_CUT, and never read past its end
 * (each cut is a heap block of its own, so that ASan sees one byte more). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pcap/dlt.h>

#include "io/link.h"

#define MACS "020000000001 020000000002 "
#define SNAP "aaaa03 000000 "
#define WLAN_ADDRS "0000 020000000001 020000000002 020000000003 0000 "
#define ZERO8 "0000000000000000 "
#define ZERO64 ZERO8 ZERO8 ZERO8 ZERO8 ZERO8 ZERO8 ZERO8 ZERO8

struct frame_case {
	const char *title;
	int dlt;
	const char *hex;
	enum link_verdict verdict;
	int l3;			/* of LINK_IP; -1: where the hex ends */
	int l2;
};

static const struct frame_case cases[] = {
	{ "ethernet, IPv4", DLT_EN10MB, MACS "0800 4", LINK_IP, 14, 0 },
	{ "ethernet, IPv6", DLT_EN10MB, MACS "86dd 6", LINK_IP, 14, 0 },
	{ "ethernet, ARP", DLT_EN10MB, MACS "0806 0001", LINK_OTHER, 0, 0 },
	{ "ethernet, MPLS stays closed", DLT_EN10MB,
	  MACS "8847 00001140 4", LINK_OTHER, 0, 0 },
	{ "ethernet, type and version disagree", DLT_EN10MB,
	  MACS "0800 6", LINK_OTHER, 0, 0 },
	{ "ethernet, version 6 type, version 4 packet", DLT_EN10MB,
	  MACS "86dd 4", LINK_OTHER, 0, 0 },
	{ "ethernet, broken version is the engine's to judge", DLT_EN10MB,
	  MACS "0800 f5", LINK_IP, 14, 0 },
	{ "ethernet, nothing behind the header", DLT_EN10MB,
	  MACS "0800", LINK_OTHER, 0, 0 },
	{ "ethernet, runt", DLT_EN10MB, MACS "08", LINK_OTHER, 0, 0 },
	{ "ethernet, 802.3 with SNAP", DLT_EN10MB,
	  MACS "0030 " SNAP "0800 4", LINK_IP, 22, 0 },
	{ "ethernet, 802.3 with SNAP of 802.1H", DLT_EN10MB,
	  MACS "0030 aaaa03 0000f8 86dd 6", LINK_IP, 22, 0 },
	{ "ethernet, 802.3 with another's SNAP", DLT_EN10MB,
	  MACS "0030 aaaa03 00000c 0800 4", LINK_OTHER, 0, 0 },
	{ "ethernet, 802.3 with IP's own SAP", DLT_EN10MB,
	  MACS "0030 060603 4", LINK_IP, 17, 0 },
	{ "ethernet, spanning tree", DLT_EN10MB,
	  MACS "0026 424203 0000", LINK_OTHER, 0, 0 },
	{ "ethernet, VLAN", DLT_EN10MB,
	  MACS "8100 0064 0800 4", LINK_IP, 18, 0 },
	{ "ethernet, QinQ", DLT_EN10MB,
	  MACS "88a8 0064 8100 00c8 86dd 6", LINK_IP, 22, 0 },
	{ "ethernet, old QinQ, three tags", DLT_EN10MB,
	  MACS "9100 0064 8100 00c8 8100 0001 0800 4", LINK_IP, 26, 0 },
	{ "ethernet, eight tags", DLT_EN10MB,
	  MACS "8100 0001 8100 0001 8100 0001 8100 0001"
	  "8100 0001 8100 0001 8100 0001 8100 0001 0800 4", LINK_IP, 46, 0 },
	{ "ethernet, nine tags are too many", DLT_EN10MB,
	  MACS "8100 0001 8100 0001 8100 0001 8100 0001 8100 0001"
	  "8100 0001 8100 0001 8100 0001 8100 0001 0800 4", LINK_OTHER, 0, 0 },
	{ "ethernet, VLAN with LLC", DLT_EN10MB,
	  MACS "8100 0064 0030 " SNAP "0800 4", LINK_IP, 26, 0 },
	{ "ethernet, PPPoE session", DLT_EN10MB,
	  MACS "8864 1100 0001 0016 0021 4", LINK_IP, 22, 0 },
	{ "ethernet, PPPoE, compressed protocol", DLT_EN10MB,
	  MACS "8864 1100 0001 0016 57 6", LINK_IP, 21, 0 },
	{ "ethernet, VLAN, PPPoE, IPv6", DLT_EN10MB,
	  MACS "8100 0007 8864 1100 0001 0016 0057 6", LINK_IP, 26, 0 },
	{ "ethernet, PPPoE with LCP", DLT_EN10MB,
	  MACS "8864 1100 0001 0016 c021 01", LINK_OTHER, 0, 0 },
	{ "ethernet, PPPoE of an unknown version", DLT_EN10MB,
	  MACS "8864 2100 0001 0016 0021 4", LINK_OTHER, 0, 0 },
	{ "netANALYZER", DLT_NETANALYZER,
	  "00000000" MACS "0800 4", LINK_IP, 18, 4 },

	{ "loopback, little-endian", DLT_NULL, "02000000 4", LINK_IP, 4, 0 },
	{ "loopback, big-endian", DLT_NULL, "00000002 4", LINK_IP, 4, 0 },
	{ "loopback, FreeBSD's IPv6", DLT_NULL, "1c000000 6", LINK_IP, 4, 0 },
	{ "loopback, macOS's IPv6", DLT_NULL, "1e000000 6", LINK_IP, 4, 0 },
	{ "loopback, OpenBSD's IPv6", DLT_LOOP, "00000018 6", LINK_IP, 4, 0 },
	{ "loopback, ISO", DLT_NULL, "07000000 4", LINK_OTHER, 0, 0 },
	{ "enc", DLT_ENC, "02000000 00001000 00000000 4", LINK_IP, 12, 0 },
	{ "pflog", DLT_PFLOG, "3d020000" ZERO8 ZERO8 ZERO8 ZERO8 ZERO8 ZERO8
	  ZERO8 "00000000 4", LINK_IP, 64, 0 },

	{ "raw, IPv4", DLT_RAW, "4", LINK_IP, 0, 0 },
	{ "raw, IPv6", DLT_RAW, "6", LINK_IP, 0, 0 },
	{ "raw, OpenBSD's number", 14, "4", LINK_IP, 0, 0 },
	{ "raw, the file format's number", 101, "6", LINK_IP, 0, 0 },
	{ "raw, neither", DLT_RAW, "50", LINK_OTHER, 0, 0 },
	{ "raw, empty", DLT_RAW, "", LINK_OTHER, 0, 0 },
	{ "IPv4", DLT_IPV4, "4", LINK_IP, 0, 0 },
	{ "IPv4, but it is not", DLT_IPV4, "6", LINK_OTHER, 0, 0 },
	{ "IPv6", DLT_IPV6, "6", LINK_IP, 0, 0 },

	{ "SLL", DLT_LINUX_SLL,
	  "0000 0001 0006 0200000000010000 0800 4", LINK_IP, 16, 0 },
	{ "SLL, VLAN", DLT_LINUX_SLL,
	  "0000 0001 0006 0200000000010000 8100 0064 86dd 6", LINK_IP, 20, 0 },
	{ "SLL, LLC", DLT_LINUX_SLL,
	  "0000 0001 0006 0200000000010000 0004 " SNAP "0800 4",
	  LINK_IP, 24, 0 },
	{ "SLL, netlink looks like IP and is not", DLT_LINUX_SLL,
	  "0000 0338 0000 0000000000000000 0800 4", LINK_OTHER, 0, 0 },
	{ "SLL, ARP", DLT_LINUX_SLL,
	  "0000 0001 0006 0200000000010000 0806 00", LINK_OTHER, 0, 0 },
	{ "SLL2", DLT_LINUX_SLL2,
	  "86dd 0000 00000002 0001 00 06 0200000000010000 6",
	  LINK_IP, 20, 0 },
	{ "SLL2, netlink", DLT_LINUX_SLL2,
	  "0800 0000 00000002 0338 00 00 0000000000000000 4",
	  LINK_OTHER, 0, 0 },

	{ "PPP, with address and control", DLT_PPP, "ff03 0021 4",
	  LINK_IP, 4, 0 },
	{ "PPP, without", DLT_PPP, "0057 6", LINK_IP, 2, 0 },
	{ "PPP, compressed protocol", DLT_PPP, "ff03 21 4", LINK_IP, 3, 0 },
	{ "PPP, LCP", DLT_PPP, "ff03 c021 0101", LINK_OTHER, 0, 0 },
	{ "PPP that is Cisco HDLC", DLT_PPP, "8f00 86dd 6", LINK_IP, 4, 0 },
	{ "PPP serial", DLT_PPP_SERIAL, "ff03 0021 4", LINK_IP, 4, 0 },
	{ "PPP serial that is Cisco's", DLT_PPP_SERIAL, "0f00 0800 4",
	  LINK_IP, 4, 0 },
	{ "PPPoE without Ethernet", DLT_PPP_ETHER,
	  "1100 0001 0016 0021 4", LINK_IP, 8, 0 },
	{ "pppd, direction in place of FF", DLT_PPP_PPPD, "0103 0021 4",
	  LINK_IP, 4, 0 },
	{ "pppd, direction in front", DLT_PPP_PPPD, "00ff03 0021 4",
	  LINK_IP, 5, 0 },
	{ "PPP with direction", DLT_PPP_WITH_DIR, "00ff03 0057 6",
	  LINK_IP, 5, 0 },

	{ "Cisco HDLC", DLT_C_HDLC, "0f00 0800 4", LINK_IP, 4, 0 },
	{ "Cisco HDLC, SLARP", DLT_C_HDLC, "8f00 8035 0000", LINK_OTHER, 0, 0 },
	{ "Cisco HDLC with direction", DLT_C_HDLC_WITH_DIR, "000f00 86dd 6",
	  LINK_IP, 5, 0 },
	{ "frame relay", DLT_FRELAY, "0841 03 cc 45 00", LINK_IP, 4, 0 },
	{ "frame relay, padded, IPv6", DLT_FRELAY, "0841 03 00 8e 6",
	  LINK_IP, 5, 0 },
	{ "frame relay, SNAP", DLT_FRELAY, "0841 03 00 80 000000 0800 4",
	  LINK_IP, 10, 0 },
	{ "frame relay with direction", DLT_FRELAY_WITH_DIR,
	  "00 0841 03 cc 45 00", LINK_IP, 5, 0 },
	{ "frame relay, LMI", DLT_FRELAY, "0001 03 09 00 75", LINK_OTHER, 0, 0 },

	{ "token ring", DLT_IEEE802, "1040" MACS SNAP "0800 4",
	  LINK_IP, 22, 0 },
	{ "token ring, routed by its source", DLT_IEEE802,
	  "1040 020000000001 820000000002 0610 0011 0020" SNAP "0800 4",
	  LINK_IP, 28, 0 },
	{ "FDDI", DLT_FDDI, "50" MACS SNAP "86dd 6", LINK_IP, 21, 0 },
	{ "ATM", DLT_ATM_RFC1483, SNAP "0800 4", LINK_IP, 8, 0 },
	{ "fibre channel", DLT_IP_OVER_FC, ZERO8 ZERO8 SNAP "0800 4",
	  LINK_IP, 24, 0 },
	{ "FireWire", DLT_APPLE_IP_OVER_IEEE1394, ZERO8 ZERO8 "0800 4",
	  LINK_IP, 18, 0 },
	{ "Solaris IP", DLT_IPNET, "011a" ZERO8 ZERO8 "000000000000 6",
	  LINK_IP, 24, 0 },
	{ "NFLOG", DLT_NFLOG, "02000000 0500 0a00 78000000 0500 0900 4",
	  LINK_IP, 16, 0 },
	{ "NFLOG, an attribute shorter than itself", DLT_NFLOG,
	  "02000000 0300 0a00 0500 0900 4", LINK_OTHER, 0, 0 },

	{ "802.11", DLT_IEEE802_11, "0801" WLAN_ADDRS SNAP "0800 4",
	  LINK_IP, 32, 0 },
	{ "802.11, QoS", DLT_IEEE802_11, "8802" WLAN_ADDRS "0000" SNAP "86dd 6",
	  LINK_IP, 34, 0 },
	{ "802.11, QoS, four addresses, HT", DLT_IEEE802_11,
	  "8883" WLAN_ADDRS "020000000004 0000 00000000" SNAP "0800 4",
	  LINK_IP, 44, 0 },
	{ "802.11, enciphered", DLT_IEEE802_11,
	  "0841" WLAN_ADDRS SNAP "0800 4", LINK_OTHER, 0, 0 },
	{ "802.11, several in one", DLT_IEEE802_11,
	  "8801" WLAN_ADDRS "8000" SNAP "0800 4", LINK_OTHER, 0, 0 },
	{ "802.11, a piece", DLT_IEEE802_11,
	  "0805" WLAN_ADDRS SNAP "0800 4", LINK_OTHER, 0, 0 },
	{ "802.11, beacon", DLT_IEEE802_11,
	  "8000" WLAN_ADDRS ZERO8, LINK_OTHER, 0, 0 },
	{ "radiotap", DLT_IEEE802_11_RADIO,
	  "0000 0800 00000000 0801" WLAN_ADDRS SNAP "0800 4", LINK_IP, 40, 8 },
	{ "radiotap, clock, flags: padded", DLT_IEEE802_11_RADIO,
	  "0000 1100 03000000" ZERO8 "20"
	  "8801" WLAN_ADDRS "0000 0000" SNAP "0800 4", LINK_IP, 53, 17 },
	{ "radiotap, two words of fields, flags: padded", DLT_IEEE802_11_RADIO,
	  "0000 0d00 02000080 00000000 20"
	  "8801" WLAN_ADDRS "0000 0000" SNAP "0800 4", LINK_IP, 49, 13 },
	{ "radiotap, words of fields without end", DLT_IEEE802_11_RADIO,
	  "0000 0c00 00000080 00000080 0801" WLAN_ADDRS SNAP "0800 4",
	  LINK_OTHER, 0, 0 },
	{ "radiotap, shorter than itself", DLT_IEEE802_11_RADIO,
	  "0000 0700 00000000 0801" WLAN_ADDRS SNAP "0800 4",
	  LINK_OTHER, 0, 0 },
	{ "Prism", DLT_PRISM_HEADER, "00000044 00000090" ZERO64 ZERO64 ZERO8
	  "0801" WLAN_ADDRS SNAP "0800 4", LINK_IP, 176, 144 },
	{ "AVS", DLT_IEEE802_11_RADIO_AVS, "80211001 00000040" ZERO64
	  "0801" WLAN_ADDRS SNAP "0800 4", LINK_OTHER, 0, 0 },
	{ "AVS, its length", DLT_IEEE802_11_RADIO_AVS, "80211001 00000048"
	  ZERO64 "0801" WLAN_ADDRS SNAP "0800 4", LINK_IP, 104, 72 },

	{ "PPI, ethernet", DLT_PPI, "00 00 0800 01000000" MACS "0800 4",
	  LINK_IP, 22, 8 },
	{ "PPI, 802.11, with fields", DLT_PPI,
	  "00 00 0c00 69000000 00000000 0801" WLAN_ADDRS SNAP "0800 4",
	  LINK_IP, 44, 12 },
	{ "PPI in PPI", DLT_PPI, "00 00 0800 c0000000 00 00 0800 01000000"
	  MACS "0800 4", LINK_OTHER, 0, 0 },
	{ "PPI, a link type there is not", DLT_PPI,
	  "00 00 0800 ffffffff" MACS "0800 4", LINK_OTHER, 0, 0 },
	{ "PKTAP", DLT_PKTAP, "0c000000 01000000 01000000" MACS "0800 4",
	  LINK_IP, 26, 12 },
};

static size_t
from_hex(uint8_t *out, size_t size, const char *hex)
{
	size_t n = 0;

	while (*hex != '\0') {
		char pair[3] = { hex[0], hex[1], '\0' };

		if (*hex == ' ') {
			hex++;
			continue;
		}
		assert_true(n < size);
		if (hex[1] == '\0') {	/* "4" or "6" */
			out[n++] = *hex == '4' ? 0x45 : 0x60;
			break;
		}
		out[n++] = (uint8_t)strtoul(pair, NULL, 16);
		hex += 2;
	}
	return n;
}

static void
check(const struct frame_case *c)
{
	const struct link *link = link_lookup(c->dlt);
	struct link_place place = { 0 };
	uint8_t bytes[512];
	size_t len = from_hex(bytes, sizeof(bytes), c->hex);
	enum link_verdict verdict;

	assert_non_null(link);
	for (size_t caplen = 0; caplen <= len; caplen++) {
		uint8_t *data = malloc(caplen > 0 ? caplen : 1);

		assert_non_null(data);
		memcpy(data, bytes, caplen);
		verdict = link_find_ip(link, data, (uint32_t)caplen,
				       (uint32_t)len, &place);
		free(data);
		if (c->verdict == LINK_IP && caplen <= (size_t)c->l3) {
			if (verdict != LINK_CUT)
				fail_msg("%s: verdict %d at %zu", c->title,
					 verdict, caplen);
		}
		if (c->verdict != LINK_IP && verdict == LINK_IP)
			fail_msg("%s: IP at %zu", c->title, caplen);
	}
	if (verdict != c->verdict)
		fail_msg("%s: verdict %d", c->title, verdict);
	if (verdict == LINK_IP &&
	    (place.l3 != c->l3 || place.l2 != c->l2))
		fail_msg("%s: layer 2 at %d, 3 at %d", c->title, place.l2,
			 place.l3);
}

static void
finds_ip_in_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(&cases[i]);
}

static void
knows_what_it_does_not_know(void **state)
{
	(void)state;
	assert_null(link_lookup(DLT_USB_LINUX));
	assert_null(link_lookup(-1));
}

/* Every link type, every byte pattern that steers, at every length. */
static void
survives_noise(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int dlt = 0; dlt < 300; dlt++) {
		const struct link *link = link_lookup(dlt);

		if (link == NULL)
			continue;
		for (int round = 0; round < 2000; round++) {
			struct link_place place;
			uint32_t size = (uint32_t)round % 97;
			uint8_t *data = malloc(size > 0 ? size : 1);

			assert_non_null(data);
			for (uint32_t i = 0; i < size; i++) {
				random = random * 1664525 + 1013904223;
				/* small numbers steer more than large */
				data[i] = (uint8_t)(random >> 24);
				if (random & 0x10000)
					data[i] &= 0x1f;
			}
			if (link_find_ip(link, data, size, size + round % 3,
					 &place) == LINK_IP)
				assert_true(place.l3 < size);
			free(data);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_ip_in_frames),
		cmocka_unit_test(knows_what_it_does_not_know),
		cmocka_unit_test(survives_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
