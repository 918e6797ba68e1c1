/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VERIFY and CHANGE REFERENCE DATA (ISO/IEC 7816-4, 11.5.6 and 11.5.7), with
 * PINs as CAC and PIV cards want them: ASCII digits, filled up with FF to eight
 * bytes (NIST SP 800-73-4, part 2, 2.4.3).
 */
#ifndef CAC_PIN_H
#define CAC_PIN_H

#include "cac/cac-io.h"
#include "cac/card-edge.h"

#define PIN_BLOCK 8

/*
 * Append the PIN's block. CARD_ERR_PIN_REFUSED: not min to CARD_PIN_MAX
 * digits. Pure.
 */
err_t pin_block(struct bytes pin, size_t min, struct buf *out) MUST_CHECK;

/* What a status word says about the PIN that was given. */
struct pin_verdict {
	err_t err;	/* 0: it is right */
	unsigned tries; /* left; CARD_TRIES_UNKNOWN */
	bool misplaced; /* not looked at: another applet is selected */
};

/*
 * Judge the answer to VERIFY or CHANGE. Pure.
 *
 * 63CX, 630X	wrong, X tries left; after 63C0 it is blocked. 6300 is wrong as
 *		well, and the count not known: some cards have no other answer
 * 6982		wrong, as some CACs answer through PIV; never blocked
 * 6983		blocked; so is 6981 from a CAC applet
 * 6984, 6A80, 6700, and 6985 to CHANGE
 *		refused for its form, or the new one by a policy. 6984 is
 *		ISO's "reference data not usable" and on CACs malformed data:
 *		either way no PIN was compared, and "blocked" would send people
 *		to their issuer for a typing error
 * others	CARD_ERR_STATUS. After 6A86, 6D00 and 6E00, of an applet that
 *		does not know this command, selecting again may help
 */
struct pin_verdict
pin_judge(uint16_t sw, const struct pin_place *place, enum pin_use use);

/*
 * 6300 means that no try is left on a card that counts down by 630X, and any
 * wrong PIN on others. *counts: this card has answered 630X; kept for the card.
 */
void pin_recount(uint16_t sw, bool *counts, struct pin_verdict *verdict);

/*
 * Send the command with these blocks, none for an empty VERIFY, to what is
 * selected. The status word is in io->sw. Errors as cac_exchange(): after one,
 * nobody knows whether the card has counted a try.
 */
err_t pin_send(struct cac_io *io, const struct pin_place *place,
    enum pin_use use, struct bytes blocks) MUST_CHECK;

/* The same, typed at the reader's pad. Errors as reader_pin_verify(). */
err_t pin_send_from_pad(struct cac_io *io, const struct pin_place *place,
    enum pin_use use) MUST_CHECK;

#endif
