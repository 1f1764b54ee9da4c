/* SPDX-License-Identifier: BSD-2-Clause
 * base/error.h - say in words what went wrong. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "clew/engine.h"

/* Write the words, cut to what fits.  => 'error' may be NULL. */
void error_set(struct clew_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
