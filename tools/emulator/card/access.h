/* SPDX-License-Identifier: BSD-2-Clause */
/* Access control rules (GSC-IS 2.1, 5.3.3.5: GET ACR and its rule types). */
#ifndef EMULATOR_CARD_ACCESS_H
#define EMULATOR_CARD_ACCESS_H

#include "tools/emulator/card/state.h"

/*
 * Whether the command may run on the selected object; data1 is the first data
 * byte or -1 when it is not there yet. Returns 0, or the status word that
 * refuses it. A command without a line in the profile is free.
 */
uint16_t
access_check(const struct card *card, const struct apdu *apdu, int data1);

/* After a command under a "PIN always" rule the login is used up. */
void access_spend(struct card *card, const struct apdu *apdu);

#endif
