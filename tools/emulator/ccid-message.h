/* SPDX-License-Identifier: BSD-2-Clause */
/* RDR_to_PC messages as bytes (CCID 1.1, 6.2), whole or spoilt by a fault. */
#ifndef EMULATOR_CCID_MESSAGE_H
#define EMULATOR_CCID_MESSAGE_H

#include "tools/emulator/ccid.h"

/*
 * Queue the answer to a command, time extensions first. fault may be NULL.
 * False when out of memory.
 */
bool ccid_answer(struct ccid *ccid, const struct command *command, uint8_t type,
    const struct reply *reply, const struct fault *fault, uint64_t now_ms);

#endif
