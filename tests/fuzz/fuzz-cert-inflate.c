/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/card.h"
#include "cac/cert-inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf der;
	err_t err;

	buf_init(&der, CARD_CERT_MAX);
	err = cert_inflate(bytes_of(data, size), &der);
	/* Whole or not at all; never a failed buffer at the ceiling. */
	if ((err == 0) != (der.n > 0) || buf_err(&der) != 0)
		abort();
	buf_clear(&der);
	return 0;
}
