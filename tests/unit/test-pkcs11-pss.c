/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/rsa-pss.h"
#include "pkcs11/rsa-public.h"
#include "tests/unit/crypto-oracle.h"
#include "tests/unit/unit.h"

#define KINDS (DIGEST_SHA512 + 1)

/* By another implementation; digests of "abc", salts 01 02 03 and so on. */
static const struct {
	struct pss pss;
	const char *em;
} known[] = {
    {{DIGEST_SHA256, DIGEST_SHA256, 20, 512},
	"7912D297815FD06D44A616FCD945357F2E16AF1455280084617BD0D518BC70CE"
	"D66CEB4C27A54D419EA252D1A66E44D8F83D1EE8AFF0F2E9F4288961AE1F28BC"},
    {{DIGEST_SHA256, DIGEST_SHA256, 20, 521},
	"007912D297815FD06D44A617FCDA44327E2D17A01556290785627ACFD41BBD77"
	"91CED66CEB4C27A54D419EA252D1A66E44D8F83D1EE8AFF0F2E9F4288961AE1F"
	"28BC"},
    {{DIGEST_SHA256, DIGEST_SHA256, 20, 1025},
	"007912D297815FD06D44A617FDDB46317A2811A71D5F230C896F74C0C40AAF64"
	"856F22FB422C0471538E46AF9FE9FAC2C77AF7581E1758B239D384450B9CF012"
	"4133000BB097C86ACFE4877B06DBC1F3594778B42303E40884AF1EC259E906CE"
	"CED66CEB4C27A54D419EA252D1A66E44D8F83D1EE8AFF0F2E9F4288961AE1F28"
	"BC"},
    {{DIGEST_SHA1, DIGEST_SHA512, 0, 1024},
	"7FFBA025EEE2072C4124198D5212817B05A63A32E548A1644E73692654851CA8"
	"5852F8B5F88DC827BD9520EB939E9FEA8FD844C7F8D46BE186C7BF2F07C4E94D"
	"36122A4B979A6F18C3D19C93D9EC0903041F7311AF6E779A5C092D21CABAD89F"
	"1EA84C028D0811BEB9237AD6842D0D9217AA4D77B58B63FE439B4D58A73399BC"},
};

static struct bytes
number_salt(size_t n, uint8_t *room)
{
	for (size_t i = 0; i < n; i++)
		room[i] = (uint8_t)(i + 1);
	return bytes_of(room, n);
}

static void
test_known(void **state)
{
	uint8_t em[ORACLE_MAX], want[ORACLE_MAX], room[64], abc[DIGEST_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		const struct pss *p = &known[i].pss;
		struct bytes block = hex_parse(known[i].em, want), digest;

		digest_of(p->hash, bytes_of("abc", 3), abc);
		digest = bytes_of(abc, digest_len(p->hash));
		assert_int_equal(
		    pss_encode(p, digest, number_salt(p->salt_len, room), em),
		    CKR_OK);
		assert_bytes(bytes_of(em, block.n), block);
		assert_int_equal(pss_verify(p, digest, block), CKR_OK);
	}
}

/* Digests, masks, salts from none to the longest, odd sizes. */
static void
with_each(unsigned bits,
    void (*test)(EVP_PKEY *key, const struct pss *pss, struct bytes digest))
{
	EVP_PKEY *key = oracle_rsa(bits);
	uint8_t digest[DIGEST_MAX];
	size_t max;

	for (unsigned hash = 0; hash < KINDS; hash++) {
		for (unsigned mask = 0; mask < KINDS; mask++) {
			struct pss pss = {hash, mask, 0, bits};

			digest_of(hash, bytes_of("message", 7), digest);
			if (!pss_salt_max(bits, hash, &max))
				continue;
			for (unsigned i = 0; i < 3; i++) {
				pss.salt_len = i * max / 2;
				test(key, &pss,
				    bytes_of(digest, digest_len(hash)));
			}
		}
	}
}

static void
libcrypto_verifies(EVP_PKEY *key, const struct pss *pss, struct bytes digest)
{
	const struct oracle_pad none = {.mode = "none"};
	const struct oracle_pad pad = {.mode = "pss",
	    .hash = pss->hash,
	    .mask = pss->mask,
	    .salt_len = (int)pss->salt_len};
	uint8_t em[ORACLE_MAX], signature[ORACLE_MAX], room[ORACLE_MAX];
	size_t n = (pss->bits + 7) / 8;

	assert_int_equal(
	    pss_encode(pss, digest, number_salt(pss->salt_len, room), em),
	    CKR_OK);
	assert_true(oracle_decrypt(key, &none, bytes_of(em, n), signature, &n));
	assert_true(oracle_verify(key, &pad, digest, bytes_of(signature, n)));
}

