/* SPDX-License-Identifier: BSD-2-Clause */
/* What cac-tool does not do itself, told with the exact commands. */
#ifndef CAC_TOOL_ADVICE_H
#define CAC_TOOL_ADVICE_H

#include "tools/cac-tool/target.h"

/* For ssh, OpenSSL and curl. */
void advice_programs(const char *module);

/* Whether an ssh-agent as it is started everywhere loads it. */
bool advice_agent_takes(const char *module);

/* For browsers in a snap or a Flatpak, as far as there are any. */
void advice_confined(const struct target *t, const char *module);

/* When no database was found at all. */
void advice_nothing(const struct target *t);

#endif
