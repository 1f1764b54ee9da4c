/* SPDX-License-Identifier: BSD-2-Clause
 * scenario/run_gateway.c - the steps about a gateway, and where it lets
 * packets go. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "scenario/lex.h"
#include "scenario/run.h"

static void
put_addr(struct strbuf *sb, uint8_t family, const union clew_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family == CLEW_IPV6 ? AF_INET6 : AF_INET, addr->bytes, text,
		  sizeof(text));
	strbuf_puts(sb, text);
}

static bool
has_ports(const struct clew_tuple *t)
{
	return t->protocol == IPPROTO_TCP || t->protocol == IPPROTO_UDP ||
	       t->protocol == IPPROTO_UDPLITE || t->protocol == IPPROTO_SCTP;
}

/* The port, or an ICMP query's id, which NAT takes for one. */
static uint16_t
port_of(const struct clew_tuple *t, bool is_source)
{
	if (!has_ports(t))
		return ntohs(t->part.icmp.id_be);
	return ntohs(is_source ? t->part.port.sport_be :
				 t->part.port.dport_be);
}

static void
put_endpoint(struct strbuf *sb, const char *word, const struct clew_tuple *t,
	     bool is_source)
{
	bool is_v6 = t->family == CLEW_IPV6;

	strbuf_printf(sb, " %s %s", word, is_v6 ? "[" : "");
	put_addr(sb, t->family, is_source ? &t->src : &t->dst);
	strbuf_printf(sb, "%s:%u", is_v6 ? "]" : "", port_of(t, is_source));
}

static bool
is_same_end(const struct clew_tuple *a, const struct clew_tuple *b,
	    bool is_source)
{
	return memcmp(is_source ? &a->src : &a->dst,
		      is_source ? &b->src : &b->dst, sizeof(a->src)) == 0 &&
	       port_of(a, is_source) == port_of(b, is_source);
}

static void
put_answer(struct strbuf *sb, const struct scenario_answer *answer)
{
	if (answer->protocol == IPPROTO_TCP)
		strbuf_puts(sb, " answer reset");
	else
		strbuf_printf(sb, " answer %s type %u code %u",
			      answer->protocol == IPPROTO_ICMP ? "icmp" :
								 "icmpv6",
			      answer->type, answer->code);
}

void
run_describe_departure(const struct scenario_seen *seen, char *text,
		       size_t size)
{
	struct strbuf sb;
	size_t len = strlen(text);

	if (!seen->has_departure)
		return;
	strbuf_init(&sb, text + len, size - len);
	if (seen->out)
		strbuf_printf(&sb, " out %s", seen->out);
	if (seen->local)
		strbuf_puts(&sb, " local");
	if (!is_same_end(&seen->before, &seen->after, true))
		put_endpoint(&sb, "snat", &seen->after, true);
	if (!is_same_end(&seen->before, &seen->after, false))
		put_endpoint(&sb, "dnat", &seen->after, false);
	if (seen->has_mark && seen->mark != 0)
		strbuf_printf(&sb, " mark %" PRIu32, seen->mark);
	for (unsigned i = 0; i < seen->answers; i++)
		put_answer(&sb, &seen->answer[i]);
}

static bool
is_endpoint(const struct scenario_endpoint *end, const struct clew_tuple *t,
	    bool is_source)
{
	if (end->has_addr && memcmp(is_source ? &t->src : &t->dst, &end->addr,
				    sizeof(end->addr)) != 0)
		return false;
	return !end->has_port || end->port == port_of(t, is_source);
}

static bool
has_answer(const struct scenario_seen *seen,
	   const struct scenario_answer *answer)
{
	for (unsigned i = 0; i < seen->answers; i++) {
		const struct scenario_answer *a = &seen->answer[i];

		if (a->protocol == answer->protocol &&
		    (a->protocol == IPPROTO_TCP ||
		     (a->type == answer->type && a->code == answer->code)))
			return true;
	}
	return false;
}

bool
run_check_departure(struct run *r, const struct scenario_step *step,
		    const struct scenario_seen *seen)
{
	const struct scenario_expect *e = &step->expect;

	if (!seen->has_departure) {
		if (e->out || e->local || e->unchanged || e->has_snat ||
		    e->has_dnat || e->has_mark || e->has_answer)
			r->result->unchecked++;
		return true;
	}
	if (e->out && (!seen->out || strcmp(e->out, seen->out) != 0))
		return false;
	if (e->local && !seen->local)
		return false;
	if (e->unchanged &&
	    (!is_same_end(&seen->before, &seen->after, true) ||
	     !is_same_end(&seen->before, &seen->after, false)))
		return false;
	if (e->has_snat && !is_endpoint(&e->snat, &seen->after, true))
		return false;
	if (e->has_dnat && !is_endpoint(&e->dnat, &seen->after, false))
		return false;
	if (e->has_mark && !seen->has_mark)
		r->result->unchecked++;
	else if (e->has_mark && e->mark != seen->mark)
		return false;
	return !e->has_answer || has_answer(seen, &e->answer);
}

