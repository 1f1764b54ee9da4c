/* SPDX-License-Identifier: BSD-2-Clause
 * client/nfct_helper.c - nfct's helper objects of user space.
 *
 * A helper object has packets of its name's connections queued for a program
 * (conntrackd) to look into.  The kernel must know beforehand what the
 * program may expect: of the programs there are, that is the table below.
 * Source: what nfct 1.4.7 asks the kernel for. */
#include <errno.h>
#include <linux/netfilter/nfnetlink_cthelper.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "client/nfct.h"
#include "client/value.h"
#include "clew/text.h"
#include "nl/cthelper.h"
#include "nl/uapi_ct.h"

#define HELPER_MSG(n) (NFNL_SUBSYS_CTHELPER << 8 | (n))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TCP = 6, UDP = 17, HELPERS_MOST = 64 };

static const struct known {
	const char *name;
	uint8_t protocol;
	uint32_t priv_size;
	uint32_t expect_max;
	uint32_t timeout_s;
} knowns[] = {
	{ "amanda",	UDP,	 0, 3, 180 },
	{ "dhcpv6",	UDP,	 0, 1, 300 },
	{ "ftp",	TCP,	24, 1, 300 },
	{ "mdns",	UDP,	 0, 8,  30 },
	{ "rpc",	TCP,	16, 1, 300 },
	{ "rpc",	UDP,	16, 1, 300 },
	{ "sane",	TCP,	 4, 1, 300 },
	{ "slp",	UDP,	 0, 8,  16 },
	{ "ssdp",	TCP,	 0, 8, 300 },
	{ "ssdp",	UDP,	 0, 8, 300 },
	{ "tftp",	UDP,	 0, 1, 300 },
	{ "tns",	TCP,	 1, 1, 300 },
};

static const struct known *
lookup(const char *name, uint8_t protocol)
{
	for (size_t i = 0; i < COUNT(knowns); i++) {
		if (strcmp(knowns[i].name, name) == 0 &&
		    knowns[i].protocol == protocol)
			return &knowns[i];
	}
	return NULL;
}

/* Output. */

static void
print_json(const struct nl_cthelper *h)
{
	char line[2048];
	struct strbuf sb;

	strbuf_init(&sb, line, sizeof(line));
	strbuf_puts(&sb, "{\"type\":\"helper\",\"name\":");
	strbuf_put_json(&sb, h->name);
	strbuf_printf(&sb, ",\"queue\":%u,\"family\":\"%s\","
		      "\"protocol\":\"%s\",\"protocol_number\":%u,"
		      "\"priv_data_len\":%u,\"status\":\"%s\",\"policies\":[",
		      h->queue, nfct_family_name(h->family),
		      clew_protocol_name(h->protocol), h->protocol,
		      h->priv_size, h->is_enabled ? "enabled" : "disabled");
	for (uint32_t i = 0; i < h->policies; i++) {
		strbuf_puts(&sb, i ? ",{\"name\":" : "{\"name\":");
		strbuf_put_json(&sb, h->policy[i].name);
		strbuf_printf(&sb, ",\"expect_max\":%u,\"timeout\":%u}",
			      h->policy[i].expect_max, h->policy[i].timeout_s);
	}
	strbuf_puts(&sb, "]}");
	puts(line);
}

static int
show_one(void *ctx, const struct nl_msg *msg, uint8_t family, uint16_t res_id,
	 const uint8_t *attrs, size_t size)
{
	struct nfct *n = ctx;
	struct nl_cthelper h;

	(void)msg;
	(void)family;
	(void)res_id;
	if (nl_cthelper_decode(attrs, size, &h, NULL))
		return 0;
	if (n->is_json) {
		print_json(&h);
		return 0;
	}
	nfct_tame(h.name);
	printf("{\n\t.name = %s,\n\t.queuenum = %u,\n\t.l3protonum = %u,\n"
	       "\t.l4protonum = %u,\n\t.priv_data_len = %u,\n"
	       "\t.status = %s,\n};\n", h.name, h.queue, h.family, h.protocol,
	       h.priv_size, h.is_enabled ? "enabled" : "disabled");
	return 0;
}

