/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/constant-time.h"
#include "pkcs11/random.h"
#include "pkcs11/rsa-oaep.h"
#include "pkcs11/rsa-public.h"

bool
oaep_message_max(size_t em_len, enum digest_kind hash, size_t *max)
{
	size_t overhead = 2 * digest_len(hash) + 2;

	if (em_len < overhead || em_len > RSA_PUBLIC_MAX)
		return false;
	*max = em_len - overhead;
	return true;
}

/* 00 seed DB, with DB = digest of the label, zeros, 01, message. */
CK_RV
oaep_encode(
    const struct oaep *oaep, struct bytes message, uint8_t *em, size_t em_len)
{
	size_t len = digest_len(oaep->hash), max, db_len;
	uint8_t *seed = em + 1, *db = seed + len;
	CK_RV rv;

	if (!oaep_message_max(em_len, oaep->hash, &max))
		return CKR_KEY_SIZE_RANGE;
	if (message.n > max)
		return CKR_DATA_LEN_RANGE;
	db_len = em_len - 1 - len;
	memset(em, 0, em_len);
	memcpy(db, oaep->label, len);
	em[em_len - message.n - 1] = 1;
	if (message.n > 0)
		memcpy(em + em_len - message.n, message.p, message.n);
	rv = random_fill(seed, len);
	if (rv != CKR_OK)
		return rv;
	digest_mask(oaep->mask, bytes_of(seed, len), db, db_len);
	digest_mask(oaep->mask, bytes_of(db, db_len), seed, len);
	return CKR_OK;
}

CK_RV
oaep_decode(const struct oaep *oaep, uint8_t *em, size_t em_len, uint8_t *out,
    size_t *n)
{
	size_t len = digest_len(oaep->hash), max, db_len, end;
	size_t good, found = 0, one_at = 0;
	uint8_t *seed = em + 1, *db = seed + len;

	*n = 0;
	if (!oaep_message_max(em_len, oaep->hash, &max))
		return CKR_KEY_SIZE_RANGE;
	db_len = em_len - 1 - len;
	digest_mask(oaep->mask, bytes_of(db, db_len), seed, len);
	digest_mask(oaep->mask, bytes_of(seed, len), db, db_len);
	good = ct_is_zero(em[0]) & ct_same(db, oaep->label, len);
	for (size_t i = len; i < db_len; i++) {
		size_t one = ct_equal(db[i], 1);

		good &= found | one | ct_is_zero(db[i]);
		one_at = ct_select(one & ~found, i, one_at);
		found |= one;
	}
	good &= found;
	/* The message is as long as what is behind the 01. */
	end = ct_select(good, db_len - 1 - one_at, 0);
	if (max > 0)
		memcpy(out, db + len + 1, max);
	ct_shift(out, max, max - ct_select(good, end, max));
	ct_keep(out, max, good);
	*n = end;
	return (CK_RV)ct_select(good, CKR_OK, CKR_ENCRYPTED_DATA_INVALID);
}
