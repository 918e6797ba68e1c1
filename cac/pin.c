/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/iso7816.h"
#include "cac/pin.h"

#define FILL 0xFF

/* Of 63CX and 630X. */
#define COUNTED(sw)  (((sw)&0xFFF0) == SW_TRIES || ((sw)&0xFFF0) == 0x6300)
#define TRIES_OF(sw) ((sw)&0x000Fu)

err_t
pin_block(struct bytes pin, size_t min, struct buf *out)
{
	if (pin.n < min || pin.n > CARD_PIN_MAX)
		return CARD_ERR_PIN_REFUSED;
	for (size_t i = 0; i < pin.n; i++)
		if (pin.p[i] < '0' || pin.p[i] > '9')
			return CARD_ERR_PIN_REFUSED;
	buf_append(out, pin);
	for (size_t i = pin.n; i < PIN_BLOCK; i++)
		buf_append_u8(out, FILL);
	return buf_err(out);
}

static struct pin_verdict
wrong(uint16_t sw)
{
	struct pin_verdict verdict = {
	    .err = CARD_ERR_PIN_WRONG, .tries = CARD_TRIES_UNKNOWN};

	if (sw != SW_PIN_WRONG && COUNTED(sw))
		verdict.tries = TRIES_OF(sw);
	if (verdict.tries == 0)
		verdict.err = CARD_ERR_PIN_BLOCKED;
	return verdict;
}

static bool
is_form(uint16_t sw, enum pin_use use)
{
	return sw == SW_NOT_USABLE || sw == SW_WRONG_DATA ||
	    sw == SW_WRONG_LENGTH || (sw == SW_CONDITIONS && use == PIN_CHANGE);
}

struct pin_verdict
pin_judge(uint16_t sw, const struct pin_place *place, enum pin_use use)
{
	struct pin_verdict verdict = {
	    .err = CARD_ERR_STATUS, .tries = CARD_TRIES_UNKNOWN};

	if (sw == SW_OK) {
		verdict.err = 0;
	} else if (COUNTED(sw) || sw == SW_NOT_SATISFIED) {
		verdict = wrong(sw);
	} else if (sw == SW_BLOCKED ||
	    (sw == SW_APPLET_BLOCKED && !place->piv)) {
		verdict.err = CARD_ERR_PIN_BLOCKED;
		verdict.tries = 0;
	} else if (is_form(sw, use)) {
		verdict.err = CARD_ERR_PIN_REFUSED;
	} else {
		verdict.misplaced = sw == SW_WRONG_P1_P2 ||
		    sw == SW_INS_UNKNOWN || sw == SW_CLA_UNKNOWN;
	}
	return verdict;
}

void
pin_recount(uint16_t sw, bool *counts, struct pin_verdict *verdict)
{
	if (verdict->err != CARD_ERR_PIN_WRONG || SW1(sw) != SW1(SW_PIN_WRONG))
		return;
	if (sw == SW_PIN_WRONG && *counts)
		*verdict = wrong(SW_TRIES);
	else if (sw != SW_PIN_WRONG && sw < SW_TRIES)
		*counts = true;
}

err_t
pin_send(struct cac_io *io, const struct pin_place *place, enum pin_use use,
    struct bytes blocks)
{
	struct apdu_cmd cmd = {
	    .cla = place->cla,
	    .ins = use == PIN_CHANGE ? INS_CHANGE_REFERENCE_DATA : INS_VERIFY,
	    .p1 = place->p1,
	    .p2 = place->p2,
	    .data = blocks,
	    .replay = APDU_NEVER_REPLAY,
	    .secret = APDU_SECRET_DATA,
	};

	return cac_exchange(io, &cmd, NULL);
}

err_t
pin_send_from_pad(
    struct cac_io *io, const struct pin_place *place, enum pin_use use)
{
	struct pin_entry entry = {
	    .cla = place->cla,
	    .p1 = place->p1,
	    .p2 = place->p2,
	    .min = use == PIN_CHANGE ? CARD_PIN_NEW_MIN : CARD_PIN_MIN,
	    .max = CARD_PIN_MAX,
	};
	err_t err;

	io->commands++;
	err = use == PIN_CHANGE
	    ? reader_pin_change(io->r, &entry, io->until, &io->sw)
	    : reader_pin_verify(io->r, &entry, io->until, &io->sw);
	if (err == 0 && reader_epoch(io->r) != io->epoch)
		err = READER_ERR_RESET;
	if (err != 0)
		io->selection = CAC_SELECTED_NONE;
	return err;
}
