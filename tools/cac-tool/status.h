/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the module is registered. */
#ifndef CAC_TOOL_STATUS_H
#define CAC_TOOL_STATUS_H

#include "tools/cac-tool/target.h"

/* One line for each place; good counts those with it, bad the others. */
void
status_print(const struct target *t, const char *module, struct tally *tally);

#endif
