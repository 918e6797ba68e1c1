/* SPDX-License-Identifier: BSD-2-Clause */
/* Two bytes ask (protocol, FI/DI), the rest is the card's answer. */
#include "reader/params.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct params asked = {.fidi = FIDI_DEFAULT};
	uint8_t fidi, request[PPS_MAX];
	struct bytes answer;
	size_t length;

	if (n < 2)
		return 0;
	asked.protocol = data[0] & 1;
	asked.fidi = data[1];
	answer = bytes_of(data + 2, n - 2);
	if (pps_check(&asked, answer, &fidi) == 0) {
		MUST(answer.n >= 3 && answer.n <= PPS_MAX);
		MUST(answer.p[0] == 0xFF);
		MUST((answer.p[1] & 15) == asked.protocol);
		MUST(fidi == asked.fidi || fidi == FIDI_DEFAULT);
	}
	length = pps_encode(&asked, request);
	MUST(pps_check(&asked, bytes_of(request, length), &fidi) == 0);
	MUST(fidi == asked.fidi);
	return 0;
}
