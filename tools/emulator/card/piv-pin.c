/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER of PIV (INS 20, 24,
 * 2C; SP 800-73-4 part 2, 3.2.1 to 3.2.3). The PIN and its tries are those of
 * the CAC applets too; the login is PIV's own.
 */
#include <ctype.h>
#include <string.h>

#include "tools/emulator/card/piv.h"
#include "tools/emulator/card/sw.h"

#define LOGOUT 0xFF /* P1 of VERIFY */
#define PAD    0xFF

enum reference { GLOBAL_PIN = 0x00, PIV_PIN = 0x80, PIV_PUK = 0x81 };

/* A PIN or PUK, wherever it is kept. */
struct lock {
	uint8_t *value;
	unsigned *left;
	unsigned tries;
	bool *verified; /* NULL: the PUK */
};

/* False when the card has no such reference data. */
static bool
lock_find(struct card *card, uint8_t reference, struct lock *out)
{
	const struct profile *p = card->profile;
	struct piv_state *piv = &card->piv;

	if (reference == PIV_PIN)
		*out = (struct lock){
		    card->pin, &card->tries_left, p->tries, &piv->verified};
	else if (reference == GLOBAL_PIN && p->global_pin[0])
		*out = (struct lock){piv->global.value, &piv->global.left,
		    p->tries, &piv->global_verified};
	else if (reference == PIV_PUK && p->puk[0])
		*out = (struct lock){
		    piv->puk.value, &piv->puk.left, p->puk_tries, NULL};
	else
		return false;
	return true;
}

/* The same for a command that may only look. */
static bool
lock_left(const struct card *card, uint8_t reference, unsigned *left)
{
	const struct profile *p = card->profile;

	if (reference == PIV_PIN)
		*left = card->tries_left;
	else if (reference == GLOBAL_PIN && p->global_pin[0])
		*left = card->piv.global.left;
	else if (reference == PIV_PUK && p->puk[0])
		*left = card->piv.puk.left;
	else
		return false;
	return true;
}

/* Digits, then padding (part 2, 2.4.3). */
static bool
pin_formed(const struct card *card, const uint8_t pin[PIN_LEN])
{
	size_t len = 0, i;

	while (len < PIN_LEN && isdigit(pin[len]))
		len++;
	for (i = len; i < PIN_LEN; i++)
		if (pin[i] != PAD)
			return false;
	return len >= card->profile->pin_min;
}

/* Spends a try when the value is wrong. */
static uint16_t
lock_compare(
    struct card *card, const struct lock *lock, const uint8_t value[PIN_LEN])
{
	uint16_t wrong = card_status(card, STATUS_PIV_PIN_WRONG);

	if (memcmp(value, lock->value, PIN_LEN) == 0) {
		*lock->left = lock->tries;
		return SW_OK;
	}
	if (lock->verified) {
		*lock->verified = false;
		card->counts.wrong_pins++;
	}
	--*lock->left;
	return wrong ? wrong : (uint16_t)(SW_TRIES | *lock->left);
}

void
piv_init(struct card *card)
{
	const struct profile *p = card->profile;

	memcpy(card->piv.global.value, p->global_pin, PIN_LEN);
	card->piv.global.left = p->tries;
	memcpy(card->piv.puk.value, p->puk, PIN_LEN);
	card->piv.puk.left = p->puk_tries;
}

void
piv_logout(struct card *card)
{
	card->piv.verified = false;
}

void
piv_forget(struct card *card)
{
	piv_logout(card);
	card->piv.global_verified = false;
	piv_drop_chain(card);
}

