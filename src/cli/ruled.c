/* SPDX-License-Identifier: BSD-2-Clause
 * cli/ruled.c - the part of a replay that is about a gateway and its rules.
 *
 * Traces come out while a packet is judged, as events do, and its verdict
 * afterwards; what left is then in the engine's output list.  The file that
 * is written has an interface for each of the gateway's and, before them,
 * one for what leaves nobody knows where. */
#include "cli/ruled.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "cli/command.h"
#include "cli/rules.h"
#include "io/writer.h"

struct ruled {
	const struct replay_options *options;
	struct clew_engine *engine;
	struct printer *printer;
	struct gateway *gateway;
	struct rules *rules;		/* NULL: none were asked for */
	struct writer *writer;		/* NULL: nothing is written */
	struct clew_trace_names names;
	bool is_needed;			/* somebody asks what leaves */
	const struct timeline_burst *burst;	/* the one being judged */
	uint32_t traced;		/* the traces being printed: of the */
	uint32_t answering;		/* packet, and of what answers it */
	struct print_gateway counts;
};

static const char *
name_interface(void *ctx, uint32_t index)
{
	const struct ruled *r = ctx;

	return gateway_interface(r->gateway, index);
}

static const char *
name_rule(void *ctx, const struct clew_rule *rule)
{
	const struct ruled *r = ctx;

	return r->rules != NULL ? rules_text(r->rules, rule) : NULL;
}

static struct print_origin
origin_of(const struct ruled *r, const struct timeline_origin *origin)
{
	const struct replay_options *o = r->options;

	return (struct print_origin){
		.file = o->captures_count > 1 ?
			o->captures[origin->file] : NULL,
		.number = origin->number,
		.time_ns = origin->time_ns,
	};
}

static void
on_trace(void *ctx, const struct clew_trace *trace)
{
	struct ruled *r = ctx;
	struct print_origin origin;
	uint32_t *last;

	if (r->burst == NULL || trace->packet >= r->burst->count)
		return;
	origin = origin_of(r, &r->burst->origin[trace->packet]);
	last = trace->is_generated ? &r->answering : &r->traced;
	if (trace->id != *last) {
		*last = trace->id;
		print_traced(r->printer, trace, &origin);
	}
	print_trace(r->printer, trace, &origin, &r->names);
}

static void
on_log(void *ctx, const struct clew_log *log)
{
	struct ruled *r = ctx;
	struct print_origin origin;

	if (r->burst == NULL || log->packet >= r->burst->count)
		return;
	origin = origin_of(r, &r->burst->origin[log->packet]);
	print_log(r->printer, log, &origin);
}

