/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"

struct fake_card fixture_inserted;
CK_SLOT_ID fixture_slot;

static const struct make_spec specs[] = {
    {.key = MAKE_RSA,
	.cn = FIXTURE_CN,
	.usage = "critical,digitalSignature",
	.serial = "00C0FFEE"},
    {.key = MAKE_P256,
	.cn = FIXTURE_CN,
	.usage = "critical,digitalSignature,nonRepudiation",
	.serial = "0102"},
    {.key = MAKE_RSA,
	.cn = FIXTURE_CN,
	.usage = "critical,keyEncipherment",
	.serial = "0103"},
};

struct bytes
fixture_certificate(size_t index)
{
	static struct buf made[sizeof(specs) / sizeof(specs[0])];

	if (made[index].n == 0)
		make_certificate(&specs[index], &made[index]);
	return buf_bytes(&made[index]);
}

void
fixture_card(struct fake_card *card)
{
	memset(card, 0, sizeof(*card));
	card->model = "CAC v2";
	card->serial = "0123456789ABCDEF01234567";
	fake_card_add(card, "CAC ID Certificate", 1, fixture_certificate(0));
	fake_card_add(
	    card, "CAC Email Signature Certificate", 2, fixture_certificate(1));
	fake_card_add(card, "CAC Email Encryption Certificate", 3,
	    fixture_certificate(2));
}

int
fixture_setup(void **state)
{
	(void)state;
	/* No memory of other tests, nor for the user's own programs. */
	(void)unsetenv("XDG_RUNTIME_DIR");
	fake_readers_reset();
	fixture_card(&fixture_inserted);
	fixture_slot = fake_reader_add("SCR33xx v2.0 USB SC Reader");
	fake_reader_insert((unsigned)fixture_slot, &fixture_inserted);
	if (C_Initialize(NULL) != CKR_OK)
		return -1;
	return fixture_count_slots() == 1 ? 0 : -1;
}

int
fixture_teardown(void **state)
{
	struct fake_counts counts;

	(void)state;
	if (C_Finalize(NULL) != CKR_OK)
		return -1;
	counts = fake_readers_counts();
	return counts.buses + counts.readers + counts.open_transactions == 0
	    ? 0
	    : -1;
}

CK_ULONG
fixture_count_slots(void)
{
	CK_ULONG count = 0;

	assert_int_equal(C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
	return count;
}

CK_SESSION_HANDLE
fixture_session(CK_SLOT_ID slot, CK_FLAGS flags)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;

	assert_int_equal(C_OpenSession(slot, CKF_SERIAL_SESSION | flags, NULL,
			     NULL, &session),
	    CKR_OK);
	assert_int_not_equal(session, CK_INVALID_HANDLE);
	return session;
}

void
fixture_pin(const char *pin)
{
	fixture_inserted.pin = pin;
	fixture_inserted.tries_max = 3;
}

CK_RV
fixture_login(CK_SESSION_HANDLE session, const char *pin)
{
	char copy[32];
	size_t n = strlen(pin);

	assert_true(n < sizeof(copy));
	memcpy(copy, pin, n);
	return C_Login(session, CKU_USER, (unsigned char *)copy, n);
}

CK_FLAGS
fixture_pin_flags(void)
{
	CK_TOKEN_INFO info;

	assert_int_equal(C_GetTokenInfo(fixture_slot, &info), CKR_OK);
	return info.flags &
	    (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
		CKF_USER_PIN_LOCKED);
}

CK_STATE
fixture_state(CK_SESSION_HANDLE session)
{
	CK_SESSION_INFO info;

	assert_int_equal(C_GetSessionInfo(session, &info), CKR_OK);
	return info.state;
}

CK_ULONG
fixture_find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *want, CK_ULONG count,
    CK_OBJECT_HANDLE *found, CK_ULONG max)
{
	CK_ULONG n = 0;

	assert_int_equal(C_FindObjectsInit(session, want, count), CKR_OK);
	assert_int_equal(C_FindObjects(session, found, max, &n), CKR_OK);
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
	return n;
}

CK_ULONG
fixture_find_class(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class,
    CK_OBJECT_HANDLE *found, CK_ULONG max)
{
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};

	return fixture_find(session, &want, 1, found, max);
}

void
fixture_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, struct bytes expect)
{
	static unsigned char value[CARD_CERT_MAX];
	CK_ATTRIBUTE a = {type, NULL, 0};

	assert_int_equal(C_GetAttributeValue(session, object, &a, 1), CKR_OK);
	assert_int_equal(a.ulValueLen, expect.n);
	a.pValue = value;
	assert_int_equal(C_GetAttributeValue(session, object, &a, 1), CKR_OK);
	assert_int_equal(a.ulValueLen, expect.n);
	if (expect.n > 0)
		assert_memory_equal(value, expect.p, expect.n);
}

void
fixture_attribute_ulong(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_ULONG expect)
{
	fixture_attribute(
	    session, object, type, bytes_of(&expect, sizeof(expect)));
}

void
fixture_attribute_bool(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_BBOOL expect)
{
	fixture_attribute(
	    session, object, type, bytes_of(&expect, sizeof(expect)));
}

void
fixture_padded(const unsigned char *field, size_t n, const char *text)
{
	size_t used = strlen(text);

	assert_true(used <= n);
	assert_memory_equal(field, text, used);
	for (size_t i = used; i < n; i++)
		assert_int_equal(field[i], ' ');
}
