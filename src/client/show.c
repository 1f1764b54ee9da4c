/* SPDX-License-Identifier: BSD-2-Clause
 * client/show.c - connections and expectations on standard output. */
#include "client/show.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "client/option.h"

void
show_note(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("conntrack v1.4.7 (conntrack-tools): ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void
show_try(void)
{
	fputs("Try `conntrack -h' or 'conntrack --help' for more "
	      "information.\n", stderr);
}

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void
begin(struct show *show, const char *root)
{
	if (show->has_begun)
		return;
	show->has_begun = true;
	if (show->order->output & OUTPUT_XML)
		fprintf(show->out, "<?xml version=\"1.0\" "
			"encoding=\"utf-8\"?>\n<%s>\n", root);
}

void
show_end(struct show *show)
{
	if (show->is_whole)	/* an empty document is one, too */
		begin(show, show->order->table == ORDER_EXPECT ? "expect" :
								 "conntrack");
	if (show->has_begun && show->order->output & OUTPUT_XML)
		fprintf(show->out, "</%s>\n",
			show->order->table == ORDER_EXPECT ? "expect" :
							     "conntrack");
	show->has_begun = false;
	fflush(show->out);
}

void
show_done(const struct show *show, uint64_t entries)
{
	const struct order *o = show->order;

	if (o->output & OUTPUT_JSON)
		fprintf(show->out, "{\"type\":\"done\",\"command\":\"%s\","
			"\"table\":\"%s\",\"entries\":%llu}\n",
			command_infos[o->command].name,
			o->table == ORDER_EXPECT ? "expect" : "conntrack",
			(unsigned long long)entries);
}

void
show_netns(const struct show *show, const char *name)
{
	char text[512];
	struct strbuf sb;

	strbuf_init(&sb, text, sizeof(text));
	if (show->order->output & OUTPUT_JSON) {
		strbuf_puts(&sb, "{\"type\":\"netns\",\"name\":");
		strbuf_put_json(&sb, name);
		strbuf_putc(&sb, '}');
	} else if (show->order->output & OUTPUT_XML) {
		strbuf_puts(&sb, "<!-- netns ");
		strbuf_put_xml(&sb, name);
		strbuf_puts(&sb, " -->");
	} else {
		strbuf_printf(&sb, "# netns %s", name);
	}
	fprintf(show->out, "%s\n", text);
	fflush(show->out);
}

/* The line of /proc/net/nf_conntrack. */

static char *
put_text(char *p, const char *text)
{
	size_t len = strlen(text);

	return (char *)memcpy(p, text, len) + len;
}

static char *
put_proc_tuple(char *p, const struct clew_snapshot *ct, enum clew_dir dir)
{
	const struct clew_tuple *t = &ct->tuple[dir];
	char part[160];
	const char *ports;

	p = put_text(p, "src=");
	p = t->family == CLEW_IPV6 ? number_put_ipv6_full(p, t->src.bytes) :
				     number_put_ipv4(p, t->src.bytes);
	p = put_text(p, " dst=");
	p = t->family == CLEW_IPV6 ? number_put_ipv6_full(p, t->dst.bytes) :
				     number_put_ipv4(p, t->dst.bytes);
	*p++ = ' ';
	/* The rest is as everywhere: what stands behind the addresses. */
	clew_text_tuple(part, sizeof(part), t);
	ports = strstr(part, " dst=");
	ports = ports ? strchr(ports + 1, ' ') : NULL;
	if (ports && t->protocol != 33) {
		p = put_text(p, ports + 1);
		*p++ = ' ';
	}
	if (ct->has & (CLEW_HAS_ZONE_ORIG << dir))
		p += sprintf(p, "zone-%s=%u ", dir ? "reply" : "orig",
			     t->zone);
	if (ct->has & CLEW_HAS_COUNTERS)
		p += sprintf(p, "packets=%llu bytes=%llu ",
			     (unsigned long long)ct->counter[dir].packets,
			     (unsigned long long)ct->counter[dir].bytes);
	return p;
}

static size_t
format_proc(char *line, const struct clew_snapshot *ct)
{
	const struct clew_tuple *t = &ct->tuple[CLEW_DIR_ORIG];
	uint32_t offload = CLEW_STATUS_OFFLOAD | CLEW_STATUS_HW_OFFLOAD;
	char *p = line;

	p += sprintf(p, "%-8s %u %-8s %u ",
		     t->family == CLEW_IPV6 ? "ipv6" : "ipv4", t->family,
		     t->protocol == 33 ? "unknown" :
		     clew_protocol_name(t->protocol), t->protocol);
	if (!(ct->status & offload))
		p += sprintf(p, "%u ", ct->timeout_s);
	if (ct->has & CLEW_HAS_STATE)
		p += sprintf(p, "%s ", t->protocol == 6 ?
			     clew_tcp_state_name(ct->state) :
			     clew_sctp_state_name(ct->state));
	p = put_proc_tuple(p, ct, CLEW_DIR_ORIG);
	if (!(ct->status & CLEW_STATUS_SEEN_REPLY))
		p = put_text(p, "[UNREPLIED] ");
	p = put_proc_tuple(p, ct, CLEW_DIR_REPLY);
	if (ct->status & CLEW_STATUS_HW_OFFLOAD)
		p = put_text(p, "[HW_OFFLOAD] ");
	else if (ct->status & CLEW_STATUS_OFFLOAD)
		p = put_text(p, "[OFFLOAD] ");
	else if (ct->status & CLEW_STATUS_ASSURED)
		p = put_text(p, "[ASSURED] ");
	p += sprintf(p, "mark=%u ", ct->mark);
	if (ct->has & CLEW_HAS_SECCTX)
		p += sprintf(p, "secctx=%.*s ", (int)sizeof(ct->secctx),
			     ct->secctx);
	if (!(ct->has & (CLEW_HAS_ZONE_ORIG | CLEW_HAS_ZONE_REPLY)))
		p += sprintf(p, "zone=%u ", ct->zone);
	if (ct->has & CLEW_HAS_START)
		p += sprintf(p, "delta-time=%llu ", (unsigned long long)
			     ((now_ns() - ct->start_ns) / 1000000000));
	p += sprintf(p, "use=%u", ct->use + 1);
	return (size_t)(p - line);
}

/* Connections. */

/* The mark of what was found by reading the table again, where each format
 * has room for it: a remark before a command, an attribute, a member. */
static void
write_resynced(const struct show *show, const char *line, size_t len)
{
	uint32_t output = show->order->output;
	int head = 0;

	if (output & OUTPUT_XML) {
		head = (int)strlen("<flow");
		fprintf(show->out, "%.*s resynced=\"true\"", head, line);
	} else if (output & OUTPUT_JSON) {
		head = (int)strlen("{");
		fputs("{\"resynced\":true,", show->out);
	} else if (output & OUTPUT_SAVE) {
		fputs("# resynced\n", show->out);
	} else {
		fputs("[resynced] ", show->out);
	}
	fwrite_unlocked(line + head, 1, len - (size_t)head, show->out);
}

void
show_connection(struct show *show, const struct clew_snapshot *ct,
		enum clew_record record, const char *progname)
{
	const struct order *o = show->order;
	struct clew_text_options options = {
		.format = CLEW_FORMAT_LINE,
		.show = (o->output & OUTPUT_EXTENDED ?
			 CLEW_SHOW_EXTENDED : 0) |
			(o->output & OUTPUT_ID ? CLEW_SHOW_ID : 0) |
			(o->output & OUTPUT_KTIMESTAMP ?
			 CLEW_SHOW_KTIMESTAMP : 0) |
			(o->output & OUTPUT_TIMESTAMP ?
			 CLEW_SHOW_TIMESTAMP : 0) |
			(o->output & OUTPUT_LABELS || show->labels->is_read ?
			 CLEW_SHOW_LABELS : 0),
		.now_ns = now_ns(),
		.label_name = show->labels->is_read ? labels_name : NULL,
		.ctx = show->labels,
		.progname = progname,
	};
	char line[CLEW_TEXT_MAX];
	size_t len;

	if (o->output & OUTPUT_XML)
		options.format = CLEW_FORMAT_XML;
	else if (o->output & OUTPUT_SAVE)
		options.format = CLEW_FORMAT_SAVE;
	else if (o->output & OUTPUT_JSON)
		options.format = CLEW_FORMAT_JSON;
	if (show->is_whole)
		begin(show, "conntrack");
	if (o->output & OUTPUT_PROC)
		len = format_proc(line, ct);
	else
		len = clew_text_format(line, sizeof(line), ct, record,
				       &options);
	if (len >= sizeof(line))
		len = sizeof(line) - 1;
	line[len++] = '\n';
	if (show->is_resynced)
		write_resynced(show, line, len);
	else
		fwrite_unlocked(line, 1, len, show->out);
}

/* Expectations. */

static unsigned
port(uint16_t be)
{
	return get_be16((const uint8_t *)&be);
}

static bool
has_ports(uint8_t protocol)
{
	return protocol == 6 || protocol == 17 || protocol == 136 ||
	       protocol == 132 || protocol == 33 || protocol == 47;
}

static void
put_pair(struct strbuf *sb, const char *prefix, const struct clew_tuple *t)
{
	char text[2][INET6_ADDRSTRLEN];
	int family = t->family == CLEW_IPV6 ? AF_INET6 : AF_INET;

	inet_ntop(family, t->src.bytes, text[0], sizeof(text[0]));
	inet_ntop(family, t->dst.bytes, text[1], sizeof(text[1]));
	strbuf_printf(sb, "%ssrc=%s %sdst=%s ", prefix, text[0], prefix,
		      text[1]);
	if (has_ports(t->protocol))
		strbuf_printf(sb, "sport=%u dport=%u ",
			      port(t->part.port.sport_be),
			      port(t->part.port.dport_be));
}

static void
put_flags(struct strbuf *sb, uint32_t flags)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {
		{ CLEW_EXPECT_PERMANENT, "PERMANENT" },
		{ CLEW_EXPECT_INACTIVE,	 "INACTIVE" },
		{ CLEW_EXPECT_USERSPACE, "USERSPACE" },
	};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags & names[i].bit))
			continue;
		strbuf_printf(sb, "%s%s", separator, names[i].name);
		separator = ",";
	}
	if (separator[0] != '\0')
		strbuf_putc(sb, ' ');
}