static void
we_verify(EVP_PKEY *key, const struct pss *pss, struct bytes digest)
{
	const struct oracle_pad pad = {.mode = "pss",
	    .hash = pss->hash,
	    .mask = pss->mask,
	    .salt_len = (int)pss->salt_len};
	uint8_t em[ORACLE_MAX], signature[ORACLE_MAX], n_room[ORACLE_MAX],
	    e_room[8];
	size_t n = oracle_sign(key, &pad, digest, signature);
	struct pss longer = *pss;

	assert_int_equal(
	    rsa_public(oracle_modulus(key, n_room),
		oracle_exponent(key, e_room), bytes_of(signature, n), em),
	    CKR_OK);
	assert_int_equal(pss_verify(pss, digest, bytes_of(em, n)), CKR_OK);
	em[n / 2] ^= 4;
	assert_int_equal(
	    pss_verify(pss, digest, bytes_of(em, n)), CKR_SIGNATURE_INVALID);
	em[n / 2] ^= 4;
	longer.salt_len = pss->salt_len > 0 ? pss->salt_len - 1 : 1;
	assert_int_equal(pss_verify(&longer, digest, bytes_of(em, n)),
	    CKR_SIGNATURE_INVALID);
}

static void
test_encode(void **state)
{
	(void)state;
	with_each(1024, libcrypto_verifies);
	with_each(1025, libcrypto_verifies);
	with_each(1031, libcrypto_verifies);
}

static void
test_verify(void **state)
{
	(void)state;
	with_each(1024, we_verify);
	with_each(1025, we_verify);
	with_each(1031, we_verify);
}

static void
test_lengths(void **state)
{
	struct pss pss = {DIGEST_SHA256, DIGEST_SHA256, 20, 512};
	uint8_t em[64], digest[32] = {0}, salt[64] = {0};
	size_t max;

	(void)state;
	assert_true(pss_salt_max(1024, DIGEST_SHA512, &max));
	assert_int_equal(max, 62);
	assert_true(pss_salt_max(1025, DIGEST_SHA512, &max));
	assert_int_equal(max, 62);
	assert_true(pss_salt_max(1026, DIGEST_SHA512, &max));
	assert_int_equal(max, 63);
	assert_false(pss_salt_max(512, DIGEST_SHA512, &max));
	assert_false(pss_salt_max(0, DIGEST_SHA1, &max));
	assert_int_equal(
	    pss_encode(&pss, bytes_of(digest, 31), bytes_of(salt, 20), em),
	    CKR_DATA_LEN_RANGE);
	assert_int_equal(
	    pss_encode(&pss, BYTES(digest), bytes_of(salt, 19), em),
	    CKR_DATA_LEN_RANGE);
	pss.salt_len = 31;
	assert_int_equal(
	    pss_encode(&pss, BYTES(digest), bytes_of(salt, 31), em),
	    CKR_KEY_SIZE_RANGE);
	pss.salt_len = 30;
	assert_int_equal(
	    pss_encode(&pss, BYTES(digest), bytes_of(salt, 30), em), CKR_OK);
	pss.bits = 8 * RSA_PUBLIC_MAX + 1;
	assert_int_equal(
	    pss_encode(&pss, BYTES(digest), bytes_of(salt, 30), em),
	    CKR_KEY_SIZE_RANGE);
}

/* Each bit of a right block counts. */
static void
test_changed(void **state)
{
	uint8_t em[ORACLE_MAX], abc[DIGEST_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		const struct pss *p = &known[i].pss;
		size_t n = hex_parse(known[i].em, em).n;
		struct bytes digest = bytes_of(abc, digest_len(p->hash));

		digest_of(p->hash, bytes_of("abc", 3), abc);
		for (size_t bit = 0; bit < 8 * n; bit++) {
			em[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(pss_verify(p, digest, bytes_of(em, n)),
			    CKR_SIGNATURE_INVALID);
			em[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_int_equal(pss_verify(p, digest, bytes_of(em, n - 1)),
		    CKR_SIGNATURE_INVALID);
		assert_int_equal(pss_verify(p, digest, bytes_of(NULL, 0)),
		    CKR_SIGNATURE_INVALID);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("pss: known blocks, of whole and of odd sizes", test_known),
	    TEST("pss: libcrypto verifies each digest, mask and salt",
		test_encode),
	    TEST("pss: we verify what libcrypto signs, and nothing changed",
		test_verify),
	    TEST("pss: digests and salts of other lengths", test_lengths),
	    TEST("pss: each bit of a block counts", test_changed),
	};

	return cmocka_run_group_tests_name("pkcs11-pss", tests, NULL, NULL);
}
