/* SPDX-License-Identifier: BSD-2-Clause
 * text/trace_sample.h - packets, and what nft 1.0.6 on Linux 6.18 printed of
 * them when it traced them behind an Ethernet card.
 *
 * A table's family, the packet from its IP header on, and the line's words
 * behind "ether daddr ...". */
#include <stdint.h>

static const struct {
	uint8_t family;
	const char *hex;
	const char *words;
} samples[] __attribute__((unused)) = {
	{ 1,
	  "450000140001000040fd8df5c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "450500140001000040fd8df0c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp lephb ip "
	  "ecn ect1 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "450a00140001000040fd8debc0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x02 ip ecn "
	  "ect0 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "450f00140001000040fd8de6c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x03 ip ecn "
	  "ce ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "451000140001000040fd8de5c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x04 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "451500140001000040fd8de0c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x05 ip ecn "
	  "ect1 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "451a00140001000040fd8ddbc0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x06 ip ecn "
	  "ect0 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "451f00140001000040fd8dd6c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x07 ip ecn "
	  "ce ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "452a00140001000040fd8dcbc0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp af11 ip ecn "
	  "ect0 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "453f00140001000040fd8db6c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x0f ip ecn "
	  "ce ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "455000140001000040fd8da5c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp af22 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "456500140001000040fd8d90c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x19 ip ecn "
	  "ect1 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "457a00140001000040fd8d7bc0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp af33 ip ecn "
	  "ect0 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "458f00140001000040fd8d66c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x23 ip ecn "
	  "ce ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "45a000140001000040fd8d55c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs5 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "45b500140001000040fd8d40c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x2d ip ecn "
	  "ect1 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "45ca00140001000040fd8d2bc0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x32 ip ecn "
	  "ect0 ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "45df00140001000040fd8d16c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x37 ip ecn "
	  "ce ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "45f000140001000040fd8d05c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp 0x3c ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 253 ip length 20 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070000000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type echo-reply icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070100000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 1 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070200000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 2 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070300000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code net-unreachable icmp id "
	  "1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070400000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type source-quench icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070500000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type redirect icmp code net-unreachable icmp id 1 icmp sequence "
	  "2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070600000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 6 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070700000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 7 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070800000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type echo-request icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070900000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type router-advertisement icmp code net-unreachable icmp id 1 "
	  "icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070a00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type router-solicitation icmp code net-unreachable icmp id 1 "
	  "icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070b00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type time-exceeded icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070c00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type parameter-problem icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070d00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type timestamp-request icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070e00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type timestamp-reply icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070f00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type info-request icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364071000000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type info-reply icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364071100000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type address-mask-request icmp code net-unreachable icmp id 1 "
	  "icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364071200000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type address-mask-reply icmp code net-unreachable icmp id 1 "
	  "icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364071300000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 19 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364071e00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 30 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364072800000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 40 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364072900000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 41 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364072a00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 42 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364072b00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 43 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c6336407fd00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 253 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c6336407ff00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type 255 icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070301000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code host-unreachable icmp id "
	  "1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070302000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code prot-unreachable icmp id "
	  "1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070303000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code port-unreachable icmp id "
	  "1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070304000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code frag-needed icmp id 1 "
	  "icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070305000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 5 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070306000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 6 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070307000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 7 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070308000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 8 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070309000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code net-prohibited icmp id 1 "
	  "icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c6336407030a000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code host-prohibited icmp id "
	  "1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c6336407030b000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 11 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c6336407030c000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 12 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c6336407030d000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code admin-prohibited icmp id "
	  "1 icmp sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c6336407030e000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 14 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c6336407030f000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 15 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070310000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 16 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070311000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type destination-unreachable icmp code 17 icmp id 1 icmp "
	  "sequence 2 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5000000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == 0x0 tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5001000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == fin tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5002000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == syn tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5003000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == 0x3 tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5004000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == rst tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5008000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == psh tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5010000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == ack tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5012000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == 0x12 tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5020000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == urg tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5040000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == ecn tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5052000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == 0x52 tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5080000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == cwr tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "50c2000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == 0xc2 tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5f02000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == syn tcp window 5 " },
	{ 1,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "f002000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 40 tcp "
	  "sport 1 tcp dport 2 tcp flags == syn tcp window 5 " },
	{ 1,
	  "4500001c0001000040028ee8c0a80114c63364071105000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol igmp ip length 28 igmp "
	  "type membership-query igmp mrt 5 @th,16,48 0x0 " },
	{ 1,
	  "4500001c0001000040028ee8c0a80114c63364071205000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol igmp ip length 28 igmp "
	  "type membership-report-v1 igmp mrt 5 @th,16,48 0x0 " },
	{ 1,
	  "4500001c0001000040028ee8c0a80114c63364071605000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol igmp ip length 28 igmp "
	  "type membership-report-v2 igmp mrt 5 @th,16,48 0x0 " },
	{ 1,
	  "4500001c0001000040028ee8c0a80114c63364071705000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol igmp ip length 28 igmp "
	  "type leave-group igmp mrt 5 @th,16,48 0x0 " },
	{ 1,
	  "4500001c0001000040028ee8c0a80114c63364072205000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol igmp ip length 28 igmp "
	  "type membership-report-v3 igmp mrt 5 @th,16,48 0x0 " },
	{ 1,
	  "4500001c0001000040028ee8c0a80114c63364079905000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol igmp ip length 28 igmp "
	  "type 153 igmp mrt 5 @th,16,48 0x0 " },
	{ 1,
	  "4500001c0001000040008eeac0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol ip ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040018ee9c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 28 icmp "
	  "type echo-reply icmp code net-unreachable icmp id 0 icmp "
	  "sequence 0 " },
	{ 1,
	  "4500001c0001000040028ee8c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol igmp ip length 28 igmp "
	  "type 0 igmp mrt 0 @th,16,48 0x0 " },
	{ 1,
	  "4500001c0001000040038ee7c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol ggp ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040048ee6c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol ipencap ip length 28 "
	  "@th,0,64 0x0 " },
	{ 1,
	  "4500001c0001000040058ee5c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol st ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040068ee4c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 28 tcp "
	  "sport 0 tcp dport 0 " },
	{ 1,
	  "4500001c0001000040078ee3c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 7 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040088ee2c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol egp ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040098ee1c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol igp ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c00010000400a8ee0c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 10 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c00010000400b8edfc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 11 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c00010000400c8edec0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol pup ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c00010000400d8eddc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 13 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c00010000400e8edcc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 14 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c00010000400f8edbc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 15 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040108edac0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 16 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040118ed9c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 28 udp "
	  "sport 0 udp dport 0 udp length 0 " },
	{ 1,
	  "4500001c0001000040128ed8c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 18 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040138ed7c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 19 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040218ec9c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol dccp ip length 28 dccp "
	  "sport 0 dccp dport 0 @th,32,32 0x0 " },
	{ 1,
	  "4500001c00010000402f8ebbc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol gre ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040328eb8c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol esp ip length 28 esp spi "
	  "0 esp sequence 0 " },
	{ 1,
	  "4500001c00010000403a8eb0c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol ipv6-icmp ip length 28 "
	  "icmpv6 type 0 icmpv6 code no-route icmpv6 parameter-problem 0 " },
	{ 1,
	  "4500001c00010000403b8eafc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol ipv6-nonxt ip length 28 "
	  "@th,0,64 0x0 " },
	{ 1,
	  "4500001c00010000406c8e7ec0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol ipcomp ip length 28 comp "
	  "nexthdr ip comp flags 0x0 comp cpi 0 @th,32,32 0x0 " },
	{ 1,
	  "4500001c0001000040708e7ac0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol vrrp ip length 28 "
	  "@th,0,64 0x0 " },
	{ 1,
	  "4500001c0001000040848e66c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol sctp ip length 28 sctp "
	  "sport 0 sctp dport 0 sctp vtag 0 " },
	{ 1,
	  "4500001c0001000040888e62c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udplite ip length 28 "
	  "udplite sport 0 udplite dport 0 udplite csumcov 0 udplite "
	  "checksum 0 " },
	{ 1,
	  "4500001c00010000408e8e5cc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol rohc ip length 28 "
	  "@th,0,64 0x0 " },
	{ 1,
	  "4500001c00010000408f8e5bc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol ethernet ip length 28 "
	  "@th,0,64 0x0 " },
	{ 1,
	  "4500001c0001000040908e5ac0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 144 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040c88e22c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 200 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "4500001c0001000040ff8debc0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol 255 ip length 28 @th,0,64 "
	  "0x0 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 0 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070100000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070200000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type packet-too-big icmpv6 code no-route "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070300000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type time-exceeded icmpv6 code no-route "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070400000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type parameter-problem icmpv6 code no-route "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070500000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 5 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000077e00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 126 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000077f00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 127 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078000000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type echo-request icmpv6 code no-route "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078100000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type echo-reply icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078200000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type mld-listener-query icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078300000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type mld-listener-report icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078400000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type mld-listener-done icmpv6 code no-route "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078500000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type nd-router-solicit icmpv6 code no-route "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078600000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type nd-router-advert icmpv6 code no-route "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078700000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type nd-neighbor-solicit icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078800000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type nd-neighbor-advert icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078900000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type nd-redirect icmpv6 code no-route "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078a00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type router-renumbering icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078b00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 139 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078c00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 140 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078d00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type ind-neighbor-solicit icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078e00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type ind-neighbor-advert icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078f00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type mld2-listener-report icmpv6 code "
	  "no-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079000000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 144 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079100000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 145 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079200000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 146 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079300000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 147 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079400000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 148 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079500000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 149 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079600000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 150 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079700000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 151 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079800000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 152 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079900000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 153 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079a00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 154 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079b00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 155 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079c00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 156 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079d00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 157 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079e00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 158 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079f00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 159 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "0000000000000007c800000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type 200 icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070101000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code "
	  "admin-prohibited icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070102000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code 2 "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070103000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code "
	  "addr-unreachable icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070104000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code "
	  "port-unreachable icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070105000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code "
	  "policy-fail icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070106000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code "
	  "reject-route icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070107000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code 7 "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070108000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type destination-unreachable icmpv6 code 8 "
	  "icmpv6 parameter-problem 65538 " },
	{ 1,
	  "6000000000083b40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-nonxt "
	  "ip6 length 8 @th,0,64 0x0 " },
	{ 1,
	  "6000000000080640fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr tcp ip6 "
	  "length 8 tcp sport 0 tcp dport 0 " },
	{ 1,
	  "6000000000081140fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr udp ip6 "
	  "length 8 udp sport 0 udp dport 0 udp length 0 " },
	{ 1,
	  "6000000000082f40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr gre ip6 "
	  "length 8 @th,0,64 0x0 " },
	{ 1,
	  "6000000000083240fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr esp ip6 "
	  "length 8 esp spi 0 esp sequence 0 " },
	{ 1,
	  "6000000000085940fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ospf ip6 "
	  "length 8 @th,0,64 0x0 " },
	{ 1,
	  "600000000008fd40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr 253 ip6 "
	  "length 8 @th,0,64 0x0 " },
	{ 1,
	  "6000000000083d40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr 61 ip6 "
	  "length 8 @th,0,64 0x0 " },
	{ 1,
	  "6fffffff00081140fd00000100000000000000000000002020010db800000000"
	  "00000000000000070001000200080000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp 0x3f ip6 "
	  "ecn ce ip6 hoplimit 64 ip6 flowlabel 1048575 ip6 nexthdr udp "
	  "ip6 length 8 udp sport 1 udp dport 2 udp length 8 " },
	{ 1,
	  "450000200001000040118ed5c0a80114c6336407000100020008000000000001",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 32 udp "
	  "sport 1 udp dport 2 udp length 8 @th,64,32 0x1 " },
	{ 1,
	  "450000200001000040118ed5c0a80114c6336407000100020008000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 32 udp "
	  "sport 1 udp dport 2 udp length 8 @th,64,32 0x0 " },
	{ 1,
	  "4500001a0001000040118edbc0a80114c6336407000100020008",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 26 udp "
	  "sport 1 udp dport 2 udp length 8 " },
	{ 1,
	  "450000180001000040118eddc0a80114c633640700010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 24 udp "
	  "sport 1 udp dport 2 " },
	{ 1,
	  "450000150001000040118ee0c0a80114c633640701",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 21 udp "
	  "sport 1 " },
	{ 1,
	  "450000140001000040118ee1c0a80114c6336407",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 20 " },
	{ 1,
	  "450000240001000040068edcc0a80114c6336407000100020000000300000004"
	  "50020005",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 36 tcp "
	  "sport 1 tcp dport 2 tcp flags == syn tcp window 5 " },
	{ 1,
	  "450000210001000040068edfc0a80114c6336407000100020000000300000004"
	  "50",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 33 tcp "
	  "sport 1 tcp dport 2 " },
	{ 1,
	  "4500001c0001000040068ee4c0a80114c63364070001000200000003",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 28 tcp "
	  "sport 1 tcp dport 2 " },
	{ 1,
	  "450000180001000040018eedc0a80114c633640708000005",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 24 icmp "
	  "type echo-request icmp code net-unreachable " },
	{ 1,
	  "450000150001000040018ef0c0a80114c633640708",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol icmp ip length 21 icmp "
	  "type echo-request " },
	{ 1,
	  "4500001c0001400040114ed9c0a80114c63364070001000200080000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 28 udp "
	  "sport 1 udp dport 2 udp length 8 " },
	{ 1,
	  "4500001c0001200040116ed9c0a80114c63364070001000200080000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 28 udp "
	  "sport 1 udp dport 2 udp length 8 " },
	{ 1,
	  "4500001c0001200540116ed4c0a80114c63364070001000200080000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 28 udp "
	  "sport 1 udp dport 2 udp length 8 " },
	{ 1,
	  "4500001c0001000540118ed4c0a80114c63364070001000200080000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 28 udp "
	  "sport 1 udp dport 2 udp length 8 " },
	{ 1,
	  "4500003a0001000040118ebbc0a80114c6336407ffff0002ffff000078787878"
	  "7878787878787878787878787878787878787878787878787878",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol udp ip length 58 udp "
	  "sport 65535 udp dport 2 udp length 65535 @th,64,96 "
	  "0x787878787878787878787878 " },
	{ 1,
	  "4500003e0001000040848e44c0a80114c633640700010002ffffffff00000000"
	  "787878787878787878787878787878787878787878787878787878787878",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol sctp ip length 62 sctp "
	  "sport 1 sctp dport 2 sctp vtag 4294967295 @th,96,64 "
	  "0x7878787878787878 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070000000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type echo-reply "
	  "icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070400000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type source-quench "
	  "icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070800000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type echo-request "
	  "icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070c00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type "
	  "parameter-problem icmp code net-unreachable icmp id 1 icmp "
	  "sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364071000000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type info-reply "
	  "icmp code net-unreachable icmp id 1 icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364071e00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type 30 icmp code "
	  "net-unreachable icmp id 1 icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364072b00000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type 43 icmp code "
	  "net-unreachable icmp id 1 icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070301000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type "
	  "destination-unreachable icmp code host-unreachable icmp id 1 "
	  "icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070305000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type "
	  "destination-unreachable icmp code 5 icmp id 1 icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070309000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type "
	  "destination-unreachable icmp code net-prohibited icmp id 1 icmp "
	  "sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c6336407030d000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type "
	  "destination-unreachable icmp code admin-prohibited icmp id 1 "
	  "icmp sequence 2 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070311000000010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type "
	  "destination-unreachable icmp code 17 icmp id 1 icmp sequence 2 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5000000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == 0x0 tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5001000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == fin tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5002000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == syn tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5003000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == 0x3 tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5004000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == rst tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5008000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == psh tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5010000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == ack tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5012000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == 0x12 tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5020000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == urg tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5040000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == ecn tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5052000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == 0x52 tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5080000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == cwr tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "50c2000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == 0xc2 tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "5f02000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == syn tcp window 5 " },
	{ 2,
	  "450000280001000040068ed8c0a80114c6336407000100020000000300000004"
	  "f002000500060007",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 40 tcp sport 1 tcp dport 2 "
	  "tcp flags == syn tcp window 5 " },
	{ 2,
	  "4500001c0001000040028ee8c0a80114c63364071705000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 igmp type leave-group "
	  "igmp mrt 5 @th,16,48 0x0 " },
	{ 2,
	  "4500001c0001000040018ee9c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmp type echo-reply "
	  "icmp code net-unreachable icmp id 0 icmp sequence 0 " },
	{ 2,
	  "4500001c0001000040068ee4c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 tcp sport 0 tcp dport 0 " },
	{ 2,
	  "4500001c0001000040118ed9c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 udp sport 0 udp dport 0 "
	  "udp length 0 " },
	{ 2,
	  "4500001c0001000040218ec9c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 dccp sport 0 dccp dport "
	  "0 @th,32,32 0x0 " },
	{ 2,
	  "4500001c0001000040328eb8c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 esp spi 0 esp sequence 0 " },
	{ 2,
	  "4500001c00010000403a8eb0c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 icmpv6 type 0 icmpv6 "
	  "code no-route icmpv6 parameter-problem 0 " },
	{ 2,
	  "4500001c0001000040848e66c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 sctp sport 0 sctp dport "
	  "0 sctp vtag 0 " },
	{ 2,
	  "4500001c0001000040888e62c0a80114c63364070000000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 udplite sport 0 udplite "
	  "dport 0 udplite csumcov 0 udplite checksum 0 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070200000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type packet-too-big icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000077e00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type 126 icmpv6 code no-route icmpv6 parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078200000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type mld-listener-query icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078600000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type nd-router-advert icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078a00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type router-renumbering icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000078e00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type ind-neighbor-advert icmpv6 code no-route icmpv6 "
	  "parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079200000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type 146 icmpv6 code no-route icmpv6 parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079600000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type 150 icmpv6 code no-route icmpv6 parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079a00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type 154 icmpv6 code no-route icmpv6 parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000079e00000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type 158 icmpv6 code no-route icmpv6 parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070101000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type destination-unreachable icmpv6 code admin-prohibited "
	  "icmpv6 parameter-problem 65538 " },
	{ 10,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070105000000010002",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 icmpv6 "
	  "type destination-unreachable icmpv6 code policy-fail icmpv6 "
	  "parameter-problem 65538 " },
	{ 10,
	  "6000000000083240fd00000100000000000000000000002020010db800000000"
	  "00000000000000070000000000000000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 length 8 esp spi 0 "
	  "esp sequence 0 " },
	{ 10,
	  "6fffffff00081140fd00000100000000000000000000002020010db800000000"
	  "00000000000000070001000200080000",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp 0x3f ip6 "
	  "ecn ce ip6 hoplimit 64 ip6 flowlabel 1048575 ip6 length 8 udp "
	  "sport 1 udp dport 2 udp length 8 " },
	{ 2,
	  "450000200001000040118ed5c0a80114c6336407000100020008000000000001",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 32 udp sport 1 udp dport 2 "
	  "udp length 8 @th,64,32 0x1 " },
	{ 2,
	  "450000200001000040118ed5c0a80114c6336407000100020008000000000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 32 udp sport 1 udp dport 2 "
	  "udp length 8 @th,64,32 0x0 " },
	{ 2,
	  "4500001a0001000040118edbc0a80114c6336407000100020008",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 26 udp sport 1 udp dport 2 "
	  "udp length 8 " },
	{ 2,
	  "450000180001000040118eddc0a80114c633640700010002",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 24 udp sport 1 udp dport 2 " },
	{ 2,
	  "450000150001000040118ee0c0a80114c633640701",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 21 udp sport 1 " },
	{ 2,
	  "450000240001000040068edcc0a80114c6336407000100020000000300000004"
	  "50020005",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 36 tcp sport 1 tcp dport 2 "
	  "tcp flags == syn tcp window 5 " },
	{ 2,
	  "450000210001000040068edfc0a80114c6336407000100020000000300000004"
	  "50",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 33 tcp sport 1 tcp dport 2 " },
	{ 2,
	  "4500001c0001000040068ee4c0a80114c63364070001000200000003",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 tcp sport 1 tcp dport 2 " },
	{ 2,
	  "4500001c0001400040114ed9c0a80114c63364070001000200080000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 udp sport 1 udp dport 2 "
	  "udp length 8 " },
	{ 2,
	  "4500001c0001200040116ed9c0a80114c63364070001000200080000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 udp sport 1 udp dport 2 "
	  "udp length 8 " },
	{ 2,
	  "4500001c0001200540116ed4c0a80114c63364070001000200080000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 udp sport 1 udp dport 2 "
	  "udp length 8 " },
	{ 2,
	  "4500001c0001000540118ed4c0a80114c63364070001000200080000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 28 udp sport 1 udp dport 2 "
	  "udp length 8 " },
	{ 2,
	  "4500003a0001000040118ebbc0a80114c6336407ffff0002ffff000078787878"
	  "7878787878787878787878787878787878787878787878787878",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 58 udp sport 65535 udp "
	  "dport 2 udp length 65535 @th,64,96 0x787878787878787878787878 " },
	{ 2,
	  "4500003e0001000040848e44c0a80114c633640700010002ffffffff00000000"
	  "787878787878787878787878787878787878787878787878787878787878",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip length 62 sctp sport 1 sctp dport "
	  "2 sctp vtag 4294967295 @th,96,64 0x7878787878787878 " },
	{ 1,
	  "4500002c000100004006f765c0a80114c0a8010103e800160000000500000000"
	  "60020064105a0000020405b4",
	  "ip saddr 192.168.1.20 ip daddr 192.168.1.1 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 1 ip protocol tcp ip length 44 tcp "
	  "sport 1000 tcp dport 22 tcp flags == syn tcp window 100 " },
	{ 1,
	  "45000028000200004006f768c0a80114c0a8010103e800170000000000000000"
	  "50022000087e0000",
	  "ip saddr 192.168.1.20 ip daddr 192.168.1.1 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 2 ip protocol tcp ip length 40 tcp "
	  "sport 1000 tcp dport 23 tcp flags == syn tcp window 8192 " },
	{ 1,
	  "45000021000200004011f764c0a80114c0a8010103e80035000d347f68656c6c"
	  "6f",
	  "ip saddr 192.168.1.20 ip daddr 192.168.1.1 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 2 ip protocol udp ip length 33 udp "
	  "sport 1000 udp dport 53 udp length 13 @th,64,40 0x68656c6c6f " },
	{ 1,
	  "45000021000200004011f764c0a80114c0a8010103e80036000d347e68656c6c"
	  "6f",
	  "ip saddr 192.168.1.20 ip daddr 192.168.1.1 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 2 ip protocol udp ip length 33 udp "
	  "sport 1000 udp dport 54 udp length 13 @th,64,40 0x68656c6c6f " },
	{ 1,
	  "4500001d000200004001f778c0a80114c0a8010108007ff50007000378",
	  "ip saddr 192.168.1.20 ip daddr 192.168.1.1 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 2 ip protocol icmp ip length 29 icmp "
	  "type echo-request icmp code net-unreachable icmp id 7 icmp "
	  "sequence 3 @th,64,8 0x78 " },
	{ 1,
	  "45b900280002000040068e1ec0a80114c633640703e900500000000000000000"
	  "500220009fb20000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp ef ip ecn "
	  "ect1 ip ttl 64 ip id 2 ip protocol tcp ip length 40 tcp sport "
	  "1001 tcp dport 80 tcp flags == syn tcp window 8192 " },
	{ 1,
	  "4500002a0002000040068ed5c0a80114c633640703ea00500000000000000007"
	  "50182000271a00007878",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 2 ip protocol tcp ip length 42 tcp "
	  "sport 1002 tcp dport 80 tcp flags == 0x18 tcp window 8192 " },
	{ 1,
	  "450000280002400040064ed7c0a80114c633640703ea00500000000000000000"
	  "50ff20009eaf0005",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 2 ip protocol tcp ip length 40 tcp "
	  "sport 1002 tcp dport 80 tcp flags == 0xff tcp window 8192 " },
	{ 1,
	  "450000280002000040068ed7c0a80114c633640703ea00500000000000000000"
	  "500020009fb30000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 2 ip protocol tcp ip length 40 tcp "
	  "sport 1002 tcp dport 80 tcp flags == 0x0 tcp window 8192 " },
	{ 1,
	  "4500001c0003000040118ed7c0a80114c633640703ea005000080fad",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol udp ip length 28 udp "
	  "sport 1002 udp dport 80 udp length 8 " },
	{ 1,
	  "450000380003000040018ecbc0a80114c63364070301e90f000000004500001c"
	  "0001000040118ed9c6336407c0a80114005003ea00080fad",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol icmp ip length 56 icmp "
	  "type destination-unreachable icmp code host-unreachable icmp id "
	  "0 icmp sequence 0 @th,64,96 0x4500001c0001000040118ed9 " },
	{ 1,
	  "450000380003000040018ecbc0a80114c63364070304e394000005784500001c"
	  "0001000040118ed9c6336407c0a80114005003ea00080fad",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol icmp ip length 56 icmp "
	  "type destination-unreachable icmp code frag-needed icmp id 0 "
	  "icmp sequence 1400 @th,64,96 0x4500001c0001000040118ed9 " },
	{ 1,
	  "450000380003000040018ecbc0a80114c63364070501e309010203044500001c"
	  "0001000040118ed9c6336407c0a80114005003ea00080fad",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol icmp ip length 56 icmp "
	  "type redirect icmp code host-unreachable icmp id 258 icmp "
	  "sequence 772 @th,64,96 0x4500001c0001000040118ed9 " },
	{ 1,
	  "450000380003000040018ecbc0a80114c63364070b00e110000000004500001c"
	  "0001000040118ed9c6336407c0a80114005003ea00080fad",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol icmp ip length 56 icmp "
	  "type time-exceeded icmp code net-unreachable icmp id 0 icmp "
	  "sequence 0 @th,64,96 0x4500001c0001000040118ed9 " },
	{ 1,
	  "450000380003000040018ecbc0a80114c63364070c00dc10040000004500001c"
	  "0001000040118ed9c6336407c0a80114005003ea00080fad",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol icmp ip length 56 icmp "
	  "type parameter-problem icmp code net-unreachable icmp id 1024 "
	  "icmp sequence 0 @th,64,96 0x4500001c0001000040118ed9 " },
	{ 1,
	  "450000280003000040018edbc0a80114c63364070d004ee70005000002e233cf"
	  "02e233cf02e233cf",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol icmp ip length 40 icmp "
	  "type timestamp-request icmp code net-unreachable icmp id 5 icmp "
	  "sequence 0 @th,64,96 0x2e233cf02e233cf02e233cf " },
	{ 1,
	  "4500001c0003000040018ee7c0a80114c63364072a09d5f600000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol icmp ip length 28 icmp "
	  "type 42 icmp code net-prohibited icmp id 0 icmp sequence 0 " },
	{ 1,
	  "4500001c00030000402f8eb9c0a80114c63364070000080061626364",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol gre ip length 28 @th,0,64 "
	  "0x80061626364 " },
	{ 1,
	  "4500003800030000402f8e9dc0a80114c633640720000800000000054500001c"
	  "0001000040117cce7f0000017f0000010035003500080172",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol gre ip length 56 "
	  "@th,0,160 0x20000800000000054500001c0001000040117cce " },
	{ 1,
	  "450000200003000040328eb2c0a80114c6336407000000010000000261626364",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol esp ip length 32 esp spi "
	  "1 esp sequence 2 @th,64,32 0x61626364 " },
	{ 1,
	  "450000340003000040848e4cc0a80114c633640703e800500000000000000000"
	  "0100001400000001000100000001000100000001",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol sctp ip length 52 sctp "
	  "sport 1000 sctp dport 80 sctp vtag 0 @th,96,64 "
	  "0x100001400000001 " },
	{ 1,
	  "4500001f0003000040888e5dc0a80114c633640703e80050000b0000616263",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol udplite ip length 31 "
	  "udplite sport 1000 udplite dport 80 udplite csumcov 11 udplite "
	  "checksum 0 @th,64,24 0x616263 " },
	{ 1,
	  "450000240003000040218ebfc0a80114c633640703e800500400000000000000"
	  "00000000",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol dccp ip length 36 dccp "
	  "sport 1000 dccp dport 80 @th,32,96 0x40000000000000000000000 " },
	{ 1,
	  "4500001c00030000406c8e7cc0a80114c63364070400000561626364",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol ipcomp ip length 28 comp "
	  "nexthdr ipencap comp flags 0x0 comp cpi 5 @th,32,32 0x61626364 " },
	{ 1,
	  "4500001c0003000040fd8debc0a80114c63364076162636465666768",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol 253 ip length 28 @th,0,64 "
	  "0x6162636465666768 " },
	{ 1,
	  "4500001c0003000040028ee6c0a80114c633640716000000e0010203",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol igmp ip length 28 igmp "
	  "type membership-report-v2 igmp mrt 0 @th,16,48 0xe0010203 " },
	{ 1,
	  "450000200003000040708e74c0a80114c6336407210164010001000001020304",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol vrrp ip length 32 "
	  "@th,0,96 0x210164010001000001020304 " },
	{ 1,
	  "450000300003000040048ed0c0a80114c63364074500001c00010000401174cb"
	  "0101010102020202003500350008f96e",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol ipencap ip length 48 "
	  "@th,0,160 0x4500001c00010000401174cb0101010102020202 " },
	{ 1,
	  "46000020000300004011f9cec0a80114c63364079404000000050006000813dc",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol udp ip length 32 "
	  "@nh,160,32 0x94040000 udp sport 5 udp dport 6 udp length 8 " },
	{ 1,
	  "4500001c000300000111180dc0a80114e00000050005000600085e11",
	  "ip saddr 192.168.1.20 ip daddr 224.0.0.5 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 1 ip id 3 ip protocol udp ip length 28 udp sport "
	  "5 udp dport 6 udp length 8 " },
	{ 1,
	  "4500001c000300004011f66ac0a80114c0a801ff0089008900087a68",
	  "ip saddr 192.168.1.20 ip daddr 192.168.1.255 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol udp ip length 28 udp "
	  "sport 137 udp dport 137 udp length 8 " },
	{ 1,
	  "4500001c0003000040117acf00000000ffffffff004400430008ff57",
	  "ip saddr 0.0.0.0 ip daddr 255.255.255.255 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol udp ip length 28 udp "
	  "sport 68 udp dport 67 udp length 8 " },
	{ 1,
	  "450000240009200040116ec9c0a80114c63364070005000600188e3e61616161"
	  "61616161",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 9 ip protocol udp ip length 36 udp "
	  "sport 5 udp dport 6 udp length 24 @th,64,64 0x6161616161616161 " },
	{ 1,
	  "4500001c0009000240008ee0c0a80114c63364076161616161616161",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 9 ip protocol ip ip length 28 @th,0,64 "
	  "0x6161616161616161 " },
	{ 1,
	  "4500001c000300000111cdd7c0a80114c633640700050006000813dc",
	  "ip saddr 192.168.1.20 ip daddr 198.51.100.7 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 1 ip id 3 ip protocol udp ip length 28 udp sport "
	  "5 udp dport 6 udp length 8 " },
	{ 1,
	  "6000000000140640fd000001000000000000000000000020fd00000100000000"
	  "000000000000000103e80016000000000000000050020064b15c0000",
	  "ip6 saddr fd00:1::20 ip6 daddr fd00:1::1 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr tcp ip6 "
	  "length 20 tcp sport 1000 tcp dport 22 tcp flags == syn tcp "
	  "window 100 " },
	{ 1,
	  "6b912345000d113dfd000001000000000000000000000020fd00000100000000"
	  "000000000000000103e80035000dbdc068656c6c6f",
	  "ip6 saddr fd00:1::20 ip6 daddr fd00:1::1 ip6 dscp ef ip6 ecn "
	  "ect1 ip6 hoplimit 61 ip6 flowlabel 74565 ip6 nexthdr udp ip6 "
	  "length 13 udp sport 1000 udp dport 53 udp length 13 @th,64,40 "
	  "0x68656c6c6f " },
	{ 1,
	  "6000000000083a40fd00000100000000000000000000002020010db800000000"
	  "0000000000000007800054d100070003",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type echo-request icmpv6 code no-route "
	  "icmpv6 parameter-problem 458755 " },
	{ 1,
	  "6000000000383a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070101627b00000000600000000008114020010db800000000"
	  "0000000000000007fd000001000000000000000000000020003500350008d492",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 56 icmpv6 type destination-unreachable icmpv6 code "
	  "admin-prohibited icmpv6 parameter-problem 0 @th,64,96 "
	  "0x600000000008114020010db8 " },
	{ 1,
	  "6000000000383a40fd00000100000000000000000000002020010db800000000"
	  "000000000000000702005c6800000514600000000008114020010db800000000"
	  "0000000000000007fd000001000000000000000000000020003500350008d492",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 56 icmpv6 type packet-too-big icmpv6 code no-route "
	  "icmpv6 parameter-problem 1300 @th,64,96 "
	  "0x600000000008114020010db8 " },
	{ 1,
	  "6000000000383a40fd00000100000000000000000000002020010db800000000"
	  "000000000000000704005f7700000005600000000008114020010db800000000"
	  "0000000000000007fd000001000000000000000000000020003500350008d492",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 56 icmpv6 type parameter-problem icmpv6 code "
	  "no-route icmpv6 parameter-problem 5 @th,64,96 "
	  "0x600000000008114020010db8 " },
	{ 1,
	  "6000000000383a40fd00000100000000000000000000002020010db800000000"
	  "00000000000000070300607c00000000600000000008114020010db800000000"
	  "0000000000000007fd000001000000000000000000000020003500350008d492",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 56 icmpv6 type time-exceeded icmpv6 code no-route "
	  "icmpv6 parameter-problem 0 @th,64,96 0x600000000008114020010db8 " },
	{ 1,
	  "6000000000203afffd000001000000000000000000000020fd00000100000000"
	  "000000000000000187007e7b00000000fd000001000000000000000000000001"
	  "0101020000000001",
	  "ip6 saddr fd00:1::20 ip6 daddr fd00:1::1 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 255 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 32 icmpv6 type nd-neighbor-solicit icmpv6 code "
	  "no-route icmpv6 parameter-problem 0 @th,64,96 "
	  "0xfd0000010000000000000000 " },
	{ 1,
	  "6000000000183afffd000001000000000000000000000020fd00000100000000"
	  "00000000000000018800c065c0000000fd000001000000000000000000000020",
	  "ip6 saddr fd00:1::20 ip6 daddr fd00:1::1 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 255 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 24 icmpv6 type nd-neighbor-advert icmpv6 code "
	  "no-route icmpv6 parameter-problem 3221225472 @th,64,96 "
	  "0xfd0000010000000000000000 " },
	{ 1,
	  "6000000000083afffd000001000000000000000000000020fd00000100000000"
	  "00000000000000018500809800000000",
	  "ip6 saddr fd00:1::20 ip6 daddr fd00:1::1 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 255 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 8 icmpv6 type nd-router-solicit icmpv6 code no-route "
	  "icmpv6 parameter-problem 0 " },
	{ 1,
	  "6000000000103afffe800000000000000000000000000001ff02000000000000"
	  "00000000000000018600751f000807080000000000000000",
	  "ip6 saddr fe80::1 ip6 daddr ff02::1 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 255 ip6 flowlabel 0 ip6 nexthdr ipv6-icmp "
	  "ip6 length 16 icmpv6 type nd-router-advert icmpv6 code no-route "
	  "icmpv6 parameter-problem 526088 @th,64,64 0x0 " },
	{ 1,
	  "6000000000100001fe800000000000000000000000000001ff02000000000000"
	  "00000000000000163a000502000001008f00732200000000",
	  "ip6 saddr fe80::1 ip6 daddr ff02::16 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 1 ip6 flowlabel 0 ip6 nexthdr ip ip6 "
	  "length 16 @th,0,64 0x8f00732200000000 " },
	{ 1,
	  "6000000000103c40fd00000100000000000000000000002020010db800000000"
	  "00000000000000071100010400000000000100020008d4f9",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-opts "
	  "ip6 length 16 @th,0,64 0x100020008d4f9 " },
	{ 1,
	  "6000000000100040fd00000100000000000000000000002020010db800000000"
	  "00000000000000071100010400000000000100020008d4f9",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ip ip6 "
	  "length 16 @th,0,64 0x100020008d4f9 " },
	{ 1,
	  "6000000000182c40fd00000100000000000000000000002020010db800000000"
	  "0000000000000007110000010000004d0005000600184f546161616161616161",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-frag "
	  "ip6 length 24 @th,0,128 0x5000600184f546161616161616161 " },
	{ 1,
	  "6000000000102c40fd00000100000000000000000000002020010db800000000"
	  "00000000000000073b0000100000004d6161616161616161",
	  "ether type ip6 @th,0,160 "
	  "0x6000000000102c40fd0000010000000000000000 " },
	{ 1,
	  "6000000000003b40fd00000100000000000000000000002020010db800000000"
	  "0000000000000007",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr ipv6-nonxt "
	  "ip6 length 0 " },
	{ 1,
	  "6000000000208440fd00000100000000000000000000002020010db800000000"
	  "000000000000000703e800500000000000000000010000140000000100010000"
	  "0001000100000001",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr sctp ip6 "
	  "length 32 sctp sport 1000 sctp dport 80 sctp vtag 0 @th,96,64 "
	  "0x100001400000001 " },
	{ 1,
	  "600000000008fd40fd00000100000000000000000000002020010db800000000"
	  "00000000000000076162636465666768",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr 253 ip6 "
	  "length 8 @th,0,64 0x6162636465666768 " },
	{ 1,
	  "60000000000c3240fd00000100000000000000000000002020010db800000000"
	  "0000000000000007000000010000000261626364",
	  "ip6 saddr fd00:1::20 ip6 daddr 2001:db8::7 ip6 dscp cs0 ip6 ecn "
	  "not-ect ip6 hoplimit 64 ip6 flowlabel 0 ip6 nexthdr esp ip6 "
	  "length 12 esp spi 1 esp sequence 2 @th,64,32 0x61626364 " },
	{ 1,
	  "45000028000300004006027dcb00714dcb00710204351f900000000000000000"
	  "50022000f3cc0000",
	  "ip saddr 203.0.113.77 ip daddr 203.0.113.2 ip dscp cs0 ip ecn "
	  "not-ect ip ttl 64 ip id 3 ip protocol tcp ip length 40 tcp "
	  "sport 1077 tcp dport 8080 tcp flags == syn tcp window 8192 " },
};
