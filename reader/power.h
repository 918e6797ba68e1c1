/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a card without power to one that answers commands: activation, ATR,
 * protocol and speed (ISO/IEC 7816-3, 6 and 9; CCID 1.1, 6.1.1 and 6.1.7).
 */
#ifndef READER_POWER_H
#define READER_POWER_H

#include "reader/ccid.h"
#include "reader/params.h"

enum power_how {
	POWER_COLD, /* off, a rest, on */
	POWER_WARM  /* reset of a card that stays powered */
};

/*
 * Power or reset the card and read its ATR. A card that stays mute, or whose
 * ATR is damaged, gets several tries with growing rests, at every voltage that
 * the reader offers.
 *
 * CCID_ERR_NO_CARD, CCID_ERR_MUTE, CCID_ERR_BAD_ATR, CCID_ERR_CLASS,
 * CCID_ERR_HARDWARE, READER_ERR_ATR: the last reason; USB_ERR_*.
 */
err_t power_on(struct ccid_slot *s, enum power_how how, struct deadline until,
    struct atr *atr) MUST_CHECK;

err_t power_off(struct ccid_slot *s, struct deadline until) MUST_CHECK;

/*
 * Agree on protocol and speed with a card that was just reset, no faster than
 * the limit (an FI/DI, 0 for none), and check what is in force. A speed that
 * fails costs a cold reset and gives way to the next lower one.
 * *used is what is in force.
 */
err_t power_negotiate(struct ccid_slot *s, const struct atr *atr,
    const struct data_rates *rates, uint8_t limit, struct deadline until,
    struct params *used) MUST_CHECK;

/*
 * Parameters as the reader has them in force. Only protocol and fidi are
 * filled. CCID_ERR_UNSUPPORTED when the reader does not tell.
 */
err_t power_get_parameters(struct ccid_slot *s, struct deadline until,
    struct params *in_force) MUST_CHECK;

err_t power_set_parameters(struct ccid_slot *s, const struct params *p,
    struct deadline until) MUST_CHECK;

#endif
