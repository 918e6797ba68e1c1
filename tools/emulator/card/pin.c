/* SPDX-License-Identifier: BSD-2-Clause */
/* VERIFY (INS 20) and CHANGE REFERENCE DATA (INS 24; ISO/IEC 7816-4, 11.5). */
#include <string.h>

#include "tools/emulator/card/access.h"
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

#define PAD 0xFF

/* How this card tells of a wrong PIN, and of one that is not known yet. */
static uint16_t
wrong_pin(const struct card *card)
{
	uint16_t sw = card_status(card, STATUS_WRONG_PIN);

	if (sw >> 8 != SW_TRIES >> 8 || card->profile->habits.hide_tries)
		return sw;
	return (uint16_t)(sw | card->tries_left);
}

static uint16_t
pin_state(const struct card *card)
{
	if (card->tries_left == 0)
		return card_status(card, STATUS_PIN_BLOCKED);
	if (card_status(card, STATUS_WRONG_PIN) >> 8 != SW_TRIES >> 8)
		return (uint16_t)(SW_TRIES | card->tries_left);
	return wrong_pin(card);
}

/* Spends a try when the PIN is wrong. */
static uint16_t
pin_compare(struct card *card, const uint8_t pin[PIN_LEN])
{
	if (card->tries_left == 0)
		return card_status(card, STATUS_PIN_BLOCKED);
	if (memcmp(pin, card->pin, PIN_LEN) == 0) {
		card->tries_left = card->profile->tries;
		return SW_OK;
	}
	card->verified = false;
	card->counts.wrong_pins++;
	card->tries_left--;
	/* The last failure still counts down; 6983 begins after it. */
	return wrong_pin(card);
}

uint16_t
verify_check(const struct card *card, const struct apdu *apdu)
{
	if (apdu->p1 || apdu->p2)
		return card_status(card, STATUS_PIN_P2);
	if (apdu->p3 != 0 && apdu->p3 != PIN_LEN)
		return SW_BAD_DATA;
	return access_check(card, apdu, -1);
}

uint16_t
verify_run(struct card *card, const struct apdu *apdu)
{
	uint16_t sw;

	/* Without data it only asks (ISO/IEC 7816-4, 11.5.6). */
	if (apdu->n == 0)
		return card->verified ? SW_OK : pin_state(card);
	card->verifies++;
	sw = pin_compare(card, apdu->data);
	if (sw == SW_OK)
		card->verified = true;
	return sw;
}

uint16_t
change_check(const struct card *card, const struct apdu *apdu)
{
	if (apdu->p1 != card->profile->change_p1)
		return SW_BAD_P1P2;
	if (apdu->p2)
		return card_status(card, STATUS_PIN_P2);
	if (apdu->p3 != 2 * PIN_LEN)
		return SW_BAD_DATA;
	return access_check(card, apdu, -1);
}

/* Letters or digits, then padding (the policy of FIPS cards). */
static bool
pin_usable(const struct card *card, const uint8_t pin[PIN_LEN])
{
	size_t len = 0, i;

	while (len < PIN_LEN && pin[len] >= 0x20 && pin[len] < 0x7F)
		len++;
	for (i = len; i < PIN_LEN; i++)
		if (pin[i] != PAD)
			return false;
	return len >= card->profile->pin_min;
}

uint16_t
change_run(struct card *card, const struct apdu *apdu)
{
	const uint8_t *old = apdu->data, *new = apdu->data + PIN_LEN;
	uint16_t sw;

	/* A bad new PIN must not cost a try. */
	if (card->tries_left && !pin_usable(card, new))
		return SW_BAD_DATA;
	sw = pin_compare(card, old);
	if (sw == SW_OK)
		memcpy(card->pin, new, PIN_LEN);
	return sw;
}
