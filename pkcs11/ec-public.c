/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libcrypto's numbers alone: its curves draw random numbers to hide what is not
 * secret here, and then read openssl.cnf, which may name this very module.
 * Affine points are slow and simple; a check takes some milliseconds.
 */
#include <openssl/bn.h>

#include "pkcs11/der.h"
#include "pkcs11/ec-public.h"

struct curve {
	unsigned bits;
	struct bytes params;
	const char *p, *b, *order, *x, *y; /* a is p - 3 */
};

/* 1.2.840.10045.3.1.7 and 1.3.132.0.34 */
static const uint8_t p256[] = {
    0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
static const uint8_t p384[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};

static const struct curve curves[] = {
    {256, {p256, sizeof(p256)},
	"FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
	"5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
	"FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
	"6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
	"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"},
    {384, {p384, sizeof(p384)},
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"
	"FFFFFFFF0000000000000000FFFFFFFF",
	"B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875A"
	"C656398D8A2ED19D2A85C8EDD3EC2AEF",
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF"
	"581A0DB248B0A77AECEC196ACCC52973",
	"AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A38"
	"5502F25DBF55296C3A545E3872760AB7",
	"3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C0"
	"0A60B1CE1D7E819D7A431D7C90EA0E5F"},
};

struct point {
	BIGNUM *x, *y;
	bool infinity;
};

/* One curve and the numbers of one calculation, all owned by ctx. */
struct work {
	BN_CTX *ctx;
	BIGNUM *p, *b, *order;
	BIGNUM *r, *s, *hash;
	BIGNUM *slope, *t, *u; /* of one step */
	struct point generator, key, both, sum;
};

static const struct curve *
curve_of(unsigned bits)
{
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (curves[i].bits == bits)
			return &curves[i];
	}
	return NULL;
}

unsigned
ec_curve_bits(struct bytes params)
{
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (bytes_equal(curves[i].params, params))
			return curves[i].bits;
	}
	return 0;
}

struct bytes
ec_point_unwrap(struct bytes point)
{
	struct bytes inner;

	if (der_take_value(&point, DER_OCTET_STRING, &inner) && point.n == 0)
		return inner;
	return bytes_of(NULL, 0);
}

static void
work_end(struct work *w)
{
	if (w->ctx != NULL)
		BN_CTX_end(w->ctx);
	BN_CTX_free(w->ctx);
}

static bool
work_begin(struct work *w, const struct curve *curve)
{
	BIGNUM **all[] = {&w->p, &w->b, &w->order, &w->r, &w->s, &w->hash,
	    &w->slope, &w->t, &w->u, &w->generator.x, &w->generator.y,
	    &w->key.x, &w->key.y, &w->both.x, &w->both.y, &w->sum.x, &w->sum.y};

	*w = (struct work){.ctx = BN_CTX_new()};
	if (w->ctx == NULL)
		return false;
	BN_CTX_start(w->ctx);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		*all[i] = BN_CTX_get(w->ctx);
		if (*all[i] == NULL)
			return false;
	}
	return BN_hex2bn(&w->p, curve->p) != 0 &&
	    BN_hex2bn(&w->b, curve->b) != 0 &&
	    BN_hex2bn(&w->order, curve->order) != 0 &&
	    BN_hex2bn(&w->generator.x, curve->x) != 0 &&
	    BN_hex2bn(&w->generator.y, curve->y) != 0;
}

/* y^2 = x^3 - 3 x + b */
static CK_RV
check_on_curve(struct work *w, const struct point *q)
{
	if (!BN_mod_sqr(w->t, q->x, w->p, w->ctx) || !BN_sub_word(w->t, 3) ||
	    !BN_mod_mul(w->t, w->t, q->x, w->p, w->ctx) ||
	    !BN_mod_add(w->t, w->t, w->b, w->p, w->ctx) ||
	    !BN_mod_sqr(w->u, q->y, w->p, w->ctx))
		return CKR_HOST_MEMORY;
	return BN_cmp(w->t, w->u) == 0 ? CKR_OK : CKR_DATA_INVALID;
}

static CK_RV
load_point(struct work *w, size_t n, struct bytes point)
{
	if (point.n != 1 + 2 * n || point.p[0] != 4)
		return CKR_DATA_INVALID;
	if (BN_bin2bn(point.p + 1, (int)n, w->key.x) == NULL ||
	    BN_bin2bn(point.p + 1 + n, (int)n, w->key.y) == NULL)
		return CKR_HOST_MEMORY;
	if (BN_cmp(w->key.x, w->p) >= 0 || BN_cmp(w->key.y, w->p) >= 0)
		return CKR_DATA_INVALID;
	return check_on_curve(w, &w->key);
}

CK_RV
ec_point_check(unsigned bits, struct bytes point)
{
	const struct curve *curve = curve_of(bits);
	CK_RV rv = CKR_HOST_MEMORY;
	struct work w;

	if (curve == NULL)
		return CKR_ARGUMENTS_BAD;
	if (work_begin(&w, curve))
		rv = load_point(&w, bits / 8, point);
	work_end(&w);
	return rv;
}

static bool
point_copy(struct point *to, const struct point *from)
{
	to->infinity = from->infinity;
	return BN_copy(to->x, from->x) != NULL &&
	    BN_copy(to->y, from->y) != NULL;
}

