/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole short command APDUs, as T=1 brings them (ISO/IEC 7816-4, 5.1). */
#ifndef EMULATOR_CARD_APDU_H
#define EMULATOR_CARD_APDU_H

#include "tools/emulator/card/blob.h"

struct card;

/* Run a command of cases 1 to 4; response gets data and SW1 SW2. */
void
apdu_run(struct card *card, const uint8_t *p, size_t n, struct blob *response);

#endif