static void
expectation_line(struct strbuf *sb, const struct clew_expectation *exp)
{
	struct clew_tuple mask = exp->mask;

	mask.protocol = exp->tuple.protocol;
	if (exp->has_timeout)
		strbuf_printf(sb, "%u ", exp->timeout_s);
	strbuf_printf(sb, "proto=%u ", exp->tuple.protocol);
	put_pair(sb, "", &exp->tuple);
	put_pair(sb, "mask-", &mask);
	put_pair(sb, "master-", &exp->master);
	if (exp->zone)
		strbuf_printf(sb, "zone=%u ", exp->zone);
	put_flags(sb, exp->flags);
	strbuf_printf(sb, "class=%u ", exp->class_id);
	if (exp->helper[0] != '\0')
		strbuf_printf(sb, "helper=%s", exp->helper);
	else if (sb->len)
		sb->len--;
}

static void
xml_layers(struct strbuf *sb, const char *name, const struct clew_tuple *t,
	   int layer)
{
	bool ipv6 = t->family == CLEW_IPV6;
	char text[2][INET6_ADDRSTRLEN];

	strbuf_printf(sb, "<%s>", name);
	if (layer == 3) {
		inet_ntop(ipv6 ? AF_INET6 : AF_INET, t->src.bytes, text[0],
			  sizeof(text[0]));
		inet_ntop(ipv6 ? AF_INET6 : AF_INET, t->dst.bytes, text[1],
			  sizeof(text[1]));
		strbuf_printf(sb, "<src>%s</src><dst>%s</dst>", text[0],
			      text[1]);
	} else if (has_ports(t->protocol)) {
		strbuf_printf(sb, "<sport>%u</sport><dport>%u</dport>",
			      port(t->part.port.sport_be),
			      port(t->part.port.dport_be));
	}
	strbuf_printf(sb, "</%s>", name);
}

