/* SPDX-License-Identifier: BSD-2-Clause
 * client/nfct_timeout.c - nfct's policies of timeouts.
 *
 * A policy gives a name to timeouts of one protocol, for rules to refer to.
 * What a command line leaves out has the protocol's own value as it is when
 * the policy is made; to update means: what it leaves out stays. */
#include <errno.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "client/nfct.h"
#include "client/value.h"
#include "clew/text.h"
#include "nl/timeout.h"
#include "nl/uapi_ct.h"

#define TIMEOUT_MSG(n) (NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | (n))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Linux counts ticks in 32 bits, at most a thousand of them a second. */
enum { SECONDS_MOST = UINT32_MAX / 1000 };

/* In the order of CTA_TIMEOUT_<PROTO>_*, from 1. */
static const char *const tcp_states[] = {
	"SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT",
	"LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2", "RETRANS",
	"UNACKNOWLEDGED",
};

static const char *const stream_states[] = { "UNREPLIED", "REPLIED" };

static const char *const sctp_states[] = {
	"CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED",
	"SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT",
	"HEARTBEAT_SENT",
};

static const char *const dccp_states[] = {
	"REQUEST", "RESPOND", "PARTOPEN", "OPEN", "CLOSEREQ", "CLOSING",
	"TIMEWAIT",
};

static const char *const one_state[] = { "TIMEOUT" };

const char *const *
nfct_states(uint8_t protocol, unsigned *count)
{
	switch (protocol) {
	case 6:
		*count = COUNT(tcp_states);
		return tcp_states;
	case 17:
	case 136:
	case 47:
		*count = COUNT(stream_states);
		return stream_states;
	case 132:
		*count = COUNT(sctp_states);
		return sctp_states;
	case 33:
		*count = COUNT(dccp_states);
		return dccp_states;
	case 1:
	case 58:
	case 255:
		*count = COUNT(one_state);
		return one_state;
	default:
		*count = 0;
		return NULL;
	}
}

/* Output. */

static const char *
protocol_name(uint8_t protocol)
{
	return protocol == UINT8_MAX ? "generic" :
				       clew_protocol_name(protocol);
}

static void
put_lower(struct strbuf *sb, const char *word)
{
	for (; *word != '\0'; word++)
		strbuf_putc(sb, (char)(*word >= 'A' && *word <= 'Z' ?
				       *word | 0x20 : *word));
}

static void
print_json(const struct nl_timeout *t)
{
	unsigned count;
	const char *const *states = nfct_states(t->protocol, &count);
	const char *comma = "";
	char line[2048];
	struct strbuf sb;

	strbuf_init(&sb, line, sizeof(line));
	strbuf_puts(&sb, t->has_name ? "{\"type\":\"timeout\",\"name\":"
		    : "{\"type\":\"timeout-default\"");
	if (t->has_name)
		strbuf_put_json(&sb, t->name);
	strbuf_printf(&sb, ",\"family\":\"%s\",\"protocol\":\"%s\","
		      "\"protocol_number\":%u,\"policy\":{",
		      nfct_family_name(t->family), protocol_name(t->protocol),
		      t->protocol);
	for (unsigned i = 0; i < count; i++) {
		if (!(t->set & 1u << i))
			continue;
		strbuf_printf(&sb, "%s\"", comma);
		put_lower(&sb, states[i]);
		strbuf_printf(&sb, "\":%u", t->values_s[i]);
		comma = ",";
	}
	strbuf_putc(&sb, '}');
	if (t->has_users)
		strbuf_printf(&sb, ",\"users\":%u", t->users);
	strbuf_putc(&sb, '}');
	puts(line);
}

/* As the original, whose defaults lack the line that opens. */
static void
print_text(const struct nl_timeout *t)
{
	unsigned count;
	const char *const *states = nfct_states(t->protocol, &count);

	if (t->has_name)
		printf(".%s = {\n", t->name);
	printf("\t.l3proto = %u,\n\t.l4proto = %u,\n\t.policy = {\n",
	       t->family, t->protocol);
	for (unsigned i = 0; i < count; i++) {
		if (t->set & 1u << i)
			printf("\t\t.%s = %u,\n", states[i], t->values_s[i]);
	}
	puts("\t},\n};");
}

static int
show_one(void *ctx, const struct nl_msg *msg, uint8_t family, uint16_t res_id,
	 const uint8_t *attrs, size_t size)
{
	struct nfct *n = ctx;
	struct nl_timeout t;

	(void)msg;
	(void)family;
	(void)res_id;
	if (nl_timeout_decode(attrs, size, &t, NULL))
		return 0;
	nfct_tame(t.name);
	if (n->is_json)
		print_json(&t);
	else
		print_text(&t);
	return 0;
}

