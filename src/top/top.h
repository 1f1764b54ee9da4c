/* SPDX-License-Identifier: BSD-2-Clause
 * top/top.h - clew top: who fills a connection tracking table. */
#ifndef TOP_TOP_H
#define TOP_TOP_H

/* As main(). => An exit status. */
int top_main(int argc, char **argv);

#endif
