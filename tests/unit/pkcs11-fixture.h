/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the Cryptoki surface have in common. */
#ifndef TESTS_UNIT_PKCS11_FIXTURE_H
#define TESTS_UNIT_PKCS11_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pkcs11/cryptoki.h"
#include "tests/unit/fake-card.h"
#include "tests/unit/fake-readers.h"

#define FIXTURE_CN "DOE.JOHN.QUINCY.1234567890"

/*
 * A card with three certificates: RSA for login, P-256 for signatures, RSA for
 * encryption; labels and ids as on a CAC.
 */
void fixture_card(struct fake_card *card);
struct bytes fixture_certificate(size_t index);

/* One reader with that card, initialised; and the end of it. */
extern struct fake_card fixture_inserted;
extern CK_SLOT_ID fixture_slot;
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Slots are known from the first listing on. */
CK_ULONG fixture_count_slots(void);

CK_SESSION_HANDLE fixture_session(CK_SLOT_ID slot, CK_FLAGS flags);

/* The card has this PIN and takes three wrong ones. */
void fixture_pin(const char *pin);
CK_RV fixture_login(CK_SESSION_HANDLE session, const char *pin);

/* COUNT_LOW, FINAL_TRY and LOCKED as C_GetTokenInfo has them. */
CK_FLAGS fixture_pin_flags(void);
CK_STATE fixture_state(CK_SESSION_HANDLE session);

/* Find all that matches; fails the test on any error. At most max. */
CK_ULONG fixture_find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *want,
    CK_ULONG count, CK_OBJECT_HANDLE *found, CK_ULONG max);
CK_ULONG fixture_find_class(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class,
    CK_OBJECT_HANDLE *found, CK_ULONG max);

/* Compare one attribute with bytes, or with a number. */
void fixture_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, struct bytes expect);
void fixture_attribute_ulong(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_ULONG expect);
void fixture_attribute_bool(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_BBOOL expect);

/* A blank padded field holds this text. */
#define assert_padded(field, text) fixture_padded(field, sizeof(field), text)
void fixture_padded(const unsigned char *field, size_t n, const char *text);

#endif
