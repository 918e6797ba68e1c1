/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "cac/card.h"

static const struct err_name card_names[] = {
    {CARD_ERR_UNKNOWN, "CARD_UNKNOWN",
	"the card is not a Common Access Card that is known here"},
    {CARD_ERR_EMPTY, "CARD_EMPTY",
	"the container is empty: the issuer put no certificate there"},
    {CARD_ERR_UNDECODABLE, "CARD_UNDECODABLE",
	"the container holds no readable certificate: if one is expected, "
	"have the issuer check the card"},
    {CARD_ERR_NOT_FOUND, "CARD_NOT_FOUND",
	"the card names a container that is not there"},
    {CARD_ERR_STATUS, "CARD_STATUS",
	"the card refused a command: insert it again; if that does not "
	"help, a trace shows its status word"},
    {CARD_ERR_DATA, "CARD_DATA",
	"the card's data is inconsistent: clean its contacts and insert it "
	"again"},
    {CARD_ERR_TOO_BIG, "CARD_TOO_BIG",
	"the card's data is longer than any certificate or list is"},
    {CARD_ERR_OTHER, "CARD_OTHER", "another card is in the reader"},
    {CARD_ERR_TWIN, "CARD_TWIN",
	"the card holds this certificate twice and shows it once"},
    {CARD_ERR_PIN_WRONG, "PIN_WRONG", "the card says that the PIN is wrong"},
    {CARD_ERR_PIN_BLOCKED, "PIN_BLOCKED",
	"the PIN is blocked after too many wrong ones: the issuer can reset "
	"it"},
    {CARD_ERR_PIN_REFUSED, "PIN_REFUSED",
	"that cannot be a PIN of this card: PINs have 6 to 8 digits"},
    {CARD_ERR_NOT_VERIFIED, "NOT_VERIFIED", "the card wants the PIN first"},
    {CARD_ERR_INPUT, "CARD_INPUT", "the card does not take this input"},
    {CARD_ERR_NO_KEY, "NO_KEY",
	"the card has no key for that, or none that is usable"},
    {0, NULL, NULL},
};

void
card_error_register(void)
{
	err_register(5, card_names);
}

bool
card_err_is_absence(err_t err)
{
	return err == CARD_ERR_EMPTY || err == CARD_ERR_UNDECODABLE ||
	    err == CARD_ERR_TOO_BIG || err == CARD_ERR_NOT_FOUND ||
	    err == CARD_ERR_TWIN;
}