static int
load_rules(struct ruled *r)
{
	const struct replay_options *o = r->options;

	if (o->rules_count == 0)
		return EXIT_OK;
	if (rules_create(&r->rules, r->engine, NULL) != 0) {
		fprintf(stderr, "%s: %s\n", o->who, strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	for (size_t i = 0; i < o->rules_count; i++) {
		if (rules_load(r->rules, o->who, o->rules[i], o->is_quiet))
			return EXIT_TROUBLE;
	}
	if (!o->is_quiet)
		rules_print_notices(r->rules);
	if ((o->trace || o->verdicts || o->wants_rules) &&
	    rules_read(r->rules, o->who) != 0)
		return EXIT_TROUBLE;
	return EXIT_OK;
}

/* What is written takes its file's former content away, before the first
 * packet is read. */
static bool
would_overwrite(const char *path, const char *const *read, size_t count)
{
	struct stat out, in;

	if (stat(path, &out) != 0 || !S_ISREG(out.st_mode))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *file = rules_path(read[i]);
		bool is_open = strcmp(file, "-") == 0;

		if ((is_open ? fstat(STDIN_FILENO, &in) :
		     stat(file, &in)) == 0 &&
		    in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return true;
	}
	return false;
}

static int
open_writer(struct ruled *r)
{
	const struct replay_options *o = r->options;
	const struct network *network = &o->network;
	struct clew_error error = { "" };

	if (o->write == NULL)
		return EXIT_OK;
	if (would_overwrite(o->write, o->captures, o->captures_count) ||
	    would_overwrite(o->write, o->rules, o->rules_count)) {
		fprintf(stderr, "%s: --write: %s: is also to be read\n", o->who,
			o->write);
		return EXIT_USAGE;
	}
	if (writer_create(&r->writer, o->write, &error) != 0) {
		fprintf(stderr, "%s: --write: %s\n", o->who, error.text);
		return EXIT_TROUBLE;
	}
	writer_interface(r->writer, "unknown");
	for (size_t i = 0; i < network->ifaces; i++)
		writer_interface(r->writer, network->iface[i].name);
	return EXIT_OK;
}

int
ruled_create(struct ruled **ruled, const struct replay_options *o,
	     struct clew_engine *engine, struct printer *printer,
	     const uint64_t seed[2])
{
	struct ruled *r = calloc(1, sizeof(*r));
	struct clew_error error = { "" };
	int status;

	*ruled = r;
	if (r == NULL ||
	    gateway_create(&r->gateway, o, engine, seed) != 0) {
		fprintf(stderr, "%s: %s\n", o->who, strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	r->options = o;
	r->engine = engine;
	r->printer = printer;
	r->is_needed = gateway_is_single(r->gateway) || o->verdicts ||
		       o->write != NULL;
	r->names = (struct clew_trace_names){
		.interface = name_interface, .rule = name_rule, .ctx = r,
	};
	status = network_apply(&o->network, engine, &error);
	if (status != 0) {
		fprintf(stderr, "%s: %s\n", o->who, error.text);
		return EXIT_USAGE;
	}
	status = load_rules(r);
	if (status == EXIT_OK)
		status = open_writer(r);
	if (status == EXIT_OK && o->trace)
		clew_engine_trace(engine, on_trace, r, true);
	if (status == EXIT_OK && o->log)
		clew_engine_log(engine, on_log, r);
	return status;
}

void
ruled_destroy(struct ruled *r)
{
	if (r == NULL)
		return;
	writer_close(r->writer, NULL);
	rules_destroy(r->rules);
	gateway_destroy(r->gateway);
	free(r);
}

size_t
ruled_burst(const struct ruled *r)
{
	const struct replay_options *o = r->options;

	return gateway_is_single(r->gateway) || o->trace ||
	       o->verdicts + o->events + o->invalid > 1 ? 1 : TIMELINE_BURST;
}

void
ruled_admit(struct ruled *r, struct timeline_burst *burst)
{
	size_t kept = 0;

	for (size_t i = 0; i < burst->count; i++) {
		if (!gateway_admit(r->gateway, &burst->packet[i],
				   &burst->origin[i]))
			continue;
		burst->packet[kept] = burst->packet[i];
		burst->origin[kept++] = burst->origin[i];
	}
	burst->count = kept;
	r->burst = burst;
}

/* The writer's interface for one of the gateway's: the loopback, and what is
 * none, is "unknown". */
static uint32_t
written_interface(const struct ruled *r, uint32_t index)
{
	const struct network *network = &r->options->network;

	return index > 1 && index - 2 < network->ifaces ? index - 1 : 0;
}

static void
let_out(struct ruled *r, const struct clew_packet *packet,
	const uint8_t *ip, uint32_t have, uint32_t len, uint32_t out_ifindex,
	const char *comment)
{
	gateway_let_out(r->gateway, ip, have, out_ifindex, packet->time_ns);
	if (r->writer == NULL)
		return;
	writer_put(r->writer, &(struct writer_packet){
		.interface = written_interface(r, out_ifindex),
		.time_ns = packet->time_ns,
		.data = ip,
		.caplen = have,
		.len = len,
		.comment = comment,
	});
}

/* Bytes of the packet by its own length: a frame may be padded. */
static uint32_t
own_length(const uint8_t *ip, uint32_t have, uint32_t len)
{
	uint32_t size = len;

	if (have >= 20 && ip[0] >> 4 == 4 && get_be16(ip + 2) >= 20)
		size = get_be16(ip + 2);
	else if (have >= 40 && ip[0] >> 4 == 6 && get_be16(ip + 4) != 0)
		size = get_be16(ip + 4) + 40u;
	return size < len ? size : len;
}

static void
print_answer(struct ruled *r, const struct clew_packet *packet,
	     const struct clew_output *output,
	     const struct timeline_origin *from)
{
	struct print_origin origin = origin_of(r, from);
	struct clew_tuple tuple;

	if (!r->options->verdicts)
		return;
	print_verdict(r->printer, &(struct print_verdict){
		.packet = packet,
		.origin = &origin,
		.before = clew_tuple_read(&tuple, output->data, output->len) ?
			  &tuple : NULL,
		.is_answer = true,
		.out_ifindex = output->out_ifindex,
		.names = &r->names,
	});
}

/* What came of a packet: itself, changed or in parts, and answers to it.
 * => The first output that is the packet, or NULL: it leaves as it came. */
static const struct clew_output *
take_outputs(struct ruled *r, const struct timeline_burst *burst,
	     size_t number)
{
	const struct clew_packet *packet = &burst->packet[number];
	const struct clew_output *output, *itself = NULL;
	char comment[64];
	size_t count;

	output = clew_engine_outputs(r->engine, &count);
	for (; count > 0; output++, count--) {
		bool is_copy = output->kind == CLEW_OUT_COPY;
		bool is_answer = output->kind == CLEW_OUT_GENERATED || is_copy;

		if (output->packet != number)
			continue;
		if (!is_answer && itself == NULL)
			itself = output;
		if (output->verdict != CLEW_ACCEPT || output->is_local)
			continue;
		snprintf(comment, sizeof(comment),
			 is_copy ? "copy of packet %" PRIu64 :
				   "answers packet %" PRIu64,
			 burst->origin[number].number);
		let_out(r, packet, output->data, output->len, output->len,
			output->out_ifindex, is_answer ? comment : NULL);
		r->counts.answers += is_answer;
	}
	return itself;
}

static void
print_answers(struct ruled *r, const struct timeline_burst *burst,
	      size_t number)
{
	const struct clew_output *output;
	size_t count;

	output = clew_engine_outputs(r->engine, &count);
	for (; count > 0; output++, count--) {
		if (output->packet == number &&
		    (output->kind == CLEW_OUT_GENERATED ||
		     output->kind == CLEW_OUT_COPY) &&
		    output->verdict == CLEW_ACCEPT)
			print_answer(r, &burst->packet[number], output,
				     &burst->origin[number]);
	}
}

/* A reply as its peer had sent it, not as the capture has it. */
static void
put_back(const struct ruled *r, const struct clew_packet *p,
	 struct clew_tuple *t)
{
	const struct clew_tuple *reply;
	struct clew_snapshot ct;

	if (p->result & CLEW_RES_TUPLE) {
		*t = p->tuple;
		return;
	}
	if (p->dir != CLEW_DIR_REPLY ||
	    clew_conn_snapshot(r->engine, p->conn, &ct) != 0)
		return;
	reply = &ct.tuple[CLEW_DIR_REPLY];
	if (reply->protocol != t->protocol)
		return;		/* an ICMP error about it */
	t->src = reply->src;
	t->dst = reply->dst;
	if (t->protocol == IPPROTO_ICMP || t->protocol == IPPROTO_ICMPV6)
		t->part.icmp.id_be = reply->part.icmp.id_be;
	else
		t->part = reply->part;
}

void
ruled_fate(const struct ruled *r, const struct timeline_burst *burst,
	   size_t number, struct ruled_fate *fate)
{
	const struct clew_packet *p = &burst->packet[number];
	const uint8_t *ip = p->data + p->l3_offset;
	const struct clew_output *output, *itself = NULL;
	size_t count;

	memset(fate, 0, sizeof(*fate));
	output = clew_engine_outputs(r->engine, &count);
	for (; count > 0; output++, count--) {
		if (output->packet != number)
			continue;
		if (output->kind == CLEW_OUT_GENERATED)
			fate->answers += output->verdict == CLEW_ACCEPT;
		else if (itself == NULL)
			itself = output;
	}
	fate->is_held = p->verdict == CLEW_STOLEN && itself == NULL;
	fate->has_before = clew_tuple_read(&fate->before, ip,
					   p->caplen - p->l3_offset);
	if (fate->has_before && p->result & CLEW_RES_UNTRANSLATED)
		put_back(r, p, &fate->before);
	fate->has_after = itself != NULL && fate->has_before &&
			  clew_tuple_read(&fate->after, itself->data,
					  itself->len) &&
			  memcmp(&fate->before, &fate->after,
				 sizeof(fate->after)) != 0;
	fate->has_rule = clew_engine_decision(r->engine, number, &fate->rule);
}

const struct clew_trace_names *
ruled_names(const struct ruled *r)
{
	return &r->names;
}

static void
print_one(struct ruled *r, const struct timeline_burst *burst, size_t number)
{
	const struct clew_packet *p = &burst->packet[number];
	struct print_origin origin = origin_of(r, &burst->origin[number]);
	struct ruled_fate fate;

	ruled_fate(r, burst, number, &fate);
	print_verdict(r->printer, &(struct print_verdict){
		.packet = p,
		.origin = &origin,
		.before = fate.has_before ? &fate.before : NULL,
		.after = fate.has_after ? &fate.after : NULL,
		.is_held = fate.is_held,
		.out_ifindex = p->out_ifindex,
		.rule = fate.has_rule ? &fate.rule : NULL,
		.names = &r->names,
	});
}

void
ruled_account(struct ruled *r, const struct timeline_burst *burst,
	      size_t number)
{
	const struct clew_packet *p = &burst->packet[number];
	const uint8_t *ip = p->data + p->l3_offset;
	uint32_t have = p->caplen - p->l3_offset, len;
	const struct clew_output *itself;

	if (!r->is_needed)
		return;
	itself = take_outputs(r, burst, number);
	r->counts.untranslated += (p->result & CLEW_RES_UNTRANSLATED) != 0;
	if (p->verdict == CLEW_ACCEPT && p->result & CLEW_RES_LOCAL) {
		r->counts.local++;
	} else if (p->verdict == CLEW_ACCEPT) {
		if (p->flags & CLEW_PKT_LOCAL_OUT)
			r->counts.own++;
		else
			r->counts.forwarded++;
		len = own_length(ip, have, p->len - p->l3_offset);
		if (itself == NULL)
			let_out(r, p, ip, have < len ? have : len, len,
				p->out_ifindex, NULL);
	}
	if (r->options->verdicts) {
		print_one(r, burst, number);
		print_answers(r, burst, number);
	}
}

static int
print_counters(struct ruled *r)
{
	struct tool_result result;
	bool json = r->options->format == CLEW_FORMAT_JSON;
	int status;

	if (!r->options->counters)
		return EXIT_OK;
	fflush(r->printer->out);
	status = rules_list(r->rules, r->options->who, json, &result);
	if (status == 0)
		print_ruleset(r->printer, result.out, result.out_len);
	tool_result_fini(&result);
	return status == 0 ? EXIT_OK : EXIT_TROUBLE;
}

int
ruled_finish(struct ruled *r)
{
	struct clew_error error = { "" };
	int status = print_counters(r);

	if (writer_close(r->writer, &error) != 0) {
		fprintf(stderr, "%s: --write: %s: %s\n", r->options->who,
			r->options->write, error.text);
		status = EXIT_TROUBLE;
	}
	r->writer = NULL;
	return status;
}

void
ruled_totals(const struct ruled *r, struct print_totals *totals)
{
	const struct gateway_counts *counts = gateway_counts(r->gateway);

	totals->has_gateway = gateway_is_single(r->gateway);
	totals->gateway = r->counts;
	totals->gateway.neighbours = counts->neighbours;
	totals->gateway.left = counts->left;
	totals->gateway.left_other = counts->left_other;
	totals->gateway.left_only = counts->left_only;
}
