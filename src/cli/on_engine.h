/* SPDX-License-Identifier: BSD-2-Clause
 * cli/on_engine.h - '--engine SOCKET': a netlink program of ours, run again
 * with its netlink carried to an engine. */
#ifndef CLI_ON_ENGINE_H
#define CLI_ON_ENGINE_H

/* Run 'command' with the same arguments but --engine under the preloaded
 * library.  => Does not return when that works; an exit status, with words on
 * standard error, when it does not; -1: there is no --engine. */
int on_engine(const char *command, int argc, char **argv);

#endif
