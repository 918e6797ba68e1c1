/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/trace.h"
#include "pkcs11/login-private.h"
#include "pkcs11/report.h"
#include "pkcs11/rv.h"
#include "pkcs11/session.h"
#include "pkcs11/token-private.h"

#define BEGIN_MS  30000
#define OPEN_MS	  20000
#define LOGOUT_MS 10000

/* What most cards take, though not all say so. */
#define TRIES_USUAL 3

/* While a program ends. */
#define BRIEF_BEGIN_MS 300
#define BRIEF_OPEN_MS  1500

void
login_init(struct login *l)
{
	l->tries = CARD_TRIES_UNKNOWN;
}

void
login_clear(struct login *l)
{
	secret_free(&l->pin);
	explicit_bzero(&l->refused, sizeof(l->refused));
}

void
login_doubt(struct login *l)
{
	l->asked = false;
}

bool
login_is_owed(const struct login *l)
{
	return l->owed && !l->in;
}

bool
login_tries_known(const struct login *l)
{
	return l->asked;
}

bool
login_in_locked(struct module *m, const struct token *t)
{
	(void)m;
	return t->login.in;
}

CK_RV
login_check(struct module *m, struct token *t)
{
	bool in;

	lock_acquire(&m->lock);
	in = login_in_locked(m, t);
	lock_release(&m->lock);
	return in ? CKR_OK : CKR_USER_NOT_LOGGED_IN;
}

CK_FLAGS
login_flags_locked(struct module *m, struct token *t)
{
	struct login *l = &t->login;
	CK_FLAGS flags = CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED;

	(void)m;
	if ((reader_pin_pad(t->reader) & READER_PIN_VERIFY) != 0)
		flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	if (l->low || l->tries < TRIES_USUAL)
		flags |= CKF_USER_PIN_COUNT_LOW;
	if (l->tries == 1) {
		flags |= CKF_USER_PIN_FINAL_TRY;
		l->told = true;
	}
	if (l->tries == 0)
		flags |= CKF_USER_PIN_LOCKED;
	return flags;
}

void
login_end_locked(struct module *m, struct token *t)
{
	(void)m;
	t->login.in = false;
	t->login.fresh = CK_INVALID_HANDLE;
	/* Who talks to the card may be using it, and frees it then. */
	if (!t->busy)
		secret_free(&t->login.pin);
}

/* While sessions stay. */
static void
end_locked(struct module *m, struct token *t) REQUIRES_LOCK(m->lock);

static void
end_locked(struct module *m, struct token *t)
{
	login_end_locked(m, t);
	sessions_end_private_locked(m, t);
}

err_t
login_forget(struct module *m, struct token *t, unsigned ms)
{
	err_t err = card_logout(t->card, deadline_in(ms));

	lock_acquire(&m->lock);
	t->login.owed = false;
	lock_release(&m->lock);
	if (err != 0)
		report_error(reader_id(t->reader), "logout", err);
	return err;
}

void
login_settle(struct module *m, struct token *t)
{
	bool due;

	lock_acquire(&m->lock);
	due = login_is_owed(&t->login) && !t->busy;
	lock_release(&m->lock);
	if (!due)
		return;
	if (token_talk_begin(m, t, false, BRIEF_BEGIN_MS, BRIEF_OPEN_MS) != 0) {
		lock_acquire(&m->lock);
		t->login.owed = false;
		lock_release(&m->lock);
		return;
	}
	token_talk_end(m, t);
}

void
login_lost(struct module *m, struct token *t)
{
	lock_acquire(&m->lock);
	end_locked(m, t);
	lock_release(&m->lock);
}

static CK_RV
talk_begin(struct module *m, struct session *s, const char *name)
{
	struct token *t = session_token(s);
	err_t err = token_talk_begin(m, t, true, BEGIN_MS, OPEN_MS);
	bool closed;

	if (err == 0) {
		lock_acquire(&m->lock);
		closed = session_closed_locked(m, s);
		lock_release(&m->lock);
		if (!closed)
			return CKR_OK;
		token_talk_end(m, t);
		return CKR_SESSION_HANDLE_INVALID;
	}
	report_error(reader_id(t->reader), name, err);
	/* A failure is often the first sign of a card that left. */
	slot_look(m, session_slot(s));
	return rv_from_err(err, RV_FOR_LOGIN);
}

/*
 * The card knows the PIN now. A session that was closed meanwhile logs nobody
 * in; then the talk's end makes the card forget it.
 */
static CK_RV
enter(struct module *m, struct session *s, struct secret **take_pin,
    CK_SESSION_HANDLE fresh)
{
	struct token *t = session_token(s);
	CK_RV rv = CKR_OK;

	lock_acquire(&m->lock);
	if (session_closed_locked(m, s)) {
		rv = CKR_SESSION_HANDLE_INVALID;
	} else {
		secret_free(&t->login.pin);
		t->login.pin = *take_pin;
		*take_pin = NULL;
		t->login.in = true;
		t->login.fresh = fresh;
	}
	lock_release(&m->lock);
	return rv;
}

