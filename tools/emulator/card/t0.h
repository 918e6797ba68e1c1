/* SPDX-License-Identifier: BSD-2-Clause */
/* T=0 on the card's side (ISO/IEC 7816-3, 10.3 and 12.2). */
#ifndef EMULATOR_CARD_T0_H
#define EMULATOR_CARD_T0_H

#include "tools/emulator/card/state.h"

/* Forget the command under way and what GET RESPONSE could fetch. */
void t0_reset(struct card *card);

/* 61xx for what is pending, 90 00 when nothing is. */
uint16_t t0_pending(const struct card *card);

#endif