/* a becomes the third point of the line through a and b, mirrored. */
static bool
follow_slope(struct work *w, struct point *a, const struct point *b)
{
	return BN_mod_sqr(w->t, w->slope, w->p, w->ctx) &&
	    BN_mod_sub(w->t, w->t, a->x, w->p, w->ctx) &&
	    BN_mod_sub(w->t, w->t, b->x, w->p, w->ctx) &&
	    BN_mod_sub(w->u, a->x, w->t, w->p, w->ctx) &&
	    BN_mod_mul(w->u, w->u, w->slope, w->p, w->ctx) &&
	    BN_mod_sub(a->y, w->u, a->y, w->p, w->ctx) &&
	    BN_copy(a->x, w->t) != NULL;
}

/* The slope becomes t / u. */
static bool
divide(struct work *w)
{
	return BN_mod_inverse(w->u, w->u, w->p, w->ctx) != NULL &&
	    BN_mod_mul(w->slope, w->t, w->u, w->p, w->ctx);
}

static bool
point_double(struct work *w, struct point *a)
{
	if (a->infinity || BN_is_zero(a->y)) {
		a->infinity = true;
		return true;
	}
	/* 3 (x^2 - 1) / 2 y */
	return BN_mod_sqr(w->t, a->x, w->p, w->ctx) && BN_sub_word(w->t, 1) &&
	    BN_mul_word(w->t, 3) && BN_mod_lshift1(w->u, a->y, w->p, w->ctx) &&
	    divide(w) && follow_slope(w, a, a);
}

static bool
point_add(struct work *w, struct point *a, const struct point *b)
{
	if (b->infinity)
		return true;
	if (a->infinity)
		return point_copy(a, b);
	if (BN_cmp(a->x, b->x) == 0) {
		if (BN_cmp(a->y, b->y) == 0)
			return point_double(w, a);
		a->infinity = true;
		return true;
	}
	return BN_mod_sub(w->t, b->y, a->y, w->p, w->ctx) &&
	    BN_mod_sub(w->u, b->x, a->x, w->p, w->ctx) && divide(w) &&
	    follow_slope(w, a, b);
}

/* sum = m generator + n key, bit by bit from the top. */
static bool
multiply(struct work *w, unsigned bits, const BIGNUM *m, const BIGNUM *n)
{
	if (!point_copy(&w->both, &w->generator) ||
	    !point_add(w, &w->both, &w->key))
		return false;
	w->sum.infinity = true;
	for (int i = (int)bits - 1; i >= 0; i--) {
		bool in_m = BN_is_bit_set(m, i), in_n = BN_is_bit_set(n, i);

		if (!point_double(w, &w->sum))
			return false;
		if ((in_m || in_n) &&
		    !point_add(w, &w->sum,
			!in_n	    ? &w->generator
			    : !in_m ? &w->key
				    : &w->both))
			return false;
	}
	return true;
}

/* Both orders have whole bytes, so that no bits are to be shifted. */
void
ecdsa_hash(unsigned bits, struct bytes hash, uint8_t *out)
{
	size_t n = bits / 8, used = hash.n < n ? hash.n : n;

	memset(out, 0, n - used);
	if (used > 0)
		memcpy(out + n - used, hash.p, used);
}

static bool
in_range(const BIGNUM *number, const BIGNUM *order)
{
	return !BN_is_zero(number) && BN_cmp(number, order) < 0;
}

/* FIPS 186-4, 6.4. */
static CK_RV
verify(struct work *w, unsigned bits)
{
	if (!in_range(w->r, w->order) || !in_range(w->s, w->order))
		return CKR_SIGNATURE_INVALID;
	if (BN_mod_inverse(w->s, w->s, w->order, w->ctx) == NULL ||
	    !BN_mod_mul(w->hash, w->hash, w->s, w->order, w->ctx) ||
	    !BN_mod_mul(w->s, w->r, w->s, w->order, w->ctx) ||
	    !multiply(w, bits, w->hash, w->s))
		return CKR_HOST_MEMORY;
	if (w->sum.infinity)
		return CKR_SIGNATURE_INVALID;
	if (!BN_nnmod(w->t, w->sum.x, w->order, w->ctx))
		return CKR_HOST_MEMORY;
	return BN_cmp(w->t, w->r) == 0 ? CKR_OK : CKR_SIGNATURE_INVALID;
}

CK_RV
ecdsa_verify(unsigned bits, struct bytes point, struct bytes hash,
    struct bytes signature)
{
	const struct curve *curve = curve_of(bits);
	size_t n = bits / 8;
	CK_RV rv = CKR_HOST_MEMORY;
	struct work w;

	if (curve == NULL || hash.n != n)
		return CKR_ARGUMENTS_BAD;
	if (signature.n != 2 * n)
		return CKR_SIGNATURE_LEN_RANGE;
	if (work_begin(&w, curve))
		rv = load_point(&w, n, point);
	if (rv == CKR_OK &&
	    (BN_bin2bn(signature.p, (int)n, w.r) == NULL ||
		BN_bin2bn(signature.p + n, (int)n, w.s) == NULL ||
		BN_bin2bn(hash.p, (int)n, w.hash) == NULL))
		rv = CKR_HOST_MEMORY;
	if (rv == CKR_OK)
		rv = verify(&w, bits);
	work_end(&w);
	return rv;
}
