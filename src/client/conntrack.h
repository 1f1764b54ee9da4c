/* SPDX-License-Identifier: BSD-2-Clause
 * client/conntrack.h - the whole of conntrack(8). */
#ifndef CLIENT_CONNTRACK_H
#define CLIENT_CONNTRACK_H

/* As main().  => An exit status: 0, 1 (could not be done, or there was
 * nothing to do) or 2 (a wrong command line). */
int client_conntrack(int argc, char **argv);

/* The same of 'clew events': -E with what is best for looking on. */
int client_events(int argc, char **argv);

#endif
