/* SPDX-License-Identifier: BSD-2-Clause */
/* What public keys do. */
#include <openssl/bn.h>

#include "pkcs11/ec-public.h"
#include "pkcs11/rsa-public.h"
#include "tests/unit/crypto-oracle.h"
#include "tests/unit/make-certificate.h"
#include "tests/unit/unit.h"

/* RFC 6979, A.2.5 and A.2.6: "sample". */
static const struct {
	unsigned bits;
	const char *x, *y, *r, *s;
	enum digest_kind kind;
} samples[] = {
    {256, "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
	"7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
	"EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
	"F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
	DIGEST_SHA256},
    {384,
	"EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64"
	"DEF8F0EA9055866064A254515480BC13",
	"8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1"
	"288B231C3AE0D4FE7344FD2533264720",
	"94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C"
	"81A648152E44ACF96E36DD1E80FABE46",
	"99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F"
	"A329C145786E679E7B82C71A38628AC8",
	DIGEST_SHA384},
};

struct signed_hash {
	unsigned bits;
	uint8_t point[EC_POINT_MAX], hash[EC_FIELD_MAX];
	uint8_t signature[2 * EC_FIELD_MAX];
	size_t n;
};

static void
load(size_t i, struct signed_hash *s)
{
	uint8_t digest[DIGEST_MAX];

	s->bits = samples[i].bits;
	s->n = s->bits / 8;
	s->point[0] = 4;
	(void)hex_parse(samples[i].x, s->point + 1);
	(void)hex_parse(samples[i].y, s->point + 1 + s->n);
	(void)hex_parse(samples[i].r, s->signature);
	(void)hex_parse(samples[i].s, s->signature + s->n);
	digest_of(samples[i].kind, bytes_of("sample", 6), digest);
	ecdsa_hash(
	    s->bits, bytes_of(digest, digest_len(samples[i].kind)), s->hash);
}

static CK_RV
check(const struct signed_hash *s)
{
	return ecdsa_verify(s->bits, bytes_of(s->point, 1 + 2 * s->n),
	    bytes_of(s->hash, s->n), bytes_of(s->signature, 2 * s->n));
}

static void
test_ecdsa_known(void **state)
{
	struct signed_hash s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		load(i, &s);
		assert_int_equal(check(&s), CKR_OK);
		s.hash[3] ^= 1;
		assert_int_equal(check(&s), CKR_SIGNATURE_INVALID);
	}
}

static void
test_ecdsa_oracle(void **state)
{
	const enum make_key kinds[] = {MAKE_P256, MAKE_P384};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		EVP_PKEY *key = make_key(kinds[i]);
		struct signed_hash s = {
		    .bits = kinds[i] == MAKE_P256 ? 256 : 384};

		s.n = s.bits / 8;
		(void)oracle_point(key, s.point);
		for (unsigned round = 0; round < 20; round++) {
			digest_of(DIGEST_SHA384, BYTES(s.hash), s.hash);
			oracle_ecdsa(
			    key, bytes_of(s.hash, s.n), s.n, s.signature);
			assert_int_equal(check(&s), CKR_OK);
			s.signature[round] ^= 0x10;
			assert_int_equal(check(&s), CKR_SIGNATURE_INVALID);
		}
	}
}

static void
test_ecdsa_hostile(void **state)
{
	struct signed_hash s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		load(i, &s);
		memset(s.signature, 0, s.n);
		assert_int_equal(check(&s), CKR_SIGNATURE_INVALID);
		load(i, &s);
		memset(s.signature + s.n, 0, s.n);
		assert_int_equal(check(&s), CKR_SIGNATURE_INVALID);
		memset(s.signature, 0xFF, 2 * s.n);
		assert_int_equal(check(&s), CKR_SIGNATURE_INVALID);
		load(i, &s);
		s.point[5] ^= 1;
		assert_int_equal(check(&s), CKR_DATA_INVALID);
		memset(s.point + 1, 0, 2 * s.n);
		assert_int_equal(check(&s), CKR_DATA_INVALID);
		memset(s.point + 1, 0xFF, 2 * s.n);
		assert_int_equal(check(&s), CKR_DATA_INVALID);
		load(i, &s);
		s.point[0] = 2;
		assert_int_equal(check(&s), CKR_DATA_INVALID);
		/* A hash of zero is one like any other. */
		load(i, &s);
		memset(s.hash, 0, s.n);
		assert_int_equal(check(&s), CKR_SIGNATURE_INVALID);
		assert_int_equal(
		    ecdsa_verify(s.bits, BYTES(s.point), bytes_of(s.hash, s.n),
			bytes_of(s.signature, 2 * s.n - 1)),
		    CKR_SIGNATURE_LEN_RANGE);
		s.bits = 521;
		assert_int_equal(check(&s), CKR_ARGUMENTS_BAD);
	}
}

