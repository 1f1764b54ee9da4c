/* SPDX-License-Identifier: BSD-2-Clause
 * nl/bpf.c - classic BPF: the check, and the machine. */
#include "nl/bpf.h"

#include <assert.h>
#include <linux/netlink.h>
#include <string.h>

#include "base/bytes.h"

enum {
	MEMORY = BPF_MEMWORDS,
};

/* What Linux adds, as loads from addresses that no datagram has.  Of a
 * netlink datagram all but these are 0. */
static bool
is_extension(uint32_t k)
{
	return k >= (uint32_t)SKF_AD_OFF;
}

/* Of an extension: is there one of this number? */
static bool
is_known_extension(uint32_t k)
{
	return k - (uint32_t)SKF_AD_OFF < SKF_AD_MAX &&
	       (k - (uint32_t)SKF_AD_OFF) % 4 == 0;
}

static bool
is_load_known(const struct sock_filter *f)
{
	switch (f->code) {
	case BPF_LD | BPF_W | BPF_ABS:
	case BPF_LD | BPF_H | BPF_ABS:
	case BPF_LD | BPF_B | BPF_ABS:
		return !is_extension(f->k) || is_known_extension(f->k);
	case BPF_LD | BPF_W | BPF_IND:
	case BPF_LD | BPF_H | BPF_IND:
	case BPF_LD | BPF_B | BPF_IND:
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_IMM:
	case BPF_LDX | BPF_B | BPF_MSH:
		return true;
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
		return f->k < MEMORY;
	}
	return false;
}

static bool
is_alu_known(const struct sock_filter *f)
{
	switch (BPF_OP(f->code)) {
	case BPF_ADD:
	case BPF_SUB:
	case BPF_MUL:
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
		return (f->code & ~0xf8) == BPF_ALU;
	case BPF_DIV:
	case BPF_MOD:
		return (f->code & ~0xf8) == BPF_ALU &&
		       (BPF_SRC(f->code) == BPF_X || f->k != 0);
	case BPF_LSH:
	case BPF_RSH:
		return (f->code & ~0xf8) == BPF_ALU &&
		       (BPF_SRC(f->code) == BPF_X || f->k < 32);
	case BPF_NEG:
		return f->code == (BPF_ALU | BPF_NEG);
	}
	return false;
}

static bool
is_jump_known(const struct sock_filter *f, size_t left)
{
	switch (BPF_OP(f->code)) {
	case BPF_JA:
		return f->code == (BPF_JMP | BPF_JA) && f->k < left;
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
		return (f->code & ~0xf8) == BPF_JMP && f->jt < left &&
		       f->jf < left;
	}
	return false;
}

/* 'left': instructions behind this one. */
static bool
is_known(const struct sock_filter *f, size_t left)
{
	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
	case BPF_LDX:
	case BPF_ST:
	case BPF_STX:
		return is_load_known(f);
	case BPF_ALU:
		return is_alu_known(f);
	case BPF_JMP:
		return is_jump_known(f, left);
	case BPF_RET:
		return f->code == (BPF_RET | BPF_K) ||
		       f->code == (BPF_RET | BPF_A);
	case BPF_MISC:
		return f->code == (BPF_MISC | BPF_TAX) ||
		       f->code == (BPF_MISC | BPF_TXA);
	}
	return false;
}

/* Is what is read from memory there on every way that leads to it?  A bit
 * per word, and per instruction those that are there on all ways to it. */
static bool
is_memory_written(const struct sock_filter *program, size_t count)
{
	uint16_t there[BPF_MAXINSNS];
	uint16_t now = 0;

	memset(there, 0xff, count * sizeof(there[0]));
	for (size_t i = 0; i < count; i++) {
		const struct sock_filter *f = &program[i];

		now &= there[i];
		switch (f->code) {
		case BPF_ST:
		case BPF_STX:
			now |= (uint16_t)(1u << f->k);
			break;
		case BPF_LD | BPF_MEM:
		case BPF_LDX | BPF_MEM:
			if (!(now & 1u << f->k))
				return false;
			break;
		case BPF_JMP | BPF_JA:
			there[i + 1 + f->k] &= now;
			now = 0xffff;
			break;
		default:
			if (BPF_CLASS(f->code) != BPF_JMP)
				break;
			there[i + 1 + f->jt] &= now;
			there[i + 1 + f->jf] &= now;
			now = 0xffff;
		}
	}
	return true;
}

bool
bpf_check(const struct sock_filter *program, size_t count)
{
	if (count == 0 || count > BPF_MAXINSNS)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!is_known(&program[i], count - 1 - i))
			return false;
	}
	return BPF_CLASS(program[count - 1].code) == BPF_RET &&
	       is_memory_written(program, count);
}

/* The machine. */

struct machine {
	const uint8_t *data;
	uint32_t size;
	uint32_t a;
	uint32_t x;
	uint32_t memory[MEMORY];
};

/* The offset of the attribute of type 'type' in those from 'at' to 'end'.
 * => 0: there is none. */
static uint32_t
find_attribute(const struct machine *m, uint32_t at, uint32_t end,
	       uint32_t type)
{
	while (at <= end && end - at >= NLA_HDRLEN) {
		uint32_t len = load16(m->data + at);

		if (len < NLA_HDRLEN || len > end - at)
			return 0;
		if ((load16(m->data + at + 2) & NLA_TYPE_MASK) == type)
			return at;
		if (NLA_ALIGN(len) > end - at)
			return 0;
		at += NLA_ALIGN(len);
	}
	return 0;
}

