/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The login of a token's user: for all sessions of this process on the card of
 * one insertion. The PIN is kept while it lasts, since a card forgets what it
 * verified more often than its user should be asked (another applet, another
 * program, a reset); nowhere else, and no longer.
 */
#ifndef PKCS11_LOGIN_H
#define PKCS11_LOGIN_H

#include "base/secret.h"
#include "cac/card.h"
#include "pkcs11/module-state.h"
#include "pkcs11/pin-memory.h"

struct session;
struct token;

/* Part of a token; guarded by the module's lock. */
struct login {
	bool in;
	bool owed; /* the card has verified the PIN, and is to forget it */

	/*
	 * NULL: it was typed at the reader's own pad. Used by the thread that
	 * talks to the card, and freed by it when the login ends meanwhile.
	 */
	struct secret *pin;

	/* The session whose CKU_USER login no use of a key has followed. */
	CK_SESSION_HANDLE fresh;

	unsigned tries; /* of card_pin_tries(); unknown: as many as it likes */
	bool asked;	/* and nobody can have changed it */
	bool low;	/* a PIN was wrong since the last right one */
	bool told;	/* that the last try is next */

	struct pin_memory refused;
};

void login_init(struct login *l);
void login_clear(struct login *l);

/* Others have used the card. */
void login_doubt(struct login *l);

/* The card should be made to forget the PIN. */
bool login_is_owed(const struct login *l);

/* As far as the card tells. */
bool login_tries_known(const struct login *l);

/* What C_Login and C_SetPIN are given. */
struct login_pin {
	struct bytes pin;
	bool pad; /* instead: typed at the reader's own */
};

/*
 * C_Login for CKU_USER. What of C_Login's results means that the card was
 * reached: CKR_OK, CKR_PIN_INCORRECT (but not twice for the same PIN),
 * CKR_PIN_LOCKED, CKR_DEVICE_ERROR and the like; CKR_PIN_LEN_RANGE and
 * CKR_PIN_INVALID mean that the PIN is none.
 *
 * CKR_FUNCTION_REJECTED: one more wrong PIN would lock the card, and the caller
 * could not know; the next call goes to the card.
 */
CK_RV login_user(struct module *m, struct session *s, struct login_pin pin);

/* C_Login for CKU_CONTEXT_SPECIFIC, and this container's key. */
CK_RV login_context(struct module *m, struct session *s, struct login_pin pin,
    size_t container);

/* C_Logout. */
CK_RV login_logout(struct module *m, struct session *s);

/* C_SetPIN; the form of both is checked here. */
CK_RV login_change_pin(struct module *m, struct session *s,
    struct login_pin old, struct bytes new);

/* CKR_USER_NOT_LOGGED_IN. */
CK_RV login_check(struct module *m, struct token *t);
bool
login_in_locked(struct module *m, const struct token *t) REQUIRES_LOCK(m->lock);

/* Of CK_TOKEN_INFO; the caller is told what they say. */
CK_FLAGS
login_flags_locked(struct module *m, struct token *t) REQUIRES_LOCK(m->lock);

/* End it in this process. The card is told by login_settle(). */
void login_end_locked(struct module *m, struct token *t) REQUIRES_LOCK(m->lock);

/* Make the card forget a PIN if it must, briefly, or leave it to who is busy.
 */
void login_settle(struct module *m, struct token *t);

/* The rest is for the thread that talks to the card of a token. */

/* Learn how many wrong PINs the card takes, unless that is known. */
err_t login_ask_tries(struct module *m, struct token *t) MUST_CHECK;

/* The card forgets the PIN; failures are reported, not repeated. */
err_t login_forget(struct module *m, struct token *t, unsigned ms);

/*
 * What may be given to the card silently, until the talk ends; nothing when the
 * PIN could be wrong by now and one more wrong one would lock the card. What
 * came of it is told: a PIN that was refused ends the login, and so does the
 * want of one.
 */
struct bytes login_silent_pin(struct module *m, struct token *t);
void login_note_silent(
    struct module *m, struct token *t, struct bytes pin, err_t err);

/* The card has lost the login and cannot silently get it again. */
void login_lost(struct module *m, struct token *t);

#endif
