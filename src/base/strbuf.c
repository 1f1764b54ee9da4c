/* SPDX-License-Identifier: BSD-2-Clause
 * base/strbuf.c - write text into a buffer of fixed size, as snprintf does.
 *
 * A strbuf owns nothing: the buffer is its caller's, on the stack as a rule.
 * 'len' runs on beyond the end of the buffer, so that formatters can be
 * called with a buffer too small, or none, to learn what they need.
 *
 * Invariant: when size > 0, text[min(len, size - 1)] is NUL. */
#include "base/strbuf.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"

void
strbuf_init(struct strbuf *sb, char *text, size_t size)
{
	sb->text = text;
	sb->size = size;
	sb->len = 0;
	if (size > 0)
		text[0] = '\0';
}

void
strbuf_put_cut(struct strbuf *sb, const char *text, size_t len)
{
	if (sb->len < sb->size) {
		size_t room = sb->size - 1 - sb->len;
		size_t n = len < room ? len : room;

		memcpy(sb->text + sb->len, text, n);
		sb->text[sb->len + n] = '\0';
	}
	sb->len += len;
}

void
strbuf_put_u64(struct strbuf *sb, uint64_t n)
{
	char digits[NUMBER_U64_MAX];

	strbuf_put(sb, digits, (size_t)(number_put_u64(digits, n) - digits));
}

void
strbuf_vprintf(struct strbuf *sb, const char *format, va_list args)
{
	size_t room = sb->len < sb->size ? sb->size - sb->len : 0;
	int n;

	n = vsnprintf(room > 0 ? sb->text + sb->len : NULL, room, format,
		      args);
	if (n > 0)
		sb->len += (size_t)n;
}

void
strbuf_printf(struct strbuf *sb, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vprintf(sb, format, args);
	va_end(args);
}

/* How many bytes of well-formed UTF-8 begin at 's' (RFC 3629 section 4).
 * => 0 when the first byte begins none. */
static size_t
utf8_len(const unsigned char *s)
{
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;	/* the NUL at the end stops here too */
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) ||	/* overlong */
	    (s[0] == 0xed && s[1] > 0x9f) ||	/* surrogates */
	    (s[0] == 0xf0 && s[1] < 0x90) ||	/* overlong */
	    (s[0] == 0xf4 && s[1] > 0x8f))	/* beyond U+10FFFF */
		return 0;
	return n;
}

/* Append one character of 's', that is not ASCII, and say how long it was. */
static size_t
put_char(struct strbuf *sb, const unsigned char *s)
{
	size_t n = utf8_len(s);

	if (n > 0) {
		strbuf_put(sb, (const char *)s, n);
		return n;
	}
	/* Latin-1: U+0080 to U+00FF have two bytes each */
	strbuf_putc(sb, (char)(0xc0 | s[0] >> 6));
	strbuf_putc(sb, (char)(0x80 | (s[0] & 0x3f)));
	return 1;
}

void
strbuf_put_json(struct strbuf *sb, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	strbuf_putc(sb, '"');
	while (*s != '\0') {
		if (*s >= 0x80) {
			s += put_char(sb, s);
			continue;
		}
		if (*s == '"' || *s == '\\')
			strbuf_printf(sb, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			strbuf_printf(sb, "\\u%04x", *s);
		else
			strbuf_putc(sb, (char)*s);
		s++;
	}
	strbuf_putc(sb, '"');
}

void
strbuf_put_xml(struct strbuf *sb, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s != '\0') {
		if (*s >= 0x80) {
			s += put_char(sb, s);
			continue;
		}
		if (*s == '&')
			strbuf_puts(sb, "&amp;");
		else if (*s == '<')
			strbuf_puts(sb, "&lt;");
		else if (*s == '>')
			strbuf_puts(sb, "&gt;");
		else if (*s == '"')
			strbuf_puts(sb, "&quot;");
		else if (*s < 0x20 || *s == 0x7f)
			strbuf_putc(sb, '?');
		else
			strbuf_putc(sb, (char)*s);
		s++;
	}
}