/* Arguments. */

static int
take_name(const char *text, struct nl_cthelper *h)
{
	if (strlen(text) >= sizeof(h->name))
		return nfct_fail("the name `%s' is longer than %zu bytes",
				 text, sizeof(h->name) - 1);
	strcpy(h->name, text);
	return 0;
}

static int
take_protocol(const char *text, struct nl_cthelper *h)
{
	int number = nfct_protocol(text);

	if (number != TCP && number != UDP)
		return nfct_fail("unsupported layer 4 protocol");
	h->protocol = (uint8_t)number;
	h->has_tuple = true;
	return 0;
}

/* "NAME FAMILY PROTOCOL", all three. */
static int
take_whole(struct nfct *n, struct nl_cthelper *h)
{
	if (n->args < 3) {
		nfct_fail("missing parameters");
		fprintf(stderr, "syntax: nfct %s helper name family "
			"protocol\n", nfct_command_names[n->command]);
		return 1;
	}
	return nfct_family(n->arg[1], &h->family) ||
	       take_protocol(n->arg[2], h) || take_name(n->arg[0], h);
}

/* Requests. */

static int
failed(int err)
{
	nfct_failed(err);
	if (err == -EINVAL)
		fputs("(a kernel without nfnetlink_cthelper says so, too)\n",
		      stderr);
	return 1;
}

static int
ask(struct nfct *n, uint16_t type, uint16_t flags,
    const struct nl_cthelper *h, wire_answer_fn *answer, void *ctx)
{
	struct nl_writer *w = wire_begin(n->wire, HELPER_MSG(type), flags, 0);

	if (h)
		nl_cthelper_encode(w, h);
	return wire_ask(n->wire, answer, ctx);
}

static int
list(struct nfct *n)
{
	int err;

	if (n->args)
		return nfct_fail("too many arguments");
	err = ask(n, NFNL_MSG_CTHELPER_GET, NLM_F_DUMP, NULL, show_one, n);
	return err && err != -EINTR ? failed(err) : 0;
}

static int
add(struct nfct *n)
{
	struct nl_cthelper h = { .has_queue = false };
	const struct known *known;
	struct clew_error error;
	uint64_t queue = 0;
	int err;

	if (take_whole(n, &h))
		return 1;
	known = lookup(h.name, h.protocol);
	if (!known)
		return nfct_fail("that helper is not supported");
	if (n->args > 3 &&
	    value_number(n->arg[3], UINT16_MAX, "queue", &queue, &error))
		return nfct_fail("%s", error.text);
	h.has_queue = h.has_priv_size = h.has_policies = true;
	h.queue = (uint32_t)queue;
	h.priv_size = known->priv_size;
	h.policies = 1;
	strcpy(h.policy[0].name, known->name);
	h.policy[0].expect_max = known->expect_max;
	h.policy[0].timeout_s = known->timeout_s;
	err = ask(n, NFNL_MSG_CTHELPER_NEW, NLM_F_ACK | NLM_F_CREATE, &h,
		  NULL, NULL);
	if (err == -EBUSY) {
		nfct_failed(err);
		fprintf(stderr, "Maybe unload nf_conntrack_%s.ko first?\n",
			h.name);
		return 1;
	}
	return err ? failed(err) : 0;
}

/* What "NAME [FAMILY [PROTOCOL]]" means, of those there are. */
struct choice {
	const struct nl_cthelper *wanted;
	bool has_family;
	uint32_t count;
	struct nl_cthelper found[HELPERS_MOST];
};

