/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/constant-time.h"
#include "pkcs11/random.h"
#include "pkcs11/rsa-pad.h"

/* The last bytes of the block, behind a zero; where the padding ends. */
static CK_RV
place(struct bytes data, uint8_t *em, size_t em_len, size_t *pad_len)
{
	if (em_len < RSA_PAD_OVERHEAD || data.n > em_len - RSA_PAD_OVERHEAD)
		return CKR_DATA_LEN_RANGE;
	*pad_len = em_len - 3 - data.n;
	em[0] = 0;
	em[2 + *pad_len] = 0;
	if (data.n > 0)
		memcpy(em + 3 + *pad_len, data.p, data.n);
	return CKR_OK;
}

CK_RV
rsa_pad_sign(struct bytes data, uint8_t *em, size_t em_len)
{
	size_t pad_len;
	CK_RV rv = place(data, em, em_len, &pad_len);

	if (rv != CKR_OK)
		return rv;
	em[1] = 1;
	memset(em + 2, 0xFF, pad_len);
	return CKR_OK;
}

CK_RV
rsa_pad_encrypt(struct bytes data, uint8_t *em, size_t em_len)
{
	size_t pad_len;
	CK_RV rv = place(data, em, em_len, &pad_len);

	if (rv != CKR_OK)
		return rv;
	em[1] = 2;
	return random_fill_nonzero(em + 2, pad_len);
}

CK_RV
rsa_pad_left(struct bytes data, uint8_t *em, size_t em_len)
{
	if (data.n == 0 || data.n > em_len)
		return CKR_DATA_LEN_RANGE;
	memset(em, 0, em_len - data.n);
	memcpy(em + em_len - data.n, data.p, data.n);
	return CKR_OK;
}

CK_RV
rsa_unpad_encrypt(struct bytes em, uint8_t *out, size_t *n)
{
	size_t good, found = 0, zero_at = 0, room, len;

	*n = 0;
	if (em.n < RSA_PAD_OVERHEAD)
		return CKR_ENCRYPTED_DATA_INVALID;
	room = em.n - RSA_PAD_OVERHEAD;
	for (size_t i = 2; i < em.n; i++) {
		size_t zero = ct_is_zero(em.p[i]);

		zero_at = ct_select(zero & ~found, i, zero_at);
		found |= zero;
	}
	good = ct_is_zero(em.p[0]) & ct_equal(em.p[1], 2) & found &
	    ~ct_less(zero_at, RSA_PAD_OVERHEAD - 1);
	len = ct_select(good, em.n - 1 - zero_at, 0);
	if (room > 0)
		memcpy(out, em.p + RSA_PAD_OVERHEAD, room);
	ct_shift(out, room, room - ct_select(good, len, room));
	ct_keep(out, room, good);
	*n = len;
	return (CK_RV)ct_select(good, CKR_OK, CKR_ENCRYPTED_DATA_INVALID);
}
