/* SPDX-License-Identifier: BSD-2-Clause */
/* A byte, how many bytes T has, then T and V; a certificate is unpacked. */
#include <stdlib.h>

#include "cac/cac-container.h"
#include "cac/card.h"
#include "cac/cert-inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size), t;
	struct cac_container container;
	struct buf der;
	uint8_t n;

	if (!bytes_take_u8(&in, &n) || !bytes_take(&in, n, &t) ||
	    cac_container_parse(t, in, &container) != 0)
		return 0;
	buf_init(&der, CARD_CERT_MAX);
	if (cert_inflate(container.certificate, &der) == 0 && der.n < 2)
		abort();
	buf_clear(&der);
	return 0;
}
