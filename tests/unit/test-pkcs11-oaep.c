/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/rsa-oaep.h"
#include "tests/unit/crypto-oracle.h"
#include "tests/unit/poison.h"
#include "tests/unit/unit.h"

#define KINDS (DIGEST_SHA512 + 1)

static struct oaep
parameters(enum digest_kind hash, enum digest_kind mask, const char *label,
    uint8_t *room)
{
	digest_of(hash, bytes_of(label, strlen(label)), room);
	return (struct oaep){hash, mask, room};
}

/* By another implementation; seeds 01 02 03 and so on. */
static void
test_known(void **state)
{
	uint8_t em[96], out[96], label[DIGEST_MAX];
	struct oaep oaep =
	    parameters(DIGEST_SHA1, DIGEST_SHA256, "label", label);
	size_t n;

	(void)state;
	(void)hex_parse(
	    "0071CEF5C20B0C891FE099B3F6E648EE9626D52915C23643EA608DCF7872EE49"
	    "E4D6779B70FC8FD3C8458DDAC559D4E4BF8BA46177D21E017E53F0DB463343C9"
	    "050DCE00D89F0E1988D2B72918DE7B923C5BF25EC98EFCB3F0ED1BB495F74111",
	    em);
	assert_int_equal(oaep_decode(&oaep, em, 96, out, &n), CKR_OK);
	assert_bytes(bytes_of(out, n), bytes_of("attack at dawn", 14));
	oaep = parameters(DIGEST_SHA256, DIGEST_SHA256, "", label);
	(void)hex_parse(
	    "00B38503A0DA9139A5842041662F4BD71128208B40C12D0BF18B1B60DDEB8B6C"
	    "D643AC79FBE74B00BD6E82844567E03873E62F3FF670B9B9CF05B27CA8EE4998"
	    "BDC0",
	    em);
	assert_int_equal(oaep_decode(&oaep, em, 66, out, &n), CKR_OK);
	assert_int_equal(n, 0);
}

static void
with_each(
    void (*test)(const struct oaep *oaep, const char *label, size_t length))
{
	static const char *const labels[] = {"", "a label"};
	uint8_t room[DIGEST_MAX];
	size_t max;

	for (unsigned hash = 0; hash < KINDS; hash++) {
		for (unsigned mask = 0; mask < KINDS; mask++) {
			const char *label = labels[(hash + mask) % 2];
			struct oaep oaep = parameters(hash, mask, label, room);

			if (!oaep_message_max(128, hash, &max))
				continue;
			test(&oaep, label, 0);
			test(&oaep, label, max / 2);
			test(&oaep, label, max);
		}
	}
}

static struct oracle_pad
pad_for(const struct oaep *oaep, const char *label)
{
	return (struct oracle_pad){.mode = "oaep",
	    .hash = oaep->hash,
	    .mask = oaep->mask,
	    .label = bytes_of(label, strlen(label))};
}

static void
we_decode(const struct oaep *oaep, const char *label, size_t length)
{
	const struct oracle_pad none = {.mode = "none"};
	const struct oracle_pad pad = pad_for(oaep, label);
	uint8_t message[128], sent[ORACLE_MAX], em[ORACLE_MAX], out[128];
	EVP_PKEY *key = oracle_rsa(1024);
	size_t n, max;

	memset(message, 0x01, sizeof(message));
	memset(out, 0xEE, sizeof(out));
	n = oracle_encrypt(key, &pad, bytes_of(message, length), sent);
	assert_true(oracle_decrypt(key, &none, bytes_of(sent, n), em, &n));
	assert_int_equal(oaep_decode(oaep, em, n, out, &n), CKR_OK);
	assert_bytes(bytes_of(out, n), bytes_of(message, length));
	(void)oaep_message_max(128, oaep->hash, &max);
	for (size_t i = n; i < max; i++)
		assert_int_equal(out[i], 0);
}

static void
libcrypto_decodes(const struct oaep *oaep, const char *label, size_t length)
{
	const struct oracle_pad none = {.mode = "none"};
	const struct oracle_pad pad = pad_for(oaep, label);
	uint8_t message[128], sent[ORACLE_MAX], em[128], out[ORACLE_MAX];
	EVP_PKEY *key = oracle_rsa(1024);
	size_t n;

	memset(message, 0x00, sizeof(message));
	assert_int_equal(
	    oaep_encode(oaep, bytes_of(message, length), em, 128), CKR_OK);
	n = oracle_encrypt(key, &none, BYTES(em), sent);
	assert_true(oracle_decrypt(key, &pad, bytes_of(sent, n), out, &n));
	assert_bytes(bytes_of(out, n), bytes_of(message, length));
}

static void
test_decode(void **state)
{
	(void)state;
	with_each(we_decode);
}

static void
test_encode(void **state)
{
	(void)state;
	with_each(libcrypto_decodes);
}

