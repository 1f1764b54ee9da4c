/* SPDX-License-Identifier: BSD-2-Clause
 * parity/tables.h - the state tables, cell by cell, as scripts. */
#ifndef PARITY_TABLES_H
#define PARITY_TABLES_H

#include "parity/script.h"

/* Scripts 0 .. count - 1 cover the table.  => false when 'n' is beyond. */
bool table_tcp(struct script *s, unsigned n);
bool table_sctp(struct script *s, unsigned n);

#endif
