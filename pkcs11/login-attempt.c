/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PIN on its way to the card. A CAC locks after three wrong ones, and its
 * holder must travel to have that undone; so what is known to be wrong is not
 * sent, and the last try is not spent behind the caller's back.
 */
#include "base/trace.h"
#include "pkcs11/login-private.h"
#include "pkcs11/pin-file.h"
#include "pkcs11/report.h"
#include "pkcs11/rv.h"
#include "pkcs11/token-private.h"

#define ASK_MS	  5000
#define VERIFY_MS 20000
#define PAD_MS	  120000 /* reader_pin_verify(): enough for any entry */

static const char refused_before[] =
    "the card has refused this PIN before: it was not sent again, and no try "
    "is lost";

static CK_RV
check_digits(struct bytes pin, size_t min)
{
	if (pin.n < min || pin.n > CARD_PIN_MAX)
		return CKR_PIN_LEN_RANGE;
	for (size_t i = 0; i < pin.n; i++) {
		if (pin.p[i] < '0' || pin.p[i] > '9')
			return CKR_PIN_INVALID;
	}
	return CKR_OK;
}

CK_RV
login_check_form(struct token *t, const struct login_attempt *a)
{
	unsigned pad = a->change ? READER_PIN_CHANGE : READER_PIN_VERIFY;
	CK_RV rv;

	if (a->pin.pad)
		return (reader_pin_pad(t->reader) & pad) != 0
		    ? CKR_OK
		    : CKR_ARGUMENTS_BAD;
	rv = check_digits(a->pin.pin, CARD_PIN_MIN);
	if (rv == CKR_OK && a->change)
		rv = check_digits(a->change_to, CARD_PIN_NEW_MIN);
	return rv;
}

static void set_tries_locked(struct module *m, struct token *t, unsigned tries)
    REQUIRES_LOCK(m->lock);

static void
set_tries_locked(struct module *m, struct token *t, unsigned tries)
{
	(void)m;
	t->login.tries = tries;
	t->login.asked = true;
	if (tries != 1)
		t->login.told = false;
}

err_t
login_ask_tries(struct module *m, struct token *t)
{
	bool known;
	err_t err;

	lock_acquire(&m->lock);
	known = login_tries_known(&t->login);
	lock_release(&m->lock);
	if (known)
		return 0;
	err = card_ask_pin_tries(t->card, deadline_in(ASK_MS));
	if (err != 0 && err != CARD_ERR_STATUS)
		return err;
	lock_acquire(&m->lock);
	set_tries_locked(
	    m, t, err == 0 ? card_pin_tries(t->card) : CARD_TRIES_UNKNOWN);
	lock_release(&m->lock);
	return 0;
}

CK_RV
login_check_refused(
    struct module *m, struct token *t, const struct login_attempt *a)
{
	struct pin_memory mine = {0};

	lock_acquire(&m->lock);
	if (t->login.asked && t->login.tries != 0)
		mine = t->login.refused;
	lock_release(&m->lock);
	if (a->pin.pad || reader_in_doubt(t->reader) ||
	    !pin_memory_holds(&mine, a->pin.pin))
		return CKR_OK;
	report_text(reader_id(t->reader), a->name, refused_before);
	return CKR_PIN_INCORRECT;
}

/* In this process first: the file may be of another, or of nobody. */
static bool
was_refused(struct module *m, struct token *t, struct bytes pin)
{
	struct pin_memory mine, file;
	unsigned tries;

	lock_acquire(&m->lock);
	tries = t->login.tries;
	pin_memory_prune(&t->login.refused, tries, 0);
	mine = t->login.refused;
	lock_release(&m->lock);
	if (pin_memory_holds(&mine, pin))
		return true;
	pin_file_load(card_serial(t->card), &file);
	pin_memory_prune(&file, tries, t->arrived_ms);
	pin_memory_prune_old(&file, tries, pin_memory_now());
	return pin_memory_holds(&file, pin);
}

static bool
spend_warning(struct module *m, struct token *t)
{
	bool untold;

	lock_acquire(&m->lock);
	untold = t->login.tries == 1 && !t->login.told;
	if (untold)
		t->login.told = true;
	lock_release(&m->lock);
	return untold;
}

