/* SPDX-License-Identifier: BSD-2-Clause */
/* A PIN from the person at the terminal. */
#ifndef CAC_TOOL_PIN_PROMPT_H
#define CAC_TOOL_PIN_PROMPT_H

#include "base/secret.h"

/*
 * Ask on the terminal, without echo; never on standard input. NULL after one
 * line on stderr: there is no terminal, nothing was typed, or it is longer than
 * any PIN. The answer is freed with secret_free().
 */
struct secret *pin_prompt(const char *question);

#endif