static void
expectation_xml(struct strbuf *sb, const struct clew_expectation *exp,
		enum clew_record record)
{
	static const char *const types[] = {
		[CLEW_RECORD_ENTRY]	= "",
		[CLEW_RECORD_NEW]	= " type=\"new\"",
		[CLEW_RECORD_UPDATE]	= " type=\"update\"",
		[CLEW_RECORD_DESTROY]	= " type=\"destroy\"",
	};
	struct clew_tuple mask = exp->mask;
	bool ipv6 = exp->tuple.family == CLEW_IPV6;

	mask.protocol = exp->tuple.protocol;
	strbuf_printf(sb, "<flow%s>", types[record]);
	for (int layer = 3; layer <= 4; layer++) {
		if (layer == 3)
			strbuf_printf(sb, "<layer3 protonum=\"%u\" "
				      "protoname=\"%s\">", exp->tuple.family,
				      ipv6 ? "ipv6" : "ipv4");
		else
			strbuf_printf(sb, "<layer4 protonum=\"%u\" "
				      "protoname=\"%s\">",
				      exp->tuple.protocol, clew_protocol_name
				      (exp->tuple.protocol));
		xml_layers(sb, "expected", &exp->tuple, layer);
		xml_layers(sb, "mask", &mask, layer);
		xml_layers(sb, "master", &exp->master, layer);
		strbuf_printf(sb, "</layer%d>", layer);
	}
	strbuf_puts(sb, "<meta>");
	if (exp->helper[0] != '\0')
		strbuf_printf(sb, "<helper-name>%s</helper-name>",
			      exp->helper);
	if (exp->has_timeout)
		strbuf_printf(sb, "<timeout>%u</timeout>", exp->timeout_s);
	strbuf_printf(sb, "<class>%u</class>", exp->class_id);
	if (exp->zone)
		strbuf_printf(sb, "<zone>%u</zone>", exp->zone);
	if (exp->flags & CLEW_EXPECT_PERMANENT)
		strbuf_puts(sb, "<permanent/>");
	if (exp->flags & CLEW_EXPECT_INACTIVE)
		strbuf_puts(sb, "<inactive/>");
	if (exp->flags & CLEW_EXPECT_USERSPACE)
		strbuf_puts(sb, "<userspace/>");
	strbuf_puts(sb, "</meta></flow>");
}

