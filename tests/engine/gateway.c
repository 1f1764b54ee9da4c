/* SPDX-License-Identifier: BSD-2-Clause
 * engine/gateway.c - see engine/gateway.h. */
#include "engine/gateway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "io/tool.h"

static const char ruleset[] =
"table inet g {\n"
"	set seen { type ipv4_addr . inet_service; flags dynamic,timeout;\n"
"		size 100; timeout 5s; }\n"
"	set seen6 { type ipv6_addr; flags dynamic; size 3; }\n"
"	map ports { type inet_service : verdict; flags interval;\n"
"		elements = { 1-1023 : accept, 2000-2999 : jump some,\n"
"			     3000-65535 : continue } }\n"
"	counter total { }\n"
"	limit few { rate 5/second burst 5 packets }\n"
"	chain raw { type filter hook prerouting priority raw;\n"
"		udp dport 9 notrack\n"
"		udp sport 7 ct zone set 3\n"
"		meta mark set numgen random mod 7\n"
"	}\n"
"	chain early { type filter hook prerouting priority -450;\n"
"		ip frag-off & 0x1fff > 100 counter\n"
"	}\n"
"	chain pre { type nat hook prerouting priority dstnat;\n"
"		tcp dport 80 dnat ip to 10.1.0.2-10.1.0.3:8000-8009\n"
"		udp dport 53 redirect to :5353\n"
"	}\n"
"	chain some { counter name total\n"
"		meta mark 3 return\n"
"		ct state new limit name few log\n"
"	}\n"
"	chain forw { type filter hook forward priority filter; policy drop;\n"
"		counter name total\n"
"		tcp dport vmap @ports\n"
"		ct state established,related accept\n"
"		ct state invalid reject with tcp reset\n"
"		ct state invalid reject\n"
"		update @seen { ip saddr . th dport limit rate 20/second } accept\n"
"		add @seen6 { ip6 saddr }\n"
"		meta mark 5 reject with icmpx admin-prohibited\n"
"		ct count over 20 drop\n"
"		ct mark set meta mark ct mark != 2 accept\n"
"	}\n"
"	chain inp { type filter hook input priority 5;\n"
"		limit rate over 3/second reject\n"
"	}\n"
"	chain outp { type route hook output priority mangle;\n"
"		meta mark set 9\n"
"	}\n"
"	chain post { type nat hook postrouting priority srcnat;\n"
"		oifname \"two\" ip protocol tcp masquerade random\n"
"		oifname \"two\" snat ip to 10.1.0.200-10.1.0.201 persistent\n"
"		oifname \"two\" meta nfproto ipv6 masquerade\n"
"	}\n"
"}\n";

static void
add_address(struct clew_engine *e, uint32_t ifindex, uint8_t family,
	    const uint8_t bytes[16], uint8_t prefix)
{
	struct clew_address a = { .ifindex = ifindex, .family = family,
				  .prefix = prefix };

	memcpy(a.addr.bytes, bytes, family == CLEW_IPV4 ? 4 : 16);
	assert_int_equal(clew_address_add(e, &a), 0);
}

void
gateway_add_router(struct clew_engine *e)
{
	const struct clew_interface ifaces[] = {
		{ .index = 1, .name = "one" },
		{ .index = 2, .name = "two", .mtu = 600 },
	};
	struct clew_route far = {
		.family = CLEW_IPV4, .has_via = true,
		.via = { .bytes = { 10, 1, 0, 253 } }, .ifindex = 2,
	};

	for (uint8_t i = 0; i < 2; i++) {
		uint8_t six[16] = { 0x20, 0x01, 0x0d, 0xb8, i, [15] = 0xfe };

		assert_int_equal(clew_interface_add(e, &ifaces[i]), 0);
		add_address(e, i + 1u, CLEW_IPV4,
			    (uint8_t[16]){ 10, i, 0, 254 }, 24);
		add_address(e, i + 1u, CLEW_IPV6, six, 40);
	}
	assert_int_equal(clew_route_add(e, &far), 0);
}

bool
gateway_add_rules(struct clew_engine *e)
{
	const char *const argv[] = { "nft", "-f", "-", NULL };
	struct clew_control *control;
	struct clew_error error = { "" };
	struct tool_result result;
	int err;

	assert_int_equal(clew_control_create(&control, e), 0);
	err = tool_run(control, argv, ruleset, strlen(ruleset), &result,
		       &error);
	if (err == 0 && result.status)
		fail_msg("%s", result.err);
	tool_result_fini(&result);
	clew_control_destroy(control);
	if (err)
		print_message("# without rules: %s\n", error.text);
	return err == 0;
}
