/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/constant-time.h"
#include "pkcs11/rsa-pad.h"
#include "tests/unit/crypto-oracle.h"
#include "tests/unit/poison.h"
#include "tests/unit/unit.h"

/* A small and cheap generator, the same in every run. */
static unsigned
draw(void)
{
	static uint32_t state = 20240229;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

static void
draw_bytes(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)draw();
}

static void
test_shift(void **state)
{
	uint8_t p[40];

	(void)state;
	for (size_t n = 0; n <= sizeof(p); n++) {
		for (size_t by = 0; by <= n; by++) {
			for (size_t i = 0; i < n; i++)
				p[i] = (uint8_t)(i + 1);
			ct_shift(p, n, by);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(
				    p[i], i + by < n ? i + by + 1 : 0);
		}
	}
}

static void
test_masks(void **state)
{
	const size_t numbers[] = {0, 1, 2, 127, 255, 256, 511, SIZE_MAX / 2};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		size_t a = numbers[i];

		assert_int_equal(ct_is_zero(a), a == 0 ? SIZE_MAX : 0);
		for (size_t j = 0; j < COUNT_OF(numbers); j++) {
			size_t b = numbers[j];

			assert_int_equal(ct_less(a, b), a < b ? SIZE_MAX : 0);
			assert_int_equal(ct_equal(a, b), a == b ? SIZE_MAX : 0);
		}
	}
}

static void
test_sign(void **state)
{
	uint8_t em[16];

	(void)state;
	assert_int_equal(rsa_pad_sign(HEX("A1 A2 A3"), em, 16), CKR_OK);
	assert_bytes(
	    BYTES(em), HEX("00 01 FF FF FF FF FF FF FF FF FF FF 00 A1 A2 A3"));
	assert_int_equal(rsa_pad_sign(HEX("A1 A2 A3 A4 A5"), em, 16), CKR_OK);
	assert_bytes(
	    BYTES(em), HEX("00 01 FF FF FF FF FF FF FF FF 00 A1 A2 A3 A4 A5"));
	assert_int_equal(
	    rsa_pad_sign(HEX("A1 A2 A3 A4 A5 A6"), em, 16), CKR_DATA_LEN_RANGE);
	assert_int_equal(rsa_pad_sign(bytes_of(NULL, 0), em, 11), CKR_OK);
	assert_int_equal(
	    rsa_pad_sign(bytes_of(NULL, 0), em, 10), CKR_DATA_LEN_RANGE);
}

static void
test_left(void **state)
{
	uint8_t em[4];

	(void)state;
	assert_int_equal(rsa_pad_left(HEX("A1 A2"), em, 4), CKR_OK);
	assert_bytes(BYTES(em), HEX("00 00 A1 A2"));
	assert_int_equal(rsa_pad_left(HEX("A1 A2 A3 A4"), em, 4), CKR_OK);
	assert_bytes(BYTES(em), HEX("A1 A2 A3 A4"));
	assert_int_equal(
	    rsa_pad_left(HEX("A1 A2 A3 A4 A5"), em, 4), CKR_DATA_LEN_RANGE);
	assert_int_equal(
	    rsa_pad_left(bytes_of(NULL, 0), em, 4), CKR_DATA_LEN_RANGE);
}

/* libcrypto takes off what we put on. */
static void
test_encrypt(void **state)
{
	const struct oracle_pad pkcs1 = {.mode = "pkcs1"};
	const struct oracle_pad none = {.mode = "none"};
	uint8_t em[128], sent[ORACLE_MAX], got[ORACLE_MAX], message[117];
	EVP_PKEY *key = oracle_rsa(1024);
	size_t n;

	(void)state;
	for (size_t len = 0; len <= sizeof(message); len++) {
		draw_bytes(message, len);
		assert_int_equal(
		    rsa_pad_encrypt(bytes_of(message, len), em, 128), CKR_OK);
		n = oracle_encrypt(key, &none, BYTES(em), sent);
		assert_true(
		    oracle_decrypt(key, &pkcs1, bytes_of(sent, n), got, &n));
		assert_bytes(bytes_of(got, n), bytes_of(message, len));
	}
	assert_int_equal(
	    rsa_pad_encrypt(bytes_of(em, 118), sent, 128), CKR_DATA_LEN_RANGE);
}

/* And the other way round. */
static void
test_unpad(void **state)
{
	const struct oracle_pad pkcs1 = {.mode = "pkcs1"};
	const struct oracle_pad none = {.mode = "none"};
	uint8_t em[ORACLE_MAX], sent[ORACLE_MAX], out[117], message[117];
	EVP_PKEY *key = oracle_rsa(1024);
	size_t n, em_len;

	(void)state;
	for (size_t len = 0; len <= sizeof(message); len++) {
		draw_bytes(message, len);
		n = oracle_encrypt(key, &pkcs1, bytes_of(message, len), sent);
		assert_true(
		    oracle_decrypt(key, &none, bytes_of(sent, n), em, &em_len));
		memset(out, 0xEE, sizeof(out));
		assert_int_equal(
		    rsa_unpad_encrypt(bytes_of(em, em_len), out, &n), CKR_OK);
		assert_bytes(bytes_of(out, n), bytes_of(message, len));
		for (size_t i = n; i < sizeof(out); i++)
			assert_int_equal(out[i], 0);
	}
}

