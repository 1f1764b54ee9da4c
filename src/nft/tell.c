/* SPDX-License-Identifier: BSD-2-Clause
 * nft/tell.c - what registers hold, and what comparisons saw of it. */
#include "nft/tell.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/bytes.h"

void
nft_tell_load(struct nft_telling *t, uint8_t reg, uint32_t len,
	      enum nft_show show, const char *format, ...)
{
	struct nft_origin *o = &t->origin[reg];
	struct strbuf sb;
	va_list args;

	strbuf_init(&sb, o->what, sizeof(o->what));
	va_start(args, format);
	strbuf_vprintf(&sb, format, args);
	va_end(args);
	o->show = (uint8_t)show;
	o->len = (uint8_t)len;
	o->is_masked = false;
	t->is_load = true;
	strbuf_puts(&t->what, o->what);
	if (t->holds)
		nft_put_value(t, &t->value, show, &t->left->word[reg], len);
	else
		strbuf_puts(&t->note, "there is none");
}

static const struct nft_origin *
origin(const struct nft_telling *t, uint8_t reg)
{
	static const struct nft_origin unknown = { .what = "register" };

	return t->origin[reg].len ? &t->origin[reg] : &unknown;
}

static bool
is_zero(const uint8_t *bytes, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

/* Ones, then zeros.  => How many ones, or -1. */
static int
prefix_of(const uint8_t *mask, uint32_t len)
{
	int ones = 0;
	uint32_t i = 0;

	for (; i < len && mask[i] == 255; i++)
		ones += 8;
	if (i < len && mask[i]) {
		uint8_t rest = mask[i++];

		for (; rest & 128; rest = (uint8_t)(rest << 1))
			ones++;
		if (rest)
			return -1;
	}
	return is_zero(mask + i, len - i) ? ones : -1;
}

/* A register under a mask: what nft writes 'ct state established' and
 * 'ip saddr 10.0.0.0/9' as.  => false: it is not that. */
static bool
compare_masked(struct nft_telling *t, const struct nft_origin *o,
	       uint32_t len, const char *op, const uint8_t *constant)
{
	bool is_equal = !strcmp(op, "=="), is_unequal = !strcmp(op, "!=");
	int prefix = prefix_of(o->mask, len);

	if (!o->is_masked || len > NFT_TELL_WIDE || (!is_equal && !is_unequal))
		return false;
	strbuf_puts(&t->what, o->what);
	nft_put_value(t, &t->value, (enum nft_show)o->show, o->raw, len);
	if (is_zero(constant, len) && o->show != NFT_SHOW_ADDR) {
		t->op = is_unequal ? "has" : "has not";
		nft_put_value(t, &t->wanted, (enum nft_show)o->show, o->mask,
			      len);
	} else if (o->show == NFT_SHOW_ADDR && prefix > 0) {
		t->op = is_equal ? "in" : "not in";
		nft_put_value(t, &t->wanted, NFT_SHOW_ADDR, constant, len);
		strbuf_printf(&t->wanted, "/%d", prefix);
	} else {
		t->op = op;
		nft_put_value(t, &t->wanted, (enum nft_show)o->show, constant,
			      len);
		strbuf_puts(&t->wanted, " under mask ");
		nft_put_value(t, &t->wanted, (enum nft_show)o->show, o->mask,
			      len);
	}
	return true;
}

void
nft_tell_compare(struct nft_telling *t, uint8_t reg, uint32_t len,
		 const char *op, const void *constant)
{
	const struct nft_origin *o = origin(t, reg);

	t->is_question = true;
	if (compare_masked(t, o, len, op, constant))
		return;
	t->op = op;
	nft_tell_key(t, reg, len);
	nft_put_key(t, &t->wanted, reg, len, constant);
}

void
nft_tell_between(struct nft_telling *t, uint8_t reg, uint32_t len,
		 const char *op, const void *from, const void *to)
{
	t->is_question = true;
	t->op = op;
	nft_tell_key(t, reg, len);
	nft_put_key(t, &t->wanted, reg, len, from);
	strbuf_putc(&t->wanted, '-');
	nft_put_key(t, &t->wanted, reg, len, to);
}

/* The next field of a key, at word 'at' of it.  => Its bytes. */
static uint32_t
field(const struct nft_telling *t, uint8_t reg, uint32_t len, uint32_t at,
      const struct nft_origin **o)
{
	uint32_t left = len - at * 4, size;

	*o = reg + at < NFT_WORDS ? origin(t, (uint8_t)(reg + at)) :
				    origin(t, 0);
	size = (*o)->len;
	/* Nobody loaded it, or an address goes over several words. */
	return size == 0 || size > left ? left : size;
}

void
nft_tell_key(struct nft_telling *t, uint8_t reg, uint32_t len)
{
	const struct nft_origin *o;

	for (uint32_t at = 0; at * 4 < len;) {
		uint32_t size = field(t, reg, len, at, &o);

		if (at)
			strbuf_puts(&t->what, " . ");
		strbuf_puts(&t->what, o->what);
		at += (size + 3) / 4;
	}
	nft_put_key(t, &t->value, reg, len, &t->saw->word[reg]);
}

void
nft_put_key(const struct nft_telling *t, struct strbuf *sb, uint8_t reg,
	    uint32_t len, const void *key)
{
	const struct nft_origin *o;

	for (uint32_t at = 0; at * 4 < len;) {
		uint32_t size = field(t, reg, len, at, &o);

		if (at)
			strbuf_puts(sb, " . ");
		nft_put_value(t, sb, (enum nft_show)o->show,
			      (const uint8_t *)key + at * 4, size);
		at += (size + 3) / 4;
	}
}