/* Arguments. */

/* => 0, or 1 with a message. */
static int
take_name(const char *text, struct nl_timeout *t)
{
	if (text[0] == '\0')
		return nfct_fail("missing timeout policy name");
	if (strlen(text) >= sizeof(t->name))
		return nfct_fail("the name `%s' is longer than %zu bytes",
				 text, sizeof(t->name) - 1);
	strcpy(t->name, text);
	t->has_name = true;
	return 0;
}

static int
take_protocol(const char *family, const char *protocol, struct nl_timeout *t)
{
	int number;

	t->has_family = true;
	if (nfct_family(family, &t->family))
		return 1;
	number = nfct_protocol(protocol);
	if (number < 0)
		return nfct_fail("unknown layer 4 protocol");
	t->protocol = (uint8_t)number;
	t->has_protocol = true;
	return 0;
}

/* "STATE SECONDS ..." */
static int
take_values(struct nl_timeout *t, const char *protocol, int args, char **arg)
{
	unsigned count;
	const char *const *states = nfct_states(t->protocol, &count);

	for (int i = 0; i < args; i += 2) {
		struct clew_error error;
		uint64_t seconds;
		unsigned k = 0;

		if (i + 1 == args)
			return nfct_fail("missing value for this timeout");
		while (k < count && strcasecmp(states[k], arg[i]) != 0)
			k++;
		if (k == count)
			return nfct_fail("Wrong state name: `%s' for "
					 "protocol `%s'", arg[i], protocol);
		if (value_number(arg[i + 1], SECONDS_MOST, arg[i], &seconds,
				 &error))
			return nfct_fail("%s", error.text);
		t->has_values = true;
		t->set |= 1u << k;
		t->values_s[k] = (uint32_t)seconds;
	}
	return 0;
}

/* Commands. */

static int
ask(struct nfct *n, uint16_t type, uint16_t flags,
    const struct nl_timeout *t, wire_answer_fn *answer, void *ctx)
{
	struct nl_writer *w = wire_begin(n->wire, TIMEOUT_MSG(type), flags, 0);

	if (t)
		nl_timeout_encode(w, t);
	return wire_ask(n->wire, answer, ctx);
}

static int
list(struct nfct *n)
{
	int err;

	if (n->args)
		return nfct_fail("too many arguments");
	err = ask(n, IPCTNL_MSG_TIMEOUT_GET, NLM_F_DUMP, NULL, show_one, n);
	return err && err != -EINTR ? nfct_failed(err) : 0;
}

/* Each of the names; what fails does not keep the others back. */
static int
get_or_delete(struct nfct *n)
{
	bool is_get = n->command == NFCT_GET;
	int status = 0;

	if (n->args == 0)
		return nfct_fail("missing timeout policy name");
	for (int i = 0; i < n->args; i++) {
		struct nl_timeout t = { .family = 0 };
		int err;

		if (take_name(n->arg[i], &t)) {
			status = 1;
			continue;
		}
		err = is_get ? ask(n, IPCTNL_MSG_TIMEOUT_GET, 0, &t, show_one,
				   n) :
			       ask(n, IPCTNL_MSG_TIMEOUT_DELETE, NLM_F_ACK, &t,
				   NULL, NULL);
		if (err && n->args > 1)
			nfct_fail("%s: %s", n->arg[i], strerror(-err));
		else if (err)
			nfct_failed(err);
		if (err)
			status = 1;
	}
	return status;
}

static int
add(struct nfct *n)
{
	struct nl_timeout t = { .family = 0 };
	int err;

	if (n->args < 3) {
		nfct_fail("missing parameters");
		fputs("syntax: nfct add timeout name family protocol state1 "
		      "timeout1 ...\n", stderr);
		return 1;
	}
	if (take_name(n->arg[0], &t) ||
	    take_protocol(n->arg[1], n->arg[2], &t) ||
	    take_values(&t, n->arg[2], n->args - 3, n->arg + 3))
		return 1;
	err = ask(n, IPCTNL_MSG_TIMEOUT_NEW, NLM_F_ACK | NLM_F_CREATE, &t,
		  NULL, NULL);
	return err ? nfct_failed(err) : 0;
}

static int
keep_one(void *ctx, const struct nl_msg *msg, uint8_t family, uint16_t res_id,
	 const uint8_t *attrs, size_t size)
{
	(void)msg;
	(void)family;
	(void)res_id;
	return nl_timeout_decode(attrs, size, ctx, NULL);
}