/* Before anything that costs a try. */
static CK_RV
guard(struct module *m, struct token *t, const struct login_attempt *a)
{
	unsigned slot = reader_id(t->reader);
	err_t err = login_ask_tries(m, t);

	if (err != 0) {
		report_error(slot, a->name, err);
		return rv_from_err(err, RV_FOR_LOGIN);
	}
	if (t->login.tries == 0) {
		report_error(slot, a->name, CARD_ERR_PIN_BLOCKED);
		return CKR_PIN_LOCKED;
	}
	if (!a->pin.pad && was_refused(m, t, a->pin.pin)) {
		report_text(slot, a->name, refused_before);
		return CKR_PIN_INCORRECT;
	}
	/*
	 * Programs that know of CKF_USER_PIN_FINAL_TRY have read it by now. For
	 * the others this code is the one that nothing answers by sending the
	 * PIN again, and that nobody takes for a wrong PIN.
	 */
	if (spend_warning(m, t)) {
		report_text(slot, a->name,
		    "one more wrong PIN locks the card: nothing was sent; the "
		    "next attempt will be");
		return CKR_FUNCTION_REJECTED;
	}
	return CKR_OK;
}

static err_t
send(struct token *t, const struct login_attempt *a)
{
	struct deadline until = deadline_in(a->pin.pad ? PAD_MS : VERIFY_MS);

	if (a->change && a->pin.pad)
		return card_change_pin_on_pad(t->card, until);
	if (a->change)
		return card_change_pin(
		    t->card, a->pin.pin, a->change_to, until);
	if (a->pin.pad)
		return card_login_on_pad(t->card, a->container, until);
	return card_login(t->card, a->container, a->pin.pin, until);
}

static void
note_wrong(struct module *m, struct token *t, struct bytes pin)
{
	unsigned tries = card_pin_tries(t->card);
	struct pin_memory mem;

	lock_acquire(&m->lock);
	set_tries_locked(m, t, tries);
	t->login.low = true;
	mem = t->login.refused;
	lock_release(&m->lock);
	if (pin.n == 0)
		return;
	pin_memory_add(&mem, pin, tries);
	lock_acquire(&m->lock);
	t->login.refused = mem;
	lock_release(&m->lock);

	pin_file_load(card_serial(t->card), &mem);
	pin_memory_prune(&mem, CARD_TRIES_UNKNOWN, t->arrived_ms);
	pin_memory_add(&mem, pin, tries);
	pin_file_store(card_serial(t->card), &mem);
}

/* The counter is full again; how far that is, only the card knows. */
static void
note_right(struct module *m, struct token *t)
{
	const struct pin_memory none = {0};

	lock_acquire(&m->lock);
	set_tries_locked(m, t, CARD_TRIES_UNKNOWN);
	t->login.low = false;
	t->login.owed = true;
	t->login.refused = none;
	lock_release(&m->lock);
	pin_file_store(card_serial(t->card), &none);
}

static void
note_blocked(struct module *m, struct token *t)
{
	lock_acquire(&m->lock);
	set_tries_locked(m, t, 0);
	t->login.low = true;
	lock_release(&m->lock);
}

/* A try may have been counted, or not. */
static void
note_unclear(struct module *m, struct token *t)
{
	lock_acquire(&m->lock);
	t->login.asked = false;
	lock_release(&m->lock);
}

CK_RV
login_attempt(struct module *m, struct token *t, const struct login_attempt *a)
{
	CK_RV rv = guard(m, t, a);
	err_t err;

	if (rv != CKR_OK)
		return rv;
	err = send(t, a);
	if (err == 0)
		note_right(m, t);
	else if (err == CARD_ERR_PIN_WRONG)
		note_wrong(m, t, a->pin.pin);
	else if (err == CARD_ERR_PIN_BLOCKED)
		note_blocked(m, t);
	else
		note_unclear(m, t);
	if (err == 0)
		return CKR_OK;
	report_error(reader_id(t->reader), a->name, err);
	rv = rv_from_err(err, RV_FOR_LOGIN);
	return rv == CKR_PIN_INCORRECT && t->login.tries == 0 ? CKR_PIN_LOCKED
							      : rv;
}

struct bytes
login_silent_pin(struct module *m, struct token *t)
{
	struct bytes pin = bytes_of(NULL, 0);

	lock_acquire(&m->lock);
	if (t->login.in && t->login.tries != 1)
		pin = secret_bytes(t->login.pin);
	lock_release(&m->lock);
	return pin;
}

void
login_note_silent(
    struct module *m, struct token *t, struct bytes pin, err_t err)
{
	if (err == CARD_ERR_PIN_WRONG)
		note_wrong(m, t, pin);
	else if (err == CARD_ERR_PIN_BLOCKED)
		note_blocked(m, t);
	if (err == CARD_ERR_PIN_WRONG || err == CARD_ERR_PIN_BLOCKED ||
	    err == CARD_ERR_PIN_REFUSED ||
	    (err == CARD_ERR_NOT_VERIFIED && pin.n == 0))
		login_lost(m, t);
}
