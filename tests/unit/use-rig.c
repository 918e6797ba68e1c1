/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/key.h"
#include "pkcs11/process.h"
#include "tests/unit/crypto-oracle.h"
#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"
#include "tests/unit/use-rig.h"

bool use_spoil; /* the card's answer */

static err_t
operate(struct fake_card *card, size_t index, const struct card_op *op,
    struct buf *out)
{
	static const struct oracle_pad raw = {.mode = "none"};
	uint8_t result[ORACLE_MAX];
	size_t n;

	(void)card;
	if (index == WITH_EC) {
		n = 64;
		oracle_ecdsa(make_key(MAKE_P256), op->in, 32, result);
	} else {
		n = oracle_sign(make_key(MAKE_RSA), &raw, op->in, result);
	}
	if (use_spoil)
		result[n - 1] ^= 1;
	buf_append(out, bytes_of(result, n));
	return buf_err(out);
}

int
use_setup(void **state)
{
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	fixture_inserted.operate = operate;
	use_spoil = false;
	return failed;
}

CK_OBJECT_HANDLE
use_private(CK_SESSION_HANDLE session, size_t index)
{
	CK_OBJECT_HANDLE found[MAX];

	assert_int_equal(
	    fixture_find_class(session, CKO_PRIVATE_KEY, found, MAX), 3);
	return found[index];
}

CK_RV
use_find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle,
    CK_OBJECT_CLASS class, struct key_ref *ref)
{
	struct module *m = process_enter();
	struct session *s = session_enter(m, session);
	CK_RV rv = key_find(m, s, handle, class, ref);

	session_leave(m, &s);
	process_leave(&m);
	return rv;
}

CK_RV
use_key(
    CK_SESSION_HANDLE session, const struct key_ref *ref, bool authenticated)
{
	uint8_t in[256] = {0, 1, 2, 3};
	bool rsa = ref->key->type == X509_KEY_RSA;
	const struct card_op op = {
	    .kind = rsa ? CARD_OP_RSA : CARD_OP_ECDSA,
	    .bits = ref->key->bits,
	    .in = bytes_of(in, rsa ? 256 : 32),
	};
	struct module *m = process_enter();
	struct session *s = session_enter(m, session);
	struct buf out;
	CK_RV rv;

	buf_init(&out, 1024);
	buf_append_u8(&out, 0x55);
	rv = key_use(m, s, ref->key, authenticated, &op, &out);
	assert_int_equal(out.n, rv != CKR_OK ? 1 : rsa ? 257 : 65);
	assert_int_equal(out.p[0], 0x55);
	buf_clear(&out);
	session_leave(m, &s);
	process_leave(&m);
	return rv;
}

struct key_ref
use_logged_in(CK_SESSION_HANDLE session, size_t index)
{
	struct key_ref ref;

	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(use_find(session, use_private(session, index),
			     CKO_PRIVATE_KEY, &ref),
	    CKR_OK);
	return ref;
}
