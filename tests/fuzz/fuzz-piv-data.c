/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to GET DATA, as a certificate, a CHUID and Key History at once. */
#include <stdlib.h>

#include "cac/card.h"
#include "cac/cert-inflate.h"
#include "cac/piv-data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct bytes part, struct bytes whole)
{
	if (part.n > 0 &&
	    (part.p < whole.p || part.n > whole.n ||
		part.p - whole.p > (ptrdiff_t)(whole.n - part.n)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cert_reading reading = {.certinfo = -1};
	struct bytes content;
	struct buf der;

	if (piv_data_unwrap(bytes_of(data, size), &content) != 0)
		return 0;
	check_inside(content, bytes_of(data, size));
	check_inside(piv_data_chuid_id(content), content);
	if (piv_data_retired(content) > 20)
		abort();
	if (piv_data_pin(content) != 0x80 && piv_data_pin(content) != 0x00)
		abort();
	if (piv_data_certificate(content, &reading) != 0)
		return 0;
	check_inside(reading.certificate, content);
	buf_init(&der, CARD_CERT_MAX);
	if (cert_inflate(reading.certificate, &der) == 0 && der.n < 2)
		abort();
	buf_clear(&der);
	return 0;
}
