/* SPDX-License-Identifier: BSD-2-Clause */
/* A byte, how many bytes T has, then T and V. */
#include <stdlib.h>

#include "cac/cac-ccc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size), t;
	struct cac_ccc ccc;
	uint8_t n;

	if (!bytes_take_u8(&in, &n) || !bytes_take(&in, n, &t))
		return 0;
	if (cac_ccc_parse(t, in, &ccc) == 0 &&
	    (ccc.pki_count > CARD_CONTAINERS_MAX ||
		ccc.card_identifier.n > in.n))
		abort();
	return 0;
}