/* The keys 1 and -1, whose points are the generator and its mirror. */
static const struct {
	unsigned bits;
	const char *p, *order, *x, *y;
} generators[] = {
    {256, "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
	"FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
	"6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
	"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"},
    {384,
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"
	"FFFFFFFF0000000000000000FFFFFFFF",
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF"
	"581A0DB248B0A77AECEC196ACCC52973",
	"AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A38"
	"5502F25DBF55296C3A545E3872760AB7",
	"3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C0"
	"0A60B1CE1D7E819D7A431D7C90EA0E5F"},
};

static BIGNUM *
number(const char *hex)
{
	BIGNUM *b = NULL;

	assert_true(BN_hex2bn(&b, hex) > 0);
	return b;
}

/*
 * With k = 1, r is the generator's X, and s the hash plus r times the key. The
 * hash that is minus that leads to the point at infinity.
 */
static void
check_generator(size_t i, bool mirrored)
{
	BIGNUM *p = number(generators[i].p),
	       *order = number(generators[i].order),
	       *x = number(generators[i].x), *y = number(generators[i].y),
	       *e = number("5A17"), *s = BN_new();
	struct signed_hash h = {.bits = generators[i].bits};
	int n = (int)h.bits / 8;

	h.n = (size_t)n;
	if (mirrored)
		assert_true(BN_sub(y, p, y));
	h.point[0] = 4;
	assert_int_equal(BN_bn2binpad(x, h.point + 1, n), n);
	assert_int_equal(BN_bn2binpad(y, h.point + 1 + n, n), n);
	assert_true(mirrored ? BN_sub(s, e, x) : BN_add(s, e, x));
	if (BN_is_negative(s))
		assert_true(BN_add(s, s, order));
	assert_int_equal(BN_bn2binpad(x, h.signature, n), n);
	assert_int_equal(BN_bn2binpad(s, h.signature + n, n), n);
	assert_int_equal(BN_bn2binpad(e, h.hash, n), n);
	assert_int_equal(check(&h), CKR_OK);
	assert_true(mirrored ? BN_copy(e, x) != NULL : BN_sub(e, order, x));
	assert_int_equal(BN_bn2binpad(e, h.hash, n), n);
	assert_int_equal(check(&h), CKR_SIGNATURE_INVALID);
	BN_free(s);
	BN_free(e);
	BN_free(y);
	BN_free(x);
	BN_free(order);
	BN_free(p);
}

static void
test_generators(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(generators); i++) {
		check_generator(i, false);
		check_generator(i, true);
	}
}

static void
test_points(void **state)
{
	struct signed_hash s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		load(i, &s);
		assert_int_equal(
		    ec_point_check(s.bits, bytes_of(s.point, 1 + 2 * s.n)),
		    CKR_OK);
		assert_int_equal(
		    ec_point_check(s.bits, bytes_of(s.point, 2 * s.n)),
		    CKR_DATA_INVALID);
		assert_int_equal(ec_point_check(s.bits, bytes_of(NULL, 0)),
		    CKR_DATA_INVALID);
		assert_int_equal(ec_point_check(640 - s.bits,
				     bytes_of(s.point, 1 + 2 * s.n)),
		    CKR_DATA_INVALID);
	}
	assert_int_equal(
	    ec_curve_bits(HEX("06 08 2A 86 48 CE 3D 03 01 07")), 256);
	assert_int_equal(ec_curve_bits(HEX("06 05 2B 81 04 00 22")), 384);
	assert_int_equal(ec_curve_bits(HEX("06 05 2B 81 04 00 23")), 0);
	assert_bytes(ec_point_unwrap(HEX("04 03 04 A1 A2")), HEX("04 A1 A2"));
	assert_int_equal(ec_point_unwrap(HEX("04 A1 A2")).n, 0);
	assert_int_equal(ec_point_unwrap(HEX("04 01 A2 A3")).n, 0);
}

