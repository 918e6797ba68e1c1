/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/rsa-public.h"
#include "pkcs11/rsa-pss.h"

#define TRAILER 0xBC

/* Where the parts of a block are: [00] maskedDB H BC. */
struct layout {
	size_t whole;	/* bytes of the modulus */
	size_t skipped; /* of them before the encoded message: 0 or 1 */
	size_t db_len;
	size_t hash_len;
	uint8_t top; /* the bits of the first byte that are used */
};

static size_t
block_len(unsigned bits)
{
	return (bits + 7) / 8;
}

bool
pss_salt_max(unsigned bits, enum digest_kind hash, size_t *max)
{
	size_t em_len = block_len(bits > 0 ? bits - 1 : 0);

	if (em_len < digest_len(hash) + 2)
		return false;
	*max = em_len - digest_len(hash) - 2;
	return true;
}

static CK_RV
lay_out(const struct pss *pss, size_t digest_n, struct layout *l)
{
	size_t salt_max, em_len = block_len(pss->bits - 1);

	if (block_len(pss->bits) > RSA_PUBLIC_MAX ||
	    !pss_salt_max(pss->bits, pss->hash, &salt_max) ||
	    pss->salt_len > salt_max)
		return CKR_KEY_SIZE_RANGE;
	l->hash_len = digest_len(pss->hash);
	if (digest_n != l->hash_len)
		return CKR_DATA_LEN_RANGE;
	l->whole = block_len(pss->bits);
	l->skipped = l->whole - em_len;
	l->db_len = em_len - l->hash_len - 1;
	l->top = (uint8_t)(0xFF >> (8 * em_len - (pss->bits - 1)));
	return CKR_OK;
}

/* H: of eight zeros, the digest and the salt. */
static void
hash_salted(
    const struct pss *pss, struct bytes digest, struct bytes salt, uint8_t *out)
{
	static const uint8_t zeros[8];
	struct digest d;

	digest_begin(&d, pss->hash);
	digest_update(&d, BYTES(zeros));
	digest_update(&d, digest);
	digest_update(&d, salt);
	digest_end(&d, out);
}

CK_RV
pss_encode(
    const struct pss *pss, struct bytes digest, struct bytes salt, uint8_t *em)
{
	struct layout l;
	uint8_t *db, *h;
	CK_RV rv = lay_out(pss, digest.n, &l);

	if (rv == CKR_OK && salt.n != pss->salt_len)
		rv = CKR_DATA_LEN_RANGE;
	if (rv != CKR_OK)
		return rv;
	db = em + l.skipped;
	h = db + l.db_len;
	hash_salted(pss, digest, salt, h);
	memset(em, 0, l.skipped + l.db_len);
	db[l.db_len - salt.n - 1] = 1;
	if (salt.n > 0)
		memcpy(h - salt.n, salt.p, salt.n);
	digest_mask(pss->mask, bytes_of(h, l.hash_len), db, l.db_len);
	db[0] &= l.top;
	h[l.hash_len] = TRAILER;
	return CKR_OK;
}

/* Zeros, 01, and then the salt. */
static bool
find_salt(const struct pss *pss, struct bytes db, struct bytes *salt)
{
	size_t zeros = db.n - pss->salt_len - 1;

	for (size_t i = 0; i < zeros; i++) {
		if (db.p[i] != 0)
			return false;
	}
	*salt = bytes_of(db.p + zeros + 1, pss->salt_len);
	return db.p[zeros] == 1;
}

CK_RV
pss_verify(const struct pss *pss, struct bytes digest, struct bytes em)
{
	uint8_t db[RSA_PUBLIC_MAX], expect[DIGEST_MAX];
	struct bytes salt;
	const uint8_t *h;
	struct layout l;
	CK_RV rv = lay_out(pss, digest.n, &l);

	if (rv != CKR_OK)
		return rv;
	if (em.n != l.whole || em.p[em.n - 1] != TRAILER ||
	    (l.skipped > 0 && em.p[0] != 0) || (em.p[l.skipped] & ~l.top) != 0)
		return CKR_SIGNATURE_INVALID;
	h = em.p + l.skipped + l.db_len;
	memcpy(db, em.p + l.skipped, l.db_len);
	digest_mask(pss->mask, bytes_of(h, l.hash_len), db, l.db_len);
	db[0] &= l.top;
	if (!find_salt(pss, bytes_of(db, l.db_len), &salt))
		return CKR_SIGNATURE_INVALID;
	hash_salted(pss, digest, salt, expect);
	return memcmp(expect, h, l.hash_len) == 0 ? CKR_OK
						  : CKR_SIGNATURE_INVALID;
}
