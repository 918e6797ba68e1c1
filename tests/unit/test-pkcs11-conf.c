/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing that the module takes from libcrypto reads openssl.cnf, which may
 * name this very module. The file is watched while everything is used, and then
 * while libcrypto is made to read it.
 */
#include <sys/inotify.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "pkcs11/ec-public.h"
#include "pkcs11/rsa-oaep.h"
#include "pkcs11/rsa-pad.h"
#include "pkcs11/rsa-pss.h"
#include "pkcs11/rsa-public.h"
#include "tests/unit/unit.h"

static int watch = -1;
static char path[] = "/tmp/cac-openssl-XXXXXX";

static int
setup(void **state)
{
	int file = mkstemp(path);

	(void)state;
	if (file < 0 || close(file) != 0 ||
	    setenv("OPENSSL_CONF", path, 1) != 0)
		return -1;
	watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return inotify_add_watch(watch, path, IN_OPEN | IN_ACCESS) >= 0 ? 0
									: -1;
}

static int
teardown(void **state)
{
	(void)state;
	(void)close(watch);
	return unlink(path);
}

static bool
was_read(void)
{
	char events[1024];

	return read(watch, events, sizeof(events)) > 0;
}

static void
use_rsa(void)
{
	uint8_t modulus[256], em[256], out[256], digest[DIGEST_MAX];
	struct pss pss = {DIGEST_SHA256, DIGEST_SHA1, 32, 2048};
	struct oaep oaep = {DIGEST_SHA1, DIGEST_SHA512, digest};
	size_t n;

	memset(modulus, 0xFF, sizeof(modulus));
	for (unsigned kind = 0; kind <= DIGEST_SHA512; kind++)
		digest_of(kind, BYTES(modulus), digest);
	assert_int_equal(rsa_pad_sign(HEX("A1 A2"), em, 256), CKR_OK);
	assert_int_equal(
	    rsa_public(BYTES(modulus), HEX("01 00 01"), BYTES(em), out),
	    CKR_OK);
	assert_int_equal(
	    rsa_public(BYTES(modulus), HEX("03"), BYTES(modulus), out),
	    CKR_DATA_INVALID);
	assert_int_equal(rsa_pad_encrypt(HEX("A1 A2"), em, 256), CKR_OK);
	assert_int_equal(rsa_unpad_encrypt(BYTES(em), out, &n), CKR_OK);
	assert_int_equal(
	    pss_encode(&pss, bytes_of(digest, 32), bytes_of(modulus, 32), em),
	    CKR_OK);
	assert_int_equal(
	    pss_verify(&pss, bytes_of(digest, 32), BYTES(em)), CKR_OK);
	assert_int_equal(oaep_encode(&oaep, HEX("A1 A2"), em, 256), CKR_OK);
	assert_int_equal(oaep_decode(&oaep, em, 256, out, &n), CKR_OK);
}

/* Each curve's generator as the point: right, off the curve, wrong hash. */
static void
use_ec(unsigned bits, struct bytes point)
{
	uint8_t signature[2 * EC_FIELD_MAX], hash[EC_FIELD_MAX] = {0},
					     off[EC_POINT_MAX];
	size_t n = bits / 8;

	memset(signature, 0x11, sizeof(signature));
	memcpy(off, point.p, point.n);
	off[7] ^= 1;
	assert_int_equal(ec_point_check(bits, point), CKR_OK);
	assert_int_equal(
	    ec_point_check(bits, bytes_of(off, point.n)), CKR_DATA_INVALID);
	for (unsigned round = 0; round < 2; round++) {
		assert_int_equal(ecdsa_verify(bits, point, bytes_of(hash, n),
				     bytes_of(signature, 2 * n)),
		    CKR_SIGNATURE_INVALID);
		hash[3] = 0x5A;
	}
	memset(signature, 0xFF, sizeof(signature));
	assert_int_equal(ecdsa_verify(bits, point, bytes_of(hash, n),
			     bytes_of(signature, 2 * n)),
	    CKR_SIGNATURE_INVALID);
}

static void
test_untouched(void **state)
{
	(void)state;
	use_rsa();
	use_ec(256,
	    HEX("04"
		"6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C2"
		"96"
		"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51"
		"F5"));
	use_ec(384,
	    HEX("04"
		"AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A"
		"385502F25DBF55296C3A545E3872760AB7"
		"3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8"
		"C00A60B1CE1D7E819D7A431D7C90EA0E5F"));
	assert_false(was_read());
}

/* The watch works: the same process does read it, when asked to. */
static void
test_read(void **state)
{
	(void)state;
	assert_int_equal(
	    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL), 1);
	assert_true(was_read());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("openssl.cnf: nothing the module uses reads it",
		test_untouched),
	    TEST("openssl.cnf: that would have been noticed", test_read),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-conf", tests, setup, teardown);
}