/* Undo the masks, change a byte, and put them on again. */
static void
flip_inside(const struct oaep *oaep, uint8_t *em, size_t n, size_t at)
{
	size_t len = digest_len(oaep->hash);
	uint8_t *seed = em + 1, *db = seed + len;
	struct bytes all = bytes_of(db, n - 1 - len);

	digest_mask(oaep->mask, all, seed, len);
	digest_mask(oaep->mask, bytes_of(seed, len), db, all.n);
	em[at] ^= 0x55;
	digest_mask(oaep->mask, bytes_of(seed, len), db, all.n);
	digest_mask(oaep->mask, all, seed, len);
}

static void
refuse(const struct oaep *oaep, uint8_t *em, size_t em_len)
{
	uint8_t out[128];
	size_t n = 99, max = 0;

	memset(out, 0xEE, sizeof(out));
	(void)oaep_message_max(em_len, oaep->hash, &max);
	assert_int_equal(
	    oaep_decode(oaep, em, em_len, out, &n), CKR_ENCRYPTED_DATA_INVALID);
	assert_int_equal(n, 0);
	for (size_t i = 0; i < max; i++)
		assert_int_equal(out[i], 0);
}

static void
test_refused(void **state)
{
	uint8_t em[128], good[128], label[DIGEST_MAX], other[DIGEST_MAX];
	struct oaep oaep = parameters(DIGEST_SHA1, DIGEST_SHA1, "", label);
	struct oaep wrong = parameters(DIGEST_SHA1, DIGEST_SHA1, "x", other);

	(void)state;
	assert_int_equal(
	    oaep_encode(&oaep, bytes_of("message", 7), good, 128), CKR_OK);
	/* First byte, label, zeros, the 01; the message itself may be any. */
	for (size_t at = 0; at < 128 - 7; at++) {
		if (at >= 1 && at <= 20)
			continue; /* the seed */
		memcpy(em, good, sizeof(em));
		flip_inside(&oaep, em, 128, at);
		refuse(&oaep, em, 128);
	}
	memcpy(em, good, sizeof(em));
	refuse(&wrong, em, 128);
	memset(em, 0, sizeof(em));
	refuse(&oaep, em, 128);
	memset(em, 0xFF, sizeof(em));
	refuse(&oaep, em, 128);
}

static void
decode_secretly(const struct oaep *oaep, const uint8_t *block, CK_RV expect)
{
	uint8_t em[128], out[128];
	CK_RV rv;
	size_t n;

	memcpy(em, block, sizeof(em));
	POISON(em, sizeof(em));
	rv = oaep_decode(oaep, em, sizeof(em), out, &n);
	UNPOISON(&rv, sizeof(rv));
	assert_int_equal(rv, expect);
}

static void
test_secret(void **state)
{
	uint8_t label[DIGEST_MAX], em[128];
	struct oaep oaep = parameters(DIGEST_SHA256, DIGEST_SHA1, "", label);

	(void)state;
	assert_int_equal(
	    oaep_encode(&oaep, bytes_of("message", 7), em, 128), CKR_OK);
	decode_secretly(&oaep, em, CKR_OK);
	em[70] ^= 1;
	decode_secretly(&oaep, em, CKR_ENCRYPTED_DATA_INVALID);
}

static void
test_lengths(void **state)
{
	uint8_t em[ORACLE_MAX + 1], label[DIGEST_MAX], out[ORACLE_MAX];
	struct oaep oaep = parameters(DIGEST_SHA512, DIGEST_SHA1, "", label);
	size_t max, n;

	(void)state;
	assert_false(oaep_message_max(129, DIGEST_SHA512, &max));
	assert_true(oaep_message_max(130, DIGEST_SHA512, &max));
	assert_int_equal(max, 0);
	assert_false(oaep_message_max(ORACLE_MAX + 1, DIGEST_SHA1, &max));
	assert_int_equal(
	    oaep_encode(&oaep, bytes_of(out, 0), em, 129), CKR_KEY_SIZE_RANGE);
	assert_int_equal(oaep_encode(&oaep, bytes_of(label, 1), em, 130),
	    CKR_DATA_LEN_RANGE);
	assert_int_equal(
	    oaep_encode(&oaep, bytes_of(NULL, 0), em, 130), CKR_OK);
	assert_int_equal(oaep_decode(&oaep, em, 130, out, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(
	    oaep_decode(&oaep, em, 129, out, &n), CKR_KEY_SIZE_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("oaep: known blocks", test_known),
	    TEST("oaep: we decode libcrypto's, each digest, mask and length",
		test_decode),
	    TEST("oaep: libcrypto decodes ours", test_encode),
	    TEST("oaep: each fault is refused the same way", test_refused),
	    TEST("oaep: no branch and no address depends on the block",
		test_secret),
	    TEST("oaep: no room, too long, too short", test_lengths),
	};

	return cmocka_run_group_tests_name("pkcs11-oaep", tests, NULL, NULL);
}
