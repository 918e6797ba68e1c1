/* SPDX-License-Identifier: BSD-2-Clause */
/* A byte, how many bytes T has, then T and V. */
#include <stdlib.h>

#include "cac/simple-tlv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	struct simple_tlv_entry entry;
	struct simple_tlv tlv;
	uint8_t n;

	if (!bytes_take_u8(&in, &n) || !bytes_take(&in, n, &tlv.t))
		return 0;
	tlv.v = in;
	while (simple_tlv_more(&tlv)) {
		size_t before = tlv.t.n;

		if (simple_tlv_next(&tlv, &entry) != 0)
			break;
		if (tlv.t.n >= before ||
		    entry.value.p + entry.value.n != tlv.v.p)
			abort();
	}
	return 0;
}