uint16_t
piv_verify_check(const struct card *card, const struct apdu *apdu)
{
	unsigned left;

	if (apdu->p1 == LOGOUT && card->applet->piv.no_logout)
		return SW_BAD_P1P2;
	if (apdu->p1 != 0 && apdu->p1 != LOGOUT)
		return SW_BAD_P1P2;
	if (apdu->p2 == PIV_PUK || !lock_left(card, apdu->p2, &left))
		return SW_NO_REFERENCE;
	if (apdu->p1 == LOGOUT)
		return apdu->p3 ? SW_BAD_FIELD : 0;
	if (left == 0)
		return card_status(card, STATUS_PIN_BLOCKED);
	if (apdu->p3 != 0 && apdu->p3 != PIN_LEN)
		return card_status(card, STATUS_PIN_FORM);
	return 0;
}

static uint16_t
verify_query(const struct card *card, const struct lock *lock)
{
	if (*lock->verified && !card->applet->piv.hides_login)
		return SW_OK;
	return (uint16_t)(SW_TRIES | *lock->left);
}

uint16_t
piv_verify_run(struct card *card, const struct apdu *apdu)
{
	struct lock lock;
	uint16_t sw;

	if (!lock_find(card, apdu->p2, &lock))
		return SW_NO_REFERENCE;
	if (apdu->p1 == LOGOUT) {
		*lock.verified = false;
		return SW_OK;
	}
	if (apdu->n == 0)
		return verify_query(card, &lock);
	card->verifies++;
	if (!pin_formed(card, apdu->data))
		return card_status(card, STATUS_PIN_FORM);
	sw = lock_compare(card, &lock, apdu->data);
	if (sw == SW_OK) {
		*lock.verified = true;
		card->piv.age = 0;
	}
	return sw;
}

uint16_t
piv_change_check(const struct card *card, const struct apdu *apdu)
{
	unsigned left;

	if (apdu->p1)
		return SW_BAD_P1P2;
	if (!lock_left(card, apdu->p2, &left))
		return SW_NO_REFERENCE;
	if (left == 0)
		return card_status(card, STATUS_PIN_BLOCKED);
	if (apdu->p3 != 2 * PIN_LEN)
		return card_status(card, STATUS_PIN_FORM);
	return 0;
}

uint16_t
piv_change_run(struct card *card, const struct apdu *apdu)
{
	const uint8_t *old = apdu->data, *new = apdu->data + PIN_LEN;
	struct lock lock;
	uint16_t sw;

	if (!lock_find(card, apdu->p2, &lock))
		return SW_NO_REFERENCE;
	if (lock.verified && (!pin_formed(card, old) || !pin_formed(card, new)))
		return card_status(card, STATUS_PIN_FORM);
	sw = lock_compare(card, &lock, old);
	if (sw != SW_OK)
		return sw;
	memcpy(lock.value, new, PIN_LEN);
	if (lock.verified)
		*lock.verified = true;
	return SW_OK;
}

uint16_t
piv_unblock_check(const struct card *card, const struct apdu *apdu)
{
	if (card->profile->puk[0] == 0)
		return card_status(card, STATUS_UNKNOWN_INS);
	if (apdu->p1)
		return SW_BAD_P1P2;
	if (apdu->p2 != PIV_PIN)
		return SW_NO_REFERENCE;
	if (card->piv.puk.left == 0)
		return card_status(card, STATUS_PIN_BLOCKED);
	if (apdu->p3 != 2 * PIN_LEN)
		return card_status(card, STATUS_PIN_FORM);
	return 0;
}

uint16_t
piv_unblock_run(struct card *card, const struct apdu *apdu)
{
	const uint8_t *puk = apdu->data, *new = apdu->data + PIN_LEN;
	struct lock lock;
	uint16_t sw;

	if (!lock_find(card, PIV_PUK, &lock))
		return SW_NO_REFERENCE;
	if (!pin_formed(card, new))
		return card_status(card, STATUS_PIN_FORM);
	sw = lock_compare(card, &lock, puk);
	if (sw != SW_OK) {
		piv_logout(card);
		return sw;
	}
	memcpy(card->pin, new, PIN_LEN);
	card->tries_left = card->profile->tries;
	return SW_OK;
}
