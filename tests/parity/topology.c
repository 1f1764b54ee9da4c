/* SPDX-License-Identifier: BSD-2-Clause
 * parity/topology.c - the router that both sides are. */
#include "parity/router.h"

#include <string.h>

#include "parity/build.h"
#include "parity/follow.h"
#include "parity/script.h"

const char *const router_links[ROUTER_LINKS] = { "lan0", "wan0", "dmz0" };

const char *const router_addresses[] = {
	"lan0=192.168.1.1/24,fd00:1::1/64",
	"wan0=203.0.113.2/24,203.0.113.3/24,2001:db8:1::2/64",
	"dmz0=192.168.2.1/24,fd00:2::1/64",
	NULL,
};

const char *const router_routes_own[] = {
	"default=wan0,via 203.0.113.1",
	"::/0=wan0,via 2001:db8:1::1",
	"10.0.0.0/8=lan0,via 192.168.1.254",
	"fd00:100::/32=lan0,via fd00:1::fe",
	"198.18.0.0/24=unreachable",
	"198.18.1.0/24=prohibit",
	"198.18.2.0/24=blackhole",
	"2001:db8:f0::/64=unreachable",
	"2001:db8:f1::/64=prohibit",
	"2001:db8:f2::/64=blackhole",
	NULL,
};

unsigned
router_side(const uint8_t *addr, bool six)
{
	static const uint8_t own[][4] = {
		{ 192, 168, 1, 1 }, { 203, 0, 113, 2 }, { 203, 0, 113, 3 },
		{ 192, 168, 2, 1 },
	};
	uint8_t host;
	unsigned i;

	if (six) {
		for (host = 0, i = 4; i < 15; i++)
			host |= addr[i];
		if (addr[0] == 0x20)
			return get16(addr + 4) == 1 && addr[15] == 2 &&
				!addr[6] && !addr[14] ? SIDE_HOST : 1;
		if (addr[0] != 0xfd)
			return 1;
		if (addr[15] == 1 && !host)
			return SIDE_HOST;
		return get16(addr + 2) == 2 ? 2 : 0;
	}
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!memcmp(addr, own[i], 4))
			return SIDE_HOST;
	if (addr[0] == 192 && addr[1] == 168)
		return addr[2] == 2 ? 2 : 0;
	return addr[0] == 10 ? 0 : 1;
}

bool
router_can_send(const uint8_t *p, size_t len)
{
	static const uint8_t zero[16];

	if (len > 1200 || flow_quote(p, len))
		return false;	/* raw sockets do not cut */
	if (len >= 40 && p[0] >> 4 == 6)
		return get16(p + 4) == len - 40 && p[6] != 44 && p[6] &&
			router_side(p + 24, true) != SIDE_HOST &&
			memcmp(p + 24, zero, 16) != 0;
	if (len < 20 || p[0] != 0x45 || get16(p + 6) & 0x3fff)
		return false;
	return get16(p + 2) == len && get16(p + 4) &&
		router_side(p + 16, false) != SIDE_HOST &&
		get32(p + 12) && get32(p + 16) && sum_fold(sum_add(0, p, 20)) == 0;
}
