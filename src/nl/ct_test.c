/* SPDX-License-Identifier: BSD-2-Clause
 * nl/ct_test.c - what Linux 6.18 sends is read, and written back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "nl/ct.h"
#include "nl/uapi_ct.h"

/* Attributes of dumped entries, as a 6.18 kernel sent them. */
static const struct {
	const char *title;
	uint8_t family;
	const char *hex;
} recorded[] = {
	{ "tcp", CLEW_IPV4,
		  "3400018014000180080001000101010108000200020202021c00028005000100"
		  "0600000006000200000100000600030000020000340002801400018008000100"
		  "0202020208000200010101011c00028005000100060000000600020000020000"
		  "06000300000100000600120000030000080003000000000e0800080000000005"
		  "08000c00c6e7939f08000b00000000010800070000000063300004802c000180"
		  "050001000300000005000200000000000500030000000000060004000a000000"
		  "060005000a0000001c0009800c00010000000000000000000c00020000000000"
		  "000000001c000a800c00010000000000000000000c0002000000000000000000"
		  "100014800c00010018ea12a790d4f86a1c001880080001000000000008000200"
		  "000000000800030000000000" },
	{ "icmpv6", CLEW_IPV6,
		  "540001802c00018014000300fd00000000000000000000000000000114000400"
		  "fd00000000000000000000000000000224000280050001003a00000006000700"
		  "0007000005000800800000000500090000000000540002802c00018014000300"
		  "fd00000000000000000000000000000214000400fd0000000000000000000000"
		  "0000000124000280050001003a00000006000700000700000500080081000000"
		  "05000900000000000800030000000008080008000000000008000c002d48660b"
		  "08000b000000000108000700000000641c0009800c0001000000000000000000"
		  "0c00020000000000000000001c000a800c00010000000000000000000c000200"
		  "0000000000000000100014800c00010018ea12a7910ef3911c00188008000100"
		  "0000000008000200000000000800030000000000" },
	{ "sctp", CLEW_IPV4,
		  "3c00018014000180080001000101010108000200020202021c00028005000100"
		  "8400000006000200000100000600030000020000060003000004000034000280"
		  "14000180080001000202020208000200010101011c0002800500010084000000"
		  "0600020000020000060003000001000008000300000000080800080000000000"
		  "08000c0065a0623008000b00000000010800070000000063200004801c000380"
		  "0500010004000000080002000100000008000300020000001c0009800c000100"
		  "00000000000000000c00020000000000000000001c000a800c00010000000000"
		  "000000000c0002000000000000000000100014800c00010018ea12a790e3882a"
		  "1c001880080001000000000008000200000000000800030000000000" },
	{ "udp", CLEW_IPV6,
		  "4c0001802c00018014000300fd00000000000000000000000000000114000400"
		  "fd0000000000000000000000000000021c000280050001001100000006000200"
		  "0001000006000300000200004c0002802c00018014000300fd00000000000000"
		  "000000000000000214000400fd0000000000000000000000000000031c000280"
		  "0500010011000000060002000002000006000300000100000800030000000198"
		  "080008000000000008000c001d207e0d08000b00000000010800070000000063"
		  "1c0009800c00010000000000000000000c00020000000000000000001c000a80"
		  "0c00010000000000000000000c0002000000000000000000100014800c000100"
		  "18ea12a790f153461c0018800800010000000000080002000000000008000300"
		  "00000000" },
	{ "icmp", CLEW_IPV4,
		  "3c00018014000180080001000101010108000200020202022400028005000100"
		  "010000000600040000070000050005000800000005000600000000003c000280"
		  "1400018008000100020202020800020001010101240002800500010001000000"
		  "0600040000070000050005000000000005000600000000000800030000000008"
		  "080008000000000008000c0006196ba008000b00000000010800070000000063"
		  "1c0009800c00010000000000000000000c00020000000000000000001c000a80"
		  "0c00010000000000000000000c0002000000000000000000100014800c000100"
		  "18ea12a790fed1f41c0018800800010000000000080002000000000008000300"
		  "00000000" },
	{ "generic", CLEW_IPV4,
		  "2400018014000180080001000101010108000200020202020c00028005000100"
		  "630000002400028014000180080001000202020208000200010101010c000280"
		  "05000100630000000800030000000008080008000000000008000c00b0bf3fed"
		  "08000b000000000108000700000000631c0009800c0001000000000000000000"
		  "0c00020000000000000000001c000a800c00010000000000000000000c000200"
		  "0000000000000000100014800c00010018ea12a7911e78481c00188008000100"
		  "0000000008000200000000000800030000000000" },
};

