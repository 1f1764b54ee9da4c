/* SPDX-License-Identifier: BSD-2-Clause
 * base/strbuf.h - write text into a buffer of fixed size, as snprintf does. */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct strbuf {
	char *text;	/* the caller's; always NUL-terminated when size > 0 */
	size_t size;
	size_t len;	/* what it would be in an endless buffer */
};

/* Begin an empty text in 'text'.
 * => The caller keeps the buffer.  => 'text' may be NULL when 'size' is 0. */
void strbuf_init(struct strbuf *sb, char *text, size_t size);

/* What strbuf_put() does when not everything fits. */
void strbuf_put_cut(struct strbuf *sb, const char *text, size_t len);

/* Append.  What does not fit is cut, and counted in 'len' all the same, so
 * that one question at the end, strbuf_is_cut(), is enough. */
static inline void
strbuf_put(struct strbuf *sb, const char *text, size_t len)
{
	if (sb->len + len >= sb->size) {
		strbuf_put_cut(sb, text, len);
		return;
	}
	memcpy(sb->text + sb->len, text, len);
	sb->len += len;
	sb->text[sb->len] = '\0';
}

static inline void
strbuf_putc(struct strbuf *sb, char c)
{
	strbuf_put(sb, &c, 1);
}

static inline void
strbuf_puts(struct strbuf *sb, const char *text)
{
	strbuf_put(sb, text, strlen(text));	/* a literal's is known */
}

void strbuf_put_u64(struct strbuf *sb, uint64_t n);
void strbuf_printf(struct strbuf *sb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *sb, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Append 'text' as a JSON string, quotes included.  Bytes that are not UTF-8
 * are taken for Latin-1, so that what is written is always valid. */
void strbuf_put_json(struct strbuf *sb, const char *text);

/* Append 'text' for use in XML content or in an attribute in double quotes.
 * Control characters, which XML 1.0 has no way to say, become '?'. */
void strbuf_put_xml(struct strbuf *sb, const char *text);

static inline int
strbuf_is_cut(const struct strbuf *sb)
{
	return sb->len >= sb->size;
}

#endif
