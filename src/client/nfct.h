/* SPDX-License-Identifier: BSD-2-Clause
 * client/nfct.h - the whole of nfct(8): policies of timeouts, and helper
 * objects of user space.
 *
 * "nfct COMMAND SUBSYSTEM ARGUMENT...", or the two turned round, both perhaps
 * shortened; nfct.c reads that, and each subsystem has a file of its own. */
#ifndef CLIENT_NFCT_H
#define CLIENT_NFCT_H

#include <stdbool.h>
#include <stdint.h>

#include "client/wire.h"

/* In the order in which abbreviations find them. */
#define NFCT_COMMANDS_X(X)						\
	X(LIST,		"list",		"show all there are")		\
	X(ADD,		"add",		"make one")			\
	X(DELETE,	"delete",	"delete these")			\
	X(GET,		"get",		"show these")			\
	X(FLUSH,	"flush",	"delete all that are not in use") \
	X(DISABLE,	"disable",	"a helper: let its packets pass unseen") \
	X(DEFAULT_SET,	"default-set",	"set a protocol's own timeouts") \
	X(DEFAULT_GET,	"default-get",	"show protocols' own timeouts")	\
	X(UPDATE,	"update",	"change one in place (not in the original)") \
	X(ENABLE,	"enable",	"undo disable (not in the original)")

enum nfct_command {
#define NFCT_NAME(name, ...) NFCT_##name,
	NFCT_COMMANDS_X(NFCT_NAME)
#undef NFCT_NAME
	NFCT_COMMANDS,
};

/* A command, to be done. */
struct nfct {
	struct wire *wire;
	const char *program;		/* as it was called */
	const char *typed;		/* the command as it was typed */
	enum nfct_command command;
	bool is_json;
	int args;			/* what stands behind both words */
	char **arg;
};

/* As main().  => An exit status, 0 or 1 as the original's. */
int client_nfct(int argc, char **argv);

int nfct_timeout(struct nfct *n);
int nfct_helper(struct nfct *n);

/* "nfct v1.4.7: " and more, on standard error.  => 1 */
int nfct_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "netlink error: ..." => 1 */
int nfct_failed(int err);

/* The words for families and protocols.  => 0, or 1 with a message. */
int nfct_family(const char *text, uint16_t *family);
/* A number of /etc/protocols, "icmpv6", "generic" or a number. => -1: none */
int nfct_protocol(const char *text);
const char *nfct_family_name(uint16_t family);
/* A name that the other side sent, fit for a terminal: in 'name'. */
void nfct_tame(char *name);

/* For the shells' completion. */
extern const char *const nfct_command_names[NFCT_COMMANDS];
/* The states of a protocol, in order.  => NULL: has none */
const char *const *nfct_states(uint8_t protocol, unsigned *count);

#endif
