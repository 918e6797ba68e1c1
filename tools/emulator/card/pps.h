/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EMULATOR_CARD_PPS_H
#define EMULATOR_CARD_PPS_H

#include "tools/emulator/card/atr.h"

#define PPS_MAX 6

/*
 * The card's side of PPS (ISO/IEC 7816-3, 9): n characters from FF to PCK in,
 * answer out. *fidi becomes the speed agreed on. 0: the card stays silent.
 */
size_t pps_answer(const struct atr *atr, const uint8_t *req, size_t n,
    uint8_t answer[PPS_MAX], uint8_t *fidi);

#endif