static void
load_extension(struct machine *m, uint32_t k)
{
	uint32_t at = m->a;

	switch (k - (uint32_t)SKF_AD_OFF) {
	case SKF_AD_NLATTR:
		m->a = m->size < NLA_HDRLEN || at > m->size - NLA_HDRLEN ? 0 :
		       find_attribute(m, at, m->size, m->x);
		return;
	case SKF_AD_NLATTR_NEST:
		m->a = 0;
		if (m->size < NLA_HDRLEN || at > m->size - NLA_HDRLEN ||
		    load16(m->data + at) > m->size - at ||
		    load16(m->data + at) < NLA_HDRLEN)
			return;
		m->a = find_attribute(m, at + NLA_HDRLEN,
				      at + load16(m->data + at), m->x);
		return;
	case SKF_AD_ALU_XOR_X:
		m->a ^= m->x;
		return;
	default:
		m->a = 0;
	}
}

/* => false: it lies outside. */
static bool
load(struct machine *m, uint32_t at, unsigned bytes)
{
	if (at > m->size || m->size - at < bytes)
		return false;
	m->a = bytes == 4 ? get_be32(m->data + at) :
	       bytes == 2 ? get_be16(m->data + at) : m->data[at];
	return true;
}

static bool
run_load(struct machine *m, const struct sock_filter *f)
{
	unsigned bytes = BPF_SIZE(f->code) == BPF_W ? 4 :
			 BPF_SIZE(f->code) == BPF_H ? 2 : 1;

	switch (BPF_MODE(f->code)) {
	case BPF_ABS:
		if (!is_extension(f->k))
			return load(m, f->k, bytes);
		load_extension(m, f->k);
		return true;
	case BPF_IND:
		return f->k + m->x >= f->k && load(m, f->k + m->x, bytes);
	case BPF_LEN:
		m->a = m->size;
		return true;
	case BPF_IMM:
		m->a = f->k;
		return true;
	case BPF_MEM:
		m->a = m->memory[f->k];
		return true;
	}
	return false;
}

static bool
run_load_x(struct machine *m, const struct sock_filter *f)
{
	switch (BPF_MODE(f->code)) {
	case BPF_LEN:
		m->x = m->size;
		return true;
	case BPF_IMM:
		m->x = f->k;
		return true;
	case BPF_MEM:
		m->x = m->memory[f->k];
		return true;
	case BPF_MSH:
		if (f->k >= m->size)
			return false;
		m->x = (m->data[f->k] & 0xfu) * 4;
		return true;
	}
	return false;
}

/* => false: a division by 0, which ends the program. */
static bool
run_alu(struct machine *m, const struct sock_filter *f)
{
	uint32_t b = BPF_SRC(f->code) == BPF_X ? m->x : f->k;

	switch (BPF_OP(f->code)) {
	case BPF_ADD: m->a += b; break;
	case BPF_SUB: m->a -= b; break;
	case BPF_MUL: m->a *= b; break;
	case BPF_AND: m->a &= b; break;
	case BPF_OR: m->a |= b; break;
	case BPF_XOR: m->a ^= b; break;
	case BPF_LSH: m->a <<= b & 31; break;
	case BPF_RSH: m->a >>= b & 31; break;
	case BPF_NEG: m->a = 0 - m->a; break;
	case BPF_DIV:
		if (!b)
			return false;
		m->a /= b;
		break;
	case BPF_MOD:
		if (!b)
			return false;
		m->a %= b;
		break;
	}
	return true;
}

static uint32_t
jump(const struct machine *m, const struct sock_filter *f)
{
	uint32_t b = BPF_SRC(f->code) == BPF_X ? m->x : f->k;
	bool is_true = false;

	switch (BPF_OP(f->code)) {
	case BPF_JA: return f->k;
	case BPF_JEQ: is_true = m->a == b; break;
	case BPF_JGT: is_true = m->a > b; break;
	case BPF_JGE: is_true = m->a >= b; break;
	case BPF_JSET: is_true = m->a & b; break;
	}
	return is_true ? f->jt : f->jf;
}

uint32_t
bpf_run(const struct sock_filter *program, size_t count, const uint8_t *data,
	uint32_t size)
{
	struct machine m = { .data = data, .size = size };

	for (size_t i = 0; i < count; i++) {
		const struct sock_filter *f = &program[i];
		bool is_good = true;

		switch (BPF_CLASS(f->code)) {
		case BPF_LD: is_good = run_load(&m, f); break;
		case BPF_LDX: is_good = run_load_x(&m, f); break;
		case BPF_ST: m.memory[f->k] = m.a; break;
		case BPF_STX: m.memory[f->k] = m.x; break;
		case BPF_ALU: is_good = run_alu(&m, f); break;
		case BPF_JMP: i += jump(&m, f); break;
		case BPF_RET:
			return BPF_RVAL(f->code) == BPF_A ? m.a : f->k;
		case BPF_MISC:
			if (BPF_MISCOP(f->code) == BPF_TAX)
				m.x = m.a;
			else
				m.a = m.x;
			break;
		}
		if (!is_good)
			return 0;
	}
	assert(!"a checked program returns");
	return 0;
}