/* The kernel replaces the whole: give it what was there, too. */
static int
update(struct nfct *n)
{
	struct nl_timeout t = { .family = 0 }, old;
	bool has_protocol = n->args >= 3 &&
			    (strcmp(n->arg[1], "inet") == 0 ||
			     strcmp(n->arg[1], "inet6") == 0);
	int first = has_protocol ? 3 : 1, err;

	if (n->args < first + 2) {
		nfct_fail("missing parameters");
		fputs("syntax: nfct update timeout name state1 timeout1 ...\n",
		      stderr);
		return 1;
	}
	if (take_name(n->arg[0], &t) ||
	    (has_protocol && take_protocol(n->arg[1], n->arg[2], &t)))
		return 1;
	err = ask(n, IPCTNL_MSG_TIMEOUT_GET, 0, &t, keep_one, &old);
	if (err)
		return nfct_failed(err);
	if (has_protocol &&
	    (t.family != old.family || t.protocol != old.protocol))
		return nfct_fail("%s is of another protocol (%s)", n->arg[0],
				 protocol_name(old.protocol));
	old.has_users = false;
	if (take_values(&old, protocol_name(old.protocol), n->args - first,
			n->arg + first))
		return 1;
	err = ask(n, IPCTNL_MSG_TIMEOUT_NEW, NLM_F_ACK | NLM_F_REPLACE, &old,
		  NULL, NULL);
	return err ? nfct_failed(err) : 0;
}

static int
count_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	  uint16_t res_id, const uint8_t *attrs, size_t size)
{
	(void)msg;
	(void)family;
	(void)res_id;
	(void)attrs;
	(void)size;
	++*(unsigned *)ctx;
	return 0;
}

/* The kernel says nothing of those it left: we do. */
static int
flush(struct nfct *n)
{
	unsigned left = 0;
	int err;

	if (n->args)
		return nfct_fail("too many arguments");
	err = ask(n, IPCTNL_MSG_TIMEOUT_DELETE, NLM_F_ACK, NULL, NULL, NULL);
	if (err)
		return nfct_failed(err);
	if (ask(n, IPCTNL_MSG_TIMEOUT_GET, NLM_F_DUMP, NULL, count_one,
		&left) == 0 && left)
		nfct_fail("in use, and left: %u", left);
	return 0;
}

static int
default_get(struct nfct *n)
{
	if (n->args < 2) {
		nfct_fail("missing parameters");
		fputs("syntax: nfct default-get timeout family protocol\n",
		      stderr);
		return 1;
	}
	for (int i = 1; i < n->args; i++) {
		struct nl_timeout t = { .family = 0 };
		int err;

		if (take_protocol(n->arg[0], n->arg[i], &t))
			return 1;
		err = ask(n, IPCTNL_MSG_TIMEOUT_DEFAULT_GET, 0, &t, show_one,
			  n);
		if (err)
			return nfct_failed(err);
	}
	return 0;
}

static int
default_set(struct nfct *n)
{
	struct nl_timeout t = { .family = 0 };
	int err;

	if (n->args < 3) {
		nfct_fail("missing parameters");
		fputs("syntax: nfct default-set timeout family protocol "
		      "state1 timeout1...\n", stderr);
		return 1;
	}
	if (take_protocol(n->arg[0], n->arg[1], &t) ||
	    take_values(&t, n->arg[1], n->args - 2, n->arg + 2))
		return 1;
	err = ask(n, IPCTNL_MSG_TIMEOUT_DEFAULT_SET, NLM_F_ACK, &t, NULL,
		  NULL);
	return err ? nfct_failed(err) : 0;
}

int
nfct_timeout(struct nfct *n)
{
	switch (n->command) {
	case NFCT_LIST:
		return list(n);
	case NFCT_ADD:
		return add(n);
	case NFCT_DELETE:
	case NFCT_GET:
		return get_or_delete(n);
	case NFCT_FLUSH:
		return flush(n);
	case NFCT_DEFAULT_SET:
		return default_set(n);
	case NFCT_DEFAULT_GET:
		return default_get(n);
	case NFCT_UPDATE:
		return update(n);
	case NFCT_DISABLE:
	case NFCT_ENABLE:
	case NFCT_COMMANDS:
		break;
	}
	nfct_fail("Missing command");
	fprintf(stderr, "%s <list|add|delete|get|default-set|default-get|"
		"flush> timeout [<parameters>, ...]\n", n->program);
	return 1;
}