static void
refuse(struct bytes em)
{
	uint8_t out[64];
	size_t n = 99;

	memset(out, 0xEE, sizeof(out));
	assert_int_equal(
	    rsa_unpad_encrypt(em, out, &n), CKR_ENCRYPTED_DATA_INVALID);
	assert_int_equal(n, 0);
	for (size_t i = 0; em.n >= 11 && i < em.n - 11; i++)
		assert_int_equal(out[i], 0);
}

static void
test_refused(void **state)
{
	(void)state;
	refuse(bytes_of(NULL, 0));
	refuse(HEX("00 02 01 02 03 04 05 06 07 08"));
	refuse(HEX("01 02 01 02 03 04 05 06 07 08 00 A1 A2"));
	refuse(HEX("00 01 01 02 03 04 05 06 07 08 00 A1 A2"));
	refuse(HEX("00 03 01 02 03 04 05 06 07 08 00 A1 A2"));
	/* Padding of seven bytes, of none; no end; an end at the end. */
	refuse(HEX("00 02 01 02 03 04 05 06 07 00 A1 A2 A3"));
	refuse(HEX("00 02 00 02 03 04 05 06 07 08 00 A1 A2"));
	refuse(HEX("00 02 01 02 03 04 05 06 07 08 09 A1 A2"));
	refuse(HEX("00 00 00 00 00 00 00 00 00 00 00 00 00"));
}

static void
test_edges(void **state)
{
	uint8_t out[3];
	size_t n;

	(void)state;
	assert_int_equal(
	    rsa_unpad_encrypt(HEX("00 02 01 02 03 04 05 06 07 08 00"), out, &n),
	    CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(
	    rsa_unpad_encrypt(
		HEX("00 02 01 02 03 04 05 06 07 08 09 0A 0B 00"), out, &n),
	    CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(
	    rsa_unpad_encrypt(
		HEX("00 02 01 02 03 04 05 06 07 08 00 00 00 A1"), out, &n),
	    CKR_OK);
	assert_bytes(bytes_of(out, n), HEX("00 00 A1"));
}

/* A plain reading of RFC 8017, 7.2.2, step 3. */
static bool
plain_unpad(struct bytes em, struct bytes *message)
{
	size_t i = 2;

	if (em.n < 11 || em.p[0] != 0 || em.p[1] != 2)
		return false;
	while (i < em.n && em.p[i] != 0)
		i++;
	if (i == em.n || i < 10)
		return false;
	*message = bytes_of(em.p + i + 1, em.n - i - 1);
	return true;
}

/* Blocks in which zeros are frequent. */
static void
test_random(void **state)
{
	uint8_t em[75], out[64];
	struct bytes message;
	size_t n, right = 0;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		size_t len = 11 + draw() % 65;

		for (size_t i = 0; i < len; i++)
			em[i] = draw() % 12 == 0 ? 0 : (uint8_t)draw();
		if (draw() % 8 > 0) {
			em[0] = 0;
			em[1] = 2;
		}
		memset(out, 0xEE, sizeof(out));
		if (plain_unpad(bytes_of(em, len), &message)) {
			right++;
			assert_int_equal(
			    rsa_unpad_encrypt(bytes_of(em, len), out, &n),
			    CKR_OK);
			assert_bytes(bytes_of(out, n), message);
		} else {
			refuse(bytes_of(em, len));
		}
	}
	assert_true(right > 1000);
}

/* The outcome may be known, but not by the way it takes. */
static void
unpad_secretly(struct bytes block, CK_RV expect)
{
	uint8_t em[64], out[64];
	CK_RV rv;
	size_t n;

	memcpy(em, block.p, block.n);
	POISON(em, block.n);
	rv = rsa_unpad_encrypt(bytes_of(em, block.n), out, &n);
	UNPOISON(&rv, sizeof(rv));
	assert_int_equal(rv, expect);
}

static void
test_secret(void **state)
{
	(void)state;
	unpad_secretly(HEX("00 02 01 02 03 04 05 06 07 08 00 A1 A2"), CKR_OK);
	unpad_secretly(HEX("00 02 01 02 03 04 05 06 07 00 08 A1 A2"),
	    CKR_ENCRYPTED_DATA_INVALID);
	unpad_secretly(HEX("01 02 01 02 03 04 05 06 07 08 09 A1 00"),
	    CKR_ENCRYPTED_DATA_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("constant time: a shift by any distance", test_shift),
	    TEST("constant time: masks of numbers", test_masks),
	    TEST("pkcs1: the block of a signature", test_sign),
	    TEST("raw: zeros stand to the left", test_left),
	    TEST("pkcs1: libcrypto decrypts what we pad, of any length",
		test_encrypt),
	    TEST("pkcs1: we unpad what libcrypto encrypts, of any length",
		test_unpad),
	    TEST("pkcs1: each fault of a padding is refused, and leaves zeros",
		test_refused),
	    TEST("pkcs1: empty messages, long paddings, zeros in front",
		test_edges),
	    TEST("pkcs1: agrees with a plain reading on random blocks",
		test_random),
	    TEST("pkcs1: no branch and no address depends on the block",
		test_secret),
	};

	return cmocka_run_group_tests_name("pkcs11-pad", tests, NULL, NULL);
}
