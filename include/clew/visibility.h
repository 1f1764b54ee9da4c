/* SPDX-License-Identifier: BSD-2-Clause
 * clew/visibility.h - marks what libclew exports; all else is hidden. */
#ifndef CLEW_VISIBILITY_H
#define CLEW_VISIBILITY_H

#if defined(__cplusplus)
#define CLEW_LINKAGE extern "C"
#else
#define CLEW_LINKAGE
#endif

#if defined(__GNUC__)
#define CLEW_API CLEW_LINKAGE __attribute__((visibility("default")))
#else
#define CLEW_API CLEW_LINKAGE
#endif

#endif
