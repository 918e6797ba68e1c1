/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/crypto-rig.h"

static const struct rig_spec {
	enum make_key key;
	const char *usage;
	enum card_key_rule rule;
} specs[RIG_KEYS] = {
    [RIG_SIGN] = {MAKE_RSA, "digitalSignature", CARD_KEY_PIN},
    [RIG_DECRYPT] = {MAKE_RSA, "keyEncipherment", CARD_KEY_PIN},
    [RIG_ALWAYS] = {MAKE_RSA, "nonRepudiation", CARD_KEY_PIN_ALWAYS},
    [RIG_P256] = {MAKE_P256, "digitalSignature", CARD_KEY_PIN},
    [RIG_P384] = {MAKE_P384, "digitalSignature", CARD_KEY_PIN},
    [RIG_P256_DERIVE] = {MAKE_P256, "keyAgreement", CARD_KEY_PIN},
    [RIG_P384_DERIVE] = {MAKE_P384, "keyAgreement", CARD_KEY_PIN},
};

void (*rig_inside)(void);

EVP_PKEY *
rig_key(unsigned index)
{
	return make_key(specs[index].key);
}

static struct bytes
certificate(unsigned index)
{
	static struct buf made[RIG_KEYS];
	const struct make_spec spec = {.key = specs[index].key,
	    .cn = FIXTURE_CN,
	    .usage = specs[index].usage};

	if (made[index].n == 0)
		make_certificate(&spec, &made[index]);
	return buf_bytes(&made[index]);
}

static void
answer(EVP_PKEY *key, const struct card_op *op, uint8_t *out, size_t *n)
{
	const struct oracle_pad none = {.mode = "none"};

	switch (op->kind) {
	case CARD_OP_RSA:
		assert_true(oracle_decrypt(key, &none, op->in, out, n));
		break;
	case CARD_OP_ECDSA:
		*n = 2 * (op->bits / 8);
		oracle_ecdsa(key, op->in, op->bits / 8, out);
		break;
	case CARD_OP_ECDH:
		*n = oracle_ecdh(key, op->in, out);
		break;
	}
}

static err_t
operate(struct fake_card *card, size_t index, const struct card_op *op,
    struct buf *out)
{
	uint8_t room[ORACLE_MAX];
	size_t n;

	(void)card;
	if (rig_inside != NULL)
		rig_inside();
	answer(rig_key((unsigned)index), op, room, &n);
	buf_append(out, bytes_of(room, n));
	return 0;
}

static void
make_card(struct fake_card *card)
{
	memset(card, 0, sizeof(*card));
	card->model = "CAC v2";
	card->serial = "0123456789ABCDEF01234567";
	card->operate = operate;
	for (unsigned i = 0; i < RIG_KEYS; i++) {
		fake_card_add(card, "Key", (uint8_t)(i + 1), certificate(i));
		card->containers[i].rule = specs[i].rule;
	}
}

int
rig_setup(void **state)
{
	(void)state;
	(void)unsetenv("XDG_RUNTIME_DIR");
	rig_inside = NULL;
	fake_readers_reset();
	make_card(&fixture_inserted);
	fixture_pin(RIG_PIN);
	fixture_slot = fake_reader_add("SCR33xx v2.0 USB SC Reader");
	fake_reader_insert((unsigned)fixture_slot, &fixture_inserted);
	if (C_Initialize(NULL) != CKR_OK)
		return -1;
	return fixture_count_slots() == 1 ? 0 : -1;
}

CK_OBJECT_HANDLE
rig_object(CK_SESSION_HANDLE session, unsigned index, CK_OBJECT_CLASS class)
{
	unsigned char id[] = {0, (unsigned char)(index + 1)};
	CK_ATTRIBUTE want[] = {
	    {CKA_CLASS, &class, sizeof(class)}, {CKA_ID, id, sizeof(id)}};
	CK_OBJECT_HANDLE found = CK_INVALID_HANDLE;

	assert_int_equal(fixture_find(session, want, 2, &found, 1), 1);
	return found;
}

CK_SESSION_HANDLE
rig_session(void)
{
	CK_SESSION_HANDLE session = fixture_session(fixture_slot, 0);
	unsigned char signature[RIG_RSA];
	CK_ULONG n = sizeof(signature);

	assert_int_equal(fixture_login(session, RIG_PIN), CKR_OK);
	assert_int_equal(C_SignInit(session, RIG_MECHANISM(CKM_RSA_PKCS),
			     rig_private(session, RIG_SIGN)),
	    CKR_OK);
	assert_int_equal(C_Sign(session, NULL, 0, signature, &n), CKR_OK);
	return session;
}

unsigned
rig_uses(unsigned index)
{
	return atomic_load(&fixture_inserted.containers[index].uses);
}