static void
test_hash(void **state)
{
	uint8_t in[64], out[EC_FIELD_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i + 1);
	ecdsa_hash(256, bytes_of(in, 64), out);
	assert_bytes(bytes_of(out, 32), bytes_of(in, 32));
	ecdsa_hash(256, bytes_of(in, 20), out);
	assert_bytes(bytes_of(out, 12),
	    HEX("00 00 00 00 00 00 00 00 00 00 00 "
		"00"));
	assert_bytes(bytes_of(out + 12, 20), bytes_of(in, 20));
	ecdsa_hash(384, bytes_of(in, 48), out);
	assert_bytes(bytes_of(out, 48), bytes_of(in, 48));
}

static void
test_rsa(void **state)
{
	const struct oracle_pad none = {.mode = "none"};
	const unsigned sizes[] = {1024, 1031, 2048};
	uint8_t n_room[ORACLE_MAX], e_room[8], in[ORACLE_MAX], out[ORACLE_MAX],
	    want[ORACLE_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		EVP_PKEY *key = oracle_rsa(sizes[i]);
		struct bytes n = oracle_modulus(key, n_room);
		struct bytes e = oracle_exponent(key, e_room);

		memset(in, 0x3C, n.n);
		in[0] = 0;
		for (unsigned round = 0; round < 5; round++) {
			assert_int_equal(
			    rsa_public(n, e, bytes_of(in, n.n), out), CKR_OK);
			(void)oracle_encrypt(
			    key, &none, bytes_of(in, n.n), want);
			assert_bytes(bytes_of(out, n.n), bytes_of(want, n.n));
			memcpy(in, out, n.n);
		}
	}
}

static void
test_rsa_hostile(void **state)
{
	uint8_t out[ORACLE_MAX + 1], big[ORACLE_MAX + 1];
	struct bytes e = HEX("03"), n = HEX("F1 03");

	(void)state;
	memset(big, 0xFF, sizeof(big));
	assert_int_equal(rsa_public(n, e, HEX("00 02"), out), CKR_OK);
	assert_bytes(bytes_of(out, 2), HEX("00 08"));
	assert_int_equal(rsa_public(n, e, n, out), CKR_DATA_INVALID);
	assert_int_equal(rsa_public(n, e, HEX("FF FF"), out), CKR_DATA_INVALID);
	assert_int_equal(rsa_public(n, e, HEX("02"), out), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    rsa_public(HEX("F1 02"), e, HEX("00 02"), out), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    rsa_public(HEX("00 03"), e, HEX("00 02"), out), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    rsa_public(bytes_of(NULL, 0), e, bytes_of(NULL, 0), out),
	    CKR_ARGUMENTS_BAD);
	assert_int_equal(rsa_public(n, bytes_of(NULL, 0), HEX("00 02"), out),
	    CKR_ARGUMENTS_BAD);
	assert_int_equal(rsa_public(n, bytes_of(big, 33), HEX("00 02"), out),
	    CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    rsa_public(BYTES(big), e, BYTES(big), out), CKR_ARGUMENTS_BAD);
	assert_true(rsa_below(n, HEX("F1 02")));
	assert_false(rsa_below(n, n));
	assert_false(rsa_below(n, HEX("02")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("ecdsa: RFC 6979's signatures are right", test_ecdsa_known),
	    TEST("ecdsa: so are libcrypto's, and no changed ones",
		test_ecdsa_oracle),
	    TEST("ecdsa: numbers out of range and points off the curve",
		test_ecdsa_hostile),
	    TEST("ecdsa: sums of a point with itself and its mirror",
		test_generators),
	    TEST("ec: which points and curves are known", test_points),
	    TEST("ecdsa: of a hash the leftmost bits count", test_hash),
	    TEST("rsa: the same powers as libcrypto's", test_rsa),
	    TEST("rsa: keys and numbers that are none", test_rsa_hostile),
	};

	return cmocka_run_group_tests_name("pkcs11-public", tests, NULL, NULL);
}