/* It must never be given to the card silently any more. */
static void
drop_if_refused(struct module *m, struct token *t, struct bytes pin)
{
	if (pin.n > 0 && bytes_equal(secret_bytes(t->login.pin), pin))
		login_lost(m, t);
}

/* Copy it first: what fails later would leave the card verified. */
static CK_RV
keep(struct login_pin pin, struct secret **out)
{
	*out = NULL;
	if (pin.pad)
		return CKR_OK;
	return rv_from_err(secret_new(pin.pin, out), RV_FOR_LOGIN);
}

CK_RV
login_user(struct module *m, struct session *s, struct login_pin pin)
{
	struct token *t = session_token(s);
	const struct login_attempt attempt = {
	    .name = "C_Login", .pin = pin, .container = SIZE_MAX};
	struct secret *kept = NULL;
	CK_RV rv;

	if (login_check(m, t) == CKR_OK)
		return CKR_USER_ALREADY_LOGGED_IN;
	rv = login_check_form(t, &attempt);
	if (rv == CKR_OK)
		rv = login_check_refused(m, t, &attempt);
	if (rv == CKR_OK)
		rv = talk_begin(m, s, attempt.name);
	if (rv != CKR_OK)
		return rv;
	/* Another thread may have been first. */
	if (login_check(m, t) == CKR_OK)
		rv = CKR_USER_ALREADY_LOGGED_IN;
	if (rv == CKR_OK)
		rv = keep(pin, &kept);
	if (rv == CKR_OK)
		rv = login_attempt(m, t, &attempt);
	if (rv == CKR_OK)
		rv = enter(m, s, &kept, session_handle(s));
	secret_free(&kept);
	token_talk_end(m, t);
	return rv;
}

CK_RV
login_context(
    struct module *m, struct session *s, struct login_pin pin, size_t container)
{
	struct token *t = session_token(s);
	const struct login_attempt attempt = {
	    .name = "C_Login", .pin = pin, .container = container};
	struct secret *kept = NULL;
	CK_RV rv = login_check(m, t);

	if (rv == CKR_OK)
		rv = login_check_form(t, &attempt);
	if (rv == CKR_OK)
		rv = talk_begin(m, s, attempt.name);
	if (rv != CKR_OK)
		return rv;
	rv = login_check(m, t);
	if (rv == CKR_OK)
		rv = keep(pin, &kept);
	if (rv == CKR_OK)
		rv = login_attempt(m, t, &attempt);
	if (rv == CKR_OK)
		rv = enter(m, s, &kept, CK_INVALID_HANDLE);
	else if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED)
		drop_if_refused(m, t, pin.pin);
	secret_free(&kept);
	token_talk_end(m, t);
	return rv;
}

CK_RV
login_logout(struct module *m, struct session *s)
{
	struct token *t = session_token(s);
	CK_RV rv = CKR_OK;
	bool was;

	lock_acquire(&m->lock);
	was = login_in_locked(m, t);
	end_locked(m, t);
	if (was)
		token_renew_private_locked(m, t);
	lock_release(&m->lock);
	if (!was)
		return CKR_USER_NOT_LOGGED_IN;
	rv = talk_begin(m, s, "C_Logout");
	if (rv != CKR_OK)
		return rv;
	/* Another thread may have logged in again. */
	if (token_must_forget(m, t))
		rv = rv_from_err(login_forget(m, t, LOGOUT_MS), RV_FOR_LOGIN);
	token_talk_end(m, t);
	return rv;
}

/* The card knows it; without a login it must not stay so. */
static CK_RV
after_change(struct module *m, struct token *t, struct secret **take_pin)
{
	lock_acquire(&m->lock);
	if (t->login.in) {
		secret_free(&t->login.pin);
		t->login.pin = *take_pin;
		*take_pin = NULL;
	}
	lock_release(&m->lock);
	return CKR_OK;
}

CK_RV
login_change_pin(
    struct module *m, struct session *s, struct login_pin old, struct bytes new)
{
	struct token *t = session_token(s);
	const struct login_attempt attempt = {.name = "C_SetPIN",
	    .pin = old,
	    .container = SIZE_MAX,
	    .change = true,
	    .change_to = new};
	struct secret *kept = NULL;
	CK_RV rv = login_check_form(t, &attempt);

	if (rv == CKR_OK)
		rv = talk_begin(m, s, attempt.name);
	if (rv != CKR_OK)
		return rv;
	rv = keep((struct login_pin){.pin = new, .pad = old.pad}, &kept);
	if (rv == CKR_OK)
		rv = login_attempt(m, t, &attempt);
	if (rv == CKR_OK)
		rv = after_change(m, t, &kept);
	else if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED)
		drop_if_refused(m, t, old.pin);
	secret_free(&kept);
	token_talk_end(m, t);
	return rv;
}
