/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/trace.h"
#include "pkcs11/ec-public.h"
#include "pkcs11/key.h"
#include "pkcs11/lookup.h"
#include "pkcs11/report.h"
#include "pkcs11/rsa-public.h"
#include "pkcs11/rv.h"
#include "pkcs11/token-private.h"

#define BEGIN_MS 30000
#define OPEN_MS	 20000
#define USE_MS	 30000

static bool
is_of_class(const struct object *o, CK_OBJECT_CLASS class)
{
	struct bytes have;

	return o->key != NULL &&
	    attributes_get(&o->attributes, CKA_CLASS, &have) &&
	    bytes_equal(have, bytes_of(&class, sizeof(class)));
}

CK_RV
key_find(struct module *m, struct session *s, CK_OBJECT_HANDLE handle,
    CK_OBJECT_CLASS class, struct key_ref *out)
{
	struct object_set *set;
	const struct object *o;
	bool hidden;
	CK_RV rv;

	*out = (struct key_ref){0};
	o = lookup_object(m, s, handle, &set, &hidden);
	if (o == NULL || !is_of_class(o, class))
		rv = CKR_KEY_HANDLE_INVALID;
	else
		rv = hidden ? CKR_USER_NOT_LOGGED_IN : CKR_OK;
	if (rv == CKR_OK)
		*out = (struct key_ref){.key = o->key, .set = set};
	else
		object_set_unref(&set);
	return rv;
}

void
key_release(struct key_ref *ref)
{
	object_set_unref(&ref->set);
	ref->key = NULL;
}

/*
 * Whether the user's consent is there. A CKU_USER login counts once, for the
 * first use of any key.
 */
static CK_RV
check_consent(struct module *m, struct session *s, const struct key *key,
    bool authenticated)
{
	struct token *t = session_token(s);
	CK_RV rv = CKR_OK;

	lock_acquire(&m->lock);
	if (session_closed_locked(m, s))
		rv = CKR_SESSION_HANDLE_INVALID;
	else if (key->rule != CARD_KEY_FREE && !login_in_locked(m, t))
		rv = CKR_USER_NOT_LOGGED_IN;
	else if (key->rule == CARD_KEY_PIN_ALWAYS && !authenticated &&
	    t->login.fresh != session_handle(s))
		rv = CKR_USER_NOT_LOGGED_IN;
	lock_release(&m->lock);
	return rv;
}

static err_t
use(struct module *m, struct token *t, const struct key *key,
    const struct card_op *op, struct buf *out)
{
	bool wants_pin = key->rule != CARD_KEY_FREE;
	struct bytes pin = bytes_of(NULL, 0);
	err_t err = wants_pin ? login_ask_tries(m, t) : 0;

	if (err != 0)
		return err;
	if (wants_pin)
		pin = login_silent_pin(m, t);
	lock_acquire(&m->lock);
	t->login.fresh = CK_INVALID_HANDLE;
	lock_release(&m->lock);
	err = card_private(
	    t->card, key->container, op, pin, deadline_in(USE_MS), out);
	if (wants_pin)
		login_note_silent(m, t, pin, err);
	return err;
}

static CK_RV
use_in_talk(struct module *m, struct session *s, const struct key *key,
    bool authenticated, const struct card_op *op, struct buf *out)
{
	struct token *t = session_token(s);
	/* Another thread may have logged out while this one waited. */
	CK_RV rv = check_consent(m, s, key, authenticated);
	err_t err;

	if (rv != CKR_OK)
		return rv;
	err = use(m, t, key, op, out);
	if (err != 0)
		report_error(reader_id(t->reader), "private key", err);
	return rv_from_err(err, RV_FOR_KEY);
}

/* The result of what a private key did, by the public key. */
static bool
fits(const struct key *key, const struct card_op *op, struct bytes result)
{
	uint8_t back[RSA_PUBLIC_MAX];

	switch (op->kind) {
	case CARD_OP_RSA:
		return result.n == key->modulus.n && result.n <= sizeof(back) &&
		    rsa_public(key->modulus, key->exponent, result, back) ==
		    CKR_OK &&
		    bytes_equal(bytes_of(back, result.n), op->in);
	case CARD_OP_ECDSA:
		return ecdsa_verify(key->bits, ec_point_unwrap(key->ec_point),
			   op->in, result) == CKR_OK;
	case CARD_OP_ECDH:
		/* Nothing to compare with, but for its length. */
		return result.n == key->bits / 8;
	}
	return false;
}

CK_RV
key_use(struct module *m, struct session *s, const struct key *key,
    bool authenticated, const struct card_op *op, struct buf *out)
{
	struct token *t = session_token(s);
	size_t before = out->n;
	CK_RV rv = check_consent(m, s, key, authenticated);
	err_t err;

	if (rv != CKR_OK)
		return rv;
	err = token_talk_begin(m, t, true, BEGIN_MS, OPEN_MS);
	if (err != 0) {
		report_error(reader_id(t->reader), "private key", err);
		slot_look(m, session_slot(s));
		return rv_from_err(err, RV_FOR_KEY);
	}
	rv = use_in_talk(m, s, key, authenticated, op, out);
	token_talk_end(m, t);
	if (rv == CKR_DEVICE_REMOVED)
		slot_look(m, session_slot(s));
	if (rv == CKR_OK &&
	    !fits(key, op, bytes_of(out->p + before, out->n - before))) {
		report_text(reader_id(t->reader), "private key",
		    "the card's result does not fit its certificate: clean "
		    "its contacts; if that does not help, the card is faulty");
		buf_truncate(out, before);
		rv = CKR_DEVICE_ERROR;
	}
	return rv;
}
