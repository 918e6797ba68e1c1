/* SPDX-License-Identifier: BSD-2-Clause */
/* The two forms of 'cac-tool list'. */
#ifndef CAC_TOOL_LIST_H
#define CAC_TOOL_LIST_H

#include "tools/cac-tool/survey.h"

void list_text(const struct survey *s, time_t now);
void list_json(const struct survey *s, time_t now);

#endif
