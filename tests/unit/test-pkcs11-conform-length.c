/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rule of output lengths (PKCS #11 2.40, 5.2), for each function that has
 * a result of variable size.
 */
#include <string.h>

#include "tests/unit/conform.h"

#define GUARD 0x5A
#define ROOM  2048

static unsigned char data[64] = "what is signed, digested or encrypted";
static unsigned char encrypted[RIG_RSA];

/* A function with its operation, as far as there is one. */
struct sized {
	const char *name;
	void (*begin)(CK_SESSION_HANDLE s);
	CK_RV (*call)(CK_SESSION_HANDLE s, void *out, CK_ULONG *n);
	size_t unit; /* bytes of what is counted */
	CK_ULONG length;
	/* The length that NULL is answered; 0: the same. */
	CK_ULONG bound;
	CK_RV after; /* when the result was had */
};

static void
begin_nothing(CK_SESSION_HANDLE s)
{
	(void)s;
}

static void
begin_sign(CK_SESSION_HANDLE s)
{
	assert_int_equal(C_SignInit(s, RIG_MECHANISM(CKM_RSA_PKCS),
			     rig_private(s, RIG_SIGN)),
	    CKR_OK);
}

static void
begin_sign_ec(CK_SESSION_HANDLE s)
{
	assert_int_equal(
	    C_SignInit(s, RIG_MECHANISM(CKM_ECDSA), rig_private(s, RIG_P384)),
	    CKR_OK);
}

static void
begin_sign_parts(CK_SESSION_HANDLE s)
{
	assert_int_equal(C_SignInit(s, RIG_MECHANISM(CKM_SHA256_RSA_PKCS),
			     rig_private(s, RIG_SIGN)),
	    CKR_OK);
	assert_int_equal(C_SignUpdate(s, data, 5), CKR_OK);
}

static void
begin_encrypt(CK_SESSION_HANDLE s)
{
	assert_int_equal(C_EncryptInit(s, RIG_MECHANISM(CKM_RSA_PKCS),
			     rig_public(s, RIG_DECRYPT)),
	    CKR_OK);
}

static void
begin_decrypt(CK_SESSION_HANDLE s)
{
	CK_ULONG n = sizeof(encrypted);

	begin_encrypt(s);
	assert_int_equal(C_Encrypt(s, data, 21, encrypted, &n), CKR_OK);
	assert_int_equal(C_DecryptInit(s, RIG_MECHANISM(CKM_RSA_PKCS),
			     rig_private(s, RIG_DECRYPT)),
	    CKR_OK);
}

static void
begin_digest(CK_SESSION_HANDLE s)
{
	assert_int_equal(C_DigestInit(s, RIG_MECHANISM(CKM_SHA384)), CKR_OK);
}

static CK_RV
slot_list(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	(void)s;
	return C_GetSlotList(CK_FALSE, out, n);
}

static CK_RV
slot_list_present(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	(void)s;
	return C_GetSlotList(CK_TRUE, out, n);
}

static CK_RV
mechanism_list(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	(void)s;
	return C_GetMechanismList(fixture_slot, out, n);
}

static CK_RV
interface_list(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	(void)s;
	return C_GetInterfaceList(out, n);
}

/* Too little room tells CK_UNAVAILABLE_INFORMATION; asking again, the size. */
static CK_RV
attribute(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	CK_OBJECT_HANDLE key = rig_public(s, RIG_SIGN);
	CK_ATTRIBUTE want = {CKA_MODULUS, out, *n};
	CK_RV rv = C_GetAttributeValue(s, key, &want, 1);

	if (rv == CKR_BUFFER_TOO_SMALL) {
		assert_int_equal(want.ulValueLen, CK_UNAVAILABLE_INFORMATION);
		want.pValue = NULL;
		assert_int_equal(C_GetAttributeValue(s, key, &want, 1), CKR_OK);
	}
	*n = want.ulValueLen;
	return rv;
}

static CK_RV
sign(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	return C_Sign(s, data, 32, out, n);
}

static CK_RV
sign_final(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	return C_SignFinal(s, out, n);
}

static CK_RV
encrypt(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	return C_Encrypt(s, data, 32, out, n);
}

static CK_RV
decrypt(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	return C_Decrypt(s, encrypted, sizeof(encrypted), out, n);
}

static CK_RV
digest(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	return C_Digest(s, data, 32, out, n);
}

static CK_RV
digest_final(CK_SESSION_HANDLE s, void *out, CK_ULONG *n)
{
	return C_DigestFinal(s, out, n);
}

#define ENDED CKR_OPERATION_NOT_INITIALIZED

static const struct sized all[] = {
    {"C_GetSlotList", begin_nothing, slot_list, sizeof(CK_SLOT_ID), 1, 0,
	CKR_OK},
    {"C_GetSlotList, tokenPresent", begin_nothing, slot_list_present,
	sizeof(CK_SLOT_ID), 1, 0, CKR_OK},
    {"C_GetMechanismList", begin_nothing, mechanism_list,
	sizeof(CK_MECHANISM_TYPE), 0, 0, CKR_OK},
    {"C_GetInterfaceList", begin_nothing, interface_list, sizeof(CK_INTERFACE),
	2, 0, CKR_OK},
    {"C_GetAttributeValue", begin_nothing, attribute, 1, RIG_RSA, 0, CKR_OK},
    {"C_Sign, RSA", begin_sign, sign, 1, RIG_RSA, 0, ENDED},
    {"C_Sign, ECDSA", begin_sign_ec, sign, 1, 96, 0, ENDED},
    {"C_Sign, hashing", begin_digest, digest, 1, 48, 0, ENDED},
    {"C_SignFinal", begin_sign_parts, sign_final, 1, RIG_RSA, 0, ENDED},
    {"C_Encrypt", begin_encrypt, encrypt, 1, RIG_RSA, 0, ENDED},
    {"C_Decrypt", begin_decrypt, decrypt, 1, 21, RIG_RSA - 11, ENDED},
    {"C_Digest", begin_digest, digest, 1, 48, 0, ENDED},
    {"C_DigestFinal", begin_digest, digest_final, 1, 48, 0, ENDED},
};

static void
expect(const struct sized *f, const char *what, CK_RV got, CK_RV want)
{
	const struct conform_function named = {.name = f->name};

	conform_expect(&named, what, got, want);
}

/* Nothing is written from there on. */
static void
check_guard(const unsigned char *room, size_t from)
{
	for (size_t i = from; i < ROOM; i++)
		assert_int_equal(room[i], GUARD);
}

static CK_ULONG
ask(const struct sized *f, CK_SESSION_HANDLE s)
{
	CK_ULONG n = 3;

	expect(f, "NULL", f->call(s, NULL, &n), CKR_OK);
	if (f->length != 0)
		assert_int_equal(n, f->bound != 0 ? f->bound : f->length);
	return n;
}

static void
give(const struct sized *f, CK_SESSION_HANDLE s, CK_ULONG length, CK_ULONG n)
{
	unsigned char room[ROOM];
	CK_RV want = n < length ? CKR_BUFFER_TOO_SMALL : CKR_OK;

	memset(room, GUARD, sizeof(room));
	assert_true(n * f->unit <= sizeof(room));
	expect(
	    f, n < length ? "too small" : "room", f->call(s, room, &n), want);
	if (want == CKR_OK || f->bound == 0)
		assert_int_equal(n, length);
	else
		assert_true(n >= length);
	/* How long a decrypted text is does not show in what is written. */
	check_guard(room, (f->bound != 0 ? f->bound : length) * f->unit);
}

static CK_ULONG
length_of(const struct sized *f, CK_SESSION_HANDLE s)
{
	return f->length != 0 ? f->length : ask(f, s);
}

static void
check_exact(const struct sized *f, CK_SESSION_HANDLE s)
{
	CK_ULONG length;

	f->begin(s);
	length = length_of(f, s);
	(void)ask(f, s);
	give(f, s, length, 0);
	give(f, s, length, length - 1);
	(void)ask(f, s);
	give(f, s, length, length);
}

static void
check_ended(const struct sized *f, CK_SESSION_HANDLE s)
{
	unsigned char room[ROOM];
	CK_ULONG n = ROOM / f->unit;

	expect(f, "afterwards", f->call(s, room, &n), f->after);
}

static void
test_exact(void **state)
{
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		check_exact(&all[i], s);
		check_ended(&all[i], s);
	}
}

static void
test_larger(void **state)
{
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		const struct sized *f = &all[i];
		CK_ULONG length;

		f->begin(s);
		length = length_of(f, s);
		give(f, s, length, length + 1);
		check_ended(f, s);
		f->begin(s);
		give(f, s, length, ROOM / f->unit);
		check_ended(f, s);
	}
}

/* Nothing is written into room that is too small. */
static void
test_small(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	unsigned char room[ROOM];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		const struct sized *f = &all[i];
		CK_ULONG length, n;

		f->begin(s);
		length = length_of(f, s);
		for (n = 0; n < length; n += 1 + length / 8) {
			CK_ULONG said = n;

			memset(room, GUARD, sizeof(room));
			expect(f, "too small", f->call(s, room, &said),
			    CKR_BUFFER_TOO_SMALL);
			assert_true(said >= length);
			check_guard(room, n * f->unit);
		}
		give(f, s, length, length);
	}
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE(
		"length: asked, too small, asked again, and exact", test_exact),
	    RULE("length: more room than needed", test_larger),
	    RULE("length: what is too small is not overrun, and tells the size",
		test_small),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-conform-length", tests, NULL, NULL);
}
