/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <sys/random.h>

#include "pkcs11/random.h"

CK_RV
random_fill(uint8_t *out, size_t n)
{
	while (n > 0) {
		ssize_t got = getrandom(out, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return CKR_FUNCTION_FAILED;
		out += got;
		n -= (size_t)got;
	}
	return CKR_OK;
}

/* A zero is drawn again; 256 zeros in a row are no random. */
CK_RV
random_fill_nonzero(uint8_t *out, size_t n)
{
	CK_RV rv = random_fill(out, n);

	for (size_t i = 0; i < n && rv == CKR_OK; i++) {
		for (unsigned tries = 0; out[i] == 0 && rv == CKR_OK; tries++)
			rv = tries < 256 ? random_fill(out + i, 1)
					 : CKR_FUNCTION_FAILED;
	}
	return rv;
}
