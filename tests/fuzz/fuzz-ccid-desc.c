/* SPDX-License-Identifier: BSD-2-Clause */
/* Any descriptors around a class descriptor, and any class descriptor. */
#include "reader/ccid-desc.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bytes in = bytes_of(data, n), found;
	struct ccid_desc desc;

	if (ccid_desc_find(in, &found)) {
		MUST(found.n == CCID_DESCRIPTOR_LENGTH);
		MUST(found.p >= data && found.p + found.n <= data + n);
		in = found;
	}
	if (ccid_desc_parse(in, &desc) == 0)
		MUST(desc.dwMaxCCIDMessageLength > CCID_HEADER_LENGTH &&
		    desc.dwDefaultClock > 0 && desc.dwMaxDataRate > 0);
	return 0;
}