#define RECORDED (sizeof(recorded) / sizeof(recorded[0]))

static size_t
from_hex(const char *hex, uint8_t *out)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		char byte[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		out[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return n;
}

static void
writes_what_linux_wrote(void **state)
{
	(void)state;
	for (size_t i = 0; i < RECORDED; i++) {
		uint8_t in[1024], out[1024];
		struct nl_writer w = nl_writer(out, sizeof(out));
		size_t size = from_hex(recorded[i].hex, in);
		struct clew_snapshot ct;

		print_message("# %s\n", recorded[i].title);
		assert_int_equal(nl_ct_decode(in, size, recorded[i].family,
					      &ct, NULL), 0);
		nl_ct_encode(&w, &ct, NL_CT_ENTRY);
		assert_true(nl_ok(&w));
		assert_int_equal(w.used, size);
		assert_memory_equal(out, in, size);
	}
}

static void
reads_every_field(void **state)
{
	uint8_t in[1024];
	struct clew_snapshot ct;
	size_t size = from_hex(recorded[0].hex, in);

	(void)state;
	assert_int_equal(nl_ct_decode(in, size, CLEW_IPV4, &ct, NULL), 0);
	assert_int_equal(ct.tuple[0].protocol, 6);
	assert_int_equal(ct.tuple[0].src.be32[0], 0x01010101);
	assert_int_equal(ct.tuple[1].src.be32[0], 0x02020202);
	assert_int_equal(ct.tuple[0].part.port.dport_be, 0x0200);
	assert_int_equal(ct.zone, 3);
	assert_int_equal(ct.mark, 5);
	assert_int_equal(ct.state, CLEW_TCP_ESTABLISHED);
	assert_int_equal(ct.tcp_flags[1], 0x0a);
	assert_int_equal(ct.use, 1);
	assert_true(ct.has & CLEW_HAS_START);
	assert_false(ct.has & (CLEW_HAS_STOP | CLEW_HAS_HELPER |
			       CLEW_HAS_ZONE_ORIG));
}

/* All that a snapshot can hold, so that each field is in both codecs. */
static struct clew_snapshot
full(uint8_t protocol)
{
	struct clew_snapshot ct = {
		.has = (CLEW_HAS_EVENT_TIME - 1) & ~(uint32_t)CLEW_HAS_USE,
		.status = 0x2f, .timeout_s = 7, .mark = 8, .id = 9,
		.zone = 10, .state = 3, .secmark = 11,
		.counter = { { 12, 13 }, { 14, 15 } },
		.start_ns = 16, .stop_ns = 17,
		.seqadj = { { 18, -19, 20 }, { 21, 22, -23 } },
		.synproxy_isn = 24, .synproxy_its = 25, .synproxy_tsoff = 26,
		.labels = { 27, [15] = 28 },
		.helper = "ftp", .secctx = "system_u",
	};

	ct.has |= CLEW_HAS_USE;
	ct.use = 2;
	for (int dir = 0; dir < CLEW_DIRS; dir++) {
		ct.tuple[dir].family = CLEW_IPV6;
		ct.tuple[dir].protocol = protocol;
		ct.tuple[dir].zone = (uint16_t)(40 + dir);
		ct.tuple[dir].part.word = 0x01020304u + (unsigned)dir;
		ct.tuple[dir].src.bytes[15] = (uint8_t)dir;
	}
	ct.master = ct.tuple[0];
	ct.master.zone = 0;
	if (protocol == 6) {
		ct.tcp_scale[1] = 7;
		ct.tcp_flags[0] = 0x0a;
	} else if (protocol == 132) {
		ct.sctp_vtag[0] = 0x01020304;
	} else {
		ct.has &= ~(uint32_t)(CLEW_HAS_STATE | CLEW_HAS_PROTOINFO);
		ct.state = 0;
	}
	return ct;
}

static void
nothing_gets_lost(void **state)
{
	static const uint8_t protocols[] = { 1, 6, 17, 47, 58, 132, 136 };

	(void)state;
	for (size_t i = 0; i < sizeof(protocols); i++) {
		struct clew_snapshot ct = full(protocols[i]), back;
		uint8_t bytes[2048];
		struct nl_writer w = nl_writer(bytes, sizeof(bytes));

		nl_ct_encode(&w, &ct, NL_CT_ENTRY);
		assert_true(nl_ok(&w));
		assert_int_equal(nl_ct_decode(bytes, w.used, CLEW_IPV6, &back,
					      NULL), 0);
		assert_memory_equal(&back, &ct, sizeof(ct));
	}
}

/* Cut or with any byte other: an error or some snapshot, never a read beyond
 * the end, which is a page's for the sanitizer to guard. */
static void
survives_any_bytes(void **state)
{
	struct clew_snapshot ct = full(6), back;
	uint8_t bytes[2048];
	struct nl_writer w = nl_writer(bytes, sizeof(bytes));

	(void)state;
	nl_ct_encode(&w, &ct, NL_CT_ENTRY);
	for (size_t cut = 0; cut < w.used; cut++) {
		uint8_t *copy = malloc(cut + 1);

		memcpy(copy, bytes, cut);
		nl_ct_decode(copy, cut, CLEW_IPV6, &back, NULL);
		free(copy);
	}
	for (size_t i = 0; i < w.used; i++) {
		uint8_t *copy = malloc(w.used);

		memcpy(copy, bytes, w.used);
		copy[i] ^= 0xff;
		nl_ct_decode(copy, w.used, CLEW_IPV6, &back, NULL);
		free(copy);
	}
}

static void
refuses(void **state)
{
	uint8_t bytes[256];
	struct nl_writer w = nl_writer(bytes, sizeof(bytes));
	struct nl_extack extack = { 0 };
	struct clew_snapshot ct;
	uint8_t short_status[] = { 6, 0, 3, 0, 1, 2, 0, 0 };
	size_t at;

	(void)state;
	assert_int_equal(nl_ct_decode(short_status, 8, CLEW_IPV4, &ct,
				      &extack), -ERANGE);
	assert_ptr_equal(extack.bad, short_status);
	at = nl_begin(&w, CTA_TUPLE_ORIG);
	nl_end(&w, at);
	assert_int_equal(nl_ct_decode(bytes, w.used, 7, &ct, NULL),
			 -EOPNOTSUPP);
}

static void
writes_translations(void **state)
{
	struct nl_nat nat = {
		.is_set = true, .has_addr = true, .has_port = true,
		.min_port_be = 1, .max_port_be = 2,
	}, back;
	uint8_t bytes[256];
	struct nl_writer w = nl_writer(bytes, sizeof(bytes));
	struct nl_reader r;
	struct nl_attr a;

	(void)state;
	nat.min_addr.bytes[3] = 1;
	nat.max_addr.bytes[3] = 9;
	nl_nat_encode(&w, CTA_NAT_DST, CLEW_IPV4, &nat);
	r = nl_reader(bytes, w.used);
	assert_true(nl_next(&r, &a));
	assert_int_equal(a.type, CTA_NAT_DST);
	assert_int_equal(nl_nat_decode(&a, CLEW_IPV4, &back, NULL), 0);
	assert_memory_equal(&back, &nat, sizeof(nat));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_linux_wrote),
		cmocka_unit_test(reads_every_field),
		cmocka_unit_test(nothing_gets_lost),
		cmocka_unit_test(survives_any_bytes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(writes_translations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