static int
choose_one(void *ctx, const struct nl_msg *msg, uint8_t family,
	   uint16_t res_id, const uint8_t *attrs, size_t size)
{
	struct choice *c = ctx;
	struct nl_cthelper h;

	(void)msg;
	(void)family;
	(void)res_id;
	if (nl_cthelper_decode(attrs, size, &h, NULL) || !h.has_tuple ||
	    strcmp(h.name, c->wanted->name) != 0 ||
	    (c->has_family && h.family != c->wanted->family) ||
	    c->count == HELPERS_MOST)
		return 0;
	c->found[c->count++] = h;
	return 0;
}

/* With a family alone the kernel finds nothing, for it wants both or none:
 * look ourselves, then name each. */
static int
each_of_family(struct nfct *n, const struct nl_cthelper *wanted)
{
	struct choice c = { .wanted = wanted, .has_family = true };
	int err = ask(n, NFNL_MSG_CTHELPER_GET, NLM_F_DUMP, NULL, choose_one,
		      &c);

	if (!err && c.count == 0)
		err = -ENOENT;
	for (uint32_t i = 0; i < c.count && !err; i++) {
		struct nl_cthelper name = {
			.has_tuple = true,
			.family = c.found[i].family,
			.protocol = c.found[i].protocol,
		};

		strcpy(name.name, wanted->name);
		if (n->command == NFCT_GET)
			err = ask(n, NFNL_MSG_CTHELPER_GET, 0, &name,
				  show_one, n);
		else
			err = ask(n, NFNL_MSG_CTHELPER_DEL, NLM_F_ACK, &name,
				  NULL, NULL);
	}
	return err ? failed(err) : 0;
}

static int
get_or_delete(struct nfct *n)
{
	bool is_get = n->command == NFCT_GET;
	struct nl_cthelper h = { .has_tuple = false };
	int err;

	if (n->args == 0)
		return nfct_fail("missing helper policy name");
	if (n->args > 3)
		return nfct_fail("too many arguments");
	if (take_name(n->arg[0], &h) ||
	    (n->args > 1 && nfct_family(n->arg[1], &h.family)) ||
	    (n->args > 2 && take_protocol(n->arg[2], &h)))
		return 1;
	if (n->args == 2)
		return each_of_family(n, &h);
	/* A name may stand for several: a kernel that is asked for it
	 * sends but one. */
	err = is_get ? ask(n, NFNL_MSG_CTHELPER_GET, 0, &h, show_one, n) :
		       ask(n, NFNL_MSG_CTHELPER_DEL, NLM_F_ACK, &h, NULL,
			   NULL);
	return err ? failed(err) : 0;
}

static int
flush(struct nfct *n)
{
	int err;

	if (n->args)
		return nfct_fail("too many arguments");
	err = ask(n, NFNL_MSG_CTHELPER_DEL, NLM_F_ACK, NULL, NULL, NULL);
	return err ? failed(err) : 0;
}

static int
set_status(struct nfct *n)
{
	struct nl_cthelper h = {
		.has_status = true,
		.is_enabled = n->command == NFCT_ENABLE,
	};
	int err;

	if (take_whole(n, &h))
		return 1;
	if (!lookup(h.name, h.protocol))
		return nfct_fail("that helper is not supported");
	err = ask(n, NFNL_MSG_CTHELPER_NEW, NLM_F_ACK | NLM_F_CREATE, &h,
		  NULL, NULL);
	return err ? failed(err) : 0;
}

int
nfct_helper(struct nfct *n)
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
	case NFCT_DISABLE:
	case NFCT_ENABLE:
		return set_status(n);
	case NFCT_DEFAULT_SET:
	case NFCT_DEFAULT_GET:
	case NFCT_UPDATE:
	case NFCT_COMMANDS:
		break;
	}
	nfct_fail("Unknown command: %s", n->typed);
	nfct_fail("Missing command");
	fprintf(stderr, "%s helper list|add|delete|disable|get|flush "
		"[parameters...]\n", n->program);
	return 1;
}
