/* SPDX-License-Identifier: BSD-2-Clause
 * base/error.c - say in words what went wrong. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

void
error_set(struct clew_error *error, const char *format, ...)
{
	va_list args;

	if (error == NULL)
		return;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
}