static void
report_status(struct run *r, const struct scenario_step *step, int rc,
	      const struct clew_error *error)
{
	if (rc == -ENOTSUP)
		r->result->unchecked++;
	else if (rc < 0)
		run_fail(r, step, step->column, "%s",
			 error->text[0] ? error->text : strerror(-rc));
}

void
run_interface(struct run *r, const struct scenario_step *step)
{
	struct clew_error error = { "" };

	report_status(r, step, r->ops->interface ?
		      r->ops->interface(r->ctx, step->text, &error) : -ENOTSUP,
		      &error);
}

void
run_route(struct run *r, const struct scenario_step *step)
{
	struct clew_error error = { "" };

	report_status(r, step, r->ops->route ?
		      r->ops->route(r->ctx, step->text, &error) : -ENOTSUP,
		      &error);
}

/* Every line of nft's message is a failure's. */
static void
fail_with(struct run *r, const struct scenario_step *step, const char *message)
{
	while (*message != '\0') {
		size_t len = strcspn(message, "\n");

		run_fail(r, step, step->column, "%.*s", (int)len, message);
		message += len + (message[len] == '\n');
	}
}

void
run_rules(struct run *r, const struct scenario_step *step)
{
	char *message = NULL;
	int rc = r->ops->rules ? r->ops->rules(r->ctx, step->text, step->name,
					       &message) : -ENOTSUP;

	if (rc == -ENOTSUP) {
		r->result->unchecked++;
	} else if (rc < 0 && !step->error) {
		fail_with(r, step, message ? message : strerror(-rc));
	} else {
		r->result->checks++;
		if (rc >= 0 && step->error)
			run_fail(r, step, step->column,
				 "expected an error, got none");
		else if (rc < 0 && !(message && strstr(message, step->error)))
			run_fail(r, step, step->column,
				 "expected another error, got: %s",
				 message ? message : strerror(-rc));
	}
	free(message);
}

/* => The ruleset's text, for free(), or NULL: the step is over. */
static char *
read_ruleset(struct run *r, const struct scenario_step *step)
{
	char *text = NULL;

	if (!run_is_done(r, step, r->ops->ruleset ?
			 r->ops->ruleset(r->ctx, &text) : -ENOTSUP))
		return NULL;
	return text;
}

/* The next line of '*text', without blanks before it; or NULL. */
static char *
next_line(char **text)
{
	char *line = strsep(text, "\n");

	return line ? line + strspn(line, " \t") : NULL;
}

void
run_ruleset(struct run *r, const struct scenario_step *step)
{
	char *text = read_ruleset(r, step), *rest = text, *line;
	bool has = false;

	if (!text)
		return;
	r->result->checks++;
	while ((line = next_line(&rest))) {
		run_trace(r, step, line);
		has |= scenario_match(step->lines[0], line, 0);
	}
	if (step->type == SCENARIO_STEP_RULESET_HAS && !has)
		run_fail(r, step, step->column, "the ruleset has no such line");
	else if (step->type == SCENARIO_STEP_RULESET_LACKS && has)
		run_fail(r, step, step->column, "the ruleset has such a line");
	free(text);
}

/* "packets 3 bytes 180" */
static bool
read_counts(char *line, uint64_t value[2])
{
	static const char *const words[] = { "packets", NULL, "bytes", NULL };
	char *word;

	for (size_t i = 0; i < 4; i++) {
		word = strsep(&line, " ");
		if (!word || (words[i] && strcmp(word, words[i]) != 0) ||
		    (!words[i] && !lex_number(word, &value[i / 2])))
			return false;
	}
	return true;
}

/* The counts are in a line of the block that "counter NAME {" opens. */
static bool
find_counter(char *text, const char *name, uint64_t value[2])
{
	char head[256], *line;

	snprintf(head, sizeof(head), "counter %s {", name);
	while ((line = next_line(&text))) {
		if (strcmp(line, head) != 0)
			continue;
		while ((line = next_line(&text)) && *line != '}') {
			if (read_counts(line, value))
				return true;
		}
		return false;
	}
	return false;
}

void
run_counter(struct run *r, const struct scenario_step *step)
{
	char *text = read_ruleset(r, step);
	uint64_t value[2] = { 0 };

	if (!text)
		return;
	r->result->checks++;
	if (!find_counter(text, step->name, value))
		run_fail(r, step, step->column, "there is no counter '%s'",
			 step->name);
	for (size_t i = 0; i < step->stats_count; i++) {
		if (value[i] != step->stats[i].value)
			run_fail(r, step, step->column, "counter %s: expected "
				 "%s %" PRIu64 ", got %" PRIu64, step->name,
				 step->stats[i].name, step->stats[i].value,
				 value[i]);
	}
	free(text);
}
