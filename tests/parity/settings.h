/* SPDX-License-Identifier: BSD-2-Clause
 * parity/settings.h - the settings: names, defaults and what they take. */
#ifndef PARITY_SETTINGS_H
#define PARITY_SETTINGS_H

#include <stddef.h>

/* Hold every setting of libclew against the sysctl of that name.
 * => How many differ; each is printed.  => '*count' were looked at. */
unsigned settings_compare(size_t *count);

#endif
