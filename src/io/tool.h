/* SPDX-License-Identifier: BSD-2-Clause
 * io/tool.h - run foreign programs (nft, above all) with their netlink
 * sockets carried to an engine. */
#ifndef IO_TOOL_H
#define IO_TOOL_H

#include <stddef.h>

#include "clew/control.h"

/* Become the program 'argv[0]' (searched for in PATH), its netlink sockets
 * carried to the engine that listens at 'socket'.
 * => Only on failure: -errno with words. */
int tool_exec(const char *socket, const char *const argv[],
	      struct clew_error *error);

/* What a program said; both texts end in a NUL that is not counted. */
struct tool_result {
	int status;		/* as from exit(); 128 + n: signal n */
	char *out;		/* its standard output */
	size_t out_len;
	char *err;		/* its standard error */
	size_t err_len;
};

/* Run a program to its end with its netlink sockets carried to 'control',
 * which is served meanwhile in this very thread.  'input' is what it reads
 * from standard input.  Each of its outputs may be 1 GiB long; what comes
 * beyond is read and forgotten.
 * => 0: it ran, see 'status'; -errno with words: it could not be run.
 * => tool_result_fini() in either case. */
int tool_run(struct clew_control *control,
	     const char *const argv[], const char *input, size_t input_len,
	     struct tool_result *result, struct clew_error *error);
void tool_result_fini(struct tool_result *result);

#endif
