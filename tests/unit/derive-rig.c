/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/ecdh.h"
#include "tests/unit/crypto-rig.h"
#include "tests/unit/derive-rig.h"
#include "tests/unit/unit.h"

CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
CK_OBJECT_CLASS secret_key = CKO_SECRET_KEY, data_class = CKO_DATA;
CK_KEY_TYPE generic = CKK_GENERIC_SECRET, aes = CKK_AES, rsa = CKK_RSA;
unsigned char peer[256], info[] = "info";

CK_ECDH1_DERIVE_PARAMS
derive_params(unsigned key)
{
	static EVP_PKEY *strangers[2];
	bool p256 = key == RIG_P256_DERIVE;
	EVP_PKEY **stranger = &strangers[p256];

	if (*stranger == NULL)
		*stranger = oracle_ec(p256 ? "P-256" : "P-384");
	return (CK_ECDH1_DERIVE_PARAMS){.kdf = CKD_NULL,
	    .pPublicData = peer,
	    .ulPublicDataLen = oracle_point(*stranger, peer)};
}

CK_RV
derive_with(CK_SESSION_HANDLE s, unsigned key, CK_ECDH1_DERIVE_PARAMS *p,
    CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *made)
{
	return C_DeriveKey(s, RIG_MECHANISM_WITH(CKM_ECDH1_DERIVE, *p),
	    rig_private(s, key), template, count, made);
}

CK_OBJECT_HANDLE
derive(CK_SESSION_HANDLE s, unsigned key, CK_ECDH1_DERIVE_PARAMS *p)
{
	CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;

	assert_int_equal(derive_with(s, key, p, NULL, 0, &made), CKR_OK);
	return made;
}
