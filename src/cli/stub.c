/* SPDX-License-Identifier: BSD-2-Clause
 * cli/stub.c - until the engine has them. */
#include "clew/clew.h"
__attribute__((weak)) bool clew_engine_decision(const struct clew_engine *e, size_t n, struct clew_rule *r){(void)e;(void)n;(void)r;return false;}
__attribute__((weak)) void clew_engine_trace(struct clew_engine *e, clew_trace_fn *fn, void *ctx, bool all){(void)e;(void)fn;(void)ctx;(void)all;}
