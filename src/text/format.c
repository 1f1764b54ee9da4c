/* SPDX-License-Identifier: BSD-2-Clause
 * text/format.c - the door to the formats, and what they share.
 *
 * A formatter reads the snapshot, whose strings may lack their NUL and whose
 * numbers may be anything, and writes into the caller's buffer; nothing is
 * allocated and nothing kept. */
#include <stdlib.h>
#include <time.h>

#include "base/number.h"
#include "text/parts.h"

#define NS_PER_S 1000000000u

const struct clew_tuple *
text_main_tuple(const struct clew_snapshot *ct)
{
	if (ct->has & CLEW_HAS_ORIG)
		return &ct->tuple[CLEW_DIR_ORIG];
	if (ct->has & CLEW_HAS_REPLY)
		return &ct->tuple[CLEW_DIR_REPLY];
	return NULL;
}

char *
text_put_time(char *p, uint64_t time_ns)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)(time_ns / NS_PER_S);
	struct tm tm;

	if (!localtime_r(&seconds, &tm)) {
		TEXT_PUT(p, "?");
		return p;
	}
	p = (char *)memcpy(p, days + 3 * tm.tm_wday, 3) + 3;
	*p++ = ' ';
	p = (char *)memcpy(p, months + 3 * tm.tm_mon, 3) + 3;
	*p++ = ' ';
	if (tm.tm_mday < 10)
		*p++ = ' ';
	p = number_put_u64(p, (uint64_t)tm.tm_mday);
	*p++ = ' ';
	p = number_put_padded(p, (uint64_t)tm.tm_hour, 2);
	*p++ = ':';
	p = number_put_padded(p, (uint64_t)tm.tm_min, 2);
	*p++ = ':';
	p = number_put_padded(p, (uint64_t)tm.tm_sec, 2);
	*p++ = ' ';
	return number_put_u64(p, (uint64_t)tm.tm_year + 1900);
}

uint64_t
text_delta_s(const struct clew_snapshot *ct, uint64_t now_ns)
{
	uint64_t start = ct->start_ns / NS_PER_S;
	uint64_t stop = now_ns / NS_PER_S;

	if (ct->has & CLEW_HAS_STOP)
		stop = ct->stop_ns / NS_PER_S;
	return stop > start ? stop - start : 0;
}

uint64_t
text_event_ns(const struct clew_snapshot *ct,
	      const struct clew_text_options *options)
{
	return ct->has & CLEW_HAS_EVENT_TIME ? ct->event_ns : options->now_ns;
}

const char *
text_field(char *out, const char *field, size_t size)
{
	size_t len = strnlen(field, size);

	memcpy(out, field, len);
	out[len] = '\0';
	return out;
}

bool
text_label_is_set(const struct clew_snapshot *ct, unsigned bit)
{
	return ct->labels[bit / 8] >> bit % 8 & 1;
}

bool
text_has_labels(const struct clew_snapshot *ct)
{
	static const uint8_t none[CLEW_LABELS_SIZE];

	return ct->has & CLEW_HAS_LABELS &&
	       memcmp(ct->labels, none, sizeof(none)) != 0;
}

size_t
clew_text_format(char *buf, size_t size, const struct clew_snapshot *ct,
		 enum clew_record record,
		 const struct clew_text_options *options)
{
	struct strbuf sb;

	strbuf_init(&sb, buf, size);
	switch (options->format) {
	case CLEW_FORMAT_LINE:
		text_line(&sb, ct, record, options);
		break;
	case CLEW_FORMAT_XML:
		text_xml(&sb, ct, record, options);
		break;
	case CLEW_FORMAT_SAVE:
		text_save(&sb, ct, record, options);
		break;
	case CLEW_FORMAT_JSON:
		text_json(&sb, ct, record, options);
		break;
	}
	return sb.len;
}
