/* SPDX-License-Identifier: BSD-2-Clause
 * clew/clew.h - the whole front door of libclew. */
#ifndef CLEW_CLEW_H
#define CLEW_CLEW_H

#include "clew/control.h"
#include "clew/engine.h"
#include "clew/expectation.h"
#include "clew/explain.h"
#include "clew/packet.h"
#include "clew/reason.h"
#include "clew/route.h"
#include "clew/rules.h"
#include "clew/snapshot.h"
#include "clew/tuple.h"
#include "clew/text.h"

#endif