static void
json_tuple(struct strbuf *sb, const char *name, const struct clew_tuple *t)
{
	int family = t->family == CLEW_IPV6 ? AF_INET6 : AF_INET;
	char text[2][INET6_ADDRSTRLEN];

	inet_ntop(family, t->src.bytes, text[0], sizeof(text[0]));
	inet_ntop(family, t->dst.bytes, text[1], sizeof(text[1]));
	strbuf_printf(sb, ",\"%s\":{\"src\":\"%s\",\"dst\":\"%s\"", name,
		      text[0], text[1]);
	if (has_ports(t->protocol))
		strbuf_printf(sb, ",\"sport\":%u,\"dport\":%u",
			      port(t->part.port.sport_be),
			      port(t->part.port.dport_be));
	strbuf_putc(sb, '}');
}

static void
expectation_json(struct strbuf *sb, const struct clew_expectation *exp,
		 enum clew_record record)
{
	static const char *const types[] = {
		[CLEW_RECORD_ENTRY]	= "expectation",
		[CLEW_RECORD_NEW]	= "expectation-new",
		[CLEW_RECORD_UPDATE]	= "expectation-update",
		[CLEW_RECORD_DESTROY]	= "expectation-destroy",
	};
	struct clew_tuple mask = exp->mask;

	mask.protocol = exp->tuple.protocol;
	strbuf_printf(sb, "{\"type\":\"%s\",\"protocol\":%u", types[record],
		      exp->tuple.protocol);
	if (exp->has_timeout)
		strbuf_printf(sb, ",\"timeout\":%u", exp->timeout_s);
	json_tuple(sb, "expected", &exp->tuple);
	json_tuple(sb, "mask", &mask);
	json_tuple(sb, "master", &exp->master);
	strbuf_printf(sb, ",\"zone\":%u,\"flags\":%u,\"class\":%u,\"id\":%u",
		      exp->zone, exp->flags, exp->class_id, exp->id);
	if (exp->helper[0] != '\0')
		strbuf_printf(sb, ",\"helper\":\"%s\"", exp->helper);
	strbuf_putc(sb, '}');
}

/* A helper's name comes from the other side: it may not break the line. */
static void
tame(char *name, size_t size)
{
	for (size_t i = 0; i < size && name[i] != '\0'; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c < 0x20 || c >= 0x7f || strchr("<>&\"\\", c))
			name[i] = '?';
	}
}

static void
put_event_tag(struct strbuf *sb, enum clew_record record, bool with_time)
{
	static const char *const tags[] = {
		[CLEW_RECORD_NEW]	= "    [NEW] ",
		[CLEW_RECORD_UPDATE]	= " [UPDATE] ",
		[CLEW_RECORD_DESTROY]	= "[DESTROY] ",
	};
	uint64_t us = now_ns() / 1000;

	if (with_time)
		strbuf_printf(sb, "[%-8llu.%-6llu]\t",
			      (unsigned long long)(us / 1000000),
			      (unsigned long long)(us % 1000000));
	if (record != CLEW_RECORD_ENTRY)
		strbuf_puts(sb, tags[record]);
}

void
show_expectation(struct show *show, const struct clew_expectation *exp,
		 enum clew_record record)
{
	const struct order *o = show->order;
	struct clew_expectation tamed = *exp;
	char line[CLEW_TEXT_MAX];
	struct strbuf sb;

	tame(tamed.helper, sizeof(tamed.helper));
	strbuf_init(&sb, line, sizeof(line));
	if (show->is_whole)
		begin(show, "expect");
	if (o->output & OUTPUT_XML) {
		expectation_xml(&sb, &tamed, record);
	} else if (o->output & OUTPUT_JSON) {
		expectation_json(&sb, &tamed, record);
	} else {
		put_event_tag(&sb, record, o->output & OUTPUT_TIMESTAMP);
		expectation_line(&sb, &tamed);
	}
	fprintf(show->out, "%.*s\n", (int)sb.len, line);
}
